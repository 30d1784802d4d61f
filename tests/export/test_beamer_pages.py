"""LaTeX beside a PDF: the whole text, a page for every overlay, and documents that pdflatex and lualatex set without a warning."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from graphviz_ad.errors import OutputError
from graphviz_ad.export.deck import save
from tests.diagram.cases import JAPANESE, trace_of
from tests.export.test_pages import page_sizes
from tests.export.text_decks import COMMENTS, MATRIX, NEURON, PRODUCT, SPOKEN, deck_files, nasty

NOTES = [
    r"start. $w = 2, \quad x = 3$. The inputs have their values; nothing is computed yet.",
    r"forward -- step 1 of 4. $L = w x = 2 \cdot 3 = 6$. $L$ is the product of $w$ and $x$.",
    r"backward -- step 2 of 4. $\frac{\partial L}{\partial L} = 1$. "
    "The backward pass starts at the output: the derivative of $L$ with respect to itself is 1.",
    r"backward -- step 3 of 4. $\frac{\partial L}{\partial w} = \frac{\partial L}{\partial L} \cdot x = 1 \cdot 3 = 3$. "
    "In a product, $w$ gets the gradient that arrives at $L$ times the other factor, $x$.",
    r"backward -- step 4 of 4. $\frac{\partial L}{\partial x} = \frac{\partial L}{\partial L} \cdot w = 1 \cdot 2 = 2$. "
    "In a product, $x$ gets the gradient that arrives at $L$ times the other factor, $w$.",
    r"finished. $\frac{\partial L}{\partial w} = \frac{\partial L}{\partial L} \cdot x = 1 \cdot 3 = 3$. ",
]


def picture(number: int) -> str:
    return (
        rf"  \includegraphics<{number + 1}>[page={number + 1}, width=\textwidth, height=0.96\textheight, "
        f"keepaspectratio,\n    alt={{{SPOKEN[number]}}}]{{\\detokenize{{my_pictures.pdf}}}}%\n"
    )


def test_the_whole_text() -> None:
    main, pictures = deck_files("pages.tex", PRODUCT, "my_pictures")
    assert main.decode() == (
        r"""% L = w*x
\ifdefined\directlua
  \pdfvariable minorversion=7
\else
  \pdfminorversion=7
  \pdfsuppresswarningpagegroup=1
\fi
\documentclass[aspectratio=169]{beamer}
\setbeamertemplate{navigation symbols}{}
\setbeamersize{text margin left=4mm, text margin right=4mm}
\definecolor{paper}{HTML}{FFFFFF}
\setbeamercolor{background canvas}{bg=paper}
% \setbeameroption{show notes on second screen=right}
\begin{document}

\begin{frame}[plain]
  \centering
"""
        + "".join(map(picture, range(6)))
        + "".join(f"  \\note<{n}>{{{note}}}\n" for n, note in enumerate(NOTES, 1))
        + "\\end{frame}\n\n\\end{document}\n"
    )
    [(name, pdf)] = pictures
    assert name == "my_pictures.pdf"
    assert len(page_sizes(pdf)) == 6


@pytest.mark.parametrize("comment", COMMENTS)
def test_a_comment_stays_in_its_line(comment: str) -> None:
    first, rest = deck_files("pages.tex", nasty(comment))[0].decode().split("\n", 1)
    assert first == "% bg = w*x # " + " ".join(comment.split())
    assert rest == deck_files("pages.tex", nasty("x"))[0].decode().split("\n", 1)[1]


@pytest.mark.parametrize("sign", '%#{}~^&$\\"')
def test_names_that_latex_cannot_include(sign: str) -> None:
    with pytest.raises(OutputError) as caught:
        deck_files("pages.tex", PRODUCT, f"a{sign}b")
    assert str(caught.value) == (
        f"LaTeX cannot include a file whose name holds '{sign}'\nhint: give another name with -o, as in steps.tex"
    )


@pytest.mark.cjk
def test_japanese() -> None:
    text = deck_files("pages.tex", JAPANESE, lang="ja")[0].decode()
    assert "\n% compile with lualatex: the notes have letters that pdflatex lacks\n" in text
    assert "\n\\usepackage{luatexja}\n" in text
    assert "\\note<1>{開始. $" in text


def test_the_same_bytes_again() -> None:
    assert deck_files("pages.tex", NEURON) == deck_files("pages.tex", NEURON)


def test_the_pdf_has_no_date() -> None:
    """Or its bytes would change with every second."""
    [(_, pdf)] = deck_files("pages.tex", PRODUCT)[1]
    assert not re.search(rb"(?:Creation|Modify|Mod)Date", pdf)


def complaints(log: str) -> list[str]:
    """What LaTeX says is wrong, but for its wish to be run again and for fonts it has not."""
    lines = re.findall(r"^(?:!|.*(?:Warning|Overfull|Underfull|warning:)).*$", log, re.MULTILINE)
    return [line for line in lines if "rerunfilecheck" not in line and "Font" not in line]


def test_a_planted_complaint_is_seen() -> None:
    assert complaints("! Undefined\nOverfull \\hbox\nLaTeX Warning: x\nLaTeX Font Warning: y\nfine\n") == [
        "! Undefined", "Overfull \\hbox", "LaTeX Warning: x",
    ]  # fmt: skip


SET = {
    "matrices": MATRIX,
    "a name with a space": PRODUCT,
    "a nasty comment": nasty(" ".join(COMMENTS)),
}


@pytest.mark.latex
@pytest.mark.slow
@pytest.mark.parametrize("which", SET)
@pytest.mark.parametrize("engine", ["pdflatex", "lualatex"])
@pytest.mark.parametrize("notes", [False, True])
def test_latex_sets_it(tmp_path: Path, which: str, engine: str, notes: bool) -> None:
    if shutil.which(engine) is None:
        pytest.skip(f"needs {engine}")
    name = "my deck_1.pages.tex" if which == "a name with a space" else "deck.pages.tex"
    trace = trace_of(SET[which])
    path = tmp_path / name
    save(trace, str(path))
    if notes:  # they are set only when asked for
        text = path.read_text()
        assert "% \\setbeameroption{show notes" in text
        commented = "% \\setbeameroption{show notes on second screen=right}"
        path.write_text(text.replace(commented, "\\setbeameroption{show notes}"))
    run = subprocess.run(
        [engine, "-interaction=nonstopmode", "-halt-on-error", "-jobname=out", name],
        cwd=tmp_path, capture_output=True, timeout=120,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout.decode(errors="replace")[-2000:]
    log = (tmp_path / "out.log").read_text(errors="replace")
    if not notes:
        assert complaints(log) == []
    pages = re.search(r"\((\d+)\s+pages", log.replace("\n", ""))
    assert pages
    assert int(pages[1]) == (len(trace.steps) + 2) * (1 + notes)
