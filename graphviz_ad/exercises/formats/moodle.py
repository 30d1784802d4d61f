r"""Exercises → Moodle XML: a category of embedded-answers (Cloze) questions, one for each variant.

A quiz draws one of them at random for each student: a figure could not follow the wildcards of calculated questions.
Fields of a text are written `{points:TYPE:=right#feedback~%0%wrong#feedback}`; a tolerance is absolute, and the first
answer that fits counts (https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type).
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree as ET
from xml.sax.saxutils import unescape

from graphviz_ad.exercises.formats.banks import (
    Picture,
    decimal,
    has_pictures,
    ident,
    known_mistakes,
    markup,
    on_options,
    opening,
    option_picture,
    paragraphs,
    picture,
    solution_lines,
    tagged,
    titled,
    words,
)
from graphviz_ad.exercises.formats.packing import element, xml
from graphviz_ad.exercises.formats.spellings import remarks as unspelled
from graphviz_ad.exercises.formats.spellings import spellings
from graphviz_ad.exercises.record import dumps
from graphviz_ad.exercises.registry import Files, Sheet
from graphviz_ad.exercises.sheets.key import letter_of
from graphviz_ad.exercises.sheets.printed import rows
from graphviz_ad.explain.phrase import phrase, plain
from graphviz_ad.items.model import Choice, Exercise, Field, Formula, Number, Question, Text
from graphviz_ad.messages.catalogue import say, tag

_TEXT = re.compile(rb"(?<=<text>).+?(?=</text>)", re.DOTALL)
"""A text of an element in XML."""
_FOLDER = "@@PLUGINFILE@@/"
"""What Moodle replaces by the folder of a text's own files."""
_MAX_HINTS = 3
"""Of a question: as many as questions have."""
_MAX_DENOMINATOR = 60
"""Of the points of a field: a question's points are shared out among up to sixty fields exactly."""
_PENALTY = "0.3333333"
"""Share of the points that each further try costs: Moodle's own choice."""


def handout(exercises: Sequence[Exercise], name: str, sheet: Sheet) -> Files:
    """Exercises → one file to import into a question bank.

    Questions that offer pictures of graphs have a category of their own: the picture of the others would tell.
    """
    lang, path = exercises[0].lang, f"$course$/top/{name.replace('/', '//')}"
    held = {False: element(None, "quiz"), True: element(None, "quiz")}
    for number, exercise in enumerate(exercises, 1):
        for pictured, quiz in held.items():
            questions = tuple(question for question in exercise.questions if has_pictures(question) is pictured)
            if questions:
                _cloze(quiz, replace(exercise, questions=questions), titled(name, number, len(exercises)))
    whole = element(None, "quiz")
    for category, quiz in zip((path, f"{path}/{say('quiz.graph', lang)}"), held.values(), strict=True):
        if len(quiz):
            _category(whole, category, len(quiz), lang)
            whole.extend(quiz)
    return [(f"{name}.moodle.xml", _TEXT.sub(_in_one_piece, xml(whole)))]


def remarks(exercises: Sequence[Exercise]) -> list[str]:
    """Exercises → what Moodle cannot mark."""
    return unspelled(exercises, "Moodle")


def _category(quiz: ET.Element, path: str, count: int, lang: str) -> None:
    category = element(quiz, "question", type="category")
    element(element(category, "category"), "text", path)
    note = say("quiz.variants", lang).format(count=count)
    element(element(category, "info", format="html"), "text", words(note))


def _cloze(quiz: ET.Element, exercise: Exercise, title: str) -> None:
    """Exercise → a question with all of its fields."""
    question = element(quiz, "question", type="cloze")
    element(element(question, "name"), "text", title)
    finished, weights = picture(exercise, "finished"), _weights(exercise)
    pictures = [] if any(map(has_pictures, exercise.questions)) else [picture(exercise, "numbered")]
    about = opening(exercise, exercise.fields, pictured=bool(pictures))
    body = _no_field(paragraphs([*about, *(shown_picture.img(_FOLDER) for shown_picture in pictures)]))
    for part in exercise.questions:
        shown = _options(part, exercise.lang)
        pictures += shown
        body += f"<h4>{_number(part)}. {markup(part.prompt)}</h4>{''.join(_given(part))}"
        body += "".join(
            f"<p><b>{letter_of(at)}</b><br/>{shown_picture.img(_FOLDER)}</p>" for at, shown_picture in enumerate(shown)
        )
        body += "".join(_fields(exercise, part, weights[part.name]))
    _text(question, "questiontext", _in_language(body, exercise.lang), pictures)
    heading = f"<h4>{words(say('quiz.solution', exercise.lang))}</h4>"
    solution = heading + paragraphs([finished.img(_FOLDER), *solution_lines(exercise, exercise.questions)])
    _text(question, "generalfeedback", _in_language(solution, exercise.lang), [finished])
    element(question, "defaultgrade", str(sum(weights[part.name] * len(part.fields) for part in exercise.questions)))
    element(question, "penalty", _PENALTY)
    element(question, "hidden", "0")
    element(question, "idnumber", ident(dumps(exercise), *(part.name for part in exercise.questions)))
    for stage in range(_MAX_HINTS):
        asked = [part for part in exercise.questions if stage < len(part.hints)]
        hints = [f"{_number(part)}. {markup(part.hints[stage])}" for part in asked]
        if hints:
            hint = _text(question, "hint", _in_language(paragraphs(hints), exercise.lang), [])
            element(hint, "shownumcorrect")


def _in_one_piece(text: re.Match[bytes]) -> bytes:
    """Escaped text → the same as it is, in CDATA.

    Moodle's reader gets a text in pieces, which end at escapes and every 4096 bytes, and drops those of spaces alone.
    """
    return f"<![CDATA[{unescape(text[0].decode()).replace(']]>', ']]]]><![CDATA[>')}]]>".encode()


def _number(question: Question) -> str:
    """Question → its number in the sheet, by which the picture, the solution and the fields name it."""
    return question.name.removeprefix("q")


def _options(question: Question, lang: str) -> list[Picture]:
    """Question → the pictures among its options: they stand above, since fields hold letters only."""
    if not has_pictures(question):
        return []
    return [
        option_picture(option, number, lang)
        for field in question.fields
        if isinstance(field.response, Choice)
        for number, option in enumerate(field.response.options)
    ]


def _given(question: Question) -> Iterator[str]:
    if question.given:
        yield f"<ul>{''.join(f'<li>{markup(line)}</li>' for line in question.given)}</ul>"


def _no_field(body: str) -> str:
    """HTML with text of the user → the same, in which no brace begins a field."""
    return body.replace("{", "&#123;")


def _in_language(body: str, lang: str) -> str:
    return f'<div lang="{tag(lang)}">{body}</div>'


def _text(parent: ET.Element, tag: str, body: str, pictures: Sequence[Picture]) -> ET.Element:
    """HTML, and the pictures it names → an element that holds both.

    The class is the one that Moodle's editor gives to pictures: they grow no wider than the page.
    """
    holder = element(parent, tag, format="html")
    element(holder, "text", body.replace("<img ", '<img class="img-fluid" '))
    for drawn in pictures:
        data = base64.b64encode(drawn.data).decode()
        element(holder, "file", data, name=drawn.name, path="/", encoding="base64")
    return holder


def _weights(exercise: Exercise) -> dict[str, int]:
    """Exercise → the points of a field by question: whole numbers, as Moodle wants them, in the right proportion."""
    shares = {
        question.name: Fraction(question.points / len(question.fields)).limit_denominator(_MAX_DENOMINATOR)
        for question in exercise.questions
    }
    scale = math.lcm(*(share.denominator for share in shares.values()))
    return {name: int(share * scale) for name, share in shares.items()}


def _fields(exercise: Exercise, question: Question, weight: int) -> Iterator[str]:
    if any(isinstance(field.response, Formula) for field in question.fields):
        yield f"<p>{words(say('quiz.spelling', exercise.lang))}</p>"
    fields = {field.name: field for field in question.fields}
    for row in rows(exercise, question, "blank"):
        if row.name in fields:
            field = fields[row.name]
            block, sign = ("div", ":") if isinstance(field.response, Choice) else ("p", " =")
            label = tagged(field, f"{markup(field.label)}{sign} " if field.label else "")
            yield f"<{block}>{label}{_field(exercise, field, weight)}</{block}>"
        else:
            entries = [[fields[cell.name] for cell in cells] for cells in row.cells]
            yield f"<p>{markup(row.label)} =</p><table>"
            for line in entries:
                cells = (f"<td>{tagged(field, _field(exercise, field, weight))}</td>" for field in line)
                yield f"<tr>{''.join(cells)}</tr>"
            yield "</table>"


def _field(exercise: Exercise, field: Field, weight: int) -> str:
    kind, alternatives = _alternatives(exercise, field)
    return f"{{{weight}:{kind}:{'~'.join(alternatives)}}}"


def _alternatives(exercise: Exercise, field: Field) -> tuple[str, Iterator[str]]:
    """Field → its type, and the answers it knows in the order they are compared."""
    match field.response:
        case Number() as number:
            return "NUMERICAL", _numbers(exercise, field, number)
        case Formula(right):
            return "SHORTANSWER_C", _spelled(right, exercise.lang)
        case Choice(options, right):
            explanations = on_options(exercise, field)
            marks = ("=" if at == right else "" for at in range(len(options)))
            behind = [f"#{_feedback(explanations[at])}" if at in explanations else "" for at in range(len(options))]
            kind = "MULTICHOICE_H" if any(option.formula for option in options) else "MULTICHOICE_V"
            texts = [escaped(markup(option.text)) for option in options]
            return kind, ("".join(parts) for parts in zip(marks, texts, behind, strict=True))


def _numbers(exercise: Exercise, field: Field, number: Number) -> Iterator[str]:
    yield f"={decimal(number.right)}:{decimal(number.tolerance)}"
    for mistake in known_mistakes(exercise, field):
        yield f"%0%{decimal(mistake.answer)}:{decimal(mistake.tolerance)}#{_feedback(mistake.feedback)}"
    yield f"%0%*#{_feedback(phrase('mark.unmatched', exercise.lang))}"


def _feedback(text: Text) -> str:
    """Feedback → plain text: Moodle shows it in a box that opens too late for its filter of mathematics."""
    return escaped(words(plain(text)))


def _spelled(right: str, lang: str) -> Iterator[str]:
    for spelling in spellings(right):
        yield "=" + escaped(spelling.replace("*", r"\*"))  # plain text, in which a star alone stands for any letters
    yield f"%0%*#{escaped(words(say('quiz.unspelled', lang)))}"


def escaped(markup: str) -> str:
    """HTML → the same within a field, whose text is taken for HTML that an editor has quoted once more.

    >>> escaped("a < b } c # d ~ e")
    'a &lt; b \\\\} c \\\\# d &#126; e'
    """
    quoted = words(markup.replace("}", r"\}").replace("#", r"\#")).replace('"', "&quot;")
    return quoted.replace("~", "&#126;")
