"""The magics in a shell of IPython: values and variables, options, errors without a traceback."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphviz_ad import GraphvizADError, Picture
from graphviz_ad.api import Graph, Trace
from graphviz_ad.language.number_format import NumberFormat
from graphviz_ad.notebook.symbols import Symbols

pytest.importorskip("IPython", reason="IPython is not installed")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """→ IPython's interpreter with the magics, for this module."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # the shell puts its own there
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        config = Config()
        config.HistoryManager.enabled = False
        interpreter = InteractiveShell.instance(config=config)
        interpreter.run_line_magic("load_ext", "graphviz_ad")
        yield interpreter
        InteractiveShell.clear_instance()


@pytest.fixture
def shell(loaded: Any) -> Any:
    """→ The interpreter without variables."""
    loaded.reset(new_session=False)
    return loaded


def run(shell: Any, code: str) -> Any:
    """Code of a cell → the value of its last line."""
    result = shell.run_cell(code)
    result.raise_error()
    return result.result


def test_the_backward_pass_as_a_graph(shell: Any) -> None:
    picture = run(shell, "%graph L=(w*x+b)^2 w=2 x=3 b=-1 --backward-graph --calls backward,backward")
    assert picture.svg().count('class="pullback"') == 5


def test_a_formula_with_its_values(shell: Any) -> None:
    picture = run(shell, "%%graph w=2 x=3 b=-1 --step 5 --theme dark --lang ja --as t\nL = (w*x + b)^2\n")
    assert isinstance(picture, Picture)
    assert (picture.frame.number, picture.frame.deck.style.theme.name, picture.frame.deck.style.lang) == (
        5,
        "dark",
        "ja",
    )
    trace = shell.user_ns["t"]
    assert isinstance(trace, Trace)
    assert trace.gradients == {"w": 30.0, "x": 20.0, "b": 10.0}
    assert run(shell, "%%graph w=2 x=3 b=-1\nL = (w*x + b)^2\n").frame.number == len(trace.steps) + 1
    numbers = run(shell, "%%graph w=2 x=3 b=-1 --show numbers --hide gradients\nL = (w*x + b)^2\n")
    assert numbers.frame.deck.style.layers == ("values", "sums")
    fractions = run(shell, "%%graph w=2 x=3 b=-1 --numbers fraction --entries 5 --digits 3\nL = (w*x + b)^2\n")
    assert fractions.frame.deck.style.digits == NumberFormat(3, "fraction", 5)


def test_which_steps(shell: Any) -> None:
    formula = "\nz = w*x + b; L = z^2\n"
    output = run(shell, f"%%graph w=2 x=3 b=-1 --by statement --step 2{formula}")
    assert output.frame.spoken.startswith("forward · statement 1 of 2. z = w · x + b = 2 · 3 + (-1) = 5.")
    for options, numbers in (
        ("--by statement", [0, 2, 3, 5, 9, 10]), ("--steps -2", [0, 1, 2, 10]), ("--steps=-1,3-4", [0, 1, 3, 4, 10]),
        ("--only backward --skip trivial", [4, 5, 8, 9, 10]), ("--only forward", [0, 1, 2, 3]),
    ):  # fmt: skip
        player = run(shell, f"%%graph w=2 x=3 b=-1 --player {options}{formula}")
        deck = getattr(player, "deck", None) or player._deck
        assert deck.pictures() == numbers, options
    for options, problem in (
        ("--step 1 --by statement", "step 1 is not shown"), ("--player --steps 99", "there is no step 99"),
        ("--steps 3", "'--steps' is for the player"), ("--player --by line", "invalid choice: 'line'"),
    ):  # fmt: skip
        with pytest.raises(Exception, match=problem):
            run(shell, f"%%graph w=2 x=3 b=-1 {options}{formula}")


def test_on_a_line(shell: Any) -> None:
    assert isinstance(run(shell, "%graph w*x"), Graph)
    assert run(shell, '%graph "L = w * x" w=1/2 --step 1 x=4').frame.deck.trace.value("L") == 2.0
    assert run(shell, "%graph sum(a*b) a=[1, 2] b=[3,4]").frame.deck.trace.value("v2") == 11.0


def test_variables(shell: Any) -> None:
    shell.user_ns |= {"k": 3, "W": [[1, 2], [3, 4]], "w": 7}
    run(shell, "%%graph W=$W x=[1, 2] k=k w=w --as t\nL = sum(W @ x)*k + w")
    assert shell.user_ns["t"].value("L") == 55.0


def test_a_player(shell: Any) -> None:
    pytest.importorskip("anywidget", reason="anywidget is not installed")
    player = run(shell, "%%graph x=3 --player --step 2 --theme dark\ny = x*x")
    assert (player.step, player.theme, player.inputs) == (2, "dark", {"x": 3.0})


def test_a_formula_alone(shell: Any) -> None:
    assert isinstance(run(shell, "%%graph --as g\ny = w*x\nL = y^2\n"), Graph)
    assert shell.user_ns["g"].inputs.keys() == {"w", "x"}
    assert isinstance(run(shell, "%graph 2*3"), Picture)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("%%graph x=1\ny = x +\n  sgimoid(x)", "error: there is no function 'sgimoid'\n  2 |   sgimoid(x)\n    |   ^^^^^^^\nhint: did you mean 'sigmoid'?\n"),
        ("%graph x*y x=1", "error: no value for 'y'\n  1 | x*y\n    |   ^\nhint: give one, as in y=1\n"),
        ("%graph x x=weihgt", "error: there is no variable 'weihgt'\n  1 | x=weihgt\n    |   ^^^^^^\nhint: did you mean 'weight'?\n"),
        ("%graph x x=1 --step 9", "error: there is no step 9\nhint: the steps are 0 to 1\n"),
        ("%graph x x=1 --theme drak", "error: there is no theme 'drak'\nhint: did you mean 'dark'? the themes are light, dark, print, slides, or a file of your own, as in mine.toml\n"),
        ("%graph x x=1 x=2", "error: 'x' is given twice\nhint: leave out one of the values of 'x'\n"),
        ("%graph x x = 1", "error: this is only a part of NAME=VALUE\n  1 | x\n    | ^\nhint: write it without spaces round the '=', as in x=1\n"),
    ],
)  # fmt: skip
def test_errors_are_our_text_without_a_traceback(
    shell: Any, capsys: pytest.CaptureFixture[str], code: str, expected: str
) -> None:
    shell.user_ns["weight"] = 1
    result = shell.run_cell(code)
    assert not result.success
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("%graph", "UsageError: %graph: there is no formula, as in %graph w*x + b\n"),
        ("%graph x x=1 --as 1a", "UsageError: %graph: '1a' is not the name of a variable\n"),
        ("%graph x --lang fr", "UsageError: %graph: argument --lang: invalid choice: 'fr'"),
        ("%graph x --sep 3", "UsageError: %graph: unrecognized arguments: --sep"),
    ],
)  # fmt: skip
def test_misuse(shell: Any, capsys: pytest.CaptureFixture[str], code: str, expected: str) -> None:
    assert not shell.run_cell(code).success
    assert capsys.readouterr().err.startswith(expected)


def test_ipython_is_imported_with_the_magics_only() -> None:
    code = "import sys, graphviz_ad; graphviz_ad.parse('x'); print({'IPython', 'anywidget', 'ipywidgets'} & {*sys.modules})"
    completed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert completed.stdout == "set()\n"


def test_what_is_said_about_a_picture(shell: Any) -> None:
    options = (
        '--title "A neuron $z$" --note z="the logit here" --note "w=a weight" --legend --highlight z,L --same-rank x,b'
    )
    drawn = run(shell, f"%%graph w=2 x=3 b=-1 {options}\nz = w*x + b; L = z^2\n")
    assert isinstance(drawn, Picture)
    assert drawn.frame.deck.title == "A neuron z"
    assert drawn.frame.deck.style.annotations.notes == (("z", "the logit here"), ("w", "a weight"))
    symbols = run(shell, f"%%graph --as g {options}\nz = w*x + b; L = z^2\n")
    assert isinstance(symbols, Symbols)
    assert symbols.svg().count('class="note"') == 2
    assert isinstance(shell.user_ns["g"], Graph)
    slide = run(shell, "%%graph --close z\nz = w*x + b; L = z^2\n")
    assert isinstance(slide, Picture)
    assert [name for name in slide.frame.deck.trace.graph.names if name.startswith("v")] == []
    with pytest.raises(GraphvizADError, match="there is no node 'q' for highlight"):
        run(shell, "%%graph --highlight q\nz = w*x\n")
