"""Five examples → the page of decks: each formula in every format, with what opens it and the command that makes it."""

from __future__ import annotations

from gallery.example import HERE, Example, read
from graphviz_ad.diagram.picture import Deck, make_style
from graphviz_ad.export.registry import DECKS, make
from graphviz_ad.messages.shell import shell_line

EXAMPLES = ("fan-out", "softmax-cross-entropy", "affine-batch", "two-layer-perceptron", "regression-ja")
"""A fan-out, a softmax, matrices, a long one, a Japanese one."""

COMMITTED = ("html", "animated.svg")
"""Formats whose decks are in the repository; the others are made by their commands."""


def files() -> dict[str, str]:
    """→ the page and the decks that are kept, by their path from gallery/."""
    contents = {"decks.md": _page()}
    for name in EXAMPLES:
        source = example(name)
        deck = Deck(source.trace, make_style(**source.look))
        for kind in COMMITTED:
            data, _ = make(kind, deck, deck.pictures(), "", lambda done: None)
            contents[f"decks/{name}.{kind}"] = data.decode()
    return contents


def example(name: str) -> Example:
    """Name → the example."""
    return read(HERE / "examples" / f"{name}.toml")


def command(source: Example, path: str) -> list[str]:
    """Example and a file → the arguments of the command that makes a deck of it."""
    words = source.arguments()
    return ["steps", *words[1 : words.index("-o")], "-o", path]


def _page() -> str:
    lines = [
        "# Decks", "",
        "Every step of a formula in the program you use: the suffix of `-o` says the format. "
        "Below are five formulas, playing by themselves; each links to its page, in which inputs can be moved.", "",
        "| `-o` | what opens it | extra |", "|---|---|---|",
        *(f"| `deck.{kind}` | {format.opens} | {format.extra} |" for kind, format in DECKS.items()),
        "",
    ]  # fmt: skip
    for name in EXAMPLES:
        source = example(name)
        lines += [
            f"## {source.title.en}", "", f"<p lang=\"ja\">{source.title.ja}</p>", "",
            f"[![{source.title.en}, step by step](decks/{name}.animated.svg)](decks/{name}.html)", "",
            "```sh", shell_line(["graphviz-ad", *command(source, f"{name}.html")]), "```", "",
        ]  # fmt: skip
    return "\n".join(lines)
