"""Exercise → a web page to fill in that saves a file of answers; nothing in it was made from an answer.

Nothing is fetched or sent. Without JavaScript it is a sheet to print. Answers and solutions are pages of the self-test.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from html import escape
from importlib.resources import files

from graphviz_ad.exercises.graded.receipts import SCHEMA
from graphviz_ad.exercises.identity import sheet_of
from graphviz_ad.exercises.registry import Files, Sheet
from graphviz_ad.exercises.selftest import page as selftest
from graphviz_ad.exercises.selftest.webform import Form
from graphviz_ad.exercises.sheets.fillable_graph import FillableGraph, fillable_graph
from graphviz_ad.exercises.sheets.printed import mark, on_numbers
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Exercise, Field, Formula, Number
from graphviz_ad.messages.catalogue import between, say, tag

SHARED = ("sha256.js", "fields.js", "storage.js")
"""Scripts of the self-test that this page has as well."""
_MESSAGES = ("progress", "who", "save.left", "receipt.about", "receipt.changed", "reset.sure")
"""Keys of the texts that the script needs, without their prefix in the catalogue (`graded`)."""
_READING = ("unreadable", "comma", "name", "array")
"""Keys of the messages about an answer that cannot be read, without their prefix (`selftest`)."""
_STORE_DIGITS = 16
"""Hexadecimal digits by which what is typed is kept: pages that are opened as files share one store."""


def handout(exercises: Sequence[Exercise], name: str, sheet: Sheet) -> Files:
    """One exercise → its page to fill in, or the answers or the worked solutions as a page to read."""
    if sheet != "blank":
        return selftest.handout(exercises, name, sheet)
    exercise = exercises[0]
    form, laid = Form(exercise), fillable_graph(exercise)
    script = selftest.reader() + "".join(map(selftest.file_text, SHARED)) + _file("graded.js")
    rules = _file("graded.css") + selftest.places(exercise, laid)
    return [(f"{name}.graded.html", selftest.page_of(form, _body(form, laid), rules, script).encode())]


def _body(form: Form, laid: FillableGraph) -> str:
    """The sheet: who fills it in, the graph, the questions, the file that is saved."""
    exercise, lang = form.exercise, form.lang
    data = json.dumps(_data(exercise), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    number_notes = (escape(plain(text)) for text in on_numbers(exercise))
    about = between("language.gap", lang).join((_say("about", lang), *number_notes))
    asked = "".join(form.asked(number, question) for number, question in enumerate(exercise.questions, 1))
    return f"""<p class="quiet">{escape(mark(exercise))}</p>
<noscript><p>{_say("noscript", lang)}</p></noscript>
<p class="about">{about}</p>
<div class="who"><div><label for="student">{_say("student", lang)}</label>\
<input type="text" id="student" autocomplete="name" spellcheck="false" aria-describedby="student-said" \
value="{escape(exercise.student.name)}"><p id="student-said" role="status"></p></div>
<div><label for="ident">{_say("ident", lang)}</label>\
<input type="text" id="ident" autocomplete="off" spellcheck="false" \
value="{escape(exercise.student.ident)}"></div></div>
<p><label class="option"><input type="checkbox" id="comma"> {form.say("comma.option")}</label></p>
{form.figure(laid)}
{asked}<div id="receipt" role="region" aria-labelledby="receipt-head" tabindex="-1" hidden>
<h2 id="receipt-head">{_say("receipt", lang)}</h2><p id="receipt-code"></p>
<p id="receipt-changed" role="status"></p><p id="receipt-about"></p>
<details><summary>{_say("receipt.text", lang)}</summary>\
<textarea id="receipt-text" aria-label="{_say("receipt.file", lang)}" readonly></textarea></details>
<p><button type="button" data-do="again">{_say("again", lang)}</button></p></div>
<div class="bar"><p id="progress" role="status"></p>\
<button type="button" class="first" data-do="save">{_say("save", lang)}</button> \
<button type="button" data-do="reset">{form.say("reset")}</button></div>
{selftest.sure(form)}
<script type="application/json" id="data">{data}</script>"""


def _data(exercise: Exercise) -> dict[str, object]:
    """What the script needs: which sheet and whose it is, what kind of answer each field takes, words."""
    lang, sheet = exercise.lang, sheet_of(exercise)
    words = {key: say(f"graded.{key}", lang) for key in _MESSAGES}
    words |= {key: say(f"selftest.{key}", lang) for key in _READING} | {key: say(key, lang) for key in selftest.UNREAD}
    fields = {field.name: _kind(field) for field in exercise.fields}
    content = json.dumps([sheet, exercise.title, list(fields)])
    return {
        "schema": SCHEMA, "sheet": sheet, "store": hashlib.sha256(content.encode()).hexdigest()[:_STORE_DIGITS],
        "student": {"name": exercise.student.name, "id": exercise.student.ident}, "lang": tag(lang),
        "comma": say("language.decimal", lang) == ",", "fields": fields, "words": words,
    }  # fmt: skip


def _kind(field: Field) -> dict[str, object]:
    """Field → what may be written into it."""
    match field.response:
        case Number():
            return {"type": "number"}
        case Formula(_, names):
            return {"type": "formula", "names": list(names)}
        case _:
            return {"type": "choice"}


def _say(key: str, lang: str) -> str:
    return escape(say(f"graded.{key}", lang))


def _file(name: str) -> str:
    return (files("graphviz_ad.exercises.graded") / name).read_text(encoding="utf-8")
