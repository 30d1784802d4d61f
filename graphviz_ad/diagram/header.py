"""The formula above a frame, typeset, with the places of its parts, so that the one at work can be marked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphviz_ad.autodiff.product_signs import shown_with_product_signs
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.fonts import Fonts
from graphviz_ad.diagram.nodes import Placed
from graphviz_ad.diagram.outline import outlined
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.typeset import Label, Request, text, typeset, union
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.printer import TYPST, Dialect, Mark, write
from graphviz_ad.language.tree import NAME, NUMBER, Program, Statement, Tree
from graphviz_ad.ops.table import NOTATIONS

_STATEMENT_GAP_EM = 1.3
"""Between statements on a line: wider than the widest space within one, the quad of Typst, which is 1."""
_LINE_GAP_PT = 7.0
"""Between lines: half of the type's 14 points, so that fractions of two lines do not touch."""
MAX_SET_NODES = 250
"""A formula with more nodes is shown by the beginning of its text, without marks: set, it would hide the graph."""
_MAX_CHARACTERS = 90
"""Of the text that stands for a long formula: one line of print, since what follows is cut off anyway."""
_MIN_SCALE = 0.6
"""A formula with no place to break it is set smaller, down to 8.4 points of its 14: below that it is no longer read."""
ON_A_LINE = replace(TYPST, slashed=True, binary={**TYPST.binary, "/": " slash "})
"""Quotients as a/b: a stacked one that is no higher than a line is set in type that the back row cannot read."""
_LETTER_EM = 0.55
"""Width of a letter of plain text, by which its length is estimated: the mean of Latin letters is near half an em."""


@dataclass(frozen=True, slots=True)
class Header:
    """The statements of a formula in their places, how wide they may be and how high they are together.

    `text` stands for a formula that is too long to be set. `shown` are the numbers of the statements, None for dots
    that stand for some of them.
    """

    statements: tuple[Placed, ...]
    width: float
    height: float
    graph: Graph
    program: Program
    text: str | None
    shown: tuple[int | None, ...]

    def wraps(self, statement: Placed) -> bool:
        """Whether a statement was too wide for one line."""
        return statement.label.width >= self.width

    def mark(self, node: int) -> Rect | None:
        """Node of the graph → the box of the part of the formula it stands for."""
        start, stop = self.graph.program.span(int(self.graph.origins[node]))
        boxes = [
            (placed.x + run.box[0], placed.y + run.box[1], placed.x + run.box[2], placed.y + run.box[3])
            for placed in self.statements
            for run in placed.label.runs
            if run.tag and start <= self.program.starts[at := int(run.tag, 16) - 1] and self.program.stops[at] <= stop
        ]
        return union(boxes) if boxes else None


def header(
    trace: Trace, width: float, size: float, lang: str, fonts: Fonts, max_lines: float = math.inf, *, low: bool = False
) -> Header:  # fmt: skip
    """Trace → its formula, statements side by side, wrapped at `width` points, quotients on a line if it is `low`.

    Where it takes more than `most_lines`, dots stand for statements that are written as the one before. Where a formula
    cannot be broken it is set smaller, and its beginning stands for one that is still too wide.
    """
    graph = trace.graph
    program = outlined(graph, shown_with_product_signs(trace))
    plain_text, labels, shown = None, list[Label](), list[int | None]()
    if sum(statement.root + 1 - statement.first for statement in program.statements) <= MAX_SET_NODES:
        markups = [_statement(program.tree, statement, low) for statement in program.statements]
        shown = [*range(len(program.statements))]
        labels = _wrapped(markups, width, size, lang, fonts)
        if len(_lines(labels, width, size)) > max_lines:
            (dots,) = typeset([Request("$dots.c$", size)], lang, fonts)
            shown = _without_alike(program.tree, program.statements)
            labels = [dots if number is None else labels[number] for number in shown]
            markups = ["$dots.c$" if number is None else markups[number] for number in shown]
        over = max(label.ink_width for label in labels) / width
        if 1 < over <= 1 / _MIN_SCALE:
            size /= over
            labels = _wrapped(markups, width, size, lang, fonts)
        elif over > 1:
            labels = []
    if not labels:
        shown = [0]
        plain_text = " ".join(program.source.text.split())
        max_characters = min(_MAX_CHARACTERS, int(width / (_LETTER_EM * size)))
        if len(plain_text) > max_characters:
            plain_text = plain_text[:max_characters] + " …"
        labels = _wrapped([text(plain_text)], width, size, lang, fonts)
    placed: list[Placed] = []
    y = 0.0
    for line in _lines(labels, width, size):
        baseline = y + max(max(-label.box[1] for label in line), 0.75 * size)
        x = 0.0
        for label in line:
            placed.append(Placed(label, x, baseline))
            x += label.width + _STATEMENT_GAP_EM * size
        y = baseline + max(max(label.box[3] for label in line), 0.25 * size) + _LINE_GAP_PT
    return Header(tuple(placed), width, y - _LINE_GAP_PT, graph, program, plain_text, tuple(shown))


def _without_alike(tree: Tree, statements: Sequence[Statement]) -> list[int | None]:
    """Statements → their numbers, None in place of those that differ from the one before in names and numbers only."""
    shown: list[int | None] = []
    before: object = None
    for number, statement in enumerate(statements):
        places = range(statement.first, statement.root + 1)
        form = [
            (tree.kind[n], None if tree.kind[n] in (NAME, NUMBER) else tree.head[n], len(tree.args[n])) for n in places
        ]
        if form != before:
            shown.append(number)
        elif shown[-1] is not None:
            shown.append(None)
        before = form
    return shown


def _wrapped(markups: list[str], width: float, size: float, lang: str, fonts: Fonts) -> list[Label]:
    """Statements → labels, those that are too wide on several lines where they can be broken."""
    labels = typeset([Request(markup, size) for markup in markups], lang, fonts)
    wide = [n for n, label in enumerate(labels) if label.width > width]
    again = typeset([Request(markups[n], size, width, "left") for n in wide], lang, fonts)
    for n, label in zip(wide, again, strict=True):
        labels[n] = label
    return labels


def _lines(labels: list[Label], width: float, size: float) -> list[list[Label]]:
    """Statements → the lines they fill; the statements of a line share its baseline."""
    lines: list[list[Label]] = [[]]
    x = 0.0
    for label in labels:
        if lines[-1] and x + label.width > width:
            lines.append([])
            x = 0.0
        lines[-1].append(label)
        x += label.width + _STATEMENT_GAP_EM * size
    return lines


def written_statements(trace: Trace, dialect: Dialect, mark: Mark | None = None) -> list[str]:
    """Trace → the statements of its formula in a dialect; `mark` is what stands about each part of the tree."""
    program = outlined(trace.graph, shown_with_product_signs(trace))
    return [written_statement(program.tree, statement, dialect, mark) for statement in program.statements]


def written_statement(tree: Tree, statement: Statement, dialect: Dialect, mark: Mark | None = None) -> str:
    """Statement → mathematics in a dialect."""
    right = write(tree, statement.root, dialect.using(NOTATIONS), mark)
    if statement.name is None:
        return right
    left = dialect.write_name(statement.name)
    if statement.params is not None:
        params = dialect.sign(", ").join(map(dialect.write_name, statement.params))
        left += dialect.sign("(") + params + dialect.sign(")")
    return left + dialect.relation("=") + right


def _statement(tree: Tree, statement: Statement, low: bool) -> str:
    """Statement → Typst markup in which every part carries its place in the tree as a colour."""

    def tag(node: int) -> tuple[str, str]:
        return f'#T("{node + 1:06x}",$', "$);"  # the semicolon ends the call, since a bracket may follow

    written = written_statement(tree, statement, ON_A_LINE if low else TYPST, tag)
    return f"$display({written})$" if "frac(" in written and not low else f"${written}$"
