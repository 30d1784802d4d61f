"""Sphinx extension of the lesson and the site: commands that are run, files that were made, mathematics as MathML.

`{terminal}` shows the commands in it with what they print. A directive of another extension returns `Shown`, and the
file becomes an image, or a frame with the page that plays it.
"""

from __future__ import annotations

import html
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from cli.main import main
from gallery.web import mathml
from gallery.web.japanese import join
from gallery.web.sources import files_of
from graphviz_ad.sphinx import Player

_DESCRIPTION = re.compile(r"<desc[^>]*>(.*?)</desc>", re.DOTALL)


class Shown(nodes.General, nodes.Element):
    """Stands for a figure until its document is written; `path` is the file's, `alt` its words if there are some."""


def generated_folder(app: Sphinx) -> Path:
    """Where what is made for the pages of a language stays until the next build: beside the doctrees."""
    return Path(app.doctreedir).parent / f"made-{app.config.language}"


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """While it lasts the folder is the current one."""
    here = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(here)


class Terminal(SphinxDirective):
    """Commands, a line each → they and what they print; they run in a folder that the document has to itself.

    Files that the document shows as blocks of code with a caption are there. `fails` is the exit code that the last
    command is to have.
    """

    has_content = True
    option_spec = {"fails": directives.nonnegative_int}

    def run(self) -> list[nodes.Node]:
        """→ the text of a terminal; a command that does not end as it should is an error."""
        commands, lines = list(filter(None, self.content)), list[str]()
        with _inside(self._folder()):
            for number, command in enumerate(commands, 1):
                expected = self.options.get("fails", 0) if number == len(commands) else 0
                lines += [f"$ {command}", *self._output(command, expected)]
        text = "\n".join(lines)
        return [nodes.literal_block(text, text, language="none", classes=["terminal"])]

    def _folder(self) -> Path:
        """→ the folder of this document, empty but for its files when its first commands run."""
        folder = generated_folder(self.env.app) / "terminals" / self.env.docname
        if "terminal" not in self.env.temp_data:
            self.env.temp_data["terminal"] = True
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            for name, text in files_of(self.env.doc2path(self.env.docname).read_text(encoding="utf-8")).items():
                (folder / name).write_text(text, encoding="utf-8")
        return folder

    def _output(self, command: str, expected: int) -> list[str]:
        """Command and its exit code → the lines it prints, its notes among them."""
        program, *words = shlex.split(command)
        assert program == "graphviz-ad", "other programs are not run"
        written = BytesIO()
        with redirect_stdout(TextIOWrapper(written, "utf-8", write_through=True)) as printed, redirect_stderr(printed):
            code = main(words)
        text = written.getvalue().decode().rstrip()
        if code != expected:
            raise self.error(f"{command}\nends with {code}, not {expected}\n{text}")
        return text.split("\n") if text else []


def _resolve(app: Sphinx, document: nodes.document, docname: str) -> None:
    """Each figure of a document → an image, or a frame with the page that plays it; images load when they are seen."""
    for node in list(document.findall(Shown)):
        path = Path(node["path"])
        app.env.images.add_file(docname, str(path))
        alt = node.get("alt")
        if path.suffix == ".html":
            caption = node.parent.next_node(nodes.caption)
            shown: nodes.image = Player(alt=alt or (caption.astext() if caption else path.stem))
        else:
            match = _DESCRIPTION.search(path.read_text(encoding="utf-8"))
            assert match is not None, "a figure says what it shows"
            shown = nodes.image(alt=alt or html.unescape(match[1]))
        shown.update_basic_atts({"classes": ["graphviz-ad"]})
        shown["uri"], shown["candidates"] = str(path), {"*": str(path)}
        node.replace_self(shown)
    for image in document.findall(nodes.image):
        image["loading"] = "lazy"


def setup(app: Sphinx) -> dict[str, Any]:
    """Application of Sphinx → the same with the directives."""
    app.add_node(Shown)
    app.add_directive("terminal", Terminal)
    app.add_html_math_renderer("mathml", (mathml.inline, None), (mathml.block, None))
    app.connect("doctree-read", join)
    app.connect("doctree-resolved", _resolve, priority=900)
    return {"version": "1", "parallel_read_safe": False}
