"""Deck → LaTeX (class beamer): a frame with an overlay for each step, beside a PDF with a page for each."""

from __future__ import annotations

from collections.abc import Sequence

from graphviz_ad.diagram.fonts import needs_cjk
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.slides import Slide, slides
from graphviz_ad.export.deck_files import DeckFiles, PicturesDone
from graphviz_ad.export.image.pages import pictures
from graphviz_ad.export.latex.text import require_includable
from graphviz_ad.messages.catalogue import fact, han

_PREAMBLE = r"""\ifdefined\directlua
  \pdfvariable minorversion=7
\else
  \pdfminorversion=7
  \pdfsuppresswarningpagegroup=1
\fi
\documentclass[aspectratio=169]{beamer}
"""
"""The version of the PDF with the pictures, and no warning that many of its pages are on one of ours."""


def deck(deck: Deck, numbers: Sequence[int], folder: str, tell: PicturesDone) -> DeckFiles:
    r"""Deck → a LaTeX document that compiles alone and whose frame can be copied into another, and the PDF it shows.

    Page n of the PDF comes on slide n of the frame, with a `\note<n>`. pdflatex and lualatex set it; letters beyond
    LaTeX's own need lualatex, Japanese and Chinese a package of their own. Raises OutputError for a name that LaTeX
    cannot include.
    """
    require_includable(folder, "steps.tex")
    words = slides(deck, numbers)
    notes = [_note(n, slide) for n, slide in enumerate(words, 1)]
    letters = [fact(han(deck.style.lang), "X-LaTeX")] if needs_cjk("".join(notes)) else []
    paper = deck.style.theme.paper[1:].upper()
    lines = [
        f"% {deck.title}",
        *(["% compile with lualatex: the notes have letters that pdflatex lacks"] if not _plain(notes) else []),
        _PREAMBLE.rstrip("\n"),
        *letters,
        r"\setbeamertemplate{navigation symbols}{}",
        r"\setbeamersize{text margin left=4mm, text margin right=4mm}",
        rf"\definecolor{{paper}}{{HTML}}{{{paper}}}",
        r"\setbeamercolor{background canvas}{bg=paper}",
        r"% \setbeameroption{show notes on second screen=right}",
        r"\begin{document}",
        "",
        r"\begin{frame}[plain]",
        r"  \centering",
        *(_picture(n, folder, slide) for n, slide in enumerate(words, 1)),
        *notes,
        r"\end{frame}",
        "",
        r"\end{document}",
    ]
    return ("\n".join(lines) + "\n").encode(), [(f"{folder}.pdf", pictures(deck, numbers, tell))]


def _picture(n: int, folder: str, slide: Slide) -> str:
    """Slide of the frame and words → what shows page n; `%` keeps spaces from standing between the pictures."""
    alt = slide.spoken.translate({ord(sign): " " for sign in "\\{}%#"})
    size = r"width=\textwidth, height=0.96\textheight, keepaspectratio"
    return f"  \\includegraphics<{n}>[page={n}, {size},\n    alt={{{alt}}}]{{\\detokenize{{{folder}.pdf}}}}%"


def _plain(notes: Sequence[str]) -> bool:
    return all(note.isascii() for note in notes)


def _note(n: int, slide: Slide) -> str:
    equation = f" ${slide.latex}$." if slide.latex else ""
    heading = slide.heading.replace("·", "--")
    return f"  \\note<{n}>{{{heading}.{equation} {slide.sentence_latex}}}"
