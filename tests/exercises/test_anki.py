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
from graphviz_ad.exercises.sheets.handout import files, save
from graphviz_ad.items.model import Exercise
from tests.exercises.students import FORMULAS, level, own

pytest.importorskip("genanki")

JAPANESE = next(formula for formula in FORMULAS if "予測" in formula)

IMPORT = """
import json, os, sys
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

collection = Collection(sys.argv[1])
found = {"counts": []}
for path in sys.argv[2:]:
    collection.import_anki_package(ImportAnkiPackageRequest(package_path=path, options=ImportAnkiPackageOptions()))
    found["counts"].append([collection.note_count(), collection.card_count(), len(collection.models.all_names_and_ids())])
cards = [collection.get_card(number) for number in sorted(collection.find_cards(""))]
found["cards"] = [[card.question(), card.answer()] for card in cards]
found["decks"] = sorted({collection.decks.name(card.did) for card in cards})
found["media"] = sorted(os.listdir(collection.media.dir()))
check = collection.media.check()
found["missing"], found["unused"] = list(check.missing), list(check.unused)
found["empty"] = len(list(collection.get_empty_cards().notes))
collection.close()
print(json.dumps(found))
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
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_anki_imports_notes_and_media_and_a_second_time_nothing(tmp_path: Path) -> None:
    exercises = [level(number) for number in range(1, 9)] + [own(JAPANESE)]
    path = package(exercises, tmp_path)
    found = imported(tmp_path, path, path)
    questions = sum(len(one.questions) for one in exercises)
    assert found["counts"][0][:2] == [questions, questions]
    assert found["counts"][1] == found["counts"][0]
    assert (found["missing"], found["unused"], found["empty"]) == ([], [], 0)
    assert found["decks"] == ["Back-propagation on graphs"]
    shown = {name for question, _ in found["cards"] for name in re.findall(r'<img src="([^"]+)"', question)}
    assert shown == set(found["media"])


def test_a_question_about_the_graph_does_not_show_it(tmp_path: Path) -> None:
    asked = {question.kind: number for number, question in enumerate(level(6).questions)}
    cards = imported(tmp_path, package([level(6)], tmp_path))["cards"]
    assert 'src="graph-' not in cards[asked["graph"]][0]
    assert 'src="graph-' in cards[asked["values"]][0]


def test_packages_made_apart_come_together(tmp_path: Path) -> None:
    first = package([level(4), level(6)], tmp_path, "first")
    second = package([level(6), level(6, 2)], tmp_path, "second")
    found = imported(tmp_path, first, second, package([level(6, 1, "ja")], tmp_path, "ja"))
    four, six = len(level(4).questions), len(level(6).questions)
    assert [count for count, *_ in found["counts"]] == [four + six, four + 2 * six, four + 3 * six]
    assert len({models for *_, models in found["counts"]}) == 1
    assert found["decks"] == ["Back-propagation on graphs", "計算グラフと逆伝播"]


def test_a_card_asks_in_front_and_answers_behind(tmp_path: Path) -> None:
    exercise = level(4)
    found = imported(tmp_path, package([exercise], tmp_path))
    assert len(found["cards"]) == len(exercise.questions)
    for question, (front, back) in zip(exercise.questions, found["cards"], strict=True):
        assert front.count(r"\(") == front.count(r"\)") > 0
        assert front[front.index("</style>") :] in back
        assert "Worked solution" in back
        assert "Worked solution" not in front
        assert ("Typical mistakes" in back) == any(field.wrong for field in question.fields)
        assert front.count("<details>") == len(question.hints)
        assert not re.search(r"\{\{|None|&amp;lt;", re.sub(r"\\\(.*?\\\)", "", back))


def test_statements_of_a_formula_stand_apart(tmp_path: Path) -> None:
    found = imported(tmp_path, package([level(4)], tmp_path))
    assert all(r"\)&emsp;\(" in front or "\\)\u2003\\(" in front for front, _ in found["cards"])


def test_the_same_exercises_are_the_same_bytes() -> None:
    made = files([level(4), level(6)], "x", "apkg")
    assert [data for _, data in made] == [data for _, data in files([level(4), level(6)], "y", "apkg")]
    with zipfile.ZipFile(io.BytesIO(made[0][1])) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_names_of_nodes_are_no_markup(tmp_path: Path) -> None:
    found = imported(tmp_path, package([replace(own("L = where(x < y, x*x, 3*y)"), lang="en")], tmp_path))
    assert all("x < y" not in side for card in found["cards"] for side in card)
    assert any("x &lt; y" in side for card in found["cards"] for side in card)


def test_without_genanki_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "genanki", None)
    with pytest.raises(MissingPartError, match="genanki"):
        files([level(1)], "x", "apkg")
