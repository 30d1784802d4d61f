"""A run as a Jupyter notebook that makes it again: data, descent, diagnosis, an update as a picture, the loss.

The outputs stored are those that running the cells gives, but for the figure, which depends on matplotlib's version.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.passes import run as traced
from graphviz_ad.diagram.draw import draw
from graphviz_ad.diagram.header import written_statements
from graphviz_ad.diagram.symbolic_picture import symbolic_picture
from graphviz_ad.export.run.data_beside import Data, data_of
from graphviz_ad.export.text.cells import Notebook, arguments_of, mapping, pictured, printed, python
from graphviz_ad.language.printer import LATEX
from graphviz_ad.messages.catalogue import SOURCE
from graphviz_ad.training.diagnosis import diagnosis
from graphviz_ad.training.finding import Diagnosis
from graphviz_ad.training.optimizers import optimizer
from graphviz_ad.training.run import Run
from graphviz_ad.training.shown_update import shown_update

if TYPE_CHECKING:
    pass

_OPTIONS = {"μ": "momentum", "λ": "weight_decay", "G": "clip"}
"""Constants of rules that are options of `Graph.train`."""
_CONSTANTS = {"α": "alpha", "β_1": "beta_1", "β_2": "beta_2", "ε": "epsilon"}
"""Those that stand among its `constants`."""
_TIMES = 10
"""How many times as large the rate is in the cell at the end."""
_FIGURE = """import importlib.util

has_matplotlib = importlib.util.find_spec("matplotlib")
run.figure({arguments}) if has_matplotlib else print("python -m pip install matplotlib")"""
"""The loss, where matplotlib is there."""


def content(run: Run) -> bytes:
    """Run → the notebook, which reads what does not stand in it from `run.data.csv`."""
    return files(run, "run.ipynb")["run.ipynb"]


def files(run: Run, path: str, lang: str = SOURCE, shown: int = 1) -> dict[str, bytes]:
    """Run, the path of the notebook, the language of its words, the number of the update that it shows → it, and the
    file it reads if there has to be one.

    Raises OutputError where there are too many data, InputError where there is no such update.
    """
    data = data_of(run.model, path)
    beside = {os.path.join(os.path.dirname(path), data.file): data.content} if data.file and data.content else {}
    return {path: _notebook(run, data, lang, shown), **beside}


def _notebook(run: Run, data: Data, lang: str, shown: int) -> bytes:
    """Run, where its data are, language, the number of an update → the notebook."""
    notebook, graph = Notebook(lang), run.model.graph
    rows = run.rows(1)
    trace = traced(run.model.sized(rows), run.model.inputs(rows, run.model.start), wrt=run.names)
    formula = "\n\n".join(f"$$\n{statement}\n$$" for statement in written_statements(trace, LATEX))
    notebook.text(f"# {notebook.say('run.title')}\n\n{formula}\n\n{notebook.say('run.about')}")
    drawn = pictured(lambda: symbolic_picture(graph), repr(graph))
    notebook.code(f"from graphviz_ad import parse\n\ngraph = parse({arguments_of(graph)})\ngraph", drawn)
    notebook.text(f"## {notebook.say('run.run')}")
    start = mapping({**run.model.start, **run.model.fixed})
    code = f"data = {_data(data)}\nstart = {start}\nhow = {_how(run, data)}\nrun = graph.train(data, start, **how)\nrun"
    notebook.code(code, {"output_type": "execute_result", "metadata": {}, "data": {"text/plain": [repr(run)]}})
    argument = f'lang="{lang}"' if lang != SOURCE else ""
    notebook.text(f"## {notebook.say('run.diagnosis')}")
    notebook.code(f"print(run.diagnosis({argument}))", printed(str(Diagnosis(diagnosis(run), lang))))
    if run.updates:
        notebook.text(f"## {notebook.say('run.update').format(k=shown)}\n\n{notebook.say('run.update.about')}")
        update = draw(shown_update(run, shown), lang=lang)
        notebook.code(f"run.update({shown}).draw({argument})", pictured(lambda: update, update.spoken))
        notebook.text(f"## {notebook.say('run.loss')}\n\n{notebook.say('run.loss.about')}")
        notebook.code(_FIGURE.format(arguments=", ".join(filter(None, ['"loss"', argument]))))
    notebook.text(f"## {notebook.say('run.rate')}\n\n{notebook.say('run.rate.about')}")
    rate = python(run.settings.rate * _TIMES)
    notebook.code(
        f'other = graph.train(data, start, **how | {{"lr": {rate}}})\nprint(other.diagnosis({argument}))\nother'
    )
    return notebook.file(notebook.say("run.title"))


def _data(data: Data) -> str:
    """Data → Python that is them: the path of a file, or the columns; None where there are none."""
    if not data.columns:
        return "None"
    return mapping(data.columns) if data.file is None else json.dumps(data.file, ensure_ascii=False)


def _how(run: Run, data: Data) -> str:
    """Run → the other arguments of `Graph.train`, as far as they are not the usual ones, as a dict in Python."""
    settings, rule = run.settings, run.settings.optimizer
    batches = settings.batches
    usual = optimizer(rule.name).constants
    changed = {letter: value for letter, value in rule.constants.items() if usual.get(letter) != value}
    how: dict[str, object] = {
        "batch": batches.size if batches.size < batches.examples else None,
        "lr": settings.rate, "epochs": settings.epochs, "seed": batches.seed, "optimizer": rule.name,
        **{_OPTIONS[letter]: value for letter, value in changed.items() if letter in _OPTIONS},
    }  # fmt: skip
    constants = {_CONSTANTS[letter]: value for letter, value in changed.items() if letter in _CONSTANTS}
    how |= {"nesterov": True} if rule.nesterov else {}
    how |= {"constants": constants} if constants else {}
    how |= {"schedule": settings.schedule} if settings.schedule != "constant" else {}
    how |= {"drop_last": True} if batches.drop_last else {}
    how |= {"fixed": list(run.model.fixed)} if run.model.fixed else {}
    matrices = {name: list(parts) for name, parts in (data.headers or {}).items() if data.columns[name].ndim > 1}
    how |= {"columns": matrices} if matrices else {}
    lines = [f'"{name}": {_value(value)}' for name, value in how.items() if value is not None]
    return "{\n    " + ",\n    ".join(lines) + ",\n}"


def _value(value: object) -> str:
    """Argument → Python."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {_value(v)}" for key, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return python(value)
