"""Sphinx extension of the lesson: figures of runs, exercises, commands that are run, and mathematics without a network.

`{run-figure} NAME` shows a figure of `figures` with its content as caption, `{exercise} NAME` one of `exercises` behind
its content, `{terminal}` the commands in it with what they print. Mathematics becomes MathML.
"""

from __future__ import annotations

import html
import os
import re
import shlex
import shutil
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from cli.main import main
from gallery.lesson import exercises, figures
from graphviz_ad.sphinx import Player

_logger = logging.getLogger(__name__)
_WORDS = {
    "en": {
        "exercise": "Exercise",
        "selftest": "Answer it here: a page that marks itself",
        "paper": "The sheet for paper (PDF)",
        "mark": "Or on the command line: make the exercise, write your answers into a table, and have it marked.",
    },
    "ja": {
        "exercise": "演習",
        "selftest": "ここで解く：その場で採点されるページ",
        "paper": "印刷用の問題用紙（PDF）",
        "mark": "コマンドでも採点できます。問題を作り、解答を表に書いて、採点します。",
    },
}
_GAP = '<mspace width="0.17em"></mspace>'
_FUNCTION = re.compile(r"(\(</mo>\s*)?(<mi>(?:log|tanh)</mi>(?:\s*<mo>&ApplyFunction;</mo>)?)(\s*<mo[^>]*>[(])?")
"""A function with a name, and the brackets around it, of which each stands close to it."""
_LAST_LATIN, _PUNCTUATION = "\u2e7f", "、。・：「」（）"
"""Characters behind the first are Japanese; beside those of the second there is never a gap."""
_DESCRIPTION = re.compile(r"<desc[^>]*>(.*?)</desc>", re.DOTALL)


class _Shown(nodes.General, nodes.Element):
    """Stands for a figure until its document is written; `path` is the file's."""


def _made(app: Sphinx) -> Path:
    """Where what is made for the lesson stays until the next build: beside the doctrees."""
    return Path(app.doctreedir).parent / f"made-{app.config.language}"


class RunFigure(SphinxDirective):
    """Name of a figure, and a caption → the figure."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """→ the figure; an unknown name is an error."""
        name = self.arguments[0]
        if name not in figures.FIGURES:
            raise self.error(f"there is no figure '{name}': there are {', '.join(figures.FIGURES)}")
        path = figures.make(name, self.config.language, _made(self.env.app) / "figures")
        figure = nodes.figure("", _Shown(path=str(path)), classes=["lesson-figure"])
        self.set_source_info(figure)
        caption = self.parse_content_to_nodes()
        if caption:
            figure += nodes.caption("", "", *caption[0].children)
            figure += caption[1:]
        return [figure]


class Exercise(SphinxDirective):
    """Name of an exercise, and words before it → a box with the ways to answer it."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """→ the box; an unknown name is an error."""
        name, lang = self.arguments[0], self.config.language
        if name not in exercises.EXERCISES:
            raise self.error(f"there is no exercise '{name}': there are {', '.join(exercises.EXERCISES)}")
        exercises.make(name, lang, _made(self.env.app) / "exercises")
        say = _WORDS[lang]
        box = nodes.admonition("", nodes.title("", say["exercise"]), classes=["lesson-exercise", f"exercise-{name}"])
        box += self.parse_content_to_nodes()
        links = "".join(
            f'<li><a href="exercises/{name}.{suffix}" target="_blank">{say[word]}</a></li>'
            for word, suffix in (("selftest", "html"), ("paper", "pdf"))
        )
        box += nodes.raw("", f"<ul>{links}</ul>", format="html")
        box += nodes.paragraph("", say["mark"])
        command = exercises.EXERCISES[name].shown(lang, f"{name}.json")
        commands = f"{command}\ngraphviz-ad mark {name}.json answers.csv"
        box += nodes.literal_block(commands, commands, language="none")
        return [box]


class Terminal(SphinxDirective):
    """Commands, a line each → they and what they print; they run in a folder that the document has to itself."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """→ the text of a terminal; a command that fails is an error."""
        lines = list[str]()
        with tempfile.TemporaryDirectory() as folder:
            here = Path.cwd()
            os.chdir(folder)
            try:
                for command in filter(None, self.content):
                    lines += [f"$ {command}", *self._output(command)]
            finally:
                os.chdir(here)
        text = "\n".join(lines)
        return [nodes.literal_block(text, text, language="none", classes=["lesson-terminal"])]

    def _output(self, command: str) -> list[str]:
        """Command → the lines it prints, its notes among them."""
        program, *words = shlex.split(command)
        assert program == "graphviz-ad", "other programs are not run"
        written = BytesIO()
        with redirect_stdout(TextIOWrapper(written, "utf-8", write_through=True)) as printed, redirect_stderr(printed):
            code = main(words)
        text = written.getvalue().decode().rstrip()
        if code:
            raise self.error(f"{command}\n{text}")
        return text.split("\n") if text else []


def _resolve(app: Sphinx, document: nodes.document, docname: str) -> None:
    """Each figure of a document → an image, or a frame with the page that plays it."""
    for node in list(document.findall(_Shown)):
        path = Path(node["path"])
        app.env.images.add_file(docname, str(path))
        if path.suffix == ".html":
            caption = node.parent.next_node(nodes.caption)
            shown: nodes.image = Player(alt=caption.astext() if caption else path.stem)
        else:
            found = _DESCRIPTION.search(path.read_text(encoding="utf-8"))
            assert found is not None, "a figure says what it shows"
            shown = nodes.image(alt=html.unescape(found[1]))
        shown.update_basic_atts({"classes": ["graphviz-ad"]})
        shown["uri"], shown["candidates"] = str(path), {"*": str(path)}
        node.replace_self(shown)


def _join(app: Sphinx, document: nodes.document) -> None:
    """A Japanese document → without the ends of lines in its source, but for gaps around numbers and formulas."""
    if app.config.language != "ja":
        return
    for text in list(document.findall(nodes.Text)):
        if "\n" in text and not isinstance(text.parent, nodes.FixedTextElement | nodes.raw | nodes.math):
            at = text.parent.index(text)
            before = "".join(node.astext() for node in text.parent.children[max(0, at - 1) : at])
            behind = "".join(node.astext() for node in text.parent.children[at + 1 : at + 2])
            text.parent.replace(text, nodes.Text(joined(before, text.astext(), behind)))


def joined(before: str, text: str, behind: str) -> str:
    """Japanese text, and what stands before and behind it → the text in one line.

    >>> joined("", "傾きが\\n最大で、\\n", "0.25"), joined("", "値は\\n", "0.25")
    ('傾きが最大で、', '値は ')
    """
    whole, lines = before + text + behind, list[str]()
    place = len(before)
    for character in text:
        if character == "\n":
            sides = whole[:place].rstrip()[-1:], whole[place + 1 :].lstrip()[:1]
            close = all(side > _LAST_LATIN for side in sides) or any(side in _PUNCTUATION for side in sides)
            lines.append("" if close else " ")
        else:
            lines.append(character)
        place += 1
    return "".join(lines)


def _copy(app: Sphinx, failed: Exception | None) -> None:
    """What was built → with the exercises beside the pages; not what they are marked by, which has the answers."""
    made = _made(app) / "exercises"
    if failed is None and made.exists():
        shutil.copytree(
            made, Path(app.outdir) / "exercises", dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.json")
        )


def _with_gaps(found: re.Match[str]) -> str:
    """A function with the brackets around it → the same, with gaps where there are none."""
    before, name, behind = found[1] or _GAP, found[2], found[3] or _GAP
    return before + name + behind


def mathml(tex: str, block: bool) -> str:
    """Mathematics in LaTeX → MathML, with the gaps that a printer sets around log, tanh and /."""
    text: str = tex2mathml(tex, as_block=block)
    text = _FUNCTION.sub(_with_gaps, text)
    text = re.sub(rf"(<math[^>]*>\s*){_GAP}|{_GAP}(?=\s*</math>)", r"\1", text)
    return text.replace(">/</mo>", ' lspace="0" rspace="0">/</mo>')


def _inline(self: Any, node: nodes.math) -> None:
    """Mathematics in a line → MathML."""
    self.body.append(mathml(node.astext(), block=False))
    raise nodes.SkipNode


def _block(self: Any, node: nodes.math_block) -> None:
    """Mathematics on a line of its own → MathML."""
    self.body.append(f'<div class="math">{mathml(node.astext(), block=True)}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Application of Sphinx → the same with the directives."""
    app.add_node(_Shown)
    app.add_directive("run-figure", RunFigure)
    app.add_directive("exercise", Exercise)
    app.add_directive("terminal", Terminal)
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.connect("doctree-read", _join)
    app.connect("doctree-resolved", _resolve)
    app.connect("build-finished", _copy)
    return {"version": "1", "parallel_read_safe": False}
