"""The state of one parse: columns of the tree, operands, operators and open brackets on one stack; and its errors."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import NoReturn

from graphviz_ad.errors import ParseError
from graphviz_ad.language import tokens
from graphviz_ad.language.habits import HABITS, dotted, foreign_word
from graphviz_ad.language.operators import BINARY, COMPARE, OPERATORS
from graphviz_ad.language.operators import POWER as POWER_LEVEL
from graphviz_ad.language.tree import NUMBER, OPERATOR, Statement, Tree
from graphviz_ad.source import Source, Span

_UNARY = frozenset(key for key, operator in OPERATORS.items() if operator.arity == 1)
OPENERS = {"group": "(", "call": "(", "list": "[", "index": "["}
"""What each kind of bracket is opened by."""


@dataclass(slots=True)
class Frame:
    """An open bracket and what was read in it so far."""

    what: str
    mark: int
    base: int
    head: str | None = None
    start: int = 0
    items: list[int] = field(default_factory=list)
    keyword: tuple[str, int] | None = None
    bounds: list[int | None] = field(default_factory=list)


class Stack:
    """What the parser has read so far, and how operators are applied to it."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.tree = Tree()
        self.starts, self.stops, self.marks = array("I"), array("I"), array("I")
        self.operands: list[int] = []
        self.stack: list[tuple[int, str, int, Frame | None]] = []
        self.statements: list[Statement] = []
        self.names: dict[str, str] = {}
        self.name: str | None = None
        self.params: tuple[str, ...] | None = None
        self.first = self.brackets = 0  # how many are open

    def add(self, kind: int, head: str | None, args: tuple[int, ...], span: Span, mark: int) -> None:
        """Append a node and make it the latest operand."""
        self.operands.append(self.tree.add(kind, head, args))
        self.starts.append(span[0])
        self.stops.append(span[1])
        self.marks.append(mark)

    def binary(self, sign: str, mark: int) -> None:
        """A binary operator: first apply what binds tighter, then wait for the right side."""
        operator = BINARY[sign]
        level = operator.precedence
        stack = self.stack
        least = level + 1 if operator.side == "right" else level
        while stack and stack[-1][0] >= least:
            if level == COMPARE and stack[-1][0] == COMPARE:
                self.fail(
                    "comparisons cannot be chained",
                    (mark, mark + len(sign)),
                    "write (a < b)*(b < c): a comparison is 1 where it holds and 0 where not",
                )
            self.reduce()
        stack.append((level, operator.key, mark, None))

    def reduce(self) -> None:
        """Apply the operator on top of the stack to its operands."""
        _, key, mark, _ = self.stack.pop()
        operands, starts, stops, tree = self.operands, self.starts, self.stops, self.tree
        right = operands.pop()
        if key in _UNARY:
            tree.args.append((right,))
            starts.append(mark)
        else:
            left = operands.pop()
            tree.args.append((left, right))
            starts.append(starts[left])
        stops.append(stops[right])
        self.marks.append(mark)
        tree.head.append(key)
        operands.append(len(tree.kind))
        tree.kind.append(OPERATOR)

    def reduce_to_frame(self) -> None:
        """Apply every operator since the last open bracket."""
        while self.stack and self.stack[-1][0]:
            self.reduce()

    def superscript(self, sign: str, start: int, want: bool) -> None:
        """x², x⁻¹: a power of the value before."""
        stop = start + len(sign)
        if want:
            self.fail(f"'{sign}' has nothing before it", (start, stop), "write a value first, as in x²")
        while self.stack and self.stack[-1][0] > POWER_LEVEL:
            self.reduce()
        digits = tokens.superscript(sign)
        if not digits.lstrip("+-").isdigit() or digits.lstrip("+-") != digits[-len(digits.lstrip("+-")) :]:
            self.fail(f"'{sign}' is not a power", (start, stop), "write digits, as in x² or x⁻¹")
        base = self.operands[-1]
        self.add(NUMBER, None, (), (start, stop), start)
        self.tree.head[-1] = float(digits.lstrip("+-"))
        if digits[0] == "-":
            self.add(OPERATOR, "neg", (self.operands.pop(),), (start, stop), start)
        power = self.operands.pop()
        self.operands.pop()
        self.add(OPERATOR, "^", (base, power), (self.starts[base], stop), start)

    def drop_last_name(self) -> str:
        """Take the last node, a NAME, off the tree again → the name."""
        self.operands.pop()
        head = self.tree.head.pop()
        assert isinstance(head, str)
        for column in (self.tree.kind, self.tree.args, self.starts, self.stops, self.marks):
            column.pop()
        return head

    # -- errors --------------------------------------------------------------------------------

    def span(self, node: int) -> Span:
        """Node → the part of the text it covers."""
        return self.starts[node], self.stops[node]

    def fail(self, message: str, span: Span, hint: str | None = None) -> NoReturn:
        word = foreign_word(self.source.text)
        hint = HABITS[word] if word is not None else hint
        raise ParseError(message, source=self.source, span=span, hint=hint)

    def fail_missing(self, start: int, before: str) -> NoReturn:
        """A value should stand here, but something else does."""
        where = "at the end" if before in ("the end", ";") else f"before '{before}'"
        hint = "write a number, a name or a bracket here"
        if before in ("<", ">") and self.source.text[start - 1 : start] == "=":
            hint = f"to compare write '{before}='"
        sign = self.source.text[start - 1 : start]
        if before == "=" and sign and sign in "+-*/":
            hint = f"a name is set once: write the {'sum' if sign == '+' else 'result'} under a new name with '='"
        if before == sign == "/":
            hint = "a comment begins with '#'"
        self.fail(f"a value is missing {where}", (start, start + 1), hint)

    def fail_line_before(self, start: int) -> None:
        """A statement begins at `start`, but the line before it is not complete: say that, if it is so."""
        for level, key, mark, frame in reversed(self.stack):
            if "\n" in self.source.text[mark:start]:
                if frame is not None:
                    self.fail_open(frame)
                sign = OPERATORS[key].sign
                self.fail(f"a value is missing after '{sign}'", (mark, mark + 1), "write the rest of this line")
            if level == 0:
                return

    def fail_open(self, frame: Frame) -> NoReturn:
        """A bracket has no end."""
        opener = OPENERS[frame.what]
        closer = ")" if opener == "(" else "]"
        self.fail(f"this '{opener}' is never closed", (frame.mark, frame.mark + 1), f"add a '{closer}'")

    def fail_side_by_side(self, span: Span) -> NoReturn:
        word = self.source.text[span[0] : span[1]]
        if word[0] == "." and self.source.text[span[0] - 1].isdigit():
            self.fail("a number has one decimal point", span, "as in 1.5")
        self.fail(
            f"an operator is missing before '{word}'", span,
            f"write '* {word}' for a product; a number comes first in one without a sign, as in 2x",
        )  # fmt: skip

    def fail_character(self, sign: str, start: int) -> NoReturn:
        hints = {
            "{": "use round brackets ( )", "}": "use round brackets ( )", "&": "write a product: (a > 0)*(b > 0)",
            "|": "write abs(x)", "\\": "write the name alone: alpha for α", "!": "write '!=' for unequal",
            "?": "write where(x > 0, x, 0)", "∑": "write sum(x)", "∏": "write prod(x)",
            '"': "a formula holds no text", "'": "a prime follows its name: x'", "%": "write 0.05 for 5 %",
        }  # fmt: skip
        shown = sign if sign.isprintable() else f"U+{ord(sign):04X}"
        hint = hints.get(sign, "a formula has numbers, names, + - * / ^ @, brackets and calls")
        text = self.source.text
        if sign == "{" and text[start - 1 : start] == "_":
            hint = "write a subscript without braces, as in w_1"
        if sign.isascii() and sign.isdigit():
            stop = start
            while text[stop : stop + 1].isalnum() or text[stop : stop + 1] in ("_", "."):
                stop += 1
            plain = text[start:stop].replace("_", "")
            hint = f"write {plain}" if plain.isdigit() else "a name begins with a letter"
            self.fail(f"'{text[start:stop]}' is not a number", (start, stop), hint)
        if sign.isdigit() or sign == ".":
            hint = "write numbers in the digits 0-9 with a point, as in 1.5"
        if sign == ".":
            hint = dotted(text, start) or hint
        self.fail(f"'{shown}' is not part of a formula", (start, start + 1), hint)
