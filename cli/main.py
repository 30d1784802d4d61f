"""The group `graphviz-ad`, and the one place where errors become exit codes."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from .console import be_legible
from .output import MISSING_PART, OK, USAGE, WRONG, Misuse, colours, flush, report
from .quoting import torn

COMMANDS = {
    "draw": "One picture: the graph with its values and gradients at one step.",
    "steps": "One picture for every step, as numbered files or as a deck.",
    "explain": "Every step in words and equations.",
    "jacobian": "All derivatives of a result, as a matrix.",
    "hessian": "Second derivatives, by differentiating the backward pass.",
    "check": "The same numbers computed in other ways, compared.",
    "code": "The formula as a program in PyTorch, JAX or NumPy.",
    "exercise": "Chain-rule exercises of a formula or of a level, to hand out.",
    "mark": "Answers to an exercise: points, and what went wrong.",
    "course": "The exercise sheets of a term for every student of a roster.",
    "data": "Small data sets to learn from, made by chance.",
    "train": "Learn the parameters of a formula from data by descent.",
    "compare": "Runs of descent beside one another: batches, rates, optimisers.",
    "torch": "PyTorch code, run once, as a graph.",
    "ops": "The operations a formula may use, with their derivatives.",
}
"""Commands and what each does; a command's module is imported only when it is used."""


_MAX_MESSAGE_CHARACTERS = 200
"""Of an unforeseen error's own message: it may quote all of a formula, and the hint under it must stay in sight."""


class _Commands(click.Group):
    """Commands by name, imported when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f".{cmd_name}", __package__).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name in COMMANDS:
            return super().resolve_command(ctx, args)
        from difflib import get_close_matches

        near = get_close_matches(name, COMMANDS, n=1)
        if near:
            hint = f"did you mean '{near[0]}'?"
        elif name.isidentifier() and name.isascii():
            hint = "the commands are " + ", ".join(COMMANDS)
        else:
            hint = 'a command comes first, as in: graphviz-ad draw "w*x + b" w=2 x=3 b=1 -o x.svg'
        raise Misuse(f"there is no command '{name}'", hint)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _version(ctx: click.Context, _: click.Parameter, is_asked: bool) -> None:
    """--version → the version on standard output, and the end."""
    if is_asked:
        from graphviz_ad import __version__

        click.echo(f"graphviz-ad {__version__}")
        ctx.exit()


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    options_metavar="[--help] [--version]",
    context_settings={"max_content_width": 100, "help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version."
)
@click.option("--debug", is_flag=True, expose_value=False, help="Print a traceback with an error.")
@click.pass_context
def group(ctx: click.Context) -> int:
    """Draw the graph of a formula and explain back-propagation on it, step by step.

    FORMULA is text, @FILE, or - for standard input. Values are NAME=VALUE: a number or a list; @FILE.json has several,
    and the columns of @FILE.csv, .npy or .npz are inputs by their names. PowerShell reads a bare @ itself: write
    "@FILE" there, or file:FILE, which is the same.

    \b
    An example session:
      graphviz-ad draw "z = w*x + b; L = (z - y)^2" w=2 x=3 b=-1 y=4 -o graph.svg
      graphviz-ad steps "z = w*x + b; L = (z - y)^2" w=2 x=3 b=-1 y=4 -o steps/
      graphviz-ad explain "z = w*x + b; L = (z - y)^2" w=2 x=3 b=-1 y=4
      graphviz-ad check "z = w*x + b; L = (z - y)^2" w=2 x=3 b=-1 y=4

    Exit status: 0 fine, 1 the formula, its inputs or a check are wrong, 2 misuse, 3 an optional part is missing.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        return USAGE
    return OK


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line → exit code, with every error told on stderr in a few lines."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    before = arguments[: arguments.index("--")] if "--" in arguments else arguments
    debug = "--debug" in before
    be_legible(sys.stdout, sys.stderr)
    try:
        code = _run(arguments)
        flush()
        return code
    except BaseException as problem:
        if isinstance(problem, SystemExit):
            raise
        if debug:
            import traceback

            traceback.print_exc()
        return _failed(problem, arguments, debug=debug)


def _run(arguments: Sequence[str]) -> int:
    code = group.main(args=list(arguments), prog_name="graphviz-ad", standalone_mode=False, color=colours(sys.stdout))
    return code if isinstance(code, int) else OK


def _failed(problem: BaseException, arguments: Sequence[str], *, debug: bool) -> int:
    """What was raised → a message on stderr and an exit code."""
    from graphviz_ad.errors import GraphvizADError, InputError, ParseError

    if isinstance(problem, (click.ClickException, ParseError, InputError)) and (message_and_hint := torn(arguments)):
        report("error", "{}\nhint: {}".format(*message_and_hint))
        return USAGE
    if isinstance(problem, click.ClickException):
        report("error", _usage_text(problem, arguments))
        return problem.exit_code
    if _is_closed_pipe(problem):
        _close_stdout()  # whoever read the output has seen enough
        return WRONG
    if isinstance(problem, (KeyboardInterrupt, click.Abort)):
        report("error", "stopped")
        return WRONG
    from graphviz_ad.installing import library

    again = "" if debug else "\nhint: run again with --debug to see where, and please report it"
    match problem:
        case GraphvizADError():
            report("error", str(problem) + _OFFERS.get(problem.option or "", ""))
            return problem.exit_code
        case ImportError() if problem.name and problem.name.partition(".")[0] != "graphviz_ad":
            name = problem.name.partition(".")[0]
            report("error", f"this needs '{name}', which is not installed\nhint: {library(name)}")
            return MISSING_PART
        case MemoryError():
            report("error", f"the memory is not enough for this\nhint: {_SMALLER}")
        case OSError() if problem.filename is None:
            why = problem.strerror or problem
            report(
                "error", f"the output cannot be written: {why}\nhint: make room there, or give another place with -o"
            )
        case OSError():
            hint = "look at its name, at who may read and write it, and whether another program has it open"
            report("error", f"'{problem.filename}' cannot be used: {problem.strerror or problem}\nhint: {hint}")
        case _:
            message = " ".join(str(problem).split())
            message = message if len(message) < _MAX_MESSAGE_CHARACTERS else message[:_MAX_MESSAGE_CHARACTERS] + " …"
            report("error", f"this is a mistake in graphviz-ad: {type(problem).__name__}: {message}{again}")
    return WRONG


_OFFERS = {"random": ", or let --random SEED choose", "upstream": ", or give --upstream"}
"""What ends the hint of an error that an option of the commands would help against."""

_SMALLER = "use a shorter formula or smaller arrays, or lower --max-nodes and --max-array"
"""What helps where the memory is not enough."""


def _usage_text(problem: click.ClickException, arguments: Sequence[str]) -> str:
    """Misuse as click tells it → our words, with a hint."""
    message = problem.format_message()
    message = message[:1].lower() + message[1:].rstrip(".")
    hint: str | None = getattr(problem, "hint", None)
    command = next((word for word in arguments if word in COMMANDS), None)
    help_text = f"'graphviz-ad {command + ' ' if command else ''}--help' shows how it is used"
    if isinstance(problem, click.NoSuchOption):
        message = f"there is no option '{problem.option_name}'"
        near = next(iter(problem.possibilities or ()), None)
        formula = _word_of(problem.option_name, arguments)
        if near:
            hint = f"did you mean '{near}'?"
        elif not problem.option_name.startswith("--") or not formula[2:].replace("-", "").isalpha():
            hint = (
                f"a formula that begins with '-' goes behind '--': graphviz-ad {command or 'draw'} … -- \"{formula}\""
            )
    elif isinstance(problem, click.MissingParameter) and problem.param is not None and problem.param.name == "formula":
        message = "a formula is missing"
        hint = f'as in: graphviz-ad {command} "L = (w*x - y)^2" w=2 x=3 y=4'
    elif isinstance(problem, click.BadParameter) and problem.param is not None:
        message, hint = _bad_value(message, problem.param)
    return f"{message}\nhint: {hint or help_text}"


def _bad_value(message: str, option: click.Parameter) -> tuple[str, str | None]:
    """What click says of a value that does not fit, and its option → the same in our words, and a hint, if any."""
    from graphviz_ad.errors import nearest

    name, value = option.opts[0], next(iter(re.findall("'([^']*)' is not ", message)), "")
    if isinstance(option.type, click.Choice):
        near = nearest(value, map(str, option.type.choices))
        return message, f"did you mean '{near}'?" if near else None
    for kind, wording, example in (("float", "number", "0.1"), ("integer", "whole number", "10")):
        for given in ("", " range"):
            if message.endswith(f"is not a valid {kind}{given}"):
                point = ", with a decimal point" * ("," in value)
                return message.replace(f"valid {kind}{given}", wording), f"write one{point}, as in {name} {example}"
    return message, None


def _word_of(option: str, arguments: Sequence[str]) -> str:
    """An option that is not known → the word it was found in: `-*` in `-h*x`, which begins with one that is known."""
    begins = (word for word in arguments if word.startswith(option))
    holds = (word for word in arguments if word.startswith("-") and word[1:2] != "-" and option[1:] in word[1:])
    return next(begins, next(holds, option))


def _is_closed_pipe(problem: BaseException) -> bool:
    """Whether it was raised since the reader of the output is gone, for which Windows says "invalid argument"."""
    invalid = isinstance(problem, OSError) and problem.errno == errno.EINVAL and problem.filename is None
    return isinstance(problem, BrokenPipeError) or (invalid and sys.platform == "win32")


def _close_stdout() -> None:
    """Let nothing more be written to a pipe that was closed, also not when Python ends."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        return


if __name__ == "__main__":
    sys.exit(main())
