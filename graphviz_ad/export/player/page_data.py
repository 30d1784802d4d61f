"""The data of a page, as JSON for its scripts: `PageData` for `player.js`, `LiveData` in it for `live.js`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

from graphviz_ad.export.player.arrows import Targets
from graphviz_ad.export.player.templates import Places


class PageData(TypedDict):
    """What `player.js` reads: lists with an entry for each frame, the words of the page, and where keys and paths lead.

    `live` is for `live.js`, which also makes `spoken` where it is there; `extension` for the script of a part besides.
    """

    numbers: list[int]
    start: int
    shown: Sequence[tuple[int, ...]]
    finished: tuple[int, ...]
    seconds: dict[str, list[float]]
    marks: list[int]
    phases: list[str]
    done: list[int]
    works: list[str]
    words: dict[str, list[str]]
    languages: list[tuple[str, str, bool]]
    han: str
    arrows: dict[str, Targets]
    paths: dict[str, list[list[str]]]
    spoken: NotRequired[dict[str, list[str]]]
    live: NotRequired[Mapping[str, object]]
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
