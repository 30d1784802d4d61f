"""Modules that are imported, and entries that are made, when first used: what does not need them does not wait."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import TypeVar, overload

from graphviz_ad.errors import MissingPartError
from graphviz_ad.installing import extra as extra_line

Entry = TypeVar("Entry", covariant=True)


class Later(Sequence[Entry]):
    """A tuple that is made when it is first looked at: equal to it, and pickled as it."""

    __slots__ = ("_entries", "_make")

    def __init__(self, make: Callable[[], tuple[Entry, ...]]) -> None:
        self._make: Callable[[], tuple[Entry, ...]] | None = make
        self._entries: tuple[Entry, ...] = ()

    @property
    def whole(self) -> tuple[Entry, ...]:
        """The tuple itself."""
        if self._make is not None:
            self._entries, self._make = self._make(), None
        return self._entries

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Entry, ...]: ...
    def __getitem__(self, place: int | slice) -> Entry | tuple[Entry, ...]:
        return self.whole[place]

    def __len__(self) -> int:
        return len(self.whole)

    def __eq__(self, other: object) -> bool:
        return self.whole == (other.whole if isinstance(other, Later) else other)

    def __hash__(self) -> int:
        return hash(self.whole)

    def __repr__(self) -> str:
        return repr(self.whole)

    def __reduce__(self) -> tuple[type, tuple[tuple[Entry, ...]]]:
        return tuple, (self.whole,)


def lazy(name: str) -> ModuleType:
    """Module name → the module, run at its first use (the recipe of the `importlib` documentation).

    Raises ModuleNotFoundError at once where there is no such module.
    """
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    loader = importlib.util.LazyLoader(spec.loader)
    spec.loader = loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    loader.exec_module(module)
    return module


def optional(name: str, extra: str, what: str) -> ModuleType:
    """Name of a module of an optional library → the module, imported now.

    Raises MissingPartError where it, or what it needs itself, is not installed: the extra `extra` brings both.

    >>> optional("no_such_library.part", "slides", "a deck")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    graphviz_ad.errors.MissingPartError: a deck needs no_such_library, which is not installed
    hint: ... install "graphviz-ad[slides]"
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as problem:
        library = (problem.name or "").partition(".")[0]
        if library in ("", "graphviz_ad"):
            raise
        problem_text = f"{what} needs {library}, which is not installed"
        raise MissingPartError(problem_text, hint=extra_line(extra)) from None
