"""Deck → reveal.js (https://revealjs.com): a section on which the steps lie one on the other, alone or in a page."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from html import escape

from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.slides import Slide, size_within, slides
from graphviz_ad.export.deck_files import DeckFiles, PicturesDone
from graphviz_ad.messages.catalogue import tag

_OWN_ROOM_PX, _REVEAL_ROOM_PX = (1240.0, 680.0), (940.0, 660.0)
"""Width and height for a picture on our own slide of 1280 × 720, and on one of 960 × 700, which is reveal's default."""

_PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<!--
  reveal.js itself is not in this file. Put its folder beside it, so that reveal.js/dist/reveal.js is there
  (npm pack reveal.js, or the download from https://revealjs.com), or change the three paths that begin with reveal.js/.
  Of reveal.js 5 and older, the third path ends in plugin/notes/notes.js.
  Without it the page steps through the pictures by itself: arrow keys, space, Home, End, or a click.
  Without scripts it shows all of them, one under the other.
-->
<link rel="stylesheet" href="reveal.js/dist/reveal.css">
<style>
body {{ margin: 0; background: {paper}; color: {ink}; }}
.alone .r-stack {{ position: fixed; inset: 0; }}
.alone .r-stack > * {{ position: absolute; inset: 0; }}
.alone .r-stack svg {{ display: block; width: 100%; height: 100%; }}
.alone .fragment {{ visibility: hidden; }}
.alone .fragment.current-fragment {{ visibility: visible; }}
.alone aside.notes {{ display: none; }}
.slides > h1, .alone .said {{
  position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%);
}}
@media print {{
  .alone .r-stack, .alone .r-stack > * {{ position: static; }}
  .alone .fragment {{ visibility: visible; }}
  .alone .r-stack svg {{ height: auto; break-inside: avoid; }}
}}
</style>
</head>
<body>
<div class="reveal">
<main class="slides">
<h1>{title}</h1>
{section}</main>
</div>
<script src="reveal.js/dist/reveal.js"></script>
<script src="reveal.js/dist/plugin/notes.js"></script>
<script>
{script}</script>
</body>
</html>
"""
"""The whole page of a presentation, with places for its language, title, colours, slide and script."""

_SCRIPT = """if (window.Reveal) {
  Reveal.initialize({
    width: 1280, height: 720, hash: true, fragmentInURL: true, transition: "none",
    plugins: window.RevealNotes ? [RevealNotes] : [],
  });
} else {
  // reveal.js is not there: step through the fragments
  document.documentElement.classList.add("alone");
  const fragments = [...document.querySelectorAll(".fragment")];
  const notes = document.createElement("p");
  notes.className = "said";
  notes.setAttribute("aria-live", "polite");
  document.body.append(notes);
  let at = 0;
  const show = (to) => {
    at = Math.max(0, Math.min(fragments.length, to));
    fragments.forEach((fragment, n) => fragment.classList.toggle("current-fragment", n === at - 1));
    notes.textContent = at ? fragments[at - 1].dataset.notes : "";
  };
  const moves = {
    ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1,
    Home: -Infinity, End: Infinity,
  };
  addEventListener("keydown", (event) => {
    if (!(event.key in moves) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    show(at + moves[event.key]);
  });
  addEventListener("click", () => show(at + 1));
  show(Number(location.hash.slice(1)) || 0);
}
"""
"""Starts reveal.js, or steps through the pictures by itself where reveal.js is not beside the page."""


def deck(deck: Deck, numbers: Sequence[int], folder: str, tell: PicturesDone, fragment: bool = False) -> DeckFiles:
    """Deck → a page that is a reveal.js presentation of one slide, with the pictures inside it.

    A `fragment` is the `<section>` alone, to be pasted among those of a presentation. reveal.js is not bundled: the
    page looks for it in the folder `reveal.js` beside it. Where it is not, a script of thirty lines steps through the
    pictures, so that the page works from disk and without a network in any case.
    """
    if fragment:
        return _section(deck, numbers, _REVEAL_ROOM_PX, tell).encode(), []
    theme = deck.style.theme
    page = _PAGE.format(
        lang=tag(deck.style.lang), title=escape(deck.title), paper=theme.paper, ink=theme.ink, script=_SCRIPT,
        section=_section(deck, numbers, _OWN_ROOM_PX, tell),
    )  # fmt: skip
    return page.encode(), []


def _section(deck: Deck, numbers: Sequence[int], room: tuple[float, float], tell: PicturesDone) -> str:
    """Deck → its section: the first picture lies under the others, which come as fragments, each until the next one."""
    size = size_within(deck, *room)
    words = slides(deck, numbers)
    pictures = []
    for done, slide in enumerate(words, 1):
        svg = _sized(deck.svg(slide.number), size)
        notes = escape(escape(_notes(slide), quote=False))  # the speaker's view puts it into a page
        head = f'<div class="fragment current-visible" data-fragment-index="{done - 2}" data-notes="{notes}">'
        pictures.append(f"{head if done > 1 else '<div>'}\n{svg}</div>\n")
        tell(done)
    shared, stack = _shared("".join(pictures))
    notes = escape(_notes(words[0]), quote=False)
    lang = tag(deck.style.lang)
    return (
        f'<section lang="{lang}">\n{shared}<div class="r-stack">\n{stack}</div>\n'
        f'<aside class="notes">{notes}</aside>\n</section>\n'
    )


def _notes(slide: Slide) -> str:
    return " ".join(filter(None, (f"{slide.heading}.", f"{slide.equation}.", slide.sentence)))


def _sized(svg: str, size: tuple[int, int]) -> str:
    """SVG → the same, shown in that many pixels."""
    return re.sub(r'width="[\d.]+" height="[\d.]+"', 'width="{}" height="{}"'.format(*size), svg, count=1)


_OUTLINE = re.compile(r'<path (transform="[^"]*" fill="[^"]*") d="([^"]{80,})"/>')
"""A path whose outline has 80 characters or more: a reference to a shorter one would save next to nothing."""


def _shared(pictures: str) -> tuple[str, str]:
    """Pictures → the outlines that come more than once, and the pictures with references to them.

    This is a page of our own, in which `<use>` may stand: a short deck becomes half as large, a long one a sixth.
    """
    counts = Counter(match[2] for match in _OUTLINE.finditer(pictures))
    often = [outline for outline, count in counts.items() if count > 1]
    key = hashlib.sha256("".join(often).encode()).hexdigest()[:10]
    names = {outline: f"o{key}-{number}" for number, outline in enumerate(often)}
    paths = "\n".join(f'<path id="{name}" d="{outline}"/>' for outline, name in names.items())
    used = _OUTLINE.sub(
        lambda match: f'<use {match[1]} href="#{names[match[2]]}"/>' if match[2] in names else match[0], pictures
    )
    hidden = '<svg width="0" height="0" aria-hidden="true" style="position: absolute">'
    return (f"{hidden}<defs>\n{paths}\n</defs></svg>\n" if often else ""), used
