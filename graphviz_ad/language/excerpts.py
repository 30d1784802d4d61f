"""A formula as it stands in a document or between other lines → the formula, in the same length of text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graphviz_ad.errors import ParseError
from graphviz_ad.language.hypertext import with_signs, without_ends, without_tags
from graphviz_ad.language.tokens import blank, closer
from graphviz_ad.source import Source

_SPAN = re.compile(
    r"\$\$(?P<display>[^$]+)\$\$|\\\[(?P<bracket>.+?)\\\]|\\\((?P<inline>.+?)\\\)|\$(?P<dollar>[^$\n]+)\$|`(?P<code>[^`\n]+)`",
    re.DOTALL,
)
"""A formula within a text of Markdown or LaTeX."""
_WORD = re.compile(r"[^\W\d_]{2,}|[\u3040-\u30ff\u3400-\u9fff]|[*#<>:：]")
"""What makes the text round formulas one of words."""
_MENTIONED_NAME = r"\s*(?:\\[A-Za-z]+\s*(?:\{[^{}=]*\})?|[^\W\d]\w*)(?:\s*[_^]\s*(?:\{[^{}=]*\}|\w|\\[a-z]+))*\s*"
_MENTIONED = re.compile(
    rf"{_MENTIONED_NAME}(?:,{_MENTIONED_NAME})*"
    r"(?:(?:\\(?:in|sim|leq?|geq?|[lg]eqslant|[lg]t|neq?)(?![A-Za-z])|[<>≤≥≠∈∼])[^=]*)?"
)
"""Names alone, perhaps with the set that they are from or their bounds, in a sentence beside a formula: where $a$ is
the slope and $b > 0$."""
_SQUARE = re.compile(r"\^\s*\{?\s*[0-9]")
"""A power that is a number: x^2."""
_STEM = re.compile(r"\\[A-Za-z]+|[^\W\d_]")
"""A letter or a command."""
_NAMING = re.compile(r"[=←≡]|<-|\\(?:leftarrow|gets|equiv|triangleq|coloneqq|approx|propto)(?![A-Za-z])")
"""A sign behind the name of a formula."""
_NAME, _SIGNS = re.compile(r"\$[^\W\d]\w*\$"), re.compile(r"[^a-zA-Z]*[-+*/^][^a-zA-Z]*")
"""A name between signs of money, and what stands between such names where these are no LaTeX: $r$ * (1 - $t$)."""
_COMMENT = re.compile(r"(?m)(?:^|(?<=[ \t]))#[^\n]*")
"""A comment up to the end of its line."""
_UNPAIRED_MARK = re.compile(r"\A\s*\$\$?(?=[^$]*\Z)|\$\$?\s*\Z(?<!\$[^$]\$)")
"""A mark of LaTeX whose partner was not copied."""
_CODE_LINE = re.compile(r"(?m)^([^#\n]*[-+*/(,=.%\w ])\\[ \t]*\n")
"""A line of Python that goes on with the next."""
_BRACKETS = re.compile(r"\s*\[[ \t]*\n(.*\\.*)\n[ \t]*\]\s*", re.DOTALL)
"""A display of LaTeX whose backslashes before its brackets are lost."""
_ROLE = re.compile(r":math:`([^`]*)`", re.DOTALL)
"""A formula within a sentence, as reStructuredText has it."""
_ROXYGEN = re.compile(r"(?m)^[ \t]*#'")
"""What begins a line of documentation in R."""
_EQN = re.compile(r"\\d?eqn[ ]*\{")
"""What begins a formula in it."""
_TAG = re.compile(
    r"</?(?:math|tex|latex|span|code|p|div|pre|li|ul|ol|tt|kbd|font|center|blockquote|h[1-6])(?![A-Za-z])[^<>]*>"
    r"|\[/?(?:math|tex|latex|texx|imath|dmath)\]"
    r"|(\$)latex (?=[^$]*\$)",
    re.IGNORECASE,
)
"""What encyclopedias, forums and weblogs put round a formula: <math>, [latex], $latex …$."""
_DIRECTIVE = re.compile(r"(?m)^[ \t]*(?:\.\.[ \t]+math[ \t]*::|```[ \t]*\w*[ \t]*$|:(?:label|nowrap|name):[^\n]*)")
"""What begins or ends a block of mathematics or code in reStructuredText and Markdown."""
_UNSIGNED_DOTS = re.compile(r"(\+[ \t]*)(?:\.{3}|…|\\[lc]?dots)[ \t]+(?=[^\W\d_]_?\{?[nNmMkKₙₘₖ])")
"""Dots before a last term without a plus: w_1 x_1 + … w_n x_n."""
_VECTOR_OF_ENTRIES = re.compile(
    r"(?:[^=;\n$]*=)?[^=;\n$]*=\s*\\?[{(\[]\s*([^\W\d_])_1\s*,\s*(?:\.\.\.?|…|\\[lc]?dots|\\dotsc)\s*,\s*\1_\{?\w\}?"
    r"\s*\\?[})\]](?:\^\{?(?:\\top|T)\}?|ᵀ)?\s*,?(?=(?:\s|\\q?quad)*\1_\{?[^\W\d]\}?\s*=)"
)
"""What says that the entries which follow make a vector: L = {l_1, …, l_N}, l_n = …"""


def without_markup(text: str) -> str:
    """Formula as it stands in a document → the same length of text without the marks and the sentence round it."""
    if "eqn{" in text:
        text = _without_documentation(text)
    if "$`" in text or "`$" in text:
        text = text.replace("$`", "$ ").replace("`$", " $")
    if "&" in text and ";" in text:
        text = with_signs(text)
    is_tagged = "</" in text
    if ">" in text and "<" in text:
        text = without_ends(text)
    if is_tagged:
        text = without_tags(text)
    if is_tagged or "[/" in text or "$latex " in text:
        text = _TAG.sub(lambda tag: ("$" if tag[1] else "").ljust(len(tag[0])), text)
    if ("$" in text and not text.lstrip().startswith("=")) or "\\(" in text or "\\[" in text or "`" in text:
        text = _without_text(text)
    if text.lstrip().startswith("[") and (lines := _BRACKETS.fullmatch(text)) is not None:
        text = "".join((blank(text[: lines.start(1)]), lines[1], blank(text[lines.end(1) :])))
    if ":math:" in text and (roles := [*_ROLE.finditer(text)]):
        text = _with_formulas_alone(text, [(*role.span(1), role.end() - 1) for role in roles])
    if "::" in text or "```" in text:
        text = _DIRECTIVE.sub(lambda mark: " " * len(mark[0]), text)
    if ". . ." in text:
        text = text.replace(". . .", "…    ")
    if "+ " in text:
        text = _UNSIGNED_DOTS.sub(lambda dots: dots[1] + "…+".ljust(len(dots[0]) - len(dots[1])), text)
    if "_1" in text:
        text = _VECTOR_OF_ENTRIES.sub(lambda listing: blank(listing[0]), text)
    return _CODE_LINE.sub(lambda line: line[1].ljust(len(line[0])), text) if "\\" in text else text


def _without_text(text: str) -> str:
    """Formulas within sentences → the same length of text with blanks for the sentences, formulas apart by ";"."""
    is_heading = text.lstrip().startswith("#") and "\n" not in text.strip()
    masked = text if is_heading else _COMMENT.sub(lambda comment: blank(comment[0]), text)
    spans = list(_SPAN.finditer(masked))
    outside = _SPAN.sub(" ", masked)
    if not spans:
        return _UNPAIRED_MARK.sub(lambda mark: " " * len(mark[0]), text) if text.count("$") in (1, 2) else text
    if _SIGNS.fullmatch(outside) is not None and all(_NAME.fullmatch(span[0]) for span in spans):
        return text.replace("$", " ")
    if _WORD.search(outside) is None or "=" in outside or ":math:" in text:
        return text
    return _with_formulas_alone(text, [(*span.span(span.lastgroup or "code"), span.end() - 1) for span in spans])


def _without_documentation(text: str) -> str:
    """Documentation of R, with \\eqn{…} and \\deqn{…} round its formulas → the same length of text with these alone;
    what stands in a second pair of braces is how a formula looks without LaTeX."""
    text = _ROXYGEN.sub(lambda mark: blank(mark[0]), text)
    spans: list[tuple[int, int, int]] = []
    end = 0
    while (mark := _EQN.search(text, end)) is not None and (end := closer(text, mark.end() - 1)) > 0:
        spans.append((mark.end(), end, end))
    return _with_formulas_alone(text, spans) if spans else text


def _with_formulas_alone(text: str, spans: Sequence[tuple[int, int, int]]) -> str:
    """Text and where each of its formulas begins and ends, and its mark does → the same length of text with blanks for
    all but these, apart by ";"; without names that are only mentioned, where something is computed.

    Raises ParseError for several formulas of which the sentence says what none is.
    """
    texts = {span: text[span[0] : span[1]] for span in spans}
    formulas = [span for span, formula in texts.items() if not _MENTIONED.fullmatch(formula)]
    if not any(map(_NAMING.search, texts.values())):  # x^2 beside 2x is no name that is mentioned, as R^2 may be
        stems = {letter for span in formulas for letter in _STEM.findall(texts[span])}
        kept = {*formulas}
        formulas = [
            span for span, formula in texts.items()
            if span in kept or (_SQUARE.search(formula) and not stems.isdisjoint(_STEM.findall(formula)[:1]))
        ]  # fmt: skip
    spans = formulas or spans[:1]
    unnamed = [span for span in spans if _NAMING.search(texts[span]) is None]
    if len(unnamed) > 1:
        first, other = (texts[span].strip() for span in unnamed[:2])
        message = f"the sentence has several formulas without a name, {first} and {other}"
        raise ParseError(
            message, source=Source(text, "formula"), span=unnamed[1][:2], hint="give the one that is meant"
        )
    signs = list(blank(text))
    for number, (start, stop, mark) in enumerate(spans):
        while stop > start and text[stop - 1] in " .,;\n":
            stop -= 1
        signs[start:stop] = text[start:stop]
        if number + 1 < len(spans):
            signs[mark] = ";"
    return "".join(signs)
