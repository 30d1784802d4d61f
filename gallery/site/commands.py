"""The command line → a page for each command: its usage, what it does, examples and options, as click knows them."""

from __future__ import annotations

import inspect
import re

import click

from cli.main import COMMANDS, group
from gallery.site.words import row_text, words

FOLDER = "reference/commands"


def pages(lang: str) -> dict[str, str]:
    """Language → the page of all commands, and one of each. The help itself is English."""
    return {f"{FOLDER}/index.md": _index(lang)} | {f"{FOLDER}/{name}.md": page(name, lang) for name in COMMANDS}


def page(name: str, lang: str) -> str:
    """Command → its page."""
    context = click.Context(group, info_name="graphviz-ad")
    command = group.get_command(context, name)
    assert command is not None
    inner = click.Context(command, info_name=name, parent=context)
    usage = command.get_usage(inner).removeprefix("Usage: ")
    before = words(lang)["of_help"].format(name=name, does=escaped(row_text(lang, "commands", name, COMMANDS[name])))
    paragraphs = [before] if before else []
    parts = [f"# {name}", *paragraphs, _fence("text", " ".join(usage.split())), *_help(command.help or "")]
    return "\n\n".join([*parts, f"## {words(lang)['options']}", *_options(command, inner)]) + "\n"


def _index(lang: str) -> str:
    say = words(lang)
    context = click.Context(group, info_name="graphviz-ad")
    does = {name: escaped(row_text(lang, "commands", name, what)) for name, what in COMMANDS.items()}
    rows = [f"| [{name}]({name}.md) | {what} |" for name, what in does.items()]
    table = "\n".join([f"| {say['command']} | {say['does']} |", "|---|---|", *rows])
    tree = "\n".join(["```{toctree}", ":hidden:", "", *COMMANDS, "```"])
    parts = [f"# {say['commands']}", say["commands_intro"], table, *_help(group.help or "")]
    return "\n\n".join([*parts, f"## {say['options']}", *_options(group, context), tree]) + "\n"


def _help(text: str) -> list[str]:
    """Help of a command → its paragraphs in Markdown: tables and examples stay as they stand."""
    parts = list[str]()
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        if not paragraph.strip():
            continue
        if not paragraph.startswith("\b\n"):
            parts.append(escaped(" ".join(paragraph.split())))
            continue
        lines = paragraph.removeprefix("\b\n").split("\n")
        if lines[0].endswith(":"):
            parts.append(escaped(lines.pop(0)))
        block = inspect.cleandoc("\n" + "\n".join(lines))
        parts.append(_fence("sh" if block.startswith("graphviz-ad ") else "text", block))
    return parts


def _options(command: click.Command, context: click.Context) -> list[str]:
    """Command → its options as a list of definitions."""
    records = [record for param in command.get_params(context) if (record := param.get_help_record(context))]
    return [f"`{names}`\n: {escaped(' '.join(description.split()))}" for names, description in records]


def _fence(kind: str, text: str) -> str:
    return f"```{kind}\n{text}\n```"


def prose(text: str) -> str:
    """Text with code between backticks → the same in Markdown, with nothing else in it that means something there."""
    return re.sub(r"(`[^`]+`)|([^`]+|`)", lambda match: match[1] or escaped(match[2]), text)


def escaped(text: str) -> str:
    """Text → the same in Markdown, with nothing in it that means something there."""
    return re.sub(r"([\\`*_\[\]<>#|$])", r"\\\1", text)
