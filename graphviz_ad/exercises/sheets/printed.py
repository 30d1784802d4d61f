"""Exercise → the contents of its printed sheet, for every format that prints; a blank sheet holds no answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from graphviz_ad.exercises.identity import code
from graphviz_ad.exercises.inputs import numbers_of
from graphviz_ad.exercises.questions.kinds import KINDS
from graphviz_ad.exercises.registry import Sheet
from graphviz_ad.exercises.sheets.key import letter_of, right_math
from graphviz_ad.explain.chain import Chain
from graphviz_ad.explain.expression import Expression
from graphviz_ad.explain.phrase import Segment, phrase, plain
from graphviz_ad.items.model import Choice, Exercise, Field, Formula, Number, Question, Text
from graphviz_ad.items.quantities import Quantity
from graphviz_ad.language import numbers
from graphviz_ad.language.printer import Dialect
from graphviz_ad.language.tree import NAME, VALUE, Tree
from graphviz_ad.messages.catalogue import say
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.values import Value

Kind = Literal["number", "formula", "long", "words", "graphs"]

_MAX_COLUMNS = 5
"""Columns of an array that is filled in as a matrix of boxes: more are wider than the page."""
_SHORT_DIGITS, _MAX_LONG_SHARE = 3, 0.1
"""Digits of numbers that are computed in one's head or on paper, and the share of longer ones that is not mentioned."""
_GIVEN_DIGITS = 12
"""Of given numbers, which are printed whole: none that is chosen or typed has more."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A place to write in: the name of its field, its label, and the right answer, None on a blank sheet."""

    name: str
    label: Text
    answer: Chain | None


@dataclass(frozen=True, slots=True)
class Choosable:
    """An option: its letter, its words, the formula whose graph it is, whether it is marked as the right one."""

    letter: str
    words: Text
    formula: str | None
    marked: bool


@dataclass(frozen=True, slots=True)
class Row:
    """What is filled in together: one field, or the entries of an array, row by row."""

    kind: Kind
    label: Text
    cells: tuple[tuple[Cell, ...], ...]
    options: tuple[Choosable, ...] = ()

    @property
    def name(self) -> str:
        """The name of its field, or of the first and the last one."""
        first, last = self.cells[0][0].name, self.cells[-1][-1].name
        return first if first == last else f"{first} – {last}"


@dataclass(frozen=True, slots=True)
class Part:
    """A question as printed: heading, prompt, lines given with it, rows to fill in, and how it is solved.

    `above` says that steps stand at an earlier question.
    """

    heading: str
    points: str
    prompt: Text
    given: tuple[Text, ...]
    rows: tuple[Row, ...]
    solution: tuple[Text, ...]
    above: str
    lang: str

    @property
    def worth(self) -> str:
        """Its points, in the brackets of the language."""
        return say("sheet.worth", self.lang).format(points=self.points)


@dataclass(frozen=True, slots=True)
class Printed:
    """A sheet: title, the mark that tells it from others, inputs, introduction, questions, all points."""

    exercise: Exercise
    sheet: Sheet
    title: str
    mark: str
    inputs: tuple[Text, ...]
    about: tuple[Text, ...]
    parts: tuple[Part, ...]
    points: str


def printed(exercise: Exercise, sheet: Sheet) -> Printed:
    """Exercise and which sheet → its contents."""
    lang = exercise.lang
    title = say("sheet.title", lang)
    if exercise.level is not None:
        idea = say(f"level.{exercise.level}", lang)
        title = say("sheet.level", lang).format(level=exercise.level, idea=idea)
    about: tuple[Text, ...] = ((("text", say("sheet.about", lang)),), *on_numbers(exercise))
    return Printed(
        exercise, sheet, title, mark(exercise), tuple(given(exercise)), about if sheet == "blank" else about[1:],
        tuple(_parts(exercise, sheet)), _points(exercise.points),
    )  # fmt: skip


def on_numbers(exercise: Exercise) -> tuple[Text, ...]:
    """Exercise → how near its numbers have to be, and where many of them are not short, that a calculator helps."""
    lang = exercise.lang
    tolerance = phrase("ask.tolerance", lang, digits=str(exercise.digits))
    trace = exercise.trace
    computed = [quantity.read(trace) or 0.0 for quantity in numbers_of(trace) if trace.graph.ops[quantity.node]]
    long = sum(not numbers.is_whole_in(number, _SHORT_DIGITS) for number in computed)
    if long <= _MAX_LONG_SHARE * len(computed):
        return (tolerance,)
    return tolerance, phrase("ask.calculator", lang, count=str(long), all=str(len(computed)), digits=str(_SHORT_DIGITS))


def mark(exercise: Exercise) -> str:
    """Exercise → its seed, and a code of what is given and asked, by which a sheet and its key are matched."""
    return say("sheet.mark", exercise.lang).format(seed=exercise.seed, code=code(exercise))


def _points(points: float) -> str:
    return numbers.number(float(points))


def given(exercise: Exercise) -> Iterator[Text]:
    """Exercise → its inputs with their values, whole; an array too large for a matrix is its entries in brackets."""
    trace = exercise.trace
    for name, node in trace.graph.inputs.items():
        tree, value = Tree(), trace.values[node]
        left, right = Expression(tree, tree.add(NAME, name)), Expression(tree, tree.add(VALUE, value))
        if isinstance(value, float) or not numbers.is_elided(value, _GIVEN_DIGITS):
            yield (("math", Chain((left, right), ("", "="), _GIVEN_DIGITS)),)
        else:
            yield ("math", Chain((left,), ("",))), ("text", " = "), *_entries(value)


def _entries(value: Value) -> Iterator[Segment]:
    """Float or array → its entries in brackets, in pieces between which a line may end."""
    if not shape(value):
        tree = Tree()
        yield ("math", Chain((Expression(tree, tree.add(VALUE, float(value))),), ("",), _GIVEN_DIGITS))
        return
    assert not isinstance(value, float)
    for number, part in enumerate(value):
        yield ("text", ", " if number else "[")
        yield from _entries(part)
    yield ("text", "]")


def _parts(exercise: Exercise, sheet: Sheet) -> Iterator[Part]:
    lang, shown = exercise.lang, set[str]()
    for number, question in enumerate(exercise.questions, 1):
        lines = [line for line in question.solution if plain(line) not in shown] if sheet == "solution" else []
        above = sheet == "solution" and len(lines) < len(question.solution)
        shown |= {plain(line) for line in lines}
        worth = say("sheet.points", lang, question.points)
        yield Part(
            say("sheet.question", lang).format(number=number), worth.format(points=_points(question.points)),
            question.prompt, question.given, tuple(rows(exercise, question, sheet)), tuple(lines),
            say("sheet.above", lang) if above else "", lang,
        )  # fmt: skip


def rows(exercise: Exercise, question: Question, sheet: Sheet) -> Iterator[Row]:
    """Fields of a question → rows; entries of an array that follow each other are one row."""
    for _, group in groupby(enumerate(question.fields), lambda numbered: _array(numbered[1]) or numbered[0]):
        fields = [field for _, field in group]
        cells = [_cell(exercise, field, sheet) for field in fields]
        first = fields[0].response
        if isinstance(first, Choice):
            yield _choice(fields[0], first, cells[0], sheet)
        elif isinstance(first, Formula):
            kind: Kind = "long" if KINDS[question.kind].long else "formula"
            yield Row(kind, fields[0].label, ((cells[0],),))
        else:
            yield from _numbers(exercise, fields, cells)


def _numbers(exercise: Exercise, fields: list[Field], cells: list[Cell]) -> Iterator[Row]:
    """Fields of one array, or one field → a row with a matrix of cells; where it would be too wide, a row for each."""
    quantity = _array(fields[0])
    last = fields[-1].response
    end = last.quantity.entry if isinstance(last, Number) and last.quantity else ()
    columns = end[1] + 1 if len(end) == 2 else 1
    if quantity is None or len(end) > 2 or columns > _MAX_COLUMNS or len(cells) % columns:
        yield from (Row("number", cell.label, ((cell,),)) for cell in cells)
        return
    matrix = tuple(tuple(cells[at : at + columns]) for at in range(0, len(cells), columns))
    yield Row("number", fields[0].label[:-1], matrix)  # the label without the entry


def _array(field: Field) -> Quantity | None:
    """Field of an entry → the array it belongs to."""
    response = field.response
    if not isinstance(response, Number) or response.quantity is None or not response.quantity.entry:
        return None
    return Quantity(response.quantity.what, response.quantity.node, response.quantity.slot)


def _cell(exercise: Exercise, field: Field, sheet: Sheet) -> Cell:
    return Cell(field.name, field.label, None if sheet == "blank" else right_math(field, exercise.digits))


def matrix(row: Row, dialect: Dialect) -> str:
    """Row of an array with its answers → the array in a dialect."""
    return dialect.matrix([cell.answer.write(dialect) for cell in cells if cell.answer] for cells in row.cells)


def _choice(field: Field, choice: Choice, cell: Cell, sheet: Sheet) -> Row:
    options = []
    for number, option in enumerate(choice.options):
        letter = letter_of(number)
        words = () if plain(option.text) == letter else option.text
        options.append(Choosable(letter, words, option.formula, sheet != "blank" and number == choice.right))
    graphs = any(option.formula is not None for option in choice.options)
    return Row("graphs" if graphs else "words", field.label, ((cell,),), tuple(options))
