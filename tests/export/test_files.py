"""Files are written whole or not at all, and only ours are ever touched."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphviz_ad.errors import OutputError
from graphviz_ad.export import files
from graphviz_ad.export.files import write_atomic, write_folder


def contents(folder: Path) -> dict[str, bytes]:
    """Folder → all files in it and below, hidden ones too."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def steps(count: int, suffix: str = "svg", mark: bytes = b"new") -> list[tuple[str, bytes]]:
    return [(f"step-{k:03}.{suffix}", mark + b" %d" % k) for k in range(count)]


def broken_after(files: list[tuple[str, bytes]], count: int, problem: BaseException) -> Iterator[tuple[str, bytes]]:
    yield from files[:count]
    raise problem


class TestWriteAtomic:
    def test_new_file_has_the_permissions_of_any_new_file(self, tmp_path: Path) -> None:
        (tmp_path / "other").touch()
        write_atomic(str(tmp_path / "x.svg"), b"data")
        assert contents(tmp_path) == {"other": b"", "x.svg": b"data"}
        assert (tmp_path / "x.svg").stat().st_mode == (tmp_path / "other").stat().st_mode

    def test_existing_file_keeps_its_permissions(self, tmp_path: Path) -> None:
        path = tmp_path / "x.svg"
        path.write_bytes(b"old")
        path.chmod(0o640)
        write_atomic(str(path), b"new")
        assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o640)

    def test_link_is_followed(self, tmp_path: Path) -> None:
        (tmp_path / "real.svg").write_bytes(b"old")
        (tmp_path / "link.svg").symlink_to("real.svg")
        write_atomic(str(tmp_path / "link.svg"), b"new")
        assert (tmp_path / "link.svg").is_symlink()
        assert (tmp_path / "real.svg").read_bytes() == b"new"

    def test_device_stays_a_device(self) -> None:
        write_atomic(os.devnull, b"data")
        assert stat.S_ISCHR(os.stat(os.devnull).st_mode)

    def test_relative_path(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        write_atomic("x.svg", b"data")
        assert contents(tmp_path) == {"x.svg": b"data"}

    @pytest.mark.parametrize("problem", [OSError(28, "No space left on device"), KeyboardInterrupt()])
    @pytest.mark.parametrize("call", ["write", "replace"])
    def test_old_file_survives_a_failure(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: BaseException, call: str
    ) -> None:
        path = tmp_path / "x.svg"
        path.write_bytes(b"old")

        def half(where: str, data: bytes) -> None:
            Path(where).write_bytes(data[:2])
            raise problem

        def refuse(source: str, target: str) -> None:
            raise problem

        if call == "write":
            monkeypatch.setattr(files, "_create", half)
        else:
            monkeypatch.setattr(os, "replace", refuse)
        with pytest.raises((OutputError, KeyboardInterrupt)) as caught:
            write_atomic(str(path), b"new")
        if isinstance(problem, OSError):
            assert str(caught.value) == (
                f"'{path}' cannot be written: No space left on device\n"
                "hint: give another place with -o, or make room and permission there"
            )
        assert contents(tmp_path) == {"x.svg": b"old"}

    def test_missing_folder_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(OutputError) as caught:
            write_atomic(str(tmp_path / "no" / "x.svg"), b"data")
        assert str(caught.value) == (
            f"the folder '{tmp_path}/no' of '{tmp_path}/no/x.svg' does not exist\nhint: make it: mkdir -p '{tmp_path}/no'"
        )
        assert contents(tmp_path) == {}

    def test_folder_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(OutputError) as caught:
            write_atomic(str(tmp_path), b"data")
        assert str(caught.value) == f"'{tmp_path}' is a folder\nhint: give a file in it, as in {tmp_path}/x.svg"

    @pytest.mark.parametrize("name", ["x" * 300, "a\0b", ""])
    def test_impossible_name_is_told(self, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        with pytest.raises(OutputError):
            write_atomic(name, b"data")
        assert contents(tmp_path) == {}

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
    def test_protected_file_is_not_replaced(self, tmp_path: Path) -> None:
        path = tmp_path / "x.svg"
        path.write_bytes(b"old")
        path.chmod(0o444)
        with pytest.raises(OutputError):
            write_atomic(str(path), b"new")
        assert path.read_bytes() == b"old"


class TestWriteFolder:
    def test_folder_is_made(self, tmp_path: Path) -> None:
        folder = tmp_path / "steps"
        assert write_folder(str(folder), steps(2)) == [f"{folder}/step-000.svg", f"{folder}/step-001.svg"]
        assert contents(folder) == {"step-000.svg": b"new 0", "step-001.svg": b"new 1"}

    def test_leftovers_of_an_earlier_run_go_and_all_else_stays(self, tmp_path: Path) -> None:
        others = {
            "notes.txt": b"1",
            "step-1.svg": b"2",
            "my-step-001.svg": b"3",
            "step-001.svg.bak": b"4",
            "step-001.html": b"5",
        }
        for name, data in others.items():
            (tmp_path / name).write_bytes(data)
        (tmp_path / "step-007.svg").mkdir()
        (tmp_path / "step-007.svg" / "mine").write_bytes(b"6")
        write_folder(str(tmp_path), [*steps(5, mark=b"old"), ("step-1000.svg", b"old")])
        notes: list[str] = []
        write_folder(str(tmp_path), steps(2), notes.append)
        assert contents(tmp_path) == others | {
            "step-007.svg/mine": b"6", "step-000.svg": b"new 0", "step-001.svg": b"new 1",
        }  # fmt: skip
        assert notes == ["removed 4 pictures of an earlier run"]

    def test_an_earlier_run_in_another_format_stays(self, tmp_path: Path) -> None:
        write_folder(str(tmp_path), [*steps(2, mark=b"old"), ("step-1000.pdf", b"old")])
        notes: list[str] = []
        write_folder(str(tmp_path), steps(1, "png"), notes.append)
        assert contents(tmp_path) == {
            "step-000.svg": b"old 0", "step-001.svg": b"old 1", "step-1000.pdf": b"old", "step-000.png": b"new 0",
        }  # fmt: skip
        assert notes == []

    def test_what_was_overwritten_is_not_told(self, tmp_path: Path) -> None:
        notes: list[str] = []
        write_folder(str(tmp_path), steps(2, mark=b"old"), notes.append)
        write_folder(str(tmp_path), steps(3), notes.append)
        assert notes == []
        write_folder(str(tmp_path), steps(2), notes.append)
        assert notes == ["removed 1 picture of an earlier run"]

    @pytest.mark.parametrize("count", [0, 1, 2])
    @pytest.mark.parametrize("problem", [RuntimeError("painting failed"), KeyboardInterrupt()])
    def test_failure_while_making_leaves_the_old_run(self, tmp_path: Path, count: int, problem: BaseException) -> None:
        write_folder(str(tmp_path), steps(4, mark=b"old"))
        before = contents(tmp_path)
        with pytest.raises(type(problem)):
            write_folder(str(tmp_path), broken_after(steps(3), count, problem))
        assert contents(tmp_path) == before
        assert sorted(os.listdir(tmp_path)) == sorted(before)

    def test_failure_takes_a_folder_it_made_away_again(self, tmp_path: Path) -> None:
        with pytest.raises(RuntimeError):
            write_folder(str(tmp_path / "steps"), broken_after(steps(3), 1, RuntimeError()))
        assert os.listdir(tmp_path) == []

    @pytest.mark.parametrize("fails_at", range(7))
    def test_failure_at_any_move_puts_everything_back(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
    ) -> None:
        write_folder(str(tmp_path), steps(4, mark=b"old"))
        before = contents(tmp_path)
        moves, move = 0, os.replace

        def replace(source: str, target: str) -> None:
            nonlocal moves
            moves += 1
            if moves == fails_at + 1:
                raise OSError(5, "Input/output error")
            move(source, target)

        monkeypatch.setattr(os, "replace", replace)
        with pytest.raises(OutputError):
            write_folder(str(tmp_path), steps(3))
        assert moves > fails_at
        assert contents(tmp_path) == before
        assert sorted(os.listdir(tmp_path)) == sorted(before)

    def test_folder_in_the_way_is_told_and_nothing_changed(self, tmp_path: Path) -> None:
        write_folder(str(tmp_path), steps(1, mark=b"old"))
        (tmp_path / "step-001.svg").mkdir()
        with pytest.raises(OutputError) as caught:
            write_folder(str(tmp_path), steps(2))
        assert str(caught.value) == (
            f"'{tmp_path}/step-001.svg' is a folder\nhint: move it away, or give another folder"
        )
        assert contents(tmp_path) == {"step-000.svg": b"old 0"}

    def test_link_among_the_leftovers_goes_but_not_what_it_points_to(self, tmp_path: Path) -> None:
        (tmp_path / "precious").write_bytes(b"mine")
        folder = tmp_path / "steps"
        folder.mkdir()
        (folder / "step-000.svg").symlink_to("../precious")
        write_folder(str(folder), steps(1))
        assert contents(tmp_path) == {"precious": b"mine", "steps/step-000.svg": b"new 0"}

    @pytest.mark.parametrize(("path", "file"), [("steps", "steps"), ("steps/", "steps/"), ("steps/in", "steps")])
    def test_file_in_place_of_the_folder_is_told(self, tmp_path: Path, path: str, file: str) -> None:
        (tmp_path / "steps").write_bytes(b"mine")
        with pytest.raises(OutputError) as caught:
            write_folder(f"{tmp_path}/{path}", steps(1))
        assert str(caught.value) == (
            f"'{tmp_path}/{file}' is a file, not a folder\nhint: give the name of a folder, or move the file away"
        )
        assert contents(tmp_path) == {"steps": b"mine"}

    def test_other_names_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="is not the name of a step's file"):
            write_folder(str(tmp_path), [("../evil.svg", b"")])
        assert contents(tmp_path) == {}
