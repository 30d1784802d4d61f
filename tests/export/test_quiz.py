"""The questions of a quiz: what each step brings, and numbers that mistakes lead to, also for other inputs."""

from __future__ import annotations

import pytest

from graphviz_ad.explain.stories import Teller
from graphviz_ad.export.player.document import document
from graphviz_ad.export.player.quiz import Quiz, forward_mistakes
from graphviz_ad.items.quantities import Quantity
from graphviz_ad.misconceptions.mutants import Mistake
from graphviz_ad.values import Value
from tests.diagram.cases import NEURON, Case, deck_of, trace_of
from tests.export.test_html import README, data_of

SOFTMAX: Case = (
    "h = W @ x + b; p = softmax(h); L = -log(p[1])",
    {"W": [[1, 2], [3, 4], [0.1, 0.2]], "x": [1.0, -1.0], "b": [0.1, 0.2, 0.3]},
)


def page_of(case: Case, *, quiz: bool) -> str:
    drawn = deck_of(case)
    return document(drawn, range(len(drawn.frames)), lambda done: None, quiz=quiz).decode()


@pytest.mark.parametrize("case", [README, NEURON, SOFTMAX])
def test_every_step_that_computes_is_asked_for(case: Case) -> None:
    data = data_of(page_of(case, quiz=True))
    trace = trace_of(case)
    asked = {index for index, questions in enumerate(data["quiz"]["questions"]) if questions}
    partial = {step.k for step in trace.steps if step.kind == "accumulate" and step.count < step.of}  # type: ignore[union-attr]
    assert asked == {step.k for step in trace.steps} - partial


def test_a_page_that_is_no_quiz_has_none_of_its_data() -> None:
    assert "quiz" not in data_of(page_of(README, quiz=False))


def test_no_wrong_number_looks_like_the_right_one_or_another() -> None:
    quiz = Quiz(Teller(trace_of(README), "en", 4))
    for step in quiz.trace.steps:
        for question in quiz.asked(step):
            numbers = [question["right"], *(ref for ref, _, _ in question["wrong"])]
            for at, number in enumerate(numbers):
                assert isinstance(number, float)
                assert all(abs(number - other) > 0.009 * abs(number) for other in numbers[:at])  # type: ignore[operator]


def test_a_planted_mistake_is_a_wrong_number_with_its_sentence() -> None:
    trace = trace_of(README)
    node = trace.graph.output

    def planted(trace: object) -> Value:
        return 123.0

    mistakes = [*forward_mistakes(trace, node), (Mistake("forget a term", ""), (node, None), planted)]
    quiz = Quiz(Teller(trace, "en", 4))
    (question,) = quiz.question("value", Quantity("value", node), iter(mistakes))
    wrong = [(name, place) for ref, name, place in question["wrong"] if ref == 123.0]
    assert wrong == [(quiz.names["forget a term"], str(node))]


def test_the_sentences_are_those_of_the_marker() -> None:
    data = data_of(page_of(README, quiz=True))["quiz"]
    english = [texts[0] for texts in data["sentences"]]
    assert "On the edge {x} → {out} the local derivative alone was sent back" in " ".join(english)
    for questions in data["questions"]:
        for question in questions:
            for _, sentence, place in question["wrong"]:
                names = {part.split("}")[0] for part in english[sentence].split("{")[1:]}
                assert names <= set(data["fillings"][place])
