"""A PDF deck: 16:9, words that are text in the order of reading and in the places of the picture, tagged."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import unicodedata
from pathlib import Path
from types import ModuleType
from typing import Unpack

import numpy as np
import pytest
from numpy.typing import NDArray

from graphviz_ad.diagram.fonts import MATH_FONT
from graphviz_ad.diagram.glyphs import INK
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.style import StyleOptions
from graphviz_ad.diagram.typeset import Request, typeset
from graphviz_ad.export.image.pages import picture_png, pictures
from graphviz_ad.export.image.set_labels import SetLabels, plain_pieces
from tests.diagram.cases import CASES, JAPANESE, NEURON, Case, deck_of, trace_of
from tests.export.test_pages import page_sizes
from tests.export.text_decks import COMMENTS, PRODUCT, SPOKEN, deck_files, nasty

Floats = NDArray[np.float64]
FAN_OUT: Case = ("a = x*y; L = a*a + x", {"x": 2, "y": 3})
poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext (apt: poppler-utils) is not installed")


def pdf(case: Case, **options: Unpack[StyleOptions]) -> bytes:
    options["fit"] = "slide"
    main, beside = deck_files("pdf", case, **options)
    assert beside == []
    return main


def read(data: bytes, path: Path) -> list[str]:
    """PDF → the text of every page in the order of its content, letters of mathematics as letters."""
    path.write_bytes(data)
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True)
    pages = unicodedata.normalize("NFKC", done.stdout.decode()).split("\f")[:-1]
    return [" ".join(page.split()) for page in pages]


def letters(text: str) -> str:
    """Text → without spaces and signs that mathematics writes in other ways."""
    return re.sub(r"[\s·⋅/.]", "", unicodedata.normalize("NFKC", text))


@poppler
def test_the_words_of_each_page_in_order(tmp_path: Path) -> None:
    pages = read(pdf(PRODUCT), tmp_path / "x.pdf")
    for page, words in zip(map(letters, pages), SPOKEN, strict=True):  # between them are the labels of the picture
        heading, _, rest = words.partition(". ")
        assert page.startswith(letters(heading))
        assert page.endswith(letters(rest))


@poppler
@pytest.mark.parametrize("options", [{}, {"detail": "operation"}, {"caption": "A lesson"}])
def test_a_file_by_statement(tmp_path: Path, options: StyleOptions) -> None:
    """Also where each statement is one node, so that type can be read."""
    path = tmp_path / "x.pdf"
    trace_of(NEURON).save(path, by="statement", **options)
    pages = read(path.read_bytes(), path)
    assert [re.findall("start|finished|statement . of 3", page)[0] for page in pages] == [
        "start", *(f"statement {n} of 3" for n in (1, 2, 3, 3, 2, 1)), "finished",
    ]  # fmt: skip


@poppler
@pytest.mark.cjk
def test_japanese_words(tmp_path: Path) -> None:
    deck = deck_of(JAPANESE, lang="ja", fit="slide")
    pages = read(pdf(JAPANESE, lang="ja"), tmp_path / "x.pdf")
    assert len(pages) == len(deck.pictures())
    for number, page in zip(deck.pictures(), pages, strict=True):
        caption = deck.captions[number]
        assert letters(page).startswith(letters(caption.heading))
        assert letters(page).endswith(letters(caption.plain_sentence).replace("_", ""))
    assert letters(pages[2]).startswith("順伝播ステップ212")
    assert letters(pages[2]).endswith("出力=v1+バイアス=6+(−1)=5出力はv1とバイアスの和です。")


@poppler
def test_tagged_with_a_bookmark_for_each_step(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(pdf(FAN_OUT))
    info = subprocess.run(["pdfinfo", "-struct-text", str(path)], capture_output=True, check=True).stdout.decode(
        errors="replace"
    )
    deck = deck_of(FAN_OUT)
    assert len(re.findall(r"^  H1 ", info, re.MULTILINE)) == len(deck.pictures())
    assert info.count("Figure:") == len(deck.pictures())
    assert "Formula:" in info
    plain = subprocess.run(["pdfinfo", str(path)], capture_output=True, check=True).stdout.decode(errors="replace")
    assert re.search(r"^Tagged: +yes$", plain, re.MULTILINE)
    assert re.search(rf"^Title: +{re.escape(deck.title)}$", plain, re.MULTILINE)


def test_what_the_standard_asks_for() -> None:
    data = pdf(FAN_OUT)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in data
    assert b"/Lang" in data
    assert len(set(page_sizes(data))) == 1
    assert page_sizes(data)[0] == (960, 540)
    outline = re.findall(rb"/Type\s*/Outlines.*?/Count (-?\d+)", data, re.DOTALL)
    assert outline == [str(len(deck_of(FAN_OUT).pictures())).encode()]


@poppler
@pytest.mark.parametrize(
    ("case", "options"),
    [
        (FAN_OUT, {}),
        (CASES["softmax"], {"theme": "dark"}),
        (CASES["affine layer"], {"direction": "TB"}),
        pytest.param(JAPANESE, {"lang": "ja"}, marks=pytest.mark.cjk),
    ],
    ids=["fan-out", "softmax", "affine layer", "Japanese"],
)
def test_the_words_stand_where_the_picture_has_them(tmp_path: Path, case: Case, options: StyleOptions) -> None:
    image: ModuleType = pytest.importorskip("PIL.Image")
    deck = deck_of(case, fit="slide", **options)
    last = len(deck.pictures())
    path = tmp_path / "x.pdf"
    path.write_bytes(pdf(case, **options))
    subprocess.run(
        ["pdftoppm", "-r", "96", "-f", str(last), "-l", str(last), "-png", "x.pdf", "x"], cwd=tmp_path, check=True
    )
    (page,) = tmp_path.glob("x-*.png")
    still = io.BytesIO(deck_picture(deck, deck.pictures()[-1]))
    first, second = (np.asarray(image.open(file).convert("L")).astype(float) for file in (page, still))
    assert first.shape == second.shape == (720, 1280)
    assert abs(coarse(first) - coarse(second)).max() < 45


def deck_picture(deck: Deck, number: int) -> bytes:
    from graphviz_ad.diagram.picture import Picture

    return picture_png(Picture(deck, number), 1.0)


def coarse(pixels: Floats) -> Floats:
    """Picture → the means of squares of 8 pixels, in which the way letters are smoothed does not count."""
    means: Floats = pixels.reshape(90, 8, 160, 8).mean(axis=(1, 3))
    return means


@pytest.mark.parametrize("comment", COMMENTS)
def test_a_comment_is_data(comment: str) -> None:
    assert len(page_sizes(pdf(nasty(comment)))) == 6


def test_the_same_bytes_again() -> None:
    assert pdf(PRODUCT) == pdf(PRODUCT)


@poppler
def test_pages_of_a_latex_deck_have_no_second_words(tmp_path: Path) -> None:
    deck = deck_of(PRODUCT)
    assert read(pictures(deck, deck.pictures(), lambda done: None), tmp_path / "x.pdf") == [""] * len(deck.pictures())


def test_labels_are_text_and_wrapped_ones_outlines() -> None:
    deck = deck_of(FAN_OUT, fit="slide", note={"a": "said"}, title="A title")
    labels, number = SetLabels(deck, 1.0), len(deck.frames) - 1
    shapes, placed = zip(*(labels.taken_from(svg) for svg, _ in deck.layers(number)), strict=True)
    places = [(labels.texts[which]["markup"], x, y, colour) for page in placed[2:] for which, x, y, colour in page]
    node = next(node for node in deck.scene.nodes if node.value)
    assert node.value is not None
    assert node.value.label.request is not None
    left, top = (float(at) for at in re.findall(r"[\d.]+", deck.shift)[:2])
    expected = (round(left + node.value.x, 1), round(top + node.value.y, 1))
    positions = [(round(x, 1), round(y, 1)) for markup, x, y, _ in places if markup == node.value.label.request.markup]
    assert any(abs(x - expected[0]) <= 0.1 and abs(y - expected[1]) <= 0.1 for x, y in positions)
    left_as_outlines = INK.findall("".join(shapes))
    assert len(left_as_outlines) < 3, "only what is set to a width: the title"


@pytest.mark.slow
def test_a_page_takes_a_few_kilobytes() -> None:
    """A page of a long deck was 55 kilobytes when letters were outlines."""
    deck = deck_of(CASES["softmax"], fit="slide")
    assert len(pdf(CASES["softmax"])) < 40_000 + 12_000 * len(deck.pictures())


@pytest.mark.parametrize("markup", ["$= -0.5$", "$12.25$", "$bold(-1.785)$", "$h$", "$W$", "$?$", "$times$", "$tanh$"])
def test_a_label_that_is_no_equation_looks_like_one(markup: str) -> None:
    pieces = ";".join(f"h({piece}*1em)" if isinstance(piece, float) else f'"{piece}"' for piece in plain_pieces(markup))
    plain = Request(f'#text(font: "{MATH_FONT}", weight: 450, {{{pieces}}})', 10.0)
    equation, letters = typeset([Request(markup, 10.0), plain])
    assert letters.box == pytest.approx(equation.box, abs=0.15)  # kerning of bold digits
    assert len(letters.runs[0].path) == pytest.approx(len(equation.runs[0].path), rel=0.02)
