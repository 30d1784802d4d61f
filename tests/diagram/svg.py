"""An SVG read with a real parser, for the tests of pictures."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"
Element = ElementTree.Element

STATE = frozenset({"fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap"})
"""Attributes by which a state shows; all others are geometry."""


def read(svg: str) -> Element:
    """SVG text → its root; anything not well-formed is an error."""
    return ElementTree.fromstring(svg)


def groups(root: Element, kind: str) -> list[Element]:
    """Root → the groups of nodes or of edges, in the order of the file."""
    return [element for element in root.iter(f"{SVG}g") if element.get("class") == kind]


def name_of(group: Element) -> str:
    """A node's or an edge's group → what it is called there."""
    return group.get("data-edge") or f"{group.get('data-id')} {group.get('data-name')}"


def as_text(element: Element) -> str:
    """Element → its bytes, to be compared."""
    return ElementTree.tostring(element, encoding="unicode")


def geometry(element: Element) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """Element → name and attributes of all shapes in it, without what shows a state."""
    for shape in element.iter():
        kept = tuple(sorted((name, value) for name, value in shape.attrib.items() if name not in STATE))
        yield shape.tag.removeprefix(SVG), kept
