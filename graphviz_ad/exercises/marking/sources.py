"""Paths of files, folders and archives → the files handed in, in memory and bounded; nothing of them is written."""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises.marking.reading import read_file

MAX_FILES = 20_000
"""Of a folder or an archive: several for each student of the largest course."""
MAX_FILE_BYTES = 64_000_000
"""Of a file of answers: those of ten thousand students take a few megabytes, and a wrong file is not read whole."""
_MAX_MEMBER_BYTES = 16_000_000
"""Of a file in an archive, when it is unpacked: what one student hands in takes a hundredth of it."""
_MAX_ARCHIVE_BYTES = 1_000_000_000
"""Of an archive, which is the largest file that is opened."""
_MAX_DEPTH = 8
"""Folders in folders: platforms and nbgrader make four."""
_UNZIPPED_AGAIN = 1
"""Archives within an archive: some platforms ask students for one."""
_OF_SYSTEMS = ("__macosx", "thumbs.db", "desktop.ini", "timestamp.txt")
"""What systems and nbgrader put beside the files of people."""

_UNPACKING = (
    OSError, RuntimeError, ValueError, NotImplementedError, zipfile.BadZipFile, zlib.error, EOFError,
)  # fmt: skip
"""What is raised where a file in an archive is damaged, locked, or packed in a way that is not known."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was handed in: the folders it stands in and its name, and its bytes, or why they cannot be read."""

    parts: tuple[str, ...]
    data: bytes = b""
    problem: str = ""

    @property
    def name(self) -> str:
        """Its path within what was given."""
        return "/".join(self.parts)


def sources(path: str) -> Iterator[Source]:
    """Path of a file, a folder or an archive → the files in it, in order of their names.

    Raises ExerciseError where there is nothing to be read at all.
    """
    if os.path.isdir(path):
        yield from _of_folder(path)
    elif path.lower().endswith(".zip"):
        yield from _of_archive(path)
    else:
        yield Source((path,), read_file(path, MAX_FILE_BYTES))


def _of_folder(path: str) -> Iterator[Source]:
    """Folder → its files and those of its folders; a link is followed nowhere."""
    top, count = os.path.normpath(path), 0
    for folder, folders, names in os.walk(top):
        inner = () if folder == top else tuple(os.path.relpath(folder, top).split(os.sep))
        folders[:] = sorted(name for name in folders if not _is_of_system(name)) if len(inner) < _MAX_DEPTH else []
        for name in sorted(name for name in names if not _is_of_system(name)):
            count += 1
            if count > MAX_FILES:
                raise ExerciseError(f"'{path}' holds more than {MAX_FILES} files", hint="give the folder of one sheet")
            parts, file = (os.path.basename(top), *inner, name), os.path.join(folder, name)
            if os.path.islink(file) or not os.path.isfile(file):
                yield Source(parts, problem="it is a link or a device, which is not read: put the file itself there")
            elif name.lower().endswith(".zip"):
                yield from _of_archive(file, parts)
            else:
                try:
                    yield Source(parts, read_file(file, _MAX_MEMBER_BYTES))
                except ExerciseError as problem:
                    yield Source(parts, problem=str(problem).replace("\n", "; "))


def _of_archive(path: str, parts: tuple[str, ...] | None = None) -> Iterator[Source]:
    """Archive → its files."""
    named = parts or (os.path.basename(path),)
    try:
        if os.path.getsize(path) > _MAX_ARCHIVE_BYTES:
            raise ExerciseError(f"'{path}' is too large", hint=f"up to {_MAX_ARCHIVE_BYTES // 1_000_000} MB are read")
        with open(path, "rb") as file, zipfile.ZipFile(file) as archive:
            yield from _members(archive, named, _UNZIPPED_AGAIN)
    except (OSError, zipfile.BadZipFile, ValueError) as problem:
        why = getattr(problem, "strerror", None) or str(problem) or "it is cut off"
        if parts is None:
            if isinstance(problem, FileNotFoundError):
                raise ExerciseError(
                    f"there is no file '{path}'", hint="give the archive as it was downloaded"
                ) from None
            raise ExerciseError(f"'{path}' is no archive that can be read: {why}", hint="download it again") from None
        yield Source(named, problem=f"it is no archive that can be read ({why}): ask for it again")


def _members(archive: zipfile.ZipFile, named: tuple[str, ...], deeper: int) -> Iterator[Source]:
    """Archive, how it is called, and how often one within it is opened too → its files."""
    members = sorted(
        (member for member in archive.infolist() if not member.is_dir()), key=lambda archived: archived.filename
    )
    if len(members) > MAX_FILES:
        yield Source(named, problem=f"it holds more than {MAX_FILES} files: give the archive of one sheet")
        return
    unpacked = 0
    for member in members:
        inner = tuple(part for part in _name(member).replace("\\", "/").split("/") if part not in ("", ".", ".."))
        if not inner or any(map(_is_of_system, inner)):
            continue
        parts = (*named, *inner)
        try:
            with archive.open(member) as file:
                data = file.read(_MAX_MEMBER_BYTES + 1)  # whatever size it claims to have
        except _UNPACKING as problem:
            yield Source(parts, problem=f"it cannot be unpacked ({problem}): ask for it again")
            continue
        unpacked += len(data)
        if unpacked > _MAX_ARCHIVE_BYTES:
            yield Source(named, problem="it unpacks to more than any class hands in: what follows in it is left out")
            return
        if len(data) > _MAX_MEMBER_BYTES:
            yield Source(
                parts, problem=f"it unpacks to more than {_MAX_MEMBER_BYTES // 1_000_000} MB: look at it first"
            )
        elif inner[-1].lower().endswith(".zip"):
            yield from _within(data, parts, deeper)
        else:
            yield Source(parts, data)


def _within(data: bytes, parts: tuple[str, ...], deeper: int) -> Iterator[Source]:
    """Bytes of an archive within another one → its files."""
    if not deeper:
        yield Source(parts, problem="it is an archive in an archive in an archive: unpack it first")
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from _members(archive, parts, deeper - 1)
    except (zipfile.BadZipFile, ValueError, OSError) as problem:
        yield Source(parts, problem=f"it is no archive that can be read ({problem}): ask for it again")


def _name(member: zipfile.ZipInfo) -> str:
    """Member → its name; where the archive does not say that it is UTF-8, it mostly is all the same."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def _is_of_system(name: str) -> bool:
    return name.startswith(".") or name.lower() in _OF_SYSTEMS
