"""The evaluation trace: primal trace and adjoint trace side by side.

After table 3 of Baydin, Pearlmutter, Radul and Siskind, "Automatic Differentiation in Machine Learning: a
Survey", JMLR 18 (2018): each row is a node; the left half is read downwards, the right half upwards.
"""

from __future__ import annotations

from collections.abc import Sequence

from graphviz_ad.autodiff.steps import Accumulate, Evaluate, GradCall, Pull, Push, Update
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.equation import equation
from graphviz_ad.explain.phrase import phrase, plain
from graphviz_ad.language import numbers
from graphviz_ad.language.printer import DISPLAY
from graphviz_ad.source import width

Cells = list[str]
"""Half of a row: a name, then each value with the sign before it."""


def table(trace: Trace, lang: str, digits: int = numbers.DEFAULT_DIGITS) -> str:
    """Trace → its evaluation trace as text with the columns aligned."""
    graph = trace.graph
    primal: dict[int, Cells] = {}
    adjoint: dict[int, Cells] = {}
    for step in trace.steps:
        if isinstance(step, Push) and step.of > 1:
            continue  # as of the gradient its sum
        if isinstance(step, Pull) and step.of > 1:
            continue  # its sum is shown, which names it
        if isinstance(step, GradCall):
            continue  # it is of no pass
        node = step.to if isinstance(step, Pull | Accumulate) else step.node
        if isinstance(step, Accumulate) and step.count < step.of:
            continue
        relations = [sign + text for sign, text in equation(trace, step, digits).whole.relations(DISPLAY)]
        (primal if isinstance(step, Evaluate | Update) else adjoint)[node] = relations
    for name, node in graph.inputs.items():
        primal[node] = [name, f" = {numbers.text(trace.values[node], digits)}"]
    order = sorted(primal, key=lambda node: (not graph.is_input(node), node))  # inputs first, as in the survey
    rows = [(primal[node], adjoint.get(node, [])) for node in order]
    halves = (_aligned([row for row, _ in rows]), _aligned([row for _, row in rows]))
    kinds = ("primal", "adjoint" if trace.forward_mode is None else "tangent")
    titles = [plain(phrase(f"table.{name}", lang)) for name in kinds]
    widths = [max(map(width, [title, *half])) for title, half in zip(titles, halves, strict=True)]
    lines = [_line(titles, widths), "─" * (widths[0] + 1) + "┼" + "─" * (widths[1] + 1)]
    return "\n".join([*lines, *(_line(cells, widths) for cells in zip(*halves, strict=True))])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Two halves of a row → the row."""
    return f"{padded(cells[0], widths[0])} │ {cells[1]}".rstrip()


def _aligned(rows: Sequence[Cells]) -> list[str]:
    """Relations of each row → one text a row: names below names, results below results."""
    name = max((width(row[0]) for row in rows if row), default=0)
    before = [padded(row[0], name) + "".join(row[1:-1]) if row else "" for row in rows]
    result = max(map(width, before), default=0)
    return [padded(text, result) + row[-1] if len(row) > 1 else text for text, row in zip(before, rows, strict=True)]


def padded(text: str, columns: int) -> str:
    """Text → the same with spaces behind it, to that many columns of a terminal."""
    return text + " " * max(0, columns - width(text))
