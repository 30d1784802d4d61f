"""Everything a reader sees stands in a catalogue in English and in Japanese: none missing, none that is unused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import graphviz_ad
from graphviz_ad.messages.catalogue import LANGUAGES, SENTENCES
from graphviz_ad.messages.questions import QUESTIONS
from graphviz_ad.messages.words import WORDS

Catalogue = dict[str, tuple[str, ...]]

ROOT = Path(graphviz_ad.__file__).parent
ALL: dict[str, Catalogue] = {"sentences": {**SENTENCES}, "questions": {**QUESTIONS}, "words": {**WORDS}}
_TABLES = {"catalogue.py", "questions.py", "words.py"}
SOURCES = (
    "".join(
        path.read_text(encoding="utf-8")
        for suffix in ("py", "js")
        for path in sorted([*ROOT.rglob(f"*.{suffix}"), *(ROOT.parent / "cli").glob(f"*.{suffix}")])
        if path.name not in _TABLES
    )
    + (ROOT / "messages" / "words.py").read_text(encoding="utf-8").partition("\ndef ")[2]
)
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff、。（]")
_NAMES = ("op.", "table.")
"""Names of operations and headings that are the same in both languages."""


def faults(catalogue: Catalogue) -> list[str]:
    """Catalogue → what is wrong with its entries."""
    found = []
    for key, texts in catalogue.items():
        if len(texts) != len(LANGUAGES) or not all(text.strip() for text in texts):
            found.append(f"{key}: a text is missing")
            continue
        english, japanese = texts
        fillings = [set(re.findall(r"\{(\w+)\}", text)) - {"out"} for text in texts]
        if fillings[0] != fillings[1]:
            found.append(f"{key}: other fillings")
        if _JAPANESE.search(english):
            found.append(f"{key}: Japanese in the English text")
        letters = re.sub(r"\{\w+\}|<[^>]*>", "", english)
        if re.search("[a-zA-Z]{4}", letters) and not _JAPANESE.search(japanese) and not key.startswith(_NAMES):
            found.append(f"{key}: not translated")
        if re.search(r"[a-z]\.$", english) and not japanese.endswith("。"):
            found.append(f"{key}: the Japanese sentence has no end")
    return found


@pytest.mark.parametrize("name", ALL)
def test_every_text_is_in_both_languages(name: str) -> None:
    assert faults(ALL[name]) == []


@pytest.mark.parametrize(
    ("texts", "fault"),
    [
        (("Play",), "a text is missing"),
        (("Play", " "), "a text is missing"),
        (("Step {k}", "ステップ"), "other fillings"),
        (("再生", "再生"), "Japanese in the English text"),
        (("Next step", "Next step"), "not translated"),
        (("It falls.", "減る"), "the Japanese sentence has no end"),
    ],
)
def test_a_planted_fault_is_seen(texts: tuple[str, ...], fault: str) -> None:
    assert faults({"x": texts}) == [f"x: {fault}"]


@pytest.mark.parametrize("name", ["questions", "words"])
@pytest.mark.slow
def test_none_is_unused(name: str) -> None:
    """A key stands in the source, whole or behind a prefix that is written there."""
    unused = []
    for key in ALL[name]:
        last = key.rpartition(".")[2]
        prefixes = [key[: place + 1] for place, sign in enumerate(key) if sign == "."]
        whole = re.search(rf"""["']{re.escape(key)}["']""", SOURCES)
        parts = any(f"{prefix}{{" in SOURCES for prefix in prefixes)
        if not whole and not (parts or re.search(rf"""["']{re.escape(last)}["']""", SOURCES)):
            unused.append(key)
    assert unused == []


def test_every_key_that_is_said_is_there() -> None:
    """Formats whose words begin alike say them without that beginning."""
    said = set(re.findall(r"""(?:say|phrase|self)\(\s*["']([a-z]+\.[a-z_. ]+)["']""", SOURCES))
    known = {key for catalogue in ALL.values() for key in catalogue}
    assert len(said) > 40
    assert {key for key in said if key not in known and not any(one.endswith(f".{key}") for one in known)} == set()
