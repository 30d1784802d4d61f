"""The state of one parse: holds columns of the tree, operands, operators and open brackets on one stack."""

from __future__ import annotations

from dataclasses import dataclass

from graphviz_ad.language import tokens
from graphviz_ad.language.faults import Faults
from graphviz_ad.language.left_out import OTHER_BASE, below_slash, glued, is_before_root, normal_root
from graphviz_ad.language.operators import APPLIED, BIG, BINDING, COMPARE, JUXTAPOSED, OPERATORS, PRODUCT, SIGN
from graphviz_ad.language.operators import POWER as POWER_LEVEL
from graphviz_ad.language.tree import CALL, NAME, NUMBER, OPERATOR, TOTAL, Form, Limits, Statement, Tree
from graphviz_ad.language.vocabulary import INVERSES, Vocabulary
from graphviz_ad.source import Source, Span

SOLVE = "⧵"
"""What stands for MATLAB's backslash, A\\b."""
TIGHT = "﹪"
"""What stands for R's %% and %/%, which bind tighter than a product."""
QUOTIENT = "⫽"
"""What stands for //, the quotient rounded down."""
_UNARY, _PREFIX = 1, 2
"""Kinds of what stands before its operand: an operator, or something that becomes a call."""
_ONE_OPERAND = {key: _UNARY for key, operator in OPERATORS.items() if operator.arity == 1} | {
    "applied": _PREFIX, "total": _PREFIX, "exp": _PREFIX, "cbrt": _PREFIX, "if": _PREFIX, "and": _PREFIX, "or": _PREFIX,
    "not": _PREFIX, "else": _PREFIX,
    "?": _PREFIX, "?:": _PREFIX, "if then": _PREFIX,
}  # fmt: skip
"""What stands on the stack before its operand; every other key stands between two."""


class OpenBracket:
    """Holds an open bracket and what was read in it so far.

    `power` is raised on what comes of a call, as in sin²(x); `library` the module whose function is called;
    `loops` what a `for` in it runs over, `rows` where semicolons stood. What few have they share until they have it.
    """

    keyword: tuple[str, int] | None = None
    bounds: tuple[int | None, ...] = ()
    power: float | None = None
    library: str = ""
    loops: tuple[Limits, ...] = ()
    rows: tuple[int, ...] = ()

    def __init__(self, what: str, mark: int, base: int, head: str | None, start: int) -> None:
        self.what, self.mark, self.base, self.head, self.start = what, mark, base, head, start
        self.items: list[int] = []


@dataclass(frozen=True, slots=True)
class Function:
    """Names a function before its argument without brackets, and the power of its result."""

    name: str
    power: float | None


class Stack(Faults):
    """Holds what the parser has read so far, and applies operators to it."""

    __slots__ = ("brackets", "marks", "operands", "resume", "stack", "starts", "stops", "tree")  # used at every token

    def __init__(self, source: Source, vocabulary: Vocabulary) -> None:
        super().__init__(source)
        self.vocabulary = vocabulary
        self.tree = Tree()
        self.starts, self.stops, self.marks = list[int](), list[int](), list[int]()
        self.operands: list[int] = []
        self.stack: list[tuple[int, str, int, OpenBracket | None]] = []
        self.functions: list[Function] = []  # one for each APPLIED on the stack
        self.limits: list[Limits] = []  # one for each BIG on the stack
        self.statements: list[Statement] = []
        self.notes: dict[str, None] = {}
        self.name: str | None = None
        self.params: tuple[str, ...] | None = None
        self.letters = ""
        self.forms: list[Form] = []
        self.left_powers = False  # whether a chain of powers is computed from the left
        self.first = self.brackets = 0  # how many are open
        self.resume = 0  # characters before which tokens have been read already

    def add(self, kind: int, head: object, args: tuple[int, ...], span: Span, mark: int) -> None:
        """Append a node and make it the latest operand."""
        tree = self.tree
        self.operands.append(len(tree.kind))
        tree.kind.append(kind)
        tree.head.append(head)
        tree.args.append(args)
        self.starts.append(span[0])
        self.stops.append(span[1])
        self.marks.append(mark)

    def binary(self, sign: str, mark: int) -> None:
        """Read a binary operator: apply what binds tighter, then wait for the right side."""
        level, least, key = BINDING[sign]
        if sign == "⊗":
            self.notes["⊗ is read as the product entry by entry; write outer(x, y) for the outer product"] = None
        stack = self.stack
        if self.left_powers:
            least = level
        while stack and (top := stack[-1][0]) >= least:
            if top == COMPARE and level == COMPARE:
                self.chain(mark)
                break
            if top == APPLIED and level == PRODUCT and self.is_tight(sign, mark, stack[-1][2]):
                self.fail_two_readings(self.functions[-1].name, stack[-1][2], mark, sign)
            self.reduce()
        is_root = level == PRODUCT and len(stack) > 1 and stack[-1][0] == BIG and stack[-2][1] == "root"
        if is_root and is_before_root(self.source.text, mark + len(sign)):  # √Σ a² · √Σ b²
            self.reduce()
            while stack and stack[-1][0] >= PRODUCT:
                self.reduce()
        stack.append((level, key, mark, None))

    def chain(self, mark: int) -> None:
        """Read one more comparison, so that a < b < c is (a < b)*(b < c)."""
        self.reduce()
        middle = self.tree.args[self.operands[-1]][1]
        if self.stack and self.stack[-1][:2] == (COMPARE, "*"):
            self.reduce()
        self.stack.append((COMPARE, "*", mark, None))
        self.operands.append(middle)

    def is_tight(self, sign: str, mark: int, start: int) -> bool:
        """Whether a sign stands without spaces, so that log p/q can mean either; a star ends what is glued: cosθ*t."""
        text = self.source.text
        if read := glued(text[start:mark], sign):
            self.notes[f"{text[start:mark]}{sign}… is read as {read}{sign}…"] = None
            return False
        return text.startswith(sign, mark) and text[mark - 1 : mark] not in (" ", "\t", "\n")

    def juxtapose(self, mark: int) -> None:
        """Read a product without a sign, which belongs to the argument of a function that has no brackets."""
        stack = self.stack
        if stack and stack[-1][1] in ("root", "·") and (root := normal_root(self.source.text, mark)):
            stack.append((POWER_LEVEL, "·", mark, None))
            self.notes[f"{root} is read as √({root[1:]})"] = None
            return
        if self.source.text[mark - 1] == "0" and (other := OTHER_BASE.match(self.source.text, mark - 1)):
            self.fail(
                f"'{other.group()}' is not a number here", other.span(), f"write it in digits: {int(other.group(), 0)}"
            )
        at = len(stack) - 1
        while at >= 0 and (stack[at][0] > APPLIED or (stack[at][0] == SIGN and at and stack[at - 1][0] == APPLIED)):
            at -= 1  # exp -γ x is exp(-γ x)
        if at < 0 or stack[at][0] != APPLIED:
            loosest = next((entry for entry in reversed(stack) if entry[0] <= PRODUCT), None)
            if loosest is not None and loosest[1] == "/" and self.source.text[mark - 1] not in " \t\n":
                if below := below_slash(self.source.text, loosest[2]):
                    self.notes[f"/{below} is read as /({below})"] = None
                    stack.append((JUXTAPOSED, "·", mark, None))
                    return
                self.note_fraction(loosest[2], mark)  # 1/2x, 1/√(2π)σ
            self.beside(mark)
            return
        while stack[-1][0] >= JUXTAPOSED:
            self.reduce()
        stack.append((JUXTAPOSED, "·", mark, None))

    def beside(self, mark: int) -> None:
        """Read a product without a sign outside the arguments of functions: r ⊙ W h is r ⊙ (W h)."""
        stack = self.stack
        while stack and stack[-1][0] > PRODUCT:
            self.reduce()
        if not stack or stack[-1][1] != "odot":
            self.binary("·", mark)
            return
        self.notes["a product without a sign binds tighter than ⊙: r ⊙ W h is read as r ⊙ (W h)"] = None
        stack.append((JUXTAPOSED, "·", mark, None))

    def note_fraction(self, slash: int, mark: int) -> None:
        """Note how 1/2x was read."""
        text = self.source.text
        below = text[slash + 1 : mark].strip()
        if len(below) > 11 and below[0] == "(" and below[-1] == ")":
            below = "(…)"
        if below and len(below) < 12 and "\n" not in below:
            read = f"…/{below}{text[mark]}… is read as (…/{below})·{text[mark]}…"
            self.notes[f"{read}; write …/({below}·…) for the other reading"] = None

    def reduce(self) -> None:
        """Apply the operator on top of the stack to its operands."""
        _, key, mark, _ = self.stack.pop()
        operands, starts, stops, tree = self.operands, self.starts, self.stops, self.tree
        right = operands.pop()
        if key not in _ONE_OPERAND:
            left = operands[-1]
            operands[-1] = len(starts)
            tree.args.append((left, right))
            starts.append(starts[left])
        elif _ONE_OPERAND[key] == _UNARY:
            operands.append(len(starts))
            tree.args.append((right,))
            starts.append(mark)
        else:
            self.apply(key, right, mark)
            return
        stops.append(stops[right])
        self.marks.append(mark)
        tree.head.append(key)
        tree.kind.append(OPERATOR)
        if key == "/" and self.source.text.startswith(("//", SOLVE, "%"), mark):
            self.other_quotient(operands.pop(), mark)

    def other_quotient(self, quotient: int, mark: int) -> None:
        """Add a quotient that is rounded down as the latest operand."""
        self.add(CALL, "floor", (quotient,), self.span(quotient), mark)

    def apply(self, key: str, right: int, mark: int) -> None:
        """Apply what stands before its operand and becomes a call."""
        span = (mark, self.stops[right])
        if key == "applied":
            function = self.functions.pop()
            self.add(CALL, function.name, (right,), span, mark)
            if function.power is not None:
                self.raised(function.name, function.power, span)
        elif key == "total":
            self.add(TOTAL, self.limits.pop(), (right,), span, mark)
        elif key == "else":
            condition, value = self.operands.pop(), self.operands.pop()
            self.add(CALL, "where", (condition, value, right), (self.starts[value], span[1]), mark)
        elif key == "?:":
            value, condition = self.operands.pop(), self.operands.pop()
            self.add(CALL, "where", (condition, value, right), (self.starts[condition], span[1]), mark)
        elif key == "?":
            self.fail("this choice has only one value", (mark, mark + 1), "write both values, as in: x if x > 0 else 0")
        elif key in ("if", "if then"):
            self.fail("this 'if' has no 'else'", (mark, mark + 2), "write both values, as in: x if x > 0 else 0")
        else:
            self.add(CALL, key, (right,), span, mark)

    def raised(self, name: str, power: float, span: Span) -> None:
        """Raise the latest call to the power that stood behind the function's name."""
        call = self.operands[-1]
        if power == -1:
            if name not in INVERSES:
                self.fail(
                    f"'{name}⁻¹' can be read in two ways", span,
                    f"write 1/{name}(…) for one over it; the inverse function by its own name",
                )  # fmt: skip
            self.tree.head[call] = INVERSES[name]
            return
        self.operands.pop()
        self.add(NUMBER, abs(power), (), span, span[0])
        if power < 0:
            self.add(OPERATOR, "neg", (self.operands.pop(),), span, span[0])
        self.add(OPERATOR, "^", (call, self.operands.pop()), span, span[0])

    def reduce_to_frame(self) -> None:
        """Apply every operator since the last open bracket."""
        while self.stack and self.stack[-1][0]:
            self.reduce()

    def prefix(self, level: int, key: str, mark: int, want: bool) -> bool:
        """What stands before its operand, perhaps as the next factor → a value comes next."""
        if not want:
            if level in (APPLIED, BIG):  # a function ends the argument of the one before it
                self.beside(mark)
            else:
                self.juxtapose(mark)
        self.stack.append((level, key, mark, None))
        return True

    def superscript(self, sign: str, start: int, want: bool) -> None:
        """Raise the value read just now to a power: x², x⁻¹, eˣ."""
        stop = start + len(sign)
        if want:
            self.fail(f"'{sign}' has nothing before it", (start, stop), "write a value first, as in x²")
        while self.stack and self.stack[-1][0] > POWER_LEVEL:
            self.reduce()
        base = self.operands[-1]
        self.raised_value(sign, start)
        power = self.operands.pop()
        self.operands.pop()
        self.add(OPERATOR, "^", (base, power), (self.starts[base], stop), start)

    def raised_value(self, sign: str, start: int) -> None:
        """Raised digits and letters → the value they say, as the latest operand."""
        stop = start + len(sign)
        plain = tokens.superscript(sign)
        body = plain.lstrip("+-")
        letters = body.lstrip("0123456789")
        digits = body[: len(body) - len(letters)]
        if not body or len(plain) - len(body) > 1 or any(c in "+-0123456789" for c in letters):
            self.fail(f"'{sign}' is not a power", (start, stop), "write digits, as in x² or x⁻¹")
        count = len(self.operands)
        if digits:
            self.add(NUMBER, float(digits), (), (start, stop), start)
        for character in letters:
            self.add(NAME, character, (), (start, stop), start)
        while len(self.operands) > count + 1:
            right, left = self.operands.pop(), self.operands.pop()
            self.add(OPERATOR, "·", (left, right), (start, stop), start)
        if plain[0] == "-":
            self.add(OPERATOR, "neg", (self.operands.pop(),), (start, stop), start)

    def span(self, node: int) -> Span:
        """Node → the part of the text it covers."""
        return self.starts[node], self.stops[node]
