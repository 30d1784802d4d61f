"""What a lecturer says about a picture: which nodes stand together, what is marked, title, caption, notes, a legend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TypedDict, get_args

from graphviz_ad.diagram.rich_text import RichText, rich_text
from graphviz_ad.errors import GraphvizADError, nearest
from graphviz_ad.explain.equations import Symbol
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.tokens import normalise

Names = str | Iterable[str]
"""Names of nodes: one text with commas between them, or several."""
Sets = str | Iterable[Names]
"""One set of nodes as a text with commas, or several sets."""
Notes = Mapping[str, str] | Iterable[str]
"""Notes by the name of their node, or each as "NODE=TEXT"."""

_MAX_LISTED = 20
"""Names of nodes that an error lists: as many as are looked through."""


@dataclass(frozen=True)
class Annotations:
    """What is said about a picture, nodes by name.

    `same_rank` are sets of nodes of which each stands in one column (one row from top to bottom), `first` inputs that
    stand before all else in this order, `highlight` parts that are marked, `notes` pairs of a node and its note;
    `equations` are those of values and gradients below the graph, with gradients as ∂L/∂z or as δ; where gradients are
    shown and no values, theirs stand at the nodes (`Style.equations_at_nodes`).
    """

    same_rank: tuple[tuple[str, ...], ...] = ()
    first: tuple[str, ...] = ()
    highlight: tuple[tuple[str, ...], ...] = ()
    title: str = ""
    caption: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    legend: bool = False
    equations: Symbol | None = None

    @property
    def names(self) -> set[str]:
        """The nodes that are named."""
        return {*self.first, *(node for node, _ in self.notes), *chain(*self.same_rank, *self.highlight)}


NONE = Annotations()
"""Those of a picture about which nothing is said."""


class AnnotationOptions(TypedDict, total=False):
    """The options of `read_annotations`, by name."""

    same_rank: Sets
    first: Names
    highlight: Sets
    title: str
    caption: str
    note: Notes
    legend: bool
    equations: Symbol | None


def read_annotations(
    same_rank: Sets = (), first: Names = (), highlight: Sets = (), title: str = "", caption: str = "",
    note: Notes = (), legend: bool = False, equations: Symbol | None = None,
) -> Annotations:  # fmt: skip
    """Options by name → Annotations.

    >>> read_annotations(same_rank="a,b", note=["z=the logit"]).notes
    (('z', 'the logit'),)

    Raises GraphvizADError for a note without a node, a set of one node, and for mathematics that cannot be read; that a
    node is there is seen when there is a graph (`placed`).
    """
    notes = tuple(note.items()) if isinstance(note, Mapping) else tuple(map(_note, _several(note)))
    annotations = Annotations(
        _sets(same_rank), _names(first), _sets(highlight), title.strip(), caption.strip(),
        tuple((normalise(node).strip(), text.strip()) for node, text in notes), bool(legend), equations,
    )  # fmt: skip
    if equations not in (None, *get_args(Symbol)):
        raise GraphvizADError(f"there are no equations with '{equations}'", hint="use " + " or ".join(get_args(Symbol)))
    for names in annotations.same_rank:
        if len(set(names)) < 2:
            raise GraphvizADError(
                f"'{','.join(names)}' is one node, which is in one row with itself",
                hint="name several for same-rank, as in a,b",
            )
    twice = [node for node, _ in annotations.notes if [n for n, _ in annotations.notes].count(node) > 1]
    if twice:
        raise GraphvizADError(f"there are two notes at '{twice[0]}'", hint="write one text for both")
    for where, written in _written(annotations):
        rich_text(written, where)
    return annotations


def _written(annotations: Annotations) -> list[tuple[str, str]]:
    """Annotations → their texts, each with what it is."""
    texts = [("title", annotations.title), ("caption", annotations.caption)]
    return texts + [(f"note at '{node}'", text) for node, text in annotations.notes]


def _several(texts: str | Iterable[str]) -> list[str]:
    """One text or several → the texts."""
    return [texts] if isinstance(texts, str) else list(texts)


def _names(names: Names) -> tuple[str, ...]:
    """Names as an option has them → the names."""
    return tuple(name.strip() for text in _several(names) for name in normalise(text).split(",") if name.strip())


def _sets(sets: Sets) -> tuple[tuple[str, ...], ...]:
    """Sets of names as an option has them → the sets; one without a name is none."""
    listed = [sets] if isinstance(sets, str) else sets
    return tuple(names for names in map(_names, listed) if names)


def _note(text: str) -> tuple[str, str]:
    """ "NODE=TEXT" → the node and its note."""
    node, sign, note = text.partition("=")
    if not (sign and node.strip() and note.strip()):
        raise GraphvizADError(f"'{text}' is no note at a node", hint="write NODE=TEXT, as in z=the logit")
    return node, note


@dataclass(frozen=True)
class Marks:
    """Annotations at the nodes of a graph, by their ids.

    `ranks` are sets of nodes that stand in one column or row, of which `first` is the one before all else, in order.
    """

    ranks: tuple[tuple[int, ...], ...] = ()
    first: tuple[int, ...] = ()
    parts: tuple[frozenset[int], ...] = ()
    notes: Mapping[int, RichText] = field(default_factory=dict)


NO_MARKS = Marks()
"""Those of a graph about which nothing is said."""


def marks(graph: Graph, annotations: Annotations) -> Marks:
    """Graph and what is said about its picture → the same by the ids of its nodes.

    Raises GraphvizADError for a node that is not there, one of `first` that is no input, and for nodes that cannot
    stand in one column, since one is computed from another.
    """
    first = tuple(dict.fromkeys(_find(graph, name, "first") for name in annotations.first))
    for node in first:
        if graph.ops[node] is not None:
            raise GraphvizADError(
                f"'{graph.names[node]}' is computed, so it cannot stand first",
                hint="the inputs are " + ", ".join(graph.inputs),
            )
    sets = [{_find(graph, name, "same-rank") for name in names} for names in annotations.same_rank]
    ranks = _merged([*sets, set(first)] if first else sets)
    _require_ranks(graph, ranks, set(first))
    return Marks(
        tuple(tuple(sorted(rank)) for rank in ranks),
        first,
        tuple(frozenset(_find(graph, name, "highlight") for name in names) for names in annotations.highlight),
        {_find(graph, node, "note"): rich_text(text, f"note at '{node}'") for node, text in annotations.notes},
    )


def _find(graph: Graph, name: str, option: str) -> int:
    """Name of a node and the option it is given for → its id."""
    if name in graph.ids:
        return graph.ids[name]
    near = nearest(name, graph.ids)
    listed = list(graph.ids)
    there = "the nodes are " + ", ".join(listed[:_MAX_LISTED]) + (", …" if len(listed) > _MAX_LISTED else "")
    raise GraphvizADError(
        f"there is no node '{name}' for {option}", hint=f"did you mean '{near}'? {there}" if near else there
    )


def _merged(sets: Iterable[set[int]]) -> list[set[int]]:
    """Sets of nodes → the same, those with a node in common as one."""
    merged: list[set[int]] = []
    for new in sets:
        apart = [old for old in merged if not old & new]
        merged = [*apart, new.union(*(old for old in merged if old & new))]
    return merged


def _require_ranks(graph: Graph, ranks: list[set[int]], first: set[int]) -> None:
    """Raise GraphvizADError where what stands in one column or row is computed one from another."""
    which = {node: number for number, rank in enumerate(ranks) for node in rank}
    before: list[set[int]] = [set() for _ in ranks]  # the ranks that something in a rank comes after
    after: list[dict[int, int]] = []  # by node: the ranks on the paths into it, each with a node of it
    for node, args in enumerate(graph.args):
        reached = {rank: source for arg in args for rank, source in after[arg].items()}
        if node in which:
            here = which[node]
            before[here] |= reached.keys()
            inputs = ranks[here] & first
            if here in reached or (args and inputs):
                raise _not_in_a_row(graph, reached[here] if here in reached else min(inputs), node)
            reached[here] = node
        after.append(reached)
    for rank, reached_ranks in enumerate(before):  # two ranks of which each has something after the other
        waiting, seen = set(reached_ranks), set[int]()
        while waiting:
            at = waiting.pop()
            seen.add(at)
            waiting |= before[at] - seen
        if rank in seen:
            raise _not_in_a_row(graph, *sorted(ranks[rank])[:2])


def _not_in_a_row(graph: Graph, first: int, second: int) -> GraphvizADError:
    """Two nodes → the error that says why they do not stand in one column."""
    return GraphvizADError(
        f"'{graph.names[first]}' and '{graph.names[second]}' cannot stand in one row: "
        "a path leads from one to the other, or from what stands beside them",
        hint="name nodes for same-rank and first that are computed side by side",
    )
