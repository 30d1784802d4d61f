"""Words of a page that can be read in either language: both stand in it, or a script exchanges them.

A run of text stands there twice, in elements of class `en` and `ja`, of which a style shows one. A word of `WORDS`
stands once, in an element whose `data-t` is its key; `data-a` says the same of attributes (`aria-label:next`).
Keys are those of `WORDS` that begin with `player.`, without it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from graphviz_ad.messages import words
from graphviz_ad.messages.catalogue import LANGUAGES

_JAPANESE = re.compile(r"[\u3000-\u9fff\uf900-\uffef]+")


def is_japanese(text: str) -> bool:
    """Whether there is a Japanese letter in the text."""
    return _JAPANESE.search(text) is not None


def marked(plain: str) -> str:
    """Text with names in it → HTML that says where it is Japanese."""
    return _JAPANESE.sub(r'<span lang="ja">\g<0></span>', escape(plain))


def both(texts: Sequence[str], element: str = "span") -> str:
    """HTML in English and in Japanese → two elements, each with its language.

    >>> both(["no", "いいえ"])
    '<span class="en" lang="en">no</span><span class="ja" lang="ja">いいえ</span>'
    """
    return "".join(
        f'<{element} class="{lang}" lang="{lang}">{text}</{element}>'
        for lang, text in zip(LANGUAGES, texts, strict=True)
    )


class Words:
    """Writes words that a script can exchange, in the language that is shown first."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def say(self, key: str) -> str:
        """Key → the word in the first language."""
        return words.say(f"player.{key}", self.lang)

    def tag(self, element: str, key: str, attributes: str = "") -> str:
        """Element with a word in it.

        >>> Words("en").tag("dt", "value")
        '<dt data-t="value">value</dt>'
        """
        return f'<{element}{attributes and " " + attributes} data-t="{key}">{self.say(key)}</{element}>'

    def name(self, key: str, *attributes: str) -> str:
        """Attributes with a word in them; `aria-label` unless said.

        >>> Words("en").name("play")
        'aria-label="Play" data-a="aria-label:play"'
        """
        named = attributes or ("aria-label",)
        found = " ".join(f'{attribute}="{self.say(key)}"' for attribute in named)
        return f'{found} data-a="{" ".join(f"{attribute}:{key}" for attribute in named)}"'


def vocabulary() -> dict[str, tuple[str, str]]:
    """The words a script exchanges, in English and Japanese."""
    beginning = "player."
    return {key.removeprefix(beginning): both for key, both in words.WORDS.items() if key.startswith(beginning)}
