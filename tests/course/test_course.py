"""A course: every student's sheets once, the same again, what is there kept, failures told, workers that die."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from graphviz_ad.course import making
from graphviz_ad.course.making import LIST, TaskResult, make, make_batch, make_sheet
from graphviz_ad.course.plan import Course, Task, read_course, tasks
from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises.record import loads
from graphviz_ad.installing import extra
from graphviz_ad.workers import processes

SHEETS = '[[sheet]]\nname = "one"\nlevel = 1\nformats = ["json"]\n[[sheet]]\nname = "two"\nformula = "L = w*x + b"\nformats = ["json"]\n'
NAMES = ["Ada", "../../etc/passwd", "山田 太郎", "Bea", "=1+1", "CON", "x" * 300]


def course(folder: Path, students: Sequence[str] = NAMES, text: str = SHEETS) -> Course:
    """Folder and students → a course read from its files."""
    (folder / "students.csv").write_text("student\n" + "\n".join(students) + "\n", encoding="utf-8")
    (folder / "course.toml").write_text("seed = 7\n" + text, encoding="utf-8")
    return read_course(str(folder / "course.toml"))


def files(folder: Path) -> dict[str, bytes]:
    """Folder → the keys of all sheets in it, by their paths."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted((folder / "sheets").rglob("*.json"))
    }  # fmt: skip


def test_every_student_gets_every_sheet(tmp_path: Path) -> None:
    outcome = make(course(tmp_path))
    assert (outcome.sheets_made, outcome.kept, outcome.failed) == (2 * len(NAMES), 0, [])
    keys = files(tmp_path)
    assert len(keys) == 2 * len(NAMES)
    assert all(name.startswith(("sheets/keys/one/", "sheets/keys/two/")) for name in keys)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["course.toml", "sheets", "students.csv"]
    assert len({json.dumps(json.loads(text)["inputs"]) for name, text in keys.items() if "/two/" in name}) > 3
    assert all(loads(text.decode()) for text in keys.values())


def test_a_sheet_of_a_course_is_mixed_with_earlier_levels(tmp_path: Path) -> None:
    """Some students have the level, some an earlier one, and without `mix` all the level."""
    names = [f"s{n}" for n in range(8)]
    sheets = "".join(
        f"[[sheet]]\nname = '{mix}'\nlevel = 3\nask = ['inputs']\nformats = ['json']\nmix = {mix}\n"
        for mix in ("true", "false")
    )
    make(course(tmp_path, names, sheets))
    levels = {
        mix: {
            json.loads(key.read_text(encoding="utf-8"))["level"]
            for key in (tmp_path / "sheets/keys" / mix).glob("*.json")
        }
        for mix in ("true", "false")
    }
    assert levels["false"] == {3}
    assert 3 in levels["true"]
    assert levels["true"] & {1, 2}


def test_a_sheet_of_a_course_is_faded(tmp_path: Path) -> None:
    make(course(tmp_path, ["Ada"], "[[sheet]]\nname = 'one'\nlevel = 2\nfade = 1\nformats = ['md']\n"))
    (key,) = files(tmp_path).values()
    assert json.loads(key)["fade"] == 1
    sheet = (tmp_path / "sheets" / "one" / "Ada.md").read_text(encoding="utf-8")
    assert "These steps are worked for you" in sheet


def test_a_student_keeps_the_sheet_when_others_come_and_go(tmp_path: Path) -> None:
    make(course(tmp_path, ["Ada", "Bob"]))
    before = files(tmp_path)
    outcome = make(course(tmp_path, ["Zoe", "Bob", "Eve"]))
    after = files(tmp_path)
    assert (outcome.sheets_made, outcome.kept) == (4, 2)
    assert {name: after[name] for name in before} == before


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    planned = course(tmp_path)
    make(planned)
    before = files(tmp_path)
    again = make(planned)
    assert (again.sheets_made, again.kept) == (0, 14)
    (tmp_path / "sheets/keys/one/Ada.json").unlink()
    third = make(planned)
    assert (third.sheets_made, third.kept) == (1, 13)
    assert files(tmp_path) == before
    other = course(tmp_path, text=SHEETS.replace("level = 1", "level = 2"))
    held = make(other)
    assert (held.sheets_made, held.kept, len(held.changed)) == (0, 7, 7)
    assert files(tmp_path) == before
    changed = make(other, replace=True)
    assert (changed.sheets_made, changed.kept) == (7, 7)


def test_a_run_that_is_cut_off_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planned = course(tmp_path)
    count = 0

    def stopping(task: Task) -> TaskResult:
        nonlocal count
        count += 1
        if count > 5:
            raise KeyboardInterrupt
        return make_sheet(task)

    monkeypatch.setattr(making, "make_sheet", stopping)
    with pytest.raises(KeyboardInterrupt):
        make(planned)
    monkeypatch.undo()
    with (tmp_path / "sheets" / LIST).open("a", encoding="utf-8") as listing:
        listing.write('["one/x", "cut o')
    outcome = make(planned)
    assert (outcome.sheets_made, outcome.kept) == (9, 5)
    assert len(files(tmp_path)) == 14


class Slow(Executor):
    """Does a batch when its result is asked for, as one that is busy would."""

    def __init__(self) -> None:
        self.futures: list[Future[Any]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if not self.futures:
            future.set_result(fn(*args))
        self.futures.append(future)
        return future


def test_what_waits_is_taken_back_where_a_run_is_stopped(tmp_path: Path) -> None:
    """Else Ctrl-C waits for all that was given to the processes."""
    slow = Slow()

    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    planned = course(tmp_path, [f"student {number}" for number in range(20)])
    with pytest.raises(KeyboardInterrupt):
        make(planned, lambda: slow, stop)
    assert len(slow.futures) == 5
    assert all(future.cancelled() for future in slow.futures[1:])
    assert make(planned).kept == 1


def test_a_failure_is_told_and_the_rest_goes_on(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    sheets = SHEETS.replace('"L = w*x + b"', '"L = exp(exp(exp(x^2 + 9)))"')
    course(tmp_path, ["Ada", "Bob"], sheets)
    assert main(["course", str(tmp_path / "course.toml")]) == 1
    errors = capfd.readouterr().err
    assert "2 students, 2 sheets: 2 made" in errors
    assert "error: two/Ada: no inputs were found" in errors
    assert len(files(tmp_path)) == 2


@pytest.mark.slow
def test_several_processes_make_the_same(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    make(course(tmp_path / "a"))
    outcome = make(course(tmp_path / "b"), processes(2))
    assert outcome.sheets_made == 14
    assert files(tmp_path / "a") == files(tmp_path / "b")


def dying(batch: list[Task]) -> list[TaskResult]:
    """A batch in a process that dies at Ada's sheets, once for each file beside the tasks."""
    marker = os.environ["DYING"]
    if any(task.student.name == "Ada" for task in batch) and os.path.exists(marker):
        os.remove(marker)
        os.kill(os.getpid(), signal.SIGKILL)
    return make_batch(batch)


def always_dying(batch: list[Task]) -> list[TaskResult]:
    if any(task.student.name == "Ada" for task in batch):
        os.kill(os.getpid(), signal.SIGKILL)
    return make_batch(batch)


def pool() -> Executor:
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


@pytest.mark.slow
def test_a_process_that_dies_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marker = tmp_path / "alive"
    marker.touch()
    monkeypatch.setenv("DYING", str(marker))
    monkeypatch.setattr(making, "make_batch", dying)
    outcome = make(course(tmp_path, [*NAMES, *map(str, range(20))]), pool)
    assert not marker.exists()
    assert (outcome.sheets_made, outcome.failed) == (54, [])


@pytest.mark.slow
def test_a_task_that_always_kills_its_process_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "make_batch", always_dying)
    outcome = make(course(tmp_path, ["Ada", "Bob"], SHEETS.split('[[sheet]]\nname = "two"')[0]), pool)
    assert ("one/Ada", "the process that made it died, several times") in outcome.failed


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # those of tornado and asyncio, when a worker is killed under them
def test_a_cluster_whose_worker_is_killed_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed")
    from graphviz_ad.workers import cluster

    marker = tmp_path / "alive"
    marker.touch()
    monkeypatch.setenv("DYING", str(marker))
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as local:
        monkeypatch.setattr(making, "make_batch", dying)
        with cluster(local.scheduler_address) as executor:
            outcome = make(course(tmp_path, [*NAMES, *map(str, range(20))]), executor)
    assert not marker.exists(), "no worker died"
    assert (outcome.sheets_made, outcome.failed) == (54, [])
    assert len(files(tmp_path)) == 54


def test_no_cluster_answers(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    course(tmp_path, ["Ada"])
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    assert main(["course", str(tmp_path / "course.toml"), "--scheduler", "tcp://127.0.0.1:1"]) == 3
    assert extra("cluster") in capfd.readouterr().err


def test_the_example_is_a_course(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["course", "--example"]) == 0
    (tmp_path / "c.toml").write_text(capfd.readouterr().out)
    (tmp_path / "students.csv").write_text("id;x\n".replace(";", ",") + "7,y\n")
    planned = read_course(str(tmp_path / "c.toml"))
    assert [task.key for task in tasks(planned)] == ["week-1/7", "week-2/7"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x =", "is no TOML"),
        ("tilte = 'x'", "'tilte' is not known\nhint: did you mean 'title'?"),
        ("seed = 'x'\n[[sheet]]\nlevel = 1", "'seed' is not a whole number\nhint: as in seed = 4"),
        ("", "has no sheet"),
        ("[[sheet]]\nname = '../x'\nlevel = 1", "'../x' cannot name a folder"),
        ("[[sheet]]\nlevel = 1\nformula = 'x'", "it needs a level or a formula, and not both"),
        ("[[sheet]]\nlevel = 1\nformats = ['docx']", "there is no format 'docx'"),
        ("[[sheet]]\nname = 'a'\nlevel = 1\n[[sheet]]\nname = 'a'\nlevel = 2", "two sheets are called 'a'"),
        ("[[sheet]]\nlevel = 2\nmix = true", "there are too few earlier levels"),
        ("[[sheet]]\nformula = 'x^2'\nmix = true", "there are too few earlier levels"),
        ("[[sheet]]\nlevel = 1\nfade = -1", "there cannot be -1 steps to do"),
        ("lang = 'de'\n[[sheet]]\nlevel = 1", "there is no language 'de'"),
        ("roster = 'none.csv'\n[[sheet]]\nlevel = 1", "cannot be read: No such file"),
    ],
)
def test_what_is_wrong_with_a_course(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "students.csv").write_text("student\nAda\n")
    (tmp_path / "c.toml").write_text(text)
    with pytest.raises(ExerciseError) as caught:
        read_course(str(tmp_path / "c.toml"))
    assert message in str(caught.value)
    assert caught.value.hint


def test_an_empty_roster(tmp_path: Path) -> None:
    with pytest.raises(ExerciseError, match="has no students"):
        course(tmp_path, [])
