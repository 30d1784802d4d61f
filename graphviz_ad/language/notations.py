"""Names of a model → those of statistics or of deep learning: θ₀ + θ₁x and w₁x + b, p(x) and a = σ(z)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from graphviz_ad.language.names import identity
from graphviz_ad.language.tree import NAME, Program, Tree

Convention = Literal["statistics", "deep-learning"]
"""A field whose names a formula can have."""

_NAME_PAIRS = (("θ_0", "b"), ("p", "a"), ("β_0", "b"))
"""Names of statistics and of deep learning for the same quantity; θ_1, θ_2, … are w_1, w_2, …"""
_WEIGHT_NAMES = {
    "statistics": re.compile(r"[wW]_?\{?([1-9][0-9]*)\}?"),
    "deep-learning": re.compile(r"[θβ]_?\{?([1-9][0-9]*)\}?"),
}
"""Numbered weights as the other convention writes them."""


def renamed(program: Program, convention: Convention) -> Program:
    """Program → the same model under the names of a convention; `aliases` of the result are the names it had.

    A name that would meet another one stays as it is.
    """
    taken = {str(head) for kind, head in zip(program.tree.kind, program.tree.head, strict=True) if kind == NAME}
    taken |= {statement.name for statement in program.statements if statement.name}
    new: dict[str, str] = {}
    for name in sorted(taken):
        other = _other(name, convention)
        if other is not None and not any(
            identity(other) == identity(taken_name) for taken_name in (*taken, *new.values())
        ):
            new[name] = other

    def moved(tree: Tree) -> Tree:
        """Tree → the same under the new names."""
        heads = [new.get(head, head) if kind == NAME else head for kind, head in zip(tree.kind, tree.head, strict=True)]
        return Tree(tree.kind, heads, tree.args)

    statements = tuple(
        taken_name._replace(name=new.get(taken_name.name, taken_name.name)) if taken_name.name else taken_name
        for taken_name in program.statements
    )
    return replace(program, tree=moved(program.tree), statements=statements, aliases=new)


def _other(name: str, convention: Convention) -> str | None:
    """Name → what the convention calls it, None where it has no other name."""
    for statistics, learning in _NAME_PAIRS:
        old, new = (learning, statistics) if convention == "statistics" else (statistics, learning)
        if identity(name) == identity(old):
            return new
    match = _WEIGHT_NAMES[convention].fullmatch(re.sub("[₁-₉]", lambda digit: str("₀₁₂₃₄₅₆₇₈₉".index(digit[0])), name))
    if match is None:
        return None
    return f"{'θ' if convention == 'statistics' else 'w'}_{match[1]}"


def side_by_side(program: Program) -> list[str]:
    """A renamed program → lines of a table that puts the names side by side."""
    if not program.aliases:
        return []
    width = max(map(len, program.aliases))
    return [f"{old:<{width}}  {new}" for old, new in program.aliases.items()]
