"""\\text{…} → a name of several letters, an operation, a word between formulas, or nothing."""

from __future__ import annotations

import re
from functools import cached_property

from graphviz_ad.language.latex import symbols
from graphviz_ad.language.latex.flatten import flat, worded
from graphviz_ad.language.latex.labels import Task
from graphviz_ad.language.latex.ones import Ones
from graphviz_ad.language.latex.operations import EXPECTED
from graphviz_ad.language.latex.units import is_unit
from graphviz_ad.language.names import identity

_MODULE_PATH = re.compile(r"^(?:np|numpy|torch|tf|jnp|math|F|nn)(?:\.\w+)*\.(?=\w+$)")
"""What stands before the name of a library's function."""
_FOR_EACH = re.compile(r"[ ,(]*for (?:all |each |every )?\S+ *(?::?=|\\in|∈| in )")
"""Words that say which numbers a letter is, all in one \\text: for j := 0..n-1."""
_EQUATION_NUMBER = re.compile(r"\([0-9]+(?:[.-][0-9]+)*[a-z]?\)")
"""The number of an equation."""
_BEHIND_NUMBER = re.compile(r"[0-9](?:\s|~|\\[,;:! ])*\\[a-z]+[ ]*\{[^{}]*$")
"""A number with the beginning of a text behind it."""
_MAX_TOKENS = 80
"""Tokens up to which a remark behind a formula is looked through."""


class Texts(Ones):
    """Reads words."""

    def is_remark(self, at: int, following: int, whole: str) -> bool:
        """Whether words stand behind a comma at the end of a row, and have no value."""
        before = next((n for n in range(at - 1, -1, -1) if self.tokens[n].kind != "space"), -1)
        end = self.skip_blanks(following)
        while end < len(self.tokens) and (self.tokens[end].kind, self.tokens[end].text) == ("sign", "}"):
            end = self.skip_blanks(end + 1)  # of \\boxed
        ends = end >= len(self.tokens) or self.tokens[end].kind in ("row", "end") or self.tokens[end].text == "."
        stripped = whole.strip()
        bracketed = (
            stripped != ""
            and stripped[0] in "(（["
            and stripped[-1:] in ")）]"
            and _EQUATION_NUMBER.fullmatch(stripped) is None
        )
        is_apart = bracketed and whole[0] == " " and len(stripped) > 2
        is_behind = before >= 0 and (self.tokens[before].text in (",", "quad", "qquad", ";") or is_apart)
        return is_behind and ends and (" " in stripped or bracketed) and identity(worded(whole)) not in self.given

    def remark_with_names(self, at: int, following: int, whole: str) -> int | None:
        """\\qquad \\text{update all } w_j \\text{ at once}: words and names behind a formula → where the row ends;
        None where words are no such remark, or something is computed behind them."""
        before = self.before(at)
        spaced = any(token.text in ("quad", "qquad") for token in self.tokens[max(at - 3, 0) : at])
        if before < 0 or not (spaced or self.tokens[before].text == ",") or " " not in whole.strip():
            return None
        limit = min(len(self.tokens), following + _MAX_TOKENS)
        end = next((n for n in range(following, limit) if self.tokens[n].kind in ("row", "end")), len(self.tokens))
        if end > limit:
            return None
        rest = self.tokens[following:end]
        has_words = sum(token.kind == "command" and token.text in symbols.WORDS for token in rest)
        known = (*symbols.WORDS, *symbols.LETTERS, *symbols.FONTS, *symbols.ACCENTS, *symbols.BLANKS, "in")
        plain = all(
            token.kind in ("letter", "number", "space") or token.text in "{}_(),.'" or token.text in known
            for token in rest
        )
        return end if plain and has_words and identity(worded(whole)) not in self.given else None

    def stands_elsewhere(self, word: str) -> bool:
        """Whether letters stand somewhere that is not right behind a number, as those of a unit do."""
        if word not in self.elsewhere:
            places = re.finditer(rf"(?<![A-Za-z\\]){re.escape(word)}(?![A-Za-z])", self.source.text)
            self.elsewhere[word] = any(
                _BEHIND_NUMBER.search(self.source.text, max(place.start() - 30, 0), place.start()) is None
                for place in places
            )
        return self.elsewhere[word]

    @cached_property
    def elsewhere(self) -> dict[str, bool]:
        """→ For words that were asked for, whether they stand elsewhere."""
        return {}

    def unit_end(self, whole: str, at: int, following: int, stop: int) -> int | None:
        """What stands in \\text behind a number → where to go on, if it is a unit and no name; else None."""
        before = self.before(at)
        before -= before > 0 and self.tokens[before].text == "~"
        if before < 0 or self.tokens[before].kind != "number" or not is_unit(whole):
            return None
        word = worded(whole)
        is_apart = before < at - 1 or len(word) > 1 or whole[:1] in " ~"
        is_name = identity(word) in self.given or (word.isalpha() and self.stands_elsewhere(word))
        if is_name or not is_apart:
            return None
        self.notes[f"the unit {whole.strip()} is left out"] = None
        return self.script_ranges(following, stop)[2]

    def text(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """\\text{…} → a name of several letters, an operation, or a word between formulas."""
        token, place = self.tokens[at], self.starts[at]
        first, last, following = self.argument(at + 1, at)
        whole = self.source.text[self.starts[first] : self.stops[last - 1]] if first < last else ""
        whole = _MODULE_PATH.sub("", whole)
        if (end := self.unit_end(whole, at, following, stop)) is not None:
            return end, []
        if self.is_given_call(whole.strip(), self.skip_blanks(following)):
            return following, [(self.apart(whole.strip()) + whole.strip(), place)]
        if (moment := self.moment(whole, at, following, stop)) is not None:
            return moment
        if token.text.startswith("operatorname") and self.is_function(whole):
            return self.function(self.function_name(whole), following, stop, place)
        if whole.strip(" ,").lower().startswith("for") and (end := self.range_end(following, stop)) is not None:
            return end, []
        if _FOR_EACH.match(whole) and identity(worded(whole)) not in self.given:
            self.notes[f"the words '{whole.strip()}' are left out"] = None
            return following, []
        if whole.strip(" ,.:;").lower() == "for" and self.is_condition(following, stop):
            return following, [(" for ", place)]
        if whole.strip(" ,:;").lower() in symbols.CONSTRAINTS and self.compares((following, len(self.tokens))):
            end = next((n for n in range(following, stop) if self.tokens[n].kind == "end"), stop)
            self.notes["the constraints are left out"] = None
            return end, []
        if whole.strip(" ,.:;").lower() in symbols.JOINING:
            if self.out.pieces and self.out.pieces[-1].strip() in (".", ","):
                del self.out.pieces[-1:], self.out.places[-1:]
            return following, [(" ; ", place)]
        if (end := self.remark_end(at, following, worded(whole))) is not None:
            del self.out.pieces[-1:], self.out.places[-1:]  # the bracket
            return end, []
        if (end := self.remark_with_names(at, following, whole)) is not None:
            self.notes[f"the words '{whole.strip()} …' are left out"] = None
            return end, []
        if self.is_remark(at, following, whole):
            self.notes[f"the words '{whole.strip()}' are left out"] = None
            return following, []
        if whole.rstrip()[-1:] in (":", "：") and self.begins_statement(at):
            return following, []  # a title
        if (word := symbols.CONDITIONS.get(whole.strip(" ,，").lower())) is not None:
            return following, [(f" {word} ", place)]
        if _EQUATION_NUMBER.fullmatch(whole):
            return following, [(f"   {whole}", place)]
        if whole in EXPECTED and (bracket := self.expected_at(following, stop)) is not None:
            return self.expectation(whole, bracket, place)
        word = flat(self.tokens[first:last]) if "\\" in whole.replace("\\_", "") else worded(whole)
        if not word:
            return following, []
        if self.is_function(word) and not (self.is_value(following) and not self.begins_statement(at)):
            return self.function(self.function_name(word), following, stop, place)
        if self.is_function(word):
            self.values.add(word)
        return self.scripts(following, stop, word, place)
