"""The commands as a shell runs them: what goes where, exit codes, failures, and what is not imported."""

from __future__ import annotations

import io
import json
import os
import pty
import shlex
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pytest

from cli.main import COMMANDS, group, main
from cli.ops import derivatives
from cli.request import Request
from graphviz_ad.explain.kinks import convention
from graphviz_ad.installing import library
from graphviz_ad.language.assignments import read_assignment
from graphviz_ad.ops.table import TABLE
from tests.cli.conftest import Run

REPOSITORY = Path(__file__).parents[2]
NEURON = ("z = w*x + b; a = sigmoid(z)", "w=2", "x=3", "b=-1")


def shell(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), **options.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        stdin=options.pop("stdin", subprocess.DEVNULL),
        stdout=options.pop("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE,
        env=environment,
        timeout=60,
        **options,
    )


class TestHelp:
    def test_group_lists_the_commands_and_an_example(self, run: Run) -> None:
        outcome = run("--help")
        assert (outcome.code, outcome.err) == (0, "")
        for name, what in COMMANDS.items():
            assert f"  {name:<8}  {what}\n" in outcome.out
        assert "An example session:\n    graphviz-ad draw " in outcome.out

    def test_without_a_command_the_help_goes_to_stderr(self, run: Run) -> None:
        outcome = run()
        assert (outcome.code, outcome.out, outcome.err) == (2, "", run("--help").out)

    @pytest.mark.parametrize("name", COMMANDS)
    @pytest.mark.slow
    def test_every_command_has_an_example_that_works(
        self, run: Run, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        Path("students.csv").write_text("student\nAda\n")
        Path("answers.csv").write_text("student,q1.1\nAda,2/3\n")
        if name == "torch":
            pytest.importorskip("torch")
            Path("model.py").write_text(
                "from torch import nn\n\nlayer = nn.Linear(3, 2)\n\n\ndef net(x):\n    return layer(x)\n"
            )
        if name == "mark":
            assert run("exercise", "--level", "3", "-o", "neuron.json").code == 0
            assert run("exercise", "--level", "3", "-o", "sheets/keys/week-1/Ada.json").code == 0
            with zipfile.ZipFile("submissions.zip", "w") as archive:
                archive.write("answers.csv")
        text = run(name, "--help").out
        listed = text.split("Example:\n")[1].split("\n\n")[0].replace("\\\n", "")  # a line may go on in the next
        examples = [line.strip() for line in listed.splitlines()]
        assert examples
        for example in examples:
            assert example.startswith((f"graphviz-ad {name} ", "graphviz-ad data "))  # which makes what it reads
            command, _, file = example.partition(" > ")
            outcome = run(*shlex.split(command)[1:])
            assert outcome.code == 0, outcome.err
            if file:
                Path(file).write_text(outcome.out)

    def test_the_help_of_steps_names_every_format(self, run: Run) -> None:
        from graphviz_ad.export.registry import DECKS

        listed = run("steps", "--help").out.split("says\n  which:\n\n")[1].split("\n\n")[0].split()
        assert sorted(word for word in listed if word.startswith(".")) == sorted(f".{kind}" for kind in DECKS)

    @pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS)])
    def test_the_short_option_is_the_same(self, run: Run, words: tuple[str, ...]) -> None:
        assert run(*words, "-h") == run(*words, "--help")

    def test_a_formula_that_begins_like_it_is_told_as_one(self, run: Run) -> None:
        outcome = run("draw", "-h*x", "h=1", "x=2")
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err.endswith('graphviz-ad draw … -- "-h*x"\n')

    def test_the_package_is_a_command_too(self) -> None:
        words = [sys.executable, "-m", "graphviz_ad", "--version"]
        completed = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True, cwd=REPOSITORY)
        assert completed.stdout.startswith("graphviz-ad ")

    def test_version(self, run: Run) -> None:
        from graphviz_ad import __version__

        assert run("--version").out == f"graphviz-ad {__version__}\n"

    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_option_is_explained(self, name: str) -> None:
        command = group.get_command(click.Context(group), name)
        assert command is not None
        silent = [p.name for p in command.params if isinstance(p, click.Option) and not p.help]
        assert silent == []


class TestLazy:
    SLOW = ("numpy.linalg", "networkx", "torch", "typst", "pygraphviz", "graphviz")

    @pytest.mark.parametrize(
        "arguments",
        [("--help",), ("draw", "--help"), ("steps", "--help"), ("explain", "--help"), ("check", "--help"), ("ops", "--help"),
         ("--version",), ("explain", "y = sgimoid(x"), ("draw", "sgimoid(x)", "x=1", "-o", "x.svg"), ("explain", "x", "x=one"),
         ("drwa",), ("ops",), ("ops", "tanh"), ("data",), ("data", "--help"), ("data", "lime")],
    )  # fmt: skip
    def test_not_imported(self, arguments: tuple[str, ...]) -> None:
        code = (
            "import sys; from cli.main import main; main(sys.argv[1:]);"
            f"print('loaded:', [m for m in {self.SLOW} if m in sys.modules])"
        )
        completed = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            capture_output=True, text=True, timeout=60, check=True, cwd=REPOSITORY,
        )  # fmt: skip
        assert completed.stdout.splitlines()[-1] == "loaded: []"

    def test_the_probe_sees_what_is_imported(self) -> None:
        code = f"import numpy, sys; print([m for m in {self.SLOW} if m in sys.modules])"
        completed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
        assert completed.stdout == "['numpy.linalg']\n"


class TestInputs:
    def table(self, run: Run, *arguments: str, stdin: bytes = b"") -> dict[str, object]:
        outcome = run("explain", *arguments, "--json", stdin=stdin)
        assert outcome.code == 0, outcome.err
        gradients: dict[str, object] = json.loads(outcome.out)["gradients"]
        return gradients

    def test_text_file_and_standard_input_are_the_same(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "f.txt"
        file.write_bytes("\ufeff# neuron\nz = w*x + b\r\ny = z^2\n".encode())
        values = ("w=2", "x=3", "b=-1")
        expected = {"w": 30.0, "x": 20.0, "b": 10.0}
        assert self.table(run, "z = w*x + b; y = z^2", *values) == expected
        assert self.table(run, f"@{file}", *values) == expected
        assert self.table(run, "-", *values, stdin=file.read_bytes()) == expected

    def test_values_from_a_file_and_from_arguments(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "v.json").write_text('{"w": [1, 2.5], "x": [[1, 2], [3, 4]]}')
        assert self.table(run, "sum(w*x) + b", f"@{tmp_path}/v.json", "b＝１/４") == {
            "w": [4.0, 6.0], "x": [[1.0, 2.5], [1.0, 2.5]], "b": 1.0,
        }  # fmt: skip

    def test_a_formula_behind_two_dashes(self, run: Run) -> None:
        outcome = run("explain", "--json", "--", "-x^2", "x=3")
        assert json.loads(outcome.out)["gradients"] == {"x": -6.0}

    @pytest.mark.parametrize(
        ("argument", "value"),
        [("w=2", 2.0), ("w=-2", -2.0), ("w=+2", 2.0), ("w=.5", 0.5), ("w=5.", 5.0), ("w=1e-3", 1e-3), ("w=1/3", 1 / 3),
         ("w=-1/4", -0.25), ("w= 2 ", 2.0), ("w＝２", 2.0), ("w=−3", -3.0), ("w=[1]", [1.0]), ("w=[ [1,2] , [3,4e1] ]", [[1.0, 2.0], [3.0, 40.0]]),
         ("w=[1/2, -.5]", [0.5, -0.5])],
    )  # fmt: skip
    def test_numbers(self, argument: str, value: Any) -> None:
        assert read_assignment(argument) == ("w", value)

    def test_names_are_those_of_the_formula(self) -> None:
        assert read_assignment("y\u0302=1") == ("ŷ", 1.0)

    def test_random_fills_what_is_missing_and_says_so(self, run: Run) -> None:
        first = run("explain", "w*x + b", "x=3", "--random", "7", "--json")
        assert first.code == 0
        assert first.err.startswith("note: --random 7 chose w=")
        assert " x=" not in first.err
        chosen = first.err.removeprefix("note: --random 7 chose ").split()
        assert run("explain", "w*x + b", "x=3", "--json", *chosen).out == first.out
        assert run("explain", "w*x + b", "x=3", "--random", "7", "--json") == first

    def test_wrt_and_upstream(self, run: Run) -> None:
        assert self.table(run, "y = w*x", "w=2", "x=[1, 2]", "--upstream", "[10, 1]") == {"w": 12.0, "x": [20.0, 2.0]}
        assert self.table(run, "y = w*x*b", "w=2", "x=3", "b=5", "--wrt", "w,x") == {"w": 15.0, "x": 10.0, "b": None}
        assert self.table(run, "y = w*x*b", "w=2", "x=3", "b=5", "--data", "x") == {"w": 15.0, "x": None, "b": 6.0}
        assert run("explain", "w*x", "w=2", "x=3", "--data", "w,x").err.startswith("error: nothing is left")
        assert "the nodes are w, x" in run("explain", "w*x", "w=2", "x=3", "--data", "q").err

    def test_share_expand_collapse(self, run: Run) -> None:
        def count(*arguments: str) -> int:
            return len(json.loads(run("explain", *arguments, "--json").out)["nodes"])

        assert (count("x*x + x*x", "x=2"), count("x*x + x*x", "x=2", "--share")) == (4, 3)
        assert (count("sigmoid(x)", "x=2"), count("sigmoid(x)", "x=2", "--expand", "sigmoid")) == (2, 7)

    def test_what_is_not_finite_is_a_warning_on_stderr(self, run: Run) -> None:
        outcome = run("explain", "y = log(x)", "x=0")
        assert outcome.code == 0
        assert outcome.err == (
            "warning: the value of 'y' is -inf (log of x = 0)\nwarning: the gradient of 'x' is inf\n"
        )
        nine_warnings = run("explain", "; ".join(f"y{k} = log(x{k})" for k in range(9)), *(f"x{k}=0" for k in range(9)))
        assert nine_warnings.err.splitlines()[4:] == [
            "warning: the value of 'y4' is -inf (log of x4 = 0)",
            "warning: 5 more values or gradients are not finite",
            "note: 'y0', 'y1', 'y2', 'y3', 'y4', … are not used by the output 'y8', which is the last statement",
        ]


class TestOutput:
    def test_explain_to_a_file_is_the_same_as_to_stdout(self, run: Run, tmp_path: Path) -> None:
        for form in ((), ("--json",), ("--latex",), ("--table",), ("--lang", "ja")):
            printed = run("explain", *NEURON, *form)
            assert (printed.code, printed.err) == (0, "")
            assert run("explain", *NEURON, *form, "-o", "-").out == printed.out
            quiet = run("explain", *NEURON, *form, "-o", str(tmp_path / "x"))
            assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
            assert (tmp_path / "x").read_text(encoding="utf-8") == printed.out

    @pytest.mark.parametrize(
        ("suffix", "start"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("dot", b"digraph")]
    )
    def test_draw_in_every_format(self, run: Run, tmp_path: Path, suffix: str, start: bytes) -> None:
        path = tmp_path / f"x.{suffix}"
        outcome = run("draw", *NEURON, "-o", str(path))
        assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
        data = path.read_bytes()
        assert data.lstrip().startswith(start)
        other = tmp_path / "as-said"
        assert run("draw", *NEURON, "-T", suffix, "-o", str(other)).code == 0
        if suffix != "pdf":
            assert other.read_bytes() == data

    def test_draw_to_a_pipe_is_svg(self, run: Run, tmp_path: Path) -> None:
        outcome = run("draw", *NEURON, "--step", "2")
        assert (outcome.code, outcome.err) == (0, "")
        run("draw", *NEURON, "--step", "2", "-o", str(tmp_path / "x.svg"))
        assert outcome.out == (tmp_path / "x.svg").read_text(encoding="utf-8")

    def test_a_step_that_is_not_there(self, run: Run, tmp_path: Path) -> None:
        outcome = run("draw", "w*x", "w=1", "x=2", "--step", "9", "-o", str(tmp_path / "x.svg"))
        assert (outcome.code, outcome.err) == (1, "error: there is no step 9\nhint: the steps are 0 to 4\n")
        assert not (tmp_path / "x.svg").exists()

    def test_steps_into_a_folder_and_a_deck(self, run: Run, tmp_path: Path) -> None:
        folder = tmp_path / "steps"
        outcome = run("steps", "w*x", "w=1", "x=2", "-o", str(folder))
        names = sorted(os.listdir(folder))
        assert (outcome.code, outcome.out) == (0, "")
        assert outcome.err == f"note: wrote {len(names)} pictures to {folder}\n"
        assert names == [f"step-{k:03}.svg" for k in range(len(names))]
        assert len(names) >= 5
        (folder / "notes.txt").write_text("mine")
        fewer = run("steps", "w*x", "w=1", "x=2", "--by", "node", "-T", "png", "-o", str(folder))
        assert (fewer.code, fewer.err) == (0, f"note: wrote 4 pictures to {folder}\n")
        pngs = ["step-000.png", "step-001.png", "step-004.png", "step-005.png"]
        assert sorted(os.listdir(folder)) == sorted(["notes.txt", *names, *pngs]), "another format stays"
        fewer = run("steps", "w*x", "w=1", "x=2", "--by", "node", "-o", str(folder))
        assert (fewer.code, fewer.err) == (
            0, f"note: removed 2 pictures of an earlier run\nnote: wrote 4 pictures to {folder}\n",
        )  # fmt: skip
        svgs = [name.replace("png", "svg") for name in pngs]
        assert sorted(os.listdir(folder)) == sorted(["notes.txt", *svgs, *pngs])
        deck = tmp_path / "x.pdf"
        outcome = run("steps", "w*x", "w=1", "x=2", "-o", str(deck))
        assert (outcome.code, outcome.err) == (0, f"note: wrote {deck}\n")
        assert deck.read_bytes().startswith(b"%PDF")

    def test_which_steps(self, run: Run, tmp_path: Path) -> None:
        formula = ("z = w*x + b; L = z^2", "w=2", "x=3", "b=-1")
        for options, numbers in (
            (("--by", "statement"), [0, 2, 3, 5, 9, 10]),
            (("--steps", "-2"), [0, 1, 2, 10]),
            (("--steps", "4-5,8-", "--skip", "trivial"), [4, 5, 8, 9, 10]),
            (("--only", "forward"), [0, 1, 2, 3]),
        ):
            folder = tmp_path / str(len(numbers)) / "-".join(options).replace("/", "")
            folder.parent.mkdir(exist_ok=True)
            assert run("steps", *formula, *options, "-o", str(folder)).code == 0
            assert sorted(os.listdir(folder)) == [f"step-{number:03}.svg" for number in numbers]
        outcome = run("steps", *formula, "--steps", "8-30", "-o", str(tmp_path / "none"))
        assert (outcome.code, outcome.err) == (1, "error: there is no step 30\nhint: the steps are 0 to 9\n")
        assert not (tmp_path / "none").exists()
        drawn = run("draw", *formula, "--by", "statement", "--step", "2", "-o", "-")
        assert "forward · statement 1 of 2" in drawn.out

    def test_what_stands_beside_a_deck_is_told(self, run: Run, tmp_path: Path) -> None:
        """Whoever mails the deck has to send it too."""
        for name, beside in (
            ("x.md", "6 pictures in x-markdown-pictures"),
            ("x.pages.tex", "x-beamer_pages-pictures.pdf"),
        ):
            outcome = run("steps", "w*x", "w=1", "x=2", "-o", f"{tmp_path}/{name}")
            assert (outcome.code, outcome.err) == (0, f"note: wrote {tmp_path}/{name} and, beside it, {beside}\n")

    def test_a_place_that_is_not_there(self, run: Run, tmp_path: Path) -> None:
        outcome = run("explain", *NEURON, "-o", f"{tmp_path}/no/x.txt")
        assert (outcome.code, outcome.out, outcome.err) == (
            1, "", f"error: the folder '{tmp_path}/no' of '{tmp_path}/no/x.txt' does not exist\nhint: make it: mkdir -p '{tmp_path}/no'\n",
        )  # fmt: skip

    @pytest.mark.slow
    def test_text_is_utf8_whatever_the_locale(self) -> None:
        completed = shell("explain", *NEURON, env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"})
        assert (completed.returncode, completed.stderr) == (0, b"")
        assert "∂a/∂w" in completed.stdout.decode("utf-8")


class TestCheck:
    def test_agreement(self, run: Run) -> None:
        outcome = run("check", *NEURON, "--with", "complex-step", "--with", "paths")
        assert (outcome.code, outcome.err) == (0, "")
        report = json.loads(run("check", *NEURON, "--with", "paths", "--json").out)
        assert report["ok"] is True

    def test_a_wrong_rule_gives_exit_code_1(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        from graphviz_ad.autodiff import edges

        right = edges.local_derivative
        monkeypatch.setattr(edges, "local_derivative", lambda *args: right(*args) * 2)
        outcome = run("check", "y = sin(x)*x", "x=2", "--with", "complex-step")
        assert outcome.code == 1
        assert "differs" in outcome.out

    @pytest.mark.slow
    def test_a_missing_torch_gives_exit_code_3(self) -> None:
        code = (
            "import sys; sys.modules['torch'] = None\n"
            "import importlib.util; found = importlib.util.find_spec\n"
            "importlib.util.find_spec = lambda name, *rest: None if name == 'torch' else found(name, *rest)\n"
            "from cli.main import main; sys.exit(main(sys.argv[1:]))"
        )
        completed = subprocess.run(
            [sys.executable, "-c", code, "check", *NEURON, "--with", "torch"],
            capture_output=True, text=True, timeout=60, cwd=REPOSITORY,
        )  # fmt: skip
        assert (completed.returncode, completed.stdout) == (3, "")
        assert completed.stderr == f"error: torch is not installed\nhint: {library('torch')}\n"


class TestOps:
    def test_table_has_every_operation(self, run: Run) -> None:
        text = run("ops").out
        for row in TABLE:
            assert (f"\n  {row.name}(" in text) is not row.internal

    def test_json_has_every_operation(self, run: Run) -> None:
        table = json.loads(run("ops", "--json").out)
        assert [entry["name"] for entry in table] == [row.name for row in TABLE if not row.internal]
        assert all(entry["derivatives"] for entry in table)

    @pytest.mark.parametrize("row", [row for row in TABLE if not row.internal], ids=lambda row: row.name)
    def test_one_in_full_by_any_of_its_names(self, run: Run, row: Any) -> None:
        outcome = run("ops", row.name, "--lang", "ja")
        assert outcome.code == 0
        for text in (row.definition, row.torch, convention(row, "ja")):
            assert not text or text in outcome.out
        for alias in row.aliases:
            assert run("ops", "--lang", "ja", "--", alias).out == outcome.out

    def test_one_in_full(self, run: Run) -> None:
        assert run("ops", "divide").out == (
            "signature   divide(x, y)\n"
            "kind        arithmetic\n"
            "also        /, div, true_divide, truediv\n"
            "∂out/∂x     1/y\n"
            "∂out/∂y     -out/y\n"
            "convention  1/0 is infinite and 0/0 is nan, as IEEE arithmetic has it.\n"
            "in torch    x / y\n"
        )

    def test_a_derivative_for_several_shapes_is_said_once(self, run: Run) -> None:
        line = next(line for line in run("ops").out.splitlines() if line.startswith("  kl_div"))
        assert line.split("  ", 2)[2].strip() == (
            "to x (numbers and vectors) = -g*y; to y (numbers and vectors) = g*(log(y) + y/y - x); "
            "to x (x or y a matrix) = -g*y/batch(x - y); to y (x or y a matrix) = g*(log(y) + y/y - x)/batch(x - y)"
        )
        assert "x へ (x か y が行列)  -g*y/batch(x - y)\n" in run("ops", "kl_div", "--lang", "ja").out
        assert "to y (matrix, vector; matrix, matrix)  x.T @ g\n" in run("ops", "matmul").out

    @pytest.mark.parametrize(
        "row", [row for row in TABLE if isinstance(row.pullbacks, Mapping)], ids=lambda row: row.name
    )
    def test_no_text_of_a_derivative_stands_twice(self, row: Any) -> None:
        rows = [(what.split(" (")[0], text) for what, text in derivatives(row)]
        assert len(rows) == len(set(rows))

    def test_unknown(self, run: Run) -> None:
        outcome = run("ops", "sigmiod")
        assert (outcome.code, outcome.err) == (
            1,
            "error: there is no operation 'sigmiod'\nhint: did you mean 'sigmoid'?\n",
        )


class TestFailures:
    """Nothing ever ends in a traceback, unless it is asked for."""

    @pytest.mark.parametrize(
        ("problem", "code", "message"),
        [
            (KeyboardInterrupt(), 1, "\nerror: stopped\n"),
            (MemoryError(), 1, "error: the memory is not enough for this\nhint: use a shorter formula or smaller arrays, or lower --max-nodes and --max-array\n"),
            (ZeroDivisionError("a\nb"), 1, "error: this is a mistake in graphviz-ad: ZeroDivisionError: a b\nhint: run again with --debug to see where, and please report it\n"),
            (RecursionError("deep"), 1, "error: this is a mistake in graphviz-ad: RecursionError: deep\nhint: run again with --debug to see where, and please report it\n"),
            (ModuleNotFoundError("No module named 'typst'", name="typst"), 3, f"error: this needs 'typst', which is not installed\nhint: {library('typst')}\n"),
        ],
        ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
    )  # fmt: skip
    def test_exceptions_become_lines(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, problem: BaseException, code: int, message: str
    ) -> None:
        def fail(*_: Any, **__: Any) -> None:
            raise problem

        monkeypatch.setattr(Request, "trace", fail)
        outcome = run("explain", "x", "x=1")
        assert (outcome.code, outcome.out, outcome.err) == (code, "", message)
        assert "Traceback" in run("explain", "x", "x=1", "--debug").err

    def test_debug_shows_where_our_errors_come_from(self, run: Run) -> None:
        outcome = run("explain", "x", "--debug")
        assert outcome.code == 1
        assert outcome.err.startswith("Traceback (most recent call last):\n")
        assert outcome.err.endswith(run("explain", "x").err)
        assert "Traceback" not in run("explain", "--", "x", "--debug").err

    @pytest.mark.slow
    def test_a_reader_that_leaves_is_no_error_message(self) -> None:
        formula = "; ".join(f"a{k + 1} = sin(a{k})" for k in range(2000))
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "wb") as closed:
            completed = shell("explain", formula, "a0=1", stdout=closed)
        assert (completed.returncode, completed.stderr) == (1, b"")

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
    def test_a_full_disk_is_told(self) -> None:
        with open("/dev/full", "wb") as full:
            completed = shell("explain", *NEURON, stdout=full)
        assert completed.returncode == 1
        assert completed.stderr.decode() == (
            "error: the output cannot be written: No space left on device\n"
            "hint: make room there, or give another place with -o\n"
        )

    @pytest.mark.slow
    def test_interrupt(self) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "explain", "-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPOSITORY,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # shells ignore it in the background
        )  # fmt: skip
        time.sleep(2)  # it is waiting for its input by then, also on a busy machine
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out, err) == (1, b"", b"\nerror: stopped\n")

    def test_no_standard_streams_at_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("stdin", "stdout", "stderr"):
            monkeypatch.setattr(sys, name, None)
        assert main(["explain", "x", "x=1"]) == 2
        assert main(["explain", "-"]) == 1
        assert main(["explain", "x(("]) == 1

    def test_old_file_survives_a_failed_run(self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "x.svg"
        path.write_text("old")

        def fail(*_: Any, **__: Any) -> None:
            raise MemoryError

        monkeypatch.setattr("graphviz_ad.diagram.draw.draw", fail)
        assert run("draw", *NEURON, "-o", str(path)).code == 1
        assert (path.read_text(), os.listdir(tmp_path)) == ("old", ["x.svg"])


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


class TestTerminal:
    def on_a_terminal(self, *arguments: str, env: dict[str, str] | None = None) -> str:
        """Arguments → what a terminal is sent."""
        main_end, end = pty.openpty()
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TERM": "xterm", **(env or {})}
        environment = {name: value for name, value in environment.items() if value}
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", *arguments], stdin=end, stdout=end, stderr=end, env=environment
        )
        os.close(end)
        data = b""
        while True:
            try:
                piece = os.read(main_end, 65536)
            except OSError:
                break
            if not piece:
                break
            data += piece
        os.close(main_end)
        process.wait(timeout=60)
        return data.decode()

    @pytest.mark.slow
    def test_colours(self) -> None:
        assert "\x1b[" in self.on_a_terminal("explain", *NEURON, env={"NO_COLOR": ""})
        assert "\x1b[" in self.on_a_terminal("explain", "x", env={"NO_COLOR": ""})

    @pytest.mark.slow
    @pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
    def test_no_colours(self, env: dict[str, str]) -> None:
        output = self.on_a_terminal("explain", *NEURON, env=env)
        assert "∂a/∂w" in output
        assert "\x1b" not in output
        assert "\x1b" not in self.on_a_terminal("explain", "x", env=env)

    @pytest.mark.slow
    def test_no_colours_in_a_pipe_or_a_file(self, run: Run, tmp_path: Path) -> None:
        assert b"\x1b" not in shell("explain", *NEURON).stdout
        assert b"\x1b" not in shell("explain", "x").stderr
        run("explain", *NEURON, "-o", str(tmp_path / "x"))
        assert b"\x1b" not in (tmp_path / "x").read_bytes()

    def test_a_picture_is_not_poured_on_a_terminal(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        assert run("draw", "x", "x=1").code == 0
        monkeypatch.setattr(sys, "stdout", _Terminal(io.BytesIO()))
        assert main(["draw", "x", "x=1"]) == 2
        assert main(["draw", "x", "x=1", "-T", "png", "-o", "-"]) == 2
