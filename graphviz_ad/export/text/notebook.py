"""Deck → a Jupyter notebook (nbformat 4.5): the formula, the code that follows it, and the pictures it makes.

The outputs stored are those that running the cells gives, so that it can be read where nothing runs. Nothing in it
depends on the day, on chance, or on the libraries that are installed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.passes import active_nodes
from graphviz_ad.autodiff.statements import StatementSteps
from graphviz_ad.check.table import check
from graphviz_ad.diagram.draw import draw
from graphviz_ad.diagram.header import MAX_SET_NODES, written_statements
from graphviz_ad.diagram.picture import Deck, Picture
from graphviz_ad.diagram.selection import as_options
from graphviz_ad.diagram.slides import Slide, markdown, slides
from graphviz_ad.diagram.symbolic_picture import symbolic_picture
from graphviz_ad.diagram.theme import THEMES
from graphviz_ad.explain.explanation import explain
from graphviz_ad.explain.expression import reading
from graphviz_ad.export.deck_files import DeckFiles, PicturesDone
from graphviz_ad.export.image.bundle import PNG, TEXT
from graphviz_ad.export.text.cells import Notebook, arguments_of, mapping, pictured, printed, python
from graphviz_ad.language.number_format import DEFAULT_ENTRIES
from graphviz_ad.language.printer import LATEX, write
from graphviz_ad.language.tree import DERIVATIVE, NAME, VALUE, Tree
from graphviz_ad.messages.catalogue import SOURCE
from graphviz_ad.values import Value

if TYPE_CHECKING:
    from graphviz_ad.autodiff.trace import Trace

_PARTNERS = ("complex-step", "finite-difference", "paths")
"""Checks that compute the same numbers: those that every installation has."""
_MAX_SVG_STEPS = 40
"""Steps up to which pictures are kept as SVG too: with more of them the notebook is too large where it is shown."""
_MAX_ENTRIES = 9
"""Entries of an array up to which it is changed in the exercise: more than 3 × 3 would be elided in its text."""


def deck(deck: Deck, numbers: Sequence[int], folder: str, tell: PicturesDone) -> DeckFiles:
    """Deck → a notebook that draws the frames of those numbers, explains them and checks them."""
    trace, style = deck.trace, deck.style
    notebook = Notebook(style.lang)
    look = _look(deck)
    options = {name: getattr(style, name) for name in ("theme", "lang", "direction", "fit")}
    options |= {"digits": int(style.digits), "numbers": style.digits.style, "entries": style.digits.entries}
    options["backward_graph"] = style.backward_graph
    title, formula = notebook.say("title"), _formula(trace)
    notebook.text(f"# {title}\n\n{formula}\n\n{notebook.say('about')}")
    names = "Limits, parse" if "limits" in trace.graph.asked else "parse"
    drawn = pictured(lambda: symbolic_picture(trace.graph), repr(trace.graph))
    notebook.code(f"from graphviz_ad import {names}\n\ngraph = parse({arguments_of(trace.graph)})\ngraph", drawn)
    notebook.text(f"## {notebook.say('values')}")
    begin, call = _run(trace)
    run = f"{begin}values = {_mapping(trace)}\ntrace = {call.format('values')}{_calling(trace)}\n"
    last = draw(trace, **options)
    shown = pictured(lambda: last, last.spoken if look else repr(trace))
    notebook.code(f"{run}trace.draw({look})" if look else f"{run}trace", shown)
    notebook.text(f"## {notebook.say('player')}\n\n{notebook.say('player.about')}")
    played = replace(style, fit="page" if style.fit == "graph" else style.fit)
    first = Picture(Deck(trace, played, selection=deck.selection), numbers[0])
    selected = as_options(deck.selection)
    shown_steps = ", ".join(f"{name}={json.dumps(value)}" for name, value in selected.items())
    arguments = ", ".join(filter(None, (look, shown_steps)))
    notebook.code(f"trace.player({arguments})", pictured(lambda: first, first.spoken))
    notebook.text(f"## {notebook.say('steps')}")
    kinds = None if len(numbers) <= _MAX_SVG_STEPS else (PNG, TEXT)
    for done, slide in enumerate(slides(deck, numbers), 1):
        step = slide.number if slide.number <= len(trace.steps) else None
        notebook.text(_step(slide))
        by = deck.selection.by if isinstance(deck.frames[slide.number].step, StatementSteps) else "edge"
        asked = ("" if step is None else f"step={step}", look, "" if by == "edge" else f'by="{by}"')
        arguments = ", ".join(filter(None, asked))
        picture = draw(trace, step, by=by, **options)
        notebook.code(f"trace.draw({arguments})", pictured(lambda: picture, picture.spoken, kinds))  # noqa: B023
        tell(done)
    notebook.text(f"## {notebook.say('table')}")
    lang = f'lang="{style.lang}"' if style.lang != SOURCE else ""
    notebook.code(f"print(trace.explain({lang}).table())", printed(explain(trace, style.lang).table()))
    notebook.text(f"## {notebook.say('check')}\n\n{notebook.say('check.about')}")
    named = ", ".join(f'"{name}"' for name in _PARTNERS)
    notebook.code(f"print(trace.check({named}))", printed(str(check(trace, _PARTNERS))))
    for text, code in _exercise(trace, call, look, notebook):
        notebook.text(text)
        notebook.code(code)
    return notebook.file(deck.title), []


def _formula(trace: Trace) -> str:
    """Trace → its statements as Markdown."""
    if len(trace.graph.program.tree) > MAX_SET_NODES:
        return "".join(f"    {line}\n" for line in trace.graph.source.text.splitlines())
    return "\n\n".join(f"$$\n{statement}\n$$" for statement in written_statements(trace, LATEX))


def _step(slide: Slide) -> str:
    """Words of a step → Markdown."""
    equation = [f"$$\n{slide.latex}\n$$"] if slide.latex else []
    return "\n\n".join(filter(None, [f"### {markdown(slide.heading)}", *equation, markdown(slide.sentence)]))


def _look(deck: Deck) -> str:
    """Deck → its look, as far as it is not the usual one, as arguments in Python."""
    style = deck.style
    theme = style.theme.name if THEMES.get(style.theme.name) == style.theme else "light"
    chosen = {
        "theme": (theme, "light"), "lang": (style.lang, SOURCE), "digits": (int(style.digits), 4),
        "numbers": (style.digits.style, "decimal"), "entries": (style.digits.entries, DEFAULT_ENTRIES),
        "direction": (style.direction, "LR"), "fit": (style.fit, "graph"),
    }  # fmt: skip
    words = [f"{name}={json.dumps(value)}" for name, (value, usual) in chosen.items() if value != usual]
    return ", ".join([*words, *(["backward_graph=True"] if style.backward_graph else [])])


def _run(trace: Trace) -> tuple[str, str]:
    """Trace → an import if one is needed, and the call that made it, with {} for the values."""
    graph, more = trace.graph, ""
    if trace.active != active_nodes(graph):
        sources = [n for n, args in enumerate(graph.args) if trace.active[n] and not any(trace.active[a] for a in args)]
        more += f", wrt={python([graph.names[node] for node in sources])}"
    if not trace.starts_with_one:
        more += f", upstream={python(trace.seed)}"
    if not more:
        return "", "graph.run({})"
    return "from graphviz_ad import run\n\n", f"run(graph, {{}}{more})"


def _calling(trace: Trace) -> str:
    """Trace → what adds its calls on .grad to it."""
    if trace.calls is None:
        return ""
    calls = [*(f"{name}.retain_grad" for name in trace.calls.retained), "backward", *trace.calls.later]
    return f".calling({python(calls)})"


def _mapping(trace: Trace) -> str:
    """Trace → the values of its inputs as a dict in Python."""
    return mapping({name: trace.values[node] for name, node in trace.graph.inputs.items()})


def _exercise(trace: Trace, call: str, look: str, notebook: Notebook) -> list[tuple[str, str]]:
    """Trace → the text that asks for a gradient at another value, and the code that answers; nothing without inputs."""
    graph = trace.graph
    candidates = [
        (math.prod(trace.shape(node)), node, name)
        for name, node in graph.inputs.items()
        if trace.grads[node] is not None
    ]
    if not candidates or min(candidates)[0] > _MAX_ENTRIES:
        return []
    _, node, name = min(candidates)
    other, quoted = _changed(trace.values[node]), json.dumps(name, ensure_ascii=False)
    tree = Tree()
    dialect = reading(LATEX, 4)
    gradient = write(tree, tree.add(DERIVATIVE, (graph.names[graph.output], name)), dialect)
    value = write(tree, tree.add(NAME, name), dialect) + " = " + write(tree, tree.add(VALUE, other), dialect)
    text = notebook.say("change.about").format(gradient=f"${gradient}$", value=f"${value}$")
    code = f"other = {call.format(f'values | {{{quoted}: {python(other)}}}')}\nprint(other.grad({quoted}))\n"
    return [(f"## {notebook.say('change')}\n\n{text}", f"{code}other.draw({look})" if look else f"{code}other")]


def _changed(value: Value) -> Value:
    """Number or array → the same with its first number one larger."""
    if isinstance(value, float):
        return value + 1
    other = value.copy()
    other.flat[0] += 1
    return other
