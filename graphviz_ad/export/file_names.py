"""Names of students, sheets and outputs → names that files may have on every system."""

from __future__ import annotations

import ntpath
import re
import unicodedata

_MAX_STEM_CHARACTERS = 80
"""Of a student's name in the name of a file: in UTF-8 at most 240 bytes of CJK, of the 255 that file systems take."""
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?P<suffix>\..*)?", re.IGNORECASE)
"""Names of devices of Windows, also with a suffix (https://learn.microsoft.com/windows/win32/fileio/naming-a-file)."""
_REFUSED = re.compile(r'[<>:"|?*\x00-\x1f]')
"""Signs that no name has on Windows; what follows a colon is written where nobody sees it."""


def file_name(student: str, taken: set[str]) -> str:
    """Student, in any script → a name for files that none in `taken` has, and that stays in its folder.

    Names that some file systems take for one are one here: those that differ by small and capital letters, or in how
    an accent is stored. No name is one that Windows keeps for a device.

    >>> taken = set()
    >>> file_name("../Ada Lovelace", taken), file_name("Ada-Lovelace", taken), file_name("山田", taken)
    ('Ada-Lovelace', 'Ada-Lovelace-2', '山田')
    >>> file_name("ADA LOVELACE", taken), file_name("Con", taken)
    ('ADA-LOVELACE-3', 'student-Con')
    """
    kept = "".join(letter if _is_kept(letter) else "\0" for letter in composed(student))
    stem = re.sub("\0+", "-", kept).strip(".-")[:_MAX_STEM_CHARACTERS] or "student"
    if _RESERVED.fullmatch(stem):
        stem = f"student-{stem}"
    name, count = stem, 1
    while folded(name) in taken:
        count += 1
        name = f"{stem}-{count}"
    taken.add(folded(name))
    return name


def _is_kept(letter: str) -> bool:
    """Whether a letter of a name stays in the name of its file; marks that stand at a letter belong to it."""
    return letter.isalnum() or letter in "_.-" or unicodedata.category(letter).startswith("M")


def composed(name: str) -> str:
    """Name → the same with each accent as a part of its letter, where macOS may store both apart.

    >>> composed("Jose\\u0301") == "José"
    True
    """
    return unicodedata.normalize("NFC", name)


def folded(name: str) -> str:
    """Name → what two names have in common that are one on Windows or macOS.

    >>> folded("ANNA") == folded("Anna"), folded("Jose\\u0301") == folded("JOSÉ")
    (True, True)
    """
    return composed(composed(name).casefold())


def windows_problem(path: str) -> str | None:
    """Path → why Windows writes no such file, or another one in silence; None for a path that is fine.

    A device itself, as NUL, is fine: whoever names it means it.

    >>> windows_problem("C:/sheets/aux.pdf"), windows_problem("C:/sheets/auxiliary.pdf"), windows_problem("NUL")
    ("'aux.pdf' is the name of a device", None, None)
    """
    rest = ntpath.splitdrive(path)[1]
    for part in re.split(r"[\\/]", rest):
        device = _RESERVED.fullmatch(part)
        if device and (device["suffix"] or not rest.endswith(part)):
            return f"'{part}' is the name of a device"
        if refused := _REFUSED.search(part):
            return f"'{part}' has a '{refused.group()}'" if refused.group() > " " else f"'{part}' has a control sign"
        if part not in (".", "..") and part.endswith((".", " ")):
            return f"'{part}' ends in a {'dot' if part.endswith('.') else 'space'}"
    return None
