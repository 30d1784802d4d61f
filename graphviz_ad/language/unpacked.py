"""Several names that one value is given to → a statement for each: a, b = x.chunk(2) is a = x[:n/2], b = x[n/2:]."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NoReturn

from graphviz_ad.errors import ParseError
from graphviz_ad.language.given import Given
from graphviz_ad.language.replanting import Additions
from graphviz_ad.language.shapes import Shape, known_shapes, number_at
from graphviz_ad.language.tokens import NAME_PATTERN, apart, blank, closer
from graphviz_ad.language.tree import CALL, INDEX, KEYWORD, LIST, NAME, SLICE, Program, Statement

NAMES = re.compile(
    rf"(?m)(?:^|(?<=;))([ \t]*)(\[|\(|)[ \t]*({NAME_PATTERN}(?:[ \t]*,[ \t]*{NAME_PATTERN})+)"
    r"[ \t]*([\])]|)(?=[ \t]*=(?!=))"
)
"""A left side of several names: a, b = …, [m, n] = …"""
_QUICK = re.compile(r"[\w'}][ \t]*,[ \t]*\w[^=\n(]*=")
"""What it has, quickly found."""
_PLAIN = re.compile(r"[ \t]*[-−]?[\w.]+[ \t]*")
"""A name or a number."""
_VALUE = re.compile(r"[ \t]*=[ \t]*([^\n;#]*)")
"""What stands behind it on its line."""
_DEVICE = r"[\w.]+\.(?:device|dtype)|torch\.device\([^()\n]*\)"
"""What says where an array is, or of what type."""
_DEVICE_LINE = re.compile(rf"(?m)^[ \t]*\w+[ \t]*=[ \t]*(?:{_DEVICE})[ \t]*(?=\n)")
"""A line that gives it a name."""
_WITH_DEVICE = re.compile(rf"(?m)^([ \t]*\w+)([ \t]*,[ \t]*\w+)([ \t]*=[ \t]*[^,;=\n]+)(,[ \t]*(?:{_DEVICE})[ \t]*)$")
"""A line that does so besides another name: b, device = x.shape[0], x.device."""
_PARTS = frozenset(("chunk", "split", "tensor_split", "array_split", "hsplit", "unbind", "unstack"))
"""Functions that cut an array in parts."""
_SIZES = frozenset(("size", "shape", "dim"))
"""Functions that give the lengths of all axes."""


def has_names(text: str) -> bool:
    """Whether a left side of several names may stand in a text."""
    return "," in text and "=" in text and _QUICK.search(text) is not None


def without_devices(text: str) -> str:
    """Program → the same length of text without what says where arrays are and of what type.

    >>> without_devices("n, d = x.shape[0], x.device\\nx.sum()/n").split("\\n")
    ['n    = x.shape[0]          ', 'x.sum()/n']
    """
    text = _DEVICE_LINE.sub(lambda line: blank(line[0]), text)
    return _WITH_DEVICE.sub(lambda pair: pair[1] + blank(pair[2]) + pair[3] + blank(pair[4]), text)


def with_single_values(text: str, *, plain: bool = False) -> str:
    """a, b = 1, 2 → the same length of text as a=1;b=2; with `plain` where all values are names or numbers alone."""
    for left in reversed([*NAMES.finditer(text)]):
        value = _VALUE.match(text, left.end())
        if value is None or bool(left[2]) != bool(left[4]):
            continue
        right = value[1].strip()
        if right[:1] in ("(", "[") and right[-1:] in (")", "]") and closer(right, 0) == len(right) - 1:
            right = right[1:-1]
        names, values = left[3].split(","), apart(right, ",")
        if (plain and not all(map(_PLAIN.fullmatch, values))) or max(left[3]) >= "\u3040":
            continue
        words = {word for value in values[1:] for word in re.findall(r"\w+", value)}
        if len(names) != len(values) or len(values) < 2 or words & {name.strip() for name in names}:
            continue
        pairs = zip(names, values, strict=True)
        written = left[1] + ";".join(f"{name.strip()}={value.strip()}" for name, value in pairs)
        size = value.end() - left.start()
        if len(written) <= size:
            text = text[: left.start()] + written.ljust(size) + text[value.end() :]
    return text


def with_parts(program: Program, given: Given) -> Program:
    """Program → the same with a statement for each of the names that one value is given to.

    Raises ParseError where it is not known what each of them gets.
    """
    if all(", " not in (statement.name or "") for statement in program.statements):
        return program
    shapes, additions = known_shapes(program, given), Additions(program)
    statements: list[Statement] = []
    for statement in program.statements:
        names = [name.strip() for name in apart(statement.name or "", ",")]  # Q(s, a) is one
        values = _Parts(additions, statement, shapes).values(len(names)) if len(names) > 1 else ()
        statements += (
            [statement._replace(name=name, root=root, forms=()) for name, root in zip(names, values, strict=True)]
            if values
            else [statement]
        )
    ignored = {f"{array}.shape" for array in given.shapes}
    return additions.planted(statements=tuple(statements), ignored=program.ignored | ignored)


class _Parts:
    """Says what each of several names is, whose value is one statement's."""

    def __init__(self, additions: Additions, statement: Statement, shapes: dict[int, Shape]) -> None:
        self.additions, self.statement, self.shapes = additions, statement, shapes
        self.program, self.tree = additions.program, additions.program.tree

    def values(self, count: int) -> list[int]:
        """How many names there are → the node of each.

        Raises ParseError where the parts are not known.
        """
        tree, root = self.tree, self.statement.root
        kind, head, args = tree.kind[root], tree.head[root], tree.args[root]
        if kind == CALL and head in _PARTS and args:
            return self.parts(root, count)
        if kind == CALL and head in _SIZES and len(args) == 1:
            return [self.length(args[0], axis) for axis in range(count)]
        if kind == NAME and str(head).endswith(".shape"):
            array = self.additions.add(NAME, str(head).removesuffix(".shape"), (), root)
            return [self.length(array, axis) for axis in range(count)]
        if kind == LIST and len(args) == count:
            return list(args)
        if self.shapes.get(root, ())[:1] != (count,):
            self.fail(f"which part each of {count} names gets is not known here")
        return [self.entry(root, axis) for axis in range(count)]

    def fail(self, message: str) -> NoReturn:
        """Raise ParseError at the statement."""
        hint = "write one statement for each name, as in a = x[0:2]; b = x[2:4], or give arrays whose shapes say it"
        raise ParseError(message, source=self.program.source, span=self.statement.span, hint=hint)

    def length(self, array: int, axis: int) -> int:
        """Array and an axis → the length of that."""
        number = self.additions.number(float(axis), array)
        return self.additions.add(CALL, "size", (array, self.additions.add(KEYWORD, "axis", (number,), array)), array)

    def entry(self, array: int, place: int) -> int:
        """Array and a place on its first axis → what stands there."""
        return self.additions.add(INDEX, None, (array, self.additions.number(float(place), array)), array)

    def parts(self, root: int, count: int) -> list[int]:
        """A call that cuts an array, and how many names there are → the parts."""
        tree, call = self.tree, str(self.tree.head[root])
        array, *rest = tree.args[root]
        options = {tree.head[arg]: tree.args[arg][0] for arg in rest if tree.kind[arg] == KEYWORD}
        values = [arg for arg in rest if tree.kind[arg] != KEYWORD]
        own = {"chunk": ("chunks",), "split": ("split_size_or_sections", "split_size", "indices_or_sections")}
        many = next((options[name] for name in own.get(call, ()) if name in options), None)
        is_single = call in ("unbind", "unstack")
        if many is None and values and not is_single:
            many, values = values[0], values[1:]
        axis = next((options[name] for name in ("dim", "axis") if name in options), values[0] if values else None)
        shape = self.shapes.get(array)
        place = -1 if call == "hsplit" else 0 if axis is None else number_at(tree, axis)
        if shape is None or place is None or not -len(shape) <= place < len(shape):
            self.fail(f"which part of its array each name gets from {call}(…) is not known here")
        place %= len(shape)
        if is_single:
            if shape[place] != count or place:
                self.fail(f"{call}(…) gives {shape[place]} parts, and there are {count} names")
            return [self.entry(array, number) for number in range(count)]
        bounds = self.bounds(many, shape[place], count, call)
        before = tuple([self.additions.add(SLICE, "", (), array) for _ in range(place)])
        result = []
        for start, stop in pairwise(bounds):
            ends = tuple([self.additions.number(float(bound), array) for bound in (start, stop)])
            part = self.additions.add(SLICE, "ab", ends, array)
            result.append(self.additions.add(INDEX, None, (array, *before, part), array))
        return result

    def bounds(self, many: int | None, length: int, count: int, call: str) -> list[int]:
        """What a call says of the parts, the length of the axis and how many names there are → where parts begin and
        end."""
        tree = self.tree
        listed = (
            [number_at(tree, arg) for arg in tree.args[many]] if many is not None and tree.kind[many] == LIST else []
        )
        sizes = [size for size in listed if size is not None]
        if listed and len(sizes) == len(listed) == count and sum(sizes) == length:
            return [sum(sizes[:number]) for number in range(count + 1)]
        if listed and len(sizes) == len(listed) == count - 1 and sizes == sorted(sizes):
            return [0, *sizes, length]  # numpy's list of places
        number = number_at(tree, many) if many is not None else None
        size = -(-length // count)
        if listed or length % count or number not in (count, size, None):
            self.fail(f"{call}(…) of {length} entries does not give {count} equal parts")
        return [size * number for number in range(count + 1)]
