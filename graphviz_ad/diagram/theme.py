"""Colours and weights: what a state looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from graphviz_ad.autodiff.statements import Phase
from graphviz_ad.diagram.fonts import PLAIN_FONTS, Fonts
from graphviz_ad.diagram.frames import Look
from graphviz_ad.diagram.typeset_labels import Sizes


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours (six hexadecimal digits) by meaning, line widths, sizes of type, and fonts.

    `forward` and `backward` are told apart by hue and by lightness, and in the picture by place and weight
    too, so that they hold without colour; `update` is for the step of descent behind both, and for tangents.
    `contribution` is lighter than `backward` and of another hue, for what becomes part of a gradient.
    `pale` is for what is to come, `highlight` the ground of marked parts.
    """

    name: str
    paper: str
    ink: str
    quiet: str
    pale: str
    label: str
    forward: str
    forward_tint: str
    backward: str
    backward_tint: str
    contribution: str
    update: str
    update_tint: str
    box: str
    node: str
    bar: str
    highlight: str = "#fdf2cf"
    sizes: Sizes = field(default_factory=Sizes)
    fonts: Fonts = PLAIN_FONTS

    def at_work(self, phase: Phase) -> tuple[str, str]:
        """Phase → the colour of what is at work in it, and its tint."""
        match phase:
            case "forward":
                return self.forward, self.forward_tint
            case "backward":
                return self.backward, self.backward_tint
        return self.update, self.update_tint

    @property
    def is_of_tangents(self) -> bool:
        """Whether it is a theme for forward mode."""
        return (self.backward, self.backward_tint) == (self.update, self.update_tint)

    @property
    def of_tangents(self) -> Theme:
        """The theme for forward mode, in which tangents stand where gradients do in reverse mode."""
        return replace(self, backward=self.update, backward_tint=self.update_tint, contribution=self.update)


COLOUR_OF: Mapping[Phase, str] = {
    "forward": "forward", "backward": "backward", "update": "update", "grad": "update",
    "tangent": "update",
}  # fmt: skip
"""By phase the name of the colour of what is at work; forward mode, which has no update, has that of updates."""

AT_WORK: Mapping[Look, Phase] = {
    Look.FORWARD: "forward", Look.BACKWARD: "backward", Look.UPDATE: "update", Look.TANGENT: "tangent",
}  # fmt: skip
"""Looks of what a step is about, and the phase whose colours they have."""
OF_UPDATES = frozenset((Look.UPDATE, Look.UPDATED))
"""Looks of what an update computes, whose values have its colour."""

LIGHT = Theme(
    "light", paper="#ffffff", ink="#1b1f24", quiet="#5b6570", pale="#a9b2bc", label="#424c57",
    forward="#008054", forward_tint="#d8f0e6", backward="#9b1c12", backward_tint="#fbe0dd", contribution="#b95a00",
    update="#5a3ea6", update_tint="#e9e3f8", box="#eef2f7", node="#ffffff", bar="#e4e8ee",
)  # fmt: skip
"""Dark ink on white: what is at work is green in the forward pass and red in the backward pass."""
DARK = Theme(
    "dark", paper="#14181d", ink="#f1f4f7", quiet="#aab4bf", pale="#5d6772", label="#aab4bf",
    forward="#6fe0ac", forward_tint="#173a2e", backward="#ff8577", backward_tint="#4a211d", contribution="#cf8d3e",
    update="#b9a4f4", update_tint="#332b52", box="#232a32", node="#1b2026", bar="#2b333c", highlight="#383018",
)  # fmt: skip
"""The same on a dark ground, in lighter colours."""
PRINT = replace(
    LIGHT, name="print", ink="#000000", quiet="#3a3a3a", pale="#9a9a9a", label="#3a3a3a", forward="#000000",
    forward_tint="#e9e9e9", backward="#000000", backward_tint="#d9d9d9", contribution="#3a3a3a", update="#000000",
    update_tint="#efefef", box="#ffffff", bar="#dddddd", highlight="#eeeeee",
)  # fmt: skip
"""Black and greys only, for printers without colours."""

SLIDES = replace(
    LIGHT, name="slides",
    sizes=Sizes(
        sign=18.0, name=18.0, value=18.0, local=18.0, contribution=18.0, shape=15.0, group=15.0,
        header=17.0, equation=19.0, sentence=17.0, counter=14.0,
    ),
)  # fmt: skip
"""Type for the back row: at the same width of a slide it is larger, since lines and circles are as they were."""

THEMES = {theme.name: theme for theme in (LIGHT, DARK, PRINT, SLIDES)}
"""The themes that come with the program, by name."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """Colour of a line, its width in points, whether it is dashed, and the colour of the area inside."""

    colour: str
    width: float
    dashed: bool
    fill: str = "none"


def outline(theme: Theme, form: str, look: Look) -> Stroke:
    """Form and look of a node → its outline."""
    area = theme.box if form == "box" else theme.paper if form == "constant" else theme.node
    constant = form == "constant"
    if look in AT_WORK:
        colour, tint = theme.at_work(AT_WORK[look])
        return Stroke(colour, 2.6, constant, tint)
    match look:
        case Look.TODO:
            return Stroke(theme.pale, 1.4, True, area)
        case Look.SENDER:
            return Stroke(theme.backward, 1.8, constant, area)
        case Look.UPDATED:
            return Stroke(theme.update, 1.4, constant, theme.update_tint)
        case _:
            return Stroke(theme.quiet if constant else theme.ink, 1.4, constant, area)


def line(theme: Theme, look: Look) -> Stroke:
    """Look of an edge → its line."""
    if look in AT_WORK:
        return Stroke(theme.at_work(AT_WORK[look])[0], 2.6, False)
    match look:
        case Look.TODO | Look.WAITING:
            return Stroke(theme.pale, 1.4, True)
        case Look.IDLE:
            return Stroke(theme.pale, 1.2, False)
        case Look.UPDATED:
            return Stroke(theme.update, 1.4, False)
        case _:
            return Stroke(theme.quiet, 1.4, False)


def stem_line(theme: Theme, look: Look) -> Stroke:
    """Look of a node whose value fans out → the line to its dot, and as its area the colour of the dot."""
    if look in AT_WORK:
        colour, _ = theme.at_work(AT_WORK[look])
        return Stroke(colour, 2.6, False, colour)
    match look:
        case Look.TODO:
            return Stroke(theme.pale, 1.4, True, theme.pale)
        case _:
            return Stroke(theme.quiet, 1.4, False, theme.ink)


def contrast(first: str, second: str) -> float:
    """Two colours → their contrast ratio, 1 … 21, as WCAG 2.2 defines it."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Colour → relative luminance, 0 … 1 (WCAG 2.2)."""
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
