"""`%graph` and `%%graph`: a formula with its values → its picture, or its player."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from itertools import zip_longest
from typing import TYPE_CHECKING, NoReturn, TypeAlias, TypeVar, get_args

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from graphviz_ad.api import Graph, Picture, Trace, parse
from graphviz_ad.autodiff.detail import Detail
from graphviz_ad.diagram.selection import By, Pass, Skip
from graphviz_ad.diagram.style import make_style
from graphviz_ad.errors import GraphvizADError, InputError, nearest
from graphviz_ad.explain.equations import Symbol
from graphviz_ad.language.assignments import read_assignment, require_joined
from graphviz_ad.language.number_format import DEFAULT_ENTRIES, Unasked
from graphviz_ad.language.numbers import DEFAULT_DIGITS
from graphviz_ad.language.tokens import is_name, normalise
from graphviz_ad.messages.catalogue import languages
from graphviz_ad.source import Source

if TYPE_CHECKING:
    from graphviz_ad.notebook.player import Still
    from graphviz_ad.notebook.symbols import Symbols
    from graphviz_ad.notebook.widget import Player

    Result: TypeAlias = Graph | Picture | Player | Still | Symbols
    """What a cell ends in, which shows itself."""

Stored = TypeVar("Stored", Graph, Trace)
"""What `--as` leaves in a variable."""

_LOOK = (
    "theme", "lang", "show", "hide", "same_rank", "first", "highlight", "note", "title", "caption", "legend",
    "equations", "detail", "digits", "numbers", "entries", "backward_graph",
)  # fmt: skip
"""Options that say how a picture looks, as `Trace.draw` has them."""
_WORD = re.compile(r"""(?:"[^"]*"|'[^']*'|\[[^=]*\]|[^\s"'\[])+|\S""")
"""A word: what stands between quotes or brackets is not split."""
_VARIABLE = re.compile(r"\s*\$?\s*(\w+)\s*")
"""A variable of the notebook as a value: its name, perhaps with the `$` that IPython's own magics ask for."""


class CellError(GraphvizADError):
    """An error of ours, as a cell shows it: message, line and caret, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"error: {self}"]


class _Parser(argparse.ArgumentParser):
    """Raises what IPython shows as a usage error."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"%graph: {message}\n{self.format_usage().strip()}")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser("%%graph", add_help=False, allow_abbrev=False)
    parser.add_argument("words", nargs="*", metavar="NAME=VALUE")
    parser.add_argument("--step", type=int, metavar="K")
    parser.add_argument("--theme", default="light")
    parser.add_argument("--lang", default="en", choices=languages())
    parser.add_argument("--show", default="", metavar="LAYER,…")
    parser.add_argument("--hide", default="", metavar="LAYER,…")
    parser.add_argument("--digits", type=int, default=Unasked(DEFAULT_DIGITS), metavar="N")
    parser.add_argument("--numbers", default="decimal", metavar="STYLE")
    parser.add_argument("--entries", type=int, default=DEFAULT_ENTRIES, metavar="N")
    for name in ("--same-rank", "--first", "--highlight", "--note"):
        parser.add_argument(name, action="append", default=[], metavar="NODE=TEXT" if name == "--note" else "NAME,…")
    parser.add_argument("--title", default="")
    parser.add_argument("--caption", default="")
    parser.add_argument("--legend", action="store_true")
    parser.add_argument("--equations", nargs="?", const="partial", choices=get_args(Symbol))
    parser.add_argument("--backward-graph", action="store_true")
    parser.add_argument("--calls", default="", metavar="CALL,…")
    parser.add_argument("--pairs", action="store_true")
    parser.add_argument("--detail", choices=get_args(Detail))
    for name in ("--close", "--open"):
        parser.add_argument(name, action="append", default=[], metavar="NAME")
    parser.add_argument("--player", action="store_true")
    parser.add_argument("--by", default="edge", choices=get_args(By))
    parser.add_argument("--steps", metavar="RANGE")
    parser.add_argument("--only", choices=get_args(Pass))
    parser.add_argument("--skip", choices=get_args(Skip))
    parser.add_argument("--as", dest="name", metavar="VARIABLE")
    return parser


@magics_class
class GraphMagics(Magics):
    """The magics of `%load_ext graphviz_ad`."""

    @no_var_expand
    @line_cell_magic
    def graph(self, line: str, cell: str | None = None) -> Result:
        """Show the computational graph of a formula.

        In a cell, the formula is what stands below the line:

            %%graph w=2 x=3 b=-1 --step 5
            L = (w*x + b)^2

        On a line it comes first, in quotes where there are spaces in it: %graph "L = w*x + b" w=2 x=3 b=-1

        A value is a number, a list as [1, 2], or a variable of the notebook: w=weights. Without values the graph is
        shown without numbers.

        --step K            the picture after step K; else both passes are finished
        --player            what plays the steps
        --by                what is one step: edge, node, statement, phase
        --steps RANGE       of the player only the steps of these numbers: 30-45, 30-, -5 or 3,7,10-12
        --only, --skip      of the player only the pass forward or backward; leave out steps that are trivial
        --theme, --lang     colours and sizes (light, dark, print, slides, mine.toml) and language (en, ja)
        --show, --hide      layers of labels: numbers, symbols, shapes, or names,values,… (as graphviz-ad draw has them)
        --digits, --numbers, --entries
                            significant digits; decimal, fraction or power; entries up to which an array is written out
        --same-rank, --first, --highlight a,b   nodes in one column, inputs that stand first, a part that is marked
        --title, --caption "…", --note z="…"    what stands above, below and at a node; mathematics between $ and $
        --legend            which numbers are what
        --equations         the equations of both passes below the graph; with "delta" gradients as δ; with
                            --show names,gradients at the nodes
        --backward-graph    the backward pass as a graph of its own; --calls backward,zero_grad as steps on .grad
        --detail            one node is an operation, function, statement, module, block; --close z, --open z for a part
        --pairs             sums and products of two terms each
        --as VARIABLE       leave the trace (without values the graph) in a variable
        """
        try:
            return self._result(line, cell)
        except GraphvizADError as problem:
            raise CellError(problem.message, source=problem.source, span=problem.span, hint=problem.hint) from None

    def _result(self, line: str, cell: str | None) -> Result:
        """Line and cell → what the cell ends in."""
        arguments = _parser().parse_intermixed_args(_with_ranges(list(map(_unquoted, _WORD.findall(line)))))
        words, formula = arguments.words, cell
        if formula is None:
            if not words:
                raise UsageError("%graph: there is no formula, as in %graph w*x + b")
            formula, *words = words
        assert self.shell is not None
        variables = self.shell.user_ns
        values = read_values(words, variables)
        graph = parse(formula.strip("\n"), given=values, pairs=arguments.pairs)
        if arguments.name is not None and not arguments.name.isidentifier():
            raise UsageError(f"%graph: '{arguments.name}' is not the name of a variable")
        look = {name: getattr(arguments, name) for name in _LOOK}
        if not values and graph.inputs and arguments.step is None and not arguments.player:
            from graphviz_ad.autodiff.random_inputs import in_symbols
            from graphviz_ad.notebook.symbols import Symbols

            style = make_style(**look)
            stored = _stored(variables, arguments.name, graph)
            if style.fit != "graph" or style.detail or style.annotations.equations or arguments.close or arguments.open:
                symbolic = Trace.of(in_symbols(stored))
                return symbolic.closed(close=arguments.close, open=arguments.open).draw(**look)
            return stored if style == make_style() else Symbols(stored, style)
        trace = _stored(variables, arguments.name, graph.run(values)).closed(close=arguments.close, open=arguments.open)
        trace = trace.calling(arguments.calls) if arguments.calls else trace
        which = {name: getattr(arguments, name) for name in ("steps", "only", "skip")}
        if arguments.player:
            return trace.player(arguments.step or 0, by=arguments.by, **which, **look)
        for name in filter(which.get, which):
            raise UsageError(f"%graph: '--{name}' is for the player: add --player")
        return trace.draw(arguments.step, by=arguments.by, **look)


def _with_ranges(words: list[str]) -> list[str]:
    """Words → the same, `--steps -5` as one word: argparse takes what begins with a hyphen for an option."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] == "--steps":
            joined[-1] = f"--steps={word}"
        else:
            joined.append(word)
    return joined


def _stored(variables: dict[str, object], name: str | None, value: Stored) -> Stored:
    """Value → the same; if there is a name, the variable of that name now holds it."""
    if name is not None:
        variables[name] = value
    return value


def read_values(words: list[str], variables: Mapping[str, object]) -> dict[str, object]:
    """NAME=VALUE, where the value may be the name of a variable, perhaps with a `$` → values by name.

    Raises InputError.
    """
    values: dict[str, object] = {}
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        require_joined(word, following)
        name, _, text = normalise(word).partition("=")
        variable = _VARIABLE.fullmatch(text)
        if is_name(name) and variable and is_name(variable[1]):
            value = _variable(variable[1], variables, word)
        else:
            name, value = read_assignment(word)
        if name in values:
            raise InputError(f"'{name}' is given twice", hint=f"leave out one of the values of '{name}'")
        values[name] = value
    return values


def _variable(name: str, variables: Mapping[str, object], word: str) -> object:
    """Name of a variable of the notebook → its value."""
    if name in variables:
        return variables[name]
    near = nearest(name, [variable for variable in variables if not variable.startswith("_")])
    hint = f"did you mean '{near}'?" if near else f"give a number, or set it first: {name} = 2"
    at = word.rindex(name) if name in word else 0
    raise InputError(
        f"there is no variable '{name}'", source=Source(word, "argument"), span=(at, at + len(name)), hint=hint
    )


def _unquoted(word: str) -> str:
    """A word without the quotes about it or about its value."""
    return re.sub(r""""([^"]*)"|'([^']*)'""", lambda quoted: quoted[1] or quoted[2] or "", word)


def load(shell: InteractiveShell) -> None:
    """Shell of IPython → the same with the magics."""
    shell.register_magics(GraphMagics)
