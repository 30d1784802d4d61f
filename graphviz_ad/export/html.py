"""Deck → one web page that plays its steps: no picture a step, but one whose parts change; nothing is fetched.

Without JavaScript, and on paper, it is the finished picture and every step's equation and sentence as a list.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from graphviz_ad.diagram.frames import Frame
from graphviz_ad.diagram.header import MOST_NODES, entrywise
from graphviz_ad.diagram.paint import escape
from graphviz_ad.diagram.states import colours, states
from graphviz_ad.diagram.theme import DARK, LIGHT, Theme
from graphviz_ad.explain import words
from graphviz_ad.explain.equation import equation
from graphviz_ad.explain.sentence import Segment, sentence
from graphviz_ad.explain.stories import Teller, stories, tables
from graphviz_ad.language.notation import latex_name
from graphviz_ad.language.printer import LATEX, write
from graphviz_ad.ops.table import NOTATIONS

if TYPE_CHECKING:
    from graphviz_ad.diagram.picture import Deck

_PACES = {"slow": 6, "normal": 3.5, "fast": 1.5}
"""Seconds a step."""


def deck(
    deck: Deck, numbers: Sequence[int], folder: str, tell: Callable[[int], None]
) -> tuple[bytes, list[tuple[str, bytes]]]:
    """Deck → one HTML file that plays the frames of those numbers.

    With the light theme it follows the system to the dark one; other themes stay as they are.
    """
    writer = Writer(deck)
    items = []
    for done, number in enumerate(numbers, 1):
        items.append(writer.step(deck.frames[number]))
        tell(done)
    titles = writer.teller.titles()
    painted = states(deck, numbers, titles, writer.say("player.graph"))
    frames = [deck.frames[number] for number in numbers]
    data = {
        "numbers": list(numbers),
        "shown": painted.shown[:-1],
        "finished": painted.shown[-1],
        "said": [deck.captions[number].spoken for number in numbers],
        "marks": [-1 if frame.at is None else int(deck.trace.graph.origins[frame.at]) for frame in frames],
        "phases": [_phase(frame) for frame in frames],
        "play": writer.say("player.play"),
        "pause": writer.say("player.pause"),
    }
    page = _page(writer, painted.svg, items, data, titles)
    return page.encode(), []


def _phase(frame: Frame) -> str:
    """Frame → the pass it belongs to, "" for the beginning and the end."""
    return frame.step.phase if frame.step else ""


class Writer:
    """Writes the trace of a deck as HTML, in its language."""

    def __init__(self, deck: Deck) -> None:
        self.deck, self.trace, self.graph = deck, deck.trace, deck.trace.graph
        self.lang, self.digits = deck.style.lang, deck.style.digits
        self.teller = Teller(deck.trace, self.lang, self.digits)
        self.say, self.math = self.teller.say, self.teller.math

    def step(self, frame: Frame) -> str:
        """Frame → the item of the list that says what happens in it."""
        step = frame.step
        if step is None:
            what = "start" if frame.k == 0 else "finished"
            latex = r", \quad ".join(words.overview(self.trace, what, self.digits).pieces(LATEX))
            upright = self.deck.style.direction == "TB"
            counter, said = self.say(what), escape(words.remark(self.trace, what, self.lang, upright=upright))
        else:
            of = self.say("counter").format(k=step.k, n=len(self.trace.steps))
            counter, latex = f"{self.say(step.phase)} · {of}", equation(self.trace, step, self.digits).write(LATEX)
            said = "".join(map(self.segment, sentence(self.trace, step, self.lang, self.digits)))
        shown = self.math(latex, block=True) if latex else ""
        return (
            f'<li class="{_phase(frame)}"><p class="counter">{counter}</p><div class="equation">{shown}</div>'
            f'<p class="sentence">{said}</p></li>'
        )

    def segment(self, segment: Segment) -> str:
        """A piece of a sentence → HTML."""
        _, content = segment
        return escape(content) if isinstance(content, str) else self.math(content.write(LATEX))

    def formula(self) -> str:
        """The statements, each part of them in an element of class `t` and its number in the tree."""
        program = self.graph.program
        if len(program.tree) > MOST_NODES:
            return f"<code>{escape(' '.join(program.source.text.split()))}</code>"
        tree, dialect = entrywise(self.trace), replace(LATEX.using(NOTATIONS), options=True)
        origins = set(map(int, self.graph.origins))

        def tag(node: int) -> tuple[str, str]:
            return (rf"\class{{t{node}}}{{", "}") if node in origins else ("", "")

        found = []
        for statement in program.statements:
            latex = write(tree, statement.root, dialect, tag)
            if statement.name is not None:
                params = f"({', '.join(map(latex_name, statement.params))})" if statement.params is not None else ""
                latex = f"{latex_name(statement.name)}{params} = {latex}"
            found.append(self.math(latex))
        return " ".join(found)


def _controls(writer: Writer, phases: Sequence[str]) -> str:
    """Buttons, scrubber and pace; they stand hidden until the script shows them."""
    say = writer.say
    icons = {
        "first": "M4 4h2v12H4zM16 4v12L7 10z", "previous": "M14 4v12L5 10z", "play": "M6 3v14l11-7z",
        "next": "M6 4v12l9-6z", "last": "M14 4h2v12h-2zM4 4v12l9-6z",
    }  # fmt: skip
    buttons = "".join(
        f'<button type="button" data-do="{what}" aria-label="{say(f"player.{what}")}" title="{say(f"player.{what}")}">'
        f'<svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><path d="{icons[what]}"/></svg></button>'
        for what in icons
    )
    jumps = "".join(
        f'<button type="button" data-do="{phase}">{say(f"player.{phase}")}</button>'
        for phase in ("forward", "backward")
        if phase in phases
    )
    paces = "".join(
        f'<option value="{seconds}"{" selected" if pace == "normal" else ""}>{say(f"player.{pace}")}</option>'
        for pace, seconds in _PACES.items()
    )
    return (
        f'<div class="controls" role="group" aria-label="{say("player.controls")}" hidden>'
        f'<span class="buttons">{buttons}</span><input type="range" id="scrubber" min="0" max="{len(phases) - 1}" '
        f'value="0" aria-label="{say("player.step")}"><span class="jumps">{jumps}</span>'
        f'<label>{say("player.pace")} <select id="pace">{paces}</select></label></div>'
    )


def _page(writer: Writer, svg: str, items: Sequence[str], data: dict[str, Any], titles: dict[str, str]) -> str:
    """The whole file."""
    say, source = writer.say, writer.graph.source.text
    title = "; ".join(" ".join(line.split()) for line in source.splitlines() if line.strip())
    style = _colours(writer.deck.style.theme) + _file("player.css")
    script = _file("player.js")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; base-uri 'none'; "
        "form-action 'none'"
    )
    numbers = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    name = escape(title).replace('"', "&quot;")
    return f"""<!DOCTYPE html>
<html lang="{writer.lang}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title><style>{style}</style></head>
<body><main aria-roledescription="carousel" aria-label="{name}">
<h1 aria-label="{name}">{writer.formula()}</h1>
<noscript><p>{say("player.noscript")}</p></noscript>
{_controls(writer, data["phases"])}
<figure>{svg}</figure>
<ol class="steps">{"".join(items)}</ol>
<p id="live" class="unseen" aria-live="polite"></p>
<aside id="panel" tabindex="-1" aria-label="{say("player.value")}" hidden>\
<button type="button" data-do="close">{say("player.close")}</button>{"".join(stories(writer.teller, titles))}</aside>
<p class="hint" hidden>{say("player.hint")}</p>
<details><summary>{say("player.table")}</summary>{"".join(tables(writer.teller))}</details>
</main><script type="application/json" id="data">{numbers}</script><script>{script}</script></body></html>
"""


def _colours(theme: Theme) -> str:
    """Theme → its colours as CSS variables; light and dark as the system has it, light on paper."""

    def rule(theme: Theme) -> str:
        return (
            ":root{" + "".join(f"--{name.replace('_', '-')}:{value};" for name, value in colours(theme).items()) + "}"
        )

    if theme != LIGHT:
        return rule(theme)
    return f"{rule(LIGHT)}:root{{color-scheme:light dark}}@media screen and (prefers-color-scheme:dark){{{rule(DARK)}}}"


def _file(name: str) -> str:
    return (files("graphviz_ad.export") / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Text of a script or a style → what a policy knows it by (CSP 3)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
