"""The house: a module imports only from the rows above it, and each outside library has one door."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphviz_ad.export.registry import DECKS

ROOT = Path(__file__).parent.parent

ROWS = (
    ("source", "errors", "installing", "lazy", "values", "workers"),
    ("language",),
    ("data",),
    ("ops",),
    ("graph",),
    ("autodiff",),
    ("tracing",),
    ("messages",),
    ("explain",),
    ("code",),
    ("check",),
    ("capture",),
    ("training",),
    ("items",),
    ("misconceptions",),
    ("diagram",),
    ("export",),
    ("notebook", "documents"),
    ("exercises",),
    ("course",),
    ("api",),
    ("magics", "markdown", "pytorch", "sphinx"),
)
"""Modules and packages of graphviz_ad; each row imports from itself and from those before it, also within functions."""

DOORS = {
    "pygraphviz": {"graphviz_ad/diagram/run_dot.py"},
    "graphviz": {
        "graphviz_ad/diagram/dot_lines.py",
        "graphviz_ad/diagram/run_dot.py",
        "graphviz_ad/export/text/dot.py",
    },
    "typst": {"graphviz_ad/diagram/typeset.py", "graphviz_ad/diagram/find_fonts.py"},
    "torch": {
        "graphviz_ad/check/torch_operations.py",
        *(
            f"graphviz_ad/capture/{part}.py"
            for part in (
                "calls",
                "captured",
                "comparison",
                "composites",
                "files",
                "functions",
                "losses",
                "moving",
                "naming",
                "opaque",
                "pieces",
                "places",
                "recorder",
                "recording",
                "records",
                "sliding",
                "writing",
            )
        ),
    },
    "networkx": {"graphviz_ad/graph/views.py", "graphviz_ad/check/paths.py"},
    "click": {"cli"},
    "anywidget": {"graphviz_ad/notebook/widget.py"},
    "IPython": {"graphviz_ad/magics.py"},
    "docutils": {"graphviz_ad/sphinx.py"},
    "sphinx": {"graphviz_ad/sphinx.py"},
    "markdown": {"graphviz_ad/markdown.py"},
    "matplotlib": {"graphviz_ad/export/run/figures"},
}
"""Outside libraries, and where they may be imported."""

COMMAND = "graphviz_ad/__main__.py"
"""What `python -m graphviz_ad` runs: the one module that knows the command line."""

FORMATS = {f"graphviz_ad.export.{format.module}" for format in DECKS.values()}
"""Modules that make decks, which know nothing of one another."""

MAX_LINES = 300

MODULES = sorted(path for package in ("graphviz_ad", "cli") for path in (ROOT / package).rglob("*.py"))
SCRIPTS = sorted((ROOT / "graphviz_ad").rglob("*.js"))


def name_of(path: Path) -> str:
    """Path of a module → its path in the repository."""
    return path.relative_to(ROOT).as_posix()


def row_of(module: str) -> int:
    """graphviz_ad.diagram.paint → the number of its row; the package's front door comes last of all."""
    parts = module.split(".")
    part = parts[1] if len(parts) > 1 else ""
    return next((number for number, row in enumerate(ROWS) if part in row), len(ROWS))


def imported(tree: ast.AST, *, late: bool) -> Iterator[str]:
    """Syntax tree → the modules it imports, not counting those for type checking; with `late` also within functions."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() if not late:
                continue
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                waiting.extend(node.orelse)
                continue
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom():
                module = "." * node.level + (node.module or "")
                yield module
                if module == "graphviz_ad":
                    yield from (f"{module}.{alias.name}" for alias in node.names)
            case ast.Call(
                func=ast.Name(id="import_module" | "lazy") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str() as module)],
            ):
                yield module
        waiting.extend(ast.iter_child_nodes(node))


def faults(name: str, text: str) -> list[str]:
    """Name and text of a module → what it imports that it may not."""
    tree = ast.parse(text)
    problems = []
    if name.startswith("graphviz_ad/"):
        own = name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        for module in imported(tree, late=True):
            known = any(module.split(".")[1:2] == [part] for row in ROWS for part in row)
            if module.startswith("graphviz_ad.") and known and row_of(module) > row_of(own):
                problems.append(f"{name} imports {module}, which is below it")
            if module.startswith("."):
                problems.append(f"{name} imports {module} from beside it")
            if module.split(".")[0] in ("cli", "graphviz_ad_cli") and name != COMMAND:
                problems.append(f"{name} imports {module}")
            if own in FORMATS and module in FORMATS:
                problems.append(f"{name} imports its neighbour {module}")
    for module in imported(tree, late=True):
        library = module.split(".")[0]
        if library in DOORS and not any(name == door or name.startswith(f"{door}/") for door in DOORS[library]):
            problems.append(f"{name} imports {library}")
    return problems


def test_there_are_modules() -> None:
    assert len(MODULES) > 60


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_only_from_above(path: Path) -> None:
    assert faults(name_of(path), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("library", DOORS)
def test_every_door_is_used(library: str) -> None:
    for door in DOORS[library]:
        paths = [ROOT / door] if door.endswith(".py") else [*(ROOT / door).rglob("*.py")]
        used = {
            module.split(".")[0]
            for path in paths
            for module in imported(ast.parse(path.read_text(encoding="utf-8")), late=True)
        }
        assert library in used


def test_every_part_of_the_house_has_a_row() -> None:
    package = ROOT / "graphviz_ad"
    parts = {path.stem for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert parts - {"__init__", "__main__"} == {part for row in ROWS for part in row}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("graphviz_ad/language/x.py", "from graphviz_ad.ops.operation import Operation", "graphviz_ad/language/x.py imports graphviz_ad.ops.operation, which is below it"),
        ("graphviz_ad/language/x.py", "from graphviz_ad import ops", "graphviz_ad/language/x.py imports graphviz_ad.ops, which is below it"),
        ("graphviz_ad/graph/x.py", "def f():\n    import graphviz_ad_cli.main", "graphviz_ad/graph/x.py imports graphviz_ad_cli.main"),
        ("graphviz_ad/export/text/marp.py", "def f():\n    from graphviz_ad.export.text.markdown import deck", "graphviz_ad/export/text/marp.py imports its neighbour graphviz_ad.export.text.markdown"),
        ("graphviz_ad/export/x.py", "from .dot import digraph", "graphviz_ad/export/x.py imports .dot from beside it"),
        ("graphviz_ad/diagram/x.py", "def f():\n    import torch.nn", "graphviz_ad/diagram/x.py imports torch"),
        ("graphviz_ad/graph/x.py", "import click", "graphviz_ad/graph/x.py imports click"),
    ],
)  # fmt: skip
def test_a_planted_import_is_seen(name: str, text: str, expected: str) -> None:
    assert faults(name, text) == [expected]


def test_an_import_within_a_function_is_seen_one_for_types_is_allowed() -> None:
    late = "def f():\n    from graphviz_ad.export import deck\n"
    assert faults("graphviz_ad/graph/x.py", late) == [
        "graphviz_ad/graph/x.py imports graphviz_ad.export, which is below it"
    ]
    types = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from graphviz_ad.diagram import paint\n"
    assert faults("graphviz_ad/graph/x.py", types) == []


@pytest.mark.parametrize("path", [*MODULES, *SCRIPTS], ids=name_of)
def test_no_module_is_long(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= MAX_LINES, f"{name_of(path)} has {lines} lines: take a part out that can be named"


@pytest.mark.parametrize("path", sorted((ROOT / "graphviz_ad").rglob("__init__.py")), ids=name_of)
def test_every_package_says_what_becomes_what_there_and_names_its_surface(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "a line that says what becomes what here"
    (listed,) = [
        node.value for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__"
    ]  # fmt: skip
    for name in ast.literal_eval(listed) if path.parent.name != "graphviz_ad" else ():
        assert (path.parent / f"{name}.py").exists() or (path.parent / name).is_dir(), f"there is no {name}"
