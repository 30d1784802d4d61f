"""The digits, signs and brackets of a size and a weight, from which a script sets numbers and matrices.

A piece is how far it goes, and its glyphs: each the number of its outline, where it stands in the piece, and from where
to where its ink goes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

from graphviz_ad.diagram.fonts import Fonts
from graphviz_ad.diagram.outlines import Request, extent
from graphviz_ad.diagram.typeset import typeset
from graphviz_ad.export.states import glyphs_of
from graphviz_ad.language.values import TYPST

Shape = Callable[[str], int]
"""Outline of a glyph → its number."""

Glyph = tuple[int, float, float, float, float]
"""The number of its outline, where it stands in its piece (x and y), and from where to where its ink goes."""
Piece = tuple[float, list[Glyph]]
"""How far a piece goes, and its glyphs."""

_SCRIPT = "0123456789"
"""The digits, which are set also in a row as an exponent, by which raised ones are measured."""
_DOTS = dict(zip("dvD", TYPST.dots.values()))
"""The pieces for entries, rows and both that are elided, and their markup."""
_POWER = f"8 {TYPST.times} 10^(8)"
"""A number with a power of ten."""
_FRACTION = f"8{TYPST.slash}8"
"""A fraction on one line."""


class Brackets(TypedDict):
    """The brackets of a matrix as pieces, the baselines of its rows, and what is between its columns."""

    left: Piece
    right: Piece
    lines: list[float]
    gap: float


def face(shape: Shape, size: float, bold: bool, fonts: Fonts) -> dict[str, Piece]:
    """Size, weight and fonts → the pieces of numbers: how far each goes, its glyphs, their places and their ink.

    Besides digits and signs, among them `/`, there are `t` (times), `T` (ten), `s0` … (raised digits), `k` (the space
    behind them), `e` (equals), `a` (approximately), `p` and `m` (plus and minus between terms), `r` (the rest), `S`
    (that it is a sum), `d`, `v`, `D` (what is elided), `c` (a dot between factors), `(` and `)`.
    """
    forms = [*_SCRIPT, "0.5", "-8", "infinity", '"nan"', _POWER, f"10^({_SCRIPT})", "10^(-8)", _FRACTION]
    forms += _DOTS.values()
    markups = [f"$bold({form})$" if bold else f"${form}$" for form in forms]
    eight = "bold(8)" if bold else "8"
    markups += [f"$= {eight}$", f"${eight} + dots.c$", f"$sum = {eight}$", f"$approx {eight}$"]
    markups += [f"${eight} {sign} {eight}$" for sign in "+-"]
    markups += [f"${eight} dot.c ({eight})$"]
    typeset_labels = typeset([Request(markup, size) for markup in markups], fonts=fonts)
    labels = dict(zip([*forms, "=8", "8+", "S8", "a8", "8+8", "8-8", "8c(8)"], typeset_labels, strict=True))
    glyphs = {
        form: [(float(x), float(y), outline) for run in label.runs for x, y, outline in glyphs_of(run.path)]
        for form, label in labels.items()
    }

    def piece(form: str, start: int, stop: int, origin: float, advance: float) -> Piece:
        return round(advance, 2), [_glyph(shape, glyph, origin) for glyph in glyphs[form][start:stop]]

    def x(form: str, at: int) -> float:
        return glyphs[form][at][0]

    wide = {digit: labels[digit].width for digit in _SCRIPT}
    pieces = {digit: piece(digit, 0, 1, 0, wide[digit]) for digit in _SCRIPT}
    pieces["."] = piece("0.5", 1, 2, wide["0"], x("0.5", 2) - wide["0"])
    pieces["-"] = piece("-8", 0, 1, 0, x("-8", 1))
    pieces["inf"] = piece("infinity", 0, 1, 0, labels["infinity"].width)
    pieces["nan"] = piece('"nan"', 0, 3, 0, labels['"nan"'].width)
    pieces["t"] = piece(_POWER, 1, 2, wide["8"], x(_POWER, 2) - wide["8"])
    pieces["T"] = piece(_POWER, 2, 4, x(_POWER, 2), x(_POWER, 4) - x(_POWER, 2))
    pieces["/"] = piece(_FRACTION, 1, 2, wide["8"], x(_FRACTION, 2) - wide["8"])
    raised = f"10^({_SCRIPT})"
    step = x(raised, 3) - x(raised, 2)
    for number, digit in enumerate(_SCRIPT):
        pieces[f"s{digit}"] = piece(raised, number + 2, number + 3, x(raised, number + 2), step)
    pieces["s-"] = piece("10^(-8)", 2, 3, x("10^(-8)", 2), x("10^(-8)", 3) - x("10^(-8)", 2))
    pieces["k"] = round(labels[_POWER].width - x(_POWER, 4) - step, 2), []
    pieces["e"] = piece("=8", 0, 1, 0, x("=8", 1))
    pieces["a"] = piece("a8", 0, 1, 0, x("a8", 1))
    for name, form in (("p", "8+8"), ("m", "8-8")):
        pieces[name] = piece(form, 1, 2, wide["8"], x(form, 2) - wide["8"])
    pieces["c"] = piece("8c(8)", 1, 2, wide["8"], x("8c(8)", 2) - wide["8"])
    pieces["("] = piece("8c(8)", 2, 3, x("8c(8)", 2), x("8c(8)", 3) - x("8c(8)", 2))
    pieces[")"] = piece("8c(8)", 4, 5, x("8c(8)", 4), labels["8c(8)"].width - x("8c(8)", 4))
    pieces["r"] = piece("8+", 1, 3, wide["8"], labels["8+"].width - wide["8"])
    pieces["S"] = piece("S8", 0, 2, 0, x("S8", 2))
    for name, dots in _DOTS.items():
        pieces[name] = piece(dots, 0, len(glyphs[dots]), 0, labels[dots].width)
    return pieces


def brackets(shape: Shape, size: float, bold: bool, fonts: Fonts, rows: int, lengths: tuple[int, ...] = ()) -> Brackets:
    """Number of rows → the brackets of a matrix, as pieces of numbers are, its baselines, and between its columns.

    The lengths of one that is elided stand below its closing bracket, as part of it.
    """
    below = TYPST.shape[1].join(map(str, lengths))
    matrix = f"#math.display($mat({'; '.join(['8, 8'] * rows)}){f'_({below})' if lengths else ''}$)"
    eight, label = typeset(
        [Request(f"$bold({form})$" if bold else f"${form}$", size) for form in ("8", matrix)], fonts=fonts
    )
    glyphs = [(float(x), float(y), outline) for run in label.runs for x, y, outline in glyphs_of(run.path)]
    below_count = len("×".join(map(str, lengths)))
    count = (len(glyphs) - below_count) // 2 - rows
    first, second = glyphs[count], glyphs[count + rows]
    end = second[0] + eight.width

    def piece(glyphs: list[tuple[float, float, str]], origin: float, advance: float) -> Piece:
        return round(advance, 2), [_glyph(shape, glyph, origin) for glyph in glyphs]

    return {
        "left": piece(glyphs[:count], 0, first[0]),
        "right": piece(glyphs[-count - below_count :], end, label.width - end),
        "lines": [round(y, 2) for _, y, _ in glyphs[count : count + rows]],
        "gap": round(second[0] - first[0] - eight.width, 2),
    }


def _glyph(shape: Shape, glyph: tuple[float, float, str], origin: float) -> Glyph:
    """A glyph in its place → its outline, how far it is from where its piece begins, from where to where it goes."""
    x, y, outline = glyph
    x0, x1 = extent(outline)
    return shape(outline), round(x - origin, 2), round(y, 2), round(x0, 2), round(x1, 2)
