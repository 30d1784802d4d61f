"""Theme → a presentation of our own without slides."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.theme import Theme
from graphviz_ad.export.powerpoint.template import remove_parts
from graphviz_ad.export.powerpoint.xml import EMU_PER_POINT, NAMESPACES, RELATION_TYPES, element, namespace_declarations
from graphviz_ad.messages.catalogue import fact, han

if TYPE_CHECKING:  # python-pptx is an extra
    from pptx.opc.package import Part
    from pptx.presentation import Presentation

_SLIDE_WIDTH_EMU, _SLIDE_HEIGHT_EMU = 12192000, 6858000
"""16:9, as PowerPoint makes new presentations."""
_MARGIN_SHARE = 0.03
"""Of the width: what is free at the left and at the right of title and body, before titles are aligned."""
_TITLE_TOP_SHARE, _TITLE_HEIGHT_SHARE = 0.02, 0.055
_BODY_TOP_SHARE, _BODY_HEIGHT_SHARE = 0.075, 0.925
"""Of the height: a title of one line, and under it all that the slide has, since pictures have margins of their own."""
_TITLE_SIZE_PT = 20
"""Smaller than PowerPoint's 44, since a title says in one line what the step computes: the graph is what is read."""


def blank(pptx: ModuleType, theme: Theme, lang: str) -> Presentation:
    """Theme → a presentation of 16:9 without slides whose master has its colours."""
    from pptx.util import Emu

    file: Presentation = pptx.Presentation()
    size = file._element.get_or_add_sldSz()
    width, height = Emu(_SLIDE_WIDTH_EMU), Emu(_SLIDE_HEIGHT_EMU)
    stretch = width / size.cx
    size.cx, size.cy = width, height
    size.attrib.pop("type", None)
    master = file.slide_master
    for page in (master, *master.slide_layouts):
        for extent in page._element.iter(f"{{{NAMESPACES['a']}}}off", f"{{{NAMESPACES['a']}}}ext"):
            for name in ("x", "cx"):
                if name in extent.attrib:
                    extent.set(name, str(round(int(extent.get(name)) * stretch)))
    title, body = (
        next(p for p in master.placeholders if p.placeholder_format.type.name == kind) for kind in ("TITLE", "BODY")
    )
    for box, top_share, height_share in (
        (title, _TITLE_TOP_SHARE, _TITLE_HEIGHT_SHARE), (body, _BODY_TOP_SHARE, _BODY_HEIGHT_SHARE),
    ):  # fmt: skip
        box.left, box.width = round(_MARGIN_SHARE * width), round((1 - 2 * _MARGIN_SHARE) * width)
        box.top, box.height = round(top_share * height), round(height_share * height)
    properties = title._element.find(".//a:bodyPr", NAMESPACES)
    properties.set("lIns", "0")
    properties.set("rIns", "0")
    properties.set("anchor", "b")
    for fit in list(properties):  # one size of type in all slides
        properties.remove(fit)
    properties.append(element(f"<a:noAutofit{namespace_declarations('a')}/>"))
    level = master._element.find(".//p:titleStyle/a:lvl1pPr", NAMESPACES)
    level.set("algn", "l")
    level.find("a:defRPr", NAMESPACES).set("sz", str(100 * _TITLE_SIZE_PT))
    _recolour(master.part.part_related_by(f"{RELATION_TYPES}/theme"), theme, lang)
    properties = file.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    remove_parts(file, ("thumbnail", "printerSettings", "viewProps"))
    return file


def blank_picture_area() -> Rect:
    """→ where on a slide of our own master pictures stand, in points: they have margins of their own."""
    width, height = _SLIDE_WIDTH_EMU / EMU_PER_POINT, _SLIDE_HEIGHT_EMU / EMU_PER_POINT
    return 0.0, _BODY_TOP_SHARE * height, width, (_BODY_TOP_SHARE + _BODY_HEIGHT_SHARE) * height


def align_titles(file: Presentation, left: float, right: float) -> None:
    """Titles of a presentation of our own → between these places, in points."""
    title = next(p for p in file.slide_master.placeholders if p.placeholder_format.type.name == "TITLE")
    title.left, title.width = round(left * EMU_PER_POINT), round((right - left) * EMU_PER_POINT)


def _recolour(part: Part, theme: Theme, lang: str) -> None:
    """The part of a master's theme → the same in the colours of ours, with a font for Japanese or Chinese."""
    root = element(part.blob)
    for name, colour in (("dk1", theme.ink), ("lt1", theme.paper), ("dk2", theme.quiet), ("lt2", theme.box),
                         ("accent1", theme.forward), ("accent2", theme.backward)):  # fmt: skip
        slot = root.find(f".//a:clrScheme/a:{name}", NAMESPACES)
        for previous in list(slot):
            slot.remove(previous)
        slot.append(element(f'<a:srgbClr{namespace_declarations("a")} val="{colour[1:].upper()}"/>'))
    for font in root.iterfind(".//a:fontScheme//a:ea", NAMESPACES):
        font.set("typeface", fact(han(lang), "X-Office-Font"))
    from lxml import etree

    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
