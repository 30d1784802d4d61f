"""The examples of the gallery → thumbnails, and a page for each with its pictures, its player and its command."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path

from gallery.example import HERE, Chapter, Example, chapters
from gallery.site.commands import escaped, prose
from gallery.site.words import words
from graphviz_ad.diagram.style import StyleOptions
from graphviz_ad.export.files import write_atomic

_WIDTH = 480
"""Pixels of a thumbnail: twice what the page shows, for fine screens."""


@cache
def _chapters() -> tuple[Chapter, ...]:
    return tuple(chapters())


@cache
def by_name() -> dict[str, Example]:
    """→ the examples by name."""
    return {example.name: example for chapter in _chapters() for example in chapter.examples}


def pages(lang: str) -> dict[str, str]:
    """Language → the page of thumbnails, and one for each example."""
    contents = {f"gallery/{example.name}.md": _page(example, lang) for example in by_name().values()}
    return contents | {"gallery/index.md": _index(lang)}


def _index(lang: str) -> str:
    say, parts, names = words(lang), list[str](), list[str]()
    for chapter in _chapters():
        cells = [
            f"- [![](thumbnails/{e.name}.png) {escaped(getattr(e.title, lang))}]({e.name}.md)" for e in chapter.examples
        ]
        parts += [f"## {escaped(getattr(chapter.title, lang))}", _directive("container", "thumbnails", cells)]
        names += [example.name for example in chapter.examples]
    tree = _directive("toctree", "", [":hidden:", "", *names])
    return "\n\n".join([f"# {say['gallery']}", say["gallery_intro"], *parts, tree]) + "\n"


def _page(example: Example, lang: str) -> str:
    say = words(lang)
    steps = say["step"].format(step=example.step, steps=len(example.trace.steps))
    return "\n\n".join(
        [
            f"# {escaped(getattr(example.title, lang))}",
            prose(getattr(example.text, lang)),
            f"## {say['formula']}",
            f"```text\n{example.formula}\n```",
            f"## {say['play']}",
            _directive("example", f"{example.name} player", []),
            f"## {say['finished']}",
            _directive("example", f"{example.name} finished", []),
            f"## {steps}",
            _directive("example", f"{example.name} step", []),
            f"## {say['draw']}",
            f"```sh\n{_command(example, lang)}\n```",
        ]
    ) + "\n"  # fmt: skip


def _directive(name: str, argument: str, lines: list[str]) -> str:
    """Directive, argument and content → its block."""
    return "\n".join([f"```{{{name}}} {argument}".rstrip(), *lines, "```"])


def _look(example: Example, lang: str) -> StyleOptions:
    """Example and the language of a page → the look of its pictures there; one of its own language keeps it."""
    own: StyleOptions = {"lang": lang}
    return example.look if lang == "en" else {**example.look, **own}


def _command(example: Example, lang: str) -> str:
    """Example and language → the command that draws it so."""
    return replace(example, look=_look(example, lang)).command()


def result(example: Example, lang: str) -> str:
    """Example and language → its output and its gradients, for a reader who cannot see the picture."""
    before, _, after = example.result.partition(f"Computational graph of {example.line}, with ")
    assert not before
    return words(lang)["result"].format(formula=example.line, equations=after)


def player(example: Example, lang: str, folder: Path) -> Path:
    """Example, language, and a folder → the page there that plays its steps, which is made unless it is there."""
    path = folder / f"{_state(example)}.html"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        example.trace.save(path, **_look(example, lang))
    return path


def picture(example: Example, step: bool, lang: str, folder: Path) -> Path:
    """Example, language, and a folder → the file of one of its pictures: the gallery's, or in that language there."""
    end = "-step" if step else ""
    look = _look(example, lang)
    if look == example.look:
        return HERE / "pictures" / f"{example.name}{end}.svg"
    path = folder / f"{_state(example)}{end}.svg"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        example.trace.draw(example.step if step else None, **look).save(path)
    return path


def thumbnails(folder: Path) -> dict[str, bytes]:
    """Where they are kept → small pictures of all examples, by their paths in the site."""
    folder.mkdir(parents=True, exist_ok=True)
    return {f"gallery/thumbnails/{name}.png": _thumbnail(example, folder) for name, example in by_name().items()}


def _thumbnail(example: Example, folder: Path) -> bytes:
    """Example → its picture, close and in rows, as a small PNG, which is made once."""
    path = folder / f"{_state(example)}.png"
    if not path.exists():
        small: StyleOptions = {
            **example.look,
            "fit": "page",
            "show": ("names", "values", "derivative-names", "gradients"),
        }
        drawn = example.trace.draw(**small)
        write_atomic(str(path), drawn.png(_WIDTH / drawn.shown[0]))
    return path.read_bytes()


def _state(example: Example) -> str:
    """Example → the beginning of the names of its files, with a hash of its source."""
    source = (HERE / "examples" / f"{example.name}.toml").read_bytes()
    return f"{example.name}-{hashlib.sha256(source).hexdigest()[:12]}"
