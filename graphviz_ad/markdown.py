"""Fences in Markdown → pictures in the page: for Python-Markdown and MkDocs, with or without superfences.

`graphviz_ad.markdown` as an extension takes fences that begin in the first column and whose first word is `graph`:

    ```graph w=2 x=3 step=4 theme=dark
    L = w*x
    ```

Behind it stand the values of the inputs and the options of `graphviz_ad.documents.figure`. `fence` and `validator` do
the same as a custom fence of `pymdownx.superfences`, for fences in lists and tabs; there every value is in quotes.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from html import escape

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from graphviz_ad.documents.figure import FLAGS, OPTIONS, STEPS, height, player, read_figure, svgs
from graphviz_ad.errors import GraphvizADError, InputError
from graphviz_ad.language.assignments import Value, read_assignment

_NAME = "graph"
"""First word behind the fences that are ours."""
_logger = logging.getLogger("mkdocs.plugins.graphviz_ad")
"""MkDocs shows, and with --strict counts, what is logged below its own name; elsewhere the name does no harm."""

_OPEN = re.compile(rf"(`{{3,}}|~{{3,}})[ \t]*({_NAME}(?:[ \t].*)?$)?")
"""A line that begins a fence, and what stands behind it where it is ours."""
_WORD = re.compile(r"""([^\s="]+)(?:=("[^"]*"|'[^']*'|\[[^="]*\]|[^\s"'\[]*))?(?=\s|$)""")
"""A word behind the fence: NAME, or NAME=VALUE with the value in quotes, a list, or one word."""

Words = dict[str, "str | bool | None"]
"""Words behind a custom fence and their values; superfences gives the word itself, or True, where there is none."""


def drawn(formula: str, words: Mapping[str, str | None], md: Markdown | None = None) -> str:
    """Formula, and the words behind its fence → HTML; what is wrong is logged as a warning and stands in the page.

    A word without value is given as None. `md` may know the page, so that the warning can name it.
    """
    try:
        return _figure(formula, words)
    except GraphvizADError as problem:
        return _wrong(problem, md)


def _wrong(problem: GraphvizADError, md: Markdown | None) -> str:
    """Error → a box with its message; it is logged too."""
    page = _page(md)
    _logger.warning("%s%s", f"{page}: " if page else "", problem)
    return (
        '<div class="graphviz-ad admonition failure" style="border: 2px solid #b3261e; padding: 0 1em; '
        f'overflow-x: auto"><pre style="white-space: pre">{escape(str(problem))}</pre></div>'
    )


def _figure(formula: str, words: Mapping[str, str | None]) -> str:
    options: dict[str, str] = {}
    inputs: dict[str, Value] = {}
    for name, value in words.items():
        if value is None and name in STEPS:
            step = words.get("step")
            if step is not None and name != "player":
                raise InputError(f"a step is given, and '{name}' too", hint="leave out one of the two")
            name, value = "step", name if step is None else f"{name} {step}"
        elif name == "step" and "player" in words:
            continue  # it is where the player begins
        if name in OPTIONS and (value is not None or name in FLAGS):
            options[name] = value or ""
        else:
            inputs.update([read_assignment(name if value is None else f"{name}={value}")])
    figure = read_figure(formula, options, inputs, "en")
    trace = figure.trace()
    if figure.step == "player":
        page = player(figure, trace)
        title = escape(figure.spoken(trace, figure.numbers(trace)[0]))
        return (
            f'<iframe class="graphviz-ad" title="{title}" loading="lazy" srcdoc="{escape(page)}" '
            f'style="width: 100%; height: {height(page)}px; border: 0"></iframe>'
        )
    drawings = (_inline(svg, description) for svg, description in svgs(figure, trace))
    return "\n".join(f'<figure class="graphviz-ad">{drawing}</figure>' for drawing in drawings)


def _inline(svg: str, description: str) -> str:
    """SVG of a file → SVG in a page: no wider than its column, and without ids, since a page may hold it twice."""
    head, rest = svg.split(' aria-labelledby="', 1)
    body = rest[rest.index("</desc>") + len("</desc>") :]
    return f'{head} aria-label="{escape(description)}" style="max-width: 100%; height: auto">{body.strip()}'


def _page(md: Markdown | None) -> str:
    """Markdown in MkDocs → the source file of the page it is at, "" elsewhere."""
    if md is None:
        return ""
    try:
        return str(md.treeprocessors["relpath"].file.src_uri)
    except (AttributeError, KeyError):
        return ""


def fence(source: str, language: str, css_class: str, options: Words, md: Markdown, **kwargs: object) -> str:
    """A custom fence of superfences → HTML."""
    words = {name: value if isinstance(value, str) and value != name else None for name, value in options.items()}
    return drawn(source, words, md)


def validator(language: str, inputs: dict[str, str], options: Words, attrs: dict[str, str], md: Markdown) -> bool:
    """Every word of a custom fence of superfences is an option or an input; which, and whether right, is told later."""
    options.update(inputs)
    return True


def _words(text: str) -> dict[str, str | None]:
    """What stands behind the fence → words and their values. Raises InputError."""
    words: dict[str, str | None] = {}
    at = 0
    while text[at:].strip():
        match = _WORD.match(text, at + len(text[at:]) - len(text[at:].lstrip()))
        if match is None:
            raise InputError(f"this is not understood: {text[at:].strip()}", hint="write NAME=VALUE, as in w=2 step=3")
        name, value = match.groups()
        if name in words:
            raise InputError(f"'{name}' is given twice", hint=f"leave out one of the values of '{name}'")
        words[name] = value.strip("\"'") if value is not None else None
        at = match.end()
    return words


class _Fences(Preprocessor):
    """Lines of a page → the same with our fences drawn; other fences stay, with all that is in them."""

    def run(self, lines: list[str]) -> list[str]:
        """Lines → lines."""
        page: list[str] = []
        at = 0
        while at < len(lines):
            opened = _OPEN.match(lines[at])
            end = _end(lines, at, opened[1]) if opened else None
            if opened is None or end is None:
                page.append(lines[at])
                at += 1
                continue
            if opened[2] is None:
                page += lines[at : end + 1]
            else:
                html = self._html("\n".join(lines[at + 1 : end]), opened[2].removeprefix(_NAME))
                page += ["", self.md.htmlStash.store(html), ""]
            at = end + 1
        return page

    def _html(self, formula: str, behind: str) -> str:
        try:
            words = _words(behind)
        except InputError as problem:
            return _wrong(problem, self.md)
        return drawn(formula, words, self.md)


def _end(lines: list[str], at: int, fence: str) -> int | None:
    """Lines, and where a fence begins → where it ends, None where it does not."""
    return next((n for n in range(at + 1, len(lines)) if lines[n].rstrip() == fence), None)


class GraphExtension(Extension):
    """Python-Markdown extension `graphviz_ad.markdown`."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Put our fences before those of `fenced_code` and superfences (25), behind the cleaning of spaces (30)."""
        md.preprocessors.register(_Fences(md), "graphviz_ad", 27)


def makeExtension(**options: object) -> GraphExtension:  # noqa: N802
    """What Python-Markdown asks a module for."""
    return GraphExtension(**options)
