"""A source file → an example: a formula with its values, what it teaches, and the two pictures made of it."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import cast

from graphviz_ad import Graph, parse
from graphviz_ad.api import Picture, Trace, run
from graphviz_ad.diagram.style import StyleOptions
from graphviz_ad.language import numbers
from graphviz_ad.language.assignments import Value
from graphviz_ad.messages.shell import shell_line

HERE = Path(__file__).parent
"""The folder gallery/, from which all paths here are told."""
_LOOK = ("lang", "theme", "direction", "fit", "digits")
"""Options of the picture; they are also those of the command line."""


@dataclass(frozen=True)
class Text:
    """The same in English and in Japanese."""

    en: str
    ja: str


@dataclass(frozen=True)
class Example:
    """One file of gallery/examples.

    `step` is the step of the backward pass that the second picture shows; `look` are options of the picture.
    """

    name: str
    title: Text
    text: Text
    formula: str
    inputs: dict[str, Value]
    step: int
    wrt: tuple[str, ...] = ()
    expand: tuple[str, ...] = ()
    unroll: tuple[str, ...] = ()
    look: StyleOptions = field(default_factory=StyleOptions)

    @property
    def lang(self) -> str:
        """The language of the captions."""
        return str(self.look.get("lang", "en"))

    @property
    def line(self) -> str:
        """The formula on one line."""
        return "; ".join(self.formula.splitlines())

    @cached_property
    def graph(self) -> Graph:
        """The formula's graph."""
        return parse(self.line, expand=self.expand, unroll=self.unroll, given=self.inputs)

    @cached_property
    def trace(self) -> Trace:
        """Both passes over it."""
        return run(self.graph, self.inputs, wrt=self.wrt or None)

    def pictures(self) -> dict[str, Picture]:
        """→ file names and pictures: the finished pass, and one step on the way back."""
        return {
            f"{self.name}.svg": self.trace.draw(**self.look),
            f"{self.name}-step.svg": self.trace.draw(self.step, **self.look),
        }

    @property
    def result(self) -> str:
        """The output and its gradients, for a reader who cannot see the picture."""
        graph, trace = self.graph, self.trace
        output = graph.names[graph.output]
        equations = [f"{output} = {numbers.text(trace.values[graph.output])}"]
        equations += [
            f"∂{output}/∂{name} = {numbers.text(grad)}" for name, grad in trace.gradients.items() if grad is not None
        ]
        return f"Computational graph of {self.line}, with {', '.join(equations)}"

    def arguments(self, step: int | None = None) -> list[str]:
        """→ the words after `graphviz-ad` that draw one of the pictures."""
        words = ["draw", self.line]
        words += [f"{name}={json.dumps(value)}" for name, value in self.inputs.items()]
        for option in ("wrt", "expand", "unroll"):
            for name in getattr(self, option):
                words += [f"--{option}", name]
        for option, value in self.look.items():
            words += [f"--{option}", str(value)]
        if step is not None:
            words += ["--step", str(step)]
        return [*words, "-o", f"{self.name}{'' if step is None else '-step'}.svg"]

    def command(self) -> str:
        """→ the command line that draws the finished pass, for a shell."""
        return shell_line(["graphviz-ad", *self.arguments()])


@dataclass(frozen=True)
class Chapter:
    """A part of the index."""

    title: Text
    examples: tuple[Example, ...]


def read(path: Path) -> Example:
    """TOML file → Example. Raises ValueError for what is not known, TypeError for what is missing."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    example = Example(
        path.stem,
        _text(data.pop("title")),
        _text(data.pop("text")),
        data.pop("formula").strip(),
        data.pop("inputs"),
        data.pop("step"),
        tuple(data.pop("wrt", ())),
        tuple(data.pop("expand", ())),
        tuple(data.pop("unroll", ())),
        cast(StyleOptions, {option: data.pop(option) for option in _LOOK if option in data}),
    )
    if data:
        raise ValueError(f"{path.name}: nothing is known of {', '.join(data)}")
    return example


def chapters() -> list[Chapter]:
    """→ all examples, in the order of the index."""
    data = tomllib.loads((HERE / "chapters.toml").read_text(encoding="utf-8"))
    return [
        Chapter(
            _text(chapter["title"]), tuple(read(HERE / "examples" / f"{name}.toml") for name in chapter["examples"])
        )
        for chapter in data["chapter"]
    ]


def _text(paragraphs: dict[str, str]) -> Text:
    """Paragraphs as written, with line ends → one line each; Japanese takes no space there."""
    return Text(" ".join(paragraphs["en"].split()), "".join(paragraphs["ja"].split("\n")))
