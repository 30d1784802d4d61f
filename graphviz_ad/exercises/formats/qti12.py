"""Exercises → QTI 1.2 in a zip, as Canvas takes it: a quiz for each variant, an item for each field.

A number is right between two bounds. Canvas takes whatever is bounded from both sides in an `and`, or stands in an
`or`, for a right answer, points or not; so a known wrong number is what is *not* below or above its bounds, which says
the same to a reader of the standard and nothing to Canvas. For Canvas, which has one feedback for all wrong numbers,
that one lists them. Canvas counts answers below 0.0001 as 0, so what asks for such a number is left out.
Source: https://www.imsglobal.org/question/qtiv1p2/imsqti_asi_bindv1p2.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from graphviz_ad.exercises.formats.banks import (
    Picture,
    decimal,
    has_pictures,
    ident,
    known_mistakes,
    markup,
    on_options,
    opening,
    option_picture,
    paragraphs,
    picture,
    solution_lines,
    tagged,
    titled,
    words,
)
from graphviz_ad.exercises.formats.packing import archive, element, manifest, xml
from graphviz_ad.exercises.formats.spellings import remarks as unspelled
from graphviz_ad.exercises.formats.spellings import spellings
from graphviz_ad.exercises.record import dumps
from graphviz_ad.exercises.registry import Files, Sheet
from graphviz_ad.exercises.sheets.key import letter_of
from graphviz_ad.explain.phrase import phrase
from graphviz_ad.items.model import Choice, Exercise, Field, Formula, Number, Question
from graphviz_ad.language import numbers
from graphviz_ad.messages.catalogue import say, tag

_FOLDER = "$IMS-CC-FILEBASE$/images/"
"""What Canvas replaces by the folder of a package's files."""
_MIN_NUMBER = 1e-4
"""Canvas takes what is smaller for 0."""
_KINDS = {"number": "numerical_question", "formula": "short_answer_question", "choice": "multiple_choice_question"}
"""Canvas's types of question by the name of a response."""
_RESPONSE = "response1"
"""Identifier of an item's only field."""


def handout(exercises: Sequence[Exercise], name: str, sheet: Sheet) -> Files:
    """Exercises → one zip to import into a course."""
    files: dict[str, bytes] = {}
    root, resources = manifest(f"g{ident(*map(dumps, exercises))}", "IMS Content", "1.1.3")
    for number, exercise in enumerate(exercises, 1):
        key, pictures = f"g{ident(dumps(exercise), str(number))}", dict[str, Picture]()
        path = f"{key}/{key}.xml"
        files[path] = xml(_assessment(exercise, titled(name, number, len(exercises)), key, pictures))
        resource = element(resources, "resource", identifier=key, type="imsqti_xmlv1p2", href=path)
        element(resource, "file", href=path)
        for drawn in pictures.values():
            element(resource, "dependency", identifierref=_resource(drawn))
            if f"images/{drawn.name}" not in files:
                files[f"images/{drawn.name}"] = drawn.data
                held = element(resources, "resource", identifier=_resource(drawn), type="webcontent")
                held.set("href", f"images/{drawn.name}")
                element(held, "file", href=f"images/{drawn.name}")
    return [(f"{name}.qti.zip", archive({"imsmanifest.xml": xml(root), **files}))]


def remarks(exercises: Sequence[Exercise]) -> list[str]:
    """Exercises → what is not in the file, or cannot be marked there."""
    omitted = {field.name for exercise in exercises for field in exercise.fields if _is_tiny(field)}
    names = ", ".join(sorted(omitted))
    tiny = [f"Canvas takes numbers below {_MIN_NUMBER} for 0: {names} is left out"] if omitted else []
    return tiny + unspelled(exercises, "Canvas")


def _resource(picture: Picture) -> str:
    return f"g{ident(picture.name)}"


def _is_tiny(field: Field) -> bool:
    return isinstance(field.response, Number) and 0 < abs(field.response.right) < _MIN_NUMBER


def _assessment(exercise: Exercise, title: str, key: str, pictures: dict[str, Picture]) -> ET.Element:
    """Exercise → a quiz; the pictures it needs are put into the dictionary, by name."""
    root = element(None, "questestinterop", xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2")
    assessment = element(root, "assessment", ident=key, title=title)
    section = element(assessment, "section", ident="root_section")
    blank = picture(exercise, "numbered")
    pictures[blank.name] = blank
    for question in exercise.questions:
        for field in question.fields:
            if not _is_tiny(field):
                _item(section, exercise, question, field, key, blank, pictures)
    return root


def _item(
    section: ET.Element, exercise: Exercise, question: Question, field: Field, key: str, blank: Picture,
    pictures: dict[str, Picture],
) -> None:  # fmt: skip
    item = element(section, "item", ident=f"{key}_{field.name.replace('.', '_')}", title=field.name)
    kind = type(field.response).__name__.lower()
    metadata = element(element(item, "itemmetadata"), "qtimetadata")
    points = decimal(question.points / len(question.fields))
    for label, entry in (("question_type", _KINDS[kind]), ("points_possible", points)):
        pair = element(metadata, "qtimetadatafield")
        element(pair, "fieldlabel", label)
        element(pair, "fieldentry", entry)
    presentation = element(item, "presentation")
    _material(presentation, "".join(_stem(exercise, question, field, blank)), exercise.lang)
    processing = ET.Element("resprocessing")
    outcomes = element(processing, "outcomes")
    element(outcomes, "decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    feedback: dict[str, str] = {}
    match field.response:
        case Number(right, tolerance):
            _asked(presentation, "Decimal")
            _number(processing, exercise, field, right, tolerance, feedback)
        case Formula(right):
            _asked(presentation, "String")
            _formula(processing, right)
            feedback["general_incorrect_fb"] = words(say("quiz.unspelled", exercise.lang))
        case Choice(_, right):
            _choice(presentation, exercise, field.response, pictures)
            _varequal(_credit(processing), letter_of(right))
            for number, sentence in on_options(exercise, field).items():
                condition = element(processing, "respcondition", **{"continue": "No"})
                _varequal(element(condition, "conditionvar"), letter_of(number))
                _shows(condition, f"{letter_of(number)}_fb")  # as Canvas calls the feedback on an option
                feedback[f"{letter_of(number)}_fb"] = paragraphs([markup(sentence)])
    if "general_incorrect_fb" in feedback:
        other = element(processing, "respcondition", **{"continue": "Yes"})
        element(element(other, "conditionvar"), "other")
        _shows(other, "general_incorrect_fb")
    item.append(processing)
    for name, text in feedback.items():
        _material(element(element(item, "itemfeedback", ident=name), "flow_mat"), text, exercise.lang)
    _help(item, exercise, question)


def _stem(exercise: Exercise, question: Question, field: Field, blank: Picture) -> Iterator[str]:
    drawn = [] if has_pictures(question) else [blank.img(_FOLDER)]  # which would tell
    about = opening(exercise, [field], pictured=bool(drawn))
    yield paragraphs([*about, *drawn, f"<b>{markup(question.prompt)}</b>"])
    if question.given:
        yield f"<ul>{''.join(f'<li>{markup(line)}</li>' for line in question.given)}</ul>"
    if isinstance(field.response, Formula):
        yield paragraphs([words(say("quiz.spelling", exercise.lang))])
    sign = ":" if isinstance(field.response, Choice) else " ="
    yield paragraphs([tagged(field, f"{markup(field.label)}{sign}" if field.label else "")])


def _material(parent: ET.Element, body: str, lang: str) -> None:
    element(element(parent, "material"), "mattext", f'<div lang="{tag(lang)}">{body}</div>', texttype="text/html")


def _asked(presentation: ET.Element, kind: str) -> None:
    """Add a field to write into."""
    response = element(presentation, "response_str", ident=_RESPONSE, rcardinality="Single")
    element(element(response, "render_fib", fibtype=kind), "response_label", ident="answer1")


def _number(
    processing: ET.Element, exercise: Exercise, field: Field, right: float, tolerance: float, feedback: dict[str, str]
) -> None:
    either = element(_credit(processing), "or")
    _varequal(either, decimal(right))
    both = element(either, "and")
    element(both, "vargte", decimal(right - tolerance), respident=_RESPONSE)
    element(both, "varlte", decimal(right + tolerance), respident=_RESPONSE)
    lines = []
    for count, mistake in enumerate(known_mistakes(exercise, field), 1):
        feedback[f"known_{count}"] = paragraphs([markup(mistake.feedback)])
        condition = element(processing, "respcondition", **{"continue": "No"})
        outside = element(element(element(condition, "conditionvar"), "not"), "or")
        element(outside, "varlt", decimal(mistake.answer - mistake.tolerance), respident=_RESPONSE)
        element(outside, "vargt", decimal(mistake.answer + mistake.tolerance), respident=_RESPONSE)
        _shows(condition, f"known_{count}")
        lines.append(f"<li>{numbers.number(mistake.answer, exercise.digits)}: {markup(mistake.feedback)}</li>")
    listed = f"<p>{words(say('quiz.known', exercise.lang))}</p><ul>{''.join(lines)}</ul>" if lines else ""
    rest = paragraphs([markup(phrase("mark.unmatched", exercise.lang))])
    feedback["general_incorrect_fb"] = listed or rest


def _formula(processing: ET.Element, right: str) -> None:
    either = element(_credit(processing), "or")
    for spelling in spellings(right):
        _varequal(either, spelling)


def _choice(presentation: ET.Element, exercise: Exercise, choice: Choice, pictures: dict[str, Picture]) -> None:
    response = element(presentation, "response_lid", ident=_RESPONSE, rcardinality="Single")
    render = element(response, "render_choice")
    for number, option in enumerate(choice.options):
        text = markup(option.text)
        if option.formula is not None:
            shown = option_picture(option, number, exercise.lang)
            pictures[shown.name] = shown
            text = f"{text} {shown.img(_FOLDER)}"
        _material(element(render, "response_label", ident=letter_of(number)), text, exercise.lang)


def _credit(processing: ET.Element) -> ET.Element:
    """Add a condition that gives all points → its element for what an answer has to fulfil."""
    condition = element(processing, "respcondition", **{"continue": "No"})
    condition_variables = element(condition, "conditionvar")
    element(condition, "setvar", "100", action="Set", varname="SCORE")
    return condition_variables


def _varequal(parent: ET.Element, value: str) -> None:
    element(parent, "varequal", value, respident=_RESPONSE)


def _shows(condition: ET.Element, feedback: str) -> None:
    element(condition, "displayfeedback", feedbacktype="Response", linkrefid=feedback)


def _help(item: ET.Element, exercise: Exercise, question: Question) -> None:
    """Add the worked solution and the hints, where the standard has them."""
    solution = element(element(item, "itemfeedback", ident="solution"), "solution")
    lines = list(solution_lines(exercise, [question]))
    _material(element(solution, "solutionmaterial"), paragraphs(lines), exercise.lang)
    if question.hints:
        hint = element(element(item, "itemfeedback", ident="hints"), "hint", feedbackstyle="Multilevel")
        for line in question.hints:
            _material(element(hint, "hintmaterial"), paragraphs([markup(line)]), exercise.lang)
