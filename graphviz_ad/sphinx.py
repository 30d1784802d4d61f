"""Sphinx extension `graphviz_ad.sphinx`: the directive `computational-graph` → pictures in whatever Sphinx builds.

A formula is read, and found wrong, when its document is read; it is drawn when a document with it is written, in
the format of that builder, and never again while the formula stays. The options are those of `sphinx.ext.graphviz`
and of `graphviz_ad.documents.figure`; a caption is that of the figure of Sphinx, below the picture.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.ext.graphviz import align_spec, figure_wrapper
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from graphviz_ad import __version__
from graphviz_ad.documents.figure import FLAGS, OPTIONS, Figure, height, read_figure, write, write_player
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.messages.catalogue import matching

if TYPE_CHECKING:
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

_KINDS = {"image/svg+xml": "svg", "application/pdf": "pdf", "image/png": "png"}
"""Formats of pictures by the name that builders have for them."""

_logger = logging.getLogger(__name__)
"""Of Sphinx, which makes an error of a warning where one asked it to."""


@dataclass(frozen=True)
class _FigureFrames:
    """A figure, the numbers of its frames, and what each of them shows in one line."""

    figure: Figure
    numbers: tuple[int, ...]
    spoken: tuple[str, ...]
    formula: str


class ComputationalGraph(nodes.General, nodes.Element):
    """Stands for a figure until a builder says which format it takes; `frames` are its frames."""


class Player(nodes.image):
    """A page that plays the steps; as an image it is copied with the images."""


class Directive(SphinxDirective):
    """A formula as content, or the name of its file as argument → a node, in a figure if there is a caption."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = {
        "alt": directives.unchanged,
        "align": align_spec,
        "caption": directives.unchanged,
        "name": directives.unchanged,
        "class": directives.class_option,
        **{name: directives.unchanged_required for name in OPTIONS if name not in ("caption", *FLAGS)},
        **dict.fromkeys(FLAGS, directives.unchanged),
    }

    def run(self) -> list[nodes.Node]:
        """→ the node; for what is wrong a warning, and no node."""
        file = None
        if self.arguments:
            if self.content:
                return self._wrong("the formula is content or in a file, not both", self.lineno)
            relative, file = self.env.relfn2path(self.arguments[0])
            self.env.note_dependency(relative)
            try:
                formula = Path(file).read_text(encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError) as problem:
                why = getattr(problem, "strerror", None) or "it is not UTF-8 text"
                return self._wrong(f"'{relative}' cannot be read: {why}", self.lineno)
        else:
            formula = "\n".join(self.content)
        options = {name: text for name, text in self.options.items() if name in OPTIONS and name != "caption"}
        try:
            frames = _frames(formula, options, matching(self.config.language))
        except GraphvizADError as problem:
            line = _line(problem)
            if line is None:
                return self._wrong(str(problem), self.lineno)
            if file is not None:
                _warn(str(problem), f"{file}:{line}")
                return []
            source, offset = self.content.info(line - 1)
            _warn(str(problem), f"{source}:{(offset or 0) + 1}")
            return []
        node = ComputationalGraph(frames=frames)
        self.set_source_info(node)
        for name in ("alt", "align"):
            if name in self.options:
                node[name] = self.options[name]
        node["classes"] = ["graphviz-ad", *self.options.get("class", [])]
        shown: nodes.Element = node
        if "caption" in self.options:
            shown = figure_wrapper(self, node, self.options["caption"])
            self.set_source_info(shown)
        self.add_name(shown)
        return [shown]

    def _wrong(self, message: str, line: int) -> list[nodes.Node]:
        source, number = self.state_machine.get_source_and_line(line)
        _warn(message, f"{source}:{number}")
        return []


def _frames(formula: str, options: dict[str, str], lang: str) -> _FigureFrames:
    """Formula and options → what is known of the figure before it is drawn. Raises GraphvizADError."""
    figure = read_figure(formula, options, {}, lang)
    trace = figure.trace()
    numbers = tuple(figure.numbers(trace))
    return _FigureFrames(figure, numbers, tuple(figure.spoken(trace, number) for number in numbers), formula)


def _line(problem: GraphvizADError) -> int | None:
    """Error → the line of the formula it points to, None where it points elsewhere."""
    if problem.source is None or problem.span is None or problem.source.name != "formula":
        return None
    return problem.source.position(problem.span[0])[0]


def _warn(message: str, location: str | nodes.Node) -> None:
    """Message and place, as "FILE:LINE" or a node → a warning of the builder."""
    _logger.warning(message, location=location, type="graphviz_ad", subtype="formula")


def _resolve(app: Sphinx, document: nodes.document, docname: str) -> None:
    """Each figure of a document → what the builder can show: pictures, a player, or words."""
    for node in list(document.findall(ComputationalGraph)):
        try:
            content = _content(app, node, docname)
        except GraphvizADError as problem:
            _warn(str(problem), node)
            content = []
        if content:
            content[0]["ids"] = node["ids"] + content[0]["ids"]
        node.replace_self(content)


def _content(app: Sphinx, node: ComputationalGraph, docname: str) -> Sequence[nodes.Element]:
    """Figure → what the builder can show of it."""
    frames: _FigureFrames = node["frames"]
    builder = app.builder
    kind = next((_KINDS[mime] for mime in builder.supported_image_types if mime in _KINDS), None)
    alts = [node["alt"]] * len(frames.numbers) if "alt" in node else list(frames.spoken)
    if kind is None:
        formula = nodes.literal_block(frames.formula, frames.formula, language="none")
        return [formula, *(nodes.paragraph(alt, alt) for alt in alts)]
    folder = str(app.doctreedir / "graphviz_ad")
    if frames.figure.step == "player" and builder.format == "html" and builder.name != "epub":
        path = write_player(frames.figure, folder)
        return [_image(app, node, Player, docname, path, alts[0])]
    paths = write(frames.figure, frames.numbers, kind, folder)
    images = [_image(app, node, nodes.image, docname, path, alt) for path, alt in zip(paths, alts, strict=True)]
    if len(images) == 1:
        return images
    return [nodes.container("", *(nodes.paragraph("", "", image) for image in images), classes=["graphviz-ad-steps"])]


def _image(
    app: Sphinx, node: ComputationalGraph, make: type[nodes.image], docname: str, path: str, alt: str
) -> nodes.image:
    """Path of a file → an image that Sphinx copies into what it builds."""
    app.env.images.add_file(docname, path)
    image = make(uri=path, candidates={"*": path}, alt=alt, classes=node["classes"])
    image.source, image.line = node.source, node.line
    if "align" in node:
        image["align"] = node["align"]
    return image


def _visit_player(self: HTML5Translator, node: Player) -> None:
    """A player → a frame that loads it when it is seen."""
    file = self.builder.images[node["uri"]]
    page = Path(node["uri"]).read_text(encoding="utf-8")
    frame = {
        "src": posixpath.join(self.builder.imgpath, quote(file)), "title": node["alt"], "loading": "lazy",
        "style": f"width: 100%; height: {height(page)}px; border: 0",
    }  # fmt: skip
    self.body.append(self.starttag(node, "iframe", "", **frame) + "</iframe>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    """Application of Sphinx → the same with the directive."""
    app.add_node(ComputationalGraph)
    app.add_node(Player, html=(_visit_player, None))
    app.add_directive("computational-graph", Directive)
    app.connect("doctree-resolved", _resolve)
    return {"version": __version__, "env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
