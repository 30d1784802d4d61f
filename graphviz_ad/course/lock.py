"""A folder → it is one run's alone, so that two runs at once do not write over one another."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from graphviz_ad.errors import OutputError

_FILE = ".lock"
"""Name of the file in a course's folder whose lock is held."""


@contextmanager
def locked(folder: str, entry: str) -> Iterator[None]:
    """Folder, made where it is not there, and its entry in a course's file → while it lasts, no other run has it.

    The lock goes with the process, however that ends. Raises OutputError where another run has it.
    """
    try:
        os.makedirs(folder, exist_ok=True)
        file = os.open(os.path.join(folder, _FILE), os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as problem:
        why = problem.strerror
        raise OutputError(f"'{folder}' cannot be written: {why}", hint=f"give another folder as '{entry}'") from None
    try:
        if not _taken(file):
            raise OutputError(f"another run is at work in '{folder}'", hint="wait until it has ended, and try again")
        yield
    finally:
        os.close(file)


def _taken(file: int) -> bool:
    """Open file → whether it was locked for this process."""
    try:
        import fcntl
    except ImportError:
        return _taken_on_windows(file)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _taken_on_windows(file: int) -> bool:
    """The same by a lock on the first byte, which Windows takes back when the file is closed."""
    msvcrt: Any = import_module("msvcrt")
    try:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    return True
