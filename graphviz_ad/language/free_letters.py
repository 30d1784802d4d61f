"""Letters below a left side that are numbers on the right → these: M_ij = 0 if j <= i, w_k = 1/k."""

from __future__ import annotations

from collections.abc import Mapping, Set

from graphviz_ad.language.letters import index_letters, side_nodes
from graphviz_ad.language.names import Parts, identity, split
from graphviz_ad.language.tree import NAME, Program, Statement


def free_letters(
    program: Program, statement: Statement, ranges: Mapping[str, tuple[int, int | None]], given: Set[Parts | str]
) -> str:
    """Statement → the letters below its left side, where one of them stands alone on the right, and has a range or is
    one of two that are compared or computed with: M_ij = 0 if j <= i."""
    own = index_letters(split(statement.name)) if statement.name and statement.params is None else ()
    alone = {program.tree.head[node] for node in side_nodes(statement) if program.tree.kind[node] == NAME}
    if len(own) > 1 and alone.issuperset(own) and not any(identity(letter) in given for letter in own):
        return "".join(own)
    return "".join(own) if any(ranges.get(x, (0, None))[1] is not None and x in alone for x in own) else ""


def has_free_letters(program: Program, given: Set[Parts | str]) -> bool:
    """Whether letters below a left side stand alone on the right, as in M_ij = 0 if j <= i."""
    lettered = [statement for statement in program.statements if "_" in (statement.name or "")]
    return any(free_letters(program, statement, {}, given) != "" for statement in lettered)
