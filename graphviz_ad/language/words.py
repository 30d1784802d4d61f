"""Names where they stand in one parse → values, functions with and without brackets, products without a sign."""

from __future__ import annotations

import re

from graphviz_ad.language import run_together, tokens
from graphviz_ad.language.knowledge import Word
from graphviz_ad.language.left_out import normal_root
from graphviz_ad.language.names import GREEK, letter
from graphviz_ad.language.operators import APPLIED, BIG, CHOICE, JUXTAPOSED
from graphviz_ad.language.operators import POWER as POWER_LEVEL
from graphviz_ad.language.stack import Function
from graphviz_ad.language.totals import OPERAND, Totals
from graphviz_ad.language.tree import CALL, OPERATOR, Limits
from graphviz_ad.language.vocabulary import SUMS, TRUTH

FUNCTION_POWER = re.compile(
    r"[ \t]*(?:(?:\^|\*\*)[ \t]*(?:\{[ \t]*([-−]?[0-9]+)[ \t]*\}|\(?([-−]?[0-9]+)\)?)|([⁻⁺]?[⁰¹²³⁴-⁹]+))"
)
"""A power between the name of a function and its argument."""
ARGUMENT_MINUS = re.compile(r"[ \t]+[-−](?=[\w(.√|‖{])")
"""A minus that belongs to what follows: exp -x."""
DOTTED_PATH = re.compile(r"((?:\.[ \t]?\w+)+)(\(\)(?=[ \t]*\())?")
"""What stands behind the name of a module: .nn.functional.relu, .MSELoss()."""
RAISE_SIGN = re.compile(r"[ \t]*(?:\^(?!(?:\{[T⊤⊺]\}|[T⊤⊺])(?!\w))|\*\*)")
"""A sign of a power that is no transpose."""
_CALLED = re.compile(rf"(?:{tokens.NAME_PATTERN})[ \t]*\(")
"""A name before a bracket."""
_LEIBNIZ = re.compile(r"/d\w+['′]*")
"""The denominator of a derivative, behind its numerator: the /dw of dL/dw."""


class Words(Totals):
    """Reads a name as what it means where it stands."""

    power: float | None = None
    """What the name of a function read just now is raised to."""

    def special(self, known: Word, word: str, start: int, stop: int, want: bool) -> tuple[bool, int]:
        """A name that may be more than a value → whether a value comes next, and whether "(" after it is a call."""
        text = self.source.text
        match known.sort:
            case "function":
                return self.function(known.name, word, start, stop, want)
            case "library" if (path := DOTTED_PATH.match(text, stop)) and self.is_module(word, path):
                return self.dotted(word, path, start, want)
            case "library" if self.factors(word):
                return self.product(word, start, want)
            case "both":
                self.notes[f"{word}(…) is the operation, {word} alone the value of that name"] = None
                return self.value(word, start, stop, want), False
            case "choice" if word.lower() == "if" and want and text[stop:].lstrip(" ").startswith("("):
                return self.value("where", start, stop, want), True
            case "choice" if word == "if" and want:
                self.stack.append((CHOICE, "if then", start, None))
                return True, False
            case "choice" if not want and word != "IF":
                return self.choice(word, start), False
            case "case" if word == "for" and not want and self.brackets:
                return self.comprehension(start), False
            case "case" if not want and not self.brackets:
                return self.case(word, start), False
            case "constant":
                self.number(TRUTH[word], start, stop, want)
                return False, False
            case "euler" if raised := RAISE_SIGN.match(text, stop):
                self.resume = raised.end()
                self.notes["e^x is exp(x), e the base of the natural logarithm"] = None
                self.defaults.add("e")
                return self.prefix(POWER_LEVEL, "exp", start, want), False
            case "euler" if (after := text[stop : stop + 1]) and tokens.superscript(after) != after:
                return self.raised_euler(start, stop, want), False
            case "word" if text[stop:].lstrip(" \t")[:1] != "(" and OPERAND.match(text, stop):
                self.prefix(BIG, "total", start, want)  # sum y_i log p_i
                self.limits.append(Limits(word))
                return True, False
            case "based" if OPERAND.match(text, stop) and not text.startswith("(", stop):  # log_b x
                return self.applied(word, None, start, want), False
            case "sum":
                stem = len(word) if word in SUMS else len(word.partition("_")[0].rstrip("ᵢⱼₖₗₘₙₜ"))
                return self.total(known.name, word, start, start + stem, want)
            case "product":
                return self.product(word, start, want)
            case "turned":  # A', as MATLAB has it
                self.notes[f"{word} is read as the transpose of {known.name}"] = None
                self.value(known.name, start, stop - 1, want)
                value = self.operands.pop()
                self.add(OPERATOR, "T", (value,), (start, stop), stop - 1)
                return False, False
            case "glued":  # ylog(p) is y log(p)
                middle = start + len(known.name)
                self.notes[f"{word} is read as {known.name} {text[middle:stop]}"] = None
                self.value(known.name, start, middle, want)
                return self.function(text[middle:stop], text[middle:stop], middle, stop, want=False)
            case "fused":  # cosθ
                middle = start + len(known.name)
                want, _ = self.function(known.name, known.name, start, middle, want)
                rest = self.names.get(text[middle:stop]) or self.learn(text[middle:stop])
                if isinstance(rest, str):
                    return self.value(rest, middle, stop, want), True
                return self.special(rest, text[middle:stop], middle, stop, want)
            case "waves":  # sin2x, sinxcosx
                for name, digits, argument in run_together.waves(word):
                    want, _ = self.function(name, name, start, start + len(name), want)
                    start += len(name)
                    if digits:
                        self.number(float(digits), start, start + len(digits), want)
                        start, want = start + len(digits), False
                    want = self.value(argument, start, start + 1, want)
                    start += 1
                parts = [f"{name}({digits}{argument})" for name, digits, argument in run_together.waves(word)]
                self.notes[f"{word} is read as {' '.join(parts)}"] = None
                return want, True
            case "leibniz" if path := _LEIBNIZ.match(text, stop):
                whole = word + path.group()
                self.resume = path.end()
                return self.value(whole, start, path.end(), want), False
        return self.value(word, start, stop, want), True

    def product(self, word: str, start: int, want: bool) -> tuple[bool, int]:
        """Read wx, where w and x have values, as their product → whether a value comes next, and whether "(" after it
        is a call."""
        parts = self.factors(word)
        names, named = parts, 1
        if parts[0] == "T" and self.stack and self.stack[-1][1] == "^" and want:  # q^Tk
            self.stack.pop()
            value = self.operands.pop()
            self.add(OPERATOR, "T", (value,), (self.starts[value], start + 1), start)
            parts, start, want = parts[1:], start + 1, False
        else:
            names = [str(self.names[part]) if part in self.respelled else part for part in parts]
            if self.respelled.isdisjoint(parts):
                self.notes[f"{''.join(names)} is read as the product of {', '.join(names)}"] = None
        is_raised = want and self.stack and self.stack[-1][1] in ("^", "exp") and self.is_after_sign(start)
        if is_raised:
            sign = "e" if self.stack[-1][1] == "exp" else "…"
            whole = "".join(names)
            self.notes[f"{sign}^{whole} is read as {sign}^({whole}); write {sign}^{names[0]}*… for the product"] = None
        for number, part in enumerate(parts):
            if number and not want and self.ends_with_probability(start):
                self.reduce()
            if number and not want:  # as one factor: 1/wx is 1/(w·x), e^xy is e^(x·y)
                level = POWER_LEVEL if is_raised or normal_root(self.source.text, start) else JUXTAPOSED
                while self.stack and self.stack[-1][0] >= level < POWER_LEVEL:
                    self.reduce()
                self.stack.append((level, "·", start, None))
                want = True
            known = self.names.get(part) or self.learn(part) if names != parts and not part.isdecimal() else part
            if (part[-1] == "'" or part == "e") and not self.is_set(part):
                known = self.learn(part)
            if not isinstance(known, str):  # P(A)log P(A), QK'
                want, named = self.special(known, part, start, start + len(part), want)
            elif names != parts and part.isdecimal():
                self.fail_side_by_side((start, start + len(part)))
            else:
                want, named = self.value(part, start, start + len(part), want), 1
            start += len(part)
        return want, named

    def is_after_sign(self, start: int) -> bool:
        """Whether the sign of a power stands right before a place: e^xy."""
        return self.source.text[:start].rstrip(" ").endswith(("^", "**"))

    def juxtapose(self, mark: int) -> None:
        """Read a product without a sign; what stands behind log π(a|s) is not in the logarithm."""
        if self.ends_with_probability(mark):
            self.reduce()
        super().juxtapose(mark)

    def ends_with_probability(self, start: int) -> bool:
        """Whether a function without brackets has a conditional probability, and what follows is none: log π(a|s) A."""
        head = self.tree.head[self.operands[-1]]
        if not self.stack or self.stack[-1][1] != "applied" or not isinstance(head, str):
            return False
        if "|" not in head or head[-1] != ")" or _CALLED.match(self.source.text, start) is not None:
            return False
        self.notes[f"{self.functions[-1].name} {head} ends there: what follows is multiplied with it"] = None
        return True

    def function(self, name: str, word: str, start: int, stop: int, want: bool) -> tuple[bool, int]:
        """Read the name of an operation: as a call, before its argument without brackets, or as a value."""
        text = self.source.text
        if word == "dot" and not want:
            self.binary("·", start)  # a dot b
            return True, False
        raised = FUNCTION_POWER.match(text, stop)
        greek = letter(word).lower() in GREEK.values()
        if raised is not None and not greek:
            after = raised.end()
            called = text[after:].lstrip(" \t")[:1] == "("
            if called or (OPERAND.match(text, after) and self.vocabulary.functions[name]):
                sign = raised[1] or raised[2] or tokens.superscript(raised[3])
                power = float(sign.replace("−", "-"))
                self.resume = after
                if called:
                    self.power = power
                    return self.value(self.called(word, name), start, stop, want), True
                return self.applied(name, power, start, want), False
        following = text[stop:].lstrip(" \t")[:1]
        if following == "(" or (following == "{" and word in ("max", "min")) or text.startswith(".(", stop):
            return self.value(self.called(word, name), start, stop, want), True
        if greek or not self.vocabulary.functions[name]:
            return self.value(word, start, stop, want), True
        if OPERAND.match(text, stop) or ARGUMENT_MINUS.match(text, stop):
            return self.applied(self.called(word, name), None, start, want), False
        return self.value(word, start, stop, want), True

    def applied(self, name: str, power: float | None, start: int, want: bool) -> bool:
        """Read a function before its argument without brackets → a value comes next."""
        self.prefix(APPLIED, "applied", start, want)
        self.functions.append(Function(name, power))
        return True

    def raised_euler(self, start: int, stop: int, want: bool) -> bool:
        """Read eˣ or e⁻ˣ as exp of what is raised → no value comes next."""
        match = re.compile(rf"[{tokens.RAISED_SIGNS}]+").match(self.source.text, stop)
        assert match is not None
        if not want:
            self.juxtapose(start)
        self.defaults.add("e")
        self.raised_value(match.group(), stop)
        self.add(CALL, "exp", (self.operands.pop(),), (start, match.end()), start)
        self.resume = match.end()
        return False
