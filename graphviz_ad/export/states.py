"""Deck → one SVG that holds every state of every part once, and which of them each frame shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from operator import itemgetter
from typing import TYPE_CHECKING

from graphviz_ad.diagram.edges import Edge
from graphviz_ad.diagram.frames import Frame
from graphviz_ad.diagram.glyphs import INK, PIECE
from graphviz_ad.diagram.nodes import Node
from graphviz_ad.diagram.paint import Painter, escape
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.theme import Theme
from graphviz_ad.diagram.typeset import short

if TYPE_CHECKING:
    from graphviz_ad.export.player.label_marks import LiveLabels

_MARGIN_PT = 8.0
"""Round the graph on a page: half of the widest button of an edge (16), or its rim would be cut off."""
_PATH = re.compile(r'<path d="([^"]*)"')
"""The outline of a path that has it as its first attribute, as lines have: `<path d="M0 0L5 5"`."""
_HIDDEN = ' display="none"'
"""Of a part that is not in the last picture, until a script shows it."""


@dataclass(frozen=True, slots=True)
class States:
    """The SVG, whose parts that are not in the last picture are not displayed, and for each frame its parts.

    Parts are told by the numbers in their ids, `s0`, `s1` …; those that never change have none. Parts that can be
    asked about have `data-story`: `n3` the node 3, `e7-0` the edge into slot 0 of node 7.
    """

    svg: str
    shown: tuple[tuple[int, ...], ...]


def colours(theme: Theme) -> dict[str, str]:
    """Theme → its colours by name."""
    values = {field.name: getattr(theme, field.name) for field in fields(theme)}
    return {name: value for name, value in values.items() if isinstance(value, str) and value.startswith("#")}


def states(
    deck: Deck, numbers: Sequence[int], titles: dict[str, str], live: LiveLabels | None = None, *,
    layered: bool = False,
) -> States:  # fmt: skip
    """Deck and the frames to show → their states, in colours that are CSS variables (`var(--ink)` …).

    `titles` are the names by story of what can be asked about; `live` the labels that a script sets anew, each with
    an element of its own: `q-v5` the value of node 5. With `layered` labels have the classes of their layers.
    """
    scene, theme = live.scene if live else deck.scene, deck.style.theme
    variables = replace(theme, **{name: f"var(--{name.replace('_', '-')})" for name in colours(theme)})  # type: ignore[arg-type]
    painter = deck.painter.of(scene, variables, layered=layered)
    frames = [deck.frames[number] for number in numbers]
    placed, shown = collected(painter, frames)
    last = set(shown[-1])
    body = "".join(
        f'<g id="s{number}"{"" if number in last else _HIDDEN}{svg.removeprefix("<g")}' for number, svg in placed
    )
    defined, body = shared("".join(svg for svg, _ in painter.groups) + body, live)
    x, y, width, height = -_MARGIN_PT, -_MARGIN_PT, scene.width + 2 * _MARGIN_PT, scene.height + 2 * _MARGIN_PT
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{short(x)} {short(y)} {short(width)} {short(height)}" '
        f'width="{short(width)}" height="{short(height)}">'
        f"{defined}{body}{''.join(_areas(deck, titles))}</svg>"
    )
    return States(svg, shown)


def collected(painter: Painter, frames: Sequence[Frame]) -> tuple[list[tuple[int, str]], tuple[tuple[int, ...], ...]]:
    """Frames → their parts, each once, with their numbers, from the lowest to the topmost; and those of each frame.

    Within a layer they stand in the order in which a frame has them, whatever state they are in.
    """
    keys: dict[str, int] = {}
    layers: list[list[tuple[int, str]]] = [[], [], []]
    parts_of_frames = []
    for frame in frames:
        numbers = []
        for place, (layer, svg) in enumerate(painter.in_layers(frame)):
            if svg not in keys:
                keys[svg] = len(keys)
                layers[layer].append((place, svg))
            numbers.append(keys[svg])
        parts_of_frames.append(tuple(numbers))
    ordered = (svg for layer in layers for _, svg in sorted(layer, key=itemgetter(0)))
    return [(keys[svg], svg) for svg in ordered], tuple(parts_of_frames)


def shared(body: str, live: LiveLabels | None = None) -> tuple[str, str]:
    """Body → definitions of the glyphs, texts and lines in it, and the body that uses them.

    A text is its glyphs, each in its place; what stands in the body once only is left there. A path of "@" and a key
    stands for the outlines that `live` has for the key, whose other outlines are defined too.
    """
    counts = Counter(match[-1] for match in INK.findall(body)) + Counter(_PATH.findall(body))
    glyphs: dict[str, str] = live.defined if live else {}
    texts: dict[str, str] = {}

    def text(match: re.Match[str]) -> str:
        x, y, colour, path = match.groups()
        if live and path[:1] == "@":
            texts.setdefault(path, f'<g id="q-{path[1:]}">{_glyphs(live.first[path[1:]], glyphs)}</g>')
        elif counts[path] == 1:
            return f'<g transform="translate({x} {y})" fill="{colour}">{_glyphs(path, glyphs)}</g>'
        if path not in texts:
            texts[path] = f'<g id="t{len(texts)}">{_glyphs(path, glyphs)}</g>'
        name = texts[path].split('"', 2)[1]
        return f'<use href="#{name}" x="{x}" y="{y}" fill="{colour}"/>'

    body = INK.sub(text, body)
    lines = {path: f"l{n}" for n, path in enumerate(path for path in _PATH.findall(body) if counts[path] > 1)}
    body = _PATH.sub(lambda match: f'<use href="#{lines[match[1]]}"' if match[1] in lines else match[0], body)
    defined = "".join(f'<path id="{name}" d="{path}"/>' for path, name in (glyphs | lines).items())
    return f"<defs>{defined}{''.join(texts.values())}</defs>", body


def glyphs_of(path: str) -> list[tuple[str, str, str]]:
    """Outlines of a text → where each piece begins, x and y, and the rest of it."""
    return PIECE.findall(path)


def _glyphs(path: str, glyphs: dict[str, str]) -> str:
    """Outlines of a text → uses of its glyphs, which are added to those known; bars of fractions stay as they are."""
    uses = []
    for x, y, outline in glyphs_of(path):
        if outline[:1] == "H":
            uses.append(f'<path d="M{x} {y}{outline}"/>')
        elif outline:
            name = glyphs.setdefault(f"M0 0{outline}", f"g{len(glyphs)}")
            down = "" if y == "0" else f' y="{y}"'
            uses.append(f'<use href="#{name}" x="{x}"{down}/>')
    return "".join(uses)


def _areas(deck: Deck, titles: dict[str, str]) -> Iterator[str]:
    """What a script makes a button: a wide line along each edge, an area on each node."""
    for edge in deck.scene.edges:
        story = f"e{edge.node}-{edge.slot}"
        if story in titles:
            yield _area(story, titles[story], f'<path d="{_line(edge)}" fill="none" stroke-width="16"/>')
    for node in deck.scene.nodes:
        yield _area(f"n{node.id}", titles[f"n{node.id}"], _cover(node))


def _area(story: str, title: str, shape: str) -> str:
    """Name and title of a story, and a shape → what a script makes a button."""
    return f'<g class="area" data-story="{story}" role="img" aria-label="{_attribute(title)}">{shape}</g>'


def _line(edge: Edge) -> str:
    """Edge → the path of its line."""
    (x, y), *controls = edge.points
    return f"M{short(x)} {short(y)}C" + " ".join(f"{short(x)} {short(y)}" for x, y in controls)


def _cover(node: Node) -> str:
    """Node → a rectangle as large as its outline and a little more."""
    width, height = node.width + 4, node.height + 4
    x, y = node.x - width / 2, node.y - height / 2
    rounded = short(min(width, height) / 2 if node.form in ("circle", "pill") else 8)
    place = f'x="{short(x)}" y="{short(y)}" width="{short(width)}" height="{short(height)}"'
    return f'<rect {place} rx="{rounded}" fill="none"/>'


def _attribute(text: str) -> str:
    return escape(text).replace('"', "&quot;")
