"""Trace → as much of it, on a slide, as can be read from the back row."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from graphviz_ad.autodiff.closed_operation import ClosedOperation
from graphviz_ad.autodiff.detail import Detail, closed, closed_as
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.budget import Progress
from graphviz_ad.diagram.fitting import GOOD_TYPE_PT, MIN_TYPE_PT
from graphviz_ad.diagram.layers import ALL
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.style import Style
from graphviz_ad.errors import InputError, LimitError
from graphviz_ad.language.number_format import DEFAULT_ENTRIES, NO_ENTRIES, NumberFormat

_CLOSED: dict[Detail, str] = {
    "function": "each call of a function is one node",
    "statement": "each statement is one node",
    "module": "each statement is one node, with the parameters that only it uses inside",
}
"""The clause of the note about the level that was chosen."""
_LEFT_OUT = ("derivative-names", "derivative-numbers", "shapes")
"""Layers that are left out where closing alone is not enough: the expression of a local derivative stays."""
_MIN_COMPUTED = 2
"""Nodes that are computed, at least, in what is closed unasked: one statement alone in one node is no graph."""


def legible(trace: Trace, style: Style, progress: Progress | None = None) -> tuple[Trace, Style, str | None]:
    """Trace and the look of its pictures → what is drawn of it and how, and a sentence where something was closed.

    A level that is asked for is taken as it is. Else, on a slide, as little is closed as type of 14 points allows, or
    of 18 in a theme for slides; what is closed is shown without names and numbers of local derivatives before more is
    closed. Where that is not enough for code, which is large, arrays stand by their shapes. Where nothing is enough the
    largest type is taken.
    """
    if trace.forward_mode is not None:
        reverse, look, sentence = legible(trace.forward_mode.reverse, style, progress)
        try:
            return closed_as(trace, reverse), look, sentence
        except InputError:  # it would have an input inside of a node that has a tangent
            return trace, style, None
    if style.detail is not None:
        return closed(trace, style.detail), style, None
    if style.fit != "slide" or any(isinstance(plan, ClosedOperation) for plan in trace.graph.distinct_ops):
        return trace, style, None
    least_size = GOOD_TYPE_PT if style.theme.sizes.local >= GOOD_TYPE_PT else MIN_TYPE_PT
    repeats = _repeats(trace)
    best: tuple[float, Trace, Style, str | None] | None = None
    for whole, look, level in _choices(trace, style):
        try:
            size = Deck(whole, look, [len(whole.steps) + 1], progress).type_pt
        except LimitError:  # too large to be drawn: a coarser level may not be
            continue
        if best is None or size > best[0]:
            best = size, whole, look, _sentence(level, look, style, _is_once(whole, repeats))
        if size >= least_size:
            break
    return (trace, style, None) if best is None else best[1:]


def _choices(trace: Trace, style: Style) -> Iterator[tuple[Trace, Style, Detail | None]]:
    """Trace and look → what may be drawn, from the most open to the most closed; what the author names stays there."""
    yield trace, style, None
    whole: Trace = trace
    level: Detail | None = None
    named = style.annotations.names & trace.graph.ids.keys()
    repeats = _repeats(trace)
    fewer = replace(style, layers=tuple(layer for layer in style.layers if layer not in _LEFT_OUT))
    for coarser in _CLOSED:
        smaller = closed(trace, coarser)
        if sum(plan is not None for plan in smaller.graph.ops) < _MIN_COMPUTED or not smaller.backward_edges():
            break
        if len(smaller.graph) < len(whole.graph) and named <= smaller.graph.ids.keys():
            whole, level = smaller, coarser
            yield whole, style, level
            if style.layers == ALL and level != "function":
                yield whole, fewer, level
        if repeats and level == coarser and named <= (once := closed(trace, level, repeats)).graph.ids.keys():
            whole = once
            yield whole, style, level
    if style.layers == ALL and whole is trace:
        yield trace, fewer, None
    if trace.graph.places and style.digits.entries == DEFAULT_ENTRIES:
        shapes = NumberFormat(style.digits, style.digits.style, NO_ENTRIES)
        without = replace(style, layers=tuple(layer for layer in fewer.layers if layer != "derivatives"))
        for look in dict.fromkeys((style, fewer, without) if style.layers == ALL else (style,)):
            yield whole, replace(look, digits=shapes), level


def _repeats(trace: Trace) -> list[str]:
    """Trace → the names of modules in a row that are alike."""
    return [group.name for group in trace.graph.groups if group.is_repeated]


def _is_once(whole: Trace, repeats: Collection[str]) -> bool:
    """Whether modules that are alike are one node."""
    return any(plan is not None and plan.row.name in repeats for plan in whole.graph.distinct_ops)


def _sentence(level: Detail | None, look: Style, style: Style, once: bool) -> str | None:
    """Level and look chosen, the look asked for, whether modules that are alike are one node → what is said of it."""
    clauses = [_CLOSED[level]] if level else []
    clauses += ["modules in a row that are alike are one node"] if once else []
    if "derivatives" in style.layers and "derivatives" not in look.layers:
        clauses.append("local derivatives are left out")
    elif look.layers != style.layers:
        clauses.append("local derivatives stand without names, numbers and spaces")
    if look.digits.entries != style.digits.entries:
        clauses.append("arrays stand by their shapes")
    if not clauses:
        return None
    what = ", and ".join([", ".join(clauses[:-1]), clauses[-1]] if len(clauses) > 1 else clauses)
    return f"so that type can be read on a slide, {what}: --detail operation shows all, --open NAME a part"
