"""Trace → a report that puts every number beside the same number from elsewhere.

A partner that was not run is never counted as agreement: a report is only ok where a partner ran.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.check.comparison import Comparison, Kind, NotRun
from graphviz_ad.check.complex_step import with_complex_step
from graphviz_ad.check.finite_difference import with_finite_differences
from graphviz_ad.check.paths import with_paths
from graphviz_ad.check.torch_partner import with_torch
from graphviz_ad.errors import MissingPartError, UnknownNameError, nearest
from graphviz_ad.language import numbers
from graphviz_ad.source import width
from graphviz_ad.values import Value

PARTNERS: dict[str, Callable[[Trace], Iterable[Comparison]]] = {
    "torch": with_torch,
    "complex-step": with_complex_step,
    "finite-difference": with_finite_differences,
    "paths": with_paths,
}
"""Who is asked, by the name the command line knows, in the order of the report."""

_OF: dict[Kind, str] = {"value": "value", "gradient": "gradient", "local": "edge"}
"""What a row is about, in a word."""

MAX_AGREEING_ROWS = 40
"""Rows that agree, above which a table counts them instead."""


@dataclass(frozen=True, slots=True)
class PartnerSummary:
    """One partner: how many of its rows had which verdict, or why it was not run."""

    name: str
    agree: int = 0
    differ: int = 0
    inconclusive: int = 0
    not_run: int = 0
    reason: str = ""

    @property
    def ran(self) -> bool:
        """Whether it settled anything at all."""
        return self.agree + self.differ > 0

    def __str__(self) -> str:
        if self.reason:
            return f"{self.name}: not run: {self.reason}"
        parts = [f"{self.agree} agree"]
        for count, word in ((self.differ, "differ"), (self.inconclusive, "inconclusive"), (self.not_run, "not run")):
            if count:
                parts.append(f"{count} {word}")
        return f"{self.name}: {', '.join(parts)}"


@dataclass(frozen=True)
class Report:
    """All comparisons, and which partners were run; `str` is a table, `json` the same for programs."""

    rows: tuple[Comparison, ...]
    partners: tuple[PartnerSummary, ...]

    @property
    def ok(self) -> bool:
        """Whether at least one partner ran and nothing differs. "Not run" is not ok."""
        return any(partner.ran for partner in self.partners) and not self.differing

    @cached_property
    def differing(self) -> tuple[Comparison, ...]:
        """The rows that differ."""
        return tuple(row for row in self.rows if row.verdict == "differs")

    def __str__(self) -> str:
        return self.text()

    def text(self, shown: int = MAX_AGREEING_ROWS, digits: int = numbers.DEFAULT_DIGITS) -> str:
        """Report → an aligned table: all that does not agree, `shown` rows that do, and a line per partner."""
        kept, left_out = [], 0
        for row in self.rows:
            if row.verdict == "ok" and shown <= 0:
                left_out += 1
                continue
            shown -= row.verdict == "ok"
            kept.append(_cells(row, digits))
        lines = _aligned([("partner", "of", "what", "ours", "theirs", "difference", "verdict"), *kept]) if kept else []
        if left_out:
            lines.append(f"… and {left_out} more that agree")
        return "\n".join([*lines, *([""] if lines else []), *map(str, self.partners)])

    def json(self) -> dict[str, object]:
        """Report → what `check --json` writes; arrays are nested lists, numbers not finite are strings."""
        return {
            "schema": "graphviz-ad/check/1",
            "ok": self.ok,
            "partners": [
                {
                    "name": p.name, "ran": p.ran, "reason": p.reason or None, "agree": p.agree,
                    "differ": p.differ, "inconclusive": p.inconclusive, "not_run": p.not_run,
                }
                for p in self.partners
            ],
            "rows": [
                {
                    "partner": r.partner, "what": r.what, "kind": r.kind, "node": r.node, "slot": r.slot,
                    "ours": _json(r.ours), "theirs": _json(r.theirs), "difference": _json(r.difference),
                    "verdict": r.verdict, "note": r.note or None,
                }
                for r in self.rows
            ],
        }  # fmt: skip


def check(trace: Trace, partners: Sequence[str] | None = None) -> Report:
    """Trace → the report of the partners named, or of all that can run.

    Raises UnknownNameError for a partner that is not known, MissingPartError where one that was asked for by name
    is not installed.
    """
    for name in partners or ():
        if name not in PARTNERS:
            near = nearest(name, PARTNERS)
            hint = f"did you mean '{near}'?" if near else f"the partners are {', '.join(PARTNERS)}"
            raise UnknownNameError(f"there is no partner '{name}' to check with", hint=hint)
    trace = trace.passes or trace  # an update is no part of a derivative
    rows: list[Comparison] = []
    summaries: list[PartnerSummary] = []
    for name in dict.fromkeys(partners or PARTNERS):
        try:
            comparisons = tuple(PARTNERS[name](trace))
        except MissingPartError as missing:
            if partners:
                raise
            summaries.append(PartnerSummary(name, reason=f"{missing.message} ({missing.hint})"))
        except NotRun as reason:
            summaries.append(PartnerSummary(name, reason=str(reason)))
        else:
            rows += comparisons
            summaries.append(_count(name, comparisons))
    return Report(tuple(rows), tuple(summaries))


def _count(name: str, rows: Sequence[Comparison]) -> PartnerSummary:
    verdicts = [row.verdict for row in rows]
    ok, differs, unsure, out = (verdicts.count(v) for v in ("ok", "differs", "inconclusive", "not run"))
    return PartnerSummary(name, ok, differs, unsure, out, reason="" if rows else "there is nothing to compare")


def _cells(row: Comparison, digits: int) -> tuple[str, ...]:
    """Row → its cells; numbers that differ are written with as many digits as it takes to see it."""
    if row.verdict == "not run":
        return row.partner, _OF[row.kind], row.what, _text(row.ours, digits), "", "", f"not run: {row.note}"
    ours, theirs = _text(row.ours, digits), _text(row.theirs, digits)
    while row.verdict == "differs" and ours == theirs and digits < 17:
        digits += 1
        ours, theirs = _text(row.ours, digits), _text(row.theirs, digits)
    apart = "" if row.difference is None else numbers.number(row.difference, 2)
    verdict = row.verdict + (f" ({row.note})" if row.note else "")
    return row.partner, _OF[row.kind], row.what, ours, theirs, apart, verdict


def _text(value: Value | None, digits: int) -> str:
    return "none" if value is None else numbers.text(value, digits)


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows of cells → lines in columns; the headings are underlined."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return [lines[0], "─" * max(map(width, lines)), *lines[1:]]


def _json(value: Value | list[Any] | None) -> object:
    if value is None or isinstance(value, float):
        return value if value is None or math.isfinite(value) else str(value)
    return [_json(entry) for entry in value.tolist()] if not isinstance(value, list) else [_json(v) for v in value]
