"""What a lecturer says about a picture → HTML of a page: title, caption, legend; the rest is in its SVG."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from html import escape

from graphviz_ad.diagram import legend
from graphviz_ad.diagram.backward_labels import gradient_named
from graphviz_ad.diagram.backward_parts import BackwardScene
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.rich_text import RichText, rich_text
from graphviz_ad.language.mathml import MATHML
from graphviz_ad.messages.multilingual import Words

Math = Callable[[str], str]
"""MathML of a formula → an element of the page."""
_SIGN_SIZE = 16.0
"""Of the type beside a sign, in the units of its picture; the page scales it to its own."""


def title(deck: Deck, math: Math) -> str:
    """Deck → its title above the formula, "" where it has none."""
    text = deck.style.annotations.title
    return (
        f'<p class="title" role="heading" aria-level="1">{_html(rich_text(text, "title"), math)}</p>\n' if text else ""
    )


def below(deck: Deck, words: Words, math: Math) -> str:
    """Deck → caption and legend below the steps, "" where it has none."""
    annotations = deck.style.annotations
    caption = (
        f'<p class="caption">{_html(rich_text(annotations.caption, "caption"), math)}</p>\n'
        if annotations.caption
        else ""
    )
    kinds = legend.shown_kinds(deck.scene, deck.style.layers) if annotations.legend else []
    theme = deck.style.theme
    colours = {
        f.name: f"var(--{f.name.replace('_', '-')})" for f in fields(theme) if _is_colour(getattr(theme, f.name))
    }
    variables = replace(theme, **colours)  # type: ignore[arg-type]
    entries = (
        f"<span>{legend.sign_picture(kind, variables, _SIGN_SIZE, deck.upright)}"
        f"{words.tag('b' if kind.bold else 'span', kind.word, f'class={_quoted(kind.word)}')}</span>"
        for kind in kinds
    )
    caption = _meaning_of_bar(deck, words, math) + caption
    return f'{caption}<p class="legend">{" ".join(entries)}</p>\n' if kinds else caption


def _meaning_of_bar(deck: Deck, words: Words, math: Math) -> str:
    """Deck → what the bar and dashed arrows mean in a backward graph, "" in any other."""
    if not isinstance(deck.scene, BackwardScene):
        return ""
    graph, node = deck.trace.graph, gradient_named(deck.trace)
    name, output = (MATHML.write_name(graph.names[at]) for at in (node, graph.output))
    bar = f"<mover><mrow>{name}</mrow><mo>¯</mo></mover>"
    meaning = f"{bar}<mo>=</mo><mi>∂</mi>{output}<mo>/</mo><mi>∂</mi>{name}"
    saved = f"{words.tag('span', 'saved')} " if deck.scene.saved else ""
    return f'<p class="caption">{saved}{math(meaning)}</p>\n'


def _quoted(word: str) -> str:
    return f'"{word}"'


def _is_colour(value: object) -> bool:
    return isinstance(value, str) and value.startswith("#")


def _html(text: RichText, math: Math) -> str:
    """Text with mathematics → HTML."""
    return "".join(escape(p, quote=False) if isinstance(p, str) else math(p.write(MATHML)) for p in text.pieces)
