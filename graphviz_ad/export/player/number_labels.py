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
from graphviz_ad.diagram.nodes import SPACE_PT, Node, Placed
from graphviz_ad.diagram.outlines import Label, Request, Run, short
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.scene import Scene
from graphviz_ad.diagram.states import glyphs_of
from graphviz_ad.diagram.typeset import EMPTY, typeset
from graphviz_ad.explain.annotate import between_numbers, edge_parts
from graphviz_ad.export.player.digit_glyphs import face, frame
from graphviz_ad.export.player.label_room import rooms
from graphviz_ad.export.player.templates import TemplateTable
from graphviz_ad.language import numbers
from graphviz_ad.language.numbers import is_known
from graphviz_ad.lazy import lazy
from graphviz_ad.tracing.branches import Fork, explore
from graphviz_ad.tracing.calculation import UnknownTrace
from graphviz_ad.tracing.scalar import TracedFloat

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


def live_labels(deck: Deck, trace: UnknownTrace, book: TemplateTable) -> LiveLabels:
    """Deck, its unknown numbers and the book of its page → its labels."""
    found = LiveLabels(deck.scene)
    maker = _Maker(deck, trace, book, found, rooms(deck.scene, upright=deck.style.direction == "TB"))
    nodes, edges = tuple(map(maker.node, deck.scene.nodes)), tuple(map(maker.edge, deck.scene.edges))
    found.scene = replace(deck.scene, nodes=nodes, edges=edges)
    return found


@dataclass
class _Maker:
    """Marks the labels of a deck; `free` is the room of each."""

    deck: Deck
    trace: UnknownTrace
    book: TemplateTable
    found: LiveLabels
    free: dict[int, tuple[float, float]]
    frames: dict[str, Callable[[int], dict[str, Any]]] = field(default_factory=dict)

    @property
    def fonts(self) -> Fonts:
        return self.deck.style.theme.fonts

    @property
    def upright(self) -> bool:
        return self.deck.style.direction == "TB"

    @property
    def below(self) -> float:
        """Where labels of the backward pass are held: under what they are of, or to the right of it."""
        return 0 if self.upright else 0.5

    def mark(
        self, key: str, placed: Placed, side: float, value: Any, room: Placed | None = None, taken: float = 0.0,
        **more: Any,
    ) -> Placed:  # fmt: skip
        """A label in its place → the same with a mark, where its number is not known; `room` is whose room it has.

        It is held at its left (`side` 0), in its middle (0.5) or at its right (1); `taken` is what stands there too.
        """
        if is_known(value) or np.ndim(value) > 2:
            return placed
        self.found.first[key] = "".join(run.path for run in placed.label.runs)
        left, right = self.free[id(room or placed)]
        x0, _, x1, _ = placed.label.box
        at = x0 + side * (x1 - x0)
        ends = [(placed.x + at - left) / side - taken] if side else []
        ends += [(right - placed.x - at) / (1 - side)] if side < 1 else []
        self.found.labels[key] = {
            **self.numbers(value, more["face"]), "side": side, "at": round(at, 2), "room": round(min(ends), 1), **more,
        }  # fmt: skip
        return _marked(placed, key)

    def numbers(self, value: Any, face: str) -> dict[str, Any]:
        """Number or array → where it is read, or where its entries are, row by row, and -1 for what is elided."""
        if isinstance(value, TracedFloat):
            return {"read": self.book.read(value.code)}
        places = value.filled(lambda entry: self.book.read(entry.code))
        rows = numbers.grid(places.reshape(-1, 1) if value.ndim == 1 else places) or []
        self.found.faces[face]["frames"].setdefault(len(rows), self.frames[face](len(rows)))
        return {"cells": [[-1 if cell == numbers.ELIDED else cell for cell in row] for row in rows]}

    def face(self, size: float, *, bold: bool) -> str:
        """Size and weight → the name of its digits and signs."""
        key = f"{'b' if bold else 'r'}{short(size)}"
        if key not in self.found.faces:
            self.found.faces[key] = face(self.found.shape, size, bold, self.fonts) | {"frames": {}}
            self.frames[key] = partial(frame, self.found.shape, size, bold, self.fonts)
        return key

    def node(self, one: Node) -> Node:
        """Node → the same with marks: its value, and its gradient after each contribution."""
        trace, size = self.trace, self.deck.style.theme.sizes.value
        edges = [(node, slot) for node, slot, arg in trace.backward_edges() if arg == one.id]
        parts = [trace.edge_gradient(*edge).contribution for edge in edges]
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
        side, name, key = 1 - self.below if is_input else 0, one.name, f"v{one.id}"
        if name and self.upright:  # the name makes room for its value
            side, shown["room"], shown["taken"] = 1, name, name.label.width + SPACE_PT
        placed = self.mark(key, one.value, side, trace.values[one.id], **shown)
        if name and self.upright and key in self.found.labels:
            name = self.beside(f"w{one.id}", name, key, one.value.rect[2])
        return replace(one, grads=grads, value=placed, name=name)

    def beside(self, key: str, placed: Placed, number: str, right: float) -> Placed:
        """A label, the key of the number behind it, and where that ends → the label with a mark; it makes room."""
        self.found.first[key] = "".join(run.path for run in placed.label.runs)
        moved = {"with": number, "right": round(right - placed.x, 2), "gap": SPACE_PT}
        own = {"own": round(placed.label.width, 2)}
        self.found.labels[key] = own | self.found.labels.get(key, {}) | moved
        return _marked(placed, key)

    def edge(self, one: Edge) -> Edge:
        """Edge → the same with marks: its local derivative as symbol and as number, and its contribution."""
        if one.contribution is None or one.local is None:
            return one
        sizes, key = self.deck.style.theme.sizes, f"{one.node}-{one.slot}"
        local, sent, summed = self.trace.edge_gradient(one.node, one.slot)
        if local is None:
            local = between_numbers(self.trace, one.node, one.slot)
        more: dict[str, Any] = {
            "face": self.face(sizes.value, bold=True),
            "size": round(sizes.contribution / sizes.value, 4),
            "sum": int(bool(summed)),
        }
        below = self.mark(f"c{key}", one.contribution, self.below, sent, **more)
        place, symbol = one.number, self.symbol(one, one.local)
        if place is None and isinstance(local, TracedFloat):  # there is one where the symbol does not say it already
            gap = 0 if self.upright else SPACE_PT
            place = Placed(EMPTY, one.local.x + one.local.label.width + gap, one.local.y)
        if place is not None:
            more = {"face": self.face(sizes.local, bold=False), "equals": 1, "slope": f"l{key}"}
            room = one.local if self.upright or one.number is None else None
            taken, right = one.local.label.width + SPACE_PT if self.upright else 0, place.rect[2]
            place = self.mark(f"n{key}", place, int(self.upright), local, room, taken, **more)
            if self.upright and f"n{key}" in self.found.labels:
                symbol = self.beside(f"l{key}", one.local, f"n{key}", right)
        return replace(one, contribution=below, number=place, local=symbol)

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
