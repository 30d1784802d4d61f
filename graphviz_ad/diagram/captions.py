"""Frames → what stands under them: the equation in three stages, a sentence, the step's number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.frames import Frame
from graphviz_ad.diagram.labels import Sizes
from graphviz_ad.diagram.typeset import Label, Request, text, typeset
from graphviz_ad.explain import words
from graphviz_ad.explain.equation import equation
from graphviz_ad.explain.sentence import Segment, plain, sentence
from graphviz_ad.language.printer import DISPLAY, TYPST


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands under a frame: set, and as plain text, of which `spoken` is all in one for who cannot see it."""

    equation: Label
    sentence: Label
    counter: Label
    heading: str
    said: str
    spoken: str


def spoken(trace: Trace, frame: Frame, lang: str, digits: int, upright: bool) -> str:
    """Frame → what is said about it in one line, in a language that need not be the picture's."""
    return _words(trace, frame, len(trace.steps), digits, lang, upright).spoken


@dataclass(frozen=True, slots=True)
class _Words:
    """A caption before it is set: the equation in pieces between which a line may break, as Typst mathematics."""

    pieces: tuple[str, ...]
    sentence: str
    counter: str
    said: str
    spoken: str


def captions(
    trace: Trace, frames: Sequence[Frame], last: int, width: float, sizes: Sizes, digits: int, lang: str, upright: bool,
) -> list[Caption]:  # fmt: skip
    """Frames → their captions, no wider than `width`; `last` is the number of steps."""
    said = [_words(trace, frame, last, digits, lang, upright) for frame in frames]
    requests = [
        request
        for one in said
        for request in (
            Request(_whole(one.pieces), sizes.equation, width),
            Request(one.sentence, sizes.sentence, width),
            Request(text(one.counter), sizes.counter),
        )
    ]
    labels = typeset(requests, lang)
    wide = [n for n in range(len(said)) if labels[3 * n].ink_width > width]
    again = [Request(f"${' '.join(said[n].pieces)}$", sizes.equation, width) for n in wide]
    for n, label in zip(wide, typeset(again, lang), strict=True):
        labels[3 * n] = label  # one piece alone was too wide: it is broken anywhere
    return [
        Caption(labels[3 * n], labels[3 * n + 1], labels[3 * n + 2], one.counter, one.said, one.spoken)
        for n, one in enumerate(said)
    ]


def _words(trace: Trace, frame: Frame, last: int, digits: int, lang: str, upright: bool) -> _Words:
    """Frame → what is said about it."""
    step = frame.step
    if step is None:
        what = "start" if frame.k == 0 else "finished"
        line, said = words.overview(trace, what, digits), words.remark(trace, what, lang, upright=upright)
        counter = words.say(what, lang)
        spoken = ". ".join(part for part in (counter, ", ".join(line.pieces(DISPLAY)), said) if part)
        pieces = line.pieces(TYPST)
        return _Words((*(f"{piece}, quad" for piece in pieces[:-1]), *pieces[-1:]), text(said), counter, said, spoken)
    segments = sentence(trace, step, lang, digits)
    written = equation(trace, step, digits)
    counter = f"{words.say(step.phase, lang)} · {words.say('counter', lang).format(k=step.k, n=last)}"
    shown = "".join(map(_segment, segments))
    spoken = f"{counter}. {written.write(DISPLAY)}. {plain(segments)}"
    pieces = [(sign + part).strip() for sign, part in written.whole.relations(TYPST)]
    return _Words(tuple(pieces), shown, counter, plain(segments), spoken)


def _whole(pieces: Sequence[str]) -> str:
    """Pieces → markup in which a line breaks only between them, that is before a relation sign."""
    return " ".join(f"#box($#math.display(${piece}$)$)" for piece in pieces)


def _segment(segment: Segment) -> str:
    """A piece of a sentence → Typst markup."""
    _, content = segment
    if isinstance(content, str):
        return text(content)
    written = content.write(TYPST)
    word = re.fullmatch(r'"\w+"', written)  # a Japanese name is a word of its sentence, with no space about it
    return f"#{written}" if word else f"${written}$"
