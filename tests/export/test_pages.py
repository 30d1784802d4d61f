"""PNG and PDF: of the right size, a page for each picture, and with nothing read from outside."""

from __future__ import annotations

import re
import struct

import pytest

from graphviz_ad.export.image.pages import pdf, png
from tests.diagram.cases import JAPANESE, NEURON, deck_of, trace_of
from tests.diagram.test_svg import NASTY


def png_size(data: bytes) -> tuple[int, int]:
    """PNG → width and height in pixels, from its header (W3C PNG, 11.2.2)."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert data[12:16] == b"IHDR"
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def page_sizes(data: bytes) -> list[tuple[float, float]]:
    """PDF → the size of every page in points."""
    assert data.startswith(b"%PDF-1.")
    assert data.rstrip().endswith(b"%%EOF")
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert len(boxes) == len(re.findall(rb"/Type\s*/Page\b", data))
    return [(float(width), float(height)) for width, height in boxes]


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.5])
def test_pixels(scale: float) -> None:
    picture = trace_of(NEURON).draw(3)
    width, height = picture.frame.deck.shown
    assert png_size(picture.png(scale)) == pytest.approx((width * scale, height * scale), abs=1)


def test_a_slide_is_16_to_9() -> None:
    for theme in ("light", "dark", "print"):
        picture = trace_of(NEURON).draw(fit="slide", theme=theme)
        assert png_size(picture.png(1.0)) == (1280, 720)
        assert page_sizes(picture.pdf()) == [(960, 540)]


@pytest.mark.slow
def test_a_tall_graph_on_a_slide() -> None:
    for case in (NEURON, ("tanh(" * 20 + "x" + ")" * 20, {"x": 0.5})):
        picture = trace_of(case).draw(fit="slide", direction="TB")
        assert png_size(picture.png(1.0)) == (1280, 720)
        deck = picture.frame.deck
        assert deck.sizes.equation <= 1.5 * deck.sizes.local  # the graph is what is looked at


def test_a_page_for_each_step() -> None:
    deck = deck_of(NEURON)
    sizes = page_sizes(pdf([deck.svg(number) for number in range(len(deck.frames))]))
    width, height = deck.shown
    assert len(sizes) == len(deck.trace.steps) + 2
    assert set(sizes) == {sizes[0]}
    assert sizes[0] == pytest.approx((0.75 * width, 0.75 * height), abs=0.02)


def test_the_same_bytes_again() -> None:
    picture = trace_of(NEURON).draw()
    assert (picture.png(), picture.pdf()) == (picture.png(), picture.pdf())


def test_the_paper_is_painted() -> None:
    """No part is transparent: on a dark page a light picture stays light."""
    light, dark = (trace_of(NEURON).draw(theme=theme).png(1.0) for theme in ("light", "dark"))
    assert light != dark


@pytest.mark.parametrize("nasty", NASTY)
def test_a_title_is_data(nasty: str) -> None:
    """What stands in a comment goes into the PDF's title; it is not run by Typst."""
    picture = trace_of((f"L = w*x # {nasty}", {"w": 2, "x": 3})).draw()
    assert len(page_sizes(picture.pdf())) == 1
    assert png_size(picture.png(1.0))


@pytest.mark.cjk
def test_japanese() -> None:
    deck = deck_of(JAPANESE, lang="ja")
    assert len(page_sizes(pdf([deck.svg(0), deck.svg(5)]))) == 2


def test_the_size_of_a_png_does_not_depend_on_the_step() -> None:
    deck = deck_of(NEURON)
    assert len({png_size(png(deck.svg(number), 1.0)) for number in (0, 10, 20)}) == 1
