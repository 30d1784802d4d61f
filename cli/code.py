"""`graphviz-ad code`: the formula as a program in PyTorch, JAX or NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .options import output_option, request_options
from .output import OK, Misuse, emit, report
from .request import Request

if TYPE_CHECKING:
    from graphviz_ad.code.dialects import To

LIBRARIES = ("torch", "jax", "numpy")
"""What `Trace.to_code` can write, here again since that takes time to import."""


@click.command("code")
@click.option("--to", type=click.Choice(LIBRARIES), default="torch", show_default=True, help="The library.")
@click.option("--backward", is_flag=True, help="Write the backward pass out by hand; NumPy has no other.")
@output_option("The .py file to write; else standard output.")
@request_options
def command(request: Request, to: To, backward: bool, output: str | None) -> int:
    """Write FORMULA as a program, as a careful teacher would.

    With values the program stands by itself: it prints the output and the gradients, and ends with a check that they
    are those of `graphviz-ad explain`. Without values it is a function of the inputs.

    \b
    Example:
      graphviz-ad code "z = w*x + b; a = sigmoid(z); L = (a - y)^2" w=2 x=3 b=-1 y=1 --to numpy -o neuron.py
    """  # fmt: skip
    if output not in (None, "-") and not str(output).endswith(".py"):
        raise Misuse(f"'{output}' is no Python file", f"end it with .py, as in -o {output}.py")
    if request.values or request.random is not None:
        text = request.trace().to_code(to, backward)
    else:
        graph = request.graph()
        for sentence in graph.notes:
            report("note", sentence)
        text = graph.to_code(to, backward)
    emit(text, output)
    return OK
