r"""Exercises → an Anki package: a note for each question, with the graph on the front and the steps on the back.

Made by genanki (extra `anki`). The ids of note type and decks are fixed, and a note is known by what is asked, so that
what is imported twice is there once. Formulas are `\( … \)`, which Anki sets with MathJax.
(https://docs.ankiweb.net/importing/packaged-decks.html)
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import count
from typing import Any

from graphviz_ad.diagram.header import written_statements
from graphviz_ad.exercises.formats.banks import (
    Picture,
    has_pictures,
    ident,
    inputs,
    known_mistakes,
    markup,
    option_picture,
    picture,
    right_answers,
    words,
)
from graphviz_ad.exercises.formats.packing import archive
from graphviz_ad.exercises.registry import Files, Sheet
from graphviz_ad.exercises.sheets.printed import Row, rows
from graphviz_ad.items.model import Choice, Exercise, Number, Option, Question
from graphviz_ad.language import numbers
from graphviz_ad.language.printer import LATEX
from graphviz_ad.lazy import optional
from graphviz_ad.messages.catalogue import between, fact, say

_MODEL_ID = 1784203951
"""Drawn once at random, as genanki's manual asks: notes that are imported later belong to the same note type."""
_CHANGED_SECONDS = 1_700_000_000
"""Since 1970, when all notes were changed last: always the same, so that the same exercises give the same bytes."""
_MAX_MISTAKES = 6
"""Known mistakes on the back of a card, the likeliest: it stays short enough to be read in a review."""
_MAX_EXAMPLES = 3
"""Wrong numbers by which a mistake is shown."""
_FIELDS = ("Key", "Exercise", "Picture", "Question", "Hints", "Answer", "Solution", "Mistakes")
"""Of a note: the first one is the key, by which Anki knows notes again."""
_FRONT = "{{Exercise}}{{Picture}}{{Question}}{{Hints}}"
"""Anki's template of what is asked, with fields by name."""
_BACK = "{{FrontSide}}<hr id=answer>{{Answer}}{{Solution}}{{Mistakes}}"
"""Anki's template of what is shown after that, below the front."""
_STYLE = """.card { font: 18px/1.5 sans-serif; max-width: 46em; margin: 0 auto; padding: 0 1em; text-align: left; }
.card img { max-width: 100%; height: auto; background: #fff; }
.card h3 { font-size: 1em; margin: 1em 0 0; }
.card ul, .card ol { margin: .3em 0; padding-left: 1.6em; }
.card li { margin: .35em 0; }
.card .given { opacity: .8; }
"""
"""CSS of both sides of a card."""


def handout(exercises: Sequence[Exercise], name: str, sheet: Sheet) -> Files:
    """Exercises → one package with the deck of them all.

    Raises MissingPartError without genanki.
    """
    genanki: Any = optional("genanki", "anki", "an Anki deck")
    lang = exercises[0].lang
    model = genanki.Model(
        _MODEL_ID, "graphviz-ad", fields=[{"name": field} for field in _FIELDS], css=_STYLE,
        templates=[{"name": "graphviz-ad", "qfmt": _FRONT, "afmt": _BACK}],
    )  # fmt: skip
    deck = genanki.Deck(_MODEL_ID + int(fact(lang, "X-Number", "0")), say("anki.deck", lang))
    media: dict[str, bytes] = {}
    for exercise in exercises:
        for key, fields in _notes(exercise, media):
            deck.add_note(genanki.Note(model=model, fields=fields, guid=key, tags=["graphviz-ad"]))
    first = _CHANGED_SECONDS * 1000 + int(ident(*(note.guid for note in deck.notes)), 16) % 10**11  # of notes and cards
    with closing(sqlite3.connect(":memory:")) as base:
        genanki.Package(deck).write_to_db(base.cursor(), _CHANGED_SECONDS, count(first))
        base.commit()
        collection = base.serialize()
    numbered = {str(number): data for number, data in enumerate(media.values())}
    names = json.dumps(dict(zip(numbered, media, strict=True)))
    return [(f"{name}.apkg", archive({"collection.anki2": collection, "media": names.encode(), **numbered}))]


def _notes(exercise: Exercise, media: dict[str, bytes]) -> Iterator[tuple[str, list[str]]]:
    """Exercise → the key and the fields of the note of each question; its pictures are put to the media."""
    graph = _pictured(picture(exercise, "numbered"), media)
    formula = "&emsp;".join(rf"\({words(statement)}\)" for statement in written_statements(exercise.trace, LATEX))
    given = say("anki.given", exercise.lang) + between("language.gap", exercise.lang) + inputs(exercise)
    about = f'<p>{formula}</p><p class="given">{words(given)}</p>'
    for question in exercise.questions:
        key = ident(exercise.title, inputs(exercise), exercise.lang, str(exercise.seed), question.kind, question.name)
        yield key, [
            f"{words(exercise.title)} · {question.kind} · {key}", about,
            "" if has_pictures(question) else graph,  # which would tell
            _asked(exercise, question, media),
            _hints(exercise, question), _answers(exercise, question),
            _section("solution", exercise, "".join(f"<li>{markup(line)}</li>" for line in question.solution), "ol"),
            _section("mistakes", exercise, "".join(_mistakes(exercise, question)), "ul"),
        ]  # fmt: skip


def _pictured(picture: Picture, media: dict[str, bytes]) -> str:
    """Picture → its element, and its bytes among the media."""
    media[picture.name] = picture.data
    return picture.img("")


def _asked(exercise: Exercise, question: Question, media: dict[str, bytes]) -> str:
    """Question → its HTML: the prompt, lines that are given, fields and options."""
    given = "".join(f"<li>{markup(line)}</li>" for line in question.given)
    parts = [f"<p><b>{markup(question.prompt)}</b></p>", f"<ul>{given}</ul>" if given else ""]
    asked = [row for row in rows(exercise, question, "blank") if not row.options]
    labels = [f"<li>{_numbered(row)} {markup(row.label)}</li>" for row in asked]
    parts.append(f"<ul>{''.join(labels)}</ul>" if len(question.fields) > 1 else "")
    for field in question.fields:
        if isinstance(field.response, Choice):
            options = (_option(option, number, exercise, media) for number, option in enumerate(field.response.options))
            parts.append(f"<p>{markup(field.label)}</p>" if field.label else "")
            parts.append(f'<ol type="A">{"".join(options)}</ol>')
    return "".join(parts)


def _option(option: Option, number: int, exercise: Exercise, media: dict[str, bytes]) -> str:
    if option.formula is None:
        return f"<li>{markup(option.text)}</li>"
    return f"<li>{_pictured(option_picture(option, number, exercise.lang), media)}</li>"


def _hints(exercise: Exercise, question: Question) -> str:
    """Question → its hints, each of which is opened by a click."""
    title = words(say("anki.hint", exercise.lang))
    return "".join(f"<details><summary>{title}</summary>{markup(hint)}</details>" for hint in question.hints)


def _answers(exercise: Exercise, question: Question) -> str:
    return f"<ul>{''.join(f'<li>{answer}</li>' for answer in right_answers(exercise, question))}</ul>"


def _numbered(row: Row) -> str:
    """Row → the number of its box in the picture; of an array the first and the last number."""
    return f"<small>{row.name}</small>"


def _mistakes(exercise: Exercise, question: Question) -> Iterator[str]:
    """Question → items of a list: the feedback on its known mistakes, each behind the wrong numbers it shows in."""
    wrong_numbers: dict[str, list[str]] = {}
    for field in question.fields:
        if isinstance(field.response, Number):
            for mistake in known_mistakes(exercise, field):
                number = numbers.number(mistake.answer, exercise.digits)
                wrong_numbers.setdefault(markup(mistake.feedback), []).append(f"{markup(field.label)} = {number}")
    for feedback, examples in list(wrong_numbers.items())[:_MAX_MISTAKES]:
        more = " …" if len(examples) > _MAX_EXAMPLES else ""
        yield f"<li>{', '.join(examples[:_MAX_EXAMPLES])}{more}: {feedback}</li>"


def _section(key: str, exercise: Exercise, items: str, tag: str) -> str:
    """Items of a list → the list under its heading, nothing where there are none."""
    return f"<h3>{words(say(f'anki.{key}', exercise.lang))}</h3><{tag}>{items}</{tag}>" if items else ""
