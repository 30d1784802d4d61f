"""A language that no one speaks, in which every letter of every text has an accent: a plain one was not translated."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from gallery.messages import FOLDER, compiled, read
from graphviz_ad.messages import catalogue
from tests.exercises.reading import pdf_pages

CODE = "xx"
_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ACCENTED = "àƀçďéƒğĥîĵķĺɱñöþɋŕšţûṽŵẋýžÀɃÇĎÉƑĞĤÎĴĶĹⱮÑÖÞɊŔŠŢÛṼŴẊÝŽ"
_ACCENTS = str.maketrans(_PLAIN, _ACCENTED)
_KEPT = re.compile(r"(\{\w+\}|`[^`]*`)")
"""Places to fill, and code."""
_WORD = re.compile(r"(?<![\w.])[A-Za-z]{2,}(?!\w)")
"""Words with plain letters, but for the ends of names, as in `q3.new`."""
_MATH = re.compile(r"\$\$.*?\$\$|\$[^$]*\$|\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL)
_VISIBLE_ATTRIBUTES = frozenset(
    ("aria-label", "aria-roledescription", "aria-valuetext", "title", "alt", "placeholder", "descr")
)
"""Attributes that are shown or read out."""
_HIDDEN = frozenset(("script", "style", "math", "code", "pre"))
"""Elements without words."""
_SIGNS = re.compile(
    r"\A---\n.*?\n---\n|<style>.*?</style>|<!--.*?-->|`+[^`]*`+|\]\([^)]*\)|\{[.#:][^}]*\}"
    r"|!\[bg fit|\b(?:width|height)=\w+|\bfig-(?=alt)",
    re.DOTALL,
)
"""What Markdown has that is no text: front matter, code, links, sizes of pictures."""
_CODED = frozenset(("baseValue", "fieldlabel", "fieldentry", "file", "schema", "style", "value", "variable"))
"""Elements of question banks that hold what no one reads."""


def accented(text: str) -> str:
    """English → the language.

    >>> accented("Step {k} of {n}, as in `f(x)`")
    'Šţéþ {k} öƒ {n}, àš îñ `f(x)`'
    """
    parts = _KEPT.split(text)
    return "".join(part if at % 2 else part.translate(_ACCENTS) for at, part in enumerate(parts))


@contextmanager
def spoken() -> Iterator[str]:
    """Within, there is the language; → its code."""
    with tempfile.TemporaryDirectory() as name:
        template = read(FOLDER / "en.pot")
        template.metadata |= {"Language": CODE, "X-Tag": CODE, "X-Native-Reader": "no", "X-Number": "99"}
        Path(name, f"{CODE}.mo").write_bytes(compiled(template, accented))
        catalogue.add_folder(Path(name))
        try:
            yield CODE
        finally:
            catalogue.remove_folder(Path(name))


def untranslated(text: str, names: frozenset[str]) -> list[str]:
    """What is seen, and names that may stand in it → words without accents."""
    return sorted({word for word in _WORD.findall(text) if word not in names})


# -- what is seen of a file -----------------------------------------------------------------------------


class _Page(HTMLParser):
    """Collects what is seen or read out of a page, without formulas, code and what is in other languages."""

    def __init__(self) -> None:
        super().__init__()
        self.visible_texts: list[str] = []
        self.data = ""
        self.open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        other = given.get("lang", CODE) in catalogue.languages() and given.get("lang", CODE) != CODE
        hidden = self.hidden or tag in _HIDDEN or (other and tag != "html")
        if not hidden:
            self.visible_texts += [value for key, value in given.items() if key in _VISIBLE_ATTRIBUTES]
        if tag not in ("meta", "img", "input", "br", "hr", "link"):
            self.open.append((tag, hidden))
        self.json = tag == "script" and given.get("type") == "application/json"

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    @property
    def hidden(self) -> bool:
        """Whether what comes next stands within an element that is not shown."""
        return bool(self.open) and self.open[-1][1]

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] == "script":
            if self.json:
                self.data = data
        elif not self.hidden:
            self.visible_texts.append(data)


def _html(data: bytes) -> str:
    """Page → its texts and those of its player."""
    page = _Page()
    page.feed(data.decode())
    texts = page.visible_texts
    if page.data:
        player = json.loads(page.data)
        languages = [lang for lang, *_ in player.get("languages", [])]
        for words in player["words"].values():
            texts.append(words if isinstance(words, str) else words[languages.index(CODE)])
        texts += player.get("said", {}).get(CODE, [])
    return re.sub(r"\{+[^{}]*\}+", " ", _MATH.sub(" ", "\n".join(texts)))


def _xml(data: bytes) -> str:
    """SVG, bank of a platform or slide → its texts, and attributes that are read out."""
    texts = []
    for part in ElementTree.fromstring(data).iter():
        if part.tag.rpartition("}")[2] not in _CODED:
            texts.append(part.text or "")
        texts += [part.tail or "", *(value for key, value in part.attrib.items() if key in _VISIBLE_ATTRIBUTES)]
    return _html("\n".join(texts).encode())


def _markdown(data: bytes) -> str:
    """Markdown → its texts."""
    text = _SIGNS.sub(" ", data.decode())
    return _html(_MATH.sub(" ", text).encode())


def _latex(data: bytes) -> str:
    """LaTeX → the words of its body, without commands, pictures and formulas."""
    text = data.decode().partition(r"\begin{document}")[2] or data.decode()
    text = re.sub(r"(?<!\\)%.*", "", text)
    text = re.sub(r"\\begin\{tikzpicture\}.*?\\end\{tikzpicture\}", " ", _MATH.sub(" ", text), flags=re.DOTALL)
    text = re.sub(
        r"\\(?:begin|end|includegraphics|usepackage|hspace|vspace|setlength)\*?(?:\[[^\]]*\])?\{[^{}]*\}", " ", text
    )
    text = re.sub(r"<[\d-]+>\{\w+\}|\[plain\]", " ", text)
    return re.sub(r"\\[A-Za-z]+\*?(?:\[[^\]]*\])?|\b[\d.]+(?:mm|cm|pt|em|ex)\b", " ", text)


def _notebook(data: bytes) -> str:
    """Notebook → texts and comments of its cells."""
    texts = []
    for cell in json.loads(data)["cells"]:
        source = "".join(cell["source"])
        texts.append(
            _markdown(source.encode())
            if cell["cell_type"] == "markdown"
            else "\n".join(re.findall("(?<!##)# .*", source))
        )
    return "\n".join(texts)


def _zip(data: bytes) -> str:
    """Archive → the texts of all files in it."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return "\n".join(visible(name, file.read(name)) for name in file.namelist())


def _slides(data: bytes) -> str:
    """A PowerPoint deck → its slides and notes; master and layouts are Office's own."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        parts = [name for name in file.namelist() if re.match(r"ppt/(slides|notesSlides)/\w+\.xml", name)]
        return "\n".join(_xml(file.read(name)) for name in parts)


def _anki(data: bytes) -> str:
    """Anki package → the texts of its notes."""
    with tempfile.NamedTemporaryFile(suffix=".db") as file, zipfile.ZipFile(io.BytesIO(data)) as package:
        file.write(package.read("collection.anki2"))
        file.flush()
        base = sqlite3.connect(file.name)
        notes = [row[0].split("\x1f", 1)[1] for row in base.execute("select flds from notes")]
        base.close()
    return _html("\n".join(notes).encode())


def _gift(data: bytes) -> str:
    """GIFT → its texts."""
    text = re.sub(r"(?m)^(//.*|\$CATEGORY:.*|::.*?::)|\[(?:html|plain)\]|%[-\d.]+%|\\n", " ", data.decode())
    return _html(text.encode())


def _json(data: bytes) -> str:
    """JSON of an exercise → the texts that a reader gets of it; its keys and names are those of the format."""
    texts: list[str] = []

    def walk(value: object, key: str) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                walk(inner, name)
        elif isinstance(value, list):
            for inner in value:
                walk(inner, key)
        elif isinstance(value, str) and key in _TEXT_KEYS:
            texts.append(value)

    walk(json.loads(data), "")
    return _MATH.sub(" ", "\n".join(texts))


_TEXT_KEYS = frozenset(("text", "prompt", "hint", "hints", "solution", "label", "said", "feedback", "topic"))

READERS: dict[str, Callable[[bytes], str]] = {
    "html": _html, "svg": _xml, "xml": _xml, "md": _markdown, "qmd": _markdown, "tex": _latex, "ipynb": _notebook,
    "pdf": lambda data: "\n".join(pdf_pages(data)), "zip": _zip, "pptx": _slides, "apkg": _anki, "gift": _gift,
    "json": _json, "txt": bytes.decode, "csv": bytes.decode,
}  # fmt: skip
"""By suffix of a file."""


UNSEEN = ("py", "lark")
"""Endings of files that a platform runs."""


def visible(name: str, data: bytes) -> str:
    """Name of a file and its bytes → what is seen of it: all of a text of another format, nothing of other bytes."""
    if name.endswith(UNSEEN):
        return ""
    reader = READERS.get(name.rpartition(".")[2])
    if reader:
        return reader(data)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return ""
