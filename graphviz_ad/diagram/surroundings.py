"""What a lecturer says above and below a picture → set: a title, a caption, a legend; and notes at its nodes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram import legend
from graphviz_ad.diagram.annotations import Annotations
from graphviz_ad.diagram.inside import listed_values
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.nodes import Placed
from graphviz_ad.diagram.paint import ink
from graphviz_ad.diagram.rich_text import RichText, rich_text
from graphviz_ad.diagram.scene import Scene
from graphviz_ad.diagram.style import Style
from graphviz_ad.diagram.typeset import EMPTY, Label, Request, text, typeset
from graphviz_ad.diagram.typeset_labels import GraphLabels, Sizes, top_level_terms
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.explain.equations import equations
from graphviz_ad.language.printer import TYPST
from graphviz_ad.messages.catalogue import say

_TITLE_SCALE = 1.25
"""Size of the title, in sizes of the formula below it: it is bold too, and the graph needs the room."""
_LEGEND_SCALE = 1.2
"""Size of the legend at most, in sizes of the values it explains: read beside them, it need not be larger."""
_NOTE_EM = 11.0
"""Width at which a note is broken: some twenty letters, two words of English, so that its node stays slim."""
_EQUATIONS_GAP_EM = 3.0
"""Between the equations of the two passes, in sizes of their type."""
_BESIDE_EM = 2.0
"""Between a graph and the equations beside it, in sizes of their type."""
_MAX_RIGHT_EM = 17.0
"""Width at which the right side of an equation is broken: a gate of a recurrent cell with its sign is not."""
_MAX_ROWS = 9
"""Equations under one another in a column."""
_GAP_EM = 0.75
"""Below the title, and above caption and legend, in sizes of their type: less than a line of it."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Title, caption and the words of the legend as set, and the sizes of their type.

    `inside` are the values of parameters that are inside of nodes: in the `corner` of the graph that begins there, or
    below the formula.
    """

    title: Label
    caption: Label
    inside: Label
    forward: Label
    backward: Label
    kinds: tuple[legend.Kind, ...]
    words: tuple[Label, ...]
    title_size: float
    size: float
    legend_size: float
    corner: Point | None

    @property
    def above(self) -> float:
        """Height of the title with the gap below it."""
        return self.title.height + _GAP_EM * self.title_size if self.title.runs else 0.0

    @property
    def inside_height(self) -> float:
        """Height of the values of parameters below the formula, with the gap above them."""
        return self.inside.height + _GAP_EM * self.size if self.inside.runs and self.corner is None else 0.0

    def inside_at(self, left: float, top: float, scene: Point) -> Placed:
        """Where the formula ends, and where the graph begins → these values in their place."""
        label, x, y = self.inside, left, top + _GAP_EM * self.size
        if self.corner is not None:
            x, y = scene[0] + self.corner[0], scene[1] + self.corner[1]
        return Placed(label, x - label.box[0], y - label.box[1])

    @property
    def equations_height(self) -> float:
        """Height of the equations side by side, with the gap above them."""
        high = max(self.forward.height, self.backward.height)
        return high + 2 * _GAP_EM * self.size if high else 0.0

    @property
    def equations_width(self) -> float:
        """Width of the equations side by side."""
        return self.forward.ink_width + _EQUATIONS_GAP_EM * self.size + self.backward.ink_width

    @property
    def column(self) -> tuple[float, float]:
        """Width and height of the equations one pass under the other, with the gap before them, beside the graph."""
        wide, high = max(self.forward.ink_width, self.backward.ink_width), self.forward.height + self.backward.height
        return (wide + _BESIDE_EM * self.size, high + 2 * _GAP_EM * self.size) if wide else (0.0, 0.0)

    def equations(self, left: float, top: float, width: float) -> tuple[Placed, Placed]:
        """Where the room for the equations is, and its width → those of both passes in their places, side by side."""
        x, y = left + max(0.0, (width - self.equations_width) / 2), top + 2 * _GAP_EM * self.size
        second = x + self.equations_width - self.backward.ink_width
        return (
            Placed(self.forward, x - self.forward.box[0], y - self.forward.box[1]),
            Placed(self.backward, second - self.backward.box[0], y - self.backward.box[1]),
        )

    def equations_beside(self, right: float, middle: float) -> tuple[Placed, Placed]:
        """Where the graph ends, and its middle → the equations of both passes beside it, one under the other."""
        x, y = right + _BESIDE_EM * self.size, middle - self.column[1] / 2
        below = y + self.forward.height + 2 * _GAP_EM * self.size
        return (
            Placed(self.forward, x - self.forward.box[0], y - self.forward.box[1]),
            Placed(self.backward, x - self.backward.box[0], below - self.backward.box[1]),
        )

    @property
    def caption_height(self) -> float:
        """Height of the caption with the gap above it."""
        return self.caption.height + _GAP_EM * self.size if self.caption.runs else 0.0

    @property
    def legend_height(self) -> float:
        """Height of the legend with the gap above it."""
        return legend.line_height(self.legend_size) + _GAP_EM * self.legend_size if self.words else 0.0

    def placed(self, left: float, top: float, caption_top: float) -> tuple[Placed, Placed]:
        """Where both begin, and where the title is to stand and the caption with its gap → the two in their places."""
        down = self.caption_height - self.caption.height
        return (
            Placed(self.title, left, top - self.title.box[1]),
            Placed(self.caption, left, caption_top + down - self.caption.box[1]),
        )

    def painted(self, style: Style, left: float, top: float, width: float, below: float) -> str:
        """Left and top of it all, its width, and where what stands below begins → SVG of all of it."""
        theme, upright = style.theme, style.direction == "TB"
        title, caption = self.placed(left, top, below)
        caption = replace(caption, x=left + (width - caption.label.ink_width) / 2 - caption.label.box[0])
        line = self.entries(left + width / 2, below + self.caption_height, upright)
        key = legend.painted(line, theme, self.legend_size, upright) if line else ""
        return f"{ink(title, theme.ink)}{ink(caption, theme.ink)}{key}"

    def entries(self, middle: float, top: float, upright: bool) -> list[legend.Entry]:
        """Middle of the legend, and where it begins with its gap → what stands in it."""
        size = self.legend_size
        return legend.entries(self.kinds, self.words, size, middle, top + _GAP_EM * size, upright)


def surroundings(
    trace: Trace | None, scene: Scene, style: Style, sizes: Sizes, width: float, *, caption: bool, title: bool = True,
    inside: int = 0, formula: bool = True,
) -> Surroundings:  # fmt: skip
    """Trace, scene and look → what stands above and below, no wider than `width`; title and caption where wanted.

    Values that stand at no node are there too, on as many lines as `inside` at most, or in a corner of the graph. With
    `formula`, which stands above the graph, its equations need not where those of the gradients are at the nodes.

    Raises GraphvizADError for equations without a trace.
    """
    annotations = style.annotations
    title_size, size = _TITLE_SCALE * sizes.header, sizes.sentence
    bold = f"#strong[{rich_text(annotations.title, 'title').typst()}]"
    texts = [
        Request(bold, title_size, width, "left") if annotations.title and title else None,
        Request(rich_text(annotations.caption, "caption").typst(), size, width)
        if annotations.caption and caption
        else None,
    ]
    texts += [Request(block, size) if block else None for block in _equation_blocks(trace, style, formula=formula)]
    legend_size = min(size, _LEGEND_SCALE * style.theme.sizes.value)
    kinds = legend.shown_kinds(scene, style.layers) if annotations.legend else []
    if trace is not None and trace.forward_mode is not None:
        kinds = legend.of_tangents(kinds)
    elif trace is not None:
        kinds = legend.of_arrays(kinds, trace, scene)
    filled = [request for request in texts if request]
    labels = typeset([*filled, *legend.requests(kinds, style.lang, legend_size)], style.lang, style.theme.fonts)
    words = tuple(labels[len(filled) :])
    placed = iter(labels)
    above, below, forward, backward = (next(placed) if request else EMPTY for request in texts)
    given, corner = EMPTY, None
    if trace is not None and "values" in style.layers:
        given, corner = listed_values(trace, scene, style, size, width, lines=inside, single=not caption)
    return Surroundings(
        above, below, given, forward, backward, tuple(kinds), words, title_size, size, legend_size, corner
    )  # fmt: skip


def _equation_blocks(trace: Trace | None, style: Style, *, formula: bool) -> tuple[str, str]:
    """Trace → Typst markup of the equations of both passes, in columns; empty where they are not asked for.

    Where those of the gradients stand at the nodes there are only the others, and none beside the `formula`.
    """
    symbol, at_nodes = style.annotations.equations, style.equations_at_nodes
    if symbol is None or (at_nodes and formula):
        return "", ""
    if trace is None:
        raise GraphvizADError(
            "the equations of the gradients need values", hint="give a value for each input, as in w=2"
        )
    both_passes = equations(trace, TYPST, symbol, style.digits, trace.graph.ids if at_nodes else ())
    rows = max(len(both_passes.forward), _MAX_ROWS)
    forward = _columns(text(say("forward", style.lang)), both_passes.forward, rows)
    output = TYPST.write_name(trace.graph.names[trace.graph.output])
    meaning = f"$display(δ_bullet = frac(partial {output}, partial bullet))$" if symbol == "delta" else ""
    indices = f"${both_passes.indices}$" if both_passes.indices else ""
    title = ", ".join(filter(None, (text(say("backward", style.lang)), meaning, indices)))
    if not both_passes.backward:  # all of them are at the nodes
        return forward, meaning
    return forward, _columns(title, both_passes.backward, rows)


def _columns(title: str, pairs: Sequence[tuple[str, str]], rows: int) -> str:
    """Title of a pass, and its equations → Typst markup of them, up to `rows` to a column, signs under one another."""
    high = math.ceil(len(pairs) / max(1, math.ceil(len(pairs) / rows)))
    columns = [pairs[first : first + high] for first in range(0, len(pairs), high or 1)]
    blocks = []
    for column in columns:
        pairs_of_column = ", ".join(f"($display({left})$, {_right(right)})" for left, right in column)
        widest = f"calc.min({_MAX_RIGHT_EM}em.to-absolute(), calc.max(..pairs.map(pair => measure(pair.at(1)).width)))"
        layout = "row-gutter: 0.7em, column-gutter: 0.28em, align: (right + horizon, left + horizon)"
        blocks.append(
            f"context {{ let pairs = ({pairs_of_column},); "
            f"grid(columns: (auto, {widest}), {layout}, ..pairs.flatten()) }}"
        )
    side_by_side = f"grid(columns: {len(blocks)}, column-gutter: 2em, {', '.join(blocks)})"
    return f"#{{ set par(leading: 0em); grid(row-gutter: 0.9em, [{title}], {side_by_side}) }}"


def _right(markup: str) -> str:
    """Right side of an equation → Typst markup with its sign, a line of which is broken between terms only."""
    terms = top_level_terms(f"= {markup}")
    lines = (f"$display({term})$" if "frac(" in term else f"${term.strip()}$" for term in terms)
    return f"[{''.join(f'#box(inset: (y: 0.1em), {line})' for line in lines)}]"


def with_notes(labels: GraphLabels, notes: Mapping[int, RichText], style: Style) -> GraphLabels:
    """Labels of a graph and notes by node → the labels with the notes, long ones on lines of about one length."""
    if not notes:
        return labels
    size, lang, fonts = style.theme.sizes.value, style.lang, style.theme.fonts
    requests = [Request(note.typst(), size) for note in notes.values()]
    on_one_line = typeset(requests, lang, fonts)
    widest = _NOTE_EM * size
    for number, label in enumerate(on_one_line):
        lines = int(label.ink_width // widest) + 1
        if lines > 1:
            width = max(label.ink_width / lines + 1.5 * size, widest / 2)
            requests[number] = replace(requests[number], width=width)
    placed = dict(zip(notes, typeset(requests, lang, fonts), strict=True))
    nodes = (replace(label, note=placed.get(node, EMPTY)) for node, label in enumerate(labels.nodes))
    return replace(labels, nodes=tuple(nodes))


def plain_title(annotations: Annotations) -> str:
    """Annotations → the title as plain text, "" where there is none."""
    return rich_text(annotations.title, "title").plain() if annotations.title else ""


def plain_caption(annotations: Annotations) -> str:
    """Annotations → the caption as plain text, "" where there is none."""
    return rich_text(annotations.caption, "caption").plain() if annotations.caption else ""
