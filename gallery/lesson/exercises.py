"""The exercises at the ends of the sections, each a command of `graphviz-ad exercise`; its files by the suffix."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import redirect_stderr
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from cli.main import main
from graphviz_ad.messages.shell import shell_line

SUFFIXES = ("html", "pdf", "json")
"""What there is of each: the page that marks itself, the sheet for paper, and what `mark` reads."""


@dataclass(frozen=True)
class Exercise:
    """Words of the command, behind `graphviz-ad exercise`; the kinds of question."""

    words: tuple[str, ...]
    asked: tuple[str, ...]

    def command(self, lang: str, path: str) -> list[str]:
        """Language and file → the words of the command that writes it."""
        language = [] if lang == "en" else ["--lang", lang]
        return ["exercise", *self.words, "--ask", ",".join(self.asked), *language, "-o", path]

    def shown(self, lang: str, path: str) -> str:
        """Language and file → the command as one types it."""
        return shell_line(["graphviz-ad", *self.command(lang, path)])


_THREE = ("--shape", "x=3", "--shape", "y=3")
"""A batch of three examples."""

EXERCISES: Mapping[str, Exercise] = {
    "graph": Exercise(("y = w_1*x + b",), ("graph", "values", "locals", "inputs")),
    "sigmoid": Exercise(("z = w_1*x + b; p = sigmoid(z)",), ("values", "locals", "inputs", "path")),
    "loss": Exercise(("z = w_1*x + b; a = sigmoid(z); L = -log(a)",), ("values", "contributions", "inputs")),
    "update": Exercise(("z = w_1*x + b; L = (z - y)^2",), ("inputs", "update")),
    "rate": Exercise(("z = w*x; L = mean((z - y)^2)", *_THREE), ("inputs", "rate_limit", "momentum_step")),
    "batch": Exercise(("z = w*x + b; L = mean((z - y)^2)", *_THREE), ("batch_gradient",)),
    "sizes": Exercise(("z = w*x + b; L = mean((z - y)^2)", *_THREE), ("updates_per_epoch", "update")),
    "costs": Exercise(("z = w*x; L = mean(huber(z, y))", *_THREE), ("inputs", "batch_gradient")),
    "softmax": Exercise(
        ("z = W @ x + b; p = softmax(z); L = -log(p[0])", "--shape", "W=2x2", "--shape", "x=2", "--shape", "b=2"),
        ("values", "inputs", "shape"),
    ),
    "features": Exercise(("h = tanh(w*x + b); z = v*h; L = (z - y)^2",), ("contributions", "inputs", "adam_step")),
}
"""By the name of their section's file, without its number."""


def make(name: str, lang: str, folder: Path) -> list[Path]:
    """Exercise, language and folder → its files there, which are made unless they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.{suffix}" for suffix in SUFFIXES]
    for path in paths:
        if not path.exists():
            with redirect_stderr(StringIO()) as messages:
                code = main(EXERCISES[name].command(lang, str(path)))
            assert code == 0, messages.getvalue()
    return paths
