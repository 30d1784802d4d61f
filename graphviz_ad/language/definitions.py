"""Functions as programs define them → f(a, b) = … in the same length of text.

The last one, where nothing stands behind it, is what is asked for: its body is the formula, its parameters are inputs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphviz_ad.language.signatures import with_plain_names, with_plain_signatures
from graphviz_ad.language.tokens import blank, closer

_NAMED_FUNCTION = re.compile(
    r"(?m)^([ \t]*[^\W\d]\w*)([ \t]*(?:<-|=)[ \t]*(?:function|lambda)[ \t]*)"
    r"(?:\(([^()\n]*)\)|([^\W\d]\w*(?:[ \t]*,[ \t]*[^\W\d]\w*)*)[ \t]*:)"
)
"""What begins a function with a name, as R and Python have it: f <- function(a, b), f = lambda a, b:"""
_NO_PARAMETERS = re.compile(r"(?m)^[ \t]*([^\W\d]\w*)\(\)[ \t]*=(?!=)")
"""The left side of a function without parameters."""
_HANDLE = re.compile(r"(?m)^([ \t]*[^\W\d]\w*)[ \t]*=[ \t]*@[ \t]*\(([\w, \t]*)\)")
"""What begins a function with a name, as MATLAB has it: f = @(a, b)"""
_ARROW_FUNCTION = re.compile(
    r"(?m)^[ \t]*(?:const|let|var)[ \t]+([^\W\d]\w*)[ \t]*=[ \t]*(?:\(([\w, \t=.]*)\)|(\w+))[ \t]*=>"
)
"""What begins a function of JavaScript: const f = (a, b) =>"""
_PYTHON_FUNCTION = re.compile(
    r"(?m)^([ \t]*)(?:async[ \t]+)?def[ \t]+([^\W\d]\w*)[ \t]*\(((?:[^()]|\([^()]*\))*)\)[ \t]*(?:->[^:\n]+)?:"
)
"""What begins a function of Python: def f(a, b):"""
_BRACED_FUNCTION = re.compile(
    r"(?m)^([ \t]*)(?:(?:export|static|inline|const|async)[ \t]+)*(?:function|[A-Za-z_][\w:<>]*[*&]?)[ \t]+"
    r"([^\W\d]\w*)[ \t]*\(([^(){}]*)\)[ \t\n]*\{"
)
"""What begins a function of JavaScript, C or Java."""
_JULIA_TYPE = re.compile(r"(?<=[\w)])::[A-Z]\w*(?:\{[^{}\n]*\})?(?=[ \t]*[,;)=]|[ \t]+where\b)")
"""The type of a parameter, as Julia has it: x::Float64."""
_CHOOSE = re.compile(r"\([ \t]*(\w+)[ \t]+choose[ \t]+(\w+)[ \t]*\)")
"""A binomial coefficient in words: (n choose k)."""
_UNIT = re.compile(r"(?<![\w.])(one|zero)\(eltype\([\w.]+\)\)")
"""The number one or zero in the type of an array, as Julia has it: one(eltype(x))."""
_COLUMNS = re.compile(r"(?<![\w.])np\.c_\[((?:[^\[\]]|\[[^\[\]]*\])*)\]")
"""Columns beside each other, as numpy has them."""
_SHORT_FUNCTION = re.compile(
    r"(?m)^([ \t]*)(?:pub[ \t]+)?(?:fn|func|fun)[ \t]+([^\W\d]\w*)[ \t]*\(([^(){}]*)\)[^{}=\n]*\{"
)
"""What begins a function of Rust, Go, Swift or Kotlin."""
_ENDED_FUNCTION = re.compile(
    r"(?m)^([ \t]*)function[ \t]+(?:(?:\[[\w, \t~]*\]|\w+)[ \t]*=[ \t]*)?([^\W\d]\w*)"
    r"[ \t]*\(([^(){}\n]*)\)[ \t]*;?[ \t]*(?=\n|%|#)"
)
"""What begins a function of MATLAB, Octave or Julia: function J = cost(X, y)"""
_END = re.compile(r"(?m)^[ \t]*end(?:function)?[ \t]*;?[ \t]*$")
"""The line that ends it."""
_BRACED_VALUE = re.compile(r"(?m)^([ \t]*)([^\W\d][\w.]*)[ \t]*(?:<-|=)[ \t]*function[ \t]*\(([^(){}\n]*)\)[ \t]*\{")
"""What begins a function of R with its statements in braces."""
_DECORATOR = re.compile(r"(?m)^[ \t]*@[^\W\d][\w.]*(?:\([^()\n]*\))?[ \t]*(?=\n[ \t]*(?:@|def\b|async\b))")
"""A line that decorates a function of Python."""
_DOCSTRING = re.compile(
    r"(?:\s*[rRuU]?(\"\"\"|''')(?:.|\n)*?\1|\s*[rRuU]?(?:\"[^\"\n]*\"|'[^'\n]*')(?=[ \t]*\n)|\s*#[^\n]*(?=\n))+"
)
"""Text and comments at the beginning of a function that say what it does."""
_RETURN = re.compile(r"[ \t\n]*return\b")
"""The word before the value of a function that has one line."""
_RETURNED = re.compile(r"((?<![<>=!])=[ \t]*\{[ \t\n]*)return(?=[ \t]*\()")
"""The same where braces hold the value: f(a) = {return(a + 1)}."""
_PARAMETER = re.compile(
    r"(?:[\w<>]+(?:::[\w<>]+)*[ \t&*]+)?([^\W\d]\w*)[ \t]*(?::[^=,]*)?(=[ \t]*([-+]?[0-9.]+(?:e[-+]?[0-9]+)?))?"
)
"""A parameter, perhaps with its type before or behind it, and with a number as its default."""


_ONE_LINE = re.compile(r"\s*[^\n=]*[^\s=][^\n=]*\s*")
"""A body of one line that sets no name."""
_BLANKS = re.compile(r"\s*")
"""The blanks before it."""
_COMMENT_LINE = re.compile(r"(?m)^[ \t]*#[^\n]*")
"""A line that is a comment."""


@dataclass(frozen=True)
class _Function:
    """Where a function begins, where its body does and ends, where the whole ends, and its parameters."""

    start: int
    body: int
    stop: int
    end: int
    name: str
    parameters: str


def without_comments(text: str) -> str:
    """Text of a program → the same length of text without lines of comments and what says what a function does, which
    may have formulas of their own; where nothing else is there, the same text."""
    rest = text
    if "def " in text:
        for begin in _PYTHON_FUNCTION.finditer(text):
            docstring = _DOCSTRING.match(text, begin.end())
            if docstring is not None:
                rest = rest[: begin.end()] + blank(docstring[0]) + rest[docstring.end() :]
    if "#" in text and "\n" in text:
        rest = _COMMENT_LINE.sub(lambda line: blank(line[0]), rest)
    return rest if rest.strip() else text


def with_functions(text: str) -> str:
    """Formula → the same length of text, with f(a, b) = … for functions as programs define them."""
    if " choose " in text:
        text = _CHOOSE.sub(lambda of: f"choose({of[1]},{of[2]})".ljust(len(of[0])), text)
    if "eltype(" in text:
        text = _UNIT.sub(lambda unit: "01"[unit[1] == "one"].ljust(len(unit[0])), text)
    if "np.c_[" in text:
        text = _COLUMNS.sub(lambda begin: f"cbind({begin[1]})", text)
    if "::" in text:
        text = _JULIA_TYPE.sub(lambda of: blank(of[0]), text)
    if "function" in text:
        text = with_plain_names(text)
    if "function" in text and "{" in text and _BRACED_VALUE.search(text) is not None:
        text = _without_braces(text)
    if "lambda" in text or "function" in text:
        text = _NAMED_FUNCTION.sub(lambda begin: _left_side(begin[0], begin[1], begin[4] or begin[3]), text)
    if "@(" in text:
        text = _HANDLE.sub(lambda begin: _left_side(begin[0], begin[1], begin[2]), text)
    if "=>" in text:
        text = _ARROW_FUNCTION.sub(lambda begin: _left_side(begin[0], begin[1], begin[3] or begin[2]), text)
    if "return" in text and "{" in text:
        text = _RETURNED.sub(lambda begin: f"{begin[1]}      ", text)
    if ")" in text and "=" in text and not text.lstrip().startswith("="):
        text = with_plain_signatures(text)
    if "def " in text:
        text = _DECORATOR.sub(lambda line: blank(line[0]), text)
    for function in _functions(text):
        text = _defined(text, function)
    return _without_empty_brackets(text) if "()" in text and "=" in text else text


def _without_empty_brackets(text: str) -> str:
    """Formula → the same length of text in which functions without parameters are values: f() = a; b*f()."""
    names = "|".join(map(re.escape, dict.fromkeys(_NO_PARAMETERS.findall(text))))
    return re.sub(rf"(?<![\w.])({names})\(\)", r"\1  ", text) if names else text


def _left_side(begin: str, name: str, parameters: str | None) -> str:
    """f <- function(a, b) → f(a, b) =, as long."""
    return f"{name}({(parameters or '').strip()}) =".ljust(len(begin))


def _functions(text: str) -> list[_Function]:
    """Text → the functions in it that Python, JavaScript and C define, inner ones left out."""
    functions: list[_Function] = []
    for begin in _PYTHON_FUNCTION.finditer(text) if "def " in text else ():
        after = re.compile(rf"\n(?=[ \t]{{0,{len(begin[1].expandtabs())}}}[^\s#])").search(text, begin.end())
        stop = after.start() if after else len(text)
        functions.append(_Function(begin.start(), begin.end(), stop, stop, begin[2], begin[3]))
    short = _SHORT_FUNCTION.finditer(text) if any(word in text for word in ("fn ", "func ", "fun ")) else ()
    for begin in (*_BRACED_FUNCTION.finditer(text), *short) if "{" in text else ():
        close = closer(text, begin.end() - 1)
        if close >= 0 and ("return" in text[begin.end() : close] or begin.re is _SHORT_FUNCTION):
            functions.append(_Function(begin.start(), begin.end(), close, close + 1, begin[2], begin[3]))
    for begin in _ENDED_FUNCTION.finditer(text) if "function " in text else ():
        further = _ENDED_FUNCTION.search(text, begin.end())
        stop = further.start() if further else len(text)
        ends = list(_END.finditer(text, begin.end(), stop))
        stop, end = (ends[-1].start(), ends[-1].end()) if ends else (stop, stop)
        functions.append(_Function(begin.start(), begin.end(), stop, end, begin[2], begin[3]))
    outer: list[_Function] = []
    for function in sorted(functions, key=lambda function: function.start):
        if not outer or function.start >= outer[-1].end:
            outer.append(function)
    return outer


def _defined(text: str, function: _Function) -> str:
    """Text → the same with a function as a formula: its body, or f(a) = … where something follows that may use it."""
    head, body = text[function.start : function.body], text[function.body : function.stop]
    if (docstring := _DOCSTRING.match(body)) is not None:
        body = blank(docstring[0]) + body[docstring.end() :]
    returned = _RETURN.match(body) or (_ONE_LINE.fullmatch(body) and _BLANKS.match(body))
    is_last = not text[function.end :].strip()
    if is_last:
        head = _with_defaults(head, function)
        body = re.sub(r"\breturn\b", "      ", body)
    elif returned is not None:
        names = ", ".join(parameter[1] for parameter in _parameters(function.parameters))
        head = _lead(head) + f"{function.name}({names}) =".ljust(len(head.lstrip()))
        body = blank(returned[0]).replace("\n", " ") + body[returned.end() :]
    else:
        return text
    return text[: function.start] + head + body + blank(text[function.stop : function.end]) + text[function.end :]


def _without_braces(text: str) -> str:
    """The last function of R, with several statements in braces → these alone, as long."""
    begin = [*_BRACED_VALUE.finditer(text)][-1]
    close = closer(text, begin.end() - 1)
    body = text[begin.end() : close]
    if close < 0 or text[close + 1 :].strip() or len([line for line in body.split("\n") if line.strip()]) < 2:
        return text
    defaults = "".join(f"{p[1]}={p[3]};" for p in _parameters(begin[3]) if p[3])
    return text[: begin.start()] + defaults.ljust(len(begin[0])) + body + " " + text[close + 1 :]


def _parameters(text: str) -> list[re.Match[str]]:
    """What stands between the brackets of a definition → its parameters, without self."""
    matches = (_PARAMETER.fullmatch(part.strip()) for part in text.split(","))
    return [parameter for parameter in matches if parameter is not None and parameter[1] not in ("self", "cls")]


def _with_defaults(head: str, function: _Function) -> str:
    """The head of the function that is asked for → blanks, and a=0.01; for a parameter that has a value."""
    defaults = "".join(f"{p[1]}={p[3]};" for p in _parameters(function.parameters) if p[3])
    return _lead(head) + (defaults.ljust(len(head.lstrip())) if defaults else blank(head.lstrip()))


def _lead(text: str) -> str:
    """Text → the blanks that it begins with."""
    return text[: len(text) - len(text.lstrip())]
