"""Trace → what a page needs to show other numbers: sliders and fields, the script of the formula, the templates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.bilingual import Words
from graphviz_ad.explain.calculation import Calculation
from graphviz_ad.explain.live import Book, LiveTexts
from graphviz_ad.explain.routes import Routes
from graphviz_ad.explain.stories import Teller
from graphviz_ad.language.notation import latex_name
from graphviz_ad.language.numbers import exact
from graphviz_ad.language.unknown import written

_STEPS = 200
"""Places of a slider."""


@dataclass(frozen=True, slots=True)
class LivePage:
    """Sliders and fields as HTML, JavaScript of the formula, and data for `live.js`."""

    form: str
    script: str
    data: dict[str, Any]


def live_page(teller: Teller, routes: Sequence[Routes], found: Calculation, book: Book) -> LivePage:
    """Teller of a trace of scalars, the paths that its page shows, and the calculation → sliders, script and data.

    What others have read and asked by the book is in it too.
    """
    texts = LiveTexts(teller, found, book, routes)
    inputs = [
        {"node": node, "name": name, "value": teller.trace.values[node]} for name, node in teller.graph.inputs.items()
    ]
    templates, often = book.written()
    data = {
        "digits": teller.digits,
        "inputs": inputs,
        "math": texts.math,
        "spoken": texts.spoken,
        "said": texts.said,
        "plain": texts.plain,
        "texts": templates,
        "often": often,
        "ends": list(book.ends),
        "slots": list(book.slots),
    }
    return LivePage(_form(teller), _script(teller.trace, found, book), data)


def _script(author: Trace, found: Calculation, book: Book) -> str:
    """Trace of the author's numbers, its calculation, and what is read and asked of it → the function `formula`."""
    trace = found.trace
    known = map(written, author.values)
    own = written(trace.seed) if trace.active[trace.graph.output] else "NaN"
    seed = f"g[{trace.graph.output}]={own};"
    functions = "larger,smaller,power,logaddexp,masked,erf,even,rounded,alike"
    reads, asks = (",".join(f"()=>{code}" for code in codes) for codes in (book.reads, book.asks))
    return (
        f"const formula=({{{functions}}})=>{{const v=[{','.join(known)}],g=[],d=[],c=[];{seed}\n"
        f"const run=()=>{{{';'.join(found.statements)}}};run();\n"
        f"return{{v,run,reads:[{reads}],asks:[{asks}]}}}};\n"
    )


def _form(teller: Teller) -> str:
    """A slider and a field for each input, hidden until the script shows them."""
    words, graph = teller.words, teller.graph
    rows = []
    for name, node in graph.inputs.items():
        value = teller.trace.values[node]
        most = reach(value)
        title = escape(name, quote=True)
        rows.append(
            f'<div data-input="{node}"><label for="x{node}">{teller.math(latex_name(name))}</label>'
            f'<input type="range" min="{exact(-most)}" max="{exact(most)}" step="{exact(2 * most / _STEPS)}" '
            f'value="{exact(value)}" aria-label="{title}"><input type="text" inputmode="decimal" id="x{node}" '
            f'value="{exact(value)}" autocomplete="off" spellcheck="false" aria-label="{title}"></div>'
        )
    reset = words.tag("button", "live.reset", 'type="reset" disabled')
    return (
        f'<details class="live" hidden>{words.tag("summary", "live.inputs")}'
        f'<form class="inputs" {words.name("live.inputs")}>{"".join(rows)}'
        f'<div class="foot">{reset}<output aria-live="polite"></output></div></form></details>'
    )


def reach(value: float) -> float:
    """Value of an input → how far its slider goes from 0: 1, 2 or 5 times a power of ten, twice the value at least.

    >>> reach(3.0), reach(-0.5), reach(0.0), reach(0.004), reach(2.5)
    (10.0, 1.0, 1.0, 0.01, 5.0)
    """
    least = 2 * abs(value)
    if not 0 < least < math.inf:
        return 1.0
    power = math.floor(math.log10(least))
    for exponent in (power, power + 1):
        for factor in (1, 2, 5):
            found = float(f"{factor}e{exponent}")
            if found >= least * (1 - 1e-12):
                return found
    return least


def refusal(words: Words, key: str) -> str:
    """Why the numbers of a page cannot be changed → a sentence of the page."""
    return words.tag("p", f"live.{key}", 'class="hint nolive"')
