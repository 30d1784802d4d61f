"""How far long work is: a bar on a terminal once it has taken a second, nothing where no one looks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock, Timer
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

Item = TypeVar("Item")

_BAR_AFTER_SECONDS = 1.0
"""Before a bar is shown: what takes less is waited for without one (Nielsen's limit of an unbroken thought)."""


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """What is waited for → what to call with how many are done and how many there are; None without a terminal.

    The bar ends with the block, however that ends.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    bar = _Bar(label)
    try:
        yield bar.update
    finally:
        bar.end()


class _Bar:
    def __init__(self, label: str) -> None:
        self.label = label
        self.done = self.of = 0
        self.bar: ProgressBar[int] | None = None
        self.late = self.ended = False
        self.lock = Lock()
        self.timer = Timer(_BAR_AFTER_SECONDS, self.show)
        self.timer.daemon = True
        self.timer.start()

    def update(self, done: int, of: int) -> None:
        with self.lock:
            self.done, self.of = done, of
            self._draw()

    def show(self) -> None:
        with self.lock:
            self.late = True
            self._draw()

    def end(self) -> None:
        self.timer.cancel()
        with self.lock:
            self.ended = True
            if self.bar is not None:
                self.bar.__exit__(None, None, None)

    def _draw(self) -> None:
        if self.ended or not self.late:
            return
        if self.bar is not None and self.done < self.bar.pos:  # work that goes through its things again
            self.bar = None
        if self.bar is None and self.done < self.of:
            self.bar = click.progressbar(length=self.of, label=self.label, file=sys.stderr)
            self.bar.__enter__()
        if self.bar is not None:
            self.bar.update(self.done - self.bar.pos)


def with_progress(items: Sequence[Item], label: str) -> Iterator[Item]:
    """Items → the same one by one, with a bar that says how many are done."""
    with progress_bar(label) as progress:
        for done, item in enumerate(items, 1):
            yield item
            if progress:
                progress(done, len(items))
