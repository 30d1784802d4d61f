"""PNGs with a palette: the same pixels where there are few colours, the nearest of the palette where there are more."""

from __future__ import annotations

import struct
import sys
from io import BytesIO
from typing import Any

import numpy as np
import pytest

from graphviz_ad.export.image.pages import png
from graphviz_ad.export.image.palette import unfiltered, with_palette
from tests.diagram.cases import CASES, deck_of

Image = pytest.importorskip("PIL.Image")
NEAR = 32
"""By how much of 255 a channel may differ where a picture has more colours than the palette."""


def pixels(data: bytes) -> Any:
    """PNG → red, green and blue of its pixels."""
    return np.asarray(Image.open(BytesIO(data)).convert("RGB")).astype(int)


def filtered(image: Any, kinds: list[int]) -> Any:
    """Image and a filter for each row → its rows as a PNG has them, by the formulas of ISO/IEC 15948, 9.2."""
    height, width = image.shape[:2]
    rows = np.zeros((height, 1 + 4 * width), np.uint8)
    padded = np.zeros((height + 1, width + 1, 4), int)
    padded[1:, 1:] = image
    for y, kind in enumerate(kinds):
        rows[y, 0] = kind
        for x in range(width):
            for channel in range(4):
                a, b, c = (int(padded[y + dy, x + dx, channel]) for dy, dx in ((1, 0), (0, 1), (0, 0)))
                paeth = min((a, b, c), key=lambda value: abs(a + b - c - value))
                guess = (0, a, b, (a + b) // 2, paeth)[kind]
                rows[y, 1 + 4 * x + channel] = (int(image[y, x, channel]) - guess) % 256
    return rows


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (12, 7), (7, 12)])
def test_every_filter_is_undone(shape: tuple[int, int]) -> None:
    chance = np.random.default_rng(5)
    image = chance.integers(0, 256, (*shape, 4), dtype=np.uint8)
    kinds = [int(kind) for kind in chance.permutation(np.arange(shape[0]) % 5)]
    rows = filtered(image, kinds)
    assert (unfiltered(rows).reshape(image.shape) == image).all()
    wrong = filtered(image, [1] * shape[0])
    wrong[:, 0] = 4
    assert min(shape) == 1 or not (unfiltered(wrong).reshape(image.shape) == image).all()


@pytest.mark.parametrize("options", [{}, {"theme": "dark"}])
def test_a_picture_looks_the_same(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    deck = deck_of(CASES["softmax"], **options)
    whole = png(deck.svg(5), 1.0)
    small = with_palette(whole)
    assert len(small) < 0.6 * len(whole)
    far = abs(pixels(small) - pixels(whole)).max(axis=2)
    assert far.max() < NEAR
    assert (far > 8).mean() < 1e-3
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert with_palette(whole) == small, "the bytes do not depend on Pillow"


def test_few_colours_stay_what_they_are() -> None:
    image = np.zeros((16, 16, 4), np.uint8)
    image[..., 0], image[..., 3] = np.arange(256).reshape(16, 16), 255
    out = BytesIO()
    Image.fromarray(image).save(out, "png")
    small = with_palette(out.getvalue())
    assert (pixels(small) == image[..., :3]).all()
    assert struct.unpack(">IIBB", small[16:26]) == (16, 16, 8, 3)


def test_the_rarest_colours_give_way() -> None:
    image = np.zeros((3, 200, 4), np.uint8)
    image[0, :, 0], image[1, :, 0], image[2, :, 1] = np.arange(200), np.arange(200), 255 - np.arange(200)
    image[..., 3] = 255
    out = BytesIO()
    Image.fromarray(image).save(out, "png")
    far = abs(pixels(with_palette(out.getvalue())) - image[..., :3])
    assert far[:2].max() == 0, "what is there twice stays"
    assert 0 < far[2].max() < 160


def test_what_one_sees_through_stays_as_it_is() -> None:
    out = BytesIO()
    Image.new("RGBA", (4, 4), (1, 2, 3, 128)).save(out, "png")
    assert with_palette(out.getvalue()) == out.getvalue()
    out = BytesIO()
    Image.new("L", (4, 4)).save(out, "png")
    assert with_palette(out.getvalue()) == out.getvalue()
