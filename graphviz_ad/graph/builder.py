"""Program → Graph, in one pass over each statement with an explicit stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Any

from graphviz_ad.errors import ArityError, ShapeError, UnknownNameError
from graphviz_ad.graph.draft import CONSTANTS, Argument, Draft, Keyword, Literal
from graphviz_ad.graph.functions import agrees, call_derivative, call_function, expansion, require_collapsible
from graphviz_ad.graph.graph import Graph
from graphviz_ad.graph.open_products import open_product, product_at
from graphviz_ad.graph.options import index_part, is_keyword, literal, read_options, slice_of
from graphviz_ad.language.tree import (
    CALL,
    INDEX,
    KEYWORD,
    LIST,
    NAME,
    NUMBER,
    OPERATOR,
    SLICE,
    Head,
    Program,
    Statement,
    Tree,
)
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.operation import Operation, Option
from graphviz_ad.ops.table import BY_NAME, OF_SEVERAL, bind


class Builder(Draft):
    """One walk over the statements, which adds the nodes."""

    def run(self) -> Graph:
        """All statements → Graph."""
        output = None
        values = self.values_of(self.program.computed)
        scope, given = self.scope, self.given
        for statement in self.program.statements:
            if statement.params is not None:
                self.define(statement)
                continue
            output = next(values)
            name = statement.name
            if name is not None:
                if name in scope:
                    self.fail_set_twice(statement)
                scope[name] = output
                if output not in given and output not in self.constants:
                    given[output] = name
        if output is None:
            last, tree = self.program.statements[-1], self.program.tree
            calls = [n for n in range(last.first, last.root) if tree.kind[n] == CALL and tree.head[n] == last.name]
            if calls:
                self.fail(
                    UnknownNameError, f"'{last.name}' is computed from itself here", calls[0],
                    f"a recursion has no value; give the {last.name} on the right a name of its own, as in "
                    f"{last.name}_old, for a step of it",
                )  # fmt: skip
            self.fail(
                UnknownNameError, "functions are defined here, but nothing is computed", last.root,
                f"add a formula that uses one, as in …; {last.name}(x)",
            )  # fmt: skip
        require_collapsible(self)
        return Graph(
            self.program, self.ops, self.args, self.origins, self.given, self.constants, self.inputs,
            output, tuple(self.groups), dict(self.scope), self.limits, notes=(*self.program.notes, *self.notes),
        )  # fmt: skip

    def values_of(self, statements: Sequence[Statement]) -> Iterator[int]:
        """Statements in the order in which they are computed → the ids of their values."""
        in_order = all(statement.root < other.first for statement, other in pairwise(statements))
        if in_order:
            return self.bodies(self.program, statements, self.scope)
        return (self.body(self.program, statement, self.scope) for statement in statements)

    def define(self, statement: Statement) -> None:
        """Definition of a user's function → its name is known from here on."""
        name = str(statement.name)
        row = BY_NAME.get(name)
        is_same = row is None or (name != row.name and name.isascii()) or agrees(self, statement, row)
        if is_same is None and name.isascii():
            self.notes[f"{name}(…) is the function that is defined here, not the operation of that name"] = None
        other = is_same is False or (is_same is None and not name.isascii())
        if other or name in self.functions:
            problem = "is an operation already, and another one" if other else "is defined twice"
            span = self.name_span(statement)
            self.fail_span(UnknownNameError, f"'{name}' {problem}", span, "choose another name for the function")
        self.functions[name] = (self.program, statement)

    def body(self, program: Program, statement: Statement, scope: Mapping[str, Argument]) -> int:
        """The nodes of one expression, in order → the id of its value."""
        return next(self.bodies(program, (statement,), scope))

    def bodies(self, program: Program, statements: Sequence[Statement], scope: Mapping[str, Argument]) -> Iterator[int]:
        """The nodes of expressions, each made when its turn comes → the ids of their values."""
        if not statements:
            return
        own = program is self.program
        first, last = statements[0].first, statements[-1].root
        columns = _columns(program.tree, first, last + 1)
        results: list[Any] = []  # what tree node `first + n` became: a node, or a tuple for what is none yet
        put, known = results.append, scope.get
        binary = {} if self.share else _BOUND_OPERATORS
        ops, args, origins, max_nodes = self.ops, self.args, self.origins, self.limits.nodes
        for statement in statements:
            if len(results) < statement.first - first:
                results += islice(columns, statement.first - first - len(results))  # a function defined there
            for node, kind, head, parts in islice(columns, statement.root + 1 - statement.first):
                if kind == NAME:
                    argument = known(head)
                    if argument is not None:
                        put(argument)
                        continue
                elif kind == NUMBER:
                    put((head,))
                    continue
                origin = node if own else self.place
                if kind == OPERATOR and (bound := binary.get(head)) is not None:
                    left, right = parts
                    if bound is _JUXTAPOSED:
                        bound = product_at(program, node)
                    x, y = results[left - first], results[right - first]
                    if type(x) is tuple:
                        x = self.constant(x[0], left if own else origin)
                    if type(y) is tuple:
                        y = self.constant(y[0], right if own else origin)
                    put(len(ops))
                    ops.append(bound)
                    args.append((x, y))
                    origins.append(origin)
                elif kind == NAME:
                    put(self.name(head, origin))
                else:
                    put(self.other(kind, head, [results[part - first] for part in parts], parts, origin))
                if len(ops) > max_nodes:
                    self.fail_size(origin)
            value, origin = results[-1], statement.root if own else self.place
            if type(value) is tuple:
                value = self.constant(value[0], origin)
            if len(ops) > max_nodes:
                self.fail_size(origin)
            yield value

    def other(self, kind: int, head: Head, values: list[Argument], parts: tuple[int, ...], origin: int) -> Argument:
        """Node of the tree that is no name, number or binary operator → what it becomes."""
        if kind == OPERATOR:
            return self.operator(head, values, origin)
        if kind == CALL:
            return self.call(head, values, origin)
        if kind == LIST:
            if not values:
                self.fail(ShapeError, "this list is empty", origin, "write its entries, as in [1, 2]")
            whole = literal(values)
            if whole is not None:
                return (whole,)
            return self.apply(BY_NAME["stack"], values, {}, origin)
        if kind == INDEX:
            places = [origin] * len(parts) if self.depth else parts
            index = tuple(index_part(self, value, place) for value, place in zip(values[1:], places[1:], strict=True))
            return self.apply(BY_NAME["index"], values[:1], {"at": index}, origin)
        if kind == SLICE:
            return (slice_of(self, head, values, origin),)
        assert kind == KEYWORD
        return (Keyword(head, values[0]),)

    def operator(self, key: str, values: list[Argument], origin: int) -> Argument:
        """A sign and its operands → a node; a literal exponent is an option of the power, not a node."""
        first = values[0]
        if key == "neg" and isinstance(first, tuple) and isinstance(first[0], float):
            return (-first[0],)
        if key == "^" and isinstance(values[1], tuple) and isinstance(values[1][0], float):
            return self.apply(BY_NAME["power"], values[:1], {"n": values[1][0]}, origin)
        name = {"root": "sqrt", "T": "transpose"}.get(key, key)
        return self.apply(BY_NAME[name], values, {}, origin)

    def call(self, head: str, values: list[Argument], origin: int) -> int:
        """A call → a node; a user's function is inlined."""
        if head in self.functions:
            return call_function(self, head, values, origin)
        if head in self.operations:
            return self.add(self.operations[head], tuple(self.value(value, origin) for value in values), origin)
        stem = head.rstrip("'′")
        if stem != head and len(head) == len(stem) + 1 and (stem in self.functions or stem in BY_NAME):
            return call_derivative(self, stem, values, origin)
        row = BY_NAME.get(head)
        if row is None or (row.internal and not self.expanding):
            self.unknown_function(head, origin)
        row = _of_several(row, values)
        if row.name == "power" and len(values) > 1 and type(values[1]) is int:
            row = BY_NAME["pow"]
        if row.name == "clamp" and any(type(value) is int for value in values[1:]):
            return self.clamp(values, origin)
        if row.name in ("var", "std") and not self.depth and not any(map(is_keyword, values)):
            self.notes[f"{head} divides by n - 1, as torch does; write {head}(…, correction=0) to divide by n"] = None
        arguments, options = read_options(self, row, values, origin)
        if row.name in self.expanded and row.definition is not None:
            return expansion(self, row, arguments, options, origin)
        return self.apply(row, arguments, options, origin)

    def clamp(self, values: list[Argument], origin: int) -> int:
        """clamp(x, lo, hi) between values that are computed → min(max(x, lo), hi)."""
        bounded = values[0]
        for name, bound in zip(("maximum", "minimum"), values[1:], strict=False):
            bounded = self.apply(BY_NAME[name], [bounded, bound], {}, origin)
        return self.value(bounded, origin)

    def apply(self, row: Operation, values: list[Argument], options: Mapping[str, Option], origin: int) -> int:
        """An operation and its arguments → the new node, or with `share` the one that is there."""
        ids = tuple([value if isinstance(value, int) else self.constant(value[0], origin) for value in values])
        chosen = bind(row.name, tuple((n, options.get(n, d)) for n, d in row.options.items()))
        if self.share:
            key = (chosen, ids)
            if key in self.shared:
                return self.shared[key]
            self.shared[key] = len(self.ops)
        return self.add(chosen, ids, origin)

    def add(self, chosen: BoundOperation | None, ids: tuple[int, ...], origin: int) -> int:
        """Append a node → its id."""
        self.ops.append(chosen)
        self.args.append(ids)
        self.origins.append(origin)
        return len(self.ops) - 1

    def value(self, result: Argument, origin: int) -> int:
        """What a tree node became → a graph node."""
        return result if isinstance(result, int) else self.constant(result[0], origin)

    def constant(self, value: Literal, origin: int) -> int:
        """A literal → a node."""
        if not isinstance(value, (float, list)):
            self.fail(ArityError, "this belongs inside the brackets of a call", origin, "as in sum(x, axis=0)")
        key = ("constant", repr(value))
        if self.share and key in self.shared:
            return self.shared[key]
        node = self.add(None, (), origin)
        if isinstance(value, list):
            import numpy as np

            self.constants[node] = np.array(value, dtype=float)
        else:
            self.constants[node] = float(value)
        if self.share:
            self.shared[key] = node
        return node

    def name(self, name: str, origin: int) -> Argument:
        """A name that is not set yet → a new input, or π; an error where it is a function."""
        if name in CONSTANTS and name not in self.assigned and name not in self.program.consulted:
            return (CONSTANTS[name],)
        if name == "None":
            return (None,)
        if self.is_function(name) and name not in self.program.consulted and not self.is_quantity(name, origin):
            self.fail_function_as_value(name, origin)
        node = self.add(None, (), origin)
        self.inputs[name] = self.scope[name] = node
        self.given[node] = name
        return node


def _of_several(row: Operation, values: Sequence[Argument]) -> Operation:
    """Operation and arguments → the operation that is meant: max(a, b) compares values, max(x) the entries of one."""
    count = sum(not is_keyword(value) for value in values)
    if row.name == "cos" and count == 2:
        return BY_NAME["cosine_similarity"]
    if row.name not in OF_SEVERAL or count < 2:
        return row
    return BY_NAME[OF_SEVERAL[row.name][count > 2]]


def _columns(tree: Tree, first: int, stop: int) -> Iterator[tuple[int, int, Head, tuple[int, ...]]]:
    """Part of a tree → its nodes in order: index, kind, head, arguments."""
    kinds, heads, args = tree.kind, tree.head, tree.args
    if first or stop < len(kinds):
        kinds, heads, args = kinds[first:stop], heads[first:stop], args[first:stop]
    return zip(range(first, stop), kinds, heads, args, strict=True)


_BOUND_OPERATORS: dict[str, BoundOperation] = {
    key: bind(BY_NAME[key].name) for key in ("+", "-", "*", "odot", "/", "@", "<", "<=", ">", ">=", "==", "!=")
}
"""Binary signs that always become one node; "^" may be a power with a literal exponent."""
_JUXTAPOSED = _BOUND_OPERATORS["·"] = open_product("")
"""Stands for every product of the sign · or of none, until `product_at` has looked at how it is written."""
