"""Brackets, commas and colons of one parse → calls, lists, indices and slices."""

from __future__ import annotations

import re

from graphviz_ad.language.contents import Contents
from graphviz_ad.language.faults import CLOSERS, OPENERS
from graphviz_ad.language.habits import decimal_comma
from graphviz_ad.language.operators import APPLIED
from graphviz_ad.language.ranges import COLON
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.stack import OpenBracket
from graphviz_ad.language.tokens import closer
from graphviz_ad.language.tree import CALL, INDEX, KEYWORD, LIST, NAME, NUMBER, OPERATOR, SLICE, TOTAL
from graphviz_ad.language.vocabulary import EMPTY
from graphviz_ad.source import Span

CLOSABLE = {
    ")": ("group", "call", "vector", "range"), "]": ("list", "index"), "}": ("brace",), "⌋": ("floor",),
    "⌉": ("ceil",), "⟩": ("dot",),
}  # fmt: skip
"""Kinds of bracket that each closing sign closes."""
_GROUPS = {")": "group", "}": "brace"}
"""Brackets that are only put around a value."""
CALLED = {"abs": "abs", "norm": "norm", "double": "norm", "floor": "floor", "ceil": "ceil", "dot": "dot"}
"""Brackets that are calls, and of what."""
_WITH_LISTS = ("call", "list", "index", "dot", "vector")
"""Brackets in which commas stand."""
BELOW_SIGNS = ("_", "₊", "₋")
"""What the part of a value, as in (x)_+, can begin with."""
_AROUND_VALUE = re.compile(r"[+\-−*/·⋅×^][+\-−*/·⋅×()^]|[(][+\-−/·⋅×^]|.?[⁰¹²³⁴-⁹⁻ᵀ^]")
"""Signs before and behind square brackets that hold one value: [S]/(K + [S]), [H]^{-1}."""


class Brackets(Contents):
    """Reads what opens, separates and closes."""

    def open(self, what: str, mark: int, head: str | None = None, start: int | None = None) -> bool:
        """Open a bracket; for an index, the value before it belongs to it."""
        frame = OpenBracket(what, mark, len(self.operands), head, mark if start is None else start)
        if what == "index":
            value = self.operands.pop()
            frame.base, frame.start = len(self.operands), self.starts[value]
            frame.items.append(value)
        self.stack.append((0, what, mark, frame))
        self.brackets += 1
        return True

    def drop_last_name(self) -> str:
        """Take the last node, a NAME, off the tree again → the name."""
        self.operands.pop()
        tree = self.tree
        tree.kind.pop(), tree.args.pop(), self.starts.pop(), self.stops.pop(), self.marks.pop()
        return str(tree.head.pop())

    def open_call(self, mark: int, power: float | None = None, library: str = "") -> bool:
        """Take the name read just now back from the tree, and open the bracket of its call → a value comes next."""
        start = self.starts[-1]
        name = self.drop_last_name()
        frame = OpenBracket("call", mark, len(self.operands), name, start)
        frame.power, frame.library = power, library
        self.stack.append((0, "call", mark, frame))
        self.brackets += 1
        return True

    def open_method(self, name: str, mark: int) -> bool:
        """Open the call of a method, `x.sum(`; its first argument is the value before the dot → a value comes next."""
        receiver = self.operands.pop()
        frame = OpenBracket("call", mark, len(self.operands), name, self.starts[receiver])
        frame.items, frame.library = [receiver], "."
        self.stack.append((0, "call", mark, frame))
        self.brackets += 1
        return True

    def frame(self) -> OpenBracket | None:
        """Apply all operators in the innermost open bracket → that bracket, None where none is open."""
        self.reduce_to_frame()
        return self.stack[-1][3] if self.stack else None

    def innermost(self) -> OpenBracket | None:
        """→ The innermost open bracket, whose operators still wait; None where none is open."""
        for level, _, _, frame in reversed(self.stack):
            if level == 0:
                return frame
        return None

    def comma(self, start: int, want: bool) -> bool:
        """End an argument, an entry or an index → a value comes next."""
        if want and not (self.stack and self.stack[-1][3] and self.stack[-1][3].bounds):
            self.left_out(start, ",")
        frame = self.frame()
        if frame is not None and frame.what == "group" and self.may_be_vector(start):
            frame.what = "vector"
        if frame is None or frame.what not in _WITH_LISTS:
            number = decimal_comma(self.source.text, start)
            hint = "end a statement with ';', or write a list as [1, 2]"
            if number is not None:
                hint = f"write {number} with a decimal point, or a list as [1, 2]"
            self.fail("a comma stands only between arguments or entries", (start, start + 1), hint)
        self.item(frame, start, want)
        return True

    def item(self, frame: OpenBracket, stop: int, want: bool) -> None:
        """Close one argument, entry or index of the bracket."""
        if frame.bounds and frame.what != "index":
            if want:
                self.fail_missing(stop, self.source.text[stop])
            self.operands.append(self.numbers(frame.bounds, self.operands.pop()))
            frame.bounds = ()
        elif frame.bounds:
            frame.bounds += (None if want else self.operands.pop(),)
            letters = "".join(c for c, bound in zip("abs", frame.bounds, strict=False) if bound is not None)
            parts = tuple(bound for bound in frame.bounds if bound is not None)
            start = self.starts[parts[0]] if parts else stop - 1
            self.add(SLICE, letters, parts, (start, stop), start)
            frame.bounds = ()
        elif frame.keyword is not None:
            value = self.operands.pop()
            name, mark = frame.keyword
            self.add(KEYWORD, name, (value,), (mark, self.stops[value]), mark)
            frame.keyword = None
        item = self.operands.pop()
        frame.items.append(self.counted_index(frame, item) if frame.what == "index" else item)

    def counted_index(self, frame: OpenBracket, index: int) -> int:
        """An index as it is written → the same counted from 0."""
        return index

    def colon(self, start: int, want: bool) -> bool:
        """End a bound of a slice → a value may come next."""
        value = None if want else -1
        frame = self.frame() if not want or (self.stack and self.stack[-1][0] == 0) else None
        if frame is None or frame.what != "index" or len(frame.bounds) > 1:
            self.fail("':' stands only in an index", (start, start + 1), "as in z[0:2] or W[:, 0]")
        frame.bounds += (value if value is None else self.operands.pop(),)
        return True

    def close(self, sign: str, start: int, want: bool) -> bool:
        """Close a bracket, so that the whole is one value → no value comes next."""
        stack = self.stack
        if want and stack and stack[-1][0]:
            self.fail_missing(start, sign)
        while stack and stack[-1][0]:
            self.reduce()
        frame = stack[-1][3] if stack else None
        if frame is not None and frame.what == _GROUPS.get(sign) and len(self.operands) > frame.base:
            value = self.operands[-1]
            self.starts[value], self.stops[value] = frame.start, start + 1
            stack.pop()
            self.brackets -= 1
            if sign == ")" and self.source.text[start + 1 : start + 2] in BELOW_SIGNS:
                self.lowered(start + 1)
            return False
        if frame is None or frame.what not in OPENERS:
            opener = next(opener for opener, closer in CLOSERS.items() if closer == sign)
            self.fail(f"'{sign}' has no '{opener}' before it", (start, start + 1), "take it out or open one")
        if frame.what not in CLOSABLE[sign]:
            opener = OPENERS[frame.what]
            self.fail(
                f"'{opener}' is closed by '{sign}'", (start, start + 1), f"close it with '{CLOSERS[opener]}' first"
            )
        empty = len(self.operands) == frame.base
        if not empty or frame.bounds:
            self.item(frame, start, want)
        elif (
            frame.what not in ("call", "list", "vector")
            or not (not frame.items or frame.what == "vector" or frame.library or self.ends_a_line(start))
            or frame.keyword
        ):
            self.left_out(start, sign)
            self.item(frame, start, want=False)
        self.pop_frame()
        span = (frame.start, start + 1)
        if frame.what == "call":
            self.call(frame, span)
            return False
        if frame.what == "dot":
            self.inner_product(frame, span)
        elif frame.what in CALLED:
            self.add(CALL, CALLED[frame.what], tuple(frame.items), span, frame.mark)
        elif frame.what == "list" and frame.head == "concat":
            self.join(frame, span)
        elif frame.what == "range" or (
            frame.what == "list" and len(frame.items) == 1 and self.is_grouped(frame.items[0], start)
        ):
            value = frame.items[0]  # [x > 0] is 1 where it holds; [a + b] is a bracket like any other
            self.starts[value], self.stops[value] = span
            self.operands.append(value)
        elif frame.items[0:1] and frame.items[0] in self.pairs and self.tree.kind[frame.items[-1]] == NUMBER:
            self.part_of_pair(frame.items[0], frame.items[-1], span)
        elif frame.what == "index" and len(frame.items) == 2 and self.is_factor(frame.items[1], frame):
            left, right = frame.items  # α[r + γ q]² is a product, with the power of the bracket
            self.starts[right], self.stops[right] = frame.mark, start + 1
            self.notes[f"{self.source.text[frame.start : start + 1]} is read as a product"] = None
            self.operands.append(left)
            self.juxtapose(frame.mark)
            self.operands.append(right)
        elif frame.what == "index" and len(frame.items) > 2 and self.are_stacked(frame.items[1:]):
            listed = self.added(LIST, None, tuple(frame.items[1:]), (frame.mark, start + 1))
            self.notes[f"{self.source.text[frame.start : start + 1]} is read as a product"] = None
            self.add(OPERATOR, "·", (frame.items[0], listed), span, frame.mark)  # W [h_{t-1}, x_t]
        else:
            last = frame.items[-1] if len(frame.items) == 2 else -1
            if frame.what == "index" and self.tree.kind[last] == LIST and self.source.text[self.starts[last]] == "(":
                frame.items[1:] = self.tree.args[last]
                self.scattered = True
            if frame.what == "index" and self.without_ellipsis(frame, span):
                return False
            if frame.what == "index":
                self.add_entry(frame, span)
            else:
                self.add(LIST, None, tuple(frame.items), span, frame.mark)
        if frame.what == "list" and self.source.text.startswith(BELOW_SIGNS, start + 1):
            self.lowered(start + 1)
        elif frame.what == "list" and self.stack and self.stack[-1][0] == APPLIED:
            self.reduce()  # exp[a] b is exp(a) b
        return False

    def inner_product(self, frame: OpenBracket, span: Span) -> None:
        """Add ⟨x, y⟩ as the latest operand."""
        self.add(CALL, CALLED[frame.what], tuple(frame.items), span, frame.mark)

    def add_entry(self, frame: OpenBracket, span: Span) -> None:
        """Add an entry or a part of an array as the latest operand."""
        self.add(INDEX, None, tuple(frame.items), span, frame.mark)

    def ends_a_line(self, start: int) -> bool:
        """Whether a line ends between the comma before a place and the place, as programs have it behind the last
        argument."""
        before = self.source.text[:start].rstrip()
        return before[-1:] == "," and "\n" in self.source.text[len(before) : start]

    def may_be_vector(self, comma: int) -> bool:
        """Whether a comma may stand in round brackets here: z = (z_1, z_2) is a vector, and so is (3, 1) in a call."""
        if self.vocabulary is EMPTY:
            return False
        outer = self.stack[-2][3] if len(self.stack) > 1 else None
        if outer is not None and outer.what == "call" and (outer.keyword is not None or outer.library):
            return True  # axis=(0,1), np.ones((2,1))
        if outer is not None and outer.what == "index":
            return self.source.text[outer.mark + 1 :].lstrip(" ")[:1] == "("  # Q[(s, a)]
        inside = len(self.stack) == 1 or (outer is not None and outer.what == "call")
        return inside and decimal_comma(self.source.text, comma) is None

    def pop_frame(self) -> None:
        """Take the innermost bracket, which is closed, off the stack."""
        self.stack.pop()
        self.brackets -= 1

    def is_grouped(self, node: int, stop: int) -> bool:
        """Whether the only entry of a list is something to compute that stands in no round brackets of its own."""
        outer = self.innermost()
        if outer is not None and outer.what == "list" and self.source.text[stop + 1 :].lstrip()[:1] in (",", "]"):
            return False  # [[a + b], [c]] is a matrix
        if self.tree.kind[node] == NAME and self.vocabulary is not EMPTY:
            text, begin = self.source.text, self.starts[node]
            before, after = text[max(begin - 9, 0) : begin - 1], text[stop + 1 : stop + 9]
            return _AROUND_VALUE.fullmatch(before.rstrip()[-1:] + after.lstrip()[:1]) is not None
        if self.tree.kind[node] not in (OPERATOR, CALL, TOTAL):
            return False
        if self.tree.head[node] == COLON:
            return True
        text, start, stop = self.source.text, self.starts[node], self.stops[node]
        whole = text[start] == "(" and closer(text, start, stop) in (-1, stop - 1)
        named = any(self.tree.kind[below] == NAME for below in nodes_below(self.tree, node))  # [-1.0] is a list
        return self.vocabulary is not EMPTY and named and not whole
