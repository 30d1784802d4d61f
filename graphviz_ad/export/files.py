"""Bytes → files, written whole or not at all: what stood there before survives a run that fails."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

from graphviz_ad.errors import OutputError
from graphviz_ad.export.file_names import windows_problem

STEP_FILE = re.compile(r"step-[0-9]{3,}\.(svg|png|pdf|dot|tex)", re.ASCII)
"""Names of the files that a folder of steps consists of; files of other names are never touched."""

Notify = Callable[[str], None]
"""Called with a sentence that whoever asked for the files should read."""

_MKDIR = 'mkdir "{}"' if sys.platform == "win32" else "mkdir -p '{}'"
"""The command that makes a folder and those above it, with the quotes that the shells of the system take."""
_WAITS_SECONDS = (0.05, 0.1, 0.2, 0.4)
"""Before a file is moved again that Windows holds: virus scanners look at each new one for a moment."""
_HELD = (5, 32, 33)
"""Errors of Windows for a file that another program has open: access denied, sharing violation, lock violation."""


def write_atomic(path: str, data: bytes | Iterable[bytes]) -> None:
    """Bytes, or pieces of them → the file at `path`, replaced in one move once all is written.

    A link is followed, an existing file keeps its permissions, a device such as /dev/null is written to.
    Raises OutputError.
    """
    with _refusals(path):
        try:
            mode = os.stat(path).st_mode  # before links are resolved: /dev/stdout leads to a pipe that has no path
        except FileNotFoundError:
            mode = None
        if mode is not None and stat.S_ISDIR(mode):
            raise OutputError(f"'{path}' is a folder", hint=f"give a file in it, as in {os.path.join(path, 'x.svg')}")
        if mode is not None and not stat.S_ISREG(mode):
            with open(path, "wb") as device:
                device.writelines([data] if isinstance(data, bytes) else data)
            return
        target = os.path.realpath(path)
        if mode is not None and not os.access(target, os.W_OK):
            raise PermissionError(13, "Permission denied")  # a move would get round the file's own protection
        _require_parent(path, target)
        temporary = f"{target[: -len(os.path.basename(target))]}.graphviz-ad-{secrets.token_hex(6)}"
        try:
            _create(temporary, data)
            if mode is not None:
                os.chmod(temporary, stat.S_IMODE(mode))
            _move(temporary, target, path)
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
                _move(source, target, os.path.join(folder, name))
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


def _move(source: str, target: str, shown: str) -> None:
    """A file → its new place, where another may be; `shown` is the one of both that an error names."""
    for wait in (*_WAITS_SECONDS, None):
        try:
            os.replace(source, target)
            return
        except PermissionError as problem:
            held = getattr(problem, "winerror", None) in _HELD
            if held and wait is not None:
                time.sleep(wait)
            elif held or problem.errno == errno.EACCES:  # this folder was written to a moment ago
                raise OutputError(
                    f"'{shown}' cannot be written: it is open in another program",
                    hint="close it there, or give another name with -o",
                ) from problem
            else:
                raise


def _make_folder(folder: str) -> bool:
    """Make the folder unless it is there → whether it was made."""
    if os.path.isdir(folder):
        return False
    if os.path.lexists(folder.rstrip("/" + os.sep)):
        raise _no_folder(folder)
    _require_parent(folder, os.path.abspath(folder))
    os.mkdir(folder)
    return True


def _require_parent(path: str, target: str) -> None:
    parent = os.path.dirname(target)
    if not os.path.isdir(parent):
        shown = os.path.dirname(path.rstrip("/" + os.sep)) or parent
        if os.path.lexists(parent):
            raise _no_folder(shown)
        raise OutputError(f"the folder '{shown}' of '{path}' does not exist", hint=f"make it: {_MKDIR.format(shown)}")


def _no_folder(path: str) -> OutputError:
    return OutputError(f"'{path}' is a file, not a folder", hint="give the name of a folder, or move the file away")


@contextmanager
def _refusals(path: str) -> Iterator[None]:
    """What the system refuses to write at a path → OutputError with the path in it.

    A pipe that was closed is no refusal: whoever read it has seen enough.
    """
    if sys.platform == "win32" and (why := windows_problem(path)):
        raise OutputError(f"'{path}' cannot be written on Windows: {why}", hint="give another name with -o")
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as problem:
        raise OutputError(
            f"'{path}' cannot be written: {problem.strerror or problem}",
            hint="give another place with -o, or make room and permission there",
        ) from problem
    except ValueError as problem:
        if "null" not in str(problem):
            raise
        raise OutputError("a file name cannot hold a null character", hint="give another name with -o") from problem
