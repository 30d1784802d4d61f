"""The operations between numbers as functions of JavaScript, made from their rows: for pages that read formulas."""

from __future__ import annotations

import json
import math

from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import BY_NAME, TABLE
from graphviz_ad.tracing.branches import Fork, explore
from graphviz_ad.tracing.scalar import COMPARED, atom, written
from graphviz_ad.values import ArrayFunction

HELPERS = {
    "arithmetic(15)": ("larger", "smaller", "power", "logaddexp", "masked", "erf", "erfc", "remainder", "floorDivide"),
    "special()": ("lgamma", "gamma", "digamma"),
}
"""What the functions call, by what makes it in the player's `numbers.js` and `special.js`."""


def script() -> str:
    """→ JavaScript: `FUNCTIONS`, from the name of an operation to what computes it and the defaults of its options,
    and `ALIASES`, from any other name or sign to that one.

    An option comes after the arguments.
    """
    rows = [row for row in TABLE if row.scalar is not None]
    helpers = "\n".join(f"const {{ {', '.join(names)} }} = {maker};" for maker, names in HELPERS.items())
    functions = ",\n  ".join(f"{row.name}: {_entry(row)}" for row in rows)
    known = {row.name for row in rows}
    aliases = {name: row.name for name, row in BY_NAME.items() if row.name in known and name != row.name}
    listed = json.dumps(aliases, ensure_ascii=False)
    return f"{helpers}\nconst FUNCTIONS = {{\n  {functions},\n}};\nconst ALIASES = {listed};\n"


def _entry(row: Operation) -> str:
    """Operation → its function, and its options with their defaults."""
    options = {name: float(value) for name, value in row.options.items() if isinstance(value, float | int)}
    args = [atom(name) for name in (*row.params, *options)]
    compute: ArrayFunction = row.forward
    body = _code(explore(lambda: written(compute(*args))))
    if row.name in COMPARED:
        body = f"+{body}"
    listed = ", ".join((*row.params, *options))
    defaults = ", ".join(f"{name}: {_number(value)}" for name, value in options.items())
    return f"[({listed}) => {body}{f', {{ {defaults} }}' if defaults else ''}]"


def _code(outcome: object) -> str:
    """A piece of JavaScript, or forks that lead to pieces → one expression."""
    if isinstance(outcome, str):
        return outcome
    assert isinstance(outcome, Fork)
    return f"({outcome.ask} ? {_code(outcome.yes)} : {_code(outcome.no)})"


def _number(value: float) -> str:
    return "Infinity" if value == math.inf else "-Infinity" if value == -math.inf else f"{value:g}"
