"""Parameters inside of nodes, and inputs that have no numbers at theirs → the list of these beside a graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain

from graphviz_ad.autodiff.closed_operation import ClosedOperation
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.corners import free_corner
from graphviz_ad.diagram.label_texts import PICTURE, has_numbers, value_text
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.scene import Scene
from graphviz_ad.diagram.style import Style
from graphviz_ad.diagram.typeset import EMPTY, Label, Request, typeset
from graphviz_ad.explain.leaves import derivative
from graphviz_ad.language.printer import TYPST, write
from graphviz_ad.language.tree import Tree
from graphviz_ad.values import Value

_MAX_ENTRIES = 9
"""Entries of an array that is shown: a matrix of three rows and columns."""
_MAX_ON_LINES = 12
"""Numbers that have room on two lines."""


def listed_values(
    trace: Trace, scene: Scene, style: Style, size: float, width: float, *, lines: int, single: bool
) -> tuple[Label, Point | None]:
    """Trace, scene, look, size of type, room → the values that stand at no node, and where in a corner of the scene.

    They are on a line where there may be `lines` and it fits, or else in a corner that is free, without gradients on a
    line, or numbers on two. On a second line, of a `single` finished picture, is what is computed.
    """
    inside = values_inside(trace, style)
    rows = [*inside, *_by_name(trace, style, inputs=True, gradients=single)]
    fewer = [*inside, *_by_name(trace, style, inputs=True, gradients=False)]

    def set_in_type(request: Request) -> Label:
        return typeset([request], style.lang, style.theme.fonts)[0]

    def on_a_line(rows: Sequence[Sequence[str]]) -> str:
        line = f"${', quad '.join(chain(*rows))}$"
        return line if rows and set_in_type(Request(line, size)).ink_width <= width else ""

    computed = ""
    if lines > 1 and single:
        kinds = (_by_name(trace, style, inputs=False, gradients=gradients) for gradients in (True, False))
        computed = next(filter(None, map(on_a_line, kinds)), "")
    line = on_a_line(rows) if lines else ""
    if rows and not line:
        label = set_in_type(Request(table(rows), style.theme.sizes.value))
        if corner := free_corner(scene, label.ink_width, label.height):
            return label, corner
        line = on_a_line(fewer) if lines else ""
    if line or computed:
        cells = ", ".join(f"[{part}]" for part in (line, computed) if part)
        return set_in_type(Request(f"#{{set par(leading: 0pt); grid(row-gutter: 0.7em, {cells})}}", size)), None
    numbers = on_lines(fewer, size, width) if lines else None
    return (set_in_type(numbers) if numbers else EMPTY), None


def values_inside(trace: Trace, style: Style) -> list[list[str]]:
    """Trace → by its nodes Typst mathematics of the numbers that the parameters have that are inside of them; then of
    those that are inside of several, of each once."""
    bodies = [bound.body for bound in dict.fromkeys(trace.graph.ops) if isinstance(bound, ClosedOperation)]
    counts = Counter(name for body in bodies for name in body.parameters.values())
    rows = [{name: body.constants[node] for node, name in body.parameters.items()} for body in bodies]
    shared = {name: value for row in rows for name, value in row.items() if counts[name] > 1}
    own = ({name: value for name, value in row.items() if name not in shared} for row in rows)
    written = [
        [f"{TYPST.write_name(name)} = {_number(value, style)}" for name, value in row.items() if _is_shown(value)]
        for row in (*own, shared)
    ]
    return [row for row in written if row]


def _by_name(trace: Trace, style: Style, *, inputs: bool, gradients: bool) -> list[list[str]]:
    """Trace → Typst mathematics of the numbers of each of its inputs, or of what is computed, that stands in the
    picture by its name alone, maybe with those of its gradient."""
    rows = []
    for node, name in enumerate(trace.graph.names):
        value, grad = trace.values[node], trace.grads[node]
        is_asked = trace.graph.is_input(node) == inputs and node not in trace.graph.constants
        if not is_asked or has_numbers(trace, node, style.layers) or not _is_shown(value):
            continue
        rows.append([f"{TYPST.write_name(name)} = {_number(value, style, row=node in trace.rows)}"])
        if gradients and grad is not None and "gradients" in style.layers:
            tree = Tree()
            left = write(tree, derivative(trace.graph, node, tree), TYPST)
            rows[-1].append(f"display({left}) = {_number(grad, style, row=node in trace.rows)}")
    return rows


def _is_shown(value: Value) -> bool:
    return isinstance(value, float) or value.size <= _MAX_ENTRIES


def _number(value: Value, style: Style, *, row: bool = False) -> str:
    return value_text(value, style.digits, PICTURE, row=row)


def on_lines(rows: Sequence[Sequence[str]], size: float, width: float) -> Request | None:
    """Rows of mathematics, size of type, room → what is to be set of them on two lines, None where they need more."""
    pieces = [f"#box[${piece},$]" for row in rows for piece in row]
    has_room = 0 < len(pieces) <= _MAX_ON_LINES and not any("mat(" in piece for piece in pieces)
    return Request(" #h(0.7em) ".join(pieces), size, width, "left") if has_room else None


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of mathematics → Typst markup of them, what stands under one another in columns."""
    columns = max(map(len, rows))
    cells = (f"[${row[at]}$]" if at < len(row) else "[]" for row in rows for at in range(columns))
    grid = f"grid(columns: {columns}, column-gutter: 1.2em, row-gutter: 0.45em, {', '.join(cells)})"
    return f"#{{set par(leading: 0pt); {grid}}}"  # of which what is high takes a part
