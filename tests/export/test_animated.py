"""The animated SVG: what it is at rest, when each part is seen, that it is small and reads nothing from outside."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Unpack
from xml.etree import ElementTree

import pytest

from graphviz_ad.diagram.style import StyleOptions
from graphviz_ad.diagram.timing import seconds
from tests.diagram.cases import CASES, JAPANESE, NEURON, Case, deck_of
from tests.export.text_decks import COMMENTS, PRODUCT, deck_files, nasty

FAN_OUT: Case = ("a = x*y; L = a*a + x", {"x": 2, "y": 3})
PAUSE_SECONDS = 2.0
"""How long the finished picture stands before the animation begins again."""
RSVG = shutil.which("rsvg-convert")
SVG = "{http://www.w3.org/2000/svg}"


def animated(case: Case, **options: Unpack[StyleOptions]) -> str:
    main, beside = deck_files("animated.svg", case, **options)
    assert beside == []
    return main.decode()


def begins(case: Case, **options: Unpack[StyleOptions]) -> tuple[list[float], float]:
    """Case → when each of its frames begins, the finished one too, and how long it all is, in seconds."""
    deck = deck_of(case, **options)
    played = deck.pictures()
    stands = [seconds(deck.frames[number], deck.captions[number].plain_sentence) for number in played]
    return [sum(stands[:n]) for n in range(len(stands))], sum(stands) + PAUSE_SECONDS


def seen(svg: str, at: float) -> set[str]:
    """Animated SVG, and how far along it is in per cent → the classes of the parts that are visible then."""
    visible = set()
    for name, steps in re.findall(r"@keyframes (k\d+)\{((?:[\d.]+%\{visibility:\w+\})+)\}", svg):
        turns = [(float(when), what) for when, what in re.findall(r"([\d.]+)%\{visibility:(\w+)\}", steps)]
        assert turns == sorted(turns)
        assert turns[0][0] == 0
        assert len({when for when, _ in turns}) == len(turns)
        if [what for when, what in turns if when <= at][-1] == "visible":
            visible.add(name)
    return visible


def outlines(svg: str, hidden: set[str]) -> list[str]:
    """SVG → what is painted: shapes and texts in their order, uses put in, without what is in a hidden class."""
    root = ElementTree.fromstring(svg)
    by_id = {element.get("id"): element for element in root.iter() if element.get("id")}
    painted: list[str] = []

    def walk(element: ElementTree.Element, x: float, y: float, colour: str | None) -> None:
        tag = element.tag.removeprefix(SVG)
        if tag in ("defs", "style", "title", "desc") or hidden & set(element.get("class", "").split()):
            return
        shift = re.fullmatch(r"translate\((\S+) (\S+)\)", element.get("transform", ""))
        x, y = x + float(shift[1] if shift else 0), y + float(shift[2] if shift else 0)
        colour = element.get("fill", colour)
        if tag == "use":
            x, y = x + float(element.get("x", 0)), y + float(element.get("y", 0))
            target = by_id[element.attrib["{http://www.w3.org/1999/xlink}href"].removeprefix("#")]
            for attribute in ("stroke", "stroke-width"):
                if element.get(attribute):
                    target = ElementTree.Element(target.tag, {**target.attrib, attribute: element.attrib[attribute]})
            walk(target, x, y, colour)
            return
        if tag in ("path", "rect", "ellipse", "polygon"):
            for outline in re.findall("M[^M]*", element.get("d", "")) or [str(sorted(element.attrib.items()))]:
                at = re.match(r"M(\S+?) ([-\d.]+)", outline)
                place = (x + float(at[1]), y + float(at[2])) if at else (x, y)
                rest = outline[at.end() :] if at else outline
                painted.append(f"{place[0]:.1f} {place[1]:.1f} {colour} {rest} {element.get('stroke')}")
        for child in element:
            walk(child, x, y, colour)

    walk(root, 0.0, 0.0, None)
    return painted


@pytest.mark.parametrize(
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
def test_each_moment_is_a_frame(case: Case, options: StyleOptions) -> None:
    """At every time the parts that are seen are those of the still picture, in the same places and colours."""
    svg, deck = animated(case, **options), deck_of(case, **options)
    classes = set(re.findall(r"@keyframes (k\d+)", svg))
    starts, total = begins(case, **options)
    numbers = deck.pictures()
    for number, start in zip(numbers, starts, strict=True):
        now = outlines(svg, classes - seen(svg, 100 * (start + 0.5) / total))
        assert sorted(now) == sorted(outlines(deck.svg(number), set())), number


def test_at_rest_it_is_the_finished_picture() -> None:
    svg, deck = animated(FAN_OUT), deck_of(FAN_OUT)
    hidden = set(re.findall(r'class="k (k\d+)" display="none"', svg))
    assert sorted(outlines(svg, hidden)) == sorted(outlines(deck.svg(len(deck.frames) - 1), set()))
    assert hidden == set(re.findall(r"@keyframes (k\d+)", svg)) - seen(svg, 99.9)


def test_who_wants_less_motion_gets_none() -> None:
    style = re.findall(r"<style>(.*?)</style>", animated(FAN_OUT))
    assert len(style) == 1
    assert style[0].startswith("@media (prefers-reduced-motion:no-preference){.k{display:inline;animation:")
    assert style[0].count("{") == style[0].count("}")
    assert f"{begins(FAN_OUT)[1]:.1f}s step-end infinite" in style[0]


@pytest.mark.parametrize("case", [NEURON, CASES["softmax"], CASES["affine layer"], FAN_OUT])
def test_it_is_small(case: Case) -> None:
    assert len(animated(case)) < 300_000


def test_nothing_is_read_from_outside() -> None:
    svg = animated(NEURON)
    assert set(re.findall(r'href="(.)', svg)) == {"#"}
    assert re.findall(r"https?://[^\"]*", svg) == ["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]
    assert re.findall(r'(\S*)href="', svg) == ["xlink:"] * svg.count("<use"), "Inkscape 1.2 reads no plain href"
    assert "url(" not in svg
    assert "@import" not in svg
    assert "<script" not in svg


@pytest.mark.parametrize("comment", COMMENTS)
def test_a_comment_is_data(comment: str) -> None:
    root = ElementTree.fromstring(animated(nasty(comment)))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "desc", "style", "defs", "g", "use", "path", "rect", "ellipse", "polygon",
    }  # fmt: skip
    assert f"# {comment}" in str(root.findtext(f"{SVG}title"))


def test_ids_are_its_own() -> None:
    svg, other_svg = animated(FAN_OUT), animated(NEURON)
    ids = set(re.findall(r' id="([^"]*)"', svg))
    assert ids.isdisjoint(re.findall(r' id="([^"]*)"', other_svg))
    assert set(re.findall(r'href="#([^"]*)"', svg)) <= ids
    assert svg == animated(FAN_OUT)


@pytest.mark.skipif(not RSVG, reason="rsvg-convert (apt: librsvg2-bin) is not installed")
def test_a_program_that_does_not_play_shows_the_finished_picture(tmp_path: Path) -> None:
    deck = deck_of(FAN_OUT)
    pictures = []
    for name, svg in (("animated", animated(FAN_OUT)), ("still", deck.svg(len(deck.frames) - 1))):
        (tmp_path / f"{name}.svg").write_text(svg, encoding="utf-8")
        subprocess.run([str(RSVG), f"{name}.svg", "-o", f"{name}.png"], cwd=tmp_path, check=True)
        pictures.append((tmp_path / f"{name}.png").read_bytes())
    assert difference(*pictures) < 0.002


def difference(png: bytes, other_png: bytes) -> float:
    """Two PNGs of one size → the part of their pixels that differ so that it can be seen."""
    import io

    import numpy as np

    image = pytest.importorskip("PIL.Image")
    first, second = (np.asarray(image.open(io.BytesIO(data)).convert("L")).astype(int) for data in (png, other_png))
    assert first.shape == second.shape
    return float((abs(first - second) > 64).mean())
