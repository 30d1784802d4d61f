"""Pieces of a program → its text: imports and functions above, then inputs, passes, printing, the check."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from graphviz_ad.code import helpers
from graphviz_ad.code.conventions import beyond
from graphviz_ad.code.layout import function_head, statement, write
from graphviz_ad.code.parts import Parts
from graphviz_ad.code.remarks import comment
from graphviz_ad.code.trees import call, decimal, literal, name_of, python
from graphviz_ad.graph.open_products import OpenProduct
from graphviz_ad.language import numbers
from graphviz_ad.lazy import lazy
from graphviz_ad.values import Value

np = lazy("numpy")

Sections = tuple[list[list[str]], list[list[str]]]
"""Functions above, and groups of lines with an empty line between them."""

_IMPORTS = (
    ("math", "import math"), ("jax", "import jax"), ("jnp", "import jax.numpy as jnp"), ("np", "import numpy as np"),
    ("torch", "import torch"), ("F", "import torch.nn.functional as F"),
)  # fmt: skip
_ALMOST_0 = 1e-7
"""Entries below this share of the largest are compared with a margin of their own."""


def written_out(parts: Parts) -> Sections:
    """Both passes by hand."""
    output = parts.own_name(parts.graph.output)
    asked = list(parts.gradient_names())
    forward, backward = parts.forward_lines(), parts.backward_lines()
    shown = [_printed(output, _plain(parts, parts.graph.output, name_of(output)))]
    shown += [_printed(f"d{output}/d{parts.own_name(n)}", _plain(parts, n, name_of(name))) for n, name in asked]
    checks = _checks(parts, [(node, name_of(name)) for node, name in asked])
    groups = [
        parts.input_lines(), ["# Forward pass", *forward], ["# Backward pass", *backward], shown,
        checks,
    ]  # fmt: skip
    return [], groups


def in_torch(parts: Parts) -> Sections:
    """Forward, and PyTorch's own backward pass."""
    output = parts.own_name(parts.graph.output)
    forward = parts.forward_lines()
    seed = parts.trace.seed if parts.trace is not None else 1.0
    start = [] if isinstance(seed, float) and seed == 1.0 else [parts.value_code(seed)]
    backward = statement("", call(f"{output}.backward", *start))
    grads = [(node, ast.Attribute(name_of(parts.own_name(node)), "grad", ast.Load())) for node in parts.sources]
    value = call(f"{output}.item") if not parts.trace.shape(parts.graph.output) else call(f"{output}.detach")  # type: ignore[union-attr]
    shown = [_printed(output, value)]
    shown += [_printed(f"d{output}/d{parts.own_name(node)}", _plain(parts, node, grad)) for node, grad in grads]
    checks = _checks(parts, grads)
    groups = [
        parts.input_lines(), ["# Forward pass", *forward], ["# Backward pass", *backward], shown,
        checks,
    ]  # fmt: skip
    return parts.functions.texts, groups


def in_jax(parts: Parts) -> Sections:
    """A function of the inputs, and JAX's gradients of it."""
    output, trace = parts.own_name(parts.graph.output), parts.trace
    assert trace is not None
    params = [parts.identifiers[node] for node in parts.inputs.values()]
    name = parts.names.free("f", "loss", "model")
    body = [*parts.forward_lines("    "), f"    return {output}"]
    places = [list(parts.graph.inputs.values()).index(node) for node in parts.sources]
    grads = [parts.names.new(f"d_{parts.own_name(node)}") for node in parts.sources]
    args: list[ast.expr] = [name_of(param) for param in params]
    seed = trace.seed
    if isinstance(seed, float) and seed == 1.0:
        numbers = places[0] if len(places) == 1 else tuple(places)
        makes = call("jax.value_and_grad", name_of(name), argnums=None if numbers == 0 else python(numbers))
        target = grads[0] if len(grads) == 1 else f"({', '.join(grads)})"
        lines = statement(f"{output}, {target} = ", ast.Call(makes, args, []))
    else:
        every = [grads[places.index(place)] if place in places else "_" for place in range(len(params))]
        target = ", ".join(every) + ("," if len(every) == 1 else "")
        lines = statement(f"{output}, pullback = ", call("jax.vjp", name_of(name), *args))
        lines += statement(f"{target} = ", call("pullback", parts.value_code(seed)))
        parts.used.append(parts.value_code(seed))
    shown = [_printed(output, name_of(output))]
    for node, grad in zip(parts.sources, grads, strict=True):
        shown.append(_printed(f"d{output}/d{parts.own_name(node)}", name_of(grad)))
    checks = _checks(parts, [(node, name_of(grad)) for node, grad in zip(parts.sources, grads, strict=True)])
    groups = [parts.input_lines(), lines, shown, checks]
    return [*parts.functions.texts, [*function_head(name, params), *body]], groups


def function_of(parts: Parts) -> Sections:
    """A function of the inputs, which have no values."""
    output = parts.own_name(parts.graph.output)
    params = [parts.identifiers[node] for node in parts.inputs.values()]
    renamed = [f"{name} is {own} here" for name, own in zip(parts.inputs, params, strict=True) if name != own]
    name = parts.names.free("f", "loss", "model")
    head = function_head(name, params)
    if not parts.by_hand:
        ranks = {n: {1: "a vector", 2: "a matrix"}.get(rank) for n, rank in parts.graph.program.ranks.items()}
        owned = {n: parts.identifiers[node] for n, node in parts.inputs.items()}
        known = [f"{owned[n]} is {kind}" for n, kind in ranks.items() if kind and n in owned]
        docstring = f'    """Return {output}{": " + ", ".join(known) if known else ""}."""'
        body = [*parts.forward_lines("    "), f"    return {output}"]
    else:
        asked = list(parts.gradient_names())
        docstring = f'    """Return {output} and its gradients; the arguments are numbers."""'
        if parts.dialect.name == "torch":
            docstring = f'    """Return {output} and its gradients; the arguments are tensors of one number."""'
        grads = ", ".join(grad for _, grad in asked) + ("," if len(asked) == 1 else "")
        body = ["    # Forward pass", *parts.forward_lines("    "), "", "    # Backward pass"]
        body += [*parts.backward_lines("    "), f"    return {output}, ({grads})"]
    notes = [line for text in renamed for line in comment(text, "    ")]
    if not parts.by_hand and _has_open_products(parts):
        about_products = "products typed without a sign are those of numbers here: with values of arrays some are @"
        notes += comment(about_products, "    ")
    return [*parts.functions.texts, [*head, docstring, *notes, *body]], []


def _has_open_products(parts: Parts) -> bool:
    """Whether only shapes could say what some product of two names is."""
    graph = parts.pairs
    return any(
        type(bound) is OpenProduct and not any(arg in graph.constants for arg in args)
        for bound, args in zip(graph.ops, graph.args, strict=True)
    )


def formula(text: str) -> str:
    """Text of a formula → it on one line, without the comments, which stand beside the statements."""
    plain = text if "\\" in text or "$" in text else re.sub("#.*", "", text)
    return "; ".join(" ".join(line.split()).rstrip(";") for line in plain.splitlines() if line.strip(" ;"))


def _printed(what: str, value: ast.expr) -> str:
    return "\n".join(statement("", call("print", ast.Constant(f"{what} ="), value)))


def _plain(parts: Parts, node: int, value: ast.expr) -> ast.expr:
    """Node and the expression of a value in its shape → what is printed: of one number in a tensor the number."""
    is_number = parts.trace is not None and not parts.trace.shape(node)
    if parts.dialect.name != "torch" or not is_number:
        return value
    return ast.Call(ast.Attribute(value, "item", ast.Load()), [], [])


def _checks(parts: Parts, grads: Iterable[tuple[int, ast.expr]]) -> list[str]:
    """Inputs and their gradients → the lines that compare them with ours, unless something is infinite."""
    assert parts.trace is not None
    if parts.trace.not_finite:
        return [*comment("Not compared: some values are not finite here, and what 0 times infinity is differs.")]
    lines = ["# The gradients that graphviz-ad computes"]
    other = {} if parts.by_hand else beyond(parts.trace, parts.dialect.name)
    for node, grad in grads:
        if node in other:
            difference = (
                f"not compared: here {other[node]} has no derivative, and {parts.dialect.title} takes another one"
            )
            lines += comment(
                f"{write(grad)} is {difference} than graphviz-ad, {numbers.text(parts.trace.grads[node])}."
            )
        else:
            lines += _check(parts, node, grad)
    return lines


def _check(parts: Parts, node: int, grad: ast.expr) -> list[str]:
    """Input and what its gradient is called → the line that compares it with ours."""
    assert parts.trace is not None
    value = parts.trace.reached_gradient(node)
    margin = _margin(parts, node, value)
    if parts.dialect.name == "torch":
        expected = _number(value) if isinstance(value, float) else parts.dialect.array(_number(value))
        grad = _plain(parts, node, grad)
        keywords = {} if margin is None else {"rtol": decimal(1e-7), "atol": decimal(margin)}
        return statement("", call("torch.testing.assert_close", grad, expected, **keywords))
    keywords = {} if margin is None else {"atol": decimal(margin)}
    return statement("", call("np.testing.assert_allclose", grad, _number(value), **keywords))


def _number(value: Value) -> ast.expr:
    """A number in full, nan and inf by name."""
    return decimal(value + 0.0) if isinstance(value, float) else literal((value + 0.0).tolist())  # 0, not -0


def _margin(parts: Parts, node: int, value: Value) -> float | None:
    """How far an entry may be off that is all but 0 beside what was added up for it; None where a share will do."""
    trace = parts.trace
    assert trace is not None
    sizes = np.abs(value)
    scale = float(np.max(sizes, initial=0.0))
    for reader, slot in trace.graph.consumers[node]:
        if trace.grads[reader] is not None:
            scale = max(scale, float(np.max(np.abs(trace.edge_gradient(reader, slot).contribution), initial=0.0)))
    largest = max(float(np.max(np.abs(grad), initial=0.0)) for grad in trace.grads if grad is not None)
    scale = max(scale, largest / 1000)
    if parts.dialect.name == "torch":
        return None if float(np.min(sizes)) > 1e-5 and scale < 1e4 else _power_of_ten(scale)
    return None if float(np.min(sizes)) > _ALMOST_0 * scale else _power_of_ten(scale)


def _power_of_ten(scale: float) -> float:
    return 10.0 ** (int(np.floor(np.log10(scale))) - 11) if scale > 0 else 1e-12


def assembled(parts: Parts, sections: Sections) -> str:
    """The functions above and the groups of lines → the program."""
    functions, groups = sections
    text = "\n".join(line for block in (*functions, *groups) for line in block)
    finite = parts.trace is None or not parts.trace.not_finite
    helping = helpers.helper_texts(helpers.called_in(text), parts.dialect, finite=finite)
    whole = "\n".join([*helping, text])
    used = set(_names(whole))
    if parts.dialect.name == "jax":
        used.add("jax")
    imports = [line for name, line in _IMPORTS if name in used]
    standard = [line for line in imports if line == "import math"]
    head = [*comment(formula(parts.graph.source.text))]
    blocks = ["\n".join(head)]
    blocks += ["\n".join(group) for group in (standard, [line for line in imports if line not in standard]) if group]
    if parts.dialect.name == "jax":
        blocks.append('jax.config.update("jax_enable_x64", True)  # numbers of 64 bits')
    top = "\n\n".join(blocks)
    above = [*helping, *("\n".join(function) for function in functions)]
    below = "\n\n".join("\n".join(group) for group in groups)
    return "\n\n\n".join(part for part in (top, *above, below) if part) + "\n" if above else f"{top}\n\n{below}\n"


def _names(text: str) -> Iterable[str]:
    return (node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name))
