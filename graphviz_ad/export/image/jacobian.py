"""Jacobian → pictures, one a sweep: the graph with what the sweep brings, and below it the matrix as far as it is."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from graphviz_ad.autodiff.forward_mode import seeded
from graphviz_ad.autodiff.passes import active_nodes, backward
from graphviz_ad.autodiff.sweeps import Jacobian, node_named, units
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.nodes import Placed, middle
from graphviz_ad.diagram.paint import document, ink, rect
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.style import Style
from graphviz_ad.diagram.typeset import Label, Request, text, typeset
from graphviz_ad.errors import LimitError, OutputError
from graphviz_ad.export.files import write_atomic, write_folder
from graphviz_ad.export.image.pages import pdf, png
from graphviz_ad.graph.graph import Graph, Limits
from graphviz_ad.language import numbers, values
from graphviz_ad.language.printer import TYPST
from graphviz_ad.messages.catalogue import say
from graphviz_ad.values import Value

_MAX_SIDE = 20
"""Rows and columns of a matrix that is drawn: more cannot be read below a graph."""
_CELL_PT = (11.0, 8.0)
"""Round the number in a cell: left and right, above and below."""
_MARGIN_PT = 26.0
"""Round the matrix, as round a picture."""
_FORMATS = ("svg", "png")
"""Formats of the pictures in a folder."""


@dataclass(frozen=True)
class SweepPicture:
    """The picture after one sweep."""

    deck: Deck
    table: str
    size: tuple[float, float]
    spoken: str

    @property
    def shown(self) -> tuple[float, float]:
        """Width and height in pixels."""
        return max(self.deck.full_width, self.size[0]), self.deck.height + self.size[1]

    @property
    def limits(self) -> Limits:
        """Those of its graph."""
        return self.deck.trace.graph.limits

    def svg(self) -> str:
        """→ SVG text: the graph, and the matrix below it."""
        deck, (width, height) = self.deck, self.shown
        graph = deck.svg(len(deck.frames) - 1, counter=False, bar=False)
        graph = graph.replace("<svg ", f'<svg x="{(width - deck.full_width) / 2:g}" ', 1).strip()
        paper = rect(0, 0, width, height, f'fill="{deck.style.theme.paper}"')
        below = f'<g transform="translate({(width - self.size[0]) / 2:g} {deck.height:g})">{self.table}</g>'
        return document(
            [paper, graph, below], width, height, title=deck.title, description=self.spoken, shown=self.shown,
            key="jacobian",
        )  # fmt: skip


def sweep_pictures(
    graph: Graph, values: Sequence[Value], jacobian: Jacobian, style: Style
) -> Iterator[SweepPicture]:  # fmt: skip
    """Graph, values of its nodes, the Jacobian, the look → a picture after each sweep.

    Raises LimitError where the matrix is too large to be read.
    """
    rows, columns = len(jacobian.rows), len(jacobian.columns)
    if max(rows, columns) > _MAX_SIDE:
        raise LimitError(
            f"the matrix has {rows} × {columns} entries; up to {_MAX_SIDE} × {_MAX_SIDE} are drawn",
            hint="name fewer with --wrt, or leave out -o to have it as text",
        )
    table = _Table(jacobian, style, graph)
    for number, trace in enumerate(_traces(graph, values, jacobian), 1):
        deck = Deck(trace, style, [len(trace.steps) + 1])
        words = table.words(number)
        yield SweepPicture(deck, table.painted(number, deck.style), table.size, words)


def _traces(graph: Graph, values: Sequence[Value], jacobian: Jacobian) -> Iterator[Trace]:
    """Graph, values, Jacobian → the trace of each sweep, in its mode."""
    of, wrt = node_named(graph, jacobian.of), [node_named(graph, name) for name in jacobian.wrt]
    part = replace(graph, output=of)
    active = active_nodes(part, [graph.names[at] for at in wrt])
    if jacobian.mode == "reverse":
        for unit in units(values[of]):
            yield Trace(part, list(values), backward(part, list(values), unit, active), unit, active)
        return
    seed: Value = values[of] * 0.0 + 1.0
    reverse = Trace(part, list(values), backward(part, list(values), seed, active), seed, active)
    for at in wrt:
        for unit in units(values[at]):
            yield seeded(reverse, {at: unit})


class _Table:
    """The matrix as a table: names of its rows and columns, and numbers, set once."""

    def __init__(self, jacobian: Jacobian, style: Style, graph: Graph) -> None:
        self.jacobian, self.style = jacobian, style
        size = style.theme.sizes.value + 1
        names = [_entry(graph, name) for name in (*jacobian.rows, *jacobian.columns)]
        cells = [_number(entry, style.digits) for entry in jacobian.matrix.ravel().tolist()]
        captions = [text(self.words(number)) for number in range(1, self.count + 1)]
        requests = [Request(f"${markup}$", size) for markup in (*names, *cells)]
        requests += [Request(caption, style.theme.sizes.sentence) for caption in captions]
        labels = typeset(requests, style.lang, style.theme.fonts)
        rows, columns = len(jacobian.rows), len(jacobian.columns)
        self.row_names, self.column_names = labels[:rows], labels[rows : rows + columns]
        cell_labels = labels[rows + columns : rows + columns + rows * columns]
        self.cells = [cell_labels[row * columns : (row + 1) * columns] for row in range(rows)]
        self.captions = labels[-self.count :]
        across, down = _CELL_PT
        self.first = max(label.ink_width for label in self.row_names) + 2 * across
        self.widths = [
            max(label.ink_width for label in (name, *(row[at] for row in self.cells))) + 2 * across
            for at, name in enumerate(self.column_names)
        ]
        high = max(label.height for label in (*self.row_names, *self.column_names, *cell_labels))
        self.height = high + 2 * down
        self.top = self.captions[0].height + 2 * down
        wide = max(self.first + sum(self.widths), *(label.ink_width for label in self.captions))
        self.size = (wide + 2 * _MARGIN_PT, self.top + (rows + 1) * self.height + _MARGIN_PT)

    @property
    def count(self) -> int:
        """How many sweeps there are."""
        return self.jacobian.sweeps[self.jacobian.mode]

    def words(self, number: int) -> str:
        """Number of a sweep → what is done in it."""
        names = self.jacobian.columns if self.jacobian.mode == "forward" else self.jacobian.rows
        key = f"jacobian.{self.jacobian.mode}"
        return say(key, self.style.lang).format(k=number, n=self.count, x=names[number - 1])

    def painted(self, number: int, style: Style) -> str:
        """Number of a sweep, and the look of its graph → the table with the entries computed up to it."""
        theme, forward = style.theme, self.jacobian.mode == "forward"
        colour, tint = theme.at_work("tangent" if forward else "backward")
        wide = self.first + sum(self.widths)
        left, top = (self.size[0] - wide) / 2, self.top
        lefts = [left + self.first + sum(self.widths[:at]) for at in range(len(self.widths))]
        tops = [top + (at + 1) * self.height for at in range(len(self.cells))]
        parts = [ink(_centred(self.captions[number - 1], self.size[0] / 2, self.top / 2), theme.ink)]
        at = number - 1
        if forward:
            mark = (lefts[at], top, self.widths[at], (len(tops) + 1) * self.height)
        else:
            mark = (left, tops[at], wide, self.height)
        parts.append(rect(*mark, f'rx="4" fill="{tint}"'))
        for place, name in zip(lefts, zip(self.widths, self.column_names, strict=True), strict=True):
            parts.append(ink(_centred(name[1], place + name[0] / 2, top + self.height / 2), theme.quiet))
        for row, name_of_row in enumerate(self.row_names):
            middle_of_row = tops[row] + self.height / 2
            parts.append(ink(_centred(name_of_row, left + self.first / 2, middle_of_row), theme.quiet))
            for column, label in enumerate(self.cells[row]):
                sweep, middle_of_cell = column if forward else row, lefts[column] + self.widths[column] / 2
                if sweep < number:
                    parts.append(
                        ink(_centred(label, middle_of_cell, middle_of_row), colour if sweep == at else theme.ink)
                    )
                else:
                    parts.append(rect(middle_of_cell - 1.5, middle_of_row - 1.5, 3, 3, f'rx="1.5" fill="{theme.pale}"'))
        frame = f'rx="4" fill="none" stroke="{theme.quiet}" stroke-width="1"'
        parts.append(rect(left + self.first, top + self.height, wide - self.first, len(tops) * self.height, frame))
        return "".join(parts)


def _centred(label: Label, x: float, y: float) -> Placed:
    across, down = middle(label)
    return Placed(label, x - across, y - down)


def _entry(graph: Graph, name: str) -> str:
    """Name of an entry → Typst mathematics: p [0]."""
    base, bracket, rest = name.partition("[")
    return TYPST.write_name(base) + (f" [{rest}" if bracket else "")


def _number(value: float, digits: int) -> str:
    return values.TYPST.of_labels.write(value, digits) if math.isfinite(value) else text(numbers.number(value, digits))


def save_sweeps(pictures: Sequence[SweepPicture], path: str, format: str | None = None) -> list[str]:
    """Pictures of the sweeps → a PDF with a page for each, the last one as a picture, or a folder; → the paths written.

    Raises OutputError.
    """
    suffix = os.path.splitext(path)[1].lower().lstrip(".")
    if path.endswith(("/", os.sep)) or os.path.isdir(path) or not suffix:
        kind = format or "svg"
        files = (
            (f"step-{number:03d}.{kind}", _picture_bytes(picture, kind)) for number, picture in enumerate(pictures, 1)
        )
        return write_folder(path, files)
    if suffix == "pdf":
        write_atomic(path, pdf([picture.svg() for picture in pictures]))
    elif suffix in _FORMATS:
        write_atomic(path, _picture_bytes(pictures[-1], suffix))
    else:
        raise OutputError(f"'.{suffix}' is no format of a Jacobian", hint="give a folder, x.pdf, x.svg or x.png")
    return [path]


def _picture_bytes(picture: SweepPicture, kind: str) -> bytes:
    return png(picture.svg()) if kind == "png" else picture.svg().encode()
