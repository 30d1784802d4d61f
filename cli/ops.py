"""`graphviz-ad ops`: the table of operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from graphviz_ad.errors import UnknownNameError, nearest
from graphviz_ad.language import numbers
from graphviz_ad.language.operators import SPELLINGS
from graphviz_ad.language.tokens import normalise
from graphviz_ad.messages.catalogue import say
from graphviz_ad.ops.table import BY_NAME, KINDS
from graphviz_ad.source import width

from .options import lang_option, output_option
from .output import emit, emit_json

if TYPE_CHECKING:
    from graphviz_ad.ops.operation import Operation


@click.command("ops")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="The table as JSON, for other programs.")
@lang_option
@output_option("The file to write; else standard output.")
@click.option("--debug", is_flag=True, expose_value=False, help="Print a traceback with an error.")
def command(name: str | None, as_json: bool, lang: str, output: str | None) -> None:
    """List the operations a formula may use, or show all about NAME.

    \b
    Example:
      graphviz-ad ops sigmoid
    """
    kinds = {kind: [row for row in rows if not row.internal] for kind, rows in KINDS.items()}
    if name is not None:
        row = _operation(name)
        kinds = {next(kind for kind, rows in kinds.items() if row in rows): [row]}
    if as_json:
        table = [_entry(kind, row, lang) for kind, rows in kinds.items() for row in rows]
        emit_json(table[0] if name is not None else table, output)
    elif name is not None:
        emit(_full(*_only(kinds), lang), output)
    else:
        emit(_table(kinds, lang), output)


def _only(kinds: Mapping[str, list[Operation]]) -> tuple[str, Operation]:
    """The one kind with its one row."""
    ((kind, (row,)),) = kinds.items()
    return kind, row


def _operation(name: str) -> Operation:
    """Name, alias or sign → its row; raises UnknownNameError with the nearest."""
    word = normalise(name).strip()
    row = BY_NAME.get(word) or BY_NAME.get(SPELLINGS.get(word, word))
    if row is None or row.internal:
        near = nearest(word, [n for n, r in BY_NAME.items() if not r.internal])
        hint = f"did you mean '{near}'?" if near else "'graphviz-ad ops' lists them all"
        raise UnknownNameError(f"there is no operation '{word}'", hint=hint)
    return row


def signature(row: Operation) -> str:
    """Operation → how it is called, as `leaky_relu(x, slope=0.01)`."""
    params = ["a", "b", "…"] if row.variadic else list(row.params)
    options = [
        f"[{name}]"
        if default is None
        else f"{name}={numbers.exact(default) if isinstance(default, float) else default}"
        for name, default in row.options.items()
    ]
    return f"{row.name}({', '.join(params + options)})"


_MAX_NAMED_DIMENSIONS = 2
"""Dimensions up to which an array has a name (number, vector, matrix)."""


def derivatives(row: Operation, lang: str = "en") -> list[tuple[str, str]]:
    """Operation → its derivatives or contributions, each with the name of the quantity and its text, each text once."""
    if row.pointwise:
        return [(f"∂out/∂{param}", text) for param, text in zip(row.params, row.partials, strict=True)]
    params = ("xs[k]",) if row.variadic else row.params
    to = {param: say("ops.to", lang).format(x=param) for param in params}
    if not isinstance(row.pullbacks, Mapping):
        return [(to[param], text) for param, text in zip(params, row.pullbacks, strict=True)]
    forms: dict[tuple[str, str], list[tuple[int, ...]]] = {}
    for dimensions, texts in row.pullbacks.items():
        for param, text in zip(params, texts, strict=True):
            forms.setdefault((param, text), []).append(dimensions)
    all_shapes = list(row.pullbacks)
    words = {form: _shapes_phrase(row.params, shapes, all_shapes, lang) for form, shapes in forms.items()}
    return [(to[param] + (f" ({words[param, text]})" if words[param, text] else ""), text) for param, text in forms]


def _shapes_phrase(
    params: Sequence[str], shapes: list[tuple[int, ...]], all_shapes: list[tuple[int, ...]], lang: str
) -> str:
    """Dimensions of the arguments for which a text holds, and all there are → the shapes in words."""
    lowest, highest = min(map(max, shapes)), max(map(max, shapes))
    if shapes == all_shapes:
        return ""
    if len(shapes) > 1 and shapes == [dimensions for dimensions in all_shapes if max(dimensions) <= highest]:
        return say(f"ops.upto.{highest}", lang)
    if len(shapes) > 1 and shapes == [dimensions for dimensions in all_shapes if max(dimensions) >= lowest]:
        return say("ops.some", lang).format(x=params[0], y=params[-1], shape=say(f"ops.shape.{lowest}", lang))

    def array_name(n: int) -> str:
        return say(f"ops.shape.{n}", lang) if n <= _MAX_NAMED_DIMENSIONS else say("ops.shape.more", lang).format(n=n)

    return "; ".join(", ".join(map(array_name, dimensions)) for dimensions in shapes)


def _table(kinds: Mapping[str, list[Operation]], lang: str) -> str:
    """Rows by kind → a table of signatures and derivatives."""
    blocks = []
    for kind, rows in kinds.items():
        signatures = [signature(row) for row in rows]
        width = max(map(len, signatures))
        lines = [
            f"  {text:<{width}}  " + "; ".join(f"{name} = {formula}" for name, formula in derivatives(row, lang))
            for text, row in zip(signatures, rows, strict=True)
        ]
        blocks.append("\n".join([say(f"ops.kind.{kind}", lang), *lines]))
    return "\n\n".join([*blocks, say("ops.foot", lang)])


def _full(kind: str, row: Operation, lang: str) -> str:
    """One row, all of it."""
    from graphviz_ad.explain.kinks import convention

    def label(key: str) -> str:
        return say(f"ops.{key}", lang)

    lines = [(label("signature"), signature(row)), (label("kind"), label(f"kind.{kind}"))]
    lines += [(label("also"), ", ".join(row.aliases))] if row.aliases else []
    lines += derivatives(row, lang)
    lines += [(label("definition"), row.definition)] if row.definition else []
    lines += [(label("convention"), words)] if (words := convention(row, lang)) else []
    lines += [(label("torch"), row.torch)] if row.torch else []
    column = max(width(name) for name, _ in lines) + 2
    return "\n".join(name + " " * (column - width(name)) + text for name, text in lines)


def _entry(kind: str, row: Operation, lang: str) -> dict[str, object]:
    """Operation → a JSON object."""
    from graphviz_ad.explain.kinks import convention

    return {
        "name": row.name,
        "kind": kind,
        "aliases": list(row.aliases),
        "signature": signature(row),
        "arguments": list(row.params),
        "options": dict(row.options),
        "derivatives": [{"of": name, "text": text} for name, text in derivatives(row)],
        "definition": row.definition,
        "convention": convention(row, lang),
        "torch": row.torch or None,
    }
