"""`graphviz-ad course`: a term from its roster to its gradebook."""

from __future__ import annotations

from importlib import import_module

import click

PARTS = {
    "make": "The sheets of all students; the word may be left out.",
    "mark": "Answers to a sheet, or all there are again: points by the rules of the course, and what changed for whom.",
    "gradebook": "Files of marks that Canvas, Moodle and spreadsheets import.",
    "report": "What a class found hard: each question, the commonest mistakes and how to teach them again.",
}
"""Commands of a course and what each does; the module of one is imported when it is used."""
_MODULES = {
    "make": "course_making",
    "mark": "course_marking",
    "gradebook": "course_gradebook",
    "report": "course_report",
}


class _Parts(click.Group):
    """Commands by name; the first where none is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(PARTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in PARTS:
            return None
        command: click.Command = import_module(f".{_MODULES[cmd_name]}", __package__).command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_named = any(word in (*PARTS, "-h", "--help") for word in args[:1])
        return super().parse_args(ctx, args if is_named else ["make", *args])

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(PARTS.items()))


@click.group("course", cls=_Parts, options_metavar="[--help]")
def command() -> None:
    """A term from its roster to its gradebook: one file, COURSE.toml, says what is asked of whom and what counts.

    Each command has a --help of its own.

    \b
    Example:
      graphviz-ad course --example > course.toml
      graphviz-ad course course.toml --jobs 4
      graphviz-ad course mark course.toml week-1 answers.csv
      graphviz-ad course gradebook course.toml -o gradebook
      graphviz-ad course report course.toml -o report
    """
