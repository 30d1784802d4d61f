"""What the program knows of itself → pages and parts of pages: mistakes, formats, colours, the trace, speed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

import graphviz_ad
from gallery import operations
from gallery.example import HERE
from gallery.site.commands import escaped
from gallery.site.fields import FIELDS
from gallery.site.words import row_text, words
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
    contents = {"reference/operations.md": operations.page(lang)} if lang != "en" else {}  # the English one is a guide
    return contents | {
        "reference/misconceptions.md": misconceptions(lang),
        "reference/python-names.inc": python_names(),
        "reference/trace-fields.inc": trace_fields(lang),
        "reference/themes.inc": themes(lang),
        "reference/sepia.toml": (HERE / "themes" / "sepia.toml").read_text(encoding="utf-8"),
        "howto/formats.inc": formats(lang),
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
        names = {mistake.name: mistake.says for mistake in group}  # type: ignore[attr-defined]
        means = {name: row_text(lang, "mistakes", name, says) for name, says in names.items()}
        rows = [(escaped(say(f"mistake.{name}", lang)), escaped(mean)) for name, mean in means.items()]
        parts += [f"## {text[f'{head}_mistakes']}", table((text["mistake"], text["means"]), rows)]
    return "\n\n".join(parts)


def formats(lang: str) -> str:
    """Language → the table of formats of decks."""
    text = words(lang)
    opens = {kind: row_text(lang, "decks", kind, format.opens).replace("|", "\\|") for kind, format in DECKS.items()}
    rows = [(f"`deck.{kind}`", opens[kind], format.extra) for kind, format in DECKS.items()]
    return table(("`-o`", text["opens"], text["extra"]), rows)


def themes(lang: str) -> str:
    """Language → the colours of each theme by what they mean."""
    colours = [field.name for field in fields(Theme) if field.name not in ("name", "sizes", "fonts")]
    rows = [(f"`{colour}`", *(f"`{getattr(theme, colour)}`" for theme in THEMES.values())) for colour in colours]
    return table((words(lang)["colour"], *THEMES), rows)


def trace_fields(lang: str) -> str:
    """Language → the tables of the fields, which are those of a record."""
    text = words(lang)
    document = record(graphviz_ad.parse("L = (w*x - y)^2").run(w=2, x=3, y=4), "en")
    records = (document, document["nodes"][0], document["edges"][0], document["steps"][0])
    parts = list[str]()
    for (title, meanings), entry in zip(FIELDS[lang].items(), records, strict=True):
        assert list(meanings) == list(entry), f"{title}: {list(entry)} are there, {list(meanings)} are described"
        rows = ((f"`{name}`", meaning) for name, meaning in meanings.items())
        parts += [f"## {title}", table((text["field"], text["holds"]), rows)]
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
