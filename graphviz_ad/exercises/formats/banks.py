"""Exercise → the parts of its items in the question banks of platforms: pictures, HTML, known wrong numbers."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from graphviz_ad.exercises.sheets.figures import Figure
from graphviz_ad.exercises.sheets.key import letter_of, right_math
from graphviz_ad.exercises.sheets.printed import matrix, rows
from graphviz_ad.exercises.sheets.worksheet import on_screen, option_figure
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Choice, Exercise, Field, Formula, Number, Option, Question, Text
from graphviz_ad.language import numbers
from graphviz_ad.language.printer import LATEX
from graphviz_ad.messages.catalogue import between, say
from graphviz_ad.misconceptions.diagnose import explained, reach
from graphviz_ad.values import Value

_PIXELS_PER_UNIT = 2.0
"""Of a picture: sharp on screens with two pixels a point."""
_ID_DIGITS = 16
"""Hexadecimal digits of an identifier: 64 bits, of which no two in a question bank are the same by chance."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG with a name made of its bytes, its width on the page in pixels, and its alternative text."""

    name: str
    data: bytes
    width: int
    alt: str

    def img(self, folder: str) -> str:
        """Folder it stands in → the element of HTML; its height follows, also where a platform makes it narrower."""
        return f'<img src="{html.escape(folder + self.name)}" alt="{html.escape(self.alt)}" width="{self.width}"/>'


@dataclass(frozen=True, slots=True)
class KnownMistake:
    """A wrong number that misconceptions lead to, the tolerance around it, and the feedback on it."""

    answer: float
    tolerance: float
    feedback: Text


def known_mistakes(exercise: Exercise, field: Field) -> list[KnownMistake]:
    """Field for a number → its known wrong numbers, the likeliest first; an answer counts for the first it is near."""
    number = field.response
    assert isinstance(number, Number)
    return [
        KnownMistake(float(wrong.answer), reach(float(wrong.answer), number),
                     explained(exercise.trace, wrong.diagnoses, exercise.lang))
        for wrong in field.wrong
    ]  # fmt: skip


def on_options(exercise: Exercise, field: Field) -> dict[int, Text]:
    """Field with options → the feedback on those that a known mistake leads to, by their number."""
    return {int(wrong.answer): explained(exercise.trace, wrong.diagnoses, exercise.lang) for wrong in field.wrong}


def picture(exercise: Exercise, state: Literal["numbered", "finished"]) -> Picture:
    """Exercise → the picture of its graph."""
    described = say("figure.finished" if state == "finished" else "figure.blank", exercise.lang)
    gap = between("language.gap", exercise.lang)
    return _picture(on_screen(exercise, state), "graph", f"{described}{gap}{exercise.title}; {inputs(exercise)}")


def option_picture(option: Option, number: int, lang: str) -> Picture:
    """Option that is the graph of a formula → its picture; its alternative text is only its letter: more would tell."""
    assert option.formula is not None
    letter = letter_of(number)
    return _picture(
        option_figure(option.formula, letter, lang), f"option-{letter.lower()}", f"{say('quiz.graph', lang)} {letter}"
    )


def _picture(figure: Figure, name: str, alt: str) -> Picture:
    data = figure.png(_PIXELS_PER_UNIT)
    return Picture(f"{name}-{ident(data)}.png", data, round(figure.width), alt)


def has_pictures(question: Question) -> bool:
    """Whether options of a question are pictures."""
    choices = (field.response for field in question.fields if isinstance(field.response, Choice))
    return any(option.formula is not None for choice in choices for option in choice.options)


def ident(*parts: bytes | str) -> str:
    """Bytes or texts → an identifier: hexadecimal digits, the same for the same parts."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:_ID_DIGITS]


def titled(name: str, number: int, count: int) -> str:
    """Name of the hand-out and number of a variant, from 1 → its title."""
    return name if count == 1 else f"{name} {number:0{len(str(count))}}"


def inputs(exercise: Exercise) -> str:
    """Exercise → the values of its inputs, `w = 5, x = [1, 2]`, whole arrays in them."""
    trace = exercise.trace
    return ", ".join(f"{name} = {_value(trace.values[node])}" for name, node in trace.graph.inputs.items())


def _value(value: Value) -> str:
    if isinstance(value, float):
        return numbers.exact(value)
    return f"[{', '.join(_value(part if getattr(part, 'shape', ()) else float(part)) for part in value)}]"


def decimal(value: float) -> str:
    """Number → its decimals, ten digits of it and no exponent, as every platform reads them.

    >>> decimal(20.085536923187668), decimal(-0.30000000000000004), decimal(5e-05), decimal(-0.0)
    ('20.08553692', '-0.3', '0.00005', '0')
    """
    text = format(Decimal(f"{value:.10g}"), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def markup(text: Text) -> str:
    r"""Words with mathematics → HTML, with formulas as `\( … \)`."""
    return "".join(words(piece[1]) if piece[0] == "text" else rf"\({words(piece[1].write(LATEX))}\)" for piece in text)


def words(text: str) -> str:
    """Words → HTML."""
    return html.escape(text, quote=False)


def opening(exercise: Exercise, fields: Sequence[Field], *, pictured: bool = True) -> list[str]:
    """Exercise and the fields that follow → the lines of HTML on what it is about, and how numbers are written.

    A picture with numbered boxes follows if it is `pictured`.
    """
    lang = exercise.lang
    lines = [
        f"{words(say('quiz.formula', lang))}: <code>{words(exercise.title)}</code>",
        f"{words(say('quiz.inputs', lang))}: <code>{words(inputs(exercise))}</code>",
    ]
    if any(isinstance(field.response, Number) for field in fields):
        lines.append(words(say("quiz.tolerance", lang).format(digits=exercise.digits)))
    if pictured:
        lines.append(words(say("quiz.numbered", lang)))
    return lines


def tagged(field: Field, label: str) -> str:
    """Field and its label as HTML → the label behind the number that the box of the field has in the picture."""
    return f"<small>{field.name}</small> {label}"


def right_answers(exercise: Exercise, question: Question) -> Iterator[str]:
    """Question → its right answers as HTML, each behind its label; an array is one answer."""
    fields = {field.name: field for field in question.fields}
    for row in rows(exercise, question, "key"):
        if row.name in fields:
            yield _right_answer(fields[row.name], exercise.digits)
        else:
            yield rf"{markup(row.label)} = \({words(matrix(row, LATEX))}\)"


def _right_answer(field: Field, digits: int) -> str:
    """Field → its right answer as HTML behind its label; an option is its letter, with its text where it has one."""
    match field.response:
        case Number() | Formula():
            sign, right = " = ", rf"\({words(right_math(field, digits).write(LATEX))}\)"
        case Choice(options, chosen):
            option = options[chosen].text
            alone = plain(option) in ("", letter_of(chosen))
            sign, right = ": ", letter_of(chosen) if alone else f"{letter_of(chosen)} ({markup(option)})"
    return f"{markup(field.label)}{sign}<b>{right}</b>" if field.label else f"<b>{right}</b>"


def solution_lines(exercise: Exercise, questions: Sequence[Question]) -> Iterator[str]:
    """Questions → lines of HTML: the right answers of each, and the steps that lead to them."""
    for question in questions:
        yield f"{question.name} " + "; ".join(right_answers(exercise, question))
        yield from (markup(line) for line in question.solution)


def paragraphs(lines: Sequence[str]) -> str:
    """Lines of HTML → paragraphs."""
    return "".join(f"<p>{line}</p>" for line in lines)
