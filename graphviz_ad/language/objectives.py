"""What papers and programs write round a value → the value: min_w of an objective, KL(p‖q), the precision of floats."""

from __future__ import annotations

import re

from graphviz_ad.language import tokens
from graphviz_ad.language.knowledge import Word
from graphviz_ad.language.sheets import Sheets
from graphviz_ad.language.stack import OpenBracket
from graphviz_ad.language.tree import CALL, KEYWORD, NAME, NUMBER, OPERATOR
from graphviz_ad.language.vocabulary import EMPTY
from graphviz_ad.source import Span

_OBJECTIVE = re.compile(r"\s*(?:min|max)(?:imi[sz]e)?_(\{[^{}\n]*\}|[^\W\d_]\b)(?=\s*\S)")
"""What begins an optimisation problem, and over which names it runs: min_{w,b}."""
_WORD_LENGTH = 20
"""Characters at the beginning among which that word is looked for."""
_IN_WORDS = re.compile(
    r"\s*(?:minimi[sz]e|maximi[sz]e)\b:?(?![ \t]*(?:over|with|w\.?r\.?t|subject)\b|[ \t]*[_=,])(?=[ \t]*\S)"
)
"""The word before an objective."""
_DEPENDS_ON = re.compile(r"\w\([^\W\d]\w*'?(?:[ \t]*,[ \t]*[^\W\d]\w*'?)*\)")
"""Brackets that say what a value depends on: Q(s, a)."""
_DIVERGENCE = re.compile(r"(?<![\w.])(?:D_\{?KL\}?|D?KL)[ \t]*(?=\()")
"""The name of a divergence before its bracket."""
_PLAIN = frozenset(("exp", "log", "ln", "tanh", "sigmoid", "σ", "relu", "sqrt", "sin", "cos", "softplus"))
"""Operations of one argument that no program and no spreadsheet has with options of its own."""
_VALUES = frozenset((NUMBER, CALL, OPERATOR))
"""Kinds of what is an argument and no option."""
_BARS = re.compile(r"\|\||‖|∥")
"""What stands between two distributions."""
_LOGARITHM = re.compile(r"log_\{?([0-9]+|[^\W\d_])\}?")
"""A logarithm with its base: log_b."""
_NAMED = re.compile(r"\s*(?:=(?!=)|:=|←|≈)")
"""What stands behind a left side."""
_EPSILON = re.compile(
    r"(?<![\w.])(?:(?:np|numpy|jnp|torch)\.finfo\([ \t]*([\w.]*)[ \t]*\)\.eps|sys\.float_info\.epsilon"
    r"|(?:(?:tf\.)?keras\.backend|K)\.epsilon\(\))(?!\w)"
)
"""The precision of floats in programs, and of which type."""


_JUMP = re.compile(r"@(?:NL)?objective\([ \t]*\w+[ \t]*,[ \t]*:?(?:Min|Max)[ \t]*,")
"""JuMP's word before an objective: @objective(model, Min, f)."""
_FIT = re.compile(
    r"^[ \t]*(?:[^\W\d][\w.]*[ \t]*(?:<-|=)[ \t]*)?(?:nls|nlsLM|gnls|lm|glm)\([ \t]*(?:formula[ \t]*=[ \t]*)?"
)
"""What begins a fit of a model in R: fit <- nls(y ~ a*x, data = d)."""
_MODEL = re.compile(r"^[ \t]*([^\W\d][\w.()]*|)(?:[ \t]+~[ \t]*|~)(?=[^\W_]|[(.√-])(?![^=]*(?<![=<>!])=(?!=)[^,()]*$)")
"""A model of R up to its right side: y ~ a*exp(-b*x)."""
_ONE_CALL = re.compile(r"([A-Za-z]\w*)\([^()]*\)")
"""A call and nothing else, as distributions are written."""
_IDENTITY = re.compile(r"(?<![\w.])I(?=\()")
"""R's word round what is to be computed as it stands: I(a + b)."""
_TERM = re.compile(
    r"[ \t]*(?:[01]|[^\W\d][\w.]*(?:[ \t]*[:*][ \t]*[^\W\d][\w.]*)*|(?:I|poly|factor|log|sqrt|exp|s|scale)\(.*\))[ \t]*"
)
"""A term of a linear model, whose coefficient is not written."""


def _inside(text: str, opener: int) -> str:
    """Call → the same length of text with its first argument alone."""
    close = tokens.closer(text, opener)
    first = tokens.apart(text[opener + 1 : close if close >= 0 else len(text)], ",")[0]
    stop = opener + 1 + len(first)
    return tokens.blank(text[: opener + 1]) + first + tokens.blank(text[stop:])


class Objectives(Sheets):
    """Reads what stands round values."""

    divergences: set[str]
    """Names that are divergences of two given distributions."""

    def with_round_brackets(self, spread: re.Match[str]) -> str:
        """Var[x] → Var(x), Var_B[x] → a call of the variance over a batch."""
        if spread[1].startswith("Var_") and not self.is_set("B"):
            self.names[spread[1]] = Word("function", "var", "var_B")
        return f"{spread[1]}({spread[2]})"

    def without_optimisation(self, text: str) -> str:
        """min_{w,b} f → f: the value that is to be made small; what runs over indices stays."""
        if "imi" in text[:_WORD_LENGTH] and (word := _IN_WORDS.match(text)) and not self.is_set(word[0].strip()):
            self.notes[f"'{word[0].strip()}' is left out: what stands behind it is computed, not its optimum"] = None
            return " " * word.end() + text[word.end() :]
        if "objective(" in text and (macro := _JUMP.search(text)) is not None:
            self.notes[f"'{macro[0].strip()}' is left out: what stands behind it is computed, not its optimum"] = None
            text = f"{text[: macro.start()]}({' ' * (len(macro[0]) - 1)}{text[macro.end() :]}"
        if "~" in text and self.vocabulary is not EMPTY:
            if (fit := _FIT.match(text)) is not None:
                text = _inside(text, text.index("(", fit.start()))
            text = self.with_model(text)
        begin = _OBJECTIVE.match(text) if "_" in text else None
        if begin is None:
            return text
        rest = text[begin.end() :]
        over = [name.strip() for name in begin[1].strip("{}").split(",")]
        free = _DEPENDS_ON.sub("", rest)
        alone = [re.search(rf"(?<![\w_]){re.escape(name)}(?![^\W_])", free) for name in over]
        places = [rf"[_^](?:{name}(?!\w)|\{{[^{{}}]*(?<!\w){name}(?!\w))" for name in map(re.escape, over)]
        below = any(re.search(place, rest) for place in places)
        if below or not (any(alone) or (self.given and all(map(self.is_set, over)))):
            return text
        self.notes[f"{begin[0].strip()} is left out: what stands behind it is computed, not its optimum"] = None
        return " " * begin.end() + rest

    def with_model(self, text: str) -> str:
        """y ~ a*exp(-b*x), a formula of R's nls → the same length of text with = for ~.

        Raises ParseError for one of lm, y ~ x + z, in which each term has a coefficient that is not written.
        """
        model = _MODEL.match(text)
        if model is None or text.count("~") > 1 or model[0].count("(") > model[0].count(")"):
            return text
        left, right = model[1].strip(), text[model.end() :].strip()
        call = _ONE_CALL.fullmatch(right)
        if call is not None and call[1] != "I" and self.vocabulary.function(call[1]) is None:
            return text  # y ~ N(0, 1)
        names = set(re.findall(r"(?<![\w.])[^\W\d][\w.]*(?![\w(])", right))
        has_parameters = any(self.vocabulary.shapes.get(name) == () for name in names)
        if not has_parameters and all(_TERM.fullmatch(term) for term in tokens.apart(right, "+-")):
            self.fail(
                f"'{left} ~ …' can be read in two ways", (model.start(1), model.end()),
                f"R's model has a coefficient for each term, as in {left or 'y'} = b0 + b1*x; "
                f"for the right side alone write {left or 'y'} = {right}",
            )  # fmt: skip
        self.notes[f"{left or 'y'} ~ … is R's way to write a model; its right side is computed"] = None
        right = text[model.end() :]
        right = right if self.is_set("I") else _IDENTITY.sub(" ", right)
        return (model[0].replace("~", "=") if tokens.is_name(left) else " " * model.end()) + right

    def with_equality(self, text: str) -> str:
        """p ∝ f → p ≈ f, of the same length: the value without the factor that is not written."""
        if "∝" in text:
            self.notes["∝ is read as =, without the factor that is left out"] = None
        return text.replace("∝", "≈")

    def with_divergences(self, text: str) -> str:
        """KL(p‖q), where p and q have values → the same length of text with a comma for the bars."""
        self.divergences = set()
        if "KL" not in text:
            return text
        signs = list(text)
        for match in _DIVERGENCE.finditer(text):
            closer = tokens.closer(text, match.end())
            inside = text[match.end() + 1 : closer] if closer > 0 else ""
            bars = _BARS.findall(inside)
            names = re.findall(tokens.NAME_PATTERN, inside)
            known = all(self.is_set(name) or self.vocabulary.function(name) or self.factors(name) for name in names)
            named = _NAMED.match(text, closer + 1) is not None  # KL(p‖q) = …
            if named or len(bars) != 1 or "|" in _BARS.sub("", inside) or not self.given or not known:
                continue
            bar = _BARS.search(text, match.end())
            assert bar is not None
            signs[bar.start() : bar.end()] = ",".ljust(len(bar[0]))
            name = match[0].strip()
            self.divergences.add(name)
            self.names[name] = Word("both", name, name)
            self.notes[f"{name}(p‖q) is the Kullback-Leibler divergence, the sum of p*log(p/q)"] = None
        return "".join(signs)

    def with_epsilons(self, text: str) -> str:
        """np.finfo(float).eps → the same length of text with the number."""
        if "eps" not in text:
            return text

        def number(match: re.Match[str]) -> str:
            """What a program calls the precision → the number."""
            short = "32" in (match[1] or "") or (match[0].startswith("torch") and "64" not in match[0])
            digits = "1e-7" if match[0].endswith("epsilon()") else "1.1920929e-07" if short else "2.220446049e-16"
            self.notes[f"{match[0]} is {digits}"] = None
            return digits.ljust(len(match[0]))

        return _EPSILON.sub(number, text)

    def to_base(self, base: str, value: int, span: Span, mark: int) -> None:
        """Add log_b of a value as the latest operand."""
        self.scattered = True
        kind, head = (NUMBER, float(base)) if base.isdecimal() else (NAME, base)
        self.logarithm(mark, span, (value, span), (self.added(kind, head, (), span), span))

    def apply(self, key: str, right: int, mark: int) -> None:
        """Apply what stands before its operand: log_b x has the base in its name."""
        base = _LOGARITHM.fullmatch(self.functions[-1].name) if key == "applied" else None
        if base is None:
            super().apply(key, right, mark)
        else:
            self.functions.pop()
            self.to_base(base[1], right, (mark, self.stops[right]), mark)

    def is_value(self, node: int) -> bool:
        """Whether an argument is no option: a name is none but in quotation marks."""
        kind = self.tree.kind[node]
        return kind in _VALUES or (kind == NAME and self.tree.head[node][0] not in "'\"")

    def call(self, frame: OpenBracket, span: Span) -> None:
        """Add a complete call as the latest operand, a divergence and a logarithm to any base as what they are."""
        items = frame.items
        is_plain = frame.head in _PLAIN and len(items) == 1 and self.is_value(items[0])
        if is_plain and not (self.looped or frame.library or frame.loops) and frame.power is None:  # as most are
            self.add(CALL, frame.head, (items[0],), span, frame.start)
            return
        base = _LOGARITHM.fullmatch(str(frame.head)) if len(frame.items) == 1 else None
        if base is not None and frame.head not in self.defined and not frame.library:
            self.to_base(base[1], frame.items[0], span, frame.start)
            return
        if frame.head == "log" and len(frame.items) == 2 and self.tree.kind[frame.items[1]] != KEYWORD:
            self.notes["log(x, b) is the logarithm to base b"] = None
            number, below = ((item, self.span(item)) for item in frame.items)
            self.logarithm(frame.start, span, number, below)
            return
        if frame.head not in self.divergences or len(frame.items) != 2:
            super().call(frame, span)
            return
        first, second = frame.items
        self.add(CALL, "kl_div", (self.added(CALL, "log", (second,), self.span(second)), first), span, frame.start)
