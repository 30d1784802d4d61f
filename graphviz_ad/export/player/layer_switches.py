"""Layers of a deck's picture → the switches that show and hide them in a page, as HTML; a script makes them work."""

from __future__ import annotations

from collections.abc import Sequence

from graphviz_ad.diagram.backward_parts import BackwardScene
from graphviz_ad.diagram.layers import LAYERS
from graphviz_ad.diagram.paint import LAYER_CLASSES
from graphviz_ad.diagram.scene import Scene
from graphviz_ad.messages.multilingual import Words

_MIN_SWITCHES = 2
"""With one layer alone there is nothing to choose."""


def layers_in(scenes: Sequence[Scene]) -> list[str]:
    """Scenes → the layers of which something stands in one of them, in their order."""
    shown = {layer for scene in scenes for layer, is_there in _shown(scene).items() if is_there}
    return [layer for layer in LAYERS if layer in shown]


def _shown(scene: Scene) -> dict[str, bool]:
    """Scene → by layer whether something of it stands there."""
    nodes, edges = scene.nodes, scene.edges
    pullbacks = scene.pullbacks.values() if isinstance(scene, BackwardScene) else ()
    gradients = scene.gradients.values() if isinstance(scene, BackwardScene) else nodes
    return {
        "names": any(node.name for node in nodes),
        "values": any(node.value for node in nodes),
        "derivatives": any(edge.local for edge in edges) or any(pullback.symbols for pullback in pullbacks),
        "derivative-names": False,  # they are one label with the derivatives
        "derivative-numbers": any(edge.number for edge in edges) or any(pullback.numbers for pullback in pullbacks),
        "contributions": any(edge.contribution for edge in edges) or any(at.result for at in pullbacks),
        "gradients": any(node.grads or node.unknown for node in gradients),
        "sums": any(node.terms for node in gradients),
        "shapes": any(edge.shape for edge in edges),
    }


def switches(words: Words, scenes: Sequence[Scene]) -> str:
    """Scenes of a page → a button that opens the switches of its layers, "" where there is nothing to choose."""
    layers = layers_in(scenes)
    if len(layers) < _MIN_SWITCHES:
        return ""
    boxes = "".join(_box(words, layer) for layer in layers)
    legend = words.tag("legend", "layers.which", 'class="unseen"')
    return f'<details class="layers">{words.tag("summary", "layers")}<fieldset>{legend}{boxes}</fieldset></details>'


def _box(words: Words, layer: str) -> str:
    box = f'<input type="checkbox" value="{LAYER_CLASSES[layer]}" checked>'
    return f"<label>{box} {words.tag('span', f'layer.{layer}')}</label>"


def rules(scenes: Sequence[Scene]) -> str:
    """Scenes of a page → the rules of style that hide each layer that is switched off, and what a quiz will ask for."""
    names = [f".no-{LAYER_CLASSES[layer]} .{LAYER_CLASSES[layer]}" for layer in layers_in(scenes)]
    unasked = f".unasked .{LAYER_CLASSES['derivative-numbers']}{{opacity:0}}"
    return ",".join(names) + "{display:none}" + unasked if names else ""
