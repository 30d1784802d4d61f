"""Levels of detail, pairs and equations in documents and notebooks."""

from __future__ import annotations

import re
from html import unescape

import pytest

from graphviz_ad import parse
from graphviz_ad.notebook.player import player
from tests.documents.test_markdown import convert, fenced

FORMULA = "z = w*x + b + c; L = (z - y)^2/2"
VALUES = "w=2 x=3 b=1 c=0.5 y=4"


def names(html: str) -> list[str]:
    """Page → the names of the nodes that are drawn."""
    return re.findall(r'class="node" data-name="([^"]*)"', html)


@pytest.mark.parametrize(
    ("words", "drawn"),
    [
        ("", ["w", "x", "v1", "b", "c", "z", "y", "v2", "v3", "2", "L"]),
        ("pairs", ["w", "x", "v1", "b", "v2", "c", "z", "y", "v3", "v4", "2", "L"]),
        ("detail=statement", ["w", "x", "b", "c", "z", "y", "L"]),
        ("detail=statement open=L", ["w", "x", "b", "c", "z", "y", "v1", "v2", "2", "L"]),
        ("close=z", ["w", "x", "b", "c", "z", "y", "v1", "v2", "2", "L"]),
        ("detail=module", ["x", "c", "z", "y", "L"]),
    ],
)
def test_what_is_one_node(words: str, drawn: list[str]) -> None:
    assert names(convert(fenced(f"{VALUES} {words}", FORMULA))) == drawn


def test_the_backward_pass_as_a_graph() -> None:
    page = convert(fenced(f"{VALUES} backward-graph calls=backward,zero_grad", FORMULA))
    assert page.count('class="pullback"') == 9
    assert page.count('class="grad"') == 5
    assert "'step' is no call on .grad" in unescape(convert(fenced(f"{VALUES} calls=step", FORMULA)))


def test_what_is_not_there_is_said() -> None:
    assert "there is no level 'line'" in unescape(convert(fenced(f"{VALUES} detail=line", FORMULA)))
    assert "'q' cannot be closed" in unescape(convert(fenced(f"{VALUES} close=q", FORMULA)))
    assert "there are no equations with 'd'" in unescape(convert(fenced(f"{VALUES} equations=d", FORMULA)))


def test_a_player_of_a_level() -> None:
    trace = parse(FORMULA).run(w=2, x=3, b=1, c=0.5, y=4)
    assert player(trace, detail="statement")._repr_mimebundle_() is not None  # type: ignore[union-attr]
    with pytest.raises(Exception, match="there is no level 'line'"):
        player(trace, detail="line")  # type: ignore[arg-type]
