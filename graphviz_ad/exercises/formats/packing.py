"""XML trees and files → bytes that are the same for the same content."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from xml.etree import ElementTree as ET

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML 1.0 may hold, not even escaped (https://www.w3.org/TR/xml/#charsets)."""
_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
"""A path that stays below the folder it is unpacked to, on every system."""
_DATE = (1980, 1, 1, 0, 0, 0)
"""Of all files in a zip: the first that the format has, so that the same content gives the same bytes."""


def element(parent: ET.Element | None, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    """Parent, tag, text and attributes → a new element, put into the parent where there is one."""
    child = ET.Element(tag) if parent is None else ET.SubElement(parent, tag)
    child.text = text
    for name, value in attributes.items():
        child.set(name, value)
    return child


def xml(root: ET.Element) -> bytes:
    """Tree → a document whose first byte is that of its declaration; what XML cannot hold is left out."""
    for node in root.iter():
        node.text, node.tail = legal(node.text or ""), legal(node.tail or "")
        for name, value in node.attrib.items():
            node.set(name, legal(value))
    document: bytes = ET.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + document + b"\n"


def legal(text: str) -> str:
    """Text → the same without characters that XML cannot hold."""
    return _ILLEGAL.sub("", text)


def manifest(identifier: str, schema: str, version: str) -> tuple[ET.Element, ET.Element]:
    """Identifier and schema → the manifest of a package (IMS Content Packaging 1.1), and its element of resources."""
    root = element(None, "manifest", identifier=identifier)
    root.set("xmlns", "http://www.imsglobal.org/xsd/imscp_v1p1")
    metadata = element(root, "metadata")
    element(metadata, "schema", schema)
    element(metadata, "schemaversion", version)
    element(root, "organizations")
    return root, element(root, "resources")


def archive(files: Mapping[str, bytes]) -> bytes:
    """Files by name → a zip without dates, in the order given.

    Raises ValueError for a name that could leave the folder it is unpacked to.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, data in files.items():
            if not _SAFE_NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no name for a file in a zip")
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # Unix, wherever it is made
            packed.writestr(entry, data)
    return out.getvalue()
