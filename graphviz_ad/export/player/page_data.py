"""The data of a page, as JSON for its scripts: `PageData` for all of them, `LiveData` in it for `live.js`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

from graphviz_ad.export.player.arrows import Targets
from graphviz_ad.export.player.templates import Places

Ref = float | tuple[int] | tuple[float, int]
"""A number for all inputs, [where the script reads it], or [a number for those of the author alone, 0]."""
Wrong = tuple[Ref, int, str]
"""A wrong number, and its sentence: the place among the templates, and the place of the mistake, which fills them."""


class PictureData(TypedDict):
    """What `player.js` reads of a picture: the parts in each of its frames, and where the arrow keys lead in it."""

    shown: Sequence[tuple[int, ...]]
    finished: tuple[int, ...]
    arrows: dict[str, Targets]


class ViewData(TypedDict):
    """What `player.js` reads of a view besides its picture: lists with an entry for each frame, and where paths lead.

    `live` is for `live.js`, which also makes `spoken` where it is there.
    """

    numbers: list[int]
    seconds: dict[str, list[float]]
    marks: list[int]
    phases: list[str]
    done: list[int]
    works: list[str]
    paths: dict[str, list[list[str]]]
    spoken: NotRequired[dict[str, list[str]]]
    live: NotRequired[Mapping[str, object]]
    quiz: NotRequired[QuizData]


class ShownView(PictureData, ViewData):
    """What `player.js` reads of a view and its picture."""


class CarriedView(TypedDict, total=False):
    """What `start.js` knows of a view: how wide its picture is, and packed the one from top to bottom, and all of it.

    By story of a node `opens` says to which view it opens, and what is opened; `closes` to which view an open part
    closes, its name and its nodes here. `nodes` and `steps` are those of the open graph: of each node, and the one
    after which as much is known as in each frame.
    """

    width: int
    upright: str
    view: str
    opens: dict[str, tuple[str, str]]
    closes: list[tuple[str, str, list[str]]]
    nodes: list[int]
    steps: list[int]


class PageData(ShownView):
    """What the scripts of a page read: of its own view, of the whole page, and what other views it carries, by key.

    `outlines` are packed letters of these views; `extension` is for the script of a part besides.
    """

    start: int
    words: dict[str, list[str]]
    languages: list[tuple[str, str, bool]]
    han: str
    views: Mapping[str, CarriedView]
    outlines: str
    extension: NotRequired[Mapping[str, Mapping[str, object]]]


class InputData(TypedDict):
    """What the script knows of an input; the value of an array is the list of its entries."""

    node: int
    value: float | list[float]
    classes: NotRequired[int]


class TypedNumbers(TypedDict):
    """What `reading.js` reads numbers by: their pattern, those of styled and unseen signs, and signs for others."""

    pattern: str
    styled: str
    unseen: str
    signs: tuple[str, str]


class QuizQuestion(TypedDict):
    """What the script asks: which kind of number, how it is written, the right one, wrong ones."""

    kind: str
    symbol: str
    right: Ref
    wrong: list[Wrong]
    edge: NotRequired[str]


class QuizData(TypedDict):
    """What `quiz.js` reads: the questions of each frame, sentences by mistake and language, what fills them by place.

    `later` is the class of labels that are asked for on the way back.
    """

    digits: int
    style: str
    typed: NotRequired[TypedNumbers]
    questions: list[list[QuizQuestion]]
    sentences: list[list[str]]
    fillings: dict[str, dict[str, str]]
    later: str


class PlotData(TypedDict):
    """A plot: its node, the argument with its name, and after which step it is known."""

    node: int
    argument: int
    name: str
    known: int


class LiveData(TypedDict):
    """What `live.js` reads: inputs, texts (see `LiveTexts`), and the templates of these (see `TemplateTable`)."""

    digits: int
    style: str
    typed: TypedNumbers
    inputs: list[InputData]
    math: dict[str, int]
    spoken: dict[str, int]
    sentences: dict[str, list[int]]
    plain: dict[int, int]
    texts: list[str]
    often: list[str]
    ends: list[Places]
    slots: list[tuple[int, int]]
    plots: NotRequired[list[PlotData]]
