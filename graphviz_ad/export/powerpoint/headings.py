"""Frame of a deck → the title of its slide: what the step computes, on one line."""

from __future__ import annotations

import re

from graphviz_ad.autodiff.steps import Accumulate, Pull
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.slides import Slide
from graphviz_ad.diagram.surroundings import plain_title
from graphviz_ad.language.printer import DISPLAY, write
from graphviz_ad.language.tree import DERIVATIVE, Tree

_MAX_CHARACTERS = 64
"""Of a heading: one line of type of 20 points on most of a slide's width, with room for wider letters."""
_NUMBERED = re.compile(r"(?<![\w.])([^\W\d_]{1,2})_?(\d{1,2})(?![\w.(])")
"""A name with a number, as v1 or w_12, which is no function and no part of a number."""
_POWER = re.compile(r"\^(\d)(?![\w.])")
"""A power of one digit, as ^2."""
_LOWERED, _RAISED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"), str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def heading(deck: Deck, slide: Slide) -> str:
    """Words of a frame → its title: the quantity at work and what it is computed from, behind the author's own title.

    Of several contributions it says which gradient they go to, of a sum how many of its terms are there.
    """
    own = "" if deck.titled else plain_title(deck.style.annotations)
    step = deck.frames[slide.number].step
    if step is None:
        end = slide.heading[:1].upper() + slide.heading[1:]
        return own or end if slide.number == 0 else _joined(own, end)
    subject, *computed = slide.pieces(DISPLAY)
    title = " ".join((subject, *computed[:1]))
    match step:
        case Pull(of=of, to=to) if of > 1:
            subject = _gradient(deck, to)
            title = f"{subject} ← {slide.pieces(DISPLAY)[0]}"
        case Accumulate(count=count, of=of):
            subject, title = f"{subject} ({count}/{of})", f"{title} ({count}/{of})"
    return _joined(own, _set(title if len(title) <= _MAX_CHARACTERS - len(own) else subject))


def _joined(own: str, title: str) -> str:
    return f"{own} — {title}" if own else title


def _gradient(deck: Deck, node: int) -> str:
    """Node → the sign of its gradient as text."""
    graph, tree = deck.trace.graph, Tree()
    return write(tree, tree.add(DERIVATIVE, (graph.names[graph.output], graph.names[node])), DISPLAY)


def _set(text: str) -> str:
    """Text of an equation → the same with numbers of names lowered and powers raised.

    >>> _set("v3 = v2^2 + log2(x_1)"), _set("∂L/∂v12")
    ('v₃ = v₂² + log2(x₁)', '∂L/∂v₁₂')
    """
    lowered = _NUMBERED.sub(lambda match: match[1] + match[2].translate(_LOWERED), text)
    return _POWER.sub(lambda match: match[1].translate(_RAISED), lowered)
