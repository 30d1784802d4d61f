r"""Exercises → GIFT, question banks as text: a question for each field, which says the formula and the inputs.

It holds no pictures, so what asks for one is left out. Formulas are essays, since GIFT compares letters only, and takes
every `*` for any letters (https://docs.moodle.org/en/GIFT_format).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from graphviz_ad.exercises.formats.banks import decimal, has_pictures, inputs, known_mistakes, on_options, titled
from graphviz_ad.exercises.formats.spellings import formulas
from graphviz_ad.exercises.registry import Files, Sheet
from graphviz_ad.exercises.sheets.key import right_text
from graphviz_ad.explain.phrase import phrase, plain
from graphviz_ad.items.model import Choice, Exercise, Field, Formula, Number, Question, Text
from graphviz_ad.messages.catalogue import say

_SPECIAL = re.compile(r"[\\~=#{}:]")
"""Characters that mean something within a question, and are escaped in text."""


def handout(exercises: Sequence[Exercise], name: str, sheet: Sheet) -> Files:
    """Exercises → one file for a question bank, with a category for each field, of which a quiz draws one variant."""
    top = f"$CATEGORY: $course$/top/{name.replace('/', '//')}"
    categories: dict[str, list[str]] = {}
    for number, exercise in enumerate(exercises, 1):
        title = titled(name, number, len(exercises))
        for question in exercise.questions:
            for field in question.fields if not has_pictures(question) else ():
                written = _question(exercise, question, field, f"{title} {field.name}")
                categories.setdefault(f"{top}/{field.name}", []).append(written)
    blocks = [top, *(block for category, held in categories.items() for block in (category, *held))]
    return [(f"{name}.gift", ("\n\n".join(blocks) + "\n").encode())]


def remarks(exercises: Sequence[Exercise]) -> list[str]:
    """Exercises → what is not in the file, or is not marked there."""
    omitted = {question.name for exercise in exercises for question in exercise.questions if has_pictures(question)}
    pictured = [f"GIFT holds no pictures: {', '.join(sorted(omitted))} is left out"] if omitted else []
    asked = formulas(exercises)
    return [*pictured, f"GIFT cannot compare formulas: {asked} are essays, for someone to mark"] if asked else pictured


def _question(exercise: Exercise, question: Question, field: Field, title: str) -> str:
    stem = escaped("\n".join(_stem(exercise, question, field)))
    answers = "".join(f"\n\t{line}" for line in _answers(exercise, field))
    solution = [right_text(field, exercise.digits), *map(plain, _steps(question, field))]
    lines = escaped("\n".join([say("quiz.solution", exercise.lang), *solution]))
    mark = "#" if isinstance(field.response, Number) else ""
    return f"::{escaped(title)}::[plain]{stem} {{{mark}{answers}\n\t####{lines}\n}}"


def _steps(question: Question, field: Field) -> Sequence[Text]:
    """Question and a field of it → the steps to that field, which do not tell the answers to those that follow."""
    at = question.fields.index(field)
    if len(question.solution) == len(question.fields):
        return question.solution[: at + 1]
    return question.solution if field is question.fields[-1] else ()


def _stem(exercise: Exercise, question: Question, field: Field) -> Iterator[str]:
    lang = exercise.lang
    yield f"{say('quiz.formula', lang)}: {exercise.title}"
    yield f"{say('quiz.inputs', lang)}: {inputs(exercise)}"
    yield plain(question.prompt)
    yield from map(plain, question.given)
    if isinstance(field.response, Number):
        yield say("quiz.tolerance", lang).format(digits=exercise.digits)
    if label := plain(field.label):
        yield f"{label} = ?" if not isinstance(field.response, Choice) else f"{label}:"


def _answers(exercise: Exercise, field: Field) -> Iterator[str]:
    match field.response:
        case Number(right, tolerance):
            yield f"={decimal(right)}:{decimal(tolerance)}"
            for mistake in known_mistakes(exercise, field):
                yield f"=%0%{decimal(mistake.answer)}:{decimal(mistake.tolerance)}#{escaped(plain(mistake.feedback))}"
            yield f"~#{escaped(plain(phrase('mark.unmatched', exercise.lang)))}"
        case Choice(options, right):
            explanations = on_options(exercise, field)
            for number, option in enumerate(options):
                feedback = f"#{escaped(plain(explanations[number]))}" if number in explanations else ""
                yield f"{'=' if number == right else '~'}{escaped(plain(option.text))}{feedback}"
        case Formula():
            return


def escaped(text: str) -> str:
    r"""Text → the same within GIFT, on one line.

    >>> escaped("L = 2:\n{a}")
    'L \\= 2\\:\\n\\{a\\}'
    """
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\r", "").replace("\n", r"\n")
