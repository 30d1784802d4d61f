"""Functions of libraries that are a formula → that formula: lerp(a, b, w) is a + w*(b - a)."""

from __future__ import annotations

from functools import cache

from graphviz_ad.errors import ParseError
from graphviz_ad.language.parser import parse_program
from graphviz_ad.language.replanting import Additions, nodes_below
from graphviz_ad.language.shapes import REDUCTIONS
from graphviz_ad.language.tree import CALL, INDEX, KEYWORD, LIST, NAME, NUMBER, Program, Tree

_FORMULAS = (
    # distances, losses
    "normalize(x, p=2, dim=-1, eps=1e-12) = x/maximum(norm(x, p, axis=dim, keepdims=1), eps)",
    "l2_normalize(x, axis=-1, epsilon=1e-12) = x/sqrt(maximum(sum(x^2, axis=axis, keepdims=1), epsilon))",
    "l2_loss(t) = sum(t^2)/2",
    "squared_difference(x, y) = (x - y)^2",
    "pairwise_distance(x1, x2, p=2, eps=1e-6) = norm(x1 - x2 + eps, p, axis=-1)",
    "triplet_margin_loss(anchor, positive, negative, margin=1) = mean(relu(norm(anchor - positive + 1e-6, axis=-1)"
    " - norm(anchor - negative + 1e-6, axis=-1) + margin))",
    "margin_ranking_loss(input1, input2, target, margin=0) = mean(relu(margin - target*(input1 - input2)))",
    "r2_score(y_true, y_pred) = 1 - sum((y_true - y_pred)^2)/sum((y_true - mean(y_true))^2)",
    "mean_absolute_percentage_error(y_true, y_pred) = mean(abs((y_true - y_pred)/y_true))",
    "log_loss(y_true, y_pred) = -mean(y_true*log(y_pred) + (1 - y_true)*log(1 - y_pred))",
    "mean_squared_log_error(y_true, y_pred) = mean((log1p(y_true) - log1p(y_pred))^2)",
    # arrays
    "lerp(start, end, weight) = start + weight*(end - start)",
    "addmm(input, mat1, mat2) = input + mat1 @ mat2",
    "addcmul(input, tensor1, tensor2, value=1) = input + value*tensor1*tensor2",
    "addcdiv(input, tensor1, tensor2, value=1) = input + value*tensor1/tensor2",
    "bias_add(value, bias) = value + bias",
    "scaled_dot_product_attention(query, key, value)"
    " = softmax(query @ key.T/sqrt(size(query, axis=-1)), axis=-1) @ value",
    "cdist(x1, x2) = sqrt(sum((unsqueeze(x1, 1) - unsqueeze(x2, 0))^2, axis=-1))",
    "matrix_inverse(a) = inv(a)",
    "matrix_transpose(a) = a.T",
    "logdet(a) = log(det(a))",
    "slogdet(a) = [sign(det(a)), log(abs(det(a)))]",
    "gt(x, y) = x > y", "ge(x, y) = x >= y", "lt(x, y) = x < y", "le(x, y) = x <= y", "eq(x, y) = x == y",
    "ne(x, y) = x != y",
    "count_nonzero(x) = sum(x != 0)",
    "nan_to_num(x) = where(x != x, 0, x)",
    "isnan(x) = x != x",
    "logical_and(x1, x2) = (x1 != 0)*(x2 != 0)",
    "logical_or(x1, x2) = maximum(x1 != 0, x2 != 0)",
    "logical_not(x) = x == 0",
    "logical_xor(x1, x2) = (x1 != 0) != (x2 != 0)",
    "AND(x1, x2) = (x1 != 0)*(x2 != 0)",
    "OR(x1, x2) = maximum(x1 != 0, x2 != 0)",
    "NOT(x) = x == 0",
    "any(x) = max(x != 0)",
    "all(x) = min(x != 0)",
    "SUMSQ(x) = sum(x^2)",
    # means
    "gmean(a, axis=0) = exp(mean(log(a), axis=axis))", "hmean(a, axis=0) = 1/mean(1/a, axis=axis)",
    "geomean(x) = exp(mean(log(x), axis=0))", "harmmean(x) = 1/mean(1/x, axis=0)",
    "GEOMEAN(x) = exp(mean(log(x)))", "HARMEAN(x) = 1/mean(1/x)",
    "geometric_mean(data) = exp(mean(log(data)))", "harmonic_mean(data) = 1/mean(1/data)",
    "STDEVP(x) = std(x, correction=0)", "VARP(x) = var(x, correction=0)",
    "AVEDEV(x) = mean(abs(x - mean(x)))", "DEVSQ(x) = sum((x - mean(x))^2)",
    # functions of shaders
    "mix(x, y, a) = x*(1 - a) + y*a",
    "saturate(x) = clip(x, 0, 1)",
    "fract(x) = x - floor(x)",
    "step(edge, x) = x >= edge",
    "smoothstep(edge0, edge1, x) = clip((x - edge0)/(edge1 - edge0), 0, 1)^2"
    "*(3 - 2*clip((x - edge0)/(edge1 - edge0), 0, 1))",
    "heaviside(x1, x2) = where(x1 == 0, x2, x1 > 0)",
    "inversesqrt(x) = 1/sqrt(x)",
    "distance(p0, p1) = norm(p0 - p1)", "dist(p, q) = norm(p - q)",
    "reflect(I, N) = I - 2*dot(N, I)*N",
    "fma(x, y, z) = x*y + z",
    # functions of numbers
    "SQROOT(x) = sqrt(x)", "sqroot(x) = sqrt(x)",
    "logsig(n) = sigmoid(n)", "tansig(n) = tanh(n)", "poslin(n) = relu(n)", "hardlim(n) = n >= 0",
    "pow2(x) = x^2", "pow3(x) = x^3", "sqr(x) = x^2", "cube(x) = x^3",
    "ppmt(rate, per, nper, pv) = pv*rate*(1 + rate)^(per - 1)/(1 - (1 + rate)^nper)",
    "ipmt(rate, per, nper, pv) = -pv*rate*((1 + rate)^nper - (1 + rate)^(per - 1))/((1 + rate)^nper - 1)",
    "sech(x) = 1/cosh(x)", "csch(x) = 1/sinh(x)", "coth(x) = 1/tanh(x)",
    "sind(x) = sin(x*π/180)", "cosd(x) = cos(x*π/180)", "tand(x) = tan(x*π/180)",
    "lfactorial(x) = lgamma(x + 1)",
    "lchoose(n, k) = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)",
    "betaln(a, b) = lgamma(a) + lgamma(b) - lgamma(a + b)",
    "lbeta(a, b) = lgamma(a) + lgamma(b) - lgamma(a + b)",
    # distributions
    "pexp(q, rate=1) = 1 - exp(-rate*q)",
    "expcdf(x, mu=1) = 1 - exp(-x/mu)",
    "exppdf(x, mu=1) = exp(-x/mu)/mu",
)  # fmt: skip
"""What libraries call their functions and arguments, and what these are; an argument with "=" may be left out."""
_DENSITIES = (
    "dbinom(x, size, prob)"
    " = lgamma(size + 1) - lgamma(x + 1) - lgamma(size - x + 1) + x*log(prob) + (size - x)*log(1 - prob)",
    "binopdf(x, n, p) = lgamma(n + 1) - lgamma(x + 1) - lgamma(n - x + 1) + x*log(p) + (n - x)*log(1 - p)",
    "dpois(x, lambda) = x*log(lambda) - lambda - lgamma(x + 1)",
    "poisspdf(x, lambda) = x*log(lambda) - lambda - lgamma(x + 1)",
    "dexp(x, rate=1) = log(rate) - rate*x",
    "dgamma(x, shape, rate=1) = shape*log(rate) - lgamma(shape) + (shape - 1)*log(x) - rate*x",
    "dbeta(x, shape1, shape2) = (shape1 - 1)*log(x) + (shape2 - 1)*log(1 - x) - lgamma(shape1) - lgamma(shape2)"
    " + lgamma(shape1 + shape2)",
    "betapdf(x, a, b) = (a - 1)*log(x) + (b - 1)*log(1 - x) - lgamma(a) - lgamma(b) + lgamma(a + b)",
)  # fmt: skip
"""Densities by their logarithms, of which R's have the option log=TRUE."""
_LOGARITHMIC = frozenset(text.partition("(")[0] for text in _DENSITIES)
"""The names of these."""
_TEXTS = {text.partition("(")[0]: text for text in (*_FORMULAS, *_DENSITIES)}
"""Names → formulas."""


@cache
def _definition(name: str) -> tuple[Tree, int, dict[str, float | None]]:
    """Name → the tree of its formula, the root, and the arguments with what they are if left out."""
    left, _, right = _TEXTS[name].partition(") = ")
    arguments = {}
    for argument in left.partition("(")[2].split(", "):
        own, _, default = argument.partition("=")
        arguments[own] = float(default) if default else None
    program = parse_program(right)
    return program.tree, program.statements[-1].root, arguments


def with_results_where(program: Program) -> Program:
    """Program → the same with where(c, a/b, d) for numpy's divide(a, b, out=d, where=c) and its like."""
    tree = program.tree
    if "out" not in tree.head or "where" not in tree.head:
        return program
    additions = Additions(program)
    for node in [node for node, kind in enumerate(tree.kind) if kind == CALL]:
        options = {tree.head[arg]: arg for arg in tree.args[node] if tree.kind[arg] == KEYWORD}
        if options.keys() != {"out", "where"} or tree.head[node] in REDUCTIONS:
            continue
        values = tuple([arg for arg in tree.args[node] if arg not in options.values()])
        result = additions.add(CALL, tree.head[node], values, node)
        (condition,), (other,) = tree.args[options["where"]], tree.args[options["out"]]
        if tree.head[other] in ("zeros_like", "ones_like"):  # without its type
            tree.args[other] = tree.args[other][:1]
        tree.head[node], tree.args[node] = "where", (condition, result, other)
    return additions.planted()


def with_library_functions(program: Program) -> Program:
    """Program → the same with formulas for functions of libraries that are one.

    Raises ParseError for arguments that they do not have.
    """
    tree = program.tree
    if _TEXTS.keys().isdisjoint(tree.head):
        return program
    defined = {statement.name for statement in program.statements if statement.params is not None}
    calls = [
        node for node, kind in enumerate(tree.kind)
        if kind == CALL and tree.head[node] in _TEXTS and tree.head[node] not in defined
    ]  # fmt: skip
    if not calls:
        return program
    additions = Additions(program)
    for node in calls:
        values, is_log = _arguments(program, node)
        root = _copied(additions, node, values)
        if tree.head[node] in _LOGARITHMIC and not is_log:
            tree.kind[node], tree.head[node], tree.args[node] = CALL, "exp", (root,)
        else:
            tree.kind[node], tree.head[node], tree.args[node] = tree.kind[root], tree.head[root], tree.args[root]
    called = set(calls)
    for node, kind in enumerate(tree.kind[: len(program.starts)]):
        args = tree.args[node]
        if kind == INDEX and len(args) == 2 and args[0] in called and tree.kind[args[0]] == LIST:
            entries, place = tree.args[args[0]], tree.head[args[1]]
            if tree.kind[args[1]] == NUMBER and place in range(len(entries)):  # slogdet(C)[1]
                root = entries[int(place)]
                tree.kind[node], tree.head[node], tree.args[node] = tree.kind[root], tree.head[root], tree.args[root]
    return additions.planted()


def _arguments(program: Program, node: int) -> tuple[dict[str, int | float], bool]:
    """A call → the node, or the number, of each argument of the function, and whether the logarithm is asked for."""
    tree, name = program.tree, str(program.tree.head[node])
    own = _definition(name)[2]
    values: dict[str, int | float] = {}
    is_log = False
    places = iter(own)
    for arg in tree.args[node]:
        if tree.kind[arg] != KEYWORD:
            argument, value = next(places, ""), arg
        else:
            argument, value = str(tree.head[arg]), tree.args[arg][0]
            argument = {"axis": "dim", "dim": "axis"}.get(argument, argument) if argument not in own else argument
        if argument == "log" and name in _LOGARITHMIC:
            is_log = tree.head[value] in ("TRUE", "T", 1.0)
        elif argument not in own or argument in values:
            hint = f"its arguments are {', '.join(own)}"
            raise ParseError(f"this {name}(…) is not read", source=program.source, span=program.span(arg), hint=hint)
        else:
            values[argument] = value
    missing = [argument for argument, default in own.items() if argument not in values and default is None]
    if missing:
        hint = f"its arguments are {', '.join(own)}"
        message = f"{name}(…) needs a value for {missing[0]}"
        raise ParseError(message, source=program.source, span=program.span(node), hint=hint)
    return {**{argument: default for argument, default in own.items() if default is not None}, **values}, is_log


def _copied(additions: Additions, call: int, values: dict[str, int | float]) -> int:
    """The formula of a function, with the values of its arguments → its root in the tree of the call."""
    tree, root, own = _definition(str(additions.program.tree.head[call]))
    new: dict[int, int] = {}
    for node in nodes_below(tree, root):
        name = tree.head[node] if tree.kind[node] == NAME else None
        if name in own:
            value = values[str(name)]
            new[node] = value if isinstance(value, int) else additions.number(value, call)
        else:
            args = tuple(new[arg] for arg in tree.args[node])
            new[node] = additions.add(tree.kind[node], tree.head[node], args, call)
    return new[root]
