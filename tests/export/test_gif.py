"""The GIF: its frames and how long they stand, its size, its palette, and that text in it stays clean."""

from __future__ import annotations

import io
import struct
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Unpack

import numpy as np
import pytest

from graphviz_ad.diagram.picture import Picture
from graphviz_ad.diagram.style import StyleOptions
from graphviz_ad.diagram.timing import seconds
from graphviz_ad.errors import MissingPartError
from graphviz_ad.export.image.pages import picture_png
from graphviz_ad.export.registry import make
from graphviz_ad.installing import extra
from tests.diagram.cases import CASES, JAPANESE, Case, deck_of
from tests.export.text_decks import COMMENTS, PRODUCT, deck_files, nasty

FAN_OUT: Case = ("a = x*y; L = a*a + x", {"x": 2, "y": 3})
image: ModuleType = pytest.importorskip("PIL.Image", reason="Pillow is not installed")


def gif(case: Case, **options: Unpack[StyleOptions]) -> bytes:
    main, beside = deck_files("gif", case, **options)
    assert beside == []
    return main


def blocks(data: bytes) -> Iterator[tuple[str, bytes]]:
    """GIF → its blocks by name (GIF89a): "local" is a frame's own palette, "comment" a text, "frame" its place."""
    assert data[:6] == b"GIF89a"
    packed = data[10]
    at = 13
    if packed & 0x80:
        size = 3 << ((packed & 7) + 1)
        yield "global", data[at : at + size]
        at += size
    while data[at] != 0x3B:
        kind = data[at]
        if kind == 0x21:
            name = {0xFE: "comment", 0xF9: "control", 0xFF: "application"}[data[at + 1]]
            at += 2
        else:
            assert kind == 0x2C
            yield "frame", data[at + 1 : at + 9]
            flags = data[at + 9]
            at += 10
            if flags & 0x80:
                size = 3 << ((flags & 7) + 1)
                yield "local", data[at : at + size]
                at += size
            name, at = "pixels", at + 1
        content = b""
        while size := data[at]:
            content += data[at + 1 : at + 1 + size]
            at += 1 + size
        at += 1
        yield name, content
    assert at == len(data) - 1


CASES_AND_LOOKS = pytest.mark.parametrize(
    ("case", "options"),
    [
        (PRODUCT, {}),
        (FAN_OUT, {"theme": "dark"}),
        (CASES["softmax"], {"fit": "slide"}),
        (CASES["affine layer"], {"direction": "TB"}),
        pytest.param(JAPANESE, {"lang": "ja"}, marks=pytest.mark.cjk),
    ],
    ids=["product", "fan-out", "softmax", "affine layer", "Japanese"],
)


@CASES_AND_LOOKS
def test_the_frames_and_how_long_they_stand(case: Case, options: StyleOptions) -> None:
    opened, deck = image.open(io.BytesIO(gif(case, **options))), deck_of(case, **options)
    played = deck.pictures()
    durations = []
    for number in range(opened.n_frames):
        opened.seek(number)
        durations.append(opened.info["duration"] / 1000)
    expected = [seconds(deck.frames[number], deck.captions[number].plain_sentence) for number in played]
    expected[-1] += 2
    assert durations == pytest.approx(expected)
    assert opened.info["loop"] == 0


@CASES_AND_LOOKS
def test_each_frame_is_the_picture(case: Case, options: StyleOptions) -> None:
    """The paper and the large areas have exactly their colours, and no pixel is distance from its own."""
    opened, deck = image.open(io.BytesIO(gif(case, **options))), deck_of(case, **options)
    wide, high = opened.size
    assert 1000 <= wide <= 1280
    for n, number in enumerate(deck.pictures()):
        opened.seek(n)
        shown = np.asarray(opened.convert("RGB")).astype(int)
        still = image.open(io.BytesIO(picture_png(Picture(deck, number), wide / deck.shown[0]))).convert("RGB")
        expected = np.asarray(still).astype(int)[:high, :wide]
        distance = abs(shown - expected).max(axis=-1)
        assert (distance == 0).mean() > 0.96
        assert (distance > 24).mean() < 0.0005
        paper = np.all(expected == tuple(bytes.fromhex(deck.style.theme.paper[1:])), axis=-1)
        assert paper.any()
        assert not distance[paper].any()


def test_one_set_of_colours_and_only_what_changed() -> None:
    data = gif(FAN_OUT)
    opened = image.open(io.BytesIO(data))
    colours: set[tuple[int, int, int]] = set()
    for number in range(opened.n_frames):
        opened.seek(number)
        colours.update(colour for _, colour in opened.convert("RGB").getcolors())
    assert len(colours) <= 255
    wide, high = struct.unpack("<HH", data[6:10])
    sizes = [struct.unpack("<4H", content)[2:] for name, content in blocks(data) if name == "frame"]
    assert sizes[0] == (wide, high)
    assert all(w < wide and h < high for w, h in sizes[1:])
    assert len(data) < 300_000


def test_the_same_bytes_again() -> None:
    assert gif(PRODUCT) == gif(PRODUCT)


@pytest.mark.parametrize("comment", COMMENTS)
def test_the_comment_is_the_title(comment: str) -> None:
    data, deck = gif(nasty(comment)), deck_of(nasty(comment))
    assert [content for name, content in blocks(data) if name == "comment"] == [deck.title.encode()]


def test_a_long_title_is_whole() -> None:
    case = ("L = w*x # " + "あ" * 300, {"w": 2, "x": 3})
    assert [content.decode() for name, content in blocks(gif(case)) if name == "comment"] == [deck_of(case).title]


def test_without_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    monkeypatch.setitem(sys.modules, "PIL", None)
    deck = deck_of(PRODUCT)
    with pytest.raises(MissingPartError, match="a GIF needs PIL") as caught:
        make("gif", deck, deck.pictures(), "", lambda done: None)
    assert caught.value.hint == extra("slides")
