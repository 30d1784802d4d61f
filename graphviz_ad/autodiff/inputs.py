"""Values as given → floats and arrays, checked, with every missing name in one message."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from graphviz_ad.errors import InputError, LimitError, ShapeError, nearest
from graphviz_ad.graph.draft import CONSTANTS
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.habits import HABITS
from graphviz_ad.language.latex.reader import plain_name
from graphviz_ad.language.letters import array_name, is_entry
from graphviz_ad.language.names import identity, pieces, unaccented
from graphviz_ad.language.numbers import shape_text
from graphviz_ad.language.run_together import DOUBTFUL
from graphviz_ad.language.tokens import normalise
from graphviz_ad.language.tree import NAME
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import plain, shape
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


_MAX_LETTERS = 40
"""Letters of a name up to which it may be a product written without signs."""
_HINT = "give a number, a list or an array, as in 0.5, [1, 2] or [[1, 2], [3, 4]] with rows of one length"
"""Hint at a value that cannot be read."""


def read_inputs(graph: Graph, given: Mapping[str, object]) -> dict[int, Value]:
    """Values by name → values by node.

    Raises InputError for names that are missing or unknown and for values that are no numbers.
    """
    by_typed_name, given = given, named_as_in(graph, given)
    for name in given:
        if name not in graph.inputs:
            if name in CONSTANTS and name not in graph.ids:
                raise InputError(
                    f"'{name}' stands for {CONSTANTS[name]:.6g} and cannot be given",
                    hint="use another name in the formula",
                )
            _fail_unknown(graph, name, given)
    missing = [name for name in graph.inputs if name not in given]
    if missing:
        _fail_missing(graph, missing)
    values = {name: read_value(name, value, graph.limits.array) for name, value in given.items()}
    for name, letters in graph.program.ranks.items():
        if name in values and len(shape(values[name])) > letters + 1:
            raise ShapeError(
                f"the entries of '{name}' are matrices; a sum here runs over numbers and vectors",
                source=graph.source, span=graph.span(graph.inputs[name]),
                hint=f"write the sum out, with a name for each matrix: {name}_1 + {name}_2",
            )  # fmt: skip
    _require_lengths(graph, values, by_typed_name)
    return {graph.inputs[name]: value for name, value in values.items()}


def _require_lengths(graph: Graph, values: Mapping[str, Value], given: Mapping[str, Any]) -> None:
    """Raise ShapeError where a number above a sum is not how many entries there are."""
    by_identity = {identity(name): value for name, value in given.items()}
    for length, (array, axis) in graph.program.lengths.items():
        number = float(length) if length.isdecimal() else by_identity.get(identity(length))
        size = shape(values[array]) if array in values else ()
        if number is None or len(size) <= axis or np.ndim(number) or float(number) == size[axis]:
            continue
        sum_length = f"the sum has {length} terms" if length.isdecimal() else f"{length} is {number:g}"
        part = f", or write a part of the array, as in {array}[{':, ' * axis}:{number:g}]"
        parts = "columns" if axis else "rows" if len(size) > 1 else "entries"
        raise ShapeError(
            f"{sum_length}, but '{array}' has {size[axis]} {parts}",
            source=graph.source, span=graph.span(graph.inputs[array]),
            hint=f"give as many{part if number < size[axis] else ''}",
        )  # fmt: skip


def named_as_in(graph: Graph, given: Mapping[str, Any]) -> Mapping[str, object]:
    """Values by name → the same under the spelling of the formula: w_1 for w₁, y_hat for ŷ, x_i for the array x.

    Raises InputError where two of the names are one.
    """
    if all(name in graph.inputs for name in given):
        return given
    aliases = {identity(old): new for old, new in graph.program.aliases.items()}
    given = _entries(graph, {aliases.get(identity(name), name): value for name, value in given.items()})
    spelled = {identity(name): name for name in graph.inputs}
    squeezed = {_squeezed(name): name for name in graph.inputs}
    others = _names_elsewhere(graph)
    renamed: dict[str, Any] = {}
    spelling: dict[str, str] = {}
    unused = {identity(name) for name in (*graph.program.lengths, *graph.program.ignored)}  # N above a sum
    for typed, value in given.items():
        name = plain_name(normalise(typed))
        base = array_name(name)
        if name not in graph.inputs and base in graph.inputs and (is_entry(name) or base not in given):
            beside = next(
                (other for other in given if other in graph.inputs and array_name(other) == base != other), ""
            )
            if beside and "^" in name:
                raise InputError(
                    f"entries of '{typed}' and '{beside}' have one name in the formula",
                    hint=f"write other labels, as {base}^{{(1)}} and {base}^{{(2)}}",
                )
            name = base
        if name not in graph.inputs and (name in others or identity(name) in unused):
            continue
        known = name if name in graph.inputs else spelled.get(identity(name)) or spelled.get(unaccented(name) or "")
        known = known or squeezed.get(_squeezed(name)) or name  # ∇_θ J(θ)
        if known in renamed and np.array_equal(renamed[known], value):
            continue
        if known in renamed:
            problem = f"'{spelling[known]}' and '{typed}' are one name"
            raise InputError(problem, hint=f"give a value for '{known}' once")
        renamed[known], spelling[known] = value, typed
    return renamed


def _squeezed(name: str) -> str:
    """Name → the same without spaces and braces."""
    return "".join(character for character in name if character not in " {}")


def _names_elsewhere(graph: Graph) -> set[str]:
    """The names of a formula that what is computed does not need, as those of the other sides of a chain."""
    trees = [program.tree for program in (graph.program, graph.program.shown) if program is not None]
    heads = {str(head) for tree in trees for kind, head in zip(tree.kind, tree.head, strict=True) if kind == NAME}
    return ({*heads, *map(array_name, heads)}) - set(graph.ids)


def _entries(graph: Graph, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Values of arrays whose entries have names of their own → the values of these."""
    places = graph.program.entries
    bases = {identity(base) for base, _ in places.values()}
    arrays = {
        identity(name): (name, value)
        for name, value in given.items()
        if name not in graph.inputs and identity(name) in bases
    }
    if not arrays:
        return given
    others = {name: value for name, value in given.items() if identity(name) not in arrays}
    for entry, (base, index) in places.items():
        if entry in graph.inputs and identity(base) in arrays:
            name, value = arrays[identity(base)]
            try:
                for place in index:
                    value = value[place]
                others.setdefault(entry, value)
            except (IndexError, TypeError):
                raise InputError(
                    f"'{name}' has no entry {', '.join(str(place + 1) for place in index)} for {entry}",
                    hint=f"give as many as the formula uses, as in {name}=[1, 2, 3], or a value for {entry}",
                ) from None
    return others


def _fail_unknown(graph: Graph, name: str, given: Iterable[str]) -> NoReturn:
    """Raise InputError for a value that is given for what is no input."""
    near = nearest(name, graph.inputs)
    hint = f"did you mean '{near}'?" if near else "its inputs are: " + (", ".join(graph.inputs) or "none")
    if name in graph.ids:
        raise InputError(
            f"'{name}' is computed by the formula and cannot be given",
            hint="its inputs are: " + (", ".join(graph.inputs) or "none"),
        )
    names = {*given, *graph.inputs}
    for whole in graph.inputs:
        if whole in given or name not in whole or len(whole) > _MAX_LETTERS:
            continue
        factors = pieces(whole, lambda part, _: part in names)
        if name in factors:
            listed = " and ".join([", ".join(factors[:-1]), factors[-1]])
            written = f"{'*'.join(factors)} or {' '.join(factors)}"
            hint = f"'{whole}' is one name; for the product of {listed} write {written}"
            graph.fail(InputError, f"the formula has no input '{name}'", graph.inputs[whole], hint)
    raise InputError(f"the formula has no input '{name}'", hint=hint)


def _fail_missing(graph: Graph, missing: list[str]) -> NoReturn:
    """Raise InputError for inputs without a value, which were perhaps not meant as inputs."""
    text, first = graph.source.text, missing[0]
    for word in missing:
        if word in HABITS and word != "lambda":  # λ
            graph.fail(InputError, f"'{word}' is no word of a formula", graph.inputs[word], HABITS[word])
        if word.startswith(("argmin_", "argmax_")):
            hint = f"leave it out, and what it is of is computed; its best value is {word[3:]} …"
            graph.fail(InputError, f"'{word}' is a place, which has no value here", graph.inputs[word], hint)
        if re.search(rf"(?:^|[;\n])[ \t]*{re.escape(word)}[ \t]*==", text):
            problem = f"'{word}' is compared here, but it has no value"
            graph.fail(InputError, problem, graph.inputs[word], f"to name a result write one '=': {word} = …")
    written = (f"'{name}=1'" if re.search(r"[ ()*]", name) else f"{name}=1" for name in missing[:6])
    hint = f"give one, as in {' '.join(written)}"
    glued = next((name for name in missing if DOUBTFUL.fullmatch(name)), None)
    if glued is not None:
        x, y = glued[0], glued[1]
        product = f"for the product of {x} and {y} write {x} {y} or {x}*{y}"
        hint = f"'{glued}' is one name; {product}; else {hint}"
    if "e" in missing:
        hint = f"only in e^x is e the base of the natural logarithm: write exp(1) for the number; else {hint}"
    turned = re.search(r"(?<!\w)(\w++)[ \t]*+\^[ \t]*+T(?!\w)", text)
    if "T" in missing and turned:
        hint = f"for the transpose write {turned[1]}.T; else {hint}"
    listed = ", ".join(f"'{name}'" for name in missing)
    raise InputError(
        f"no value for {listed}", source=graph.source, span=graph.span(graph.inputs[first]), hint=hint, option="random"
    )


def read_value(name: str, value: object, limit: int = 1_000_000) -> Value:
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
            hint="make them equally long, as in [[1, 2], [3, 4]]",
        ) from None
    except Exception as problem:  # an object's own conversion may raise anything, as that of a torch tensor does
        why = (str(problem).splitlines() or [type(problem).__name__])[0]
        raise InputError(
            f"the value of '{name}' cannot be read as numbers: {why}",
            hint=f"give numbers: {name}.detach().cpu().numpy()" if hasattr(value, "detach") else _HINT,
        ) from None
    if array.size == 0:
        raise InputError(f"the value of '{name}' is empty", hint=_HINT)
    if array.dtype.kind not in "iuf":
        raise InputError(f"the value of '{name}' is not a number or a list of numbers", hint=_HINT)
    if array.size > limit:
        raise LimitError(
            f"'{name}' has {array.size} entries; the limit is {limit}",
            hint="raise it with --max-array (Limits(array=…) in Python)",
        )
    return plain(array)


def read_upstream(graph: Graph, output: Value, upstream: object) -> Value:
    """The gradient that the backward pass begins with, in the shape of the output.

    An array of one entry begins with 1 as a number does, which is PyTorch's rule too. Raises ShapeError where the
    output has several entries and none was given, or its shape is another.
    """
    want = shape(output)
    if upstream is None:
        if math.prod(want) == 1:
            return np.ones(want) if want else 1.0
        name = graph.names[graph.output]
        raise ShapeError(
            f"the output '{name}' has shape ({shape_text(want)}); a backward pass starts from one number",
            source=graph.source, span=graph.span(graph.output), option="upstream",
            hint=f"make it one number with sum({name}) or {name}[{', '.join('0' * len(want))}]",
        )  # fmt: skip
    value = read_value("upstream", upstream, graph.limits.array)
    if shape(value) == () and want != ():
        return np.full(want, value)
    if shape(value) != want:
        raise ShapeError(
            f"the upstream gradient {_shape_phrase(value)}, the output {_shape_phrase(output)}",
            hint="give it in the shape of the output",
        )
    return value


def _shape_phrase(value: Value) -> str:
    """Float or array → what it is, as the end of a sentence."""
    return f"has shape ({shape_text(shape(value))})" if shape(value) else "is a number"


def require_meant(graph: Graph, given: Collection[str] = ()) -> None:
    """Raise InputError where values are to be chosen for what was hardly meant as an input: e, T, wx."""
    strange = [
        name for name in graph.inputs
        if name not in given and (name in ("e", "T") or name in HABITS or DOUBTFUL.fullmatch(name))
    ]  # fmt: skip
    if strange:
        _fail_missing(graph, strange)
