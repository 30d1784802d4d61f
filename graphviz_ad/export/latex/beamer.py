"""Deck → LaTeX (class beamer): a frame with one TikZ picture, whose parts change from slide to slide."""

from __future__ import annotations

from collections.abc import Sequence

from graphviz_ad.diagram.backward_parts import BackwardScene
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.slides import Slide, slides
from graphviz_ad.export.deck_files import DeckFiles, PicturesDone
from graphviz_ad.export.latex.tikz import picture, words
from graphviz_ad.export.latex.tikz_style import opening, packages, preamble

_SLIDE_RATIO = 0.56
"""Height by width of a slide of 16:9 without its margins: the height of a picture that is higher decides its size."""

_COMMANDS = r"""% a slide: what is said, what a reader hears instead of the picture, and the note
\usepackage{accsupp}
\def\adslide<#1>#2#3#4#5#6#7{\only<#1>{\adsay{#2}{#3}{#4}{#5}{#6}\adspoken{#7}}\note<#1>{#4. #5. #6}}
\ExplSyntaxOn
\cs_generate_variant:Nn \str_set_convert:Nnnn {Nxxn}
\newcommand{\adspoken}[1]{
  \str_set_convert:Nxxn \l_tmpa_str {\detokenize{#1}} {\sys_if_engine_luatex:F{utf8}} {utf16/hex}
  \exp_args:Nx \BeginAccSupp {method=hex, Alt=\l_tmpa_str}}
\ExplSyntaxOff"""
"""Commands for a slide, with its alternative text and its note, beside those of `tikz_style`."""


def deck(deck: Deck, numbers: Sequence[int], folder: str, tell: PicturesDone) -> DeckFiles:
    r"""Deck → a LaTeX document that compiles alone and whose frame can be copied into another.

    Slide n of the frame shows frame `numbers[n - 1]` and has its words as a `\note<n>` and for who cannot see it.
    """
    lines = picture(deck, numbers, paper=False)
    arguments = words(deck, numbers)
    text = [*arguments, *lines]
    overlays = [
        rf"  \adslide<{n}{'-' if n == len(numbers) else ''}>{argument}{{{_spoken(slide)}}}%"
        for n, (argument, slide) in enumerate(zip(arguments, slides(deck, numbers), strict=True), 1)
    ]
    wide = deck.bar_top + 4 - deck.margin <= _SLIDE_RATIO * deck.width
    size = r"\resizebox{\textwidth}{!}" if wide else r"\resizebox{!}{0.95\textheight}"
    document = [
        *opening(deck.title, text, deck.style.lang),
        r"\documentclass[aspectratio=169]{beamer}",
        r"\setbeamertemplate{navigation symbols}{}",
        r"\setbeamersize{text margin left=4mm, text margin right=4mm}",
        r"\usefonttheme[onlymath]{serif}",
        r"\ifdefined\directlua {\usefont{TU}{lmr}{m}{n}}\DeclareFontShape{TU}{lmr}{b}{it}{<->ssub*lmr/bx/it}{}\fi",
        r"\setbeamercolor{background canvas}{bg=ad-paper}",
        r"% \setbeameroption{show notes on second screen=right}",
        "",
        "% -- from here to the end of the preamble: what the frame needs in another document",
        *packages(text, deck.style.lang, slides=True),
        *_COMMANDS.split("\n"),
        *preamble(
            deck.style.theme,
            pages=False,
            updates=bool(deck.trace.updates),
            backward_graph=isinstance(deck.scene, BackwardScene),
        ),
        "",
        r"\begin{document}",
        "",
        r"\begin{frame}[plain]",
        r"  \centering",
        "  % look, length of the bar, step, equation, sentence, what a reader hears",
        *overlays,
        f"  {size}{{%",
        *(f"  {line}" for line in lines),
        r"  }\EndAccSupp{}",
        r"\end{frame}",
        "",
        r"\end{document}",
    ]
    for done in range(len(numbers)):
        tell(done + 1)
    return ("\n".join(document) + "\n").encode(), []


def _spoken(slide: Slide) -> str:
    return slide.spoken.translate({ord(sign): " " for sign in "\\{}%#"})
