"""Words of Japanese and Chinese round the formulas of one LaTeX text → left out, or the end of a statement."""

from __future__ import annotations

import re

from graphviz_ad.language import tokens
from graphviz_ad.language.latex.lines import LINE
from graphviz_ad.language.tokens import blank

WRITTEN = "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]"
"""A letter of Japanese or Chinese; it takes long to compile, and few texts need it."""
_SPACE = r"(?:\s|\\(?:q?quad(?![A-Za-z])|[ ,;:!]))"
"""What only sets."""
_CONDITION_WORDS = re.compile(
    rf"(?:(?<=[&\s])(?:如果|若|当|當|もし){_SPACE}*(?=[^{{}}]))|(?:のとき|の場合|ならば|时|時)(?=[\s)}},.;\\]|$)"
)
"""Words before or behind a condition."""
_OTHERWISE = re.compile(
    rf"\(?{_SPACE}*(?:\\(?:text|mbox|mathrm)\{{\s*)?(?:それ以外|その他|否则|否則|其他|其它)(?:の?とき|の場合|时)?\s*\}}?{_SPACE}*\)?"
)
"""What stands for all other cases, perhaps in brackets."""
_SIDE_WORDS = re.compile(
    rf"[,.]?{_SPACE}*(?:ただし|但し|但|其中|ここで|这里|式中)[,:\s]*(?=(?:\\[A-Za-z]+|[A-Za-z])[^=,\n]{{0,20}}=(?!=))"
)
"""A word before a formula that says what a name in the one before is."""
_BRACKETED_FORMULA = re.compile(r"\(\s*(?:ただし|但し|但|其中|ここで|这里|式中)[,:\s]*(?=[^()]*(?:\([^()]*\))?[^()]*=)")
"""The same in brackets."""
_BRACKETED_REMARK = re.compile(
    rf"(?:(?:\\q?quad(?![A-Za-z])|,){_SPACE}*\(([^()=+*/^]*)|{_SPACE}\(([^()=+*/^]*[:はが为是][^()=+*/^]*))\)"
    rf"(?={_SPACE}*(?:[.,;]|$|\n|\\\\|\\end))"
)
"""Brackets without a calculation at the end of a line."""

NUMBER_BEHIND_DOTS = re.compile(
    rf"(?:\\q?quad(?![A-Za-z])|\\hspace\*?\{{[^{{}}]*\}}|(?<=\s)\s(?=\\)|\\[ ;]){_SPACE}*(?!{_SPACE})"
    rf"(?:\\[cl]?dots(?![A-Za-z]))+{_SPACE}*(?:\(\s*[0-9]+\s*\)|[①-⑳])(?={_SPACE}*(?:$|\n|\\\\|\\end|\$))"
)
"""The number of an equation behind dots: \\cdots (1)."""


def without_written_remarks(text: str) -> tuple[str, list[str]]:
    """LaTeX with Japanese or Chinese in it → the same length of text without what the words round its formulas say, and
    the notes on what is left out."""
    notes: list[str] = []
    if "cases" in text or "array" in text:
        text = _CONDITION_WORDS.sub(lambda words: blank(words[0]), text)
        text = _OTHERWISE.sub(lambda words: blank(words[0]), text)
    while (opened := _BRACKETED_FORMULA.search(text)) is not None:
        close = tokens.closer(text, opened.start())
        if close < 0:
            break
        inside = text[opened.end() : close]
        text = text[: opened.start()] + LINE.ljust(len(opened[0])) + inside + " " + text[close + 1 :]
    text = _SIDE_WORDS.sub(lambda words: LINE.ljust(len(words[0])), text)

    def left_out(remark: re.Match[str]) -> str:
        words = remark[1] or remark[2] or ""
        if re.search(WRITTEN, words) is None:
            return remark[0]
        notes.append(f"the words '({words.strip()})' are left out")
        return blank(remark[0])

    return _BRACKETED_REMARK.sub(left_out, text), notes
