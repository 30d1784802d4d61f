"""`graphviz-ad data`: small data sets to learn from."""

from __future__ import annotations

import click

from .options import format_option, output_option
from .output import Misuse, emit, file_format, report

FORMATS = ("csv", "npz")
"""Formats of a data set."""


@click.command("data")
@click.argument("name", required=False)
@click.option("--list", "is_list", is_flag=True, help="List the sets there are.")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    metavar="N",
    help="The same seed, the same examples.",
)
@click.option("--examples", type=click.IntRange(min=1), metavar="N", help="How many examples; 256 unless said.")
@output_option("The file to write, .csv or .npz; CSV on standard output unless given.")
@format_option(FORMATS, "Format; else the suffix of -o says it.")
@click.option("--debug", is_flag=True, expose_value=False, help="Print a traceback with an error.")
def command(
    name: str | None, is_list: bool, seed: int, examples: int | None, output: str | None, asked_format: str | None
) -> None:
    """Make the small data set NAME, or list the sets there are.

    Its columns are inputs of a formula: give the file among its values.

    \b
    Example:
      graphviz-ad data --list
      graphviz-ad data line -o line.csv
      graphviz-ad data moons --seed 7 --examples 64
    """  # fmt: skip
    from graphviz_ad.data.named import listed, named

    if name is None or is_list:
        if output is not None:
            raise Misuse("there is no data set to write", "name one, as in: graphviz-ad data line -o line.csv")
        emit(listed())
        return
    kind = file_format(output, asked_format, FORMATS, default="csv")
    table = named(name, seed, examples)
    if kind == "csv":
        from graphviz_ad.data.csv_file import write_csv

        emit(write_csv(table), output)
    else:
        from graphviz_ad.data.npy_file import write_npz

        emit(write_npz(table), output)
    if output is not None and output != "-":
        report("note", f"wrote {len(table)} examples of {', '.join(table.columns)} to {output}")
