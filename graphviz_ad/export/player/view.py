"""Deck → one view of a page: its picture, its words, and the data that the scripts read of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graphviz_ad.autodiff.steps import Accumulate, Pull, Push
from graphviz_ad.diagram.frames import Frame
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.timing import seconds
from graphviz_ad.explain.routes import Routes
from graphviz_ad.explain.stories import path_stories, stories, tables
from graphviz_ad.export.player.arrows import arrow_targets
from graphviz_ad.export.player.controls import paths_choice
from graphviz_ad.export.player.extension import Extension
from graphviz_ad.export.player.keys import key_of
from graphviz_ad.export.player.label_marks import LiveLabels
from graphviz_ad.export.player.live import LivePage, live_page, refusal
from graphviz_ad.export.player.number_labels import live_labels
from graphviz_ad.export.player.page_data import PictureData, QuizData, ShownView, ViewData
from graphviz_ad.export.player.quiz import Quiz
from graphviz_ad.export.player.templates import TemplateTable
from graphviz_ad.export.player.upright import upright_deck
from graphviz_ad.export.player.writer import Writer, phase
from graphviz_ad.export.states import states
from graphviz_ad.tracing.calculation import calculation


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture of a view: its SVG, as `states` makes it, the data of it and of its labels, its width in points."""

    svg: str
    data: PictureData
    labels: dict[str, object]
    width: float

    def content(self, svg: str) -> dict[str, object]:
        """Its SVG, condensed → what `start.js` puts in the place of another picture of the same view."""
        return {"svg": svg, "data": self.data, "live": self.labels}


@dataclass(frozen=True, slots=True)
class View:
    """A picture that is played, perhaps a second one from top to bottom, and all that the page tells of it as HTML.

    `script` is the formula of its numbers, "" where they cannot be changed; `libraries` are the files it needs.
    """

    writer: Writer
    data: ViewData
    drawn: Drawn
    upright: Drawn | None
    items: str
    panels: str
    tables: str
    choice: str
    inputs: str
    script: str
    libraries: tuple[str, ...]

    def html(self, svg: str) -> list[str]:
        """SVG of its picture, condensed → the parts of the page that are its own, in the order of `start.js`."""
        return [self.heading, svg, self.items, self.inputs, self.panels, self.choice, self.tables]

    @property
    def whole_data(self) -> ShownView:
        """All data of the view with its picture."""
        data: ShownView = {**self.data, **self.drawn.data}
        if "live" in data:
            data["live"] = {**data["live"], **self.drawn.labels}
        return data

    @property
    def heading(self) -> str:
        """The formula above it all."""
        label = self.writer.source_line.replace('"', "&quot;")
        return f'<h1 aria-label="{label}">{self.writer.formula()}</h1>'


def make_view(
    deck: Deck, numbers: Sequence[int], languages: Sequence[str], tell: Callable[[int], None],
    extension: Extension | None = None, quiz: bool = False, turned: bool = True,
) -> View:  # fmt: skip
    """Deck, the numbers of its frames and the languages of its page → the view; `tell` hears how many are written.

    If `turned`, with a picture from top to bottom where that helps.
    """
    writer = Writer(deck, languages, extension)
    items = []
    for done, number in enumerate(numbers, 1):
        items.append(writer.step(deck.frames[number]))
        tell(done)
    titles = writer.teller.titles()
    frames = [deck.frames[number] for number in numbers]
    decks = [deck, *filter(None, [upright_deck(deck, numbers) if turned else None])]
    live, labels, questions = _live(writer, frames, decks, quiz)
    drawn, *others = (
        _drawn(other, numbers, {story: title[writer.lang] for story, title in titles.items()}, own)
        for other, own in zip(decks, labels, strict=True)
    )
    data: ViewData = {
        "numbers": list(numbers),
        "seconds": {
            lang: [seconds(frame, writer.sentence(frame, lang)) for frame in frames] for lang in writer.languages
        },
        "marks": [-1 if frame.at is None else int(deck.trace.graph.origins[frame.at]) for frame in frames],
        "phases": [phase(frame) for frame in frames],
        "done": [_done(deck, frame) for frame in frames],
        "works": [_at_work(frame) for frame in frames],
        "paths": {f"n{paths.node}": _stories(paths) for paths in writer.routes},
    }
    if live:
        data["live"] = {**live.data, "items": [key_of(frame.moment) for frame in frames]}
    else:
        data["spoken"] = {lang: [writer.spoken(frame, lang) for frame in frames] for lang in writer.languages}
    if questions:
        data["quiz"] = questions
    writer.teller.later = True  # no one can open a story without the script
    panels = "".join([*stories(writer.teller, titles, data["paths"]), *path_stories(writer.teller, writer.routes)])
    writer.teller.later = False
    return View(
        writer, data, drawn, others[0] if others else None, f'<ol class="steps">{"".join(items)}</ol>', panels,
        "".join(tables(writer.teller)),
        paths_choice(writer.words, {paths.node: writer.graph.names[paths.node] for paths in writer.routes}),
        live.form if live else refusal(writer.words, writer.obstacle or "nothing"),
        live.script if live else "", live.libraries if live else (),
    )  # fmt: skip


def _drawn(deck: Deck, numbers: Sequence[int], titles: dict[str, str], labels: LiveLabels | None) -> Drawn:
    """Deck, the frames shown, the titles of stories, labels whose numbers change → the picture with its data."""
    painted = states(deck, numbers, titles, labels, layered=True)
    data: PictureData = {
        "shown": painted.shown,
        "finished": painted.shown[-1],
        "arrows": arrow_targets(deck.scene, upright=deck.style.direction == "TB"),
    }
    return Drawn(painted.svg, data, labels.data if labels else {}, deck.scene.width)


def _live(
    writer: Writer, frames: Sequence[Frame], decks: Sequence[Deck], quiz: bool
) -> tuple[LivePage | None, Sequence[LiveLabels | None], QuizData | None]:
    """Writer → what is needed to change the numbers of its page, in texts and in each of its pictures; its quiz."""
    if not writer.teller.live:
        return None, [None] * len(decks), Quiz(writer.teller).data(frames) if quiz else None
    unknown, templates = calculation(writer.trace), TemplateTable(writer.digits)
    by_statement = writer.deck.selection.by == "statement"
    with unknown.tape:
        labels = [live_labels(deck, unknown.trace, templates) for deck in decks]
        questions = Quiz(writer.teller, unknown.trace, templates).data(frames) if quiz else None
        quiet = writer.extension.quiet if writer.extension else frozenset[int]()
        live = live_page(writer.teller, writer.routes, unknown, templates, by_statement, quiet)
    return live, labels, questions


def _stories(paths: Routes) -> list[list[str]]:
    """Paths → the stories of the nodes and edges on all of them, and then on each."""
    return [
        [f"n{paths.node}", *(story for node, slot in sorted(edges) for story in (f"e{node}-{slot}", f"n{node}"))]
        for edges in (paths.edges, *(route.edges for route in paths.shown))
    ]


def _at_work(frame: Frame) -> str:
    """Frame → the story of the node or the edge at work, "" where none is."""
    match frame.step:
        case Pull(node=node, slot=slot) | Accumulate(node=node, slot=slot) | Push(node=node, slot=slot):
            return f"e{node}-{slot}"
        case None:
            return ""
    return f"n{frame.step.node}"


def _done(deck: Deck, frame: Frame) -> int:
    """Frame → how many steps are done in it."""
    if isinstance(frame.moment, str):
        return 0 if frame.moment == "start" else len(deck.trace.steps)
    return frame.moment.k
