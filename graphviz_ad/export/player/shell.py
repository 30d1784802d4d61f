"""What every page that stands alone is wrapped in: colours, fonts of mathematics and of its languages, its policy."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from graphviz_ad.diagram.theme import DARK, LIGHT, Theme
from graphviz_ad.export.player.js_minify import minified
from graphviz_ad.export.states import colours
from graphviz_ad.messages.catalogue import fact, tag
from graphviz_ad.messages.multilingual import language_rules

_MARKUP = re.compile(r"<(?=!|script)", re.IGNORECASE)
"""What in a script would change where a browser sees its end (HTML, 13.2.5.20), besides "</" itself."""


def colour_rules(theme: Theme) -> str:
    """Theme → its colours as CSS variables; light and dark as the system has it, light on paper."""

    def rule(theme: Theme) -> str:
        return (
            ":root{" + "".join(f"--{name.replace('_', '-')}:{value};" for name, value in colours(theme).items()) + "}"
        )

    dark = {LIGHT: DARK, LIGHT.of_tangents: DARK.of_tangents}.get(theme)
    if dark is None:
        return rule(theme)
    return f"{rule(theme)}:root{{color-scheme:light dark}}@media screen and (prefers-color-scheme:dark){{{rule(dark)}}}"


MATHEMATICS_RULE = (
    "math{font-size:1.1em;"
    'font-family:"graphviz-ad mathematics","Latin Modern Math","STIX Two Math","Cambria Math",math}'
)
"""Sets mathematics in the font of the pictures."""


@cache
def mathematics_font() -> str:
    """→ the address of the font of the pictures, of which it has what formulas need: it is the font itself."""
    font = (files("graphviz_ad.export.player") / "mathematics.woff2").read_bytes()
    return f"data:font/woff2;base64,{base64.b64encode(font).decode()}"


@cache
def mathematics_look() -> str:
    """→ the rules that set mathematics in the font of the pictures, with the font."""
    return (
        "/* graphviz-ad mathematics: a part of New Computer Modern Math, GUST Font License */"
        f'@font-face{{font-family:"graphviz-ad mathematics";src:url({mathematics_font()})}}{MATHEMATICS_RULE}'
    )


def language_looks(languages: Sequence[str]) -> str:
    """Languages of a page → the rules that show the one it is in, in fonts with its letters."""
    fonts = {lang: fact(lang, "X-Web-Fonts") for lang in languages}
    rules = (
        f":lang({tag(lang)}):not(math,math *){{font-family:system-ui,{names},sans-serif}}"
        for lang, names in fonts.items()
        if names
    )
    return language_rules(languages) + "".join(rules)


def short_script(script: str) -> str:
    """Script → the same without comments and spaces that mean nothing."""
    return minified(script)


def policy(style: str, *scripts: str, framed: str = "") -> str:
    """Style and scripts of a page, and the page that it shows in a frame → its content policy: these alone and fonts
    within them, and nothing from elsewhere."""
    within = {kind: re.findall(rf"{kind}-src ([^;]*)", framed)[:1] for kind in ("script", "style")}
    allowed = " ".join([*(f"'{_hash(script)}'" for script in scripts), *within["script"]])
    source = f"script-src {allowed}; " if allowed else ""
    styles = " ".join([f"'{_hash(style)}'", *within["style"]])
    return f"default-src 'none'; {source}style-src {styles}; font-src data:; base-uri 'none'; form-action 'none'"


def script_json(data: object) -> str:
    """Data → JSON that can stand in an element `script`."""
    numbers = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", r"<\/")
    return _MARKUP.sub(r"\\u003c", numbers)


def player_file(name: str) -> str:
    """Name of a script or a style of the player → its text."""
    return (files("graphviz_ad.export.player") / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Text of a script or a style → the hash by which a policy allows it (CSP 3)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
