"""Left sides that are more than a name → one name: a quantity with an index, two words, a square."""

from __future__ import annotations

import re

from graphviz_ad.language import tokens
from graphviz_ad.language.ellipsis import DOTS
from graphviz_ad.language.operators import OPERATORS
from graphviz_ad.language.tree import CALL, INDEX, NAME, NUMBER, OPERATOR, OTHERWISE, SLICE, Form
from graphviz_ad.language.vocabulary import EMPTY
from graphviz_ad.language.words import Words

LABEL_ABOVE = re.compile(r"\^\{[(\[][^{}()\[\]]*[)\]]\}")
"""A raised label: the ^{(K)} of W^{(K)}."""
_SUBSCRIPT = re.compile(r"_\{?([^\W\d_]{1,4}|[0-9]+)\}?")
"""A subscript by itself, behind a call on a left side: the _j of σ(z)_j."""

_TO_END = re.compile(r"[^;\n]*")
"""What is left of a line, up to a semicolon."""
_LINE = re.compile(
    rf"(?:(?![;\n]|(?:,| and ) *(?:{tokens.NAME_PATTERN}|[∂∇][^,;=\n]*)[ \t]*(?:\([^()=\n]*\)[ \t]*)?=(?!=)).)*"
)
"""What is left of a statement."""


CASE = re.compile(r"(?<!\w)(?:if|for|when|otherwise)(?!\w)|,[^,;=\n()]*(?:[<>≤≥≠]|[=!]=)[^,;\n()]*$")
"""What makes a statement one of several cases: a condition behind a word or a comma."""


_GOAL = re.compile(r"[ \t]*[-−+]?(?:∞|inf(?:ty|inity)?(?!\w)|0(?![\w.]))[ \t]*(?=[,;\n]|$)")
"""Where something goes in a limit."""


class LeftSides(Words):
    """Reads left sides that are one name."""

    powers: dict[tuple[str, float], str]
    """Powers of names that are quantities of their own, as σ² after σ² = …, and what these are called."""
    taken: set[str | None]
    """Names that have a value already."""
    bare_bounds: tuple[int, ...]
    """Bounds with colons between them that were read outside all brackets."""
    updated: dict[str, str]
    """Names that were given a new value, and what it is called."""
    kept: tuple[int, int] | None = None
    """What holds of the entries that get a new value, and the array that the others are of."""

    def drop_statement(self) -> None:
        """Take all that was read of this statement off the tree again."""
        self.operands.clear()
        self.stack.clear()
        for column in (self.tree.kind, self.tree.head, self.tree.args, self.starts, self.stops, self.marks):
            del column[self.first :]
        self.form = self.first

    def left_side(self, value: int) -> bool:
        """`σ(z)_j =` names a quantity with an index → whether the left side is such a name."""
        tree = self.tree
        if len(self.stack) != 1 or self.stack[0][1] != "·" or tree.kind[value] != NAME:
            return False
        below = _SUBSCRIPT.fullmatch(str(tree.head[value]))
        head = self.operands[0]
        if below is None or tree.kind[head] not in (CALL, NAME) or len(self.operands) != 2:
            return False
        if self.stops[head] != self.starts[value]:
            return False
        self.name = str(tree.head[head])
        self.letters = below[1]
        self.drop_statement()
        return True

    def hyphened(self, value: int) -> bool:
        """`TF-IDF =`, `RMS ratio =`: two words on the left are one name → whether they stand there."""
        tree, text = self.tree, self.source.text
        if len(self.stack) != 1 or len(self.operands) != 2 or tree.kind[value] != NAME:
            return False
        first_word = self.operands[0]
        between = text[self.stops[first_word] : self.starts[value]]
        if (
            tree.kind[first_word] != NAME
            or between.replace(" ", "-") != "-"
            or min(len(str(tree.head[first_word])), len(str(tree.head[value]))) < 2
        ):
            return False
        self.name = f"{tree.head[first_word]}_{tree.head[value]}"
        self.drop_statement()
        return True

    def named_power(self, value: int) -> bool:
        """`σ² =`: the square is a quantity of its own → whether the left side is such a one."""
        tree = self.tree
        self.reduce_to_frame()
        value = self.operands[-1]
        if len(self.operands) != 1 or tree.kind[value] != OPERATOR or tree.head[value] != "^":
            return False
        base, power = tree.args[value]
        if tree.kind[base] != NAME or tree.kind[power] != NUMBER:
            return False
        self.name = f"{tree.head[base]}{_raised(tree.head[power])}"
        self.powers[str(tree.head[base]), float(tree.head[power])] = self.name
        self.drop_statement()
        return True

    def is_changed_part(self, value: int, start: int) -> bool:
        """Whether a left side is a part of an array that a program changes: W[:, k] = …, w[0] = w[0] - …"""
        tree = self.tree
        if self.vocabulary is EMPTY or tree.kind[value] != INDEX or tree.kind[self.array_of(value)] != NAME:
            return False
        if any(tree.kind[index] == SLICE or tree.head[index] == DOTS for index in tree.args[value][1:]):
            return True
        written = "".join(self.source.text[slice(*self.span(value))].split())
        return written in "".join(self.rest_of_statement(start + 1).split())

    def array_of(self, value: int) -> int:
        """An index, perhaps of an index, as Q[s][a] → what it is of."""
        while self.tree.kind[value] == INDEX:
            value = self.tree.args[value][0]
        return value

    def part_of(self, value: int, start: int) -> str:
        """A part of an array that gets a new value → the name of the array.

        Raises ParseError where the whole array is used later, since it would have to be put together.
        """
        tree = self.tree
        name, indices = str(tree.head[self.array_of(value)]), tree.args[value][1:]
        is_whole = all(tree.head[i] == DOTS or (tree.kind[i] == SLICE and not tree.args[i]) for i in indices)
        rest = self.source.text[start + len(self.rest_of_statement(start + 1)) + 1 :]
        if not is_whole and re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", rest):
            hint = f"give that part a name of its own, as in {name}_new = …, and use it below"
            self.fail(f"only a part of '{name}' gets a value here", self.span(value), hint)
        return name

    def is_other_case(self, name: str, line: str) -> bool:
        """Whether the line gives the name of the statement before another value under a condition, as that one does:
        y = 0 if x < 0, and below it y = x if x ≥ 0."""
        before = self.statements[-1] if self.statements else None
        if before is None or before.name != name or before.condition in (None, OTHERWISE):
            return False
        return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", line) is None and CASE.search(line) is not None

    def require_no_limit(self, sign: str, start: int) -> None:
        """Raise ParseError for n → ∞ and x → 0, which say where something goes and not what it is."""
        goal = _GOAL.match(self.source.text, start + len(sign))
        if goal is not None and self.vocabulary is not EMPTY:
            span = start, goal.end()
            self.fail(
                "an arrow to ∞ or 0 is a limit, which has no value here", span, "leave it out; to set a name write '='"
            )

    def rename(self, name: str, sign: str) -> None:
        """Give a name that gets a new value another name: w' where the old one is w."""
        new = name + "'"
        while new in self.taken:
            new += "'"
        self.name = new
        self.notes[f"{name.rstrip(chr(39))} {sign} … gives a new value, which is called {new}"] = None
        typed = (typed for typed, known in self.names.items() if known == name)
        self.updated.update(dict.fromkeys((name, *typed), new))

    def keep_others(self, mask: int, array: int) -> None:
        """Add the other entries of an array to the side that some get as their new value."""
        form, self.kept = self.forms.pop(), None
        root = self.added(CALL, "where", (mask, form.root, array), form.span)
        self.forms.append(Form(self.first, root, form.span))
        self.form = len(self.tree)

    def is_new_name(self, name: str, start: int) -> bool:
        """Whether a name has no value before its statement, of which a line is left from `start` on without it."""
        if name in self.taken or name in self.vocabulary.values or "," in name or " " in name:
            return False
        line = _TO_END.match(self.source.text, start).group()  # type: ignore[union-attr]
        count = line.count
        if name in line or count("(") != count(")"):
            return False
        return ("[" not in line and "{" not in line) or count("[") + count("{") == count("]") + count("}")

    def rest_of_statement(self, start: int) -> str:
        """Place → what is left of its statement, on the next lines too where a bracket is open."""
        text, rest = self.source.text, ""
        while start < len(text):
            part = _LINE.match(text, start).group()  # type: ignore[union-attr]
            rest += part
            start += len(part) + 1
            if sum(map(rest.count, "([{")) <= sum(map(rest.count, ")]}")):
                break
        return rest

    def fail_line_before(self, start: int) -> None:
        """Raise ParseError where a statement begins at `start`, but the line before it is not complete."""
        for level, key, mark, frame in reversed(self.stack):
            if "\n" in self.source.text[mark:start]:
                if frame is not None and frame.what != "augmented":
                    self.fail_open(frame.what, frame.mark)
                written = key if frame is None else self.source.text[mark : mark + 2]  # -=
                sign = OPERATORS[key].sign if key in OPERATORS else written
                self.fail(f"a value is missing after '{sign}'", (mark, mark + 1), "write the rest of this line")
            if level == 0:
                return


def _raised(power: float) -> str:
    """Number → raised digits."""
    return f"{power:g}".translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))
