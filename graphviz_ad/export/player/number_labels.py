"""Deck → its labels with numbers, taken apart so that a script can set other numbers in their places.

Digits and signs are typeset once for each size and weight. Of a label it is known on which side it is held, and how
much room there is: the script sets a new number, and makes it smaller where it is wider than the room.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from graphviz_ad.diagram.backward_parts import BackwardScene
from graphviz_ad.diagram.edges import Edge
from graphviz_ad.diagram.fonts import Fonts
from graphviz_ad.diagram.label_texts import PICTURE, known_as, local_parts
from graphviz_ad.diagram.nodes import SPACE_PT, Node, Placed
from graphviz_ad.diagram.outlines import Request, short
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.typeset import EMPTY, typeset
from graphviz_ad.explain.annotate import between_numbers, has_arrays
from graphviz_ad.explain.sums import MAX_CHARACTERS_AT_NODE, sign_of_sum, terms_at_node
from graphviz_ad.export.player.backward_number_labels import with_backward_marks
from graphviz_ad.export.player.digit_glyphs import Brackets, brackets, face
from graphviz_ad.export.player.label_marks import LiveLabels, drawn, glyphs_in, with_mark
from graphviz_ad.export.player.label_room import label_rooms
from graphviz_ad.export.player.templates import TemplateTable
from graphviz_ad.language import numbers
from graphviz_ad.language.numbers import is_known
from graphviz_ad.lazy import lazy
from graphviz_ad.tracing.array import TracedArray, code_of
from graphviz_ad.tracing.branches import Fork, explore, leaves, numbered
from graphviz_ad.tracing.calculation import UnknownTrace
from graphviz_ad.tracing.scalar import TracedFloat
from graphviz_ad.values import Shape, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_ELIDED = {numbers.ELIDED: -1, numbers.ELIDED_ROWS: -2, numbers.ELIDED_BOTH: -3}
"""What stands for entries that are not written out → its number for the script."""
_MAX_DIMENSIONS = 2
"""Arrays of more dimensions are a text with their shape, which does not change."""


def live_labels(deck: Deck, trace: UnknownTrace, templates: TemplateTable) -> LiveLabels:
    """Deck, its unknown numbers and the templates of its page → its labels."""
    live = LiveLabels(deck.scene)
    rooms, layers = label_rooms(deck.scene, upright=deck.style.direction == "TB"), deck.style.layers
    marker = Marker(deck, trace, templates, live, rooms, layers)
    nodes, edges = tuple(map(marker.node, deck.scene.nodes)), tuple(map(marker.edge, deck.scene.edges))
    live.scene = replace(deck.scene, nodes=nodes, edges=edges)
    if isinstance(live.scene, BackwardScene):
        live.scene = with_backward_marks(live.scene, marker)
    return live


@dataclass
class Marker:
    """Marks the labels of a deck, and writes down in `live` what the script needs; `rooms` has the room of each.

    `layers` are those that stand at its nodes.
    """

    deck: Deck
    trace: UnknownTrace
    templates: TemplateTable
    live: LiveLabels
    rooms: dict[int, tuple[float, float]]
    layers: Collection[str]
    make_brackets: dict[str, Callable[[int, Shape], Brackets]] = field(default_factory=dict)

    @property
    def fonts(self) -> Fonts:
        return self.deck.style.theme.fonts

    @property
    def upright(self) -> bool:
        return self.deck.style.direction == "TB"

    @property
    def below(self) -> float:
        """At which part of their width labels of the backward pass are held: they stand below a node, or beside it."""
        return 0 if self.upright else 0.5

    def mark(
        self, key: str, placed: Placed, side: float, value: Value | None, face: str,
        room: Placed | None = None, taken: float = 0.0, *, row: bool = False, **more: object,
    ) -> Placed:  # fmt: skip
        """A label in its place → the same with a mark, where its number is not known; it has the room of `room`.

        It is held at its left (`side` 0), in its middle (0.5) or at its right (1); `taken` is what stands there too.
        A vector is a column, or a `row`; `face` and `more` are for the script.
        """
        if value is None or is_known(value) or np.ndim(value) > _MAX_DIMENSIONS:
            return placed
        self.live.first[key] = "".join(run.path for run in placed.label.runs)
        left, right = self.rooms[id(room or placed)]
        x0, _, x1, _ = placed.label.box
        at = x0 + side * (x1 - x0)
        ends = [(placed.x + at - left) / side - taken] if side else []
        ends += [(right - placed.x - at) / (1 - side)] if side < 1 else []
        self.live.labels[key] = {
            **self.numbers(value, face, row=row), "side": side, "at": round(at, 2), "room": round(min(ends), 1),
            "face": face, **more,
        }  # fmt: skip
        return with_mark(placed, key)

    def numbers(self, value: Value, face: str, *, row: bool = False) -> dict[str, object]:
        """Number or array → where it is read, or where its entries are, row by row, and its brackets.

        What is elided is below 0.
        """
        if isinstance(value, TracedFloat):
            return {"read": self.templates.read(value.code)}
        array = cast("TracedArray", value)
        places = array.filled(lambda entry: self.templates.read(entry.code))
        if array.ndim == 1:
            places = places.reshape(1, -1) if row else places.reshape(-1, 1)
        rows = numbers.grid(places, self.deck.style.digits) or []
        shape = places.shape if row else array.shape
        lengths = shape if numbers.is_elided(places, self.deck.style.digits) else ()
        key = f"{len(rows)} {numbers.shape_text(lengths)}".strip()
        if key not in self.live.brackets[face]:
            self.live.brackets[face][key] = self.make_brackets[face](len(rows), lengths)
        cells = [[_ELIDED.get(cell, cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
        return {"cells": cells, "frame": key}

    def face(self, size: float, *, bold: bool) -> str:
        """Size and weight → the name of its digits and signs."""
        key = f"{'b' if bold else 'r'}{short(size)}"
        if key not in self.live.faces:
            self.live.faces[key] = face(self.live.shape, size, bold, self.fonts)
            self.live.brackets[key] = {}
            self.make_brackets[key] = partial(brackets, self.live.shape, size, bold, self.fonts)
        return key

    def node(self, node: Node) -> Node:
        """Node → the same with marks: its value, and its gradient after each contribution."""
        trace, size = self.trace, self.deck.style.theme.sizes.value
        edges = [(reader, slot) for reader, slot, arg in trace.backward_edges() if arg == node.id]
        parts = [trace.edge_gradient(*edge).contribution for edge in edges]
        grads, row = {}, node.id in self.deck.trace.rows
        for count, placed in node.grads.items():
            key, is_partial = f"g{node.id}-{count}", count < len(parts)
            if node.terms is not None:
                grads[count] = self.part_of_sum(key, node, count)
                continue
            value = sum(parts[1:count], parts[0]) if is_partial else trace.grads[node.id]
            face = self.face(size, bold=not is_partial)
            more = {} if is_partial else self.before(node.id)
            grads[count] = self.mark(key, placed, self.below, value, face, row=row, rest=int(is_partial), **more)
        node = replace(node, grads=grads, terms=node.terms and self.terms(node, node.terms))
        if node.value is None:
            return node
        is_input = trace.graph.ops[node.id] is None
        side, name, key = 1 - self.below if is_input else 0, node.name, f"v{node.id}"
        room, taken = None, 0.0
        if name and self.upright:  # the name makes room for its value
            side, room, taken = 1, name, name.label.width + SPACE_PT
        face, equals = self.face(size, bold=False), int(not is_input)
        marked = self.mark(key, node.value, side, trace.values[node.id], face, room, taken, row=row, equals=equals)
        if name and self.upright and key in self.live.labels:
            name = self.beside(f"w{node.id}", name, key, node.value.rect[2])
        return replace(node, value=marked, name=name)

    def before(self, node: int) -> dict[str, Any]:
        """Node → what stands before its gradient: what it is known as."""
        digits, has_symbols = self.deck.style.digits, "derivatives" in self.layers
        known = known_as(self.deck.trace, node, digits, PICTURE.formulas) if has_symbols else ""
        if not known:
            return {}
        size = self.deck.style.theme.sizes.value
        [label] = typeset([Request(f"${known}bold(8)$", size)], self.deck.style.lang, self.fonts)
        *glyphs, (end, _, _) = glyphs_in(label)
        return {"known": [drawn(self.live, glyphs), round(float(end), 2), round(label.box[0], 2)]}

    def part_of_sum(self, key: str, node: Node, count: int) -> Placed:
        """Node with the terms of its gradient → what stands there after `count` contributions, with a mark."""
        size, placed, whole = self.deck.style.theme.sizes.value, node.grads[count], self.trace.grads[node.id]
        if count < node.last:
            terms = terms_at_node(self.trace, node.id, count)
            return self.sum(key, placed, terms, 0.0, rest=1)
        signs = ["=", "≈"]
        outcome = explore(lambda: sign_of_sum(self.trace, node.id, self.deck.style.digits))
        sign = self.templates.coded(numbered(outcome, signs))
        return self.mark(key, placed, 0, whole, self.face(size, bold=True), sign=sign)

    def terms(self, node: Node, placed: Placed) -> Placed:
        """Node, and the terms of its gradient in their place → these with a mark; before a result their end stays."""
        is_line = placed.y == node.grads[node.last].y
        return self.sum(f"s{node.id}", placed, terms_at_node(self.trace, node.id), float(is_line))

    def sum(self, key: str, placed: Placed, terms: Sequence[Value | None], side: float, rest: int = 0) -> Placed:
        """A sum in its place, and its terms, None being "…" → the same with a mark where one of them is not known."""
        unknown = next((term for term in terms if term is not None and not is_known(term)), None)
        if unknown is None:
            return placed
        places = [-1 if term is None else self.place(term) for term in terms]
        face = self.face(self.deck.style.theme.sizes.value, bold=False)
        return self.mark(key, placed, side, unknown, face, terms=places, longest=MAX_CHARACTERS_AT_NODE, rest=rest)

    def place(self, value: Value) -> int:
        """Number → where it is read."""
        return self.templates.read(value.code if isinstance(value, TracedFloat) else code_of(value))

    def beside(self, key: str, placed: Placed, number: str, right: float) -> Placed:
        """A label, the key of the number behind it, and where that ends → the label with a mark; it makes room."""
        self.live.first[key] = "".join(run.path for run in placed.label.runs)
        moved = {"with": number, "right": round(right - placed.x, 2), "gap": SPACE_PT}
        own = {"own": round(placed.label.width, 2)}
        self.live.labels[key] = own | self.live.labels.get(key, {}) | moved
        return with_mark(placed, key)

    def edge(self, edge: Edge) -> Edge:
        """Edge → the same with marks: its local derivative as symbol and as number, and its contribution."""
        if not (edge.contribution or edge.local or edge.number):
            return edge
        sizes, key = self.deck.style.theme.sizes, f"{edge.node}-{edge.slot}"
        local, contribution, summed = self.trace.edge_gradient(edge.node, edge.slot)
        if local is None:
            local = between_numbers(self.trace, edge.node, edge.slot)
        below = edge.contribution and self.mark(
            f"c{key}", edge.contribution, self.below, contribution, self.face(sizes.value, bold=False),
            size=round(sizes.contribution / sizes.value, 4), sum=int(bool(summed)),
            row=edge.arg in self.deck.trace.rows,
        )  # fmt: skip
        symbol = edge.local and self.symbol(edge, edge.local)
        number = edge.number
        has_numbers = "derivative-numbers" in self.deck.style.layers
        between = not has_arrays(self.trace, edge.node, edge.slot)  # on an edge of arrays there is the contribution
        if number is None and edge.local and has_numbers and between and isinstance(local, TracedFloat):
            gap = 0 if self.upright else SPACE_PT
            number = Placed(EMPTY, edge.local.x + edge.local.label.width + gap, edge.local.y)
        if number is not None:
            face = self.face(sizes.local, bold=False)
            room = edge.local if self.upright or edge.number is None else None
            taken = edge.local.label.width + SPACE_PT if self.upright and edge.local else 0
            side, right = int(self.upright), number.rect[2]
            number = self.mark(f"n{key}", number, side, local, face, room, taken, equals=1, slope=f"l{key}")
            if self.upright and edge.local and f"n{key}" in self.live.labels:
                symbol = self.beside(f"l{key}", edge.local, f"n{key}", right)
        return replace(edge, contribution=below, number=number, local=symbol)

    def symbol(self, edge: Edge, local: Placed) -> Placed:
        """Symbol of a local derivative → the same; with a mark where what it says depends on the numbers."""
        key, digits = f"l{edge.node}-{edge.slot}", self.deck.style.digits
        return self.variants(
            key, local, lambda: local_parts(self.trace, edge.node, edge.slot, digits, PICTURE.formulas, self.layers)[0]
        )

    def variants(self, key: str, placed: Placed, written: Callable[[], str], room: float | None = None) -> Placed:
        """A symbol in its place, and what writes it → the same; with a mark where what it says depends on numbers.

        Each variant stands where the symbol begins, or in its middle, no wider than the `room` there.
        """
        size = self.deck.style.theme.sizes.local
        outcome = explore(written)
        if not isinstance(outcome, Fork):
            return placed
        markups = list(dict.fromkeys(leaves(outcome)))
        labels = typeset(
            [Request(f"${PICTURE.full(markup)}$", size) for markup in markups], self.deck.style.lang, self.fonts
        )
        self.live.first[key] = "".join(run.path for run in placed.label.runs)
        bodies = [drawn(self.live, glyphs_in(label)) for label in labels]
        if room is not None:
            scales = [min(1.0, room / label.width) for label in labels]
            off = [(placed.label.width - scale * label.width) / 2 for scale, label in zip(scales, labels, strict=True)]
            bodies = [
                f'<g transform="translate({dx:.2f} 0) scale({scale:.3f})">{body}</g>'
                for dx, scale, body in zip(off, scales, bodies, strict=True)
            ]
        self.live.labels[key] = {
            "end": self.templates.coded(numbered(outcome, markups)),
            "own": round(placed.label.width, 2),
            "variants": [[body, round(label.width, 2)] for body, label in zip(bodies, labels, strict=True)],
        }
        return with_mark(placed, key)
