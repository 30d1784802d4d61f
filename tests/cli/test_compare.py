"""`graphviz-ad compare` as a shell runs it."""

from __future__ import annotations

import csv
import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest

TWO = ("--batch", "8", "--batch", "all", "--epochs", "5", "--seed", "1")

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning:matplotlib")


@pytest.fixture
def compare(on_a_line: Any) -> Any:
    """Words behind `compare FORMULA @line.csv w_1=0 b=0` → exit code, standard output, standard error."""
    return partial(on_a_line, "compare")


def rows(path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(Path(path).read_text(encoding="utf-8").splitlines()))


def test_a_table_is_printed(compare: Any) -> None:
    code, out, _ = compare(*TWO)
    assert code == 0
    head, *lines = [re.split(r"  +", line) for line in out.splitlines()]
    assert head == ["run", "updates", "epochs", "seconds", "loss", "excess"]
    assert [line[:3] for line in lines] == [["B = 8", "160", "5"], ["B = 256", "5", "5"]]
    assert float(lines[0][4]) < float(lines[1][4])


def test_every_combination_is_a_run(compare: Any) -> None:
    words = ("--batch", "32", "--lr", "0.1", "--lr", "0.05", "--optimizer", "sgd", "--optimizer", "adam")
    _, out, _ = compare(*words, "--epochs", "1")
    names = [re.split(r"  +", line)[0] for line in out.splitlines()[1:]]
    assert names == ["sgd, η = 0.1", "adam, η = 0.1", "sgd, η = 0.05", "adam, η = 0.05"]


def test_a_comparison_is_a_table_in_a_file(compare: Any) -> None:
    code, out, err = compare(*TWO, "-o", "c.csv")
    assert (code, out) == (0, "")
    assert "note: wrote c.csv" in err
    assert {row["run"] for row in rows("c.csv")} == {"B = 8", "B = 256"}
    assert "low" not in rows("c.csv")[0]


@pytest.mark.parametrize(
    ("last", "warning"),
    [
        (30, "warning: 1 of 3 runs are not made"),
        (100, "warning: interrupted before there were 2 runs of each: there are no bands"),
    ],
)
def test_an_interrupt_writes_what_is_done(
    compare: Any, monkeypatch: pytest.MonkeyPatch, last: int, warning: str
) -> None:
    """Of 84 epochs of three runs and of these with two seeds, one is the last: in the second run, or among the seeds."""
    from graphviz_ad.training import descent

    batches, begun = descent._batches, []

    def interrupted(*args: Any) -> Any:
        begun.append(args)
        if len(begun) == last:
            raise KeyboardInterrupt
        return batches(*args)

    monkeypatch.setattr(descent, "_batches", interrupted)
    sizes = ("--batch", "64", "--batch", "128", "--batch", "all")
    code, _, err = compare(*sizes, "--epochs", "28", "--runs", "2", "-o", "c.csv")
    assert (code, len(begun)) == (1, last)
    assert warning in err
    assert len({row["run"] for row in rows("c.csv")}) == (2 if last == 30 else 3)


def test_a_comparison_is_json(compare: Any) -> None:
    assert compare(*TWO, "-o", "c.json")[0] == 0
    record = json.loads(Path("c.json").read_text(encoding="utf-8"))
    assert record["schema"] == "graphviz-ad/comparison/1"
    assert [run["label"] for run in record["runs"]] == ["B = 8", "B = 256"]


def test_a_comparison_is_a_page(compare: Any) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is missing: pip install -e '.[dev]'")
    assert compare(*TWO, "--lang", "ja", "-o", "c.html")[0] == 0
    page = Path("c.html").read_text(encoding="utf-8")
    assert '<html lang="ja">' in page
    assert 'data-t="run">学習<' in page


def test_a_figure_of_all_runs(compare: Any) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is missing: pip install -e '.[dev]'")
    assert compare(*TWO, "--figure", "loss", "-o", "loss.svg")[0] == 0
    assert "With B = 8, 160 updates (5 epochs)" in Path("loss.svg").read_text(encoding="utf-8")


@pytest.mark.slow
def test_several_seeds_in_several_processes_give_bands(compare: Any) -> None:
    words = ("--batch", "8", "--batch", "64", "--epochs", "2", "--runs", "3")
    assert compare(*words, "--jobs", "2", "-o", "two.csv")[0] == 0
    written = rows("two.csv")
    assert all(float(row["low"]) <= float(row["high"]) for row in written)
    assert any(float(row["low"]) < float(row["high"]) for row in written)
    assert compare(*words, "-o", "one.csv")[0] == 0
    assert [(row["low"], row["high"]) for row in rows("one.csv")] == [(row["low"], row["high"]) for row in written]
    assert compare(*words, "-o", "c.json")[0] == 0
    assert json.loads(Path("c.json").read_text(encoding="utf-8"))["runs"][0]["band"]["seeds"] == 3


@pytest.mark.parametrize(
    ("words", "values", "message"),
    [
        (("-o", "c.xlsx"), None, "a comparison cannot be '.xlsx'"),
        (("-o", "c.htm"), None, "did you mean '.html'?"),
        (("-o", "c"), None, "'c' has no suffix that says the format"),
        (("-o", "no/c.csv"), None, "the folder 'no' of 'no/c.csv' does not exist"),
        (("--figure", "loss"), None, "there is no place for the figure"),
        (("--figure", "loss", "-o", "-"), None, "there is no place for the figure"),
        (("--figure", "loss", "-o", "c.html"), None, "a figure cannot be '.html'"),
        (("--figure", "pie", "-o", "c.svg"), None, "'pie'"),
        (("--batch", "8", "--batch", "300"), None, "there are 256 examples; a batch cannot have 300"),
        (("--batch", "few"), None, "a batch cannot have 'few' examples"),
        (("--lr", "0.1", "--lr", "0"), None, "the learning rate is 0, which does not go down"),
        (("--optimizer", "newton"), None, "'newton'"),
        (("--runs", "0"), None, "0"),
        ((), ("w_1=0", "b=0"), "no column and no start value"),
        ((), ("@line.csv", "w_1=0"), "'b': no column and no start value"),
        (("--wrt", "w_1"), None, "'--wrt' does not go with training"),
        (("--update", "1"), None, "--update"),
    ],
)
def test_misuse_is_told(compare: Any, words: tuple[str, ...], values: Any, message: str) -> None:
    code, out, err = compare(*words, **({"values": values} if values else {}))
    assert code in (1, 2)
    assert message in err
    assert "hint:" in err
    assert out == ""
    assert [path.name for path in Path().iterdir()] == ["line.csv"]


@pytest.mark.parametrize("words", [("-o", "c.xlsx"), ("--figure", "loss", "-o", "c.html"), ("--batch", "few"),
                                   ("-o", "c.html", *(f"--lr=0.0{n}" for n in range(1, 10)))])  # fmt: skip
def test_nothing_is_computed_for_a_file_that_cannot_be_written(
    compare: Any, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    from graphviz_ad.api.graphs import Graph

    monkeypatch.setattr(Graph, "train", lambda *args, **options: pytest.fail("it was computed"))
    assert compare(*words)[0] in (1, 2)
