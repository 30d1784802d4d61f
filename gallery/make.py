"""`python -m gallery.make`: the source files → all pictures and the index, made anew."""

from __future__ import annotations

from gallery import decks, front
from gallery.example import HERE, chapters
from gallery.page import html, readme
from graphviz_ad.export.files import write_atomic


def files() -> dict[str, str]:
    """→ everything that is made, by its path from gallery/."""
    contents: dict[str, str] = {}
    spoken: dict[str, str] = {}
    parts = chapters()
    for example in (e for chapter in parts for e in chapter.examples):
        for name, picture in example.pictures().items():
            contents[f"pictures/{name}"] = picture.svg()
            spoken[name] = picture.frame.spoken
        spoken[f"{example.name}.svg"] = example.result
    return (
        contents
        | decks.files()
        | front.files()
        | {"README.md": readme(parts, spoken), "index.html": html(parts, spoken)}
    )


def main() -> None:
    """Write all, and remove pictures and decks of examples that are gone."""
    contents = files()
    for folder in ("pictures", "decks"):
        (HERE / folder).mkdir(exist_ok=True)
        for path in (HERE / folder).iterdir():
            if f"{folder}/{path.name}" not in contents:
                path.unlink()
    for name, text in contents.items():
        write_atomic(str(HERE / name), text.encode())


if __name__ == "__main__":
    main()
