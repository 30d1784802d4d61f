"""What CONTRIBUTING shows is run: an operation of one row, a format of one module and one entry, a kind of question."""

from __future__ import annotations

import re
import sys
from configparser import ConfigParser
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from graphviz_ad import parse
from graphviz_ad.exercises.levels import Template
from graphviz_ad.exercises.questions.kinds import KINDS, Kind
from graphviz_ad.exercises.questions.numbers import Asker
from graphviz_ad.exercises.registry import HANDOUTS
from graphviz_ad.exercises.registry import table as hand_outs
from graphviz_ad.export import registry
from graphviz_ad.export.registry import DECKS
from graphviz_ad.language.parser import _Parser
from graphviz_ad.messages.catalogue import languages, say
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.table import BY_NAME
from tests.conftest import size
from tests.exercises.test_kinds import forgotten

HERE = Path(__file__).parents[1]
TEXT = (HERE / "CONTRIBUTING.md").read_text(encoding="utf-8")


def example(title: str) -> str:
    """The comment in its first line → an example of CONTRIBUTING."""
    (example_text,) = re.findall(rf"(?s)```python\n# {title}\n(.*?)```", TEXT)
    return str(example_text)


def test_an_operation_is_one_row() -> None:
    known: dict[str, object] = {}
    exec(
        "from graphviz_ad.ops.operation import Operation\nfrom graphviz_ad.ops.writing import raised\n"
        "from graphviz_ad.language.markup import X_ATOM, power",
        known,
    )
    row = eval(example("an operation"), known)
    bound = BoundOperation(row, (), BY_NAME.__getitem__)
    assert bound.scalar is not None
    assert bound.scalar(2.0) == 8.0
    assert bound.vjp(1.0, 2.0, 8.0) == (12.0,)


def test_a_format_is_a_module_and_an_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("graphviz_ad.export.text.plain")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(registry, "DECKS", DECKS)
    monkeypatch.setitem(DECKS, "txt", DECKS["md"])  # taken back afterwards
    known: dict[str, object] = {"DECKS": DECKS, "Format": registry.Format}
    exec("from graphviz_ad.diagram.slides import slides", known)
    exec(example("a format of decks"), known)
    module.deck = known["deck"]  # type: ignore[attr-defined]
    path = tmp_path / "deck.txt"
    parse("y = w*x").run(w=2, x=3).save(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 3
    assert "y" in lines[1]
    assert "  .txt" in registry.table()


@pytest.mark.slow
def test_a_kind_of_question_is_a_function_and_an_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "fan_out", KINDS["order"])  # taken back afterwards
    monkeypatch.setattr(Asker, "say", lambda self, key, **fillings: (("text", f"{key} {fillings.get('n', '')}"),))
    known: dict[str, object] = {"KINDS": KINDS, "Kind": Kind, "Template": Template}
    exec("from graphviz_ad.items.model import Field, Number, Question", known)
    exec(example("a kind of question"), known)
    assert forgotten("fan_out") == [f"messages: 'kind.fan_out' is missing in {lang}" for lang in languages()]


@pytest.mark.parametrize("suffix", HANDOUTS)
def test_the_guide_names_every_format_of_hand_outs(suffix: str) -> None:
    assert f".{suffix}" in (HERE / "gallery" / "exercises.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("suffix", HANDOUTS)
def test_the_help_names_every_format_of_hand_outs(suffix: str) -> None:
    assert f"\n  .{suffix} " in f"\n{hand_outs()}"


@pytest.mark.parametrize("suffix", DECKS)
def test_the_page_of_decks_names_every_format(suffix: str) -> None:
    assert f".{suffix}" in (HERE / "gallery" / "decks.md").read_text(encoding="utf-8"), "run python -m gallery.make"


@pytest.mark.parametrize("suffix", DECKS)
def test_every_format_has_a_test_of_its_own(suffix: str) -> None:
    name = DECKS[suffix].module.rpartition(".")[2]
    tests = " ".join(path.read_text(encoding="utf-8") for path in (HERE / "tests" / "export").rglob("test_*.py"))
    assert re.search(rf"""["'.]{re.escape(suffix)}["']""", tests), f"write tests/export/test_{name}.py"


@pytest.mark.parametrize(
    ("asked", "keyword", "expected"),
    [
        (["tests"], "", "usual"), (["tests"], "NAME", "all"),
        (["tests/test_docs.py", "tests/test_site.py::test"], "", "all"),
    ],
)  # fmt: skip
def test_what_is_asked_for_by_name_is_run_whole(asked: list[str], keyword: str, expected: str) -> None:
    """A new row would else be among the cases that are left out."""
    invocation = SimpleNamespace(dir=HERE)
    config = SimpleNamespace(args=asked, invocation_params=invocation, getoption={"keyword": keyword}.get)
    assert size(config) == expected  # type: ignore[arg-type]


def untold_keys(script: str, listed: str) -> list[str]:
    """The table of keys in a script, and the sentence that tells them → the keys that it leaves out, or that do nothing.

    A capital letter comes with Shift, which the player leaves to the browser; everybody knows Escape.
    """
    names = {"ArrowLeft": "←", "ArrowRight": "→", " ": "Space", "Escape": ""}
    (table,) = re.findall(r"const keys = \{\n(.*?)\n +\};", script, re.DOTALL)
    keys = [quoted or plain for quoted, plain in re.findall(r'(?:"([^"]+)"|(\w+)): "', table)]
    places = {key: re.search(rf"(?<!\w){re.escape(names.get(key, key).upper())}(?!\w)", listed.upper()) for key in keys}
    return [key for key in keys if not places[key] or re.fullmatch("[A-Z]", key)]


def test_every_key_of_the_player_is_told() -> None:
    script = (HERE / "graphviz_ad" / "export" / "player" / "player.js").read_text(encoding="utf-8")
    assert untold_keys(script, say("player.hint", "en")) == [], "name it in the text player.hint"
    planted = script.replace('End: "last"', 'End: "last", e: "last", p: "last", "$": "last", G: "last"')
    assert untold_keys(planted, "← → Home End Space, E end") == ["p", "$", "G"]


def test_every_dependency_is_explained() -> None:
    setup = ConfigParser()
    setup.read(HERE / "setup.cfg", encoding="utf-8")
    lists = [setup["options"]["install_requires"], *setup["options.extras_require"].values()]
    names = {name for text in lists for name in re.findall(r"^([\w-]+)", text, re.MULTILINE)} - {"graphviz-ad"}
    table = TEXT.partition("## What each dependency is for")[2].partition("\n## ")[0]
    assert {name for name in names if not re.search(rf"(?<![\w-]){name}(?![\w-])", table)} == set()


def test_what_is_named_is_there() -> None:
    """Commands, and paths from the top of the repository."""
    modules = [name.replace(".", "/") for name in re.findall(r"python -m ((?:gallery|tests)[\w.]+)", TEXT)]
    paths = re.findall(r"(?<![\w/])(?:tests|gallery|graphviz_ad|\.ci)/[\w/.-]*[\w/]", TEXT)
    assert len(modules) > 8 < len(paths)
    lacking = [name for name in modules if not (HERE / f"{name}.py").exists() and not (HERE / name).is_dir()]
    generated = ("graphviz_ad/messages/locale/fr.po", "_build", "/trace/1")
    assert lacking + [path for path in paths if not (HERE / path).exists() and not path.endswith(generated)] == []


def test_the_chain_of_the_parser_is_as_it_is_told() -> None:
    chain = [base.__module__.rpartition(".")[2] for base in reversed(_Parser.mro())]
    (listed,) = re.findall(r"`parser`, a chain of classes: (.*?)\)", TEXT, re.DOTALL)
    assert re.findall(r"`(\w+)`", listed) == chain[chain.index("stack") : -1]
