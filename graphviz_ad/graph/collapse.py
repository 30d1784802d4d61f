"""A user's function as one operation: its row is derived from its body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_ad.errors import LimitError
from graphviz_ad.graph.body import MAX_CHARACTERS, Body
from graphviz_ad.language.tree import Statement
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.table import BY_NAME

if TYPE_CHECKING:
    from graphviz_ad.graph.builder import Builder


def collapsed(builder: Builder, name: str, statement: Statement, origin: int) -> tuple[BoundOperation, tuple[str, ...]]:
    """A user's function → its operation, and the names its body uses besides its parameters, which are arguments too.

    Raises LimitError where the derivative is too long, or the body holds what texts cannot say (an index,
    an array written out).
    """
    inner = type(builder)(builder.program, False, builder.limits)
    inner.functions, inner.place, inner.depth = builder.functions, origin, builder.depth + 1
    for param in statement.params or ():
        inner.scope[param] = inner.inputs[param] = inner.add(None, (), origin)
    output = inner.body(builder.program, statement, inner.scope)
    body = Body(inner.ops, inner.args, inner.constants, tuple(inner.inputs.values()), output)
    reason = body.obstacle()
    if reason is not None:
        builder.fail(LimitError, f"'{name}' cannot be one node: {reason}", origin, f"leave out --collapse {name}")
    row = body.row(name)
    texts = (row.definition or "", *row.partials)
    if max(map(len, texts)) > MAX_CHARACTERS:
        builder.fail(LimitError, f"the derivative of '{name}' is too long for one node", origin,
                     f"leave out --collapse {name}, or collapse a part of it")  # fmt: skip
    return BoundOperation(row, (), BY_NAME.__getitem__), tuple(inner.inputs)[len(statement.params or ()) :]
