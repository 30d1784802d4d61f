"""pdflatex and lualatex set the TikZ decks without a complaint: many frames in one document, pasted as people do it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from graphviz_ad.autodiff.steps import Evaluate
from graphviz_ad.diagram.layout import Direction
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.style import make_style
from graphviz_ad.export.registry import make
from tests.diagram.cases import CASES, JAPANESE, NEURON, Case, deck_of, trace_of
from tests.export.test_beamer_pages import complaints
from tests.export.text_decks import COMMENTS, MATRIX, PRODUCT, nasty

SEVERAL = (
    PRODUCT, MATRIX, CASES["Greek, hats and primes"], CASES["not finite"], CASES["elided arrays"],
    CASES["user functions"], CASES["long names"], CASES["three arguments"], CASES["constants alone"],
    nasty(" ".join(COMMENTS)), CASES["a regression over eight"],
)  # fmt: skip


def frame(text: str) -> str:
    """Document → its body, which can be pasted into another."""
    return text.split("\\begin{document}\n")[1].split("\\end{document}\n")[0]


def pasted(kind: str, cases: tuple[Case, ...], **options: str) -> tuple[str, int]:
    """Formulas → one document with the decks of all, a slide for each phase, and how many pages it has."""
    decks, pages = [], 0
    for case in cases:
        deck = deck_of(case, fit="slide" if kind == "tex" else "graph", **options)
        numbers = deck.pictures("edge" if case in (PRODUCT, JAPANESE) else "phase")
        if any(not isinstance(step, Evaluate) for step in deck.trace.steps):
            numbers = sorted({*numbers, len(deck.trace.steps) - 1})
        decks.append(make(kind, deck, numbers, "x", lambda done: None)[0].decode())
        pages += len(numbers)
    head = decks[0].split("\\begin{document}\n")[0]
    return head + "\\begin{document}\n" + "".join(map(frame, decks)) + "\\end{document}\n", pages


def run(engine: str, folder: Path, text: str) -> tuple[list[str], int]:
    """Engine and document → its complaints, and how many pages it made."""
    if shutil.which(engine) is None:
        pytest.skip(f"needs {engine}")
    (folder / "x.tex").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [engine, "-interaction=nonstopmode", "-halt-on-error", "x.tex"], cwd=folder, capture_output=True, timeout=240
    )
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
    log = (folder / "x.log").read_text(errors="replace")
    pages = re.search(r"\((\d+)\s+pages?", log.replace("\n", ""))
    assert pages
    missing = re.findall(
        r"^Missing character.*$|^LaTeX Font Warning.*(?:not available|undefined).*$", log, re.MULTILINE
    )
    return complaints(log) + missing, int(pages[1])


@pytest.mark.latex
@pytest.mark.parametrize("engine", ["pdflatex", "lualatex"])
@pytest.mark.parametrize("kind", ["tex", "standalone.tex"])
def test_decks_in_one_document(tmp_path: Path, engine: str, kind: str) -> None:
    large = engine == "pdflatex" and kind == "tex"
    text, pages = pasted(kind, SEVERAL if large else SEVERAL[:-1])
    assert run(engine, tmp_path, text) == ([], pages)


@pytest.mark.latex
@pytest.mark.cjk
def test_japanese(tmp_path: Path) -> None:
    if not (shutil.which("kpsewhich") and subprocess.run(["kpsewhich", "luatexja.sty"], capture_output=True).stdout):
        pytest.skip("needs luatexja")
    text, pages = pasted("tex", (JAPANESE,), lang="ja")
    assert run("lualatex", tmp_path, text) == ([], pages)


@pytest.mark.latex
def test_notes_are_set(tmp_path: Path) -> None:
    text, pages = pasted("tex", (PRODUCT,))
    option = "\\setbeameroption{show notes on second screen=right}"
    assert f"% {option}" in text
    _, page_count = run("pdflatex", tmp_path, text.replace(f"% {option}", "\\setbeameroption{show notes}"))
    assert page_count == 2 * pages


@pytest.mark.latex
def test_one_picture_is_included(tmp_path: Path) -> None:
    (tmp_path / "one.tex").write_text(trace_of(MATRIX).draw(step=5).tex(), encoding="utf-8")
    head = (tmp_path / "one.tex").read_text().split("\\begin{document}")[0].split("{standalone}\n")[1]
    text = "\\documentclass{article}\n\\usepackage{standalone}\n" + head
    body = (
        "\\newsavebox\\one\n\\begin{document}\n\\begin{lrbox}{\\one}\\input{one}\\end{lrbox}\n"
        "\\noindent\\resizebox{\\textwidth}{!}{\\usebox\\one}\n\\end{document}\n"
    )
    assert run("pdflatex", tmp_path, text + body) == ([], 1)


@pytest.mark.latex
def test_a_planted_wide_label_is_made_to_fit_and_a_planted_error_seen(tmp_path: Path) -> None:
    text, pages = pasted("tex", (PRODUCT,))
    wide = text.replace("{$L$};", "{$" + "L" * 200 + "$};")
    assert wide != text
    assert run("pdflatex", tmp_path, wide) == ([], pages)
    with pytest.raises(AssertionError):
        run("pdflatex", tmp_path, text.replace("{$L$};", "{$\\oops$};"))


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("kind", ["tex", "standalone.tex"])
def test_what_an_author_says_is_set_without_a_complaint(kind: str, direction: Direction, tmp_path: Path) -> None:
    style = make_style(
        fit="slide" if kind == "tex" else "graph", direction=direction, title="50 % of $x_1$ & _more_ #",
        caption="Two paths lead from $w$ to $L$", note={"z": "the logit", "w": "a note on several lines: $∂L/∂w$"},
        highlight=["z,a", "w"], legend=True,
    )  # fmt: skip
    deck = Deck(trace_of(NEURON), style)
    text = make(kind, deck, deck.pictures("phase"), "x", lambda done: None)[0].decode()
    assert run("lualatex", tmp_path, text) == ([], 3)
