"""Trace → all steps: numbered files in a folder, or one file that holds them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Unpack, cast

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.draw import draw
from graphviz_ad.diagram.glyphs import Glyphs
from graphviz_ad.diagram.legible import legible
from graphviz_ad.diagram.picture import Deck, Picture, make_style
from graphviz_ad.diagram.selection import DeckOptions, chosen, parted
from graphviz_ad.errors import OutputError
from graphviz_ad.export.deck_files import PicturesDone
from graphviz_ad.export.files import Notify, write_atomic, write_folder
from graphviz_ad.export.registry import DECKS, PICTURES, make

Progress = Callable[[int, int], None]
"""Called with how many pictures are done, and how many there are."""


def save(
    trace: Trace, path: str, *, format: str | None = None, progress: Progress | None = None,
    warn: Notify | None = None, inform: Notify | None = None, extras: Mapping[str, object] | None = None,
    **options: Unpack[DeckOptions],
) -> list[str]:  # fmt: skip
    """Trace → files of its steps; → the paths written.

    A path with the suffix of a deck (`x.pdf`) becomes one file with a page for each step; one with the suffix
    of a picture (`x.svg`, `x.png`, `x.dot`) the picture of the finished pass; any other path a folder with
    one file for each step (`step-000.svg` …), in which an older run's steps in this format are replaced. `by`, `steps`,
    `only` and `skip` say which (`selection.make_selection`); the last is the finished picture. `warn` and `inform` get
    what a reader should know.
    `extras` are options of one format, those that are None, False or empty not given; others are for `make_style`.

    Raises OutputError, and GraphvizADError for steps or a look that are not there.
    """
    selection, look = parted(options)
    kind, folder = kind_of(path, format)
    if kind not in (PICTURES if folder else PICTURES | DECKS):
        known = ", ".join(PICTURES if folder else PICTURES | DECKS)
        raise OutputError(f"there is no format '{kind}'", hint=f"the formats are {known}")
    given = {name: value for name, value in (extras or {}).items() if value}
    for name, suffixes in foreign_options(kind, folder, given):
        raise OutputError(f"'{name}' is for decks in another format", hint=f"the name of the file ends in {suffixes}")
    if trace.updates and not folder and kind == "ipynb":
        problem = "a notebook computes the passes of a formula anew, and the update is not in it"
        raise OutputError(
            problem, hint="save the whole run as a notebook, which shows an update, or the update as .html or .pptx"
        )
    if not folder and kind not in DECKS:  # pdf and tex are decks here
        picture = draw(trace, **look)
        _tell_about(picture.deck, warn, inform)
        save_picture(picture, path)
        return [path]
    if not folder:
        look["fit"] = DECKS[kind].fit or look.get("fit", "graph")
    trace, style, remark = legible(trace, make_style(**look))
    captioned = folder or DECKS[kind].captions
    numbers = chosen(trace, selection)

    def tell(done: int) -> None:
        if progress:
            progress(done, len(numbers))

    tell(0)  # the texts and the layout of a large graph take seconds
    titled = folder or not DECKS[kind].titles
    captioned_only = None if captioned else list[int]()
    deck = Deck(trace, style, captioned_only, remark=remark, titled=titled, selection=selection)
    _tell_about(deck, warn, inform)
    if folder:
        glyphs = cast(Glyphs, given.get("svg", "shared" if kind == "svg" else "plain"))
        return write_folder(path, _files(deck, numbers, kind, tell, glyphs), inform)

    def tell_but_last(done: int) -> None:  # with the last picture the deck is not yet there: packing may take seconds
        if done < len(numbers):
            tell(done)

    name = _folder_name(path, kind)
    data, pictures = make(kind, deck, numbers, name, tell_but_last, **given)
    for sentence in deck.notes:
        if inform:
            inform(sentence)
    written = _write_pictures(os.path.join(os.path.dirname(path), name), pictures, inform)
    write_atomic(path, data)
    tell(len(numbers))
    return [path, *written]


def _tell_about(deck: Deck, warn: Notify | None, inform: Notify | None) -> None:
    """Deck → what a reader should know of it, told."""
    if deck.remark and inform:
        inform(deck.remark)
    for warning in deck.warnings:
        if warn:
            warn(warning)


def _folder_name(path: str, kind: str) -> str:
    """Path of a deck → name of the folder for its pictures, which no deck of another format shares."""
    name = os.path.basename(path)
    stem = name[: -len(kind) - 1] if name.lower().endswith(f".{kind}") else name
    return f"{stem}-{DECKS[kind].folder_name}-pictures"


def _write_pictures(folder: str, pictures: list[tuple[str, bytes]], note: Notify | None) -> list[str]:
    """Pictures of a deck → files in its folder, or the one PDF that stands in place of it; → their paths."""
    match pictures:
        case []:
            return []
        case [(name, data)] if name == os.path.basename(folder) + ".pdf":
            write_atomic(f"{folder}.pdf", data)
            return [f"{folder}.pdf"]
    return write_folder(folder, pictures, note)


def foreign_options(kind: str, folder: bool, extras: Mapping[str, object]) -> list[tuple[str, str]]:
    """Format, and options that not every format has → those it does not take, and the suffixes they go with."""
    takes = ("svg",) if folder and kind == "svg" else () if folder or kind not in DECKS else DECKS[kind].options
    return [
        (name, " or ".join(f".{suffix}" for suffix, format in DECKS.items() if name in format.options))
        for name, value in extras.items()
        if value and name not in takes
    ]


def save_picture(picture: Picture, path: str) -> None:
    """Picture and path → a file in the format of its suffix.

    Raises OutputError.
    """
    kind = os.path.splitext(path)[1].lower().lstrip(".")
    if kind not in PICTURES:
        raise OutputError(f"'{path}' has no suffix of a picture", hint="the formats are " + ", ".join(PICTURES))
    write_atomic(path, PICTURES[kind](picture))


def kind_of(path: str, format: str | None = None) -> tuple[str, bool]:
    """Path, and the format where one was asked for → the format, and whether the path is a folder.

    Of the suffixes of decks the longest counts, so that `x.reveal.html` is not `x.html`.
    """
    name = os.path.basename(path).lower()
    suffix = max((kind for kind in DECKS if name.endswith(f".{kind}")), key=len, default="")
    suffix = suffix or os.path.splitext(name)[1].lstrip(".")
    folder = path.endswith(("/", os.sep)) or os.path.isdir(path) or not suffix
    return format or ("svg" if folder else suffix), folder


def _files(
    deck: Deck, numbers: list[int], kind: str, tell: PicturesDone, glyphs: Glyphs
) -> Iterator[tuple[str, bytes]]:
    """Pictures of a deck → names and contents of files."""
    for done, number in enumerate(numbers):
        yield f"step-{number:03d}.{kind}", PICTURES[kind](Picture(deck, number, glyphs=glyphs))
        tell(done + 1)
