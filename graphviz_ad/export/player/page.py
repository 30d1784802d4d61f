"""Deck → one web page that plays its steps: no picture a step, but one whose parts change; nothing is fetched.

Its words are there in all its languages, its formulas once; a reader exchanges the words.
Without JavaScript, and on paper, it is the finished picture and every step's equation and sentence as a list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.steps import Accumulate, Pull, Push
from graphviz_ad.diagram.backward_parts import BackwardScene, require_plain
from graphviz_ad.diagram.captions import spoken
from graphviz_ad.diagram.frames import Frame
from graphviz_ad.diagram.header import MAX_SET_NODES, written_statements
from graphviz_ad.diagram.paint import escape
from graphviz_ad.diagram.timing import seconds
from graphviz_ad.explain.moments import heading, line, prose
from graphviz_ad.explain.overview import overview
from graphviz_ad.explain.phrase import Segment, plain
from graphviz_ad.explain.routes import Routes, routes
from graphviz_ad.explain.stories import Teller, path_stories, stories, tables
from graphviz_ad.explain.takeaway import moves
from graphviz_ad.export.player import around
from graphviz_ad.export.player.arrows import arrow_targets
from graphviz_ad.export.player.controls import controls, path_buttons, quiz_form
from graphviz_ad.export.player.extension import Extension
from graphviz_ad.export.player.keys import key_of
from graphviz_ad.export.player.label_marks import LiveLabels
from graphviz_ad.export.player.layer_switches import rules, switches
from graphviz_ad.export.player.live import LivePage, live_page, refusal
from graphviz_ad.export.player.number_labels import live_labels
from graphviz_ad.export.player.page_data import PageData, QuizData
from graphviz_ad.export.player.quiz import Quiz
from graphviz_ad.export.player.shell import (
    colour_rules,
    language_looks,
    mathematics_look,
    player_file,
    policy,
    script_json,
    short_script,
)  # fmt: skip
from graphviz_ad.export.player.svg_minify import condensed
from graphviz_ad.export.player.templates import TemplateTable
from graphviz_ad.export.registry import DeckFiles, PicturesDone
from graphviz_ad.export.states import states
from graphviz_ad.language.mathml import MATHML, marked_part
from graphviz_ad.language.pieces import Piece
from graphviz_ad.language.printer import DISPLAY
from graphviz_ad.messages.catalogue import han, has_han, offered, tag
from graphviz_ad.messages.multilingual import by_language, vocabulary
from graphviz_ad.tracing.calculation import calculation, obstacle

if TYPE_CHECKING:
    from graphviz_ad.diagram.picture import Deck


_PRINTED_PX = 1000
"""Width of a graph whose type of 13 pixels has 7 points on A4: for a wider one the paper is turned."""
_WIDE = 1.5
"""Times its height a graph is wide at least for which that helps: as the paper is without the words."""


def deck(
    deck: Deck, numbers: Sequence[int], folder: str, tell: PicturesDone, start: int = 0,
    extension: Extension | None = None, quiz: bool = False,
) -> DeckFiles:  # fmt: skip
    """Deck → one HTML file that plays the frames of those numbers, and begins at the one of the number `start`.

    An address with `#step=` goes before `start`. With the light theme it follows the system to the dark one; other
    themes stay as they are. `extension` is what stands in it besides. As a `quiz` it asks before each step, and knows
    what mistakes lead to.
    """
    if quiz:
        require_plain(deck.scene, "a quiz")
    writer = Writer(deck, offered(deck.style.lang), extension)
    items = []
    for done, number in enumerate(numbers, 1):
        items.append(writer.step(deck.frames[number]))
        tell(done)
    titles = writer.teller.titles()
    frames = [deck.frames[number] for number in numbers]
    live, labels, questions = _live(writer, frames, quiz)
    painted = states(
        deck, numbers, {story: title[writer.lang] for story, title in titles.items()}, labels, layered=True
    )
    data: PageData = {
        "numbers": list(numbers),
        "start": start,
        "shown": painted.shown,
        "finished": painted.shown[-1],
        "seconds": {
            lang: [seconds(frame, writer.sentence(frame, lang)) for frame in frames] for lang in writer.languages
        },
        "marks": [-1 if frame.at is None else int(deck.trace.graph.origins[frame.at]) for frame in frames],
        "phases": [_phase(frame) for frame in frames],
        "done": [_done(deck, frame) for frame in frames],
        "works": [_at_work(frame) for frame in frames],
        "words": vocabulary(writer.languages),
        "languages": [(lang, tag(lang), has_han(lang)) for lang in writer.languages],
        "han": tag(han(writer.lang)),
        "arrows": arrow_targets(deck.scene, upright=writer.upright),
        "paths": {f"n{paths.node}": _stories(paths) for paths in writer.routes},
    }
    if live and labels:
        data["live"] = {**live.data, **labels.data, "items": [key_of(frame.moment) for frame in frames]}
    else:
        data["spoken"] = {lang: [writer.spoken(frame, lang) for frame in frames] for lang in writer.languages}
    if questions:
        data["quiz"] = questions
    if extension:
        data["extension"] = {extension.name: extension.data}
    page = _page(writer, *condensed(painted.svg), items, data, titles, live)
    return page.encode(), []


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


def _phase(frame: Frame) -> str:
    """Frame → the pass it belongs to, "" for the beginning and the end."""
    return frame.step.phase if frame.step else ""


def _live(
    writer: Writer, frames: Sequence[Frame], quiz: bool
) -> tuple[LivePage | None, LiveLabels | None, QuizData | None]:
    """Writer → what is needed to change the numbers of its page, in texts and in the picture, and its quiz, if any."""
    if not writer.teller.live:
        return None, None, Quiz(writer.teller).data(frames) if quiz else None
    unknown, templates = calculation(writer.trace), TemplateTable(writer.digits)
    by_statement = writer.deck.selection.by == "statement"
    with unknown.tape:
        labels = live_labels(writer.deck, unknown.trace, templates)
        questions = Quiz(writer.teller, unknown.trace, templates).data(frames) if quiz else None
        quiet = writer.extension.quiet if writer.extension else frozenset[int]()
        live = live_page(writer.teller, writer.routes, unknown, templates, by_statement, quiet)
    return live, labels, questions


class Writer:
    """Writes the trace of a deck as HTML in some languages, its own being shown first."""

    def __init__(self, deck: Deck, languages: Sequence[str], extension: Extension | None = None) -> None:
        self.deck, self.trace, self.graph = deck, deck.trace, deck.trace.graph
        self.lang, self.digits = deck.style.lang, deck.style.digits
        self.languages, self.tag = languages, tag(deck.style.lang)
        self.upright = deck.style.direction == "TB"
        scene = deck.scene
        self.is_wide = scene.width > max(_PRINTED_PX, _WIDE * scene.height)
        self.extension = extension
        is_backward = isinstance(deck.scene, BackwardScene)
        quiet = extension.quiet if extension else frozenset[int]()
        self.obstacle = "backward" if is_backward else obstacle(deck.trace, quiet)
        live = self.obstacle is None
        self.teller = Teller(deck.trace, self.lang, self.digits, live=live, languages=languages)
        self.words, self.math = self.teller.words, self.teller.math
        self.routes = [
            routes(self.trace, node, self.digits)
            for node in self.graph.inputs.values()
            if node != self.graph.output and self.trace.grads[node] is not None
        ]

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
            f'<li class="{_phase(frame)}"><p class="counter">{self.in_languages(self.counter, frame)}</p>'
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


def _page(
    writer: Writer, svg: str, style: str, items: Sequence[str], data: PageData,
    titles: dict[str, dict[str, str]], live: LivePage | None,
) -> str:  # fmt: skip
    """The whole file. `rel="expect"` keeps browsers from styling the page before the script has seen it."""
    tag, name, source = writer.words.tag, writer.words.name, writer.graph.source.text
    title = "; ".join(" ".join(line.split()) for line in source.splitlines() if line.strip())
    looks = (
        rules(writer.deck.scene)
        + mathematics_look()
        + player_file("player.css")
        + language_looks(writer.languages)
        + player_file("live.css")
        + (player_file("landscape.css") if writer.is_wide else "")
    )
    extension = writer.extension
    style = colour_rules(writer.deck.style.theme) + looks + style + (extension.style if extension else "")
    outlines = short_script(player_file("outlines.js"))
    numbers = ("numbers", "reading") if live or "quiz" in data else ()
    libraries = live.libraries if live else ()
    parts = ("formulas", "zoom", "known", *numbers, "links", "player", "talk", "quiz", "frame", "print", *libraries)
    scripts = (player_file(f"{part}.js") for part in parts)
    script = "".join(map(short_script, scripts))
    script += live.script + short_script(player_file("live.js")) if live else ""
    script += short_script(extension.script) if extension else ""
    allowed = policy(style, outlines, script, framed=extension.framed if extension else "")
    inputs = live.form if live else refusal(writer.words, writer.obstacle or "nothing")
    writer.teller.later = True  # no one can open a story without the script
    panels = "".join([*stories(writer.teller, titles, data["paths"]), *path_stories(writer.teller, writer.routes)])
    writer.teller.later = False
    from_inputs = {paths.node: writer.graph.names[paths.node] for paths in writer.routes}
    formula = escape(title).replace('"', "&quot;")
    return f"""<!DOCTYPE html>
<html lang="{writer.tag}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{allowed}">
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="expect" href="#data" blocking="render">
<title>{escape(writer.deck.title)}</title><style>{style}</style></head>
<body><main {name("roledescription", "aria-roledescription")} aria-label="{formula}">
{around.title(writer.deck, writer.math)}<h1 aria-label="{formula}">{writer.formula()}</h1>
<noscript>{tag("p", "noscript")}</noscript>
{controls(writer.words, data["phases"], from_inputs, writer.languages, switches(writer.words, writer.deck.scene))}
<p id="notice" role="status" hidden></p>
{extension.html(writer.words) if extension else ""}<figure {name("graph")}>{svg}</figure><script>{outlines}</script>
{inputs}
<ol class="steps">{"".join(items)}</ol>
{quiz_form(writer.words)}<p id="told"></p>
{around.below(writer.deck, writer.words, writer.math)}<p id="live" class="unseen" aria-live="polite"></p>
<aside id="panel" tabindex="-1" {name("value")} hidden>\
{tag("button", "close", 'type="button" data-do="close"')}{path_buttons(writer.words)}\
{panels}</aside>
{tag("p", "hint", 'class="hint" hidden')}
<div class="end"><details>{tag("summary", "table")}{"".join(tables(writer.teller))}</details>\
{tag("button", "link.copy", 'type="button" data-do="copy" hidden')}</div>
</main><script type="application/json" id="data">{script_json(data)}</script><script>{script}</script></body></html>
"""
