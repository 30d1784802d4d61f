"""Entries of an array that get new values → the whole array: z[z < 0] = 0 is where(z < 0, 0, z)."""

from __future__ import annotations

import re
from functools import cached_property
from math import prod

from graphviz_ad.language import tokens
from graphviz_ad.language.applied import Applied
from graphviz_ad.language.labelled import FIRST_PLACEHOLDER_CODE
from graphviz_ad.language.operators import BINARY, COMPARE
from graphviz_ad.language.shapes import number_at, places_of
from graphviz_ad.language.stack import OpenBracket
from graphviz_ad.language.statements import CONTINUATION
from graphviz_ad.language.tree import CALL, INDEX, LIST, NAME, NUMBER, OPERATOR, SLICE
from graphviz_ad.language.unpacked import NAMES, has_names, with_single_values
from graphviz_ad.language.vocabulary import AT_LABELS, EMPTY
from graphviz_ad.source import Span

_ASSIGNING = frozenset(("=", ":=", "←", "<-"))
"""Signs that give a value."""
_AUGMENTED = frozenset(("+=", "-=", "*=", "/="))
"""Signs that change one."""
_NO_NUMBERS = frozenset(("isnan", "is.na", "is.nan", "ismissing", "isnull"))
"""Functions that say of an entry that it is no number."""
_CONDITION = re.compile(rf"[<>≤≥≠]|[=~!]=|(?<![\w.])(?:{'|'.join(map(re.escape, sorted(_NO_NUMBERS)))})\(")
"""What makes an index a condition."""
_NUMBERED = re.compile(r"[ \t]*[0-9]+[ \t]*")
"""A number as an index."""
_MINUS_FIRST = re.compile(r"[ \t]*[-−][^ \t\n]")
"""A line that begins with a minus and what it belongs to."""
_ALONE = re.compile(r"(?<![\w.])[^\W\d][\w'′]*")
"""A name that stands by itself."""
_MINUS_LINE = re.compile(r"\n[ \t]*[-−]")
"""The same behind a line."""
_AFTER_ALL = 6000
"""How far words for several names are behind those for other ones."""
_MAX_ENTRIES = 100
"""Entries of an array of which some that are numbered get a new value."""


class Changed(Applied):
    """Reads left sides that are entries."""

    def is_changing(self, want: bool) -> bool:
        """Whether what was read of a statement is entries that can get a new value."""
        if want or self.brackets or self.name is not None or self.forms or self.vocabulary is EMPTY:
            return False
        return self.entries() is not None

    def equals(self, sign: str, start: int, want: bool) -> bool:
        """Read a sign that gives a name, or entries, a value → a value comes next."""
        if len(self.operands) == 1 and not self.stack and self.tree.kind[self.operands[0]] == NAME:
            if want or sign != "=" or self.name is not None or self.params is not None or self.forms:
                return super().equals(sign, start, want)
            name = self.drop_last_name()  # as in most statements
            self.form = len(self.tree.kind)
            self.take_name(name, sign, start)
            return True
        if not (sign in _ASSIGNING or sign in _AUGMENTED) or not self.is_changing(want):
            if sign in _ASSIGNING and self.is_last_entry(want):
                name = self.part_of(self.operands[-1], start)
                self.drop_statement()
                self.take_name(name, sign, start)
                return True
            return super().equals(sign, start, want)
        mask, array = self.entries()  # type: ignore[misc]
        self.operands.clear()
        self.stack.clear()
        self.kept, self.scattered = (mask, array), True
        self.rename(str(self.tree.head[array]), sign)
        if sign in _AUGMENTED:
            self.operands.append(array)
            self.binary(sign[0], start)
            self.stack.append((0, "augmented", start, OpenBracket("augmented", start, len(self.operands), None, 0)))
        return True

    def is_last_entry(self, want: bool) -> bool:
        """Whether what was read of a statement is an entry of a given array, N[t+1], which "=" gives a value."""
        if want or self.stack or self.name is not None or self.forms or len(self.operands) != 1:
            return False
        array = self.array_of(value := self.operands[-1])
        name = str(self.tree.head[array])
        return value != array and self.tree.kind[array] == NAME and (name in self.taken or bool(self.shape(name)))

    def is_left_side(self, start: int) -> bool:
        """Whether a name is a left side with more than names in its brackets; entries for which something holds are
        none, A(A < 0) = 0."""
        if self.vocabulary is EMPTY or self.stack or self.name is not None or len(self.operands) != 1:
            return False
        close = tokens.closer(self.source.text, start)
        inside = self.source.text[start + 1 : max(close, start + 1)]
        if _NUMBERED.fullmatch(inside) and self.shape(str(self.tree.head[-1])):
            return False
        return _CONDITION.search(self.source.text, start, max(close, start)) is None and super().is_left_side(start)

    def with_several_names(self, text: str) -> str:
        """a, b = x.chunk(2) → the same length of text with one word for the names before "="."""
        if self.vocabulary is EMPTY or not has_names(text):
            return text
        text = with_single_values(text, plain=True)
        for number, left in enumerate(reversed([*NAMES.finditer(text)])):
            if bool(left[2]) != bool(left[4]):
                continue
            name = ", ".join(part.strip() for part in left[3].split(","))
            word = chr(FIRST_PLACEHOLDER_CODE + _AFTER_ALL + number)
            size = left.end() - left.end(1)
            self.names[word * size] = name
            text = f"{text[: left.end(1)]}{word * size}{text[left.end() :]}"
        return text

    def take_other_name(self, name: str, sign: str, start: int) -> None:
        """Give the statement another name than one that has a value already; of several names each."""
        if ", " not in name or "(" in name or self.vocabulary is EMPTY:  # Q(s, a) is one name
            super().take_other_name(name, sign, start)
            return
        names = []
        for part in name.split(", "):
            if part in self.taken or self.is_set_before(part):
                self.rename(part, sign)
            else:
                self.name = part
            names.append(str(self.name))
        self.taken.update(names)
        self.name = ", ".join(names)

    def end_line(self, start: int, want: bool) -> bool:
        """A new line → whether a value comes next; one that begins with a minus and uses the name that is being set
        does not go on from it, nor one behind a bullet."""
        if want or self.brackets:
            return super().end_line(start, want)
        text = self.source.text
        if not (self.has_bullets or self.has_minus_lines) and text[start + 1 : start + 2].isalpha():  # as most are
            self.finish(start, want, at_end=False)
            return True
        if self.has_bullets and CONTINUATION.match(self.source.text, start + 1):
            is_bullet = CONTINUATION.match(self.plain, start + 1) is None
            if is_bullet and not self.plain[start + 1 :].lstrip().startswith(("+", "-")):
                self.finish(start, want, at_end=False)
                return True
        if self.has_minus_lines and self.name is not None and _MINUS_FIRST.match(self.source.text, start + 1):
            line = self.source.text[start + 1 :].partition("\n")[0]
            names = [name for name in self.name.split(", ") if not self.is_set_before(name)]
            if any(self.is_named(name, line) for name in names) or self.is_after_update(line, start):
                self.finish(start, want, at_end=False)
                return True
        return super().end_line(start, want)

    def is_after_update(self, line: str, start: int) -> bool:
        """Whether a line that begins with a minus right before a value is a statement of its own, since it uses the
        name that got a new value in the line above and stands as far to the right."""
        before = self.source.text[:start].rpartition("\n")[2]
        name = str(self.name).rstrip("'")
        margin = len(line) - len(line.lstrip())
        is_beside = line.lstrip()[1:2].strip() != "" and margin == len(before) - len(before.lstrip())
        if not is_beside or name == self.name or not self.is_named(name, line) or not before.lstrip().startswith(name):
            return False
        self.notes[f"the line below {name} = … is a value of its own; brackets join lines that belong together"] = None
        return True

    @cached_property
    def has_bullets(self) -> bool:
        """Whether something round the formula was left out."""
        return self.plain != self.source.text

    @cached_property
    def has_minus_lines(self) -> bool:
        """Whether a line begins with a minus."""
        return "\n" in self.source.text and _MINUS_LINE.search(self.source.text) is not None

    def is_set_before(self, name: str) -> bool:
        """Whether a value is given for a name that is used before its statement or in it."""
        line = self.source.text[: self.source.text.find("\n", self.starts[-1] if self.starts else 0)]
        return name in self.vocabulary.values and self.is_named(name, line)

    def entries(self) -> tuple[int, int] | None:
        """What was read of a statement → what holds of the entries that get a new value, and their array; None where it
        is something else."""
        tree, operands = self.tree, self.operands
        pending = [key for _, key, _, _ in self.stack]
        value = operands[0] if len(operands) == 1 and not pending else -1
        if len(operands) == 2 and pending == ["·"]:  # A(A < 0)
            array, index = operands
        elif value >= 0 and tree.kind[value] == OPERATOR and tree.head[value] == "·":  # z[z < 0]
            array, index = tree.args[value]
        elif value >= 0 and tree.kind[value] == INDEX and tree.kind[tree.args[value][0]] == NAME:
            array, index = tree.args[value][:2]
            return (self.holding(index), array) if self.is_condition(index) else self.numbered(value)
        elif value >= 0 and tree.kind[value] == CALL and len(tree.args[value]) == 1:
            name = str(tree.head[value])
            (index,) = tree.args[value]
            if self.vocabulary.function(name) is not None or not (name in self.taken or self.is_set(name)):
                return None
            if tree.kind[index] == NUMBER:
                return self.numbered_from_one(name, index, value)
            if not self.is_condition(index):
                return None
            return self.holding(index), self.added(NAME, name, (), self.span(value))
        else:
            return None
        close = self.source.text[self.stops[array] : self.stops[array] + 1] if tree.kind[array] == NAME else ""
        return (self.holding(index), array) if close in ("(", "[") and self.is_condition(index) else None

    def is_condition(self, node: int) -> bool:
        """Whether a node is a comparison, or says of entries that they are no numbers."""
        kind, head = self.tree.kind[node], self.tree.head[node]
        if kind == CALL:
            return head in _NO_NUMBERS and len(self.tree.args[node]) == 1
        return kind == OPERATOR and (head == "*" or head in BINARY) and self.level(node) == COMPARE

    def level(self, node: int) -> int:
        """Operator → its level; of a product that of what it is made of, as in a < x < b."""
        tree = self.tree
        while tree.head[node] in ("*", "·") and tree.kind[tree.args[node][1]] == OPERATOR:
            node = tree.args[node][1]
        return BINARY[str(tree.head[node])].precedence if tree.head[node] in BINARY else 0

    def holding(self, node: int) -> int:
        """A condition → its node; what is no number differs from itself."""
        if self.tree.kind[node] != CALL:
            return node
        (value,) = self.tree.args[node]
        self.scattered = True
        return self.added(OPERATOR, "!=", (value, value), self.span(node))

    def numbered(self, value: int) -> tuple[int, int] | None:
        """Entries with numbers, w[0] or W[:, 0], of an array that is used below → ones where they are and zeros beside
        them, and the array; None where the shape is not known, or a name stands for the number."""
        tree = self.tree
        array, *indices = tree.args[value]
        name = str(tree.head[array])
        shape = self.shape(name) if name not in self.updated else ()
        if len(indices) == 2 and tree.kind[indices[1]] == NAME and tree.head[indices[0]] in ("arange", "range"):
            return self.added(CALL, AT_LABELS, (array, indices[1]), self.span(value)), array
        if tree.kind[indices[0]] == NAME and "mask" in str(tree.head[indices[0]]):
            return indices[0], array
        rest = self.source.text[self.stops[value] :].partition("\n")[2]
        if not shape or len(indices) > len(shape) or prod(shape) > _MAX_ENTRIES or not self.is_named(name, rest):
            return None
        places = [self.places(index, length) for index, length in zip(indices, shape, strict=False)]
        chosen = [place for place in places if place is not None]
        if len(chosen) < len(places):
            return None
        return self.ones(chosen, shape, self.span(value)), array

    def numbered_from_one(self, name: str, index: int, value: int) -> tuple[int, int] | None:
        """theta(1) of MATLAB, where theta is a given vector that is used below → as `numbered`."""
        shape = self.shape(name) if name not in self.updated else ()
        place = int(self.tree.head[index]) - 1
        rest = self.source.text[self.stops[value] :].partition("\n")[2]
        if (
            len(shape) - shape.count(1) > 1
            or not 0 <= place < prod(shape) <= _MAX_ENTRIES
            or not self.is_named(name, rest)
        ):
            return None
        places = [{place} if length > 1 else {0} for length in shape]
        return self.ones(places, shape, self.span(value)), self.added(NAME, name, (), self.span(value))

    def is_named(self, name: str, text: str) -> bool:
        """Whether a name stands by itself in a text."""
        return name in text and name in _ALONE.findall(text)

    def places(self, index: int, length: int) -> set[int] | None:
        """Index and the length of its axis → the places that it takes; None where they are not known."""
        tree = self.tree
        number = number_at(tree, index)
        if number is not None:
            return {number % length} if -length <= number < length else None
        taken = places_of(tree, index, length) if tree.kind[index] == SLICE else None
        return None if taken is None else {*taken}

    def ones(self, places: list[set[int]], shape: tuple[int, ...], span: Span) -> int:
        """Places on the first axes of an array → an array of its shape, with ones there."""
        if not shape:
            return self.added(NUMBER, 1.0, (), span)
        first, *rest = places or [{*range(shape[0])}]
        zero = [
            self.zeros(shape[1:], span) if at not in first else self.ones(rest, shape[1:], span)
            for at in range(shape[0])
        ]
        return self.added(LIST, None, tuple(zero), span)

    def zeros(self, shape: tuple[int, ...], span: Span) -> int:
        """Shape → an array of zeros."""
        if not shape:
            return self.added(NUMBER, 0.0, (), span)
        return self.added(LIST, None, tuple([self.zeros(shape[1:], span) for _ in range(shape[0])]), span)
