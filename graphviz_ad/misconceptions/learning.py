"""The misconceptions of learning, modes and rules → other texts of an update, a count or a limit: run them for what
comes out.

The right texts are those of `training.optimizers`, and here that of a mean, of a count and of a limit. A mistake that
changes no text is made in the run: which gradient is put in, or what is remembered from before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphviz_ad.items.model import Diagnosis, Field
from graphviz_ad.training.optimizers import optimizer

COUNT = "u = ceil(N/B); n = E*u; d = floor(N/B)"
"""Updates in an epoch and in all of N examples in batches of B in E epochs, and in an epoch without a smaller batch."""
LIMIT = "η = 2/λ"
"""The learning rate at which descent on a parabola ends to converge: λ is its second derivative (Goodfellow, Bengio and
Courville, Deep Learning, 2016, section 4.3: the step to the minimum is 1/λ, and twice that comes out as far away)."""


def mean(count: int) -> str:
    """Number of examples → the gradient of their mean by that of each."""
    return f"g = ({' + '.join(f'g_{number}' for number in range(1, count + 1))})/n"


@dataclass(frozen=True, slots=True)
class LearningMistake:
    """A mistake: what it is, and what of a text is taken for what; nothing where it is made in the run."""

    name: str
    says: str
    instead: tuple[tuple[str, str], ...] = ()

    def text(self, right: str) -> str | None:
        """Right text → the text with the mistake in it, None where it cannot be made there."""
        wrong = right
        for part, other in self.instead:
            wrong = wrong.replace(part, other)
        return None if wrong == right else wrong


_PLAIN, _AHEAD = (optimizer("sgd", momentum=0.5, nesterov=ahead).statements[-1] for ahead in (False, True))
"""The step of plain momentum, and that of Nesterov's."""

_STEP = (
    LearningMistake("ascent", "the step is added", (("w - η*", "w + η*"),)),
    LearningMistake("no rate", "the whole gradient is subtracted", (("η*", ""),)),
    LearningMistake("rate squared", "the gradient is multiplied by the rate twice", (("η*", "η^2*"),)),
    LearningMistake("step alone", "the step is given, not the new value", (("w - η*", "-η*"),)),
    LearningMistake("not moved", "the old value is given", (("w - η*", "w - 0*"),)),
)
"""Of every update."""

OF_KIND: Mapping[str, tuple[LearningMistake, ...]] = {
    "update": (
        *_STEP,
        LearningMistake("gradient alone", "the gradient is given, not the new value", (("w - η*", ""),)),
        LearningMistake("another gradient", "the gradient of another parameter is put in"),
        LearningMistake("updates in turn", "the gradient is taken where other parameters have their new values"),
    ),
    "batch_gradient": (
        LearningMistake("sum of the examples", "the gradients are added and not divided", ((")/n", ")"),)),
        LearningMistake("last example alone", "each example overwrites the gradient of the one before"),
        LearningMistake("last example's share", "the same, with its share 1/n"),
        LearningMistake("mean of the inputs", "the gradient is taken at the mean of the data"),
        LearningMistake("old gradient kept", "the gradient of the batch before is still in it"),
        LearningMistake("share for the example", "of an example its share 1/n in the batch is given"),
    ),
    "updates_per_epoch": (
        LearningMistake("smaller batch forgotten", "floor for ceiling", (("ceil", "floor"),)),
        LearningMistake("smaller batch counted", "ceiling for floor", (("floor", "ceil"),)),
        LearningMistake("times the batch", "examples and batch size are multiplied", (("N/B", "N*B"),)),
        LearningMistake("epochs forgotten", "those of one epoch are given for all", (("E*u", "u"),)),
        LearningMistake("epochs for updates", "an epoch is taken for an update", (("E*u", "E"),)),
        LearningMistake("an update an example", "as with batches of 1", (("ceil(N/B)", "N"), ("floor(N/B)", "N"))),
    ),
    "momentum_step": (
        LearningMistake("memory begins anew", "the second update forgets the first"),
        LearningMistake("momentum at the gradient", "μ stands at the gradient", (("μ*v + g", "v + μ*g"),)),
        LearningMistake("memory as an average", "1 - μ stands at the gradient", (("μ*v + g", "μ*v + (1 - μ)*g"),)),
        LearningMistake("Nesterov for plain", "the step looks ahead", ((_PLAIN, _AHEAD),)),
        *_STEP,
    ),
    "adam_step": (
        LearningMistake("bias correction forgotten", "m' and s' as they are", (("m̂/(", "m'/("), ("ŝ)", "s')"))),
        LearningMistake("root forgotten", "the step is divided by the second moment", (("sqrt(ŝ)", "ŝ"),)),
        LearningMistake("epsilon in the root", "ε is added before the root", (("sqrt(ŝ) + ε", "sqrt(ŝ + ε)"),)),
        LearningMistake("gradient not squared", "g for g^2 in the second moment", (("g^2", "g"),)),
        LearningMistake("moments exchanged", "β_1 and β_2 are exchanged",
                        (("β_1", "β_0"), ("β_2", "β_1"), ("β_0", "β_2"))),
        *_STEP,
    ),
    "rate_limit": (
        LearningMistake("best rate for the limit", "1/λ", (("2/λ", "1/λ"),)),
        LearningMistake("upside-down limit", "λ/2", (("2/λ", "λ/2"),)),
        LearningMistake("twice the curvature", "2λ", (("2/λ", "2*λ"),)),
        LearningMistake("slope for curvature", "the first derivative for the second", (("2/λ", "2/abs(g)"),)),
    ),
    "tangents": (
        LearningMistake("every input moves", "all inputs get the tangent 1"),
        LearningMistake("tangent without the slope", "the tangent is handed on as it is"),
        LearningMistake("slope without the tangent", "the local derivative stands alone"),
        LearningMistake("one argument moves", "of several contributions one counts"),
        LearningMistake("tangents multiplied", "contributions are multiplied"),
        LearningMistake("gradient for tangent", "the gradient of the output is given"),
        LearningMistake("value for tangent", "the value is given"),
    ),
    "jacobian_row": (
        LearningMistake("column for row", "rows and columns are exchanged"),
        LearningMistake("sum of the rows", "the backward pass begins with 1 everywhere"),
        LearningMistake("another row", "it begins at another entry"),
        LearningMistake("slope of the function forgotten", "the row is that before the function"),
    ),
    "cheaper_mode": (
        LearningMistake("modes exchanged", "a pass for each output in forward mode"),
        LearningMistake("a pass for each entry", "inputs times outputs"),
        LearningMistake("one pass for all", "one pass gives the whole Jacobian"),
    ),
    "detach": (
        LearningMistake("detach ignored", "the gradient is as without it"),
        LearningMistake("detach cuts everything", "no other path counts"),
        LearningMistake("detached path alone", "what is cut is given, not what is left"),
        LearningMistake("detached value as zero", "its value is dropped too"),
    ),
    "second_backward": (
        LearningMistake("second replaces first", "the second pass overwrites the first"),
        LearningMistake("first stays", "the second pass changes nothing"),
        LearningMistake("mean of both passes", "the passes are averaged"),
        LearningMistake("first pass twice", "the second pass is the first again"),
        LearningMistake("gradient at the old data", "the data are still the old ones"),
    ),
    "which_rule": tuple(
        LearningMistake(f"rule for a {rule}", "the rule of another operation is chosen")
        for rule in ("sum", "product", "quotient", "power", "function")
    ),
}  # fmt: skip
"""The mistakes of each kind of question that has its own, in the order in which they are explained."""


def mutants(kind: str, right: str) -> Iterator[tuple[str, str]]:
    """Kind of question and its right text → each mistake that changes it, by name, and the text that comes of it."""
    for mistake in OF_KIND[kind]:
        if (wrong := mistake.text(right)) is not None:
            yield mistake.name, wrong


Pattern = tuple[int | None, ...]
"""For each field which of its known wrong numbers is given, None where it is right."""


def pattern(diagnosis: Diagnosis, fields: Sequence[Field]) -> Pattern:
    """Diagnosis and fields → for each field which of its known wrong numbers the diagnosis leads to."""
    return tuple(
        next((n for n, wrong in enumerate(field.wrong) if diagnosis in wrong.diagnoses), None) for field in fields
    )


def distinguished(kind: str, fields: Sequence[Field]) -> int:
    """Kind of question and its fields → how many of its own mistakes have answers that none of the others has."""
    names: Collection[str] = {mistake.name for mistake in OF_KIND[kind]}
    diagnoses = {diagnosis for field in fields for wrong in field.wrong for diagnosis in wrong.diagnoses}
    patterns = [pattern(diagnosis, fields) for diagnosis in diagnoses if diagnosis[0].mistake in names]
    return sum(patterns.count(shown) == 1 for shown in patterns)
