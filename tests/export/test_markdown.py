"""Markdown: the whole text, links that lead somewhere, and comments that stay text."""

from __future__ import annotations

import re

import pytest

from tests.diagram.cases import JAPANESE, deck_of
from tests.export.text_decks import COMMENTS, MATRIX, NEURON, PRODUCT, SPOKEN, deck_files, linked, nasty

TEXT = rf"""# L = w\*x

## start

![{SPOKEN[0]}](pictures/step-000.svg)

$$
w = 2, \quad x = 3
$$

The inputs have their values; nothing is computed yet.

## forward · step 1 of 4

![{SPOKEN[1]}](pictures/step-001.svg)

$$
L = w x = 2 \cdot 3 = 6
$$

L is the product of w and x.

## backward · step 2 of 4

![{SPOKEN[2]}](pictures/step-002.svg)

$$
\frac{{\partial L}}{{\partial L}} = 1
$$

The backward pass starts at the output: the derivative of L with respect to itself is 1.

## backward · step 3 of 4

![{SPOKEN[3]}](pictures/step-003.svg)

$$
\frac{{\partial L}}{{\partial w}} = \frac{{\partial L}}{{\partial L}} \cdot x = 1 \cdot 3 = 3
$$

In a product, w gets the gradient that arrives at L times the other factor, x.

## backward · step 4 of 4

![{SPOKEN[4]}](pictures/step-004.svg)

$$
\frac{{\partial L}}{{\partial x}} = \frac{{\partial L}}{{\partial L}} \cdot w = 1 \cdot 2 = 2
$$

In a product, x gets the gradient that arrives at L times the other factor, w.

## finished

![{SPOKEN[5]}](pictures/step-005.svg)

$$
\frac{{\partial L}}{{\partial w}} = \frac{{\partial L}}{{\partial L}} \cdot x = 1 \cdot 3 = 3
$$
"""

LINK = re.compile(r"\]\(([^)]*)\)")


def test_the_whole_text() -> None:
    main, pictures = deck_files("md", PRODUCT)
    assert main.decode() == TEXT
    deck = deck_of(PRODUCT)
    assert pictures == [(f"step-{k:03}.svg", deck.svg(k, glyphs="shared").encode()) for k in range(6)]


@pytest.mark.parametrize("folder", ["pictures", "my (first) deck%20-pictures", "図"])
def test_every_link_leads_to_a_picture(folder: str) -> None:
    main, pictures = deck_files("md", MATRIX, folder)
    assert linked(folder, LINK.findall(main.decode())) == [name for name, _ in pictures]


@pytest.mark.parametrize("comment", COMMENTS)
def test_a_comment_is_text(comment: str) -> None:
    """Every sign that means something has a backslash before it, and nothing else of the text is changed."""
    main, _ = deck_files("md", nasty(comment))
    title, *rest = main.decode().split("\n")
    assert re.sub(r"\\(.)", r"\1", title) == "# bg = w*x # " + " ".join(comment.split())
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>$~&!{}]", title)
    assert rest == deck_files("md", nasty("x"))[0].decode().split("\n")[1:]


def test_the_same_bytes_again() -> None:
    assert deck_files("md", NEURON) == deck_files("md", NEURON)


@pytest.mark.cjk
def test_japanese() -> None:
    text = deck_files("md", JAPANESE, lang="ja")[0].decode()
    assert text.startswith("# 出力 = 重み\\*入力 + バイアス; 損失 = (出力 - 正解)\\^2\n\n## 開始\n\n")
    assert "## 順伝播 · ステップ 1/" in text
    assert "step" not in re.sub(LINK, "", text)
