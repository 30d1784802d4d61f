"""Sum signs with what stands below and above them → `Limits`; derivatives → names."""

from __future__ import annotations

import re

from graphviz_ad.language import tokens
from graphviz_ad.language.code import Code
from graphviz_ad.language.operators import BIG
from graphviz_ad.language.options_below import axis_below
from graphviz_ad.language.tree import Limits

OPERAND = re.compile(r"[ \t]*(?!(?:if|else|and|or)\b)(?:[^\W]|[.√∛|‖⌊⌈⟨\[{∑∏∞½⅓¼¾∂∇])")
"""What an argument without brackets can begin with."""
LIMITS = re.compile(
    r"(?:[ \t]*_(\{[^{}\n]*\}|\w+)|(\{[ \t]*\w['′]?[ \t]*(?:=[^{}\n]*)?\}|[ᵢⱼₖₗₘₙₜ]+(?:₌[₀-₉]+|[<>≠≤≥][ᵢⱼₖₗₘₙₜ])?))?"
    rf"(?:[ \t]*\^(\{{[^{{}}\n]*\}}|\([^()\n]*\)|\w+|∞)|[ \t]*([{''.join(map(chr, tokens.RAISED_LETTERS))}]+))?"
)
"""What stands below and above a sum sign, in braces or as lowered and raised characters."""
SPOKEN_LIMITS = re.compile(
    r"[ \t]*\([ \t]*([^\W\d])[ \t]*=[ \t]*([01])[ \t]*(?:to|\.\.\.?|…|,|–|→)[ \t]*(\w+)[ \t]*\)(?=[ \t]*\S)"
)
"""Limits in brackets: Σ(i=0 to n)."""
BOUND = re.compile(r"[ \t]*([^\W\d]['′]?)(?:[ \t]*=[ \t]*([^{}\n]+?))?[ \t]*")
"""A letter below a sum sign, and the number it begins with."""
_CONDITION = re.compile(
    r"[ \t]*(?:([^\W\d])[ \t]*[:,][ \t]*)?([^\W\d])[ \t]*(!=|<=|>=|[≠<>≤≥])[ \t]*([^\W\d]\w*)[ \t]*"
)
"""A condition below a sum sign: j ≠ i, or j: j ≠ i, or j ≠ y_i."""
_CHOSEN = re.compile(
    r"[ \t]*([^\W\d])[ \t]*[:|][ \t]*([^\W\d]\w*)[ \t]*(!=|<=|>=|==|[=≠<>≤≥])[ \t]*([-−]?[0-9.]+|[^\W\d]\w*)[ \t]*"
)
"""A condition on entries below a sum sign: i: y_i = 1."""
SPAN = re.compile(r"[ \t]*([01])[ \t]*(?:<=|≤)[ \t]*([^\W\d])[ \t]*(?:<=|≤)[ \t]*(\w+)[ \t]*")
"""Both bounds below a sum sign: 1 ≤ i ≤ n."""
_SPAN_OF_SEVERAL = re.compile(
    r"[ \t]*1[ \t]*(?:<=|≤)[ \t]*([^\W\d](?:[ \t]*,[ \t]*[^\W\d])+)[ \t]*(?:<=|≤)[ \t]*(\w+)[ \t]*"
)
"""Both bounds of several letters: 1 ≤ i, j ≤ n."""
_LETTER_PLUS_ONE = re.compile(r"([ijklmst])[ \t]*\+[ \t]*1")
"""A lower bound that another letter says: j = i+1."""
_WORDS = re.compile(r"[ \t]*[^\W\d_]{4,}(?:[ \t]+[^\W\d_]+)*[ \t]*")
"""Words below a sum sign that say what it is over: batch, all entries."""
_ENTRY_BELOW = re.compile(r"[ \t]*[^\W\d_]_\{?[0-9]+\}?[ \t]*")
"""A name with its number below a sum sign: x_1."""
_BELOW = re.compile(r"(?<=[^\W_])_\{?([a-z])(?!\w)")
"""A letter below a name."""
_LETTER = re.compile("[ijklmst]")
"""A lower bound that is another letter: k = t."""
_LETTER_MINUS_ONE = re.compile(r"([ijklst])[ \t]*[-−][ \t]*1")
"""An upper bound that another letter says: j-1."""
_PLAIN_SIGNS = {"≠": "!=", "≤": "<=", "≥": ">="}
"""Comparisons as ASCII writes them."""
_MIRRORED_SIGNS = {"!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
"""Comparisons read from the right."""
LOWERED = str.maketrans("ᵢⱼₖₗₘₙₜ₌₀₁₂₃₄₅₆₇₈₉", "ijklmnt=0123456789")
"""Table for `str.translate`: lowered letters, digits and "=" below a sum sign as plain ones."""
DERIVATIVE_NAME = re.compile(
    rf"(?:∂(?:[²³]|\^[0-9])?[ \t]*{tokens.NAME_PATTERN}[ \t]*/[ \t]*∂[ \t]*{tokens.NAME_PATTERN}[²³]?"
    rf"|∇(?:_(?:\{{[^{{}}\n]*\}}|\w[\u0300-\u036f]?))?[ \t]*(?:{tokens.NAME_PATTERN})?)"
)
"""A partial derivative or a gradient, which is one name: ∂L/∂w, ∇_w L."""


class Totals(Code):
    """Reads signs that take more than one character to the right."""

    def total(self, operation: str, word: str, start: int, stop: int, want: bool) -> tuple[bool, int]:
        """Read a sum sign with its limits; as a name, where nothing to add up follows → whether a value comes next, and
        whether "(" after it is a call."""
        text = self.source.text
        if (spoken := SPOKEN_LIMITS.match(text, stop)) is not None:
            self.prefix(BIG, "total", start, want)
            self.limits.append(Limits(operation, (spoken[1],), spoken[2], spoken[3]))
            self.resume = spoken.end()
            return True, False
        limits = LIMITS.match(text, stop)
        assert limits is not None
        has_letter = (limits[1] or limits[2]) is not None
        end = limits.end() if has_letter else stop
        following = text[end:].lstrip(" \t")
        if not has_letter and word in ("Σ", "Π") and not OPERAND.match(text, stop) and following[:1] != "(":
            return self.value(word, start, stop, want), True
        head = self.bounds(operation, limits, start, end) if has_letter else Limits(operation)
        self.prefix(BIG, "total", start, want)
        self.limits.append(head)
        self.resume = end
        return True, False

    def bounds(self, operation: str, limits: re.Match[str], start: int, stop: int) -> Limits:
        """What stands at a sum sign → its letters and bounds."""
        below = (limits[1] or limits[2]).strip("{}").translate(LOWERED)
        if axis := axis_below(below):
            return Limits(operation, (), axis)
        below, _, members = below.partition("∈")
        if members:
            self.notes[f"the sum over {below.strip()} ∈ {members.strip(' ()')} is one over all entries"] = None
        below = below.strip(" ()") if "," in below else below
        above = (limits[3] or "").strip("{}()").strip() or (limits[4] or "").translate(tokens.RAISED_LETTERS)
        if above in ("∞", "inf", "infty"):
            self.notes["a sum up to ∞ ends with the last entry that is given"] = None
            above = ""
        if (several := _SPAN_OF_SEVERAL.fullmatch(below)) is not None:
            below, above = several[1], several[2]  # 1 ≤ i, j ≤ n
        span = SPAN.fullmatch(below)
        if span is not None:
            below, above = f"{span[2]}={span[1]}", span[3]  # 1 ≤ i ≤ n
        if (pair := _CONDITION.fullmatch(below)) is not None:
            letter, sign = pair[1] or pair[2], _PLAIN_SIGNS.get(pair[3], pair[3])  # j: j ≠ i
            if letter == pair[4]:
                return Limits(operation, (letter,), "", above, (letter, _MIRRORED_SIGNS[sign], pair[2]))  # j: i < j
            return Limits(operation, (letter,), "", above, (pair[2], sign, pair[4]))
        if (chosen := _CHOSEN.fullmatch(below)) is not None and re.search(rf"_\w*{chosen[1]}", chosen[2]):
            sign = {"=": "=="}.get(chosen[3], _PLAIN_SIGNS.get(chosen[3], chosen[3]))
            return Limits(operation, (chosen[1],), "", above, (chosen[2], sign, chosen[4].replace("−", "-")))
        if _WORDS.fullmatch(below):
            self.notes[f"the {operation} over '{below.strip()}' is over all entries"] = None
            return Limits(operation)
        if _ENTRY_BELOW.fullmatch(below):
            self.notes[f"the {operation} over {below.strip()} is one over all entries"] = None
            return Limits(operation)
        if below.isdecimal() and (letter := self.index_behind(stop)) is not None:
            below = f"{letter}={below}"  # ∑_1^n x_i
        letters, lower = [], ""
        for part in (
            ",".join(below).split(",") if below.isalpha() and below.islower() and len(below) <= 3 else below.split(",")
        ):
            match = BOUND.fullmatch(part)
            if match is None:
                self.fail(
                    f"a {operation} over '{below.strip()}' cannot be read", (start, stop),
                    "name the letter alone, as in ∑_i or ∑_{i=1}^{n}; it runs over the whole axis",
                )  # fmt: skip
            letters.append(match[1])
            lower = match[2] or ""
        start_at = _LETTER_PLUS_ONE.fullmatch(lower) if len(letters) == 1 else None
        if start_at is not None and start_at[1] != letters[0] and not self.is_set(start_at[1]):
            return Limits(operation, tuple(letters), "", above, (letters[0], ">", start_at[1]))  # j = i+1
        if len(letters) == 1 and lower != letters[0] and _LETTER.fullmatch(lower) and self.is_index(lower):
            return Limits(operation, tuple(letters), "", above, (letters[0], ">=", lower))  # k = t
        end_at = _LETTER_MINUS_ONE.fullmatch(above) if len(letters) == 1 else None
        is_number = end_at is not None and self.is_set(end_at[1])
        if end_at is not None and end_at[1] != letters[0] and self.is_index(end_at[1]) and not is_number:
            return Limits(operation, tuple(letters), "", "", (letters[0], "<", end_at[1]))  # up to j-1
        return Limits(operation, tuple(letters), lower, above)

    def index_behind(self, stop: int) -> str | None:
        """Place behind a sum sign without a letter → the one letter that stands below names there; None for several."""
        letters = set(_BELOW.findall(self.source.text, stop))
        return letters.pop() if len(letters) == 1 else None

    def is_index(self, letter: str) -> bool:
        """Whether a letter stands below a name somewhere, alone or with other letters."""
        return re.search(rf"\w_(?:\{{[^{{}}=]*{letter}|[^\W\d_]?{letter})", self.source.text) is not None

    def derivative(self, start: int, want: bool) -> bool:
        """Read `∂L/∂w` or `∇L` as one name → no value comes next."""
        match = DERIVATIVE_NAME.match(self.source.text, start)
        if match is None:
            self.fail_character(self.source.text[start], start)
        self.resume = match.end()
        return self.value("".join(match.group().split()), start, match.end(), want)
