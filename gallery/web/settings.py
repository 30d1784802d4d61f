"""The configuration of Sphinx that the lesson and the site share: MyST, furo, and nothing from the network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import graphviz_ad.export.player

HERE = Path(__file__).parent
STATIC = [str(HERE / "_static"), str(Path(graphviz_ad.export.player.__path__[0]) / "mathematics.woff2")]
"""What stands beside the pages: style and script, and the font of mathematics."""

COMMON: dict[str, Any] = {
    "extensions": ["myst_parser", "graphviz_ad.sphinx", "gallery.web.extension", "gallery.web.languages"],
    "myst_update_mathjax": False,
    "templates_path": [str(HERE / "_templates")],
    "html_theme": "furo",
    "html_theme_options": {"top_of_page_buttons": ["view"]},  # the room of the switch between languages
    "html_math_renderer": "mathml",
    "html_static_path": STATIC,
    "html_css_files": ["pages.css"],
    "html_js_files": [("pages.js", {"defer": "defer"})],
    "html_show_sphinx": False,
    "html_show_copyright": False,
    "html_copy_source": False,
    "html_show_search_summary": False,  # which would be fetched, and a page from disk may fetch nothing
    "smartquotes": False,
    "numfig": False,
}
"""Values of a conf.py by name; each conf adds its own."""
