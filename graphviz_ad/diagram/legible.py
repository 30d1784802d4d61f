"""Trace → as much of it, on a slide, as can be read from the back row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.closed_operation import ClosedOperation
from graphviz_ad.autodiff.detail import Detail, closed, closed_as
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.budget import Progress
from graphviz_ad.diagram.choices import (
    LEVELS,
    MIN_COMPUTED,
    SPACES,
    Choice,
    beside_equations,
    choices,
    is_free,
    is_once,
    with_linear_maps,
    without_names,
)
from graphviz_ad.diagram.crossings import crossing_pairs, sampled
from graphviz_ad.diagram.fitting import least_type
from graphviz_ad.diagram.layers import ALL, ARRAY_NAMES, MATRIX_NAMES, OF_COMPUTED, SHORT_RULES
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.style import Style
from graphviz_ad.errors import InputError, LimitError
from graphviz_ad.language.number_format import DEFAULT_ENTRIES, NO_ENTRIES, NumberFormat
from graphviz_ad.lazy import lazy

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_MAX_GAIN = 1.4
"""By how much type becomes larger, at most, where names of derivatives are left out: by a fifth, as measured."""
_WORTH_DERIVATIVES_PT = 16.0
"""Type of which derivatives at the edges are not given up for larger type: they are what is taught."""
_WORTH_LESS_PT = 0.3
"""By how much type is larger, at least, for which less is shown where no choice is large enough."""
_WORTH_CLOSING = 2
"""By how many there are less crossings, and lines over which no gradient goes, where more is closed than the size of
type asks for; only what has crossings is."""
_PIECES = 16
"""Straight pieces that stand for a curve where it is counted how often lines cross."""
_PAGE_TYPE_PT = 6.0
"""Type that is smaller on paper as wide as a slide cannot be read: the subscripts of a paper are as large."""
_FRAMES_MEASURED = 24
"""Frames of a deck whose words are set to see how much room they take: each takes a few milliseconds."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """A choice as it is drawn: the size of its type, how often lines cross, but for those from one node, and over how
    many no gradient goes."""

    type_pt: float
    choice: Choice
    crossed: int
    pale: int


def legible(
    trace: Trace, style: Style, progress: Progress | None = None, *, is_single: bool = False
) -> tuple[Trace, Style, str | None]:
    """Trace and the look of its pictures → what is drawn of it and how, and a sentence where something was closed.

    A level that is asked for is taken as it is. Else, on a slide, as little is closed as type of 14 points allows, or
    of 18 in a theme for slides, without the spaces of arrays, and more where fewer lines cross then; what is closed is
    shown without names and numbers of local derivatives before more is closed, and where nothing more can be closed
    without more of what stands at edges; arrays of code, which are large, stand by their shapes there, and vectors on a
    line where there is too little height for columns. A graph in rows is taken where it is in rows at each level of
    operations. Where nothing is enough the largest type is taken. A single picture is the finished one, without steps
    whose words need room.
    """
    if trace.forward_mode is not None:
        reverse, look, sentence = legible(trace.forward_mode.reverse, style, progress, is_single=is_single)
        try:
            return closed_as(trace, reverse), look, sentence
        except InputError:  # it would have an input inside of a node that has a tangent
            return trace, style, None
    if style.backward_graph or trace.calls:  # what is closed would hide pullbacks
        return closed(trace, style.detail or "operation"), style, None
    if style.detail is not None:
        return closed(trace, style.detail), style, None
    if any(isinstance(bound, ClosedOperation) for bound in trace.graph.distinct_ops):
        return trace, *_of_modules(trace, style, progress)
    if style.fit != "slide":
        return with_linear_maps(trace, style), style, None
    asked = style
    if style.annotations.equations is not None and style.layers == ALL:
        style = beside_equations(style)
    best = _best(trace, style, least_type(style.theme.sizes.local), progress, is_single=is_single)
    if best is None:
        return trace, style, None
    whole, look = best.trace, best.look
    return whole, look, _sentence(best.level, look, asked, is_once(trace, whole))


def _best(trace: Trace, style: Style, least: float, progress: Progress | None, *, is_single: bool) -> Choice | None:
    """Trace, its look, the size that type should have → what is drawn, None where nothing can be.

    That is the first choice that is large enough, or one that is more closed and in which fewer lines cross.
    """
    best: _Measured | None = None
    in_rows: _Measured | None = None
    sizes = [0.0]
    can_choose = is_free(trace, style)
    for choice in choices(trace, style, lambda: sizes[-1] * _MAX_GAIN >= least):
        if best and best.type_pt >= least and not (can_choose and best.crossed and choice.is_like(best.choice)):
            break
        if best and best.type_pt >= _WORTH_DERIVATIVES_PT and not choice.has_rules and can_choose:
            break
        if in_rows and not choice.has_rules and can_choose:
            break
        if choice.level == "affine" and not in_rows and len(trace.graph.program.computed) >= MIN_COMPUTED:
            continue  # whole statements are easier to read than parts of them
        try:
            deck = _measured(choice.trace, choice.look, least, progress, is_single=is_single)
        except LimitError:  # too large to be drawn: a coarser level may not be
            sizes.append(0.0)
            continue
        sizes.append(deck.type_pt)
        measured = _seen(deck, choice)
        if deck.scene.is_in_rows and deck.type_pt >= least:
            in_rows = in_rows or measured
        elif best is None or _is_better(measured, best, least):
            best = measured
    if best is None or (in_rows and best.type_pt < least):
        best = in_rows
    return None if best is None else _in_full(best, style, least, progress, is_single=is_single)


def _seen(deck: Deck, choice: Choice) -> _Measured:
    """Slide, and what is drawn on it → how it looks."""
    edges = deck.scene.edges
    of, pieces = sampled([edge.points for edge in edges], _PIECES)
    pairs = zip(*(numbers.tolist() for numbers in crossing_pairs(of, pieces)))
    crossed = sum(edges[first].arg != edges[second].arg for first, second in pairs)
    pale = sum(not edge.carries for edge in edges)
    return _Measured(deck.type_pt, replace(choice, look=deck.style), crossed, pale)


def _is_better(measured: _Measured, best: _Measured, least: float) -> bool:
    """Whether a choice that shows less is taken before another: for the size of its type, or, where that is large
    enough for both, since it is calmer."""
    if best.type_pt >= least:
        less = best.crossed + best.pale - measured.crossed - measured.pale
        return measured.type_pt >= least and less >= _WORTH_CLOSING
    return measured.type_pt > best.type_pt + (_WORTH_LESS_PT if measured.type_pt < least else 0.0)


def _in_full(
    best: _Measured, style: Style, least: float, progress: Progress | None, *, is_single: bool
) -> Choice:  # fmt: skip
    """What is drawn with fewer digits, or rules in few signs → the same with more of them, where there is room."""
    choice = best.choice
    if best.type_pt < least:
        return choice
    for is_written_out in (True, False):
        look = choice.look
        if is_written_out and SHORT_RULES in look.layers:
            look = replace(look, layers=tuple(layer for layer in look.layers if layer != SHORT_RULES))
        elif not is_written_out and int(look.digits) != int(style.digits):
            look = replace(look, digits=style.digits.on_a_line if look.digits.flat else style.digits)
        else:
            continue
        deck = _measured(choice.trace, look, least, progress, is_single=is_single)
        seen = _seen(deck, choice)
        if seen.type_pt >= least and not deck.scene.is_in_rows and seen.crossed <= best.crossed:
            choice = seen.choice
    return choice


def _of_modules(trace: Trace, style: Style, progress: Progress | None) -> tuple[Style, str | None]:
    """Trace of code with parts closed, and the look of a page → the look whose type can be read on paper, and what is
    said of it: arrays, which are large, stand by their shapes, then derivatives without numbers and spaces."""
    if style.fit != "page" or not trace.graph.places or style.digits.entries != DEFAULT_ENTRIES or style.layers != ALL:
        return style, None
    shapes = replace(style, digits=NumberFormat(style.digits, style.digits.style, NO_ENTRIES))
    last = len(trace.steps) + 1
    for look in (style, shapes, without_names(shapes)):
        if Deck(trace, look, [last], progress).type_pt >= _PAGE_TYPE_PT:
            break
    return look, _sentence(None, look, style, once=False, where="on a page")


def _measured(trace: Trace, look: Style, least: float, progress: Progress | None, *, is_single: bool) -> Deck:
    """Trace and look → its slides, or those with vectors on a line where the height is what there is too little of.

    Where the last slide alone has type that can be read there are some of the steps too, whose words may be higher,
    unless it is a single picture.
    """
    last = len(trace.steps) + 1
    deck = Deck(trace, look, [last], progress)
    if deck.type_pt < least and any(np.ndim(value) == 1 for value in trace.values):
        flat = replace(look, digits=look.digits.on_a_line)
        deck = max(deck, Deck(trace, flat, [last], progress), key=attrgetter("type_pt"))
    if deck.type_pt < least or is_single:
        return deck
    return Deck(trace, deck.style, [*range(1, last, -(-last // _FRAMES_MEASURED)), last], progress)


def _sentence(level: Detail | None, look: Style, style: Style, once: bool, where: str = "on a slide") -> str | None:
    """Level and look chosen, the look asked for, whether modules that are alike are one node → what is said of it."""
    clauses = [LEVELS[level]] if level else []
    clauses += ["modules in a row that are alike are one node"] if once else []
    if {*style.layers}.difference(look.layers) > {SPACES}:
        clauses.append(_looks(look, style))
    if int(look.digits) != int(style.digits):
        clauses.append(f"numbers have {int(look.digits)} digits")
    if look.digits.entries != style.digits.entries:
        clauses.append("arrays stand by their shapes")
    if ARRAY_NAMES in look.layers:
        clauses.append("arrays by their names, without numbers")
    if MATRIX_NAMES in look.layers:
        clauses.append("matrices by their names, without numbers")
    if not clauses:
        return None
    *before, what = clauses
    what = f"{', '.join(before)}, and {what}" if before else what
    more = "--detail operation shows all, --open NAME a part" if where == "on a slide" else "--fit graph shows all"
    return f"so that type can be read {where}, {what}: {more}"


def _looks(look: Style, style: Style) -> str:
    """Look with some layers left out of those of `style` → the clause about it."""
    if "derivatives" not in look.layers:
        shows_contributions = "contributions" in look.layers
        return "edges have contributions, but no local derivatives" if shows_contributions else "edges have no labels"
    if "contributions" not in style.layers:
        return "local derivatives stand without names"
    what = "local derivatives stand without names, numbers and spaces"
    what += ", with respect to inputs as numbers" if OF_COMPUTED in look.layers else ""
    return what if "contributions" in look.layers else f"{what}, and without what they contribute"
