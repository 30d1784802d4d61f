"""The neuron of the README → its picture that moves, and the player and the notebook that stand beside it."""

from __future__ import annotations

import json

from graphviz_ad import Trace, parse
from graphviz_ad.diagram.picture import Deck, make_style
from graphviz_ad.diagram.selection import By, make_selection
from graphviz_ad.export.registry import make

FORMULA = "z = w*x + b; a = sigmoid(z); L = (a - y)^2"
VALUES = {"w": 0.5, "x": 2, "b": -1, "y": 1}
"""At these the sigmoid is steepest, so that no gradient is tiny: a = 0.5, L = 0.25, ∂L/∂w = −0.5."""
PICTURE, PLAYER, NOTEBOOK = "pictures/neuron.animated.svg", "decks/neuron.html", "decks/neuron.ipynb"
"""What is made, by its path from gallery/."""
MADE: tuple[tuple[str, str, By], ...] = (
    (PICTURE, "animated.svg", "node"), (PLAYER, "html", "edge"), (NOTEBOOK, "ipynb", "edge"),
)  # fmt: skip
"""Path, format, and what is one step: by nodes the picture plays for three quarters of a minute, and not for one."""


def trace() -> Trace:
    """→ both passes of the neuron."""
    return parse(FORMULA).run(VALUES)


def files() -> dict[str, str]:
    """→ the picture, the player and the notebook, by their path from gallery/."""
    look = make_style(fit="page")  # as wide as the column of a README
    contents = {}
    for path, kind, by in MADE:
        deck = Deck(trace(), look, selection=make_selection(by=by))
        data, _ = make(kind, deck, deck.pictures(), "", lambda done: None)
        contents[path] = data.decode() if kind != "ipynb" else _without_outputs(data)
    return contents


def _without_outputs(data: bytes) -> str:
    """Notebook → the same before it is run, which is three hundred times smaller."""
    notebook = json.loads(data)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
