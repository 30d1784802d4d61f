"""Backward graph → its texts in the spelling of whoever sets them, beside those that other pictures have too."""

from __future__ import annotations

from collections.abc import Collection

from graphviz_ad.autodiff.grad_calls import total
from graphviz_ad.autodiff.product_signs import entrywise_products
from graphviz_ad.autodiff.steps import GradCall
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.backward_labels import BACKWARD_LAYERS, LARGEST_COUNT, Edge, gradient_named
from graphviz_ad.diagram.backward_parts import BackwardScene
from graphviz_ad.diagram.frames import EdgeState, Frame, Look
from graphviz_ad.diagram.label_texts import TIKZ, NodeText, Spelling, value_text
from graphviz_ad.diagram.tangent_texts import edge_text, node_text
from graphviz_ad.explain.pullbacks import Pullback, barred, pullback


class BackwardTexts:
    """The texts of the backward half of a trace, of the layers that are shown."""

    def __init__(self, trace: Trace, digits: int, layers: Collection[str], spelling: Spelling) -> None:
        self.trace, self.digits, self.layers, self.spelling = trace, digits, layers, spelling
        self.back = frozenset(layer for layer in BACKWARD_LAYERS if layer in layers)
        self.entrywise = entrywise_products(trace)

    def gradient(self, node: int) -> tuple[str, NodeText]:
        """Node → what stands in the node of its gradient, and beside it."""
        name = barred(self.trace.graph.names[node], self.spelling.formulas)
        return name, node_text(self.trace, node, self.digits, node in self.entrywise, self.spelling, self.back)

    def pullback(self, edge: Edge) -> Pullback:
        """Edge → what stands in the node of its pullback."""
        valued, full = "values" in self.layers or "gradients" in self.layers, self.spelling.full
        symbols, numbers = pullback(
            self.trace, *edge, self.digits, valued=valued, spelling=self.spelling.formulas
        )  # fmt: skip
        return Pullback(full(symbols), full(numbers) if numbers else "")

    def contribution(self, edge: Edge) -> str:
        """Edge → its contribution."""
        return edge_text(self.trace, *edge, self.digits, self.spelling, self.back).contribution

    def grad(self, node: int, count: int) -> str:
        """Node with a .grad, and how many gradients are added up in it → what stands there."""
        dialect = self.spelling.formulas
        value, name = total(self.trace.reached_gradient(node), count), barred(self.trace.graph.names[node], dialect)
        if value is None:
            content = dialect.words("None", "text")
        elif isinstance(value, float) and "gradients" in self.layers:
            content = value_text(value, self.digits, self.spelling)
        elif count <= LARGEST_COUNT:
            content = dialect.sign("+").join([name] * count)
        else:
            content = dialect.number(str(count)) + name
        return dialect.words(".grad", "text") + dialect.relation("=") + content

    def key(self, scene: BackwardScene, words: str) -> str:
        """What the bar means, behind words on dashed arrows where there are any."""
        graph, node, dialect = self.trace.graph, gradient_named(self.trace), self.spelling.formulas
        above, below = (dialect.write_name(graph.names[at]) for at in (graph.output, node))
        is_latex = self.spelling is TIKZ  # in whose lines a fraction would be small
        slope = rf"\partial {above}/\partial {below}" if is_latex else dialect.derivative(above, below)
        meaning = barred(graph.names[node], dialect) + dialect.relation("=") + slope
        return dialect.words(f"{words} ", "text") + meaning if scene.saved else meaning


def state_of(state: EdgeState) -> str:
    """State of an edge → how its way back is: to come, at work or done."""
    return "work" if state.look is Look.BACKWARD else "done" if state.contributed else "todo"


def is_changed(frame: Frame, node: int) -> bool:
    """Whether a call of the frame changes the .grad of a node."""
    step = frame.step
    return isinstance(step, GradCall) and node in step.after and step.after[node] != step.before[node]
