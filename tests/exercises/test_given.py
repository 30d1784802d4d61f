"""A student finds every given number in the text of every hand-out, however large the array, since pictures leave some out."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from contextlib import closing

import pytest

from graphviz_ad import parse
from graphviz_ad.exercises.formats import banks
from graphviz_ad.exercises.making import of_formula
from graphviz_ad.exercises.registry import HANDOUTS, Files, Sheet
from graphviz_ad.exercises.sheets.handout import files
from graphviz_ad.items.model import Exercise
from graphviz_ad.language import numbers
from tests.exercises.reading import pdf_pages

SHAPES = {"X": (6, 5), "w": (5,)}
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")
KINDS = sorted(HANDOUTS.keys() - {"json"})


@pytest.fixture(scope="module")
def large() -> Exercise:
    return of_formula(parse("L = mean((X @ w + b)^2)"), 1, shapes=SHAPES, asked=("values", "inputs"), digits=3)


def texts(kind: str, handouts: Files) -> str:
    """Files of a hand-out → the words in them that are seen."""
    words = []
    for name, data in handouts:
        if name.endswith(".pdf"):
            words += [] if "pictures" in name else pdf_pages(data)
        elif name.endswith(".apkg"):
            with zipfile.ZipFile(io.BytesIO(data)) as package, closing(sqlite3.connect(":memory:")) as base:
                base.deserialize(package.read("collection.anki2"))
                words += [fields for (fields,) in base.execute("select flds from notes")]
        elif name.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                words += [package.read(member).decode() for member in package.namelist() if member.endswith(".xml")]
        elif name.endswith(".ipynb"):
            words += ["".join(cell["source"]) for cell in json.loads(data)["cells"]]
        elif not name.endswith((".svg", ".png")):
            words.append(data.decode())
    return re.sub(r'alt="[^"]*"|<[^>]*>|&NoBreak;|\$', "", "\n".join(words)).replace("−", "-")


def given_in(exercise: Exercise, text: str) -> set[str]:
    """Exercise and a text → the inputs whose numbers stand in it one after the other."""
    shown, trace = _NUMBER.findall(text), exercise.trace
    names = set()
    for name, node in trace.graph.inputs.items():
        value = trace.values[node]
        flat = [value] if isinstance(value, float) else value.ravel().tolist()
        wanted = [numbers.exact(entry) for entry in flat]
        starts = range(len(shown) - len(wanted) + 1)
        names |= {name} if any(shown[at : at + len(wanted)] == wanted for at in starts) else set()
    return names


SHEETS: tuple[tuple[str, Sheet], ...] = tuple(
    (kind, sheet) for kind in KINDS for sheet in (("blank",) if HANDOUTS[kind].keyed else ("blank", "key", "solution"))
)


@pytest.mark.parametrize(("kind", "sheet"), SHEETS)
def test_every_given_number_stands_in_the_text(kind: str, sheet: Sheet, large: Exercise) -> None:
    if kind == "apkg":
        pytest.importorskip("genanki")
    assert given_in(large, texts(kind, files([large], "sheet", kind, sheet))) == {"X", "w", "b"}


@pytest.mark.parametrize("kind", ["pdf", "md", "tex", "html", "ipynb"])
def test_a_given_array_that_is_elided_is_missed(kind: str, large: Exercise, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "is_elided", lambda *value: False)
    assert given_in(large, texts(kind, files([large], "sheet", kind))) == {"b"}


@pytest.mark.parametrize("kind", ["moodle.xml", "gift", "qti.zip", "qti21.zip", "prairielearn"])
def test_an_elided_array_of_a_bank_is_missed(kind: str, large: Exercise, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(banks, "_value", numbers.text)
    assert given_in(large, texts(kind, files([large], "sheet", kind))) == {"b"}
