"""Marks of a course → what a class found hard: a page that names no student, and tables of questions and likenesses."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from importlib.util import find_spec

from graphviz_ad.course import submissions
from graphviz_ad.course.items import BINS, FEWEST, Analysis, Item, analysis
from graphviz_ad.course.keys import KeyRing
from graphviz_ad.course.likeness import Likeness, likenesses
from graphviz_ad.course.plan import Course
from graphviz_ad.course.results import Results
from graphviz_ad.course.submissions import Submission
from graphviz_ad.course.teaching import Lesson, lessons
from graphviz_ad.course.verdicts import Verdict, read_verdicts
from graphviz_ad.exercises.marking.class_page import STYLE
from graphviz_ad.exercises.marking.reports import safe_cell
from graphviz_ad.export.run.figures.bars import Bar, bars
from graphviz_ad.messages.catalogue import say, tag

_MAX_PLACES = 20
"""Lines of the table of mistakes of a sheet."""
_OWN_STYLE = """
pre { white-space: pre-wrap; padding: .6rem .8rem; background: #f3f5f7; border-radius: 4px; }
table { margin: .6rem 0; }
.lesson { border-inline-start: 4px solid #0a5fa8; padding-inline-start: 1rem; margin: 1rem 0; }
.lesson h3, .lesson p { margin: .2rem 0; }
"""


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of a class: each sheet, what to teach again, who has the same wrong answers as whom."""

    analyses: tuple[Analysis, ...]
    lessons: tuple[Lesson, ...]
    likenesses: tuple[Likeness, ...]


def report(course: Course, results: Results) -> Report:
    """Course and results → the report, of first attempts."""
    first = _first_attempts(course)
    analyses = tuple(
        analysis(sheet, verdicts, _late(results, sheet), course.rules) for sheet, verdicts in first.items() if verdicts
    )
    sheets = {sheet.name: sheet for sheet in course.sheets}
    alike = [pair for sheet, verdicts in first.items() for pair in likenesses(sheet, verdicts)]
    return Report(analyses, tuple(lessons(analyses, sheets, first, KeyRing(course))), tuple(alike))


def files(course: Course, summary: Report) -> list[tuple[str, bytes]]:
    """Course and its report → files with their names; only `likeness.csv` names students."""
    names = {student.id: student.name for student in course.students}
    content = [asdict(part) for part in summary.analyses]
    document = {
        "schema": "graphviz-ad/items/1",
        "sheets": content,
        "lessons": [asdict(part) for part in summary.lessons],
    }
    return [
        ("report.html", page(course, summary).encode()),
        ("items.csv", _items_table(summary.analyses).encode("utf-8-sig")),
        ("mistakes.csv", _mistakes_table(summary.analyses, course.lang).encode("utf-8-sig")),
        ("likeness.csv", _likeness_table(summary.likenesses, names).encode("utf-8-sig")),
        ("items.json", (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()),
    ]


def _first_attempts(course: Course) -> dict[str, dict[str, Verdict]]:
    """Course → the verdict on the first attempt of each student at each sheet."""
    known: dict[tuple[str, str], list[Verdict]] = defaultdict(list)
    for verdict in read_verdicts(course.marks).values():
        known[verdict.attempt, verdict.version].append(verdict)
    attempts: dict[tuple[str, str], list[Submission]] = defaultdict(list)
    for attempt in submissions.read(course.marks):
        if (attempt.digest, attempt.version) in known:
            attempts[attempt.sheet, attempt.student].append(attempt)
    first_verdicts: dict[str, dict[str, Verdict]] = {sheet: {} for sheet in course.rules.sheets}
    for (sheet, student), several in attempts.items():
        if sheet in first_verdicts:
            earliest = min(several, key=lambda attempt: attempt.submitted)  # the first of several without a time
            first_verdicts[sheet][student] = known[earliest.digest, earliest.version][-1]
    return first_verdicts


def _late(results: Results, sheet: str) -> int:
    return sum(score.days > 0 for score in results.scores.get(sheet, {}).values())


def page(course: Course, summary: Report) -> str:
    """Course and its report → HTML; it begins with what to teach again."""
    lang = course.lang
    title = " · ".join(filter(None, (course.title, say("report.title", lang))))
    body = [f"<h1>{escape(title)}</h1>", f"<h2>{say('report.lead', lang)}</h2>"]
    body += [_lesson(part, lang) for part in summary.lessons] or [f"<p>{say('report.lead.none', lang)}</p>"]
    body += [f"<h2>{say('report.weeks', lang)}</h2>", _weeks(summary.analyses, lang)]
    for part in summary.analyses:
        body += _sheet(part, lang)
    return (
        f'<!DOCTYPE html>\n<html lang="{tag(lang)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}{_OWN_STYLE}</style></head>"
        f"<body><main>{''.join(body)}</main></body></html>\n"
    )


def _lesson(lesson: Lesson, lang: str) -> str:
    who = say("report.who", lang).format(sheet=lesson.sheet, n=lesson.students, of=lesson.of, place=lesson.place)
    slides = f"<p>{say('report.teach', lang)}</p><pre>{escape(lesson.command)}</pre>" if lesson.command else ""
    return (
        f'<div class="lesson"><h3>{escape(say(f"mistake.{lesson.mistake}", lang))}</h3><p>{escape(who)}</p>'
        f"<p>{escape(lesson.says)}</p>{slides}</div>"
    )


def _weeks(analyses: Sequence[Analysis], lang: str) -> str:
    heading = ("sheet", "handed", "late", "mean", "median", "common")
    rows = [
        (
            analysis.sheet, analysis.students, analysis.late, _percent(analysis.mean), _percent(analysis.median),
            say(f"mistake.{analysis.mistakes[0].mistake}", lang) if analysis.mistakes else "–",
        )
        for analysis in analyses
    ]  # fmt: skip
    return _table([say(f"report.{word}", lang) for word in heading], rows)


def _sheet(analysis: Analysis, lang: str) -> list[str]:
    """Analysis of a sheet → its part of the page."""
    parts = [f"<h2>{escape(analysis.sheet)}</h2>"]
    if find_spec("matplotlib") is not None:
        parts += [f"<figure>{svg}</figure>" for svg in _figures(analysis, lang)]
    heading = [say(f"report.{word}", lang) for word in ("question", "facility", "discrimination")]
    parts.append(_table(heading, [_item(item, lang) for item in analysis.items]))
    notes = [say("report.note", lang).format(n=FEWEST)]
    if analysis.consistency is not None and analysis.students >= FEWEST:
        ratio = analysis.error_ratio or 0.0
        notes.append(say("report.consistency", lang).format(alpha=f"{analysis.consistency:.0f}", ratio=f"{ratio:.0f}"))
    if analysis.unexplained is not None:
        notes.append(say("report.unexplained", lang).format(share=f"{100 * analysis.unexplained:.0f}"))
    parts += [f"<p>{escape(note)}</p>" for note in notes]
    places = [
        (say(f"mistake.{count.mistake}", lang), place, students, _percent(count.mean))
        for count in analysis.mistakes
        for place, students in count.places
    ]
    if places:
        heading = [say(key, lang) for key in ("class.mistake", "class.place", "class.students", "report.mean")]
        parts += [f"<h3>{say('report.places', lang)}</h3>", _table(heading, places[:_MAX_PLACES])]
    return parts


def _figures(analysis: Analysis, lang: str) -> list[str]:
    """Analysis of a sheet → its distribution and the facility of its questions as pictures."""
    names = [f"{100 * n // BINS}–{100 * (n + 1) // BINS}" for n in range(BINS)]
    counts = ", ".join(f"{name} %: {count}" for name, count in zip(names, analysis.bins, strict=True) if count)
    description = say("report.distribution.said", lang).format(sheet=analysis.sheet, bins=counts)
    spread = bars(
        [Bar(name, count) for name, count in zip(names, analysis.bins, strict=True)], say("report.distribution", lang),
        say("class.students", lang), title=analysis.sheet, description=description, lang=lang,
    )  # fmt: skip
    listed = ", ".join(f"{item.question} {_percent(item.facility)}" for item in analysis.items)
    description = say("report.facility.said", lang).format(sheet=analysis.sheet, items=listed)
    hard = bars(
        [Bar(item.question, item.facility, item.facility_interval) for item in analysis.items],
        say("report.question", lang), say("report.facility", lang), title=analysis.sheet, description=description,
        lang=lang, top=1.0,
    )  # fmt: skip
    return [spread.svg(), hard.svg()]


def _item(item: Item, lang: str) -> tuple[str, str, str]:
    low, high = item.facility_interval
    facility = f"{_percent(item.facility)} ({_percent(low)} … {_percent(high)})"
    if item.discrimination is None:
        return f"{item.question} ({say(f'kind.{item.kind}', lang)})", facility, "–"
    interval = item.discrimination_interval
    between = "" if interval is None else f" ({interval[0]:.0f} … {interval[1]:.0f})"
    word = f", {say(f'report.{item.verdict}', lang)}" if item.verdict else ""
    return f"{item.question} ({say(f'kind.{item.kind}', lang)})", facility, f"{item.discrimination:.0f}{between}{word}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    head = "".join(f'<th scope="col">{escape(word)}</th>' for word in heading)
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _items_table(analyses: Sequence[Analysis]) -> str:
    heading = ["sheet", "question", "kind", "students", "facility", "facility low", "facility high", "discrimination",
               "discrimination low", "discrimination high", "efficiency", "verdict"]  # fmt: skip
    rows = [
        [analysis.sheet, item.question, item.kind, item.students,
         *map(_number, (item.facility, *item.facility_interval)),
         *map(_number, (item.discrimination, *(item.discrimination_interval or (None, None)), item.efficiency)),
         item.verdict]
        for analysis in analyses
        for item in analysis.items
    ]  # fmt: skip
    return _csv(heading, rows)


def _mistakes_table(analyses: Sequence[Analysis], lang: str) -> str:
    rows = [
        [
            analysis.sheet,
            say(f"mistake.{count.mistake}", lang),
            place,
            students,
            count.students,
            analysis.students,
            _number(count.mean),
        ]
        for analysis in analyses
        for count in analysis.mistakes
        for place, students in count.places
    ]
    return _csv(["sheet", "mistake", "place", "students there", "students", "of", "mean share"], rows)


def _likeness_table(pairs: Sequence[Likeness], names: Mapping[str, str]) -> str:
    what = {"wrong": "the same wrong answers to other sheets", "sheet": "the first answered the sheet of the second"}
    rows = [
        [pair.sheet, pair.first, names.get(pair.first, ""), pair.second, names.get(pair.second, ""), len(pair.fields),
         " ".join(pair.fields), what[pair.kind]]
        for pair in pairs
    ]  # fmt: skip
    return _csv(["sheet", "id", "name", "id of the other", "name of the other", "count", "fields", "what"], rows)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _csv(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(heading)
    writer.writerows(map(safe_cell, row) for row in rows)
    return out.getvalue()
