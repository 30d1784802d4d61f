"""NAME=VALUE, several of them, or a JSON object → values by name; nothing is evaluated as Python."""

from __future__ import annotations

import json
import math
import re
from itertools import zip_longest
from typing import NoReturn, TypeGuard

from graphviz_ad.errors import InputError
from graphviz_ad.language.tokens import NAME_PATTERN, is_name, normalise
from graphviz_ad.source import Source, Span

Value = float | list["Value"]
"""A number, or nested lists of numbers."""

NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
"""The pattern of a number, which the fields of a page read by too (`export/player/reading.js`)."""
_TOKEN = re.compile(rf"\s*(?:({NUMBER})(?:[ \t]*/[ \t]*({NUMBER}))?(?![\w./+-])|([\[\],])|([^\s\[\],]+))")
"""A number or a quotient of two, a sign of a list, or else a word, for which there is a message."""
MINUS = str.maketrans("−–", "--")
"""Table for `str.translate`: minus signs and dashes that are read as "-"."""
_FACTOR = re.compile(rf"(?:^|[\[,])\s*((?:{NUMBER})?)\s*$")
"""A number, or none, that is all that stands before something in its place of a list."""
_VALUE_HINT = "write a number as 2, -0.5, 1e-3 or 1/3, or a list as [1, 2] or [[1, 2], [3, 4]]"
"""What to write where a value cannot be read."""
_MAX_LIST_DEPTH = 32
"""Brackets of a list within each other; as many as an array of numpy 1 can have axes."""
_ASSIGNMENT = re.compile(r"(?:[^\s=\[(]|\([^()\s]*\)|\(|\{?\[[^\]\s=]*\]\}?)+=(?:[^\s\[]|\[[^=]*\])+|\S+")
"""NAME=VALUE, in whose lists there may be spaces; else a word, for which there is a message."""


_NAME_AND_SIGN = re.compile(r"((?:[^=(]|\([^()]*\))*)=")
"""A name that may have an equals sign in its brackets, and the sign behind it."""
_COMPOUND_NAME = re.compile(
    r"[^\W\d]\w*(?:[ ]\w+)+|[^\W\d]\w*['′]?(?:\((?:[\w|,;∩∪∧∨¬&'′ =]|_\{[^{}]*\})+\)|\[\w+\]|\^[A-Za-z]|\.[0-9]+)"
)
"""What has a value in a formula though it is no name: learning rate, P(A|B), params[key], a^L, q.1."""
_SIGNED_OR_DOTTED_NAME = (
    rf"\\\S+|[∂∇d]{NAME_PATTERN}(?:/[∂d]{NAME_PATTERN})?|{NAME_PATTERN}(?:\.{NAME_PATTERN})+"
    rf"|{NAME_PATTERN}[*~^]?|[^\W\d_][*^]_(?:\w+|\{{[^{{}}]*\}})|[A-Z]{{1,3}}[0-9]+:[A-Z]{{1,3}}[0-9]+"
)
"""A command of LaTeX, a derivative, a path with dots, a name with a star, a tilde or a hat, perhaps with letters below
it, a range of cells; it takes long to compile, and few names need it."""
_DEPENDENT_NAME = re.compile(
    r"(?:[∂∇](?:_\{[^{}=]*\})?|(?=[^\W\d]))[^\W\d](?:[\w'′\u0300-\u036f\u20d6\u20d7⁰¹²³⁴-⁹]|_\{[^{}=]*\}|\^[A-Za-z]"
    r"|\^?\([^()=]*(?:\([^()=]*\)[^()=]*)?\)|\^\{[^{}=]*\}|\[[^\[\]=]*\]|[.$](?=\w))*"
)
"""A name with what it depends on and what stands above it: ∇L(θ_t), V(s_{t+1}), ∇_{w}J, A[l-1], W¹, h(t-1)."""


def can_be_given(name: str) -> bool:
    """Whether a value can be given for what is written so: a name, perhaps in LaTeX, or a derivative.

    >>> can_be_given("w_1"), can_be_given("y^"), can_be_given("∂L/∂z"), can_be_given("2x")
    (True, True, True, False)
    """
    return (
        is_name(name)
        or re.fullmatch(_SIGNED_OR_DOTTED_NAME, name) is not None
        or _COMPOUND_NAME.fullmatch(name) is not None
        or _DEPENDENT_NAME.fullmatch(name) is not None
    )


def read_assignments(text: str, name: str) -> dict[str, Value]:
    """Text `w=2 x=[1, 2]`, or a JSON object → values by name; `name` is what messages call the text.

    Raises InputError.

    >>> read_assignments("w=2 W=[[1, 2], [3, 4]]", "inputs"), read_assignments('{"w": 2}', "inputs")
    ({'w': 2.0, 'W': [[1.0, 2.0], [3.0, 4.0]]}, {'w': 2.0})
    """
    text = normalise(text).strip()
    if text.startswith("{"):
        return read_object(text, name, "it")
    values: dict[str, Value] = {}
    words = _ASSIGNMENT.findall(text)
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        require_joined(word, following)
        key, value = read_assignment(word)
        if key in values:
            raise InputError(f"'{key}' is given twice", hint=f"leave out one of the values of '{key}'")
        values[key] = value
    return values


def require_joined(argument: str, following: str) -> None:
    """Raise InputError where a value was written with spaces round its "=", which makes several arguments of it."""
    name, sign, value = argument.partition("=")
    apart = following.startswith("=") if not sign else not value and following and "=" not in following
    if name and apart:
        source = Source(normalise(argument), "argument")
        hint = f"write it without spaces round the '=', as in {name}=1"
        _fail("this is only a part of NAME=VALUE", source, (0, len(source.text)), hint)


def read_assignment(argument: str) -> tuple[str, Value]:
    """NAME=VALUE → both.

    >>> read_assignment("w=[1, 2/4]"), read_assignment("θ＝-.5")
    (('w', [1.0, 0.5]), ('θ', -0.5))
    """
    source = Source(normalise(argument), "argument")
    name, sign = _name_before(source.text)
    whole = (0, max(1, len(source.text)))
    if argument.startswith("-"):
        _fail("an option or a negative value stands where NAME=VALUE should", source, whole,
              "options go before '--' and values have a name, as in w=-2")  # fmt: skip
    if not sign:
        _fail("this is not NAME=VALUE", source, whole,
              "values have a name, as in w=2; a formula with spaces goes in quotes")  # fmt: skip
    if not name.strip():
        _fail("there is no name before '='", source, whole, "write NAME=VALUE without spaces, as in w=2")
    if not can_be_given(name.strip()):
        _fail(f"'{name.strip()}' is not a name", source, (0, len(name)),
              "a name is letters, digits and _, and begins with a letter, as in w_1=2")  # fmt: skip
    return name.strip(), read_value(source, len(name) + 1)


def _name_before(text: str) -> tuple[str, str]:
    """NAME=VALUE → the name and the sign behind it, which is in no brackets: P(Home=k)=0.3.

    >>> _name_before("P(Home=k)=0.3"), _name_before("w")
    (('P(Home=k)', '='), ('w', ''))
    """
    match = _NAME_AND_SIGN.match(text)
    return (match[1], "=") if match is not None else (text.partition("=")[0], text.partition("=")[1])


def read_value(source: Source, start: int = 0) -> Value:
    """Text from `start` on → the number or the nested lists it says, by one stack.

    >>> read_value(Source("[[1, -2e3], [.5, 1/4]]"))
    [[1.0, -2000.0], [0.5, 0.25]]
    """
    text = source.text.translate(MINUS)
    open_lists: list[tuple[list[Value], int]] = []
    result: Value | None = None
    want = True  # a value comes next
    at, end = start, len(text.rstrip())
    if not text[start:].strip():
        _fail("there is no value here", source, (max(0, start - 1), start), _VALUE_HINT)
    while at < end:
        match = _TOKEN.match(text, at)
        assert match is not None, "the last alternative takes anything"
        number, denominator, sign, word = match.groups()
        place = (match.start(1 if denominator else match.lastindex or 0), match.end())
        if word is not None:
            factor = _FACTOR.search(text[start : place[0]])
            hint = _in_digits(factor[1] + word) if factor else None
            _fail(f"'{word}' is not a number", source, place, hint or _VALUE_HINT)
        if result is not None:
            rest = text[place[0] : end]
            hint = "give one value; a list goes in [ ]"
            whole = text[start : place[0]].strip()
            if re.fullmatch(r",[0-9]+", rest) and whole.lstrip("+-").isdecimal():
                hint = f"write {whole}.{rest[1:]} with a decimal point; a list goes in [ ]"
                if re.fullmatch(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}", whole + rest):
                    hint = f"write {whole}{rest[1:]}, or {hint.removeprefix('write ')}"
            _fail("something follows the value", source, (place[0], end), hint)
        value: Value | None = None
        if sign == "[":
            if not want:
                _fail("a comma is missing", source, place, "entries of a list are set apart by commas, as in [1, 2]")
            if len(open_lists) == _MAX_LIST_DEPTH:
                _fail(f"lists are more than {_MAX_LIST_DEPTH} deep", source, place, _VALUE_HINT)
            open_lists.append(([], place[0]))
        elif number is not None:
            if not want:
                _fail("a comma is missing", source, place, "entries of a list are set apart by commas, as in [1, 2]")
            value = _number(number, denominator, source, place)
        elif not open_lists:
            _fail(f"'{sign}' does not belong here", source, place, _VALUE_HINT)
        elif sign == ",":
            if want:
                _fail("a number is missing before ','", source, place, _VALUE_HINT)
            want = True
        else:
            if want:
                what = "a number is missing before ']'" if open_lists[-1][0] else "this list is empty"
                _fail(what, source, place, _VALUE_HINT)
            value = open_lists.pop()[0]
        if value is not None:
            want = False
            if open_lists:
                open_lists[-1][0].append(value)
            else:
                result = value
        at = match.end()
    if open_lists:
        opened = open_lists[-1][1]
        _fail("this '[' is never closed", source, (opened, opened + 1), "add a ']'; in a shell put the value in quotes")
    assert result is not None
    return result


def _in_digits(word: str) -> str | None:
    """A multiple of π → how to write it, None for any other word.

    >>> _in_digits("2pi")
    'write it in digits: 6.283185307179586'
    """
    multiple = re.fullmatch(r"([+-]?)([0-9]*\.?[0-9]*)\*?(?:pi|π)", word)
    if multiple is None or multiple[2] == ".":
        return None
    return f"write it in digits: {multiple[1]}{float(multiple[2] or 1) * math.pi!r}"


def _number(numerator: str, denominator: str | None, source: Source, place: Span) -> float:
    """Digits, and those under the fraction bar → a finite float."""
    divisor = float(denominator) if denominator is not None else 1.0
    if divisor == 0:
        _fail("this divides by zero", source, place, _VALUE_HINT)
    value = float(numerator) / divisor
    if not math.isfinite(value):
        _fail("this number is too large", source, place, "numbers go up to about 1.8e308")
    if value == 0 and re.match(r"[^eE]*[1-9]", numerator):
        _fail("this number is too small", source, place, "numbers go down to about 5e-324")
    return value


def _fail(message: str, source: Source, span: Span, hint: str) -> NoReturn:
    """Raise InputError at a place."""
    raise InputError(message, source=source, span=span, hint=hint)


def read_object(text: str, path: str, what: str = "the file") -> dict[str, Value]:
    """JSON text that holds an object → its values by name; `path` is its name in messages, `what` that in hints."""
    hint = f'{what} holds one object, as in {{"w": 2, "x": [1, 2]}}'
    try:
        pairs = json.loads(text, parse_int=float, parse_constant=_Constant, object_pairs_hook=_Pairs)
    except json.JSONDecodeError as problem:
        message = problem.msg[:1].lower() + problem.msg[1:]
        _fail(f"'{path}' is not JSON: {message}", Source(text, path), (problem.pos, problem.pos + 1), hint)
    except RecursionError:
        raise InputError(f"the lists in '{path}' are too deep", hint=hint) from None
    if not isinstance(pairs, _Pairs):
        raise InputError(f"'{path}' holds no names", hint=hint)
    values: dict[str, Value] = {}
    for raw, value in pairs:
        name = normalise(raw)
        if not can_be_given(name):
            raise InputError(f"'{name}' in '{path}' is not a name", hint="a name is letters, digits and _")
        if name in values:
            raise InputError(f"'{name}' stands twice in '{path}'", hint="leave out one of the two")
        if not _is_value(value):
            raise InputError(f"the value of '{name}' in '{path}' is not a number or a list of numbers", hint=hint)
        values[name] = value
    return values


class _Pairs(list[tuple[str, object]]):
    """Holds the pairs of a JSON object, so that a name that stands twice is seen."""


class _Constant(str):
    """Marks NaN and Infinity in JSON, which are no numbers here."""


def _is_value(value: object) -> TypeGuard[Value]:
    """Whether it is a finite number or nested lists of such."""
    stack: list[object] = [value]
    while stack:
        top = stack.pop()
        if type(top) is list and top:
            stack.extend(top)
        elif not (isinstance(top, float) and math.isfinite(top)):
            return False
    return True
