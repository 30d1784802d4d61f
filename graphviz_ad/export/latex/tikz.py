r"""Frames of a deck → one TikZ picture of them all, whose parts say on which slides they look how.

The picture is drawn with the places of the deck, in points and with y downwards. A part (a node with its labels, an
edge with its labels) is a scope that lists its looks: `on=<1-3>todo, on=<4>forward, on=<5->done`; what is not always
there stands in `\only<4->{…}`. `tikz_style` defines the looks, and `\only` for documents that have no slides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from graphviz_ad.autodiff.product_signs import entrywise_products
from graphviz_ad.diagram.backward_paint import of_forward_pass
from graphviz_ad.diagram.backward_parts import BackwardScene
from graphviz_ad.diagram.edges import Edge
from graphviz_ad.diagram.frames import EdgeState, Frame, NodeState
from graphviz_ad.diagram.gaps import Gap, gaps, painting_order
from graphviz_ad.diagram.header import written_statement
from graphviz_ad.diagram.label_texts import TIKZ
from graphviz_ad.diagram.nodes import DOT_RADIUS_PT, Node, stem
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.slides import slides
from graphviz_ad.diagram.tangent_texts import edge_text, layers_at, node_text
from graphviz_ad.diagram.typeset import short
from graphviz_ad.export.latex.text import plain_text
from graphviz_ad.export.latex.tikz_annotations import around, grounds, notes
from graphviz_ad.export.latex.tikz_backward import backward
from graphviz_ad.export.latex.tikz_parts import at, label, only, path, slide_ranges
from graphviz_ad.language.printer import LATEX, TIGHT_LATEX
from graphviz_ad.language.tree import Statement, Tree

_HEIGHT_SLACK = 1.12
"""How much higher, as a factor, LaTeX may set lines than Typst measured them before they are made smaller."""


def picture(deck: Deck, numbers: Sequence[int], *, paper: bool) -> list[str]:
    """Deck and the frames to show, slide by slide → the lines of a `tikzpicture`.

    With `paper` it is as large as the deck's pictures and as white (or dark), else it ends where its contents end.
    """
    frames = [deck.frames[number] for number in numbers]
    return [
        *_opening(deck, paper),
        *_formula(deck, frames),
        *around(deck),
        *_graph(deck, frames),
        r"  \adwords",
        r"\end{tikzpicture}%",
    ]


def _opening(deck: Deck, paper: bool) -> Iterator[str]:
    """The beginning of the picture: sizes and places of the words, which all slides share."""
    sizes, width = deck.sizes, short(deck.width)
    after = deck.around.caption_height + deck.around.legend_height
    sentence = deck.bar_top - after - deck.sentence_top - (2 if deck.style.fit == "slide" else sizes.sentence / 2)
    lines = {"equation": (sizes.equation, deck.equation_height), "sentence": (sizes.sentence, sentence)}
    styles = [f"ad {what}/.style={{ad lines={{{short(size / 10)}}}{{{width}}}{{{short(_HEIGHT_SLACK * height)}}}}}"
              for what, (size, height) in lines.items()]  # fmt: skip
    yield r"\begin{tikzpicture}[x=1pt, y=-1pt,"
    yield f"    {', '.join(styles)},"
    yield f"    ad counter/.style={{ad label={{{short(sizes.counter / 10)}}}{{{short(12 * sizes.counter)}}}}}]"
    middle = deck.left + deck.width / 2
    if paper:
        fill = "" if deck.style.theme.paper == "#ffffff" else ", fill=ad-paper"
        yield rf"  \path[use as bounding box{fill}] (0,0) rectangle ({short(deck.full_width)},{short(deck.height)});"
    else:
        corners = (deck.left, deck.margin), (deck.left + deck.width, deck.bar_top + 4)
        yield rf"  \path[use as bounding box] {at(corners[0])} rectangle {at(corners[1])};"
    places = {
        "counter": (deck.left + deck.width, deck.header_top + 0.75 * sizes.header),
        "equation": (middle, deck.equation_top + deck.equation_height / 2),
        "sentence": (middle, deck.sentence_top),
        "bar": (deck.left, deck.bar_top),
    }
    yield "  " + " ".join(rf"\coordinate (ad {what}) at {at(place)};" for what, place in places.items())
    yield rf"  \fill[ad-bar] (ad bar) rectangle +({width},4);"


# -- the formula -------------------------------------------------------------------------------


def _formula(deck: Deck, frames: Sequence[Frame]) -> Iterator[str]:
    """The formula above the graph; behind the part at work stands a tint, in the colour of the pass."""
    size = deck.sizes.header
    phases = ["forward" if frame.step is None else frame.phase for frame in frames]
    yield "  % the formula"
    for phase in ("forward", "backward"):
        colour = rf"\colorlet{{ad-tint}}{{ad-{phase}-tint}}"
        yield from (f"  {line}" for line in only([other == phase for other in phases], colour))
    if deck.header.text is not None:
        texts = [plain_text(deck.header.text)]
    else:
        program = deck.header.program
        written = [f"${_statement(deck, program.tree, statement, frames)}$" for statement in program.statements]
        texts = [r"$\cdots$" if at is None else written[at] for at in deck.header.shown]
    following = (*deck.header.statements[1:], None)
    for text, placed, after in zip(texts, deck.header.statements, following, strict=True):
        where = f"at {at((deck.left + placed.x, deck.header_top + placed.y))} {{{text}}};"
        if deck.header.wraps(placed):
            room = f"{{{short(placed.label.width)}}}{{{short(_HEIGHT_SLACK * placed.label.height + 4)}}}"
            yield rf"  \node[ad paragraph={{{short(size / 10)}}}{room}] {where}"
        else:
            end = after.x - size / 2 if after and after.x > placed.x else deck.header.width
            yield rf"  \node[ad label={{{short(size / 10)}}}{{{short(end - placed.x)}}}] {where}"


def _statement(deck: Deck, tree: Tree, statement: Statement, frames: Sequence[Frame]) -> str:
    """Statement → LaTeX, each part of it with the slides on which it is at work."""
    graph = deck.trace.graph
    work: dict[int, list[bool]] = {}
    for slide, frame in enumerate(frames):
        if frame.at is not None and _can_be_marked(deck, frame.at):
            work.setdefault(int(graph.origins[frame.at]), [False] * len(frames))[slide] = True

    def tag(node: int) -> tuple[str, str]:
        if node not in work:
            return "", ""
        ranges = slide_ranges(work[node])
        return (rf"\adat<{ranges}>{{" if ranges else r"\admark{"), "}"

    return written_statement(tree, statement, TIGHT_LATEX, tag)


def _can_be_marked(deck: Deck, node: int) -> bool:
    """Whether the part of the formula can be kept together, as a mark does: not in lines where it is long."""
    header, mark = deck.header, deck.header.mark(node)
    short_part = mark is not None and mark[2] - mark[0] < header.width / 3 and mark[3] - mark[1] < 2 * deck.sizes.header
    return short_part or (mark is not None and not any(map(header.wraps, header.statements)))


# -- the graph ---------------------------------------------------------------------------------


def _graph(deck: Deck, frames: Sequence[Frame]) -> Iterator[str]:
    """Frames of functions, edges, nodes, in their places."""
    scene, trace = deck.scene, deck.trace
    shown, frames = frames, [of_forward_pass(frame) for frame in frames] if isinstance(scene, BackwardScene) else frames
    yield rf"  \begin{{scope}}[shift={{{at((deck.scene_x, deck.graph_top))}}}]"
    yield from grounds(deck)
    for group, ((x0, y0, x1, y1), title) in zip(_framed(deck), scene.groups, strict=True):
        yield rf"  \draw[ad group] {at((x0, y0))} rectangle {at((x1, y1))};"
        yield "  " + label("title", title, LATEX.write_name(group))
    of_edges, of_stems = gaps(scene.edges, scene.nodes)
    for number in painting_order(scene.edges):
        states = [frame.edges[number] for frame in frames]
        yield from _edge(deck, scene.edges[number], states, of_edges.get(number, ()))
    products = entrywise_products(trace)
    for node in scene.nodes:
        looks = [frame.nodes[node.id] for frame in frames]
        yield from _node(deck, node, looks, node.id in products, of_stems.get(node.id, ()))
    yield from backward(deck, shown)
    yield from notes(deck)
    yield r"  \end{scope}"


def _framed(deck: Deck) -> list[str]:
    """Names of the functions round whose calls there is a frame."""
    return [group.name for group in deck.trace.graph.groups if len(set(group.members)) > 1]


def _scope(comment: str, states: Sequence[NodeState] | Sequence[EdgeState], lines: Iterable[str]) -> Iterator[str]:
    """What a part is, its states slide by slide, and its lines → its scope, with the slides of every look."""
    looks = list(dict.fromkeys(state.look for state in states))
    ranges = {look: slide_ranges([state.look is look for state in states]) for look in looks}
    listed = ", ".join(_look(look.value, at) for look, at in ranges.items())
    yield f"  % {comment}"
    yield rf"  \begin{{scope}}[{listed}]"
    yield from (f"    {line}" for line in lines)
    yield r"  \end{scope}"


def _look(look: str, ranges: str) -> str:
    """Look and its slides → the key; braces keep the commas of several ranges."""
    if not ranges:
        return f"look={look}"
    return f"on={{<{ranges}>{look}}}" if "," in ranges else f"on=<{ranges}>{look}"


def _node(
    deck: Deck, node: Node, states: Sequence[NodeState], entrywise: bool, left_out: Sequence[Gap]
) -> Iterator[str]:
    """A node: outline and sign, name and value above, gradient below."""
    text = node_text(deck.trace, node.id, deck.style.digits, entrywise, TIKZ, deck.style.layers)
    size = "" if node.form == "circle" else f"={{{short(node.width)}}}{{{short(node.height)}}}"
    upright = deck.style.direction == "TB"
    stronger = ", ad stronger" if any(node.id in part.nodes for part in deck.scene.parts) else ""
    lines = [rf"\node[ad {node.form}{size}{stronger}] at {at((node.x, node.y))} {{${text.sign}$}};"]
    if node.name:
        lines.append(label("name", node.name, text.name))
    if node.value:
        lines += only([state.known for state in states], label("value", node.value, text.value))
    if node.unknown:
        unknown = [state.grad is not None and state.grad not in node.grads for state in states]
        lines += only(unknown, label("unknown", node.unknown, "?", centred=not upright))
    for count, placed in node.grads.items():
        style = "gradient" if count == node.last else "partial"
        line = label(style, placed, text.grads[count], centred=not upright and node.terms is None)
        lines += only([state.grad == count for state in states], line)
    if node.terms:
        lines += only([state.grad == node.last for state in states], label("terms", node.terms, text.terms))
    if node.dot:
        lines += _left_out(left_out)
        lines.append(rf"\draw[ad stem] {at(stem(node, node.dot))} -- {at(node.dot)};")
        lines.append(rf"\fill[ad dot] {at(node.dot)} circle ({short(DOT_RADIUS_PT)});")
    yield from _scope(deck.trace.graph.names[node.id], states, lines)


def _left_out(gaps: Sequence[Gap]) -> list[str]:
    """Gaps of the lines below one → what hides these there."""
    return [rf"\draw[ad gap] {at(start)} -- {at(end)};" for start, end in gaps]


def _edge(deck: Deck, edge: Edge, states: Sequence[EdgeState], left_out: Sequence[Gap]) -> Iterator[str]:
    """An edge: gaps of those below it, line, local derivative above it, contribution below it."""
    marked = any((edge.node, edge.slot) in part.edges for part in deck.scene.parts)
    lines = [*_left_out(left_out), rf"\draw[ad line{', ad stronger' if marked else ''}] {path(edge.points)};"]
    if edge.local or edge.number or edge.shape or edge.contribution:
        upright, layers = deck.style.direction == "TB", layers_at(deck.trace, edge.local is not None, deck.style.layers)
        text = edge_text(deck.trace, edge.node, edge.slot, deck.style.digits, TIKZ, layers)
        if edge.local:
            lines.append(label("local", edge.local, text.local))
        if edge.number:
            lines += only([state.known for state in states], label("local", edge.number, text.number))
        if edge.shape:
            lines.append(label("shape", edge.shape, text.shape))
        if edge.contribution:
            contribution = label("sent", edge.contribution, text.contribution, centred=not upright)
            lines += only([state.contributed for state in states], contribution)
    names = deck.trace.graph.names
    yield from _scope(f"{names[edge.arg]} -> {names[edge.node]}", states, lines)


# -- the words ---------------------------------------------------------------------------------


def words(deck: Deck, numbers: Sequence[int]) -> list[str]:
    """Deck and frames → for each the arguments of `\\adsay`: look, length of the bar, step, equation, sentence."""
    arguments = []
    for slide in slides(deck, numbers):
        frame = deck.frames[slide.number]
        look = frame.phase
        done = short(deck.width * frame.k / max(1, len(deck.trace.steps)))
        equation = " ".join(rf"\adpiece{{{piece}}}" for piece in slide.pieces(TIGHT_LATEX))
        heading = plain_text(slide.heading).replace("·", "--")
        arguments.append(f"{{{look}}}{{{done}}}{{{heading}}}{{{equation}}}{{{slide.sentence_latex}}}")
    return arguments
