"""Backward graph, state and theme → SVG: the forward half as it is, the backward half in the colour of gradients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from graphviz_ad.autodiff.grad_calls import grad_counts, retained_at
from graphviz_ad.autodiff.steps import GradCall
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.backward_parts import BackwardScene, GradBox, PullbackNode, SavedArrow
from graphviz_ad.diagram.frames import EdgeState, Frame, Look, NodeState
from graphviz_ad.diagram.paint import Painter, arrow_shapes, ink, rect, stroked
from graphviz_ad.diagram.painted import Part, part
from graphviz_ad.diagram.scene import Scene
from graphviz_ad.diagram.theme import Stroke, Theme
from graphviz_ad.diagram.typeset import short

_HEAD_PT = 6.5
"""Length of the heads of arrows that are no edges: a little less than those of edges, 8."""
_BEFORE = (Look.TODO, Look.FORWARD)
"""Looks of a node that is not computed yet, or just now."""
_GOING = {Look.BACKWARD: Look.TANGENT, Look.CONTRIBUTED: Look.DONE}
"""What an edge that leads back looks like when it is at work, and behind that; its line has that direction already."""


class BackwardPainter(Painter):
    """Paints the parts of a backward graph, as `Painter` does those of a graph."""

    scene: BackwardScene

    def __init__(self, theme: Theme, trace: Trace, scene: BackwardScene, *, layered: bool = False) -> None:
        names = trace.graph.names
        super().__init__(theme, names, scene, layered=layered)
        self.trace = trace
        self.ids, self.back = list(scene.gradients), list(scene.returns)
        self.number_of = {(edge.node, edge.slot): number for number, edge in enumerate(scene.edges)}
        half = Scene(tuple(scene.gradients.values()), tuple(scene.returns.values()), (), 0.0, 0.0, None)
        mirrored = [f"∂{names[trace.graph.output]}/∂{name}" for name in names]
        self.mirror = Painter(_reddened(theme), mirrored, half, layered=layered)
        self.counts, self.retained_at = list(grad_counts(trace)), retained_at(trace)

    def of(self, scene: Scene, theme: Theme, *, layered: bool) -> Painter:
        """A backward graph, and a theme → its painter for a page, which says itself what dashed arrows are."""
        assert isinstance(scene, BackwardScene), "a backward graph has its own painter"
        return BackwardPainter(theme, self.trace, replace(scene, key=None), layered=layered)

    def parts(self, frame: Frame) -> Iterator[Part]:
        """Frame → groups, then all else, from the lowest layer to the topmost."""
        yield from self.groups
        for _, svg in sorted(self.in_layers(frame), key=lambda piece: piece[0]):
            yield part(svg)

    def in_layers(self, frame: Frame) -> Iterator[tuple[int, str]]:
        """Frame → the parts of both halves, each with its layer, dashed arrows and what stands in .grad."""
        yield from super().in_layers(of_forward_pass(frame))
        states = {edge: frame.edges[self.number_of[edge]] for edge in self.back}
        for number, edge in enumerate(self.back):
            at_work = states[edge].look is Look.BACKWARD
            yield int(at_work), self.mirror.edge(number, _returning(states[edge]))[0]
            yield 2, self._pullback(self.scene.pullbacks[edge], states[edge])
        for arrow in self.scene.saved:
            if frame.nodes[arrow.source].known:
                yield 1, self._arrow(arrow, at_work=states[arrow.edge].look is Look.BACKWARD)
        for number, node in enumerate(self.ids):
            yield 2, self.mirror.node(number, _reached(frame.nodes[node]))[0]
        for node, box in self.scene.grads.items():
            if frame.k >= self.retained_at.get(node, 0):
                yield 2, self._grad(node, box, frame)
        if self.scene.key:
            yield 2, f'<g class="key">{ink(self.scene.key, self.theme.quiet)}</g>'

    def _arrow(self, arrow: SavedArrow, *, at_work: bool) -> str:
        """A value that is kept → its dashed arrow."""
        colour, width = self.theme.forward, "2.2" if at_work else "1.2"
        path, tip = arrow_shapes(arrow.points, _HEAD_PT)
        stroke = f'fill="none" stroke="{colour}" stroke-width="{width}" stroke-dasharray="5 3"'
        name = f"{arrow.source}-{arrow.edge[0]}-{arrow.edge[1]}"
        return (
            f'<g class="saved" data-saved="{name}"><path d="{path}" {stroke}/><polygon points="{tip}" '
            f'fill="{colour}"/></g>'
        )

    def _pullback(self, node: PullbackNode, state: EdgeState) -> str:
        """The node of a pullback in the state of its edge."""
        theme, at_work = self.theme, state.look is Look.BACKWARD
        x0, y0, x1, y1 = node.rect
        if at_work:
            stroke = Stroke(theme.backward, 2.6, False, theme.backward_tint)
        elif state.contributed:
            stroke = Stroke(theme.backward, 1.4, False, theme.paper)
        else:
            stroke = Stroke(theme.pale, 1.4, True, theme.paper)
        radius = short(min(x1 - x0, y1 - y0) / 2.4)
        parts = [rect(x0, y0, x1 - x0, y1 - y0, f'rx="{radius}" {stroked(stroke)}')]
        if node.symbols:
            parts.append(self._label("derivatives", node.symbols, theme.ink if state.contributed else theme.quiet))
        if node.numbers and state.contributed:
            parts.append(self._label("derivative-numbers", node.numbers, theme.label))
        if node.result and state.contributed:
            parts.append(self._label("contributions", node.result, theme.contribution))
        return f'<g class="pullback">{"".join(parts)}</g>'

    def _grad(self, node: int, box: GradBox, frame: Frame) -> str:
        """The .grad of a node in a frame."""
        count, step = grad_count(self.trace, self.counts, node, frame), frame.step
        at_work = isinstance(step, GradCall) and node in step.after and step.after[node] != step.before[node]
        x0, y0, x1, y1 = box.rect
        colour, tint = self.theme.at_work("grad")
        stroke = Stroke(colour, 2.6 if at_work else 1.4, False, tint if at_work or count else self.theme.paper)
        outline = rect(x0, y0, x1 - x0, y1 - y0, f'rx="2" {stroked(stroke)}')
        path, tip = arrow_shapes(box.arrow, _HEAD_PT)
        going = colour if count else self.theme.pale
        line = f'<path d="{path}" {stroked(Stroke(going, 1.4, not count))}/><polygon points="{tip}" fill="{going}"/>'
        return f'<g class="grad" data-id="{node}">{line}{outline}{ink(box.texts[count], self.theme.ink)}</g>'


def grad_count(trace: Trace, counts: Sequence[tuple[int, Mapping[int, int]]], node: int, frame: Frame) -> int:
    """Trace with its `grad_counts`, a node with a .grad, a frame → how many gradients are added up in it."""
    state = frame.nodes[node]
    if state.grad is None or state.grad < max(1, trace.contributions_to[node]):
        return 0
    by_now = [after[node] for k, after in counts if k <= frame.k]
    return by_now[-1] if by_now else 1


def _reddened(theme: Theme) -> Theme:
    """Theme → that of the backward half: its outlines have the colour of gradients, at work or not."""
    return replace(
        theme, ink=theme.backward, quiet=theme.contribution, box=theme.paper, update=theme.backward,
        update_tint=theme.backward_tint,
    )  # fmt: skip


def of_forward_pass(frame: Frame) -> Frame:
    """Frame → the same in which nothing goes back."""

    def look(now: Look) -> Look:
        return now if now in _BEFORE else Look.DONE

    nodes = tuple(NodeState(look(node.look), node.known, None) for node in frame.nodes)
    edges = tuple(EdgeState(look(edge.look), edge.known, contributed=False) for edge in frame.edges)
    return replace(frame, nodes=nodes, edges=edges)


def _returning(state: EdgeState) -> EdgeState:
    """State of an edge → that of the one that leads back."""
    return EdgeState(_GOING.get(state.look, Look.TODO), known=False, contributed=state.contributed)


def _reached(state: NodeState) -> NodeState:
    """State of a node → that of its gradient: to come, at work, there."""
    if not state.grad:
        return NodeState(Look.TODO, known=False, grad=state.grad)
    look = Look.TANGENT if state.look is Look.BACKWARD else state.look if state.look is Look.SENDER else Look.DONE
    return NodeState(look, known=True, grad=state.grad)
