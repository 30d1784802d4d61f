"""The state of a build: the columns of the graph so far and the names known so far; and its errors."""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Mapping
from typing import NamedTuple, NoReturn

from graphviz_ad.errors import GraphvizADError, LimitError, UnknownNameError, nearest
from graphviz_ad.graph.graph import Group, Limits
from graphviz_ad.language.habits import HABITS, NO_FORMULA
from graphviz_ad.language.names import GREEK, letter, split
from graphviz_ad.language.tokens import superscript
from graphviz_ad.language.tree import CALL, NAME, Program, Statement
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.table import BY_NAME
from graphviz_ad.values import Value

CONSTANTS = {"pi": math.pi, "π": math.pi, "inf": math.inf, "∞": math.inf, "nan": math.nan}
"""Names that stand for a number unless the author gives them another meaning."""

_NUMBERED = re.compile(r"[^\W\d]\(([1-9][0-9]{0,3})\)")
"""A letter with a number in brackets, as MATLAB writes entries."""
_RAISED = re.compile(r"(?:\^|\*\*)([0-9]+)\(|([²³⁴⁵⁶⁷⁸⁹])\(")
"""The power of a function's name, as in sin^2(x)."""

_SIGNS = {"Σ": "sum", "Π": "prod"}
"""Letters that are written for an operation over entries."""

Literal = float | list["Literal"] | tuple[object, ...] | None
"""A number, a list of numbers, a slice or a `Keyword`; inside a definition also None, for an option not given."""

Lit = tuple[Literal]
"""A number or list of numbers that is not a node yet, since it may turn out to be an option."""

Argument = int | Lit
"""What a node of the tree became: a node of the graph, or what is none yet."""


class Keyword(NamedTuple):
    """An argument of a call behind its name, as axis=0."""

    name: str
    value: Argument


class Draft:
    """The graph so far, the names known so far, and the functions defined so far."""

    def __init__(self, program: Program, share: bool, limits: Limits) -> None:
        self.program, self.share, self.limits = program, share, limits
        self.ops: list[BoundOperation | None] = []
        self.args: list[tuple[int, ...]] = []
        self.origins = array("I")
        self.given: dict[int, str] = {}
        self.constants: dict[int, Value] = {}
        self.inputs: dict[str, int] = {}
        self.scope: dict[str, int] = {}
        self.functions: dict[str, tuple[Program, Statement]] = {}
        self.groups: list[Group] = []
        self.shared: dict[tuple[object, ...], int] = {}
        self.expanded: set[str] = set()
        self.collapsed: set[str] = set()
        self.rows: dict[str, tuple[BoundOperation, tuple[str, ...]]] = {}  # of the collapsed functions
        self.operations: Mapping[str, BoundOperation] = {}  # others than those of the table
        self.depth = self.work = 0
        self.notes: dict[str, None] = {}
        self.expanding = False  # within a definition of the table, which may call its internal operations
        self.place = 0  # where an inlined body stands in the author's formula
        self.assigned = {s.name for s in program.computed if s.name}

    # -- errors --------------------------------------------------------------------------------

    def name_span(self, statement: Statement) -> tuple[int, int]:
        """Statement → where the name it sets stands: the last time before its value."""
        name, text = str(statement.name), self.program.source.text
        start = max(0, text.rfind(name, 0, statement.span[0]))
        return start, start + len(name)

    def fail_set_twice(self, statement: Statement) -> NoReturn:
        """Raise UnknownNameError where a name that has a value is given another."""
        name = str(statement.name)
        again = name in self.inputs
        self.fail_span(
            UnknownNameError,
            f"'{name}' is used before it is set" if again else f"'{name}' is set twice", self.name_span(statement),
            "a name stands for one node: use another name, as in " + f"{name}2 = …",
        )  # fmt: skip

    def fail_size(self, origin: int) -> NoReturn:
        """Raise LimitError where there are too many nodes."""
        self.fail(
            LimitError, f"the graph has more than {self.limits.nodes} nodes", origin,
            "raise the limit with --max-nodes (Limits(nodes=…) in Python)",
        )  # fmt: skip

    def is_function(self, name: str) -> bool:
        """Whether a name is an operation or a function of the formula; a Greek letter is a value unless it is
        called."""
        if name in self.functions:
            return True
        return name in BY_NAME and not BY_NAME[name].internal and letter(name).lower() not in GREEK.values()

    def is_quantity(self, name: str, origin: int) -> bool:
        """Whether the name of an operation on several values is a value of that name: it is a term or a factor,
        x*std + mean, and is called nowhere."""
        text, start = self.program.source.text, self.program.marks[origin]
        row = BY_NAME.get(name)
        if row is None or not ("axis" in row.options or len(row.params) > 1) or not text.startswith(name, start):
            return False
        beside = text[:start].rstrip()[-1:], text[start + len(name) :].lstrip()[:1]
        return re.search(rf"(?<!\w){name}[ \t]*\(", text) is None and any(sign in {*"+-*/"} for sign in beside)

    def unknown_function(self, name: str, origin: int) -> NoReturn:
        if name in self.scope or name in self.assigned:
            self.fail(
                UnknownNameError, f"'{name}' is a value here, not a function", origin,
                f"for a product write {name}*(…)",
            )  # fmt: skip
        if len(name) == 1 and name not in self.functions:
            hint = f"for a product write {name}*(…); a function is defined first, as in {name}(t) = t^2"
            start = self.program.marks[origin]
            if (entry := _NUMBERED.match(self.program.source.text, start)) is not None:
                hint = f"write {name}[{int(entry[1]) - 1}] for the entry, with a list for {name}; {hint}"
            if name in _SIGNS:
                hint = f"write {_SIGNS[name]}(…)"
            self.fail(UnknownNameError, f"there is no function '{name}'", origin, hint)
        if split(name).stem in ("σ", "sigma"):
            hint = f"say which function it is, as in {name}(t) = sigmoid(t) or {name}(t) = tanh(t)"
            self.fail(UnknownNameError, f"there is no function '{name}'", origin, hint)
        known = [n for n, row in BY_NAME.items() if n.isidentifier() and not row.internal]
        near = nearest(name, [*known, *self.functions])
        hint = f"did you mean '{near}'?" if near else "'graphviz-ad ops' lists them; or define it: f(t) = …"
        self.fail(UnknownNameError, f"there is no function '{name}'", origin, {**HABITS, **NO_FORMULA}.get(name, hint))

    def fail_function_as_value(self, name: str, origin: int) -> NoReturn:
        """Raise UnknownNameError where the name of a function stands for a value."""
        after = _RAISED.match(self.program.source.text, self.program.marks[origin] + len(name))
        hint = f"call it, as in {name}(x), or choose another name for the value"
        if after is not None:
            hint = f"the power goes behind the call: {name}(…)^{after[1] or superscript(after[2])}"
        self.fail(UnknownNameError, f"'{name}' is a function", origin, hint)

    def fail(self, error: type[GraphvizADError], message: str, origin: int, hint: str | None = None) -> NoReturn:
        """Raise an error at a tree node of the author's formula."""
        mark = self.program.marks[origin]
        kind, head = self.program.tree.kind[origin], self.program.tree.head[origin]
        if kind in (CALL, NAME) and isinstance(head, str):
            command = self.program.source.text.startswith("\\", mark)  # \\sin
            self.fail_span(error, message, (mark, mark + len(head) + command), hint)
        self.fail_span(error, message, self.program.span(origin), hint)

    def fail_span(
        self, error: type[GraphvizADError], message: str, span: tuple[int, int], hint: str | None
    ) -> NoReturn:
        raise error(message, source=self.program.source, span=span, hint=hint)
