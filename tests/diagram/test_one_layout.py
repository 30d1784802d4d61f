"""However many pictures a deck has, Graphviz places its boxes once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from graphviz_ad import parse
from graphviz_ad.api import Trace
from graphviz_ad.diagram import layout
from graphviz_ad.diagram.draw import draw
from graphviz_ad.diagram.picture import Deck, make_style
from graphviz_ad.diagram.style import Fit
from graphviz_ad.export.deck import save


@pytest.fixture
def layouts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The DOT text of every layout from here on, in this process or a child."""
    calls: list[str] = []

    def noted(right: Callable[..., str]) -> Callable[..., str]:
        def layout_of(dot: str, *rest: float) -> str:
            calls.append(dot)
            return right(dot, *rest)

        return layout_of

    for name in ("in_process", "in_child"):
        monkeypatch.setattr(layout, name, noted(getattr(layout, name)))
    layout._cached.cache_clear()
    return calls


def _chain(layers: int) -> Trace:
    lines = [f"h{n + 1} = tanh(w*h{n} + b)" for n in range(layers)]
    return parse("; ".join(lines)).run(h0=1.5, w=0.5, b=-0.5)


@pytest.mark.parametrize("layers", [2, 18])  # the second is large enough for a child process
def test_all_frames_share_one_layout(layouts: list[str], layers: int) -> None:
    deck = Deck(_chain(layers), make_style())
    pictures = {deck.svg(number) for number in deck.pictures()}
    assert len(pictures) == len(deck.trace.steps) + 2  # before all steps, and finished
    assert len(layouts) == 1


@pytest.mark.parametrize(("name", "fit"), [("steps", "graph"), ("steps.pdf", "slide")])
def test_a_saved_deck_takes_the_layouts_of_one_picture(layouts: list[str], name: str, fit: Fit, tmp_path: Path) -> None:
    """One, and on a slide, where the graph is wide, closer ones as well."""
    draw(_chain(2), 0, fit=fit)
    of_a_picture = layouts.copy()
    assert (len(of_a_picture) == 1) == (fit == "graph")
    layouts.clear()
    layout._cached.cache_clear()
    written = save(_chain(2), str(tmp_path / name))
    assert len(written) == (1 if name.endswith(".pdf") else len(list((tmp_path / name).iterdir())))
    assert layouts == of_a_picture
