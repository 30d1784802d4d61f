"""Small sets from the command, and files of examples among the values of every command."""

from __future__ import annotations

import io
import json
from pathlib import Path

import click
import numpy as np
import pytest

from cli.main import COMMANDS, group
from cli.values import read_tables
from graphviz_ad.data.csv_file import read_csv, read_stream
from graphviz_ad.data.named import SETS, named
from graphviz_ad.data.npy_file import read_npz
from graphviz_ad.errors import InputError
from tests.cli.conftest import Run

LINE = ("z = w_1 x + b; L = mean((z - y)^2)", "w_1=0", "b=0")
MEAN = ("L = mean((w*x + b - y)^2)", "w=1", "b=0")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def gradients(run: Run, *arguments: str) -> dict[str, object]:
    outcome = run("explain", *arguments, "--json")
    assert outcome.code == 0, outcome.err
    gradients_by_name: dict[str, object] = json.loads(outcome.out)["gradients"]
    return gradients_by_name


class TestSets:
    def test_the_list(self, run: Run) -> None:
        outcome = run("data")
        assert (outcome.code, outcome.err) == (0, "")
        assert [line.split()[0] for line in outcome.out.splitlines()] == list(SETS)
        assert run("data", "--list") == outcome
        assert run("data", "xor", "--list") == outcome

    @pytest.mark.parametrize("name", SETS)
    def test_what_is_written_is_the_set(self, run: Run, name: str) -> None:
        printed = run("data", name, "--seed", "3", "--examples", "20")
        assert (printed.code, printed.err) == (0, "")
        wanted = named(name, 3, 20)
        names = ", ".join(wanted.columns)
        for path in ("set.csv", "set.npz"):
            outcome = run("data", name, "--seed", "3", "--examples", "20", "-o", path)
            assert (outcome.code, outcome.out, outcome.err) == (
                0,
                "",
                f"note: wrote 20 examples of {names} to {path}\n",
            )
        assert Path("set.csv").read_text() == printed.out
        for table in (read_csv("set.csv"), read_npz("set.npz"), read_stream(io.BytesIO(printed.out.encode()), "")):
            assert {n: c.tolist() for n, c in table.columns.items()} == {
                n: c.tolist() for n, c in wanted.columns.items()
            }
        first = Path("set.npz").read_bytes()
        run("data", name, "--seed", "3", "--examples", "20", "-T", "npz", "-o", "other")
        assert Path("other").read_bytes() == first, "the same bytes again"

    @pytest.mark.parametrize(
        ("arguments", "code", "message"),
        [
            (("lime",), 1, "error: there is no data set 'lime'\nhint: did you mean 'line'? there are\n  line  "),
            (("xor", "--examples", "2"), 1, "error: 'xor' cannot have 2 examples\nhint: ask for 4 or more\n"),
            (("xor", "--examples", "0"), 2, "error: invalid value for '--examples'"),
            (("-o", "x.csv"), 2, "error: there is no data set to write\nhint: name one, as in: graphviz-ad data line -o line.csv\n"),
            (("xor", "-o", "x.txt"), 2, "error: '.txt' is not a format\nhint: the formats are csv, npz; "),
            (("xor", "-o", "no/x.csv"), 1, "error: the folder 'no' of 'no/x.csv' does not exist\n"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said(
        self, run: Run, arguments: tuple[str, ...], code: int, message: str, folder: Path
    ) -> None:
        outcome = run("data", *arguments)
        assert (outcome.code, outcome.out) == (code, "")
        assert outcome.err.startswith(message)
        assert not [*folder.iterdir()]


class TestColumns:
    def test_columns_are_inputs(self, run: Run) -> None:
        table = named("line")
        x, y = table.columns["x"], table.columns["y"]
        run("data", "line", "-o", "line.csv")
        run("data", "line", "-o", "line.npz")
        np.save("x.npy", x)
        np.save("labels.npy", y)
        for files in (["@line.csv"], ["@line.npz"], ["@x.npy", "y=@labels.npy"], ["x=@x.npy", "y=@labels.npy"]):
            gradients_by_name = gradients(run, *LINE, *files)
            assert gradients_by_name["w_1"] == pytest.approx(np.mean(-2 * y * x), rel=1e-12)
            assert gradients_by_name["b"] == pytest.approx(np.mean(-2 * y), rel=1e-12)

    def test_every_command_that_reads_values_takes_them(self, run: Run) -> None:
        Path("small.csv").write_text("x₁,q,y\n1,9,2\n-3,9,4\n", encoding="utf-8")
        formula, *values = "L = mean((w*x_1 + b - y)^2)", "w=1", "b=0"
        for command, *options in (("draw", "-o", "a.svg"), ("steps", "-o", "a.html"), ("explain",), ("check", "--with", "complex-step"), ("exercise", "-o", "a.json")):  # fmt: skip
            outcome = run(command, formula, "@small.csv", *(values if command != "exercise" else ()), *options)
            assert outcome.code == 0, outcome.err
            assert "error" not in outcome.err
        inputs = json.loads(Path("a.json").read_text())["inputs"]
        assert (inputs["x_1"], inputs["y"]) == ([1, -3], [2, 4])

    def test_no_command_that_reads_values_is_forgotten(self) -> None:
        """Each has the options for files of examples, as `values_options` adds them."""
        for name in COMMANDS:
            command = group.get_command(click.Context(group), name)
            assert command is not None
            params = {param.name for param in command.params}
            assert not {"values"} & params or params >= {"encoding", "columns"}, name

    def test_a_matrix_of_columns(self, run: Run) -> None:
        run("data", "three-classes", "--examples", "30", "-o", "three.csv")
        gradients_by_name = gradients(
            run, "L = cross_entropy(X W, y)", "@three.csv", "W=[[1,0,2],[0,1,0]]", "--columns", "X=x_1,x₂"
        )
        assert np.shape(gradients_by_name["W"]) == (2, 3)
        swapped = gradients(
            run, "L = cross_entropy(X W, y)", "@three.csv", "W=[[0,1,0],[1,0,2]]", "--columns", "X=x_2,x_1"
        )
        assert np.allclose(swapped["W"], gradients_by_name["W"][::-1])  # type: ignore[index,arg-type]

    def test_an_encoding(self, run: Run) -> None:
        Path("a.csv").write_bytes("特徴,y\n1,2\n3,4\n".encode("shift_jis"))
        formula = ("L = mean((w*特徴 - y)^2)", "@a.csv", "w=1")
        assert gradients(run, *formula, "--encoding", "shift_jis")["w"] == -4
        outcome = run("explain", *formula)
        assert (outcome.code, outcome.out) == (1, "")
        assert outcome.err == (
            "error: 'a.csv' is not UTF-8 text: line 1, byte 1\nhint: name the encoding: --encoding shift_jis "
            "(encoding='shift_jis' in Python); it can be read as shift_jis; or save it as UTF-8\n"
        )

    def test_a_decimal_comma_is_told(self, run: Run) -> None:
        Path("a.csv").write_text("x;y\n1,5;2\n3;4\n")
        outcome = run("explain", *MEAN, "@a.csv", "--table")
        assert (outcome.code, outcome.err) == (0, "note: numbers of 'a.csv' have a decimal comma: 1,5 is read as 1.5\n")

    def test_columns_that_are_no_inputs_are_left_out(self, run: Run) -> None:
        Path("a.csv").write_text("id,x,y,z\n7,1,2,0\n8,3,4,0\n")
        assert run("explain", *MEAN, "@a.csv").err == ""
        outcome = run("explain", "z = w*x; L = mean((z - y)^2)", "@a.csv", "w=1", "--table")
        assert (outcome.code, outcome.err) == (0, "note: column 'z' of 'a.csv' is left out: the formula computes it\n")

    def test_a_numbered_column_is_not_the_array_without_the_number(self, run: Run) -> None:
        """x_1 is a feature; x_i is the x of every example."""
        Path("a.csv").write_text("x_1,y\n1,2\n3,4\n")
        outcome = run("explain", *MEAN, "@a.csv")
        assert (outcome.code, outcome.out) == (1, "")
        assert "no value for 'x'" in outcome.err
        assert "hint: 'a.csv' has the columns x_1, y; give one, as in x=1, or let --random SEED choose\n" in outcome.err
        Path("a.csv").write_text("x_i,y^{(i)}\n1,2\n3,4\n")
        assert gradients(run, *MEAN, "@a.csv")["w"] == -4

    def test_a_planted_mistake_of_names_is_seen(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("graphviz_ad.autodiff.columns.used_columns", lambda graph, columns: list(columns))
        with pytest.raises(AssertionError):
            self.test_a_numbered_column_is_not_the_array_without_the_number(run)
        with pytest.raises(AssertionError):
            self.test_columns_that_are_no_inputs_are_left_out(run)

    def test_for_training_the_examples_stay_a_table(self, capsys: pytest.CaptureFixture[str]) -> None:
        Path("a.csv").write_text("x_1,x_2,y\n1,5,2\n3,6,4\n")
        np.save("t.npy", np.array([0, 1]))
        table, values = read_tables(["@a.csv", "w=2", "t=@t.npy"], None, {"X": ("x_1", "x_2")})
        assert table is not None
        assert (list(table.columns), len(table), table.source, values) == (
            ["X", "y", "t"],
            2,
            "a.csv, t.npy",
            {"w": 2.0},
        )
        assert isinstance(table.columns["t"], np.memmap)
        assert read_tables(["w=2"]) == (None, {"w": 2.0})
        assert capsys.readouterr().err == ""

    @pytest.mark.parametrize(
        ("arguments", "code", "message"),
        [
            (("@no.csv",), 1, "'no.csv' cannot be read: No such file or directory\nhint: check its name and the folder you are in"),
            (("@a.csv", "x=1"), 1, "'x' is a column of 'a.csv' and has a value besides\nhint: leave out the value of 'x', or give the column another name"),
            (("@a.csv", "@b.csv"), 1, "'a.csv' and 'b.csv' both have a column 'y'\nhint: leave one of them out"),
            (("@b.csv",), 1, "no column of 'b.csv' is an input of the formula\nhint: its columns are: t, y; the inputs are: w, x, b"),
            (("x=@a.csv",), 1, "'x=@a.csv': only an array in an .npy file is given a name so\nhint: write @a.csv, which has names of its own"),
            (("x=@a",), 1, "'x=@a': only an array in an .npy file is given a name so\nhint: write numbers, as in x=[1, 2]"),
            (("2x=@a.npy",), 1, "'2x' is not a name\nhint: give one, as in X=@a.npy"),
            (("x=1", "--encoding", "cp932"), 2, "--encoding is that of a CSV file, and there is none\nhint: give one, as in @data.csv"),
            (("x=1", "--columns", "X=x,y"), 2, "--columns makes a matrix of a table, and there is none\nhint: give one, as in @data.csv"),
            (("@a.csv", "--columns", "X=x,z"), 1, "'a.csv' has no column 'z'\nhint: its columns are: x, y"),
            (("@a.csv", "--columns", "X"), 2, "'X' is no matrix of columns\nhint: write it as in --columns X=x_1,x_2"),
            (("@a.csv", "--columns", "=x"), 2, "'=x' is no matrix of columns\nhint: write it as in --columns X=x_1,x_2"),
            (("@a.csv", "--columns", "X=x", "--columns", "X=y"), 2, "the matrix 'X' is made twice\nhint: name all of its columns at once, as in X=x_1,x_2"),
            (("@a.csv", "--max-array", "1"), 1, "'x' has 2 entries; the limit is 1\nhint: raise it with --max-array (Limits(array=…) in Python)"),
            (("@a.csv", "--encoding", "shift_jsi"), 1, "there is no encoding 'shift_jsi'\nhint: did you mean 'shift_jis'?"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said(self, run: Run, arguments: tuple[str, ...], code: int, message: str) -> None:
        Path("a.csv").write_text("x,y\n1,2\n3,4\n")
        Path("b.csv").write_text("t,y\n1,2\n3,4\n")
        formula = "L = mean(w*x + b)" if arguments == ("@b.csv",) else MEAN[0]
        outcome = run("explain", formula, *MEAN[1:], *arguments)
        assert (outcome.code, outcome.out, outcome.err) == (code, "", f"error: {message}\n")

    def test_two_columns_that_are_one_input(self, run: Run) -> None:
        Path("a.csv").write_text("x_i,x,y\n1,2,3\n")
        with pytest.raises(InputError, match="are one name"):
            raise InputError(run("explain", *MEAN, "@a.csv").err)
