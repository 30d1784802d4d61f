"""Theme → a presentation of our own without slides."""

from __future__ import annotations

from typing import Any

from graphviz_ad.diagram.theme import Theme
from graphviz_ad.export.powerpoint.template import forget
from graphviz_ad.export.powerpoint.xml import NAMESPACES, RELATIONS, declared, element
from graphviz_ad.messages.catalogue import fact, han

_WIDE = (12192000, 6858000)
_MARGIN, _TITLE_TOP, _TITLE_HIGH, _TITLE_SIZE = 0.03, 0.035, 0.1, 24
"""Of the master: parts of the width and of the height of a slide; points."""


def blank(pptx: Any, theme: Theme, lang: str) -> Any:
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
    _recolour(master.part.part_related_by(f"{RELATIONS}/theme"), theme, lang)
    properties = file.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    forget(file, ("thumbnail", "printerSettings", "viewProps"))
    return file


def _recolour(part: Any, theme: Theme, lang: str) -> None:
    """The part of a master's theme → the same in the colours of ours, with a font for Japanese or Chinese."""
    root = element(part.blob)
    for name, colour in (("dk1", theme.ink), ("lt1", theme.paper), ("dk2", theme.quiet), ("lt2", theme.box),
                         ("accent1", theme.forward), ("accent2", theme.backward)):  # fmt: skip
        slot = root.find(f".//a:clrScheme/a:{name}", NAMESPACES)
        for old in list(slot):
            slot.remove(old)
        slot.append(element(f'<a:srgbClr{declared("a")} val="{colour[1:].upper()}"/>'))
    for font in root.iterfind(".//a:fontScheme//a:ea", NAMESPACES):
        font.set("typeface", fact(han(lang), "X-Office-Font"))
    from lxml import etree

    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
