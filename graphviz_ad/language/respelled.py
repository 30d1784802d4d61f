"""Text of a formula → the same length of text in which what has a value is one word, without what surrounds it."""

from __future__ import annotations

import re
from functools import partial

from graphviz_ad.language import tokens
from graphviz_ad.language.knowledge import Word
from graphviz_ad.language.labelled import FIRST_PLACEHOLDER_CODE
from graphviz_ad.language.names import identity
from graphviz_ad.language.spelled import Spelled
from graphviz_ad.language.stack import QUOTIENT
from graphviz_ad.language.vocabulary import SUMS

_PROSE = re.compile(
    r"(?m)(?<=[\w)\]}²³ᵀ'])[,;.]?([ \t]+)((?:[A-Za-z][a-z]*,?[ \t]+)+[A-Za-z][a-z]*)[.!]?[ \t]*(?=\n|$)"
)
"""Words behind a formula."""
_BRACKETED_WORDS = re.compile(
    r"(?<=[\w)\]}²³ᵀ'|‖])([ \t]+)[(\[]([^\W\d_]\w*(?:[ ]*[ ,=/-][ ]*\w+)*)[)\]][ \t.,;]*(?=\n|$)"
)
"""Words in brackets at the end of a line."""
_FORMULA_WORDS = frozenset(
    ("if", "else", "for", "and", "or", "not", "in", "where", "when", "otherwise", "then", "with")
)
"""Words that belong to a formula, so that it goes on behind them."""
_SENTENCE_WORDS = frozenset((
    "per", "of", "the", "is", "as", "to", "by", "we", "on", "from", "each", "at", "this", "which", "that", "over",
    "are", "it", "its",
))  # fmt: skip
"""Words of which a sentence has at least one."""
EXPECTATION = re.compile(r"(?<![\w.])(E(?:_[^\W\d_]|_\{[^{}\[\]]*\}|[ₜᵢⱼₙ])?)\[")
"""What begins an expectation, perhaps with a letter below it."""
_SPREAD = re.compile(r"(?<![\w.])(Var(?:_B|_\{B\})?|Std|Cov)\[([^\[\]\n]*)\]")
"""A variance with square brackets: Var[x]."""
_COMPOUND_NAME = re.compile(
    r"^\|[^|]+\|$|^(?!self\.|this\.)[^\W\d][^=∂∇]*(?:[ (|\[$@+-]|\.[0-9]|\^[A-Za-z]|[*★~°⁰¹²³⁴-⁹]$)"
)
"""What is no name, but may stand for a value: P(A|B), params[key], learning rate, q.1, a^L, df$x, h~."""
_EQUATION_NUMBER = re.compile(
    r"(?m)(?:(?<!\w)([^\W\d]\w*)|(?<=[\w)\]}'′²³ᵀ|‖]))[.,]?[ \t]{2,}(\([0-9]+(?:[.-][0-9]+)*[a-z]?\))[ \t.,;]*$"
)
"""The number of an equation behind several spaces."""
_EQUATION_NAME = re.compile(r"(?m)[ \t]+(?:[-–—]+[ \t]*)?([(\[]?Eqn?\.[ \t]*\(?[0-9]+(?:\.[0-9]+)*\)?[)\]]?)[ \t.]*$")
"""The number of an equation with the word for it: - Eq.1."""
TILDE = re.compile(
    r"(?<![^\W\d])([^\W\d_])~(?=_|[ \t]*(?:[-+*/^@)\]=,;.⊙∘·\n]|$)|[ \t]+[(\[]?[^\W\d_]\w*[ \t]*[-+*/)])"
)
"""A letter with a tilde behind it: h~_t."""
STARRED = re.compile(rf"(?:^|[;\n])[ \t]*({tokens.NAME_PATTERN}\*)(?=[ \t]*=(?!=))")
"""The left side w* =, whose star is part of the name."""
_STAR_BEFORE_EQUALS = re.compile(r"\*[ \t]*=")
"""The end of it, quickly found."""
_DEPENDENT_VALUE = re.compile(r"([^\W\d][^()]*)\(([^\W\d]\w*)\)")
"""A value with what it depends on: f(x)."""
_LITTLE_TRANSPOSE = re.compile(r"(?<=[^\W\d_])\^t(?=[ \t]*[^\W\d]|[ \t]*[(@])")
"""A transpose with a small letter, between two names: w^t x."""
_LETTER_T_BELOW = re.compile(r"_t(?!\w)|_\{[^{}]*(?<!\w)t(?!\w)|ₜ")
"""The letter t as an index."""
_BRACED_CALL = re.compile(r"([^\W\d_](?<![\w^].)\w*)[ \t]*\{")
"""A function with its arguments in braces: max{0, x}."""
_BRACED_LABEL = re.compile(r"\\\^\\\{\\\((\w+)\\\)\\\}")
"""A label in an escaped name: z^{(l)}."""
_SIGN_LABEL = re.compile(r"_\\\{(\\?[-+])\\\}")
"""A sign above or below a name, in an escaped name: P_{-}, which is P^-."""
_COUNTED_LABEL = re.compile(r"\\\^\\\((\w+)\\ (\\?[-+])\\ (\w+)\\\)")
"""A label counted from another one in an escaped name: W^(l + 1)."""
_LETTER_X = re.compile(r"(?<![\w.])x(?![\w'′])")
"""The letter x by itself."""
_TIMES = re.compile(r"(?<=[\w)\]²³] )x(?= [\w(\[√])")
"""The same between two factors."""
_SURE_TIMES = re.compile(r"x (?:(?<=[0-9] x )[0-9]|(?<=[\w)\]] x )[A-Za-z]{3}|(?<=[A-Za-z]{3} x )[\w(\[])")
"""The same between two numbers or beside a word: 2 x Precision."""
_CAPITAL_TIMES = re.compile(
    r"(?:(?<=[0-9)\]²³] )|(?<=(?<![^\W_])[A-Z] )|(?<=[A-Za-z0-9_]{2} ))x(?= (?:[A-Za-z]\w|[0-9(\[√A-Z]))"
)
"""The same between two factors that are no small letters: V x I."""

_POWER_OF_TEN = re.compile(
    r"(?<![\w./^])(?<!/ )(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})([xX])10(?=[ \t]*(?:\^|\*\*)|[⁻⁰¹²³⁴-⁹])"
)
"""A number in scientific notation with a letter for its sign: 6.8x10^-3."""
_REMARK = re.compile(r"[ \t]+//[ \t]*([A-Za-z]{2}[\w ,.-]*)(?=\n|$)")
"""What stands behind // up to the end of a line, where it begins with a word."""
_BRACED_WORD = re.compile(r"_\\\{(\w+)\\\}")
"""A subscript in braces, in an escaped name: p_{data}(x)."""
_BARS = re.compile(r"\\\|\\\||‖|∥")
"""Two bars in an escaped name: KL(p||q)."""

_PER_CENT = re.compile(r"(?<=[×*·])([ \t]*)100[ \t]?%")
"""A factor that makes a value one of per cent."""
_INVERSE_AT = re.compile(r"((?:⁻¹|ᵀ|\^-1|\^T|\^\{-1\}))(\([θφψ](?:_\w+|_\{[^{}]*\}|[ₜ₀-₉])?\))")
"""Parameters that an inverse or a transpose depends on: F⁻¹(θ)."""
_SUM_BESIDE_NAME = re.compile(r"((?:^|[=(+−-]|log|ln)[ \t]*)Σ(?=(?:_[ijkmnt]|[ᵢⱼₖₘₙₜ])[ \t]+[^\W\d])")
"""The letter Σ as a sum sign, also where a value is given for it: Σ_k π_k N(x | μ_k, Σ_k)."""
_AFTER_NAMES = 3000
"""How far words for entries are behind those for names."""


def _pattern(name: str) -> str:
    """Name → a pattern for its spellings: Q(s, a) and Q(s,a), W^{l+1} and W^(l + 1)."""
    pattern = re.sub(r",(?:\\ )*", ",[ ]*", re.escape(name))
    pattern = _BRACED_WORD.sub(r"_[{]?\1[}]?", _BARS.sub("(?:[|]{2}|[‖∥])", pattern))
    pattern = _BRACED_LABEL.sub(r"\\^(?:\\{\\(\1\\)\\}|\\(\1\\)|\1(?!\\w))", pattern)
    pattern = _SIGN_LABEL.sub(r"(?:_\\{\1\\}|\\^\1(?![\\w(])|\\^\\{\1\\})", pattern)
    return _COUNTED_LABEL.sub(r"\\^[({][ ]*\1[ ]*\2[ ]*\3[ ]*[)}]", pattern)


def _stands_in(name: str, text: str) -> bool:
    """Whether a name stands in a text."""
    return name in text or (
        any(sign in name for sign in (",", "^(", "^{(", "_{", "||")) and re.search(_pattern(name), text) is not None
    )


class Respelled(Spelled):
    """Writes the text of a formula with every name as one word."""

    def with_times(self, text: str) -> str:
        """2 x Precision x Recall, where x has no value and is nothing but a sign → the same with ×."""
        if "x10" in text.lower():
            text = self.with_powers_of_ten(text)
        if " x " not in text:
            return text
        sure = _SURE_TIMES.search(text) is not None
        if not (self.given or sure) or identity("x") in self.given:
            return text
        places = _LETTER_X.findall(text)
        times = _TIMES if sure or not self.given else _CAPITAL_TIMES
        before = {text[max(0, place.start() - 20) : place.start()].split()[-1] for place in times.finditer(text)}
        if len(times.findall(text)) < len(places):
            return text
        if any(word in SUMS or self.vocabulary.function(word) is not None for word in before):  # sin x cos y
            return text
        self.notes["x between two factors is read as the sign ×"] = None
        return times.sub("×", text)

    def with_powers_of_ten(self, text: str) -> str:
        """6.8x10^-3, where neither x nor x10 has a value and no x has another number → the same with ×."""
        rest = _POWER_OF_TEN.sub("", text)
        known = {x for x in "xX" if self.is_set(x) or self.is_set(f"{x}10") or re.search(rf"{x}_?[0-9]", rest)}
        return _POWER_OF_TEN.sub(
            lambda number: number[0] if number[1] in known else number[0].replace(number[1], "×"), text
        )

    def with_quotients(self, text: str) -> str:
        """a // b → the same length of text with a sign of its own for the quotient rounded down; what stands behind //
        is a comment where it is a word without a value."""
        if "//" not in text:
            return text

        def blank(remark: re.Match[str]) -> str:
            """Words behind // → blanks where none has a value."""
            words = re.findall(r"\w+", remark[1])
            if not self.given or any(identity(word) in self.given for word in words):
                return remark[0]
            self.notes[f"'{remark[1]}' behind // is left out as a comment"] = None
            return " " * len(remark[0])

        text = _REMARK.sub(blank, text)
        if "//" in text:
            self.notes["// is the quotient rounded down, as in Python"] = None
        return re.sub("//(?!/)", f"{QUOTIENT} ", text)

    def with_means(self, text: str) -> str:
        """Text → the same with round brackets for E[x], the mean over what is given."""
        if "[" in text and _SPREAD.search(text) is not None:
            text = _SPREAD.sub(self.with_round_brackets, text)
        if "E" not in text or self.is_set("E"):
            return text
        signs = list(text)
        for match in EXPECTATION.finditer(text):
            closer = tokens.closer(text, match.end() - 1)
            if any("[" in name and text.startswith(name, match.start()) for name in self.vocabulary.values):
                continue  # E[g²]_{t-1}, which is given
            if closer >= 0:
                signs[match.end() - 1], signs[closer] = "(", ")"
            is_batch = match[1] in ("E_B", "E_{B}") and not self.is_set("B")
            self.names[match[1]] = Word("function", "mean", "mean_B" if is_batch else "mean")
            if not is_batch:
                self.notes["E[…] is the mean over all entries that are given"] = None
        return "".join(signs)

    def with_choices(self, text: str) -> str:
        """Text → the same with round brackets for the braces of functions: max{0, x}, exp{-x}."""
        braced = set(_BRACED_CALL.findall(text)) if re.search(r"\{(?<=[\w \t]\{)", text) is not None else ()
        called = {name for name in braced if name in ("max", "min") or self.vocabulary.function(name) is not None}
        if not called:
            return text
        signs = list(text)
        for match in _BRACED_CALL.finditer(text):
            if match[1] in called and (closer := tokens.closer(text, match.end() - 1)) >= 0:
                signs[match.end() - 1], signs[closer] = "(", ")"
        return "".join(signs)

    def without_prose(self, text: str) -> str:
        """Text → the same length of text without the rest of a sentence behind a formula: y = w x + b per example."""
        if not self.given:
            return text
        text = _BRACKETED_WORDS.sub(self.without_remark, text)

        def blank(prose: re.Match[str]) -> str:
            """Words → blanks, where they are a sentence and no names."""
            words = re.findall("[A-Za-z]+", prose[2])
            apart = len(prose[1]) > 2 and not _FORMULA_WORDS.intersection(words)
            known = not apart and any(
                word in _FORMULA_WORDS or self.is_set(word) or self.vocabulary.function(word) for word in words
            )
            if known or _SENTENCE_WORDS.isdisjoint(words) or (not apart and self.factors("".join(words))):
                return prose[0]
            self.notes[f"the words '{prose[2]}' are left out"] = None
            return " " * len(prose[0])

        return _PROSE.sub(blank, text)

    def without_remark(self, remark: re.Match[str]) -> str:
        """Words in brackets behind a formula, or what they say of its names → blanks, where none of them is a value."""
        sides = [side.partition("=")[2] or side for side in remark[2].split(",")]
        words = [word for side in sides for word in re.findall(r"[^\W\d_]+", side)]
        apart = len(remark[1]) > 1
        long_words = [word for word in words if len(word) > 2]
        if any(map(self.is_set, words)) or not long_words or ("=" in remark[2] and not apart):
            return remark[0]
        if not apart and (len(words) < 2 or len(words) - len(long_words) > len(long_words)):
            return remark[0]
        self.notes[f"the words '{remark[2]}' are left out"] = None
        return " " * len(remark[0])

    def without_number(self, text: str) -> str:
        """Equation → the same length of text without its number in brackets at the end: y = w x + b    (3.2)."""
        if "Eq" in text:
            text = _EQUATION_NAME.sub(self.without_name, text)
        if "=" not in text or ("  (" not in text and "\t" not in text):
            return text

        def blank(number: re.Match[str]) -> str:
            """Number of an equation → blanks; the argument of a function stays."""
            if number[1] and (self.vocabulary.function(number[1]) or number[1] in self.defined):
                return number[0]  # exp   (3)
            self.notes[f"{number[2]} at the end is the number of the equation"] = None
            return (number[1] or "").ljust(len(number[0]))

        return _EQUATION_NUMBER.sub(blank, text)

    def without_name(self, number: re.Match[str]) -> str:
        """Number of an equation → blanks."""
        self.notes[f"{number[1]} at the end is the number of the equation"] = None
        return " " * len(number[0])

    def with_given_names(self, text: str) -> str:
        """Text → the same with a word of the same length for what is no name by itself, but has a value: P(A|B)."""
        if "%" in text and _PER_CENT.search(text):
            text = _PER_CENT.sub(lambda factor: f"{factor[1]}100".ljust(len(factor[0])), text)
            self.notes["100% is read as 100, so that the value is in per cent"] = None
        if "(θ" in text or "(φ" in text or "(ψ" in text:
            text = _INVERSE_AT.sub(self.without_parameters, text)
        if text.count("Σ") > 1 and self.is_set("Σ"):
            text = _SUM_BESIDE_NAME.sub(r"\1∑", text)
        given = [name for name in self.vocabulary.values if _COMPOUND_NAME.search(name) and _stands_in(name, text)]
        alone = re.findall(r"(?<!\w)t(?!\w)", text) if self.given and not self.is_set("t") else []
        if alone and len(alone) == len(_LITTLE_TRANSPOSE.findall(text)) and _LETTER_T_BELOW.search(text) is None:
            text = _LITTLE_TRANSPOSE.sub("^T", text)
            self.notes["^t is read as the transpose, since no value is given for t"] = None
        odd = [name for name in given if not tokens.is_name(name) or name[-3:] in ("{-}", "{+}")]
        if "^(" in text:  # H^(l), where a value is given for it
            odd += [name for name in given if name not in odd and name.replace("^{(", "^(").replace(")}", ")") in text]
        odd += STARRED.findall(text) if _STAR_BEFORE_EQUALS.search(text) else ()
        capitals = "".join(name for name in self.vocabulary.values if len(name) == 1 and name.isupper()) if odd else ""
        glued = rf"|(?<=(?<!\w)[{capitals}])" if capitals else ""  # Ax(k), where A and x(k) are given
        for number, name in enumerate(sorted(odd, key=len, reverse=True)):
            self.spelled[identity(name)] = name
            ends = rf"(?![^\W{tokens.RAISED_SIGNS}])" if name[-1].isalnum() else "(?!_)" if name[-1] == "*" else ""
            if name[-1] in ")]" and f"{name}'" in text:
                text = text.replace(f"{name}'", f"{name}ᵀ")  # A[l-1]'
                self.notes["' behind a bracket is read as a transpose"] = None
            text = re.sub(
                rf"(?:(?<![^\W\d\u3400-\u4dbf])(?<![^\W\d]\d){glued}){_pattern(name)}{ends}",
                partial(self.stand_in, name, number),
                text,
            )
        for name in self.vocabulary.values:
            depends = _DEPENDENT_VALUE.fullmatch(name)
            if depends is not None and depends[1] in text:  # f(x), where f(x_i) stands
                of, argument = map(re.escape, depends.groups())
                text = re.sub(rf"(?<!\w){of}\({argument}(_[ijkn]|\^\{{\([ijkn]\)\}})\)", self.entry_of, text)
        return TILDE.sub("\\1\u0303", text) if "~" in text else text

    def without_parameters(self, inverse: re.Match[str]) -> str:
        """F⁻¹(θ) → the same length of text with the inverse alone."""
        self.notes[f"{inverse[2]} behind {inverse[1]} is what it depends on; for a product write a sign"] = None
        return inverse[1].ljust(len(inverse[0]))

    def entry_of(self, value: re.Match[str]) -> str:
        """f(x_i), where f(x) has values → a word of the same length for the entry."""
        word = chr(FIRST_PLACEHOLDER_CODE + _AFTER_NAMES + len(self.names)) * len(value[0])
        self.names[word] = self.spelled[identity(value[0])] = value[0].replace(value[1], "") + value[1]
        return word
