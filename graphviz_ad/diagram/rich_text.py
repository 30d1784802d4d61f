"""Text of a lecturer with mathematics between $ and $ → the same as Typst, LaTeX, MathML or plain text.

Mathematics is read as every formula is, plain or LaTeX, so that it looks as it does in the graph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from graphviz_ad.diagram.header import written_statement
from graphviz_ad.diagram.typeset import text
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.explain.phrase import latex as latex_text
from graphviz_ad.language.printer import DISPLAY, LATEX, TYPST, Dialect, write
from graphviz_ad.language.reading import read_formula
from graphviz_ad.language.tree import DERIVATIVE, NAME, Program, Statement, Tree
from graphviz_ad.ops.table import VOCABULARY

_DOLLAR = re.compile(r"(?<!\\)\$")
"""A sign between text and mathematics; behind a backslash it is one of the text."""

_DERIVATIVE = re.compile(r"∂([^/∂]+)/∂([^/∂]+)")
"""What the parser reads as one name: a derivative, as in ∂L/∂z."""


@dataclass(frozen=True)
class Mathematics:
    """A formula in a text."""

    program: Program

    def write(self, dialect: Dialect) -> str:
        """→ its statements in the dialect."""
        program = self.program.shown or self.program
        tree = _with_derivatives(program.tree)
        return dialect.listing.join(_statement(tree, statement, dialect) for statement in program.statements)


def _with_derivatives(tree: Tree) -> Tree:
    """Tree → the same with derivatives in place of names such as ∂L/∂z, as in the equations of steps."""
    quotients = {n: match for n, kind in enumerate(tree.kind) if kind == NAME and (match := _quotient(tree.head[n]))}
    kinds = [DERIVATIVE if n in quotients else kind for n, kind in enumerate(tree.kind)]
    return Tree(kinds, [quotients.get(n, head) for n, head in enumerate(tree.head)], tree.args)


def _statement(tree: Tree, statement: Statement, dialect: Dialect) -> str:
    """Statement → mathematics, its left side perhaps a derivative."""
    quotient = _quotient(statement.name or "")
    if quotient is None:
        return written_statement(tree, statement, dialect)
    left = Tree()
    name = write(left, left.add(DERIVATIVE, quotient), dialect)
    return name + dialect.relation("=") + written_statement(tree, statement._replace(name=None), dialect)


def _quotient(name: str) -> tuple[str, str] | None:
    """Name → what is differentiated and with respect to what, None where it is no such quotient."""
    match = _DERIVATIVE.fullmatch(name)
    return (match[1], match[2]) if match else None


Piece = str | Mathematics
"""Words, or mathematics between them."""


@dataclass(frozen=True)
class RichText:
    """Words and mathematics by turns."""

    pieces: tuple[Piece, ...]

    def typst(self) -> str:
        """→ Typst markup."""
        return "".join(text(p) if isinstance(p, str) else f"${p.write(TYPST)}$" for p in self.pieces)

    def latex(self) -> str:
        """→ LaTeX text."""
        return "".join(latex_text([("text", p)]) if isinstance(p, str) else f"${p.write(LATEX)}$" for p in self.pieces)

    def plain(self) -> str:
        """→ plain text."""
        return "".join(p if isinstance(p, str) else p.write(DISPLAY) for p in self.pieces)


@lru_cache(maxsize=256)
def rich_text(written: str, where: str) -> RichText:
    r"""Text as a lecturer wrote it, and what it is, for errors → RichText; line breaks become spaces.

    >>> rich_text("the logit $z = w x$, 5 \\$", "note").plain()
    'the logit z = w · x, 5 $'

    Raises GraphvizADError for a $ that is alone, and for mathematics that cannot be read.
    """
    parts = _DOLLAR.split(" ".join(written.split()))
    if len(parts) % 2 == 0:
        raise GraphvizADError(
            f"a $ stands alone in the {where}", hint=r"mathematics stands between two, $z = w x$; write \$ for the sign"
        )
    pieces: list[Piece] = []
    for number, part in enumerate(parts):
        if number % 2:
            pieces.append(Mathematics(_program(part, where)))
        elif part:
            pieces.append(part.replace(r"\$", "$"))
    return RichText(tuple(pieces))


def _program(formula: str, where: str) -> Program:
    """Formula → its program. Raises GraphvizADError, which points into it."""
    try:
        return read_formula(formula, VOCABULARY)
    except GraphvizADError as problem:
        raise GraphvizADError(
            f"the mathematics ${formula}$ in the {where} cannot be read: {problem.message}",
            source=problem.source, span=problem.span, hint=problem.hint,
        ) from None  # fmt: skip
