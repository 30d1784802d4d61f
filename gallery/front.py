"""The neuron of the README → its picture that moves, and the player that stands beside it."""

from __future__ import annotations

from graphviz_ad import Trace, parse
from graphviz_ad.diagram.picture import Deck, make_style
from graphviz_ad.diagram.selection import By, make_selection
from graphviz_ad.export.registry import make

FORMULA = "z = w*x + b; a = sigmoid(z); L = (a - y)^2"
VALUES = {"w": 0.5, "x": 2, "b": -1, "y": 1}
"""At these the sigmoid is steepest, so that no gradient is tiny: a = 0.5, L = 0.25, ∂L/∂w = −0.5."""
PICTURE, PLAYER = "pictures/neuron.animated.svg", "decks/neuron.html"
"""What is made, by its path from gallery/."""
FILES: tuple[tuple[str, str, By], ...] = ((PICTURE, "animated.svg", "node"), (PLAYER, "html", "edge"))
"""Path, format, and what is one step: by nodes the picture plays for three quarters of a minute, and not for one."""


def trace() -> Trace:
    """→ both passes of the neuron."""
    return parse(FORMULA).run(VALUES)


def files() -> dict[str, str]:
    """→ the picture and the player, by their path from gallery/."""
    look = make_style(fit="page")  # as wide as the column of a README
    contents = {}
    for path, kind, by in FILES:
        deck = Deck(trace(), look, selection=make_selection(by=by))
        data, _ = make(kind, deck, deck.pictures(), "", lambda done: None)
        contents[path] = data.decode()
    return contents
