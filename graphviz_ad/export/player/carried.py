"""Views of a page → what it carries of them besides its own: texts that its scripts unpack when they are asked for."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from graphviz_ad.diagram.picture import Deck
from graphviz_ad.errors import LimitError
from graphviz_ad.export.player.levels import Level, levels, opening, shutting
from graphviz_ad.export.player.page_data import CarriedView
from graphviz_ad.export.player.svg_minify import condensed
from graphviz_ad.export.player.view import View, make_view

_GLYPH = re.compile(r'(<path id="[gk]\d+" d=")([^"]*)')
"""The outline of a letter where an SVG defines it, as `<path id="g5" d="M0 0L5 5"`."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What a page carries: the SVG of its own picture, rules of style for all of them, and by key its views.

    `scripts` are those that its policy has to let in besides, `outlines` packed letters that the page's own picture
    does not have.
    """

    svg: str
    style: str
    entries: dict[str, CarriedView]
    scripts: list[str]
    outlines: str


class _Letters:
    """Outlines of letters in the pictures of a page: half of each picture, and nearly the same in all of them."""

    def __init__(self, svg: str) -> None:
        """SVG of the page's own picture, which has most of them."""
        self.keys: dict[str, str] = {glyph[2]: glyph[1].split('"')[1] for glyph in _GLYPH.finditer(svg)}
        self.others: list[str] = []

    def shared(self, svg: str) -> str:
        """SVG of another picture → the same with `@g5` for an outline that the page's own has, `@5` for others."""
        return _GLYPH.sub(lambda glyph: f"{glyph[1]}@{self._key(glyph[2])}", svg)

    def _key(self, outline: str) -> str:
        if outline not in self.keys:
            self.keys[outline] = str(len(self.others))
            self.others.append(outline)
        return self.keys[outline]


def views_by_level(view: View, quiz: bool, room: int) -> tuple[list[tuple[Level, View]], list[str]]:
    """View of a page → its level with it, and others with their views, as far as there is room for them, in bytes.

    None where no part of it is closed. Besides them the names of the parts that open at no level that is there.
    """
    deck = view.writer.deck
    reached = [] if view.writer.extension or deck.selection.steps is not None else levels(deck.trace)
    kept, size = [(level, view) for level in reached[:1]], 0
    for level in reached[1:]:
        try:
            other = Deck(level.trace, deck.style, [], selection=deck.selection)
        except LimitError:  # the page can do without
            continue
        turned = view.upright is not None
        more = make_view(other, other.pictures(), view.writer.languages, lambda done: None, quiz=quiz, turned=turned)
        size += len(packed(_whole(more, _GLYPH.sub("", more.drawn.svg), "")))
        size += len(packed(more.upright.content(_GLYPH.sub("", more.upright.svg)))) if more.upright else 0
        if size > room:
            break
        kept.append((level, more))
    there = [level for level, _ in kept]
    opened = {name for level in there for name in (*level.open, *(part for _, part in opening(level, there).values()))}
    return kept, sorted({name for level in reached for name in level.open} - opened)


def carried(view: View, by_level: Sequence[tuple[Level, View]]) -> Carried:
    """View of a page, and its level and others with their views → what is carried of them."""
    views = [view, *(other for _, other in by_level[1:])]
    pictures = [picture for each in views for picture in (each.drawn, each.upright) if picture]
    svgs, style = condensed(*(picture.svg for picture in pictures))
    letters = _Letters(svgs[0])
    svg_of = {id(picture): letters.shared(svg) for picture, svg in zip(pictures, svgs, strict=True)}
    there = [level for level, _ in by_level]
    keys = [key_of(level, there[0]) for level in there] or [""]
    entries, scripts = dict[str, CarriedView](), []
    for key, each in zip(keys, views, strict=True):
        entry: CarriedView = {"width": round(each.drawn.width)}
        if each.upright:
            entry["upright"] = packed(each.upright.content(svg_of[id(each.upright)]))
        if key:
            entry["view"] = packed(_whole(each, svg_of[id(each.drawn)], key))
            scripts += [formula_script(key, each.script)] if each.script else []
        entries[key] = entry
    for key, (level, each) in zip(keys, by_level, strict=False):
        entries[key] |= _correspondence(level, there, each)
    return Carried(svgs[0], style, entries, scripts, packed(letters.others) if letters.others else "")


def _whole(view: View, svg: str, key: str) -> dict[str, object]:
    """View, its SVG and key → what `start.js` needs to show it in the place of the page's own."""
    data = {"live": None, "quiz": None, **view.whole_data}
    return {"html": view.html(svg), "data": data, "script": formula_script(key, view.script)}


def key_of(level: Level, own: Level) -> str:
    """Level, and that of the page itself → how addresses name it: by the open parts, "" that of the page itself."""
    return "" if level is own else ",".join(sorted(level.open)) or "-"


def _correspondence(level: Level, there: Sequence[Level], view: View) -> CarriedView:
    """Level, all that are carried, the view of it → which of its parts open and close, and what corresponds to what."""
    deck, own = view.writer.deck, there[0]
    return {
        "opens": {f"n{node}": (key_of(other, own), name) for node, (other, name) in opening(level, there).items()},
        "closes": [
            (key_of(other, own), name, [f"n{node}" for node in nodes]) for other, name, nodes in shutting(level, there)
        ],
        "nodes": list(level.kept),
        "steps": level.steps_of(deck.frames[number] for number in view.data["numbers"]),
    }  # fmt: skip


def formula_script(key: str, script: str) -> str:
    """Key of a view, and the function `formula` of its numbers → what makes it known to `start.js`."""
    return f"formulas[{json.dumps(key)}]=(()=>{{{script}return formula}})();\n" if script else ""


def packed(content: object) -> str:
    """What a script needs at times only → the text that `start.js` unpacks: JSON, deflated, in letters."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode()
