"""Columns by name → a table of examples: some of its rows, several columns as one matrix."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn

from graphviz_ad.errors import InputError, nearest
from graphviz_ad.language.assignments import can_be_given
from graphviz_ad.language.latex.reader import plain_name
from graphviz_ad.language.names import Parts, identity
from graphviz_ad.language.tokens import normalise
from graphviz_ad.lazy import lazy
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = lazy("numpy")


_WITH_UNIT = re.compile(r"\w{2,} ?\([^()\d][^()]*\)")
"""The heading of a column with its unit in brackets: mass (kg), which is no call."""


@dataclass(frozen=True)
class Table:
    """Holds examples: each column has an entry, a row or more for every example, along axis 0.

    Names are as they were typed. `source` is the file or the set, as messages call it; `notes` are sentences about
    what was read in a way that may not have been meant. A column that stands in a file (a memory map) may hold whole
    numbers or truth values; `rows` makes floats of what it reads. `refused` are columns that could not be read, as
    dates, with what is wrong with them, which is raised where one is asked for.

    Raises InputError where there are no examples, columns differ in length, or two names are one.
    """

    columns: Mapping[str, Array]
    source: str
    notes: tuple[str, ...] = ()
    refused: Mapping[str, InputError] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.columns:
            raise InputError(f"'{self.source}' has no columns", hint="give at least one, as in x")
        require_distinct(list(self.columns), self.source)
        (first, column), *others = self.columns.items()
        for name, other in others:
            if len(other) != len(column):
                raise InputError(
                    f"'{first}' has {_examples(len(column))}, '{name}' has {len(other)} ('{self.source}')",
                    hint="give every column one entry, or one row, for each example",
                )
        if not len(column):
            raise InputError(f"'{self.source}' has no examples", hint="give at least one row of numbers")

    def __len__(self) -> int:
        """→ The number of examples."""
        return len(next(iter(self.columns.values())))

    def rows(self, index: slice | NDArray[np.integer[Any]] | Sequence[int]) -> dict[str, Array]:
        """A slice, or the numbers of examples from 0 → floats of these examples by column; nothing else is read."""
        return {name: np.asarray(column[index], dtype=np.float64) for name, column in self.columns.items()}

    def joined(self, groups: Mapping[str, Sequence[str]]) -> Table:
        """Name of a matrix → the columns it is made of, in this order → the table with it in their place.

        A column may be a matrix itself; one may be part of several new ones. Raises InputError.

        >>> import numpy as np
        >>> table = Table({"x_1": np.array([1.0, 2.0]), "x_2": np.array([3.0, 4.0]), "y": np.array([0.0, 1.0])}, "t")
        >>> joined = table.joined({"X": ["x₁", "x2"]})
        >>> list(joined.columns), joined.columns["X"].tolist()
        (['X', 'y'], [[1.0, 3.0], [2.0, 4.0]])
        """
        parts = {name: [self._find(part) for part in spellings] for name, spellings in groups.items()}
        taken = {part for names_of_columns in parts.values() for part in names_of_columns}
        columns: dict[str, Array] = {}
        for old, column in self.columns.items():
            begun = [name for name, names_of_columns in parts.items() if names_of_columns[:1] == [old]]
            for name in begun:
                self._require_new(name, taken)
                columns[name] = self._matrix(parts[name])
            if old not in taken:
                columns[old] = column
        return replace(self, columns=columns)

    def _find(self, asked: str) -> str:
        """Name in any of its spellings → the name of the column."""
        for name in self.columns:
            if name == asked or spelling(name) == spelling(asked):
                return name
        return self.fail_missing(asked)

    def fail_missing(self, asked: str) -> NoReturn:
        """Raise InputError for a column there is none of."""
        self.require_read([asked])
        near = nearest(asked, self.columns)
        meant = f"did you mean '{near}'? " if near else ""
        listed = ", ".join(self.columns)
        raise InputError(
            f"'{self.source}' has no column '{asked}'", hint=f"{meant}its columns are: {listed}{self.nameless}"
        )

    def require_read(self, names: Iterable[str]) -> None:
        """Raise InputError where one of these is a column that could not be read."""
        wanted = {spelling(name) for name in names}
        for name, problem in self.refused.items():
            if spelling(name) in wanted:
                raise problem

    @property
    def nameless(self) -> str:
        """→ what is wrong with the first column whose name is none, to be put behind a hint; "" where all have one."""
        wrong = (problem for name, problem in self.refused.items() if not is_column_name(name))
        return next((f"; {problem.message}: {problem.hint}" for problem in wrong), "")

    def _require_new(self, name: str, taken: set[str]) -> None:
        """Raise InputError where a column that stays has the name of a new one."""
        for old in self.columns:
            if old not in taken and spelling(old) == spelling(name):
                hint = f"give the matrix another name, or make '{old}' a part of it"
                raise InputError(f"'{self.source}' has a column '{old}' already", hint=hint)

    def _matrix(self, names: Sequence[str]) -> Array:
        """Columns → one matrix, floats, whose rows are the examples."""
        for name in names:
            if self.columns[name].ndim > 2:
                raise InputError(
                    f"the entries of '{name}' are matrices, which cannot stand side by side in one",
                    hint="leave it out, or reshape it to one row for each example",
                )
        return np.column_stack([np.asarray(self.columns[name], dtype=np.float64) for name in names])


@dataclass(frozen=True)
class NoData(Table):
    """Stands for no data, of a loss that has parameters alone: as if it were a single example without columns."""

    columns: Mapping[str, Array] = field(default_factory=dict)
    source: str = "no data"

    def __post_init__(self) -> None:
        """There is nothing to check."""

    def __len__(self) -> int:
        return 1


def _examples(count: int) -> str:
    return f"{count} example{'s' * (count != 1)}"


def spelling(name: str) -> Parts | str:
    """Name as typed → what is equal for all spellings of it: w₁, w_1 and w1; θ and \\theta."""
    return identity(plain_name(normalise(name)))


def is_column_name(name: str) -> bool:
    """Whether a formula can have that name, which it cannot with a unit behind it, as in 身長（cm）."""
    plain = normalise(name)
    return can_be_given(plain) and _WITH_UNIT.fullmatch(plain) is None


def require_distinct(names: Sequence[str], source: str) -> None:
    """Raise InputError where two columns have one name."""
    known: dict[Parts | str, int] = {}
    for number, name in enumerate(names, 1):
        first = known.setdefault(spelling(name), number)
        if first != number:
            other = names[first - 1]
            same = f"are both called '{name}'" if other == name else f"are one name: '{other}', '{name}'"
            raise InputError(
                f"columns {first} and {number} of '{source}' {same}",
                hint="call one of them something else, or take it out",
            )


def beside(tables: Sequence[Table]) -> Table:
    """Tables with as many examples each → one with the columns of all. Raises InputError."""
    if len(tables) == 1:
        return tables[0]
    columns: dict[str, Array] = {}
    origin: dict[Parts | str, Table] = {}
    for table in tables:
        for name, column in table.columns.items():
            other = origin.setdefault(spelling(name), table)
            if other is not table:
                raise InputError(
                    f"'{other.source}' and '{table.source}' both have a column '{name}'", hint="leave one of them out"
                )
            columns[name] = column
    source = ", ".join(dict.fromkeys(table.source for table in tables))
    refused = {name: problem for table in tables for name, problem in table.refused.items()}
    return Table(columns, source, tuple(note for table in tables for note in table.notes), refused)
