"""A theme, a language and a size → a sheet with axes, on which a figure is drawn, and its SVG.

matplotlib places things and finds ticks; all words and numbers are Typst markup, set by `renderer`.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib import figure, ticker
from matplotlib.lines import Line2D

from graphviz_ad.diagram.paint import document, escape, rect
from graphviz_ad.diagram.theme import THEMES, Theme
from graphviz_ad.diagram.typeset import text
from graphviz_ad.export.run.figures.renderer import PlainCanvas, PlainRenderer
from graphviz_ad.export.run.figures.series import Line, lines_of
from graphviz_ad.language.printer import TYPST
from graphviz_ad.messages.catalogue import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes


WIDTHS = {"page": 640.0, "slide": 960.0}
"""Of a sheet, in pixels: a column of text, and a slide of 16:9."""
_SLIDE_HEIGHT = 540.0
"""Of a slide of 16:9 as wide as `Sheet`, in pixels."""
_WIDE = 250.0
"""Pixels of a panel from which on its names and numbers are large."""
_HEAD = 64.0
"""Room above and below the panels for title, legend and names of the axes, when the height is to be found."""
_RC: dict[Any, object] = {
    "text.parse_math": False, "text.usetex": False, "axes.unicode_minus": False, "path.simplify": False,
    "axes.spines.top": False, "axes.spines.right": False, "path.snap": False, "figure.dpi": 72.0,
    "axes.axisbelow": True, "xtick.minor.visible": False, "ytick.minor.visible": False, "hatch.linewidth": 0.6,
    "axes.xmargin": 0.02, "axes.ymargin": 0.05,
}  # fmt: skip
"""How matplotlib is to draw, whatever the settings of the person who calls."""
_MIN_DECADES = 2.0
"""From which on a logarithmic axis has powers of ten alone at its ticks."""
_PLACE = re.compile(r"\{(\w+)\}")
"""A place of a text that a number or a name is put into."""


class Sheet:
    """A figure that is being drawn: its look, its axes, and its sentences."""

    def __init__(self, theme: Theme, lang: str, size: str | tuple[float, float]) -> None:
        self.theme, self.lang, self.size = theme, lang, size
        self.sizes = THEMES["slides"].sizes if size == "slide" and theme.name in THEMES else theme.sizes
        self.figure: Any = None
        self.name_size, self.tick_size = self.sizes.name, self.sizes.value
        self.axes: list[Axes] = []
        self.data: dict[str, dict[str, str]] = {}

    # -- words and numbers ------------------------------------------------------------------------------

    def words(self, key: str, count: float | None = None, /, **places: str) -> str:
        """Key of a text, how many things it is about, and mathematics for its places → markup."""
        pieces = _PLACE.split(say(key, self.lang, count))
        return "".join(
            (f"${places[piece]}$" if number % 2 else text(piece)) for number, piece in enumerate(pieces) if piece
        )

    def sentence(self, key: str, count: float | None = None, /, **places: object) -> str:
        """Key of a text, and what stands in its places → a plain sentence."""
        return say(key, self.lang, count).format(**places)

    # -- axes -------------------------------------------------------------------------------------------

    def grid(self, rows: int, columns: int, *, aspect: float = 0.75) -> list[Axes]:
        """Rows and columns of panels, and how high each is by its width → the axes, row by row."""
        if isinstance(self.size, tuple):
            width, height = self.size
        else:
            width = WIDTHS[self.size]
            panels = rows * aspect * (width / columns - 50) + _HEAD + rows * (self.sizes.name + self.sizes.value + 16)
            height = _SLIDE_HEIGHT if self.size == "slide" else min(max(panels, 260.0), 1000.0)
        self.name_size, self.tick_size = self.sizes.name, self.sizes.value
        if width < _WIDE * columns:
            self.name_size, self.tick_size = self.sizes.value, self.sizes.shape
        self.figure = figure.Figure(figsize=(width / 72, height / 72), dpi=72, layout="constrained")
        canvas = PlainCanvas(self.figure)
        canvas.renderer = PlainRenderer(width, height, self.theme.fonts, self.lang, _weight(width, height))
        canvas.renderer.attributes = self._attributes
        engine = self.figure.get_layout_engine()
        engine.set(w_pad=9 / 72, h_pad=6 / 72, wspace=0.02, hspace=0.04)
        grid = self.figure.subplots(rows, columns, squeeze=False)
        self.axes = [axes for row in grid for axes in row]
        for number, axes in enumerate(self.axes):
            axes.set_gid(f"axes{number}")
            self._style(axes)
        return self.axes

    def _style(self, axes: Axes) -> None:
        theme = self.theme
        axes.set_facecolor("none")
        for side in ("left", "bottom"):
            axes.spines[side].set_color(theme.quiet)
            axes.spines[side].set_linewidth(1.0)
        axes.tick_params(
            which="major", length=4, width=1.0, color=theme.quiet, labelcolor=theme.quiet, labelsize=self.tick_size,
            pad=4,
        )  # fmt: skip
        axes.tick_params(which="minor", length=0)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(ticker.FuncFormatter(self._tick))
            axis.set_major_locator(ticker.MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
        axes.grid(True, which="major", color=theme.bar, linewidth=0.8)

    def _tick(self, value: float, place: int | None = None) -> str:
        return f"${TYPST.write_value(round(float(value), 12), 4)}$"

    def log(self, axes: Axes, which: str, *, plain: bool = False) -> None:
        """Makes the axis "x" or "y" logarithmic; `plain` numbers are whole ones such as sizes of batches."""
        axis = getattr(axes, f"{which}axis")
        getattr(axes, f"set_{which}scale")("log")
        low, high = axis.get_view_interval()
        narrow = high <= 0 or math.log10(high / max(low, 1e-300)) < _MIN_DECADES
        axis.set_major_locator(ticker.LogLocator(10, subs=(1.0, 2.0, 5.0) if narrow else (1.0,), numticks=8))
        axis.set_minor_locator(ticker.NullLocator())
        axis.set_minor_formatter(ticker.NullFormatter())
        axis.set_major_formatter(ticker.FuncFormatter(self._tick if plain or narrow else _power))

    def ticks(self, axes: Axes, which: str, values: Sequence[float]) -> None:
        """Puts ticks at these values alone."""
        getattr(axes, f"{which}axis").set_major_locator(ticker.FixedLocator(list(values)))
        getattr(axes, f"{which}axis").set_major_formatter(ticker.FuncFormatter(self._tick))

    def name(self, axes: Axes, x: str | None = None, y: str | None = None, title: str | None = None) -> None:
        """Puts markup at the axes, and above them."""
        ink, size = self.theme.ink, self.name_size
        if x is not None:
            axes.set_xlabel(x, color=ink, fontsize=size, labelpad=5)
        if y is not None:
            axes.set_ylabel(y, color=ink, fontsize=size, labelpad=6)
        if title is not None:
            axes.set_title(title, color=ink, fontsize=size, pad=9)

    def legend(self, *rows: Sequence[tuple[Line2D, str]]) -> None:
        """Rows of lines with their markup → these above all panels, where nothing lies under them."""
        rows = tuple(part for row in rows if row for part in self._fitting(row))
        width = max(map(len, rows), default=0)
        if not width:
            return
        blank = (Line2D([], [], linestyle="none"), "")
        filled = [[*row, *[blank] * (width - len(row))] for row in rows if row]
        entries = [entry for column in zip(*filled) for entry in column]  # matplotlib fills column by column
        self.figure.legend(
            [line for line, _ in entries], [name for _, name in entries], loc="outside upper center",
            ncols=width, frameon=False, labelcolor=self.theme.ink,
            fontsize=self.sizes.value, handlelength=2.2, columnspacing=1.6, handletextpad=0.6, borderaxespad=0.5,
            borderpad=0.0,
        )  # fmt: skip

    def _fitting(self, row: Sequence[tuple[Line2D, str]]) -> list[Sequence[tuple[Line2D, str]]]:
        """A row of lines with their markup → it in as many rows of equal length as the sheet is wide enough for."""
        size = self.sizes.value
        renderer = self.figure.canvas.renderer
        widest = max(renderer.label(markup, size).width for _, markup in row) + (2.2 + 0.6 + 1.6) * size
        columns = max(1, min(len(row), int((renderer.width - 2 * size) / widest)))
        columns = math.ceil(len(row) / math.ceil(len(row) / columns))
        return [row[start : start + columns] for start in range(0, len(row), columns)]

    def lines(self, count: int) -> list[Line]:
        """How many → lines that are told apart by colour, by lightness and by their dashes."""
        return lines_of(self.theme, count)

    def note(self, axes: Axes, x: float, y: float, markup: str, *, colour: str | None = None, **options: Any) -> None:
        """Markup at a place of the axes, from 0 to 1."""
        kept = {"transform": axes.transAxes, "fontsize": self.sizes.shape, "color": colour or self.theme.ink}
        axes.text(x, y, markup, **{**kept, **options})

    def mark(self, axes: Axes, **data: str) -> None:
        """Tells the page's script more of some axes: data attributes by name."""
        self.data.setdefault(str(axes.get_gid()), {}).update(data)

    # -- the file ---------------------------------------------------------------------------------------

    def _attributes(self, gid: str) -> str:
        """Name of some axes → their scale as attributes: values at both ends, and where these are in pixels."""
        axes = next(drawn for drawn in self.axes if drawn.get_gid() == gid)
        box = axes.get_window_extent()
        height = self.figure.canvas.renderer.height
        (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
        attributes = {
            "x0": f"{x0:.12g}", "x1": f"{x1:.12g}", "y0": f"{y0:.12g}", "y1": f"{y1:.12g}",
            "left": f"{box.x0:.2f}", "right": f"{box.x1:.2f}", "bottom": f"{height - box.y0:.2f}",
            "top": f"{height - box.y1:.2f}", "xlog": str(int(axes.get_xscale() == "log")),
            "ylog": str(int(axes.get_yscale() == "log")), **self.data.get(gid, {}),
        }  # fmt: skip
        return ' class="axes"' + "".join(f' data-{name}="{_quoted(value)}"' for name, value in attributes.items())

    def svg(self, title: str, description: str) -> tuple[str, tuple[float, float]]:
        """What is seen, as a name and as a sentence → the whole SVG and its size in pixels."""
        renderer = self.figure.canvas.renderer
        self.figure.patch.set_visible(False)
        self.figure.draw(renderer)
        width, height = renderer.width, renderer.height
        paper = rect(0, 0, width, height, f'fill="{self.theme.paper}"')
        body = "".join(renderer.parts)
        key = hashlib.sha256(f"{title}{description}{body}".encode()).hexdigest()[:8]
        whole = document(
            [paper, body], width, height, title=title, description=description, shown=(width, height), key=key
        )  # fmt: skip
        return whole, (width, height)


def _weight(width: float, height: float) -> float:
    """Size of a sheet → how many times as thick its lines are as on a page."""
    return min(max(min(width / WIDTHS["page"], height / 360), 0.8), 2.5)


def _quoted(value: str) -> str:
    return escape(value).replace('"', "&quot;")


def _power(value: float, place: int | None = None) -> str:
    """A power of ten → it with its exponent."""
    power = round(math.log10(value))
    return {0: "$1$", 1: "$10$"}.get(power, f"$10^({power})$")


@contextmanager
def settled() -> Iterator[None]:
    """Within, matplotlib draws as it does by itself, and as our sheets want it."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_RC)
        yield
