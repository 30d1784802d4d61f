"""No word of a command, a page or a sheet is written in the code: in a language made for this all have accents."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graphviz_ad import parse
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.style import make_style
from graphviz_ad.exercises.sheets.handout import HANDOUTS
from graphviz_ad.export.registry import DECKS
from graphviz_ad.notebook.page import page
from graphviz_ad.ops.table import BY_NAME
from tests.cli.conftest import Run, run
from tests.messages.pseudo import spoken, untranslated, visible

__all__ = ["run"]

FORMULA = "z = w*x + b; act = sigmoid(z); loss = (act - y)^2 + relu(x)*w"
VALUES = ("w=0.5", "x=2", "b=-1", "y=1")
UNITS = ("kB", "MB")
FILES = ("blank", "key", "solution", "top")
NAMES = frozenset(("act", "loss", "nan", "inf", "ReLU", "statement", "update", *FILES, *UNITS, *BY_NAME))
"""Names of the formula, of operations, units and files, which are the same in every language."""
BINARY = ("gif", "js", "animated.svg", "standalone.tex", "pages.tex")
"""Decks whose words are looked at elsewhere, or are outlines; those of all others, a new one too, are looked at here."""
TEXTS = tuple(suffix for suffix in DECKS if suffix not in BINARY)


@pytest.fixture(scope="module")
def lang() -> Iterator[str]:
    """→ The code of the language whose texts have accents throughout."""
    with spoken() as code:
        yield code


def untranslated_texts(folder: Path) -> dict[str, list[str]]:
    """Folder → words without accents in its files, by the file."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert paths
    texts = {path.name: untranslated(visible(path.name, path.read_bytes()), NAMES) for path in paths}
    return {name: words for name, words in texts.items() if words}


@pytest.mark.parametrize("options", [(), ("--table",)])
def test_explain(run: Run, lang: str, options: tuple[str, ...]) -> None:
    for formula, values in ((FORMULA, VALUES), ("loss = log(x)/y + abs(x)", ("x=0", "y=0"))):
        outcome = run("explain", formula, *values, "--lang", lang, *options)
        assert "ƒöŕŵàŕď" in outcome.out or options
        assert untranslated(outcome.out, NAMES) == []


def _quick_first(suffixes: Iterable[str], slow: tuple[str, ...]) -> list[Any]:
    """Suffixes, those of files that take seconds as slow tests."""
    return [pytest.param(suffix, marks=pytest.mark.slow if suffix in slow else ()) for suffix in suffixes]


@pytest.mark.parametrize("suffix", _quick_first(TEXTS, ("qmd", "marp.md", "reveal.html", "pdf", "ipynb", "pptx")))
def test_a_deck(run: Run, lang: str, tmp_path: Path, suffix: str) -> None:
    assert run("steps", FORMULA, *VALUES, "--lang", lang, "-o", str(tmp_path / f"deck.{suffix}")).code == 0
    assert untranslated_texts(tmp_path) == {}


def test_a_player_in_a_notebook(lang: str) -> None:
    trace = parse(FORMULA).run(w=0.5, x=2, b=-1, y=1)
    data = page(Deck(trace.shown, make_style(lang=lang)), trace)
    untranslated_texts = [data["picture"], *data["items"], *data["counters"], *data["said"], *data["words"].values()]
    text = re.sub(r"\{\w+\}", "", visible("x.html", "\n".join(untranslated_texts).encode()))
    assert untranslated(text, NAMES) == []


@pytest.mark.parametrize("name", ["x.html", "x.md", "x.tex", "x.ipynb", "x.json", "x.svg", "x.org"])
def test_a_planted_word_is_seen(name: str) -> None:
    written = {
        "x.html": '<p>Šţéþ <span class="en" lang="en">step</span> <b>forgotten</b></p>',
        "x.md": "Šţéþ **forgotten** `code`, $x_{max}$",
        "x.tex": r"\begin{document}Šţéþ \textbf{forgotten} $\max$\end{document}",
        "x.ipynb": '{"cells": [{"cell_type": "markdown", "source": ["forgotten"]}]}',
        "x.json": '{"questions": [{"prompt": ["forgotten"], "name": "other"}]}',
        "x.svg": '<svg><title>forgotten</title><g id="node"/></svg>',
        "x.org": "Šţéþ forgotten",
    }
    assert untranslated(visible(name, written[name].encode()), NAMES) == ["forgotten"]


def test_pictures(run: Run, lang: str, tmp_path: Path) -> None:
    assert run("draw", FORMULA, *VALUES, "--lang", lang, "-o", str(tmp_path / "one.svg")).code == 0
    assert run("steps", FORMULA, *VALUES, "--lang", lang, "-o", str(tmp_path / "all")).code == 0
    assert untranslated_texts(tmp_path) == {}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning:matplotlib")
def test_pages_of_runs(run: Run, lang: str, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is missing: pip install -e '.[dev]'")
    data, pages = tmp_path / "line.csv", tmp_path / "pages"
    pages.mkdir()
    assert run("data", "line", "-o", str(data)).code == 0
    given = ("z = w*x + b; L = mean((z - y)^2)", f"@{data}", "w=0", "b=0", "--epochs", "2", "--lang", lang)
    compared = ("--batch", "4", "--batch", "64", "--runs", "2")
    assert run("train", *given, "--batch", "4", "-o", str(pages / "run.html")).code == 0
    assert run("compare", *given, *compared, "-o", str(pages / "compare.html")).code == 0
    arguments = ("sqrt(mean((w*x - y)^2))", f"@{data}", "w=0", "--epochs", "2", "--lang", lang)
    assert run("compare", *arguments, "--batch", "4", "--batch", "64", "-o", str(pages / "without.html")).code == 0
    assert untranslated_texts(pages) == {}


@pytest.mark.parametrize("arguments", [(), ("kl_div",), ("hinge",), ("matmul",)])
def test_operations(run: Run, lang: str, arguments: tuple[str, ...]) -> None:
    outcome = run("ops", *arguments, "--lang", lang)
    assert outcome.code == 0
    lines = [line for line in outcome.out.splitlines() if not line.startswith(("  ", "îñ", "∂"))]
    words = [word for line in lines for word in untranslated(line.partition("  ")[0], NAMES)]
    assert words == []


@pytest.mark.parametrize("suffix", _quick_first(HANDOUTS, ("pdf",)))
@pytest.mark.parametrize("level", [4, 7])
def test_a_sheet(run: Run, lang: str, tmp_path: Path, suffix: str, level: int) -> None:
    sheets = ("blank",) if HANDOUTS[suffix].keyed else ("blank", "key", "solution")
    for sheet in sheets:
        path = str(tmp_path / f"{sheet}.{suffix}")
        assert run("exercise", "--level", str(level), "--lang", lang, "--sheet", sheet, "-o", path).code == 0
    assert untranslated_texts(tmp_path) == {}


def test_what_exercise_lists(run: Run, lang: str) -> None:
    listed = run("exercise", "--kinds", "--lang", lang).out
    assert (
        untranslated(
            "\n".join(line.strip().partition("  ")[2].partition(" (")[0] for line in listed.splitlines()), NAMES
        )
        == []
    )
    report = run("exercise", "--level", "6", "--report", "--lang", lang).out
    assert untranslated(report, NAMES) == []


def test_marking(run: Run, lang: str, tmp_path: Path) -> None:
    sheet, answers, reports = tmp_path / "sheet.json", tmp_path / "answers.csv", tmp_path / "reports"
    assert run("exercise", "--level", "6", "--lang", lang, "-o", str(sheet)).code == 0
    answers.write_text("student,q1.1,q1.2,q2.1,q3.1\nA,1,2,3,4\nB,-0.5,x y,1e400,\n", encoding="utf-8")
    assert run("mark", str(sheet), str(answers), "-o", str(reports), "--reveal").code in (0, 1)
    os.remove(sheet)
    texts = {path.name: untranslated(visible(path.name, path.read_bytes()), NAMES) for path in reports.iterdir()}
    assert texts.pop("class.csv", None) is not None
    assert {name: words for name, words in texts.items() if words} == {}


def test_a_course(run: Run, lang: str, tmp_path: Path) -> None:
    (tmp_path / "students.csv").write_text("student\nA\n", encoding="utf-8")
    (tmp_path / "course.toml").write_text(
        f'lang = "{lang}"\n[[sheet]]\nname = "q"\nlevel = 2\nformats = ["html"]\n', encoding="utf-8"
    )
    outcome = run("course", str(tmp_path / "course.toml"))
    assert outcome.code == 0, outcome.err
    pages = list(tmp_path.rglob("*.html"))
    assert pages
    assert {
        path.name: words for path in pages if (words := untranslated(visible(path.name, path.read_bytes()), NAMES))
    } == {}
