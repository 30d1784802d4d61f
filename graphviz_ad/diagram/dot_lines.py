"""Boxes and links → DOT, the language of Graphviz; node ids are their positions, sizes in inches (72 points)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import graphviz

    from graphviz_ad.diagram.layout import Box, Direction, GroupFrame, Link, Rank


def dot_text(
    boxes: Sequence[Box],
    links: Sequence[Link],
    frames: Sequence[GroupFrame],
    settings: Mapping[str, str],
    ranks: Sequence[Rank] = (),
    *,
    direction: Direction,
    gap: float,
    rank_gap: float,
    order: Sequence[int] | None = None,
) -> str:
    """Boxes and links → DOT; node ids are their positions, sizes in inches (72 points)."""
    head, nodes, *rest = _lines(
        tuple(boxes), tuple(links), tuple(frames), tuple(settings.items()), tuple(ranks), direction, gap, rank_gap
    )
    return head + "".join(nodes if order is None else [nodes[number] for number in order]) + "".join(rest)


@lru_cache(maxsize=4)
def _lines(
    boxes: tuple[Box, ...], links: tuple[Link, ...], frames: tuple[GroupFrame, ...],
    settings: tuple[tuple[str, str], ...], ranks: tuple[Rank, ...], direction: Direction, gap: float, rank_gap: float,
) -> tuple[str, list[str], str]:  # fmt: skip
    """Boxes and links → the beginning of their DOT, the line of each box, and the rest, kept for other orders."""
    import graphviz

    side = {"LR": ("e", "w"), "TB": ("s", "n")}[direction]
    newrank = {"newrank": "true"} if ranks and frames else {}  # else boxes of a rank fall out of their frame
    graph = graphviz.Digraph(
        graph_attr={
            "rankdir": direction, "nodesep": _inches(gap), "ranksep": _inches(rank_gap), **newrank, **dict(settings),
        },
        node_attr={"shape": "box", "fixedsize": "true", "label": "", "margin": "0"},
        edge_attr={"arrowhead": "none", "tailport": side[0], "headport": side[1]},
    )  # fmt: skip
    for number, box in enumerate(boxes):
        attributes = {"group": "main"} if box.main else {}
        if box.ordered:
            attributes["ordering"] = "in"
        if box.ports:
            attributes |= {"shape": "plain", "fixedsize": "false", "label": _ported(box, direction)}
        else:
            attributes |= {"width": _inches(box.width), "height": _inches(box.height)}
        graph.node(f"n{number}", **attributes)
    for cluster in _clusters(frames):
        graph.subgraph(cluster)
    for rank in ranks:
        graph.subgraph(_rank(rank))
    for number, link in enumerate(links):
        tail = _end(link.tail, link.tail_port, side[0])
        graph.edge(tail, _end(link.head, link.port, side[1]), id=f"e{number}", weight=str(link.weight))
    lines = list(graph)
    first = len(lines) - 1 - len(graph.body)
    nodes = lines[first : first + len(boxes)]
    return "".join(lines[:first]), nodes, "".join(lines[first + len(boxes) :])


def _rank(rank: Rank) -> graphviz.Digraph:
    """Boxes of a column or row → Graphviz's rank; links that are not seen, and have no id, keep them in order."""
    import graphviz

    graph = graphviz.Digraph(graph_attr={"rank": "min" if rank.first else "same"})
    for box in rank.boxes:
        graph.node(f"n{box}")
    for box, following in pairwise(rank.ordered):
        graph.edge(f"n{box}", f"n{following}", style="invis", tailport="c", headport="c")
    return graph


def _clusters(frames: Sequence[GroupFrame]) -> list[graphviz.Digraph]:
    """Frames → Graphviz's clusters, the smaller ones within the larger."""
    import graphviz

    order = sorted(range(len(frames)), key=lambda number: len(frames[number].boxes))
    clusters, outer = {}, []
    for number in order:
        frame = frames[number]
        size = f'WIDTH="{frame.width:.0f}" HEIGHT="{frame.height:.0f}"'
        title = f'<TABLE BORDER="0" FIXEDSIZE="TRUE" {size}><TR><TD></TD></TR></TABLE>'
        clusters[number] = graphviz.Digraph(
            f"cluster{number}", graph_attr={"label": f"<{title}>", "labeljust": "l", "margin": "8"}
        )
        for box in sorted(frame.boxes):
            clusters[number].node(f"n{box}")
    for at, number in enumerate(order):
        around = next((other for other in order[at + 1 :] if frames[number].boxes <= frames[other].boxes), None)
        if around is None:
            outer.append(clusters[number])
        else:
            clusters[around].subgraph(clusters[number])
    return outer


def _end(box: int, port: int | None, side: str) -> str:
    """Box, port and side → an end of a link in DOT."""
    return f"n{box}" if port is None else f"n{box}:{_port_name(port)}:{side}"


def _port_name(port: int) -> str:
    """Distance of a port from the middle → its name in DOT, which has no sign in it."""
    return f"p{port}" if port >= 0 else f"m{-port}"


_PORT_PT = 4
"""Height of a port, which is also the least distance of two; even, so that its middle is a whole point."""


def _ported(box: Box, direction: Direction) -> str:
    """Box with ports → Graphviz's HTML-like table: a strip of cells along the side where links come in."""
    across, along = (box.height, box.width) if direction == "LR" else (box.width, box.height)
    across, along = 2 * round(across / 2), 2 * round(along / 2)
    spans = []
    at = -across // 2
    for port in sorted(box.ports):
        spans += [(port - _PORT_PT // 2 - at, ""), (_PORT_PT, f' PORT="{_port_name(port)}"')]
        at = port + _PORT_PT // 2
    spans.append((across // 2 - at, ""))
    size = "HEIGHT" if direction == "LR" else "WIDTH"
    across_size = "WIDTH" if direction == "LR" else "HEIGHT"
    cells = [
        f'<TD FIXEDSIZE="TRUE" {size}="{length}" {across_size}="{along}"{port}></TD>'
        for length, port in spans
        if length > 0
    ]
    rows = "".join(f"<TR>{cell}</TR>" for cell in cells) if direction == "LR" else f"<TR>{''.join(cells)}</TR>"
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{rows}</TABLE>>'


def _inches(points: float) -> str:
    return f"{points / 72:.5f}"
