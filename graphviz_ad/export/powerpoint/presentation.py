"""Presentations as files: our own blank one or a lecturer's template, slides in it, the same bytes for the same slides.

python-pptx (https://python-pptx.readthedocs.io) reads and writes the package; what it has no function for is XML.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.theme import Theme
from graphviz_ad.export.powerpoint.blank import blank
from graphviz_ad.export.powerpoint.deferred_parts import Late
from graphviz_ad.export.powerpoint.drawing import Named, fragment, language, picture
from graphviz_ad.export.powerpoint.template import FEET, opened, readable, title_layout
from graphviz_ad.export.powerpoint.xml import EMU, NAMESPACES, RELATIONS, declared, element, plain
from graphviz_ad.lazy import optional

_DATE = (1980, 1, 1)
"""Of everything in the file: the first that a zip can hold."""
_LEAST_ROOM = 0.4
"""Part of the slide below which the space its master has for text is too small for a graph."""
_HIGH = 9 / 16
"""Of a picture, as a part of its width."""
_FIRST = 10
"""Number of a picture on its slide; those below are left to the placeholders."""
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
        with readable(template):
            self._file = opened(self._pptx, template) if template else blank(self._pptx, theme, lang)
            self._layout = title_layout(self._file, template)
            self.room = self._find_room()
        package = self._file.part.package
        self._late = Late(part.partname for part in package.iter_parts())
        package.next_partname = self._late.name
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
        return Slide(made, self._late)

    def _find_room(self) -> Rect:
        """→ the space of the master's text, or the largest that the title leaves at one of its sides."""
        width, height = self._file.slide_width, self._file.slide_height
        title = _box(next(p for p in self._layout.placeholders if p.placeholder_format.type in _titles(self._pptx)))
        boxes = {
            p.placeholder_format.type.name: _box(p)
            for p in (*self._layout.slide_master.placeholders, *self._layout.placeholders)
        }
        bottom = min(
            [0.95 * height, *(boxes[kind][1] for kind in FEET if kind in boxes and boxes[kind][1] > 0.8 * height)]
        )
        x0, y0, x1, y1 = title
        left, right = min(x0, width - x1), max(x1, width - x0)  # as far from both edges
        found = max(
            (left, 0.04 * height, right, min(y0, bottom)),
            (left, y1, right, bottom),
            (0.03 * width, 0.04 * height, x0, bottom),
            (x1, 0.04 * height, 0.97 * width, bottom),
            key=lambda room: min((room[2] - room[0]) * _HIGH, room[3] - room[1]),
        )
        for p in self._layout.slide_master.placeholders:
            body = _box(p)
            apart = body[1] >= y1 or body[3] <= y0 or body[0] >= x1 or body[2] <= x0
            large = (body[2] - body[0]) * (body[3] - body[1]) > _LEAST_ROOM * width * height
            if p.placeholder_format.type.name == "BODY" and apart and large:
                found = body
        x0, y0, x1, y1 = (edge / EMU for edge in found)
        return x0, y0, x1, y1

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
                after.writestr(entry, self._late.whole(name, before.read(name)))
        return out.getvalue()


class Slide:
    """A slide that is being written."""

    def __init__(self, slide: Any, late: Late) -> None:
        self._slide, self._late = slide, late

    def picture(self, png: bytes, svg: bytes, alt: str, rect: Rect) -> None:
        """A picture in its place in points: a PNG, and the SVG that newer programs show instead of it."""
        part = self._slide.part
        relations = [
            part.relate_to(self._late.part(part.package, data, *kind), f"{RELATIONS}/image")
            for data, kind in ((png, ("png", "image/png")), (svg, ("svg", "image/svg+xml")))
        ]
        self.shapes(picture(Named(_FIRST, "!!graph", alt), rect, *relations))

    def shapes(self, written: str) -> None:
        """XML of shapes → the same on the slide."""
        for shape in element(fragment(self._late.short(written))):
            self._slide.shapes._spTree.append(shape)

    def morph(self) -> None:
        """This slide comes by Morph: what has the same name as on the slide before moves; elsewhere it fades in."""
        override = self._slide._element.find("p:clrMapOvr", NAMESPACES)
        override.addnext(element(_MORPH))


def _titles(pptx: Any) -> tuple[Any, ...]:
    from pptx.enum.shapes import PP_PLACEHOLDER

    return PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE


def _box(placeholder: Any) -> Rect:
    left, top = placeholder.left or 0, placeholder.top or 0
    return left, top, left + (placeholder.width or 0), top + (placeholder.height or 0)
