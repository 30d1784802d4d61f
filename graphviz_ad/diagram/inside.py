"""Parameters inside of nodes → the list of their numbers that stands beside a graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from graphviz_ad.autodiff.closed_operation import ClosedOperation
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.label_texts import PICTURE, value_text
from graphviz_ad.diagram.layers import ARRAY_NAMES
from graphviz_ad.diagram.style import Style
from graphviz_ad.diagram.typeset import Request
from graphviz_ad.language.printer import TYPST

_MAX_ENTRIES = 9
"""Entries of an array that is shown: a matrix of three rows and columns."""
_MAX_ON_LINES = 12
"""Numbers that have room on two lines."""


def values_inside(trace: Trace, style: Style) -> list[list[str]]:
    """Trace → by its nodes Typst mathematics of the numbers that the parameters have that are inside of them; last of
    those that are inside of several, of each once."""
    bodies = [bound.body for bound in dict.fromkeys(trace.graph.ops) if isinstance(bound, ClosedOperation)]
    counts = Counter(name for body in bodies for name in body.parameters.values())
    rows = [{name: body.constants[node] for node, name in body.parameters.items()} for body in bodies]
    shared = {name: value for row in rows for name, value in row.items() if counts[name] > 1}
    own = ({name: value for name, value in row.items() if name not in shared} for row in rows)
    written = [
        [
            f"{TYPST.write_name(name)} = {value_text(value, style.digits, PICTURE)}"
            for name, value in row.items()
            if isinstance(value, float) or (value.size <= _MAX_ENTRIES and ARRAY_NAMES not in style.layers)
        ]
        for row in (*own, shared)
    ]
    return [row for row in written if row]


def on_lines(rows: Sequence[Sequence[str]], size: float, width: float) -> Request | None:
    """Rows of mathematics, size of type, room → what is to be set of them on two lines, None where they need more."""
    pieces = [f"#box[${piece},$]" for row in rows for piece in row]
    return Request(" #h(0.7em) ".join(pieces), size, width, "left") if len(pieces) <= _MAX_ON_LINES else None


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of mathematics → Typst markup of them, what stands under one another in columns."""
    columns = max(map(len, rows))
    cells = (f"[${row[at]}$]" if at < len(row) else "[]" for row in rows for at in range(columns))
    grid = f"grid(columns: {columns}, column-gutter: 1.2em, row-gutter: 0.45em, {', '.join(cells)})"
    return f"#{{set par(leading: 0pt); {grid}}}"  # of which what is high takes a part
