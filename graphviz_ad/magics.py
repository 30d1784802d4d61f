"""`%graph` and `%%graph`: a formula with its values → its picture, or its player."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from graphviz_ad.api import parse
from graphviz_ad.errors import GraphvizADError, InputError, nearest
from graphviz_ad.language.assignments import read_assignment, require_joined
from graphviz_ad.language.tokens import is_name, normalise
from graphviz_ad.messages.catalogue import languages
from graphviz_ad.source import Source

_WORD = re.compile(r"""(?:"[^"]*"|'[^']*'|\[[^=]*\]|[^\s"'\[])+|\S""")
"""A word: what stands between quotes or brackets is not split."""
_VARIABLE = re.compile(r"\s*\$?\s*(\w+)\s*")


class CellError(GraphvizADError):
    """An error of ours, as a cell shows it: message, line and caret, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"error: {self}"]


class _Parser(argparse.ArgumentParser):
    """Raises what IPython shows as a usage error."""

    def error(self, message: str) -> Any:
        raise UsageError(f"%graph: {message}\n{self.format_usage().strip()}")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser("%%graph", add_help=False, allow_abbrev=False)
    parser.add_argument("words", nargs="*", metavar="NAME=VALUE")
    parser.add_argument("--step", type=int, metavar="K")
    parser.add_argument("--theme", default="light")
    parser.add_argument("--lang", default="en", choices=languages())
    parser.add_argument("--player", action="store_true")
    parser.add_argument("--as", dest="name", metavar="VARIABLE")
    return parser


@magics_class
class GraphMagics(Magics):
    """The magics of `%load_ext graphviz_ad`."""

    @no_var_expand
    @line_cell_magic
    def graph(self, line: str, cell: str | None = None) -> Any:
        """Show the computational graph of a formula.

        In a cell, the formula is what stands below the line:

            %%graph w=2 x=3 b=-1 --step 5
            L = (w*x + b)^2

        On a line it comes first, in quotes where there are spaces in it: %graph "L = w*x + b" w=2 x=3 b=-1

        A value is a number, a list as [1, 2], or a variable of the notebook: w=weights. Without values the graph is
        shown without numbers.

        --step K            the picture after step K; else both passes are finished
        --player            what plays the steps
        --theme, --lang     colours and sizes (light, dark, print, slides, mine.toml) and language (en, ja)
        --as VARIABLE       leave the trace (without values the graph) in a variable
        """
        try:
            return self._shown(line, cell)
        except GraphvizADError as problem:
            raise CellError(problem.message, source=problem.source, span=problem.span, hint=problem.hint) from None

    def _shown(self, line: str, cell: str | None) -> Any:
        """Line and cell → what the cell ends in."""
        asked = _parser().parse_intermixed_args(list(map(_unquoted, _WORD.findall(line))))
        words, formula = asked.words, cell
        if formula is None:
            if not words:
                raise UsageError("%graph: there is no formula, as in %graph w*x + b")
            formula, *words = words
        assert self.shell is not None
        variables = self.shell.user_ns
        values = read_values(words, variables)
        graph = parse(formula.strip("\n"), given=values)
        if asked.name is not None and not asked.name.isidentifier():
            raise UsageError(f"%graph: '{asked.name}' is not the name of a variable")
        if not values and graph.inputs and asked.step is None and not asked.player:
            return _left(variables, asked.name, graph)
        trace = _left(variables, asked.name, graph.run(values))
        look = {"theme": asked.theme, "lang": asked.lang}
        return trace.player(asked.step or 0, **look) if asked.player else trace.draw(asked.step, **look)


def _left(variables: dict[str, Any], name: str | None, thing: Any) -> Any:
    """The thing, which a variable of that name now holds, if there is a name."""
    if name is not None:
        variables[name] = thing
    return thing


def read_values(words: list[str], variables: Mapping[str, Any]) -> dict[str, Any]:
    """NAME=VALUE, where the value may be the name of a variable, perhaps with a `$` → values by name.

    Raises InputError.
    """
    values: dict[str, Any] = {}
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        require_joined(word, following)
        name, _, value = normalise(word).partition("=")
        variable = _VARIABLE.fullmatch(value)
        if is_name(name) and variable and is_name(variable[1]):
            given = _variable(variable[1], variables, word)
        else:
            name, given = read_assignment(word)
        if name in values:
            raise InputError(f"'{name}' is given twice", hint=f"leave out one of the values of '{name}'")
        values[name] = given
    return values


def _variable(name: str, variables: Mapping[str, Any], word: str) -> Any:
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
