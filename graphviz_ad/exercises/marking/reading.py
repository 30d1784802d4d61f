"""Paths → bytes, never more of them than are asked for."""

from __future__ import annotations

from graphviz_ad.errors import ExerciseError


def read_start(path: str, most: int) -> bytes:
    """Path → the first `most` bytes of the file.

    Raises ExerciseError where it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read(most)
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        hint = "check the name and the folder you are in"
        raise ExerciseError(f"'{path}' cannot be read: {why}", hint=hint) from None


def read_file(path: str, most: int) -> bytes:
    """Path → the bytes of the file.

    Raises ExerciseError where it cannot be read, or has more than `most` bytes.
    """
    data = read_start(path, most + 1)
    if len(data) > most:
        raise ExerciseError(f"'{path}' is too large", hint=f"up to {most // 1_000_000} MB are read")
    return data
