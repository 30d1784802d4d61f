"""Deck → its labels with numbers, taken apart so that a script can set other numbers in their places.

Digits and signs are typeset once for each size and weight. Of a label it is known on which side it is held, and how
much room there is: the script sets a new number, and makes it smaller where it is wider than the room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from graphviz_ad.diagram.edges import Edge
from graphviz_ad.diagram.fonts import Fonts
from graphviz_ad.diagram.nodes import SPACE, Node, Placed
from graphviz_ad.diagram.outlines import Label, Request, Run, extent, short
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.rooms import rooms
from graphviz_ad.diagram.scene import Scene
from graphviz_ad.diagram.states import glyphs_of
from graphviz_ad.diagram.typeset import EMPTY, typeset
from graphviz_ad.explain.annotate import between_numbers, edge_parts
from graphviz_ad.explain.calculation import UnknownTrace
from graphviz_ad.explain.live import Book
from graphviz_ad.language import numbers
from graphviz_ad.language.unknown import Fork, Unknown, explore
from graphviz_ad.language.unknown_array import is_known
from graphviz_ad.lazy import lazy

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

MARK = "@"
"""How the path of a label begins that stands for what a script sets; its key follows."""


@dataclass
class LiveLabels:
    """The scene with marks for paths, the outlines that stand for each mark at first, and data for the script."""

    scene: Scene
    first: dict[str, str] = field(default_factory=dict)
    shapes: dict[str, int] = field(default_factory=dict)
    faces: dict[str, Any] = field(default_factory=dict)
    labels: dict[str, Any] = field(default_factory=dict)

    @property
    def data(self) -> dict[str, Any]:
        """What the script reads."""
        return {"faces": self.faces, "labels": self.labels}

    @property
    def defined(self) -> dict[str, str]:
        """The outlines of digits and signs, and their names."""
        return {f"M0 0{outline}": f"k{number}" for outline, number in self.shapes.items()}

    def shape(self, outline: str) -> int:
        return self.shapes.setdefault(outline, len(self.shapes))


def live_labels(deck: Deck, trace: UnknownTrace, book: Book) -> LiveLabels:
    """Deck, its unknown numbers and the book of its page → its labels."""
    found = LiveLabels(deck.scene)
    maker = _Maker(deck, trace, book, found, rooms(deck.scene))
    nodes, edges = tuple(map(maker.node, deck.scene.nodes)), tuple(map(maker.edge, deck.scene.edges))
    found.scene = replace(deck.scene, nodes=nodes, edges=edges)
    return found


@dataclass
class _Maker:
    """Marks the labels of a deck; `free` is the room of each."""

    deck: Deck
    trace: UnknownTrace
    book: Book
    found: LiveLabels
    free: dict[int, tuple[float, float]]
    frames: dict[str, Callable[[int], dict[str, Any]]] = field(default_factory=dict)

    @property
    def fonts(self) -> Fonts:
        return self.deck.style.theme.fonts

    @property
    def below(self) -> float:
        """Where labels of the backward pass are held: under what they are of, or to the right of it."""
        return 0.5 if self.deck.style.direction == "LR" else 0

    def mark(
        self, key: str, placed: Placed, side: float, value: Any, room: Placed | None = None, **more: Any
    ) -> Placed:
        """A label in its place → the same with a mark, where its number is not known; `room` is whose room it has.

        It is held at its left (`side` 0), in its middle (0.5) or at its right (1).
        """
        if is_known(value) or np.ndim(value) > 2:
            return placed
        self.found.first[key] = "".join(run.path for run in placed.label.runs)
        left, right = self.free[id(room or placed)]
        x0, _, x1, _ = placed.label.box
        at = x0 + side * (x1 - x0)
        ends = [(placed.x + at - left) / side] if side else []
        ends += [(right - placed.x - at) / (1 - side)] if side < 1 else []
        self.found.labels[key] = {
            **self.numbers(value, more["face"]), "side": side, "at": round(at, 2), "room": round(min(ends), 1), **more,
        }  # fmt: skip
        return _marked(placed, key)

    def numbers(self, value: Any, face: str) -> dict[str, Any]:
        """Number or array → where it is read, or where its entries are, row by row, and -1 for what is elided."""
        if isinstance(value, Unknown):
            return {"read": self.book.read(value.code)}
        places = value.filled(lambda entry: self.book.read(entry.code))
        rows = numbers.grid(places.reshape(-1, 1) if value.ndim == 1 else places) or []
        self.found.faces[face]["frames"].setdefault(len(rows), self.frames[face](len(rows)))
        return {"cells": [[-1 if cell == numbers.ELIDED else cell for cell in row] for row in rows]}

    def face(self, size: float, *, bold: bool) -> str:
        """Size and weight → the name of its digits and signs."""
        key = f"{'b' if bold else 'r'}{short(size)}"
        if key not in self.found.faces:
            self.found.faces[key] = face(self.found, size, bold, self.fonts) | {"frames": {}}
            self.frames[key] = partial(frame, self.found, size, bold, self.fonts)
        return key

    def node(self, one: Node) -> Node:
        """Node → the same with marks: its value, and its gradient after each contribution."""
        trace, size = self.trace, self.deck.style.theme.sizes.value
        parts = [trace.edge(node, slot)[1] for node, slot, arg in trace.backward_edges() if arg == one.id]
        grads = {}
        for count, placed in one.grads.items():
            rest = count < len(parts)
            value = sum(parts[1:count], parts[0]) if rest else trace.grads[one.id]
            more: dict[str, Any] = {"face": self.face(size, bold=True), "rest": int(rest)}
            grads[count] = self.mark(f"g{one.id}-{count}", placed, self.below, value, **more)
        if one.value is None:
            return replace(one, grads=grads)
        is_input = trace.graph.plans[one.id] is None
        shown: dict[str, Any] = {"face": self.face(size, bold=False), "equals": int(not is_input)}
        side = 1 - self.below if is_input else 0
        return replace(one, grads=grads, value=self.mark(f"v{one.id}", one.value, side, trace.values[one.id], **shown))

    def edge(self, one: Edge) -> Edge:
        """Edge → the same with marks: its local derivative as symbol and as number, and its contribution."""
        if one.sent is None or one.local is None:
            return one
        sizes, key = self.deck.style.theme.sizes, f"{one.node}-{one.slot}"
        local, sent, summed = self.trace.edge(one.node, one.slot)
        if local is None:
            local = between_numbers(self.trace, one.node, one.slot)
        more: dict[str, Any] = {
            "face": self.face(sizes.value, bold=True),
            "size": round(sizes.contribution / sizes.value, 4),
            "sum": int(bool(summed)),
        }
        below = self.mark(f"c{key}", one.sent, self.below, sent, **more)
        place = one.number
        if place is None and isinstance(local, Unknown):  # there is one where the symbol does not say it already
            place = Placed(EMPTY, one.local.x + one.local.label.width + SPACE, one.local.y)
        if place is not None:
            more = {"face": self.face(sizes.local, bold=False), "equals": 1, "slope": f"l{key}"}
            place = self.mark(f"n{key}", place, 0, local, None if one.number else one.local, **more)
        return replace(one, sent=below, number=place, local=self.symbol(one, one.local))

    def symbol(self, edge: Edge, local: Placed) -> Placed:
        """Symbol of a local derivative → the same; with a mark where what it says depends on the numbers."""
        digits, size = self.deck.style.digits, self.deck.style.theme.sizes.local
        made = explore(lambda: edge_parts(self.trace, edge.node, edge.slot, digits)[0])
        if not isinstance(made, Fork):
            return local
        markups = list(dict.fromkeys(_leaves(made)))
        labels = typeset([Request(f"${markup}$", size) for markup in markups], self.deck.style.lang, self.fonts)
        key = f"l{edge.node}-{edge.slot}"
        self.found.first[key] = "".join(run.path for run in local.label.runs)
        self.found.labels[key] = {
            "end": self.book.coded(_numbered(made, markups)),
            "own": round(local.label.width, 2),
            "variants": [[_drawn(self.found, label), round(label.width, 2)] for label in labels],
        }
        return _marked(local, key)


def _marked(placed: Placed, key: str) -> Placed:
    """A label in its place → the same with a mark for its path."""
    return replace(placed, label=replace(placed.label, runs=(Run("", MARK + key, placed.label.box),)))


def _leaves(made: Any) -> Iterator[str]:
    if isinstance(made, Fork):
        yield from _leaves(made.yes)
        yield from _leaves(made.no)
    else:
        yield made


def _numbered(made: Any, markups: list[str]) -> Any:
    if isinstance(made, Fork):
        return Fork(made.ask, _numbered(made.yes, markups), _numbered(made.no, markups))
    return (markups.index(made),)


def _drawn(found: LiveLabels, label: Label) -> str:
    """Label → its outlines as SVG."""
    parts = []
    for run in label.runs:
        for x, y, outline in glyphs_of(run.path):
            if outline[:1] == "H":
                parts.append(f'<path d="M{x} {y}{outline}"/>')
            elif outline:
                parts.append(f'<use href="#k{found.shape(outline)}" x="{x}" y="{y}"/>')
    return "".join(parts)


_SCRIPT = "0123456789"


def face(found: LiveLabels, size: float, bold: bool, fonts: Fonts) -> dict[str, Any]:
    """Size, weight and fonts → the pieces of numbers: how far each goes, its glyphs, their places and their ink.

    Besides digits and signs there are `t` (times), `T` (ten), `s0` … (raised digits), `k` (the space behind them),
    `e` (equals), `r` (the rest), `S` (that it is a sum) and `d` (what is elided).
    """
    forms = [*_SCRIPT, "0.5", "-8", "infinity", '"nan"', "8 dot 10^(8)", f"10^({_SCRIPT})", "10^(-8)", "dots.c"]
    markups = [f"$bold({form})$" if bold else f"${form}$" for form in forms]
    eight = "bold(8)" if bold else "8"
    markups += [f"$= {eight}$", f"${eight} + dots.c$", f"$sum = {eight}$"]
    made = typeset([Request(one, size) for one in markups], fonts=fonts)
    labels = dict(zip([*forms, "=8", "8+", "S8"], made, strict=True))
    glyphs = {
        form: [(float(x), float(y), outline) for run in label.runs for x, y, outline in glyphs_of(run.path)]
        for form, label in labels.items()
    }

    def piece(form: str, start: int, stop: int, origin: float, advance: float) -> list[Any]:
        return [round(advance, 2), [_glyph(found, one, origin) for one in glyphs[form][start:stop]]]

    def x(form: str, at: int) -> float:
        return glyphs[form][at][0]

    wide = {digit: labels[digit].width for digit in _SCRIPT}
    pieces = {digit: piece(digit, 0, 1, 0, wide[digit]) for digit in _SCRIPT}
    pieces["."] = piece("0.5", 1, 2, wide["0"], x("0.5", 2) - wide["0"])
    pieces["-"] = piece("-8", 0, 1, 0, x("-8", 1))
    pieces["inf"] = piece("infinity", 0, 1, 0, labels["infinity"].width)
    pieces["nan"] = piece('"nan"', 0, 3, 0, labels['"nan"'].width)
    power = "8 dot 10^(8)"
    pieces["t"] = piece(power, 1, 2, wide["8"], x(power, 2) - wide["8"])
    pieces["T"] = piece(power, 2, 4, x(power, 2), x(power, 4) - x(power, 2))
    raised = f"10^({_SCRIPT})"
    step = x(raised, 3) - x(raised, 2)
    for number, digit in enumerate(_SCRIPT):
        pieces[f"s{digit}"] = piece(raised, number + 2, number + 3, x(raised, number + 2), step)
    pieces["s-"] = piece("10^(-8)", 2, 3, x("10^(-8)", 2), x("10^(-8)", 3) - x("10^(-8)", 2))
    pieces["k"] = [round(labels[power].width - x(power, 4) - step, 2), []]
    pieces["e"] = piece("=8", 0, 1, 0, x("=8", 1))
    pieces["r"] = piece("8+", 1, 3, wide["8"], labels["8+"].width - wide["8"])
    pieces["S"] = piece("S8", 0, 2, 0, x("S8", 2))
    pieces["d"] = piece("dots.c", 0, 1, 0, labels["dots.c"].width)
    return pieces


def frame(found: LiveLabels, size: float, bold: bool, fonts: Fonts, rows: int) -> dict[str, Any]:
    """Number of rows → the brackets of a matrix, as pieces of numbers are, its baselines, and between its columns."""
    matrix = f"#math.display($mat({'; '.join(['8, 8'] * rows)})$)"
    eight, label = typeset(
        [Request(f"$bold({one})$" if bold else f"${one}$", size) for one in ("8", matrix)], fonts=fonts
    )
    glyphs = [(float(x), float(y), outline) for run in label.runs for x, y, outline in glyphs_of(run.path)]
    count = len(glyphs) // 2 - rows
    first, second = glyphs[count], glyphs[count + rows]
    end = second[0] + eight.width

    def pieces(some: list[tuple[float, float, str]], origin: float, advance: float) -> list[Any]:
        return [round(advance, 2), [_glyph(found, one, origin) for one in some]]

    return {
        "left": pieces(glyphs[:count], 0, first[0]),
        "right": pieces(glyphs[-count:], end, label.width - end),
        "lines": [round(y, 2) for _, y, _ in glyphs[count : count + rows]],
        "gap": round(second[0] - first[0] - eight.width, 2),
    }


def _glyph(found: LiveLabels, glyph: tuple[float, float, str], origin: float) -> list[Any]:
    """A glyph in its place → its outline, how far it is from where its piece begins, from where to where it goes."""
    x, y, outline = glyph
    x0, x1 = extent(outline)
    return [found.shape(outline), round(x - origin, 2), round(y, 2), round(x0, 2), round(x1, 2)]
