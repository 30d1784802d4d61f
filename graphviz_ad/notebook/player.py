"""Trace → a player in a cell: a widget where anywidget is installed, else a page of its own in a frame."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from html import escape
from importlib.util import find_spec
from typing import TYPE_CHECKING, Unpack

from graphviz_ad.autodiff.detail import closed
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.picture import Deck, Picture, make_style
from graphviz_ad.diagram.selection import DeckOptions, chosen, parted, require_frame, shown_at
from graphviz_ad.export.image.bundle import Bundle, bundle
from graphviz_ad.export.registry import make

if TYPE_CHECKING:
    from graphviz_ad.notebook.widget import Player

_HTML = "text/html"
"""MIME type of the page that a cell shows where there is no widget."""
_MIN_HEIGHT_PX, _MAX_HEIGHT_PX, _WORDS_HEIGHT_PX = 420, 900, 180
"""Of the frame of a page: the smallest player, what is seen at once on a screen, and what buttons and words take."""


def player(trace: Trace, step: int = 0, **options: Unpack[DeckOptions]) -> Player | Still:
    """Trace → what plays its steps in a cell, beginning at one of them; the look is that of `make_style`.

    Which steps is said as for `make_selection`.

    Raises GraphvizADError for a step or a look that is not there.
    """
    selection, look = parted({"fit": "page", **options})
    if (detail := look.get("detail")) is not None:
        trace = closed(trace, detail)
    require_frame(trace, step)
    chosen(trace, selection)
    if find_spec("anywidget") is None:
        return Still(Deck(trace, make_style(**look), selection=selection), step)
    from graphviz_ad.notebook.widget import Player

    return Player(trace, step, selection, **look)


@dataclass(frozen=True)
class Still:
    """A player whose numbers stay as they are: the web page, in a frame that nothing gets out of."""

    deck: Deck
    step: int

    def __repr__(self) -> str:
        return f"<Player of {self.deck.trace!r}>"

    def html(self) -> str:
        """→ the frame with the page in it."""
        deck = self.deck
        page = make("html", deck, deck.pictures(), "", lambda done: None, start=self.step)[0].decode()
        height = max(_MIN_HEIGHT_PX, min(_MAX_HEIGHT_PX, round(deck.height) + _WORDS_HEIGHT_PX))
        return (
            f'<iframe sandbox="allow-scripts" title="{escape(deck.title)}" loading="lazy" '
            f'style="width:100%;height:{height}px;border:0" srcdoc="{escape(page)}"></iframe>'
        )

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> Bundle:
        number = shown_at(self.deck.pictures(), self.step)
        data, metadata = bundle(lambda: Picture(self.deck, number), repr(self), include, exclude)
        if (not include or _HTML in include) and _HTML not in (exclude or ()):
            data = {_HTML: self.html(), **data}
        return data, metadata
