"""Fonts: those inside Typst unless a theme names others, and for Japanese the first that can be found."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import sys
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from graphviz_ad.errors import MissingPartError

TEXT_FONT = "Libertinus Serif"
MATH_FONT = "New Computer Modern Math"

_JAPANESE = re.compile("[\u3000-\u9fff\uf900-\uffef]")

_FAMILIES = (  # part of a file's name, the family in it
    ("NotoSansCJKjp-Regular", "Noto Sans CJK JP"),
    ("NotoSansCJK-Regular", "Noto Sans CJK JP"),
    ("NotoSansJP", "Noto Sans JP"),
    ("SourceHanSans", "Source Han Sans"),
    ("NotoSerifCJK-Regular", "Noto Serif CJK JP"),
    ("ipaexg", "IPAexGothic"),
    ("ipag", "IPAGothic"),
    ("TakaoGothic", "TakaoGothic"),
    ("ヒラギノ角ゴシック W3", "Hiragino Sans"),
    ("YuGothR", "Yu Gothic"),
    ("meiryo", "Meiryo"),
    ("msgothic", "MS Gothic"),
)


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


PLAIN_FONTS = Fonts()
"""Those inside Typst alone."""


def needs_japanese(text: str) -> bool:
    """Whether the text has kana, kanji or full-width signs.

    >>> needs_japanese("損失"), needs_japanese("ŷ = σ(z)")
    (True, False)
    """
    return _JAPANESE.search(text) is not None


def fonts_for(text: str, fonts: Fonts = PLAIN_FONTS) -> Fonts:
    """Text that will be set, and the fonts of its theme → the fonts for it.

    Raises MissingPartError, with what to install, where the text is Japanese and no font has its glyphs.
    """
    if not needs_japanese(text):
        return fonts
    found = japanese_font()
    if found is None:
        raise MissingPartError(
            "no font with Japanese glyphs was found",
            hint="pip install 'graphviz-ad[ja]', or install a font such as Noto Sans CJK (Debian: fonts-noto-cjk)",
        )
    folder, family = found
    return replace(fonts, families=(family,), folders=(*fonts.folders, folder))


@lru_cache(maxsize=1)
def japanese_font() -> tuple[str, str] | None:
    """→ folder and family of the first font with Japanese glyphs, None where there is none.

    The wheel `noto-cjk-sans-jp-regular` comes first, so that pictures do not depend on the machine.
    """
    spec = importlib.util.find_spec("noto_cjk_sans_jp_regular")
    if spec is not None and spec.origin is not None:
        return str(Path(spec.origin).parent), "Noto Sans CJK JP"
    for root in system_folders():
        for folder, _, names in os.walk(root):
            for part, family in _FAMILIES:
                if any(name.startswith(part) for name in names):
                    return folder, family
    return None


def system_folders() -> list[Path]:
    """→ where this system keeps its fonts."""
    home = Path.home()
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"]
    return [home / ".fonts", home / ".local/share/fonts", Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]
