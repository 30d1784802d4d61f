"""A name before a dot → whether it is the module of a library, though no list has it: npx.relu(x), d2l.matmul(X, w)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphviz_ad.language import tokens
from graphviz_ad.language.called import COPIES
from graphviz_ad.language.vocabulary import OVER_AXIS, Vocabulary

_OF_TWO = frozenset(
    ("matmul", "dot", "maximum", "minimum", "mul", "multiply", "add", "subtract", "divide", "pow", "power")
)
"""Operations of two values; a method of an array has one of them in its brackets."""
_PLAIN_WORD = re.compile(r"[a-z_]\w*")
"""A name that may stand for an axis: x.sum(axis)."""
BEHIND_DOT = re.compile(r"\.[^\W\d]")
"""A dot and the name behind it, as every path of a module has them."""


def is_library(text: str, word: str, vocabulary: Vocabulary) -> bool:
    """Whether a name without a value is a module in a formula, whose function is called there."""
    path = path_behind(text, word)
    if path is None or not (path in COPIES or vocabulary.function(path) is not None):
        return False
    if any(name.startswith(f"{word}.") for name in vocabulary.values):  # a value is given for out.g
        return False
    if not all(arguments for _, arguments in _calls(text, word)):  # arr.max() of an argument of a function
        return False
    return bool(vocabulary.values) or is_module_of(text, word, vocabulary)


def is_module_of(text: str, word: str, vocabulary: Vocabulary) -> bool:
    """Whether a name is a module in a formula: it stands only before dots, and some function behind it has so many
    arguments that the name is none of them."""
    if len(word) < 2 or re.search(rf"(?<![\w.]){re.escape(word)}(?![\w.])", text):
        return False
    return any(_has_all(name, arguments, vocabulary) for name, arguments in _calls(text, word))


def _calls(text: str, word: str) -> Iterator[tuple[str, list[str]]]:
    """Name → the functions that are called behind it and a dot, with their arguments."""
    for call in re.finditer(rf"(?<![\w.]){re.escape(word)}\.(?:\w+\.)*(\w+)[ \t]*\(", text):
        stop = tokens.closer(text, call.end() - 1)
        inside = text[call.end() : stop] if stop >= 0 else ""
        yield call[1], [argument.strip() for argument in tokens.apart(inside, ",") if argument.strip()]


def _has_all(name: str, arguments: list[str], vocabulary: Vocabulary) -> bool:
    """Whether a function has all its arguments in its brackets."""
    values = [argument for argument in arguments if not re.match(r"\w+[ \t]*=(?!=)", argument)]
    operation = vocabulary.operation(name)
    if not values or not re.search(r"[^\W\d]|\[", values[0]):
        return False
    if name in COPIES:
        return True
    if operation in OVER_AXIS:
        return len(values) < len(arguments) or _PLAIN_WORD.fullmatch(values[0]) is None
    if operation in _OF_TWO:
        return len(values) == 2
    if operation == "where":
        return len(values) == 3
    return operation is not None and vocabulary.functions[operation]


def path_behind(text: str, word: str) -> str | None:
    """Text of a formula and a name → the last name of a call `word.a.b(` that stands somewhere; None where none does.

    >>> path_behind("torch.nn.relu(x)", "torch"), path_behind("x + torch", "torch")
    ('relu', None)
    """
    if f"{word}." not in text:  # as ever: a pattern takes a hundred times as long
        return None
    match = re.search(rf"(?<![\w.]){re.escape(word)}\.(?:\w+\.)*(\w+)[ \t]*\(", text)
    return match[1] if match else None
