"""The operations between numbers as functions of JavaScript, made from their rows: for pages that read formulas."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

from graphviz_ad.graph.options import ALLOWED, NEEDED
from graphviz_ad.ops.operation import COMMON_ALIASES, Operation
from graphviz_ad.ops.table import BY_NAME, TABLE
from graphviz_ad.tracing.branches import Fork, explore
from graphviz_ad.tracing.patterns import table
from graphviz_ad.tracing.scalar import COMPARED, atom, compute, written
from graphviz_ad.tracing.tape import Tape
from graphviz_ad.values import ArrayFunction

HELPERS = {
    "arithmetic(15)": ("larger", "smaller", "power", "logaddexp", "masked", "erf", "erfc", "remainder", "floorDivide"),
    "special()": ("lgamma", "gamma", "digamma", "trigamma"),
}  # fmt: skip
"""What the functions call, by what makes it in the player's `numbers.js` and `special.js`."""
_OF_ANY = {"max_of": "maximum", "min_of": "minimum"}
"""Operations of any number of values → what they are of two."""
_ALONG = {"axis": 0.0, "keepdims": 0.0}
"""Options that make no difference to one number, and what they are where they are not given."""
_RANGES = {name: holds for name, (holds, _) in ALLOWED.items()} | {"axis": lambda axis: axis in (-1, 0)}
"""Options → whether a value is allowed; a single number has the axes 0 and -1 only."""


def script() -> str:
    """→ JavaScript: `FUNCTIONS`, from the name of an operation to what computes it and the defaults of its options,
    `ALIASES`, from any other name or sign to that one, and what else a call asks for: `PARAMS`, the names of the
    arguments, `OPTIONS`, other names of these and of options, `ALLOWED`, what options may be, and `PARTIALS`, the
    texts of the derivatives of one argument.

    An option comes after the arguments.
    """
    known = on_numbers()
    helpers = "\n".join(f"const {{ {', '.join(names)} }} = {maker};" for maker, names in HELPERS.items())
    functions = ",\n  ".join(f"{name}: {entry}" for name, entry in known.items())
    rows = [BY_NAME[name] for name in known]
    aliases = {name: row.name for name, row in BY_NAME.items() if row.name in known and name != row.name}
    tables = {
        "ALIASES": aliases,
        "PARAMS": {row.name: row.params for row in rows},
        "OPTIONS": {row.name: others for row in rows if (others := _other_names(row))},
        "PARTIALS": {
            row.name: row.partials[0] for row in rows if row.pointwise and len(row.params) == 1 and not row.internal
        },
        "INTERNAL": [row.name for row in rows if row.internal],
    }
    listed = "\n".join(f"const {name} = {table(value)};" for name, value in tables.items())
    ranges = ", ".join(f"{name}: ({name}) => {_truth(holds, name)}" for name, holds in _RANGES.items())
    return (
        f"{helpers}\nconst FUNCTIONS = {{\n  __proto__: null,\n  {functions},\n}};\n{listed}\n"
        f"const ALLOWED = {{ __proto__: null, {ranges} }};\n"
    )


@cache
def on_numbers() -> dict[str, str]:
    """→ the operations that can be computed of numbers alone, by name, each as its JavaScript."""
    entries = {row.name: _entry(row) for row in TABLE if row.scalar is not None}
    for row in TABLE:
        needs = any(name in NEEDED for name in row.options)
        if row.scalar is None and not row.internal and not needs and (entry := _entry_of_one(row)) is not None:
            entries[row.name] = entry
    return entries


def _entry(row: Operation) -> str:
    """Operation → its function, and its options with their defaults."""
    options = {name: float(value) for name, value in row.options.items() if isinstance(value, float | int)}
    args = [atom(name) for name in (*row.params, *options)]
    compute_row: ArrayFunction = row.forward
    body = _code(explore(lambda: written(compute_row(*args))))
    if row.name in COMPARED:
        body = f"+{body}"
    return _function((*row.params, *options), body, options)


def _entry_of_one(row: Operation) -> str | None:
    """Operation over the entries of arrays → its function for numbers; None where it takes none."""
    if row.name in _OF_ANY:
        step = written(compute(_OF_ANY[row.name], (atom("x"), atom("y"))))
        return f"[(...xs) => xs.reduce((x, y) => {step})]"
    options = {
        name: value for name, default in row.options.items() if type(value := _ALONG.get(name, default)) is float
    }
    rest = {name: value for name, value in row.options.items() if name in _ALONG or name not in options}
    tape = Tape()
    try:
        with tape:
            named = {name: atom(name) for name in options if name not in _ALONG}
            args = list(map(atom, row.params))
            body = _code(explore(lambda: written(row.forward(*args, **rest, **named))))
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError):
        return None
    return None if tape.lines else _function((*row.params, *options), body, options)


def _function(params: tuple[str, ...], body: str, options: dict[str, float]) -> str:
    defaults = ", ".join(f"{name}: {_number(value)}" for name, value in options.items())
    return f"[({', '.join(params)}) => {body}{f', {{ {defaults} }}' if defaults else ''}]"


def _other_names(row: Operation) -> dict[str, str]:
    """Operation → other names of its arguments and options, and their own."""
    others = (*row.option_aliases, *COMMON_ALIASES)
    return {other: own for other in others if (own := row.canonical(other)) != other}


def _truth(holds: Callable[[object], object], name: str) -> str:
    """What a value is to be → JavaScript."""
    return _code(explore(lambda: _condition(holds(atom(name)))))


def _condition(answer: Any) -> str:
    return written(answer) if not isinstance(answer, bool) else str(answer).lower()


def _code(outcome: object) -> str:
    """A piece of JavaScript, or forks that lead to pieces → one expression."""
    if isinstance(outcome, str):
        return outcome
    assert isinstance(outcome, Fork)
    return f"({outcome.ask} ? {_code(outcome.yes)} : {_code(outcome.no)})"


def _number(value: float) -> str:
    return "Infinity" if value == math.inf else "-Infinity" if value == -math.inf else f"{value:g}"
