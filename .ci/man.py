"""The commands → their man pages: python .ci/man.py FOLDER, then `man -M` or a package reads FOLDER/man1."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).parents[1]))

from cli.main import COMMANDS, group
from graphviz_ad import __version__


def escaped(text: str) -> str:
    """Text → the same for roff: no word of it is a request, and a hyphen can be copied."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^(?=[.'])", r"\\&", text, flags=re.MULTILINE)


def paragraphs(text: str) -> Iterator[str]:
    """Help as click has it → roff; a paragraph that begins with \\b keeps its lines."""
    for part in inspect.cleandoc(text).split("\n\n"):
        as_it_stands, _, rest = part.partition("\b\n")
        yield ".PP"
        yield f".nf\n{escaped(rest)}\n.fi" if rest and not as_it_stands.strip() else escaped(part)


def options(command: click.Command, context: click.Context) -> Iterator[str]:
    """Command → its options, each with what it does."""
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None:
            yield f".TP\n.B {escaped(record[0])}\n{escaped(record[1])}"


def page(name: str, command: click.Command, summary: str, related: list[str]) -> str:
    """Name on the command line, command, a line on it, and other pages → its page."""
    context = click.Context(command, info_name=name)
    usage = " ".join(command.collect_usage_pieces(context))
    file = name.replace(" ", "-")
    return "\n".join(
        [
            f'.TH "{file.upper()}" "1" "" "graphviz\\-ad {__version__}" "User commands"',
            ".SH NAME", f"{escaped(file)} \\- {escaped(summary.rstrip('.'))}",
            ".SH SYNOPSIS", f".B {escaped(name)}", escaped(usage),
            ".SH DESCRIPTION", *paragraphs(command.help or summary),
            ".SH OPTIONS", *options(command, context),
            ".SH SEE ALSO", ", ".join(f"\\fB{escaped(other)}\\fP(1)" for other in related), "",
        ]
    )  # fmt: skip


def pages() -> dict[str, str]:
    """→ every page by the name of its file."""
    names = [f"graphviz-ad-{name}" for name in COMMANDS]
    made = {"graphviz-ad.1": page("graphviz-ad", group, "the graph of a formula and back-propagation on it", names)}
    for name, summary in COMMANDS.items():
        command = group.get_command(click.Context(group), name)
        assert command is not None
        made[f"graphviz-ad-{name}.1"] = page(f"graphviz-ad {name}", command, summary, ["graphviz-ad"])
    return made


if __name__ == "__main__":
    folder = Path(sys.argv[1]) / "man1"
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in pages().items():
        (folder / file).write_text(text, encoding="utf-8")
