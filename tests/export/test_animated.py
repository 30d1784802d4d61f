"""The animated SVG: what it is at rest, when each part is seen, that it is small and reads nothing from outside."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from graphviz_ad.diagram.timing import seconds
from tests.diagram.cases import CASES, JAPANESE, NEURON, Case, deck_of
from tests.export.text_decks import COMMENTS, PRODUCT, made, nasty

FAN_OUT: Case = ("a = x*y; L = a*a + x", {"x": 2, "y": 3})
PAUSE = 2.0
RSVG = shutil.which("rsvg-convert")
SVG = "{http://www.w3.org/2000/svg}"


def animated(case: Case, **options: object) -> str:
    main, beside = made("animated.svg", case, **options)
    assert beside == []
    return main.decode()


def begins(case: Case, **options: object) -> tuple[list[float], float]:
    """Case → when each of its frames begins, the finished one too, and how long it all is, in seconds."""
    deck = deck_of(case, **options)
    played = [*deck.pictures(), len(deck.frames) - 1]
    stands = [seconds(deck.frames[number], deck.captions[number].plain_sentence) for number in played]
    return [sum(stands[:n]) for n in range(len(stands))], sum(stands) + PAUSE


def seen(svg: str, at: float) -> set[str]:
    """Animated SVG, and how far along it is in per cent → the classes of the parts that are seen then."""
    found = set()
    for name, steps in re.findall(r"@keyframes (k\d+)\{((?:[\d.]+%\{visibility:\w+\})+)\}", svg):
        turns = [(float(when), what) for when, what in re.findall(r"([\d.]+)%\{visibility:(\w+)\}", steps)]
        assert turns == sorted(turns)
        assert turns[0][0] == 0
        assert len({when for when, _ in turns}) == len(turns)
        if [what for when, what in turns if when <= at][-1] == "visible":
            found.add(name)
    return found


def outlines(svg: str, hidden: set[str]) -> list[str]:
    """SVG → what is painted: shapes and texts in their order, uses put in, without what is in a hidden class."""
    root = ElementTree.fromstring(svg)
    by_id = {one.get("id"): one for one in root.iter() if one.get("id")}
    found: list[str] = []

    def walk(one: ElementTree.Element, x: float, y: float, colour: str | None) -> None:
        tag = one.tag.removeprefix(SVG)
        if tag in ("defs", "style", "title", "desc") or hidden & set(one.get("class", "").split()):
            return
        shift = re.fullmatch(r"translate\((\S+) (\S+)\)", one.get("transform", ""))
        x, y = x + float(shift[1] if shift else 0), y + float(shift[2] if shift else 0)
        colour = one.get("fill", colour)
        if tag == "use":
            x, y = x + float(one.get("x", 0)), y + float(one.get("y", 0))
            target = by_id[one.attrib["href"].removeprefix("#")]
            for attribute in ("stroke", "stroke-width"):
                if one.get(attribute):
                    target = ElementTree.Element(target.tag, {**target.attrib, attribute: one.attrib[attribute]})
            walk(target, x, y, colour)
            return
        if tag in ("path", "rect", "ellipse", "polygon"):
            for outline in re.findall("M[^M]*", one.get("d", "")) or [str(sorted(one.attrib.items()))]:
                at = re.match(r"M(\S+?) ([-\d.]+)", outline)
                place = (x + float(at[1]), y + float(at[2])) if at else (x, y)
                rest = outline[at.end() :] if at else outline
                found.append(f"{place[0]:.1f} {place[1]:.1f} {colour} {rest} {one.get('stroke')}")
        for child in one:
            walk(child, x, y, colour)

    walk(root, 0.0, 0.0, None)
    return found


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
def test_each_moment_is_a_frame(case: Case, options: dict[str, object]) -> None:
    """At every time the parts that are seen are those of the still picture, in the same places and colours."""
    svg, deck = animated(case, **options), deck_of(case, **options)
    classes = set(re.findall(r"@keyframes (k\d+)", svg))
    starts, total = begins(case, **options)
    numbers = [*deck.pictures(), len(deck.frames) - 1]
    for number, start in zip(numbers, starts, strict=True):
        now = outlines(svg, classes - seen(svg, 100 * (start + 0.5) / total))
        assert sorted(now) == sorted(outlines(deck.svg(number), set())), number


def test_at_rest_it_is_the_finished_picture() -> None:
    svg, deck = animated(FAN_OUT), deck_of(FAN_OUT)
    hidden = set(re.findall(r'class="k (k\d+)" visibility="hidden"', svg))
    assert sorted(outlines(svg, hidden)) == sorted(outlines(deck.svg(len(deck.frames) - 1), set()))
    assert hidden == set(re.findall(r"@keyframes (k\d+)", svg)) - seen(svg, 99.9)


def test_who_wants_less_motion_gets_none() -> None:
    style = re.findall(r"<style>(.*?)</style>", animated(FAN_OUT))
    assert len(style) == 1
    assert style[0].startswith("@media (prefers-reduced-motion:no-preference){.k{animation:")
    assert style[0].count("{") == style[0].count("}")
    assert f"{begins(FAN_OUT)[1]:.1f}s step-end infinite" in style[0]


@pytest.mark.parametrize("case", [NEURON, CASES["softmax"], CASES["affine layer"], FAN_OUT])
def test_it_is_small(case: Case) -> None:
    assert len(animated(case)) < 300_000


def test_nothing_is_read_from_outside() -> None:
    svg = animated(NEURON)
    assert set(re.findall(r'href="(.)', svg)) == {"#"}
    assert re.findall(r"https?://[^\"]*", svg) == ["http://www.w3.org/2000/svg"]
    assert "url(" not in svg
    assert "@import" not in svg
    assert "<script" not in svg


@pytest.mark.parametrize("comment", COMMENTS)
def test_a_comment_is_data(comment: str) -> None:
    root = ElementTree.fromstring(animated(nasty(comment)))
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {
        "svg", "title", "desc", "style", "defs", "g", "use", "path", "rect", "ellipse", "polygon",
    }  # fmt: skip
    assert f"# {comment}" in str(root.findtext(f"{SVG}title"))


def test_ids_are_its_own() -> None:
    one, other = animated(FAN_OUT), animated(NEURON)
    ids = set(re.findall(r' id="([^"]*)"', one))
    assert ids.isdisjoint(re.findall(r' id="([^"]*)"', other))
    assert set(re.findall(r'href="#([^"]*)"', one)) <= ids
    assert one == animated(FAN_OUT)


@pytest.mark.skipif(not RSVG, reason="rsvg-convert (apt: librsvg2-bin) is not installed")
def test_a_program_that_does_not_play_shows_the_finished_picture(tmp_path: Path) -> None:
    deck = deck_of(FAN_OUT)
    pictures = []
    for name, svg in (("animated", animated(FAN_OUT)), ("still", deck.svg(len(deck.frames) - 1))):
        (tmp_path / f"{name}.svg").write_text(svg, encoding="utf-8")
        subprocess.run([str(RSVG), f"{name}.svg", "-o", f"{name}.png"], cwd=tmp_path, check=True)
        pictures.append((tmp_path / f"{name}.png").read_bytes())
    assert difference(*pictures) < 0.002


def difference(one: bytes, other: bytes) -> float:
    """Two PNGs of one size → the part of their pixels that differ so that it can be seen."""
    import io

    import numpy as np

    image = pytest.importorskip("PIL.Image")
    first, second = (np.asarray(image.open(io.BytesIO(data)).convert("L")).astype(int) for data in (one, other))
    assert first.shape == second.shape
    return float((abs(first - second) > 64).mean())
