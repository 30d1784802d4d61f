"""Five formulas in every format of decks: each is made by its command, and read by what is not ours."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cli.main import main
from gallery.decks import EXAMPLES, command, example
from graphviz_ad.export.registry import DECKS

Image, pptx, nbformat = (pytest.importorskip(name) for name in ("PIL.Image", "pptx", "nbformat"))
pytestmark = [pytest.mark.slow, pytest.mark.cjk]


class _Balanced(HTMLParser):
    """Counts sections and figures of a page whose elements end where they should."""

    VOID = {"meta", "link", "input", "br", "img", "hr"}

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _html(data: bytes) -> None:
    parser = _Balanced()
    parser.feed(data.decode())
    assert parser.open == []
    assert not re.search(rb"https?://(?!www\.w3\.org|revealjs\.com)", data)


def _svg(data: bytes) -> None:
    assert ElementTree.fromstring(data).tag.endswith("svg")


def _gif(data: bytes) -> None:
    with Image.open(io.BytesIO(data)) as image:
        assert getattr(image, "n_frames", 1) > 3


def _pptx(data: bytes) -> None:
    slides = pptx.Presentation(io.BytesIO(data)).slides
    assert len(slides) > 3
    assert all(slide.has_notes_slide for slide in slides)


def _notebook(data: bytes) -> None:
    nbformat.validate(nbformat.reads(data.decode(), as_version=4))


def _tex(data: bytes) -> None:
    text = data.decode()
    assert text.count(r"\begin{") == text.count(r"\end{") > 0
    assert text.rstrip().endswith(r"\end{document}")


def _text(data: bytes) -> None:
    assert data.decode().count("step-") > 3


def _lines(data: bytes) -> None:
    assert len(data.decode().splitlines()) > 3


READERS: dict[str, Callable[[bytes], None]] = {
    "pdf": lambda data: None if data.startswith(b"%PDF-") else pytest.fail("no PDF"),
    "html": _html, "reveal.html": _html, "animated.svg": _svg, "gif": _gif, "pptx": _pptx, "ipynb": _notebook,
    "js": lambda data: _html(json.loads(re.findall(r'"(?:[^"\\]|\\.)*"', data.decode("utf-8-sig"))[-2]).encode()),
    "tex": _tex, "standalone.tex": _tex, "pages.tex": _tex, "md": _text, "marp.md": _text, "qmd": _text,
}  # fmt: skip
"""How a deck is read; one that is not named here is text, with a line a step at least."""


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("kind", DECKS)
def test_a_deck(name: str, kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"deck.{kind}"
    assert main(command(example(name), str(path))) == 0
    READERS.get(kind, _lines)(path.read_bytes())
