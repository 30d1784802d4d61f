"""What stands round and between the formulas of one LaTeX text: remarks on sets, lines that are statements."""

from __future__ import annotations

import re
from collections.abc import Set

from graphviz_ad.language.names import Parts
from graphviz_ad.language.tokens import blank

LINE = "\u2028"
"""Stands for the end of a line that ends a statement, where LaTeX has only a space."""
_SPACE = r"(?:\\(?:[,;:! ]|q?quad(?![A-Za-z]))|[\s~&])"
_SPACES = rf"{_SPACE}*(?!{_SPACE})"
"""What only sets: all of it, and never less, so that long runs are read once."""
_NESTED_BRACES = r"\{(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*\}"
"""An argument in braces, with braces three deep in it."""
_BRACES = r"\{(?:[^{}]|\{[^{}]*\})*\}"
"""An argument in braces."""
_NAME = rf"(?:\\(?!(?:q?quad|in|sim)(?![A-Za-z]))[A-Za-z]+(?:{_BRACES})*|[A-Za-z]+)(?:[_^](?:{_BRACES}|\w|\\[a-z]+))*'*"
"""A name with its scripts, perhaps in a font, or a derivative."""
_SET = rf"(?:\\mathbb *(?:{_BRACES}|\w)(?:\^(?:{_BRACES}|\w|\\[a-z]+))?|\\\{{[^=]*?\\\}}|[(\[][^=()\[\]]*[)\]])"
"""A set: \\mathbb{R}^n, \\{0, 1\\}, [0, 1]."""
_DISTRIBUTION = rf"(?:\\[A-Za-z]+)? *(?:{_BRACES}|\w)(?:_(?:{_BRACES}|\w))?{_SPACES}(?:\\left)?\([^=()]*\)"
"""A distribution: \\mathcal{N}(0, I)."""
_REMARK = re.compile(
    rf"(?:,|(?<=[,;])){_SPACES}(?:\\(?:text|mathrm)\{{ *(?:where|with|and|for) *\}}{_SPACES})?"
    rf"{_NAME}(?:{_SPACES},{_SPACES}{_NAME})*{_SPACES}"
    rf"(?:\\in(?![A-Za-z]){_SPACES}{_SET}|\\sim(?![A-Za-z]){_SPACES}{_DISTRIBUTION})"
    rf"(?={_SPACES}(?:[.,;$]|\Z|\n|\\\\|\\end|\\\]|\\\)))"
)
"""What says behind a comma from which set or distribution a name is."""
_BRACKETED_REMARK = re.compile(
    rf"\\q?quad(?![A-Za-z]){_SPACES}\({_SPACES}{_NAME}{_SPACES}\\(?:in|sim)(?![A-Za-z])[^()\n]*\)(?={_SPACES}(?:[.,;$]|\Z|\n|\\\\|\\end))"
)
"""The same in brackets behind a space."""
_END_OF_STATEMENT = re.compile(
    rf"(?<![-+*/^_=,&({{\\\s])([ \t]*[,.$]*[ \t]*)\n"
    rf"(?=[ \t$&]*{_NAME}(?:\([^()=\n]*\))?[ \t&]*(?::?=|\\(?:leftarrow|gets)\b))"
)
"""The end of a line behind a value, before a line that gives a name to one."""
_WORD_LINE = re.compile(
    r"(?m)^[ \t]*(?:and[ ]+)?(?:where|with|und|mit|wobei|hierbei|avec|soit|où|donde|siendo|con|dove|onde|com|где|при)"
    r"(?:[ ]+(?:we have|is|ist|es|est))?[ \t]*[:,]?[ \t]*(?:$|(?=\$|\\\[|\\\())"
)
"""A line that is a word between two formulas."""

_FONT_BEFORE_LINE = re.compile(
    r"(\\(?:math[a-z]+|boldsymbol|bm|vec|pmb|text|operatorname|(?:wide)?hat|(?:wide)?tilde|bar|d?dot))\n"
)
"""A command at the end of a line whose letter stands in the next one."""

_RANGE = re.compile(
    rf"(?:[,:]?{_SPACES}(?=\\(?:text|mbox))|,{_SPACES}|(?:(?<=[\s}};])~*|(?<=[)\w]))(?:\\q?quad|(?<=[\s}};~])~)+{_SPACES}|(?=\())\(?{_SPACES}(?:\\(?:text|mathrm|textrm|mbox)"
    rf"\{{ *(?:for|for all|where|with) *\}}|\\forall)?{_SPACES}"
    rf"[A-Za-z]{_SPACES}={_SPACES}[-\w]+{_SPACES},?(?:{_SPACES}\w+{_SPACES},)*{_SPACES}"
    rf"(?:(?<=[, ])\d+|(?:\\[lc]?dots[bc]?|\.\.\.?|…){_SPACES},?{_SPACES}"
    rf"(?:\(?(?:{_NAME}|\d+)(?:/\d+)?(?:{_SPACES}[-+]{_SPACES}\w+)?{_SPACES}\)?)?){_SPACES}\)?"
    rf"(?={_SPACES}(?:[.,;$]|\Z|\n|\\\\|\\end|\\tag|\\\]|\\\)))"
)
"""What says which numbers a letter is: , i = 1, \\ldots, n."""
_BOUNDS = re.compile(
    rf"([A-Za-z]){_SPACES}={_SPACES}(\w+)\b(.*?)(?<![\w\\])(\(?\w+(?:/\d+)?\)?(?:{_SPACES}[-+]{_SPACES}\w+)?){_SPACES}\)?\Z",
    re.DOTALL,
)
"""A letter with its first and its last number."""
LISTED = re.compile(r"=\s*[0-9]+\s*,\s*[0-9]")
"""Numbers that a letter is, with commas between them."""
_BETWEEN = re.compile(
    r"(\w+)\s*(?:\\leq?|\\leqslant|≤)(?![A-Za-z])\s*([A-Za-z])\s*(\\leq?(?:slant)?(?![A-Za-z])|≤|<|\\lt(?![A-Za-z]))\s*(\w+(?:\s*[-+]\s*\w+)?)"
)
"""A letter between its first and its last number: 0 \\le n \\le N-1."""
_CONDITION = re.compile(
    rf",{_SPACES}(?:\\(?:text|mathrm|textrm)\{{ *(?:where|if|with|for|for all|when) *\}})?{_SPACES}"
    rf"(?P<condition>[^=,;&\n]*?(?:[<>]|\\(?:leq?|geq?|[lg]eqslant|[lg]t|neq?|succeq|succ|preceq)(?![A-Za-z]))[^=&]*?)"
    rf"(?<!\s){_SPACES}(?=[.,;$\s]*(?:\Z|\\end|\\\]|\\\)))"
)
"""A condition behind a comma, at the end of the text."""
_COUNT = re.compile(
    r"\\(?:sum|prod)(?:\\limits)?[ ]*(?:_(?:\{[^{}]*\}|\w))?[ ]*\^[ ]*\{[ ]*(\|[^|{}=]+(?:\{\w+\})?\|)[ ]*\}"
)
"""The number of entries of a set or a sequence above a sum: |Q|."""
_CAPITALS = re.compile(" (?<=[A-Z] )[A-Z]")
"""Two capitals with a space between them."""
_SPACED_LEFT = re.compile(r"(?:^|[\n&$;]|\\\\)[ ]*((?:[A-Z] )+[A-Z])(?= *(?:_(?:\{[^{}]*\}|\w))?[ &]*=)")
"""Capitals with spaces between them that are a left side."""
_COMPARING = re.compile(r"[<>]|\\(?:[lg]|ne|succ|prec)")
"""What a condition has."""
_SUM_BOUNDS = re.compile(r"\\sum(?:\\limits)?[ ]*_[ ]*\{[ ]*([A-Za-z])[ ]*=([^{}]*)\}[ ]*\^[ ]*(\{[^{}]*\}|\w)")
"""A sum over a letter between bounds."""
_QUOTIENT = re.compile(rf"\\[dt]?frac[ ]*({_NESTED_BRACES})[ ]*({_NESTED_BRACES})")
"""A quotient with what stands above and below its line."""


def with_letters_apart(text: str) -> tuple[str, list[str]]:
    """LaTeX → the same length of text where a letter that sums above and below a line run over, from another number on
    and up to the same, is another letter below the line, and the notes that say so."""
    notes: list[str] = []
    letters = {*re.findall(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])", text)}
    free = next((letter for letter in "stuvrqmn" if letter not in letters), "")

    def apart(quotient: re.Match[str]) -> str:
        above, below = (
            {b[0]: (b[1].strip(), b[2]) for b in _SUM_BOUNDS.findall(part)} for part in quotient.group(1, 2)
        )
        whole = quotient[2]
        for letter in above.keys() & below.keys():
            pattern = rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])"
            (first, last), (other_first, other_last) = above[letter], below[letter]
            unshifted = re.compile(rf"_(?:{letter}|\{{[ ]*{letter}[ ]*\}})(?![A-Za-z])")
            are_whole = all(map(unshifted.search, quotient.group(1, 2)))  # else what is taken of an array is not known
            if last == other_last and first != other_first and {first, other_first} & {"0", "1"} and free and are_whole:
                whole = re.sub(pattern, free, whole)
                notes.append(f"the {letter} of the sum below the line is called {free}")
        return quotient[0][: quotient.start(2) - quotient.start()] + whole

    return (_QUOTIENT.sub(apart, text), notes) if text.count("\\sum") > 1 else (text, notes)


def with_counts(text: str) -> tuple[str, str]:
    """LaTeX → the same length of text with a letter for each |Q| above a sum sign, how many there are, and the notes
    that say so."""
    notes = []
    for bars in dict.fromkeys(_COUNT.findall(text)):
        letter = next((free for free in "NMKLTn" if re.search(rf"(?<![A-Za-z\\]){free}(?![A-Za-z])", text) is None), "")
        if letter:
            text = text.replace(bars, letter.center(len(bars)))
            notes.append(f"{bars} is how many there are to add up, called {letter}")
    return text, "; ".join(notes)


def with_words_together(text: str, given: Set[Parts | str]) -> tuple[str, list[str]]:
    """LaTeX → the same length of text with the letters together of names that stand letter by letter, as in F V C_{1},
    where FVC is given or stands on the left so, and the notes that say so."""
    names = {parts.stem if isinstance(parts, Parts) else parts for parts in given}
    if _CAPITALS.search(text) is not None:
        names |= {left.replace(" ", "") for left in _SPACED_LEFT.findall(text) if text.count(left) > 1}
    notes = []
    for name in sorted(names, key=len, reverse=True):
        if len(name) == 1 or not name.isascii() or not name.isalpha() or given >= {*name}:
            continue
        apart = " ".join(name)
        if apart not in text:
            continue
        together = re.sub(rf"(?<![A-Za-z\\])(?<!frac )(?<!sqrt ){apart}(?![A-Za-z])", name.ljust(len(apart)), text)
        if together != text:
            notes.append(f"{apart} is read as the name {name}")
            text = together
    return text, notes


def without_ranges(text: str) -> tuple[str, dict[str, tuple[str, str]]]:
    """LaTeX → the same length of text without what says which numbers a letter is, i = 1, …, n behind a comma, and
    these letters with their first and last number."""
    ranges: dict[str, tuple[str, str]] = {}

    def blanked(remark: re.Match[str]) -> str:
        if not _is_outside(text, remark.start()):
            return remark[0]
        if bounds := _BOUNDS.search(remark[0]):
            listed = [int(number) for number in re.findall(r"(?<!\w)\d+", f"{bounds[2]} {bounds[3]}")]
            if listed == [*range(listed[0], listed[0] + len(listed))] if listed else True:
                ranges[bounds[1]] = bounds[2], re.sub(r"[\s{}()]", "", bounds[4])
        return blank(remark[0])

    return _RANGE.sub(blanked, text), ranges


def range_of(condition: str) -> dict[str, tuple[str, str]]:
    """A condition behind a formula → the letter that it bounds on both sides, with its first and last number."""
    bounds = _BETWEEN.fullmatch(condition)
    if bounds is None:
        return {}
    last = re.sub(r"[\s{}()]", "", bounds[4])
    return {bounds[2]: (bounds[1], f"{last}-1" if bounds[3] in ("<", "\\lt") else last)}


def without_condition(text: str) -> tuple[str, str]:
    """LaTeX → the same length of text without the condition behind its last comma, and that condition; "" for none."""
    remark = _CONDITION.search(text) if "," in text and _COMPARING.search(text) is not None else None
    if remark is None or "=" not in text[: remark.start()] or not _is_outside(text, remark.start()):
        return text, ""
    return text[: remark.start()] + blank(remark[0]) + text[remark.end() :], remark["condition"].strip()


def _is_outside(text: str, at: int) -> bool:
    """Whether a place is in no bracket, brace or list of cases."""
    before = text[:at]
    pairs = (("{", "}"), ("(", ")"), ("[", "]"))
    return all(before.count(opener) == before.count(closer) for opener, closer in pairs) and "cases" not in text


def without_remarks(text: str) -> str:
    """LaTeX → the same length of text without what is said of sets and distributions behind a comma."""
    text = _BRACKETED_REMARK.sub(lambda remark: blank(remark[0]), text)
    return _REMARK.sub(lambda remark: blank(remark[0]), text)


def with_lines(text: str) -> str:
    """LaTeX → the same length of text in which lines that are statements have an end that is seen."""
    if "\n" not in text:
        return text
    text = _WORD_LINE.sub(lambda word: LINE.ljust(len(word[0])), text)
    return _END_OF_STATEMENT.sub(rf"\1{LINE}", _FONT_BEFORE_LINE.sub(r"\1 ", text))
