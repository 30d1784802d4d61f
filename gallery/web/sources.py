"""The text of a page → what is in it for those who try it: files that it shows, commands, programs."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

_BLOCK = re.compile(r"^( *)(`{3,})(\S*)(?: +(\S+))?\n(.*?)^\1\2 *$", re.DOTALL | re.MULTILINE)
_OPTION = re.compile(r"^:([\w-]+):(.*)\n", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of code: its language or its directive in braces, the word behind, its options, and its text."""

    kind: str
    argument: str
    options: dict[str, str]
    text: str


def blocks(page: str) -> Iterator[Block]:
    """Text of a page → its blocks of code, in order; a directive's options are taken from its head."""
    for _, _, kind, argument, content in _BLOCK.findall(page):
        text, options = textwrap.dedent(content), dict[str, str]()
        while kind.startswith("{") and (option := _OPTION.match(text)):
            options[option[1]] = option[2].strip()
            text = text[option.end() :]
        yield Block(kind, argument, options, text.removeprefix("\n") if kind.startswith("{") else text)


def files_of(page: str) -> dict[str, str]:
    """Text of a page → the files it shows: blocks of code whose caption is the name."""
    return {
        block.options["caption"]: block.text
        for block in blocks(page)
        if block.kind == "{code-block}" and "caption" in block.options
    }


def commands(page: str) -> list[str]:
    """Text of a page → the commands in its blocks `sh`; a line may go on behind a backslash."""
    scripts = [block.text.replace("\\\n", " ") for block in blocks(page) if block.kind == "sh"]
    return [line for script in scripts for line in script.splitlines() if line.startswith("graphviz-ad ")]
