"""Arguments of a call that are not nodes → options, lists of numbers, indices.

A literal on its way to becoming an option is a tuple of one: a float, a list of floats, or, inside a
definition, None for an option that was not given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeGuard

from graphviz_ad.errors import ArityError, nearest
from graphviz_ad.graph.draft import Argument, Keyword, Lit, Literal
from graphviz_ad.language.numbers import exact
from graphviz_ad.language.tree import KEYWORD
from graphviz_ad.ops.operation import IndexPart, Operation, Option
from graphviz_ad.values import Shape

if TYPE_CHECKING:
    from graphviz_ad.graph.builder import Builder

_COUNTS = frozenset({"size", "stride", "padding", "output_padding", "dilation"})
"""Options that are a number of entries, or several."""
_WHOLE = frozenset({"axis", "axes", "shape", "at"}) | _COUNTS
"""Options that are whole numbers, or lists of them."""

_LISTS = frozenset({"shape", "at", "axes"})
"""Options that are a list also where one number was given, and must be given."""

NEEDED = _LISTS - {"axes"}
"""Options that must be given."""

ALLOWED: dict[str, tuple[Callable[[float], bool], str]] = {
    "p": (lambda p: p >= 1, "1 or more, or inf"),
    "delta": (lambda delta: delta > 0, "above 0"),
    "beta": (lambda beta: beta > 0, "above 0"),
    "eps": (lambda eps: eps >= 0, "0 or more"),
    "keepdims": (lambda keep: keep in (0, 1), "0 or 1"),
}
"""Options that must lie in a range, and how to say so."""


def literal(values: Sequence[Argument]) -> list[Literal] | None:
    """Entries of a list → a nested list of numbers, or None where some entry is a node or rows differ."""
    entries = [value[0] if isinstance(value, tuple) else None for value in values]
    if not entries or any(not isinstance(entry, (float, list)) for entry in entries):
        return None
    return entries if len({_shape(entry) for entry in entries}) == 1 else None


def _shape(entry: Literal) -> Shape:
    shape = []
    while isinstance(entry, list):
        shape.append(len(entry))
        entry = entry[0]
    return tuple(shape)


def slice_of(builder: Builder, letters: str, bounds: Sequence[Argument], origin: int) -> tuple[object, ...]:
    """The bounds of a slice, and which of start (a), stop (b) and step (s) they are → ("slice", start, stop, step)."""
    ends = dict(zip(letters, (whole(builder, bound, origin) for bound in bounds), strict=True))
    return ("slice", ends.get("a"), ends.get("b"), ends.get("s"))


def index_part(builder: Builder, value: Argument, origin: int) -> IndexPart:
    """What an index has for one axis → an int, a slice or a list (as tuples, so that they hash)."""
    if isinstance(value, tuple) and isinstance(value[0], tuple) and value[0][0] == "slice":
        return value[0]
    if isinstance(value, tuple) and isinstance(value[0], list):
        return "list", _entries(builder, value[0], origin)
    return None if value == (None,) else whole(builder, value, origin)


def _entries(builder: Builder, values: list[Literal], origin: int) -> tuple[object, ...]:
    """A nested list of an index → nested tuples of ints."""
    levels: list[tuple[list[Literal], list[object]]] = [(values, [])]
    while True:
        waiting, done = levels[-1]
        if len(done) == len(waiting):
            levels.pop()
            if not levels:
                return tuple(done)
            levels[-1][1].append(tuple(done))
        elif isinstance(entry := waiting[len(done)], list):
            levels.append((entry, []))
        else:
            done.append(whole(builder, (entry,), origin))


def whole(builder: Builder, value: Argument, origin: int) -> int:
    """A literal → an int.

    Raises ArityError where it is a node or not a whole number.
    """
    number = value[0] if isinstance(value, tuple) else None
    if not isinstance(number, float) or not number.is_integer():
        named = builder.given.get(value) if isinstance(value, int) else None
        hint = f"; or give whole numbers for {named}, as in {named}=[0, 2]" if named else ""
        builder.fail(ArityError, "an index is a whole number", origin, f"count from 0, as in z[0] or z[-1]{hint}")
    return int(number)


def read_options(
    builder: Builder, row: Operation, values: Sequence[Argument], origin: int
) -> tuple[list[Argument], dict[str, Option]]:
    """Arguments of a call → the values that are nodes, and the options by name.

    Options may stand behind the arguments in order, or by name. Raises ArityError.
    """
    positional = [v for v in values if not is_keyword(v)]
    keywords = [(row.canonical(v[0].name), v[0].value) for v in values if is_keyword(v)]
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
    if len(rest) == 1 or row.name not in ("reshape", "permute"):
        spare = iter(rest)
        given: dict[str, Argument] = dict(zip(row.options, spare, strict=False))
        if len(rest) > len(row.options):
            builder.fail(ArityError, f"'{row.name}' has too many arguments", origin, usage)
    else:
        given = {next(iter(row.options)): ([v[0] if isinstance(v, tuple) else v for v in rest],)} if rest else {}
    for name, value in named.items():
        if name not in row.options or name in given:
            near = nearest(name, row.options)
            problem = "is given twice" if name in given else "is no option of " + row.name
            hint = f"did you mean '{near}'?" if near and name not in given else usage
            builder.fail(ArityError, f"'{name}' {problem}", _place(builder, name, origin), hint)
        given[name] = value
    for name in (row.options.keys() & NEEDED) - given.keys():
        builder.fail(ArityError, f"'{row.name}' needs its {name}", origin, f"as in {row.name}({row.params[0]}, [2, 3])")
    options = {name: _option(builder, name, value, _place(builder, name, origin)) for name, value in given.items()}
    return arguments, options


def _place(builder: Builder, name: str, origin: int) -> int:
    """Option of a call → where it stands; the call itself where it was made by inlining or is not named."""
    tree = builder.program.tree
    if builder.depth:
        return origin
    parts = [part for part in tree.args[origin] if tree.kind[part] == KEYWORD and tree.head[part] == name]
    return parts[-1] if parts else origin


def is_keyword(value: Argument) -> TypeGuard[tuple[Keyword]]:
    return isinstance(value, tuple) and isinstance(value[0], Keyword)


def _option(builder: Builder, name: str, value: Argument, origin: int) -> Option:
    """Value of an option → a float, an int where it must be whole, a tuple of ints where a list was given, or None."""
    given = value[0] if isinstance(value, tuple) else value
    if isinstance(given, list):
        return tuple(whole(builder, (entry,), origin) for entry in given)
    if given is None:
        return None
    if not isinstance(given, float):
        builder.fail(ArityError, f"'{name}' must be a number, not a formula", origin, f"as in {name}=1")
    if name in ALLOWED and not ALLOWED[name][0](given):
        builder.fail(ArityError, f"'{name}' cannot be {exact(given)}", origin, f"it is {ALLOWED[name][1]}")
    if name not in _WHOLE:
        return given
    if not given.is_integer():
        hint = f"as in {name}=2" if name in _COUNTS else f"as in {name}=0, or {name}=-1 for the last"
        builder.fail(ArityError, f"'{name}' is a whole number", origin, hint)
    return (int(given),) if name in _LISTS else int(given)


def literals_of(options: Mapping[str, Option]) -> dict[str, Lit]:
    """Options of a row → the literals that stand for them inside its definition."""
    literals: dict[str, Lit] = {}
    for name, value in options.items():
        if isinstance(value, tuple):
            literals[name] = ([float(entry) for entry in value],)
        else:
            literals[name] = (None if value is None else float(value),)
    return literals
