"""Values as given → floats and arrays, checked, with every missing name in one message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from graphviz_ad.autodiff.broadcasting import plain, shape
from graphviz_ad.errors import InputError, LimitError, ShapeError, nearest
from graphviz_ad.graph.build import CONSTANTS
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.numbers import shape_text
from graphviz_ad.lazy import lazy

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


def read_inputs(graph: Graph, given: Mapping[str, Any]) -> dict[int, Any]:
    """Values by name → values by node.

    Raises InputError for names that are missing or unknown and for values that are no numbers.
    """
    for name in given:
        if name not in graph.inputs:
            if name in CONSTANTS and name not in graph.ids:
                raise InputError(
                    f"'{name}' stands for {CONSTANTS[name]:.6g} and cannot be given",
                    hint="use another name in the formula",
                )
            near = nearest(name, graph.inputs)
            known = ", ".join(graph.inputs) or "none"
            computed = name in graph.ids
            raise InputError(
                f"'{name}' is computed by the formula and cannot be given" if computed
                else f"the formula has no input '{name}'",
                hint=f"did you mean '{near}'?" if near and not computed else f"its inputs are: {known}",
            )  # fmt: skip
    missing = [name for name in graph.inputs if name not in given]
    if missing:
        first = graph.inputs[missing[0]]
        listed = ", ".join(f"'{name}'" for name in missing)
        graph.fail(
            InputError, f"no value for {listed}", first,
            "give one, as in " + " ".join(f"{name}=1" for name in missing[:6])
            + (", or let --random SEED choose" if len(missing) > 1 else ", or use --random SEED")
            + ("; for e^x write exp(x)" if "e" in missing else ""),
        )  # fmt: skip
    return {graph.inputs[name]: read_value(name, value, graph.limits.array) for name, value in given.items()}


def read_value(name: str, value: Any, limit: int = 1_000_000) -> Any:
    """Number, nested list or array → float or array of floats.

    Raises InputError where it is no number or its rows differ in length, LimitError above `limit` entries.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            raise InputError(f"the value of '{name}' is too large") from None
    try:
        array = np.asarray(value)
    except ValueError:
        raise InputError(
            f"the rows of '{name}' differ in length",
            hint=f"make them equally long, as in {name}='[[1, 2], [3, 4]]'",
        ) from None
    if array.dtype.kind not in "iuf" or array.size == 0:
        raise InputError(
            f"the value of '{name}' is not a number or a list of numbers",
            hint=f"as in {name}=0.5, {name}='[1, 2]' or {name}='[[1, 2], [3, 4]]' with rows of one length",
        )
    if array.size > limit:
        raise LimitError(
            f"'{name}' has {array.size} entries; the limit is {limit}",
            hint="raise it with --max-array (Limits(array=…) in Python)",
        )
    return plain(array)


def read_upstream(graph: Graph, output: Any, upstream: Any) -> Any:
    """The gradient that the backward pass begins with, in the shape of the output.

    Raises ShapeError where the output is no scalar and none was given, or its shape is another.
    """
    want = shape(output)
    if upstream is None:
        if want == ():
            return 1.0
        name = graph.names[graph.output]
        graph.fail(
            ShapeError,
            f"the output '{name}' has shape ({shape_text(want)}); a backward pass starts from one number",
            graph.output,
            f"make it one number with sum({name}) or {name}[{', '.join('0' * len(want))}], or give --upstream",
        )
    value = read_value("upstream", upstream, graph.limits.array)
    if shape(value) == () and want != ():
        return np.full(want, value)
    if shape(value) != want:
        raise ShapeError(
            f"the upstream gradient has shape ({shape_text(shape(value)) or 'scalar'}), "
            f"the output ({shape_text(want) or 'scalar'})",
            hint="give it in the shape of the output",
        )
    return value


def random_inputs(graph: Graph, seed: int) -> dict[str, float]:
    """Graph and seed → a value for each input: one decimal, between −2 and 2, never 0.

    Names that only fit arrays (the operand of `@`, say) are for the caller to give.
    """
    import random

    generator = random.Random(seed)  # noqa: S311
    tenths = [n for n in range(-20, 21) if n]
    return {name: generator.choice(tenths) / 10 for name in graph.inputs}
