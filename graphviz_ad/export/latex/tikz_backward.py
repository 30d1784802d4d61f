r"""Backward half of a backward graph → TikZ: gradients, edges that lead back, pullbacks, dashed arrows, .grad.

Each part is drawn once for each of its states, to come, at work and done, in `\only` with the slides of that state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from graphviz_ad.autodiff.grad_calls import grad_counts, retained_at
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.backward_labels import Edge
from graphviz_ad.diagram.backward_paint import grad_count
from graphviz_ad.diagram.backward_parts import BackwardScene, GradBox, PullbackNode
from graphviz_ad.diagram.backward_texts import BackwardTexts, is_changed, state_of
from graphviz_ad.diagram.frames import Frame, Look
from graphviz_ad.diagram.label_texts import TIKZ
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.nodes import DOT_RADIUS_PT, Node, stem
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.typeset import short
from graphviz_ad.export.latex.tikz_parts import at, label, only, path
from graphviz_ad.messages.catalogue import say

STYLES = r"""\colorlet{ad-grad}{ad-update}\colorlet{ad-grad-tint}{ad-update-tint}
\tikzset{
  % the backward half: to come, at work, done
  ad todo/.style={draw=ad-pale, fill=ad-paper, line width=1.4pt, ad dashed, text=ad-quiet},
  ad work/.style={draw=ad-backward, fill=ad-backward-tint, line width=2.6pt, text=ad-backward},
  ad done/.style={draw=ad-backward, fill=ad-paper, line width=1.4pt, text=ad-backward},
  ad back/.style={fill=none, -ad tip},
  ad saved/.style={draw=ad-forward, line width=1.2pt, dash pattern=on 5pt off 3pt,
    -{Triangle[length=6.5pt, width=5.4pt]}},
  ad grad todo/.style={ad todo, draw=ad-grad, solid},
  ad grad work/.style={ad work, draw=ad-grad, fill=ad-grad-tint},
  ad grad done/.style={ad done, draw=ad-grad, fill=ad-grad-tint}}"""
"""What a document says before such a picture, besides all of `tikz_style`."""

_STATES = ("todo", "work", "done")
"""States of a node of the backward graph, each a style of TikZ."""


def backward(deck: Deck, frames: Sequence[Frame]) -> Iterator[str]:
    """Deck, and its frames slide by slide → the lines of the backward half; none of a picture that has no such half."""
    scene = deck.scene
    if isinstance(scene, BackwardScene):
        yield "  % the backward pass"
        yield from (f"  {line}" for line in _Half(deck, scene, frames).lines())


class _Half:
    """Writes the parts of a backward half."""

    def __init__(self, deck: Deck, scene: BackwardScene, frames: Sequence[Frame]) -> None:
        self.deck, self.scene, self.frames = deck, scene, frames
        self.trace: Trace = deck.trace
        self.texts = BackwardTexts(deck.trace, deck.style.digits, deck.style.layers, TIKZ)
        self.numbers = {(edge.node, edge.slot): number for number, edge in enumerate(scene.edges)}

    def lines(self) -> Iterator[str]:
        """→ edges, then arrows, then what stands on them."""
        for edge, line in self.scene.returns.items():
            yield from self._line(self._of_edge(edge), "ad", line.points)
        for arrow in self.scene.saved:
            shown = [frame.nodes[arrow.source].known for frame in self.frames]
            yield from only(shown, rf"\draw[ad saved] {path(arrow.points)};")
        for edge, box in self.scene.pullbacks.items():
            yield from self._pullback(edge, box)
        for number, node in self.scene.gradients.items():
            yield from self._gradient(number, node)
        for number, grad in self.scene.grads.items():
            yield from self._grad(number, grad)
        if self.scene.key:
            words = say("player.saved", self.deck.style.lang)
            yield label("shape", self.scene.key, self.texts.key(self.scene, words))

    def _each(self, states: Sequence[str], draw: Callable[[str], str]) -> Iterator[str]:
        """States slide by slide → the part in each of them, with its slides."""
        for state in _STATES:
            yield from only([other == state for other in states], draw(state))

    def _line(self, states: Sequence[str], style: str, points: tuple[Point, ...]) -> Iterator[str]:
        """States slide by slide, and a line → the line in each of them."""
        yield from self._each(states, lambda state: rf"\draw[{style} {state}, ad back] {path(points)};")

    def _of_edge(self, edge: Edge) -> list[str]:
        """Edge → how its way back is, slide by slide."""
        return [state_of(frame.edges[self.numbers[edge]]) for frame in self.frames]

    def _pullback(self, edge: Edge, box: PullbackNode) -> Iterator[str]:
        states = self._of_edge(edge)
        yield from self._each(states, lambda state: _box(f"ad {state}", box.rect, _corner(box.rect)))
        symbols, numbers = self.texts.pullback(edge)
        there = [state != "todo" for state in states]
        if box.symbols:
            for known, ink in ((True, "ad-ink"), (False, "ad-quiet")):
                line = label("local", box.symbols, symbols, ink=ink)
                yield from only([known == is_there for is_there in there], line)
        if box.numbers:
            yield from only(there, label("local", box.numbers, numbers))
        if box.result:
            yield from only(there, label("sent", box.result, self.texts.contribution(edge)))

    def _gradient(self, number: int, node: Node) -> Iterator[str]:
        """The gradient of a node: its outline with its name in it, what it is by now beside it."""
        written, text = self.texts.gradient(number)
        looks = [frame.nodes[number] for frame in self.frames]
        states = ["todo" if not look.grad else "work" if look.look is Look.BACKWARD else "done" for look in looks]
        size = "" if node.form == "circle" else f"={{{short(node.width)}}}{{{short(node.height)}}}"
        name = f"{{${written}$}}"
        yield from self._each(
            states, lambda state: rf"\node[ad {node.form}{size}, ad {state}] at {at((node.x, node.y))} {name};"
        )
        upright = self.deck.style.direction == "TB"
        for count, placed in node.grads.items():
            kind = "gradient" if count == node.last else "partial"
            line = label(kind, placed, text.grads[count], centred=not upright and node.terms is None)
            yield from only([look.grad == count for look in looks], line)
        if node.terms:
            yield from only([look.grad == node.last for look in looks], label("terms", node.terms, text.terms))
        if node.dot:
            yield rf"\draw[ad done] {at(stem(node, node.dot))} -- {at(node.dot)};"
            yield rf"\fill[ad-backward] {at(node.dot)} circle ({short(DOT_RADIUS_PT)});"

    def _grad(self, number: int, box: GradBox) -> Iterator[str]:
        """The .grad of a node."""
        since = retained_at(self.trace).get(number, 0)
        counts = list(grad_counts(self.trace))
        by_now = [grad_count(self.trace, counts, number, frame) for frame in self.frames]
        states = [
            "" if frame.k < since else "work" if is_changed(frame, number) else "done" if count else "todo"
            for frame, count in zip(self.frames, by_now, strict=True)
        ]
        yield from self._line(states, "ad grad", box.arrow)
        yield from self._each(states, lambda state: _box(f"ad grad {state}", box.rect, 2))
        for count, placed in box.texts.items():
            there = [bool(state) and own == count for state, own in zip(states, by_now, strict=True)]
            yield from only(there, label("shape", placed, self.texts.grad(number, count), ink="ad-ink"))


def _corner(rect: Rect) -> float:
    x0, y0, x1, y1 = rect
    return min(x1 - x0, y1 - y0) / 2.4


def _box(style: str, rect: Rect, corner: float) -> str:
    return rf"\filldraw[{style}, rounded corners={short(corner)}pt] {at(rect[:2])} rectangle {at(rect[2:])};"
