"""Controls of a page that plays steps, as HTML; a script makes them work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from graphviz_ad.messages.catalogue import han, say, tag
from graphviz_ad.messages.multilingual import Words, is_han

_PACE_FACTORS = {"slow": 1.6, "normal": 1, "fast": 0.5}
"""By word of the choice, by what a step's time is multiplied: slow to take notes, fast to look again."""


def controls(words: Words, phases: Sequence[str], choice: str, languages: Sequence[str], layers: str) -> str:
    """Buttons, scrubber, pace, language, and as HTML the choice of an input whose paths are shown, and the switches of
    layers.

    They stand hidden until the script shows them.
    """
    word, name = words.tag, words.name
    icons = {
        "first": "M4 4h2v12H4zM16 4v12L7 10z", "previous": "M14 4v12L5 10z", "play": "M6 3v14l11-7z",
        "next": "M6 4v12l9-6z", "last": "M14 4h2v12h-2zM4 4v12l9-6z",
    }  # fmt: skip
    buttons = "".join(
        f'<button type="button" data-do="{what}" {name(what, "aria-label", "title")}>{icon(icons[what])}</button>'
        for what in icons
    )
    passes = (phase for phase in ("forward", "backward", "update") if phase in phases)
    jumps = "".join(word("button", phase, f'type="button" data-do="{phase}"') for phase in passes)
    paces = "".join(
        word("option", pace, f'value="{factor}"{" selected" if pace == "normal" else ""}')
        for pace, factor in _PACE_FACTORS.items()
    )
    return (
        f'<div class="controls" role="group" {name("controls")} hidden>'
        f'<span class="buttons">{buttons}</span><input type="range" id="scrubber" min="0" max="{len(phases) - 1}" '
        f'value="0" {name("step")}><span class="jumps">{jumps}</span>'
        f'<button type="button" data-do="more" aria-expanded="false" {name("more", "aria-label", "title")}>'
        f'{icon(_MORE)}</button><span class="rest">'
        f'<label>{word("span", "pace")} <select id="pace">{paces}</select></label>{choice}{layers}'
        f"{_zooms(words)}"
        f'<button type="button" data-do="quiz" aria-pressed="false" {name("quiz", "aria-label", "title")}>'
        f"{icon(_QUESTION)}</button>"
        f'<button type="button" data-do="full" {name("full", "aria-label", "title")}>{icon(_FULL)}</button>'
        f"{language_button(languages)}</span></div>"
    )


_MORE = "M3 8h4v4H3zM8 8h4v4H8zM13 8h4v4h-4z"
"""Path of the icon for what has no room in the row of a phone, in a box of 20 × 20: three dots."""

_FULL = "M3 3h5v2H5v3H3zM12 3h5v5h-2V5h-3zM3 12h2v3h3v2H3zM15 12h2v5h-5v-2h3z"
"""Path of the icon for full screen, in a box of 20 × 20: the four corners of a frame."""

_QUESTION = (
    "M10 2C6.7 2 4.6 4 4.5 7h3C7.6 5.5 8.5 4.6 10 4.6s2.5.9 2.5 2.1c0 1.1-.6 1.7-1.7 2.5C9.3 10.2 "
    "8.6 11 8.6 12.9h2.9c0-1.3.4-1.7 1.6-2.6 1.4-1 2.4-2 2.4-3.7C15.5 3.9 13.2 2 10 2zM8.4 15h3.2v3H8.4z"
)
"""Path of the icon for the quiz, in a box of 20 × 20: a question mark."""


def quiz_form(words: Words) -> str:
    """→ what a question of the quiz is filled into, and the line that says what was wrong; the script takes it."""
    word, name = words.tag, words.name
    field = 'type="text" inputmode="decimal" autocomplete="off" spellcheck="false"'
    typed = f"<input {field} {name('quiz.answer', 'aria-label', 'placeholder')}>{word('button', 'quiz.check')}"
    choices = word("button", "quiz.choices", 'type="button" class="typed" data-quiz="choices"')
    counter = word("p", "quiz", 'class="counter"')
    shown = word("button", "quiz.show", 'type="button" data-quiz="show"')
    return (
        f'<template id="quiz">{counter}<p class="asked"></p><form>'
        f'<span class="typed">{typed}</span>{choices}<span class="choices" role="group" {name("quiz.choices")}></span>'
        f'{shown}</form><p class="wrong" aria-live="polite"></p></template>'
    )


def _zooms(words: Words) -> str:
    """The buttons that make the graph larger and smaller."""
    icons = {"smaller": "M4 9h12v2H4z", "larger": "M9 4h2v5h5v2h-5v5H9v-5H4V9h5z"}
    buttons = (
        f'<button type="button" data-zoom="{what}" {words.name(what, "aria-label", "title")}>{icon(path)}</button>'
        for what, path in icons.items()
    )
    return f'<span class="zooms">{"".join(buttons)}</span>'


def language_button(languages: Sequence[str]) -> str:
    """Languages of a page → the button that goes on to the next and is called by its own name, if there are several."""
    following = zip(languages, [*languages[1:], languages[0]], strict=True)
    names = "".join(
        f'<span class="{lang}" lang="{tag(other)}">{say("language.name", other)}</span>' for lang, other in following
    )
    return f'<button type="button" data-do="language">{names}</button>' if len(languages) > 1 else ""


def icon(path: str) -> str:
    """Path in a box of 20 × 20 → a picture of that size for a button."""
    return f'<svg viewBox="0 0 20 20" aria-hidden="true"><path d="{path}"/></svg>'


def paths_choice(words: Words, inputs: Mapping[int, str]) -> str:
    """Inputs with paths to the output, by node and name → the choice of the one whose paths are shown."""
    if not inputs:
        return ""
    letters = f' lang="{tag(han(words.lang))}"'
    choices = "".join(
        f'<option value="n{node}"{letters if is_han(name) else ""}>{escape(name)}</option>'
        for node, name in inputs.items()
    )
    nowhere = words.tag("option", "nowhere", 'value=""')
    return f'<label class="from">{words.tag("span", "paths")} <select id="paths">{nowhere}{choices}</select></label>'


def path_buttons(words: Words) -> str:
    """The buttons that go from path to path."""
    kinds = ("before", "after", "every")
    buttons = (words.tag("button", what, f'type="button" data-do="{what}"') for what in kinds)
    return f'<p class="ways" hidden>{"".join(buttons)}</p>'
