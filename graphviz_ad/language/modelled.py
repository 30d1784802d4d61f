"""Functions of tools for optimisation, and differences of neighbours → what they are computed by; derivatives that are
asked for → an error that says they are shown anyway."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn

from graphviz_ad.language import tokens
from graphviz_ad.language.counting import Counting
from graphviz_ad.language.operators import POWER, SIGN
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.stack import SOLVE, OpenBracket
from graphviz_ad.language.tree import CALL, INDEX, KEYWORD, NAME, NUMBER, OPERATOR, SLICE
from graphviz_ad.language.vocabulary import ASKED, CVX_KL, GOALS, OBJECTIVES, REWRITTEN
from graphviz_ad.source import Span

_MAX_ORDER = 3
"""How often differences of neighbours are taken at most."""
_SAME = {
    "sum_entries": "sum", "max_entries": "max", "min_entries": "min", "log_sum_exp": "logsumexp", "norm2": "norm",
}  # fmt: skip
"""Functions that are operations under another name."""
_NORMS = {"norm1": 1.0, "norm_1": 1.0, "normInf": float("inf"), "norm_inf": float("inf"), "norminf": float("inf")}
"""Norms with their orders."""
_BEFORE_NUMBER = frozenset(("exp", "neg", "^"))
"""What is on the stack before an exponent."""
_DERIVATIVE = re.compile(
    r"(?<![\w.\\])(?:d(?:\^?[23²³])?|∂(?:\^?[23²³])?)[ ]?/[ ]?[d∂]((?:[^\W\d_²³]|theta|beta|alpha)(?:_\w+|[0-9])?)"
    r"(?:\^[23]|[²³])?(?:[ \t]+(?=\w)|[ \t]*(?=[(\[{√|]))"
)
"""What asks for a derivative: d/dx (x^2)."""

_OF_BRACKET = re.compile(r"(?<![\w.])d\(")
"""What begins the same with what is differentiated above the bar: d(x^2)/dx."""
_BELOW_BRACKET = re.compile(r"[ ]?/[ ]?d([^\W\d_]\w*)(?![ \t]*=(?!=))")
"""What stands below that bar."""


class Modelled(Counting):
    """Reads functions of tools for optimisation."""

    def program_call(self, frame: OpenBracket, span: Span) -> bool:
        """sum_squares(x), quad_form(x, P), Minimize(f), diff(x) → whether that is what was called."""
        head, items = str(frame.head), frame.items
        if head not in OBJECTIVES or head in self.defined:
            return super().program_call(frame, span)
        build = _BUILT.get(head)
        count = 2 if head in _OF_TWO else 1
        if head == "diff":
            return self.differences(frame, span)
        if len(items) != count or any(self.tree.kind[item] == KEYWORD for item in items):
            return False
        self.scattered = True
        if head in GOALS or head in REWRITTEN:
            if head in GOALS:
                self.notes[f"{head}(…) is left out: what stands in it is computed, not its optimum"] = None
            self.starts[items[0]], self.stops[items[0]] = span
            self.operands.append(items[0])
        elif head in _NORMS:
            order = self.added(NUMBER, 1.0, (), span) if _NORMS[head] == 1 else self.added(NAME, "∞", (), span)
            self.add(CALL, "norm", (items[0], self.added(KEYWORD, "p", (order,), span)), span, frame.start)
        elif build is not None:
            self.operands.append(build(self, span, *items))
        else:
            self.add(CALL, _SAME[head], (items[0],), span, frame.start)
        return True

    def raised_number(self, mark: int) -> bool:
        """Read e^2x, what is typed for e^(2x), where a name begins at `mark` → whether it is that; of 10^2x only say
        how it is read."""
        stack, text = self.stack, self.source.text
        key = stack[-1][1] if stack else ""
        if key not in _BEFORE_NUMBER or self.tree.kind[self.operands[-1]] != NUMBER or not text[mark - 1].isdecimal():
            return False
        at = len(stack) - 2 if key == "neg" and len(stack) > 1 else len(stack) - 1
        if stack[at][1] not in ("exp", "^") or not (text[mark].isalpha() or text[mark] == "("):
            return False
        number = text[stack[at][2] : mark].rpartition("^")[2].rpartition("*")[2].strip()
        if stack[at][1] == "exp" and text[mark] == "(":
            self.notes[f"e^{number}(…) is read as (e^({number}))·(…); write e^({number}(…)) for the other reading"] = (
                None
            )
            return False
        if stack[at][1] == "exp":
            self.notes[
                f"e^{number}{text[mark]} is read as e^({number}{text[mark]}); write e^({number})*… for the product"
            ] = None
            stack.append((POWER, "·", mark, None))
            return True
        base = self.operands[-2]
        if self.tree.kind[base] == NUMBER:
            whole = f"{self.written(base)}^{number}"
            self.notes[f"{whole}{text[mark]} is read as ({whole})·{text[mark]}"] = None
        return False

    def apply(self, key: str, right: int, mark: int) -> None:
        """Apply what stands before its operand and becomes a call; say how e^-x/2 is read."""
        text, stop = self.source.text, self.stops[right]
        if key == "exp" and text[stop : stop + 1] == "/" and text[stop - 1] != ")":
            power = text[mark:stop].strip()
            self.notes[f"{power}/… is read as ({power})/…; write e^({power[2:]}/…) for the other reading"] = None
        is_root = key == "applied" and self.functions[-1].name == "sqrt" and self.tree.head[right] == "^"
        if is_root and text[stop:].lstrip(" ")[:1] in ("+", "-") and text[stop - 1] != ")":
            power = self.written(right)
            self.notes[f"sqrt {power} is read as sqrt({power}); write brackets for the root of a sum"] = None
        super().apply(key, right, mark)

    def tight_quotient(self, mark: int) -> bool:
        """Read R's %% or %/%, which bind tighter than a product → a value comes next."""
        while self.stack and self.stack[-1][0] >= SIGN:
            self.reduce()
        self.stack.append((SIGN, "/", mark, None))
        return True

    def other_quotient(self, quotient: int, mark: int) -> None:
        """Add MATLAB's A\\b, what solves A x = b, as the latest operand, a remainder, or a quotient that is rounded
        down."""
        if self.source.text.startswith("%%", mark):
            self.scattered = True
            self.operands.append(self.of("mod", self.span(quotient), *self.tree.args[quotient]))
            return
        if not self.source.text.startswith(SOLVE, mark):
            super().other_quotient(quotient, mark)
            return
        left, right = self.tree.args[quotient]
        span, tree = self.span(quotient), self.tree
        self.scattered = True
        row = -1
        if tree.kind[left] == OPERATOR and tree.head[left] in ("·", "*") and self.is_row(tree.args[left][0]):
            row, left = tree.args[left]  # d'*S\d is d'*(S\d), as (d'*S)\d is no system of equations
        written = f"{self.written(left)}\\{self.written(right)}"
        shape = self.shape(str(tree.head[left])) if tree.kind[left] == NAME else ()
        if tree.kind[left] == NUMBER or (tree.kind[left] == NAME and self.vocabulary.shapes.get(tree.head[left]) == ()):
            value = self.of("/", span, right, left)
            self.notes[f"{written} is {self.written(right)} / {self.written(left)}"] = None
        elif len(shape) == 2 and shape[0] != shape[1]:
            turned = self.of("T", span, left)
            sides = self.of("@", span, turned, left), self.of("@", span, turned, right)
            value = self.of("solve", span, *sides)
            self.notes[f"{written} is the least-squares solution, as MATLAB has it"] = None
        else:
            value = self.of("solve", span, left, right)
            self.notes[f"{written} solves the system of equations, as MATLAB and Julia have it"] = None
        if row >= 0:
            value = self.of("·", span, row, value)
            self.notes[f"{self.written(row)}*{written} is read as {self.written(row)}*({written})"] = None
        self.operands.append(value)

    def written(self, node: int) -> str:
        """Node → its text."""
        return self.source.text[slice(*self.span(node))].strip()

    def is_row(self, node: int) -> bool:
        """Whether a node is the transpose of a vector, as the given values show."""
        tree = self.tree
        if tree.kind[node] != OPERATOR or tree.head[node] != "T":
            return False
        names = [str(tree.head[n]) for n in nodes_below(tree, node) if tree.kind[n] == NAME]
        return max((len(self.shape(name)) for name in names), default=0) == 1

    def of(self, name: str, span: Span, *args: int) -> int:
        """Name of an operation or a sign, and its arguments → the node."""
        return self.added(CALL if name.isalpha() and name != "T" else OPERATOR, name, args, span)

    def sum_of_squares(self, span: Span, x: int) -> int:
        """x → sum(x²)."""
        return self.of("sum", span, self.of("square", span, x))

    def positive_part(self, span: Span, x: int) -> int:
        """x → max(x, 0)."""
        return self.of("maximum", span, x, self.added(NUMBER, 0.0, (), span))

    def times_log(self, span: Span, x: int, y: int) -> int:
        """x, y → x log(y)."""
        return self.of("odot", span, x, self.of("log", span, y))

    def relative_entropy(self, span: Span, x: int, y: int) -> int:
        """x, y → x log(x/y)."""
        return self.times_log(span, x, self.of("/", span, x, y))

    def length_along(self, axis: float, span: Span, x: int) -> int:
        """Array → how many entries it has along an axis."""
        number = self.added(NUMBER, axis, (), span)
        return self.of("size", span, x, self.added(KEYWORD, "axis", (number,), span))

    def differences(self, frame: OpenBracket, span: Span) -> bool:
        """Add diff(x), x[1:] - x[:-1], as the latest operand → True; derivatives are asked for in vain."""
        items, tree = frame.items, self.tree
        options = {str(tree.head[item]): tree.args[item][0] for item in items[1:] if tree.kind[item] == KEYWORD}
        values = [item for item in items if tree.kind[item] != KEYWORD]
        inside = [str(tree.head[n]) for n in nodes_below(tree, values[0]) if tree.kind[n] == NAME] if values else []
        ranks = [len(self.shape(name)) for name in inside]
        is_scalar = (
            len(inside) > 0
            and tree.kind[values[0]] != NAME
            and not any(ranks)
            and all(name in self.vocabulary.shapes for name in inside)
        )
        if (len(values) > 1 and tree.kind[values[1]] == NAME) or (is_scalar and len(values) == 1):
            by = str(tree.head[values[1]]) if len(values) > 1 else inside[0]
            self.fail_asked(self.written(values[0]), by, span)
        order = options.pop("n", values[1] if len(values) == 2 else None)
        times = 1 if order is None else int(tree.head[order]) if tree.kind[order] == NUMBER else 0
        axis = options.pop("axis", options.pop("dim", values[2] if len(values) == 3 else None))
        matrix = max(ranks, default=0) > 1
        if (
            len(values) not in (1, 2, 3)
            or options
            or not 1 <= times <= _MAX_ORDER
            or (axis is not None and not frame.library)
        ):
            self.fail(f"this {frame.head}(…) is not read", span, "write the differences, as in x[1:] - x[:-1]")
        if matrix and tree.kind[values[0]] != NAME:
            self.fail("these differences may be along either axis", span, "write them, as in A[1:] - A[:-1]")
        is_last = matrix and frame.library != "" and (axis is None or tree.head[axis] != 0)
        value = values[0]
        written = self.written(value)
        for _ in range(times):
            sides = []
            for letter in "ab":
                bound = self.added(NUMBER, 1.0, (), span)
                bound = bound if letter == "a" else self.added(OPERATOR, "neg", (bound,), span)
                part = self.added(SLICE, letter, (bound,), span)
                whole = (self.added(SLICE, "", (), span),) if is_last else ()
                sides.append(self.added(INDEX, None, (value, *whole, part), span))
            value = self.added(OPERATOR, "-", tuple(sides), span)
        self.scattered = True
        later, earlier = ("[:, 1:]", "[:, :-1]") if is_last else ("[1:]", "[:-1]")
        name = written if tree.kind[values[0]] == NAME else f"({written})"
        times_said = f", taken {times} times" if times > 1 else ""
        self.notes[f"diff({written}) is {name}{later} - {name}{earlier}, the differences of neighbours{times_said}"] = (
            None
        )
        self.operands.append(value)
        return True

    def fail_asked(self, formula: str, by: str, span: Span) -> NoReturn:
        """Raise ParseError where a derivative of a formula is asked for, by a name or by all inputs."""
        formula = formula.strip().removeprefix("expression")
        where = f"its gradient stands at {by}" if by else "its gradients stand at its inputs"
        self.fail(
            f"this asks for {f'the derivative by {by}' if by else 'a derivative'}, which is shown of any formula", span,
            f"give the function alone, as in y = {formula or '…'}: {where}",
        )  # fmt: skip

    def call(self, frame: OpenBracket, span: Span) -> None:
        """Add a complete call as the latest operand; one that asks for a derivative is refused."""
        head, items = str(frame.head), frame.items
        is_asked = head in ASKED and (len(items) > 1 or (items and head != "D"))
        if is_asked and head not in self.defined and not self.is_set(head):
            by = self.written(items[1]).strip("'\"") if len(items) > 1 else ""
            is_name = self.tree.kind[items[0]] == NAME and not by
            self.fail_asked("" if is_name else self.written(items[0]), by, span)
        super().call(frame, span)

    def require_no_derivative(self, text: str) -> None:
        """Raise ParseError for d/dx before what is to be differentiated, where it is no left side."""
        asked = _DERIVATIVE.search(text)
        for begin in _OF_BRACKET.finditer(text) if not self.is_set("d") else ():
            close = tokens.closer(text, begin.end() - 1)
            below = _BELOW_BRACKET.match(text, close + 1) if close > 0 else None
            if below is not None and "d" not in self.defined:
                self.fail_asked(text[begin.end() : close], below[1], (begin.start(), below.end()))
        if asked is None or self.is_set("d") or self.is_set(f"d{asked[1]}"):
            return
        rest = re.split(r"[;\n]", text[asked.end() :])[0]
        if re.search(r"(?<![=<>!])=(?!=)", rest) is None:
            whole = rest.strip()
            inner = whole[1:-1] if whole[:1] + whole[-1:] in ("()", "[]") and "(" not in whole[1:] else whole
            self.fail_asked(inner, asked[1], asked.span())


_OF_TWO = frozenset(("xlogy", "xlog1py", "quad_form", "quad_over_lin", "rel_entr", CVX_KL))
"""Those of two arguments."""
_BUILT: dict[str, Callable[..., int]] = {
    "sum_squares": Modelled.sum_of_squares, "sumsq": Modelled.sum_of_squares, "sum_square": Modelled.sum_of_squares,
    "quad_form": lambda self, span, x, p: self.of("@", span, self.of("@", span, x, p), x),
    "quad_over_lin": lambda self, span, x, y: self.of("/", span, self.sum_of_squares(span, x), y),
    "pos": Modelled.positive_part,
    "inv_pos": lambda self, span, x: self.of("/", span, self.added(NUMBER, 1.0, (), span), x),
    "square_pos": lambda self, span, x: self.of("square", span, self.positive_part(span, x)),
    "entr": lambda self, span, x: self.of("neg", span, self.times_log(span, x, x)),
    "rel_entr": Modelled.relative_entropy,
    "xlogy": Modelled.times_log,
    "xlog1py": lambda self, span, x, y: self.of("odot", span, x, self.of("log1p", span, y)),
    CVX_KL: lambda self, span, x, y: self.of(
        "-", span, self.relative_entropy(span, x, y), self.of("-", span, x, y)
    ),
    **dict.fromkeys(("ncol", "NCOL"), lambda self, span, x: self.length_along(1.0, span, x)),
    "NROW": lambda self, span, x: self.length_along(0.0, span, x),
}  # fmt: skip
"""Functions and what they are computed by."""
