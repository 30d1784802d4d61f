"""The font of mathematics in pages has what MathML writes, and brackets that grow."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from graphviz_ad.export.player.shell import language_looks, mathematics_look, policy
from graphviz_ad.language import mathml
from graphviz_ad.language.notation import spelled_letter
from graphviz_ad.messages.catalogue import languages

_ITALIC = {**{chr(97 + n): chr(0x1D44E + n) for n in range(26)}, **{chr(65 + n): chr(0x1D434 + n) for n in range(26)}}
_ITALIC |= {chr(0x3B1 + n): chr(0x1D6FC + n) for n in range(25)} | {
    chr(0x391 + n): chr(0x1D6E2 + n) for n in range(25) if n != 17
}
_ITALIC |= dict(zip("ϵϑϰϕϱϖ", map(chr, range(0x1D716, 0x1D71C)), strict=True)) | {"h": "ℎ"}
"""A letter alone in an `mi` → what browsers show for it (MathML Core, appendix C)."""


@pytest.fixture(scope="module")
def font() -> Any:
    """→ the font of pages."""
    pytest.importorskip("brotli")
    data = re.search("base64,([^)]+)", mathematics_look())
    assert data
    return pytest.importorskip("fontTools.ttLib").TTFont(io.BytesIO(base64.b64decode(data[1])))


def lacking(font: Any, markup: str) -> set[str]:
    """Font and MathML → the characters in it that the font has no glyph for."""
    shown = re.sub("<mi>(.)</mi>", lambda match: _ITALIC.get(match[1], match[1]), markup)
    return {sign for sign in unescape(re.sub("<[^>]*>", "", shown)) if ord(sign) not in font.getBestCmap()}


def strings(value: object) -> Iterator[str]:
    """Value → the texts in it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from strings([*value.values()])
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from strings(part)


def test_it_has_what_mathml_writes(font: Any) -> None:
    written = [*strings([part for part in vars(mathml).values() if isinstance(part, (str, dict, tuple))])]
    letters = [spelled_letter(letter) for letter in ("ℓ", "ℒ", *"ϵϑϰϕϱϖ", *map(chr, range(0x3B1, 0x3CA)))]
    names = [mathml.mathml_name(name) for name in (*_ITALIC, *letters, "x̂", "ã", "ẇ", "x′", "loss_2", "ReLU")]
    assert len(written) > 60
    assert not lacking(font, "".join(text for text in (*written, *names) if text.startswith("<")))
    assert lacking(font, "<mo>⊕</mo><mi>ж</mi>") == {"⊕", "ж"}


def test_brackets_grow(font: Any) -> None:
    variants = font["MATH"].table.MathVariants
    grown = dict(zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction, strict=True))
    glyphs, cmap = font.getGlyphSet(), font.getBestCmap()
    for sign in "()[]{}|‖⌊⌋⌈⌉√":
        form = grown[cmap[ord(sign)]]
        assert len(form.MathGlyphVariantRecord) > 3, sign
        assert all(part.glyph in glyphs for part in form.GlyphAssembly.PartRecords), sign


def test_every_language_has_its_mathematics_in_it() -> None:
    looks = language_looks(languages())
    assert looks.count("font-family") == looks.count(":not(math,math *){font-family") > 0
    assert "font-src data:" in policy("")
