"""The learning rate of every update, as the schedule has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_ad.export.run.figures.labels import joined_sentences, run_label, run_text, short
from graphviz_ad.export.run.figures.registry import Subject, Words
from graphviz_ad.lazy import lazy

if TYPE_CHECKING:
    import numpy as np

    from graphviz_ad.export.run.figures.drawing import Sheet
else:
    np = lazy("numpy")

_POINTS = 200


def draw(sheet: Sheet, subject: Subject) -> Words:
    """Runs → a line of rates for each."""
    (axes,) = sheet.grid(1, 1, aspect=0.55)
    handles, sentences = [], []
    for line, run, parts in zip(sheet.lines(len(subject.runs)), subject.runs, subject.distinctions):
        rates = run.settings.rates
        updates = np.unique(np.linspace(1, len(rates), _POINTS).round().astype(int))
        (drawn,) = axes.plot(updates, rates[updates - 1], **line.look)
        handles.append((drawn, run_label(parts, sheet.lang)))
        first, last, largest = (short(float(rate)) for rate in (rates[0], rates[-1], rates.max()))
        named = run_text(parts, sheet.lang)
        sentences.append(sheet.sentence("plot.schedule.run", run=named, first=first, last=last, largest=largest))
    axes.set_ylim(bottom=0)
    sheet.name(axes, sheet.words("plot.axis.updates"), sheet.words("plot.axis.rate", eta="eta"))
    if len(handles) > 1:
        sheet.legend(handles)
    return Words(sheet.sentence("plot.schedule"), joined_sentences(sentences, sheet.lang))
