"""Trace → sentences on what is right as it stands, but perhaps not what was meant."""

from __future__ import annotations

import re
from itertools import pairwise

from graphviz_ad.autodiff.forms import differences
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.language.operators import COMPARE, OPERATORS
from graphviz_ad.language.tree import OPERATOR

_WRITTEN_TWO = re.compile(r"[|‖}]\s*_\{?2|₂|,\s*(?:(?:ord|p)\s*=\s*)?2\s*[,)]")
"""The order 2 where it is written at a norm: ‖W‖_2, norm(W, ord=2)."""


_SUM_SIGN = re.compile(r"\\?(?:[∑Σ]|sum(?!\w|[ \t]*\()|Sigma)")
"""A sum sign, which has no bracket of its own as a call has."""


def remarks(trace: Trace) -> list[str]:
    """Trace → sentences on a statement no one uses, a product that is no matrix product, a pass without gradients."""
    sentences = [
        *differences(trace),
        _unused(trace),
        _entry_by_entry(trace),
        _sum_of_a_term(trace),
        _norm_of_matrix(trace),
        _comparison(trace),
    ]
    if trace.forward_mode is not None:
        if trace.forward_mode.tangents[trace.graph.output] is None:
            sentences.append("the output does not move: no input with a tangent reaches it")
    elif not trace.active[trace.graph.output]:
        inputs = trace.graph.inputs
        why = "no input reaches the output" if inputs else "the formula has no inputs"
        sentences.append(f"there is nothing to differentiate: {why}")
    return [sentence for sentence in sentences if sentence is not None]


def _unused(trace: Trace) -> str | None:
    """Results with a name that are no part of the output."""
    graph = trace.graph
    unused = [
        f"'{name}'" for node, name in sorted(graph.given_names.items())
        if not graph.reaches[node] and graph.ops[node] is not None and not graph.consumers[node]
    ]  # fmt: skip
    if not unused:
        return None
    listed, verb = ", ".join(unused[:5]) + ", …" * (len(unused) > 5), "is" if len(unused) == 1 else "are"
    return f"{listed} {verb} not used by the output '{graph.names[graph.output]}', which is the last statement"


def _comparison(trace: Trace) -> str | None:
    """An inequality as the output."""
    origin = trace.graph.origins[trace.graph.output]
    tree = trace.graph.program.tree
    is_compared = tree.kind[origin] == OPERATOR and OPERATORS[tree.head[origin]].precedence == COMPARE
    return "the output is a comparison: 1 where it holds, else 0, and every gradient is 0" if is_compared else None


def _norm_of_matrix(trace: Trace) -> str | None:
    """A norm of a matrix that books also take for another one."""
    program = trace.graph.program
    for node, bound in enumerate(trace.graph.ops):
        if bound is None or bound.row.name != "norm" or bound.options["axis"] is not None:
            continue
        start, stop = program.span(trace.graph.origins[node])
        if bound.options["p"] == 2 and _WRITTEN_TWO.search(program.source.text, start, stop) is None:
            continue
        if len(trace.shape(trace.graph.args[node][0])) == 2:
            return "the norm of a matrix is that of all its entries, not the one of an operator"
    return None


def _sum_of_a_term(trace: Trace) -> str | None:
    """A sum sign whose sum is one number, to which an array like the one it is over is added: Σ a - b."""
    graph, program = trace.graph, trace.graph.program
    for node, bound in enumerate(graph.ops):
        if bound is None or bound.row.name not in ("add", "subtract") or not trace.shape(node):
            continue
        whole, other = graph.args[node][:2]
        total = graph.ops[whole]
        if total is None or total.row.name != "sum" or trace.shape(whole):
            continue
        start, stop = program.span(graph.origins[whole])
        if trace.shape(graph.args[whole][0]) == trace.shape(other) and _SUM_SIGN.match(program.source.text, start):
            term = program.source.quoted((start, stop))
            return f"the sum {term} ends before the next sign; for the sum of all terms put them in brackets"
    return None


def _entry_by_entry(trace: Trace) -> str | None:
    """The first product of a matrix that was written without `@` where `@` would fit too."""
    graph, tree = trace.graph, trace.graph.program.tree
    for node, bound in enumerate(graph.ops):
        if bound is None or bound.row.name != "multiply":
            continue
        origin = graph.origins[node]
        if tree.kind[origin] != OPERATOR or tree.head[origin] != "*":
            continue
        for pair in pairwise(graph.args[node]):
            left, right = map(trace.shape, pair)
            if max(len(left), len(right)) != 2 or not left or not right or left[-1] != right[-2:][0]:
                continue
            x, y = (graph.names[arg] if arg in graph.given_names else "" for arg in pair)
            shown, instead = (f"{x}*{y}", f"{x} @ {y}") if x and y else ("a product with '*'", "A @ B")
            return f"{shown} is entry by entry; for the matrix product write {instead}"
    return None
