"""Key and language → the text, out of the files of `locale/`, one a language, in the format of GNU gettext.

English is `en.pot`, the template from which translators' tools (Poedit, Weblate, …) begin a language, and every other
language a `.po` file. In these the context of an entry (`msgctxt`) is its key here and `msgid` its English; the `.mo`
beside each, made by `python -m gallery.messages`, has the texts under their keys, and is read by Python's own gettext
when the first text of that language is wanted. What is not translated yet is said in English.

A text has places to fill, `{name}`, the same ones in every language. Facts about a language that are words or signs
are texts as well (`language.…`: its name, what stands between two sentences, its decimal sign …). Those for machines
stand in the header of its file: `X-Tag` and `X-Locale`, its names in BCP 47 without and with a country; `X-Script`
(ISO 15924); `X-Fonts`, `X-Web-Fonts`, `X-Office-Font`, `X-LaTeX` and `X-LaTeX-Note`, what its letters need; `X-Number`,
one of its own where ids are made of it; `X-Spreadsheet`, the encoding of its tables where that is not UTF-8; and
`X-Native-Reader`, whether one has read it. Pages offer the languages that a native reader has read, and their own.
"""

from __future__ import annotations

import gettext
import re
from functools import cache
from pathlib import Path

from graphviz_ad.errors import InputError

SOURCE = "en"
"""The language the others are translated from."""
_FOLDERS = [Path(__file__).parent / "locale"]
"""Where languages are looked for: our own folder, and those that a test or a translator adds."""
_HAN = frozenset(("Hans", "Hant", "Jpan", "Kore"))
"""Scripts with Chinese characters."""
_PLACE = re.compile(r"\{\w+\}")
"""A place to fill."""


@cache
def languages() -> tuple[str, ...]:
    """→ the languages there are, English first, by their codes."""
    codes = {path.stem for folder in _FOLDERS for path in folder.glob("*.mo")}
    return SOURCE, *sorted(codes - {SOURCE})


def add_folder(folder: Path) -> None:
    """Adds the languages whose `.mo` files lie in a folder."""
    _FOLDERS.append(folder)
    languages.cache_clear()


def remove_folder(folder: Path) -> None:
    """Takes back `add_folder`."""
    _FOLDERS.remove(folder)
    languages.cache_clear()


@cache
def _read(lang: str) -> gettext.GNUTranslations:
    """Language → its texts, those of English where it lacks one; raises InputError where there is no such language."""
    if lang not in languages():
        raise InputError(f"there are no texts in '{lang}'", hint="choose one of " + ", ".join(languages()))
    path = next(path for folder in _FOLDERS if (path := folder / f"{lang}.mo").exists())
    with path.open("rb") as file:
        texts = gettext.GNUTranslations(file)
    if lang != SOURCE:
        texts.add_fallback(_read(SOURCE))
    return texts


def is_known(key: str) -> bool:
    """Whether there is a text under the key."""
    return key in _key_set()


@cache
def _key_set() -> frozenset[str]:
    """→ all keys, for a quick look."""
    return frozenset(keys())


@cache
def keys(beginning: str = "") -> tuple[str, ...]:
    """The keys that begin so, in the order of the template."""
    listed = _read(SOURCE).gettext("keys").split("\n")
    return tuple(key for key in listed if key.startswith(beginning))


def say(key: str, lang: str, count: float | None = None) -> str:
    """Key and language → the text; if it has plural forms, the one for `count` things, a broken number being several.

    Raises KeyError where there is no such text.
    """
    texts = _read(lang)
    text = texts.gettext(key) if count is None else texts.ngettext(key, key, int(count) if count % 1 == 0 else 2)
    if text == key and not is_known(key):
        raise KeyError(key)
    return text


@cache
def between(key: str, lang: str) -> str:
    """Key of a text with two places → what stands between them.

    >>> between("language.gap", "en"), between("language.gap", "ja"), between("language.colon", "ja")
    (' ', '', '：')
    """
    return _PLACE.split(say(key, lang))[1]


@cache
def fact(lang: str, name: str, default: str = "") -> str:
    """Language, and what of it in the header of its file → its value there.

    >>> fact("ja", "X-Locale"), fact("en", "X-Fonts", "none")
    ('ja-JP', 'none')
    """
    return str(_read(lang).info().get(name.lower(), default))


def tag(lang: str) -> str:
    """Language → its name in HTML.

    >>> tag("ja"), tag("zh")
    ('ja', 'zh-Hans')
    """
    return fact(lang, "X-Tag", lang)


def offered(page_lang: str) -> tuple[str, ...]:
    """Language of a page → those that its reader can choose."""
    return tuple(lang for lang in languages() if lang == page_lang or fact(lang, "X-Native-Reader") == "yes")


def has_han(lang: str) -> bool:
    """Whether a language is written with Chinese characters."""
    return fact(lang, "X-Script") in _HAN


def han(text_lang: str) -> str:
    """Language of the text a name stands in → the language of the name, if that has Chinese characters.

    >>> han("en"), han("ja"), han("zh")
    ('ja', 'ja', 'zh')
    """
    return next((lang for lang in (text_lang, *languages()) if has_han(lang)), text_lang)


def matching(tag: str) -> str:
    """Name of a language as other programs have it → the language here, English where it is not known.

    >>> matching("ja_JP"), matching("zh_CN"), matching("fr")
    ('ja', 'zh', 'en')
    """
    code = re.split("[-_]", tag)[0].lower()
    return code if code in languages() else SOURCE
