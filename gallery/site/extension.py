"""Sphinx extension of the site: `{example}` shows an example of the gallery, {lesson} links to the lesson.

Docstrings of the Python reference, which are plain text with `names`, become the text that Sphinx reads.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

from gallery.site import examples
from gallery.site.words import words
from gallery.web.extension import Shown, generated_folder

_CODE = re.compile(r"(`+[^`]+`+)")


class Example(SphinxDirective):
    """Name of an example, and `finished`, `step` or `player` → that picture, or the page that plays it."""

    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        """→ the picture; an unknown name is an error."""
        name, what = self.arguments
        example = examples.by_name().get(name)
        if example is None or what not in ("finished", "step", "player"):
            raise self.error(f"there is no example '{name}', or nothing called '{what}' of it")
        lang, folder = self.config.language, generated_folder(self.env.app)
        say = words(lang)
        if what != "player":
            alt = {"alt": examples.result(example, lang)} if what == "finished" else {}
            path = examples.picture(example, what == "step", lang, folder / "pictures")
            return [nodes.paragraph("", "", Shown(path=str(path), **alt))]
        path = examples.player(example, lang, folder / "players")
        before, _, after = say["play_hint"].partition("{link}")
        link = nodes.reference("", say["own_page"], refuri="PLAYER", player=str(path))
        hint = nodes.paragraph("", "", nodes.Text(before), link, nodes.Text(after))
        alt = say["of"].format(title=getattr(example.title, lang), formula=example.line)
        return [hint, nodes.paragraph("", "", Shown(path=str(path), alt=alt))]


class Lesson(SphinxRole):
    """{lesson}`text <page>` → a link to a page of the lesson, which stands beside the site."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """→ the link."""
        match = re.fullmatch(r"(.*?)\s*<([\w-]+)>", self.text)
        text, page = (match[1], match[2]) if match else (self.text, "index")
        up = "../" * (self.env.docname.count("/") + 1)
        return [nodes.reference("", text, refuri=f"{up}lesson/{self.config.language}/{page}.html")], []


def _link_players(app: Sphinx, document: nodes.document, docname: str) -> None:
    """Links to players → those of the files as they are copied."""
    up = "../" * docname.count("/")
    for link in document.findall(nodes.reference):
        if "player" in link:
            link["refuri"] = f"{up}{app.builder.imagedir}/{app.env.images[link['player']][1]}"


def read_docstring(app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Lines of a docstring → the same for Sphinx: what is in backticks is code, and no sign means anything else."""
    in_session = False
    for number, line in enumerate(lines):
        in_session = line.lstrip().startswith(">>>") or (in_session and bool(line.strip()))
        if not in_session:
            lines[number] = "".join(map(_literal, _CODE.split(line)))


def _literal(part: str) -> str:
    """Part of a line, code in backticks or words → the same in reStructuredText."""
    if part.startswith("`"):
        return f"``{part.strip('`')}``"
    return re.sub(r"([*|\\]|_(?=\W|$))", r"\\\1", part)


def _without_parts(app: Any, what: str, name: str, *rest: Any) -> tuple[str, None] | None:
    """Class → no signature: what it is made of is no promise, but for limits and tables, which people make."""
    hidden = what in ("class", "exception") and not name.endswith((".Limits", ".Table"))
    return ("", None) if hidden else None


def setup(app: Sphinx) -> dict[str, Any]:
    """Application of Sphinx → the same with the directives of the site."""
    app.add_directive("example", Example)
    app.add_role("lesson", Lesson())
    app.connect("autodoc-process-docstring", read_docstring)
    app.connect("autodoc-process-signature", _without_parts)
    app.connect("doctree-resolved", _link_players, priority=950)
    return {"version": "1", "parallel_read_safe": False}
