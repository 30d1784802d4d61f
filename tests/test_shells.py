"""A command of a guide is the same in bash, zsh, PowerShell and, but for LaTeX, cmd.exe: what they read in another way is quoted."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from cli.main import COMMANDS

ROOT = Path(__file__).parent.parent
SPECIAL = re.compile(r"""['\[\]{}(),;|&<$`*?#^]|(?<!\S)@|\\$""")
"""Brackets are files to zsh, a comma makes several words in PowerShell, @ stands for arguments there, and so on."""
GUIDES = sorted(
    path
    for folder in ("", "gallery", "gallery/site/en", "gallery/site/ja", "gallery/lesson/en", "gallery/lesson/ja")
    for path in (ROOT / folder).glob("**/*.md" if folder.count("/") > 1 else "*.md")
    if path.name not in ("CHANGELOG.md", "RELEASING.md") and path != ROOT / "gallery" / "README.md"
)


def odd(text: str) -> list[str]:
    """Text with commands → those of them that some shell would read in another way."""
    lines = re.findall(r"^ *(?:\$ )?(graphviz-ad [a-z]+ .*)$", text, re.MULTILINE)
    commands = [line for line in lines if "…" not in line and "OPTIONS" not in line]
    return [line for line in commands if SPECIAL.search(re.sub(r'"[^"]*"', "", line))]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_of_guides_are_quoted_for_every_shell(guide: Path) -> None:
    assert odd(guide.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_of_the_help_are_quoted_for_every_shell(name: str) -> None:
    assert odd(import_module(f"cli.{name}").command.help) == []


@pytest.mark.parametrize("words", ["x=[1,2]", "--ask a,b", "@line.csv w=0", "'a b'"])
def test_what_a_shell_reads_in_another_way_is_found(words: str) -> None:
    assert odd(f'```sh\n$ graphviz-ad draw "y = w*x" {words} -o y.svg\n')
