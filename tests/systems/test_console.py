"""Consoles and shells of Windows, simulated: what they cannot show, what they do to arguments, and closed pipes."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli import console, mark
from cli import main as entry
from cli.main import main
from graphviz_ad import workers
from tests.cli.conftest import Run  # a fixture
from tests.cli.conftest import run as run

ROOT = Path(__file__).parents[2]
NEURON = ("z = w*x + b; σ = sigmoid(z); L = (σ - y)^2", "w=2", "x=3", "b=-1", "y=1")


class Console(io.TextIOWrapper):
    """A terminal of that encoding."""

    def __init__(self, encoding: str) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="\n", write_through=True)

    def isatty(self) -> bool:
        return True

    def shown(self) -> str:
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode(self.encoding.replace("ascii", "utf-8"))  # click takes ASCII for a mistake


def on_console(monkeypatch: pytest.MonkeyPatch, encoding: str, *arguments: str) -> tuple[int, str, str]:
    """Encoding and arguments → exit code, and what stands on a console of it."""
    out, err = Console(encoding), Console(encoding)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    return main(arguments), out.shown(), err.shown()


ENCODINGS = ("ascii", "cp932", "cp1252", "cp437", "utf-8")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_explanation_is_legible(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    code, out, err = on_console(monkeypatch, encoding, "explain", *NEURON)
    assert (code, err) == (0, "")
    assert "\\" not in out
    assert "?" not in out
    if encoding == "ascii":
        assert "dL/dz = dL/dsigma * dsigma/dz" in out


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("command", ["", *entry.COMMANDS])
def test_no_help_fails_on_a_console(monkeypatch: pytest.MonkeyPatch, encoding: str, command: str) -> None:
    code, out, err = on_console(monkeypatch, encoding, *filter(None, [command]), "--help")
    assert (code, err) == (0, "")
    assert "\\u" not in out


def test_signs_are_a_name_for_each_of_ours() -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "graphviz_ad").rglob("*.py"))
    texts += (ROOT / "graphviz_ad/messages/locale/en.pot").read_text(encoding="utf-8")
    script = re.compile("[\u0400-\u1cff\u3040-\u9fff\ud800-\uffff]")  # letters of other scripts, and what is no sign
    lost = {sign for sign in set(texts) if console.legible(sign) == "?" and not script.match(sign)}
    assert lost <= {"?"}


def test_carets_stay_under_their_place(monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, err = on_console(monkeypatch, "ascii", "explain", "σ + ŷ·sgimoid(x)", "x=1")
    lines = err.splitlines()
    assert code == 1
    assert lines[1][lines[2].index("^") :].startswith("sgimoid")
    assert lines[2].count("^") == len("sgimoid")


def test_letters_that_are_lost_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    _, out, err = on_console(monkeypatch, "cp1252", "explain", *NEURON, "--lang", "ja")
    assert "?" in out
    assert err == "note: this console has no letters for each '?': write to a file with -o, or set PYTHONUTF8=1\n"
    assert on_console(monkeypatch, "cp932", "explain", *NEURON, "--lang", "ja")[2] == ""


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "cp932"])
def test_files_and_pipes_stay_utf_8(tmp_path: Path, encoding: str) -> None:
    out = tmp_path / "x.txt"
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "cli.main", "explain", *NEURON]
    piped = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    subprocess.run([*command, "-o", str(out)], cwd=ROOT, env=environment, check=True)
    assert "∂L/∂σ" in piped.stdout.decode("utf-8")
    assert out.read_bytes() == piped.stdout


@pytest.mark.parametrize(
    ("problem", "platform", "quiet"),
    [
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), "linux", True),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), "win32", True),
        (OSError(errno.EINVAL, "Invalid argument"), "win32", True),
        (OSError(errno.EINVAL, "Invalid argument"), "linux", False),
        (OSError(errno.EINVAL, "Invalid argument", "x.svg"), "win32", False),
        (OSError(errno.ENOSPC, "No space left on device"), "win32", False),
    ],
)
def test_a_closed_pipe(
    run: Run, monkeypatch: pytest.MonkeyPatch, problem: OSError, platform: str, quiet: bool
) -> None:  # fmt: skip
    def fail() -> None:
        raise problem

    monkeypatch.setattr(entry, "flush", fail)
    monkeypatch.setattr(entry, "_close_stdout", lambda: None)
    monkeypatch.setattr(sys, "platform", platform)
    outcome = run("explain", "x", "x=1")
    assert outcome.code == 1
    assert (outcome.err == "") == quiet
    assert ("make room" in outcome.err) == (not quiet and problem.filename is None)


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="needs /dev/stdout")
def test_a_device_that_is_a_closed_pipe_is_no_error_message() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "cli.main", "explain", "x", "x=1", "-o", "/dev/stdout"]
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(command, cwd=ROOT, stdout=closed, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    into_a_pipe = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    assert into_a_pipe.stdout.startswith(b"1/1")


def test_a_file_that_cannot_be_used_is_no_mistake_of_ours(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "list.jsonl")

    monkeypatch.setattr(entry, "flush", fail)
    assert run("explain", "x", "x=1").err.startswith(
        "error: 'list.jsonl' cannot be used: Permission denied\nhint: look"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("draw", "'a", "=", "w*x'", "w=2", "x=3"), 'draw "a = w*x" w=2 x=3'),
        (("draw", "'w*x+b'", "w=2", "x=3"), 'draw "w*x+b" w=2 x=3'),
        (("explain", "'-x'", "x=3"), 'explain "-x" x=3'),
        (("draw", "--share", "w*x", "'x=[1,", "2]'"), 'draw --share w*x "x=[1, 2]"'),
        (("explain", "“a", "=", "x”", "x=3"), 'explain "a = x" x=3'),
        (("steps", "'w*x", "-", "b'", "-o", "my steps"), 'steps "w*x - b" -o "my steps"'),
    ],
)
def test_quotes_that_came_as_letters(run: Run, arguments: tuple[str, ...], message: str) -> None:
    outcome = run(*arguments)
    assert outcome.code == 2
    assert outcome.err.splitlines()[1] == f"hint: use double quotes: graphviz-ad {message}"


@pytest.mark.parametrize(
    "arguments", [("explain", "--upstream", "'1'", "w*x", "w=2", "x=3"), ("explain", "y' = x*'"), ("explain", "x'")]
)
def test_quotes_of_another_kind_are_left_alone(run: Run, arguments: tuple[str, ...]) -> None:
    assert "quotes" not in run(*arguments).err


@pytest.mark.parametrize("form", ["@{}", "file:{}", "'@{}'", '"@{}"', "'file:{}'"])
def test_a_file_is_named_without_what_powershell_reads_itself(run: Run, tmp_path: Path, form: str) -> None:
    folder = tmp_path / "Übung 1 図"
    folder.mkdir()
    (folder / "f.txt").write_bytes("\ufeffz = w*x\r\nL = z^2\r\n".encode())
    (folder / "v.json").write_bytes(b'{"w": 2,\r\n"x": 3}\r\n')
    formula, values = (form.format(folder / name) for name in ("f.txt", "v.json"))
    expected = run("explain", "z = w*x\nL = z^2", "w=2", "x=3")
    assert run("explain", formula, values) == expected
    (folder / "f.txt").write_text("z = w*x\nL = z^2\n", encoding="utf-16")  # as PowerShell 5 writes with >
    assert run("explain", formula, values) == expected


def test_an_array_is_given_a_name_without_an_at(run: Run, tmp_path: Path) -> None:
    np = pytest.importorskip("numpy")
    np.save(tmp_path / "x.npy", np.array([[1.0], [2.0]]))
    assert run("explain", "sum(x)", f"x=file:{tmp_path}/x.npy") == run("explain", "sum(x)", f"x=@{tmp_path}/x.npy")


@pytest.mark.parametrize("name", ["line.csv", "line.tsv"])
def test_tables_in_the_lines_of_windows(run: Run, tmp_path: Path, name: str) -> None:
    separator = "\t" if name.endswith("tsv") else ","
    rows = "\r\n".join(separator.join(row) for row in (("x", "y"), ("1", "2"), ("3", "4.5")))
    (tmp_path / name).write_bytes(f"{rows}\r\n".encode())
    (tmp_path / f"lf-{name}").write_bytes(f"{rows}\n".replace("\r\n", "\n").encode())
    outcomes = [
        run("explain", "L = mean((w*x - y)^2)", f"@{tmp_path}/{each}", "w=1").out for each in (name, f"lf-{name}")
    ]
    assert outcomes[0] == outcomes[1] != ""


@pytest.mark.parametrize("name", ["notes.md", "notes.tex"])
def test_documents_in_the_lines_of_windows(run: Run, tmp_path: Path, name: str) -> None:
    text = (
        "Some words.\n\n$$\nz = w x \\\\\n$$\n\n"
        if name.endswith("md")
        else "A\n\\begin{equation}\nz = w x\n\\end{equation}\n"
    )
    (tmp_path / name).write_bytes(text.encode())
    (tmp_path / f"crlf-{name}").write_bytes(text.replace("\n", "\r\n").encode())
    outcomes = [run("explain", f"@{tmp_path}/{each}", "w=2", "x=3") for each in (name, f"crlf-{name}")]
    assert outcomes[0].code == 0
    assert outcomes[0].out == outcomes[1].out


def test_a_formula_in_the_lines_of_windows_means_the_same(run: Run, tmp_path: Path) -> None:
    text = "# a neuron\nz = w*x +\n    b\n\na = tanh(z)  # bounded\nL = (a - y)^2\n"
    (tmp_path / "f.txt").write_bytes(text.replace("\n", "\r\n").encode())
    values = ("w=2", "x=3", "b=1", "y=0")
    assert run("explain", f"@{tmp_path}/f.txt", *values) == run("explain", text, *values)
    wrong = text.replace("tanh", "tahn")
    (tmp_path / "f.txt").write_bytes(wrong.replace("\n", "\r\n").encode())
    assert run("explain", f"@{tmp_path}/f.txt", *values).err == run("explain", wrong, *values).err


def test_answers_in_the_lines_of_windows_and_a_pattern_that_no_shell_expanded(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("exercise", "--level", "1", "-o", "sheet.json").code == 0
    key = tmp_path / "sheet.json"
    key.write_bytes(key.read_bytes().replace(b"\n", b"\r\n"))
    answers = tmp_path / "answers"
    answers.mkdir()
    (answers / "Ada.json").write_bytes(b'{"q1": "3",\r\n"q2": "1"}\r\n')
    (answers / "Bob.json").write_bytes(b'{"q1": "4"}')
    (tmp_path / "class.csv").write_bytes(b"sep=;\r\nstudent;q1\r\nAda;3\r\nBob;4\r\n")
    table = run("mark", "sheet.json", "class.csv")
    assert table.code == 0
    assert [line.split(",")[0] for line in table.out.splitlines()][1:3] == ["Ada", "Bob"]
    every = run("mark", "sheet.json", "answers/*.json")
    assert (every.code, every.out) == (0, run("mark", "sheet.json", "answers/Ada.json", "answers/Bob.json").out)
    assert run("mark", "sheet.json", "answers/*.txt").code == 1
    assert mark.expanded(["[a].json"]) == ["[a].json"]


def test_a_theme_in_the_lines_of_windows(run: Run, tmp_path: Path) -> None:
    theme = tmp_path / "mine.toml"
    theme.write_bytes('\ufeffbase = "dark"\r\n[colours]\r\npaper = "#112233"\r\n'.encode())
    assert "#112233" in run("draw", "w*x", "w=2", "x=3", "--theme", str(theme)).out


def test_windows_waits_for_no_more_than_61_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    counts: list[int] = []
    monkeypatch.setattr(workers, "ProcessPoolExecutor", lambda count, *_: counts.append(count))
    for platform in ("linux", "win32"):
        monkeypatch.setattr(sys, "platform", platform)
        new = workers.processes(128)
        assert new is not None
        new()
    assert counts == [128, 61]


COURSE = 'roster = "r.csv"\n[[sheet]]\nname = "one"\nlevel = 2\nformats = ["json", "pdf"]\n'


@pytest.mark.slow
def test_without_a_home_a_folder_with_a_space_and_spawned_processes(tmp_path: Path) -> None:
    folder = tmp_path / "Übung 1 図"
    folder.mkdir()
    (folder / "course.toml").write_text(COURSE, encoding="utf-8")
    (folder / "r.csv").write_text("id,student\n1,Anna\n2,ANNA\n3,山田\n", encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "MPL"))}
    environment |= {
        "HOME": "/dev/null/home",
        "USERPROFILE": "",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    for command in (
        ["course", "course.toml", "--jobs", "2"],
        ["draw", "L = (w*x - y)^2", "w=2", "x=3", "y=1", "-o", "図 1.png"],
        ["data", "line", "-o", "line.csv"],
        ["train", "L = mean((w*x + b - y)^2)", "@line.csv", "w=0", "b=0", "--figure", "loss", "-o", "loss 損.svg"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", *command],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        notes = [line for line in done.stderr.splitlines() if not line.startswith("note: ")]
        assert (done.returncode, notes) == (0, []), done.stderr
    assert {path.name for path in (folder / "sheets/one").iterdir()} == {"1.pdf", "2.pdf", "3.pdf"}
    assert json.loads((folder / "sheets/keys/one/3.json").read_text(encoding="utf-8"))
