"""Nodes of a tree → an equation in three stages, with the signs between them."""

from __future__ import annotations

from collections.abc import Sequence

from graphviz_ad.explain.chain import Chain, Equation
from graphviz_ad.explain.expression import Expression
from graphviz_ad.explain.signs import Outcome, sign_between
from graphviz_ad.language.tree import Tree
from graphviz_ad.values import Value


def staged(
    tree: Tree, digits: int, symbolic: Sequence[int], numeric: Sequence[int], result: Sequence[int], value: Value,
    outcomes: Sequence[Outcome], *, dust: bool = False,
) -> Equation:  # fmt: skip
    """Nodes of the tree → the equation; `outcomes[i]` is what the printed form of `numeric[i]` computes to.

    `dust` says that the result is not exactly what is shown, which is 0.
    """
    computed = [*(outcome.value for outcome in outcomes[1:]), value]
    signs = ["=", *(sign_between(outcome, after, digits) for outcome, after in zip(outcomes, computed))]
    if dust:
        signs[-1] = "≈"

    def chain(nodes: Sequence[int], signs: Sequence[str]) -> Chain:
        return Chain(tuple(Expression(tree, node) for node in nodes), tuple(signs), digits)

    return Equation(
        chain(symbolic, "=" * len(symbolic)),
        chain(numeric, signs[: len(numeric)]),
        chain(result, signs[len(numeric) :]),
    )
