"""Labels of a deck → text for Typst to set in their places: a fraction of the size of their outlines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from graphviz_ad.diagram.glyphs import INK
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.typeset import Label, Request

SET = """
#let families = json(bytes(sys.inputs.families))
#let texts = json(bytes(sys.inputs.texts)).map(it => (rise: it.rise, body: text(size: it.size * 1pt, {
  box(width: 0pt, height: it.rise * 1pt)  // a line begins that far above its baseline, whatever is in it
  if it.plain == () { eval(it.markup, mode: "markup", scope: (T: (tag, body) => body)) } else {
    set text(font: (sys.inputs.mathfont, ..families), weight: 450)  // as equations have it
    it.plain.map(piece => if type(piece) == str { piece } else { h(piece * 1em) }).join()
  }
})))
#let placed((which, x, y, colour)) = {
  let it = texts.at(which)
  place(dx: x * 1pt, dy: (y - it.rise) * 1pt, text(fill: rgb(colour), it.body))
}
"""
"""Typst's function that puts a text on the page: its number among the texts, its place, its colour."""

_LETTER = re.compile(r"\$([A-Za-z])\$")
"""A name of one letter, which is italic."""
_OF_SEVERAL_LETTERS = ("tanh", "exp", "log", "sin", "cos", "max", "min")
"""Functions whose sign at a node is their name, upright."""
_SIGNS = {"?": "?", "+": "+", "-": "−", "times": "×"} | {name: name for name in _OF_SEVERAL_LETTERS}
"""Markup of a sign → its letters."""
_NUMBER = re.compile(r"\$(= )?(bold\()?(-?)([\d.]+)(?(2)\))\$")
"""A number, alone or behind a sign of equality, as `$= -0.5$` and `$bold(2.25)$`."""
_RELATION_EM = 5 / 18
"""Between a sign of equality and what follows it."""
_BOLD_NOUGHT, _ITALIC_CAPITAL, _ITALIC_SMALL, _ITALIC_H = 0x1D7CE, 0x1D434, 0x1D44E, "ℎ"
"""Mathematical letters of Unicode: the first of each kind, and the one that stands elsewhere."""

_SHIFT = re.compile(r'<g transform="translate\((\S+) (\S+)\)">')
"""The beginning of a group that is shifted, as the graph and the formula are."""

Placing = tuple[int, float, float, str]
"""The number of a text, where its baseline begins in points of the page, its colour."""
Pieces = list[str | float]
"""Letters, and gaps in sizes of type."""


def plain_pieces(markup: str) -> Pieces:
    """Markup of a label → the same as letters of the mathematical font, none where it is more than a line of these.

    Typst sets a text in a sixth of the time that an equation of the same looks takes.

    >>> plain_pieces("$= -0.5$"), plain_pieces("$w$"), plain_pieces("$v_(1)$")
    (['=', 0.2777777777777778, '−0.5'], ['𝑤'], [])
    """
    if number := _NUMBER.fullmatch(markup):
        equals, bold, minus, digits = number.groups()
        if bold:
            digits = "".join(chr(_BOLD_NOUGHT + int(digit)) if digit.isdigit() else digit for digit in digits)
        written = "−" * len(minus) + digits
        return ["=", _RELATION_EM, written] if equals else [written]
    if letter := _LETTER.fullmatch(markup):
        first, begin = (ord("A"), _ITALIC_CAPITAL) if letter[1].isupper() else (ord("a"), _ITALIC_SMALL)
        return [_ITALIC_H if letter[1] == "h" else chr(begin + ord(letter[1]) - first)]
    sign = _SIGNS.get(markup[1:-1])
    return [sign] if sign else []


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
        self.texts: list[dict[str, str | float | Pieces]] = []

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
            size, plain = self._scale * request.size, plain_pieces(request.markup)
            self.texts.append({"markup": request.markup, "plain": plain, "size": size, "rise": rise})
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
