"""What a student reads when something is wrong: whole messages, and the exit code with each."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphviz_ad.export.registry import DECKS
from tests.cli.conftest import Run

A_DECK = f"a deck ends in .{', .'.join(DECKS)}; for one file a step give a folder, as in -o steps/"
THE_THEMES = "the themes are light, dark, print, slides, or a file of your own, as in mine.toml"
NO_FOLDER = "leave it out; it says what files in a folder are"
NUMBERS = "hint: write a number as 2, -0.5, 1e-3 or 1/3, or a list as [1, 2] or [[1, 2], [3, 4]]\n"
ASSIGN = "hint: values have a name, as in w=2; a formula with spaces goes in quotes\n"

FORMULAS = {
    "w*(x + b": """\
error: this '(' is never closed
  1 | w*(x + b
    |   ^
hint: add a ')'
""",
    "w*x) + b": """\
error: ')' has no '(' before it
  1 | w*x) + b
    |    ^
hint: take it out or open one
""",
    "[1, 2)": """\
error: '[' is closed by ')'
  1 | [1, 2)
    |      ^
hint: close it with ']' first
""",
    "y = sgimoid(w*x)": """\
error: there is no function 'sgimoid'
  1 | y = sgimoid(w*x)
    |     ^^^^^^^
hint: did you mean 'sigmoid'?
""",
    "あ + sgimoid(い)": """\
error: there is no function 'sgimoid'
  1 | あ + sgimoid(い)
    |      ^^^^^^^
hint: did you mean 'sigmoid'?
""",
    "L = quux(x)": """\
error: there is no function 'quux'
  1 | L = quux(x)
    |     ^^^^
hint: 'graphviz-ad ops' lists them; or define it: f(t) = …
""",
    "w*x + b; y = w*": """\
error: a value is missing at the end
  1 | w*x + b; y = w*
    |                ^
hint: write a number, a name or a bracket here
""",
    "z = w*x +\na = tanh(z)": """\
error: a value is missing after '+'
  1 | z = w*x +
    |         ^
hint: write the rest of this line
""",
    "z = (w*x\na = tanh(z)": """\
error: this '(' is never closed
  1 | z = (w*x
    |     ^
hint: add a ')'
""",
    "x + w 2": """\
error: an operator is missing before '2'
  1 | x + w 2
    |       ^
hint: write '* 2' for a product; a number comes first in one without a sign, as in 2x
""",
    "1.2.3": """\
error: a number has one decimal point
  1 | 1.2.3
    |    ^^
hint: as in 1.5
""",
    "10_000x": """\
error: '10_000x' is not a number
  1 | 10_000x
    | ^^^^^^^
hint: a name begins with a letter
""",
    "1_000*x": """\
error: '1_000' is not a number
  1 | 1_000*x
    | ^^^^^
hint: write 1000
""",
    "٣*x": """\
error: '٣' is not part of a formula
  1 | ٣*x
    | ^
hint: write numbers in the digits 0-9 with a point, as in 1.5
""",
    "1e999*x": """\
error: this number is too large
  1 | 1e999*x
    | ^^^^^
hint: numbers go up to about 1.8e308
""",
    "x => y": """\
error: a value is missing before '>'
  1 | x => y
    |    ^
hint: to compare write '>='
""",
    "x, y": """\
error: a comma stands only between arguments or entries
  1 | x, y
    |  ^
hint: end a statement with ';', or write a list as [1, 2]
""",
    "tanh(t) = t; tanh(x)": """\
error: 'tanh' is an operation already, and another one
  1 | tanh(t) = t; tanh(x)
    | ^^^^
hint: choose another name for the function
""",
    "f(t) = t^2; f(x, y)": """\
error: 'f' takes 1 argument, not 2
  1 | f(t) = t^2; f(x, y)
    |             ^
hint: call it as f(t)
""",
    "f(t) = t^2; f(x, n=2)": """\
error: 'f' has no options
  1 | f(t) = t^2; f(x, n=2)
    |             ^
hint: call it as f(t)
""",
    "f(t) = f(t - 1)*t; f(x)": """\
error: 'f' calls itself
  1 | f(t) = f(t - 1)*t; f(x)
    |        ^
hint: write the steps of a loop out: h1 = f(h0); h2 = f(h1)
""",
    "pow(x)": """\
error: 'pow' needs 2 arguments, not 1
  1 | pow(x)
    | ^^^
hint: call it as pow(x, y)
""",
    "tanh(x, y)": """\
error: 'tanh' has too many arguments
  1 | tanh(x, y)
    | ^^^^
hint: call it as tanh(x)
""",
    "power(x, m=2)": """\
error: 'm' is no option of power
  1 | power(x, m=2)
    |          ^^^
hint: call it as power(x, n=2)
""",
    "power(x, n=2, n=3)": """\
error: 'n' is given twice
  1 | power(x, n=2, n=3)
    |               ^^^
hint: leave out one of the two
""",
    "huber(x, y, delta=z)": """\
error: 'delta' must be a number, not a formula
  1 | huber(x, y, delta=z)
    |             ^^^^^^^
hint: as in delta=1
""",
    "z[1, 0.5]": """\
error: an index is a whole number
  1 | z[1, 0.5]
    |      ^^^
hint: count from 0, as in z[0] or z[-1]
""",
    "": """\
error: there is no formula here
  1 |\x20
    | ^
hint: write one, for example "sigmoid(w*x + b)"
""",
    "L == w*x": """\
error: 'L' is compared here, but it has no value
  1 | L == w*x
    | ^
hint: to name a result write one '=': L = …
""",
    "w(x + 1)": """\
error: there is no function 'w'
  1 | w(x + 1)
    | ^
hint: for a product write w*(…); a function is defined first, as in w(t) = t^2
""",
    "L = f(x)": """\
error: no value for 'f(x)'
  1 | L = f(x)
    |     ^^^^
hint: give one, as in 'f(x)=1', or let --random SEED choose
""",
    "L = 1,5*x": """\
error: a comma stands only between arguments or entries
  1 | L = 1,5*x
    |      ^
hint: write 1.5 with a decimal point, or a list as [1, 2]
""",
    "L = x and y": """\
error: 'and' joins conditions
  1 | L = x and y
    |       ^^^
hint: write a product: (a > 0)*(b > 0)
""",
    "for i in x: L = L + i": """\
error: ':' stands only in an index
  1 | for i in x: L = L + i
    |           ^
hint: there are no loops; write the steps out: h1 = f(h0); h2 = f(h1)
""",
    "L = x // comment": """\
error: no value for 'x', 'comment'
  1 | L = x // comment
    |     ^
hint: give one, as in x=1 comment=1, or let --random SEED choose
""",
}


@pytest.mark.parametrize("formula", FORMULAS)
def test_wrong_formula(run: Run, formula: str) -> None:
    outcome = run("explain", formula)
    assert (outcome.code, outcome.out, outcome.err) == (1, "", FORMULAS[formula])


ARGUMENTS = {
    ("w*x", "w=abc", "x=1"): f"""\
error: 'abc' is not a number
  1 | w=abc
    |   ^^^
{NUMBERS}""",
    ("w*x", "w=1_0", "x=1"): f"""\
error: '1_0' is not a number
  1 | w=1_0
    |   ^^^
{NUMBERS}""",
    ("w*x", "w= nan ", "x=1"): f"""\
error: 'nan' is not a number
  1 | w= nan\x20
    |    ^^^
{NUMBERS}""",
    ("w*x", "w=٣", "x=1"): f"""\
error: '٣' is not a number
  1 | w=٣
    |   ^
{NUMBERS}""",
    ("w*x", "w=1e999", "x=1"): """\
error: this number is too large
  1 | w=1e999
    |   ^^^^^
hint: numbers go up to about 1.8e308
""",
    ("w*x", "w=1/0", "x=1"): f"""\
error: this divides by zero
  1 | w=1/0
    |   ^^^
{NUMBERS}""",
    ("w*x", "w=", "x=1"): f"""\
error: there is no value here
  1 | w=
    |  ^
{NUMBERS}""",
    ("w*x", "w=[1, 2", "x=1"): """\
error: this '[' is never closed
  1 | w=[1, 2
    |   ^
hint: add a ']'; in a shell put the value in quotes
""",
    ("w*x", "w=[1 2]", "x=1"): """\
error: a comma is missing
  1 | w=[1 2]
    |      ^
hint: entries of a list are set apart by commas, as in [1, 2]
""",
    ("w*x", "w=[1,,2]", "x=1"): f"""\
error: a number is missing before ','
  1 | w=[1,,2]
    |      ^
{NUMBERS}""",
    ("w*x", "w=[1,]", "x=1"): f"""\
error: a number is missing before ']'
  1 | w=[1,]
    |      ^
{NUMBERS}""",
    ("w*x", "w=[]", "x=1"): f"""\
error: this list is empty
  1 | w=[]
    |    ^
{NUMBERS}""",
    ("w*x", "w=]", "x=1"): f"""\
error: ']' does not belong here
  1 | w=]
    |   ^
{NUMBERS}""",
    ("w*x", "w=1 2", "x=1"): """\
error: something follows the value
  1 | w=1 2
    |     ^
hint: give one value; a list goes in [ ]
""",
    ("w*x", "w=" + "[" * 40, "x=1"): f"""\
error: lists are more than 32 deep
  1 | w={"[" * 40}
    | {" " * 34}^
{NUMBERS}""",
    ("w*x", "w=[[1, 2], [3]]", "x=1"): """\
error: the rows of 'w' differ in length
hint: make them equally long, as in [[1, 2], [3, 4]]
""",
    ("w*x", "w=1", "x=1", "w=2"): """\
error: 'w' is given twice
hint: leave out one of the values of 'w'
""",
    ("w*x", "x", "w=1"): f"""\
error: this is not NAME=VALUE
  1 | x
    | ^
{ASSIGN}""",
    ("w*x", "+", "b"): f"""\
error: this is not NAME=VALUE
  1 | +
    | ^
{ASSIGN}""",
    ("w*x", "=1"): """\
error: there is no name before '='
  1 | =1
    | ^^
hint: write NAME=VALUE without spaces, as in w=2
""",
    ("w*x", "2w=1"): """\
error: '2w' is not a name
  1 | 2w=1
    | ^^
hint: a name is letters, digits and _, and begins with a letter, as in w_1=2
""",
    ("--", "-w*x", "--lang", "ja"): """\
error: an option or a negative value stands where NAME=VALUE should
  1 | --lang
    | ^^^^^^
hint: options go before '--' and values have a name, as in w=-2
""",
    ("w*x", "w=1", "x=1", "q=1"): """\
error: the formula has no input 'q'
hint: its inputs are: w, x
""",
    ("weight*x", "wieght=1", "x=1"): """\
error: the formula has no input 'wieght'
hint: did you mean 'weight'?
""",
    ("z = w*x", "w=1", "x=1", "z=1"): """\
error: 'z' is computed by the formula and cannot be given
hint: its inputs are: w, x
""",
    ("z = w*x + b", "x=1"): """\
error: no value for 'w', 'b'
  1 | z = w*x + b
    |     ^
hint: give one, as in w=1 b=1, or let --random SEED choose
""",
    ("w + x", "w=[1,2]", "x=[1,2,3]"): """\
error: the shapes do not fit for 'add': w has shape (2), x has shape (3)
  1 | w + x
    | ^^^^^
hint: axes must be equal or 1, counted from the last; reshape or index one of them
""",
    ("z = w*x", "w=[1,2]", "x=2"): """\
error: the output 'z' has shape (2); a backward pass starts from one number
  1 | z = w*x
    |     ^^^
hint: make it one number with sum(z) or z[0], or give --upstream
""",
    ("w*x", "w=1", "x=2", "--upstream", "[1, 2]"): """\
error: the upstream gradient has shape (2), the output is a number
hint: give it in the shape of the output
""",
    ("w*x", "w=1", "x=2", "--upstream", "up"): f"""\
error: 'up' is not a number
  1 | up
    | ^^
{NUMBERS}""",
    ("w*x", "w=1", "x=2", "--wrt", "v"): """\
error: there is no node 'v' in this graph
hint: did you mean 'v1'?
""",
    ("y = log(x)", "x=-1", "--strict"): """\
error: the value of 'y' is nan (log of x = -1)
  1 | y = log(x)
    |     ^^^^^^
hint: change the inputs, or run without strict
""",
    ("w*x", "--expand", "sigmiod"): """\
error: 'sigmiod' cannot be expanded: there is no such operation
hint: did you mean 'sigmoid'?
""",
    ("w*x", "--collapse", "f"): """\
error: 'f' cannot be collapsed: the formula defines no such function
hint: define one, as in f(t) = t*sigmoid(t)
""",
    ("w*x", "--max-length", "2"): """\
error: the formula has 3 characters; the limit is 2
hint: raise it with --max-length (Limits(length=…) in Python)
""",
    ("w*x + b", "--max-nodes", "3"): """\
error: the graph has more than 3 nodes
  1 | w*x + b
    |       ^
hint: raise the limit with --max-nodes (Limits(nodes=…) in Python)
""",
    ("w*x", "w=[1,2,3]", "x=1", "--max-array", "2"): """\
error: 'w' has 3 entries; the limit is 2
hint: raise it with --max-array (Limits(array=…) in Python)
""",
    ("@no.txt",): """\
error: 'no.txt' cannot be read: No such file or directory
hint: check the name behind '@' and the folder you are in
""",
    ("w*x", "@no.json"): """\
error: 'no.json' cannot be read: No such file or directory
hint: check the name behind '@' and the folder you are in
""",
    ("@",): """\
error: '@' needs the name of a file
hint: as in @formula.txt
""",
    ("a\udcffb",): """\
error: the formula is not UTF-8 text
hint: set the terminal to UTF-8, or give it as @FILE
""",
    ("w*x", "w=1,5", "x=2"): """\
error: something follows the value
  1 | w=1,5
    |    ^^
hint: write 1.5 with a decimal point; a list goes in [ ]
""",
    ("w*x", "w", "=", "1", "x=2"): """\
error: this is only a part of NAME=VALUE
  1 | w
    | ^
hint: write it without spaces round the '=', as in w=1
""",
    ("w*x", "w=", "1", "x=2"): """\
error: this is only a part of NAME=VALUE
  1 | w=
    | ^^
hint: write it without spaces round the '=', as in w=1
""",
    ("w*x", "W=1", "x=2"): """\
error: the formula has no input 'W'
hint: did you mean 'w'?
""",
    ("x", "x=pi"): """\
error: 'pi' is not a number
  1 | x=pi
    |   ^^
hint: write it in digits: 3.141592653589793
""",
    ("x", "x=-2π"): """\
error: '-2π' is not a number
  1 | x=-2π
    |   ^^^
hint: write it in digits: -6.283185307179586
""",
    ("L = x[1]", "x=3"): """\
error: 'x' is a number and has no entries to pick
  1 | L = x[1]
    |     ^^^^
hint: write x without [ ], or give it as a list
""",
    ("L = x[5]", "x=[1,2]"): """\
error: 'x' has 2 entries, and none at 5
  1 | L = x[5]
    |     ^^^^
hint: entries are counted from 0: the last is 1, or -1
""",
    ("L = x[0,1]", "x=[1,2]"): """\
error: 'x' has 1 axis, the index names 2
  1 | L = x[0,1]
    |     ^^^^^^
hint: write x[0]
""",
    ("sum(x, axis=1)", "x=[1,2]"): """\
error: there is no axis 1: x has shape (2)
  1 | sum(x, axis=1)
    | ^^^^^^^^^^^^^^
hint: there is only axis 0
""",
    ("softmax(x, axis=2)", "x=[[1,2]]"): """\
error: there is no axis 2: x has shape (1×2)
  1 | softmax(x, axis=2)
    | ^^^^^^^^^^^^^^^^^^
hint: axes are counted from 0: the last is 1, or -1
""",
    ("sum(x, axis=2)", "x=3"): """\
error: there is no axis 2: x is a number
  1 | sum(x, axis=2)
    | ^^^^^^^^^^^^^^
hint: leave the axis out
""",
    ("sum(W*x)", "W=[[1,2,3],[4,5,6]]", "x=[1,2]"): """\
error: the shapes do not fit for 'multiply': W has shape (2×3), x has shape (2)
  1 | sum(W*x)
    |     ^^^
hint: '*' is entry by entry; for the matrix product write A.T @ B
""",
    ("reshape(x, [4])", "x=[1,2]"): """\
error: the shapes do not fit for 'reshape': x has shape (2)
  1 | reshape(x, [4])
    | ^^^^^^^^^^^^^^^
hint: the new shape must hold as many entries as there are: 2
""",
    ("concat(x, y)", "x=[1]", "y=[[1]]"): """\
error: the shapes do not fit for 'concat': x has shape (1), y has shape (1×1)
  1 | concat(x, y)
    | ^^^^^^^^^^^^
hint: what is put together must have the same shape but for the axis it is joined along
""",
    ("W @ x", "W=2", "x=3"): """\
error: the shapes do not fit for 'matmul': W is a number, x is a number
  1 | W @ x
    | ^^^^^
hint: '@' is for vectors and matrices, as in [1, 2] and [[1, 2], [3, 4]]; with a number write '*'
""",
}


@pytest.mark.parametrize("arguments", ARGUMENTS)
def test_wrong_values(run: Run, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run("explain", *arguments)
    assert (outcome.code, outcome.out, outcome.err) == (1, "", ARGUMENTS[arguments])


USAGE = {
    ("drwa", "x"): "error: there is no command 'drwa'\nhint: did you mean 'draw'?\n",
    (
        "plot",
        "x",
    ): "error: there is no command 'plot'\nhint: the commands are draw, steps, explain, jacobian, hessian, check, code, exercise, mark, course, data, train, compare, torch, ops\n",
    ("w*x + b",): (
        "error: there is no command 'w*x + b'\n"
        'hint: a command comes first, as in: graphviz-ad draw "w*x + b" w=2 x=3 b=1 -o x.svg\n'
    ),
    ("explain",): 'error: a formula is missing\nhint: as in: graphviz-ad explain "L = (w*x - y)^2" w=2 x=3 y=4\n',
    ("explain", "-x^2", "x=1"): (
        "error: there is no option '-x'\n"
        "hint: a formula that begins with '-' goes behind '--': graphviz-ad explain … -- \"-x^2\"\n"
    ),
    ("explain", "x", "--lagn", "ja"): "error: there is no option '--lagn'\nhint: did you mean '--lang'?\n",
    ("explain", "x", "--quux"): (
        "error: there is no option '--quux'\nhint: 'graphviz-ad explain --help' shows how it is used\n"
    ),
    ("explain", "x", "--lang", "fr"): (
        "error: invalid value for '--lang': 'fr' is not one of 'en', 'ja', 'zh'\n"
        "hint: 'graphviz-ad explain --help' shows how it is used\n"
    ),
    ("explain", "x", "--max-nodes", "many"): (
        "error: invalid value for '--max-nodes': 'many' is not a valid whole number\n"
        "hint: 'graphviz-ad explain --help' shows how it is used\n"
    ),
    ("check", "x", "--with", "tensorflow"): (
        "error: invalid value for '--with': 'tensorflow' is not one of 'torch', 'finite-difference', "
        "'complex-step', 'paths'\nhint: 'graphviz-ad check --help' shows how it is used\n"
    ),
    ("draw", "x", "-o", "x.bmp"): (
        "error: '.bmp' is not a format\n"
        "hint: the formats are svg, png, pdf, dot, tex; say it with -T or in the name, as in -o x.svg\n"
    ),
    ("draw", "x", "-o", "x"): (
        "error: 'x' has no suffix that says the format\n"
        "hint: the formats are svg, png, pdf, dot, tex; say it with -T or in the name, as in -o x.svg\n"
    ),
    ("draw", "x", "-o", "x.html"): (
        "error: one picture cannot be 'x.html'\nhint: all steps can: graphviz-ad steps … -o x.html\n"
    ),
    ("explain", "x", "--table", "--json"): (
        "error: --table and --json exclude each other\nhint: leave all but one of them out\n"
    ),
    ("steps", "x"): (
        "error: there is no place for the pictures\n"
        "hint: give a folder, as in -o steps/, or a deck, as in -o steps.pdf\n"
    ),
    ("steps", "x", "-o", ""): (
        "error: there is no place for the pictures\n"
        "hint: give a folder, as in -o steps/, or a deck, as in -o steps.pdf\n"
    ),
    ("steps", "x", "-o", "steps.bmp"): f"error: a deck cannot be '.bmp'\nhint: {A_DECK}\n",
    ("steps", "x", "-o", "steps.ppt"): f"error: a deck cannot be '.ppt'\nhint: did you mean '.pptx'? {A_DECK}\n",
    ("steps", "x", "-o", "steps.svg"): (
        "error: a deck cannot be '.svg'\n"
        "hint: one picture is 'graphviz-ad draw … -o x.svg'; one for each step goes to a folder, as in -o steps/\n"
    ),
    ("steps", "x", "-o", "x.pdf", "-T", "svg"): f"error: '-T' does not go with 'x.pdf'\nhint: {NO_FOLDER}\n",
    ("steps", "x", "-o", "x.pptx", "-T", "pdf"): f"error: '-T' does not go with 'x.pptx'\nhint: {NO_FOLDER}\n",
    ("draw", "x", "-o", "x.svg", "--theme", "drak"): (
        f"error: there is no theme 'drak'\nhint: did you mean 'dark'? {THE_THEMES}\n"
    ),
    ("draw", "x", "-o", "x.svg", "--theme", "mine"): f"error: there is no theme 'mine'\nhint: {THE_THEMES}\n",
}


@pytest.mark.parametrize("arguments", USAGE)
def test_misuse(run: Run, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run(*arguments)
    assert (outcome.code, outcome.out, outcome.err) == (2, "", USAGE[arguments])


JSON_FILES = {
    b'{"w": 2, "x": }': """\
error: 'v.json' is not JSON: expecting value
  1 | {"w": 2, "x": }
    |               ^
hint: the file holds one object, as in {"w": 2, "x": [1, 2]}
""",
    b"[1, 2]": """\
error: 'v.json' holds no names
hint: the file holds one object, as in {"w": 2, "x": [1, 2]}
""",
    b'{"w": 1, "w": 2}': """\
error: 'w' stands twice in 'v.json'
hint: leave out one of the two
""",
    b'{"w": NaN}': """\
error: the value of 'w' in 'v.json' is not a number or a list of numbers
hint: the file holds one object, as in {"w": 2, "x": [1, 2]}
""",
    b'{"w": [1, true]}': """\
error: the value of 'w' in 'v.json' is not a number or a list of numbers
hint: the file holds one object, as in {"w": 2, "x": [1, 2]}
""",
    b'{"w": {"x": 1}}': """\
error: the value of 'w' in 'v.json' is not a number or a list of numbers
hint: the file holds one object, as in {"w": 2, "x": [1, 2]}
""",
    b'{"w": []}': """\
error: the value of 'w' in 'v.json' is not a number or a list of numbers
hint: the file holds one object, as in {"w": 2, "x": [1, 2]}
""",
    b'{"w+w": 1}': """\
error: 'w+w' in 'v.json' is not a name
hint: a name is letters, digits and _
""",
    b'{"w": ' + b"[" * 100_000: """\
error: the lists in 'v.json' are too deep
hint: the file holds one object, as in {"w": 2, "x": [1, 2]}
""",
    b'{"w": "\xff"}': "error: 'v.json' is not UTF-8 text (byte 8)\nhint: save it as UTF-8\n",
}


@pytest.mark.parametrize("data", JSON_FILES, ids=range(len(JSON_FILES)))
def test_wrong_json_file(run: Run, data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "v.json").write_bytes(data)
    outcome = run("explain", "w*x", "@v.json", "x=1")
    assert (outcome.code, outcome.out, outcome.err) == (1, "", JSON_FILES[data])


def test_wrong_bytes_on_standard_input(run: Run) -> None:
    assert run("explain", "-", stdin=b"x\xff").err == (
        "error: standard input is not UTF-8 text (byte 2)\nhint: save it as UTF-8\n"
    )


def test_endless_input_is_cut(run: Run) -> None:
    assert run("explain", "@/dev/zero").err == (
        "error: '/dev/zero' has more than 65536 characters\nhint: raise the limit with --max-length\n"
    )


def test_what_a_terminal_would_obey_is_not_passed_on(run: Run) -> None:
    outcome = run("explain", "x", "x=\x1b[31m")
    assert outcome.code == 1
    assert "\x1b" not in outcome.err


NOTES = {
    ("5",): "there is nothing to differentiate: the formula has no inputs",
    ("y = x; z = 2*3", "x=1"): "there is nothing to differentiate: no input reaches the output",
    ("L = x*y; M = x + 1", "x=2", "y=1"): "'L' is not used by the output 'M', which is the last statement",
    ("L = sum(W*x)", "W=[[1,2],[3,4]]", "x=[1,2]"): "W*x is entry by entry; for the matrix product write W @ x",
    ("L = wx + b", "w=1", "x=2", "b=3"): "wx is read as the product of w, x",
    ("y = e^x", "x=1"): "e^x is exp(x), e the base of the natural logarithm",
    ("y = 1/2x", "x=1"): "…/2x… is read as (…/2)·x…; write …/(2·…) for the other reading",
    ("w ← w - g", "w=1", "g=2"): "w ← … gives a new value, which is called w'",
    ("sum(y log(p))", "y=[1,2]", "p=[1,2]"): (
        "the product of y and log(p) is entry by entry; for the matrix or inner product write y @ log(p)"
    ),
    ("w·x", "w=[1,2]", "x=[3,4]"): "w·x is the inner product; for entry by entry write w * x",
    ("f(x) = 2y", "y=1"): "x stands on the left side of f(x), but is never used",
    ("y = 2x = x + x + 0.1", "x=1"): (
        "form 2 (x + x + 0.1) is another quantity: it is 2.1 where the one computed is 2, at x = 1"
    ),
    ("L = sum(x*(W + W))", "W=[[1,2],[3,4]]", "x=[1,2]"): (
        "a product with '*' is entry by entry; for the matrix product write A @ B"
    ),
    ("tanh(x)", "x=1", "--expand", "σ"): "--expand σ changes nothing: the formula does not call it",
}


@pytest.mark.parametrize("arguments", NOTES)
def test_what_was_perhaps_not_meant(run: Run, arguments: tuple[str, ...]) -> None:
    outcome = run("explain", *arguments)
    assert (outcome.code, outcome.err) == (0, f"note: {NOTES[arguments]}\n")


@pytest.mark.parametrize(
    "arguments",
    [("sum(W @ x)", "W=[[1,2],[3,4]]", "x=[1,2]"), ("sum(2*W)", "W=[[1,2],[3,4]]"), ("sum(x*y)", "x=[1,2]", "y=[3,4]"),
     ("sum(M*H)", "M=[[1,0],[0,1],[1,1]]", "H=[[1,2],[3,4],[5,6]]"), ("u = 2*x; u*x", "x=1"),
     ("softplus(x)", "x=1", "--expand", "softplus")],
)  # fmt: skip
def test_what_was_meant_has_no_note(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("explain", *arguments).err == ""


def test_what_was_chosen_is_said_with_the_shapes(run: Run) -> None:
    assert (
        run("explain", "sum(W @ x)", "--random", "1").err
        == """\
note: --random 1 chose W=-1.2 x=1.7
error: the shapes do not fit for 'matmul': W is a number, x is a number
  1 | sum(W @ x)
    |     ^^^^^
hint: '@' is for vectors and matrices, as in [1, 2] and [[1, 2], [3, 4]]; with a number write '*'; \
--random chooses numbers, so give arrays yourself
"""
    )


UNUSUAL = {
    ("log(x)", "x=-1"): "But log is not defined at this point: the number is what the rule gives, not a slope.",
    ("softmax(x)", "x=1"): "Of a single number softmax is always the same, so no gradient gets through to x.",
    ("std(x)", "x=[1,1]"): (
        "At this point std has a kink, where its derivative is taken as 0: no gradient gets through to x. "
        "(Where all entries are equal the derivative is taken as 0. This is a convention.)"
    ),
    ("L = w*x", "w=1", "x=2", "--wrt", "w", "--upstream", "3"): (
        "The backward pass starts at L with the upstream gradient that was given: from here on every gradient is that "
        "of the sum of L times it, not of L alone."
    ),
}


@pytest.mark.parametrize("arguments", UNUSUAL)
def test_what_is_unusual_is_said(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("explain", *arguments).out.count(UNUSUAL[arguments]) == 1
