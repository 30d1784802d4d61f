"""The font that pictures are set in, inside Typst → the part of it that pages show mathematics with, as WOFF2.

`python -m gallery.mathematics_font` writes it; the extra `dev` has what that needs. A page has all of it: numbers and
words change while it is open.
"""

from __future__ import annotations

import io
import mmap
import struct
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from string import ascii_letters, digits
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable

import graphviz_ad.export.player

FONT = "NewCMMath-Book"
"""Name of the one that Typst takes for equations."""
TARGET = Path(graphviz_ad.export.player.__path__[0]) / "mathematics.woff2"

_LATIN = f"{ascii_letters}{digits} !%'()*+,-./:<=>?[]^_{{|}}~"
_GREEK = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ"
"""Capitals, which stand upright where they look as Latin ones do, or in a word as Δw."""
_ITALIC = "".join(map(chr, (*range(0x1D434, 0x1D455), 0x210E, *range(0x1D456, 0x1D468))))
_ITALIC_GREEK = "𝛤𝛥𝛩𝛬𝛯𝛱𝛴𝛶𝛷𝛹𝛺" + "".join(map(chr, (*range(0x1D6FC, 0x1D715), *range(0x1D716, 0x1D71C))))
"""Those that browsers take for a letter in an `mi` of its own (MathML Core, italic mappings)."""
_SIGNS = "\u00a0¨¯·×÷˙−∂∇∑∏∞…⋯⋮⋱√∈≈≠≤≥⊙←→⊤′‖⌊⌋⌈⌉ℝℒℓ𝟏𝐞"
LETTERS = _LATIN + _GREEK + _ITALIC + _ITALIC_GREEK + _SIGNS
"""What `language/mathml.py` writes, but names in other letters, which browsers take from elsewhere."""

_SHAPES = {"^": "circumflex", "~": "tilde", "′": "minute.st"}
"""Signs that stand only above a letter or raised → their glyphs there, which browsers do not ask a font for."""
_NAMES = {
    0: None,
    1: "graphviz-ad mathematics",
    2: "Regular",
    4: "graphviz-ad mathematics",
    6: "graphviz-ad-mathematics",
    10: "A subset of NewCMMath-Book, https://ctan.org/pkg/newcomputermodern, by python -m gallery.mathematics_font of "
    "https://github.com/graphviz-ad/graphviz-ad",
    13: "GUST Font License",
    14: "https://tug.org/fonts/licenses/GUST-FONT-LICENSE.txt",
}
"""Names by their number in the table `name`; that without one, the copyright, stays as it is."""


def fonts(data: bytes | mmap.mmap) -> Iterator[bytes]:
    """Bytes of a library → the OpenType fonts with outlines as PostScript has them that lie in it as they are."""
    at = -1
    while (at := data.find(b"OTTO", at + 1)) >= 0:
        (count,) = struct.unpack_from(">H", data, at + 4)
        if not 8 <= count <= 32 or at + 12 + 16 * count > len(data):
            continue
        tables = [struct.unpack_from(">4sIII", data, at + 12 + 16 * number) for number in range(count)]
        end = max(start + length for _, _, start, length in tables)
        if b"CFF " in (tag for tag, *_ in tables) and at + end <= len(data):
            yield data[at : at + end]


def whole() -> bytes:
    """→ the font as it is inside Typst. Raises LookupError if this Typst has none of the name."""
    spec = find_spec("typst._typst")
    assert spec is not None
    assert spec.origin is not None
    with open(spec.origin, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for font in fonts(data):
            if TTFont(io.BytesIO(font), lazy=True)["name"].getDebugName(6) == FONT:
                return font
    raise LookupError(f"{spec.origin} has no {FONT}")


def part(font: bytes) -> bytes:
    """Font → the glyphs of `LETTERS`, with the brackets, roots and arrows that they grow to, as WOFF2."""
    cut = TTFont(io.BytesIO(font), recalcTimestamp=False)
    _forget_slashes(cut["MATH"].table.MathVariants)
    for table in cut["cmap"].tables:
        table.cmap.update((ord(sign), glyph) for sign, glyph in _SHAPES.items() if ord(sign) in table.cmap)
    options = Options(hinting=False, desubroutinize=True, notdef_outline=False, layout_features=[], name_IDs=[0])
    options.drop_tables += ["FFTM", "GDEF", "GPOS", "GSUB", "PfEd"]
    subsetter = Subsetter(options)
    subsetter.populate(text=LETTERS)
    subsetter.subset(cut)
    _rename(cut)
    cut.flavor = "woff2"
    written = io.BytesIO()
    cut.save(written)
    return written.getvalue()


def _forget_slashes(variants: Any) -> None:
    """The larger forms of a slash are left out, which no formula has."""
    kept = [
        (glyph, grown)
        for glyph, grown in zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction, strict=True)
        if glyph not in ("slash", "backslash")
    ]
    variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction = map(list, zip(*kept, strict=True))
    variants.VertGlyphCount = len(kept)


def _rename(font: TTFont) -> None:
    """The part gets a name of its own, as the licence asks for."""
    copyright_said = font["name"].getDebugName(0)
    table = font["name"] = newTable("name")
    table.names = []
    for number, text in _NAMES.items():
        table.setName(text or copyright_said, number, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames = [_NAMES[6]]
    for key in ("FullName", "FamilyName"):
        setattr(top.topDictIndex[0], key, _NAMES[1])


if __name__ == "__main__":
    TARGET.write_bytes(part(whole()))
