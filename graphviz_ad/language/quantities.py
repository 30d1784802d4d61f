"""Left sides f(x) that are no functions → quantities: f(x) = w x + b is the value f where nothing calls it."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from graphviz_ad.language.letters import array_name
from graphviz_ad.language.names import split
from graphviz_ad.language.tree import CALL, NAME, Program, Statement
from graphviz_ad.language.vocabulary import Vocabulary


def quantities(vocabulary: Vocabulary, program: Program) -> Program:
    """Program → the same with values for left sides f(x) that are called nowhere: f(x) = w x + b is the quantity f."""
    tree = program.tree
    if all(statement.params is None for statement in program.statements):
        return program
    called = {head for kind, head in zip(tree.kind, tree.head, strict=True) if kind == CALL}
    called |= {str(head).rstrip("'′") for head in called}  # f'(x) needs f
    operations = set(vocabulary.functions) - _called_elsewhere(program, vocabulary)
    called -= operations  # σ(Z) = σ(W A + b) calls the operation
    bare = {head for kind, head in zip(tree.kind, tree.head, strict=True) if kind == NAME}
    last = program.statements[-1]
    only_functions = last.name in called and last.params is not None
    statements, notes, ignored = [], list(program.notes), set[str]()
    for statement in program.statements:
        names = [*map(str, names_of(program, statement))] if statement.params is not None else []
        is_value = statement is last or statement.name in bare or only_functions or _depends_on_none(statement, names)
        is_value = is_value or _is_followed(program, statement, names) or _is_at(program, statement, called)
        if statement.params is not None and statement.name not in called and is_value:
            unused = [name for name in statement.params if name not in (*names, *(s.name for s in program.statements))]
            ignored.update(unused)
            left = f"{statement.name}({', '.join(statement.params)})"
            stems = {*map(array_name, names), *(split(name).stem for name in names)}  # θ is (θ_0, θ_1)
            strange = [name for name in unused if name not in stems and array_name(name) not in stems]  # x_i is of x
            strange = [name for name in strange if name not in bare]  # J(w) = ‖r‖², r = y - X w
            notes.extend(f"{name} stands on the left side of {left}, but is never used" for name in strange)
            statement = statement._replace(params=None)
        statements.append(statement)
    return replace(program, statements=tuple(statements), notes=tuple(notes), ignored=program.ignored | ignored)


def _depends_on_none(statement: Statement, names: Sequence[str]) -> bool:
    """Whether a left side f(x) has no name in its brackets that stands on the right, where `names` do."""
    used = {*names, *map(array_name, names), *(split(name).stem for name in names)}
    return not used.intersection(statement.params or ())


def _is_followed(program: Program, statement: Statement, names: Sequence[str]) -> bool:
    """Whether what a statement is made of is set below it, as in LayerNorm(x) = (x - μ)/σ, μ = mean(x)."""
    behind = program.statements[program.statements.index(statement) + 1 :]
    return any(
        other.name in names and other.name not in (statement.params or ()) for other in behind if other.params is None
    )


def _is_at(program: Program, statement: Statement, called: Set[object]) -> bool:
    """Whether a parameter of a function gets a value below it, as in f(x) = x² + 1, x = 3, or is a quantity there, as
    in k(r) = exp(-r), r(x, y) = ‖x - y‖."""
    behind = program.statements[program.statements.index(statement) + 1 :]
    names = {other.name for other in behind if other.params is None or other.name not in called}
    return not names.isdisjoint(statement.params or ())


def _called_elsewhere(program: Program, vocabulary: Vocabulary) -> set[str | None]:
    """Program → the operations that one of its statements defines and another one calls."""
    statements = program.statements
    defined = [s for s in statements if s.params is not None and s.name in vocabulary.functions]
    return {s.name for s in defined if any(s.name in names_of(program, o, CALL) for o in statements if o is not s)}


def names_of(program: Program, statement: Statement, *kinds: int) -> set[object]:
    """Statement → the names in all its forms; of values, unless `kinds` of nodes are given."""
    tree, kinds = program.tree, kinds or (NAME,)
    sides = statement.forms or (statement,)
    return {
        tree.head[node]
        for side in sides
        for node, kind in enumerate(tree.kind[side.first : side.root + 1], side.first)
        if kind in kinds
    }
