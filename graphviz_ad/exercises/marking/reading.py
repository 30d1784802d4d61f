"""Paths → bytes, never more of them than are asked for."""

from __future__ import annotations

from graphviz_ad.errors import ExerciseError


def read_start(path: str, max_bytes: int) -> bytes:
    """Path → the first `max_bytes` bytes of the file.

    Raises ExerciseError where it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read(max_bytes)
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        hint = "check the name and the folder you are in"
        raise ExerciseError(f"'{path}' cannot be read: {why}", hint=hint) from None


def read_file(path: str, max_bytes: int) -> bytes:
    """Path → the bytes of the file.

    Raises ExerciseError where it cannot be read, or has more than `max_bytes` bytes.
    """
    data = read_start(path, max_bytes + 1)
    if len(data) > max_bytes:
        raise ExerciseError(f"'{path}' is too large", hint=f"up to {max_bytes // 1_000_000} MB are read")
    return data
