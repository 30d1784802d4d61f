"""Bytes → files, written whole or not at all: what stood there before survives a run that fails."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

from graphviz_ad.errors import OutputError

STEP_FILE = re.compile(r"step-[0-9]{3,}\.(svg|png|pdf|dot|tex)", re.ASCII)
"""Names of the files that a folder of steps consists of; files of other names are never touched."""

Notify = Callable[[str], None]
"""Called with a sentence that whoever asked for the files should read."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)
"""Names that Windows keeps for devices, whatever follows a point."""
_MAX_STEM_CHARACTERS = 80
"""Of a student's name in the name of a file: in UTF-8 at most 240 bytes of CJK, of the 255 that file systems take."""


def write_atomic(path: str, data: bytes | Iterable[bytes]) -> None:
    """Bytes, or pieces of them → the file at `path`, replaced in one move once all is written.

    A link is followed, an existing file keeps its permissions, a device such as /dev/null is written to.
    Raises OutputError.
    """
    with _refusals(path):
        target = os.path.realpath(path)
        try:
            mode = os.stat(target).st_mode
        except FileNotFoundError:
            mode = None
        if mode is not None and stat.S_ISDIR(mode):
            raise OutputError(f"'{path}' is a folder", hint=f"give a file in it, as in {os.path.join(path, 'x.svg')}")
        if mode is not None and not stat.S_ISREG(mode):
            with open(target, "wb") as device:
                device.writelines([data] if isinstance(data, bytes) else data)
            return
        if mode is not None and not os.access(target, os.W_OK):
            raise PermissionError(13, "Permission denied")  # a move would get round the file's own protection
        _require_parent(path, target)
        temporary = f"{target[: -len(os.path.basename(target))]}.graphviz-ad-{secrets.token_hex(6)}"
        try:
            _create(temporary, data)
            if mode is not None:
                os.chmod(temporary, stat.S_IMODE(mode))
            os.replace(temporary, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise


def write_folder(folder: str, files: Iterable[tuple[str, bytes]], note: Notify | None = None) -> list[str]:
    """Names (`step-000.svg` …) and bytes → files in `folder`, which then holds no other step files of their format.

    Step files of another format stay, as all else does. `note` is told how many pictures of an earlier run were
    removed, besides those that were overwritten.

    All are first written to a hidden folder inside it. Only when the last one is there are the step files
    of an earlier run moved aside and the new ones moved in; if that fails, the old ones are moved back.
    Returns the paths, in order. Raises OutputError, and passes on whatever making the bytes raises.
    """
    with _refusals(folder):
        created = _make_folder(folder)
    staging = os.path.join(folder, f".graphviz-ad-{secrets.token_hex(6)}")
    done = False
    try:
        with _refusals(folder):
            os.makedirs(os.path.join(staging, "new"))
        names = []
        for name, data in files:  # errors in making the bytes pass through as they are
            with _refusals(folder):
                names.append(_stage(name, data, staging))
        with _refusals(folder):
            removed = _swap(folder, names, staging)
        done = True
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        if created and not done:
            with suppress(OSError):
                os.rmdir(folder)
    if removed and note:
        note(f"removed {removed} picture{'s' * (removed != 1)} of an earlier run")
    return [os.path.join(folder, name) for name in names]


def file_name(student: str, taken: set[str]) -> str:
    """Student, in any script → a name for files that none in `taken` has, and that stays in its folder.

    >>> taken = set()
    >>> file_name("../Ada Lovelace", taken), file_name("Ada-Lovelace", taken), file_name("山田", taken)
    ('Ada-Lovelace', 'Ada-Lovelace-2', '山田')
    """
    kept = (letter if _is_kept(letter) else "\0" for letter in unicodedata.normalize("NFC", student))
    stem = re.sub("\0+", "-", "".join(kept))
    stem = stem.strip(".-")[:_MAX_STEM_CHARACTERS] or "student"
    stem = f"student-{stem}" if _RESERVED.match(stem) else stem
    name, count = stem, 1
    while name.casefold() in taken:
        count += 1
        name = f"{stem}-{count}"
    taken.add(name.casefold())
    return name


def _is_kept(letter: str) -> bool:
    """Whether a letter of a name stays in the name of its file; marks that stand at a letter belong to it."""
    return letter.isalnum() or letter in "_.-" or unicodedata.category(letter).startswith("M")


def _stage(name: str, data: bytes, staging: str) -> str:
    """Name and bytes → a file among the new ones; → the name."""
    if not STEP_FILE.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of a step's file")
    _create(os.path.join(staging, "new", name), data)
    return name


def _swap(folder: str, names: list[str], staging: str) -> int:
    """Names of the new step files → they replace those of an earlier run, or all stays as it was.

    → how many files of the earlier run were not overwritten, but removed.
    """
    old_folder, new_folder = os.path.join(staging, "old"), os.path.join(staging, "new")
    for name in names:
        if os.path.isdir(os.path.join(folder, name)):
            shown = os.path.join(folder, name)
            raise OutputError(f"'{shown}' is a folder", hint="move it away, or give another folder")
    old = [e.name for e in os.scandir(folder) if _replaced(e, {_suffix(name) for name in names})]
    os.mkdir(old_folder)
    undo: list[tuple[str, str]] = []
    try:
        for there, here, moving in ((folder, old_folder, old), (new_folder, folder, names)):
            for name in moving:
                source, target = os.path.join(there, name), os.path.join(here, name)
                undo.append((target, source))
                os.replace(source, target)
    except BaseException:
        for target, source in reversed(undo):
            with suppress(FileNotFoundError):
                os.replace(target, source)
        raise
    return len(set(old) - set(names))


def _replaced(entry: os.DirEntry[str], suffixes: set[str]) -> bool:
    """Entry of the folder → whether it is a step file in a format that is written now."""
    is_step = STEP_FILE.fullmatch(entry.name) and not entry.is_dir(follow_symlinks=False)
    return bool(is_step) and _suffix(entry.name) in suffixes


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1]


def _create(path: str, data: bytes | Iterable[bytes]) -> None:
    """Bytes → a file that was not there before, with the permissions of any new file."""
    with open(path, "xb") as file:
        file.writelines([data] if isinstance(data, bytes) else data)


def _make_folder(folder: str) -> bool:
    """Make the folder unless it is there → whether it was made."""
    if os.path.isdir(folder):
        return False
    if os.path.lexists(folder.rstrip("/")):
        raise _no_folder(folder)
    _require_parent(folder, os.path.abspath(folder))
    os.mkdir(folder)
    return True


def _require_parent(path: str, target: str) -> None:
    parent = os.path.dirname(target)
    if not os.path.isdir(parent):
        shown = os.path.dirname(path.rstrip("/")) or parent
        if os.path.lexists(parent):
            raise _no_folder(shown)
        raise OutputError(f"the folder '{shown}' of '{path}' does not exist", hint=f"make it: mkdir -p '{shown}'")


def _no_folder(path: str) -> OutputError:
    return OutputError(f"'{path}' is a file, not a folder", hint="give the name of a folder, or move the file away")


@contextmanager
def _refusals(path: str) -> Iterator[None]:
    """What the system refuses to write at a path → OutputError with the path in it."""
    try:
        yield
    except OSError as problem:
        raise OutputError(
            f"'{path}' cannot be written: {problem.strerror or problem}",
            hint="give another place with -o, or make room and permission there",
        ) from problem
    except ValueError as problem:
        if "null" not in str(problem):
            raise
        raise OutputError("a file name cannot hold a null character", hint="give another name with -o") from problem
