"""How far long work is: a bar on a terminal once it has taken a second, nothing where no one looks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from time import monotonic
from typing import Any, TypeVar

import click

Thing = TypeVar("Thing")


def teller(label: str) -> Callable[[int, int], None] | None:
    """What is waited for → what to call with how many are done and how many there are; None without a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    begun = monotonic()
    bars: list[Any] = []

    def tell(done: int, of: int) -> None:
        if not bars and monotonic() - begun > 1 and done < of:
            bars.append(click.progressbar(length=of, label=label, file=sys.stderr))
            bars[0].__enter__()
        for shown in bars:
            shown.update(done - shown.pos)
            if done == of:
                shown.__exit__(None, None, None)

    return tell


def bar(things: Sequence[Thing], label: str) -> Iterator[Thing]:
    """Things → the same one by one, with a bar that says how many are done."""
    tell = teller(label)
    for done, thing in enumerate(things, 1):
        yield thing
        if tell:
            tell(done, len(things))
