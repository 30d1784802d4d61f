"""`python -m gallery.messages`: the texts of `graphviz_ad/messages/locale`, brought up to date and made ready to read.

Each `.po` gets the entries of `en.pot`, in their order; one whose English has changed keeps its translation and is
marked `fuzzy`, and where a text is new its translation is empty: both are seen by a test, and by translators' tools.
Then every `.mo` is written, in which the texts stand under their keys. By polib, which keeps what stands in a header.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polib

import graphviz_ad.messages
from graphviz_ad.export.files import write_atomic
from graphviz_ad.messages.catalogue import SOURCE

FOLDER = Path(graphviz_ad.messages.__file__).parent / "locale"
RENEW = "python -m gallery.messages"
_LINE_CHARACTERS = 110
"""Of a line of a file: what an editor shows beside a list of files."""


def read(path: Path) -> polib.POFile:
    """A `.pot` or `.po` file → its entries."""
    return polib.pofile(path.read_text(encoding="utf-8"), wrapwidth=_LINE_CHARACTERS, check_for_duplicates=True)


def entries(catalogue: polib.POFile) -> dict[str, polib.POEntry]:
    """Entries by key, in their order."""
    return {entry.msgctxt: entry for entry in catalogue if not entry.obsolete}


def english(entry: polib.POEntry) -> tuple[str, ...]:
    """Entry → its English, with that for several things if it has plural forms."""
    return (entry.msgid, entry.msgid_plural) if entry.msgid_plural else (entry.msgid,)


def translated(entry: polib.POEntry) -> tuple[str, ...]:
    """Entry → its text in every plural form of the language, or the one it has."""
    return tuple(entry.msgstr_plural.values()) if entry.msgid_plural else (entry.msgstr,)


def renewed(template: polib.POFile, language: polib.POFile) -> polib.POFile:
    """Template and a language → that language with the entries of the template."""
    old_entries, catalogue = entries(language), _like(language)
    for key, source in entries(template).items():
        old = old_entries.get(key)
        entry = _entry(key, english(source), _empty(language), comment=source.comment)
        if old and bool(old.msgid_plural) == bool(source.msgid_plural):
            entry.msgstr, entry.msgstr_plural = old.msgstr, old.msgstr_plural
        if old:
            entry.tcomment = old.tcomment
            entry.flags = ["fuzzy"] if old.fuzzy or english(old) != english(source) else []
        catalogue.append(entry)
    return catalogue


def compiled(catalogue: polib.POFile, translate: Callable[[str], str] | None = None) -> bytes:
    """Entries → a `.mo` with the texts under their keys; of a template, the English ones.

    What is not translated is left out. `translate` makes each of the texts another one, as a test needs.
    """
    keyed, listed = _like(catalogue), entries(catalogue)
    source = not any(any(translated(entry)) for entry in listed.values())
    for key, entry in listed.items():
        texts = tuple(map(translate or str, english(entry) if source else translated(entry)))
        if all(texts) and not entry.fuzzy:
            keyed.append(_entry("", (key, key) if entry.msgid_plural else (key,), texts))
    if source:
        keyed.append(_entry("", ("keys",), ("\n".join(listed),)))
    binary: bytes = keyed.to_binary()
    return binary


def _entry(key: str, english: tuple[str, ...], texts: tuple[str, ...], comment: str = "") -> polib.POEntry:
    entry = polib.POEntry(msgid=english[0], comment=comment)
    entry.msgctxt = key or None
    if len(english) > 1:
        entry.msgid_plural, entry.msgstr_plural = english[1], dict(enumerate(texts))
    else:
        entry.msgstr = texts[0]
    return entry


def _empty(language: polib.POFile) -> tuple[str, ...]:
    """A language → as many empty texts as it has plural forms."""
    return ("",) * int(language.metadata["Plural-Forms"].partition("nplurals=")[2][0])


def _like(catalogue: polib.POFile) -> polib.POFile:
    """A language without its entries: what stands in the header of its file."""
    empty = polib.POFile(wrapwidth=_LINE_CHARACTERS)
    empty.metadata, empty.header = dict(catalogue.metadata), catalogue.header
    return empty


def files() -> dict[Path, bytes]:
    """→ what should stand in each file."""
    template = read(FOLDER / f"{SOURCE}.pot")
    contents = {FOLDER / f"{SOURCE}.mo": compiled(template)}
    for path in sorted(FOLDER.glob("*.po")):
        language = renewed(template, read(path))
        contents |= {path: f"{language}\n".encode(), path.with_suffix(".mo"): compiled(language)}
    return contents


if __name__ == "__main__":
    for path, data in files().items():
        write_atomic(str(path), data)
