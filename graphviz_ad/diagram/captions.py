"""Frames → what stands under them: the equation in three stages, a sentence, the step's number."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from graphviz_ad.autodiff.detail import shaped
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.fonts import Fonts
from graphviz_ad.diagram.frames import Frame
from graphviz_ad.diagram.layers import ALL, ARRAY_NAMES
from graphviz_ad.diagram.rich_text import RichText
from graphviz_ad.diagram.typeset import Label, Request, text, typeset
from graphviz_ad.diagram.typeset_labels import Sizes
from graphviz_ad.explain.chain import Equation
from graphviz_ad.explain.moments import heading, line, prose
from graphviz_ad.explain.overview import Overview
from graphviz_ad.explain.phrase import Segment, plain
from graphviz_ad.language.printer import DISPLAY, TYPST
from graphviz_ad.messages.catalogue import say

_SMALLER, _MAX_REDUCTIONS = 0.85, 3
"""By what an equation that is too high is set smaller, and how often: then it is as large as labels."""


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands under a frame: set, and as plain text, of which `spoken` is all in one for screen readers.

    `requests` are what was set: counter, equation, sentence, whose equations carry their plain text along. `pieces` are
    those of the equation between which a line may break, as they would be set alone.
    """

    equation: Label
    sentence: Label
    counter: Label
    requests: tuple[Request, ...]
    pieces: tuple[Request, ...]
    heading: str
    plain_sentence: str
    spoken: str

    @property
    def equation_size(self) -> float:
        """Size of type of the equation, smaller than that of others where it would be too high."""
        return self.requests[1].size


def spoken(trace: Trace, frame: Frame, lang: str, digits: int) -> str:
    """Frame → what is said about it in one line, in a language that need not be the picture's."""
    return _words(trace, frame, digits, lang).spoken


@dataclass(frozen=True, slots=True)
class _Words:
    """A caption before it is set: the equation in pieces between which a line may break, as Typst mathematics.

    `alts` are the pieces as plain text.
    """

    pieces: tuple[str, ...]
    alts: tuple[str, ...]
    sentence: str
    counter: str
    plain_sentence: str
    spoken: str


def captions(
    trace: Trace, frames: Sequence[Frame], width: float, sizes: Sizes, digits: int, lang: str,
    fonts: Fonts, layers: Collection[str] = ALL, own: RichText | None = None, highest: float = math.inf,
    *, brief: bool = False,
) -> list[Caption]:  # fmt: skip
    """Frames → their captions, no wider than `width`; an equation higher than `highest` is set smaller.

    The finished picture says nothing of values and gradients that it does not show, and no sentence at all if it is
    `brief`. What the author says, `own`, stands in place of our sentence.
    """
    texts = [_seen(_words(trace, frame, digits, lang, layers), frame, layers, brief) for frame in frames]
    if own:
        markup, plain = own.typst(), own.plain()
        texts = [replace(w, spoken=_behind(w, plain), sentence=markup, plain_sentence=plain) for w in texts]
    requests = [
        request
        for words in texts
        for request in (
            Request(" ".join(_boxes(words)), sizes.equation, width),
            Request(words.sentence, sizes.sentence, width),
            Request(text(words.counter), sizes.counter),
        )
    ]
    labels = typeset(requests, lang, fonts)

    def again(numbers: Sequence[int], change: Callable[[int], Request]) -> None:
        for n in numbers:
            requests[3 * n] = change(n)
        for n, label in zip(numbers, typeset([requests[3 * n] for n in numbers], lang, fonts), strict=True):
            labels[3 * n] = label

    def broken(n: int) -> Request:
        return Request(_equation(" ".join(texts[n].pieces), " ".join(texts[n].alts)), sizes.equation, width)

    def smaller(n: int) -> Request:
        return replace(requests[3 * n], size=_SMALLER * requests[3 * n].size)

    every = range(len(texts))
    again([n for n in every if labels[3 * n].ink_width > width], broken)  # one piece alone is too wide
    for _ in range(_MAX_REDUCTIONS):
        again([n for n in every if labels[3 * n].height > highest], smaller)
    return [
        Caption(
            labels[3 * n],
            labels[3 * n + 1],
            labels[3 * n + 2],
            (requests[3 * n + 2], requests[3 * n], requests[3 * n + 1]),
            tuple(Request(box, requests[3 * n].size) for box in _boxes(words)),
            words.counter,
            words.plain_sentence,
            words.spoken,
        )
        for n, words in enumerate(texts)
    ]


def _behind(words: _Words, sentence: str) -> str:
    """Words of a frame, and what is said in place of our sentence → all of it in one line."""
    return f"{words.spoken.removesuffix(words.plain_sentence).rstrip()} {sentence}"


def _seen(words: _Words, frame: Frame, layers: Collection[str], brief: bool) -> _Words:
    """Words → the same without what a finished picture of these layers does not show; without values it is there."""
    shows_all = {"values", "gradients"} <= set(layers) and not brief
    if frame.step is not None or frame.k == 0 or not words.counter or shows_all:
        return words
    words = replace(words, sentence="", plain_sentence="")
    return words if "gradients" in layers else replace(words, pieces=(), alts=())


def _words(trace: Trace, frame: Frame, digits: int, lang: str, layers: Collection[str] = ALL) -> _Words:
    """Frame → what is said about it."""
    if trace.in_symbols:
        return _symbolic_words(trace, frame, digits, lang)
    shown = line(trace, frame.moment, digits, numbered=ARRAY_NAMES not in layers)
    counter = heading(trace, frame.moment, lang)
    segments = prose(trace, frame.moment, lang, digits)
    pieces, alts = shown.pieces(TYPST), shown.pieces(DISPLAY)
    is_listed = isinstance(shown, Overview)
    whole = (DISPLAY.listing if is_listed else " ").join(alts)
    if is_listed:
        pieces[:-1] = [f"{piece}, quad" for piece in pieces[:-1]]
    elif len(alts) != len(pieces):  # two parts that are the same in plain text, where they stand there once
        alts = [whole] * len(pieces)
    summary = plain(segments)
    spoken = ". ".join(part for part in (counter, whole, summary) if part)
    spoken += "" if summary else say("language.end", lang)
    return _Words(tuple(pieces), tuple(alts), "".join(map(_segment, segments)), counter, summary, spoken)


def _symbolic_words(trace: Trace, frame: Frame, digits: int, lang: str) -> _Words:
    """Frame of a graph without values → the equation of one gradient without numbers, and whether its paths add up."""
    shown = line(trace, frame.moment, digits) if shaped(trace.graph) is None else None
    if not isinstance(shown, Equation) or len(shown.symbolic.parts) < 2:
        return _Words((), (), "", "", "", repr(trace.graph))
    pieces, alts = shown.symbolic.write(TYPST), shown.symbolic.write(DISPLAY)
    sentence = say("summary.sum", lang) if shown.adds else ""
    spoken = ". ".join(part for part in (repr(trace.graph), alts, sentence) if part)
    return _Words((pieces,), (alts,), text(sentence) if sentence else "", "", sentence, spoken)


def _boxes(words: _Words) -> list[str]:
    """Words → markup of the equation's pieces; a line breaks only between them, that is before a relation sign."""
    return [
        f"#box(inset: (y: 0.25em), {_equation(f'#math.display(${piece}$)', alt)[1:]})"
        for piece, alt in zip(words.pieces, words.alts, strict=True)
    ]


def _equation(typst: str, alt: str) -> str:
    """Typst mathematics, and the same as plain text, which a PDF reads aloud → markup."""
    return f"#math.equation(alt: {text(alt)[1:]}, ${typst}$)"


def _segment(segment: Segment) -> str:
    """A piece of a sentence → Typst markup."""
    _, content = segment
    if isinstance(content, str):
        return text(content)
    markup = content.write(TYPST)
    word = re.fullmatch(r'"\w+"', markup)  # a name in kanji is a word of its sentence, with no space about it
    return f"#{markup}" if word else _equation(markup, content.write(DISPLAY)) + ";"
