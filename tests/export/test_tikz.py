"""TikZ: the whole texts, comments and names that stay text, and what changes from slide to slide."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graphviz_ad.export.registry import make
from tests.diagram.cases import CASES, JAPANESE, NEURON, Case, deck_of, trace_of
from tests.export.text_decks import COMMENTS, MATRIX, PRODUCT, deck_files, nasty

TEXTS = Path(__file__).parent / "texts"
RENEW = "renew the texts with: python -m tests.export.test_tikz"


def texts() -> dict[str, str]:
    """Name of a file → the text it is to hold."""
    texts = {f"product.{kind}": deck_files(kind, PRODUCT)[0].decode() for kind in ("tex", "standalone.tex")}
    return texts | {"product.step-3.tex": trace_of(PRODUCT).draw(step=3).tex()}


@pytest.mark.parametrize("name", ["product.tex", "product.standalone.tex", "product.step-3.tex"])
def test_the_whole_text(name: str) -> None:
    assert texts()[name] == (TEXTS / name).read_text(encoding="utf-8"), RENEW


@pytest.mark.parametrize("comment", COMMENTS)
@pytest.mark.parametrize("kind", ["tex", "standalone.tex"])
def test_a_comment_stays_in_its_line(comment: str, kind: str) -> None:
    first, rest = deck_files(kind, nasty(comment))[0].decode().split("\n", 1)
    assert first == "% bg = w*x # " + " ".join(comment.split())
    assert rest == deck_files(kind, nasty("x"))[0].decode().split("\n", 1)[1]


@pytest.mark.parametrize("comment", [r"\end{document}", "^^M\\oops", "%", "}{$&#_~"])
def test_more_comments(comment: str) -> None:
    text = deck_files("standalone.tex", nasty(comment))[0].decode()
    first, rest = text.split("\n", 1)
    assert first.startswith("% bg = w*x #")
    assert rest == deck_files("standalone.tex", nasty("x"))[0].decode().split("\n", 1)[1]


def body(text: str) -> str:
    """A document → its part between begin and end."""
    return text.split("\\begin{document}\n")[1].removesuffix("\\end{document}\n")


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("kind", ["tex", "standalone.tex"])
def test_braces_and_dollars_are_in_pairs(name: str, kind: str) -> None:
    text = re.sub(r"\\[{}$]", "", body(deck_files(kind, CASES[name])[0].decode()))
    assert text.count("{") == text.count("}")
    assert text.count("$") % 2 == 0
    assert text.count("\\begin{") == text.count("\\end{")


def looks(text: str, comment: str) -> str:
    """Text of a deck and what a part is → its looks."""
    scope = re.search(rf"% {re.escape(comment)}\n *\\begin{{scope}}\[(.*)\]\n", text)
    assert scope, f"there is no '{comment}'"
    return scope[1]


def test_looks_by_slide() -> None:
    text = deck_files("tex", PRODUCT)[0].decode()
    assert looks(text, "w -> L") == "on=<1>todo, on=<2>forward, on=<3>waiting, on=<4>backward, on=<5->sent"
    assert looks(text, "L") == "on=<1>todo, on=<2>forward, on=<3>backward, on=<4-5>sender, on=<6->done"
    assert "\\only<1-2>{\\node[ad unknown=" in text
    assert "\\only<3->{\\node[ad gradient=" in text


def test_several_ranges_are_in_braces() -> None:
    text = deck_files("tex", NEURON)[0].decode()
    assert "on={<9-11,14->done}" in text
    assert not re.search(r"on=<[\d-]+,", text)


def test_one_step_has_no_slides() -> None:
    text = trace_of(NEURON).draw(step=4).tex()
    assert "\\only<" not in body(text)
    assert "on=<" not in body(text)
    assert body(text).count("\\begin{tikzpicture}") == body(text).count("\\adsay{") == 1


def test_by_node_has_as_many_slides_as_frames() -> None:
    deck = deck_of(NEURON)
    numbers = deck.pictures("node")
    text = make("tex", deck, numbers, "x", lambda done: None)[0].decode()
    assert text.count("\\adslide<") == len(numbers) + 1  # and its definition


@pytest.mark.parametrize(
    ("case", "line"),
    [
        (PRODUCT, "% compile with pdflatex or lualatex"),
        (CASES["Greek, hats and primes"], "% compile with pdflatex or lualatex"),
        (("größe*2", {"größe": 3}), "% compile with lualatex: there are letters that pdflatex lacks"),
        (
            JAPANESE,
            "% compile with lualatex; the Japanese needs its package luatexja (Debian: texlive-lang-japanese)",
        ),
    ],
)
@pytest.mark.cjk
def test_what_to_compile_with(case: Case, line: str) -> None:
    text = deck_files("tex", case)[0].decode()
    assert text.split("\n")[1] == line
    assert ("\\usepackage{luatexja}" in text) == (case is JAPANESE)


@pytest.mark.cjk
def test_words_are_in_the_language_asked_for() -> None:
    text = deck_files("tex", PRODUCT, lang="ja")[0].decode()
    assert "{逆伝播 -- ステップ 3/4}" in text
    assert "\\usepackage{luatexja}" in text


def test_themes() -> None:
    assert "\\definecolor{ad-paper}{HTML}{14181D}" in deck_files("tex", PRODUCT, theme="dark")[0].decode()
    assert "bounding box, fill=ad-paper]" in deck_files("standalone.tex", PRODUCT, theme="dark")[0].decode()
    assert "outer sep=0pt, text=ad-ink}" in deck_files("tex", PRODUCT, theme="dark")[0].decode()  # also of the formula
    assert "fill=ad-paper] (0,0)" not in deck_files("standalone.tex", PRODUCT)[0].decode()


def test_the_same_bytes_again() -> None:
    assert deck_files("tex", MATRIX) == deck_files("tex", MATRIX)


if __name__ == "__main__":
    TEXTS.mkdir(exist_ok=True)
    for name, text in texts().items():
        (TEXTS / name).write_text(text, encoding="utf-8")
