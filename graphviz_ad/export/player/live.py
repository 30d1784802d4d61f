"""Trace → what a page needs to show other numbers: sliders and fields, the script of the formula, the templates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.routes import Routes
from graphviz_ad.explain.stories import Teller
from graphviz_ad.export.player.page_data import InputData, LiveData, TypedNumbers
from graphviz_ad.export.player.plots import plots
from graphviz_ad.export.player.templates import LiveTexts, TemplateTable
from graphviz_ad.language import tokens
from graphviz_ad.language.assignments import MINUS, NUMBER
from graphviz_ad.language.mathml import mathml_name
from graphviz_ad.language.number_format import style_of
from graphviz_ad.language.numbers import exact
from graphviz_ad.lazy import lazy
from graphviz_ad.messages.multilingual import Words
from graphviz_ad.tracing.array import code_of
from graphviz_ad.tracing.calculation import Calculation, classes
from graphviz_ad.tracing.patterns import javascript
from graphviz_ad.values import Array, as_float

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_SLIDER_STEPS = 200
"""Places of a slider: as many as it has pixels on a small screen, and so a step of a hundredth of its reach."""
_MAX_COLUMN_ENTRIES = 3
"""Entries up to which the fields of a vector stand in a column, as in the picture: more would push the graph up."""
_TOLERANCE = 1e-12
"""Relative rounding: of a value a hair above 0.1 the slider still ends at 0.2."""


@dataclass(frozen=True, slots=True)
class LivePage:
    """Sliders and fields as HTML, JavaScript of the formula, and data for `live.js`.

    `libraries` are the files that the script needs besides `numbers.js`.
    """

    form: str
    script: str
    data: LiveData
    libraries: tuple[str, ...]


def live_page(
    teller: Teller, routes: Sequence[Routes], calculation: Calculation, templates: TemplateTable,
    by_statement: bool = False, quiet: frozenset[int] = frozenset(),
) -> LivePage:  # fmt: skip
    """Teller of a trace, the paths that its page shows, and the calculation → sliders, script and data.

    With `by_statement` its steps are told statement by statement. `quiet` inputs have no fields.
    What was put into the templates before, for the labels of the picture, is in them too.
    """
    texts = LiveTexts(teller, calculation, templates, routes, by_statement)
    class_counts = classes(teller.trace)
    shown = {name: node for name, node in teller.graph.inputs.items() if node not in quiet}
    inputs = [_input(teller.trace, node, class_counts.get(node)) for node in shown.values()]
    written, repeated = templates.written()
    data: LiveData = {
        "digits": int(teller.digits),
        "style": style_of(teller.digits),
        "typed": typed(),
        "inputs": inputs,
        "math": texts.math,
        "spoken": texts.spoken,
        "sentences": texts.sentences,
        "plain": texts.plain,
        "texts": written,
        "often": repeated,
        "ends": list(templates.ends),
        "slots": list(templates.slots),
    }
    plotted = list(plots(teller, calculation))
    curves = [curve for _, curve in plotted]
    code, libraries = script(teller.trace, calculation, templates, curves), _libraries(calculation, templates)
    if plotted:
        data["plots"] = [plot for plot, _ in plotted]
        libraries.append("plots")
    return LivePage(_form(teller, shown, class_counts), code, data, tuple(libraries))


def typed() -> TypedNumbers:
    """→ what `reading.js` reads a number by that is typed."""
    signs = tokens.WIDE | MINUS
    return {
        "pattern": NUMBER,
        "styled": javascript(tokens.STYLED),
        "unseen": tokens.UNSEEN.pattern.encode("ascii", "backslashreplace").decode(),
        "signs": ("".join(map(chr, signs)), "".join(map(chr, signs.values()))),
    }


def _input(trace: Trace, node: int, classes: int | None) -> InputData:
    """Input → what the script knows of it."""
    value = trace.values[node]
    data: InputData = {"node": node, "value": np.ravel(value).tolist() if np.ndim(value) else as_float(value)}
    if classes:
        data["classes"] = classes
    return data


_NUMBERS = "larger,smaller,power,logaddexp,masked,erf,erfc,remainder,floorDivide,even,rounded,alike"
"""Functions of `numbers.js`, which the script of every formula has at hand."""
_LIBRARIES = {
    "arrays": "each,take,product,picked,running,totals,first,solved,det,sums,products,largest,smallest,every,some",
    "special": "lgamma,gamma,digamma,trigamma",
}
"""Files of functions, each of which makes them by the function of its name, and what they have."""


def _libraries(calculation: Calculation, templates: TemplateTable) -> list[str]:
    """A calculation, and the templates that read numbers of it → the files of functions that the script needs."""
    code = "".join((*calculation.tape.lines, *templates.reads, *templates.asks))
    of_gamma = any(f"{name}(" in code for name in _LIBRARIES["special"].split(","))
    return ["arrays"] * bool(calculation.tape.kept) + ["special"] * of_gamma


def script(author: Trace, calculation: Calculation, templates: TemplateTable, curves: Sequence[str] = ()) -> str:
    """Trace of the author's numbers, its calculation, what reads it, and functions to plot → the function `formula`."""
    trace = calculation.trace
    known = map(code_of, author.values)
    own = code_of(trace.seed) if trace.active[trace.graph.output] else "NaN"
    seed = f"g[{trace.graph.output}]={own};"
    lines = calculation.tape.needed((*templates.reads, *templates.asks))
    given = "".join(f"const {{{_LIBRARIES[name]}}}={name}(known);" for name in _libraries(calculation, templates))
    reads, asks = (",".join(f"()=>{code}" for code in codes) for codes in (templates.reads, templates.asks))
    return (
        f"const formula=(known)=>{{const {{{_NUMBERS}}}=known;{given}"
        f"const v=[{','.join(known)}],g=[],d=[],c=[],t=[];{seed}\n"
        f"const run=()=>{{{';'.join(lines)}}};run();\n"
        f"return{{v,g,c,run,reads:[{reads}],asks:[{asks}],curves:[{','.join(curves)}]}}}};\n"
    )


def _form(teller: Teller, inputs: Mapping[str, int], classes: Mapping[int, int]) -> str:
    """A slider and a field for each input, for an array a field for each entry; hidden until the script shows them."""
    words, trace = teller.words, teller.trace
    rows = []
    for name, node in inputs.items():
        value = trace.values[node]
        limit = reach(float(np.max(np.abs(value))))
        first = float(np.ravel(value)[0])
        span = (0.0, classes[node] - 1.0, 1.0) if node in classes else (-limit, limit, 2 * limit / _SLIDER_STEPS)
        low, high, step = map(exact, span)
        title = escape(name, quote=True)
        slider = (
            f'<input type="range" min="{low}" max="{high}" step="{step}" value="{exact(first)}" aria-label="{title}">'
        )
        label = teller.math(mathml_name(name))
        if np.ndim(value):
            rows.append(
                f'<div data-input="{node}" class="array" role="group" aria-label="{title}"><span>{label}</span>'
                f"{_grid(np.asarray(value), title)}{slider}</div>"
            )
        else:
            rows.append(
                f'<div data-input="{node}"><label for="x{node}">{label}</label>{slider}'
                f"{_field(as_float(value), title, f'x{node}')}</div>"
            )
    reset = words.tag("button", "live.reset", 'type="reset" disabled')
    return (
        f'<details class="live" hidden>{words.tag("summary", "live.inputs")}'
        f'<form class="inputs" {words.name("live.inputs")}>{"".join(rows)}'
        f'<div class="foot">{reset}<output id="wrong" aria-live="polite"></output></div></form></details>'
    )


def _grid(value: Array, title: str) -> str:
    """Vector or matrix → its fields, a vector as a column where it is short."""
    rows = value.reshape(-1, 1) if value.ndim == 1 and value.size <= _MAX_COLUMN_ENTRIES else np.atleast_2d(value)
    names = iter([f"{title}[{', '.join(map(str, at))}]" for at in np.ndindex(*value.shape)])
    lines = ("".join(_field(entry, next(names)) for entry in row) for row in rows.tolist())
    return f'<span class="grid"><span>{"</span><span>".join(lines)}</span></span>'


def _field(value: float, title: str, identity: str = "") -> str:
    own = f' id="{identity}"' if identity else ""
    return (
        f'<input type="text" inputmode="decimal"{own} value="{exact(value)}" autocomplete="off" spellcheck="false" '
        f'aria-label="{title}">'
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
            limit = float(f"{factor}e{exponent}")
            if limit >= least * (1 - _TOLERANCE):
                return limit
    return least


def refusal(words: Words, key: str) -> str:
    """Why the numbers of a page cannot be changed → a sentence of the page."""
    return words.tag("p", f"live.{key}", 'class="hint nolive"')
