"""Decks and labels: one layout and many paintings beside a layout and a drawing for each step."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from graphviz_ad.api import Trace, parse
from graphviz_ad.diagram import layout, outlines, typeset
from graphviz_ad.diagram.glyphs import SharedGlyphs
from graphviz_ad.diagram.picture import Deck, Picture, make_style
from graphviz_ad.export.registry import PICTURES

from .comparing import Comparison, Cost, microseconds, milliseconds


def trace_of(steps: int) -> Trace:
    """A chain of neurons whose passes have about so many steps."""
    layers = max(1, round((steps - 1) / 10.5))
    lines = ["h0 = x"] + [f"h{n} = tanh(w*h{n - 1} + b)" for n in range(1, layers + 1)]
    return parse("; ".join([*lines[1:], f"L = (h{layers} - y)^2"]).replace("h0", "x")).run(w=0.5, x=1.5, b=-0.5, y=1.0)


def _forget() -> None:
    """Labels and layouts that are kept for the next deck are made anew, as in a first run."""
    typeset._kept.clear()
    layout._cached.cache_clear()


def _deck(trace: Trace) -> list[str]:
    _forget()
    deck = Deck(trace, make_style())
    return [deck.svg(number, glyphs="shared") for number in deck.pictures()]  # as in a folder of steps


def _deck_without_captions(trace: Trace) -> list[str]:
    """The graph, its labels and the formula alone, as far as a peer draws them: no equation, sentence or counter."""
    _forget()
    deck = Deck(trace, make_style(), only=())
    glyphs = SharedGlyphs()  # as in a folder of steps
    return ["".join(glyphs.of(deck.layers(number))) for number in deck.pictures()]


@cache
def _dots(trace_steps: int) -> tuple[Trace, tuple[str, ...]]:
    """Steps → a trace, and the DOT text of each of its steps, which a peer would have to make first."""
    trace = trace_of(trace_steps)
    deck = Deck(trace, make_style())
    return trace, tuple(PICTURES["dot"](Picture(deck, number)).decode() for number in deck.pictures())


def _by_dot(texts: tuple[str, ...], format: str) -> None:
    import graphviz

    for text in texts:
        graphviz.Source(text).pipe(format)


def _svgs(steps: int, draw: Callable[[Trace], list[str]] = _deck) -> Callable[[], tuple[Cost, Cost]]:
    def prepare() -> tuple[Cost, Cost]:
        trace, dots = _dots(steps)
        return milliseconds(lambda: draw(trace)), milliseconds(lambda: _by_dot(dots, "svg"))

    return prepare


def _pdf(steps: int) -> Callable[[], tuple[Cost, Cost]]:
    def prepare() -> tuple[Cost, Cost]:
        from graphviz_ad.export.image.pdf import deck as pages

        trace, dots = _dots(steps)

        def ours() -> None:
            _forget()
            deck = Deck(trace, make_style())
            pages(deck, deck.pictures(), "", lambda done: None)

        return milliseconds(ours), milliseconds(lambda: _by_dot(dots, "pdf"))

    return prepare


def _painting(short: int, long: int) -> Callable[[], tuple[Cost, Cost]]:
    """Painting alone, a part and a frame, as nodes and frames grow."""

    def cost(steps: int) -> Cost:
        deck = Deck(_dots(steps)[0], make_style())
        numbers = deck.pictures()
        parts = (len(deck.scene.nodes) + len(deck.scene.edges)) * len(numbers)

        def paint() -> None:
            for number in numbers:  # as for writing files: one at a time is kept
                deck.svg(number)

        return microseconds(paint, parts)

    return lambda: (cost(long), cost(short))


# -- labels ------------------------------------------------------------------------------------

LABELS = tuple(
    pair
    for n in range(10)
    for pair in (
        (rf"\frac{{\partial L}}{{\partial w_{{{n}}}}}", f"frac(partial L, partial w_({n}))"),
        (rf"1 - a_{{{n}}}^2", f"1 - a_({n})^2"),
        (rf"\sigma(z_{{{n}}})", f"sigma(z_({n}))"),
        (rf"0.{n + 10} \cdot w_{{{n}}}", f"0.{n + 10} dot w_({n})"),
        (rf"\sqrt{{x_{{{n}}}^2 + y^2}}", f"sqrt(x_({n})^2 + y^2)"),
    )
)
"""Fifty labels, in LaTeX and in Typst."""


def _typeset(*, cold: bool) -> None:
    _forget()
    if cold:
        typeset.compiler.cache_clear()
        outlines._glyphs.clear()
        outlines._used.cache_clear()
    typeset.typeset([typeset.Request(f"${markup}$", 13.0) for _, markup in LABELS])


def _ziamath() -> None:
    import ziamath

    for latex, _ in LABELS:
        ziamath.Latex(latex, size=13).svg()  # type: ignore[attr-defined]


def _labels(*, cold: bool) -> Callable[[], tuple[Cost, Cost]]:
    return lambda: (milliseconds(lambda: _typeset(cold=cold)), milliseconds(_ziamath))


_MILLISECONDS = "{:.0f} ms"
COMPARISONS = (
    Comparison("a deck of 20 SVGs", "dot, a process a step", 1 / 6, _MILLISECONDS, _svgs(20), 5),
    Comparison("a deck of 100 SVGs", "dot, a process a step", 1 / 10, _MILLISECONDS, _svgs(100), 3),
    Comparison(
        "20 SVGs without captions", "dot, a process a step", 1 / 12, _MILLISECONDS, _svgs(20, _deck_without_captions), 5
    ),
    Comparison(
        "100 SVGs without captions",
        "dot, a process a step",
        1 / 40,
        _MILLISECONDS,
        _svgs(100, _deck_without_captions),
        3,
    ),
    Comparison("a PDF of 60 pages", "dot, a process a page", 1 / 3, _MILLISECONDS, _pdf(60), 3),
    Comparison("painting a part in a frame, 100 steps", "itself, 25 steps", 1.5, "{:.2f} µs", _painting(25, 100), 5),
    Comparison("50 labels, compiler there", "ziamath", 0.25, _MILLISECONDS, _labels(cold=False), 5),
    Comparison("50 labels, with a cold compiler", "ziamath", 0.25, _MILLISECONDS, _labels(cold=True), 5),
)
