"""Marks with all diagnoses that are possible → the same with the likely ones, and feedback in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from graphviz_ad.exercises.marking.marks import Mark
from graphviz_ad.explain.phrase import gap, phrase
from graphviz_ad.items.model import Diagnosis, Exercise, Text
from graphviz_ad.misconceptions.diagnose import explained

_AGAIN = {"mark.carried.trivial": "mark.carried", "mark.trivial": "mark.trivial.again"}
"""Sentences that are said of the first field alone, with what is said of the others."""


def settled(exercise: Exercise, marks: Mapping[str, Mark]) -> dict[str, Mark]:
    """Marks with all diagnoses → the same with those that explain most of the sheet, and feedback in words."""
    votes = Counter(diagnosis for mark in marks.values() for diagnosis in mark.diagnoses)
    firm = {diagnosis for mark in marks.values() if not mark.feedback for diagnosis in mark.diagnoses}
    against: Counter[Diagnosis] = Counter()
    is_contested = any(len(mark.diagnoses) > 1 for mark in marks.values())
    for mark in marks.values():
        if is_contested and mark.verdict == "right":
            against.update({diagnosis for wrong in mark.field.wrong for diagnosis in wrong.diagnoses})
    final = {}
    for name, mark in marks.items():
        if not mark.diagnoses and (mark.feedback or mark.verdict != "wrong"):
            final[name] = mark
            continue
        ranks = {diagnosis: against[diagnosis] - votes[diagnosis] for diagnosis in mark.diagnoses}
        first = min(ranks.values(), default=0)
        best = tuple(diagnosis for diagnosis in mark.diagnoses if ranks[diagnosis] == first)
        if mark.feedback and best:  # it follows from a number of one's own: a slip is named if it leads to that one too
            best = tuple(diagnosis for diagnosis in best if diagnosis in firm)
        feedback = mark.feedback if mark.feedback and not best else _feedback(exercise, mark, best)
        final[name] = replace(mark, diagnoses=best, feedback=feedback)
    return _without_repetition(final, exercise.lang)


def _without_repetition(marks: Mapping[str, Mark], lang: str) -> dict[str, Mark]:
    """Marks with their feedback → the same, in which a long sentence that would be repeated is said shorter."""
    final = dict(marks)
    for key, again in _AGAIN.items():
        sentence = phrase(key, lang)
        for name in [name for name, mark in marks.items() if mark.feedback == sentence][1:]:
            final[name] = replace(marks[name], feedback=phrase(again, lang))
    return final


def _feedback(exercise: Exercise, mark: Mark, diagnoses: tuple[Diagnosis, ...]) -> Text:
    """Mark and its diagnoses → what the student reads of a wrong answer."""
    if mark.verdict != "wrong":
        return ()
    if not diagnoses:
        return phrase("mark.unmatched.alone", exercise.lang)  # no solution stands in a report
    return explained(exercise.trace, diagnoses, exercise.lang)


def revealed(exercise: Exercise, mark: Mark) -> Mark:
    """A mark that is not right → the same, with the right answer in its feedback."""
    from graphviz_ad.exercises.sheets.key import right_text

    if mark.verdict == "right":
        return mark
    sentence = phrase("mark.right", exercise.lang, right=right_text(mark.field, exercise.digits))
    return replace(mark, feedback=(*mark.feedback, *gap(exercise.lang), *sentence))
