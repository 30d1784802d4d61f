"""Words of a page that can be read in several languages: all stand in it, or a script exchanges them.

A run of text stands there once a language, in elements whose class is its code, of which a style shows one. A word
stands once, in an element whose `data-t` is its key; `data-a` says the same of attributes (`aria-label:next`). These
keys are those that begin with `player.`, without it, or with what another page has in its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

from graphviz_ad.messages.catalogue import han, keys, say, tag

_HAN = re.compile(r"[\u3000-\u9fff\uf900-\uffef]+")
"""Letters of Japanese and Chinese: kana, characters, and the punctuation between them."""
_PREFIX = "player."
"""Of the keys of words that a script can exchange."""


def is_han(text: str) -> bool:
    """Whether there is a letter in the text that is Japanese or Chinese."""
    return _HAN.search(text) is not None


def marked(plain: str, lang: str) -> str:
    """Text with names in it, and the language of its page → HTML that says where it is Japanese or Chinese."""
    return _HAN.sub(rf'<span lang="{tag(han(lang))}">\g<0></span>', escape(plain))


def by_language(texts: Mapping[str, str], element: str = "span") -> str:
    """HTML by language → an element for each, with its language.

    >>> by_language({"en": "no", "ja": "いいえ"})
    '<span class="en" lang="en">no</span><span class="ja" lang="ja">いいえ</span>'
    """
    return "".join(f'<{element} class="{lang}" lang="{tag(lang)}">{text}</{element}>' for lang, text in texts.items())


def language_rules(languages: Sequence[str]) -> str:
    """Languages of a page → the rules that show the one it is in.

    >>> language_rules(["en", "ja"])
    ':root:lang(en) .ja,:root:lang(ja) .en{display:none!important}'
    """
    pairs = [f":root:lang({tag(lang)}) .{other}" for lang in languages for other in languages if lang != other]
    return ",".join(pairs) + "{display:none!important}" if pairs else ""


class Words:
    """Writes words that a script can exchange, in the language that is shown first; their keys begin with `prefix`."""

    def __init__(self, lang: str, prefix: str = _PREFIX) -> None:
        self.lang, self._prefix = lang, prefix

    def say(self, key: str) -> str:
        """Key → the word in the first language."""
        return say(self._prefix + key, self.lang)

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
        names = attributes or ("aria-label",)
        words = " ".join(f'{name}="{self.say(key)}"' for name in names)
        return f'{words} data-a="{" ".join(f"{name}:{key}" for name in names)}"'


def vocabulary(languages: Sequence[str], prefix: str = _PREFIX) -> dict[str, list[str]]:
    """The words a script exchanges, in each of the languages."""
    return {key.removeprefix(prefix): [say(key, lang) for lang in languages] for key in keys(prefix)}
