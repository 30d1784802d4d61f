"""Deck → its words as HTML, in the languages of a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphviz_ad.diagram.captions import spoken
from graphviz_ad.diagram.frames import Frame
from graphviz_ad.diagram.header import MAX_SET_NODES, written_statements
from graphviz_ad.diagram.paint import escape
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.explain.ending import moves
from graphviz_ad.explain.moments import heading, line, prose
from graphviz_ad.explain.overview import overview
from graphviz_ad.explain.phrase import Segment, plain
from graphviz_ad.explain.routes import routes
from graphviz_ad.explain.stories import Teller
from graphviz_ad.export.player.extension import Extension
from graphviz_ad.export.player.keys import key_of
from graphviz_ad.language.mathml import MATHML, marked_part
from graphviz_ad.language.pieces import Piece
from graphviz_ad.language.printer import DISPLAY
from graphviz_ad.messages.catalogue import tag
from graphviz_ad.messages.multilingual import by_language
from graphviz_ad.tracing.calculation import obstacle


def phase(frame: Frame) -> str:
    """Frame → the pass it belongs to, "" for the beginning and the end."""
    return frame.step.phase if frame.step else ""


class Writer:
    """Writes the trace of a deck as HTML in some languages, its own being shown first."""

    def __init__(self, deck: Deck, languages: Sequence[str], extension: Extension | None = None) -> None:
        self.deck, self.trace, self.graph = deck, deck.trace, deck.trace.graph
        self.lang, self.digits = deck.style.lang, deck.style.digits
        self.languages, self.tag = languages, tag(deck.style.lang)
        self.upright = deck.style.direction == "TB"
        self.extension = extension
        quiet = extension.quiet if extension else frozenset[int]()
        self.obstacle = obstacle(deck.trace, quiet)
        live = self.obstacle is None
        self.teller = Teller(deck.trace, self.lang, self.digits, live=live, languages=languages)
        self.words, self.math = self.teller.words, self.teller.math
        self.routes = [
            routes(self.trace, node, self.digits)
            for node in self.graph.inputs.values()
            if node != self.graph.output and self.trace.grads[node] is not None
        ]

    @property
    def source_line(self) -> str:
        """The formula as it was typed, on one line, as HTML."""
        lines = self.graph.source.text.splitlines()
        return escape("; ".join(" ".join(line.split()) for line in lines if line.strip()))

    def step(self, frame: Frame) -> str:
        """Frame → the item of the list that says what happens in it."""
        moment = frame.moment
        if moment == "finished" and self.trace.updates:
            equations = [(line(self.trace, step, self.digits), key_of(step)) for step in moves(self.trace)]
        else:
            tell = line if not isinstance(moment, str) else overview  # all gradients, which change with the numbers
            equations = [(tell(self.trace, moment, self.digits), key_of(moment))]  # type: ignore[arg-type]
        written = [(markup, text, key) for text, key in equations if (markup := text.write(MATHML))]
        shown = "".join(self.math(markup, key, block=True) for markup, _, key in written)
        plain_text = escape("; ".join(text.write(DISPLAY) for _, text, _ in written)).replace('"', "&quot;")
        return (
            f'<li class="{phase(frame)}"><p class="counter">{self.in_languages(self.counter, frame)}</p>'
            f'<div class="equation" data-plain="{plain_text}">{shown}</div>'
            f'<p class="sentence">{self.in_languages(self.sentence_html, frame)}</p></li>'
        )

    def in_languages(self, what: Callable[[Frame, str], str], frame: Frame) -> str:
        """Method that writes a frame in a language, and a frame → its text in each language, as HTML."""
        return by_language({lang: what(frame, lang) for lang in self.languages})

    def counter(self, frame: Frame, lang: str) -> str:
        """Frame → which step of how many it is."""
        return heading(self.trace, frame.moment, lang)

    def sentence_html(self, frame: Frame, lang: str) -> str:
        """Frame → its sentence as HTML."""
        return "".join(self.teller.segment(part, lang) for part in self._segments(frame, lang))

    def sentence(self, frame: Frame, lang: str) -> str:
        """Frame → its sentence as text."""
        return plain(self._segments(frame, lang))

    def _segments(self, frame: Frame, lang: str) -> tuple[Segment, ...]:
        return prose(self.trace, frame.moment, lang, self.digits)

    def spoken(self, frame: Frame, lang: str) -> str:
        """Frame → all that is said about it, in one line: what `step` shows."""
        moment = frame.moment
        if not isinstance(moment, str):
            return spoken(self.trace, frame, lang, self.digits)
        listed = overview(self.trace, moment, self.digits).write(DISPLAY)
        return ". ".join(filter(None, (self.counter(frame, lang), listed, self.sentence(frame, lang))))

    def formula(self) -> str:
        """The statements, each part of them in an element of class `t` and its number in the tree."""
        program = self.graph.program
        if len(program.tree) > MAX_SET_NODES:
            return f"<code>{escape(' '.join(program.source.text.split()))}</code>"
        origins = set(map(int, self.graph.origins))

        def tag(node: int) -> tuple[Piece, Piece]:
            return marked_part(f"t{node}") if node in origins else ("", "")

        return " ".join(map(self.math, written_statements(self.trace, MATHML, tag)))
