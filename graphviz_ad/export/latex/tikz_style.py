r"""Theme → what a LaTeX document says before a picture of `tikz`: colours, looks, and the commands of its parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace

from graphviz_ad.diagram.fonts import needs_cjk
from graphviz_ad.diagram.frames import Look
from graphviz_ad.diagram.gaps import WIDTH_PT
from graphviz_ad.diagram.highlight import STRONGER_PT
from graphviz_ad.diagram.nodes import RADIUS_PT
from graphviz_ad.diagram.theme import AT_WORK, COLOUR_OF, OF_UPDATES, Stroke, Theme, line, outline, stem_line
from graphviz_ad.diagram.typeset import short
from graphviz_ad.export.latex.tikz_backward import STYLES
from graphviz_ad.messages.catalogue import fact, han

_COMMANDS = r"""\newsavebox{\adbox}
\newlength{\adwidth}
% what is in the box: so many times as large, but no wider, or no higher, than its room in points
\newcommand{\adfit}[2]{\pgfmathsetmacro\adscale{min(#1, #2/\wd\adbox)}\scalebox{\adscale}{\usebox{\adbox}}}
\newcommand{\adfitlines}[2]{\pgfmathsetmacro\adscale{min(#1, #2/max(1, \ht\adbox+\dp\adbox))}%
  \scalebox{\adscale}{\usebox{\adbox}}}
% the part of the formula that is at work
\makeatletter
\newcommand{\admark}[1]{\mathpalette\adtinted{#1}}
\newcommand{\adtinted}[2]{\sbox\adbox{$\m@th#1#2$}%
  \rlap{\textcolor{ad-tint}{\rule[-\dimexpr\dp\adbox+1.5pt]{\wd\adbox}{\dimexpr\ht\adbox+\dp\adbox+3pt}}}\usebox{\adbox}}
\makeatother
\def\adat<#1>#2{\alt<#1>{\admark{#2}}{{#2}}}
% a piece of an equation: lines break between pieces
\newcommand{\adpiece}[1]{\sbox\adbox{$\displaystyle#1$}%
  \ifdim\wd\adbox>1.6\linewidth $\displaystyle#1$\else
  \ifdim\wd\adbox>\linewidth \resizebox{\linewidth}{!}{\usebox{\adbox}}\else\usebox{\adbox}\fi\fi}
% what is said: look, length of the bar, step, equation, sentence
\newcommand{\adsay}[5]{\def\adlook{#1}\def\adbar{#2}\def\adstep{#3}\def\adequation{#4}\def\adsentence{#5}}
\newcommand{\adwords}{%
  \fill[ad-\adlook] (ad bar) rectangle +(\adbar,4);
  \node[ad counter, anchor=base east, text=ad-quiet] at (ad counter) {\adstep};
  \node[ad equation, anchor=center, text=ad-ink] at (ad equation) {\adequation};
  \node[ad sentence, anchor=north, text=ad-quiet] at (ad sentence) {\adsentence};}"""
"""LaTeX commands for the parts of a picture, such as a formula that is made to fit its room."""

_PAGES = r"""% \only<1-3,5->{...} and \alt<2>{...}{...} as in beamer, for pages
\makeatletter
\def\alt<#1>{\let\adchosen\@secondoftwo\@for\adrange:=#1\do{\expandafter\adtest\adrange--\@nil}\adchosen}
\def\only<#1>#2{\alt<#1>{#2}{}}
\def\adtest#1-#2-#3\@nil{\ifnum\adpage<#1 \else
  \ifx\\#3\\\ifnum\adpage=#1 \let\adchosen\@firstoftwo\fi\else
  \ifx\\#2\\\let\adchosen\@firstoftwo\else\ifnum\adpage>#2 \else\let\adchosen\@firstoftwo\fi\fi\fi\fi}
\makeatother"""
r"""What beamer calls \only and \alt, for documents without beamer: \adpage is the number of the page."""

_STYLES = r"""\tikzset{
  on/.code args={<#1>#2}{\only<#1>{\tikzset{look=#2}}},
  look/.style={ad look #1},
  % what the looks change
  ad outline/.style={}, ad edge/.style={}, ad branch/.style={}, ad point/.style={},
  % labels: how many times 10pt the type is, and the room in points
  ad set/.style={inner sep=0pt, outer sep=0pt, text=ad-ink},
  ad label/.style 2 args={ad set, anchor=base west, execute at end node=\end{lrbox}\adfit{#1}{#2},
    execute at begin node=\begin{lrbox}{\adbox}\fontsize{10}{12}\selectfont
    \setlength\arraycolsep{2.5pt}\def\arraystretch{.9}},
  ad set lines/.style n args={4}{ad set, execute at end node=\end{minipage}\end{lrbox}\adfitlines{#1}{#3},
    execute at begin node=\pgfmathsetlength\adwidth{#2/#1}\begin{lrbox}{\adbox}\begin{minipage}[t]{\adwidth}%
    \fontsize{10}{12}\selectfont#4},
  ad lines/.style n args={3}{ad set lines={#1}{#2}{#3}{\centering}},
  ad paragraph/.style n args={3}{ad set lines={#1}{#2}{#3}{\raggedright}, anchor=base west},
  ad name/.style={ad label={VALUE}{#1}, text=ad-forward},
  ad value/.style={ad label={VALUE}{#1}, text=ad-forward},
  ad unknown/.style={ad label={VALUE}{#1}, text=ad-quiet},
  ad gradient/.style={ad label={VALUE}{#1}, text=ad-backward, font=\boldmath},
  ad local/.style={ad label={LOCAL}{#1}, text=ad-label},
  ad shape/.style={ad label={SHAPE}{#1}, text=ad-quiet},
  ad partial/.style={ad label={VALUE}{#1}, text=ad-backward},
  ad terms/.style={ad label={VALUE}{#1}, text=ad-contribution},
  ad sent/.style={ad label={CONTRIBUTION}{#1}, text=ad-contribution},
  ad title/.style={ad label={GROUP}{#1}, text=ad-quiet},
  ad group/.style={draw=ad-pale, rounded corners=8pt, line width=1pt, dash pattern=on 2pt off 3pt},
  % nodes: width and height
  ad shape of node/.style={text=ad-ink, draw=ad-ink, line width=1.4pt, fill=ad-node, anchor=center},
  ad circle/.style={ad label={SIGN}{ROOM}, ad shape of node, circle, minimum size=DIAMETERpt, ad outline},
  ad pill/.style 2 args={ad label={SIGN}{#1-10}, ad shape of node, minimum width=#1pt, minimum height=#2pt,
    rounded corners={min(#1,#2)/2.4}, ad outline},
  ad box/.style 2 args={ad label={NAME}{#1-10}, ad shape of node, fill=ad-box, minimum width=#1pt,
    minimum height=#2pt, rounded corners=6pt, ad outline},
  ad constant/.style 2 args={ad label={CONSTANT}{#1-10}, ad shape of node, fill=ad-paper, draw=ad-quiet,
    minimum width=#1pt, minimum height=#2pt, rounded corners=3pt, ad outline, ad dashed},
  % edges
  ad dashed/.style={dash pattern=on 5pt off 4pt},
  ad tip/.tip={Triangle[length=8pt, width=6.7pt]},
  ad line/.style={draw=ad-quiet, line width=1.4pt, -ad tip, ad edge},
  % where a value fans out
  ad gap/.style={draw=ad-paper, line width=GAPpt},
  ad stem/.style={draw=ad-quiet, line width=1.4pt, ad branch},
  ad dot/.style={fill=ad-ink, ad point},
  ad stronger/.style={line width=\pgflinewidth+STRONGERpt},
  ad band/.style={preaction={draw=#1, line width=8pt, line cap=round, -}},
  % looks
LOOKS
}"""
"""TikZ styles of the parts; in place of LOOKS come those of the looks, and sizes in place of other capitals."""


def packages(lines: Iterable[str], lang: str, *, slides: bool) -> list[str]:
    """Lines of a picture, and its language → the packages it needs; for Japanese or Chinese one more."""
    own = [] if slides else [r"\usepackage{amsmath, amssymb}"]
    letters = [fact(han(lang), "X-LaTeX")] if needs_cjk("".join(lines)) else []
    return [*own, r"\usepackage{tikz}", r"\usetikzlibrary{arrows.meta}", *letters]


def opening(title: str, lines: Iterable[str], lang: str) -> list[str]:
    """The formula on one line, lines of its picture, its language → comments that say what this is and what sets it."""
    text = "".join(line for line in lines if not line.lstrip().startswith("%"))
    if needs_cjk(text):
        what = f"lualatex; {fact(han(lang), 'X-LaTeX-Note')}"
    else:
        what = "pdflatex or lualatex" if text.isascii() else "lualatex: there are letters that pdflatex lacks"
    return [f"% {title}", f"% compile with {what}"]


def preamble(theme: Theme, *, pages: bool, updates: bool = False, backward_graph: bool = False) -> list[str]:
    """Theme → colours, commands and looks; with `pages` also what beamer has for slides, by the number `\\adpage`.

    With `backward_graph` also what its backward half takes, with `updates` the colours and looks of what an optimiser's
    rule computes.
    """
    colours = [
        rf"\definecolor{{{_named(name)}}}{{HTML}}{{{getattr(theme, name)[1:].upper()}}}"
        for name in _colour_names(theme)
        if updates
        or backward_graph
        or theme.is_of_tangents
        or not name.startswith("update")  # tangents have that colour too
    ]
    rest = [_COMMANDS, *([_PAGES] if pages else []), _styles(theme, updates=updates)]
    rest += [STYLES] if backward_graph else []
    return [*colours, *"\n".join(rest).split("\n")]


def _colour_names(theme: Theme) -> list[str]:
    """Theme → the names of those of its fields that are colours."""
    return [field.name for field in fields(theme) if str(getattr(theme, field.name)).startswith("#")]


def _named(colour: str) -> str:
    return "ad-" + colour.replace("_", "-")


def _styles(theme: Theme, *, updates: bool) -> str:
    """Styles of the parts, in the sizes of the theme, and of their looks."""
    sizes = {field.name.upper(): short(getattr(theme.sizes, field.name) / 10) for field in fields(theme.sizes)}
    sizes |= {"CONSTANT": short((theme.sizes.value + 1) / 10), "ROOM": short(1.45 * RADIUS_PT + 2)}
    sizes |= {"DIAMETER": short(2 * RADIUS_PT), "STRONGER": short(STRONGER_PT), "GAP": short(WIDTH_PT)}
    absent = (set() if theme.is_of_tangents else {Look.TANGENT}) | (set() if updates else set(OF_UPDATES))
    looks = (look for look in Look if look not in absent)
    text = _STYLES.replace("LOOKS", "\n".join(f"  {_look(theme, look)}" for look in looks))
    for name, size in sizes.items():
        text = text.replace(f"{{{name}}}", f"{{{size}}}").replace(f"{name}pt", f"{size}pt")
    return text


def _look(theme: Theme, look: Look) -> str:
    """Look → its style: outline of a node, line of an edge, colours of the words."""
    names = {name: _named(name) for name in _colour_names(theme)}
    named = replace(theme, **names)  # type: ignore[arg-type]
    node, edge = outline(named, "circle", look), line(named, look)
    branch = stem_line(named, look)
    changes = {"outline": _stroke(node, named.ink), "edge": _stroke(edge, named.quiet),
               "branch": _stroke(branch, named.quiet)}  # fmt: skip
    changes["point"] = [f"fill={branch.fill}"] if branch.fill != named.ink else []
    if node.fill != named.node:
        changes["outline"].append(f"fill={node.fill}")
    if look in AT_WORK:
        changes["edge"].append(f"ad band={_named(COLOUR_OF[AT_WORK[look]] + '_tint')}")
        changes["edge"] += ["ad tip-"] if look is Look.BACKWARD else []
    styles = [f"ad {what}/.style={{{', '.join(parts)}}}" for what, parts in changes.items() if parts]
    if look in AT_WORK:
        styles += ["ad local/.append style={text=ad-ink}"]
    if look in OF_UPDATES:
        styles += ["ad name/.append style={text=ad-update}", "ad value/.append style={text=ad-update}"]
    if look is Look.TODO:
        styles += ["ad shape of node/.append style={text=ad-quiet}", "ad name/.append style={text=ad-quiet}"]
    return f"ad look {look.value}/.style={{{f',{chr(10)}    '.join(styles)}}},"


def _stroke(stroke: Stroke, usual: str) -> list[str]:
    """A stroke → what of it is not as usual, in TikZ's words."""
    colour = [] if stroke.colour == usual else [f"draw={stroke.colour}"]
    width = [] if stroke.width == 1.4 else [f"line width={short(stroke.width)}pt"]
    return [*colour, *width, *(["ad dashed"] if stroke.dashed else [])]
