"""Deck → one SVG that plays its steps wherever pictures are shown: in a README, in `<img>`, without a script.

What differs from a still picture, which has plain shapes and presentation attributes only: a `<style>` with CSS
keyframes, `class`, and `<use>`, so that every glyph and every state of a part stands in it once; `xlink:href` and
`display` are what Inkscape follows, which shows nothing at a plain `href` and all that is hidden. GitHub shows a
README's pictures in `<img>` under the policy `default-src 'none'; style-src 'unsafe-inline'; sandbox`, which allows
that. The attributes alone are the last picture: programs that do not play it show that, as does a browser whose
user wants less motion.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from graphviz_ad.diagram.paint import document
from graphviz_ad.diagram.timing import seconds
from graphviz_ad.export.deck_files import DeckFiles, PicturesDone
from graphviz_ad.export.states import collected, shared

if TYPE_CHECKING:
    from graphviz_ad.diagram.picture import Deck

_PAUSE_SECONDS = 2.0
"""How much longer the last picture stands before all begins again: time to see that this is the end."""


def deck(deck: Deck, numbers: Sequence[int], folder: str, tell: PicturesDone) -> DeckFiles:
    """Deck → an SVG that shows the frames of those numbers, each as long as it needs."""
    parts, shown = collected(deck.painter, [deck.frames[number] for number in numbers])
    timing = _Timing(deck, numbers)
    below = [timing.part(deck.mark(number), [n]) for n, number in enumerate(numbers)]
    graph = [timing.part(svg, [n for n, now in enumerate(shown) if number in now]) for number, svg in parts]
    above = [timing.part(_words(deck, number), [n]) for n, number in enumerate(numbers)]
    groups = "".join(svg for svg, _ in deck.painter.groups)
    body = f"{''.join(below)}{deck.formula}{deck.shift}{groups}{''.join(graph)}</g>{''.join(above)}"
    defined, body = shared(body)
    body = f"{deck.paper}{defined}{body}"
    key = hashlib.sha256(body.encode()).hexdigest()[:4]
    body = re.sub(' (id="|href="#)', rf" \g<1>{key}", body).replace(" href=", " xlink:href=")
    svg = document(
        [timing.style(), body], deck.full_width, deck.height,
        title=deck.title, description=deck.captions[numbers[-1]].spoken, shown=deck.shown, key=key, glyphs="shared",
    )  # fmt: skip
    for done in range(len(numbers)):  # none is done before all are
        tell(done + 1)
    return svg.encode(), []


def _words(deck: Deck, number: int) -> str:
    return "".join(words.ink for words in deck.words(number)) + deck.bar(number)


class _Timing:
    """When each frame is there, and a class for each set of frames in which a part is seen."""

    def __init__(self, deck: Deck, numbers: Sequence[int]) -> None:
        stands = [seconds(deck.frames[number], deck.captions[number].plain_sentence) for number in numbers]
        stands[-1] += _PAUSE_SECONDS
        self.total = sum(stands)
        self.begins = [0.0, *accumulate(stands)][:-1]
        self.last = len(numbers) - 1
        self.classes: dict[tuple[int, ...], str] = {}

    def part(self, svg: str, frames: Sequence[int]) -> str:
        """A part and the frames it is in → a group that is seen in these, and at rest if it is in the last one."""
        if len(frames) > self.last or not svg:
            return svg
        name = self.classes.setdefault(tuple(frames), f"k{len(self.classes)}")
        hidden = "" if self.last in frames else ' display="none"'
        return f'<g class="k {name}"{hidden}>{svg}</g>'

    def style(self) -> str:
        """→ the style that plays it all, in which all parts are there; `step-end` lets a state stand until the next."""
        rules = [f".{name}{{animation-name:{name}}}{self._keyframes(name, on)}" for on, name in self.classes.items()]
        play = f".k{{display:inline;animation:{self.total:.1f}s step-end infinite}}{''.join(rules)}"
        return f"<style>@media (prefers-reduced-motion:no-preference){{{play}}}</style>"

    def _keyframes(self, name: str, frames: tuple[int, ...]) -> str:
        """Name and frames → when it appears and disappears."""
        on = [number in frames for number in range(self.last + 1)]
        turns = [(0, on[0])] + [(n + 1, after) for n, (before, after) in enumerate(pairwise(on)) if before != after]
        steps = (f"{self._at(n)}{{visibility:{'visible' if seen else 'hidden'}}}" for n, seen in turns)
        return f"@keyframes {name}{{{''.join(steps)}}}"

    def _at(self, number: int) -> str:
        """Number of a frame → when it begins, in per cent of the whole."""
        return f"{100 * self.begins[number] / self.total:.3f}".rstrip("0").rstrip(".") + "%"
