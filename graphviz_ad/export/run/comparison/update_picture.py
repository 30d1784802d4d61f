"""A run and one of its updates → the graph with all its numbers as SVG, without words, in the colours of a page."""

from __future__ import annotations

from dataclasses import replace

from graphviz_ad.autodiff.detail import closed
from graphviz_ad.diagram.paint import Painter
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.style import Style
from graphviz_ad.diagram.typeset import short
from graphviz_ad.export.states import collected, colours
from graphviz_ad.training.run import Run
from graphviz_ad.training.shown_update import shown_update

_MAX_WRITTEN_OUT = 4
"""Examples up to which a batch is written out, as on the page of a run."""
_MARGIN_PT = 8.0
"""Around a picture, as around one in a deck."""


def update_picture(run: Run, number: int, style: Style) -> str:
    """Run, number of an update, look → SVG. Raises GraphvizADError where there is no update, or too large a graph."""
    size = run.settings.batches.size
    trace = shown_update(run, number, None if size <= _MAX_WRITTEN_OUT else False)
    deck = Deck(closed(trace, style.detail or "statement"), replace(style, fit="page"), [])
    scene, theme = deck.scene, style.theme
    variables = replace(theme, **{name: f"var(--{name.replace('_', '-')})" for name in colours(theme)})  # type: ignore[arg-type]
    painter = Painter(variables, deck.trace.graph.names, scene)
    placed, _ = collected(painter, [deck.frames[len(deck.frames) - 1]])
    body = "".join(svg for svg, _ in painter.groups) + "".join(svg for _, svg in placed)
    width, height = scene.width + 2 * _MARGIN_PT, scene.height + 2 * _MARGIN_PT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{short(-_MARGIN_PT)} {short(-_MARGIN_PT)} {short(width)} '
        f'{short(height)}" width="{short(width)}" height="{short(height)}" aria-hidden="true">{body}</svg>'
    )
