"""Presentations as files: our own blank one or a lecturer's template, slides in it, the same bytes for the same slides.

python-pptx (https://python-pptx.readthedocs.io) reads and writes the package; what it has no function for is XML.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING

from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.theme import Theme
from graphviz_ad.export.powerpoint.blank import align_titles, blank, blank_picture_area
from graphviz_ad.export.powerpoint.deferred_parts import DeferredParts
from graphviz_ad.export.powerpoint.drawing import FIRST_SHAPE_NUMBER, ShapeIdentity, fragment, language, picture
from graphviz_ad.export.powerpoint.template import (
    FOOTER_KINDS,
    emptied_template,
    placeholders,
    template_errors,
    title_layout,
)
from graphviz_ad.export.powerpoint.xml import (
    EMU_PER_POINT,
    NAMESPACES,
    RELATION_TYPES,
    element,
    namespace_declarations,
    valid_text,
)
from graphviz_ad.lazy import optional

if TYPE_CHECKING:  # python-pptx is an extra
    from pptx.enum.shapes import PP_PLACEHOLDER_TYPE
    from pptx.shapes.base import BaseShape
    from pptx.slide import Slide as PptxSlide

_DATE = (1980, 1, 1)
"""Of everything in the file: the first that a zip can hold."""
_MAX_TITLE_CHARACTERS = 255
"""Of the title of the whole: python-pptx refuses longer ones."""
_MIN_BODY_SHARE = 0.4
"""Of the slide: where the master has less space for text, that is too small for a graph."""
_MIN_FOOTER_TOP_SHARE = 0.8
"""Of the height: placeholders of the footer that begin higher than this do not stand at the foot of the slide."""
_PICTURE_HEIGHT_PER_WIDTH = 9 / 16
"""About that of a picture, by which the areas for it are compared."""
_MORPH = (
    f"<mc:AlternateContent{namespace_declarations('mc', 'p')}>"
    f'<mc:Choice{namespace_declarations("p159", "p14")} Requires="p159">'
    '<p:transition spd="slow" p14:dur="900"><p159:morph option="byObject"/></p:transition></mc:Choice>'
    '<mc:Fallback><p:transition spd="med"><p:fade/></p:transition></mc:Fallback></mc:AlternateContent>'
)
"""The transition Morph, in 0.9 seconds; a program that does not know it fades the slide in."""


class Presentation:
    """A presentation that is being written: slides of a title and what stands below it.

    `picture_area` is where on a slide pictures may stand, in points.
    """

    def __init__(self, title: str, theme: Theme, lang: str, template: str | None = None) -> None:
        """Title of the whole, colours, language, and path of the lecturer's own template.

        Of a template its slides are left out; size, master, layouts, fonts and colours stay. Raises MissingPartError
        without python-pptx, OutputError for a template that cannot be used.
        """
        pptx = optional("pptx", "slides", "a PowerPoint deck")
        self._lang, self._has_template = lang, template is not None
        with template_errors(template):
            self._file = emptied_template(pptx, template) if template else blank(pptx, theme, lang)
            self._layout = title_layout(self._file, template)
            self.picture_area = self._find_picture_area() if template else blank_picture_area()
        package = self._file.part.package
        self._deferred = DeferredParts(part.partname for part in package.iter_parts())
        package.next_partname = self._deferred.next_name  # type: ignore[method-assign, assignment]
        properties = self._file.core_properties
        properties.title, properties.language = valid_text(title)[:_MAX_TITLE_CHARACTERS], language("", lang)
        properties.created = properties.modified = datetime(*_DATE)

    def slide(self, title: str, notes: str) -> Slide:
        """Title and speaker notes → a new slide with them."""
        slide = self._file.slides.add_slide(self._layout)
        for placeholder in list(slide.placeholders):
            if placeholder != slide.shapes.title:
                placeholder.element.getparent().remove(placeholder.element)
        for frame, text in ((slide.shapes.title.text_frame, title), (slide.notes_slide.notes_text_frame, notes)):
            frame.text = valid_text(text)
            for paragraph in frame.paragraphs:
                for run in paragraph.runs:
                    run._r.get_or_add_rPr().set("lang", language(run.text, self._lang))
        return Slide(slide, self._deferred)

    def align_titles(self, left: float, right: float) -> None:
        """Titles of our own master begin where the picture's words do, and end there, in points; others stay."""
        if not self._has_template:
            align_titles(self._file, left, right)

    def _find_picture_area(self) -> Rect:
        """→ the space of the master's text, or the largest that the title leaves at one of its sides, in points."""
        width, height = self._file.slide_width, self._file.slide_height
        if width is None or height is None:
            raise ValueError("the presentation does not say how large its slides are")
        layout, master = placeholders(self._layout), placeholders(self._layout.slide_master)
        title = _box(next(p for p in layout if p.placeholder_format.type in _title_types()))
        boxes = {p.placeholder_format.type.name: _box(p) for p in (*master, *layout)}
        feet = [boxes[kind][1] for kind in FOOTER_KINDS if kind in boxes]
        bottom = min([0.95 * height, *(top for top in feet if top > _MIN_FOOTER_TOP_SHARE * height)])
        x0, y0, x1, y1 = title
        left, right = min(x0, width - x1), max(x1, width - x0)  # as far from both edges
        area = max(
            (left, 0.04 * height, right, min(y0, bottom)),
            (left, y1, right, bottom),
            (0.03 * width, 0.04 * height, x0, bottom),
            (x1, 0.04 * height, 0.97 * width, bottom),
            key=lambda space: min((space[2] - space[0]) * _PICTURE_HEIGHT_PER_WIDTH, space[3] - space[1]),
        )
        for p in master:
            body = _box(p)
            is_apart = body[1] >= y1 or body[3] <= y0 or body[0] >= x1 or body[2] <= x0
            is_large = (body[2] - body[0]) * (body[3] - body[1]) > _MIN_BODY_SHARE * width * height
            if p.placeholder_format.type.name == "BODY" and is_apart and is_large:
                area = body
        x0, y0, x1, y1 = (edge / EMU_PER_POINT for edge in area)
        return x0, y0, x1, y1

    def bytes(self) -> bytes:
        """→ the file, in which every part has the same date."""
        packed = io.BytesIO()
        self._file.save(packed)
        out = io.BytesIO()
        with zipfile.ZipFile(packed) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
            for name in before.namelist():
                entry = zipfile.ZipInfo(name, (*_DATE, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
                entry.create_system = 0
                after.writestr(entry, self._deferred.content(name, before.read(name)))
        return out.getvalue()


class Slide:
    """A slide that is being written."""

    def __init__(self, slide: PptxSlide, deferred: DeferredParts) -> None:
        self._slide, self._deferred = slide, deferred

    def picture(self, png: bytes, svg: bytes, alt: str, rect: Rect) -> None:
        """A picture in its place in points: a PNG, and the SVG that newer programs show instead of it."""
        part = self._slide.part
        images = [
            self._deferred.picture_part(part.package, data, suffix, content_type)
            for data, suffix, content_type in ((png, "png", "image/png"), (svg, "svg", "image/svg+xml"))
        ]
        relations = [part.relate_to(image, f"{RELATION_TYPES}/image") for image in images]
        self.shapes(picture(ShapeIdentity(FIRST_SHAPE_NUMBER, "!!graph", alt), rect, *relations))

    def shapes(self, shapes: str) -> None:
        """XML of shapes → the same on the slide."""
        for shape in element(fragment(self._deferred.defer_formulas(shapes))):
            self._slide.shapes._spTree.append(shape)

    def morph(self) -> None:
        """This slide comes by Morph: what has the same name as on the slide before moves; elsewhere it fades in."""
        override = self._slide._element.find("p:clrMapOvr", NAMESPACES)
        override.addnext(element(_MORPH))


def _title_types() -> tuple[PP_PLACEHOLDER_TYPE, ...]:
    from pptx.enum.shapes import PP_PLACEHOLDER

    return PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE


def _box(placeholder: BaseShape) -> Rect:
    left, top = placeholder.left or 0, placeholder.top or 0
    return left, top, left + (placeholder.width or 0), top + (placeholder.height or 0)
