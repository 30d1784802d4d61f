"""Every text can be read in every theme, and forward is told from backward by everyone."""

from __future__ import annotations

from itertools import product

import pytest

from graphviz_ad.diagram.frames import Look
from graphviz_ad.diagram.theme import THEMES, Theme, contrast, line, luminance, outline
from graphviz_ad.diagram.typeset import Request, typeset
from tests.diagram.cases import NEURON, deck_of
from tests.diagram.svg import SVG, groups, read

Colour = tuple[float, float, float]

LEAST = 4.5
"""Contrast of text, WCAG 2.2, success criterion 1.4.3."""

# G. M. Machado, M. M. Oliveira, L. A. F. Fernandes: A physiologically-based model for simulation of color vision
# deficiency. IEEE Transactions on Visualization and Computer Graphics 15 (2009), table of matrices for severity 1.0.
# They act on linear RGB.
DEFICIENCIES = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}


def linear(colour: str) -> Colour:
    """Colour → linear RGB."""
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return red, green, blue


def colour_seen(colour: str, deficiency: str) -> Colour:
    """Colour → linear RGB as seen with the deficiency, "greyscale" or "normal"."""
    rgb = linear(colour)
    if deficiency == "normal":
        return rgb
    if deficiency == "greyscale":
        grey = luminance(colour)
        return grey, grey, grey
    red, green, blue = (
        min(1.0, max(0.0, sum(weight * channel for weight, channel in zip(row, rgb, strict=True))))
        for row in DEFICIENCIES[deficiency]
    )
    return red, green, blue


def lab(rgb: Colour) -> Colour:
    """Linear RGB → CIELAB under D65 (ISO/CIE 11664-4)."""
    rows = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
    xyz = [sum(w * c for w, c in zip(row, rgb, strict=True)) for row in rows]
    scaled = [value / white for value, white in zip(xyz, (0.95047, 1.0, 1.08883), strict=True)]
    x, y, z = (t ** (1 / 3) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29 for t in scaled)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(first: str, second: str, deficiency: str) -> float:
    """Two colours → ΔE*ab (1976) between them, as seen with a deficiency."""
    a, b = lab(colour_seen(first, deficiency)), lab(colour_seen(second, deficiency))
    return float(sum((p - q) ** 2 for p, q in zip(a, b, strict=True)) ** 0.5)


def test_the_measures_are_those_of_the_standards() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert lab(linear("#ffffff")) == pytest.approx((100, 0, 0), abs=0.02)
    assert lab(linear("#ff0000")) == pytest.approx((53.24, 80.09, 67.20), abs=0.02)
    assert difference("#ff0000", "#00ff00", "normal") > 3 * difference("#ff0000", "#806600", "protanopia")
    for matrix in DEFICIENCIES.values():  # white stays white
        assert [sum(row) for row in matrix] == pytest.approx([1, 1, 1], abs=1e-4)


def texts_and_grounds(theme: Theme) -> list[tuple[str, str, str, str]]:
    """Theme → (what, its colour, on what, its colour): every text and whatever may be behind it."""
    on_paper = [
        ("ink", theme.ink),
        ("quiet", theme.quiet),
        ("label", theme.label),
        ("forward", theme.forward),
        ("backward", theme.backward),
        ("contribution", theme.contribution),
    ]
    pairs = [(what, colour, "paper", theme.paper) for what, colour in on_paper]
    for form, look in product(("circle", "pill", "box", "constant"), Look):
        sign = "quiet" if look is Look.TODO else "ink"
        pairs.append((sign, getattr(theme, sign), f"{form}, {look.value}", outline(theme, form, look).fill))
    pairs += [("ink", theme.ink, "mark", tint) for tint in (theme.forward_tint, theme.backward_tint)]
    return pairs


@pytest.mark.parametrize("name", THEMES)
def test_every_text_can_be_read(name: str) -> None:
    pairs = texts_and_grounds(THEMES[name])
    assert len(pairs) > 30
    poor = [(what, ground, round(contrast(a, b), 2)) for what, a, ground, b in pairs if contrast(a, b) < LEAST]
    assert poor == []


@pytest.mark.parametrize("name", THEMES)
def test_the_colours_painted_are_those_measured(name: str) -> None:
    """The colours of texts in all frames of a deck are among those above; so no other needs to be looked at."""
    theme = THEMES[name]
    known = {colour for _, colour, _, _ in texts_and_grounds(theme)}
    deck = deck_of(NEURON, theme=name)
    painted = {
        element.get("fill")
        for number in range(len(deck.frames))
        for element in read(deck.svg(number)).iter(f"{SVG}path")
        if "transform" in element.attrib
    }
    assert painted - known == set()
    assert {theme.ink, theme.forward, theme.backward} <= painted


@pytest.mark.parametrize("name", THEMES)
def test_a_line_can_be_seen(name: str) -> None:
    """Lines that carry meaning have a contrast of 3 (WCAG 2.2, 1.4.11); what is to come may be paler, but is there."""
    theme = THEMES[name]
    for look in Look:
        stroke = line(theme, look)
        assert contrast(stroke.colour, theme.paper) >= (
            3.0 if look in (Look.FORWARD, Look.BACKWARD, Look.DONE, Look.CONTRIBUTED) else 1.5
        )


@pytest.mark.parametrize("deficiency", ["normal", "protanopia", "deuteranopia", "greyscale"])
@pytest.mark.parametrize("name", ["light", "dark"])
def test_forward_and_backward_are_told_apart_by_colour(name: str, deficiency: str) -> None:
    """ΔE*ab of 10 or more is a difference seen at a glance; 2.3 is the least that is seen at all."""
    theme = THEMES[name]
    assert difference(theme.forward, theme.backward, deficiency) >= 10


@pytest.mark.parametrize("deficiency", ["normal", "protanopia", "deuteranopia"])
@pytest.mark.parametrize("name", ["light", "dark", "slides"])
def test_values_are_told_from_labels_by_colour(name: str, deficiency: str) -> None:
    theme = THEMES[name]
    assert difference(theme.forward, theme.label, deficiency) >= 20
    assert difference(theme.contribution, theme.label, deficiency) >= 20
    assert difference(theme.contribution, theme.forward, deficiency) >= 12


def test_values_and_labels_of_one_colour_are_seen() -> None:
    assert difference("#0a7d5a", "#5b6570", "deuteranopia") < 20 < difference("#0a7d5a", "#5b6570", "normal")


@pytest.mark.parametrize("name", THEMES)
def test_contributions_are_lighter_than_gradients(name: str) -> None:
    theme = THEMES[name]
    assert contrast(theme.contribution, theme.paper) < contrast(theme.backward, theme.paper)
    deck = deck_of(("L = x*x", {"x": 1}), theme=name)
    edge, node = deck.scene.edges[0], deck.scene.nodes[0]
    assert edge.contribution is not None
    assert node.terms is not None
    bold = typeset([Request("$bold(1)$", theme.sizes.contribution)])[0].ink_width
    assert edge.contribution.label.ink_width < bold


def weight_of_gradients(theme: str) -> tuple[float, float]:
    """Theme → width of "1" as a value and as a gradient, which is bold."""
    deck = deck_of(("L = x + 1", {"x": 1}), theme=theme)
    node = deck.scene.nodes[0]
    assert node.value is not None
    return node.value.label.ink_width, node.grads[1].label.ink_width


@pytest.mark.parametrize("name", THEMES)
def test_gradients_differ_by_place_and_weight_too(name: str) -> None:
    deck = deck_of(NEURON, theme=name)
    for node in deck.scene.nodes:
        for placed in node.grads.values():
            assert placed.rect[1] > node.y + node.height / 2
        if node.value is not None:
            assert node.value.rect[3] < node.y - node.height / 2
    for edge in deck.scene.edges:
        if edge.local is not None and edge.contribution is not None:
            assert edge.local.rect[3] < edge.contribution.rect[1]
    value, gradient = weight_of_gradients(name)
    assert gradient > 1.1 * value


def test_print_has_no_colours() -> None:
    deck = deck_of(NEURON, theme="print")
    for number in range(len(deck.frames)):
        for element in read(deck.svg(number)).iter():
            for name in ("fill", "stroke"):
                colour = element.get(name, "none")
                assert colour == "none" or colour[1:3] == colour[3:5] == colour[5:7]


def test_in_print_the_passes_differ_by_the_way_the_arrow_points() -> None:
    deck = deck_of(("L = 2*x", {"x": 3}), theme="print")
    tips = []
    for number in (1, 3):  # evaluated; pulled
        edge = groups(read(deck.svg(number)), "edge")[1]
        heads = [element for element in edge if element.tag == f"{SVG}polygon"]
        tips.append(float(str(heads[0].get("points")).split(",")[0]))
    middle = (deck.scene.nodes[0].x + deck.scene.nodes[-1].x) / 2
    assert tips[0] > middle > tips[1]
