"""Several operations → one torch expression."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.values import Value

_MAX_ENTRIES = 1_000
"""Numbers that are written out."""


def in_torch(
    ops: Sequence[BoundOperation | None], args: Sequence[tuple[int, ...]], constants: Mapping[int, Value],
    inputs: Mapping[int, str], output: int,
) -> str:  # fmt: skip
    """Operations in order, values of constants, names of inputs → the expression of a node, "" where there is none.

    There is none either where so many numbers would stand in it that reading it takes minutes, as of large layers.
    """
    if sum(1 if isinstance(value, float) else value.size for value in constants.values()) > _MAX_ENTRIES:
        return ""
    texts = dict(inputs)
    for node, value in constants.items():
        entries = value if isinstance(value, float) else value.tolist()
        texts[node] = f"torch.tensor({entries!r}, dtype=torch.float64)"
    for node, bound in enumerate(ops):
        if bound is None:
            continue
        if not bound.row.torch:
            return ""
        substitutes = {name: texts[arg] for name, arg in zip(bound.row.params, args[node], strict=True)}
        substitutes |= {name: repr(value) for name, value in bound.options.items()}
        texts[node] = ast.unparse(_Substitution(substitutes).visit(ast.parse(bound.row.torch, mode="eval")))
    return texts[output]


class _Substitution(ast.NodeTransformer):
    """Python expression → the same with other expressions for its names."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.parse(self.texts[node.id], mode="eval").body if node.id in self.texts else node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """`a if axis is None else b`, once the axis is put in → a or b."""
        self.generic_visit(node)
        test = node.test
        if isinstance(test, ast.Compare) and isinstance(test.left, ast.Constant) and isinstance(test.ops[0], ast.Is):
            return node.body if test.left.value is None else node.orelse
        return node
