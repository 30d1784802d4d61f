"""All pages of the site that are made of the program, by their paths; each maker is a module of its own."""

from __future__ import annotations

from pathlib import Path

from gallery.site import commands, examples, guides, tables


def pages(lang: str) -> dict[str, str]:
    """Language → the text of each page that is made, by its path."""
    contents = dict[str, str]()
    for maker in (commands.pages, examples.pages, guides.pages, tables.pages):
        part = maker(lang)
        assert not contents.keys() & part.keys(), "a page is made twice"
        contents |= part
    return contents


def pictures(work: Path) -> dict[str, bytes]:
    """Where what is made is kept → the pictures that pages name by their paths."""
    return examples.thumbnails(work / "thumbnails")
