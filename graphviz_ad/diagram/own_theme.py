"""A TOML file → a theme of one's own: `base`, `colours`, `sizes`, `fonts`; what is not said is as in the base.

Colours and sizes are named as in `Theme` and `Sizes`; colours are six hexadecimal digits, sizes points. Fonts are
families for `text` and for `math`, and the `folder` they lie in where neither Typst nor the system has them.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields, replace
from pathlib import Path

from graphviz_ad.diagram.find_fonts import folder_of, like, sets_mathematics
from graphviz_ad.diagram.fonts import PLAIN_FONTS, Fonts
from graphviz_ad.diagram.theme import THEMES, Theme, contrast
from graphviz_ad.diagram.typeset_labels import Sizes
from graphviz_ad.errors import InputError, nearest
from graphviz_ad.source import decoded

_COLOURS = tuple(field.name for field in fields(Theme) if field.name not in ("name", "sizes", "fonts"))
"""Keys of the table `colours` of a file: the fields of `Theme` that are colours."""
_SIZES = tuple(field.name for field in fields(Sizes))
"""Keys of its table `sizes`: the fields of `Sizes`."""
_MIN_CONTRAST = 4.5
"""Of text on what it stands on: success criterion 1.4.3 of WCAG 2.2."""
_MIN_PHASE_CONTRAST = 1.15
"""Between forward and backward, for readers who see no hue. A judgement: the coloured themes have at least 1.25."""
_MIN_SIZE_PT, _MAX_SIZE_PT = 4.0, 72.0
"""What is smaller cannot be read on paper either, and what is larger leaves no room for a graph."""
_TEXTS = (
    ("ink", "paper"), ("quiet", "paper"), ("label", "paper"), ("forward", "paper"), ("backward", "paper"),
    ("update", "paper"), ("ink", "box"), ("ink", "node"), ("ink", "forward_tint"), ("ink", "backward_tint"),
    ("ink", "update_tint"),
)  # fmt: skip
"""Colours of text, each with what it stands on."""
_MARKED_TEXTS = tuple((colour, "highlight") for colour in ("ink", "quiet", "label", "forward", "backward", "update"))
"""The same where a part of the picture is marked."""
_DEUTERANOPIA = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881))
"""Linear red, green and blue as they are seen without green cones (Machado, Oliveira, Fernandes 2009)."""


def read_theme(path: str) -> Theme:
    """Path of a TOML file → its theme.

    Raises InputError, with the line, for what is not TOML, not known, or no colour, size or font.
    """
    try:
        text = decoded(Path(path).read_bytes())
        entries = tomllib.loads(text)
    except OSError as problem:
        hint = "check its name, the folder you are in, and that it may be read"
        raise InputError(f"'{path}' cannot be read: {problem.strerror}", hint=hint) from None
    except UnicodeDecodeError:
        raise InputError(f"'{path}' is not text in UTF-8", hint="save it as UTF-8") from None
    except tomllib.TOMLDecodeError as problem:
        raise InputError(f"'{path}' is not TOML: {problem}", hint='write lines such as paper = "#ffffff"') from None
    _require_known(path, text, entries, ("base", "colours", "sizes", "fonts"))
    base = entries.get("base", "light")
    if base not in THEMES:
        raise _error(
            path, text, "base", f"there is no theme {base!r} to begin with", "the themes are " + ", ".join(THEMES)
        )
    colours, sizes = (_table(path, text, entries, name) for name in ("colours", "sizes"))
    _require_known(path, text, colours, _COLOURS)
    _require_known(path, text, sizes, _SIZES)
    shades, points = dict[str, str](), dict[str, float]()
    for key, value in colours.items():
        if not isinstance(value, str) or not re.fullmatch("#[0-9a-fA-F]{6}", value):
            hint = 'a colour is six hexadecimal digits, as in "#0a7d5a"'
            raise _error(path, text, key, f"{value!r} is no colour", hint)
        shades[key] = value.lower()
    for key, value in sizes.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not _MIN_SIZE_PT <= value <= _MAX_SIZE_PT:
            hint = f"a size is a number of points, {_MIN_SIZE_PT:g} to {_MAX_SIZE_PT:g}"
            raise _error(path, text, key, f"{value!r} is no size", hint)
        points[key] = float(value)
    parent = THEMES[base]
    fonts = _fonts(path, text, _table(path, text, entries, "fonts"))
    return replace(parent, name=Path(path).stem, sizes=replace(parent.sizes, **points), fonts=fonts, **shades)


def _fonts(path: str, text: str, table: dict[str, object]) -> Fonts:
    """Table of fonts → those fonts, all of which were found."""
    _require_known(path, text, table, ("text", "math", "folder"))
    names: dict[str, str] = {}
    for key, value in table.items():
        if not isinstance(value, str) or not value:
            kind = "folder" if key == "folder" else "name of a font"
            raise _error(path, text, key, f"{value!r} is no {kind}", 'write it in quotes, as in "Libertinus Serif"')
        names[key] = value
    folder = str(Path(path).parent / names["folder"]) if "folder" in names else None
    if folder is not None and not Path(folder).is_dir():
        raise _error(path, text, "folder", f"there is no folder '{folder}'", "say where it is, as seen from this file")
    folders_used: list[str] = []
    for key in ("text", "math"):
        if (name := names.get(key)) is None:
            continue
        folders = folder_of(name, folder)
        if folders is None:
            near = " or ".join(f"'{font}'" for font in like(name, folder))
            hint = f"did you mean {near}?" if near else 'say where it lies, as in folder = "fonts"'
            raise _error(path, text, key, f"there is no font '{name}'", hint)
        if key == "math" and not sets_mathematics(name, folders):
            hint = f"take one with a MATH table, as '{PLAIN_FONTS.math}' has"
            raise _error(path, text, key, f"'{name}' is no font for mathematics", hint)
        folders_used += folders
    return Fonts(
        names.get("text", PLAIN_FONTS.text), names.get("math", PLAIN_FONTS.math), (), tuple(dict.fromkeys(folders_used))
    )


def faults(theme: Theme, *, marked: bool = False) -> list[str]:
    """Theme → what in its colours cannot be read or told apart, with the ratio of the pair; `marked` if a part is."""
    problems = []
    for text, ground in _TEXTS + (_MARKED_TEXTS if marked else ()):
        ratio = contrast(getattr(theme, text), getattr(theme, ground))
        if ratio < _MIN_CONTRAST:
            problems.append(f"the colour '{text}' on '{ground}' has a contrast of {ratio:.2f}, below {_MIN_CONTRAST:g}")
    if theme.forward != theme.backward:  # told apart by place and weight alone, as in print
        for condition, pair in (
            ("in grey", (theme.forward, theme.backward)),
            ("without green cones", (_without_green(theme.forward), _without_green(theme.backward))),
        ):
            if (ratio := contrast(*pair)) < _MIN_PHASE_CONTRAST:
                least = f"{_MIN_PHASE_CONTRAST:g}"
                problems.append(
                    f"'forward' and 'backward' look alike {condition}: their contrast is {ratio:.2f}, below {least}"
                )
    return problems


def _without_green(colour: str) -> str:
    """Colour → as it is seen in deuteranopia."""
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    mixed = [min(1.0, max(0.0, sum(a * b for a, b in zip(row, linear, strict=True)))) for row in _DEUTERANOPIA]
    encoded = [12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in mixed]
    return "#" + "".join(f"{round(255 * c):02x}" for c in encoded)


def _table(path: str, text: str, entries: dict[str, object], name: str) -> dict[str, object]:
    """Entries of a file and a name → the table of that name, empty where there is none. Raises InputError."""
    table = entries.get(name, {})
    if not isinstance(table, dict):
        raise _error(path, text, name, f"'{name}' is no table", f"write [{name}] on a line of its own")
    return table


def _require_known(path: str, text: str, table: dict[str, object], keys: tuple[str, ...]) -> None:
    """Table and the keys it may have → InputError where it has another."""
    for key in table:
        if key not in keys:
            near = nearest(key, keys)
            hint = f"did you mean '{near}'?" if near else "there are " + ", ".join(keys)
            raise _error(path, text, key, f"a theme has no '{key}'", hint)


def _error(path: str, text: str, key: str, message: str, hint: str) -> InputError:
    """What is wrong with a key → an error that says in which line it stands."""
    pattern = re.compile(rf"\s*\[?\s*(?:\w+\s*\.\s*)?[\"']?{re.escape(key)}[\"']?\s*[\]=.]")
    line = next((n for n, content in enumerate(text.splitlines(), 1) if pattern.match(content)), None)
    place = f"{path}, line {line}" if line else path
    return InputError(f"{place}: {message}", hint=hint)
