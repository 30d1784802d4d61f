"""The arrow keys: along the edges, and from every thing to every other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from graphviz_ad import parse
from graphviz_ad.diagram.picture import Deck, make_style
from graphviz_ad.export.player.arrows import Targets, arrow_targets
from tests.diagram.cases import CASES, deck_of
from tests.strategies import formulas
from tests.thorough import amount


def unreachable(targets: dict[str, Targets]) -> set[str]:
    """The things from which not every other is reached."""
    back: dict[str, set[str]] = {story: set() for story in targets}
    for story, own in targets.items():
        for other in filter(None, own):
            back[other].add(story)
    faults = set()
    for goal in targets:
        reached, waiting = {goal}, [goal]
        while waiting:
            new = back[waiting.pop()] - reached
            reached |= new
            waiting += new
        faults |= set(targets) - reached
    return faults


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("name", CASES)
def test_every_thing_is_reached(name: str, direction: str) -> None:
    deck = deck_of(CASES[name], direction=direction)
    targets = arrow_targets(deck.scene, upright=direction == "TB")
    assert set(targets) == {f"n{node.id}" for node in deck.scene.nodes} | {
        f"e{edge.node}-{edge.slot}" for edge in deck.scene.edges
    }
    assert unreachable(targets) == set()


@pytest.mark.slow
@settings(max_examples=amount(6, 60), deadline=None)
@given(formulas())
def test_in_random_formulas(formula: tuple[str, dict[str, object]]) -> None:
    text, values = formula
    assert unreachable(arrow_targets(Deck(parse(text).run(values), make_style()).scene)) == set()


def test_along_the_edges() -> None:
    targets = arrow_targets(deck_of(("L = w*x + b", {"w": 2, "x": 3, "b": 1})).scene)
    #  w 0, x 1, v1 2, b 3, L 4
    assert targets["n0"][:2] == (None, "e2-0")
    assert targets["e2-0"][:2] == ("n0", "n2")
    assert targets["n2"][1] == "e4-0"
    assert targets["n4"][:2] == ("e4-0", None)
    assert targets["n0"][3] in ("n1", "e2-1")


def test_what_is_cut_off_is_found() -> None:
    targets = arrow_targets(deck_of(("L = w*x + b", {"w": 2, "x": 3, "b": 1})).scene)
    assert unreachable({story: (own[0], None, None, None) for story, own in targets.items()})
