"""Presentations as files: our own blank one or a lecturer's template, slides in it, the same bytes for the same slides.

python-pptx (https://python-pptx.readthedocs.io) reads and writes the package; what it has no function for is XML.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.theme import Theme
from graphviz_ad.errors import OutputError
from graphviz_ad.lazy import optional
from graphviz_ad.office.drawing import fragment, language
from graphviz_ad.office.xml import EMU, NAMESPACES, alternative, attributes, declared, plain

_DATE = (1980, 1, 1)
"""Of everything in the file: the first that a zip can hold."""
_WIDE = (12192000, 6858000)
_MARGIN, _TITLE_TOP, _TITLE_HIGH, _TITLE_SIZE = 0.03, 0.035, 0.1, 24
"""Of our own master: parts of the width and of the height of a slide; points."""
_LEAST_ROOM = 0.4
"""Part of the slide below which the space its master has for text is too small for a graph."""
_PLACEHOLDERS_OF_FOOT = ("DATE", "FOOTER", "SLIDE_NUMBER")
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KINDS = {b"presentationml.template.main": b"presentationml.presentation.main",
          b"presentationml.slideshow.main": b"presentationml.presentation.main"}  # fmt: skip
_SVG = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_MORPH = (
    f'<mc:AlternateContent{declared("mc", "p")}><mc:Choice{declared("p159", "p14")} Requires="p159">'
    '<p:transition spd="slow" p14:dur="900"><p159:morph option="byObject"/></p:transition></mc:Choice>'
    '<mc:Fallback><p:transition spd="med"><p:fade/></p:transition></mc:Fallback></mc:AlternateContent>'
)


class Presentation:
    """A presentation that is being written: slides of a title and what stands below it.

    `room` is where on a slide pictures may stand, in points.
    """

    def __init__(self, title: str, theme: Theme, lang: str, template: str | None = None) -> None:
        """Title of the whole, colours, language, and path of the lecturer's own template.

        Of a template its slides are left out; size, master, layouts, fonts and colours stay. Raises MissingPartError
        without python-pptx, OutputError for a template that cannot be used.
        """
        self._pptx = optional("pptx", "slides", "a PowerPoint deck")
        self._lang = lang
        with _readable(template):
            self._file = _opened(self._pptx, template) if template else _blank(self._pptx, theme)
            self._layout = _title_layout(self._file, template)
            self.room = self._find_room()
        properties = self._file.core_properties
        properties.title, properties.language = plain(title)[:255], language("", lang)
        properties.created = properties.modified = datetime(*_DATE)

    def slide(self, title: str, notes: str) -> Slide:
        """Title and speaker notes → a new slide with them."""
        made = self._file.slides.add_slide(self._layout)
        for placeholder in list(made.placeholders):
            if placeholder != made.shapes.title:
                placeholder.element.getparent().remove(placeholder.element)
        for frame, text in ((made.shapes.title.text_frame, title), (made.notes_slide.notes_text_frame, notes)):
            frame.text = plain(text)
            for paragraph in frame.paragraphs:
                for run in paragraph.runs:
                    run._r.get_or_add_rPr().set("lang", language(run.text, self._lang))
        return Slide(made)

    def _find_room(self) -> Rect:
        """→ the space of the master's text, or what the title leaves."""
        width, height = self._file.slide_width, self._file.slide_height
        title = _box(next(p for p in self._layout.placeholders if p.placeholder_format.type in _titles(self._pptx)))
        bodies = [_box(p) for p in self._layout.slide_master.placeholders if p.placeholder_format.type.name == "BODY"]
        x0, y0, x1, y1 = title
        above, below = (x0, 0.04 * height, x1, y0), (x0, y1, x1, 0.95 * height)
        found = max(above, below, key=lambda r: r[3] - r[1])
        for body in bodies:
            apart = body[1] >= y1 or body[3] <= y0
            if apart and (body[2] - body[0]) * (body[3] - body[1]) > _LEAST_ROOM * width * height:
                found = body
        left, top, right, bottom = (edge / EMU for edge in found)
        return left, top, right, bottom

    def bytes(self) -> bytes:
        """→ the file, in which every part has the same date."""
        written = io.BytesIO()
        self._file.save(written)
        out = io.BytesIO()
        with zipfile.ZipFile(written) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
            for name in before.namelist():
                entry = zipfile.ZipInfo(name, (*_DATE, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
                entry.create_system = 0
                after.writestr(entry, before.read(name))
        return out.getvalue()


class Slide:
    """A slide that is being written."""

    def __init__(self, slide: Any) -> None:
        self._slide = slide

    def picture(self, png: bytes, svg: bytes, alt: str, rect: Rect) -> None:
        """A picture in its place in points: a PNG, and the SVG that newer programs show instead of it."""
        from pptx.opc.constants import RELATIONSHIP_TYPE
        from pptx.opc.package import Part

        x0, y0, x1, y1 = (round(EMU * edge) for edge in rect)
        made = self._slide.shapes.add_picture(io.BytesIO(png), x0, y0, x1 - x0, y1 - y0)
        package = self._slide.part.package
        part = Part(package.next_partname("/ppt/media/graph%d.svg"), "image/svg+xml", package, svg)
        relation = self._slide.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
        told = made._element.nvPicPr.cNvPr
        told.set("name", "!!graph")
        told.set("descr", alternative(alt))
        blip = made._element.blipFill.find("a:blip", NAMESPACES)
        blip.append(
            _element(
                f"<a:extLst{declared('a')}><a:ext{attributes(('uri', _SVG))}>"
                f'<asvg:svgBlip{declared("asvg", "r")} r:embed="{relation}"/></a:ext></a:extLst>'
            )
        )

    def shapes(self, written: str) -> None:
        """XML of shapes → the same on the slide."""
        for shape in _element(fragment(written)):
            self._slide.shapes._spTree.append(shape)

    def morph(self) -> None:
        """This slide comes by Morph: what has the same name as on the slide before moves; elsewhere it fades in."""
        override = self._slide._element.find("p:clrMapOvr", NAMESPACES)
        override.addnext(_element(_MORPH))


def _element(text: str) -> Any:
    from pptx.oxml import parse_xml

    return parse_xml(text)


def _titles(pptx: Any) -> tuple[Any, ...]:
    from pptx.enum.shapes import PP_PLACEHOLDER

    return PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE


def _box(placeholder: Any) -> Rect:
    left, top = placeholder.left or 0, placeholder.top or 0
    return left, top, left + (placeholder.width or 0), top + (placeholder.height or 0)


def _blank(pptx: Any, theme: Theme) -> Any:
    """Theme → a presentation of 16:9 without slides whose master has its colours."""
    file = pptx.Presentation()
    wide, high = _WIDE
    stretch = wide / file.slide_width
    file.slide_width, file.slide_height = wide, high
    file._element.sldSz.attrib.pop("type", None)
    master = file.slide_master
    for one in (master, *master.slide_layouts):
        for at in one._element.iter(f"{{{NAMESPACES['a']}}}off", f"{{{NAMESPACES['a']}}}ext"):
            for name in ("x", "cx"):
                if name in at.attrib:
                    at.set(name, str(round(int(at.get(name)) * stretch)))
    title, body = (
        next(p for p in master.placeholders if p.placeholder_format.type.name == kind) for kind in ("TITLE", "BODY")
    )
    for box, top, height in ((title, _TITLE_TOP, _TITLE_HIGH), (body, 0.14, 0.83)):
        box.left, box.width = round(_MARGIN * wide), round((1 - 2 * _MARGIN) * wide)
        box.top, box.height = round(top * high), round(height * high)
    level = master._element.find(".//p:titleStyle/a:lvl1pPr", NAMESPACES)
    level.set("algn", "l")
    level.find("a:defRPr", NAMESPACES).set("sz", str(100 * _TITLE_SIZE))
    _recolour(master.part.part_related_by(f"{_RELATIONS}/theme"), theme)
    properties = file.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    _forget(file, ("thumbnail", "printerSettings", "viewProps"))
    return file


def _recolour(part: Any, theme: Theme) -> None:
    """The part of a master's theme → the same in the colours of ours, with a font for Japanese."""
    root = _element(part.blob)
    for name, colour in (("dk1", theme.ink), ("lt1", theme.paper), ("dk2", theme.quiet), ("lt2", theme.box),
                         ("accent1", theme.forward), ("accent2", theme.backward)):  # fmt: skip
        slot = root.find(f".//a:clrScheme/a:{name}", NAMESPACES)
        for old in list(slot):
            slot.remove(old)
        slot.append(_element(f'<a:srgbClr{declared("a")} val="{colour[1:].upper()}"/>'))
    for font in root.iterfind(".//a:fontScheme//a:ea", NAMESPACES):
        font.set("typeface", "Yu Gothic")
    from lxml import etree

    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


@contextmanager
def _readable(path: str | None) -> Iterator[None]:
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


def _opened(pptx: Any, path: str) -> Any:
    """Path of a template → the presentation without its slides."""
    file = pptx.Presentation(io.BytesIO(_as_presentation(Path(path).read_bytes())))
    _emptied(file)
    return file


def _as_presentation(data: bytes) -> bytes:
    """A template or a show as PowerPoint saves them → a presentation: only the name of its kind is another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            if name == "[Content_Types].xml":
                for old, new in _KINDS.items():
                    part = part.replace(old, new)
                if b"macroEnabled.main" in part:
                    raise ValueError("macros")
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
    _forget(file, ("thumbnail", "viewProps"))


def _forget(file: Any, kinds: tuple[str, ...]) -> None:
    """Take out parts of these kinds, which show or describe what the file held before."""
    for relations in (file.part.package._rels, file.part.rels):
        for name, relation in list(relations.items()):
            if relation.reltype.rpartition("/")[2] in kinds:
                relations.pop(name)


def _title_layout(file: Any, template: str | None) -> Any:
    """Presentation → the layout that has a title and as little else as possible, whatever it is called.

    Raises OutputError where no layout has a title.
    """
    found = []
    for layout in file.slide_layouts:
        kinds = [placeholder.placeholder_format.type.name for placeholder in layout.placeholders]
        others = [kind for kind in kinds if kind not in _PLACEHOLDERS_OF_FOOT]
        if "TITLE" in kinds or "CENTER_TITLE" in kinds:
            only = layout._element.get("type") == "titleOnly"
            found.append(((not only, len(others), "CENTER_TITLE" in kinds), layout))
    if not found:
        raise OutputError(
            f"no layout of '{template}' has a title", hint="add a layout with a title in PowerPoint, View, Slide Master"
        )
    return min(found, key=lambda one: one[0])[1]
