"""Exercise → Markdown (CommonMark) with mathematics between dollars, and its pictures as SVG in a folder beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from urllib.parse import quote

from graphviz_ad.diagram.header import written_statements
from graphviz_ad.diagram.slides import markdown
from graphviz_ad.exercises.registry import Files, Sheet
from graphviz_ad.exercises.sheets.printed import Cell, Part, Printed, Row, matrix, printed
from graphviz_ad.exercises.sheets.worksheet import State, on_screen, option_figure
from graphviz_ad.items.model import Exercise, Text
from graphviz_ad.language.printer import LATEX
from graphviz_ad.messages.catalogue import between, say

_BLANK = r"\_" * 12
"""A line to write on, in every Markdown."""


def handout(exercises: Sequence[Exercise], name: str, sheet: Sheet) -> Files:
    """One exercise → its Markdown, and the pictures in it."""
    return _Writer(printed(exercises[0], sheet), name).files()


class _Writer:
    """Writes a sheet, and keeps the pictures it shows."""

    def __init__(self, page: Printed, name: str) -> None:
        self.page, self.name, self.lang = page, name, page.exercise.lang
        self.pictures: Files = []

    def files(self) -> Files:
        """→ the text and the pictures."""
        blocks = [*self._head(), *(block for part in self.page.parts for block in self._part(part))]
        if self.page.sheet == "solution":
            picture = self._graph("finished", say("figure.finished", self.lang))
            blocks += [f"## {self._say('finished')}", picture]
        blocks.append(f"*{markdown(self.page.mark)}*")
        return [(f"{self.name}.md", ("\n\n".join(blocks) + "\n").encode()), *self.pictures]

    def _say(self, key: str) -> str:
        return markdown(say(f"sheet.{key}", self.lang))

    def _head(self) -> Iterator[str]:
        """→ title, lines for name and date, formula, inputs, introduction, the graph."""
        page = self.page
        blank = page.sheet == "blank"
        yield f"# {markdown(page.title)}" + ("" if blank else f" — {self._say(page.sheet)}")
        if blank:
            points = f"**{self._say('all')}** {_BLANK} / {page.points}"
            yield f"**{self._say('name')}** {_BLANK} **{self._say('date')}** {_BLANK} {points}"
        formula = ", ".join(f"${statement}$" for statement in written_statements(page.exercise.trace, LATEX))
        yield f"**{self._say('formula')}** {formula}"
        yield f"**{self._say('given')}** " + ", ".join(map(_text, page.inputs))
        yield "\n".join(map(_text, page.about))
        alt = say("figure.blank" if blank else "sheet.answers", self.lang)
        yield self._graph("blank" if blank else "key", alt)

    def _graph(self, state: State, alt: str) -> str:
        return self._picture(f"graph-{state}.svg", on_screen(self.page.exercise, state).svg, alt)

    def _picture(self, name: str, svg: str, alt: str) -> str:
        path = f"{self.name}-markdown-pictures/{name}"
        self.pictures.append((path, svg.encode()))
        return f"![{markdown(alt)}]({quote(path)})"

    def _part(self, part: Part) -> Iterator[str]:
        yield f"## {markdown(part.heading)}{between('language.gap', self.lang)}{markdown(part.worth)}"
        yield _text(part.prompt)
        if part.given:
            yield _listed(">", (f"{_text(line)}\\" if line != part.given[-1] else _text(line) for line in part.given))
        for choice, rows in groupby(part.rows, lambda row: bool(row.options)):
            if choice:
                yield from map(self._choice, rows)
            else:
                yield _listed("-", (line for row in rows for line in self._filled(row)))
        if part.above:
            yield f"*{markdown(part.above)}*"
        if part.solution:
            yield _listed("1.", map(_text, part.solution))

    def _filled(self, row: Row) -> Iterator[str]:
        """A row → a line for each of its fields, or one for an array with its answers."""
        cells = [cell for cells in row.cells for cell in cells]
        if len(cells) > 1 and self.page.sheet != "blank":
            yield f"**{markdown(row.name)}** {_text(row.label)} = ${matrix(row, LATEX)}$"
        else:
            yield from map(_cell, cells)

    def _choice(self, row: Row) -> str:
        """Options as a list of boxes to tick, under the name of their field."""
        lines = []
        for option in row.options:
            words = _text(option.words)
            if option.formula is not None:
                figure = option_figure(option.formula, option.letter, self.lang)
                alt = say("sheet.option", self.lang).format(letter=option.letter)
                words = self._picture(f"{row.name}-{option.letter}.svg", figure.svg, alt)
            lines.append(f"[{'x' if option.marked else ' '}] **{option.letter}** {words}".rstrip())
        return f"**{markdown(row.name)}** {_text(row.label)}".rstrip() + "\n\n" + _listed("*", lines)


def _listed(sign: str, lines: Iterable[str]) -> str:
    """Lines → a list or a quotation; lists with other signs do not run together."""
    return "\n".join(f"{sign} {line}" for line in lines)


def _cell(cell: Cell) -> str:
    """A field → its name, its label, and a line to write on or the answer."""
    label = f" {_text(cell.label)} =" if cell.label else ""
    return f"**{markdown(cell.name)}**{label} " + (
        _BLANK if cell.answer is None else f"**${cell.answer.write(LATEX)}$**"
    )


def _text(text: Text) -> str:
    """Words with mathematics → Markdown."""
    return "".join(markdown(segment[1]) if segment[0] == "text" else f"${segment[1].write(LATEX)}$" for segment in text)
