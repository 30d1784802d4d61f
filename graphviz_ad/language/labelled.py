"""Names that only the statement shows → one word each, of the same length: zᴸ, h_t-1, Q(s,a), y(z)', Input Size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import NoReturn

from graphviz_ad.language import tokens
from graphviz_ad.language.layers import euler_labels, label_note, raised_labels
from graphviz_ad.language.names import GREEK, identity
from graphviz_ad.language.objectives import Objectives
from graphviz_ad.source import Span

_LABEL = re.compile(r"(?<!\w)([^\W\d_])([ˡᴸᵏᵗ][⁺⁻][⁰¹²³⁴-⁹]+|[ˡᴸ])(?![\w⁰¹²³⁴-⁹⁺⁻])")
"""A letter with the number of a layer above it: zᴸ, Wˡ⁺¹."""
_RAISED_LETTERS = "ˡᴸᵏᵗ"
"""Letters of which it has one."""
_RAISED = (
    r"(?<![\w^])([^\W\d]\w*(?:_\{{[^{{}}\n]*\}})?)"
    r"\^(?:\{{ *{0} *([-+−] *[0-9]+)? *\}}|\( *{0} *([-+−] *[0-9]+) *\)|{0}(?![^\W_]|\())"
    r"(_\{{[^{{}}\n]*\}}|_\w+)?"
)
"""A name with a certain letter above it, perhaps counted on, and what stands below behind it: w^l_{{jk}}, a^{{l-1}}."""
_LABELLED_LEFT = re.compile(r"(?:^|[;\n])[ \t]*[^\W\d_][ˡᴸ][ \t]*(?:=(?!=)|←)")
"""A left side with such a label, which can be no power."""
_LETTER_BELOW = re.compile(r"(?:^|[;\n])[ \t]*([^\W\d]\w*_[a-z])[ \t]*=(?!=)")
"""A left side with a letter below it: h_t."""
_UPDATED_CALL = re.compile(r"(?:^|[;\n])[ \t]*(([A-Za-z]\w*)\([\w ,'′]+\))[ \t]*(?:=(?!=)|:=|←|<-)([^;\n]*)")
"""A left side with names in brackets, and what it becomes."""
_CALL_SET = re.compile(r"\)[ \t]*(?:=(?!=)|:=|←|<-)")
"""The middle of it, quickly found."""
_AFTER_GIVEN = 500
"""How far words for such names are behind those for names that have values."""
FIRST_PLACEHOLDER_CODE = 0x3400
"""The code of the first Chinese character: in its place in a formula a word of these stands for what is no name."""
_STEP_BEFORE = re.compile(r"(?<![\w.])((?:[^\W\d]\w*)?[^\W\d]_([a-z]))-1(?![\w.])")
"""A name with a letter below it, and 1 behind it without spaces: h_t-1."""
_STEP_BEHIND = re.compile(
    r"(?m)((?:^|;)[ \t]*)(((?:[^\W\d]\w*)?[^\W\d])_(?:\{([a-z])\}|([a-z]))[ \t]*\+[ \t]*([0-9]+))"
    r"(?=[ \t]*(?:=(?!=)|:=|←|<-))"
)
"""A left side with a letter below it that is counted on: x_n+1 = …, which can be no sum."""
_COUNTED_ON = re.compile(r"\+[ \t]*[0-9]+[ \t]*(?:=(?!=)|:=|←|<-)")
"""The end of it, quickly found."""
_IN_BRACKETS = re.compile(r"(?<![\w.])([^\W\d]\w*?)_\(([a-z](?:[-+−][0-9])?)\)")
"""A name with a letter, perhaps counted on, in brackets below it: h_(t-1)."""
_STARRED_BELOW = re.compile(r"(?<![\w.])[^\W\d_]\*_(?:[^\W_]+|\{[^{}\n]*\})(?!\w)")
"""A letter with a star above and letters below it, ξ*_i, since no name begins with _."""
PRIMED_CALL = re.compile(r"(?m)(?:^|(?<=[;,]))[ \t]*(([^\W\d]\w*)\([^()=\n]*\)(['′]+))(?=[ \t]*(?:=(?!=)|:=|←))")
"""A left side with a prime behind its brackets, which is the name of a derivative: y(z)' = …"""
PRIMED_BRACKET = re.compile(r"\)['′]")
"""The end of its name, quickly found."""
_WORDS = re.compile(
    r"(?<![\w.'\"])(?:[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})+|[a-z]{3,}(?: [a-z]{3,})+)(?![\w(.'\"]|[ \t]*\()"
)
"""Words side by side, all with a capital letter or all without."""
_TWO_WORDS = re.compile(r" (?<=[a-z]{2} )[A-Za-z][a-z]{2}")
"""The space between two of them, quickly found."""
_LEFT_WORDS = re.compile(rf"(?m)^[ \t]*({_WORDS.pattern})[ \t]*=(?!=)")
"""The same on a left side."""
_NO_NAMES = frozenset((
    "if", "else", "for", "and", "or", "not", "in", "where", "when", "otherwise", "then", "with", "the", "is", "are",
    "per", "each", "this", "that", "all", "let", "return", "lambda", "def", "from", "over", *GREEK,
))  # fmt: skip
"""Words that are part of no name of several words."""


class Labelled(Objectives):
    """Writes names that only the statement shows as one word each."""

    labelled: tuple[str, ...] = ()
    """What is typed for names with labels that only the statement shows."""

    second = False
    """Which of its two words a name got where it stood last."""

    def fail(self, message: str, span: Span, hint: str | None = None) -> NoReturn:
        """Raise ParseError at the place, with names as they were typed."""
        for word in sorted(self.respelled, key=len, reverse=True):
            message = message.replace(word, str(self.names[word]))
            hint = hint and hint.replace(word, str(self.names[word]))
        super().fail(message, span, hint)

    def with_derivatives(self, text: str) -> str:
        """Text → the same with a word for y(z)' where it is a left side."""
        primed = PRIMED_CALL.findall(text) if PRIMED_BRACKET.search(text) else ()
        for number, (typed, name, primes) in enumerate(dict.fromkeys(primed)):
            place = _AFTER_GIVEN // 2 + number
            text = re.sub(rf"(?<!\w){re.escape(typed)}", partial(self.stand_in, name + primes, place), text)
        return text

    def steps_before(self, text: str) -> Iterator[tuple[str, str]]:
        """Text → each h_t-1 that is h_{t-1}: beside h_t = …, beside another left side with t where h_t stands nowhere
        else, and where a value is given for it."""
        left_sides = _LETTER_BELOW.findall(text)
        letters = {left[-1] for left in left_sides}
        for name, letter in dict.fromkeys(_STEP_BEFORE.findall(text)):
            new = f"{name[:-1]}{{{letter}-1}}"
            alone = re.search(rf"(?<![\w.]){re.escape(name)}(?!\w|-1(?![\w.])|[ \t]*=(?!=))", text) or self.is_set(name)
            if name in left_sides or identity(new) in self.given or (not alone and letter in letters):
                yield f"{name}-1", new

    def steps_behind(self, text: str) -> Iterator[tuple[str, str]]:
        """Text → each x_n+1 that is x_{n+1}: a left side, and the same elsewhere."""
        for _, typed, name, braced, letter, count in _STEP_BEHIND.findall(text):
            yield "".join(typed.split()), f"{name}_{{{braced or letter}+{count}}}"

    def worded_names(self, text: str) -> list[str]:
        """Text → names of several words: those with capital letters, and others where words repeat or are a left
        side."""
        typed = _WORDS.findall(text) if _TWO_WORDS.search(text) else ()
        if not typed:
            return []
        words = [word for name in typed for word in name.split(" ")]
        repeats = len(set(words)) < len(words) or _LEFT_WORDS.search(text) is not None
        alone = set(re.findall(r"\w+", _WORDS.sub(" ", text)))

        def is_name(name: str) -> bool:
            """Whether words side by side are one name, and no product or function with its argument."""
            parts = name.split(" ")
            if any(part in alone or part.lower() in _NO_NAMES or self.is_set(part) for part in parts):
                return False
            is_capital = name[0].isupper()
            return (repeats or is_capital) and ((repeats and is_capital) or not self.vocabulary.function(parts[0]))

        return [name for name in dict.fromkeys(typed) if is_name(name)]

    def with_labels(self, text: str) -> str:
        """Text → the same with a word of the same length for names that only the statement shows: zᴸ where δᴸ = …,
        h_t-1 where h_t = …, Q(s,a) where Q(s,a) ← Q(s,a) + …"""
        labels: dict[str, str] = {}
        letters = raised_labels(self.plain, self.given)
        if not text.isascii():
            raised = {
                label.group(): f"{label[1]}^{{({tokens.superscript(label[2])})}}"
                for label in (_LABEL.finditer(text) if any(letter in text for letter in _RAISED_LETTERS) else ())
            }
            if letters or any(len(label) > 2 for label in raised) or (raised and _LABELLED_LEFT.search(text)):
                given = {letter for letter in "lLkt" if self.is_set(letter)}
                labels = {label: name for label, name in raised.items() if not given & set(name)}
                self.notes.update(dict.fromkeys(map(label_note, letters if labels else ())))
        for letter in letters:
            for place in re.finditer(_RAISED.format(letter), text):
                base, braced, counted, below = place.groups()
                if base != "e" and identity(f"{letter}{below}") not in self.given:
                    label = f"{letter}{(braced or counted or '').replace(' ', '')}"
                    labels[place.group()] = f"{base}{below or ''}^{{({label})}}"
                    self.notes[label_note(letter)] = None
        for typed, note in euler_labels(text, self.given).items():
            labels[typed] = typed
            self.notes[note] = None
        if "_" in text:
            for before, name in self.steps_before(text) if "-1" in text and self.vocabulary.is_typed else ():
                labels[before] = name
                self.notes[f"{before} is read as {name}; write {before[:-2]} - 1 for the difference"] = None
            if _COUNTED_ON.search(text) is not None and _STEP_BEHIND.search(text) is not None:
                text = _STEP_BEHIND.sub(lambda left: left[1] + "".join(left[2].split()).ljust(len(left[2])), text)
                for behind, name in self.steps_behind(text):
                    labels[behind] = name
                    self.notes[f"{behind} is read as {name}, since it stands left of ="] = None
            if "_(" in text:
                labels |= {low.group(): f"{low[1]}_{{{low[2]}}}" for low in _IN_BRACKETS.finditer(text)}
            labels |= {starred: starred for starred in _STARRED_BELOW.findall(text)} if "*_" in text else {}
        labels |= {words: words for words in self.worded_names(text)} if " " in text else {}
        for update in _UPDATED_CALL.finditer(text) if _CALL_SET.search(text) else ():
            if update[1] in update[3] and re.search(rf"(?<!\w){re.escape(update[1])}(?![ \t]*=)", update[3]):
                calls = re.findall(rf"(?<!\w){re.escape(update[2])}\([\w ,'′]+\)", text)
                labels |= {call: call for call in calls}
        if not labels:
            return text
        labels = {typed: name for typed, name in labels.items() if not any(word in typed for word in self.respelled)}
        for typed in sorted(labels, key=len, reverse=True):
            number = len(self.names) + _AFTER_GIVEN
            ends = r"(?!\w)" if typed[-1].isalnum() else ""
            text = re.sub(rf"(?<!\w){re.escape(typed)}{ends}", partial(self.stand_in, labels[typed], number), text)
        self.labelled = tuple(typed for typed, name in labels.items() if typed != name)
        return text

    def stand_in(self, name: str, number: int, place: re.Match[str]) -> str:
        """Name that is none by itself, where it stands → a word of the same length for it."""
        self.second = not self.second  # the words for P(A)P(A) differ, so that they stay two
        word = chr(FIRST_PLACEHOLDER_CODE + 2 * number + self.second) * len(place[0])
        self.names[word] = name
        self.respelled.add(word)
        return word
