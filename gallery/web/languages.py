"""The languages of the lesson and the site: each page leads to the same page in the other ones, and Japanese is found.

A page has its links in the room that furo keeps for buttons beside the text; `_templates` has what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.search import SearchLanguage

LANGUAGES: Mapping[str, str] = {"en": "English", "ja": "日本語"}
"""Languages by their codes, each in its own words; English first, which is the one that others fall back to."""
_ADDRESSES: Mapping[str, str] = {"en": "Languages", "ja": "言語"}
"""What the links are together, for screen readers."""
_JAPANESE = "\u3005-\u3007\u3041-\u30ff\u3400-\u9fff"
_PARTS = re.compile(rf"[{_JAPANESE}]+|[^\W{_JAPANESE}]+")
_HAN = re.compile("[\u3005-\u3007\u3400-\u9fff]")


class Link(NamedTuple):
    """A link of the switch: the language it leads to, its words, and its address."""

    lang: str
    words: str
    address: str


def links(page: str, lang: str) -> list[Link]:
    """Name of a page and its language → links to the same page in the others, whose folders stand beside this one."""
    up = "../" * (page.count("/") + 1)
    return [Link(other, name, f"{up}{other}/{page}.html") for other, name in LANGUAGES.items() if other != lang]


def home(page: str, lang: str) -> str:
    """Name of a page of the lesson and its language → the address of the site, in whose folder the lesson stands."""
    return "../" * (page.count("/") + 2) + f"{lang}/index.html"


def _add_links(app: Sphinx, page: str, template: str, context: dict[str, Any], document: nodes.document | None) -> None:
    """Page that is written → the links of its switch, for the template."""
    lang = app.config.language
    context["language_links"], context["language_label"] = links(page, lang), _ADDRESSES[lang]
    context["site_home"] = home(page, lang) if app.config.beside_site else None


class Japanese(SearchLanguage):
    """Search of Japanese without a dictionary: two characters that stand beside one another are a word of the index.

    Sphinx's own splitter guesses words on the pages, but takes what a reader looks for as one word, so that 計算グラフ
    is not found where 計算 and グラフ are in the index. A character of Chinese origin is a word by itself too: 辺.
    """

    lang = "ja"
    language_name = "Japanese"
    js_splitter_code = f"""
function splitQuery(query) {{
  return (query.match(/[{_JAPANESE}]+|[^\\s、。・：（）「」{_JAPANESE}]+/gu) || []).flatMap((part) =>
    /[{_JAPANESE}]/.test(part) && part.length > 1
      ? Array.from({{ length: part.length - 1 }}, (_, at) => part.slice(at, at + 2))
      : [part]);
}}
"""

    def split(self, input: str) -> list[str]:
        """Text → the words of the index.

        >>> Japanese({}).split("辺の softmax")
        ['辺の', '辺', 'softmax']
        """
        words = list[str]()
        for part in _PARTS.findall(input):
            if re.match(f"[{_JAPANESE}]", part):
                words += [part[at : at + 2] for at in range(len(part) - 1)]
                words += _HAN.findall(part)
            else:
                words.append(part)
        return words


def setup(app: Sphinx) -> dict[str, Any]:
    """Application of Sphinx → the same with the switch and the search."""
    app.add_config_value("beside_site", False, "html", bool)
    app.add_search_language(Japanese)
    app.connect("html-page-context", _add_links)
    return {"version": "1", "parallel_read_safe": True}
