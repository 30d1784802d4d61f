"""The notebook: valid, the same bytes again, code that parses, Markdown and mathematics that say what was typed."""

from __future__ import annotations

import ast
import json
import re
from typing import TypedDict, Unpack

import pytest

from graphviz_ad.api import Trace, parse, run
from graphviz_ad.diagram.picture import Deck, make_style
from graphviz_ad.diagram.style import StyleOptions
from graphviz_ad.export.registry import make
from graphviz_ad.export.text import notebook
from graphviz_ad.graph.graph import Limits
from tests.diagram.cases import CASES, JAPANESE, NEURON, Case
from tests.export.text_decks import COMMENTS, MATRIX, PRODUCT, SPOKEN, deck_files, nasty


class Output(TypedDict):
    """What a cell of code gave: pictures and text by their types."""

    data: dict[str, str | list[str]]
    execution_count: int


class Cell(TypedDict):
    """A cell of a notebook, of the fields of nbformat those that are tested."""

    id: str
    cell_type: str
    source: list[str]
    execution_count: int | None
    outputs: list[Output]


class Book(TypedDict):
    """A notebook, of the fields of nbformat those that are tested."""

    nbformat: int
    nbformat_minor: int
    metadata: dict[str, str]
    cells: list[Cell]


def read(main: bytes) -> Book:
    book: Book = json.loads(main)
    return book


def code_cells(main: bytes) -> list[Cell]:
    return [cell for cell in read(main)["cells"] if cell["cell_type"] == "code"]


def cells(case: Case, kind: str, **options: Unpack[StyleOptions]) -> list[str]:
    all_cells = read(deck_files("ipynb", case, **options)[0])["cells"]
    return ["".join(cell["source"]) for cell in all_cells if cell["cell_type"] == kind]


def test_every_cell() -> None:
    main, pictures = deck_files("ipynb", PRODUCT)
    book = read(main)
    assert pictures == []
    assert (book["nbformat"], book["nbformat_minor"], book["metadata"]["title"]) == (4, 5, "L = w*x")
    texts, code = cells(PRODUCT, "markdown"), cells(PRODUCT, "code")
    assert texts[0].startswith("# Back-propagation, step by step\n\n$$\nL = w x\n$$\n\nThis notebook")
    assert texts[5] == ("### forward · step 1 of 4\n\n$$\nL = w x = 2 \\cdot 3 = 6\n$$\n\nL is the product of w and x.")
    assert texts[-1].startswith(
        "## Change a number\n\nWork out $\\frac{\\partial L}{\\partial w}$ by hand for $w = 3$,"
    )
    assert code == [
        'from graphviz_ad import parse\n\ngraph = parse("L = w*x")\ngraph',
        'values = {"w": 2, "x": 3}\ntrace = graph.run(values)\ntrace',
        "trace.player()",
        *(f"trace.draw(step={k})" for k in range(5)),
        "trace.draw()",
        "print(trace.explain().table())",
        'print(trace.check("complex-step", "finite-difference", "paths"))',
        'other = graph.run(values | {"w": 3})\nprint(other.grad("w"))\nother',
    ]


def test_pictures_are_there_without_running() -> None:
    code = code_cells(deck_files("ipynb", PRODUCT)[0])
    assert [cell["execution_count"] for cell in code] == [*range(1, len(code)), None]
    for cell in code[:8]:
        [output] = cell["outputs"]
        assert output["data"].keys() == {"image/svg+xml", "image/png", "text/plain"}
        assert output["execution_count"] == cell["execution_count"]
    assert ["".join(cell["outputs"][0]["data"]["text/plain"]) for cell in code[3:9]] == SPOKEN
    assert code[-1]["outputs"] == [], "the answer of the exercise is not given away"


def test_of_many_steps_only_one_picture_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "_MAX_SVG_STEPS", 4)
    code = code_cells(deck_files("ipynb", PRODUCT)[0])
    assert code[3]["outputs"][0]["data"].keys() == {"image/png", "text/plain"}
    assert "image/svg+xml" in code[1]["outputs"][0]["data"]


@pytest.mark.parametrize(
    "case", [NEURON, MATRIX, CASES["user functions"], CASES["constants alone"], CASES["not finite"]]
)
def test_nbformat_finds_it_valid(case: Case) -> None:
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    main = deck_files("ipynb", case)[0].decode()
    book = nbformat.reads(main, as_version=4)
    nbformat.validate(book)
    assert nbformat.writes(book) + "\n" == main, "Jupyter would write it as it is"
    broken = nbformat.from_dict({**read(main.encode()), "cells": [{"cell_type": "code", "id": "a"}]})
    with pytest.raises(nbformat.ValidationError):
        nbformat.validate(broken)


def test_the_same_bytes_again() -> None:
    assert deck_files("ipynb", NEURON) == deck_files("ipynb", NEURON)
    names = [cell["id"] for cell in read(deck_files("ipynb", NEURON)[0])["cells"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[0-9a-f]{12}", name) for name in names)


@pytest.mark.parametrize("comment", [*COMMENTS, 'a " b \\" c', '"""', "{0} {x}"])
def test_a_comment_is_only_in_the_formula_and_its_names(comment: str) -> None:
    first, *others = cells(nasty(comment), "code")
    call = ast.parse(first).body[1].value  # type: ignore[attr-defined]
    assert ast.literal_eval(call.args[0]) == nasty(comment)[0]
    assert others == cells(nasty("x"), "code")[1:]
    assert cells(nasty(comment), "markdown") == cells(nasty("x"), "markdown")


def test_the_code_makes_the_same_graph_and_the_same_passes() -> None:
    graph = parse("f(t) = t*tanh(t)\ny = f(x')*[1, 2]", share=True, expand=["tanh"], limits=Limits(drawn=77))
    trace = run(graph, {"x'": 0.25}, upstream=[1, 0.5])
    deck = Deck(trace, make_style())
    code = code_cells(make("ipynb", deck, [0], "", lambda n: None)[0])
    names: dict[str, object] = {}
    for cell in code[:2]:
        exec("".join(cell["source"]), names)
    again = names["trace"]
    assert isinstance(again, Trace)
    assert (again.graph.source, again.graph.asked, again.graph.limits) == (graph.source, graph.asked, Limits(drawn=77))
    assert [str(value) for value in again.grads] == [str(value) for value in trace.grads]
    assert "upstream=[1, 0.5])" in "".join(code[1]["source"])


def test_narrowed_gradients_are_narrowed_again() -> None:
    trace = run(parse("L = w*x + b"), {"w": 1, "x": 2, "b": 3}, wrt=["w", "b"])
    deck = Deck(trace, make_style())
    code = "\n".join("".join(cell["source"]) for cell in read(make("ipynb", deck, [0], "", lambda n: None)[0])["cells"])
    assert 'trace = run(graph, values, wrt=["w", "b"])' in code


def test_numbers_that_are_no_literals() -> None:
    values = cells(("L = x + sum(v)", {"x": float("inf"), "v": [1.0, 2.5]}), "code")[1]
    assert values.startswith('values = {"x": float("inf"), "v": [1, 2.5]}\n')


def test_without_inputs_there_is_nothing_to_change() -> None:
    assert "Change" not in cells(("2*3 + 4", {}), "markdown")[-1]


def test_the_look_is_in_the_code() -> None:
    code = cells(PRODUCT, "code", theme="dark", direction="TB", digits=3)
    look = 'theme="dark", digits=3, direction="TB"'
    assert code[1].endswith(f"\ntrace.draw({look})")
    assert code[2:4] == [f"trace.player({look})", f"trace.draw(step=0, {look})"]
    assert code[-1].endswith(f"other.draw({look})")


@pytest.mark.cjk
def test_japanese() -> None:
    texts = cells(JAPANESE, "markdown", lang="ja")
    assert texts[0].startswith("# 誤差逆伝播を 1 ステップずつ\n\n$$\n")
    assert texts[4].startswith("### 開始\n")
    assert 'trace.explain(lang="ja")' in "".join(cells(JAPANESE, "code", lang="ja"))
