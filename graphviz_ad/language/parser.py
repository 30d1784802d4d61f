"""Text → Program, by one pass over the tokens with one explicit stack.

    program    = statement { (";" | newline) statement }
    statement  = [ NAME "=" | NAME "(" NAME { "," NAME } ")" "=" ] expression
    expression = sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum ]
    sum        = product { ("+" | "-") product }
    product    = signed { ["*" | "/" | "@"] signed }          no sign: implicit multiplication
    signed     = { "-" | "+" } power
    power      = postfix [ ("^" | "**") signed | SUPERSCRIPT ]
    postfix    = { "√" } atom { "[" index { "," index } "]" | ".T" | "ᵀ" }
    atom       = NUMBER | NAME | NAME "(" [ argument { "," argument } ] ")" | "(" expression ")"
               | "[" [ expression { "," expression } ] "]"
    argument   = [ NAME "=" ] expression
    index      = expression | [ expression ] ":" [ expression ] [ ":" [ expression ] ]

Implicit multiplication binds as "*" does (`1/2x` is `(1/2)*x`); a name right before "(" is a call. A new
line ends a statement unless a bracket is open or a value is still missing. `#` starts a comment. The
parser knows no operation by name: what a call means is decided when the graph is built.
"""

from __future__ import annotations

import math

from graphviz_ad.errors import LimitError
from graphviz_ad.language import tokens
from graphviz_ad.language.habits import decimal_comma
from graphviz_ad.language.operators import BINARY, POSTFIX, SIGN
from graphviz_ad.language.stack import OPENERS, Frame, Stack
from graphviz_ad.language.tree import CALL, INDEX, KEYWORD, LIST, NAME, NUMBER, OPERATOR, SLICE, Program, Statement
from graphviz_ad.source import Source

DEFAULT_MAX_LENGTH = 64 * 1024
"""Characters a formula may have unless the caller says otherwise."""

_CLOSERS = {")": ("group", "call"), "]": ("list", "index")}


def parse_program(text: str, *, name: str = "formula", max_length: int = DEFAULT_MAX_LENGTH) -> Program:
    """Text → Program.

    Raises ParseError, which points at the place, and LimitError for more than `max_length` characters.
    """
    if len(text) > max_length:
        raise LimitError(
            f"the {name} has {len(text)} characters; the limit is {max_length}",
            hint="raise it with --max-length (Limits(length=…) in Python)",
        )
    return _Parser(Source(tokens.normalise(text), name)).run()


class _Parser(Stack):
    """One pass over the tokens: values and signs, brackets, statements."""

    def run(self) -> Program:
        """All tokens → Program."""
        text, operands, tree = self.source.text, self.operands, self.tree
        kinds, heads, arguments = tree.kind, tree.head, tree.args
        starts, stops, marks = self.starts, self.stops, self.marks
        names = self.names
        want = True  # a value comes next
        named = False  # the token before was a name, so "(" is a call
        for match in tokens.TOKEN.finditer(text):
            kind = match.lastindex
            if kind == tokens.SPACE:
                continue
            if kind == tokens.NAME or kind == tokens.NUMBER:
                start, stop = match.span()
                if not want:
                    if kind == tokens.NUMBER:
                        self.fail_side_by_side((start, stop))
                    self.binary("*", start)
                kinds.append(NAME if kind == tokens.NAME else NUMBER)
                word = match.group()
                heads.append(names.setdefault(word, word) if kind == tokens.NAME else float(word))
                arguments.append(())
                starts.append(start)
                stops.append(stop)
                marks.append(start)
                operands.append(len(kinds) - 1)
                want, named = False, kind == tokens.NAME
                if kind == tokens.NUMBER and heads[-1] == math.inf:
                    self.fail("this number is too large", (start, stop), "numbers go up to about 1.8e308")
                continue
            start = match.start()
            sign = match.group()
            if kind == tokens.SIGN:
                if not want and sign in BINARY:
                    self.binary(sign, start)
                    want = True
                else:
                    want = self.other_sign(sign, start, want, named)
            elif kind == tokens.END:
                want = self.end(sign, start, want)
            elif kind == tokens.POWER:
                self.superscript(sign, start, want)
            else:
                self.fail_character(sign, start)
            named = False
        self.finish(len(text), want, at_end=True)
        if not self.statements:
            self.fail("there is no formula here", (0, 1), 'write one, for example "sigmoid(w*x + b)"')
        return Program(self.source, tree, tuple(self.statements), self.starts, self.stops, self.marks)

    # -- brackets, commas, "=", ":" ------------------------------------------------------------

    def other_sign(self, sign: str, start: int, want: bool, named: bool) -> bool:
        """A sign that is not a binary operator here → whether a value comes next."""
        if sign == "(":
            if named:
                return self.open_call(start)
            if not want:
                self.binary("*", start)
            return self.open("group", start)
        if sign == "[":
            return self.open("list" if want else "index", start)
        if sign in _CLOSERS:
            return self.close(sign, start, want)
        if sign == ",":
            return self.comma(start, want)
        if sign == ":":
            return self.colon(start, want)
        if sign == "=":
            return self.equals(start, want)
        if sign in ("-", "−", "–", "+") and want:
            if sign != "+":
                self.stack.append((SIGN, "neg", start, None))
            return True
        if sign == "√":
            if not want:
                self.binary("*", start)
            self.stack.append((POSTFIX, "root", start, None))
            return True
        if want:
            self.fail_missing(start, sign)
        value = self.operands.pop()  # what is left is a transpose
        self.add(OPERATOR, "T", (value,), (self.starts[value], start + len(sign)), start)
        return False

    def open(self, what: str, mark: int) -> bool:
        """Open a bracket; for an index, the value before it belongs to it."""
        frame = Frame(what, mark, len(self.operands), start=mark)
        if what == "index":
            value = self.operands.pop()
            frame.base, frame.start = len(self.operands), self.starts[value]
            frame.items.append(value)
        self.stack.append((0, what, mark, frame))
        self.brackets += 1
        return True

    def open_call(self, mark: int) -> bool:
        """The name just read is a function: take it back from the tree and open its bracket."""
        start = self.starts[-1]
        name = self.drop_last_name()
        self.stack.append((0, "call", mark, Frame("call", mark, len(self.operands), name, start)))
        self.brackets += 1
        return True

    def frame(self) -> Frame | None:
        """The innermost open bracket, once all operators in it are applied."""
        self.reduce_to_frame()
        return self.stack[-1][3] if self.stack else None

    def comma(self, start: int, want: bool) -> bool:
        """Between arguments, entries or indices."""
        if want and not (self.stack and self.stack[-1][3] and self.stack[-1][3].bounds):
            self.fail_missing(start, ",")
        frame = self.frame()
        if frame is None or frame.what == "group":
            number = decimal_comma(self.source.text, start)
            hint = "end a statement with ';', or write a list as [1, 2]"
            if number is not None:
                hint = f"write {number} with a decimal point, or a list as [1, 2]"
            self.fail("a comma stands only between arguments or entries", (start, start + 1), hint)
        self.item(frame, start, want)
        return True

    def item(self, frame: Frame, stop: int, want: bool) -> None:
        """Close one argument, entry or index of the bracket."""
        if frame.bounds:
            frame.bounds.append(None if want else self.operands.pop())
            letters = "".join(c for c, bound in zip("abs", frame.bounds, strict=False) if bound is not None)
            parts = tuple(bound for bound in frame.bounds if bound is not None)
            start = self.starts[parts[0]] if parts else stop - 1
            self.add(SLICE, letters, parts, (start, stop), start)
            frame.bounds = []
        elif frame.keyword is not None:
            value = self.operands.pop()
            name, mark = frame.keyword
            self.add(KEYWORD, name, (value,), (mark, self.stops[value]), mark)
            frame.keyword = None
        frame.items.append(self.operands.pop())

    def colon(self, start: int, want: bool) -> bool:
        """Between the bounds of a slice."""
        value = None if want else -1
        frame = self.frame() if not want or (self.stack and self.stack[-1][0] == 0) else None
        if frame is None or frame.what != "index" or len(frame.bounds) > 1:
            sets = self.source.text.startswith(":=", start)
            hint = "to set a name write '=' alone" if sets else "as in z[0:2] or W[:, 0]"
            self.fail("':' stands only in an index", (start, start + 1), hint)
        frame.bounds.append(value if value is None else self.operands.pop())
        return True

    def close(self, sign: str, start: int, want: bool) -> bool:
        """A closing bracket: the whole becomes one value."""
        if want and self.stack and self.stack[-1][0]:
            self.fail_missing(start, sign)
        frame = self.frame()
        if frame is None:
            opener = "(" if sign == ")" else "["
            self.fail(f"'{sign}' has no '{opener}' before it", (start, start + 1), "take it out or open one")
        if frame.what not in _CLOSERS[sign]:
            self.fail(
                f"'{OPENERS[frame.what]}' is closed by '{sign}'", (start, start + 1),
                f"close it with '{')' if sign == ']' else ']'}' first",
            )  # fmt: skip
        empty = len(self.operands) == frame.base
        first = len(frame.items) == (1 if frame.what == "index" else 0)
        if not empty or frame.bounds:
            self.item(frame, start, want)
        elif frame.what in ("group", "index") or not first or frame.keyword:
            self.fail_missing(start, sign)
        self.stack.pop()
        self.brackets -= 1
        span = (frame.start, start + 1)
        if frame.what == "group":
            value = frame.items[0]
            self.starts[value], self.stops[value] = span
            self.operands.append(value)
        elif frame.what == "call":
            self.add(CALL, frame.head, tuple(frame.items), span, frame.start)
        else:
            kind = LIST if frame.what == "list" else INDEX
            self.add(kind, None, tuple(frame.items), span, frame.mark)
        return False

    def equals(self, start: int, want: bool) -> bool:
        """`name = …`, `f(x) = …` or an option of a call."""
        hint = "'=' gives a name at the start of a statement; to compare write '=='"
        if want:
            self.fail_missing(start, "=")
        value = self.operands[-1]
        kind, args = self.tree.kind, self.tree.args
        frame = self.stack[-1][3] if self.stack else None
        if frame is not None and frame.what == "call" and kind[value] == NAME and not frame.keyword:
            mark = self.starts[value]
            frame.keyword = (self.drop_last_name(), mark)
            return True
        if self.stack or self.name is not None or self.params is not None:
            self.fail_line_before(self.starts[value])
            self.fail("'=' cannot stand here", (start, start + 1), hint)
        if kind[value] == NAME:
            self.name = self.drop_last_name()
            return True
        if kind[value] == CALL and all(kind[child] == NAME for child in args[value]):
            self.define(value, start)
            return True
        self.fail("only a name or f(x) can stand left of '='", self.span(value), hint)

    def define(self, value: int, start: int) -> None:
        """`f(x, y) =`: take the head back from the tree as name and parameters."""
        head, args = self.tree.head, self.tree.args[value]
        self.name = str(head[value])
        self.params = tuple(str(head[child]) for child in args)
        if len(set(self.params)) < len(self.params) or not self.params:
            problem = "a parameter stands twice" if self.params else "a function needs a parameter"
            self.fail(problem, self.span(value), "as in f(x, y) = x*y")
        self.operands.pop()
        for column in (self.tree.kind, head, self.tree.args, self.starts, self.stops, self.marks):
            del column[self.first :]

    # -- statements ----------------------------------------------------------------------------

    def begin_statement(self) -> None:
        """Nothing of the next statement is known yet."""
        self.name = self.params = None
        self.first = len(self.tree)

    def end(self, sign: str, start: int, want: bool) -> bool:
        """`;` or a new line → whether a value comes next."""
        if sign == "\n" and self.brackets:
            return want
        if sign == "\n" and want and (self.stack or self.name is not None):
            return True
        self.finish(start, want, at_end=False)
        return True

    def finish(self, stop: int, want: bool, *, at_end: bool) -> None:
        """Close the statement, if there is one."""
        if want and not self.stack and self.name is None:
            return
        if want and (not self.stack or self.stack[-1][0]):
            self.fail_missing(stop, "the end" if at_end else ";")
        frame = self.frame()
        if frame is not None:
            self.fail_open(frame)
        root = self.operands.pop()
        self.statements.append(Statement(self.name, self.params, self.first, root, self.span(root)))
        self.begin_statement()
