"""The formats of hand-outs: one table, which the command's help, the errors, the course file and the tests read.

A new format is a module with a function `handout`, and one entry here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Sheet = Literal["blank", "key", "solution"]
"""What a sheet shows: room for answers, the answers, or every step to them."""
SHEETS: tuple[Sheet, ...] = ("blank", "key", "solution")
"""The values of `Sheet`, for where they are listed or checked."""

Files = list[tuple[str, bytes]]
"""Files with their names; names with folders in them are relative to where the hand-out stands."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format of hand-outs: the module of `exercises` that makes it, and what opens it.

    Its function `handout(exercises, name, sheet) -> Files` gets the exercises, the name of the file without its suffix,
    and which sheet is wanted; the first of the files is the hand-out itself. With `together` it takes all variants
    into one file, else it gets one exercise. `keyed` ones hold the answers, as a learning platform needs them, and
    know no sheets. A `folder` holds all of its files, which are named as they stand in it. What is `chained` leads to
    the next of several files: its `handout` takes the name of that one too, as `following`. A function
    `remarks(exercises) -> list[str]`, if there is one, says what the format leaves out.
    """

    module: str
    opens: str
    together: bool = False
    keyed: bool = False
    folder: bool = False
    chained: bool = False


HANDOUTS: dict[str, Format] = {
    "json": Format("formats.json", "this program: the exercise itself, with its answers", keyed=True),
    "html": Format("selftest.page", "a browser: a page that checks itself", chained=True),
    "graded.html": Format("graded.page", "a browser: a page that saves a file of the answers, and holds none"),
    "pdf": Format("formats.pdf", "a printer", together=True),
    "form.pdf": Format("formats.form_pdf", "a PDF reader: a form to fill in and save"),
    "md": Format("formats.markdown", "any Markdown"),
    "tex": Format("formats.latex", "LaTeX"),
    "ipynb": Format("formats.ipynb", "Jupyter and nbgrader"),
    "apkg": Format("formats.anki", "Anki", together=True, keyed=True),
    "prairielearn": Format("formats.prairielearn", "PrairieLearn", together=True, keyed=True, folder=True),
    "moodle.xml": Format("formats.moodle", "Moodle", together=True, keyed=True),
    "gift": Format("formats.gift", "Moodle and others that take GIFT", together=True, keyed=True),
    "qti.zip": Format("formats.qti12", "Canvas (QTI 1.2)", together=True, keyed=True),
    "qti21.zip": Format("formats.qti21", "platforms that take QTI 2.1", together=True, keyed=True),
}
"""Formats by suffix."""


def table() -> str:
    """→ the suffixes with what opens each, a line each, for a terminal."""
    wide = max(map(len, HANDOUTS)) + 3
    return "\n".join(f"  {'.' + suffix:<{wide}}{format.opens}" for suffix, format in HANDOUTS.items())
