"""The player as a Jupyter widget: its step and its inputs are traits, which the kernel and the cell both change."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from functools import partial
from typing import Any, ParamSpec, TypeVar, Unpack

import anywidget
import traitlets

from graphviz_ad.autodiff.inputs import read_value
from graphviz_ad.autodiff.passes import rerun
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.picture import Deck, Picture, make_style
from graphviz_ad.diagram.selection import WHOLE, Selection, require_frame, shown_at
from graphviz_ad.diagram.style import StyleOptions
from graphviz_ad.diagram.theme import Theme
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.explain.json_text import Json
from graphviz_ad.explain.record import listed
from graphviz_ad.export.image.bundle import Bundle, bundle
from graphviz_ad.notebook.page import page, script

Inputs = dict[str, object]
"""Values of inputs by name: numbers, lists, arrays."""

Proposal = dict[str, Any]
"""What traitlets asks a validator about: the trait and the value it would get."""

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")


def _to_json(inputs: Inputs, widget: Player) -> dict[str, Json]:
    """Values of inputs → numbers, lists, and "nan", "inf", "-inf" for what JSON cannot say."""
    return {name: listed(read_value(name, value)) for name, value in inputs.items()}


def _from_json(inputs: dict[str, Json], widget: Player) -> Inputs:
    """Numbers, lists, and the strings for what JSON cannot say → values of inputs."""

    def number(value: Json) -> object:
        if isinstance(value, list):
            return [number(entry) for entry in value]
        return float(value) if isinstance(value, str) and value in ("nan", "inf", "-inf") else value

    return {name: number(value) for name, value in inputs.items()}


def _inputs(trace: Trace) -> Inputs:
    """Trace → the values of its inputs as floats and lists."""
    values = {name: trace.values[node] for name, node in trace.graph.inputs.items()}
    return {name: value if isinstance(value, float) else value.tolist() for name, value in values.items()}


class Player(anywidget.AnyWidget):
    """Plays the steps of a trace in a cell.

    `step` is 0 … the number of steps, and one more for the finished picture, `inputs` the values by name: set them and
    the cell follows; what is done in the cell sets them. `lang` and `theme` are as for `Trace.draw`.
    `trace` is the trace of the present inputs.
    """

    _esm = script()
    step = traitlets.Int(0).tag(sync=True)
    inputs = traitlets.Dict().tag(sync=True, to_json=_to_json, from_json=_from_json)
    lang = traitlets.Unicode("en").tag(sync=True)
    theme = traitlets.Unicode("light").tag(sync=True)
    page = traitlets.Dict().tag(sync=True)
    problem = traitlets.Unicode("").tag(sync=True)
    answered = traitlets.Int(0).tag(sync=True)

    def __init__(
        self, trace: Trace, step: int = 0, selection: Selection = WHOLE, **look: Unpack[StyleOptions]
    ) -> None:  # fmt: skip
        self.trace, self._first, self._selection = trace, trace, selection
        theme, lang = look.pop("theme", "light"), look.pop("lang", "en")
        self._own = theme if isinstance(theme, Theme) else None
        theme = theme.name if isinstance(theme, Theme) else os.fspath(theme)
        self._style = partial(make_style, **look)
        self._deck = self._drawn(theme, lang)
        first_page = page(self._deck, trace)
        super().__init__(step=step, inputs=_inputs(trace), theme=theme, lang=lang, page=first_page)
        self.observe(self._repaint, ["inputs", "lang", "theme"])

    def _drawn(self, theme: str, lang: str) -> Deck:
        own = self._own if self._own is not None and theme == self._own.name else theme
        return Deck(self.trace, self._style(theme=own, lang=lang), selection=self._selection)

    def _repaint(self, change: object) -> None:
        """A change of what the picture depends on → a new page."""
        self.problem = ""
        self._deck = self._drawn(self.theme, self.lang)
        self.page = page(self._deck, self._first)

    @traitlets.validate("inputs")
    def _run(self, proposal: Proposal) -> Inputs:
        """New inputs → both passes over the same graph."""
        self.trace = _as_trait_error(rerun, self._first, proposal["value"])
        return _inputs(self.trace)

    @traitlets.validate("lang", "theme")
    def _require_look(self, proposal: Proposal) -> object:
        """Language or theme → the same; one that is not there is an error."""
        _as_trait_error(make_style, **{proposal["trait"].name: proposal["value"]})
        return proposal["value"]

    @traitlets.validate("step")
    def _require_step(self, proposal: Proposal) -> int:
        """Number of a step → the same; one that is not there is an error."""
        step = int(proposal["value"])
        _as_trait_error(require_frame, self.trace, step)
        return step

    def set_state(self, sync_data: dict[str, Json]) -> None:
        """What the cell sends → traits; what is wrong with it is said in the cell, which gets the old values back."""
        self.problem = ""
        try:
            super().set_state(sync_data)
        except traitlets.TraitError as problem:
            self.problem = str(problem)
            self.send_state([name for name in sync_data if name in self.keys])
        self.answered += 1

    def __repr__(self) -> str:
        return f"<Player of {self.trace!r}>"

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None, **options: Any
    ) -> Bundle:
        """The widget, and its picture for where no widget can be shown.

        Pages of nbconvert take the picture too, unless the notebook holds the state of its widgets: then they load the
        widget from the network (without one, run it with `--ExecutePreprocessor.store_widget_state=False`).
        """
        data, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        number = shown_at(self._deck.pictures(), self.step)
        still, sizes = bundle(lambda: Picture(self._deck, number), repr(self), include, exclude)
        return {**data, **still}, {**metadata, **sizes}


def _as_trait_error(
    function: Callable[Parameters, Answer], *args: Parameters.args, **options: Parameters.kwargs
) -> Answer:
    """Function and its arguments → what it gives; an error of ours becomes one of a trait."""
    try:
        return function(*args, **options)
    except GraphvizADError as problem:
        raise traitlets.TraitError(str(problem)) from None
