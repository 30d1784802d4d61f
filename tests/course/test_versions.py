"""What was handed out stays: another formula makes new versions only where it is asked for, and keeps the old ones."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from cli.main import main
from graphviz_ad.course import making, versions
from graphviz_ad.course.lock import locked
from graphviz_ad.course.making import make
from graphviz_ad.course.plan import Course, read_course
from graphviz_ad.errors import OutputError
from graphviz_ad.exercises.identity import code, code_in, owner_of
from graphviz_ad.exercises.making import of_level
from graphviz_ad.exercises.record import dumps, loads

ROSTER = "id,name\ns1,Ada\ns2,Ada\n"
TOML = '[[sheet]]\nname = "one"\nformula = "a = w*x; L = a^2"\nask = ["values", "inputs"]\nformats = ["md"]\n'
OTHER = TOML.replace("a^2", "a^3")


def course(folder: Path, text: str = TOML) -> Course:
    (folder / "students.csv").write_text(ROSTER)
    (folder / "c.toml").write_text(text)
    return read_course(str(folder / "c.toml"))


def contents(folder: Path) -> dict[str, bytes]:
    """Folder → what its sheets and keys hold, by their paths."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in (folder / "sheets").rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


@pytest.mark.parametrize("level", range(1, 13))
def test_the_code_of_a_file_is_that_of_its_exercise(level: int) -> None:
    exercise = of_level(level, 3)
    text = dumps(exercise)
    assert code_in(json.loads(text)) == code(exercise) == code(loads(text))


def test_a_key_says_whose_it_is(tmp_path: Path) -> None:
    make(course(tmp_path))
    document = json.loads((tmp_path / "sheets/keys/one/s2.json").read_text())
    owner = owner_of(document)
    assert owner is not None
    assert (owner.sheet, owner.student, owner.name, owner.version) == ("one", "s2", "Ada", code_in(document))
    assert f"· {owner.version}" in (tmp_path / "sheets/one/s2.md").read_text()
    assert loads(json.dumps(document))


def test_another_formula_changes_nothing_that_was_handed_out(tmp_path: Path) -> None:
    make(course(tmp_path))
    before = contents(tmp_path)
    outcome = make(course(tmp_path, OTHER))
    assert (outcome.sheets_made, [change.parts for change in outcome.changed]) == (0, [("formula", "values")] * 2)
    assert contents(tmp_path) == before


def test_replace_makes_new_versions_and_keeps_the_old_ones(tmp_path: Path) -> None:
    make(course(tmp_path))
    before = contents(tmp_path)
    assert make(course(tmp_path, OTHER), replace=True).sheets_made == 2
    after = contents(tmp_path)
    assert after["sheets/keys/one/earlier/1/s1.json"] == before["sheets/keys/one/s1.json"]
    assert after["sheets/one/earlier/1/s1.md"] == before["sheets/one/s1.md"]
    assert after["sheets/one/s1.md"] != before["sheets/one/s1.md"]
    make(course(tmp_path), replace=True)
    again = contents(tmp_path)
    assert again["sheets/keys/one/earlier/2/s1.json"] == after["sheets/keys/one/s1.json"]
    assert {name: data for name, data in again.items() if "earlier/1/" in name} == {
        name: data for name, data in after.items() if "earlier/1/" in name
    }


@pytest.mark.parametrize("writes", range(1, 9))
def test_a_run_that_is_killed_while_it_replaces_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    """Whatever file was the last that was written."""
    from graphviz_ad.export import files

    make(course(tmp_path))
    before = contents(tmp_path)
    real, count = files.write_atomic, 0

    def dying(path: str, data: bytes) -> None:
        nonlocal count
        count += 1
        if count > writes:
            raise KeyboardInterrupt
        real(path, data)

    monkeypatch.setattr(files, "write_atomic", dying)
    try:
        make(course(tmp_path, OTHER), replace=True)
    except KeyboardInterrupt:
        monkeypatch.setattr(files, "write_atomic", real)
        make(course(tmp_path, OTHER), replace=True)
    after = contents(tmp_path)
    for name, data in before.items():
        folder, _, file = name.rpartition("/one/")
        assert after[f"{folder}/one/earlier/1/{file}"] == data
    assert not any("earlier/2" in name for name in after)


def test_points_that_were_changed_by_hand_survive(tmp_path: Path) -> None:
    make(course(tmp_path))
    key = tmp_path / "sheets/keys/one/s1.json"
    document = json.loads(key.read_text())
    document["questions"][1]["points"] = 7.5
    key.write_text(json.dumps(document))
    assert make(course(tmp_path, TOML.replace('["md"]', '["md", "tex"]'))).changed == []
    assert (tmp_path / "sheets/one/s1.tex").exists()
    assert [question.points for question in loads(key.read_text()).questions][1] == 7.5


def test_a_key_of_someone_else_is_not_written_over(tmp_path: Path) -> None:
    planned = course(tmp_path)
    make(planned)
    keys = tmp_path / "sheets/keys/one"
    (keys / "s1.json").write_bytes((keys / "s2.json").read_bytes())
    (tmp_path / "sheets" / making.LIST).unlink()
    outcome = make(planned)
    assert outcome.failed == [("one/s1", "'keys/one/s1.json' is the key of Ada (s2); move it away")]
    assert outcome.sheets_made == 1


def test_two_runs_at_once(tmp_path: Path) -> None:
    planned = course(tmp_path)
    with locked(planned.out, "out"), pytest.raises(OutputError, match="another run is at work"):
        make(planned)
    assert make(planned).sheets_made == 2


def test_two_runs_at_once_on_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has no flock: there a byte of the file is locked, and another who locks it gets an OSError."""
    held: set[str] = set()

    def lock(file: int, mode: int, length: int) -> None:
        path = os.readlink(f"/proc/self/fd/{file}")
        if (mode, length) != (2, 1) or path in held:
            raise OSError(36, "Resource deadlock avoided")
        held.add(path)

    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(locking=lock, LK_NBLCK=2))
    planned = course(tmp_path)
    with locked(planned.out, "out"), pytest.raises(OutputError, match="another run is at work"):
        make(planned)
    held.clear()  # as Windows does when the file is closed
    assert make(planned).sheets_made == 2


def test_the_command_says_what_changed_for_whom(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    course(tmp_path)
    path = str(tmp_path / "c.toml")
    assert main(["course", path]) == 0
    course(tmp_path, OTHER)
    assert main(["course", path]) == 1
    messages = capfd.readouterr().err
    assert "error: one: other formula and values for 2 students who hold a sheet: Ada (s1) " in messages
    assert "--replace makes new versions" in messages
    assert main(["course", "make", path, "--replace"]) == 0
    assert "keys are kept in" in capfd.readouterr().err
    assert versions.earlier_keys(str(tmp_path / "sheets"), "keys/one/s1.json")
