"""Levels of a page: what opens and closes where, which steps correspond, what a page carries of them."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import pytest

from graphviz_ad import parse
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.style import make_style
from graphviz_ad.export.deck import save
from graphviz_ad.export.player import document
from graphviz_ad.export.player.levels import Level, levels, opening, shutting
from tests.export.test_html import data_of

VALUES = {"w_1": 0.5, "x": 2, "b_1": -0.3, "w_2": 1.5, "b_2": 0.2, "y": 1}
LAYERS = "z = w_1*x + b_1; h = tanh(z); o = w_2*h + b_2; L = (o - y)^2"
NESTED = "f(t) = tanh(t)*2; z = w_1*x + f(b_1); L = (z - y)^2"
SMALL = "z = w_1*x; L = (z + y)^2"
"""Of which one statement can be opened."""


def trace_of(text: str) -> Trace:
    graph = parse(text)
    return graph.run({name: VALUES[name] for name in graph.inputs})


def named(level_list: list[Level]) -> set[str]:
    return {",".join(sorted(level.open)) for level in level_list}


def test_a_few_parts_open_in_every_combination() -> None:
    level_list = levels(trace_of(LAYERS).closed("statement"))
    assert named(level_list) == {"", "z", "o", "L", "o,z", "L,z", "L,o", "L,o,z"}
    assert level_list[0].open == frozenset()


def test_what_the_author_has_opened_closes_too() -> None:
    level_list = levels(trace_of(LAYERS).closed("statement", open="o"))
    assert [sorted(level.open) for level in level_list[:2]] == [["o"], []]
    assert [(sorted(other.open), name) for other, name, _ in shutting(level_list[0], level_list)] == [([], "o")]


def test_of_many_parts_one_is_open_at_a_time() -> None:
    text = "; ".join(["a_0 = w_1*x + b_1", *(f"a_{n + 1} = w_1*a_{n} + b_1" for n in range(5))])
    level_list = levels(trace_of(text).closed("statement"))
    assert named(level_list) == {"", *(f"a_{n}" for n in range(6))}
    opened = level_list[1]
    assert {name: sorted(other.open) for other, name in opening(opened, level_list).values()} == {
        f"a_{n}": [f"a_{n}"] for n in range(1, 6)
    }


def test_an_open_part_closes_to_what_it_was() -> None:
    """Also one with a part of its own in it."""
    level_list = levels(trace_of(NESTED).closed("statement"))
    (inner,) = (level for level in level_list if level.open == {"z", "f"})
    names = inner.trace.graph.names
    shut = {
        (name, *sorted(other.open)): [names[node] for node in nodes]
        for other, name, nodes in shutting(inner, level_list)
    }
    assert shut == {("z",): ["v1", "v2", "2", "v3", "z"], ("f", "z"): ["v2", "2", "v3"]}


def known(deck: Deck, level: Level, number: int) -> set[tuple[str, int]]:
    """Number of a frame → the values and gradients that stand in it, of nodes as the open graph has them."""
    nodes = deck.frames[number].nodes
    return {("value", level.kept[node]) for node, state in enumerate(nodes) if state.known} | {
        ("gradient", level.kept[node]) for node, state in enumerate(nodes) if state.grad
    }


@pytest.mark.parametrize("text", [LAYERS, NESTED])
def test_the_step_that_corresponds_knows_as_much(text: str) -> None:
    whole = trace_of(text)
    level_list = levels(whole.closed("statement"))
    every = Level(frozenset(), whole, whole)
    open_deck = Deck(whole, make_style(), [])
    for level in level_list:
        deck = Deck(level.trace, make_style(), [])
        numbers = deck.pictures()
        for number, step in zip(numbers, level.steps_of(deck.frames[n] for n in numbers), strict=True):
            mine, there = known(deck, level, number), known(open_deck, every, step)
            if deck.frames[number].phase == "forward":
                assert mine == {part for part in there if part[1] in level.kept}
            else:
                assert mine <= there


def page_data(text: str, path: Path, **closing: Any) -> Any:
    save(trace_of(text).closed(**closing) if closing else trace_of(text), str(path))
    return data_of(path.read_text(encoding="utf-8"))


def test_a_page_carries_levels_only_where_a_part_is_closed(tmp_path: Path) -> None:
    assert list(page_data(SMALL, tmp_path / "x.html")["views"]) == [""]
    views = page_data(SMALL, tmp_path / "y.html", detail="statement")["views"]
    assert list(views) == ["", "L"]
    assert views[""]["opens"] == {"n4": ["L", "L"]}
    assert views["L"]["closes"] == [["", "L", ["n4", "n5"]]]
    packed = base64.urlsafe_b64decode(views["L"]["view"])
    other = json.loads(zlib.decompress(packed))
    assert len(other["html"]) == 7
    assert len(other["data"]["shown"]) == len(views["L"]["steps"])
    assert other["script"].startswith('formulas["L"]=')


def test_what_has_no_room_on_a_page_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes: list[str] = []
    trace, path = trace_of(SMALL).closed("statement"), tmp_path / "x.html"
    save(trace, str(path), inform=notes.append, detail="operation")
    assert notes == []
    monkeypatch.setattr(document, "_MAX_BYTES", 1)
    save(trace, str(path), inform=notes.append, detail="operation")
    assert [sentence.partition(" cannot be opened")[0] for sentence in notes] == ["L"]
    assert "--open NAME" in notes[0]


def test_the_policy_lets_in_the_formula_of_another_level(tmp_path: Path) -> None:
    import hashlib

    data = page_data(SMALL, tmp_path / "x.html", detail="statement")
    script = json.loads(zlib.decompress(base64.urlsafe_b64decode(data["views"]["L"]["view"])))["script"]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in (tmp_path / "x.html").read_text(encoding="utf-8")
