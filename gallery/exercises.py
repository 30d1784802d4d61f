"""`python -m gallery.exercises`: the typical mistakes, computed → the tables of students.md and students-ja.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from graphviz_ad import parse
from graphviz_ad.exercises.making import of_formula
from graphviz_ad.explain.chain import Chain
from graphviz_ad.explain.phrase import plain
from graphviz_ad.export.files import write_atomic
from graphviz_ad.items.model import Choice, Field, Number, tolerance
from graphviz_ad.items.quantities import Quantity, entries
from graphviz_ad.language import numbers
from graphviz_ad.language.assignments import Value
from graphviz_ad.language.printer import DISPLAY
from graphviz_ad.messages.catalogue import say
from graphviz_ad.misconceptions.backward import BACKWARD
from graphviz_ad.misconceptions.collisions import asked_numbers
from graphviz_ad.misconceptions.diagnose import Diagnosis, Slips, feedback
from graphviz_ad.misconceptions.forward import FORWARD
from graphviz_ad.misconceptions.learning import OF_KIND

HERE = Path(__file__).parent
RENEW = "python -m gallery.exercises"
PAGES = {"en": HERE / "students.md", "ja": HERE / "students-ja.md"}
"""The pages whose tables are renewed, by language; what stands round the tables is written by hand."""
BEGIN, END = f"<!-- made by {RENEW} -->\n", "<!-- until here -->\n"
"""Lines before and after a table."""

Case = tuple[str, Mapping[str, Value]]
"""A formula, and the values of its inputs."""

_TWICE: Case = ("z = w*x; L = z^2 + 3*w", {"w": 2, "x": 3})
_ROW: Case = ("z = w*x; L = z^2", {"w": 2, "x": 5})
_BATCH: Case = ("z = X @ w + b; L = sum(z^2)", {"X": [[2, 3], [4, 5]], "w": [0.5, 2], "b": 3})

_NEURON: Case = ("z = w*x + b; L = z^2", {"w": 2, "x": 5, "b": -3})
_PRODUCT: Case = ("L = sum(A @ B)", {"A": [[2, 3], [4, 5]], "B": [[0.5, 2], [1, 3]]})
_SIGMOID: Case = ("z = w*x; L = sigmoid(z)", {"w": 0.5, "x": 3})
_MATRICES: Case = ("C = A @ B; L = sum(C^2)", {"A": [[2, 3], [4, 5]], "B": [[0.5, 2], [1, 3]]})
_CLASSES: Case = ("L = cross_entropy(z, y)", {"z": [0.5, 2, -1], "y": [1, 0, 0]})

EXAMPLES: dict[str, Case] = {
    "forget a term": _NEURON,
    "forget a factor": _NEURON,
    "multiply for add": _NEURON,
    "add for multiply": _NEURON,
    "subtract for add": _NEURON,
    "add for subtract": ("d = x - y; L = d^2", {"x": 5, "y": -2}),
    "order of a subtraction": ("d = x - y; L = d^3", {"x": 5, "y": 2}),
    "order of a division": ("L = x/y", {"x": 5, "y": 2}),
    "multiply for divide": ("L = x/y", {"x": 5, "y": 2}),
    "sign of a product": ("z = w*x; L = z + 4", {"w": -2, "x": -5}),
    "forget the minus": ("p = sigmoid(z); L = -log(p)", {"z": 2}),
    "multiply by the exponent": ("L = x^3", {"x": 5}),
    "forget the exponent": ("L = 4*x^2", {"x": 5}),
    "sign of a power": ("d = x - y; L = d^2", {"x": 2, "y": 5}),
    "forget the minus in the sigmoid": _SIGMOID,
    "another function": _SIGMOID,
    "forget the function": ("z = w*x; L = tanh(z)", {"w": 0.5, "x": 3}),
    "base 10": ("L = w*log(x)", {"w": 2, "x": 5}),
    "half for the root": ("L = w*sqrt(x)", {"w": 2, "x": 9}),
    "degrees": ("L = w*sin(x)", {"w": 2, "x": 0.5}),
    "sum for mean": ("L = mean(x^2)", {"x": [2, 3, 5]}),
    "mean for sum": ("L = sum(x^2)", {"x": [2, 3, 5]}),
    "leave out the last entry": ("L = sum(x^2)", {"x": [2, 3, 5]}),
    "leave out the first entry": ("L = dot(w, x)", {"w": [0.5, 2], "x": [3, 4]}),
    "another axis": ("s = sum(X, axis=0); L = s[0]*s[1]", {"X": [[2, 3], [4, 6]]}),
    "forget the square": ("L = mse(a, y)", {"a": [2, 3], "y": [0.5, 5]}),
    "forget the root": ("L = norm(x)", {"x": [3, 4]}),
    "transpose a factor": ("L = sum(W @ x)", {"W": [[2, 3], [4, 5]], "x": [0.5, 2]}),
    "exchange the factors": _PRODUCT,
    "entry by entry": _PRODUCT,
    "forget to normalise": ("s = softmax(z); L = 3*s[0]", {"z": [0.5, 2]}),
    "shares without exponentials": ("s = softmax(z); L = 3*s[0]", {"z": [0.5, 2]}),
    "forget the logarithm": ("s = log_softmax(z); L = -s[0]", {"z": [0.5, 2]}),
    "index off by one": ("L = 3*x[1]", {"x": [2, 5, 7]}),
    "the other branch": ("L = where(x > 0, x^2, 3*x)", {"x": 5}),
    "keep the last": _TWICE,
    "keep the first": _TWICE,
    "multiply the paths": _TWICE,
    "forget the upstream": _ROW,
    "forget the local derivative": ("z = w*x; a = z^2; L = 3*a", {"w": 2, "x": 5}),
    "derivative at the wrong place": ("z = w*x; L = sigmoid(z)", {"w": 0.5, "x": 3}),
    "own factor": _ROW,
    "sign of a subtraction": ("d = x - y; L = d^2", {"x": 5, "y": 2}),
    "keep the exponent": ("z = w*x; L = z^3", {"w": 2, "x": 5}),
    "drop the factor": ("z = w*x; L = z^3", {"w": 2, "x": 5}),
    "power rule for an exponential": ("z = w*x; L = exp(z)", {"w": 0.5, "x": 3}),
    "not differentiated": _SIGMOID,
    "sign of a derivative": ("r = x/y; L = 4*r", {"x": 5, "y": 2}),
    "part of the rule": _SIGMOID,
    "value for gradient": ("z = w*x + b; L = z^2", {"w": 2, "x": 5, "b": -3}),
    "upside down": ("z = w*x; L = 4*z", {"w": 2, "x": 5}),
    "order of a matrix product": ("z = W @ x; L = z[0] + 3*z[1]", {"W": [[2, 3], [4, 5]], "x": [0.5, 2]}),
    "broadcast not summed": _BATCH,
    "broadcast averaged": _BATCH,
    "broadcast first row": _BATCH,
    "broadcast last row": _BATCH,
    "mean as a sum": ("L = mean(x^2)", {"x": [2, 3, 5]}),
    "softmax entry by entry": ("s = softmax(z); L = 3*s[0] + s[1]", {"z": [0.5, 2]}),
    "update on the way back": ("z = w*x; L = 0.2*w*z", {"w": 2, "x": 5}),
    "gradients not cleared": _ROW,
    "sent on too early": ("z = w*x; L = z^2 + 3*z", {"w": 2, "x": 5}),
    "no mask": ("z = w*x; L = 3*relu(z)", {"w": 2, "x": -5}),
    "mask by the gradient": ("z = w*x; a = relu(z); L = 5 - 3*a", {"w": 2, "x": 5}),
    "add along a path": _ROW,
    "paths averaged": _TWICE,
    "paths subtracted": _TWICE,
    "product of derivatives": ("a = tanh(x); L = x*a", {"x": 0.5}),
    "numerator forgotten": ("r = x/y; L = 4*r", {"x": 5, "y": 2}),
    "reciprocal of the logarithm": ("L = 3*log(x)", {"x": 5}),
    "power rule for the exponent": ("L = 3*c^x", {"c": 2.5, "x": 3}),
    "logarithm of the base forgotten": ("L = 3*c^x", {"c": 2.5, "x": 3}),
    "derivative at the result": ("L = 3*sin(x)", {"x": 2}),
    "constant kept": _NEURON,
    "gradient of the weight for the weight": ("h = tanh(x); L = (w*h)^2", {"w": 2, "x": 0.5}),
    "value of the ReLU as its slope": ("L = 3*relu(x)", {"x": 5}),
    "max to all entries": ("L = 3*max(x)", {"x": [2, 5]}),
    "activation differentiated again": ("p = sigmoid(z); L = bce(p, 1)", {"z": 0.5}),
    "one-hot forgotten": _CLASSES,
    "sign of p - y": _CLASSES,
    "cross-entropy entry by entry": _CLASSES,
    "transpose forgotten on the way back": _MATRICES,
    "factors exchanged on the way back": _MATRICES,
    "order and transpose": _MATRICES,
    "matrix product entry by entry": _MATRICES,
    "result transposed": _MATRICES,
    "weights averaged over the batch": _BATCH,
    "weights of a single row": _BATCH,
}
"""A mistake → a formula and inputs at which it shows."""

LEARNING: dict[str, Case] = {
    "update": ("z = w*x + b; L = z^2", {"w": 2, "x": 1.5, "b": -1.2}),
    "batch_gradient": ("L = mean((w*x - y)^2)", {"w": 2, "x": [3, 1.5, -2], "y": [5, -4, 2.5]}),
    "updates_per_epoch": ("L = (w*x - y)^2", {"w": 2, "x": 3, "y": 5}),
    "momentum_step": ("L = (w*x - y)^2", {"w": 2, "x": 1.5, "y": 4}),
    "adam_step": ("L = (w - y)^2", {"w": 0.8, "y": 0.5}),
    "rate_limit": ("L = (w*x - y)^2", {"w": 2, "x": 1.5, "y": 4}),
    "tangents": ("z = w*x; L = z^2 + 3*w", {"w": 2, "x": 1.5}),
    "jacobian_row": ("h = tanh(W @ x); L = sum(h)", {"W": [[0.5, 0.2], [-0.4, 0.8]], "x": [0.5, 2]}),
    "cheaper_mode": ("L = w*x", {"w": 2, "x": 3}),
    "detach": ("a = w*x; L = a*w", {"w": 2, "x": 5}),
    "second_backward": ("L = (w*x)^2", {"w": 2, "x": 1.5}),
    "which_rule": ("z = w*x; a = exp(z); b = a/y; L = b^2 + 3*w", {"w": 0.5, "x": 3, "y": 2}),
}
"""A kind of question with mistakes of its own → a formula and inputs at which all of them show."""

_HEADS = {
    "en": "| mistake | example | asked for | right | with the mistake | what the marker says |",
    "ja": "| 誤り | 例 | 求める値 | 正解 | 誤った場合の値 | 採点時のコメント |",
}


def table(lang: str) -> str:
    """Language → the table of mistakes: an example each, the right number, and what comes out with the mistake."""
    lines = [_line(mistake.name, lang) for mistake in (*FORWARD, *BACKWARD)]
    lines += [line for kind in LEARNING for line in _lines_of(kind, lang)]
    return "".join([_HEADS[lang] + "\n|---|---|---|---|---|---|\n", *lines])


def _line(mistake: str, lang: str) -> str:
    """Name of a mistake → its line of the table."""
    formula, inputs = EXAMPLES[mistake]
    trace = parse(formula).run(**inputs)
    number, diagnosis, answer = _changed_number(Slips(trace), mistake)
    assert number.quantity is not None
    return _row(
        say(f"mistake.{mistake}", lang), _example(formula, inputs), plain(number.quantity.symbol(trace)),
        numbers.number(number.right), answer,
        plain(feedback(trace, diagnosis, lang)),
    )  # fmt: skip


def _lines_of(kind: str, lang: str) -> Iterator[str]:
    """Kind of question on learning → a line for each of its mistakes that no kind before it has."""
    formula, inputs = LEARNING[kind]
    exercise = of_formula(parse(formula), 1, asked=[kind], given=inputs, lang=lang)
    (question,) = exercise.questions
    chosen = [chain.write(DISPLAY) for _, chain in question.prompt if isinstance(chain, Chain) and len(chain.parts) > 1]
    chosen += [plain(line) for line in question.given if line[0][0] == "text"]
    for mistake in OF_KIND[kind]:
        if next(other for other, known in OF_KIND.items() if mistake in known) != kind:
            continue
        field, wrong = next(
            (field, wrong) for field in question.fields for wrong in field.wrong
            if any(diagnosis[0].mistake == mistake.name for diagnosis in wrong.diagnoses)
        )  # fmt: skip
        diagnosis = next(diagnosis_ for diagnosis_ in wrong.diagnoses if diagnosis_[0].mistake == mistake.name)
        yield _row(
            say(f"mistake.{mistake.name}", lang), ", ".join([_example(formula, inputs), *chosen]), plain(field.label),
            _answer(field, field.response.right), _answer(field, wrong.answer),
            plain(feedback(exercise.trace, diagnosis, lang)),
        )  # fmt: skip


def _answer(field: Field, answer: float | str) -> str:
    """Field and an answer to it → how it is written: a number, or the words of an option."""
    if isinstance(field.response, Choice):
        return plain(field.response.options[int(answer)].text)
    return numbers.number(float(answer))


def _example(formula: str, inputs: Mapping[str, Value]) -> str:
    return ", ".join([f"`{formula}`", *(f"{name} = {value}" for name, value in inputs.items())])


def _row(*cells: str) -> str:
    """Cells → a line of the table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _changed_number(slips: Slips, mistake: str) -> tuple[Number, Diagnosis, str]:
    """Mistake → the first number that it changes, its diagnosis, and the number that comes out with it."""
    for diagnosis, mutant in slips.forward:
        quantity = Quantity("value", diagnosis[0].places[0][0])
        for entry in entries(quantity, slips.trace) if diagnosis[0].mistake == mistake else ():
            right, wrong = entry.read(slips.trace), entry.read(mutant)
            assert right is not None
            if wrong is not None and abs(wrong - right) > tolerance(right, numbers.DEFAULT_DIGITS):
                return Number(right, 0.0, entry), diagnosis, numbers.number(wrong)
    inputs = slips.trace.graph.inputs.values()
    candidates = [number for number in asked_numbers(slips.trace) if number.quantity and number.quantity.node in inputs]
    for diagnosis, mutant in slips.single:
        for number in candidates if diagnosis[0].mistake == mistake else ():
            assert number.quantity is not None
            answer = number.quantity.read(mutant)
            if answer is None:  # a number for each row
                return number, diagnosis, numbers.text(number.quantity.whole(mutant))
            if abs(answer - number.right) > number.tolerance:
                return number, diagnosis, numbers.number(answer)
    raise AssertionError(f"'{mistake}' does not show in its example")


def page(lang: str) -> str:
    """Language → the page of students with its table made anew."""
    before, _, after = PAGES[lang].read_text(encoding="utf-8").partition(BEGIN)
    return before + BEGIN + table(lang) + END + after.partition(END)[2]


if __name__ == "__main__":
    for lang, path in PAGES.items():
        write_atomic(str(path), page(lang).encode())
