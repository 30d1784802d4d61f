"""Arguments of a call that are not nodes: options, literal lists, indices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphviz_ad.errors import ArityError, nearest
from graphviz_ad.language.numbers import exact
from graphviz_ad.language.tree import KEYWORD
from graphviz_ad.ops.row import Row

if TYPE_CHECKING:
    from graphviz_ad.graph.build import _Builder

MISSING = object()


def literal(values: list[Any]) -> list[Any] | None:
    """Entries of a list → a nested list of numbers, or None where some entry is a node or rows differ."""
    entries = [value[0] if isinstance(value, tuple) else None for value in values]
    if not entries or any(not isinstance(entry, (float, list)) for entry in entries):
        return None
    return entries if len({_shape(entry) for entry in entries}) == 1 else None


def _shape(entry: Any) -> tuple[int, ...]:
    shape = []
    while isinstance(entry, list):
        shape.append(len(entry))
        entry = entry[0]
    return tuple(shape)


def slice_of(builder: _Builder, value: Any, origin: int) -> Any:
    """What stands between the brackets of an index → an int or a slice (as a tuple, so that it hashes)."""
    if isinstance(value, tuple) and len(value) == 2:
        letters, bounds = value
        found = dict(zip(letters, (whole(builder, bound, origin) for bound in bounds), strict=True))
        return ("slice", found.get("a"), found.get("b"), found.get("s"))
    if isinstance(value, tuple) and isinstance(value[0], tuple) and value[0][0] == "slice":
        return value[0]
    return whole(builder, value, origin)


def whole(builder: _Builder, value: Any, origin: int) -> int:
    """A literal → an int.

    Raises ArityError where it is a node or not a whole number.
    """
    number = value[0] if isinstance(value, tuple) else None
    if not isinstance(number, float) or number != int(number):
        builder.fail(ArityError, "an index is a whole number", origin, "count from 0, as in z[0] or z[-1]")
    return int(number)


def read_options(
    builder: _Builder, row: Row, values: list[Any], origin: int
) -> tuple[list[Any], dict[str, Any]]:
    """Arguments of a call → the values that are nodes, and the options by name.

    Options may stand behind the arguments in order, or by name. Raises ArityError.
    """
    positional = [v for v in values if not _is_keyword(v)]
    keywords = [v[0] for v in values if _is_keyword(v)]
    named = dict(keywords)
    count = len(positional) if row.variadic else len(row.params)
    arguments, rest = positional[:count], positional[count:]
    defaults = ((name, exact(value) if isinstance(value, float) else "…") for name, value in row.options.items())
    signature = ", ".join((*row.params, *(f"{name}={value}" for name, value in defaults)))
    usage = f"call it as {row.name}({signature})".replace("xs", "a, b, …")
    if len(named) < len(keywords):
        name = next(name for name in named if sum(name == other for other, _ in keywords) > 1)
        builder.fail(ArityError, f"'{name}' is given twice", _place(builder, name, origin), "leave out one of the two")
    for name in row.params[len(arguments) :]:
        if name in named:
            arguments.append(named.pop(name))
    if len(arguments) < max(count, 1):
        builder.fail(
            ArityError,
            f"'{row.name}' needs {len(row.params)} argument{'s' * (len(row.params) > 1)}, not {len(arguments)}",
            origin, usage,
        )  # fmt: skip
    if len(rest) == 1 or row.name != "reshape":
        spare = iter(rest)
        given = dict(zip(row.options, spare, strict=False))
        if len(rest) > len(row.options):
            builder.fail(ArityError, f"'{row.name}' has too many arguments", origin, usage)
    else:
        given = {"shape": ([v[0] for v in rest if isinstance(v, tuple)],)} if rest else {}
    for name, value in named.items():
        if name not in row.options or name in given:
            near = nearest(name, row.options)
            problem = "is given twice" if name in given else "is no option of " + row.name
            hint = f"did you mean '{near}'?" if near and name not in given else usage
            builder.fail(ArityError, f"'{name}' {problem}", _place(builder, name, origin), hint)
        given[name] = value
    options = {name: _option(builder, name, value, _place(builder, name, origin)) for name, value in given.items()}
    return arguments, options


def _place(builder: _Builder, name: str, origin: int) -> int:
    """Option of a call → where it stands; the call itself where it was made by inlining or is not named."""
    tree = builder.program.tree
    if builder.depth:
        return origin
    parts = [part for part in tree.args[origin] if tree.kind[part] == KEYWORD and tree.head[part] == name]
    return parts[-1] if parts else origin


def _is_keyword(value: Any) -> bool:
    return isinstance(value, tuple) and isinstance(value[0], tuple) and value[0][0] != "slice"


def _option(builder: _Builder, name: str, value: Any, origin: int) -> Any:
    """Value of an option → a float, or a tuple of ints where a list was given."""
    if isinstance(value, tuple) and isinstance(value[0], float):
        return value[0]
    if isinstance(value, tuple) and isinstance(value[0], list):
        return tuple(whole(builder, (entry,), origin) for entry in value[0])
    builder.fail(ArityError, f"'{name}' must be a number, not a formula", origin, f"as in {name}=1")
