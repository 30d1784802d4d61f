"""Trace → all steps: numbered files in a folder, or one file that holds them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.picture import By, Deck, Picture, make_style
from graphviz_ad.errors import OutputError
from graphviz_ad.export.files import Told, write_atomic, write_folder

PICTURES: dict[str, Callable[[Picture], bytes]] = {
    "svg": lambda picture: picture.svg().encode(),
    "png": lambda picture: picture.png(),
    "pdf": lambda picture: picture.pdf(),
    "dot": lambda picture: picture.dot().encode(),
}
"""Formats of one picture."""


def _pdf(deck: Deck, numbers: list[int], tell: Callable[[int], None]) -> bytes:
    from graphviz_ad.export.pages import pdf

    pages = []
    for done, number in enumerate(numbers, 1):
        pages.append(deck.svg(number))
        tell(done)
    return pdf(pages)


DECKS: dict[str, Callable[[Deck, list[int], Callable[[int], None]], bytes]] = {"pdf": _pdf}
"""Formats of a deck in one file."""

Progress = Callable[[int, int], None]
"""Called with how many pictures are done, and how many there are."""


def save(
    trace: Trace, path: str, *, format: str | None = None, by: By = "edge", progress: Progress | None = None,
    warn: Told | None = None, note: Told | None = None, **options: Any,
) -> list[str]:  # fmt: skip
    """Trace → its steps as files; → the paths written.

    A path with the suffix of a deck (`x.pdf`) becomes one file with a page for each step; one with the suffix
    of a picture (`x.svg`, `x.png`, `x.dot`) the picture of the finished pass; any other path a folder with
    one file for each step (`step-000.svg` …), in which an older run's steps in this format are replaced. `by` is what
    makes a step: every edge, every node, or each phase. `warn` and `note` are told what a reader should know.
    Other options as for `make_style`.

    Raises OutputError.
    """
    suffix = os.path.splitext(path)[1].lower().lstrip(".")
    folder = path.endswith(("/", os.sep)) or os.path.isdir(path) or not suffix
    kind = format or ("svg" if folder else suffix)
    if kind not in (PICTURES if folder else PICTURES | DECKS):
        known = ", ".join(PICTURES if folder else PICTURES | DECKS)
        raise OutputError(f"there is no format '{kind}'", hint=f"the formats are {known}")
    deck = Deck(trace, make_style(**options))
    for warning in deck.warnings:
        if warn:
            warn(warning)
    numbers = deck.pictures(by)

    def tell(done: int) -> None:
        if progress:
            progress(done, len(numbers))

    if folder:
        return write_folder(path, _files(deck, numbers, kind, tell), note)
    data = DECKS[kind](deck, numbers, tell) if kind in DECKS else PICTURES[kind](Picture(deck, len(deck.frames) - 1))
    write_atomic(path, data)
    return [path]


def _files(deck: Deck, numbers: list[int], kind: str, tell: Callable[[int], None]) -> Iterator[tuple[str, bytes]]:
    """Pictures of a deck → names and contents of files."""
    for done, number in enumerate(numbers):
        yield f"step-{number:03d}.{kind}", PICTURES[kind](Picture(deck, number))
        tell(done + 1)
