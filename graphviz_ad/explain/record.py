"""A trace as plain lists and dicts for other programs: the schema `graphviz-ad/trace/1`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from graphviz_ad.autodiff.jacobian import jacobian
from graphviz_ad.autodiff.steps import Accumulate, Pull, Push, Step
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.annotate import partial_tree, pullback_tree
from graphviz_ad.explain.equation import equation
from graphviz_ad.explain.expression import reading
from graphviz_ad.explain.json_text import Json, Source, json_pieces
from graphviz_ad.explain.leaves import DIGITS
from graphviz_ad.explain.phrase import phrase, plain
from graphviz_ad.explain.sentence import sentence
from graphviz_ad.language import numbers
from graphviz_ad.language.printer import DISPLAY, LATEX, TEXT, write
from graphviz_ad.language.tree import NAME, Tree
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.values import Value

SCHEMA = "graphviz-ad/trace/1"
"""Name of the schema; the number changes where a program that reads it would no longer understand it."""


def record(trace: Trace, lang: str, digits: int = DIGITS) -> dict[str, object]:
    """Trace → what `explain --json` prints: numbers in full, arrays as nested lists, nan and inf as strings.

    Numbers are those that were computed; in the texts of the steps rounding dust is 0.
    """
    parts = _parts(trace, lang, digits, listed)
    return {name: list(part) if isinstance(part, Iterator) else part for name, part in parts.items()}


def record_text(trace: Trace, lang: str, digits: int = DIGITS) -> Iterator[str]:
    """Trace → the same as text, piece by piece: arrays never become lists, and nothing is kept."""
    return json_pieces(_parts(trace, lang, digits, _json_number))


Listing = Callable[[Value | None], Source]
"""Float, array or None → what stands for it in a record."""


def _parts(trace: Trace, lang: str, digits: int, listing: Listing) -> dict[str, Source]:
    """Trace → the parts of its record by name; nodes, edges and steps are made when their turn comes."""
    graph = trace.graph
    return {
        "schema": SCHEMA,
        "formula": graph.source.text,
        "output": graph.output,
        "nodes": (_node(trace, node, listing) for node in range(len(graph))),
        "edges": (
            _edge(trace, node, slot, listing)
            for node, args in enumerate(graph.args)
            if node not in trace.updates
            for slot in range(len(args))
        ),
        "steps": (_step(trace.shown, step, lang, digits) for step in trace.shown.steps),
        "gradients": {name: listing(value) for name, value in trace.gradients.items()},
        "warnings": warnings(trace, lang, digits),
    }  # fmt: skip


def _node(trace: Trace, node: int, listing: Listing) -> dict[str, Source]:
    """Node → what it is, its value and gradient, and in forward mode its tangent."""
    graph, mode = trace.graph, trace.forward_mode
    entry: dict[str, Source] = {
        "id": node, "name": graph.names[node], "op": graph.op_name(node), "inputs": list(graph.args[node]),
        "shape": list(trace.shape(node)), "value": listing(trace.values[node]), "grad": listing(trace.grads[node]),
    }  # fmt: skip
    return entry if mode is None else {**entry, "tangent": listing(mode.tangents[node])}


def warnings(trace: Trace, lang: str, digits: int = DIGITS) -> list[str]:
    """Trace → a line for each value or gradient that is not finite."""
    lines = []
    for node, quantity in trace.not_finite:
        value = (trace.values if quantity == "value" else trace.grads)[node]
        name, text = trace.graph.names[node], numbers.text(value, digits)
        lines.append(plain(phrase(f"warning.{quantity}", lang, out=name, value=text)))
    return lines


def _edge(trace: Trace, node: int, slot: int, listing: Listing) -> dict[str, Source]:
    """Edge → its local derivative in text, LaTeX and numbers, the upstream gradient and the contribution."""
    graph, tree = trace.graph, Tree()
    bound = graph.ops[node]
    assert bound is not None
    arg, g = graph.args[node][slot], trace.grads[node]
    if bound.row.pointwise:
        partial = partial_tree(trace, node, slot, tree)
        local = trace.local(node, slot)
    else:
        partial = pullback_tree(trace, node, slot, tree, upstream=lambda into: into.add(NAME, "g"))
        local = jacobian(trace, node, slot)
    reached = g is not None and trace.active[arg]
    return {
        "from": arg,
        "to": node,
        "slot": slot,
        "partial": write(tree, partial, reading(TEXT)),
        "partial_latex": write(tree, partial, reading(LATEX)),
        "local": listing(local),
        "upstream": listing(g),
        "contribution": listing(trace.edge_gradient(node, slot).contribution) if reached else None,
        **_pushed(trace, node, slot, listing),
    }


def _pushed(trace: Trace, node: int, slot: int, listing: Listing) -> dict[str, Source]:
    """Edge in forward mode → its contribution to the tangent of its node; nothing in reverse mode."""
    if trace.forward_mode is None:
        return {}
    edge = trace.forward_mode.edges.get((node, slot))
    return {"pushed": None if edge is None else listing(edge.contribution)}


def _step(trace: Trace, step: Step, lang: str, digits: int) -> dict[str, Source]:
    """Step → its node or edge, and its equation and sentence in text."""
    stages = equation(trace, step, digits)
    edge: tuple[int | None, int | None] = (None, None)
    if isinstance(step, Pull | Accumulate):
        edge = step.to, step.slot
    elif isinstance(step, Push):
        edge = step.source, step.slot
    return {
        "k": step.k,
        "phase": step.phase,
        "kind": step.kind,
        "node": step.node,
        "to": edge[0],
        "slot": edge[1],
        "symbolic": stages.symbolic.write(DISPLAY),
        "substituted": stages.substituted.write(DISPLAY),
        "result": stages.result.write(DISPLAY),
        "text": plain(sentence(trace, step, lang, digits)),
    }


def _json_number(value: Value | None) -> Source:
    """Float or array → a number that JSON has, or the string for it; an array and None stay."""
    return listed(value) if isinstance(value, float) else value


def listed(value: Value | None) -> Json:
    """Float or array → a number or nested lists; nan and the infinities become strings, None stays."""
    if value is None:
        return None
    if isinstance(value, float) or shape(value) == ():
        number = float(value)
        if math.isfinite(number):
            return number
        return "nan" if math.isnan(number) else "inf" if number > 0 else "-inf"
    import numpy as np

    if np.all(np.isfinite(value)):
        entries: list[Json] = value.tolist()
        return entries
    flat = [listed(entry) for entry in value.ravel().tolist()]
    nested: list[Json] = np.array(flat, dtype=object).reshape(value.shape).tolist()
    return nested
