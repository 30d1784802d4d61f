"""The tables of the language → JavaScript: what a page reads formulas by is made from what Python reads them by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from graphviz_ad.exercises.marking import answers
from graphviz_ad.graph.draft import CONSTANTS
from graphviz_ad.items import written
from graphviz_ad.language import (
    applied,
    bars,
    brackets,
    bullets,
    called,
    code,
    from_one,
    knowledge,
    layout,
    left_names,
    left_out,
    lowered,
    names,
    operators,
    parser,
    respelled,
    statements,
    tokens,
    totals,
    vocabulary,
    words,
)
from graphviz_ad.language.latex import flatten, labels, macros, pieces, reader, scripts, slashes, symbols
from graphviz_ad.language.latex import names as latex_names
from graphviz_ad.language.latex import tokens as texts
from graphviz_ad.ops.table import BY_NAME, VOCABULARY
from graphviz_ad.tracing.functions import on_numbers
from graphviz_ad.tracing.patterns import javascript, table

_BARE = rf"({tokens.NAME_PATTERN})(?![ \t]*\(|[ \t]*=(?!=))"
"""A name that is neither called nor given a value: x, but not f or y, in y = f(x)."""


def _patterns() -> dict[str, str | re.Pattern[str]]:
    """Regular expressions of the language by what the page calls them."""
    return {
        "name": tokens.NAME_PATTERN, "styled": tokens.STYLED, "unseen": tokens.UNSEEN, "bare": _BARE,
        "before": written.BEFORE, "sum": written.SUM, "many": written.MANY,
        "spaces": answers.SPACES, "decimalComma": answers.DECIMAL_COMMA, "date": answers.DATE,
        "raisedFirst": layout.RAISED_FIRST, "bullet": bullets.BULLET, "label": bullets.LABEL,
        "comment": layout.COMMENT, "range": layout.LETTER_RANGE, "lambda": layout.LAMBDA,
        "goesOn": statements.CONTINUATION, "afterComma": statements.AFTER_COMMA,
        "dots": parser.DOTS, "dotProduct": applied.DOT_PRODUCT, "fullStop": parser.FULL_STOP,
        "set": left_names.SET_NAME, "defined": left_names.DEFINED_NAME, "index": knowledge.LOWER_INDEX,
        "matlab": from_one.MATLAB_SIGN, "expectation": respelled.EXPECTATION, "tilde": respelled.TILDE,
        "starred": respelled.STARRED,
        "power": words.FUNCTION_POWER, "minus": words.ARGUMENT_MINUS, "dotted": words.DOTTED_PATH,
        "raise": words.RAISE_SIGN, "raisedSigns": f"[{tokens.RAISED_SIGNS}]+",
        "operand": totals.OPERAND, "limits": totals.LIMITS, "spoken": totals.SPOKEN_LIMITS, "bound": totals.BOUND,
        "span": totals.SPAN, "derivative": totals.DERIVATIVE_NAME, "part": lowered.PART_BELOW, "bar": bars.BAR,
        "conditional": applied.CONDITIONAL, "dependsOnSeveral": applied.DEPENDS_ON_SEVERAL,
        "dependsOnAny": applied.DEPENDS_ON_ANY, "leftSideEnd": applied.LEFT_SIDE_END,
        "namesInBrackets": applied.NAMES_IN_BRACKETS, "ownMethod": code.OWN_METHOD, "whole": called.WHOLE,
        "otherBase": left_out.OTHER_BASE, "belowSlash": left_out.BELOW_SLASH, "normalRoot": left_out.NORMAL_ROOT,
        "texBelowSlash": slashes.BELOW_SLASH,
        "texPiece": texts.PIECE, "texBlank": pieces.BLANK, "texLabel": labels.LABEL, "texDerived": latex_names.DERIVED,
        "texComment": reader.COMMENT, "texCommand": reader.COMMAND,
        "braces": names.BRACES, "withDigits": names.WITH_DIGITS,
    }  # fmt: skip


def _signs(table: Mapping[int, int]) -> dict[str, str]:
    """Table for `str.translate` → the same of signs."""
    return {chr(sign): chr(plain) for sign, plain in table.items()}


def _is_mistyped(command: str) -> bool:
    """Whether a command of LaTeX is taken for another one, which has no function's name."""
    return command not in macros.WRAPPED and macros.mistyped(command) is not None


@cache
def script() -> str:
    """→ JavaScript: `LANGUAGE`, the tables and the patterns of the language."""
    known = on_numbers()
    levels = ("CHOICE", "COMPARE", "SUM", "BIG", "PRODUCT", "SIGN", "APPLIED", "JUXTAPOSED", "POWER", "POSTFIX")
    minus = [sign for sign, plain in (*operators.SPELLINGS.items(), ("-", "-")) if plain == "-"]
    tables = {
        "levels": {name: getattr(operators, name) for name in levels},
        "binary": {sign: [row.key, row.precedence, int(row.side == "right")] for sign, row in operators.BINARY.items()},
        "prefixed": [row.key for row in operators.OPERATORS.values() if row.arity == 1],
        "minus": minus,
        "turned": [sign for sign, plain in (*operators.SPELLINGS.items(), (".T", ".T")) if plain == ".T"],
        "functions": {name: int(bare) for name, bare in VOCABULARY.functions.items() if BY_NAME[name].name in known},
        "beyond": [name for name in VOCABULARY.functions if BY_NAME[name].name not in known],
        "constants": {name: str(value) for name, value in CONSTANTS.items()},
        "truth": vocabulary.TRUTH,
        "fractions": tokens.FRACTIONS,
        "raised": _signs(tokens.RAISED), "lowered": _signs(names.LOWERED),
        "below": _signs(totals.LOWERED), "above": _signs(tokens.RAISED_LETTERS),
        "wide": _signs(tokens.WIDE),
        "spellings": {chr(sign): plain or "" for sign, plain in written.SPELLINGS.items()},
        "greek": names.GREEK, "variants": names.VARIANTS, "accents": names.ACCENTS,
        "inverses": vocabulary.INVERSES, "sums": vocabulary.SUMS,
        "lettered": [name for name, operation in vocabulary.LETTERED.items() if name == operation],
        "libraries": sorted(vocabulary.LIBRARIES), "libraryConstants": code.LIBRARY_CONSTANTS,
        "copies": sorted(called.COPIES), "axisSecond": sorted(called.AXIS_SECOND), "cut": sorted(called.CUT),
        "programs": sorted(called.PROGRAMS),
        "unchanged": sorted(code.UNCHANGED), "attributes": sorted(code.ATTRIBUTES),
        "valueLetters": "".join(sorted(knowledge.VALUE_LETTERS)), "belowSigns": brackets.BELOW_SIGNS,
        "calledBrackets": brackets.CALLED,
        "limits": {
            "characters": written.MAX_CHARACTERS, "nodes": written.LIMITS.nodes, "nodesOfNumber": answers.LIMITS.nodes,
        },
        "latex": {
            "letters": symbols.LETTERS, "signs": symbols.SIGNS, "accents": symbols.ACCENTS,
            "conditions": symbols.CONDITIONS, "functions": sorted(symbols.FUNCTIONS), "words": sorted(symbols.WORDS),
            "fonts": sorted(symbols.FONTS), "blanks": sorted(symbols.BLANKS), "setting": sorted(pieces.SETTING),
            "fractions": texts.FRACTIONS, "arguments": scripts.ARGUMENTS, "flat": flatten.FLAT,
            "looks": sorted(flatten.LOOKS), "wrapped": macros.WRAPPED, "transposes": sorted(macros.TRANSPOSES),
            "refused": [*symbols.REFUSED, *filter(_is_mistyped, VOCABULARY.functions)],
        },
        "token": javascript(re.compile(tokens.TOKEN), kinds=True),
        "patterns": {name: javascript(pattern) for name, pattern in _patterns().items()},
    }  # fmt: skip
    return f"const LANGUAGE = {table(tables)};\n"
