"""Layers of a picture → a line below it that says what stands where: a small sign of the place, and a word."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.backward_parts import BackwardScene
from graphviz_ad.diagram.nodes import Node, Placed
from graphviz_ad.diagram.paint import ink, rect
from graphviz_ad.diagram.scene import Scene
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.theme import Theme
from graphviz_ad.diagram.typeset import EMPTY, Label, Request, short, text
from graphviz_ad.explain.annotate import between_numbers, has_arrays
from graphviz_ad.messages.catalogue import say


class Kind(NamedTuple):
    """A kind of number in a picture: its word in the catalogue, the layers it stands in, what it stands at and on which
    side, the colour it has there, and whether it is bold."""

    word: str
    layers: tuple[str, ...]
    at: Literal["node", "edge"]
    before: bool
    colour: str
    bold: bool


KINDS = (
    Kind("result", ("names",), "node", before=True, colour="forward", bold=False),
    Kind("value", ("values",), "node", before=True, colour="forward", bold=False),
    Kind("local", ("derivatives", "derivative-numbers"), "edge", before=True, colour="label", bold=False),
    Kind("contribution", ("contributions",), "edge", before=False, colour="contribution", bold=False),
    Kind("gradient", ("gradients",), "node", before=False, colour="backward", bold=True),
)
"""What the line says, in the order in which a pass brings it; before is above, or on the left from top to bottom."""

_LINE_EM, _DISC_EM, _BAR_EM, _BAR_HEIGHT_EM = 1.7, 0.6, 0.8, 0.18
"""Length of the sign's edge, diameter of its node, length and height of the bar that stands for a number, in ems."""
_RISE_EM = 0.32
"""From the baseline to the middle of a sign: half the height of a capital."""
_TO_WORD_EM, _BETWEEN_EM = 0.45, 1.8
"""From a sign to its word, and from a word to the next sign: four times as far, so that the two read as one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A kind of number in its place in the line: its sign (node or edge, and the bar for the number), and its word."""

    kind: Kind
    sign: Rect
    bar: Rect
    word: Placed


def shown_kinds(scene: Scene, layers: Collection[str]) -> list[Kind]:
    """Scene and its layers → the kinds of numbers in it."""
    has_values = any(node.value for node in scene.nodes)
    is_shown = {
        "result": not has_values and any(node.name for node in scene.nodes),  # else the name stands before the value
        "value": has_values,
        "gradient": any(node.grads for node in _with_gradients(scene)),
        "local": any(edge.local or edge.number for edge in scene.edges),
        "contribution": any(edge.contribution for edge in scene.edges),
    }
    return [kind for kind in KINDS if is_shown[kind.word] and set(kind.layers) & set(layers)]


def _with_gradients(scene: Scene) -> Iterable[Node]:
    """Scene → the nodes at which gradients stand, in a backward graph those of its backward half."""
    return scene.gradients.values() if isinstance(scene, BackwardScene) else scene.nodes


def of_tangents(kinds: Sequence[Kind]) -> list[Kind]:
    """Kinds of reverse mode → those that stand in their places in forward mode."""
    words = {"local": "push", "gradient": "tangent"}
    return [kind._replace(word=words.get(kind.word, kind.word)) for kind in kinds]


def of_arrays(kinds: Sequence[Kind], trace: Trace, scene: Scene) -> list[Kind]:
    """Kinds of reverse mode → those of a scene with arrays, at whose edges stands what is sent back."""
    labelled = [(edge.node, edge.slot) for edge in scene.edges if edge.local or edge.number]
    whole = [has_arrays(trace, *edge) and between_numbers(trace, *edge) is None for edge in labelled]
    word = "back" if all(whole) else "slopes" if any(whole) else "local"
    return [kind._replace(word=word) if kind.word == "local" else kind for kind in kinds]


def requests(kinds: Sequence[Kind], lang: str, size: float) -> list[Request]:
    """Kinds of numbers → their words, to be set."""
    words = [text(say(f"player.{kind.word}", lang)) for kind in kinds]
    return [Request(f"#strong[{word}]" if kind.bold else word, size) for kind, word in zip(kinds, words, strict=True)]


def entries(
    kinds: Sequence[Kind], words: Sequence[Label], size: float, middle: float, top: float, upright: bool
) -> list[Entry]:
    """Kinds with their words as set, size of type, middle and top of the line → what stands in it."""
    widths = [_sign_width(kind, upright) * size for kind in kinds]
    total = sum(widths) + sum(word.ink_width + _TO_WORD_EM * size for word in words)
    x = middle - (total + _BETWEEN_EM * size * (len(kinds) - 1)) / 2
    baseline = top + size
    line = []
    for kind, word, width in zip(kinds, words, widths, strict=True):
        sign, bar = _sign(kind, x, width, baseline - _RISE_EM * size, size, upright)
        x += width + _TO_WORD_EM * size
        line.append(Entry(kind, sign, bar, Placed(word, x - word.box[0], baseline)))
        x += word.ink_width + _BETWEEN_EM * size
    return line


def line_height(size: float) -> float:
    """Size of type → height of the line."""
    return 1.4 * size


def _sign_width(kind: Kind, upright: bool) -> float:
    """Kind → how wide its sign is, with the bar beside it from top to bottom, in ems."""
    if upright:
        return _BAR_EM + _BAR_HEIGHT_EM + (_DISC_EM if kind.at == "node" else 0.3)
    return _LINE_EM if kind.at == "edge" else max(_DISC_EM, _BAR_EM)


def _sign(kind: Kind, x: float, width: float, y: float, size: float, upright: bool) -> tuple[Rect, Rect]:
    """Kind, left, width, middle of the line → where its node or edge is, and where the bar that stands for a number."""
    thick, long, gap = _BAR_HEIGHT_EM * size, _BAR_EM * size, _BAR_HEIGHT_EM * size
    across, along = (_DISC_EM * size,) * 2 if kind.at == "node" else (0.1 * size, (1.2 if upright else _LINE_EM) * size)
    if upright:  # the bar on the left or on the right
        left = x + long + gap if kind.before else x
        sign = (left, y - along / 2, left + across, y + along / 2)
        first = x if kind.before else left + across + gap
        return sign, (first, y - thick / 2, first + long, y + thick / 2)
    middle, shift = x + width / 2, (thick + gap) / 2 * (1 if kind.before else -1)
    sign = (middle - along / 2, y + shift - across / 2, middle + along / 2, y + shift + across / 2)
    top = sign[1] - gap - thick if kind.before else sign[3] + gap
    return sign, (middle - long / 2, top, middle + long / 2, top + thick)


def painted(line: Sequence[Entry], theme: Theme, size: float, upright: bool) -> str:
    """Line in its place → SVG."""
    return f'<g class="legend">{"".join(part for entry in line for part in _entry(entry, theme, size, upright))}</g>'


def _entry(entry: Entry, theme: Theme, size: float, upright: bool) -> Iterator[str]:
    """Entry → its sign, the bar, its word."""
    colour = getattr(theme, entry.kind.colour)
    yield sign_shape(entry, theme.quiet, size, upright)
    x0, y0, x1, y1 = entry.bar
    yield rect(x0, y0, x1 - x0, y1 - y0, f'rx="{short(_BAR_HEIGHT_EM * size / 2)}" fill="{colour}"')
    yield ink(entry.word, colour)


def sign_picture(kind: Kind, theme: Theme, size: float, upright: bool) -> str:
    """Kind of number → its sign with the bar alone, as an SVG to stand beside a word of that size."""
    width, height = _sign_width(kind, upright) * size, line_height(size)
    sign, bar = _sign(kind, 0.0, width, height / 2, size, upright)
    parts = list(_entry(Entry(kind, sign, bar, Placed(EMPTY, 0.0, 0.0)), theme, size, upright))
    room = f'width="{short(width)}" height="{short(height)}" viewBox="0 0 {short(width)} {short(height)}"'
    return f'<svg {room} aria-hidden="true">{"".join(parts)}</svg>'


def sign_shape(entry: Entry, colour: str, size: float, upright: bool) -> str:
    """Entry → the node or the edge of its sign as SVG."""
    x0, y0, x1, y1 = entry.sign
    stroke = f'fill="none" stroke="{colour}" stroke-width="{short(0.1 * size)}"'
    if entry.kind.at == "node":
        middle, radius = f'cx="{short((x0 + x1) / 2)}" cy="{short((y0 + y1) / 2)}"', short((x1 - x0) / 2)
        return f'<ellipse {middle} rx="{radius}" ry="{radius}" {stroke}/>'
    x, y, head = (x0 + x1) / 2, (y0 + y1) / 2, 0.2 * size
    if upright:
        line, tip = (
            f"M{short(x)} {short(y0)}V{short(y1)}",
            f"M{short(x - head)} {short(y1 - head)}L{short(x)} {short(y1)}L{short(x + head)} {short(y1 - head)}",
        )
    else:
        line, tip = (
            f"M{short(x0)} {short(y)}H{short(x1)}",
            f"M{short(x1 - head)} {short(y - head)}L{short(x1)} {short(y)}L{short(x1 - head)} {short(y + head)}",
        )
    return f'<path d="{line}{tip}" {stroke}/>'
