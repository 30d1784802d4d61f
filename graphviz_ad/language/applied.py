"""Name before a bracket → what it is: a call, a product, or a value with what it depends on."""

from __future__ import annotations

import re

from graphviz_ad.language import tokens
from graphviz_ad.language.assignments import can_be_given
from graphviz_ad.language.called_entries import entry_at
from graphviz_ad.language.left_names import BETWEEN_LETTERS
from graphviz_ad.language.letters import index_letters
from graphviz_ad.language.measured import DENSITY
from graphviz_ad.language.names import split
from graphviz_ad.language.statements import Statements
from graphviz_ad.language.vocabulary import EMPTY

_OF_EXAMPLE = r"\^\{\([^(){}]*\)\}"
"""The number of an example above a name: ^{(i)}."""
CONDITIONAL = re.compile(
    rf"\([ \t]*[^\W\d](?:{_OF_EXAMPLE}|[\w,=^{{}} \t'θ])*(?:\|\|?|‖|∥|;)[ \t]*"
    rf"[^\W\d](?:{_OF_EXAMPLE}|[\w,;=^{{}} \t'])*\)"
)
"""Arguments with a bar between them: those of a conditional probability or a divergence."""
DEPENDS_ON_SEVERAL = re.compile(
    rf"\([ \t]*{tokens.NAME_PATTERN}(?:[ \t]*[,;][ \t]*{tokens.NAME_PATTERN})+[ \t]*\)(?![ \t]*(?::?=|←))"
)
"""What a value depends on, in brackets: two names or more."""
DEPENDS_ON_ANY = re.compile(
    rf"\([ \t]*{tokens.NAME_PATTERN}(?:[ \t]*[,;][ \t]*{tokens.NAME_PATTERN})*[ \t]*\)(?![ \t]*(?::?=|←))"
)
"""The same of one name or more."""
_EVENT = rf"(?:[¬~]|not )?{tokens.NAME_PATTERN}(?:[ \t]*=[ \t]*[\w.+]+)?"
"""An event, or that it does not happen."""
_EVENTS = re.compile(rf"\([ \t]*{_EVENT}(?:(?:[ \t]*[,;∩∪∧∨&][ \t]*| and | or ){_EVENT})*[ \t]*\)")
"""Events in the brackets of a probability: P(A, B), P(A ∪ B)."""
_OF_ONE = re.compile(rf"\([ \t]*{tokens.NAME_PATTERN}[ \t]*\)(?![ \t]*(?::?=(?!=)|←|≈))")
"""One name in brackets."""
_OF_POLICY = re.compile(r".*\^\{\(π\w*\)\}")
"""The value of a policy: V^{(π)}."""
_ARGUMENT = re.compile(tokens.NAME_PATTERN)
"""A name among the arguments."""
LEFT_SIDE_END = re.compile(r"[ \t]*(_\{[^{}\n]*\}|_[^\W_])?[ \t\n]*(?:=(?!=)|:=|←)")
"""What stands behind the brackets of a left side: perhaps letters below, and a sign that gives a name to a value."""
NAMES_IN_BRACKETS = re.compile(rf"\([ \t]*{tokens.NAME_PATTERN}(?:[ \t]*,[ \t]*{tokens.NAME_PATTERN})*[ \t]*\)")
"""Parameters of a function: names only, with commas between them."""
_LETTER_IN_BRACKETS = re.compile(r"\([ \t]*([^\W\d_])[ \t]*\)")
"""A value that a sum runs over, as an argument: the x of p(x)."""
_LETTER_BEFORE_BAR = re.compile(r"\([ \t]*([^\W\d_])[ \t]*[|;]")
"""The same before a condition: the y of p(y|x)."""
_SIGN_WITHIN = re.compile(r"[-+*·⊙∘/−]")
"""A sign within brackets that shows a calculation, not what a function is applied to."""
_FUNCTION_LETTERS = frozenset("fghFGHφψϕΦΨJL")
"""Letters that are functions to a reader, where nothing says that they are values."""
_VALUES = frozenset("fghyFGHVJL")
"""Letters that before a name in brackets are values at that name, where nothing says what function they are."""
_PARAMETERS = frozenset("θφϕψ")
"""Letters for all parameters of a model."""
_LETTERS_AS_INDEX = re.compile(
    r"\[[ ]*([ijklmnt](?:[ ]*(?:,|\][ ]*\[)[ ]*[ijklmnt])*|[ijklmnt][ ]*[-+][ ]*[0-9])[ ]*\](?![ ]*\[)"
)
"""Letters as indices of an array, in square brackets or in several, or a letter counted on: A[l-1]."""
_BOUND_AS_INDEX = re.compile(r"\[[ ]*([^\W\d_](?:[ ]*(?:,|\][ ]*\[)[ ]*[^\W\d_])*)[ ]*\](?![ ]*\[)")
"""The same with any letters."""
_UNUSUAL = re.compile("[^ijklmnt]")
"""A letter that is no usual index."""
DOT_PRODUCT = re.compile(r"\.(?:[ \t]+(?=[^\W\d])|(?=[ \t]*\())")
"""A full stop that is a product: u . v, α.(x - 1)."""
_MAX_JOINED = 200
"""Characters of a bracket that is looked through for what joins arrays."""
_SEPARATORS = re.compile(r"[^,;|]+([;|])[^,;|]+,[^,;|]+")
"""What stands in the brackets of a normal density once inner brackets are left out: x | μ, σ²."""
_INNER_BRACKET = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]")
"""A bracket that has no other one in it."""


class Applied(Statements):
    """Reads a name together with the bracket behind it."""

    separators: set[int]
    """Places of the signs between a value and the parameters of its density: the ";" of N(x; μ, σ²)."""

    def is_density(self, start: int) -> bool:
        """Whether a name and the bracket behind it are a normal density, N(x; μ, σ²) or N(x | μ, Σ)."""
        if self.tree.head[-1] not in ("N", "𝒩") or self.vocabulary is EMPTY:
            return False
        text = self.source.text
        inside = text[start + 1 : max(tokens.closer(text, start), start + 1)]
        while (inner := _INNER_BRACKET.sub(lambda bracket: "_" * len(bracket[0]), inside)) != inside:
            inside = inner
        parts = _SEPARATORS.fullmatch(inside)
        if parts is None:
            return False
        self.tree.head[-1] = DENSITY
        self.separators.add(start + 1 + parts.start(1))
        return True

    def bar(self, sign: str, start: int, want: bool) -> bool:
        """A bar, which in a density ends the value → whether a value comes next."""
        return self.comma(start, want) if start in self.separators else super().bar(sign, start, want)

    def end(self, sign: str, start: int, want: bool) -> bool:
        """`;`, which in a density or a call of a spreadsheet ends an argument → whether a value comes next."""
        inner = self.innermost() if sign == ";" and self.brackets else None
        in_sheet = inner is not None and inner.what == "call" and self.is_sheet
        return self.comma(start, want) if in_sheet or start in self.separators else super().end(sign, start, want)

    def is_left_side(self, start: int) -> bool:
        """Whether a name is a left side with more than names in its brackets, as p(x; μ, σ²) = …: it names p."""
        if self.vocabulary is EMPTY or self.stack or self.name is not None or len(self.operands) != 1:
            return False
        text = self.source.text
        line = text.find("\n", start)
        at = tokens.closer(text, start, None if line < 0 else line)
        after = LEFT_SIDE_END.match(text, at + 1)
        if at < 0 or after is None or NAMES_IN_BRACKETS.fullmatch(text, start, at + 1):
            return False
        self.letters = (after[1] or "").strip("_{}").replace(",", "").replace(" ", "")
        self.stops[-1] = self.resume = after.end(1) if after[1] else at + 1
        return True

    def is_conditional(self, start: int) -> bool:
        """Whether a name has a condition in its brackets, as p(y|x) and D(p‖q): both are one name."""
        if self.vocabulary is EMPTY or self.power is not None:
            return False
        text, name = self.source.text, str(self.tree.head[-1])
        bracket = CONDITIONAL.match(text, start)
        if bracket is None and (of := self.of_events(name, start)) is not None:
            return self.join_bracket(of, name + "".join(of.group().split()))  # P(A) beside P(A|B)
        if bracket is None or (";" in bracket[0] and "=" in bracket[0] and self.is_call()):
            return False  # sum(x; dims=1)
        letter = _LETTER_BEFORE_BAR.match(bracket.group())
        whole = name + "".join(bracket.group().split())
        bound = letter is not None and any(letter[1] in limits.letters for limits in self.limits)
        if letter is not None and bound and self.is_set(name) and not self.is_set(whole):
            self.notes[f"{name}{bracket.group()} is read as {name}_{letter[1]}"] = None
            return self.join_bracket(bracket, f"{name}_{letter[1]}")
        return self.join_bracket(bracket, whole)

    def of_events(self, name: str, start: int) -> re.Match[str] | None:
        """Name and where its bracket opens → the bracket of a probability beside a conditional one; None for others."""
        text = self.source.text
        if name not in ("p", "P", "q", "Pr") or self.is_set(name):
            return None
        is_beside = re.search(rf"(?<!\w){name}(?:_\w+|_\{{[^{{}}\n]*\}})?\([^()=\n]*\|", text) is not None
        is_function = re.search(rf"(?<!\w){name}\([^()|\n]*\)[ \t]*=(?!=)", text) is not None
        events = _EVENTS.match(text, start)
        law = rf"(?<!\w){name}(\([^()\n]*\))[ \t]*=(?!=)[^=;\n]*(?<!\w){name}(?!\1){_EVENTS.pattern}"
        if events is None or re.search(law, text) is not None:  # P(A, B) = P(A) P(B)
            return events
        capitals = all(len(of) == 1 and of.isupper() and not self.is_set(of) for of in _ARGUMENT.findall(events[0]))
        return events if not is_function and (is_beside or (name[0] == "P" and capitals)) else None

    def is_applied(self, start: int) -> bool:
        """Whether brackets only say what a value depends on, as L(w, b): the name alone is the value."""
        name = str(self.tree.head[-1])
        of_one = (
            (len(name) > 1 and name.isalpha())
            or split(name).below in _PARAMETERS
            or name[0] == "∇"
            or self.is_of_parameters(name, start)
            or self.depends_on_unknown(name, start)
        )
        bracket = (DEPENDS_ON_ANY if of_one else DEPENDS_ON_SEVERAL).match(self.source.text, start)
        if bracket is None or self.vocabulary is EMPTY:
            return False
        bound = {*split(self.name or "").below, *(letter for limits in self.limits for letter in limits.letters)}
        entry = entry_at(name, _ARGUMENT.findall(bracket.group()), self.vocabulary.shapes.get(name), bound)
        self.notes[f"{name}{bracket.group()} is read as {'the value ' * (entry == name)}{entry}"] = None
        return self.join_bracket(bracket, entry)

    def is_of_parameters(self, name: str, start: int) -> bool:
        """Whether an unknown name is a value at the parameters, as h_t(x) in H_t(x), or of a policy, V^π(s)."""
        bracket = DEPENDS_ON_ANY.match(self.source.text, start)
        if bracket is None or _OF_POLICY.fullmatch(name) is not None:
            return bracket is not None
        return split(name).below != "" and tuple(_ARGUMENT.findall(bracket.group())) == self.params

    def depends_on_unknown(self, name: str, start: int) -> bool:
        """Whether a name that has a value stands before names in brackets that have none: h(x), where h is given."""
        bracket = DEPENDS_ON_ANY.match(self.source.text, start) if self.given and self.is_set(name) else None
        return bracket is not None and not any(
            self.is_set(argument) or self.factors(argument) for argument in _ARGUMENT.findall(bracket.group())
        )

    def is_gradient(self, start: int) -> bool:
        """Whether a gradient at a point is one name, as ∇L(θ) where no value is given for ∇L."""
        name = str(self.tree.head[-1])
        bracket = DEPENDS_ON_ANY.match(self.source.text, start) if name[0] == "∇" else None
        if bracket is None or self.is_set(name) or self.vocabulary is EMPTY:
            return False
        return self.join_bracket(bracket, name + "".join(bracket.group().split()))

    def is_value_at(self, start: int) -> bool:
        """Whether an unknown function of a name is a value that is asked for, as h(x_i) where h is defined nowhere, or
        a gradient at a point, ∇L(θ)."""
        name, text = str(self.tree.head[-1]), self.source.text
        if self.is_gradient(start):
            return True
        bracket = _OF_ONE.match(text, start) if self.vocabulary is not EMPTY and self.power is None else None
        if bracket is None or self.limits or split(name).stem not in _VALUES or name in self.vocabulary.functions:
            return False
        if name in self.defined or name in self.bare or self.is_set(name) or name.rstrip("'′") in self.defined:
            return False
        argument = bracket.group()[1:-1].strip()
        is_computed = argument in self.set_names - self.vocabulary.values  # z = w x + b; a = f(z)
        if (
            is_computed
            or self.is_of_parameters(name, start)
            or split(name).below in _PARAMETERS
            or text[bracket.end() :][:1] == "_"
        ):
            return False
        whole = name + "".join(bracket.group().split())
        calls = re.finditer(rf"(?<!\w){re.escape(name)}[ \t]*(?=\()", text)
        if not all(_OF_ONE.match(text, call.end()) for call in calls) or not can_be_given(whole):
            return False
        self.notes[f"{whole} is read as a value; a function is defined first, as in {name}(t) = t^2"] = None
        return self.join_bracket(bracket, whole)

    def is_entry(self, start: int) -> bool:
        """Whether p(x) is the entry of p at x, as it is behind a sum over x or one without a letter."""
        if not self.limits:
            return False
        bracket = _LETTER_IN_BRACKETS.match(self.source.text, start)
        name = str(self.tree.head[-1])
        letters = [letter for limits in self.limits for letter in limits.letters]
        if not letters and name in self.defined:
            return False
        if bracket is None or name in self.vocabulary.functions or (letters and bracket[1] not in letters):
            return False
        return self.join_bracket(bracket, f"{name}_{bracket[1]}")

    def is_lettered(self, start: int) -> bool:
        """Whether p[i] is the entry p_i, as it is where no number is known for i."""
        bracket = _LETTERS_AS_INDEX.match(self.source.text, start)
        if (
            bracket is None
            and (self.limits or self.left_letters)
            and (lettered := _BOUND_AS_INDEX.match(self.source.text, start))
        ):
            bound = {letter for limits in self.limits for letter in limits.letters} | self.left_letters
            bracket = lettered if bound.issuperset(BETWEEN_LETTERS.sub("", lettered[1])) else None  # Σ_a o[a]
        if bracket is None or self.vocabulary is EMPTY or any(map(self.is_set, re.findall(r"[a-z]", bracket[1]))):
            return False
        letters = BETWEEN_LETTERS.sub("", bracket[1])
        is_left = not self.stack and self.name is None and len(self.operands) == 1
        if is_left and self.left_letters.issuperset(letters) and _UNUSUAL.search(letters) is not None:
            self.letters = letters  # P[a, b] = …
            return self.join_bracket(bracket, str(self.tree.head[-1]))
        below = letters if len(letters) == 1 else f"{{{letters}}}"
        return self.join_bracket(bracket, f"{self.tree.head[-1]}_{below}")

    def is_product(self, start: int) -> bool:
        """Whether a full stop is a product: u . v, P(B|A).P(A), where both are given."""
        text = self.source.text
        return DOT_PRODUCT.match(text, start) is not None or text[start + 1 : start + 2].isalpha()

    def is_joined(self, start: int) -> bool:
        """Whether a square bracket behind a value joins arrays, as in W [h; x]."""
        text = self.source.text
        stop = text.find(";", start, start + _MAX_JOINED)
        return stop >= 0 and tokens.closer(text, start, start + _MAX_JOINED) > stop

    def join_bracket(self, bracket: re.Match[str], name: str) -> bool:
        """The name read just now and the bracket behind it are one name → True."""
        self.tree.head[-1] = name
        self.stops[-1] = self.resume = bracket.end()
        return True

    def is_call(self) -> bool:
        """Whether the name read just now, which stands before "(", is called."""
        if self.vocabulary is EMPTY or self.power is not None or self.library:
            return True
        name = str(self.tree.head[-1])
        if name in self.vocabulary.functions and not self.is_set(name):
            return True
        if name in self.defined or name in self.bare or self.is_set(name) or self.is_parametrised(name):
            return name in self.defined
        return not (self.is_multiplied(name) or self.is_of_parameters(name, self.stops[-1]))

    def is_parametrised(self, name: str) -> bool:
        """Whether a name is a model with its parameters below it, before what it depends on: ε_θ(x_t, t)."""
        bracket = DEPENDS_ON_ANY.match(self.source.text, self.source.text.index("(", self.stops[-1]))
        is_defined = re.search(rf"{re.escape(name)}[ \t]*\([^()]*\)[ \t]*=(?!=)", self.source.text) is not None
        return bracket is not None and split(name).below in _PARAMETERS and not is_defined

    def is_multiplied(self, name: str) -> bool:
        """Whether an unknown name before a bracket is a value: y_i, whose letter a sum runs over, π before what is no
        name alone, or U before a space and a sum or product in brackets; f, g, h and φ are functions to a reader."""
        stem, start, text = split(name).stem, self.stops[-1], self.source.text
        letters = {letter for limits in self.limits for letter in limits.letters}
        opening = text.index("(", start)
        close = tokens.closer(text, opening)
        apart = opening > start and _SIGN_WITHIN.search(text, start, max(close, start))
        is_value = bool(letters & set(index_letters(split(name)))) or (apart and stem not in _FUNCTION_LETTERS)
        is_circle = name in ("π", "pi") and close > opening + 1 and NAMES_IN_BRACKETS.match(text, opening) is None
        if not (is_circle or (is_value and len(stem) == 1)) or "," in text[start : max(close, start)]:
            return False
        self.notes[f"{name}(…) is read as a product; a function is defined first, as in {name}(t) = t^2"] = None
        return True
