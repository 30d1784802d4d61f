"""What the module of a format is called with, and what it gives."""

from __future__ import annotations

from collections.abc import Callable

DeckFiles = tuple[bytes, list[tuple[str, bytes]]]
"""A deck in one file, and the pictures that stand in a folder beside it, with their names."""
PicturesDone = Callable[[int], None]
"""Called with the number of pictures done."""
