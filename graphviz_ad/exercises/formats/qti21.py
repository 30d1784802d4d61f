"""Exercises → QTI 2.1 in a zip: an item for each question of each variant, with feedback for each known wrong number.

A number is right within an absolute tolerance; fields of one item are marked on their own and their points added.
Source: https://www.imsglobal.org/question/qtiv2p1/imsqti_infov2p1.html
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from graphviz_ad.exercises.formats.banks import (
    Picture,
    decimal,
    has_pictures,
    ident,
    known_mistakes,
    on_options,
    opening,
    option_picture,
    paragraphs,
    picture,
    tagged,
    titled,
    words,
)
from graphviz_ad.exercises.formats.packing import archive, element, legal, manifest, xml
from graphviz_ad.exercises.formats.spellings import remarks as unspelled
from graphviz_ad.exercises.formats.spellings import spellings
from graphviz_ad.exercises.record import dumps
from graphviz_ad.exercises.registry import Files, Sheet
from graphviz_ad.exercises.sheets.key import letter_of, right_text
from graphviz_ad.explain.phrase import phrase
from graphviz_ad.items.model import Choice, Exercise, Field, Formula, Number, Question, Text
from graphviz_ad.language.mathml import MATHML, math
from graphviz_ad.messages.catalogue import say, tag

_QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
"""Namespace of QTI 2.1, which each item has to name."""
_MATHML = "http://www.w3.org/1998/Math/MathML"
"""Namespace of MathML, which each formula has to name."""
_UNMATCHED = "UNMATCHED"
"""Identifier of the feedback on a wrong answer that no known mistake leads to."""
_NUMBER_LENGTH, _FORMULA_LENGTH = 10, 30
"""Characters that fields for a number and for a formula have room for."""


def handout(exercises: Sequence[Exercise], name: str, sheet: Sheet) -> Files:
    """Exercises → one zip to import."""
    files: dict[str, bytes] = {}
    root, resources = manifest(f"g{ident(*map(dumps, exercises))}", "QTIv2.1 Package", "1.0.0")
    for number, exercise in enumerate(exercises, 1):
        blank = picture(exercise, "numbered")
        for question in exercise.questions:
            key = f"g{ident(dumps(exercise), str(number))}-{question.name}"
            item = _Item(exercise, question, key, f"{titled(name, number, len(exercises))} {question.name}", blank)
            files[f"{key}.xml"] = item.document()
            resource = element(resources, "resource", identifier=key, type="imsqti_item_xmlv2p1", href=f"{key}.xml")
            element(resource, "file", href=f"{key}.xml")
            for drawn in item.pictures:
                element(resource, "file", href=f"images/{drawn.name}")
                files[f"images/{drawn.name}"] = drawn.data
    return [(f"{name}.qti21.zip", archive({"imsmanifest.xml": xml(root), **files}))]


def remarks(exercises: Sequence[Exercise]) -> list[str]:
    """Exercises → what QTI 2.1 cannot mark."""
    return unspelled(exercises, "the platform")


class _Item:
    """Builds an item: declarations, body, processing and feedback, field by field."""

    def __init__(self, exercise: Exercise, question: Question, key: str, title: str, blank: Picture) -> None:
        self.exercise, self.question, self.lang = exercise, question, exercise.lang
        self.pictures = [] if has_pictures(question) else [blank]  # which would tell
        self.share = decimal(question.points / len(question.fields))
        self.root = element(None, "assessmentItem", xmlns=_QTI, identifier=key, title=title)
        self.root.set("adaptive", "false")
        self.root.set("timeDependent", "false")
        self.declared, self.processing = list[ET.Element](), element(None, "responseProcessing")
        self.feedback: dict[str, str] = {}
        self.body = element(None, "itemBody")

    def document(self) -> bytes:
        """→ the item as a file."""
        div = self._div(self.body, self._opening())
        for number, field in enumerate(self.question.fields, 1):
            self._field(div, field, f"RESPONSE{number}")
        rubric = element(self.body, "rubricBlock", view="scorer tutor")
        self._div(rubric, self._solution())
        self.root.extend(self.declared)
        self._outcomes()
        self.root.append(self.body)
        self.root.append(self.processing)
        for name, feedback in self.feedback.items():
            shown = element(self.root, "modalFeedback", outcomeIdentifier="FEEDBACK", identifier=name, showHide="show")
            self._div(shown, feedback)
        return xml(self.root)

    # -- words -----------------------------------------------------------------------------------

    def _div(self, parent: ET.Element, markup: str) -> ET.Element:
        """XHTML that is well-formed → an element of it, in the language of the exercise."""
        div = _read(f'<div xml:lang="{tag(self.lang)}">{markup}</div>')
        parent.append(div)
        return div

    def _opening(self) -> str:
        lang = self.lang
        lines = [
            *opening(self.exercise, self.question.fields, pictured=not has_pictures(self.question)),
            *(picture.img("images/") for picture in self.pictures),
            f"<strong>{_markup(self.question.prompt)}</strong>",
        ]
        if any(isinstance(field.response, Formula) for field in self.question.fields):
            lines.append(words(say("quiz.spelling", lang)))
        given = "".join(f"<li>{_markup(line)}</li>" for line in self.question.given)
        return paragraphs(lines) + (f"<ul>{given}</ul>" if given else "")

    def _solution(self) -> str:
        right = ("; ".join(right_text(field, self.exercise.digits) for field in self.question.fields),)
        heading = f"<strong>{words(say('quiz.solution', self.lang))}</strong>"
        return paragraphs([heading, *map(words, right), *map(_markup, self.question.solution)])

    # -- fields ----------------------------------------------------------------------------------

    def _field(self, div: ET.Element, field: Field, name: str) -> None:
        condition = element(self.processing, "responseCondition")
        match field.response:
            case Number(right, tolerance):
                self._declare(name, "float", decimal(right))
                self._entry(div, field, name, _NUMBER_LENGTH)
                self._when(condition, _equal(name, right, tolerance))
                for count, mistake in enumerate(known_mistakes(self.exercise, field), 1):
                    key = f"{name}_{count}"
                    self.feedback[key] = paragraphs([_labelled(field, _markup(mistake.feedback))])
                    self._when(condition, _equal(name, mistake.answer, mistake.tolerance), key)
                self._otherwise(condition, name, _markup(phrase("mark.unmatched", self.lang)))
            case Formula(right):
                texts = spellings(right)
                self._declare(name, "string", texts[0])
                self._entry(div, field, name, _FORMULA_LENGTH)
                self._when(condition, _spelled(name, texts))
                self._otherwise(condition, name, words(say("quiz.unspelled", self.lang)))
            case Choice(_, right):
                self._declare(name, "identifier", letter_of(right))
                self._choice(div, field, field.response, name)
                self._when(condition, _correct(name))
                for number, sentence in on_options(self.exercise, field).items():
                    key = f"{name}_{letter_of(number)}"
                    self.feedback[key] = paragraphs([_labelled(field, _markup(sentence))])
                    self._when(condition, _chosen(name, letter_of(number)), key)

    def _declare(self, name: str, kind: str, right: str) -> None:
        declaration = element(None, "responseDeclaration", identifier=name, cardinality="single", baseType=kind)
        element(element(declaration, "correctResponse"), "value", right)
        self.declared.append(declaration)

    def _entry(self, div: ET.Element, field: Field, name: str, length: int) -> None:
        label = tagged(field, f"{_markup(field.label)} = " if field.label else "")
        line = _read(f"<p>{label}</p>")
        element(line, "textEntryInteraction", responseIdentifier=name, expectedLength=str(length))
        div.append(line)

    def _choice(self, div: ET.Element, field: Field, choice: Choice, name: str) -> None:
        asked = element(div, "choiceInteraction", responseIdentifier=name, shuffle="false", maxChoices="1")
        if field.label:
            asked.append(_read(f"<prompt>{tagged(field, _markup(field.label))}</prompt>"))
        for number, option in enumerate(choice.options):
            text = _markup(option.text)
            if option.formula is not None:
                shown = option_picture(option, number, self.lang)
                self.pictures.append(shown)
                text = f"{text} {shown.img('images/')}"
            key = letter_of(number)
            asked.append(_read(f'<simpleChoice identifier="{key}">{text}</simpleChoice>'))

    # -- processing ------------------------------------------------------------------------------

    def _when(self, condition: ET.Element, expression: ET.Element, feedback: str | None = None) -> None:
        """Add a case to a field's condition, which gives the points or shows a feedback."""
        branch = element(condition, "responseElseIf" if len(condition) else "responseIf")
        branch.append(expression)
        outcome = "FEEDBACK" if feedback else "SCORE"
        joined = element(element(branch, "setOutcomeValue", identifier=outcome), "multiple" if feedback else "sum")
        element(joined, "variable", identifier=outcome)
        element(joined, "baseValue", feedback or self.share, baseType="identifier" if feedback else "float")

    def _otherwise(self, condition: ET.Element, name: str, feedback: str) -> None:
        """Add the last case to a field's condition: any other answer, unless there is none."""
        answered = element(None, "not")
        element(element(answered, "isNull"), "variable", identifier=name)
        self.feedback[_UNMATCHED] = paragraphs([feedback])
        self._when(condition, answered, _UNMATCHED)

    def _outcomes(self) -> None:
        for name, value in (("SCORE", "0"), ("MAXSCORE", decimal(self.question.points))):
            outcome = element(self.root, "outcomeDeclaration", identifier=name, cardinality="single", baseType="float")
            element(element(outcome, "defaultValue"), "value", value)
        element(self.root, "outcomeDeclaration", identifier="FEEDBACK", cardinality="multiple", baseType="identifier")


def _equal(name: str, value: float, tolerance: float) -> ET.Element:
    same = element(None, "equal", toleranceMode="absolute", tolerance=f"{decimal(tolerance)} {decimal(tolerance)}")
    element(same, "variable", identifier=name)
    element(same, "baseValue", decimal(value), baseType="float")
    return same


def _chosen(name: str, letter: str) -> ET.Element:
    same = element(None, "match")
    element(same, "variable", identifier=name)
    element(same, "baseValue", letter, baseType="identifier")
    return same


def _spelled(name: str, texts: Sequence[str]) -> ET.Element:
    either = element(None, "or")
    for text in texts:
        same = element(either, "stringMatch", caseSensitive="true")
        element(same, "variable", identifier=name)
        element(same, "baseValue", text, baseType="string")
    return either


def _correct(name: str) -> ET.Element:
    same = element(None, "match")
    element(same, "variable", identifier=name)
    element(same, "correct", identifier=name)
    return same


def _read(markup: str) -> ET.Element:
    """XHTML that is well-formed → an element, with its mathematics in a namespace without a prefix."""
    root = ET.fromstring(legal(markup))  # noqa: S314 - written by ourselves
    for node in root.iter():
        if node.tag.startswith(f"{{{_MATHML}}}"):
            node.tag = node.tag.partition("}")[2]
            if node.tag == "math":
                node.set("xmlns", _MATHML)
    return root


def _markup(text: Text) -> str:
    """Words with mathematics → XHTML, with formulas as MathML."""
    return "".join(
        words(piece[1])
        if piece[0] == "text"
        else math(piece[1].write(MATHML)).replace("<math>", f'<math xmlns="{_MATHML}">', 1)
        for piece in text
    )


def _labelled(field: Field, feedback: str) -> str:
    return f"{_markup(field.label)}: {feedback}" if field.label else feedback
