"""What CONTRIBUTING shows is run: an operation of one row, a format of one module and one entry."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from graphviz_ad import parse
from graphviz_ad.export import registry
from graphviz_ad.export.registry import DECKS
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.table import BY_NAME

HERE = Path(__file__).parents[1]
TEXT = (HERE / "CONTRIBUTING.md").read_text(encoding="utf-8")


def example(title: str) -> str:
    """The comment in its first line → an example of CONTRIBUTING."""
    (found,) = re.findall(rf"(?s)```python\n# {title}\n(.*?)```", TEXT)
    return str(found)


def test_an_operation_is_one_row() -> None:
    known: dict[str, object] = {}
    exec("from graphviz_ad.ops.operation import Operation\nfrom graphviz_ad.ops.writing import raised", known)
    row = eval(example("an operation"), known)
    bound = BoundOperation(row, (), BY_NAME.__getitem__)
    assert bound.scalar is not None
    assert bound.scalar(2.0) == 8.0
    assert bound.pull(1.0, 2.0, 8.0) == (12.0,)


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


@pytest.mark.parametrize("suffix", DECKS)
def test_the_readme_names_every_format(suffix: str) -> None:
    assert f".{suffix}" in (HERE / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("suffix", DECKS)
def test_every_format_has_a_test_of_its_own(suffix: str) -> None:
    name = DECKS[suffix].module.rpartition(".")[2]
    tests = " ".join(path.read_text(encoding="utf-8") for path in (HERE / "tests").rglob("test_*.py"))
    assert f'"{suffix}"' in tests or f".{suffix}" in tests, f"write tests/export/test_{name}.py"
