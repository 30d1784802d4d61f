"""Labels of a deck → text for Typst to set in their places: a fraction of the size of their outlines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from graphviz_ad.diagram.glyphs import INK
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.typeset import Label, Request

SET = """
#let texts = json(bytes(sys.inputs.texts)).map(it => (rise: it.rise, body: text(size: it.size * 1pt, {
  box(width: 0pt, height: it.rise * 1pt)  // a line begins that far above its baseline, whatever is in it
  eval(it.markup, mode: "markup", scope: (T: (tag, body) => body))
})))
#let placed((which, x, y, colour)) = {
  let it = texts.at(which)
  place(dx: x * 1pt, dy: (y - it.rise) * 1pt, text(fill: rgb(colour), it.body))
}
"""
"""Typst's function that puts a text on the page: its number among the texts, its place, its colour."""

_SHIFT = re.compile(r'<g transform="translate\((\S+) (\S+)\)">')
"""The beginning of a group that is shifted, as the graph and the formula are."""

Placing = tuple[int, float, float, str]
"""The number of a text, where its baseline begins in points of the page, its colour."""


class SetLabels:
    """The texts of a deck, each once, and the pictures without them."""

    def __init__(self, deck: Deck, scale: float) -> None:
        """Deck, and how many points of the page a unit of the picture is."""
        around, header = deck.around, deck.header.statements
        words = (around.title, around.caption, around.inside, around.forward, around.backward, around.words)
        self._requests = {
            "".join(run.path for run in label.runs): label
            for label in _labels((deck.scene, header, words))
            if label.request is not None and label.request.width is None
        }
        self._scale = scale
        self._numbers: dict[Request, int] = {}
        self._done: dict[str, tuple[str, list[Placing]]] = {}
        self.texts: list[dict[str, str | float]] = []

    def taken_from(self, svg: str) -> tuple[str, list[Placing]]:
        """Piece of a picture, shifted as a whole or not → the same without the texts, and these in their places."""
        if svg not in self._done:  # most pieces are those of other pages too
            self._done[svg] = self._taken_from(svg)
        return self._done[svg]

    def _taken_from(self, svg: str) -> tuple[str, list[Placing]]:
        shift = _SHIFT.match(svg)
        left, top = (float(shift[1]), float(shift[2])) if shift else (0.0, 0.0)
        placings: list[Placing] = []

        def take(match: re.Match[str]) -> str:
            label = self._requests.get(match[4])
            if label is None or label.request is None:
                return match[0]
            x, y = (self._scale * (shift + float(at)) for shift, at in ((left, match[1]), (top, match[2])))
            placings.append((self._number(label, label.request), round(x, 3), round(y, 3), match[3]))
            return ""

        return INK.sub(take, svg), placings

    def _number(self, label: Label, request: Request) -> int:
        """Label → the number of its text. `rise` is how far above the baseline it begins, and more than enough."""
        if request not in self._numbers:
            self._numbers[request] = len(self.texts)
            rise = self._scale * (2 * request.size - label.box[1])
            self.texts.append({"markup": request.markup, "size": self._scale * request.size, "rise": rise})
        return self._numbers[request]


def _labels(holder: object) -> Iterator[Label]:
    """What holds labels, at any depth → these."""
    if isinstance(holder, Label):
        yield holder
    elif isinstance(holder, Mapping):
        for value in holder.values():
            yield from _labels(value)
    elif isinstance(holder, (tuple, list)):
        for value in holder:
            yield from _labels(value)
    elif is_dataclass(holder):
        for field in fields(holder):
            yield from _labels(getattr(holder, field.name))
