"""What another product adds to a page: a part beside the graph, its style, its script, its data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from graphviz_ad.messages.multilingual import Words


@dataclass(frozen=True, slots=True)
class Extension:
    """A part of a page: its HTML, made with the words of the page, a style, a script and the data it reads as `name`.

    The script stands behind the page's own. It gives other numbers to inputs by an event "inputs" of the document,
    whose detail is a list of pairs: node and number, or the list of an array's entries. `quiet` inputs have no fields,
    as data that are too many. `framed` is a page that it shows in a frame.
    """

    name: str
    html: Callable[[Words], str]
    style: str
    script: str
    data: Mapping[str, object]
    quiet: frozenset[int] = field(default=frozenset())
    framed: str = ""
