"""Trace → as much of it, on a slide, as can be read from the back row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.closed_operation import ClosedOperation
from graphviz_ad.autodiff.detail import LINEAR, Detail, closed, closed_as, shaped
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.budget import Progress
from graphviz_ad.diagram.fitting import least_type
from graphviz_ad.diagram.layers import ALL, ARRAY_NAMES, OF_COMPUTED, PRESETS
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.style import Style
from graphviz_ad.errors import InputError, LimitError
from graphviz_ad.language.number_format import DEFAULT_DIGITS, DEFAULT_ENTRIES, NO_ENTRIES, NumberFormat
from graphviz_ad.lazy import lazy

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_CLOSED: dict[Detail, str] = {
    "constants": "constants stand in their operations",
    "affine": "constants, and sums and products with them, stand in the operations that read them",
    "function": "each call of a function is one node",
    "statement": "each statement is one node",
    "module": "each statement is one node, with the parameters that only it uses inside",
    "block": "each statement is one node, with the parameters that only it uses and data inside",
}
"""The clause of the note about the level that was chosen."""
_SPACES = "shapes"
"""The layer of the spaces of arrays at edges, as ∈ ℝ³."""
_OF_DERIVATIVES = "derivative-names", "derivative-numbers", _SPACES
"""Layers about local derivatives without which these still stand there."""
_WITHOUT_DERIVATIVES = (*_OF_DERIVATIVES, "derivatives")
"""The first choice of layers to leave out that gives up what is taught."""
_LEFT_OUT = (
    _OF_DERIVATIVES,
    (*_OF_DERIVATIVES, "contributions"),
    _WITHOUT_DERIVATIVES,
    (*_OF_DERIVATIVES, "derivatives", "contributions"),
    (*_OF_DERIVATIVES, "derivatives", "contributions", "sums"),
)
"""Layers that are left out where closing alone is not enough, in the order in which it is tried; but for the first only
where nothing more can be closed. The expression of a local derivative stays as long as it can, values and gradients
always.
"""
_LEFT_OUT_FOR_EQUATIONS = 4
"""Which of these are left out where the equations of both passes stand there, which say the derivatives."""
_MAX_GAIN = 1.4
"""By how much type becomes larger, at most, where the first of these are left out: by a fifth, as measured."""
_WORTH_DERIVATIVES_PT = 16.0
"""Type of which derivatives at the edges are not given up for larger type: they are what is taught."""
_WORTH_LESS_PT = 0.3
"""By how much type is larger, at least, for which less is shown where no choice is large enough."""
_MAX_NODES = 40
"""Nodes that a slide has room for where type is as large as wanted: of more, coarser levels are looked at only."""
_PAGE_TYPE_PT = 6.0
"""Type that is smaller on paper as wide as a slide cannot be read: the subscripts of a paper are as large."""
_FRAMES_MEASURED = 24
"""Frames of a deck whose words are set to see how much room they take: each takes a few milliseconds."""
_FEWER_DIGITS = 3
"""Digits of numbers where nothing more can be closed, and the author has asked for no number of them."""
_MIN_COMPUTED = 2
"""Nodes that are computed, at least, in what is closed unasked: one statement alone in one node is no graph."""


_Choice = tuple[float, Trace, Style, Detail | None]
"""Size of type, trace, look and level."""


def legible(
    trace: Trace, style: Style, progress: Progress | None = None, *, is_single: bool = False
) -> tuple[Trace, Style, str | None]:
    """Trace and the look of its pictures → what is drawn of it and how, and a sentence where something was closed.

    A level that is asked for is taken as it is. Else, on a slide, as little is closed as type of 14 points allows, or
    of 18 in a theme for slides, without the spaces of arrays; what is closed is shown without names and numbers of
    local derivatives before more is closed, and where nothing more can be closed without more of what stands at edges;
    arrays of code, which are large, stand by their shapes there, and vectors on a line where there is too little height
    for columns. A graph in rows is taken where it is in rows at each level of operations. Where nothing is enough the
    largest type is taken. A single picture is the finished one, without steps whose words need room.
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
        return _with_linear_maps(trace, style), style, None
    asked = style
    if style.annotations.equations is not None and style.layers == ALL:
        style = _without(style, _LEFT_OUT_FOR_EQUATIONS)
    least_size = least_type(style.theme.sizes.local)
    best: _Choice | None = None
    in_rows: _Choice | None = None
    sizes = [0.0]
    for whole, look, level in _choices(trace, style, lambda: sizes[-1] * _MAX_GAIN >= least_size):
        if best and best[0] >= _WORTH_DERIVATIVES_PT and "derivatives" not in look.layers and _is_free(trace, style):
            break
        if in_rows and "derivatives" not in look.layers and _is_free(trace, style):
            break
        if level == "affine" and not in_rows and len(trace.graph.program.computed) >= _MIN_COMPUTED:
            continue  # whole statements are easier to read than parts of them
        try:
            deck = _measured(whole, look, least_size, progress, is_single=is_single)
        except LimitError:  # too large to be drawn: a coarser level may not be
            sizes.append(0.0)
            continue
        sizes.append(deck.type_pt)
        choice = deck.type_pt, whole, deck.style, level
        if deck.scene.is_in_rows and deck.type_pt >= least_size:
            in_rows = in_rows or choice
            continue
        if best is None or sizes[-1] > best[0] + (_WORTH_LESS_PT if sizes[-1] < least_size else 0.0):
            best = choice
        if sizes[-1] >= least_size:
            break
    if best is None or (in_rows and best[0] < least_size):
        best = in_rows
    if best is None:
        return trace, style, None
    size, whole, look, level = best
    if size >= least_size and int(look.digits) < int(style.digits):  # there may be room for all of them again
        whole_digits = style.digits.on_a_line if look.digits.flat else style.digits
        deck = _measured(whole, replace(look, digits=whole_digits), least_size, progress, is_single=is_single)
        look = look if deck.type_pt < least_size or deck.scene.is_in_rows else deck.style
    return whole, look, _sentence(level, look, asked, _is_once(trace, whole))


def _with_linear_maps(trace: Trace, style: Style) -> Trace:
    """Trace → the same with each linear map of PyTorch one node, unless the author names something in it."""
    if not trace.graph.places or not any(group.name == LINEAR for group in trace.graph.groups):
        return trace
    smaller = closed(trace, "operation", LINEAR)
    return smaller if style.annotations.names & trace.graph.ids.keys() <= smaller.graph.ids.keys() else trace


def _of_modules(trace: Trace, style: Style, progress: Progress | None) -> tuple[Style, str | None]:
    """Trace of code with parts closed, and the look of a page → the look whose type can be read on paper, and what is
    said of it: arrays, which are large, stand by their shapes, then derivatives without numbers and spaces."""
    if style.fit != "page" or not trace.graph.places or style.digits.entries != DEFAULT_ENTRIES or style.layers != ALL:
        return style, None
    shapes = replace(style, digits=NumberFormat(style.digits, style.digits.style, NO_ENTRIES))
    last = len(trace.steps) + 1
    for look in (style, shapes, _without(shapes, 1)):
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


def _choices(trace: Trace, style: Style, is_near: Callable[[], bool]) -> Iterator[tuple[Trace, Style, Detail | None]]:
    """Trace and look → what may be drawn, from the most open to the most closed, then with fewer and fewer layers.

    What the author names stays there. `is_near` says whether the last choice was nearly large enough.
    """
    levels = [(None, _with_linear_maps(trace, style)), *_levels(trace, style)]
    if len(levels) > 1 and levels[1][0] == "constants":  # it is calmer so, whatever the size of its type
        del levels[0]
    spaceless = tuple(layer for layer in style.layers if layer != _SPACES)  # which stand in smaller type
    without_spaces = replace(style, layers=spaceless) if _is_free(trace, style) else style
    whole, chosen = trace, None
    for number, (chosen, whole) in enumerate(levels):
        if len(whole.graph) > _MAX_NODES and number < len(levels) - 1:
            continue
        yield whole, without_spaces, chosen
        if _is_free(trace, style) and chosen not in (None, "function") and is_near():
            yield whole, _without(style, 1), chosen
    if trace.graph.places and style.digits.entries == DEFAULT_ENTRIES:
        style = replace(style, digits=NumberFormat(style.digits, style.digits.style, NO_ENTRIES))
        yield whole, style, chosen
    elif not style.digits.is_asked and style.digits == DEFAULT_DIGITS:
        style = replace(style, digits=NumberFormat(_FEWER_DIGITS))
    if _is_free(trace, style) or style.layers == _without(replace(style, layers=ALL), _LEFT_OUT_FOR_EQUATIONS).layers:
        for number, left_out in enumerate(_LEFT_OUT, 1):
            if left_out is _WITHOUT_DERIVATIVES:
                short, shorter = _without(style, 1), _without(style, 2)
                if not trace.graph.places and any(map(np.ndim, trace.values)):
                    names = replace(short, layers=(*short.layers, ARRAY_NAMES))
                    yield from ((less, names, level) for level, less in levels if len(less.graph) <= _MAX_NODES)
                for fewer in (short, shorter):
                    yield whole, replace(fewer, layers=(*fewer.layers, OF_COMPUTED)), chosen
            yield whole, _without(style, number), chosen


def _is_free(trace: Trace, style: Style) -> bool:
    """Whether the author has left it open what stands in the picture: all, or without values all symbols."""
    return style.layers == ALL or (trace.in_symbols and style.layers == PRESETS["symbols"])


def _levels(trace: Trace, style: Style) -> Iterator[tuple[Detail, Trace]]:
    """Trace and look → the levels at which fewer nodes are drawn than before, and those that the author names."""
    if trace.in_symbols and shaped(trace.graph) is not None:
        return
    repeats = _repeats(trace)
    named, fewest = style.annotations.names & trace.graph.ids.keys(), len(trace.graph)
    for level in _CLOSED:
        smaller = closed(trace, level)
        if sum(bound is not None for bound in smaller.graph.ops) < _MIN_COMPUTED or not smaller.backward_edges():
            return
        if len(smaller.graph) < fewest and named <= smaller.graph.ids.keys():
            fewest = len(smaller.graph)
            yield level, smaller
            if repeats and named <= (once := closed(trace, level, repeats)).graph.ids.keys():
                yield level, once


def _repeats(trace: Trace) -> list[str]:
    """Trace → the names of modules in a row that are alike."""
    return [group.name for group in trace.graph.groups if group.is_repeated]


def _is_once(trace: Trace, whole: Trace) -> bool:
    """Trace, and the same with parts closed → whether modules that are alike are one node in it."""
    repeats = _repeats(trace)
    return any(bound is not None and bound.row.name in repeats for bound in whole.graph.distinct_ops)


def _without(style: Style, number: int) -> Style:
    """The look without the layers that are left out at a place in their order, of which the first is 1."""
    left_out = _LEFT_OUT[number - 1]
    return replace(style, layers=tuple(layer for layer in style.layers if layer not in left_out))


def _sentence(level: Detail | None, look: Style, style: Style, once: bool, where: str = "on a slide") -> str | None:
    """Level and look chosen, the look asked for, whether modules that are alike are one node → what is said of it."""
    clauses = [_CLOSED[level]] if level else []
    clauses += ["modules in a row that are alike are one node"] if once else []
    if {*style.layers}.difference(look.layers) > {_SPACES}:
        clauses.append(_looks(look, style))
    if int(look.digits) != int(style.digits):
        clauses.append(f"numbers have {int(look.digits)} digits")
    if look.digits.entries != style.digits.entries:
        clauses.append("arrays stand by their shapes")
    if ARRAY_NAMES in look.layers:
        clauses.append("arrays by their names, without numbers")
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
