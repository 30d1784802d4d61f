"""Marked sheets of a class → one web page: what was common, in tables and on the graph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from graphviz_ad.exercises.marking.class_map import class_map
from graphviz_ad.exercises.marking.marks import MarkedSheet
from graphviz_ad.exercises.marking.reports import common, same_form
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Exercise, Place
from graphviz_ad.language import numbers
from graphviz_ad.messages.catalogue import say, tag

STYLE = """
:root { color-scheme: light; font: 16px/1.5 system-ui, sans-serif; color: #1b1f24; background: #fff; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin-top: 2rem; }
figure { margin: 1rem 0; overflow-x: auto; }
svg { width: 100%; height: auto; max-height: 28rem; }
table { border-collapse: collapse; }
th, td { text-align: start; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #d9dee4; }
td.number { text-align: end; font-variant-numeric: tabular-nums; }
"""
"""CSS of the page, which holds it itself so that nothing is fetched."""


def page(sheets: Sequence[tuple[str, MarkedSheet]], lang: str) -> str:
    """Marked sheets → HTML: points, the mistakes and their places, answers that were wrong; the graph where it is one.

    No student is named in it, so that it can be shown in the lecture.
    """
    exercises = [marked.exercise for _, marked in sheets]
    counts = common(sheets)
    shared = same_form(exercises)
    mean = sum(marked.total for _, marked in sheets) / len(sheets)
    of = exercises[0].points if shared else None
    points = numbers.number(round(mean, 2)) + (f" / {numbers.number(of)}" if of is not None else "")
    title = exercises[0].title if shared else say("class.title", lang)
    summary = say("class.summary", lang).format(students=len(sheets), mean=points)
    body = [f"<h1>{escape(title)}</h1>", f"<p>{summary}</p>"]
    if shared and counts.places:
        body.append(f"<figure>{class_map(exercises[0], dict(counts.places), len(sheets)).svg}</figure>")
    elif not shared:
        body.append(f"<p>{say('class.several', lang)}</p>")
    mistakes = ((say(f"mistake.{name}", lang), count) for name, count in counts.mistakes)
    body += _table("mistakes", "mistake", mistakes, lang)
    if shared:
        places = ((place_name(exercises[0], place), count) for place, count in counts.places)
        body += _table("places", "place", places, lang)
    labels = {field.name: plain(field.label) for field in exercises[0].fields} if shared else {}
    fields = ((f"{name} {labels.get(name, '')}".strip(), count) for name, count in counts.fields)
    body += _table("fields", "field", fields, lang)
    return (
        f'<!DOCTYPE html>\n<html lang="{tag(lang)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>{''.join(body)}</main></body></html>\n"
    )


def place_name(exercise: Exercise, place: Place) -> str:
    """Place → the name of its node, or of both ends of its edge, and which argument it is where there are several."""
    graph, (node, slot) = exercise.trace.graph, place
    if slot is None:
        return graph.names[node]
    args = graph.args[node]
    which = f" ({slot + 1})" if args.count(args[slot]) > 1 else ""
    return f"{graph.names[args[slot]]} → {graph.names[node]}{which}"


def _table(what: str, column: str, rows: Iterable[tuple[str, int]], lang: str) -> list[str]:
    cells = [f'<tr><td>{escape(name)}</td><td class="number">{count}</td></tr>' for name, count in rows]
    heading = f"<h2>{say(f'class.{what}', lang)}</h2>"
    if not cells:
        return [heading, f"<p>{say('class.none', lang)}</p>"] if what == "mistakes" else []
    headings = (say(f"class.{column}", lang), say("class.students", lang))
    head = "<tr>" + "".join(f'<th scope="col">{heading}</th>' for heading in headings) + "</tr>"
    return [heading, f"<table><thead>{head}</thead><tbody>{''.join(cells)}</tbody></table>"]
