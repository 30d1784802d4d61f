"""Figures of runs as parts of a page: in the page's colours, dark or light, with the controls that go through them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files

from graphviz_ad.diagram.theme import DARK, LIGHT, Theme
from graphviz_ad.export.player.controls import icon
from graphviz_ad.export.player.svg_minify import shortened
from graphviz_ad.export.run.figures.series import lines_of, palette
from graphviz_ad.export.states import colours, shared
from graphviz_ad.messages.multilingual import Words
from graphviz_ad.training.curves import Axis

_ICONS = {"before": "M14 4v12L5 10z", "play": "M6 3v14l11-7z", "after": "M6 4v12l9-6z"}
"""Buttons of a plot → their outlines, in a square of 24."""
_MIXED = (("paper", "quiet"), ("ink", "backward"))
"""Colours that figures blend (`figures.series.blend`): grounds of contours, points; the sign of the lowest point."""
_BETWEEN = "\0"
"""Stands between pictures while what they share is taken out of all of them at once."""
_NAMED = re.compile(r'((?:<(?:path|g) id=|<use href=)"#?)([glt]\d+")')
"""Where a shared letter, line or text is named, as `<path id="g3"` or `<use href="#l0"`."""


def in_page_colours(svg: str, theme: Theme) -> str:
    """SVG in the colours of a theme → the same in those of the page, which may be dark."""
    return re.sub(r'"(#[0-9a-f]{6})"', lambda match: f'"{page_colour(match[1], theme)}"', svg)


def page_colour(colour: str, theme: Theme) -> str:
    """Colour of a figure in a theme → what it is called in the page, also where it is a blend of two."""
    names = {value: name.replace("_", "-") for name, value in reversed(colours(theme).items())}
    if colour in names:
        return f"var(--{names[colour]})"
    if theme != LIGHT:  # the page has these colours alone
        return colour
    lines = palette(theme)
    if colour in lines:
        return f"var(--line-{lines.index(colour)})"
    for first, second in _MIXED:
        part = _part(_rgb(colour), _rgb(getattr(theme, first)), _rgb(getattr(theme, second)))
        if part is not None:
            return f"color-mix(in srgb,var(--{second}) {part:.3g}%,var(--{first}))"
    return colour


def _part(between: Sequence[int], first: Sequence[int], second: Sequence[int]) -> float | None:
    """Three colours → how many percent of the second there are in what is between both; None where it is not."""
    far = [b - a for a, b in zip(first, second)]
    part = sum((c - a) * d for c, a, d in zip(between, first, far)) / sum(d * d for d in far)
    near = all(abs(a + part * d - c) <= 1 for a, d, c in zip(first, far, between))
    return 100 * part if near and 0 <= part <= 1 else None


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def line_rules(theme: Theme) -> str:
    """Theme → the colours of lines as CSS variables, light and dark as the page is."""

    def rule(theme: Theme) -> str:
        return ":root{" + "".join(f"--line-{place}:{value};" for place, value in enumerate(palette(theme))) + "}"

    return (
        f"{rule(LIGHT)}@media screen and (prefers-color-scheme:dark){{{rule(DARK)}}}" if theme == LIGHT else rule(theme)
    )


def line_looks(theme: Theme, count: int) -> str:
    """Theme and how many runs → the rules by which things of theirs look as their lines: `line-0`, `fill-0` …"""
    rules, colours_of_lines = [], palette(theme)
    for number, line in enumerate(lines_of(theme, count)):
        colour = f"var(--line-{colours_of_lines.index(line.colour)})"
        dashes = "" if line.dashes == "-" else f";stroke-dasharray:{' '.join(f'{dash:g}' for dash in line.dashes[1])}"
        rules.append(f".line-{number}{{stroke:{colour}{dashes}}}.fill-{number}{{fill:{colour}}}")
    return "".join(rules)


def together(pictures: Sequence[str], prefix: str = "") -> tuple[str, list[str]]:
    """SVGs, and what names of their parts begin with → an SVG of what several have, letters and lines, that is not
    seen; and the SVGs that use it."""
    defined, body = (_NAMED.sub(rf"\1{prefix}\2", part) for part in shared(_BETWEEN.join(pictures)))
    hidden = f'<svg class="unseen" width="0" height="0" aria-hidden="true">{defined}</svg>'
    return shortened(hidden), [shortened(picture) for picture in body.split(_BETWEEN)]


def controls(words: Words, prefix: str, slider: str, last: int, known: Sequence[Axis]) -> str:
    """Words of the page, what their keys begin with, the name of the slider, its last place and the axes that there are
    → buttons, slider and the choice of the axis."""
    buttons = "".join(
        f'<button type="button" data-run="{what}" {words.name(f"{prefix}{what}", "aria-label", "title")}>'
        f"{icon(path)}</button>"
        for what, path in _ICONS.items()
    )
    axes = "".join(words.tag("option", f"{prefix}{axis}", f'value="{axis}"') for axis in known)
    return (
        f'<div class="choose"><span class="buttons">{buttons}</span><input type="range" id="{slider}" min="0" '
        f'max="{last}" value="0" {words.name(f"{prefix}{slider}")}>'
        f'<label>{words.tag("span", f"{prefix}axis")} <select id="axis">{axes}</select></label></div>'
    )


def file(name: str) -> str:
    """Name of a script or a style of this package → its text."""
    return (files("graphviz_ad.export.run") / name).read_text(encoding="utf-8")
