"""Which labels a picture has: layers by name, and presets for the usual figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graphviz_ad.errors import GraphvizADError, nearest
from graphviz_ad.language.names import listed

LAYERS: Mapping[str, str] = {
    "names": "names of intermediate results, above their nodes",
    "values": "values, above the nodes",
    "derivatives": "local derivatives in symbols, at the edges",
    "derivative-names": "before them what is differentiated by what, ∂z/∂w",
    "derivative-numbers": "their numbers",
    "contributions": "upstream gradient times local derivative, at the edges",
    "gradients": "gradients, below the nodes",
    "sums": "where a value fans out, the contributions that its gradient is the sum of",
    "shapes": "the spaces of arrays, at the edges",
}
"""The layers, each with what it shows."""
ARRAY_NAMES = "array-names"
"""Among the layers of a picture: arrays stand by their names, without numbers. Where there is no room for numbers and
rules, these are what is taught.
"""
MATRIX_NAMES = "matrix-names"
"""The same for arrays of two axes or more alone: vectors have their numbers."""
SHORT_RULES = "short-rules"
"""Among the layers of a picture: what comes back over edges of arrays stands in few signs, and a closed layer by its
function alone.
"""
OF_COMPUTED = "derivatives-of-computed"
"""Among the layers of a picture: of local derivatives only those with respect to what is computed have symbols, where
there is no room for all; the others are numbers.
"""
ALL = tuple(LAYERS)
"""The layers of a picture for which nothing else is said."""
PRESETS: Mapping[str, tuple[str, ...]] = {
    "all": ALL, "symbols": ("names", "derivatives", "derivative-names"), "numbers": ("values", "gradients", "sums"),
    "shapes": ("names", "shapes"),
}  # fmt: skip
"""Sets of layers by name: of books, of lectures that follow the numbers, and for who counts axes."""


def chosen_layers(show: str | Iterable[str] = (), hide: str | Iterable[str] = ()) -> tuple[str, ...]:
    """Layers and presets to show (all unless said), and layers to leave out → the layers of a picture, in their order.

    Both are names, or one text with commas between them. Raises GraphvizADError for a name that is none, and where
    nothing is left.

    >>> chosen_layers("numbers"), chosen_layers("symbols", "names")
    (('values', 'gradients', 'sums'), ('derivatives', 'derivative-names'))
    """
    shown = listed(show)
    layers = {layer for name in shown for layer in _layers(name)} if shown else set(ALL)
    for name in listed(hide):
        _require(name, LAYERS, "layer")
        layers -= {name}
    return tuple(layer for layer in LAYERS if layer in layers)


def layers_in_symbols(layers: tuple[str, ...], *, equations: bool) -> tuple[str, ...]:
    """Layers of a picture → those of them that it has without values; with `equations`, unless they are chosen, those
    of the gradients stand at the nodes in place of the local derivatives."""
    symbols = PRESETS["symbols"]
    if equations and layers == ALL:
        return "names", "gradients"
    return tuple(layer for layer in layers if layer in symbols or (equations and layer == "gradients")) or symbols


def _layers(name: str) -> tuple[str, ...]:
    """A preset or a layer → the layers it stands for."""
    _require(name, [*PRESETS, *LAYERS], "layer or preset")
    return PRESETS.get(name, (name,))


def _require(name: str, known: Iterable[str], kind: str) -> None:
    """Raise GraphvizADError for a name that is not known."""
    choices = list(dict.fromkeys(known))
    if name not in choices:
        near = nearest(name, choices)
        listed = f"there are {', '.join(choices)}"
        raise GraphvizADError(
            f"there is no {kind} '{name}'", hint=f"did you mean '{near}'? {listed}" if near else listed
        )
