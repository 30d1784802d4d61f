"""Conditions joined by words and signs → products and maxima of them: x > 0 and x < 1 is (x > 0)*(x < 1)."""

from __future__ import annotations

import re

from graphviz_ad.language.changed import Changed
from graphviz_ad.language.habits import HABITS
from graphviz_ad.language.knowledge import Word
from graphviz_ad.language.operators import AND, BIG, COMPARE, COMPARISONS, NOT, OR
from graphviz_ad.language.piecewise import CONDITION_FOLLOWS, NEXT_CASE, NEXT_OTHERWISE
from graphviz_ad.language.tree import CALL, NAME, NUMBER, OPERATOR, OTHERWISE, Limits
from graphviz_ad.language.vocabulary import EMPTY

_DOMAIN = re.compile(
    r"(?m)(?:,[ \t]*(?:(?:for|where|with)[ \t]+)?(?:all[ \t]+)?(?:[^\s,;=()]+[ \t]*[<≤]=?[ \t]*)?"
    r"([^\W\d][\w{}^'′]*)[ \t]*(?:[<>]=?|[≤≥]|∈|in[ \t]*(?=[\[(]))[^;=\n⸨⸩⸧]*"
    r"|[ \t]+for[ \t]+[^\W\d]\w*[ \t]+(?:∈|in)[ \t]*[\[(][^\n\[\]()]*[\])][ \t.]*)$"
)
"""Where a formula holds, behind it: x > 0, 0 ≤ x ≤ π, for x in [0, 1]."""
_LEFT = re.compile(r"(?m)^([^=\n]*)=(?!=)")
"""The left side of a line."""
_BETWEEN = re.compile(r"[(), ]+")
"""What stands between the names of a left side."""
_SPOKEN = re.compile(
    r"[ \t]+(?:(?:from|over|for)[ \t]+)?([a-z])[ \t]*=[ \t]*([0-9]+)[ \t]+to[ \t]+(\w+)(?:[ \t]+of)?[ \t]+(?=[\w(\[|√])"
)
"""The limits of a sum in words: sum from i = 1 to n of …"""
_SURE = re.compile(r"(?<!\w)(?:for|where|with|in)(?!\w)|∈|[<≤][^<≤]*[<≤]")
"""What shows that it is that: a word, a set, two bounds."""
_PER_CENT = re.compile(r"%(?:[ \t]+(of)[ \t]+|(?=[ \t]*(?:$|[*/^)\],;=·×\n]|[-+−][ \t])))")
"""A sign of per cent with what may stand behind it; before anything else it may be that of a remainder."""
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
        if word in ("sum", "Sum") and (spoken := _SPOKEN.match(self.source.text, stop)) is not None:
            self.prefix(BIG, "total", start, want)
            self.limits.append(Limits("sum", (spoken[1],), spoken[2], spoken[3]))
            self.resume = spoken.end()
            return True, False
        return super().special(known, word, start, stop, want)

    def joined(self, sign: str, start: int, want: bool) -> bool:
        """Read a sign between conditions or cases, or one of per cent → whether a value comes next."""
        if sign == "%":
            return self.per_cent(start)
        if sign in (CONDITION_FOLLOWS, NEXT_CASE, NEXT_OTHERWISE):
            return self.piece(sign, start, want)
        word = sign * (1 + self.source.text.startswith("&&", start))
        self.resume = start + len(word)
        return self.logical(word, start, self.resume, want)

    def without_domain(self, text: str) -> str:
        """f(x) = log(x), x > 0 → the same length of text without where it holds."""
        if "," not in text and " for " not in text:
            return text
        domains = [*_DOMAIN.finditer(text)]
        sides = [side.strip() for side in _LEFT.findall(text)] if domains else []
        for domain in reversed(domains):
            line = text[text.rfind("\n", 0, domain.start()) + 1 : domain.start()]
            left = line.partition("=")[0].strip()
            is_open = any(part.count(a) != part.count(b) for part in (line, domain[0]) for a, b in ("()", "[]", "{}"))
            named = domain[1] is not None and domain[1] in _BETWEEN.split(left)[1:]
            is_sure = named or domain[0].lstrip(", \t")[:1] in "0123456789-−[(" or _SURE.search(domain[0]) is not None
            if sides.count(left) != 1 or is_open or not is_sure:
                continue
            self.notes[f"'{domain[0].lstrip(', ').strip()}' says where it holds, and is left out"] = None
            text = text[: domain.start()] + " " * len(domain[0]) + text[domain.end() :]
        return text

    def piece(self, sign: str, start: int, want: bool) -> bool:
        """Read what stands between a value and its condition, or between two cases → a value comes next."""
        if want:
            self.fail_missing(start, self.plain[start])
        if sign == CONDITION_FOLLOWS:
            return self.case("for", start)
        name, params = self.name, self.params
        self.finish(start, want, at_end=False)
        self.name, self.params = name, params
        if sign == NEXT_OTHERWISE:
            self.condition = OTHERWISE
        return True

    def per_cent(self, start: int) -> bool:
        """Read 5% as 0.05, perhaps of what follows → whether a value comes next."""
        number, behind = self.operands[-1], _PER_CENT.match(self.source.text, start)
        is_number = self.tree.kind[number] == NUMBER and self.stops[number] == start
        if behind is None or not is_number or self.vocabulary is EMPTY:
            self.fail_character("%", start)
        written = self.source.text[self.starts[number] : start]
        self.tree.head[number] /= 100.0
        self.stops[number] = start + 1
        self.notes[f"{written}% is read as {self.tree.head[number]:g}"] = None
        if behind[1] is None:
            return False
        self.binary("*", start)  # 5% of x
        self.resume = behind.end()
        return True

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
