"""The player: one page that fetches nothing, small, the same again, and right for who has no script."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Unpack
from xml.etree import ElementTree

import pytest

from graphviz_ad import parse
from graphviz_ad.diagram.gaps import painting_order
from graphviz_ad.export.deck import save
from graphviz_ad.export.player.page_data import PageData
from graphviz_ad.export.states import states
from graphviz_ad.messages.catalogue import keys, say
from tests.diagram.cases import CASES, JAPANESE, NEURON, Case, deck_of, trace_of
from tests.diagram.svg import SVG
from tests.diagram.test_svg import NASTY
from tests.export.text_decks import SaveOptions

README: Case = ("L = (w*x + b - y)^2", {"w": 2, "x": 3, "b": -1, "y": 4})
CHILDREN = {"mfrac": 2, "msup": 2, "msub": 2, "mover": 2, "munder": 2, "msubsup": 3, "munderover": 3, "mroot": 2}
"""How many children an element of MathML has, where that is fixed (MathML Core)."""
VOID = {"meta", "input", "br", "link"}
"""Elements of HTML that hold nothing and are not closed."""


def page_of(case: Case, folder: Path, **options: Unpack[SaveOptions]) -> str:
    path = folder / "deck.html"
    save(trace_of(case), str(path), **options)
    return path.read_text(encoding="utf-8")


class Tree(HTMLParser):
    """Reads a page strictly: every element is closed in its order; keeps tags, attributes and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs), f"an attribute twice in {tag}"
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.open[-1] if self.open else "", []).append(data)


def data_of(page: str) -> PageData:
    """Page → the data that its scripts read."""
    script = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert script
    data: PageData = json.loads(script[1])
    return data


@pytest.mark.parametrize("name", [*CASES, "README", "Japanese"])
def test_every_kind_of_formula(tmp_path: Path, name: str) -> None:
    case = {**CASES, "README": README, "Japanese": JAPANESE}[name]
    page = page_of(case, tmp_path)
    tree = Tree(page)
    ids = [attributes["id"] for _, attributes in tree.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in tree.tags:
        if tag == "use":
            assert (attributes["href"] or "")[1:] in ids
        if "data-story" in attributes:
            assert f"story-{attributes['data-story']}" in ids
    for math in re.findall(r"<math.*?</math>", page):
        assert "\\" not in math
        for element in ElementTree.fromstring(math).iter():
            assert len(element) == CHILDREN.get(element.tag, len(element)), math
    assert not re.search(
        r"https?:|//[a-z]|url\(|@import|\ssrc=",
        re.sub(r"http://www.w3.org/2000/svg|sha256-[^']+|url\(data:font/[^)]*", "", page),
    )
    assert page.count('<li class="') == len(trace_of(case).steps) + 2


def test_a_name_with_an_index_gets_another(tmp_path: Path) -> None:
    page = page_of(("L = prod(x*y)", {"x": [1, 2, 3], "y": 2}), tmp_path)
    assert "<msub><msub><mi>v</mi><mn>1</mn></msub><mi>j</mi></msub>" in page


@pytest.mark.parametrize("case", [README, NEURON, JAPANESE])
def test_it_is_small(tmp_path: Path, case: Case) -> None:
    assert len(page_of(case, tmp_path).encode()) < 375_000


def test_the_same_bytes_again(tmp_path: Path) -> None:
    assert page_of(NEURON, tmp_path) == page_of(NEURON, tmp_path)


@pytest.mark.parametrize("nasty", NASTY)
def test_a_comment_is_text(tmp_path: Path, nasty: str) -> None:
    text = f"z = w*x # {nasty}\nL = where(z < 2, z, z > 1) # {nasty}"
    path = tmp_path / "x.html"
    parse(text).run(w=2, x=3).save(str(path))
    page = path.read_text(encoding="utf-8")
    tree = Tree(page)
    assert "".join(tree.texts["title"]) == "; ".join(" ".join(line.split()) for line in text.split("\n"))
    assert len(re.findall("<script", page)) == 4  # what is early, the outlines, the data, the player


def test_the_policy_lets_in_what_is_there_and_nothing_else(tmp_path: Path) -> None:
    tree = Tree(page_of(README, tmp_path))
    early, outlines, *_, player = tree.texts["script"]
    known = [
        "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
        for text in ("".join(tree.texts["style"]), early, outlines, player)
    ]
    policy = next(a["content"] for tag, a in tree.tags if tag == "meta" and "http-equiv" in a)
    assert policy == (
        f"default-src 'none'; script-src {known[1]} {known[2]} {known[3]}; style-src {known[0]}; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert not [attributes for _, attributes in tree.tags if "style" in attributes]


def test_each_state_stands_once_and_is_that_of_the_frame() -> None:
    """Every frame of the player shows each node and each edge in the state the frame has it in."""
    deck = deck_of(NEURON)
    numbers = range(len(deck.trace.steps) + 2)
    titles = {f"n{node}": "" for node in range(len(deck.trace.graph))}
    drawn = states(deck, numbers, titles)
    root = ElementTree.fromstring(drawn.svg)
    parts = {int(g.attrib["id"][1:]): g for g in root.iter(f"{SVG}g") if re.fullmatch(r"s\d+", g.get("id", ""))}
    kinds: dict[int, set[tuple[str, bool]]] = {}
    frames = [deck.frames[number] for number in numbers]
    for shown, frame in zip(drawn.shown, frames, strict=True):
        assert len(set(shown)) == len(frame.nodes) + len(frame.edges)
        edges, nodes = shown[: len(frame.edges)], shown[len(frame.edges) :]
        order = painting_order(deck.scene.edges)
        for key, edge, state in (
            (key, deck.scene.edges[n], frame.edges[n]) for key, n in zip(edges, order, strict=True)
        ):
            assert parts[key].get("data-edge") == f"{edge.arg}-{edge.node}-{edge.slot}"
            kinds.setdefault(key, set()).add(
                (parts[key].attrib["data-edge"], state.look.value in ("forward", "backward"))
            )
        for key, node in zip(nodes, deck.scene.nodes, strict=True):
            assert parts[key].get("data-id") == str(node.id)
    assert set(kinds) | {key for shown in drawn.shown for key in shown} == set(parts)
    assert all(len(kind) == 1 for kind in kinds.values())
    assert {key for key, part in parts.items() if "display" not in part.attrib} == set(drawn.shown[-1])


def test_without_a_script_all_steps_stand_there(tmp_path: Path) -> None:
    page = page_of(README, tmp_path)
    tree = Tree(page)
    steps = page[page.index('<ol class="steps">') : page.index("</ol>")]
    trace = trace_of(README)
    assert steps.count("<math display") == len(trace.steps) + 2
    assert re.findall(r'class="counter"><span class="en" lang="en">([^<]*)', steps) == [
        "start",
        *(f"{step.phase} · step {step.k} of {len(trace.steps)}" for step in trace.steps),
        "finished",
    ]
    assert "hidden" not in steps
    assert "Addition passes the gradient that arrives at" in steps
    assert any("Without JavaScript" in text for text in tree.texts["p"])
    controls = next(a for _, a in tree.tags if a.get("class") == "controls")
    assert "hidden" in controls


def test_by_phase_has_its_own_numbers(tmp_path: Path) -> None:
    data = data_of(page_of(("L = x*x + x", {"x": 3}), tmp_path, by="phase"))
    assert data["numbers"] == [0, 2, 11]
    assert data["phases"] == ["", "forward", ""]


def test_by_statement_and_of_one_pass(tmp_path: Path) -> None:
    data = data_of(page_of(NEURON, tmp_path, by="statement"))
    assert data["numbers"] == [0, 2, 3, 8, 17, 18, 23, 24]
    assert data["works"] == ["", "n4", "n5", "n12", "n12", "n5", "n4", ""]
    assert data["live"]["items"] == ["start", "es2", "es3", "es8", "es17", "es18", "es23", "finished"]
    assert data["finished"] == data["shown"][-1]
    data = data_of(page_of(NEURON, tmp_path, only="forward"))
    assert data["numbers"] == [*range(9)]
    assert data["finished"] == data["shown"][-1], "no gradient is told on paper either"


def test_the_languages_are_said(tmp_path: Path) -> None:
    assert page_of(JAPANESE, tmp_path, lang="ja").startswith('<!DOCTYPE html>\n<html lang="ja">')
    page = page_of(JAPANESE, tmp_path)
    assert '<html lang="en">' in page
    assert '<math lang="ja"><mrow><mtext>損失</mtext>' in page


@pytest.mark.parametrize("key", keys("player."))
def test_every_word_is_translated(key: str) -> None:
    english, japanese = say(key, "en"), say(key, "ja")
    assert english.isascii() or {"←", "→"} & set(english)
    assert re.search(r"[\u3040-\u9fff]", japanese)


@pytest.mark.parametrize(("theme", "follows"), [("light", True), ("dark", False), ("print", False)])
def test_only_the_light_theme_follows_the_system(tmp_path: Path, theme: str, follows: bool) -> None:
    style = "".join(Tree(page_of(README, tmp_path, theme=theme)).texts["style"])
    assert ("prefers-color-scheme:dark" in style) is follows


@pytest.mark.parametrize(("formula", "turned"), [("z = w*x + b", False), ("z = log(tanh(sigmoid(w*x + b)))*w", True)])
def test_paper_is_turned_for_a_wide_graph(tmp_path: Path, formula: str, turned: bool) -> None:
    page = page_of((formula, {"w": 0.5, "x": 2, "b": 1}), tmp_path)
    assert ("@page{size:landscape}" in page) == turned
