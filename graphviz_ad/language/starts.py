"""Sums that begin later than their axis, ∑_{k=2}^{T} and ∑_{k=t}^{T} where t is given → a condition at the sum sign."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import replace

from graphviz_ad.language.given import Given
from graphviz_ad.language.letter_search import find_letters
from graphviz_ad.language.letters import Letters, totals
from graphviz_ad.language.names import Parts
from graphviz_ad.language.tree import Limits, Program

_NUMBER = re.compile(r"(\w+)(?:([-+−])(\d{1,4}))?")
"""A bound: a number or a name, perhaps with a number added."""


def with_later_starts(program: Program, given: Set[Parts | str], known: Given) -> Program:
    """Program → the same, its sums that begin at a number greater than 1 with a condition, or with bounds in digits."""
    found: list[tuple[int, int, Limits]] = [
        (number, node, limits)
        for number, statement in enumerate(program.statements)
        for node, limits in totals(program, statement)
        if len(limits.letters) == 1 and limits.lower not in ("", "0", "1") and limits.condition is None
    ]
    if not found:
        return program
    letters = find_letters(program, given, known)
    notes, used = dict.fromkeys(program.notes), set(program.ignored)
    for number, node, limits in found:
        first, last = _number(limits.lower, known.numbers), _number(limits.upper, known.numbers)
        new = _from(letters, number, limits, first, last) if first is not None else None
        if new is None:
            continue
        program.tree.head[node] = new
        used |= {limits.lower, limits.upper}
        if new.condition is None and letters.carried_length(limits.letters[0], number) is not None:
            notes[f"the entries are those from {first} to {new.upper}"] = None
        if new.condition is not None:
            notes[
                f"the {limits.operation} over {limits.letters[0]} begins at {first}: "
                f"the first entry is number {new.lower or '1'}"
            ] = None
    return replace(program, notes=tuple(notes), ignored=frozenset(used))


def _number(bound: str, numbers: Mapping[str, int]) -> int | None:
    """A bound as text → its whole number, None where it is not known."""
    parts = _NUMBER.fullmatch(bound.replace(" ", ""))
    if parts is None:
        return None
    number = int(parts[1]) if parts[1].isdecimal() else numbers.get(parts[1])
    by = int(parts[3] or "0")
    return None if number is None else number - by if parts[2] in ("-", "−") else number + by


def _from(letters: Letters, statement: int, limits: Limits, first: int, last: int | None) -> Limits | None:
    """A sum and its bounds → the same as it can be written for arrays; None where it cannot."""
    count = letters.carried_length(limits.letters[0], statement)
    if first in (0, 1):
        return replace(limits, lower=str(first))
    if count is None:
        return None if last is None or last < first else replace(limits, lower=str(first), upper=str(last))
    if last is not None and last - first + 1 == count:  # x_2, x_3 and x_4 are all that is given
        return replace(limits, lower=str(first), upper=str(last))
    if last not in (None, count, count - 1) or first > count:
        return None
    is_from_zero = last == count - 1
    condition = limits.letters[0], ">=", str(first)
    return replace(limits, lower="0" if is_from_zero else "", upper="", condition=condition)
