"""Fonts: those inside Typst unless a theme names others, and for Japanese and Chinese the first that can be found."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import sys
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from graphviz_ad.errors import MissingPartError
from graphviz_ad.installing import extra
from graphviz_ad.messages.catalogue import SOURCE, fact, han, tag

TEXT_FONT = "Libertinus Serif"
"""For words: inside Typst, so that a picture is the same on every machine."""
MATH_FONT = "New Computer Modern Math"
"""For mathematics: inside Typst too."""

_CJK = re.compile("[\u3000-\u9fff\uf900-\uffef]")
"""One character of Chinese or Japanese: punctuation as 。, kana as か, a character as 損, or a full-width sign."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """Families for words and for mathematics, and for what those lack, in order; and the folders they lie in."""

    text: str = TEXT_FONT
    math: str = MATH_FONT
    families: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    @property
    def inputs(self) -> dict[str, str]:
        """What a template of Typst is given."""
        return {"textfont": self.text, "mathfont": self.math, "families": json.dumps(self.families)}


_FETCHED = Path("/System/Library/AssetsV2")
"""Where macOS puts fonts that are not there from the beginning."""
PLAIN_FONTS = Fonts()
"""Those inside Typst alone."""


def needs_cjk(text: str) -> bool:
    """Whether the text has Chinese characters, kana or full-width signs.

    >>> needs_cjk("損失"), needs_cjk("ŷ = σ(z)")
    (True, False)
    """
    return _CJK.search(text) is not None


def typst_lang(lang: str) -> str:
    """Language → what Typst calls it, by which a font chooses among its forms of a character."""
    return tag(lang).partition("-")[0]


def fonts_for(text: str, fonts: Fonts = PLAIN_FONTS, *, lang: str = SOURCE) -> Fonts:
    """Text that will be set, the fonts of its theme, and the language of the text → the fonts for it.

    Raises MissingPartError, with what to install, where the text is Japanese or Chinese and no font has its glyphs.
    """
    if not needs_cjk(text):
        return fonts
    code = han(lang)
    font = cjk_font(code)
    if font is None:
        raise MissingPartError(
            "no font with the letters of Japanese and Chinese was found",
            hint=f"{extra(code)}, or install a font such as Noto Sans CJK (Debian: fonts-noto-cjk)",
        )
    folder, family = font
    return replace(fonts, families=(family,), folders=(*fonts.folders, folder))


@lru_cache
def cjk_font(lang: str) -> tuple[str, str] | None:
    """Japanese or Chinese → folder and family of the first font with its letters, None where there is none.

    The wheel `noto-cjk-sans-jp-regular` comes first, so that pictures do not depend on the machine: it has the Chinese
    forms of characters too, and takes them where the language is Chinese.
    """
    spec = importlib.util.find_spec("noto_cjk_sans_jp_regular")
    if spec is not None and spec.origin is not None:
        return str(Path(spec.origin).parent), "Noto Sans CJK JP"
    families = [font.partition("=")[::2] for font in fact(lang, "X-Fonts").split("; ")]
    for root in system_folders():
        for folder, _, names in os.walk(root):
            for part, family in families:
                if any(_composed(name).startswith(part) for name in names):
                    return folder, family
    return None


def _composed(name: str) -> str:
    """Name of a file → the same with marks as parts of their letters: macOS may store ギ as キ and the mark."""
    return unicodedata.normalize("NFC", name)


def system_folders() -> list[Path]:
    """→ where this system keeps its fonts, those of the user too."""
    home = _home()
    if sys.platform == "darwin":
        fetched = sorted(_FETCHED.glob("com_apple_MobileAsset_Font*"))  # those that macOS fetches when they are used
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), *_below(home, "Library/Fonts"), *fetched]
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        own = _below(Path(local) if local else home and home / "AppData/Local", "Microsoft/Windows/Fonts")
        return [Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts", *own]
    own = _below(home, ".fonts", ".local/share/fonts")
    if data := os.environ.get("XDG_DATA_HOME"):
        own.append(Path(data) / "fonts")
    return [*own, Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]


def _home() -> Path | None:
    """→ the home of the user, None where there is none, as in some containers."""
    try:
        return Path.home()
    except RuntimeError:
        return None


def _below(folder: Path | None, *parts: str) -> list[Path]:
    """A folder, or none, and paths below it → those folders."""
    return [folder / part for part in parts] if folder is not None else []
