"""Pages written by hand and pages made of the program → one folder of sources, in which only what is new is written."""

from __future__ import annotations

import hashlib
from pathlib import Path

from gallery.site import generated

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def digest(*places: str) -> str:
    """Files and folders of the repository → a text that changes with any file there that is part of a build."""
    state = hashlib.sha256()
    for place in places:
        for path in sorted([ROOT / place, *(ROOT / place).rglob("*")]):
            if path.is_file() and "__pycache__" not in path.parts and "_build" not in path.parts:
                state.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return state.hexdigest()[:16]


def pages(lang: str, work: Path) -> dict[str, bytes]:
    """Language, and where what is made is kept → every source of that language by its path."""
    written = {path.relative_to(HERE / lang).as_posix(): path.read_bytes() for path in (HERE / lang).rglob("*.md")}
    contents = {name: text.encode() for name, text in generated.pages(lang).items()}
    clash = written.keys() & contents.keys()
    assert not clash, f"written and made too: {', '.join(clash)}"
    return written | contents | generated.pictures(work)


def stage(lang: str, folder: Path, work: Path) -> None:
    """Language → its sources in the folder; what is there and no source is removed."""
    sources = pages(lang, work)
    for path in list(folder.rglob("*")) if folder.exists() else ():
        if path.is_file() and path.relative_to(folder).as_posix() not in sources:
            path.unlink()
    for name, data in sources.items():
        path = folder / name
        if not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
