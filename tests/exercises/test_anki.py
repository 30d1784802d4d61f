"""Anki packages, as Anki's own library imports and shows them."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from graphviz_ad.errors import MissingPartError
from graphviz_ad.exercises.levels import LEVELS
from graphviz_ad.exercises.sheets.handout import files, save
from graphviz_ad.items.model import Exercise
from tests.exercises.students import FORMULAS, level, own

pytest.importorskip("genanki")

JAPANESE = next(formula for formula in FORMULAS if "予測" in formula)

IMPORT = """
import json, os, sys
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

collection = Collection(sys.argv[1])
content = {"counts": []}
for path in sys.argv[2:]:
    collection.import_anki_package(ImportAnkiPackageRequest(package_path=path, options=ImportAnkiPackageOptions()))
    content["counts"].append([collection.note_count(), collection.card_count(), len(collection.models.all_names_and_ids())])
cards = [collection.get_card(number) for number in sorted(collection.find_cards(""))]
content["cards"] = [[card.question(), card.answer()] for card in cards]
content["decks"] = sorted({collection.decks.name(card.did) for card in cards})
content["media"] = sorted(os.listdir(collection.media.dir()))
check = collection.media.check()
content["missing"], content["unused"] = list(check.missing), list(check.unused)
content["empty"] = len(list(collection.get_empty_cards().notes))
collection.close()
print(json.dumps(content))
"""


def package(exercises: list[Exercise], folder: Path, name: str = "deck") -> str:
    (path,) = save(exercises, str(folder / f"{name}.apkg"))
    return path


def imported(folder: Path, *paths: str) -> dict[str, Any]:
    if find_spec("anki") is None:
        pytest.skip("needs Anki's library")
    command = [sys.executable, "-c", IMPORT, str(folder / "collection.anki2"), *paths]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    collection: dict[str, Any] = json.loads(done.stdout)
    return collection


def test_anki_imports_notes_and_media_and_a_second_time_nothing(tmp_path: Path) -> None:
    exercises = [level(number) for number in LEVELS] + [own(JAPANESE)]
    path = package(exercises, tmp_path)
    collection = imported(tmp_path, path, path)
    questions = sum(len(exercise.questions) for exercise in exercises)
    assert collection["counts"][0][:2] == [questions, questions]
    assert collection["counts"][1] == collection["counts"][0]
    assert (collection["missing"], collection["unused"], collection["empty"]) == ([], [], 0)
    assert collection["decks"] == ["Back-propagation on graphs"]
    shown = {name for question, _ in collection["cards"] for name in re.findall(r'<img src="([^"]+)"', question)}
    assert shown == set(collection["media"])


def test_a_question_about_the_graph_does_not_show_it(tmp_path: Path) -> None:
    asked = {question.kind: number for number, question in enumerate(level(6).questions)}
    cards = imported(tmp_path, package([level(6)], tmp_path))["cards"]
    assert 'src="graph-' not in cards[asked["graph"]][0]
    assert 'src="graph-' in cards[asked["values"]][0]


def test_packages_made_apart_come_together(tmp_path: Path) -> None:
    first = package([level(4), level(6)], tmp_path, "first")
    second = package([level(6), level(6, 2)], tmp_path, "second")
    collection = imported(tmp_path, first, second, package([level(6, 1, "ja")], tmp_path, "ja"))
    four, six = len(level(4).questions), len(level(6).questions)
    assert [count for count, *_ in collection["counts"]] == [four + six, four + 2 * six, four + 3 * six]
    assert len({models for *_, models in collection["counts"]}) == 1
    assert collection["decks"] == ["Back-propagation on graphs", "計算グラフと逆伝播"]


def test_a_card_asks_in_front_and_answers_behind(tmp_path: Path) -> None:
    exercise = level(4)
    collection = imported(tmp_path, package([exercise], tmp_path))
    assert len(collection["cards"]) == len(exercise.questions)
    for question, (front, back) in zip(exercise.questions, collection["cards"], strict=True):
        assert front.count(r"\(") == front.count(r"\)") > 0
        assert front[front.index("</style>") :] in back
        assert "Worked solution" in back
        assert "Worked solution" not in front
        assert ("Typical mistakes" in back) == any(field.wrong for field in question.fields)
        assert front.count("<details>") == len(question.hints)
        assert not re.search(r"\{\{|None|&amp;lt;", re.sub(r"\\\(.*?\\\)", "", back))


def test_statements_of_a_formula_stand_apart(tmp_path: Path) -> None:
    collection = imported(tmp_path, package([level(4)], tmp_path))
    assert all(r"\)&emsp;\(" in front or "\\)\u2003\\(" in front for front, _ in collection["cards"])


def test_the_same_exercises_are_the_same_bytes() -> None:
    handouts = files([level(4), level(6)], "x", "apkg")
    assert [data for _, data in handouts] == [data for _, data in files([level(4), level(6)], "y", "apkg")]
    with zipfile.ZipFile(io.BytesIO(handouts[0][1])) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_names_of_nodes_are_no_markup(tmp_path: Path) -> None:
    collection = imported(tmp_path, package([replace(own("L = where(x < y, x*x, 3*y)"), lang="en")], tmp_path))
    assert all("x < y" not in side for card in collection["cards"] for side in card)
    assert any("x &lt; y" in side for card in collection["cards"] for side in card)


def test_without_genanki_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "genanki", None)
    with pytest.raises(MissingPartError, match="genanki"):
        files([level(1)], "x", "apkg")
