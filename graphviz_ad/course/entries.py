"""Tables of a TOML file → their entries, each of the type it has to be; errors name the line and what to write."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import TypeVar

from graphviz_ad.errors import ExerciseError, nearest

_TYPES: dict[type, tuple[str, str]] = {
    str: ("text", '"text"'), int: ("a whole number", "4"), list: ("a list", '["text"]'), dict: ("a table", "{ x = 2 }"),
    bool: ("true or false", "true"),
}  # fmt: skip
"""Type of an entry → what it is called in an error, and an example of it."""
_HEADING = re.compile(r"\s*\[\[?\s*([\w.\"'-]+)\s*\]\]?\s*(#.*)?$")
"""A line that begins a table."""
_DURATION = re.compile(r"(\d+(?:\.\d+)?) ?(minute|min|m|hour|h|day|d|week|w)s?")
"""A time that something lasts, as `15 minutes` or `2 days`."""
_MINUTES = {"m": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}
"""Minutes of a unit of time, by its first letter."""
_MAX_DURATION_MINUTES = 366 * 24 * 60
"""A year: a longer extension is a slip of the pen."""

Entry = TypeVar("Entry")
"""Type of an entry of a TOML table."""


def read_toml(text: str, path: str) -> Table:
    """Text of a file → its top table. Raises ExerciseError where it is no TOML."""
    try:
        return Table(tomllib.loads(text), path, text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        why = "it is nested too deeply" if isinstance(problem, RecursionError) else problem
        raise ExerciseError(
            f"'{path}' is no TOML: {why}", hint="see the example: graphviz-ad course --example"
        ) from None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a TOML file: its entries, and where it stands, the `number`th with this heading."""

    entries: Mapping[str, object]
    path: str
    text: str
    heading: str = ""
    number: int = 1

    def get(self, name: str, kind: type[Entry], default: Entry) -> Entry:
        """Key → its entry, or the default where there is none. Raises ExerciseError for one of another type."""
        if name not in self.entries:
            return default
        value = self.entries[name]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            description, example = _TYPES[kind]
            raise self.error(name, f"'{name}' is not {description}", f"as in {name} = {example}")
        return value

    def number_of(self, name: str, default: Fraction | None, example: str, largest: float = 1e6) -> Fraction | None:
        """Key → a number from 0 to `largest`, exactly as it is written. Raises ExerciseError for another entry."""
        if name not in self.entries:
            return default
        value = self.entries[name]
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= largest:
            what = "a number of 0 or more" if largest >= 1e6 else f"a number from 0 to {largest:g}"
            raise self.error(name, f"'{name}' is not {what}", f"as in {name} = {example}")
        return Fraction(str(value))

    def duration(self, name: str, default: timedelta) -> timedelta:
        """Key → how long something lasts. Raises ExerciseError where it says none."""
        if name not in self.entries:
            return default
        value = self.entries[name]
        fits = _DURATION.fullmatch(value.strip().lower()) if isinstance(value, str) else None
        minutes = Fraction(fits[1]) * _MINUTES[fits[2][0]] if fits else None
        if minutes is None or minutes > _MAX_DURATION_MINUTES:
            raise self.error(
                name, f"'{name}' does not say how long", f'as in {name} = "15 minutes", "6 hours" or "2 days"'
            )
        return timedelta(minutes=float(minutes))

    def table(self, name: str) -> Table:
        """Key → the table there, an empty one where there is none. Raises ExerciseError for another entry."""
        return Table(self.get(name, dict, {}), self.path, self.text, self._full(name))

    def tables(self, name: str) -> Iterator[Table]:
        """Key of an array of tables → each of them. Raises ExerciseError for another entry."""
        for number, entry in enumerate(self.get(name, list, []), 1):
            here = Table({}, self.path, self.text, self._full(name), number)
            if not isinstance(entry, dict):
                raise here.error("", "this is no table", f"begin it with [[{name}]]")
            yield Table(entry, self.path, self.text, self._full(name), number)

    def require_known(self, names: Sequence[str]) -> None:
        """The keys the table may have → ExerciseError where it has another."""
        for name in self.entries:
            if name not in names:
                near = nearest(name, names)
                hint = f"did you mean '{near}'?" if near else "known are " + ", ".join(names)
                raise self.error(name, f"'{name}' is not known", hint)

    def error(self, name: str, message: str, hint: str) -> ExerciseError:
        """Key that something is wrong with, what, and what to do → the error, which names the line."""
        which = f", {self.heading} {self.number}" if self.heading == "sheet" else ""
        line = self._line(name)
        return ExerciseError(f"{self.path}{f', line {line}' if line else ''}{which}: {message}", hint=hint)

    def _full(self, name: str) -> str:
        return f"{self.heading}.{name}" if self.heading else name

    def _line(self, name: str) -> int | None:
        """Key → the line where it stands, else that of the table's heading; None where neither is found."""
        heading, counts, start = "", {"": 1}, None
        below = f"{self.heading}.{name}" if self.heading else name  # the entry may be a table with a heading of its own
        key = re.compile(rf"\s*[\"']?{re.escape(name)}[\"']?\s*[=.]") if name else None
        for number, line in enumerate(self.text.splitlines(), 1):
            begun = _HEADING.match(line)
            if begun:
                heading = begun[1]
                counts[heading] = counts.get(heading, 0) + 1
            if begun and name and heading == below and self.heading != "sheet":
                return number
            here = heading == self.heading and (not heading or counts[heading] == self.number)
            if here and begun:
                start = number
            if here and key and key.match(line):
                return number
        return start
