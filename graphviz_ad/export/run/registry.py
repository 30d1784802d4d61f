"""The formats of runs and of comparisons: a table each, which the command's help, its errors and the tests read.

A new format is a module with a function `content`, and one entry here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Unpack

from graphviz_ad.errors import OutputError, nearest
from graphviz_ad.export.files import write_atomic
from graphviz_ad.messages.catalogue import SOURCE

if TYPE_CHECKING:
    from graphviz_ad.diagram.style import StyleOptions
    from graphviz_ad.training.compare import Comparison
    from graphviz_ad.training.run import Run


@dataclass(frozen=True, slots=True)
class RunFormat:
    """A format of runs or comparisons: the module of this package that makes it, and what is in it.

    Its function `content(run or comparison) -> bytes | Iterable[bytes]` makes the file; where it is drawn, its theme,
    language and all else that `diagram.style.make_style` takes are options. `extra` is what has to be installed for it.
    One that reads another file, which is written beside it, has `files(run, path, lang)` too: path → content, itself
    first.
    """

    module: str
    holds: str
    drawn: bool = False
    extra: str = ""


RUNS: dict[str, RunFormat] = {
    "html": RunFormat("page", "a page: loss, path of the parameters, graph of every update", True, "plots"),
    "csv": RunFormat("csv_table", "a row for each update: epoch, examples, seconds, loss, parameters"),
    "json": RunFormat("record", "all of the run, for other programs"),
    "py": RunFormat("program", "the same run in PyTorch, as a program"),
    "ipynb": RunFormat("notebook", "a notebook that makes the run again, for Jupyter"),
}
"""Formats of a run in one file, by suffix."""


COMPARISONS: dict[str, RunFormat] = {
    "html": RunFormat("comparison.page", "a page: all curves and paths, in step with one another", True, "plots"),
    "csv": RunFormat("comparison.csv_table", "a row for each run and mark: what was spent, the loss, the band"),
    "json": RunFormat("comparison.record", "all of the comparison, for other programs"),
}
"""Formats of several runs in one file, by suffix."""


def kind_of(path: str, formats: Mapping[str, RunFormat] = RUNS) -> str:
    """Path → the format that its suffix says. Raises OutputError where there is none."""
    suffix = path.rpartition(".")[2].lower() if "." in path else ""
    if suffix in formats:
        return suffix
    what = "run" if formats is RUNS else "comparison"
    near = nearest(suffix, formats)
    meant = f"did you mean '.{near}'? " if near else ""
    problem = f"a {what} cannot be '.{suffix}'" if suffix else f"'{path}' has no suffix that says the format"
    raise OutputError(problem, hint=f"{meant}a {what} is saved as .{', .'.join(formats)}")


def content(subject: Run | Comparison, form: RunFormat, **look: Unpack[StyleOptions]) -> bytes | Iterable[bytes]:
    """A run or several, a format and the look where it is drawn → what is in the file."""
    options = look if form.drawn else {}
    contents: bytes | Iterable[bytes] = import_module(f"graphviz_ad.export.run.{form.module}").content(
        subject, **options
    )
    return contents


def save(
    subject: Run | Comparison, path: str, formats: Mapping[str, RunFormat] = RUNS, **look: Unpack[StyleOptions]
) -> list[str]:
    """A run or several, the path of a file, their formats, the look where it is drawn → the file, and what it reads.

    Gives the paths written. Raises OutputError.
    """
    form = formats[kind_of(path, formats)]
    files_of = getattr(import_module(f"graphviz_ad.export.run.{form.module}"), "files", None)
    files: dict[str, bytes | Iterable[bytes]] = (
        files_of(subject, path, look.get("lang", SOURCE)) if files_of else {path: content(subject, form, **look)}
    )
    for name, data in reversed(files.items()):  # what it reads first
        write_atomic(name, data)
    return list(files)


def table(formats: Mapping[str, RunFormat] = RUNS) -> str:
    """→ the suffixes with what each holds, a line each, for a terminal."""
    return "\n".join(f"  {'.' + suffix:<8}{form.holds}" for suffix, form in formats.items())
