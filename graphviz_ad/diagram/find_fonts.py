"""Name of a font → the folder it lies in: inside Typst, in a folder of one's own, or on this system."""

from __future__ import annotations

import os
from collections.abc import Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from graphviz_ad.diagram.fonts import system_folders

_PROBE = b"#show math.equation: set text(font: sys.inputs.font)\n$x$"
"""A document of which Typst warns where a font cannot set it."""
_ENDINGS = (".ttf", ".otf", ".ttc", ".otc")
"""Of files of fonts that Typst reads (OpenType, and collections of it)."""


def folder_of(name: str, first_folder: str | None = None) -> tuple[str, ...] | None:
    """Name of a font, and a folder to look into first → what Typst must look into, None where there is no such font.

    Nothing has to be named for a font inside Typst.
    """
    if first_folder is not None and name.casefold() in _families(first_folder):
        return (first_folder,)
    if name.casefold() in _families():
        return ()
    folder = _on_system().get(name.casefold())
    return None if folder is None else (folder[0],)


def like(name: str, folder: str | None = None) -> list[str]:
    """Name that no font has, and a folder that is looked into too → the names most like it, at most three."""
    families = _families() | {key: family for key, (_, family) in _on_system().items()}
    families |= _families(folder) if folder is not None else {}
    return [families[key] for key in get_close_matches(name.casefold(), sorted(families), n=3, cutoff=0.6)]


def sets_mathematics(name: str, folders: Sequence[str]) -> bool:
    """Whether a font has the measures of mathematics (OpenType's MATH table), without which Typst warns."""
    import typst

    new: Any = typst.Compiler  # as in `typeset.new_compiler`
    probe = new(_PROBE, ignore_system_fonts=True, font_paths=list(folders), sys_inputs={"font": name})
    return not probe.compile_with_warnings(format="svg")[1]


@lru_cache(maxsize=8)
def _families(folder: str | None = None) -> dict[str, str]:
    """Folder, or none for the fonts inside Typst → the families in it, by their names in small letters."""
    import typst

    inside = folder is None
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=inside, font_paths=[folder] if folder is not None else []
    )
    return {family.casefold(): family for family in fonts.families()}


@lru_cache(maxsize=1)
def _on_system() -> dict[str, tuple[str, str]]:
    """→ the fonts of this system by their names in small letters: the folder, and the name as it is written."""
    families: dict[str, tuple[str, str]] = {}
    for root in system_folders():
        for folder, _, files in os.walk(root, topdown=False):
            if any(file.lower().endswith(_ENDINGS) for file in files):
                for key, family in _families.__wrapped__(folder).items():
                    families.setdefault(key, (folder, family))
    return families
