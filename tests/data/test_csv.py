"""CSV: what is read, that errors name the place, that the quick way and the careful one are one, and what is written."""

from __future__ import annotations

import csv
import io
import math
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphviz_ad.data import cells, csv_file
from graphviz_ad.data.csv_file import read_csv, read_stream, write_csv
from graphviz_ad.data.table import Table
from graphviz_ad.errors import InputError


def read(data: str | bytes, encoding: str | None = None) -> Table:
    table = read_stream(io.BytesIO(data.encode() if isinstance(data, str) else data), "a.csv", encoding)
    table.require_read(table.refused)
    return table


def lists(table: Table) -> dict[str, list[float]]:
    return {name: column.tolist() for name, column in table.columns.items()}


TWO = {"x": [1.0, 3.0], "y": [2.0, 4.0]}


@pytest.mark.parametrize(
    "data",
    ["x,y\n1,2\n3,4\n", "x;y\n1;2\n3;4", "x\ty\r\n1\t2\r\n3\t4\r\n", "\ufeffx,y\n1,2\n3,4\n", "x,y\r1,2\r3,4\r", "x, y\n 1 , 2\n3,4\n\n\n",
     '"x","y"\n"1","2"\n3,4\n', "x,y\n1,2\n3,4\n,\n  \n", "ｘ,ｙ\n１,２\n３,４\n", "x,y\n1.,2e0\n+3,.4E1\n", "x,y\n1/1,2\n3,8/2"],
)  # fmt: skip
def test_ways_to_write_the_same(data: str) -> None:
    names = dict(zip(data.lstrip("\ufeff").replace("ｘ", "x").split("\n")[0], "xy"))
    assert names
    table = read(data)
    assert [column.tolist() for column in table.columns.values()] == list(TWO.values())
    assert all(column.dtype == np.float64 for column in table.columns.values())
    assert table.notes == ()


def test_names_are_kept_as_typed() -> None:
    assert list(read("x₁,w_2,θ,h̃,重み,learning rate,\\beta_1,\"h_{1,2}\"\n" + ",".join("12345678") + "\n").columns) == [
        "x₁", "w_2", "θ", "h̃", "重み", "learning rate", "\\beta_1", "h_{1,2}",
    ]  # fmt: skip


def test_a_minus_sign_and_wide_digits_are_read() -> None:
    assert lists(read("x,y\n−1,－２．５\n–3,１/４\n")) == {"x": [-1.0, -3.0], "y": [-2.5, 0.25]}


def test_columns_that_are_no_numbers_are_refused_where_they_are_asked_for() -> None:
    table = read_stream(io.BytesIO("日付,身長（cm）,x,y\n2024/4/1,170,1,2\n2024/4/2,160,3,\n".encode()), "a.csv")
    assert lists(table) == {"x": [1.0, 3.0]}
    assert list(table.refused) == ["日付", "身長（cm）", "y"]
    table.require_read(["w", "z"])
    with pytest.raises(InputError, match="line 2, column '日付': '2024/4/1' is not a number"):
        table.require_read(["x", "日付"])
    with pytest.raises(InputError, match="line 3, column 'y': this cell is empty"):
        table.joined({"X": ["x", "y"]})
    with pytest.raises(InputError) as problem:
        table.joined({"X": ["x", "身長"]})
    assert problem.value.hint.endswith(
        "column 2 of 'a.csv' is called '身長（cm）', which is no name: call it '身長_cm'"
    )  # type: ignore[union-attr]


@pytest.mark.parametrize("data", ["x;y\n1,5;2\n−,5;3,25e1\n", "x\ty\n1,5\t2\n-,5\t32,5\n", 'x;y\n"1,5";2\n-0,5;32,5\n'])
def test_a_decimal_comma_is_read_and_told(data: str) -> None:
    table = read(data)
    assert lists(table) == {"x": [1.5, -0.5], "y": [2.0, 32.5]}
    assert table.notes == ("numbers of 'a.csv' have a decimal comma: 1,5 is read as 1.5",)


WORDS = "number the labels from 0: write"
NUMBER = "write a number as 2, -0.5, 1e-3 or 1/3, or take the whole row out"
DATE = "a date is no number: write one, as the days since the first"
MISSING = "write the number, or take the whole row out"
CLOSED = "write numbers without quotation marks; one that is opened must be closed"
NO_NAME = "write one in the first line, or take the column out (in pandas: to_csv(…, index=False))"
EACH = "give one number for each of x, y"
SJIS = "name the encoding: --encoding shift_jis (encoding='shift_jis' in Python)"
WRONG: dict[str | bytes, tuple[str, str]] = {
    "": ("'a.csv' is empty", "write the names of the columns, then a line for each example"),
    "\n1,2\n": ("the first line of 'a.csv' is empty", "write the names of the columns there"),
    "x,y\n": ("'a.csv' has no rows", "write a line of numbers for each example below the names"),
    "x,y\n\n,\n": ("'a.csv' has no rows", "write a line of numbers for each example below the names"),
    "1,2\n3,4\n": ("the first line of 'a.csv' has numbers, not the names of the columns", "add a line with the names above it, as in x,y"),
    "−1,5;２;3\n": ("the first line of 'a.csv' has numbers, not the names of the columns", "add a line with the names above it, as in x_1;x_2;x_3"),
    "x,,y\n1,2,3\n": ("column 2 of 'a.csv' has no name", NO_NAME),
    ",x\n0,1\n": ("column 1 of 'a.csv' has no name", NO_NAME),
    "x,x\n1,2\n": ("columns 1 and 2 of 'a.csv' are both called 'x'", "call one of them something else, or take it out"),
    "y,x₁,x_1\n1,2,3\n": ("columns 2 and 3 of 'a.csv' are one name: 'x₁', 'x_1'", "call one of them something else, or take it out"),
    "sepal length (cm),y\n1,2\n": ("column 1 of 'a.csv' is called 'sepal length (cm)', which is no name", "call it 'sepal_length_cm'"),
    "2nd,y\n1,2\n": ("column 1 of 'a.csv' is called '2nd', which is no name", "call it 'x_2nd'"),
    "x,?\n1,2\n": ("column 2 of 'a.csv' is called '?', which is no name", "a name is letters, digits and _, as in x_1"),
    "=x,y\n1,2\n": ("column 1 of 'a.csv' is called '=x', which is no name", "call it 'x'"),
    "sep=;\nx;y\n": ("column 1 of 'a.csv' is called 'sep=', which is no name", "take this line out; the names of the columns come first"),
    "h_{1,2},y\n": ("column 1 of 'a.csv' is called 'h_{1', which is no name", 'put a name with a comma in quotation marks, as in "h_{1,2}"'),
    'x,"y\n1,2\n': ("the first line of 'a.csv' is no line of CSV: unexpected end of data", CLOSED.replace("numbers", "the names")),
    "身長(cm)\n1\n": ("column 1 of 'a.csv' is called '身長(cm)', which is no name", "call it '身長_cm'"),
    "売上,\nx,y\n1,2\n": ("the first line of 'a.csv' is a title, '売上', not the names of the columns", "take it out; the names of the columns come first"),
    "x,y\n1,2\nx,y\n3,4\n": ("'a.csv', line 3, column 'x': 'x' is not a number", "the names of the columns stand in the first line alone: take this one out"),
    "x,y\n1，2\n": ("line 2 of 'a.csv' has 1 cell, the first line 2", "set columns apart by ',' or ';', not by the wide '，' and '；'"),
    "x\n12.5%\n": ("'a.csv', line 2, column 'x': '12.5%' is not a number", "write it as a share, 0.125, or without %"),
    "x\n2024/04/01\n": ("'a.csv', line 2, column 'x': '2024/04/01' is not a number", DATE),
    "x\n9:30\n": ("'a.csv', line 2, column 'x': '9:30' is not a number", DATE),
    'x\n"¥1,200"\n': ("'a.csv', line 2, column 'x': '¥1,200' is not a number", "write the number alone, without the sign of the currency"),
    'x,y\n1,2\n3,"4\n5,6\n': ("'a.csv' is no CSV from line 3 on: unexpected end of data", CLOSED),
    'x,y\n1,2\n3,"4"5\n': ("'a.csv' is no CSV from line 3 on: ',' expected after '\"'", CLOSED),
    "x,y\n1,2\n3,abc def!\n": ("'a.csv', line 3, column 'y': 'abc def!' is not a number", NUMBER),
    "x,y\n1,2\n3,a\n": ("'a.csv', line 3, column 'y': 'a' is not a number", NUMBER),
    "x,y\n1,2\n3,\n": ("'a.csv', line 3, column 'y': this cell is empty", MISSING),
    "x,y\n1,2\n3,NA\n": ("'a.csv', line 3, column 'y': 'NA' is not a number", MISSING),
    "x,y\n1,nan\n": ("'a.csv', line 2, column 'y': 'nan' is not a finite number", MISSING),
    "x,y\n-Inf,1\n": ("'a.csv', line 2, column 'x': '-Inf' is not a finite number", MISSING),
    "x,y\n1,infinity\n": ("'a.csv', line 2, column 'y': 'infinity' is not a finite number", MISSING),
    "x,y\n1,1e999\n": ("'a.csv', line 2, column 'y': this number is too large", NUMBER),
    "x,y\n1,1e-999\n": ("'a.csv', line 2, column 'y': this number is too small", NUMBER),
    "x,y\n1,1_0\n": ("'a.csv', line 2, column 'y': '1_0' is not a number", NUMBER),
    "x,y\n1,٣\n": ("'a.csv', line 2, column 'y': '٣' is not a number", NUMBER),
    "x,y\n1,1/0\n": ("'a.csv', line 2, column 'y': '1/0' is not a number", NUMBER),
    "x,y\n1,[1]\n": ("'a.csv', line 2, column 'y': '[1]' is a list, not a number", NUMBER),
    "x,y\n1,=1+1\n": ("'a.csv', line 2, column 'y': '=1+1' is not a number", NUMBER),
    'x,y\n1,"1,234.5"\n': ("'a.csv', line 2, column 'y': '1,234.5' is not a number", "write it without signs between thousands, as in 1234.5"),
    "x;y\n1;1.234,5\n": ("'a.csv', line 2, column 'y': '1.234,5' is not a number", "write it without signs between thousands, as in 1234.5"),
    "x y\n1 2\n": ("'a.csv', line 2, column 'x y': '1 2' is not a number", "set columns apart by commas, semicolons or tabs"),
    "x,y\n1,setosa\n2,virginica\n3,setosa\n": ("'a.csv', line 2, column 'y': 'setosa' is not a number", f"{WORDS} 0 for setosa, 1 for virginica"),
    "x,y\n1,Yes\n2,No\n": ("'a.csv', line 2, column 'y': 'Yes' is not a number", f"{WORDS} 0 for No, 1 for Yes"),
    "y\na\nb\nc\nd\ne\n": ("'a.csv', line 2, column 'y': 'a' is not a number", f"{WORDS} 0 for a, 1 for b, 2 for c, 3 for d, …"),
    "x,y\n1,2\n\n3,4\n": ("line 3 of 'a.csv' is empty", "take it out, or write its numbers"),
    "x,y\n1,2\n,\n3,4\n": ("line 3 of 'a.csv' is empty", "take it out, or write its numbers"),
    "x,y\n1,5,2\n": ("line 2 of 'a.csv' has 3 cells, the first line 2", f"a number has a decimal point, not a comma; {EACH}"),
    "x;y\n1;5;2\n": ("line 2 of 'a.csv' has 3 cells, the first line 2", EACH),
    "x,y\n1\n": ("line 2 of 'a.csv' has 1 cell, the first line 2", EACH),
    'x,y\n"1\n2",3\n4,a\n': ("'a.csv', line 2, column 'x': '1\n2' is not a number", "set columns apart by commas, semicolons or tabs"),
    'x,y\n"1\n",3\n4,a\n': ("'a.csv', line 4, column 'y': 'a' is not a number", NUMBER),
    "特徴,y\n1,2\n".encode("cp932"): ("'a.csv' is not UTF-8 text: line 1, byte 1", f"{SJIS}; it can be read as shift_jis; or save it as UTF-8"),
    "x,y\n1,2\n3,é\n".encode("latin-1"): ("'a.csv' is not UTF-8 text: line 3, byte 3", f"{SJIS}; or save it as UTF-8"),
    "特徴,y\n".encode("euc_jp"): ("'a.csv' is not UTF-8 text: line 1, byte 1", f"{SJIS.replace('shift_jis', 'euc_jp')}; it can be read as euc_jp; or save it as UTF-8"),
    "x,y\n".encode("utf-16"): ("'a.csv' is not UTF-8 text: line 1, byte 1", f"{SJIS.replace('shift_jis', 'utf-16')}; it can be read as utf-16; or save it as UTF-8"),
    "x\n" + "1" * (1 << 20): ("line 2 of 'a.csv' has more than 1048576 characters", "write one example a line"),
    "x\n1" + "0" * 400 + "\n": ("'a.csv', line 2, column 'x': this number is too large", NUMBER),
}  # fmt: skip


@pytest.mark.parametrize("data", WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_said(data: str | bytes) -> None:
    with pytest.raises(InputError) as problem:
        read(data)
    assert (problem.value.message, problem.value.hint) == WRONG[data]


@pytest.mark.parametrize(
    ("word", "row"), [("x", 20_000), ("", 8192), ("nan", 8193), ("1_0", 16_384), ("٣", 3), ("1e-999", 9000)]
)
def test_the_line_is_right_far_down(word: str, row: int) -> None:
    rows = ["1,0.5"] * 20_000
    rows[row - 1] = f"{word},0.5"
    with pytest.raises(InputError, match=f"'a.csv', line {row + 1}, column 'w_1': "):
        read("w_1,y\n" + "\n".join(rows))


@pytest.mark.parametrize("blank", [1, 8192, 8193])
def test_a_blank_line_between_blocks_is_seen(blank: int) -> None:
    rows = ["1"] * 20_000
    rows[blank:8200] = [""] * (8200 - blank)
    with pytest.raises(InputError, match=f"line {blank + 2} of 'a.csv' is empty"):
        read("x\n" + "\n".join(rows))
    assert len(read("x\n" + "\n".join(rows[:blank]) + "\n" * 9000)) == blank


@pytest.mark.parametrize(
    ("encoding", "data"),
    [("shift_jis", "特徴①,y\n1,2\n3,4\n".encode("cp932")), ("SJIS", "特徴,y\r\n1,2\r\n3,4\r\n".encode("shift_jis")), ("euc-jp", "特徴,y\n1,2\n3,4\n".encode("euc_jp")),
     ("utf-16", "特徴,y\n1,2\n3,4\n".encode("utf-16")), ("UTF-8", "\ufeff特徴,y\n1,2\n3,4\n".encode()), ("utf-16-le", "特徴,y\n1,2\n3,4\n".encode("utf-16-le"))],
)  # fmt: skip
def test_an_encoding_that_is_named(encoding: str, data: bytes) -> None:
    table = read(data, encoding)
    assert next(iter(table.columns)).startswith("特徴")
    assert [column.tolist() for column in table.columns.values()] == list(TWO.values())


@pytest.mark.parametrize(
    ("encoding", "message"),
    [
        ("shift_jsi", "there is no encoding 'shift_jsi'\nhint: did you mean 'shift_jis'?"),
        ("base64", "there is no encoding 'base64'\nhint: they are called utf-16, shift_jis, cp932, euc_jp, …"),
        ("a\0b", "there is no encoding 'a\0b'\nhint: they are called utf-16, shift_jis, cp932, euc_jp, …"),
        ("ascii", "'a.csv' is not in the encoding ascii: line 2, byte 1\nhint: name another one with --encoding, or save it as UTF-8"),
        ("utf-16", "'a.csv' is not in the encoding utf-16\nhint: name another one with --encoding, or save it as UTF-8"),
    ],
)  # fmt: skip
def test_an_encoding_that_does_not_fit(encoding: str, message: str) -> None:
    with pytest.raises(InputError) as problem:
        read("x\n１\n", encoding)
    assert str(problem.value) == message


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    hint = "check its name and the folder you are in"
    for path, why in (
        (tmp_path / "no.csv", "No such file or directory"),
        (tmp_path, "Is a directory"),
        ("a\0b", "embedded null byte"),
    ):
        with pytest.raises(InputError) as problem:
            read_csv(path)
        assert str(problem.value) == f"'{path}' cannot be read: {why}\nhint: {hint}"
    (tmp_path / "a.csv").write_text("x\n1\n")
    assert read_csv(tmp_path / "a.csv").source == "a.csv"


ODD = ("", " ", "1", "-2.5", " 3", "1e3", ".5", "5.", "+1", "−1", "１", "1/2", "1,5", "1,", "1.5,2", "nan", "-inf", "Infinity", "1e999",
       "1e-999", "0e-999", "-0", "0", "1_0", "_", "٣", "²", "a", "yes", '"1"', '"', "'1", "[1]", "1 2", "0x1", "1\0", "\x85", "\u2028", "1e", "e1", "--1")  # fmt: skip
ROWS = st.lists(
    st.lists(st.sampled_from(ODD) | st.floats(allow_nan=False, allow_infinity=False).map(repr), min_size=1, max_size=3),
    max_size=5,
)
FILES = st.tuples(st.sampled_from([",", ";", "\t"]), st.sampled_from(["x", "x{}y", "x{}y{}z"]), ROWS, st.sampled_from(["\n", "\r\n", "\r"])).map(
    lambda file: file[3].join([file[1].replace("{}", file[0]), *(file[0].join(row) for row in file[2])])
)  # fmt: skip


def outcome(data: str) -> tuple[object, ...]:
    try:
        table = read(data)
    except InputError as problem:
        return problem.message, problem.hint
    return (repr(lists(table)), table.notes)


def same_both_ways(data: str) -> None:
    """The quick way and the careful one give the same numbers, or the same error."""
    quick = outcome(data)
    assert quick[1] is not None, "what is wrong has a hint"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "_plain_numbers", lambda texts: None)
        assert quick == outcome(data)


@given(FILES)
def test_the_quick_way_and_the_careful_one_are_one(data: str) -> None:
    same_both_ways(data)


@pytest.mark.parametrize(
    ("name", "planted"),
    [
        ("_plain_numbers", lambda texts: np.array([float(text) for text in texts])),
        ("_plain_numbers", lambda texts: None if any(map(str.isalpha, texts)) else np.ones(len(texts))),
    ],
    ids=["nan is a number", "all are 1"],
)
def test_a_planted_quick_way_is_seen(name: str, planted: object) -> None:
    files = ["x\n1\nnan\n", "x\n2\n"]
    with pytest.MonkeyPatch.context() as patch:
        right = [outcome(data) for data in files]
        patch.setattr(csv_file, name, planted)
        assert [outcome(data) for data in files] != right


@given(
    st.dictionaries(st.sampled_from(["x", "w_1", "θ", "h_{1,2}", "重み"]), st.just(0), min_size=1),
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=5, max_size=40),
)
def test_what_is_written_is_read_again(names: dict[str, int], numbers: list[float]) -> None:
    rows = len(numbers) // len(names)
    columns = np.array(numbers[: rows * len(names)]).reshape(rows, len(names))
    table = Table({name: columns[:, k] for k, name in enumerate(names)}, "t")
    again = read(write_csv(table))
    assert repr(lists(again)) == repr(lists(table))


def test_what_is_written() -> None:
    table = Table({"x": np.array([[1, 2.5], [3, -0.1]]), "y": np.array([True, False])}, "t")  # type: ignore[dict-item]
    assert write_csv(table) == "x_1,x_2,y\n1.0,2.5,1.0\n3.0,-0.1,0.0\n"


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+x", "-x", "@SUM(x)", "\tx", "＝x", "\\x\n=1", "a,b", ""])
def test_no_cell_of_ours_is_run_by_a_spreadsheet(name: str) -> None:
    """OWASP, CSV Injection: = + - @ and a tab begin a formula; Japanese Excel takes the wide signs as well."""
    with pytest.raises(InputError, match="is not a name"):
        write_csv(Table({name: np.ones(2)}, "t"))


@given(st.text(max_size=8))
def test_no_name_that_is_written_begins_a_formula(name: str) -> None:
    try:
        text = write_csv(Table({name: np.array([-1.0])}, "t"))
    except InputError:
        return
    ((cell,), _) = csv.reader(io.StringIO(text, newline=""))
    assert cell[0] not in "=+-@\t\r＝＋－＠"


def test_columns_that_cannot_be_written() -> None:
    with pytest.raises(InputError, match="two columns would be called 'x_1'"):
        write_csv(Table({"x_1": np.ones(1), "x": np.ones((1, 2))}, "t"))
    with pytest.raises(InputError, match="the entries of 'x' are matrices"):
        write_csv(Table({"x": np.ones((1, 2, 2))}, "t"))


class _Whole(io.TextIOWrapper):
    """A planted mistake: a file is kept as one text."""

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        self.kept = getattr(self, "kept", None) or io.StringIO(self.read(), newline="")
        return self.kept.readline(size)


@pytest.mark.parametrize(("kind", "is_small"), [(io.TextIOWrapper, True), (_Whole, False)])
def test_a_file_is_never_kept_as_text(
    kind: type, is_small: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x\n" + (f"{math.pi:.60f}\n" * 150_000))
    monkeypatch.setattr(csv_file.io, "TextIOWrapper", kind)
    tracemalloc.start()
    assert len(read_csv(path)) == 150_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (peak < path.stat().st_size * 0.6) is is_small, peak


def test_what_a_cell_says() -> None:
    assert cells.read("-") == (None, "'-' is not a number")
    assert cells.remedy("-", []) == MISSING
    assert cells.remedy("-1,5", ["-1,5"]) == "write it with a decimal point: -1.5"
    assert cells.read("x" * 50)[1] == f"'{'x' * 40} …' is not a number"
