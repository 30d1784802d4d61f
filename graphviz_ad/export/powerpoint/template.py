"""A lecturer's own presentation → one without slides, of which master, layouts, fonts and colours stay."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from graphviz_ad.errors import OutputError
from graphviz_ad.export.powerpoint.xml import NAMESPACES

if TYPE_CHECKING:  # python-pptx is an extra
    from pptx.presentation import Presentation
    from pptx.shapes.placeholder import LayoutPlaceholder, MasterPlaceholder
    from pptx.slide import SlideLayout, SlideMaster

FOOTER_KINDS = ("DATE", "FOOTER", "SLIDE_NUMBER")
"""Placeholders at the foot of a slide."""
_PRESENTATION_TYPES = {b"presentationml.template.main": b"presentationml.presentation.main",
                       b"presentationml.slideshow.main": b"presentationml.presentation.main"}  # fmt: skip
"""Content types of a template and of a show → that of a presentation, which python-pptx asks for."""
_COMPOUND_FILE_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How a .ppt begins, and a .pptx with a password ([MS-CFB] 2.2)."""
_SAVE_HINT = "save it as .pptx, without a password, and give that"
"""What to do about a template in another format, with a password or with macros."""


@contextmanager
def template_errors(path: str | None) -> Iterator[None]:
    """Errors of python-pptx while it reads the template at `path` → an OutputError that names the file.

    Without a path they are faults of ours, and pass as they are.
    """
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


def emptied_template(pptx: ModuleType, path: str) -> Presentation:
    """Path of a template → the presentation without its slides."""
    data = Path(path).read_bytes()
    if data.startswith(_COMPOUND_FILE_SIGNATURE):
        raise OutputError(f"the template '{path}' is in PowerPoint's old format or has a password", hint=_SAVE_HINT)
    file: Presentation = pptx.Presentation(io.BytesIO(_as_presentation(data, path)))
    _remove_slides(file)
    return file


def _as_presentation(data: bytes, path: str) -> bytes:
    """A template or a show as PowerPoint saves them → a presentation: only its content type is another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            if name == "mimetype" and b"opendocument" in part:
                raise OutputError(f"the template '{path}' is in the format of LibreOffice", hint=_SAVE_HINT)
            if name == "[Content_Types].xml":
                if b"macroEnabled.main" in part:
                    raise OutputError(f"the template '{path}' holds macros", hint=_SAVE_HINT)
                for saved, presentation in _PRESENTATION_TYPES.items():
                    part = part.replace(saved, presentation)
            after.writestr(name, part)
    return out.getvalue()


def _remove_slides(file: Presentation) -> None:
    """Take out the slides of a presentation, and what refers to them: sections, shows, the view last seen."""
    slide_ids = file.slides._sldIdLst
    for slide_id in list(slide_ids):
        file.part.drop_rel(slide_id.rId)
        slide_ids.remove(slide_id)
    root = file._element
    for shows in root.findall("p:custShowLst", NAMESPACES):
        root.remove(shows)
    for sections in list(root.iter(f"{{{NAMESPACES['p14']}}}sectionLst")):
        extension = sections.getparent()
        extension.getparent().remove(extension)
    remove_parts(file, ("thumbnail", "viewProps"))


def remove_parts(file: Presentation, kinds: tuple[str, ...]) -> None:
    """Take out parts of these kinds, which show or describe what the file held before."""
    for relations in (file.part.package._rels, file.part.rels):
        for name, relation in list(relations.items()):
            if relation.reltype.rpartition("/")[2] in kinds:
                relations.pop(name)


def placeholders(page: SlideLayout | SlideMaster) -> list[LayoutPlaceholder | MasterPlaceholder]:
    """Layout or master → its placeholders."""
    return list(page.placeholders)


def title_layout(file: Presentation, template: str | None) -> SlideLayout:
    """Presentation → the layout that has a title and as little else as possible, whatever it is called.

    Raises OutputError where no layout has a title.
    """
    ranked = []
    for layout in file.slide_layouts:
        kinds = [placeholder.placeholder_format.type.name for placeholder in placeholders(layout)]
        others = [kind for kind in kinds if kind not in FOOTER_KINDS]
        if "TITLE" in kinds or "CENTER_TITLE" in kinds:
            is_title_only = layout._element.get("type") == "titleOnly"
            ranked.append(((not is_title_only, len(others), "CENTER_TITLE" in kinds), layout))
    if not ranked:
        raise OutputError(
            f"no layout of '{template}' has a title", hint="add a layout with a title in PowerPoint, View, Slide Master"
        )
    return min(ranked, key=lambda pair: pair[0])[1]
