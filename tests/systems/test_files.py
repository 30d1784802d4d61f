"""Files on Windows and macOS, simulated: what is open elsewhere, names that are kept or are one, accents stored apart."""

from __future__ import annotations

import errno
import json
import os
import sys
import tempfile
import unicodedata
from pathlib import Path

import pytest

from graphviz_ad.course.making import make
from graphviz_ad.course.plan import read_course
from graphviz_ad.diagram import fonts, typeset
from graphviz_ad.errors import ExerciseError, OutputError
from graphviz_ad.exercises.marking.answer_files import Answers
from graphviz_ad.exercises.marking.exercise_files import ExerciseFiles
from graphviz_ad.export import files
from graphviz_ad.export.file_names import file_name, windows_problem
from graphviz_ad.export.files import write_atomic, write_folder

OPEN = "cannot be written: it is open in another program\nhint: close it there, or give another name with -o"


def refusal(winerror: int | None, number: int = errno.EACCES) -> PermissionError:
    """What Windows raises, with its own number, or another system without one."""
    problem = PermissionError(number, "Permission denied")
    if winerror is not None:
        problem.winerror = winerror  # type: ignore[attr-defined, unused-ignore]
    return problem


class Replace:
    """`os.replace` that refuses as often as it is told to."""

    def __init__(self, problem: OSError, times: int) -> None:
        self.problem, self.times, self.before = problem, times, os.replace

    def __call__(self, source: str, target: str) -> None:
        self.times -= 1
        if self.times >= 0:
            raise self.problem
        self.before(source, target)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files.time, "sleep", lambda seconds: None)


@pytest.mark.parametrize("winerror", [5, 32, 33, None])
def test_a_deck_that_is_open_in_powerpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, winerror: int | None
) -> None:
    deck = tmp_path / "deck.pptx"
    deck.write_bytes(b"old")
    monkeypatch.setattr(os, "replace", Replace(refusal(winerror), 99))
    with pytest.raises(OutputError) as caught:
        write_atomic(str(deck), b"new")
    assert str(caught.value) == f"'{deck}' {OPEN}"
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("deck.pptx", b"old")]


def test_another_refusal_is_not_called_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "replace", Replace(refusal(None, errno.EPERM), 99))
    with pytest.raises(OutputError, match="make room and permission there"):
        write_atomic(str(tmp_path / "x.svg"), b"new")


def test_a_scanner_that_looks_for_a_moment_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "replace", Replace(refusal(32), 3))
    write_atomic(str(tmp_path / "x.svg"), b"new")
    assert (tmp_path / "x.svg").read_bytes() == b"new"


def test_a_step_that_is_open_leaves_all_steps_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_folder(str(tmp_path), [("step-000.svg", b"old"), ("step-001.svg", b"old")])
    before = os.replace

    def replace(source: str, target: str) -> None:
        if source.endswith(f"{tmp_path.name}{os.sep}step-001.svg"):
            raise refusal(32)
        before(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(OutputError) as caught:
        write_folder(str(tmp_path), [("step-000.svg", b"new"), ("step-001.svg", b"new")])
    assert str(caught.value) == f"'{tmp_path / 'step-001.svg'}' {OPEN}"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == dict.fromkeys(
        ("step-000.svg", "step-001.svg"), b"old"
    )


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("aux.pdf", "'aux.pdf' is the name of a device"),
        ("C:/sheets/COM1.tar.gz", "'COM1.tar.gz' is the name of a device"),
        ("con/x.svg", "'con' is the name of a device"),
        ("Ann: a.svg", "'Ann: a.svg' has a ':'"),
        ('a"b.svg', "'a\"b.svg' has a '\"'"),
        ("steps./x.svg", "'steps.' ends in a dot"),
        ("x.svg ", "'x.svg ' ends in a space"),
        ("tab\there.svg", "'tab\there.svg' has a control sign"),
        ("NUL", None),
        ("../auxiliary/x.svg", None),
        (r"C:\Users\Übung 1\図.svg", None),
        ("./x.svg", None),
    ],
)
def test_names_that_windows_keeps(path: str, why: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert windows_problem(path) == why
    if why is None or ":" in path:
        return
    if "/" not in path:
        write_atomic(path, b"fine elsewhere")
        (tmp_path / path).unlink()
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(OutputError, match="cannot be written on Windows"):
        write_atomic(path, b"data")
    assert list(tmp_path.iterdir()) == []


def test_students_whose_names_are_one_on_other_systems() -> None:
    taken: set[str] = set()
    students = ["Anna", "ANNA", "José", "Jose\u0301", "JOSÉ", "aux", "CON.1", "com1", "Ann: a", "Ann. ", "..", "nul."]
    names = [file_name(student, taken) for student in students]
    assert len({unicodedata.normalize("NFD", name.casefold()) for name in names}) == len(students)
    assert [windows_problem(f"{name}.md") for name in names] == [None] * len(names)
    assert names[:4] == ["Anna", "ANNA-2", "José", "José-2"]


COURSE = (
    'roster = "students.csv"\n[[sheet]]\nname = "{}"\nlevel = 2\nformats = ["md"]\n[[sheet]]\nname = "{}"\nlevel = 1\n'
)


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (("Week-1", "week-1"), "two sheets are called 'Week-1'"),
        (("Übung", "U\u0308bung"), "cannot name a folder"),
        (("aux", "b"), "no folder has this name on Windows: 'aux' is the name of a device"),
        (("a.", "b"), "no folder has this name on Windows: 'a.' ends in a dot"),
    ],
)
def test_sheets_whose_folders_are_not_everywhere(tmp_path: Path, names: tuple[str, str], problem: str) -> None:
    (tmp_path / "students.csv").write_text("student\nAnna\n")
    (tmp_path / "course.toml").write_text(COURSE.format(*names), encoding="utf-8")
    with pytest.raises(ExerciseError, match=problem):
        read_course(str(tmp_path / "course.toml"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_course_in_the_lines_of_windows(tmp_path: Path, encoding: str) -> None:
    folder = tmp_path / "Übung 1 図"
    folder.mkdir()
    course = COURSE.format("one", "two").replace("\n", "\r\n").encode(encoding)
    (folder / "course.toml").write_bytes(course)
    (folder / "students.csv").write_bytes("id;student\r\n1;Anna\r\n2;ANNA\r\n3;山田\r\n".encode(encoding))
    read = read_course(str(folder / "course.toml"))
    files = [(student.id, student.name, student.file.casefold()) for student in read.students]
    assert [file[:2] for file in files] == [("1", "Anna"), ("2", "ANNA"), ("3", "山田")]
    assert len({file for _, _, file in files}) == 3
    assert (make(read).sheets_made, make(read).kept) == (6, 6)


def test_of_a_roster_as_excel_saves_it_the_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "course.toml").write_text(COURSE.format("one", "two"))
    (tmp_path / "students.csv").write_bytes("student\r\nJosé\r\n".encode("cp1252"))
    notes: list[str] = []
    read = read_course(str(tmp_path / "course.toml"), notes.append)
    assert [student.name for student in read.students] == ["José"]
    assert [note.rpartition(" was ")[2] for note in notes] == [
        "read as Windows-1252; look at the names, or save it as UTF-8"
    ]


def test_a_key_whose_accents_are_stored_apart_is_found(tmp_path: Path) -> None:
    (tmp_path / "course.toml").write_text(COURSE.format("one", "two"))
    (tmp_path / "students.csv").write_text("student\nJosé\n", encoding="utf-8")
    make(read_course(str(tmp_path / "course.toml")))
    key = tmp_path / "sheets/keys/one/José.json"
    seed = json.loads(key.read_text(encoding="utf-8"))["seed"]
    key.rename(key.with_name("Jose\u0301.json"))
    exercises = ExerciseFiles(str(key.parent))
    assert {exercises.of(Answers(name, {})).seed for name in ("José", "Jose\u0301")} == {seed}


def test_a_font_whose_name_is_stored_apart_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / unicodedata.normalize("NFD", "ヒラギノ角ゴシック W3.ttc")).touch()
    monkeypatch.setattr(fonts.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(fonts, "system_folders", lambda: [tmp_path])
    font = fonts.cjk_font.__wrapped__("ja")
    assert font is not None
    assert font[0] == str(tmp_path)


def test_folders_of_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("WINDIR", "W:/Windows")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    own = "Microsoft/Windows/Fonts"
    assert fonts.system_folders() == [Path("W:/Windows/Fonts"), tmp_path / "local" / own]
    monkeypatch.delenv("LOCALAPPDATA")
    assert fonts.system_folders()[1] == tmp_path / "AppData/Local" / own
    monkeypatch.setattr(sys, "platform", "darwin")
    fetched = tmp_path / "com_apple_MobileAsset_Font7"
    fetched.mkdir()
    monkeypatch.setattr(fonts, "_FETCHED", tmp_path)
    assert fonts.system_folders()[2:] == [tmp_path / "Library/Fonts", fetched]


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert all(folder.is_absolute() or platform == "win32" for folder in fonts.system_folders())


def test_no_folder_for_temporary_files(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", refuse)
    with pytest.raises(OutputError) as caught:
        typeset.new_compiler("", ())
    assert caught.value.hint == "name one that can: set TMPDIR, which is TEMP on Windows"


def test_a_temporary_file_that_is_held_at_the_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[tempfile.TemporaryDirectory[str]] = []
    original = tempfile.TemporaryDirectory

    def keep(**options: bool) -> tempfile.TemporaryDirectory[str]:
        kept.append(original(**options))  # type: ignore[call-overload]
        return kept[0]

    monkeypatch.setattr(tempfile, "TemporaryDirectory", keep)
    typeset.new_compiler("", ())

    def refuse(*_: object, **__: object) -> None:
        raise refusal(32)

    monkeypatch.setattr(os, "unlink", refuse)
    kept[0].cleanup()
    monkeypatch.undo()
    kept[0].cleanup()
