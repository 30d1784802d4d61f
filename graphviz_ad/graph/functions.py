"""Call of a user's function, or of an operation to be expanded → the nodes of its body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from graphviz_ad.errors import ArityError, LimitError, UnknownNameError, nearest
from graphviz_ad.graph.collapse import collapsed
from graphviz_ad.graph.draft import CONSTANTS, Argument, Lit
from graphviz_ad.graph.graph import Group
from graphviz_ad.graph.options import literals_of, read_options
from graphviz_ad.language.parser import parse_program
from graphviz_ad.language.tree import CALL, Program, Statement
from graphviz_ad.ops.operation import Operation, Option
from graphviz_ad.ops.table import BY_NAME
from graphviz_ad.values import Value, as_float

if TYPE_CHECKING:
    from graphviz_ad.graph.builder import Builder

_MAX_DEPTH = 50
"""Calls of user functions inside one another."""

_MAX_WORK = 8
"""Pieces of functions that may be written out for each node that is allowed."""


def expandable(names: Iterable[str]) -> set[str]:
    """Operations to inline by name or alias → their names.

    Raises UnknownNameError for one that is unknown or has no definition.
    """
    expanded = set()
    for name in names:
        row = BY_NAME.get(name)
        if row is None or row.definition is None:
            known = sorted(r.name for r in BY_NAME.values() if r.definition)
            near = nearest(name, known)
            hint = f"did you mean '{near}'?" if near else "these can: " + ", ".join(dict.fromkeys(known))
            problem = "there is no such operation" if row is None else "it has no definition in the language"
            raise UnknownNameError(f"'{name}' cannot be expanded: {problem}", hint=hint)
        expanded.add(row.name)
    return expanded


_POINTS = (-1.3, -0.4, 0.25, 0.7, 1.9)
"""Values of the first argument at which a function of the author's is compared with the operation of its name."""
_TOLERANCE = 1e-9
"""Share of a value by which the two may differ: rounding of another order, and no other function."""


def agrees(builder: Builder, statement: Statement, row: Operation) -> bool | None:
    """Whether a function that an author defines is the operation of that name, at some points: σ(x) = 1/(1 + e^(-x));
    None where the two cannot be compared, since one of them is not of single numbers."""
    params = statement.params or ()
    if len(params) != len(row.params) or row.scalar is None:
        return None
    inner = type(builder)(builder.program, False, builder.limits)
    inner.functions, inner.depth = builder.functions, builder.depth + 1
    for param in params:
        inner.scope[param] = inner.inputs[param] = inner.add(None, (), statement.root)
    output = inner.body(builder.program, statement, inner.scope)
    if any(bound is not None and bound.scalar is None for bound in inner.ops):
        return None
    if len(inner.inputs) > len(params):
        return False
    for point in _POINTS:
        given = [point + 0.3 * number for number in range(len(params))]
        values: list[Value] = [0.0] * len(inner.ops)
        for node, value in inner.constants.items():
            values[node] = value
        for node, value in zip(inner.inputs.values(), given, strict=True):
            values[node] = value
        try:
            for node, bound in enumerate(inner.ops):
                if bound is not None and bound.scalar is not None:
                    values[node] = bound.scalar(*[values[arg] for arg in inner.args[node]])
            expected = row.scalar(*given, *row.options.values())
        except (ArithmeticError, ValueError):
            continue
        if abs(as_float(values[output]) - expected) > _TOLERANCE * max(1.0, abs(expected)):
            return False
    return True


def require_collapsible(builder: Builder) -> None:
    """Raise UnknownNameError for a name to collapse that is no function of the formula."""
    for name in sorted(builder.collapsed - set(builder.functions)):
        near = nearest(name, builder.functions)
        raise UnknownNameError(
            f"'{name}' cannot be collapsed: the formula defines no such function",
            hint=f"did you mean '{near}'?" if near else "define one, as in f(t) = t*sigmoid(t)",
        )


def call_function(builder: Builder, name: str, values: list[Argument], origin: int) -> int:
    """Call of a user's function → its value: the nodes of its body as a group, or one node where it is collapsed."""
    _check_arguments(builder, name, values, origin)
    if name not in builder.collapsed:
        return inline(builder, name, *builder.functions[name], values, origin)
    if name not in builder.rows:
        builder.rows[name] = collapsed(builder, name, builder.functions[name][1], origin)
    bound, free = builder.rows[name]
    ids = [builder.value(value, origin) for value in values]
    for other in free:
        node = builder.scope.get(other)
        ids.append(builder.value(builder.name(other, origin), origin) if node is None else node)
    return builder.add(bound, tuple(ids), origin)


def _check_arguments(builder: Builder, name: str, values: list[Argument], origin: int) -> None:
    """Raise ArityError where a user's function is not called with its parameters."""
    params = builder.functions[name][1].params or ()
    options = any(isinstance(value, tuple) and isinstance(value[0], tuple) for value in values)
    if options or len(values) != len(params):
        takes = f"takes {len(params)} argument{'s' * (len(params) > 1)}, not {len(values)}"
        problem = f"'{name}' {'has no options' if options else takes}"
        builder.fail(ArityError, problem, origin, f"call it as {name}({', '.join(params)})")


def inline(
    builder: Builder, name: str, program: Program, statement: Statement, values: list[Argument], origin: int,
    literals: Mapping[str, Lit] | None = None,
) -> int:  # fmt: skip
    """Body of a function and the arguments of a call → the nodes of the body, as a group.

    `literals` are what a definition knows besides its arguments; the statements before its last are steps of it.
    """
    if builder.depth >= _MAX_DEPTH:
        itself = any(
            program.tree.kind[node] == CALL and program.tree.head[node] == name
            for node in range(statement.first, statement.root + 1)
        )
        problem = f"'{name}' calls itself" if itself else f"calls go more than {_MAX_DEPTH} deep"
        hint = "write the steps of a loop out: h1 = f(h0); h2 = f(h1)" if itself else "write the inner calls out"
        builder.fail(LimitError, problem, origin, hint)
    builder.work += statement.root - statement.first + 1
    if builder.work > _MAX_WORK * builder.limits.nodes:  # a body may be large, or called often, without making a node
        builder.fail(
            LimitError, f"'{name}' and what it calls are written out too often", origin,
            "call it less often, or raise --max-nodes (Limits(nodes=…) in Python)",
        )  # fmt: skip
    params = statement.params or ()
    arguments = {param: builder.value(value, origin) for param, value in zip(params, values, strict=True)}
    before, place = len(builder.ops), builder.place
    if not builder.depth:
        builder.place = origin
    builder.depth += 1
    local = Local({**(literals or {}), **arguments}, builder.scope if literals is None else {})
    if literals is not None:
        for step in program.statements[:-1]:
            local[str(step.name)] = builder.body(program, step, local)
    output = builder.body(program, statement, local)
    builder.depth -= 1
    builder.place = place
    members = tuple(
        node for node in range(before, len(builder.ops))
        if builder.ops[node] is not None or node in builder.constants
    )  # fmt: skip
    if members:
        builder.groups.append(Group(name, members, output))
    return output


def expansion(
    builder: Builder, row: Operation, values: list[Argument], options: Mapping[str, Option], origin: int
) -> int:
    """A call of an operation → the nodes of its definition, options put in as numbers."""
    options = {**row.options, **options}
    program = parse_program(str(row.chosen(options).definition), name=f"definition of {row.name}")
    return _written_out(builder, row.name, row, program, values, options, origin)


def call_derivative(builder: Builder, name: str, values: list[Argument], origin: int) -> int:
    """σ'(z) → the nodes of the derivative of an operation or of a user's function at a value.

    Raises ArityError where that is no number for each number.
    """
    arguments, options = list(values), dict[str, Option]()
    if name in builder.functions:
        _check_arguments(builder, name, values, origin)
        bound, free = collapsed(builder, name, builder.functions[name][1], origin)
        row = bound.row
        arguments += [builder.scope.get(other, builder.name(other, origin)) for other in free]
        is_unary = len(values) == 1
    else:
        row = BY_NAME[name]
        arguments, options = read_options(builder, row, values, origin)
        is_unary = len(row.params) == 1
    if not row.pointwise or not is_unary:
        builder.fail(
            ArityError, f"{name}'(…) cannot be read: '{name}' is no function of one number", origin,
            "write the derivative that is meant under a name of its own, as in g = …",
        )  # fmt: skip
    options = {**row.options, **options}
    derivative, out = row.chosen(options).partials[0], row.definition
    if name not in builder.functions:
        out = f"{row.name}({', '.join((*row.params, *(f'{option}={option}' for option in row.options)))})"
    program = parse_program(f"out = {out}; {derivative}" if "out" in derivative else derivative)
    return _written_out(builder, name + "'", row, program, arguments, options, origin)


def _written_out(
    builder: Builder, name: str, row: Operation, program: Program, values: list[Argument],
    options: Mapping[str, Option], origin: int,
) -> int:  # fmt: skip
    """A text over the arguments and the options of an operation → its nodes, as a group of that name."""
    literals: dict[str, Lit] = {name: (value,) for name, value in CONSTANTS.items()} | literals_of(options)
    last = program.statements[-1]
    statement = Statement(row.name, row.params, last.first, last.root, last.span)
    outside, builder.expanding = builder.expanding, True
    output = inline(builder, name, program, statement, values, origin, literals)
    builder.expanding = outside
    return output


class Local(dict[str, Argument]):
    """The names in the body of a function: its parameters, and behind them the names set before."""

    def __init__(self, arguments: Mapping[str, Argument], outer: Mapping[str, int]) -> None:
        super().__init__(arguments)
        self.outer = outer

    def get(self, name: str, default: object = None) -> Any:
        return self[name] if name in self else self.outer.get(name, default)
