"""Deck → one web page that plays its steps: no picture a step, but one whose parts change; nothing is fetched.

Its words are there in all its languages, its formulas once; a reader exchanges the words.
Without JavaScript, and on paper, it is the finished picture and every step's equation and sentence as a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from graphviz_ad.diagram.backward_parts import require_plain
from graphviz_ad.diagram.paint import escape
from graphviz_ad.export.deck_files import PicturesDone
from graphviz_ad.export.player import around
from graphviz_ad.export.player.carried import Carried, carried, formula_script, views_by_level
from graphviz_ad.export.player.controls import controls, path_buttons, quiz_form
from graphviz_ad.export.player.extension import Extension
from graphviz_ad.export.player.layer_switches import rules, switches
from graphviz_ad.export.player.page_data import PageData
from graphviz_ad.export.player.shell import (
    colour_rules,
    language_looks,
    mathematics_look,
    player_file,
    policy,
    script_json,
    short_script,
)
from graphviz_ad.export.player.view import View, make_view
from graphviz_ad.messages.catalogue import han, has_han, offered, tag
from graphviz_ad.messages.multilingual import vocabulary

if TYPE_CHECKING:
    from graphviz_ad.diagram.picture import Deck

_PRINTED_PX = 1000
"""Width of a graph whose type of 13 pixels has 7 points on A4: for a wider one the paper is turned."""
_WIDE = 1.5
"""Times its height a graph is wide at least for which that helps: as the paper is without the words."""
_MAX_BYTES = 1_000_000
"""Of a page with other levels: those that are too much are left out, as some of an LSTM."""
_SCRIPTS = (
    "formulas", "exchange", "zoom", "known", "links", "room", "panel", "levels", "moving", "player", "talk", "quiz",
    "frame", "print",
)  # fmt: skip
"""Scripts of every page, each with what those before it have; `start.js` begins with them."""
_LIVE_SCRIPTS = ("filling", "labels", "inputs", "live")
"""Scripts of a page whose numbers can be changed."""


def document(
    deck: Deck, numbers: Sequence[int], tell: PicturesDone, start: int = 0, extension: Extension | None = None,
    quiz: bool = False,
) -> bytes:  # fmt: skip
    """Deck → one HTML file that plays the frames of those numbers, and begins at the one of the number `start`.

    An address with `#step=` goes before `start`. With the light theme it follows the system to the dark one; other
    themes stay as they are. `extension` is what stands in it besides. As a `quiz` it asks before each step, and knows
    what mistakes lead to.
    """
    if quiz:
        require_plain(deck.scene, "a quiz")
    view = make_view(deck, numbers, offered(deck.style.lang), tell, extension, quiz)
    page = _page([view], carried(view, []), start)
    by_level, still_closed = views_by_level(view, quiz, _MAX_BYTES - len(page))
    if still_closed:
        deck.notes.append(
            f"{', '.join(still_closed)} cannot be opened on the page, which would be larger than 1 MB: "
            "--open NAME opens a part from the beginning"
        )
    if len(by_level) > 1:
        page = _page([view, *(other for _, other in by_level[1:])], carried(view, by_level), start)
    return page


def _data(view: View, start: int, load: Carried) -> PageData:
    """View of a page, where it begins, and what the page carries → the data of the page."""
    writer, extension = view.writer, view.writer.extension
    data: dict[str, object] = {
        **view.whole_data,
        "start": start,
        "words": vocabulary(writer.languages),
        "languages": [(lang, tag(lang), has_han(lang)) for lang in writer.languages],
        "han": tag(han(writer.lang)),
        "views": load.entries,
        "outlines": load.outlines,
    }
    if extension:
        data["extension"] = {extension.name: extension.data}
    return cast(PageData, data)


def _page(views: Sequence[View], load: Carried, start: int) -> bytes:
    """The whole file. `rel="expect"` keeps browsers from styling the page before the script has seen it."""
    view = views[0]
    data = _data(view, start, load)
    writer = view.writer
    tag, name, extension = writer.words.tag, writer.words.name, writer.extension
    scene, scenes = writer.deck.scene, [each.writer.deck.scene for each in views]
    looks = (
        rules(scenes)
        + mathematics_look()
        + player_file("player.css")
        + language_looks(writer.languages)
        + player_file("live.css")
        + (player_file("landscape.css") if scene.width > max(_PRINTED_PX, _WIDE * scene.height) else "")
    )
    style = colour_rules(writer.deck.style.theme) + looks + load.style + (extension.style if extension else "")
    early, outlines = (short_script(player_file(f"{name}.js")) for name in ("early", "outlines"))
    script = _script(views, extension)
    allowed = policy(style, early, outlines, script, *load.scripts, framed=extension.framed if extension else "")
    formula = writer.source_line.replace('"', "&quot;")
    return f"""<!DOCTYPE html>
<html lang="{writer.tag}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{allowed}">
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="expect" href="#player" blocking="render">
<title>{escape(writer.deck.title)}</title><style>{style}</style></head>
<body><main {name("roledescription", "aria-roledescription")} aria-label="{formula}">
{around.title(writer.deck, writer.math)}{view.heading}<script>{early}</script>
<noscript>{tag("p", "noscript")}</noscript>
{controls(writer.words, data["phases"], view.choice, writer.languages, switches(writer.words, scenes))}
<p id="notice" role="status" hidden></p>
{extension.html(writer.words) if extension else ""}\
<figure {name("graph")}>{load.svg}</figure><script>{outlines}</script>
{view.inputs}
{view.items}
{quiz_form(writer.words)}<p id="told"></p>
{around.below(writer.deck, writer.words, writer.math)}<p id="live" class="unseen" aria-live="polite"></p>
<aside id="panel" tabindex="-1" {name("value")} hidden>\
{tag("button", "close", 'type="button" data-do="close"')}{path_buttons(writer.words)}\
{view.panels}</aside>
{tag("p", "hint", 'class="hint" hidden')}{tag("p", "levels", 'class="hint" hidden') if len(load.entries) > 1 else ""}
<div class="end"><details>{tag("summary", "table")}{view.tables}</details>\
{tag("button", "link.copy", 'type="button" data-do="copy" hidden')}</div>
</main><script type="application/json" id="data">{script_json(data)}</script>\
<script id="player">{script}</script></body></html>
""".encode()


def _script(views: Sequence[View], extension: Extension | None) -> str:
    """Views of a page, and what stands in it besides → all of its scripts, one behind the other."""
    view, is_live = views[0], any(each.script for each in views)
    files = [*_SCRIPTS, *(("numbers", "reading") if is_live or "quiz" in view.data else ())]
    files += dict.fromkeys(name for each in views for name in each.libraries)
    files += _LIVE_SCRIPTS if is_live else ()
    scripts = "".join(short_script(player_file(f"{name}.js")) for name in files)
    extending = short_script(extension.script) if extension else ""
    return (
        f"{scripts}const formulas={{}};{formula_script('', view.script)}"
        f"const extend=()=>{{{extending}}};\n{short_script(player_file('start.js'))}"
    )
