"""Sphinx extension of the lesson: figures of runs, and exercises.

`{run-figure} NAME` shows a figure of `figures` with its content as caption, `{exercise} NAME` one of `exercises` behind
its content. What it shares with the site stands in `gallery.web`.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from gallery.lesson import exercises, figures
from gallery.web.extension import Shown, generated_folder

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


class RunFigure(SphinxDirective):
    """Name of a figure, and a caption → the figure."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """→ the figure; an unknown name is an error."""
        name = self.arguments[0]
        if name not in figures.FIGURES:
            raise self.error(f"there is no figure '{name}': there are {', '.join(figures.FIGURES)}")
        path = figures.make(name, self.config.language, generated_folder(self.env.app) / "figures")
        figure = nodes.figure("", Shown(path=str(path)), classes=["lesson-figure"])
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
        exercises.make(name, lang, generated_folder(self.env.app) / "exercises")
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


def _copy(app: Sphinx, failed: Exception | None) -> None:
    """What was built → with the exercises beside the pages; not what they are marked by, which has the answers."""
    folder = generated_folder(app) / "exercises"
    if failed is None and folder.exists():
        shutil.copytree(
            folder, Path(app.outdir) / "exercises", dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.json")
        )


def setup(app: Sphinx) -> dict[str, Any]:
    """Application of Sphinx → the same with the directives."""
    app.add_directive("run-figure", RunFigure)
    app.add_directive("exercise", Exercise)
    app.connect("build-finished", _copy)
    return {"version": "1", "parallel_read_safe": False}
