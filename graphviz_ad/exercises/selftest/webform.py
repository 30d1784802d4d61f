"""Questions of an exercise as HTML: fields to fill in, in a list and on the graph, and what is right."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from graphviz_ad.exercises.questions.kinds import KINDS
from graphviz_ad.exercises.sheets.fillable_graph import FillableGraph, bare_graph
from graphviz_ad.exercises.sheets.key import letter_of, right_math
from graphviz_ad.exercises.sheets.printed import Part, Row, matrix, rows
from graphviz_ad.explain.phrase import plain
from graphviz_ad.explain.stories import Teller
from graphviz_ad.graph.build import parse
from graphviz_ad.graph.graph import Graph
from graphviz_ad.items.model import Choice, Exercise, Field, Formula, Number, Option, Question, Text
from graphviz_ad.language.mathml import MATHML
from graphviz_ad.messages.catalogue import say

_LEGEND = ("value", "gradient", "local", "contribution")
"""What a field on the graph may ask for, in the order in which the legend lists it."""
_AS_TYPED = 'autocomplete="off" autocapitalize="off" spellcheck="false"'
"""Attributes of a field, by which the browser neither completes nor corrects what is typed."""


def id_of(name: str) -> str:
    """Name of a field → the part of an id that is its."""
    return name.replace(".", "-")


def size_of(row: Row) -> str:
    """Row of an array → the class of what has its size."""
    return f"m{len(row.cells)}x{len(row.cells[0])}"


class Form:
    """Writes an exercise as HTML, in its language."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise, self.lang = exercise, exercise.lang
        self.teller = Teller(exercise.trace, exercise.lang, exercise.digits)

    def say(self, key: str, **fillings: object) -> str:
        """Key without its prefix → the words as HTML."""
        return escape(say(f"selftest.{key}", self.lang).format(**fillings))

    def text(self, text: Text) -> str:
        """Text → HTML, with its mathematics as MathML."""
        return "".join(self.teller.segment(segment, self.lang) for segment in text)

    def items(self, texts: Iterable[Text]) -> str:
        """Texts → items of a list."""
        return "".join(f"<li>{self.text(text)}</li>" for text in texts)

    # -- the graph -----------------------------------------------------------------------------

    def figure(self, laid: FillableGraph) -> str:
        """The graph with the fields that lie on it; those of the list say the same, so these are no tab stops."""
        fields = {field.name: field for field in self.exercise.fields}
        inputs = "".join(
            f'<input type="text" id="g-{id_of(name)}" data-mirror="{name}" tabindex="-1" class="{_what(fields[name])}" '
            f'aria-label="{escape(plain(fields[name].label))}" {_AS_TYPED}>'
            for name in laid.fields
        )
        shown = {_what(fields[name]) for name in laid.fields}
        legend = say("list", self.lang).join(self.say(f"legend.{what}") for what in _LEGEND if what in shown)
        caption = f"<figcaption>{self.say('legend', what=legend)}</figcaption>" if shown else ""
        return f'<figure>{self.scrolled(f"""<div class="board">{laid.svg}{inputs}</div>""")}{caption}</figure>'

    def scrolled(self, content: str) -> str:
        """A picture that may be wider than the window → the same in a box that can be scrolled, also by keyboard."""
        return f'<div class="scroll" tabindex="0" role="group" aria-label="{self.say("graph")}">{content}</div>'

    # -- questions -----------------------------------------------------------------------------

    def question(self, number: int, question: Question) -> str:
        """Question and its number → its section, with hints and the solution on demand."""
        given = ""
        if question.given and KINDS[question.kind].other:
            given = (
                f'<p><button type="button" data-do="given">{self.say("given")}</button> '
                f'<span class="quiet">{self.say("given.about")}</span></p><ul class="worked" hidden></ul>'
            )
        hint = self.say("hint", n=1, of=len(question.hints))
        tools = f"""<p class="tools"><button type="button" data-do="hint">{hint}</button> \
<button type="button" data-do="solution">{self.say("giveup")}</button></p>
<ol class="hints" hidden></ol><div class="solution" tabindex="-1" hidden></div>"""
        return self.asked(number, question, given, tools)

    def asked(self, number: int, question: Question, given: str = "", after: str = "") -> str:
        """Question and its number → its section: what is asked, what is given unless that is brought, the fields."""
        name, allowed = question.name, ""
        if question.given and not given:
            given = f'<ul class="with">{self.items(question.given)}</ul>'
        names = [field.response.names for field in question.fields if isinstance(field.response, Formula)]
        if names:
            allowed = f'<p class="quiet">{self.say("names", names=", ".join(names[0]))}</p>'
        fields = "".join(self._row(question, row) for row in rows(self.exercise, question, "blank"))
        return f"""<section class="question" id="{name}" aria-labelledby="{name}-head">
<h2 id="{name}-head">{self.say("question", n=number)}</h2>
<p class="prompt" id="{name}-ask">{self.text(question.prompt)}</p>{given}{allowed}\
<ul class="fields{" formulas" if names else ""}">{fields}</ul>
{after}</section>
"""

    def _row(self, question: Question, row: Row) -> str:
        """What is filled in together: fields, or the entries of an array where they stand in it."""
        fields = {field.name: field for field in question.fields}
        names = [cell.name for cells in row.cells for cell in cells]
        if len(names) == 1:
            return self._field(question, fields[names[0]])
        entries = "".join(self._entry(fields[name]) for name in names)
        named = f"<span>{self.text(row.label)} =</span>"
        return f'<li class="array">{named}<ul class="matrix {size_of(row)}">{entries}</ul></li>'

    def _entry(self, field: Field) -> str:
        """A field in an array, which is called by its whole label where it is not seen in its place."""
        name = id_of(field.name)
        *_, (_, entry) = field.label
        return (
            f'<li data-field="{field.name}"><label class="unseen" for="f-{name}">{self.text(field.label)} =</label>'
            f'<input type="text" id="f-{name}" aria-label="{escape(plain(field.label))}" aria-describedby="b-{name}" '
            f'{_AS_TYPED}><span class="mark" aria-hidden="true"></span>'
            f'<p class="feedback" id="b-{name}" data-entry="{escape(str(entry).strip())}"></p></li>'
        )

    def _field(self, question: Question, field: Field) -> str:
        """A field of the list, with a place for the feedback on its answer."""
        name = id_of(field.name)
        feedback = f'<span class="mark" aria-hidden="true"></span><p class="feedback" id="b-{name}"></p>'
        if isinstance(field.response, Choice):
            return f'<li data-field="{field.name}">{self._choice(question, field, field.response)}{feedback}</li>'
        named = (
            f'aria-label="{escape(plain(field.label))}"' if field.label else f'aria-labelledby="{question.name}-ask"'
        )
        label = f'<label for="f-{name}">{self.text(field.label)} =</label>' if field.label else ""
        return (
            f'<li data-field="{field.name}">{label}<input type="text" id="f-{name}" {named} '
            f'aria-describedby="b-{name}" {_AS_TYPED}>{feedback}</li>'
        )

    def _choice(self, question: Question, field: Field, choice: Choice) -> str:
        name = id_of(field.name)
        options = "".join(
            f'<label><input type="radio" name="f-{name}" value="{number}"{_name(option)}> '
            f"{self._option(number, option)}</label>"
            for number, option in enumerate(choice.options)
        )
        by = "" if field.label else f' aria-labelledby="{question.name}-ask"'
        legend = f"<legend>{self.text(field.label)}</legend>" if field.label else ""
        return f'<fieldset{by} aria-describedby="b-{name}">{legend}{options}</fieldset>'

    def _option(self, number: int, option: Option) -> str:
        """An option: its words, or a picture of a graph, which is also told in words."""
        if option.formula is None:
            return f"<span>{self.text(option.text)}</span>"
        graph = parse(option.formula)
        drawn = bare_graph(graph, self.lang).svg
        description = escape(_description(graph))
        return f'{letter_of(number)} <span role="img" class="small" aria-label="{description}">{drawn}</span>'

    # -- what is right -------------------------------------------------------------------------

    def solution(self, question: Question) -> str:
        """Question → how it is solved, and the answers."""
        return f"{self._steps(question.solution)}{self.answers(question)}"

    def worked(self, part: Part, question: Question) -> str:
        """Question as it is printed → its answers, and how it is solved but for steps that stand at an earlier one."""
        above = f"<p>{escape(part.above)}</p>" if part.above else ""
        return f"{self.answers(question)}{self._steps(part.solution) if part.solution else ''}{above}"

    def _steps(self, lines: Iterable[Text]) -> str:
        return f"<h3>{self.say('solution')}</h3><ol>{self.items(lines)}</ol>"

    def answers(self, question: Question) -> str:
        """Question → the right answers to its fields."""
        fields = {field.name: field for field in question.fields}
        answers = "".join(
            f"<li>{self._answer(fields[row.name]) if row.name in fields else self._array(row)}</li>"
            for row in rows(self.exercise, question, "key")
        )
        return f'<h3>{self.say("answers")}</h3><ul class="answers">{answers}</ul>'

    def _answer(self, field: Field) -> str:
        sign = ": " if isinstance(field.response, Choice) else " = "
        label = f"{self.text(field.label)}{sign}" if field.label else ""
        if isinstance(field.response, Choice):
            option = self._option(field.response.right, field.response.options[field.response.right])
            return f"{label}<strong>{option}</strong>"
        return f"{label}<strong>{self.teller.math(right_math(field, self.exercise.digits).write(MATHML))}</strong>"

    def _array(self, row: Row) -> str:
        """The right answers of an array → the array."""
        return f"{self.text(row.label)} = <strong>{self.teller.math(matrix(row, MATHML))}</strong>"


def _what(field: Field) -> str:
    """What a field on the graph asks for."""
    assert isinstance(field.response, (Number, Formula))
    assert field.response.quantity is not None
    return field.response.quantity.what


def _name(option: Option) -> str:
    """Option in words → what its button is called, since not every reader reads mathematics."""
    return "" if option.formula else f' aria-label="{escape(plain(option.text))}"'


def _description(graph: Graph) -> str:
    """Graph → its operations, numbered, each with what it is of: `1 = multiply(w, x); 2 = add(1, b)`."""
    numbers: dict[int, int] = {}
    for node, bound in enumerate(graph.ops):
        if bound is not None:
            numbers[node] = len(numbers) + 1
    return "; ".join(
        f"{number} = {graph.op_name(node)}"
        f"({', '.join(str(numbers.get(arg, graph.names[arg])) for arg in graph.args[node])})"
        for node, number in numbers.items()
    )
