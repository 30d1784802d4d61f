"""Trace and look → what may be drawn of it on a slide: more and more is closed, then there are fewer labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.detail import LINEAR, Detail, closed, shaped
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.layers import ALL, ARRAY_NAMES, MATRIX_NAMES, OF_COMPUTED, PRESETS, SHORT_RULES
from graphviz_ad.diagram.style import Style
from graphviz_ad.language.number_format import DEFAULT_DIGITS, DEFAULT_ENTRIES, NO_ENTRIES, NumberFormat
from graphviz_ad.lazy import lazy

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

LEVELS: dict[Detail, str] = {
    "constants": "constants stand in their operations",
    "affine": "constants, and sums and products with them, stand in the operations that read them",
    "function": "each call of a function is one node",
    "statement": "each statement is one node",
    "module": "each statement is one node, with the parameters that only it uses inside",
    "block": "each statement is one node, with the parameters that only it uses and data inside",
}
"""The levels that may be taken unasked, from the most open, each with what is said where it was."""
SPACES = "shapes"
"""The layer of the spaces of arrays at edges, as ∈ ℝ³."""
_OF_DERIVATIVES = "derivative-names", "derivative-numbers", SPACES
"""Layers about local derivatives without which these still stand there."""
_WITH_RULES = (_OF_DERIVATIVES, (*_OF_DERIVATIVES, "contributions"))
"""Layers that are left out where closing alone is not enough, in the order in which it is tried; but for the first only
where nothing more can be closed. The expression of a local derivative stays."""
_WITHOUT_RULES = ((*_OF_DERIVATIVES, "derivatives"), (*_OF_DERIVATIVES, "derivatives", "contributions", "sums"))
"""And then with it; values and gradients stay always."""
_WITHOUT_EDGES = (*_OF_DERIVATIVES, "derivatives", "contributions")
"""Layers that are left out where the equations of both passes stand there, which say the derivatives."""
_MAX_NODES = 40
"""Nodes that a slide has room for where type is as large as wanted: of more, coarser levels are looked at only."""
_FEWER_DIGITS = 3
"""Digits of numbers where nothing more can be closed, and the author has asked for no number of them."""
MIN_COMPUTED = 2
"""Nodes that are computed, at least, in what is closed unasked: one statement alone in one node is no graph."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be drawn: the trace with parts closed, how it looks, and the level at which it is closed, None for that
    of operations."""

    trace: Trace
    look: Style
    level: Detail | None

    @property
    def has_rules(self) -> bool:
        """Whether local derivatives stand at edges."""
        return "derivatives" in self.look.layers

    def is_like(self, other: Choice) -> bool:
        """Whether only level and digits are others, and maybe names and numbers of derivatives are left out."""
        rest = ({*choice.look.layers}.difference(_OF_DERIVATIVES) for choice in (self, other))
        return len(set(map(frozenset, rest))) == 1


def choices(trace: Trace, style: Style, is_near: Callable[[], bool]) -> Iterator[Choice]:
    """Trace and look → what may be drawn; what the author names stays there.

    `is_near` says whether the last choice was nearly large enough.
    """
    levels = [(None, with_linear_maps(trace, style)), *_levels(trace, style)]
    if len(levels) > 1 and levels[1][0] == "constants":  # it is calmer so, whatever the size of its type
        del levels[0]
    can_choose = is_free(trace, style)
    spaceless = tuple(layer for layer in style.layers if layer != SPACES)  # which stand in smaller type
    without_spaces = replace(style, layers=spaceless) if can_choose else style
    whole, chosen = trace, None
    for number, (chosen, whole) in enumerate(levels):
        if len(whole.graph) > _MAX_NODES and number < len(levels) - 1:
            continue
        yield Choice(whole, without_spaces, chosen)
        if can_choose and chosen not in (None, "function") and is_near():
            yield Choice(whole, _without(style, _OF_DERIVATIVES), chosen)
    if trace.graph.places and style.digits.entries == DEFAULT_ENTRIES:
        style = replace(style, digits=NumberFormat(style.digits, style.digits.style, NO_ENTRIES))
        yield Choice(whole, style, chosen)
    elif not style.digits.is_asked and style.digits == DEFAULT_DIGITS:
        style = replace(style, digits=NumberFormat(_FEWER_DIGITS))
    if not can_choose and style.layers != beside_equations(replace(style, layers=ALL)).layers:
        return
    with_rules = [_without(style, left_out) for left_out in _WITH_RULES]
    yield from (Choice(whole, look, chosen) for look in with_rules)
    if not trace.graph.places and any(map(np.ndim, trace.values)):
        few, fewer = (_and(look, SHORT_RULES) for look in with_rules)
        if any(np.ndim(value) > 1 for value in trace.values):
            named = [_and(few, MATRIX_NAMES), _and(fewer, MATRIX_NAMES), _and(few, ARRAY_NAMES)]
        else:
            named = [few, fewer, _and(few, ARRAY_NAMES)]
        coarse = [(level, less) for level, less in levels if level not in (None, "constants", "affine")] or levels
        for look in named:
            yield from (Choice(less, look, level) for level, less in coarse if len(less.graph) <= _MAX_NODES)
    yield from (Choice(whole, _and(_and(look, SHORT_RULES), OF_COMPUTED), chosen) for look in with_rules)
    yield from (Choice(whole, _without(style, left_out), chosen) for left_out in _WITHOUT_RULES)


def is_free(trace: Trace, style: Style) -> bool:
    """Whether the author has left it open what stands in the picture: all, or without values all symbols."""
    return style.layers == ALL or (trace.in_symbols and style.layers == PRESETS["symbols"])


def beside_equations(style: Style) -> Style:
    """Look → the same without what the equations of both passes say."""
    return _without(style, _WITHOUT_EDGES)


def without_names(style: Style) -> Style:
    """Look → the same without names, numbers and spaces of local derivatives."""
    return _without(style, _OF_DERIVATIVES)


def with_linear_maps(trace: Trace, style: Style) -> Trace:
    """Trace → the same with each linear map of PyTorch one node, unless the author names something in it."""
    if not trace.graph.places or not any(group.name == LINEAR for group in trace.graph.groups):
        return trace
    smaller = closed(trace, "operation", LINEAR)
    return smaller if style.annotations.names & trace.graph.ids.keys() <= smaller.graph.ids.keys() else trace


def is_once(trace: Trace, whole: Trace) -> bool:
    """Trace, and the same with parts closed → whether modules that are alike are one node in it."""
    repeats = _repeats(trace)
    return any(bound is not None and bound.row.name in repeats for bound in whole.graph.distinct_ops)


def _levels(trace: Trace, style: Style) -> Iterator[tuple[Detail, Trace]]:
    """Trace and look → the levels at which fewer nodes are drawn than before, and those that the author names."""
    if trace.in_symbols and shaped(trace.graph) is not None:
        return
    repeats = _repeats(trace)
    named, fewest = style.annotations.names & trace.graph.ids.keys(), len(trace.graph)
    for level in LEVELS:
        smaller = closed(trace, level)
        if sum(bound is not None for bound in smaller.graph.ops) < MIN_COMPUTED or not smaller.backward_edges():
            return
        if len(smaller.graph) < fewest and named <= smaller.graph.ids.keys():
            fewest = len(smaller.graph)
            yield level, smaller
            if repeats and named <= (once := closed(trace, level, repeats)).graph.ids.keys():
                yield level, once


def _repeats(trace: Trace) -> list[str]:
    """Trace → the names of modules in a row that are alike."""
    return [group.name for group in trace.graph.groups if group.is_repeated]


def _without(style: Style, left_out: tuple[str, ...]) -> Style:
    """The look without some layers."""
    return replace(style, layers=tuple(layer for layer in style.layers if layer not in left_out))


def _and(style: Style, layer: str) -> Style:
    """The look with one layer more."""
    return replace(style, layers=(*style.layers, layer))
