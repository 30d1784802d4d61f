"""arange(n), range(a, b) of numbers that are known → the list of them; len(y) of a given array is known too, and so is
W.shape[0] where an array gets another shape."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from graphviz_ad.errors import ParseError
from graphviz_ad.language.given import MAX_ENTRIES, Given
from graphviz_ad.language.replanting import Additions
from graphviz_ad.language.shapes import known_shapes
from graphviz_ad.language.tree import CALL, INDEX, KEYWORD, LIST, NAME, NUMBER, OPERATOR, SLICE, Program, Tree

_CONSTANTS = {"ones": 1.0, "zeros": 0.0}
"""Calls that programs have for arrays of one number."""
COLON = "a:b"
"""What MATLAB's, Julia's and R's numbers up to a last one that belongs to them are called: 0:2:10."""
_COUNT_OPTIONS = ("num", "length_out", "length", "len", "steps")
"""Options that say how many numbers there are."""
_SPACED = frozenset(("linspace", "seq", "seq_len"))
"""Calls for numbers whose last one belongs to them too."""
RANGES = frozenset(("arange", "range", "eye", COLON, *_SPACED, *_CONSTANTS))
"""Calls that programs have for a list of numbers up to a last one, which is left out, for the identity matrix, and for
arrays of one number."""
_RESHAPING_CALLS = frozenset(("reshape", "view"))
"""Calls that give an array another shape."""
_SUM_BEHIND = re.compile(r"^([^()]*:[^()+-]+)([-+][^()]*)$")
"""A sum behind a colon, which R computes last: 0:N-1."""
LENGTHS = frozenset(("len", "length", "nrow", "size", "numel"))
"""Calls for the length of an array."""
_BRACKETS = re.compile(r"^[(\[](.*)[)\]]$")
"""Brackets round it."""
_OF_R = re.compile(r"<-|%\*%|\bseq(?:_len|_along)?\(|(?<!\w)c\(")
"""Signs of R."""
_FLOAT_OPERATIONS: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y, "·": lambda x, y: x * y,
    "/": lambda x, y: x / y if y else math.nan, "^": lambda x, y: _power(x, y),
}  # fmt: skip
"""Operators that compute lengths before there is a graph."""


def _power(x: float, y: float) -> float:
    """Power, nan where it is no number that floats hold."""
    try:
        return x**y if x > 0 else math.nan
    except OverflowError:
        return math.nan


_ROUNDING = 1e-9
"""Share of a step by which the last number may be missed by rounding: 0:0.1:1 ends with 1."""


def with_ranges(program: Program, given: Given) -> Program:
    """Program → the same with lists for its ranges.

    Raises ParseError where the numbers are not known, or are too many.
    """
    tree = program.tree
    calls = [
        node for node, kind in enumerate(tree.kind) if kind == CALL and tree.head[node] in RANGES and tree.args[node]
    ]
    holders = [node for node, kind in enumerate(tree.kind) if kind in (CALL, INDEX, SLICE)]
    places = [place for node in holders for place in _places(program, node)]
    if not calls and not places:
        return program
    known = known_numbers(program, given)
    program = _with_numbers(program, places, known)
    additions = Additions(program)
    notes, used = dict.fromkeys(program.notes), set(program.ignored)

    for node in calls:
        if tree.head[node] in _CONSTANTS:
            inner = tree.args[tree.args[node][0]] if tree.kind[tree.args[node][0]] == LIST else tree.args[node]
            lengths = [known.get(arg) for arg in inner]
            sizes = [int(length) for length in lengths if length is not None and length == int(length) > 0]
            if len(sizes) != len(lengths) or not 1 <= len(sizes) <= 2 or math.prod(sizes) > MAX_ENTRIES:
                continue
            below = [inner for arg in tree.args[node] for inner in _below(program, arg)]
            used |= {str(tree.head[inner]) for inner in below if tree.kind[inner] == NAME}
            value = _CONSTANTS[str(tree.head[node])]
            *lengths_before, columns = sizes
            filled = [
                tuple([additions.number(value, node) for _ in range(columns)]) for _ in range(math.prod(lengths_before))
            ]
            arrays = tuple([additions.add(LIST, None, row, node) for row in filled]) if lengths_before else filled[0]
            tree.kind[node], tree.head[node], tree.args[node] = LIST, None, arrays
            continue
        if tree.head[node] == "eye":
            height, width = _lengths(program, node, known, given) or 2 * [len(_numbers(program, node, known))]
            below = [inner for arg in tree.args[node] for inner in _below(program, arg)]
            used |= {str(tree.head[inner]) for inner in below if tree.kind[inner] == NAME}
            rows = [[additions.number(float(row == place), node) for place in range(width)] for row in range(height)]
            tree.kind[node], tree.head[node] = LIST, None
            tree.args[node] = tuple([additions.add(LIST, None, tuple(row), node) for row in rows])
            continue
        if tree.head[node] in _SPACED and (placed := _spaced(additions, node, known)) is not None:
            below = [inner for arg in _counts(tree, node) for inner in _below(program, arg)]
            used |= {str(tree.head[inner]) for inner in below if tree.kind[inner] == NAME}
            tree.kind[node], tree.head[node], tree.args[node] = placed
            continue
        if tree.head[node] == "linspace":
            hint = "write how many, as in linspace(0, 1, 5), or give a whole number for it"
            problem = "how many numbers linspace(…) has is not known"
            raise ParseError(problem, source=program.source, span=program.span(node), hint=hint)
        numbers = _numbers(program, node, known)
        text = program.source.text[program.starts[node] : program.stops[node]]
        below = [inner for arg in tree.args[node] for inner in _below(program, arg)]
        names = {str(tree.head[inner]) for inner in below if tree.kind[inner] == NAME}
        if names or (tree.head[node] == COLON and text[0] not in "(["):
            other = _SUM_BEHIND.search(_BRACKETS.sub(r"\1", text)) if tree.head[node] == COLON else None
            in_r = f"; R has ({other[1]}){other[2]}" if other else ""
            if other and _OF_R.search(program.source.text):
                hint = f"write ({other[1]}){other[2]}, as R reads it, or put the last number in brackets"
                problem = f"'{other[0]}' can be read in two ways"
                raise ParseError(problem, source=program.source, span=program.span(node), hint=hint)
            notes[f"{text} is the list of {len(numbers)} numbers from {numbers[0]:g} to {numbers[-1]:g}{in_r}"] = None
            used |= names
        tree.kind[node], tree.head[node] = LIST, None
        tree.args[node] = tuple([additions.number(value, node) for value in numbers])
    return additions.planted(notes=tuple(notes), ignored=frozenset(used))


def _lengths(program: Program, node: int, known: Mapping[int, float], given: Given) -> list[int]:
    """eye(m, n), eye(size(A)) as MATLAB has it → both lengths; none for any other call."""
    tree, args = program.tree, program.tree.args[node]
    if len(args) == 1 and tree.head[args[0]] == "size" and len(tree.args[args[0]]) == 1:
        shape = known_shapes(program, given).get(tree.args[args[0]][0], ())
        is_bare = program.source.text.startswith("size", program.starts[args[0]])  # np.size(A) is one number
        return [*map(int, shape)] if is_bare and len(shape) == 2 else []
    lengths = [known.get(arg, 0.0) for arg in args if tree.kind[arg] != KEYWORD]
    options = {tree.head[arg] for arg in args if tree.kind[arg] == KEYWORD} - {"dtype", "device"}
    if options or len(lengths) > 2:
        hint = "write eye(n) or eye(m, n), or the list of the rows"
        raise ParseError("this eye(…) is not read", source=program.source, span=program.span(node), hint=hint)
    if len(lengths) != 2 or not all(length > 0 and float(length).is_integer() for length in lengths):
        return []
    return [int(length) for length in lengths] if math.prod(lengths) <= MAX_ENTRIES else []


def _places(program: Program, node: int) -> list[int]:
    """Node → the nodes in it to compute now: lengths in a call for another shape, and what stands in an index, as
    H:2*H."""
    tree, kind = program.tree, program.tree.kind[node]
    args = tree.args[node]
    if kind == CALL and tree.head[node] in _RESHAPING_CALLS:
        inner = tree.args[args[1]] if len(args) == 2 and tree.kind[args[1]] in (LIST, KEYWORD) else args[1:]
        return [arg for arg in inner if tree.kind[arg] in (CALL, NAME, OPERATOR)]
    if kind in (INDEX, SLICE):
        bounds = [tree.args[arg][0] if _is_negative(program, arg) else arg for arg in args[kind == INDEX :]]
        return [bound for bound in bounds if tree.kind[bound] in (CALL, NAME, OPERATOR)]
    return []


def _is_negative(program: Program, node: int) -> bool:
    """Whether a node is something with a minus before it."""
    return program.tree.kind[node] == OPERATOR and program.tree.head[node] == "neg"


def _with_numbers(program: Program, places: Iterable[int], known: Mapping[int, float]) -> Program:
    """Program → the same with numbers at those of the places that are known and not negative."""
    tree, used = program.tree, set[str]()
    for place in places:
        value = known.get(place, -1.0)
        if value >= 0:
            used |= {str(tree.head[inner]) for inner in _below(program, place) if tree.kind[inner] == NAME}
            tree.kind[place], tree.head[place], tree.args[place] = NUMBER, float(value), ()
    return replace(program, ignored=program.ignored | used)


def _below(program: Program, root: int) -> list[int]:
    """Node → the same and all it is made of."""
    nodes, stack = [], [root]
    while stack:
        nodes.append(stack.pop())
        stack.extend(program.tree.args[nodes[-1]])
    return nodes


def known_numbers(program: Program, given: Given) -> dict[int, float]:
    """Program → the nodes whose numbers are known before anything is computed, with these."""
    tree, known = program.tree, dict[int, float]()
    shapes = known_shapes(program, given) if any(head in LENGTHS for head in tree.head if isinstance(head, str)) else {}
    ends = {statement.root: statement.name for statement in program.computed}
    named: dict[str, float] = {}
    for node, (kind, head, args) in enumerate(zip(tree.kind, tree.head, tree.args, strict=True)):
        values = [known.get(arg) for arg in args]
        value: float | None = None
        if kind == NUMBER:
            value = head
        elif kind == NAME:
            value = named.get(head, given.numbers.get(head))
        elif kind == KEYWORD:
            value = values[0]
        elif kind == OPERATOR and head == "neg" and values[0] is not None:
            value = -values[0]
        elif kind == OPERATOR and head in _FLOAT_OPERATIONS and values[0] is not None and values[1] is not None:
            value = _FLOAT_OPERATIONS[head](values[0], values[1])
        elif kind == CALL and head in LENGTHS and args:
            shape = shapes.get(args[0])
            axis = 0.0 if head in ("len", "length", "nrow") else values[-1] if len(args) > 1 else None
            if shape:
                value = float(math.prod(shape)) if axis is None else _length(shape, axis)
        if value is not None:
            known[node] = value
            if (name := ends.get(node)) is not None:
                named[name] = value
    return known


def _length(shape: tuple[int, ...], axis: float) -> float | None:
    """Shape and axis → its length, None where there is no such axis."""
    return float(shape[int(axis)]) if axis.is_integer() and -len(shape) <= axis < len(shape) else None


def _counts(tree: Tree, node: int) -> list[int]:
    """linspace(a, b, n), seq(a, b, length.out=n) → the argument that says how many numbers, if there is one."""
    args = tree.args[node]
    named = [arg for arg in args if tree.kind[arg] == KEYWORD and tree.head[arg] in _COUNT_OPTIONS]
    values = [arg for arg in args if tree.kind[arg] != KEYWORD]
    return named or (values[2:3] if tree.head[node] == "linspace" else [])


def _spaced(additions: Additions, node: int, known: Mapping[int, float]) -> tuple[int, object, tuple[int, ...]] | None:
    """linspace(a, b, n), seq(a, b, length.out=n) → the node of a + (b - a)*[0, …, 1]; None for other calls."""
    tree = additions.program.tree
    counts = _counts(tree, node)
    values = [arg for arg in tree.args[node] if tree.kind[arg] != KEYWORD and arg not in counts]
    count = known.get(counts[0]) if counts else None
    if len(values) != 2 or count is None or not 2 <= count <= MAX_ENTRIES:
        return None
    is_open = any(tree.kind[arg] == KEYWORD and tree.head[arg] == "endpoint" for arg in tree.args[node])
    shares = [place / (count - (not is_open)) for place in range(int(count))]
    first, last = (known.get(value) for value in values)
    if first is not None and last is not None and all(tree.kind[value] != NAME for value in values):
        return LIST, None, tuple([additions.number(first + (last - first) * share, node) for share in shares])
    factors = additions.add(LIST, None, tuple([additions.add(NUMBER, share, (), node) for share in shares]), node)
    length = additions.add(OPERATOR, "-", (values[1], values[0]), node)
    return OPERATOR, "+", (values[0], additions.add(OPERATOR, "*", (length, factors), node))


def _numbers(program: Program, node: int, known: Mapping[int, float]) -> list[float]:
    """A call of a range → its numbers."""
    tree, span = program.tree, program.span(node)
    name, is_closed = tree.head[node], tree.head[node] in (COLON, "seq", "seq_len")
    parts = [known.get(arg) for arg in tree.args[node] if tree.kind[arg] != KEYWORD or tree.head[arg] == "by"]
    if name == COLON and len(parts) == 3:
        parts = [parts[0], parts[2], parts[1]]
    values = [part for part in parts if part is not None and math.isfinite(part)]
    if not 1 <= len(values) == len(parts) <= 3 or (len(values) == 3 and values[2] == 0):
        hint = f"give whole numbers for them, as in {name}(3), or for n in {name}(n) and y in {name}(len(y))"
        hint = "give whole numbers for them, as in 0:3, or for n in 0:n-1" if name == COLON else hint
        name = program.source.text[slice(*span)] if name == COLON else f"{name}(…)"
        raise ParseError(f"the numbers of {name} are not known", source=program.source, span=span, hint=hint)
    first, last, step = (*((float(is_closed), *values) if len(values) == 1 else values), 1.0)[:3]
    if name == "seq" and len(values) == 2 and last < first:
        step = -1.0
    count = math.floor((last - first) / step + 1 + _ROUNDING) if is_closed else math.ceil((last - first) / step)
    if not 0 < count <= MAX_ENTRIES:
        hint = f"a list has from 1 to {MAX_ENTRIES} entries; range(a, b) goes from a up to b, without b"
        hint = f"a list has from 1 to {MAX_ENTRIES} entries; a:b goes from a up to b" if is_closed else hint
        name = program.source.text[slice(*span)] if name == COLON else f"{name}(…)"
        raise ParseError(f"{name} has {max(count, 0)} entries", source=program.source, span=span, hint=hint)
    return [first + step * place for place in range(count)]
