"""Deck → what the script of a cell shows: a picture with every state, the words of each step, numbers to change."""

from __future__ import annotations

import math
from importlib.resources import files

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.timing import seconds
from graphviz_ad.explain.json_text import Json
from graphviz_ad.explain.record import listed
from graphviz_ad.export.player import around
from graphviz_ad.export.player.live import typed
from graphviz_ad.export.player.shell import MATHEMATICS_RULE, mathematics_font
from graphviz_ad.export.player.writer import Writer
from graphviz_ad.export.states import colours, states
from graphviz_ad.messages.catalogue import say, tag
from graphviz_ad.values import as_float

_NUMBER_PROBLEMS = ("refused", "empty", "digits", "comma", "thousand", "several", "zero", "huge", "tiny")
"""What may be wrong with a number that is typed, as `reading.js` has it."""
_PLAYER_WORDS = ("controls", "first", "previous", "play", "pause", "next", "last", "step")
"""Keys of the words of the buttons, without their prefix in the catalogue (`player`)."""
_NOTEBOOK_WORDS = ("hint", "inputs", "reset", "list")
"""Keys of the words of fields and lists, without their prefix (`notebook`)."""
_MAX_ENTRIES = 64
"""Entries of an array up to which it can be typed: a matrix of 8 × 8; more do not fit a line of text."""
_SLIDER_STEPS = 100
"""Places of a slider on each side of zero: fine enough for a hand, and short numbers where the reach is round."""


def page(deck: Deck, first: Trace) -> dict[str, object]:
    """Deck, and the trace with the author's numbers → texts, lists and numbers for `widget.js`.

    Ids in the picture are of this picture alone: the script puts it into a shadow tree, where no other is seen.
    """
    style = deck.style
    writer = Writer(deck, (style.lang,))
    numbers = deck.pictures()
    frames = [deck.frames[number] for number in numbers]
    titles = {story: title[style.lang] for story, title in writer.teller.titles().items()}
    painted = states(deck, numbers, titles)
    variables = "".join(f"--{name.replace('_', '-')}:{value};" for name, value in colours(style.theme).items())
    return {
        "title": deck.title,
        "numbers": numbers,
        "tag": tag(style.lang),
        "style": f":host{{{variables}}}{MATHEMATICS_RULE}"
        + (files("graphviz_ad.notebook") / "widget.css").read_text(encoding="utf-8"),
        "font": mathematics_font(),
        "formula": around.title(deck, writer.math) + writer.formula(),
        "below": around.below(deck, writer.words, writer.math),
        "picture": painted.svg,
        "shown": [list(parts) for parts in painted.shown],
        "items": [writer.step(frame) for frame in frames],
        "counters": [writer.counter(frame, style.lang) for frame in frames],
        "said": [writer.spoken(frame, style.lang) for frame in frames],
        "seconds": [seconds(frame, writer.sentence(frame, style.lang)) for frame in frames],
        "marks": [-1 if frame.at is None else int(deck.trace.graph.origins[frame.at]) for frame in frames],
        "phases": [frame.step.phase if frame.step else "" for frame in frames],
        "controls": controls(deck.trace, first),
        "typed": typed(),
        "words": {key: say(f"player.{key}", style.lang) for key in _PLAYER_WORDS}
        | {key: say(f"player.live.{key}", style.lang) for key in _NUMBER_PROBLEMS}
        | {key: say(f"notebook.{key}", style.lang) for key in _NOTEBOOK_WORDS},
    }


def script() -> str:
    """→ the script of a cell, with how a page reads numbers before it."""
    parts = (files("graphviz_ad.export.player") / "reading.js", files("graphviz_ad.notebook") / "widget.js")
    return "".join(part.read_text(encoding="utf-8") for part in parts)


def controls(trace: Trace, first: Trace) -> list[dict[str, Json]]:
    """Trace, and the one with the author's numbers → a slider for each number, a text for each small array."""
    entries: list[dict[str, Json]] = []
    for name, node in trace.graph.inputs.items():
        value, start = trace.values[node], first.values[node]
        if isinstance(value, float):
            start = as_float(start)
            if math.isfinite(value) and math.isfinite(start):
                reach = bound(max(abs(value) / 2, abs(start)))
                step = reach / _SLIDER_STEPS
                entries.append({"name": name, "value": value, "start": start, "reach": reach, "by": step})
        elif math.prod(trace.shape(node)) <= _MAX_ENTRIES:
            entries.append({"name": name, "value": listed(value), "start": listed(start)})
    return entries


def bound(value: float) -> float:
    """Number → how far its slider goes on both sides of zero: twice as far at least, a round number.

    >>> bound(2.0), bound(0.3), bound(0.0), bound(30.0)
    (5.0, 1.0, 1.0, 100.0)
    """
    if value < 0.25:
        return 1.0
    power = 10.0 ** math.floor(math.log10(2 * value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= 2 * value)
