"""How a deck looks: options by name, checked."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Unpack, get_args

from graphviz_ad.autodiff.detail import Detail, require_level
from graphviz_ad.diagram.annotations import NONE, AnnotationOptions, Annotations, read_annotations
from graphviz_ad.diagram.layers import ALL, chosen_layers
from graphviz_ad.diagram.layout import Direction
from graphviz_ad.diagram.theme import THEMES, Theme
from graphviz_ad.errors import GraphvizADError, nearest
from graphviz_ad.language.number_format import (
    DEFAULT_DIGITS,
    DEFAULT_ENTRIES,
    NumberFormat,
    NumberOptions,
    NumberStyle,
    Unasked,
    number_format,
)
from graphviz_ad.messages.catalogue import languages

Fit = Literal["graph", "page", "slide"]
"""As large as the graph needs; close and in rows, so that it is large on a screen; and that on a slide of 16:9."""

AnyTheme = str | os.PathLike[str] | Theme
"""A theme, its name, or the file of one."""


_USUAL_DIGITS = Unasked(DEFAULT_DIGITS)
"""Stands where nobody asked for digits: then what is drawn may choose."""


@dataclass(frozen=True)
class Style:
    """How a deck looks."""

    theme: Theme
    lang: str
    digits: NumberFormat
    direction: Direction
    fit: Fit
    layers: tuple[str, ...] = ALL
    annotations: Annotations = NONE
    detail: Detail | None = None
    backward_graph: bool = False

    @property
    def equations_at_nodes(self) -> bool:
        """Whether gradients stand at their nodes as equations: these are wanted, and nothing has a value there."""
        return self.annotations.equations is not None and "gradients" in self.layers and "values" not in self.layers


class StyleOptions(AnnotationOptions, NumberOptions, total=False):
    """The options of `make_style`, by name."""

    theme: AnyTheme
    lang: str
    digits: int
    direction: Direction
    fit: Fit
    show: str | Iterable[str]
    hide: str | Iterable[str]
    detail: Detail | None
    backward_graph: bool


def make_style(
    theme: AnyTheme = "light", lang: str = "en", digits: int = _USUAL_DIGITS, direction: Direction = "LR",
    fit: Fit = "graph", show: str | Iterable[str] = (), hide: str | Iterable[str] = (), detail: Detail | None = None,
    numbers: NumberStyle = "decimal", entries: int = DEFAULT_ENTRIES, backward_graph: bool = False,
    **annotations: Unpack[AnnotationOptions],
) -> Style:  # fmt: skip
    """Options by name → Style; a theme may also be a TOML file of one's own, "mine.toml".

    `show` and `hide` are layers of labels, as in "numbers" and "names" (`layers.chosen_layers`), `detail` what is one
    node (`legible`), `numbers` how numbers are written and `entries` up to how many of them an array is written out
    (`language.numbers`), `backward_graph` draws the backward pass as a graph of its own, `annotations` what is said
    about the picture (`annotations.read_annotations`).

    Raises GraphvizADError for a theme, language, direction, fit, layer, level or way of writing numbers that is not
    known.
    """
    if isinstance(theme, os.PathLike) or (isinstance(theme, str) and theme.endswith(".toml")):
        from graphviz_ad.diagram.own_theme import read_theme

        theme = read_theme(os.fspath(theme))
    if isinstance(theme, str):
        if theme not in THEMES:
            raise no_theme(theme)
        theme = THEMES[theme]
    for option, value, choices in (
        ("language", lang, languages()),
        ("direction", direction, ("LR", "TB")),
        ("fit", fit, get_args(Fit)),
    ):
        if value not in choices:
            raise GraphvizADError(f"there is no {option} '{value}'", hint="use " + " or ".join(choices))
    if detail is not None:
        require_level(detail)
    return Style(
        theme, lang, number_format(digits, numbers, entries), direction, fit, chosen_layers(show, hide),
        read_annotations(**annotations), detail, backward_graph,
    )  # fmt: skip


def no_theme(name: str) -> GraphvizADError:
    """Name of a theme that is not there → the error that says which are."""
    near = nearest(name, THEMES)
    themes = f"the themes are {', '.join(THEMES)}, or a file of your own, as in mine.toml"
    return GraphvizADError(f"there is no theme '{name}'", hint=f"did you mean '{near}'? {themes}" if near else themes)
