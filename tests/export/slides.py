"""What the tests of PowerPoint decks share: decks, templates, and the shapes of a slide with those of its formulas."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Unpack

import pytest

from graphviz_ad.diagram.style import StyleOptions
from graphviz_ad.export.registry import make
from tests.diagram.cases import CASES, JAPANESE, NEURON, Case, deck_of
from tests.export.text_decks import Extras, deck_files

if TYPE_CHECKING:
    from pptx.oxml.xmlchemy import BaseOxmlElement
    from pptx.presentation import Presentation
    from pptx.slide import Slide

pptx: ModuleType = pytest.importorskip("pptx")

FAN: Case = ("a = x*y; L = a*a + x", {"x": 2, "y": 3})
FIVE: dict[str, tuple[Case, StyleOptions]] = {
    "fan-out": (FAN, {}),
    "softmax": (CASES["softmax"], {}),
    "matrices": (CASES["affine layer"], {}),
    "long": (NEURON, {}),
    "Japanese": (JAPANESE, {"lang": "ja"}),
}
"""Formulas and the looks of their decks."""

NS = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "a14": "http://schemas.microsoft.com/office/drawing/2010/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "p159": "http://schemas.microsoft.com/office/powerpoint/2015/09/main",
}


def written(case: Case, extras: Extras | None = None, **look: Unpack[StyleOptions]) -> bytes:
    """Formula, options of the format and look → the file; pictures are those of slides, as `save` makes them."""
    look["fit"] = "slide"
    return deck_files("pptx", case, extras=extras, **look)[0]


def three_slides(case: Case, extras: Extras | None = None, **look: Unpack[StyleOptions]) -> bytes:
    """The same with three slides alone: the first, one of the backward pass, the finished pass."""
    look["fit"] = "slide"
    deck = deck_of(case, **look)
    last = len(deck.frames) - 1
    return make("pptx", deck, [0, last - 2, last], "", lambda done: None, **(extras or {}))[0]


def opened(data: bytes) -> Presentation:
    """The file → the presentation."""
    file: Presentation = pptx.Presentation(io.BytesIO(data))
    return file


def named(slide: Slide, form: str = "Choice") -> dict[str, BaseOxmlElement]:
    """Slide → its shapes by name, formulas as they are for programs that know them, or for others (`Fallback`)."""
    other = {"Choice": "Fallback", "Fallback": "Choice"}[form]
    return {
        at.get("name"): at.getparent().getparent()
        for at in slide._element.iterfind(".//p:cNvPr", NS)
        if at.get("name") and not any(up.tag == f"{{{NS['mc']}}}{other}" for up in at.iterancestors())
    }


def text(shape: BaseOxmlElement) -> str:
    """Shape → its text, that of a formula sign by sign."""
    return "".join(at.text or "" for at in shape.iter(f"{{{NS['a']}}}t", f"{{{NS['m']}}}t")).replace("\u2009", " ")


def box(shape: BaseOxmlElement) -> tuple[int, int, int, int]:
    """Shape → its place and size in English Metric Units."""
    off, ext = shape.find(".//a:off", NS), shape.find(".//a:ext[@cx]", NS)
    return int(off.get("x")), int(off.get("y")), int(ext.get("cx")), int(ext.get("cy"))


def template(path: Path, *, change: Callable[[Presentation], None] = lambda file: None, slides: int = 2) -> Path:
    """Path → a lecturer's presentation there: 4:3, dark blue, layouts with names of their own, slides with a picture."""
    from pptx.dml.color import RGBColor

    file: Presentation = pptx.Presentation()
    fill = file.slide_master.background.fill
    fill.solid()
    fill.fore_color.rgb = RGBColor(0x12, 0x2A, 0x55)  # type: ignore[no-untyped-call]
    for number, layout in enumerate(file.slide_layouts):
        layout.name = f"配置 {number}"
    for number in range(slides):
        slide = file.slides.add_slide(file.slide_layouts[5])
        slide.shapes.title.text = f"old slide {number}"
        slide.notes_slide.notes_text_frame.text = "old notes"
    change(file)
    file.save(str(path))
    return path


def repacked(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """A file → the same with other parts; None leaves one out."""
    with zipfile.ZipFile(path) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    with zipfile.ZipFile(path, "w") as after:
        for name, data in parts.items():
            new = change(name, data)
            if new is not None:
                after.writestr(name, new)
    return path
