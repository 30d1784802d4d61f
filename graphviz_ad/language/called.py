"""A complete call, as programs write it → the call, the product or the value that it is."""

from __future__ import annotations

import re

from graphviz_ad.language.ellipsis import DOTS
from graphviz_ad.language.stack import OpenBracket, Stack
from graphviz_ad.language.tree import CALL, KEYWORD, LIST, NAME, NUMBER, OPERATOR, SLICE
from graphviz_ad.language.vocabulary import BUILT_IN, MEASURES, OBJECTIVES, POPULATION
from graphviz_ad.source import Span

_JOINING_CALLS = frozenset(("concat", "concatenate", "cat", "stack", "hstack", "vstack"))
"""Operations that libraries give one list of what is joined."""
_MAX_ONES = 64
"""Entries of a vector of ones that is written out."""
REDUCTIONS_ONLY = frozenset(("amax", "amin", "nanmax", "nanmin", "reduce_max", "reduce_min"))
"""Names that only libraries have, whose second argument is an axis wherever they stand."""
AXIS_SECOND = REDUCTIONS_ONLY | {"max", "min"}
"""Operations whose second argument in a library is an axis, and here another value."""
COPIES = frozenset((
    "array", "asarray", "tensor", "float32", "float64", "as_tensor", "constant", "Tensor", "to_float", "to_double",
    "cast", "convert_to_tensor", "scalar", "Value", "Parameter", "identity", "as_scalar", "Variable", "numeric",
    "FloatTensor", "asfarray", "double", "float",
))  # fmt: skip
"""Functions of libraries that return their first argument, whatever their options are."""
CUT = frozenset(("int", "long", "to_int32", "to_int64", "int32", "int64", "trunc", "fix"))
"""Functions that leave out the digits behind the point."""
_AXIS_REDUCTIONS = {"rowSums": ("sum", 1), "colSums": ("sum", 0), "rowMeans": ("mean", 1), "colMeans": ("mean", 0)}
"""R's sums and means over an axis, with the operation and the axis."""
_BINOMIALS = frozenset(("comb", "binom", "nchoosek", "choose", "COMBIN"))
"""Binomial coefficients."""
R_LIST = "c()"
"""What R's c(…) is called, which makes a vector of values."""
_TYPES = frozenset((
    "float", "double", "float32", "float64", "as_scalar", "int", "Value", "Variable", "Tensor", "Parameter",
))  # fmt: skip
"""Types, whose names make a value of one."""
PROGRAMS = (
    _TYPES | frozenset(("ones", "zeros", "arange", "range")) | frozenset(_AXIS_REDUCTIONS) | _BINOMIALS | MEASURES
    | OBJECTIVES | BUILT_IN | {R_LIST}
)  # fmt: skip
"""Functions that only programs have."""
WHOLE = re.compile(r"(?:^|[^a-z])u?(?:int|long|short)")
"""The name of a type of whole numbers, among the options of a call."""

_INFINITE = re.compile(r"['\"](-?)inf(?:inity)?['\"]", re.IGNORECASE)
"""The argument of float that is infinite."""


class Called(Stack):
    """Reads calls of programs; `scattered` is whether the tree has nodes that no statement reads."""

    scattered = False
    pairs: set[int]
    """Calls that give values and their places, as torch's max over an axis does."""

    def added(self, kind: int, head: object, args: tuple[int, ...], span: Span) -> int:
        """Add a node that waits on no stack → its index."""
        self.add(kind, head, args, span, span[0])
        return self.operands.pop()

    def is_program(self, frame: OpenBracket) -> bool:
        """Whether a function is one that only programs have."""
        return frame.head in PROGRAMS or (frame.library != "" and frame.head in COPIES | CUT)

    def program_call(self, frame: OpenBracket, span: Span) -> bool:
        """float(x), int(x), rowSums(x), ones(size(x)) → whether that is what was called."""
        items, tree = frame.items, self.tree
        if frame.head in ("ones", "zeros"):
            return len(items) == 1 and self.constants(str(frame.head), items[0], span)
        if frame.head in _BINOMIALS:
            return len(items) == 2 and self.binomial(items[0], items[1], span)
        if (
            not items
            or tree.kind[items[0]] == KEYWORD
            or frame.head in ("arange", "range", "linspace", "seq", "seq_len")
        ):
            return False
        value, self.scattered = items[0], True
        if frame.head == R_LIST and len(items) > 1:
            self.add(LIST, None, tuple(items), span, span[0])
            return True
        if tree.kind[value] == NAME and (infinite := _INFINITE.fullmatch(str(tree.head[value]))) is not None:
            self.add(NAME, "∞", (), span, span[0])  # float('-inf')
            if infinite[1]:
                self.add(OPERATOR, "neg", (self.operands.pop(),), span, span[0])
            return True
        if frame.head in _AXIS_REDUCTIONS:
            operation, axis = _AXIS_REDUCTIONS[frame.head]
            number = self.added(NUMBER, float(axis), (), span)
            self.add(CALL, operation, (value, self.added(KEYWORD, "axis", (number,), span)), span, frame.start)
            return True
        options = self.source.text[self.stops[value] : span[1]] if len(items) > 1 else ""
        if frame.head in COPIES and (value := self.repeated(value)) is not None and tree.kind[value] == LIST:
            tree.args[value] = tuple(map(self.repeated, tree.args[value]))  # array([[0] * 4, row])
        if frame.head in CUT or WHOLE.search(options):
            self.cut(value, span)
        else:
            self.starts[value], self.stops[value] = span
            self.operands.append(value)
        return True

    def binomial(self, n: int, k: int, span: Span) -> bool:
        """Add C(n, k), n!/(k! (n - k)!), as the latest operand → True."""
        self.scattered = True
        written = self.source.text[slice(*span)]
        self.notes[f"{written} is the binomial coefficient"] = None
        others = self.added(OPERATOR, "-", (n, k), span)
        whole, chosen, left = (self.added(CALL, "factorial", (node,), span) for node in (n, k, others))
        self.add(OPERATOR, "/", (whole, self.added(OPERATOR, "*", (chosen, left), span)), span, span[0])
        return True

    def cut(self, value: int, span: Span) -> None:
        """Add int(x), the digits before the point, as the latest operand."""
        size = self.added(CALL, "floor", (self.added(CALL, "abs", (value,), span),), span)
        self.scattered = True
        self.add(OPERATOR, "*", (self.added(CALL, "sign", (value,), span), size), span, span[0])

    def constants(self, name: str, item: int, span: Span) -> bool:
        """ones(3) is a list of ones, ones(size(x)) as many as x has → whether it is one of these."""
        tree = self.tree
        if tree.kind[item] == CALL and tree.head[item] == "size" and len(tree.args[item]) == 1:
            self.scattered = True
            self.add(CALL, f"{name}_like", tree.args[item], span, span[0])
            return True
        if tree.kind[item] != NUMBER or tree.head[item] > _MAX_ONES:
            return False
        number, self.scattered = float(name == "ones"), True
        entries = tuple(self.added(NUMBER, number, (), span) for _ in range(int(tree.head[item])))
        self.add(LIST, None, entries, span, span[0])
        return True

    def gives_pair(self, frame: OpenBracket) -> bool:
        """Whether a call is torch's max or min over an axis: torch.max(x, 1), x.max(dim=1)."""
        if frame.head not in ("max", "min") or frame.library not in ("torch", "."):
            return False
        options = {self.tree.head[item] for item in frame.items[1:] if self.tree.kind[item] == KEYWORD}
        return bool(options & {"dim", "keepdim"}) or (len(frame.items) > 1 and not options)

    def part_of_pair(self, pair: int, place: int, span: Span) -> None:
        """Take the values of a pair of values and places, torch.max(x, 1)[0], as the latest operand."""
        if self.tree.head[place] != 0:
            operation, (start, stop) = self.tree.head[pair], self.span(pair)
            self.fail(
                f"the places that {operation} gives beside the values cannot be computed with", span,
                f"write arg{operation}(…) for them; {self.source.text[start:stop]}[0] has the values",
            )  # fmt: skip
        self.notes[f"{self.source.text[slice(*span)]} has the values, as in torch"] = None
        self.scattered = True
        self.starts[pair], self.stops[pair] = span
        self.operands.append(pair)

    def call(self, frame: OpenBracket, span: tuple[int, int]) -> None:
        """Add a complete call as the latest operand; what a library takes as an axis becomes one."""
        items, tree = frame.items, self.tree
        if self.is_program(frame) and self.program_call(frame, span):
            return
        if frame.library == "." and frame.head in ("masked_fill", "masked_fill_") and len(items) == 3:
            frame.head, items[:] = "where", [items[1], items[2], items[0]]  # x.masked_fill(c, a)
        if frame.head in ("clamp", "clip") and len(items) > 1 and self.clipped(items, span):
            return
        if frame.head == "solve" and len(items) == 1:
            frame.head = "inv"  # R
        if frame.head == "pinv" and len(items) == 1:
            frame.head = "inv"
            self.notes["pinv is the inverse where there is one, and only that is computed"] = None
        if self.is_over_axis(frame):
            for place, option in zip(range(1, len(items)), ("axis", "keepdims"), strict=False):
                if tree.kind[items[place]] != KEYWORD:
                    items[place] = self.added(KEYWORD, option, (items[place],), self.span(items[place]))
        has_three = frame.library in ("torch", ".") and frame.head in ("var", "std") and len(items) > 2
        if has_three and tree.kind[items[2]] != KEYWORD:  # torch.std(x, 0, False)
            items[2] = self.added(KEYWORD, "correction", (items[2],), self.span(items[2]))
        if frame.library and frame.head in ("var", "std") and not self.has_divisor(frame):
            if frame.library in POPULATION:
                self.add(NUMBER, 0.0, (), span, frame.start)
                self.add(KEYWORD, "correction", (self.operands.pop(),), span, frame.start)
                items.append(self.operands.pop())
            elif len(items) == 1 and "mean" in self.source.text:  # var(x) beside a mean of x would be another one
                self.add(NUMBER, 1.0, (), span, frame.start)
                self.add(KEYWORD, "correction", (self.operands.pop(),), span, frame.start)
                items.append(self.operands.pop())
            if frame.library == ".":
                self.notes[
                    f".{frame.head}() divides by n - 1, as torch does; numpy's is {frame.head}(…, correction=0)"
                ] = None
        rest = {tree.kind[item] for item in items[1:]}
        if frame.head in _JOINING_CALLS and items:
            items[0] = self.repeated(items[0])
        if frame.head in _JOINING_CALLS and items and tree.kind[items[0]] == LIST and rest <= {KEYWORD, NUMBER}:
            items[:1] = tree.args[items[0]]  # concatenate([a, b])
            self.scattered = True
        if frame.library and frame.head in ("transpose", "swapaxes") and len(items) > 1:
            if len(items) == 3 and all(map(self.is_literal, items[1:])):  # the shape says whether these are the last
                self.add(OPERATOR, "T", (items[0],), span, frame.start)
                return
            frame.head = "permute"  # numpy's transpose(x, (0, 2, 1))
        if frame.library and frame.head == "linear" and len(items) in (2, 3):  # torch's x Wᵀ + b
            self.scattered = True
            turned = self.added(OPERATOR, "T", (items[1],), self.span(items[1]))
            self.add(OPERATOR, "@", (items[0], turned), span, frame.start)
            if len(items) == 3:
                self.add(OPERATOR, "+", (self.operands.pop(), items[2]), span, frame.start)
            return
        if frame.library and frame.head == "dot" and len(items) == 2:
            self.add(OPERATOR, "@", (items[0], items[1]), span, frame.start)
            return
        self.add(CALL, frame.head, tuple(items), span, frame.start)
        if frame.power is not None:
            self.raised(str(frame.head), frame.power, span)

    def clipped(self, items: list[int], span: Span) -> bool:
        """clip(x, a), clip(x, hi=b), whose bound is computed → max(x, a), min(x, b) as the latest operand."""
        tree = self.tree
        bounds: list[int | None] = [None, None]
        for place, item in enumerate(items[1:]):
            if tree.kind[item] == KEYWORD:
                at = {"min": 0, "a_min": 0, "lo": 0, "max": 1, "a_max": 1, "hi": 1}.get(str(tree.head[item]))
                item = tree.args[item][0]
            else:
                at = place if place < len(bounds) else None
            if at is None:
                return False
            bounds[at] = None if tree.head[item] == "None" else item
        given = [bound for bound in bounds if bound is not None]
        is_call = len(given) == len(bounds) and not any(tree.kind[item] == KEYWORD for item in items)
        if is_call or all(self.is_literal(bound) for bound in given):
            if len(given) < len(items) - 1:  # clip(x, 1e-12, None)
                pairs = zip(("lo", "hi"), bounds, strict=True)
                options = [self.added(KEYWORD, name, (bound,), span) for name, bound in pairs if bound is not None]
                items[1:] = options
                self.scattered = True
            return False
        value, self.scattered = items[0], True
        for operation, bound in zip(("maximum", "minimum"), bounds, strict=True):
            value = value if bound is None else self.added(CALL, operation, (value, bound), span)
        self.operands.append(value)
        return True

    def is_literal(self, node: int) -> bool:
        """Whether a node is a number, perhaps with a minus, or infinity."""
        tree = self.tree
        if tree.kind[node] == OPERATOR and tree.head[node] == "neg":
            (node,) = tree.args[node]
        return tree.kind[node] == NUMBER or tree.head[node] in ("∞", "inf")

    def repeated(self, node: int) -> int:
        """[a, b]*3 in what is joined → the list with its entries three times, as Python has it."""
        tree = self.tree
        if tree.kind[node] == OPERATOR and tree.head[node] == "+":
            parts = [self.repeated(side) for side in tree.args[node]]
            if any(tree.kind[part] != LIST for part in parts):
                return node
            self.scattered = True
            return self.added(LIST, None, tuple(e for part in parts for e in tree.args[part]), self.span(node))
        if tree.kind[node] != OPERATOR or tree.head[node] != "*":
            return node
        sides = sorted(tree.args[node], key=lambda side: tree.kind[side] != LIST)
        if tree.kind[sides[0]] == LIST and tree.kind[sides[1]] in (NAME, CALL):
            self.fail("how often the list is repeated is not known", self.span(node), "write a number, as in [0] * 3")
        if [tree.kind[side] for side in sides] != [LIST, NUMBER] or not 1 <= tree.head[sides[1]] <= _MAX_ONES:
            return node
        self.scattered = True
        return self.added(LIST, None, tree.args[sides[0]] * int(tree.head[sides[1]]), self.span(node))

    def is_over_axis(self, frame: OpenBracket) -> bool:
        """Whether what stands second in a call is an axis: torch.max(X, 1) has one, torch.max(X, y) compares."""
        if len(frame.items) < 2 or frame.head not in AXIS_SECOND | _JOINING_CALLS:
            return False
        second, head = self.tree.kind[frame.items[1]], self.tree.head[frame.items[1]]
        is_axis = second == NUMBER or (second == OPERATOR and head == "neg")
        is_point = "." in self.source.text[slice(*self.span(frame.items[1]))]  # x.max(0.0) compares
        return frame.head in REDUCTIONS_ONLY or (frame.library != "" and is_axis and not is_point)

    def has_divisor(self, frame: OpenBracket) -> bool:
        """Whether a variance says what it divides by."""
        options = (self.tree.head[item] for item in frame.items if self.tree.kind[item] == KEYWORD)
        return any(option in ("correction", "ddof", "unbiased") for option in options)

    def without_ellipsis(self, frame: OpenBracket, span: Span) -> bool:
        """Leave out the dots of x[0, ...], which stand for all axes that are left → whether the index is read with
        them, as x[..., None]."""
        indices = frame.items[1:]
        heads = [self.tree.head[index] for index in indices]
        if heads.count(DOTS) != 1:
            return False
        at = heads.index(DOTS)
        if at == len(heads) - 1:
            self.scattered = True
            dots = frame.items.pop()
            if not at:  # x[...] is x[:]
                frame.items.append(self.added(SLICE, "", (), self.span(dots)))
        if at or heads[1:] != ["None"]:
            return False
        self.scattered = True
        last = self.added(OPERATOR, "neg", (self.added(NUMBER, 1.0, (), span),), span)
        axis = self.added(KEYWORD, "axis", (last,), span)
        self.add(CALL, "unsqueeze", (frame.items[0], axis), span, frame.mark)
        return True
