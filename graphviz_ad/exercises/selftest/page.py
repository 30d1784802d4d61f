"""Exercise → one web page: a self-test that checks what is filled in, or a sheet with the answers or the solutions.

Nothing is fetched. Without JavaScript, and on paper, the self-test is a blank sheet. What its source keeps from whom
is said in `exercises/sealing.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from urllib.parse import quote

from graphviz_ad.diagram.header import written_statements
from graphviz_ad.diagram.style import make_style
from graphviz_ad.diagram.theme import LIGHT
from graphviz_ad.exercises.questions.kinds import KINDS
from graphviz_ad.exercises.registry import Files, Sheet
from graphviz_ad.exercises.selftest import tables
from graphviz_ad.exercises.selftest.selfcheck import Checks
from graphviz_ad.exercises.selftest.webform import Form, id_of, size_of
from graphviz_ad.exercises.sheets.figures import Figure, finished
from graphviz_ad.exercises.sheets.fillable_graph import FillableGraph, fillable_graph, variable_theme
from graphviz_ad.exercises.sheets.printed import given, on_numbers, printed, rows
from graphviz_ad.explain.phrase import phrase, plain
from graphviz_ad.export.player.shell import colour_rules, mathematics_look, player_file, policy
from graphviz_ad.items.model import Exercise, Question
from graphviz_ad.language.mathml import MATHML
from graphviz_ad.messages.catalogue import between, say, tag
from graphviz_ad.tracing import functions

PLAYERS = ("numbers.js", "special.js")
"""What a page of the player computes with, and a self-test too."""
READERS = ("stack.js", "words.js", "reader.js", "sides.js", "latex.js", "commands.js", "evaluate.js")
"""What reads an answer, each with what those before it have."""
SCRIPTS = ("sha256.js", "sealing.js", "fields.js", "storage.js", "carry.js", "mastery.js", "verdicts.js", "selftest.js")
"""What the self-test itself does, behind what it computes with and reads answers with."""
SCALE = 1.1
"""Pixels for a unit of the picture."""
_READABLE = 0.8
"""Least pixels for a unit of the finished picture."""
_PAPER = 660.0
"""Pixels across a sheet of A4 within its margins."""
TO_PASS = 3
"""Sheets of a level, with numbers of their own, that are right without a solution having been seen, to pass it."""
_MESSAGES = (
    "right", "wrong", "unreadable", "comma", "name", "array", "progress", "missing", "hint", "attempt", "giveup",
    "show", "giveup.sure", "reset.sure", "passed", "solved",
)  # fmt: skip
"""Keys of the texts that the script needs, without their prefix in the catalogue (`selftest`)."""
UNREAD = ("read.name", "read.many", "read.formula")
"""Keys of what is said of an answer that cannot be read, as `mark` says it."""
_MARKS = ("carried", "carried.trivial", "unmatched.alone", "several", "sign", "point")
"""Keys of what the script says of an answer that is not simply right, without their prefix (`mark`)."""


def handout(exercises: Sequence[Exercise], name: str, sheet: Sheet, following: str = "") -> Files:
    """One exercise → its self-test, or the answers or the worked solutions as a page to read.

    A self-test leads to the page `following`, which has other numbers, when it is done or given up.
    """
    exercise = exercises[0]
    form = Form(exercise)
    if sheet == "blank":
        laid = fillable_graph(exercise)
        page = page_of(form, _selftest(form, laid, following), places(exercise, laid), _script())
    else:
        drawn = finished(exercise, make_style(variable_theme(), form.lang, exercise.digits))
        narrowest = f".finished svg{{min-width:{_READABLE * drawn.width:.0f}px}}"  # else it is scrolled
        page = page_of(form, _answers(form, sheet, drawn), narrowest, "")
    return [(f"{name}.html", page.encode())]


def page_of(form: Form, body: str, rules: str, script: str) -> str:
    """Body, rules for its style and a script → the whole file."""
    style = colour_rules(LIGHT) + mathematics_look() + file_text("selftest.css") + rules
    title, trace = escape(form.exercise.title), form.exercise.trace
    formula = " ".join(map(form.teller.math, written_statements(trace, MATHML)))
    inputs = say("list", form.lang).join(map(form.text, given(form.exercise)))
    inputs = inputs.replace("[<math", "[&NoBreak;<math")  # a line may end after an entry only
    return f"""<!DOCTYPE html>
<html lang="{tag(form.lang)}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy(style, *filter(None, [script]))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style></head>
<body><main><h1 aria-label="{title}">{formula}</h1>
<p class="given">{form.say("inputs")}{between("language.colon", form.lang)}{inputs}</p>
{body}
</main>{f"<script>{script}</script>" if script else ""}</body></html>
"""


# -- the self-test ----------------------------------------------------------------------------------------------------


def _selftest(form: Form, laid: FillableGraph, following: str) -> str:
    """The sheet to fill in: the graph, the questions, and what the script needs."""
    data = _data(form)
    packed = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    key = hashlib.sha256(packed.encode()).hexdigest()[:16]
    number_notes = map(form.text, on_numbers(form.exercise))
    asked = "".join(form.question(number, question) for number, question in enumerate(form.exercise.questions, 1))
    carried = form.say("uncarried" if data["recipe"] is None else "carries")
    about = between("language.gap", form.lang).join((form.say("about"), *number_notes, carried))
    link = f'<a id="next" href="{escape(quote(following))}" hidden>{form.say("next")}</a>' if following else ""
    return f"""<noscript><p>{form.say("noscript")}</p></noscript>
<p class="about">{about}</p>
<p><label class="option"><input type="checkbox" id="comma"> {form.say("comma.option")}</label></p>
{form.figure(laid)}
<p id="said" role="status"></p>
{asked}<p id="passed" role="status"></p>
<div class="bar"><p id="progress" role="status"></p>{link}\
<button type="button" data-do="check">{form.say("check")}</button> \
<button type="button" data-do="reset">{form.say("reset")}</button></div>
{sure(form)}
<script type="application/json" id="data" data-key="{key}">{packed}</script>"""


def sure(form: Form) -> str:
    """A question that is answered with yes or no, whose words the script brings."""
    return f"""<dialog id="sure" aria-labelledby="sure-text"><p id="sure-text"></p>\
<button type="button" data-do="yes">{form.say("yes")}</button> \
<button type="button" data-do="no">{form.say("no")}</button></dialog>"""


def _data(form: Form) -> dict[str, object]:
    """What the script needs: the checks, what is shown when it is asked for, and words."""
    checks, lang = Checks(form.exercise, form.text), form.lang
    words = {key: say(f"selftest.{key}", lang) for key in _MESSAGES}
    words |= {key: say(key, lang) for key in UNREAD}
    words |= {f"mark.{key}": plain(phrase(f"mark.{key}", lang)) for key in _MARKS}
    return checks.data() | {
        "lang": lang,
        "level": form.exercise.level,
        "sheets": TO_PASS,
        "comma": say("language.decimal", lang) == ",",
        "questions": {question.name: _sealed(form, checks, question) for question in form.exercise.questions},
        "words": words,
    }


def _sealed(form: Form, checks: Checks, question: Question) -> dict[str, object]:
    """What a question shows when it is asked to: hints, given lines, the solution."""
    name, seal = question.name, checks.sealed
    return {
        "hints": [seal(f"{name}|hint|{n}", form.text(hint)) for n, hint in enumerate(question.hints)],
        "given": seal(f"{name}|given", form.items(question.given if KINDS[question.kind].other else ())),
        "solution": seal(f"{name}|solution", form.solution(question)),
    }


def places(exercise: Exercise, laid: FillableGraph) -> str:
    """Exercise and its board → rules that put fields in their places, since a policy allows no style of an element."""
    rules = [f".board{{width:{_px(laid.width)};height:{_px(laid.height)}}}"]
    for name, (x0, y0, x1, y1) in laid.fields.items():
        size = f"width:{_px(x1 - x0)};height:{_px(y1 - y0)}"
        rules.append(f"#g-{id_of(name)}{{left:{_px(x0)};top:{_px(y0)};{size}}}")
    for question in exercise.questions:
        for row in rows(exercise, question, "blank"):
            high, wide, size = len(row.cells), len(row.cells[0]), size_of(row)
            rules.append(f".{size}{{grid-template-columns:.4rem repeat({wide},minmax(3.5rem,6rem) 1rem) .4rem}}")
            rules.append(f".{size}::before,.{size}::after{{grid-row:1/span {high}}}")
    zoom = min(1.0, _PAPER / (SCALE * laid.width))
    return "".join(dict.fromkeys(rules)) + f"@media print{{.board{{zoom:{zoom:.3g}}}}}"


def _px(units: float) -> str:
    return f"{round(SCALE * units, 1):g}px"


# -- sheets to read ---------------------------------------------------------------------------------------------------


def _answers(form: Form, sheet: Sheet, drawn: Figure) -> str:
    """The answers, or the worked solutions, under the finished graph."""
    parts = [f'<figure class="finished">{form.scrolled(drawn.svg)}</figure>']
    pairs = zip(form.exercise.questions, printed(form.exercise, sheet).parts, strict=True)
    for number, (question, part) in enumerate(pairs, 1):
        given = f'<ul class="worked">{form.items(question.given)}</ul>' if question.given else ""
        parts.append(
            f'<section class="question"><h2>{form.say("question", n=number)}</h2>'
            f'<p class="prompt">{form.text(question.prompt)}</p>{given}{form.worked(part, question)}</section>'
        )
    return "\n".join(parts)


def _script() -> str:
    """→ what the page computes with, and what it does."""
    return reader() + "".join(map(file_text, SCRIPTS))


def reader() -> str:
    """→ JavaScript that reads answers, `readFormula` and `readNumber`: the player's arithmetic, what is made from the
    rows of the operations and the tables of the language, and the pass over a text."""
    return "".join(map(player_file, PLAYERS)) + functions.script() + tables.script() + "".join(map(file_text, READERS))


def file_text(name: str) -> str:
    """Name of a script or a style beside this module → its text."""
    return (files("graphviz_ad.exercises.selftest") / name).read_text(encoding="utf-8")
