"""Quarto: the whole text, fragments in order, attributes that end where they should; Pandoc reads it where there is one."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from tests.diagram.cases import JAPANESE, Case
from tests.export.text_decks import COMMENTS, MATRIX, NEURON, PRODUCT, SPOKEN, deck_files, linked, nasty


def fragment(number: int, size: str) -> str:
    words = SPOKEN[number]
    return (
        f'::: {{.fragment .current-visible fragment-index={number - 1} data-notes="{words}"}}\n'
        f'![](pictures/step-{number:03}.svg){{{size} fig-alt="{words}"}}\n:::'
    )


def test_the_whole_text() -> None:
    text = deck_files("qmd", PRODUCT)[0].decode()
    size = re.search(r"width=\d+px height=\d+px", text)
    assert size
    expected = f"""---
pagetitle: "L = w\\\\*x"
lang: en
from: markdown-smart
format:
  revealjs:
    embed-resources: true
    transition: none
---

## {{#graph}}

:::: {{.r-stack}}

![](pictures/step-000.svg){{{size[0]} fig-alt="{SPOKEN[0]}"}}

{fragment(1, size[0])}

{fragment(2, size[0])}

{fragment(3, size[0])}

{fragment(4, size[0])}

{fragment(5, size[0])}

::::

::: {{.notes}}
{SPOKEN[0]}
:::
"""
    assert text == expected


def test_every_link_leads_to_a_picture() -> None:
    main, pictures = deck_files("qmd", MATRIX, "a b")
    assert linked("a b", re.findall(r"!\[\]\(([^)]*)\)", main.decode())) == [name for name, _ in pictures]


@pytest.mark.parametrize("comment", COMMENTS)
def test_a_comment_is_only_in_the_title(comment: str) -> None:
    front, body = deck_files("qmd", nasty(comment))[0].decode().split("\n---\n", 1)
    title = json.loads(front.split("\n")[1].removeprefix("pagetitle: "))
    assert re.sub(r"\\(.)", r"\1", title) == "bg = w*x # " + " ".join(comment.split())
    assert "{{<" not in front
    assert body == deck_files("qmd", nasty("x"))[0].decode().split("\n---\n", 1)[1]


@pytest.mark.skipif(shutil.which("pandoc") is None, reason="needs pandoc")
@pytest.mark.parametrize("case", [NEURON, MATRIX])
def test_pandoc_reads_it(case: Case) -> None:
    main, pictures = deck_files("qmd", case)
    run = subprocess.run(["pandoc", "-f", "markdown-smart", "-t", "json"], input=main, capture_output=True, check=True)
    header, stack, notes = json.loads(run.stdout)["blocks"]
    assert run.stderr == b""
    assert (header["t"], stack["c"][0][1], notes["c"][0][1]) == ("Header", ["r-stack"], ["notes"])
    first, *fragments = stack["c"][1]
    assert first["t"] == "Para"
    assert len(fragments) == len(pictures) - 1
    for number, block in enumerate(fragments):
        classes, attributes = block["c"][0][1:]
        assert classes == ["fragment", "current-visible"]
        assert dict(attributes)["fragment-index"] == str(number)


@pytest.mark.cjk
def test_japanese() -> None:
    text = deck_files("qmd", JAPANESE, lang="ja")[0].decode()
    assert "\nlang: ja\n" in text
    assert "::: {.notes}\n開始. 重み = 2" in text


def test_the_same_bytes_again() -> None:
    assert deck_files("qmd", NEURON) == deck_files("qmd", NEURON)
