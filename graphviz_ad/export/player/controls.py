"""Controls of a page that plays steps, as HTML; a script makes them work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from graphviz_ad.messages.bilingual import Words, is_japanese

_PACES = {"slow": 1.6, "normal": 1, "fast": 0.5}
"""How many times as long as it should a step stands."""


def controls(words: Words, phases: Sequence[str], inputs: Mapping[int, str]) -> str:
    """Buttons, scrubber, pace, language, and of inputs with paths to the output the choice of one, by node and name.

    They stand hidden until the script shows them.
    """
    tag, name = words.tag, words.name
    icons = {
        "first": "M4 4h2v12H4zM16 4v12L7 10z", "previous": "M14 4v12L5 10z", "play": "M6 3v14l11-7z",
        "next": "M6 4v12l9-6z", "last": "M14 4h2v12h-2zM4 4v12l9-6z",
    }  # fmt: skip
    buttons = "".join(
        f'<button type="button" data-do="{what}" {name(what, "aria-label", "title")}>{_icon(icons[what])}</button>'
        for what in icons
    )
    jumps = "".join(
        tag("button", phase, f'type="button" data-do="{phase}"') for phase in ("forward", "backward") if phase in phases
    )
    paces = "".join(
        tag("option", pace, f'value="{factor}"{" selected" if pace == "normal" else ""}')
        for pace, factor in _PACES.items()
    )
    return (
        f'<div class="controls" role="group" {name("controls")} hidden>'
        f'<span class="buttons">{buttons}</span><input type="range" id="scrubber" min="0" max="{len(phases) - 1}" '
        f'value="0" {name("step")}><span class="jumps">{jumps}</span>'
        f'<label>{tag("span", "pace")} <select id="pace">{paces}</select></label>{_from(words, inputs)}'
        f'<button type="button" data-do="full" {name("full", "aria-label", "title")} hidden>{_icon(_FULL)}</button>'
        '<button type="button" data-do="language"><span class="en" lang="ja">日本語</span>'
        '<span class="ja" lang="en">English</span></button></div>'
    )


_LANG = ' lang="ja"'
_FULL = "M3 3h5v2H5v3H3zM12 3h5v5h-2V5h-3zM3 12h2v3h3v2H3zM15 12h2v5h-5v-2h3z"


def _icon(path: str) -> str:
    return f'<svg viewBox="0 0 20 20" aria-hidden="true"><path d="{path}"/></svg>'


def _from(words: Words, inputs: Mapping[int, str]) -> str:
    """The choice of an input whose paths are shown, where any has some."""
    if not inputs:
        return ""
    tag = words.tag
    choices = "".join(
        f'<option value="n{node}"{_LANG if is_japanese(name) else ""}>{escape(name)}</option>'
        for node, name in inputs.items()
    )
    nowhere = tag("option", "nowhere", 'value=""')
    return f'<label>{tag("span", "paths")} <select id="paths">{nowhere}{choices}</select></label>'


def ways(words: Words) -> str:
    """The buttons that go from path to path."""
    kinds = ("before", "after", "every")
    buttons = (words.tag("button", what, f'type="button" data-do="{what}"') for what in kinds)
    return f'<p class="ways" hidden>{"".join(buttons)}</p>'
