r"""Exercise → LaTeX (class article) for pdflatex and lualatex, and its pictures as PDF in a folder beside it.

The source of a blank sheet holds no answers: there is no switch to show them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graphviz_ad.diagram.fonts import needs_cjk
from graphviz_ad.diagram.header import written_statements
from graphviz_ad.diagram.theme import LIGHT
from graphviz_ad.exercises.registry import Files, Sheet
from graphviz_ad.exercises.sheets.figures import Figure
from graphviz_ad.exercises.sheets.printed import Cell, Part, Printed, Row, printed
from graphviz_ad.exercises.sheets.worksheet import State, arranged, option_figure
from graphviz_ad.explain.chain import Chain
from graphviz_ad.explain.phrase import plain
from graphviz_ad.export.image.pages import pdf
from graphviz_ad.export.latex.text import plain_text, require_includable
from graphviz_ad.export.latex.tikz_style import opening
from graphviz_ad.items.model import Exercise, Text
from graphviz_ad.language.printer import TIGHT_LATEX
from graphviz_ad.messages.catalogue import fact, han, say

_MAX_KEPT_OPTIONS = 8
"""Options that are kept on one page: a longer list may break, or half of the page before it would stay empty."""
_UNBROKEN_CHARACTERS = 60
"""Of a line, below which it is not broken: two thirds of the width of the page."""
_MAX_OPTION_SCALE, _MAX_OPTION_WIDTH, _MAX_OPTION_HEIGHT = 0.6, 300, 110
"""Of the graph of an option, in points: four of them stand on a page."""
_UNIT_POINTS = 0.75
"""Points for a unit of a picture in its PDF."""
_GAP = "\\quad "
"""Between things that stand side by side."""
_PREAMBLE = r"""\usepackage[margin=17mm, top=14mm, bottom=22mm]{geometry}
\usepackage{amsmath, amssymb, graphicx, xcolor}
\definecolor{answer}{HTML}{SECOND}
\setlength{\parindent}{0pt}
\setlength{\parskip}{2mm}
% name and answer of a field; one for a formula has a height. A colour between paragraphs would let a page end there
\newcommand{\fieldname}[1]{\leavevmode{\tiny\color{gray}#1}}
\newcommand{\answer}[1]{\textcolor{answer}{#1}}
\newlength{\fieldwidth}\setlength{\fieldwidth}{24mm}
\newcommand{\field}[2]{\fbox{\makebox[\fieldwidth][s]{\rule[-2.5mm]{0pt}{8mm}\rlap{\raisebox{3mm}{\fieldname{#1}}}\hfil#2\hfil}}}
\newcommand{\fieldline}[3]{\par\fbox{\makebox[\dimexpr\linewidth-2\fboxsep-2\fboxrule][s]{%
  \rule[-.3\dimexpr#1]{0pt}{#1}\raisebox{.5\dimexpr#1}{\rlap{\fieldname{#2}}}\hfil#3\hfil}}\par}
\newcommand{\writeline}[1]{\rule[-1mm]{#1}{.5pt}}
\makeatletter
\newcommand{\sheetfoot}[3]{\def\@oddfoot{\footnotesize\color{gray}#1\hfil#2\thepage#3}}
\makeatother"""
"""Packages and commands of each sheet; in place of SECOND comes the colour of the answers."""


def handout(exercises: Sequence[Exercise], name: str, sheet: Sheet) -> Files:
    """One exercise → its LaTeX, and the pictures it includes.

    Letters beyond LaTeX's own need lualatex, Japanese and Chinese a package of their own too. Raises OutputError for a
    name that LaTeX cannot include.
    """
    require_includable(name, "sheet.tex")
    return _Writer(printed(exercises[0], sheet), name).files()


class _Writer:
    """Writes a sheet, and keeps the pictures it shows."""

    def __init__(self, page: Printed, name: str) -> None:
        self.page, self.name, self.lang = page, name, page.exercise.lang
        self.pictures: Files = []

    def files(self) -> Files:
        """→ the source and the pictures."""
        page = self.page
        blank = page.sheet == "blank"
        first = self._graph("blank" if blank else "key", say("figure.blank" if blank else "sheet.answers", self.lang))
        note = [rf"{{\small {self._say('last')}\par}}"] if blank and first[0] else []
        body = [*self._head(), *(note if first[0] else first[1:]), r"\begin{enumerate}"]
        for part in page.parts:
            body += self._part(part)
        body.append(r"\end{enumerate}")
        body += first[1:] if first[0] else []
        if page.sheet == "solution":
            _, *last = self._graph("finished", say("figure.finished", self.lang))
            body += [rf"\subsection*{{{self._say('finished')}}}", *last]
        lines = [
            *opening(page.exercise.title, body, self.lang),
            r"\ifdefined\directlua\pdfvariable minorversion=7\else\pdfminorversion=7\fi  % as the pictures have it",
            r"\documentclass[a4paper, 11pt]{article}",
            *_fonts("".join(body), self.lang),
            *_PREAMBLE.replace("SECOND", LIGHT.backward[1:].upper()).split("\n"),
            self._foot(),
            "",
            r"\begin{document}",
            *body,
            r"\end{document}",
        ]
        return [(f"{self.name}.tex", ("\n".join(lines) + "\n").encode()), *self.pictures]

    def _say(self, key: str) -> str:
        return _plain(say(f"sheet.{key}", self.lang))

    def _foot(self) -> str:
        before, _, rest = self._say("page").partition(r"\{k\}")
        middle, _, after = rest.partition(r"\{n\}")
        return rf"\sheetfoot{{{_plain(self.page.mark)}}}{{{before}}}{{{middle}\csname @abspage@last\endcsname {after}}}"

    def _head(self) -> Iterator[str]:
        """→ title, lines for name and date, formula, inputs, introduction."""
        page = self.page
        blank = page.sheet == "blank"
        kind = "" if blank else rf"\hfill\answer{{{self._say(page.sheet)}}}"
        yield rf"{{\Large\bfseries {_plain(page.title)}{kind}\par}}"
        if blank:
            points = rf"{self._say('all')} \writeline{{12mm}} / {page.points}"
            name, date = (rf"{self._say(key)} \writeline{{{wide}mm}}" for key, wide in (("name", 65), ("date", 28)))
            yield rf"\bigskip {name}\hfill {date}\hfill {points}\par"
        yield r"\medskip\hrule\medskip"
        statements = _GAP.join(f"${statement}$" for statement in written_statements(page.exercise.trace, TIGHT_LATEX))
        yield rf"{{\large\raggedright {statements}\par}}"
        yield rf"{{\raggedright {_GAP.join((self._say('given'), *map(_text, page.inputs)))}\par}}"
        yield r"\medskip\hrule\medskip"
        for line in page.about:
            yield rf"{{\small {_text(line)}\par}}"

    def _graph(self, state: State, alt: str) -> list[str]:
        """State → the page of its own that the graph needs ("" where it needs none), and the lines that show it."""
        figure, scale, own = arranged(self.page.exercise, state)
        turned = "angle=90, " if own == "turned" else ""
        shown = self._picture(f"graph-{state}.pdf", figure, f"{turned}scale={scale / _UNIT_POINTS:.4g}", alt)
        if own:
            return [own, r"\clearpage", r"\vspace*{\fill}", rf"{{\centering {shown}\par}}", r"\vspace*{\fill}"]
        return ["", r"\begin{center}", shown, r"\end{center}"]

    def _picture(self, name: str, figure: Figure, options: str, alt: str) -> str:
        path = f"{self.name}-latex-pictures/{name}"
        self.pictures.append((path, pdf([figure.svg])))
        return rf"\includegraphics[{options}, alt={{{_plain(alt)}}}]{{{path}}}"

    def _part(self, part: Part) -> Iterator[str]:
        yield rf"\item {_text(part.prompt)} \hfill\mbox{{\small {_plain(part.worth)}}}\par\nopagebreak"
        if part.given:
            lines = map(_unbroken, part.given)
            yield rf"{{\raggedright {_GAP.join(lines)}\par}}"
        numbers = [row for row in part.rows if row.kind == "number"]
        if len(numbers) == len(part.rows):
            yield r"{\raggedright\lineskip=2mm " + _GAP.join(map(_number, numbers)) + r"\par}"
        else:
            for row in part.rows:
                yield from self._row(row)
        if part.above:
            yield rf"\emph{{{_plain(part.above)}}}\par"
        for line in part.solution:
            yield rf"{{\small\raggedright {_text(line)}\par}}"

    def _row(self, row: Row) -> Iterator[str]:
        cell = row.cells[0][0]
        if row.options:
            yield rf"\fieldname{{{_plain(row.name)}}} {_text(row.label)}\nopagebreak"
            yield r"\begin{itemize}" + (r"\samepage" if len(row.options) <= _MAX_KEPT_OPTIONS else "")
            yield from (self._option(row, number) for number in range(len(row.options)))
            yield r"\end{itemize}"
        elif row.kind == "number":
            yield _number(row) + r"\par"
        else:
            if row.label:
                yield rf"{_text(row.label)} $=$"
            height = "17mm" if row.kind == "long" else "10mm"
            yield rf"\fieldline{{{height}}}{{{_plain(cell.name)}}}{{{_answer(cell)}}}"

    def _option(self, row: Row, number: int) -> str:
        option = row.options[number]
        words = _text(option.words)
        if option.formula is not None:
            alt = say("sheet.option", self.lang).format(letter=option.letter)
            figure = option_figure(option.formula, option.letter, self.lang)
            scale = min(_MAX_OPTION_SCALE, _MAX_OPTION_WIDTH / figure.width, _MAX_OPTION_HEIGHT / figure.height)
            options = f"scale={scale / _UNIT_POINTS:.4g}"
            shown = self._picture(f"{row.name}-{option.letter}.pdf", figure, options, alt)
            words = rf"\raisebox{{-.5\height}}{{{shown}}}"
        if option.marked:
            return rf"\item[\answer{{$\boxtimes$}}] \answer{{\textbf{{{option.letter}}} {words}}}"
        return rf"\item[$\square$] \textbf{{{option.letter}}} {words}"


def _fonts(text: str, lang: str) -> list[str]:
    """Text that will be set, and its language → the packages that bring its letters."""
    if needs_cjk(text):
        return [fact(han(lang), "X-LaTeX")]
    return [r"\ifdefined\directlua\else\usepackage[T1]{fontenc}\fi", r"\usepackage{lmodern}"]


def _number(row: Row) -> str:
    """Row of one number or of a matrix of them → its boxes behind its label."""
    label = "" if not row.label else rf"{_text(row.label)} $=$ "
    if len(row.cells) == len(row.cells[0]) == 1:
        return rf"\mbox{{{label}{_field(row.cells[0][0])}}}"
    body = r" \\[1.5mm] ".join(" & ".join(map(_field, cells)) for cells in row.cells)
    array = rf"\begin{{array}}{{@{{}}{'c@{ }' * len(row.cells[0])}}} {body} \end{{array}}"
    return rf"\mbox{{\setlength{{\fieldwidth}}{{18mm}}{label}$\left[{array}\right]$}}"


def _unbroken(line: Text) -> str:
    """Line that is given → LaTeX, in a box that does not break where the line is short."""
    return rf"\mbox{{{_text(line)}}}" if len(plain(line)) < _UNBROKEN_CHARACTERS else _text(line)


def _field(cell: Cell) -> str:
    return rf"\field{{{_plain(cell.name)}}}{{{_answer(cell)}}}"


def _answer(cell: Cell) -> str:
    return "" if cell.answer is None else rf"\answer{{{_math(cell.answer)}}}"


def _text(text: Text) -> str:
    """Words with mathematics → LaTeX."""
    return "".join(_plain(segment[1]) if segment[0] == "text" else _math(segment[1]) for segment in text)


def _math(chain: Chain) -> str:
    return f"${chain.write(TIGHT_LATEX)}$"


_SIGNS = {"→": r"$\to$", "−": "$-$", "…": r"\ldots{}", "·": r"$\cdot$", "—": "---", "–": "--"}
"""Signs in words, as commands that every font has."""


def _plain(text: str) -> str:
    """Text → LaTeX that shows exactly it, also where a font lacks its signs."""
    shown = plain_text(text)
    for sign, command in _SIGNS.items():
        shown = shown.replace(sign, command)
    return shown
