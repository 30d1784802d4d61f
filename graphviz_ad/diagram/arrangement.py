"""The parts of a picture → where each stands: under one another, on a slide with what is left over between them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from graphviz_ad.diagram import fitting
from graphviz_ad.diagram.captions import Caption
from graphviz_ad.diagram.header import Header
from graphviz_ad.diagram.scene import Scene
from graphviz_ad.diagram.style import Style
from graphviz_ad.diagram.surroundings import Surroundings
from graphviz_ad.diagram.typeset_labels import Sizes

_MIN_SPARE = 0.01
"""Part of the width of a slide that is not needed, at least, for it to be made narrower, and its type larger."""


class Arrangement:
    """Header, graph, captions and what surrounds them, and the places that `arrange` gives them.

    `least_width` is that of the picture without its margins where no equations stand beside the graph. `inside_lines`
    is on how many values may stand below the formula, `is_low` whether the words take as little height as they can.
    """

    style: Style
    scene: Scene
    header: Header
    around: Surroundings
    captions: Mapping[int, Caption]
    numbers: Sequence[int]
    sizes: Sizes
    width: float
    least_width: float
    full_width: float
    needed_width: float
    margin: float
    inside_lines: int
    is_low: bool

    @property
    def is_high(self) -> bool:
        """Whether the height decides how large a picture is on a slide."""
        return self.full_width > self.width + 2 * self.margin + 1

    @property
    def has_width(self) -> bool:
        """Whether the graph is narrower than its picture, whose height decides then how large it is."""
        return self.full_width > self.scene.width + 2 * self.margin + 1

    def set_words(self, sizes: Sizes, *, inside: int = 2, low: bool = False) -> None:
        """Sizes of type → header and captions, set and arranged about the graph."""
        raise NotImplementedError

    def set_fewer_words(self, sizes: Sizes, *, inside: int, low: bool) -> None:
        """Sizes of type, and which words there are where the height decides → these, on a single picture with values
        that stand nowhere else if its type can be read then."""
        self.set_words(sizes, inside=inside, low=low)
        if inside or len(self.numbers) > 1 or self.around.inside.runs:
            return
        for lines in (2, 1, 0):
            self.set_words(sizes, inside=lines, low=low)
            if not self.around.inside.runs:  # there are none, or there is no room for any
                self.inside_lines = 0
                break
            if sizes.local * fitting.SLIDE_PT >= self.needed_width * fitting.least_type(sizes.local):
                break

    def make_narrower(self, sizes: Sizes) -> None:
        """Sizes of type → the slide no wider than it need be, where the words on it are lower than most."""
        narrow = self.needed_width
        if narrow < (1 - _MIN_SPARE) * self.full_width:
            self.width = self.least_width = narrow - 2 * self.margin
            scale = min(self.sizes.equation / sizes.equation, fitting.words_scale(self.width, sizes))
            self.set_words(sizes.words_scaled(scale), inside=self.inside_lines, low=self.is_low)

    def arrange(self, *, beside: bool = False) -> None:
        """Where title, header, graph, equation, sentence, caption, legend and bar stand, one under the other.

        The equations of both passes stand under the graph, or `beside` it.
        """
        wide, high = self.around.column if beside else (0.0, 0.0)
        self.beside = beside
        self.width = max(self.least_width, self.scene.width + wide)
        self.scene_left = (self.width - self.scene.width - wide) / 2
        equation = max((caption.equation.height for caption in self.captions.values()), default=0.0)
        sentence = max((caption.sentence.height for caption in self.captions.values()), default=0.0)
        is_slide = self.style.fit == "slide"
        self.margin, gap = fitting.room(self.style.fit, is_low=self.is_low)
        self.header_top = self.margin + self.around.above
        self.graph_top = self.header_top + self.header.height + self.around.inside_height + gap
        self.graph_top += max(0.0, high - self.scene.height) / 2
        self.equations_top = self.graph_top + self.scene.height
        room = max(0.0, high - self.scene.height) / 2 if beside else self.around.equations_height
        self.equation_top = self.equations_top + room + gap
        self.equation_height = equation
        self.sentence_top = self.equation_top + equation + (gap if sentence else 0.0)
        self.caption_top = self.sentence_top + sentence
        self.legend_top = self.caption_top + self.around.caption_height
        self.bar_top = self.legend_top + self.around.legend_height + (fitting.BAR_GAP_PT if is_slide else gap)
        self.height = float(math.ceil(self.bar_top + 4 + (fitting.BAR_MARGIN_PT if is_slide else self.margin)))
        self.full_width = float(math.ceil(self.width + 2 * self.margin))  # whole pixels, or a PNG loses thin lines
        self.left = self.margin
        self.shown = (self.full_width, self.height)
        if is_slide:
            self._fit_slide()

    def _fit_slide(self) -> None:
        """Widen or heighten to 16:9; what is added stands around the graph."""
        wide, high = fitting.SLIDE_PX
        self.needed_width = max(self.scene.width + 2 * self.margin, self.height * wide / high)
        want = max(self.full_width, self.height * wide / high)
        extra = want * high / wide - self.height
        self.left += (want - self.full_width) / 2
        self.full_width = want
        self.height += extra
        self.graph_top += extra / 2
        for name in ("equations_top", "equation_top", "sentence_top", "caption_top", "legend_top", "bar_top"):
            setattr(self, name, getattr(self, name) + extra)
        self.shown = fitting.SLIDE_PX

    @property
    def type_pt(self) -> float:
        """Size of the labels in points on a slide 13.33 inches wide."""
        return self.style.theme.sizes.local * fitting.SLIDE_PT / self.full_width

    @property
    def scene_x(self) -> float:
        """Left of the graph."""
        return self.left + self.scene_left
