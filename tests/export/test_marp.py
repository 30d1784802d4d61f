"""Marp: the whole text, one slide a step; no word of a picture's text is an order, and no comment ends early."""

from __future__ import annotations

import json
import re

import pytest

from tests.diagram.cases import JAPANESE, Case
from tests.export.text_decks import COMMENTS, MATRIX, NEURON, PRODUCT, deck_files, linked, nasty

TEXT = """---
marp: true
title: "L = w*x"
lang: en
---

![bg fit start. w = 2, x = 3. The inputs have their values; nothing is computed yet.](pictures/step-000.svg)

<!--
start
w = 2, x = 3
The inputs have their values; nothing is computed yet.
-->

---

![bg fit forward · step 1 of 4. L = w · x = 2 · 3 = 6. L is the product of w and x.](pictures/step-001.svg)

<!--
forward · step 1 of 4
L = w · x = 2 · 3 = 6
L is the product of w and x.
-->

---

"""


def test_the_text() -> None:
    assert deck_files("marp.md", PRODUCT)[0].decode().startswith(TEXT)


@pytest.mark.parametrize("case", [NEURON, MATRIX, PRODUCT])
def test_a_slide_and_a_comment_for_each_step(case: Case) -> None:
    main, pictures = deck_files("marp.md", case)
    slides = main.decode().split("\n\n---\n\n")
    assert len(slides) == len(pictures)
    assert all(slide.count("<!--") == slide.count("-->") == 1 for slide in slides)
    assert linked("pictures", re.findall(r"\]\(([^)]*)\)", main.decode())) == [name for name, _ in pictures]


def test_a_name_is_no_order() -> None:
    """Marp would take `bg` for a picture in the background; with a word joiner behind it, it is another word."""
    text = deck_files("marp.md", nasty("x"))[0].decode()
    alts = re.findall(r"!\[(.*)\]", text)
    assert len(alts) == 6
    assert all(alt.split().count("bg") == 1 and alt.startswith("bg fit ") for alt in alts)
    assert all("bg\u2060" in alt.split() for alt in alts[1:2])
    assert "bg\u2060" not in re.sub(r"!\[.*\]", "", text)


@pytest.mark.parametrize("comment", COMMENTS)
def test_a_comment_of_the_formula_is_only_in_the_title(comment: str) -> None:
    front, body = deck_files("marp.md", nasty(comment))[0].decode().split("\n---\n", 1)
    title = front.split("\n")[2].removeprefix("title: ")
    assert json.loads(title) == "bg = w*x # " + " ".join(comment.split())
    assert body == deck_files("marp.md", nasty("x"))[0].decode().split("\n---\n", 1)[1]


@pytest.mark.cjk
def test_japanese() -> None:
    text = deck_files("marp.md", JAPANESE, lang="ja")[0].decode()
    assert "\nlang: ja\n" in text
    assert "<!--\n開始\n" in text


def test_the_same_bytes_again() -> None:
    assert deck_files("marp.md", NEURON) == deck_files("marp.md", NEURON)
