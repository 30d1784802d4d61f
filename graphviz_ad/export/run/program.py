"""A run as a program for PyTorch that makes it again: as a teacher writes it, and it ends with an assertion.

It needs torch and numpy alone. What was typed is in it as a comment only; names are made ones of Python.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.passes import forward, prepared
from graphviz_ad.errors import OutputError
from graphviz_ad.export.run.data_beside import Data, data_of
from graphviz_ad.export.run.torch_code import TorchCode, identifiers, literal, tensor
from graphviz_ad.graph.build import parse
from graphviz_ad.lazy import lazy
from graphviz_ad.training.optimizers import in_torch
from graphviz_ad.training.run import Run
from graphviz_ad.training.schedules import SCHEDULES
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_OWN = frozenset((
    "BATCH", "EXAMPLES", "F", "SEED", "batch_loss", "batches", "csv", "dict", "epoch", "expected", "file", "float",
    "group", "len", "list", "loss", "name", "np", "open", "optimizer", "order", "ours", "parameter", "parameters",
    "print", "range", "rate", "row", "rows", "start", "table", "theirs", "torch", "update", "zip",
))  # fmt: skip
"""Names that the program needs itself."""
_MAX_ENTRIES = 20_000
"""Numbers of all parameters up to which their first and last values stand in the program."""
_MAX_LINE_CHARACTERS = 110
"""Of a line with numbers; more of them go on in the next."""


def content(run: Run) -> bytes:
    """Run → the program, which reads what does not stand in it from `run.data.csv`."""
    return files(run, "run.py")["run.py"]


def files(run: Run, path: str, lang: str = "en") -> dict[str, bytes]:
    """Run and the path of the program → it, and beside it the file it reads if there has to be one, by their paths.

    Raises OutputError where there are too many parameters or data.
    """
    entries = sum(np.size(value) for value in run.model.start.values())
    if entries > _MAX_ENTRIES:
        hint = "save the run as csv or json"
        raise OutputError(f"{entries} numbers of parameters are too many for a program to be read", hint=hint)
    data = data_of(run.model, path)
    text = "\n".join(_Program(run, data).lines()) + "\n"
    beside = {os.path.join(os.path.dirname(path), data.file): data.content} if data.file and data.content else {}
    return {path: text.encode(), **beside}


class _Program:
    """The lines of the program, part by part."""

    def __init__(self, run: Run, data: Data) -> None:
        self.run, self.data = run, data
        self.model, self.settings = run.model, run.settings
        rows = run.rows(1)
        graph = self.model.sized(rows)
        self.names = identifiers(list(dict.fromkeys((*graph.inputs, *graph.names))), _OWN)
        self.inputs = [self.names[name] for name in self.model.columns]
        self.code = TorchCode(graph, self.model.values(rows, self.model.start), self.names)
        last = run.rows(self.settings.batches.an_epoch)
        self.rest = TorchCode(self.model.sized(last), self.model.values(last, self.model.start), self.names)

    def lines(self) -> list[str]:
        """→ the whole program."""
        body = [
            *self._data(), "", *self._parameters(), "", "", *self._loss(), "", "", *self._batches(), "",
            *self._rate(), *self._descent(), "", *self._end(),
        ]  # fmt: skip
        return [*self._head(any("F." in line for line in body)), "", *body]

    def _head(self, functional: bool) -> list[str]:
        """→ what the program is, as comments, and its imports."""
        formula = [_comment(f"    {line}") for line in self.model.graph.source.text.splitlines()]
        optimizer = "; ".join(self.settings.optimizer.statements)
        lines = [
            "# Descent in PyTorch on the loss", *formula, f"# by {_comment(optimizer)[2:]}",
            f"# {'with the batches, and ' if self.inputs else ''}to the parameters, that graphviz_ad had.",
        ]  # fmt: skip
        lines += ["import csv", ""] if self.data.file else []
        libraries = [
            *(["numpy as np"] if self.inputs else []),
            "torch",
            *(["torch.nn.functional as F"] if functional else []),
        ]
        lines += [f"import {library}" for library in libraries]
        return [*lines, "", "torch.set_default_dtype(torch.float64)"]

    def _data(self) -> list[str]:
        """→ the columns as tensors."""
        lines = [f"# The data: {len(self.model.table)} examples."] if self.inputs else []
        if self.data.file is None:
            for name, column in self.model.columns.items():
                lines += _array(self.names[name], self.data.columns[column])
        else:
            assert self.data.headers is not None
            file = json.dumps(self.data.file, ensure_ascii=False)
            lines += [f'with open({file}, encoding="utf-8-sig", newline="") as file:']
            lines += ["    table = list(csv.DictReader(file))"]
            for name, column in self.model.columns.items():
                cells = [
                    f"float(row[{json.dumps(header, ensure_ascii=False)}])" for header in self.data.headers[column]
                ]
                is_matrix = self.data.columns[column].ndim > 1
                value = f"[{', '.join(cells)}]" if is_matrix else cells[0]
                lines.append(f"{self.names[name]} = torch.tensor([{value} for row in table])")
        for name, kept in self.model.fixed.items():
            lines += ["", "# What stays as it is."] if name == next(iter(self.model.fixed)) else []
            lines += _array(self.names[name], np.asarray(kept, dtype=float))
        return lines

    def _parameters(self) -> list[str]:
        """→ the parameters with their first values."""
        lines = ["# The parameters, as they are at the start."]
        for name, value in self.model.start.items():
            lines += _array(self.names[name], np.asarray(value, dtype=float))
        listed = ", ".join(self.names[name] for name in self.model.start)
        return [*lines, f"parameters = [{listed}]", "for parameter in parameters:", "    parameter.requires_grad_()"]

    def _loss(self) -> list[str]:
        """→ the function that is the formula."""
        columns = ", ".join(self.inputs)
        of = "The examples of a batch → its loss." if self.inputs else "The parameters, as they are → the loss."
        lines = [f"def batch_loss({columns}):", f'    """{of}"""']
        lines += [f"    {self.names[name]} = len({self.inputs[0]})" for name in self.model.counts]
        if (self.rest.lines, self.rest.output) != (self.code.lines, self.code.output):
            lines.append(f"    if len({self.inputs[0]}) < BATCH:  # the last one of an epoch")
            lines += [f"        {line}" for line in (*self.rest.lines, f"return {self.rest.output}")]
        return [*lines, *(f"    {line}" for line in (*self.code.lines, f"return {self.code.output}"))]

    def _batches(self) -> list[str]:
        """→ the function that deals out the examples."""
        if not self.inputs:
            return []
        batches = self.settings.batches
        lines = [f"EXAMPLES, BATCH, SEED = {batches.examples}, {batches.size}, {batches.seed}", "", ""]
        lines += [
            "def batches(epoch):",
            '    """Number of an epoch, from 0 → the numbers of the examples, batch by batch."""',
        ]
        if batches.size == batches.examples or not batches.shuffle:
            lines.append("    order = np.arange(EXAMPLES)")
        else:
            lines.append("    order = np.random.default_rng([SEED, epoch]).permutation(EXAMPLES)")
        end = "EXAMPLES - BATCH + 1" if batches.drop_last else "EXAMPLES"
        return [*lines, f"    for start in range(0, {end}, BATCH):", "        yield order[start : start + BATCH]", ""]

    @property
    def _has_schedule(self) -> bool:
        return SCHEDULES.get(self.settings.schedule, self.settings.schedule) != "η"

    def _rate(self) -> list[str]:
        """→ the function that is the schedule, where the rate changes."""
        if not self._has_schedule:
            return []
        text = SCHEDULES.get(self.settings.schedule, self.settings.schedule)
        given = {"η": self.settings.rate, "t": 1.0, "T": 1.0, "e": 0.0}
        graph = parse(text, given=given)
        graph, values = prepared(graph, {name: value for name, value in given.items() if name in graph.inputs})
        names = identifiers(
            list(dict.fromkeys((*graph.inputs, *graph.names))), {"torch", "F", "update", "epoch", "rate"}
        )
        code = TorchCode(graph, forward(graph, values), names)
        meaning = {
            "η": repr(self.settings.rate),
            "t": "float(update)",
            "T": f"{len(self.settings.rates)}.0",
            "e": "float(epoch)",
        }
        lines = [
            "def rate(update, epoch):",
            '    """Number of an update, from 1, and epochs done → the learning rate."""',
        ]
        lines += [f"    {names[name]} = torch.tensor({meaning[name]})" for name in graph.inputs]
        lines += [f"    {line}" for line in code.lines]
        return [*lines, f"    return float({code.output})", "", ""]

    def _descent(self) -> list[str]:
        """→ the loop."""
        settings, run = self.settings, self.run
        name, options = in_torch(settings.optimizer)
        arguments = ", ".join([f"lr={settings.rate!r}", *(f"{key}={value!r}" for key, value in options.items())])
        rows = ", ".join(f"{column}[rows]" for column in self.inputs)
        lines = [f"optimizer = torch.optim.{name}(parameters, {arguments})", "update = 0"]
        lines += [f"for epoch in range({settings.epochs}):", *(["    for rows in batches(epoch):"] if rows else [])]
        begin = len(lines)
        if run.updates < len(settings.rates):
            lines += [f"        if update == {run.updates}:  # where the run ended", "            break"]
        lines += ["        update += 1"]
        if self._has_schedule:
            lines += ["        for group in optimizer.param_groups:", '            group["lr"] = rate(update, epoch)']
        lines += ["        optimizer.zero_grad()", f"        loss = batch_loss({rows})", "        loss.backward()"]
        if "G" in settings.optimizer.constants:
            norm = settings.optimizer.constants["G"]
            lines.append(f"        torch.nn.utils.clip_grad_norm_(parameters, {norm!r})")
        lines.append("        optimizer.step()")
        return lines if rows else [*lines[:begin], *(line.removeprefix("    ") for line in lines[begin:])]

    def _end(self) -> list[str]:
        """→ the comparison with the run."""
        lines = ["# The same as graphviz_ad has, but for rounding.", "expected = {"]
        final = self.run.final
        for name in self.model.start:
            lines += _wrapped(f'    "{self.names[name]}": ', literal(final[name]), ",")
        lines += ["}", "for (name, theirs), ours in zip(expected.items(), parameters, strict=True):"]
        lines += ['    print(f"{name} = {ours.detach().numpy()}")']
        lines += ["    theirs = torch.tensor(theirs, dtype=torch.float64)"]
        difference = 'f"{name} is {ours}, not {theirs}"'
        return [*lines, f"    assert torch.allclose(ours, theirs, rtol=1e-9, atol=1e-12), {difference}"]


def _array(name: str, value: Array) -> list[str]:
    """Name and value → the lines that make a tensor of it."""
    expression = tensor(float(value) if value.ndim == 0 else value)
    return _wrapped(f"{name} = ", expression, "")


def _wrapped(begin: str, text: str, end: str) -> list[str]:
    """Beginning of a line, numbers in brackets and its end → lines that are not too long."""
    whole = f"{begin}{text}{end}"
    if len(whole) <= _MAX_LINE_CHARACTERS:
        return [whole]
    lines, line = [], begin
    indent = " " * (len(begin) - len(begin.lstrip()) + 4)
    for part in (f"{text}{end}").split(", "):
        if len(line) + len(part) > _MAX_LINE_CHARACTERS and line.strip() != begin.strip():
            lines.append(f"{line.rstrip()}")
            line = indent
        line += f"{part}, "
    return [*lines, line.removesuffix(", ").rstrip()]


def _comment(text: str) -> str:
    """Text that someone typed → a comment of one line."""
    return "# " + "".join(letter if letter.isprintable() else " " for letter in text)
