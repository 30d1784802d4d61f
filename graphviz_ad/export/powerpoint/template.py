"""A lecturer's own presentation → one without slides, of which master, layouts, fonts and colours stay."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from graphviz_ad.errors import OutputError
from graphviz_ad.export.powerpoint.xml import NAMESPACES

FEET = ("DATE", "FOOTER", "SLIDE_NUMBER")
"""Placeholders at the foot of a slide."""
_KINDS = {b"presentationml.template.main": b"presentationml.presentation.main",
          b"presentationml.slideshow.main": b"presentationml.presentation.main"}  # fmt: skip
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
"""How a .ppt begins, and a .pptx with a password ([MS-CFB] 2.2)."""
_SAVE = "save it as .pptx, without a password, and give that"


@contextmanager
def readable(path: str | None) -> Iterator[None]:
    """What is wrong with the file at `path` is told as an OutputError."""
    from lxml.etree import LxmlError
    from pptx.exc import PythonPptxError

    hint = "give a .pptx or .potx that PowerPoint opens"
    try:
        yield
    except OSError as problem:
        if path is None:
            raise
        raise OutputError(f"the template '{path}' cannot be read: {problem.strerror}", hint=hint) from None
    except (zipfile.BadZipFile, LxmlError, LookupError, ValueError, AttributeError, NotImplementedError, StopIteration,
            EOFError, PythonPptxError) as problem:  # fmt: skip
        if path is None:
            raise
        raise OutputError(f"the template '{path}' is no presentation", hint=hint) from problem


def opened(pptx: Any, path: str) -> Any:
    """Path of a template → the presentation without its slides."""
    data = Path(path).read_bytes()
    if data.startswith(_COMPOUND):
        raise OutputError(f"the template '{path}' is in PowerPoint's old format or has a password", hint=_SAVE)
    file = pptx.Presentation(io.BytesIO(_as_presentation(data, path)))
    _emptied(file)
    return file


def _as_presentation(data: bytes, path: str) -> bytes:
    """A template or a show as PowerPoint saves them → a presentation: only the name of its kind is another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            if name == "mimetype" and b"opendocument" in part:
                raise OutputError(f"the template '{path}' is in the format of LibreOffice", hint=_SAVE)
            if name == "[Content_Types].xml":
                if b"macroEnabled.main" in part:
                    raise OutputError(f"the template '{path}' holds macros", hint=_SAVE)
                for old, new in _KINDS.items():
                    part = part.replace(old, new)
            after.writestr(name, part)
    return out.getvalue()


def _emptied(file: Any) -> None:
    """Take out the slides of a presentation, and what refers to them: sections, shows, the view last seen."""
    listed = file.slides._sldIdLst
    for entry in list(listed):
        file.part.drop_rel(entry.rId)
        listed.remove(entry)
    root = file._element
    for shows in root.findall("p:custShowLst", NAMESPACES):
        root.remove(shows)
    for sections in list(root.iter(f"{{{NAMESPACES['p14']}}}sectionLst")):
        entry = sections.getparent()
        entry.getparent().remove(entry)
    forget(file, ("thumbnail", "viewProps"))


def forget(file: Any, kinds: tuple[str, ...]) -> None:
    """Take out parts of these kinds, which show or describe what the file held before."""
    for relations in (file.part.package._rels, file.part.rels):
        for name, relation in list(relations.items()):
            if relation.reltype.rpartition("/")[2] in kinds:
                relations.pop(name)


def title_layout(file: Any, template: str | None) -> Any:
    """Presentation → the layout that has a title and as little else as possible, whatever it is called.

    Raises OutputError where no layout has a title.
    """
    found = []
    for layout in file.slide_layouts:
        kinds = [placeholder.placeholder_format.type.name for placeholder in layout.placeholders]
        others = [kind for kind in kinds if kind not in FEET]
        if "TITLE" in kinds or "CENTER_TITLE" in kinds:
            only = layout._element.get("type") == "titleOnly"
            found.append(((not only, len(others), "CENTER_TITLE" in kinds), layout))
    if not found:
        raise OutputError(
            f"no layout of '{template}' has a title", hint="add a layout with a title in PowerPoint, View, Slide Master"
        )
    return min(found, key=lambda one: one[0])[1]
