"""Left sides as programs define functions → f(x) = … in the same length of text: f(x; a = 1) = … has a = 1.

Parameters lose their types, names of R with dots in them become one word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_NUMBER = r"[-+−]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?f?(?:[ \t]*//?[ \t]*[0-9]+(?:\.[0-9]+)?)?"
_SIGNATURE = re.compile(
    r"(?m)^([ \t#]*)((?:(?:private|public|inline|override)[ \t]+)*(?:fun|def)[ \t]+)?"
    r"([^\W\d]\w*)[ \t]*\(([^()\n]*)\)([ \t]*:[ \t]*[A-Z][\w.]*(?:[<\[][\w., ]*[>\]])?)?"
    r"(?:[ \t]+where[ \t]+(?:\{[^{}\n]*\}|\w+(?:[ \t]*<:[ \t]*\w+)?))?[ \t]*=(?![=>])"
)
"""A left side with parameters, as Julia, Kotlin and Scala have it: f(x; a = 1) =, fun f(x: Double): Double ="""
_PARAMETER = re.compile(
    rf"([^\W\d]\w*['′]?)(?:[ \t]*:[ \t]*[A-Z][\w.]*(?:[<\[][\w., ]*[>\]])?\??)?(?:[ \t]*=[ \t]*({_NUMBER}))?"
)
"""A parameter, perhaps with its type and a number as its default."""
_PROBABILITIES = {*"pPqEℙ", "Pr", "pr", "prob", "Prob"}
"""Names before brackets in which = is an event."""
_FURTHER = re.compile(r"\n[^\n]*(?<![<>=!:])=(?![=>])")
"""A line that gives a value to a name."""
_DOTTED_FUNCTION = re.compile(r"(?m)^[ \t]*((?:[A-Za-z]\w*\.)+[A-Za-z]\w*)[ \t]*(?:<-|=)[ \t]*function[ \t]*\(")
"""A function of R whose name has dots in it."""


def with_plain_names(text: str) -> str:
    """Program of R → the same length of text with one word for each function whose name has dots.

    >>> with_plain_names("w.mean <- function(x) mean(x)")
    'w_mean <- function(x) mean(x)'
    """
    for name in dict.fromkeys(_DOTTED_FUNCTION.findall(text)):
        text = re.sub(rf"(?<![\w.]){re.escape(name)}(?=[ \t]*(?:\(|<-|=))", name.replace(".", "_"), text)
    return text


def with_plain_signatures(text: str) -> str:
    """Formula → the same length of text with types and defaults out of the brackets of left sides.

    >>> with_plain_signatures("f(x; a = 2) = a*x"), with_plain_signatures("fun f(x: Double) = 2*x")
    ('a=2;f(x)=    a*x', 'f(x)=                  2*x')
    """
    for begin in reversed([*_SIGNATURE.finditer(text)]):
        written = _written(text, begin)
        if written and len(written) <= len(begin[0]):
            text = text[: begin.start()] + written.ljust(len(begin[0])) + text[begin.end() :]
    return text


def _written(text: str, begin: re.Match[str]) -> str:
    """A left side with parameters → how it is written without their types and defaults; nothing where it stays."""
    lead, keyword, name, inside, _ = begin.groups()
    matches = [_PARAMETER.fullmatch(part.strip()) for part in re.split("[,;]", inside)]
    pairs = [(match[1], (match[2] or "").rstrip("f").replace("//", "/")) for match in matches if match is not None]
    if len(pairs) < len(matches) or not (keyword or "=" in inside) or name in _PROBABILITIES:
        return ""
    plain = [parameter for parameter, default in pairs if not default]
    own = dict(pairs[len(plain) :])
    if not plain or not all(own.values()):
        return ""
    if own and not _is_alone(name, own, text[: begin.start()], text[begin.end() :]):
        return ""
    values = "".join(f"{parameter}={default};" for parameter, default in own.items())
    return f"{lead}{values}{name}({','.join(plain)})="


def _is_alone(name: str, own: Iterable[str], before: str, body: str) -> bool:
    """Whether a function with defaults is what is asked for, its body uses them, and nothing else has their names."""
    if _FURTHER.search(body) is not None or re.search(rf"(?<![\w.]){name}[ \t]*\(", before + body) is not None:
        return False
    words = [re.compile(rf"(?<!\w){parameter}(?![\w(])") for parameter in own]
    return any(word.search(body) for word in words) and not any(word.search(before) for word in words)
