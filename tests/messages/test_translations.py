"""Everything a reader sees stands in the catalogue in every language: none missing, none stale, none that is unused."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

import graphviz_ad
from gallery.messages import FOLDER, RENEW, compiled, english, entries, files, read, renewed, translated
from graphviz_ad import parse
from graphviz_ad.diagram.typeset import Request, text, typeset
from graphviz_ad.errors import InputError
from graphviz_ad.exercises.levels import LEVELS
from graphviz_ad.exercises.making import of_formula
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.selftest.page import handout
from graphviz_ad.messages import catalogue
from graphviz_ad.messages.catalogue import SOURCE, fact, has_han, is_known, keys, languages, offered, say
from graphviz_ad.ops.table import BY_NAME, KINDS, TABLE

FILES = sorted(path for path in FOLDER.iterdir() if path.suffix in (".po", ".mo"))
ROOT = Path(graphviz_ad.__file__).parent
TRANSLATIONS = [lang for lang in languages() if lang != SOURCE]
SOURCES = "".join(
    path.read_text(encoding="utf-8")
    for suffix in ("py", "js")
    for path in sorted([*ROOT.rglob(f"*.{suffix}"), *(ROOT.parent / "cli").glob(f"*.{suffix}")])
)
_LETTERS = {"Jpan": r"[\u3040-\u30ff\u4e00-\u9fff、。（]", "Hans": r"[\u4e00-\u9fff、。（]"}
"""What texts in a script hold, where they are words; English ones hold none of it."""
_KANA = re.compile(r"[\u3040-\u30ff]")
_NAMES = ("op.", "table.", "language.")
"""Names of operations, and signs, which may be the same in several languages."""
_FACTS = ("X-Tag", "X-Locale", "X-Script", "X-Number", "X-Native-Reader")
_LETTER_FACTS = ("X-Fonts", "X-Office-Font", "X-LaTeX", "X-LaTeX-Note")


def faults(catalogue: polib.POFile, script: str) -> list[str]:
    """A language and its script → what is wrong with its entries."""
    problems, letters = [], re.compile(_LETTERS[script]) if script in _LETTERS else None
    for key, entry in entries(catalogue).items():
        if entry.fuzzy:
            problems.append(f"{key}: its English has changed")
        source, texts = english(entry), translated(entry)
        if not all(text.strip() for text in texts):
            problems.append(f"{key}: a text is missing")
            continue
        places = [set(re.findall(r"\{(\w+)\}", text)) - {"out"} for text in (*source, *texts)]
        if any(part != places[0] for part in places):
            problems.append(f"{key}: other fillings")
        if letters and any(map(letters.search, source)):
            problems.append(f"{key}: no English text")
        words = re.sub(r"\{\w+\}|<[^>]*>", "", source[0])
        named = key.startswith(_NAMES) or not re.search("[a-zA-Z]{4}", words)
        if letters and not named and not all(map(letters.search, texts)):
            problems.append(f"{key}: not translated")
        if script != "Jpan" and any(map(_KANA.search, texts)):
            problems.append(f"{key}: Japanese in it")
        end = "。" if letters else "."
        if re.search(r"[a-z]\.$", source[0]) and not all(text.endswith(end) for text in texts):
            problems.append(f"{key}: the sentence has no end")
        row = BY_NAME.get(key.removeprefix("convention."))
        if row is not None and row.kinks and {_ends(text, end) for text in texts} != {len(_sentences(source[0]))}:
            problems.append(f"{key}: not as many sentences")
    return problems


def _ends(text: str, end: str) -> int:
    """Text → the number of sentence ends in it."""
    return text.count(end) if end != "." else len(_sentences(text))


def _sentences(text: str) -> list[str]:
    """Text → its sentences."""
    return re.split(r"(?<=\.) ", text)


@pytest.mark.parametrize("lang", TRANSLATIONS)
def test_every_text_is_in_every_language(lang: str) -> None:
    problems = faults(read(FOLDER / f"{lang}.po"), fact(lang, "X-Script"))
    assert not problems, f"{len(problems)} in {lang}.po: " + "; ".join(problems[:20])


@pytest.fixture(scope="module")
def contents() -> dict[Path, bytes]:
    """→ what should stand in each file."""
    return files()


def test_every_file_is_known(contents: dict[Path, bytes]) -> None:
    assert sorted(contents) == FILES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_files_are_fresh(path: Path, contents: dict[Path, bytes]) -> None:
    assert path.read_bytes() == contents[path], f"run {RENEW}"


def _planted(key: str, source: str, text: str, *, fuzzy: bool = False) -> polib.POFile:
    """Key, English text and translation → a file with this one entry."""
    file, entry = polib.POFile(), polib.POEntry(msgid=source, msgstr=text)
    entry.msgctxt, entry.flags = key, ["fuzzy"] if fuzzy else []
    file.append(entry)
    return file


@pytest.mark.parametrize(
    ("source", "text", "fault"),
    [
        ("Play", "", "a text is missing"),
        ("Play", " ", "a text is missing"),
        ("Step {k}", "步骤", "other fillings"),
        ("再生", "再生", "no English text"),
        ("Next step", "Next step", "not translated"),
        ("Next step", "次のステップ。下一步", "Japanese in it"),
        ("It falls.", "减小", "the sentence has no end"),
    ],
)
def test_a_planted_fault_is_seen(source: str, text: str, fault: str) -> None:
    assert faults(_planted("x", source, text), "Hans") == [f"x: {fault}"]


def test_more_planted_faults_are_seen() -> None:
    assert faults(_planted("x", "Play", "播放", fuzzy=True), "Hans") == ["x: its English has changed"]
    twice = _planted("convention.relu", "At 0 it is 0. Below it is nan.", "在 0 处为 0。")
    assert faults(twice, "Hans") == ["convention.relu: not as many sentences"]


def test_a_changed_english_text_is_marked_in_every_language() -> None:
    own = read(FOLDER / "ja.po")
    own.metadata["Plural-Forms"] = "nplurals=1; plural=0;"
    template = polib.POFile()
    for key, source in (("player.play", "Play it"), ("player.next", "Next step"), ("new", "New")):
        template.append(_planted(key, source, "")[0])
    entries_after = entries(renewed(template, own))
    assert [(entry.msgstr, entry.fuzzy) for entry in entries_after.values()] == [
        ("再生", True),
        ("次のステップ", False),
        ("", False),
    ]


@pytest.mark.parametrize("lang", languages())
def test_what_stands_in_the_header_is_there(lang: str) -> None:
    assert [name for name in _FACTS if not fact(lang, name)] == []
    assert [name for name in _LETTER_FACTS if bool(fact(lang, name)) is not has_han(lang)] == []
    assert say("language.name", lang).strip()


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("key", ["X-Number", "X-Tag", "X-Locale"])
def test_no_two_languages_have_that_in_common(key: str, lang: str) -> None:
    """A language that is begun as a copy of another has its header, too."""
    same = [other for other in languages() if fact(other, key) == fact(lang, key)]
    assert same == [lang], f"change {key} in the header of one of {', '.join(same)}"


def test_pages_offer_what_a_native_reader_has_read_and_their_own() -> None:
    assert offered("en") == offered("ja") == ("en", "ja")
    assert offered("zh") == ("en", "ja", "zh")


# -- plural forms -------------------------------------------------------------------------------------


def test_plural_forms() -> None:
    assert [say("sheet.points", "en", n) for n in (1, 2, 0.5, 0)] == [
        "{points} point",
        *["{points} points"] * 3,
    ]
    assert {say("sheet.points", lang, n) for lang in ("ja",) for n in (1, 5)} == {"{points} 点"}


def test_a_language_with_three_plural_forms() -> None:
    """As Russian has them: 1, 2 to 4, 5 and more."""
    import gettext
    import io

    own = polib.POFile()
    own.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) "
        "? 1 : 2);",
    }
    catalogue_file = renewed(read(FOLDER / f"{SOURCE}.pot"), own)
    assert {len(translated(entry)) for entry in catalogue_file if entry.msgid_plural} == {3}
    entry = entries(catalogue_file)["sheet.points"]
    entry.msgstr_plural = {0: "{points} балл", 1: "{points} балла", 2: "{points} баллов"}
    read_back = gettext.GNUTranslations(io.BytesIO(compiled(catalogue_file)))
    assert [read_back.ngettext("sheet.points", "sheet.points", n) for n in (1, 3, 11, 25)] == [
        "{points} балл",
        "{points} балла",
        "{points} баллов",
        "{points} баллов",
    ]


def test_where_a_language_has_a_decimal_comma_answers_are_read_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    exercise = of_formula(parse("L = x/4"), 1, given={"x": 6.0}, asked=("values",), lang="ja")
    assert [question_mark.verdict for question_mark in mark(exercise, {"q1": "1,5"}).marks] == ["unreadable"]
    monkeypatch.setitem(catalogue._read("ja")._catalog, "language.decimal", ",")  # type: ignore[attr-defined]
    assert [question_mark.verdict for question_mark in mark(exercise, {"q1": "1,5"}).marks] == ["right"]
    (_, page), *_ = handout([exercise], "x", "blank")
    assert b'"comma":true' in page


@pytest.mark.cjk
def test_a_font_takes_the_forms_of_the_language() -> None:
    """One font has both: 直 is written in another way in Japanese and in Chinese."""
    japanese, chinese = (typeset([Request(text("直"), 12)], lang)[0] for lang in ("ja", "zh"))
    assert [run.path for run in japanese.runs] != [run.path for run in chinese.runs]


# -- what is used ---------------------------------------------------------------------------------------


def test_a_text_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        say("nowhere", "ja")
    assert not is_known("nowhere")
    assert say("finished", SOURCE) == "finished"


def test_a_language_that_is_not_there_is_an_error() -> None:
    with pytest.raises(InputError, match="no texts in 'qq'"):
        say("finished", "qq")


@pytest.mark.parametrize("name", [row.name for row in TABLE if row.kinks and not row.internal])
def test_an_operation_with_kinks_has_a_convention(name: str) -> None:
    assert is_known(f"convention.{name}"), f"write the text convention.{name} into messages/locale/en.pot"


def test_every_operation_has_its_texts() -> None:
    """A convention has its row, and every kind has a name."""
    rows = {row.name: row for row in TABLE}
    conventions = {key.removeprefix("convention.") for key in keys("convention.")}
    assert conventions <= set(rows)
    for name in conventions:
        sentences = len(_sentences(say(f"convention.{name}", SOURCE)))
        assert all(number < sentences for _, number in rows[name].kinks)
        places = re.findall(r"\{(\w+)\}", say(f"convention.{name}", SOURCE))
        assert set(places) <= set(rows[name].params)
    assert {f"ops.kind.{kind}" for kind in KINDS} == set(keys("ops.kind."))
    assert {f"level.{number}" for number in LEVELS} == set(keys("level."))


_BY_TABLE = ("convention.", "evaluate.", "pull.", "op.", "accumulate.", "phase.", "table.", "warning.")
"""Keys that are put together from the names of rows and steps: see `test_catalogue`."""


@pytest.mark.slow
def test_none_is_unused() -> None:
    """A key stands in the source, whole or behind a prefix that is written there."""
    written = set(re.findall(r"""(?<=["'])[\w.]+(?=["'])""", SOURCES))
    before_braces = set(re.findall(r"[\w.]+\.(?=\{)", SOURCES))

    def is_used(key: str) -> bool:
        prefixes = {key[: place + 1] for place, sign in enumerate(key) if sign == "."}
        return bool({key, key.rpartition(".")[2]} & written or prefixes & before_braces)

    assert [key for key in keys() if not is_used(key) and not key.startswith(_BY_TABLE)] == []


def test_every_key_that_is_said_is_there() -> None:
    """Formats whose words begin alike say them without that beginning."""
    used_keys = set(re.findall(r"""(?:say|phrase|between|self)\(\s*["']([a-z]+\.[a-z_. ]+)["']""", SOURCES))
    assert len(used_keys) > 40
    known = keys()
    assert {
        key
        for key in used_keys
        if key not in known and not any(key_of_file.endswith(f".{key}") for key_of_file in known)
    } == set()


def test_no_language_is_named_in_the_code() -> None:
    """Nothing branches on a language: what differs is a text of it, or stands in the header of its file."""
    named = re.compile(
        r"""lang\w*\)?\s*(?:==|!=|\bin\b)\s*[("']*(?:en|ja|zh)\b|["'](?:ja|zh)["']\s*[:=]|(?:==|!=)\s*["'](?:en|ja|zh)["']"""
    )
    lines = [line.strip() for line in SOURCES.splitlines() if named.search(line) and ">>>" not in line]
    assert lines == []
    assert named.search('gap = " " if self.lang == "en" else ""')
    assert named.search('root.lang === "ja"'.replace("===", "=="))
