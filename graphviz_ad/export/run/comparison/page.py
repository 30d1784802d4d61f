"""A comparison as one web page: curves, ways and what batches cost, with a cursor that is in all of them at once.

Batches of different size have graphs of different shape, so the page has of each run one update, as a picture: three
whole pages of runs would be more than a megabyte. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Unpack

from graphviz_ad.diagram.header import written_statements
from graphviz_ad.diagram.paint import escape
from graphviz_ad.diagram.style import Style, StyleOptions, make_style
from graphviz_ad.diagram.surroundings import plain_title
from graphviz_ad.errors import GraphvizADError, InputError
from graphviz_ad.export.player.controls import language_button
from graphviz_ad.export.player.shell import (
    colour_rules,
    language_looks,
    mathematics_look,
    player_file,
    policy,
    script_json,
    short_script,
)  # fmt: skip
from graphviz_ad.export.run.comparison.page_numbers import comparison_numbers, is_plane
from graphviz_ad.export.run.comparison.update_picture import update_picture
from graphviz_ad.export.run.figures.figure import Figure
from graphviz_ad.export.run.figures.labels import run_text
from graphviz_ad.export.run.figures.registry import FigureOptions, figure
from graphviz_ad.export.run.plots import controls, file, in_page_colours, line_looks, line_rules, together
from graphviz_ad.language import numbers
from graphviz_ad.language.mathml import MATHML, math
from graphviz_ad.messages.catalogue import offered, say, tag
from graphviz_ad.messages.multilingual import Words, by_language, vocabulary
from graphviz_ad.training.compare import Comparison
from graphviz_ad.training.curves import axes_of
from graphviz_ad.training.shown_update import shown_update

_PREFIX = "comparison."
"""Of the keys of the page's words."""
_LOSS_PX, _PATH_PX, _NOISE_PX, _SMALL_PX = (640.0, 340.0), (380.0, 330.0), (460.0, 400.0), (460.0, 300.0)
"""Width and height of the figures."""
_PLACES = 200
"""Of the slider, from nothing spent to the end of the longest run."""
_UPDATE = 1
"""Whose graph is shown of each run."""


@dataclass(frozen=True)
class Drawn:
    """A figure in each language: its SVG in the colours of the page, its title and its sentence."""

    svgs: list[str]
    titles: dict[str, str]
    sentences: dict[str, str]


def content(compared: Comparison, **options: Unpack[StyleOptions]) -> bytes:
    """Comparison and a look → the page. Raises InputError for too many runs, MissingPartError without matplotlib."""
    style = make_style(**options)
    return _Page(compared, style, offered(style.lang)).whole().encode()


class _Page:
    """Writes the page of a comparison in some languages, its own being shown first."""

    def __init__(self, compared: Comparison, style: Style, languages: Sequence[str]) -> None:
        self.compared, self.style, self.languages = compared, style, languages
        self.words = Words(style.lang, _PREFIX)
        self.labels = [
            {lang: run_text(parts, lang) for lang in languages} for parts in compared.distinctions
        ]  # fmt: skip
        self.axes = axes_of(compared.runs[0])
        self.pictures: list[str] = []

    # -- pictures, which are written at the end since they share letters ---------------------------------

    def drawn(self, kind: str, **asked: Unpack[FigureOptions]) -> Drawn:
        """Name of a figure and its options → it in all languages. Raises InputError where the model lacks something."""
        figures: dict[str, Figure] = {}
        for lang in self.languages:
            options: FigureOptions = {"theme": self.style.theme, **asked, "lang": lang}
            figures[lang] = figure(self.compared, kind, **options)
        svgs = [in_page_colours(drawing.svg(), self.style.theme) for drawing in figures.values()]
        titles = {lang: escape(drawing.title) for lang, drawing in figures.items()}
        return Drawn(svgs, titles, {lang: escape(drawing.description) for lang, drawing in figures.items()})

    def place(self, picture: str) -> str:
        """SVG → what stands for it until all are there."""
        self.pictures.append(picture)
        return f"\1{len(self.pictures) - 1}\1"

    def each_picture(self, svgs: Sequence[str]) -> str:
        """SVG in each language → an element for each."""
        return by_language({lang: self.place(svg) for lang, svg in zip(self.languages, svgs, strict=True)}, "div")

    # -- parts ---------------------------------------------------------------------------------------------

    def text(self, key: str, **fillings: str) -> str:
        """Key of a text and what stands in its places, with names of runs as `run` → it in each language."""
        number = fillings.pop("number", None)
        texts = {}
        for lang in self.languages:
            more = {"run": self.labels[int(number)][lang]} if number is not None else {}
            texts[lang] = escape(say(f"{_PREFIX}{key}", lang).format(**fillings, **more))
        return by_language(texts)

    def losses(self) -> str:
        """→ the curves against each axis, of which one is shown."""
        every = {axis: self.drawn("loss", size=_LOSS_PX, axes=(axis,)) for axis in self.axes}
        first = every[self.axes[0]]
        plots = "".join(
            f'<div class="plot" data-plot="{axis}"{"" if drawing is first else " hidden"}>'
            f"{self.each_picture(drawing.svgs)}</div>"
            for axis, drawing in every.items()
        )
        title, sentence = by_language(first.titles), by_language(first.sentences)
        return f'<section class="losses"><h2>{title}</h2>{plots}<p>{sentence}</p></section>'

    def paths(self) -> str:
        """→ the way of each run over the contour, or why there are none."""
        if not is_plane(self.compared.runs[0]):
            return self.words.tag("p", "without.path")
        panels, title = [], ""
        for number, label in enumerate(self.labels):
            drawing = self.drawn("path", size=_PATH_PX, panel=number)
            title = by_language(drawing.titles)
            panels.append(
                f'<div class="track"><h3>{_swatch(number)}{by_language(_escaped(label))}</h3>'
                f'<div class="plot" data-plot="path" data-of="{number}">{self.each_picture(drawing.svgs)}</div>'
                f"<p>{by_language(drawing.sentences)}</p></div>"
            )
        return f'<section><h2>{title}</h2><div class="tracks">{"".join(panels)}</div></section>'

    def costs(self) -> str:
        """→ the noise of gradients, the memory of batches, the jump by an outlier; or why one is not there."""
        if not self.compared.runs[0].model.columns:
            return ""
        sizes = {"noise": _NOISE_PX, "memory": _SMALL_PX, "outlier": _SMALL_PX}
        parts = []
        for kind, size in sizes.items():
            try:
                drawing = self.drawn(kind, size=size)
            except InputError:
                parts.append(f"<section>{self.words.tag('p', f'without.{kind}')}</section>")
                continue
            parts.append(
                f'<section><h2>{by_language(drawing.titles)}</h2><div class="plot" data-plot="{kind}">'
                f"{self.each_picture(drawing.svgs)}</div><p>{by_language(drawing.sentences)}</p></section>"
            )
        return f'<div class="costs">{"".join(parts)}</div>'

    def updates(self) -> str:
        """→ the graph of one update of each run, of which that of the chosen one is shown."""
        parts = []
        for number in range(len(self.labels)):
            try:
                picture = update_picture(self.compared.runs[number], _UPDATE, self.style)
            except GraphvizADError:
                inside = f"<p>{self.text('without.update', number=str(number))}</p>"
            else:
                named = {"number": str(number), "n": str(_UPDATE)}
                inside = (
                    f"<h2>{self.text('update.title', **named)}</h2>"
                    f'<div class="graph" role="img" tabindex="0" {self.words.name("graph")}>{self.place(picture)}</div>'
                    f"<p>{self.text('update.said', **named)}</p>"
                )
            parts.append(f'<section class="update" data-of="{number}"{" hidden" if number else ""}>{inside}</section>')
        return "".join(parts)

    def table(self) -> str:
        """→ the runs: which is chosen, where each stands at the cursor, and where it ended."""
        word = self.words.tag
        columns = ("updates", "epochs", "seconds", "loss", "excess")
        rows = []
        for number, (run, curve) in enumerate(zip(self.compared.runs, self.compared.curves, strict=True)):
            ends = (
                str(run.updates), f"{run.epochs_done:g}", f"{run.seconds[-1]:.3g}",
                numbers.number(float(curve.loss[-1])), numbers.number(float(curve.loss[-1]) - self.compared.best, 2),
            )  # fmt: skip
            cells = "".join(f"<td>{escape(end)}</td>" for end in ends)
            rows.append(
                f'<tr><th scope="row"><label><input type="radio" name="run" value="{number}"'
                f"{' checked' if number == 0 else ''}>{_swatch(number)}"
                f"{by_language(_escaped(self.labels[number]))}</label>"
                f'</th><td data-here="update"></td><td data-here="loss"></td>{cells}</tr>'
            )
        heads = "".join(word("th", column, 'scope="col"') for column in ("update", "loss", *columns))
        groups = (
            word("th", "run", 'rowspan="2" scope="col"')
            + word("th", "here", 'colspan="2" scope="colgroup"')
            + word("th", "end", 'colspan="5" scope="colgroup"')
        )
        return (
            f'<section class="runs">{word("h2", "runs")}'
            f'<div class="wide" tabindex="0" role="group" {self.words.name("runs")}><table><thead><tr>{groups}</tr>'
            f"<tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div></section>"
        )

    def formula(self) -> str:
        """→ the statements as mathematics."""
        trace = shown_update(self.compared.runs[0], _UPDATE, False)
        return " ".join(map(math, written_statements(trace, MATHML)))

    # -- the file ------------------------------------------------------------------------------------------

    def whole(self) -> str:
        """→ the file."""
        word, theme = self.words.tag, self.style.theme
        source = self.compared.runs[0].model.graph.source.line
        style = (
            colour_rules(theme) + line_rules(theme) + mathematics_look() + player_file("player.css")
            + language_looks(self.languages) + file("plots.css") + file("comparison/comparison.css")
            + line_looks(theme, len(self.labels))
        )  # fmt: skip
        scripts = file("plots.js"), player_file("exchange.js"), file("comparison/comparison.js")
        script = "".join(map(short_script, scripts))
        data = {
            **comparison_numbers(self.compared, self.languages),
            "words": vocabulary(self.languages, _PREFIX),
            "languages": [(lang, tag(lang)) for lang in self.languages],
        }
        line = escape(source).replace('"', "&quot;")
        title = plain_title(self.style.annotations)
        heading = f'<p class="title" role="heading" aria-level="1">{escape(title)}</p>' if title else ""
        body = (
            f'<main aria-label="{line}">{heading}<div class="top"><h1 aria-label="{line}">{self.formula()}</h1>'
            f"{language_button(self.languages)}</div><noscript>{word('p', 'noscript')}</noscript>"
            f'<div class="bar" role="group" {self.words.name("about")} hidden>'
            f"{controls(self.words, '', 'spent', _PLACES, self.axes)}"
            f'<p class="where"><output id="where" aria-live="polite"></output></p></div>'
            f'<div class="first">{self.losses()}<div>{self.table()}{self.updates()}</div></div>'
            f"{word('p', 'hint', 'class=hint')}{self.paths()}{self.costs()}</main>"
        )
        hidden, pictures = together(self.pictures)
        pieces = body.split("\1")
        body = "".join(pictures[int(piece)] if place % 2 else piece for place, piece in enumerate(pieces))
        return f"""<!DOCTYPE html>
<html lang="{tag(self.style.lang)}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy(style, script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title or source)}</title><style>{style}</style></head>
<body>{hidden}{body}
<script type="application/json" id="data">{script_json(data)}</script><script>{script}</script></body></html>
"""


def _swatch(number: int) -> str:
    """Number of a run → a piece of its line."""
    return f'<svg class="swatch" viewBox="0 0 24 8" aria-hidden="true"><path d="M0 4h24" class="line-{number}"/></svg>'


def _escaped(texts: Mapping[str, str]) -> dict[str, str]:
    return {lang: escape(text) for lang, text in texts.items()}
