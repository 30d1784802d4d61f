"""Given values → what follows from them: ȳ is the mean of y, and of the sides of a chain one can be computed."""

from __future__ import annotations

from collections.abc import Set

from graphviz_ad.language.given import Given
from graphviz_ad.language.letters import array_name, index_letters
from graphviz_ad.language.names import Parts, identity, split
from graphviz_ad.language.replanting import Additions
from graphviz_ad.language.tree import CALL, KEYWORD, NAME, NUMBER, OPERATOR, Program, Tree

_CONSTANTS = frozenset(("pi", "π", "inf", "∞", "nan"))
"""Names that have a value in every formula."""


def with_means(program: Program, given: Given) -> Program:
    """Program → the same with mean(y) for a ȳ that has no value, beside a y that is given as an array."""
    tree = program.tree
    arrays = {identity(array_name(name)): name for name, shape in given.shapes.items() if shape}
    if not arrays:
        return program
    known = {*given.by_identity, *(identity(statement.name) for statement in program.statements if statement.name)}
    means: dict[int, str] = {}
    for node, (kind, head) in enumerate(zip(tree.kind, tree.head, strict=True)):
        if kind == NAME and not str(head).isascii() and identity(str(head)) not in known:
            parts = split(str(head))
            if parts == Parts(parts.stem, "bar") and (array := arrays.get(identity(parts.stem))):
                means[node] = array
    if not means:
        return program
    names = {str(head) for kind, head in zip(tree.kind, tree.head, strict=True) if kind == NAME}
    of_rows = {  # of x, where x_i stands for its rows
        arrays.get(identity(array_name(name))) for name in names if len(index_letters(split(name))) == 1
    }
    additions = Additions(program)
    notes = dict.fromkeys(program.notes)
    for node, stem in means.items():
        has_rows = len(given.shapes[stem]) == 2 and stem in of_rows
        notes[f"{tree.head[node]} is the mean of {'the rows of ' * has_rows}{stem}"] = None
        options = (additions.add(KEYWORD, "axis", (additions.add(NUMBER, 0.0, (), node),), node),) if has_rows else ()
        value = additions.add(NAME, stem, (), node)
        tree.kind[node], tree.head[node], tree.args[node] = CALL, "mean", (value, *options)
    return additions.planted(notes=tuple(notes))


def with_batch_moments(program: Program, given: Given) -> Program:
    """Program → the same with mean(x) for a μ_B that has no value and is taken from a given array x, and the root of
    the variance of x for σ_B: over axis 0 of a matrix, whose rows are the batch."""
    tree = program.tree
    if not any(given.by_identity.values()) or not any("B" in str(head) and "_" in str(head) for head in tree.head):
        return program
    known = {*given.by_identity, *(identity(statement.name) for statement in program.statements if statement.name)}
    operations = {identity(f"{stem}_B"): name for stem, name in (("μ", "mean"), ("σ", "std"))}
    sought = {
        node: operation for node, (kind, head) in enumerate(zip(tree.kind, tree.head, strict=True))
        if kind == NAME and identity(str(head)) not in known and (operation := operations.get(identity(str(head))))
    }  # fmt: skip
    taken = [
        str(tree.head[args[0]]) for head, args in zip(tree.head, tree.args, strict=True)
        if head == "-" and len(args) == 2 and sought.get(args[1]) == "mean" and tree.kind[args[0]] == NAME
    ]  # fmt: skip
    arrays = {base for name in taken for base in (name, array_name(name)) if given.by_identity.get(identity(base), ())}
    if len(arrays) != 1:
        return program
    (array,) = arrays
    additions, notes = Additions(program), dict.fromkeys(program.notes)
    has_rows = len(given.by_identity[identity(array)]) == 2
    for node, operation in sought.items():
        what = "mean" if operation == "mean" else "standard deviation"
        notes[f"{tree.head[node]} is the {what} of {array} over the batch{', axis 0' * has_rows}"] = None
        options = {"correction": 0.0} if operation == "std" else {}
        options |= {"axis": 0.0} if has_rows else {}
        value = additions.add(NAME, array, (), node)
        more = [
            additions.add(KEYWORD, name, (additions.add(NUMBER, number, (), node),), node)
            for name, number in options.items()
        ]
        tree.kind[node], tree.head[node], tree.args[node] = CALL, operation, (value, *more)
    return additions.planted(notes=tuple(notes))


def with_diagonal_powers(program: Program, given: Given) -> Program:
    """Program → the same with diag(diag(D)^(-1/2)) for D^{-1/2}, where D is diag(…), or given as a square matrix with
    zeros off its diagonal, of which no power below 0 or of a fraction can be meant entry by entry."""
    tree, text = program.tree, program.source.text
    roots = {statement.name: statement.root for statement in program.statements}
    diagonal = {name for name, root in roots.items() if tree.kind[root] == CALL and tree.head[root] == "diag"}
    additions = Additions(program)
    notes = dict.fromkeys(program.notes)
    for node in range(len(tree)):
        if tree.kind[node] != OPERATOR or tree.head[node] != "^" or text.startswith("**", program.marks[node]):
            continue
        base, power = tree.args[node]
        exponent = _number(tree, power)
        if tree.kind[base] != NAME or exponent is None or (exponent >= 0 and exponent.is_integer()) or exponent == -1:
            continue
        name = next((name for name in given.shapes if identity(name) == identity(str(tree.head[base]))), "")
        if tree.head[base] not in diagonal and not _is_diagonal(given.shapes.get(name, ()), given.values.get(name)):
            continue
        entries = additions.add(CALL, "diag", (base,), base)
        raised = additions.add(OPERATOR, "^", (entries, power), node)
        tree.kind[node], tree.head[node], tree.args[node] = CALL, "diag", (raised,)
        notes[f"the power {exponent:g} of {tree.head[base]} is that of the entries on its diagonal"] = None
    return additions.planted(notes=tuple(notes)) if len(notes) > len(program.notes) else program


def _number(tree: Tree, node: int) -> float | None:
    """Node → the number it is: -1/2; None where it is none."""
    kind, head, args = tree.kind[node], tree.head[node], tree.args[node]
    if kind == NUMBER:
        return float(str(head))
    values = [_number(tree, arg) for arg in args] if kind == OPERATOR and head in ("neg", "/") else []
    if not values or None in values or (head == "/" and not values[-1]):
        return None
    return -values[0] if head == "neg" else values[0] / values[1]  # type: ignore[operator]


def _is_diagonal(shape: tuple[int, ...], value: object) -> bool:
    """Whether a value is a square matrix with zeros off its diagonal, and none on it."""
    if len(shape) != 2 or shape[0] != shape[1] or shape[0] < 2:
        return False
    rows = value.tolist() if hasattr(value, "tolist") else value
    assert isinstance(rows, list | tuple)
    return all((entry == 0) == (i != j) for i, row in enumerate(rows) for j, entry in enumerate(row))


def computable_side(program: Program, given: Set[Parts | str], functions: Set[str]) -> int | None:
    """Program, the names with values and those of operations → the number of the first side of its last chain that
    can be computed, counted from 1; None where that is the first one, or there is none."""
    chains = [statement for statement in program.statements if statement.forms]
    if not chains or not given:
        return None
    tree = program.tree
    callable_names = {*functions, *(statement.name for statement in program.statements if statement.params is not None)}
    known = {
        *given,
        *(identity(statement.name) for statement in program.statements if statement.name),
        *program.lengths,
    }
    for number, side in enumerate(chains[-1].forms, 1):
        names = {str(tree.head[node]) for node in range(side.first, side.root + 1) if tree.kind[node] == NAME}
        calls = {str(tree.head[node]) for node in range(side.first, side.root + 1) if tree.kind[node] == CALL}
        if not calls <= callable_names or (side.first == side.root and tree.kind[side.root] == NUMBER):
            continue  # … = 0 is an equation to be solved
        if all(identity(name) in known or name in _CONSTANTS for name in names):
            return number if number > 1 else None
    return None
