"""First line of a CSV file → what sets its columns apart, and their names."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphviz_ad.data import cells
from graphviz_ad.data.table import is_column_name, require_distinct
from graphviz_ad.errors import InputError
from graphviz_ad.language.assignments import can_be_given
from graphviz_ad.language.tokens import UNSEEN, normalise

_QUOTED = re.compile(r'"[^"]*"')
"""A name in quotation marks, in which a comma sets nothing apart."""
_NOT_IN_NAMES = re.compile(r"\W+")
"""What a name cannot have, as spaces and brackets."""


@dataclass(frozen=True, slots=True)
class Header:
    """Holds the sign between columns, the names of the columns, and by its place what is wrong with a name that a
    formula cannot have."""

    separator: str
    names: tuple[str, ...]
    refused: Mapping[int, InputError] = field(default_factory=dict, repr=False)


def read_header(line: str, source: str) -> Header:
    """First line → Header. A tab sets columns apart where there is one, else a semicolon, else a comma.

    Raises InputError where it is no line of names, or two of them are one.

    >>> read_header("x₁;x_2;y\\n", "a.csv")
    Header(separator=';', names=('x₁', 'x_2', 'y'))
    """
    outside = _QUOTED.sub("", line)
    separator = next((sign for sign in "\t;" if sign in outside), ",")
    try:
        (row,) = list(csv.reader([line], delimiter=separator, strict=True)) or [[]]
    except csv.Error as problem:
        raise InputError(
            f"the first line of '{source}' is no line of CSV: {problem}",
            hint="write the names without quotation marks; one that is opened must be closed",
        ) from None
    names = tuple(UNSEEN.sub("", name).strip() for name in row)
    if not any(names):
        raise InputError(f"the first line of '{source}' is empty", hint="write the names of the columns there")
    if all(cells.looks_like_number(name) for name in names):
        example = separator.join(("x", "y") if len(names) == 2 else [f"x_{k + 1}" for k in range(min(len(names), 3))])
        raise InputError(
            f"the first line of '{source}' has numbers, not the names of the columns",
            hint=f"add a line with the names above it, as in {example}",
        )
    refused: dict[int, InputError] = {}
    for place, name in enumerate(names):
        if not name:
            raise _nameless(names, place + 1, source)
        if not is_column_name(name):
            message = f"column {place + 1} of '{source}' is called '{name}', which is no name"
            refused[place] = InputError(message, hint=_better(name))
            if name.startswith("sep=") or "{" in name:  # the line was taken apart in a way that was not meant
                raise refused[place]
    require_distinct(names, source)
    return Header(separator, names, refused)


def _nameless(names: Sequence[str], number: int, source: str) -> InputError:
    """Names, one of which is empty, and its number → the error."""
    given = [name for name in names if name]
    if len(given) == 1 and names[0]:
        message = f"the first line of '{source}' is a title, '{given[0]}', not the names of the columns"
        return InputError(message, hint="take it out; the names of the columns come first")
    return InputError(
        f"column {number} of '{source}' has no name",
        hint="write one in the first line, or take the column out (in pandas: to_csv(…, index=False))",
    )


def _better(name: str) -> str:
    """What is no name → what to write in its place.

    >>> _better("sepal length (cm)"), _better("2nd"), _better("sep=")
    ("call it 'sepal_length_cm'", "call it 'x_2nd'", 'take this line out; the names of the columns come first')
    """
    if name.startswith("sep="):
        return "take this line out; the names of the columns come first"
    if "{" in name:
        return 'put a name with a comma in quotation marks, as in "h_{1,2}"'
    word = _NOT_IN_NAMES.sub("_", normalise(name)).strip("_")
    word = f"x_{word}" if word[:1].isdecimal() else word
    return f"call it '{word}'" if can_be_given(word) else "a name is letters, digits and _, as in x_1"
