"""Conditions joined by words and signs → products and maxima of them: x > 0 and x < 1 is (x > 0)*(x < 1)."""

from __future__ import annotations

from graphviz_ad.language.changed import Changed
from graphviz_ad.language.habits import HABITS
from graphviz_ad.language.knowledge import Word
from graphviz_ad.language.operators import AND, COMPARE, COMPARISONS, NOT, OR
from graphviz_ad.language.tree import CALL, NAME, NUMBER, OPERATOR
from graphviz_ad.language.vocabulary import EMPTY

WORDS = {
    "and": "and", "&": "and", "&&": "and", "∧": "and", "or": "or", "|": "or", "||": "or", "∨": "or", "not": "not",
    "~": "not", "¬": "not", "!": "not",
}  # fmt: skip
"""Words and signs between conditions, and before one."""
_LEVELS = {"and": AND, "or": OR, "not": NOT}
"""How tightly they bind."""
_CONDITIONS = frozenset(("maximum", "isnan", "logical_and", "logical_or", "logical_not", "isfinite"))
"""Functions whose values are conditions."""


class Logic(Changed):
    """Reads conditions that are joined."""

    def special(self, known: Word, word: str, start: int, stop: int, want: bool) -> tuple[bool, int]:
        """A name that may be more than a value → whether a value comes next, and whether "(" after it is a call."""
        if known.sort == "logic":
            return self.logical(word, start, stop, want), False
        return super().special(known, word, start, stop, want)

    def bar(self, sign: str, start: int, want: bool) -> bool:
        """A bar, which between two conditions joins them → whether a value comes next."""
        if not want and sign in ("|", "||") and self.is_after_condition():
            return self.logical(sign, start, start + len(sign), want)
        return super().bar(sign, start, want)

    def is_after_condition(self) -> bool:
        """Whether what was read last is a condition outside bars."""
        frame = self.innermost() if self.brackets else None
        if frame is not None and frame.what in ("abs", "double", "norm"):
            return False
        pending = bool(self.stack) and any(level == COMPARE for level, _, _, _ in self.stack[-2:])
        return self.vocabulary is not EMPTY and (pending or self.holds(self.operands[-1]))

    def logical(self, word: str, start: int, stop: int, want: bool) -> bool:
        """Read `and`, `or`, `not` → a value comes next."""
        what = WORDS[word]
        if (what == "not") != want or self.vocabulary is EMPTY:
            if not word[0].isalpha():
                self.fail_character(word[0], start)
            self.fail(f"'{word}' joins conditions", (start, stop), HABITS[what])
        while self.stack and self.stack[-1][0] >= _LEVELS[what] and what != "not":
            self.reduce()
        if what != "not" and not self.holds(self.operands[-1]):
            if not word[0].isalpha():
                self.fail_character(word[0], start)
            self.fail(f"'{word}' joins conditions", (start, stop), HABITS[what])
        self.stack.append((_LEVELS[what], what, start, None))
        return True

    def apply(self, key: str, right: int, mark: int) -> None:
        """Apply what stands before its operand, or joins two conditions."""
        if key not in _LEVELS:
            super().apply(key, right, mark)
            return
        is_mask = self.tree.kind[right] == NAME and not self.source.text.startswith("not", mark)
        if not (self.holds(right) or is_mask):
            self.fail(f"'{key}' joins conditions", (mark, mark + 1), HABITS[key])
        span = mark, self.stops[right]
        if key == "not":
            self.add(OPERATOR, "-", (self.added(NUMBER, 1.0, (), span), right), span, mark)
            return
        left = self.operands.pop()
        span = self.starts[left], span[1]
        kind, head = (OPERATOR, "*") if key == "and" else (CALL, "maximum")
        self.add(kind, head, (left, right), span, mark)

    def holds(self, node: int) -> bool:
        """Whether a node is a condition: a comparison, conditions that are joined, or one that does not hold."""
        tree, stack = self.tree, [node]
        while stack:
            top = stack.pop()
            head, args = tree.head[top], tree.args[top]
            if tree.kind[top] == CALL and head in _CONDITIONS:
                continue
            if tree.kind[top] != OPERATOR or not (head in COMPARISONS or head in ("*", "-")):
                return False
            if head == "*":
                stack.extend(args)
            elif head == "-" and tree.head[args[0]] != 1.0:
                return False
        return True
