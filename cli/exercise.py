"""`graphviz-ad exercise`: chain-rule exercises of a formula, or of a level of the built-in course."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from graphviz_ad.exercises.levels import LEVELS, MIXED_FROM, interleaved
from graphviz_ad.exercises.registry import SHEETS, Sheet, table
from graphviz_ad.graph.build import parse
from graphviz_ad.graph.graph import Limits
from graphviz_ad.messages.catalogue import say

from .options import digits_option, lang_option, output_option, values_options
from .output import Misuse, emit, report
from .progress import progress_bar, with_progress

if TYPE_CHECKING:
    from graphviz_ad.graph.graph import Graph
    from graphviz_ad.items.model import Exercise

_SHAPE = re.compile(r"([^=]+)=(\d+(?:[x×,]\d+)*)")
"""Name of an input and lengths of its axes, as in W=2x3."""
_MAX_VARIANTS = 10_000
"""Exercises of one command: more than any class has, so that it is a slip of the keyboard."""

_HELP = f"""Make a chain-rule exercise of FORMULA, or of a level of the built-in course.

Inputs without a value are chosen so that they are easy to compute with and every mistake shows. The suffix of the
hand-out says its format:

\b
{table()}

\b
Example:
  graphviz-ad exercise "z = w*x + b; a = sigmoid(z); L = (a - y)^2" -o neuron.json
  graphviz-ad exercise --level 4 --variants 30 -o sheets.json
  graphviz-ad exercise --level 4 --fade 2 -o last-two-steps.pdf
  graphviz-ad exercise --level 5 --variants 6 --mix -o practice.html
  graphviz-ad exercise --kinds
"""
r"""Help of the command, with the formats of the registry; below \b click leaves lines as they are."""


@click.command("exercise", help=_HELP)
@click.argument("formula", required=False)
@values_options
@output_option("The hand-out to write; its suffix says the format. JSON on standard output unless given.")
@click.option("--level", type=click.IntRange(1, 12), metavar="1…12", help="A level of the built-in course, no formula.")
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="The same seed, the same exercise.")
@click.option(
    "--variants",
    type=click.IntRange(1, _MAX_VARIANTS),
    default=1,
    metavar="N",
    help="As many exercises, with the seeds that follow; each self-test leads to the next.",
)
@click.option(
    "--mix", is_flag=True, help="Every second exercise is of an earlier level, as in --level 5 --variants 6 --mix."
)
@click.option("--ask", "asked", multiple=True, metavar="KIND[,KIND…]", help="What is asked; --kinds lists what can be.")
@click.option("--kinds", is_flag=True, help="List the kinds of question and the levels.")
@click.option(
    "--fade",
    type=click.IntRange(1),
    metavar="K",
    help="Ask for the last K steps alone; those before are worked. As in --fade 2, then 4, then without.",
)
@click.option("--shape", "shapes", multiple=True, metavar="NAME=2x3", help="An input is an array of this shape.")
@click.option(
    "--sheet",
    type=click.Choice(SHEETS),
    default="blank",
    show_default=True,
    help="The sheet to fill in, the answers, or every step of them.",
)
@click.option("--report", "reported", is_flag=True, help="Say which mistakes each question can tell apart.")
@lang_option
@digits_option
@click.option("--debug", is_flag=True, expose_value=False, help="Print a traceback with an error.")
def command(
    formula: str | None,
    values: tuple[str, ...],
    encoding: str | None,
    columns: dict[str, tuple[str, ...]],
    output: str | None,
    level: int | None,
    seed: int,
    variants: int,
    mix: bool,
    asked: tuple[str, ...],
    kinds: bool,
    fade: int | None,
    shapes: tuple[str, ...],
    sheet: Sheet,
    reported: bool,
    lang: str,
    digits: int,
) -> None:
    """The exercises that the options ask for."""
    if kinds:
        emit(_listed(lang))
        return
    if (formula is None) == (level is None):
        raise Misuse(
            "there is no formula" if formula is None else "a level brings its own formulas",
            "give a formula or --level, as in: graphviz-ad exercise --level 4 -o sheet.json",
        )
    names = tuple(part.strip() for word in asked for part in word.split(",") if part.strip())
    seeds = range(seed, seed + variants)
    if formula is None:
        assert level is not None
        if values or shapes or encoding or columns:
            raise Misuse("a level chooses its own values", "leave them out, or give a formula")
        if mix and level < MIXED_FROM:
            raise Misuse(
                "there is too little before it to mix", f"take a level from {MIXED_FROM} on, or leave --mix out"
            )
        make = _of_level(level, seed if mix else None, names, lang, digits)
    else:
        if mix:
            raise Misuse("a formula has no earlier levels", "leave --mix out, or give a level, as in --level 5 --mix")
        graph, fixed = _read(formula, values, encoding, columns)
        make = _of_formula(graph, fixed, names, _shapes(shapes), lang, digits)
    exercises = [make(number) for number in with_progress(seeds, "exercises")]
    if fade:
        from graphviz_ad.exercises.fading import faded

        exercises = [faded(exercise, fade) for exercise in exercises]
    if reported:
        emit("\n\n".join(_report(exercise) for exercise in exercises))
        if output is None:
            return
    if output is None or output == "-":
        if sheet != "blank":
            raise Misuse(f"a {sheet} does not go to standard output", "give a file with -o, as in -o sheet.pdf")
        from graphviz_ad.exercises.record import dumps

        if variants > 1:
            raise Misuse("several exercises do not go to standard output", "give a file with -o")
        emit(dumps(exercises[0]))
        return
    from graphviz_ad.exercises.sheets.handout import save

    notes: list[str] = []
    with progress_bar("hand-outs") as progress:
        paths = save(exercises, output, sheet=sheet, notify=notes.append, progress=progress)
    for text in notes:
        report("note", text)
    report("note", f"wrote {paths[0]}" if len(paths) == 1 else f"wrote {len(paths)} files, {paths[0]} …")


def _read(
    formula: str, values: tuple[str, ...], encoding: str | None, columns: dict[str, tuple[str, ...]]
) -> tuple[Graph, dict[str, object]]:
    """The formula and what is given → its graph, and the values that are fixed."""
    from .values import read_formula, read_tables, used_values, with_columns

    limits = Limits()
    table, others = read_tables(values, encoding, columns, limits.array)
    graph = parse(read_formula(formula, limits.length), given=with_columns(table, others))
    return graph, used_values(graph, table, others)


def _of_level(
    level: int, mixed: int | None, asked: tuple[str, ...], lang: str, digits: int
) -> Callable[[int], Exercise]:  # fmt: skip
    """A level, and the first seed where earlier levels are mixed in → what makes the exercise of a seed."""
    from graphviz_ad.exercises.making import of_level

    def make(seed: int) -> Exercise:
        number = level if mixed is None else interleaved(level, seed, seed - mixed)
        return of_level(number, seed, asked=asked, lang=lang, digits=digits)

    return make


def _of_formula(
    graph: Graph, fixed: dict[str, object], asked: tuple[str, ...], shapes: dict[str, tuple[int, ...]], lang: str,
    digits: int,
) -> Callable[[int], Exercise]:  # fmt: skip
    """A graph and its fixed values → what makes an exercise of a seed."""
    from graphviz_ad.exercises.making import of_formula

    return lambda seed: of_formula(graph, seed, asked=asked, given=fixed, shapes=shapes, lang=lang, digits=digits)


def _shapes(words: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    """NAME=2x3 words → shapes by name. Raises Misuse."""
    shapes = {}
    for word in words:
        match = _SHAPE.fullmatch(word.strip())
        if match is None:
            raise Misuse(f"'{word}' is no shape of an input", "write it as in --shape W=2x3")
        shapes[match[1].strip()] = tuple(map(int, re.split("[x×,]", match[2])))
    return shapes


def _listed(lang: str) -> str:
    """Language → the kinds of question and the levels, with what each is."""
    from graphviz_ad.exercises.questions.kinds import KINDS

    wide = max(map(len, KINDS))
    lines = [f"{say('kinds', lang)}:", *(f"  {kind:{wide}}  {say(f'kind.{kind}', lang)}" for kind in KINDS)]
    lines += [f"{say('levels', lang)}:"]
    for number, level in LEVELS.items():
        lines.append(f"  {number:<2}  {say(f'level.{number}', lang)} ({', '.join(level.asked)})")
    return "\n".join(lines)


def _report(exercise: Exercise) -> str:
    """Exercise → for each question the mistakes that its answers tell apart, and those that they do not."""
    from graphviz_ad.exercises.distinctions import report as distinctions

    lang = exercise.lang

    def joined(mistakes: tuple[str, ...], separator: str) -> str:
        return separator.join(say(f"mistake.{name}", lang) for name in mistakes)

    comma = say("report.comma", lang)
    lines = [f"{exercise.title}  ({say('report.seed', lang).format(seed=exercise.seed)})"]
    for distinction in distinctions(exercise):
        lines.append(f"  {distinction.question.name} ({say(f'kind.{distinction.question.kind}', lang)})")
        lines.append(f"    {say('report.apart', lang)} {joined(distinction.apart, comma) or say('report.none', lang)}")
        lines += [f"    {say('report.alike', lang)} {joined(group, ' = ')}" for group in distinction.alike]
        if distinction.hidden:
            lines.append(f"    {say('report.hidden', lang)} {joined(distinction.hidden, comma)}")
    return "\n".join(lines)
