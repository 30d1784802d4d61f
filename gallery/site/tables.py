"""What the program knows of itself → pages and parts of pages: mistakes, formats, colours, the trace, speed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

import graphviz_ad
from gallery.example import HERE
from gallery.site.commands import escaped
from gallery.site.words import words
from graphviz_ad.diagram.theme import THEMES, Theme
from graphviz_ad.explain.record import record
from graphviz_ad.export.registry import DECKS
from graphviz_ad.messages.catalogue import say
from graphviz_ad.misconceptions.backward import BACKWARD
from graphviz_ad.misconceptions.forward import FORWARD
from graphviz_ad.misconceptions.learning import OF_KIND, LearningMistake

ROOT = HERE.parent
_RATIOS = "<!-- ratios -->", "<!-- /ratios -->"
"""Marks around the table of speeds, in a text beside the README."""


def pages(lang: str) -> dict[str, str]:
    """Language → pages, and parts of pages that others include, by their paths."""
    return {
        "reference/misconceptions.md": misconceptions(lang),
        "reference/python-names.inc": python_names(),
        "reference/trace-fields.inc": trace_fields(),
        "reference/themes.inc": themes(),
        "reference/sepia.toml": (HERE / "themes" / "sepia.toml").read_text(encoding="utf-8"),
        "howto/formats.inc": formats(),
        "explanation/ratios.inc": ratios(),
    }


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Head and rows of cells in Markdown → a table."""
    cells = list(head)
    lines = [cells, ["---"] * len(cells), *map(list, rows)]
    return "\n".join("| " + " | ".join(cell.replace("\n", " ") for cell in line) + " |" for line in lines) + "\n"


def misconceptions(lang: str) -> str:
    """Language → the page of the mistakes that the program knows, in the order of its catalogue."""
    text, known = words(lang), dict[str, LearningMistake]()
    for mistakes in OF_KIND.values():
        known |= {mistake.name: mistake for mistake in mistakes}
    parts = [f"# {text['mistakes']}", text["mistakes_intro"]]
    for head, group in (("forward", FORWARD), ("backward", BACKWARD), ("learning", known.values())):
        rows = [(escaped(say(f"mistake.{mistake.name}", lang)), escaped(mistake.says)) for mistake in group]  # type: ignore[attr-defined]
        parts += [f"## {text[f'{head}_mistakes']}", table((text["mistake"], text["means"]), rows)]
    return "\n\n".join(parts)


def formats() -> str:
    """→ the table of formats of decks."""
    rows = [(f"`deck.{kind}`", format.opens.replace("|", "\\|"), format.extra) for kind, format in DECKS.items()]
    return table(("`-o`", "what opens it", "extra"), rows)


def themes() -> str:
    """→ the colours of each theme by what they mean."""
    colours = [field.name for field in fields(Theme) if field.name not in ("name", "sizes", "fonts")]
    rows = [(f"`{colour}`", *(f"`{getattr(theme, colour)}`" for theme in THEMES.values())) for colour in colours]
    return table(("colour", *THEMES), rows)


_FIELDS: dict[str, dict[str, str]] = {
    "the record": {
        "schema": "`graphviz-ad/trace/1`; the number changes where its readers would no longer understand it",
        "formula": "the text of the formula",
        "output": "the `id` of the output",
        "nodes": "the nodes in topological order: a node stands behind all it is computed from",
        "edges": "the edges, by the node they lead to",
        "steps": "the steps of the forward pass, then those of the backward pass",
        "gradients": "for each input its gradient; `null` where the output does not depend on it",
        "warnings": "a sentence for each value or gradient that is not finite",
    },
    "a node": {
        "id": "its position in `nodes`",
        "name": "its name in the formula, or `v1`, `v2` … where it has none",
        "op": "the operation, `input`, or `constant`",
        "inputs": "the `id`s of its arguments, in order: `x*x` names `x` twice",
        "shape": "its shape, `[]` for a number",
        "value": "its value",
        "grad": "its gradient; `null` where none reaches it",
    },
    "an edge": {
        "from": "the `id` of the argument",
        "to": "the `id` of the operation",
        "slot": "the place among its arguments, counted from 0",
        "partial": "the local derivative as text; where whole arrays act, what is sent back for the gradient `g`",
        "partial_latex": "the same in LaTeX",
        "local": "the value of the local derivative; where whole arrays act, the Jacobian, or `null`",
        "upstream": "the gradient that arrives at `to`",
        "contribution": "what the edge adds to the gradient of `from`",
    },
    "a step": {
        "k": "its number, from 1",
        "phase": "`forward` or `backward`; of an update of training also `update`",
        "kind": "what happens: `evaluate`, `seed`, `pull` (over one edge), `accumulate` (contributions are added up) …",
        "node": "the `id` of the node it is about",
        "to": "the `id` of the node whose edge it goes over, or `null`",
        "slot": "the slot of this edge, or `null`",
        "symbolic": "its equation in names",
        "substituted": "the equation with the numbers in it",
        "result": "the result",
        "text": "the step in one sentence, in the language of `--lang`",
    },
}
"""Fields of the record of a trace and what they hold; they are compared with a record when the page is made."""


def trace_fields() -> str:
    """→ the tables of the fields, which are those of a record."""
    made = record(graphviz_ad.parse("L = (w*x - y)^2").run(w=2, x=3, y=4), "en")
    found = (made, made["nodes"][0], made["edges"][0], made["steps"][0])
    parts = list[str]()
    for (title, told), entry in zip(_FIELDS.items(), found, strict=True):
        assert list(told) == list(entry), f"{title}: {list(entry)} are there, {list(told)} are described"
        parts += [
            f"## {title.capitalize()}",
            table(("field", "holds"), ((f"`{name}`", said) for name, said in told.items())),
        ]
    return "\n\n".join(parts)


_FIRST = ("parse", "run", "Graph", "Trace", "Picture")
"""Names with which one begins; the others follow in their order."""
_HIDDEN = "of, fail, fail_missing, require, require_finite, describe_not_finite, set_state, add_note, with_traceback"
"""Methods that other parts of the program need, and no reader."""


def python_names() -> str:
    """→ the entry of each public name, for autodoc."""
    parts = list[str]()
    for name in [*_FIRST, *sorted(set(graphviz_ad.__all__) - set(_FIRST), key=str.lower)]:
        kind = "class" if isinstance(getattr(graphviz_ad, name), type) else "function"
        how = {"GraphvizADError": "exception"}.get(name, kind)
        lines = [f".. auto{how}:: graphviz_ad.{name}"]
        if how == "class":
            inherited = [] if name == "Player" else ["   :inherited-members:"]
            lines += ["   :members:", f"   :exclude-members: __init__, {_HIDDEN}", *inherited]
        parts.append("\n".join([f"## {name}", "", "```{eval-rst}", *lines, "```"]))
    return "\n\n".join(parts) + "\n"


def ratios() -> str:
    """→ the table of speeds that the benchmarks wrote into a text of the repository."""
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "tests").glob("**/*.md")]):
        text = path.read_text(encoding="utf-8")
        if all(f"\n{mark}\n" in text for mark in _RATIOS):
            return text.partition(_RATIOS[0] + "\n")[2].partition(_RATIOS[1])[0]
    raise LookupError(f"no text has {_RATIOS[0]}, where python -m tests.benchmarks.ratios --write puts its table")
