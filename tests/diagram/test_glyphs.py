"""Pictures in which each glyph stands once: the same picture in a fraction of the text, with ids that never collide."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from graphviz_ad.diagram.glyphs import definitions, shared, shortest
from graphviz_ad.errors import OutputError
from graphviz_ad.export.deck import save
from graphviz_ad.export.image.pages import png
from tests.diagram.cases import CASES, JAPANESE, NEURON, Case, deck_of, trace_of
from tests.export.text_decks import deck_files

SMOOTHING = 70
"""Shades of grey, of 255, by which the smoothing of outlines may differ between a path and the uses of glyphs: at the
seams of a tall bracket, which is made of pieces."""
HREF = "{http://www.w3.org/1999/xlink}href"
README: Case = ("z = w*x + b; a = sigmoid(z); L = (a - y)^2 + 0.1*w^2", {"w": 2, "x": 3, "b": -1, "y": 1})


def difference(svg: str, other: str) -> int:
    """Two pictures → the largest difference of a pixel, in shades of grey."""
    image, chops = (pytest.importorskip(name) for name in ("PIL.Image", "PIL.ImageChops"))
    first, second = (image.open(BytesIO(png(picture, 1.0))).convert("L") for picture in (svg, other))
    extrema: Any = chops.difference(first, second).getextrema()
    return int(extrema[1])


@pytest.mark.parametrize(
    "case",
    [NEURON, CASES["softmax"], CASES["affine layer"], pytest.param(JAPANESE, marks=pytest.mark.cjk)],
    ids=["neuron", "softmax", "affine layer", "Japanese"],
)
@pytest.mark.parametrize("options", [{}, {"theme": "dark", "fit": "slide"}], ids=["light", "dark slide"])
def test_a_small_picture_is_the_same_picture(case: Case, options: dict[str, Any]) -> None:
    deck = deck_of(case, **options)
    for number in (0, len(deck.frames) // 2, len(deck.frames) - 1):
        plain, small = deck.svg(number), deck.svg(number, glyphs="shared")
        assert difference(plain, small) < SMOOTHING
        assert len(small) < 0.7 * len(plain)
        assert shared(plain) == small


def test_a_wrong_glyph_would_be_seen() -> None:
    small = deck_of(NEURON).svg(3, glyphs="shared")
    first, second = re.findall(r'<path id="(\w+)"', small)[:2]
    wrong = small.replace(f'"#{first}"', f'"#{second}"', 1)
    assert difference(small, wrong) > SMOOTHING


def test_ids_are_defined_once_and_used_by_xlink() -> None:
    deck = deck_of(README)
    for number in deck.pictures():
        root = ElementTree.fromstring(deck.svg(number, glyphs="shared"))
        ids = [element.get("id", "") for element in root.iter() if element.get("id")]
        assert len(set(ids)) == len(ids)
        uses = [element for element in root.iter() if element.tag.endswith("use")]
        assert {element.attrib[HREF][1:] for element in uses} == {name for name in ids if name.startswith("g")}
        assert not any(element.get("href") for element in uses), "Inkscape 1.2 shows nothing at a plain href"


def test_a_step_is_small() -> None:
    """Measured in kilobytes: 92 at most, of which half are the glyphs."""
    deck = deck_of(README)
    sizes = [len(deck.svg(number, glyphs="shared")) / 1e3 for number in deck.pictures()]
    assert max(sizes) < 95
    assert sum(sizes) / len(sizes) < 80


def test_numbers_are_as_short_as_paths_allow() -> None:
    assert shortest("M0.5 0.25l10.5 -0.5 0.5 0.25") == "M.5.25l10.5 -.5.5.25"
    assert definitions(()) == ""


@pytest.mark.slow
def test_folders_and_decks_with_pictures_share_glyphs_unless_plain_ones_are_wanted(tmp_path: Path) -> None:
    trace, deck = trace_of(NEURON), deck_of(NEURON)
    for wanted, glyphs in ((None, "shared"), ("plain", "plain")):
        trace.save(str(tmp_path / "steps") + "/", svg=wanted)
        written = (tmp_path / "steps" / "step-002.svg").read_text(encoding="utf-8")
        assert written == deck.svg(2, glyphs=glyphs)  # type: ignore[arg-type]
    for kind in ("md", "qmd", "marp.md"):
        _, pictures = deck_files(kind, NEURON)
        assert all(b"<use" in data for _, data in pictures)
        trace.save(str(tmp_path / f"x.{kind}"), svg="plain")
    beside = list(tmp_path.glob("x-*-pictures/*.svg"))
    assert len(beside) > 10
    assert not any("<use" in path.read_text(encoding="utf-8") for path in beside)


@pytest.mark.parametrize("name", ["x.pdf", "x.svg", "x.reveal.html"])
def test_other_files_have_no_such_choice(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="'svg' is for decks in another format"):
        save(trace_of(NEURON), str(tmp_path / name), extras={"svg": "plain"})
