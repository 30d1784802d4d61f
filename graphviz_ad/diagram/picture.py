"""Trace → pictures: one layout for all steps, each frame a painting of it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from graphviz_ad.autodiff.statements import statement_steps
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram import fitting
from graphviz_ad.diagram.advice import advice
from graphviz_ad.diagram.annotations import marks
from graphviz_ad.diagram.arrangement import Arrangement
from graphviz_ad.diagram.budget import Progress, spending
from graphviz_ad.diagram.captions import captions
from graphviz_ad.diagram.frames import Frames
from graphviz_ad.diagram.geometry import geometry
from graphviz_ad.diagram.glyphs import Glyphs, SharedGlyphs
from graphviz_ad.diagram.header import header
from graphviz_ad.diagram.known_parts import with_known_parts
from graphviz_ad.diagram.legend import Entry, painted
from graphviz_ad.diagram.nodes import Placed
from graphviz_ad.diagram.paint import PlacedWords, document, ink, rect
from graphviz_ad.diagram.painted import Part, part
from graphviz_ad.diagram.rich_text import rich_text
from graphviz_ad.diagram.scene import require_drawable
from graphviz_ad.diagram.selection import WHOLE, By, Selection, chosen
from graphviz_ad.diagram.style import Style, make_style
from graphviz_ad.diagram.surroundings import plain_title, surroundings
from graphviz_ad.diagram.typeset import Label, short
from graphviz_ad.diagram.typeset_labels import Sizes
from graphviz_ad.graph.graph import Limits

__all__ = ["By", "Deck", "Picture", "Style", "make_style"]

_MIN_WIDTH_PT = 560.0
"""For the captions of a small graph: about 80 letters of a sentence's 14 points, the longest line that reads well."""
_LARGE_PT = 16.0
"""Size of type from which a high graph leaves room on its slide for the values of parameters inside of nodes."""


class Deck(Arrangement):
    """All frames of a trace: geometry and captions (all, or those in `only`) are made once, frames when asked for.

    `selection` says which of them are shown, and whether steps are told one by one or statement by statement. Without
    `titled` the author's title stands in no frame, but where the format has titles. A format that leaves out something
    puts into `notes` what a reader should know of it.
    """

    def __init__(
        self, trace: Trace, style: Style, only: Sequence[int] | None = None, progress: Progress | None = None,
        remark: str | None = None, *, titled: bool = True, selection: Selection = WHOLE,
    ) -> None:  # fmt: skip
        require_drawable(trace.graph)
        trace = with_known_parts(trace.shown)
        if trace.forward_mode is not None:
            style = replace(style, theme=style.theme.of_tangents)
        self.trace, self.style, self.remark, self.titled = trace, style, remark, titled
        self.selection = selection
        self.notes = list[str]()
        with spending(trace.graph.limits, progress):
            self._make(only)

    def _make(self, only: Sequence[int] | None) -> None:
        """Geometry, header and captions, all that takes time."""
        trace, style = self.trace, self.style
        sizes = style.theme.sizes
        self.scene, self.painter = geometry(trace, style, marks(trace.graph, style.annotations))
        statements = statement_steps(trace) if self.selection.by == "statement" else ()
        self.frames = Frames(trace, [(e.node, e.slot, e.arg) for e in self.scene.edges], statements)
        if only is None:
            only = range(len(self.frames)) if self.selection.is_whole else self.pictures()
        self.numbers = only
        self.width = self.least_width = max(self.scene.width, _MIN_WIDTH_PT)
        if style.fit == "slide":  # words keep their size on the slide, however wide the graph
            self.width = max(self.width, fitting.slide_width(self.scene.height) - 2 * fitting.SLIDE_MARGIN_PT)
            self.least_width = self.width
            scaled, least = sizes.words_scaled(fitting.words_scale(self.width, sizes)), fitting.least_type(sizes.local)
            self.set_words(scaled)
            if self.is_high:  # each line of words is taken from the graph
                inside, low = 2 * (self.type_pt > _LARGE_PT), self.type_pt < least
                if self.around.inside_height:  # there may be a corner for the values
                    self.set_words(scaled, inside=0)
                if self.is_high or self.type_pt < least or not self.around.inside.runs:
                    self.set_fewer_words(sizes, inside=inside, low=low)
            elif self.type_pt < least and self.has_width:
                self.set_words(sizes, inside=0, low=True)
            self.make_narrower(sizes)
        else:
            self.set_words(sizes)
            if self.around.equations_width > self.width:
                self.width = self.least_width = self.around.equations_width
                self.set_words(sizes)
        self._shared = SharedGlyphs()
        self._marked = lru_cache(maxsize=None)(self.header.mark)

    def set_words(self, sizes: Sizes, *, inside: int = 2, low: bool = False) -> None:
        """Sizes of type → header and captions, set and arranged about the graph.

        `inside` is as in `surroundings`; `low` is a formula on one line if it can be, with quotients on it, an equation
        no larger than it, and a single finished picture without its sentence.
        """
        self.inside_lines, self.is_low = inside, low
        trace, style, fonts = self.trace, self.style, self.style.theme.fonts
        self.sizes = sizes = replace(sizes, equation=min(sizes.equation, sizes.header)) if low else sizes
        lines, wide = 1 if low else fitting.MAX_HEADER_LINES[style.fit], self.width - 12 * sizes.counter
        steps, single = [self.frames[n] for n in self.numbers], len(self.numbers) == 1
        equations = single and style.annotations.equations is not None  # they say what formula and caption do
        whole = header(trace, wide, sizes.header, style.lang, fonts, lines, low=low)
        formula = not equations or (style.equations_at_nodes and None not in whole.shown)
        self.header = whole if formula else replace(whole, statements=(), height=0.0)
        caption = style.annotations.caption
        self.own_caption = rich_text(caption, "caption") if caption and single else None
        texts = captions(
            trace, steps, self.width, sizes, style.digits, style.lang, fonts, () if equations else style.layers,
            self.own_caption, fitting.highest_equation(self.width) if style.fit == "slide" else math.inf,
            brief=low and single,
        )  # fmt: skip
        self.around = surroundings(
            trace,
            self.scene,
            style,
            sizes,
            self.width,
            caption=not single,
            title=self.titled,
            inside=inside,
            formula=formula,
        )
        self.captions = dict(zip(self.numbers, texts, strict=True))
        self.arrange()
        if style.fit == "slide" and self.around.equations_height:  # where type is larger
            below = self.full_width
            self.arrange(beside=True)
            if self.full_width >= below:
                self.arrange()

    @cached_property
    def warnings(self) -> list[str]:
        """What a reader should know of the picture: too many nodes, type too small, a coarser layout."""
        return advice(self)

    def svg(self, number: int, *, counter: bool = True, bar: bool = True, glyphs: Glyphs = "plain") -> str:
        """Number of a frame → its SVG; without `counter` the step's number is not in it, without `bar` no bar."""
        step_counter, *words = self.words(number)
        below = self.paper + (step_counter.ink if counter else "") + self.mark(number)
        after = "</g>" + "".join(text.ink for text in words) + (self.bar(number) if bar else "")
        above = [*self.painter.parts(self.frames[number]), part(after)]
        _, digest = part(below + self.formula + self.shift)
        key = hashlib.sha256(self.title.encode() + digest + b"".join(digest for _, digest in above)).hexdigest()[:10]
        body = [part(below), self._formula, part(self.shift), *above]
        return document(
            self._shared.of(body) if glyphs == "shared" else (svg for svg, _ in body), self.full_width, self.height,
            title=self.title, description=self.captions[number].spoken, shown=self.shown, key=key, glyphs=glyphs,
        )  # fmt: skip

    def layers(self, number: int) -> Iterator[Part]:
        """Number of a frame → its picture without words as pieces one on the other; most are those of other frames."""
        yield part(self.paper + self.mark(number))
        yield self._formula
        yield from self.painter.shifted(self.frames[number], self.shift)
        yield part(self.bar(number))

    @cached_property
    def title(self) -> str:
        """What the author calls it, or the formula on one line."""
        return plain_title(self.style.annotations) or self.trace.graph.source.line

    @cached_property
    def shift(self) -> str:
        """Where the graph begins."""
        return f'<g transform="translate({short(self.scene_x)} {short(self.graph_top)})">'

    @cached_property
    def formula(self) -> str:
        """The outlines of the header and of what stands around it all, which are the same in every frame."""
        outlines = "".join(ink(placed, self.style.theme.ink) for placed in self.header.statements)
        header = f'<g transform="translate({short(self.left)} {short(self.header_top)})">{outlines}</g>'
        values = self.around.inside_at(self.left, self.header_top + self.header.height, (self.scene_x, self.graph_top))
        inside = PlacedWords(values, self.style.theme.quiet)
        around = "".join(words.ink for words in (*self.titles, inside, *self.equations))
        line, look = self.legend, (self.style.theme, self.around.legend_size, self.upright)
        return header + around + (painted(line, *look) if line else "")

    @cached_property
    def _formula(self) -> Part:
        """The same with its hash."""
        return part(self.formula)

    @property
    def upright(self) -> bool:
        """Whether the graph goes from top to bottom."""
        return self.style.direction == "TB"

    @cached_property
    def titles(self) -> tuple[PlacedWords, PlacedWords]:
        """Title and caption in their places, empty where there are none."""
        title, caption = self.around.placed(self.left, self.margin, self.caption_top)
        return PlacedWords(title, self.style.theme.ink), PlacedWords(caption, self.style.theme.ink)

    @cached_property
    def equations(self) -> tuple[PlacedWords, PlacedWords]:
        """The equations of both passes in their places, empty where they are not asked for."""
        if self.beside:
            right, middle = self.scene_x + self.scene.width, self.graph_top + self.scene.height / 2
            forward, backward = self.around.equations_beside(right, middle)
        else:
            forward, backward = self.around.equations(self.left, self.equations_top, self.width)
        return PlacedWords(forward, self.style.theme.forward), PlacedWords(backward, self.style.theme.backward)

    @cached_property
    def legend(self) -> list[Entry]:
        """What stands in the line below that says what the numbers are."""
        return self.around.entries(self.left + self.width / 2, self.legend_top, self.upright)

    @property
    def paper(self) -> str:
        """What lies under everything."""
        return rect(0, 0, self.full_width, self.height, f'fill="{self.style.theme.paper}"')

    def mark(self, number: int) -> str:
        """Number of a frame → what lies behind the part of the formula at work, "" where none is."""
        theme, frame = self.style.theme, self.frames[number]
        mark = self._marked(frame.at) if frame.at is not None else None
        if mark is None:
            return ""
        _, tint = theme.at_work(frame.phase)
        x0, y0, x1, y1 = mark
        x, y = self.left + x0 - 3, self.header_top + y0 - 3
        return rect(x, y, x1 - x0 + 6, y1 - y0 + 6, f'rx="3" fill="{tint}"')

    def words(self, number: int) -> tuple[PlacedWords, PlacedWords, PlacedWords]:
        """Number of a frame → the step's number, equation and sentence, in their places."""
        theme, caption = self.style.theme, self.captions[number]
        lift = (self.equation_height - caption.equation.height) / 2
        right = self.left + self.width - caption.counter.width
        return (
            PlacedWords(Placed(caption.counter, right, self.header_top + 0.75 * self.sizes.header), theme.quiet),
            PlacedWords(self._top_at(caption.equation, self.equation_top + lift), theme.ink),
            PlacedWords(self._top_at(caption.sentence, self.sentence_top), theme.quiet),
        )

    def bar(self, number: int) -> str:
        """Number of a frame → the bar that says how far along it is."""
        theme, frame = self.style.theme, self.frames[number]
        length = self.width * frame.k / max(1, len(self.trace.steps))
        colour, _ = theme.at_work(frame.phase)
        bar = rect(self.left, self.bar_top, self.width, 4, f'rx="2" fill="{theme.bar}"')
        return bar + (rect(self.left, self.bar_top, length, 4, f'rx="2" fill="{colour}"') if length else "")

    def _top_at(self, label: Label, top: float) -> Placed:
        """A caption, which was set at the deck's width, with its ink beginning at `top`."""
        return Placed(label, self.left, top - label.box[1])

    def pictures(self, by: By | None = None) -> list[int]:
        """The frames of a deck, by what its selection says or by something else."""
        return chosen(self.trace, self.selection if by is None else replace(self.selection, by=by))


@dataclass(frozen=True)
class Picture:
    """One frame; without `counter` the step's number is not in it, without `bar` no bar; `glyphs` are the SVG's."""

    deck: Deck
    number: int
    counter: bool = True
    bar: bool = True
    glyphs: Glyphs = "plain"

    @property
    def shown(self) -> tuple[float, float]:
        """Width and height in pixels."""
        return self.deck.shown

    def svg(self) -> str:
        """→ SVG text."""
        return self.deck.svg(self.number, counter=self.counter, bar=self.bar, glyphs=self.glyphs)

    @property
    def limits(self) -> Limits:
        """Those of its graph."""
        return self.deck.trace.graph.limits

    @property
    def spoken(self) -> str:
        """What it shows, in words."""
        return self.deck.captions[self.number].spoken

    def __repr__(self) -> str:
        return f"<Picture: {self.spoken}>"
