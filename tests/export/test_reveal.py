"""reveal.js: a section of fragments, and a page that works with reveal.js and without it."""

from __future__ import annotations

import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from tests.browser import NEEDED, axe, browser, violations
from tests.diagram.cases import JAPANESE, Case, deck_of
from tests.export.text_decks import COMMENTS, MATRIX, NEURON, PRODUCT, SPOKEN, Extras, deck_files, nasty

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

__all__ = ["axe", "browser"]
SVG = re.compile(r"<svg xmlns.*?</svg>", re.DOTALL)
FRAGMENT: Extras = {"fragment": True}
XLINK = "{http://www.w3.org/2000/svg}"


def test_the_whole_section() -> None:
    text = deck_files("reveal.html", PRODUCT, extras=FRAGMENT)[0].decode()
    frames = "".join(
        f'<div class="fragment current-visible" data-fragment-index="{number - 1}" data-notes="{words}">\n[]\n</div>\n'
        for number, words in enumerate(SPOKEN)
        if number
    )
    assert re.sub(r"<svg width=\"0\".*?</svg>\n", "[outlines]\n", SVG.sub("[]", text), flags=re.DOTALL) == (
        f'<section lang="en">\n[outlines]\n<div class="r-stack">\n<div>\n[]\n</div>\n{frames}</div>\n'
        f'<aside class="notes">{SPOKEN[0]}</aside>\n</section>\n'
    )


@pytest.mark.parametrize("case", [PRODUCT, NEURON, MATRIX])
def test_pictures_are_those_of_the_deck(case: Case) -> None:
    """With the shared outlines put back, every picture is as in a file, but for its size."""
    text = deck_files("reveal.html", case, extras=FRAGMENT)[0].decode()
    outlines = dict(re.findall(r'<path id="([^"]*)" d="([^"]*)"/>', text))
    assert len(outlines) > 5
    pictures = [
        re.sub(r'<use (.*?) href="#(.*?)"/>', lambda use: f'<path {use[1]} d="{outlines[use[2]]}"/>', picture)
        for picture in SVG.findall(text)
    ]
    deck = deck_of(case)

    def sizeless(svg: str) -> str:
        return re.sub(r'width="[\d.]+" height="[\d.]+"', "", svg, count=1).rstrip("\n")

    assert [*map(sizeless, pictures)] == [sizeless(deck.svg(number)) for number in deck.pictures()]


@pytest.mark.parametrize("extras", [{}, FRAGMENT])
def test_ids_are_there_once(extras: Extras) -> None:
    text = deck_files("reveal.html", NEURON, extras=extras)[0].decode()
    ids = re.findall(r' id="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    assert {*re.findall(r'href="#([^"]*)"', text)} <= {*ids}


def test_two_sections_on_a_page_do_not_collide() -> None:
    sections = [deck_files("reveal.html", case, extras=FRAGMENT)[0].decode() for case in (NEURON, PRODUCT)]
    ids = [{*re.findall(r' id="([^"]*)"', section)} for section in sections]
    assert not ids[0] & ids[1]


@pytest.mark.parametrize("comment", COMMENTS)
def test_a_comment_is_text(comment: str) -> None:
    section = deck_files("reveal.html", nasty(comment), extras=FRAGMENT)[0].decode()
    root = ElementTree.fromstring(section)
    assert {element.text for element in root.iter(f"{XLINK}title")} == {"bg = w*x # " + " ".join(comment.split())}
    page = deck_files("reveal.html", nasty(comment))[0].decode()
    title = page.split("<title>", 1)[1].split("</title>", 1)[0]
    assert unescape(title) == "bg = w*x # " + " ".join(comment.split())
    assert page.count("<script") == 3


def test_nothing_is_fetched_from_a_network() -> None:
    page = deck_files("reveal.html", NEURON)[0].decode()
    links = re.findall(r'\b(?:src|href)="([^"#]*)"', page)
    assert links == ["reveal.js/dist/reveal.css", "reveal.js/dist/reveal.js", "reveal.js/dist/plugin/notes.js"]
    assert "import" not in page.split("<script>", 1)[1]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_has_the_paper_of_the_theme(theme: str) -> None:
    page = deck_files("reveal.html", PRODUCT, theme=theme)[0].decode()
    assert f"background: {deck_of(PRODUCT, theme=theme).style.theme.paper};" in page


@pytest.mark.cjk
def test_japanese() -> None:
    page = deck_files("reveal.html", JAPANESE, lang="ja")[0].decode()
    assert '<html lang="ja">' in page
    assert '<section lang="ja">' in page
    assert '<aside class="notes">開始. 重み = 2' in page


def test_the_same_bytes_again() -> None:
    assert deck_files("reveal.html", NEURON) == deck_files("reveal.html", NEURON)


FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --virtual-time-budget=3000"
)


@pytest.mark.chromium
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
@pytest.mark.parametrize(("hash_", "shown"), [("", None), ("#3", 3), ("#99", 5), ("#x", None)])
def test_without_reveal_the_page_steps_by_itself(tmp_path: Path, hash_: str, shown: int | None) -> None:
    page = tmp_path / "x.reveal.html"
    page.write_bytes(deck_files("reveal.html", PRODUCT)[0])
    dumped = subprocess.run(
        ["chromium", *FLAGS.split(), f"--user-data-dir={tmp_path}/profile", "--dump-dom", page.as_uri() + hash_],
        capture_output=True, check=True, timeout=60, text=True,
    ).stdout  # fmt: skip
    at = re.findall(r'<div class="fragment current-visible current-fragment" data-fragment-index="(\d+)"', dumped)
    assert at == ([] if shown is None else [str(shown - 1)])
    notes = re.search(r'<p class="said" aria-live="polite">(.*?)</p>', dumped)
    assert notes
    assert unescape(notes[1]) == (SPOKEN[shown] if shown else "")


@pytest.mark.chromium
@pytest.mark.slow
@NEEDED
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("case", "lang"), [(NEURON, "en"), (MATRIX, "en"), (JAPANESE, "ja")])
def test_axe_finds_nothing(browser: Chrome, axe: str, tmp_path: Path, case: Case, lang: str, theme: str) -> None:
    page = tmp_path / "x.reveal.html"
    page.write_bytes(deck_files("reveal.html", case, lang=lang, theme=theme)[0])
    for address in ("", "#3"):
        browser.get("about:blank")
        browser.get(page.as_uri() + address)
        assert violations(browser, axe) == []


@pytest.mark.chromium
@pytest.mark.slow
@NEEDED
def test_axe_would_find_something(browser: Chrome, axe: str, tmp_path: Path) -> None:
    page = tmp_path / "x.reveal.html"
    page.write_bytes(re.sub(rb"<h1>.*?</h1>", b"", deck_files("reveal.html", PRODUCT)[0]))
    browser.get(page.as_uri())
    assert [rule for rule, _ in violations(browser, axe)] == ["page-has-heading-one"]
