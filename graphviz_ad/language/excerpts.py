"""A formula as it stands in a document or between other lines → the formula, in the same length of text."""

from __future__ import annotations

import re

from graphviz_ad.language.hypertext import with_signs, without_ends, without_tags
from graphviz_ad.language.tokens import blank

_SPAN = re.compile(
    r"\$\$(?P<display>[^$]+)\$\$|\\\[(?P<bracket>.+?)\\\]|\\\((?P<inline>.+?)\\\)|\$(?P<dollar>[^$\n]+)\$|`(?P<code>[^`\n]+)`",
    re.DOTALL,
)
"""A formula within a text of Markdown or LaTeX."""
_WORD = re.compile(r"[^\W\d_]{2,}|[\u3040-\u30ff\u3400-\u9fff]|[*#<>:：]")
"""What makes the text round formulas one of words."""
_MENTIONED = re.compile(
    r"\s*(?:\\[A-Za-z]+\s*(?:\{[^{}=]*\})?|[^\W\d]\w*)(?:\s*[_^]\s*(?:\{[^{}=]*\}|\w|\\[a-z]+))*\s*(?:\\in(?![A-Za-z])[^=]*)?"
)
"""A name alone, perhaps with the set that it is from, in a sentence beside a formula: where $a$ is the slope."""
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
_TAG = re.compile(
    r"</?(?:math|tex|latex|span|code|p|div|pre|li|ul|ol|tt|kbd|font|center|blockquote|h[1-6])(?![A-Za-z])[^<>]*>"
    r"|\[/?(?:math|tex|latex|texx|imath|dmath)\]"
    r"|(\$)latex (?=[^$]*\$)",
    re.IGNORECASE,
)
"""What encyclopedias, forums and weblogs put round a formula: <math>, [latex], $latex …$."""
_DIRECTIVE = re.compile(r"(?m)^[ \t]*(?:\.\.[ \t]+math::|```[ \t]*\w*[ \t]*$|:(?:label|nowrap|name):[^\n]*)")
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
    if (role := _ROLE.search(text)) is not None:
        start, stop = role.span(1)
        text = " " * start + text[start:stop] + " " * (len(text) - stop)
    if "math::" in text or "```" in text:
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
    kept = list(blank(text))
    formulas = [span for span in spans if not _MENTIONED.fullmatch(span[span.lastgroup or "code"])]
    spans = formulas if any("=" in span[0] for span in formulas) else spans
    for number, span in enumerate(spans):
        group = span.lastgroup or "code"
        start, stop = span.span(group)
        while stop > start and text[stop - 1] in " .,;\n":
            stop -= 1
        kept[start:stop] = text[start:stop]
        if number + 1 < len(spans):
            kept[span.end() - 1] = ";"
    return "".join(kept)
