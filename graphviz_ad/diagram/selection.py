"""Which frames of a trace a deck shows: what makes a frame, which steps, which pass, and without which.

Numbers are those of steps, from 0, the beginning, to the last; one more is the finished picture, in which every deck
ends that shows the backward pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import Literal, TypedDict, cast, get_args

from graphviz_ad.autodiff.statements import statement_steps
from graphviz_ad.autodiff.steps import Accumulate, Evaluate, GradCall, Pull, Push, Step, Update
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.style import StyleOptions
from graphviz_ad.errors import GraphvizADError, nearest
from graphviz_ad.language.tokens import normalise

By = Literal["edge", "node", "statement", "phase"]
"""What makes a frame of a deck: each edge, each node, each statement in each pass, or the ends of both passes."""
Pass = Literal["forward", "backward"]
"""One of the two passes, of which a deck may show only that; an update belongs to the backward pass."""
Skip = Literal["trivial"]
"""Steps that can be left out: those at which nothing is to be learnt, see `is_trivial`."""
StepNumbers = str | Iterable[int]
"""Numbers of steps: "30-45", "30-", "-5", "3,7,10-12", or the numbers themselves."""

_RANGE = re.compile(r"(\d+)|(\d*)\s*[-–]\s*(\d*)")
"""A number, or a range that may be open at one end."""


@dataclass(frozen=True)
class Selection:
    """Which frames a deck shows; `steps` are numbers as they are written, None stands for all."""

    by: By = "edge"
    steps: str | None = None
    only: Pass | None = None
    skip: Skip | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the frames are frames of single steps, and none is left out but by what makes one."""
        return self == Selection(self.by) and self.by != "statement"


WHOLE = Selection()
"""All frames."""


class SelectionOptions(TypedDict, total=False):
    """The options of `make_selection`, by name."""

    by: By
    steps: StepNumbers | None
    only: Pass | None
    skip: Skip | None


class DeckOptions(StyleOptions, SelectionOptions, total=False):
    """How a deck looks and which frames it shows, by name."""


def parted(options: DeckOptions) -> tuple[Selection, StyleOptions]:
    """Options of a deck → which frames it shows, and the options of its look. Raises GraphvizADError."""
    names = SelectionOptions.__annotations__
    which = {name: value for name, value in options.items() if name in names}
    look = {name: value for name, value in options.items() if name not in names}
    return make_selection(**cast(SelectionOptions, which)), cast(StyleOptions, look)


def make_selection(
    by: By = "edge", steps: StepNumbers | None = None, only: Pass | None = None, skip: Skip | None = None
) -> Selection:
    """Options by name → Selection; what is None or empty is not asked for.

    Raises GraphvizADError for an option that is none; whether steps are there, only `chosen` can tell.
    """
    for option, value, choices in (
        ("way to make steps", by, get_args(By)), ("pass", only, get_args(Pass)), ("kind of step", skip, get_args(Skip)),
    ):  # fmt: skip
        if value and value not in choices:
            near = nearest(value, choices)
            listed = "use " + " or ".join(choices)
            hint = f"did you mean '{near}'? {listed}" if near and len(choices) > 1 else listed
            raise GraphvizADError(f"there is no {option} '{value}'", hint=hint)
    if steps is not None and not isinstance(steps, str):
        steps = ",".join(map(str, steps)) or " "
    return Selection(by or "edge", steps or None, only or None, skip or None)


def _ranges(text: str, last: int) -> list[range]:
    """Numbers of steps as they are written, and the last there is → ranges. Raises GraphvizADError.

    >>> _ranges("3, 7,10-12", 20), _ranges("18-", 20), _ranges("-5", 20)
    ([range(3, 4), range(7, 8), range(10, 13)], [range(18, 21)], [range(0, 6)])
    """
    ranges: list[range] = []
    for part in map(str.strip, normalise(text).split(",")):
        match = _RANGE.fullmatch(part)
        if match is None or not re.search(r"\d", part):
            hint = f"write them as in 3-5, 3-, -5 or 1,3,5-7; the steps are 0 to {last}"
            raise GraphvizADError(f"'{part}' is no number or range of steps", hint=hint)
        number, first, end = match.groups()
        start = int(number or first or 0)
        stop = start if number else int(end or last)
        for wrong in (start, stop):
            if wrong > last:
                raise GraphvizADError(f"there is no step {wrong}", hint=f"the steps are 0 to {last}")
        if stop < start:
            hint = f"write {stop}-{start}; the steps are 0 to {last}"
            raise GraphvizADError(f"the range '{part}' ends before it begins", hint=hint)
        ranges.append(range(start, stop + 1))
    return ranges


def chosen(trace: Trace, selection: Selection) -> list[int]:
    """Trace and what is asked for → the numbers of the frames to show, in order.

    They end in the finished picture, unless only the forward pass is asked for, whose end is that of its last step.
    Raises GraphvizADError for steps that are not there, and where none is left.
    """
    steps, last = trace.steps, len(trace.steps)
    if trace.forward_mode is not None:
        _require_forward_mode(selection)
    turn = sum(isinstance(step, Evaluate) for step in steps)
    if selection.only == "backward" and turn == last:
        raise GraphvizADError("there is no backward pass", hint=f"the steps are 0 to {last}, all of the forward pass")
    numbers = _by(trace, selection.by, turn)
    trivial = _trivial(trace, numbers) if selection.skip == "trivial" else set()
    there = [n for n in numbers if selection.only in (None, "forward" if n <= turn else "backward")]
    asked = there if selection.steps is None else _within(there, selection, last)
    kept = [n for n in asked if n not in trivial]
    if asked and not kept:
        left = _listed([n for n in there if n not in trivial])
        which = f"step {asked[0]} is" if len(asked) == 1 else f"the steps {_listed(asked)} are"
        raise GraphvizADError(f"nothing is left: {which} trivial", hint=f"those that are not are {left}")
    return kept if selection.only == "forward" else [*kept, last + 1]


def _require_forward_mode(selection: Selection) -> None:
    """Raise GraphvizADError for a selection that tells the two passes apart, which are one in forward mode."""
    for option, is_asked in (
        (f"--only {selection.only}", selection.only is not None),
        (f"--by {selection.by}", selection.by in ("statement", "phase")),
    ):
        if is_asked:
            raise GraphvizADError(
                f"'{option}' is of reverse mode: in forward mode values and tangents are computed together",
                hint="leave it out, or use --by node",
            )


def require_step(trace: Trace, selection: Selection, step: int) -> None:
    """Raise GraphvizADError where what is shown has no frame of the number of a step."""
    last = len(trace.steps)
    if not 0 <= step <= last:
        raise GraphvizADError(f"there is no step {step}", hint=f"the steps are 0 to {last}")
    if selection != WHOLE and step not in (numbers := chosen(trace, selection)):
        listed = _listed([n for n in numbers if n <= last])
        raise GraphvizADError(f"step {step} is not shown", hint=f"the steps shown are {listed}")


def require_frame(trace: Trace, step: int) -> None:
    """Raise GraphvizADError for what is neither the number of a step nor that of the finished picture."""
    last = len(trace.steps)
    if not 0 <= step <= last + 1:
        hint = f"the steps are 0 to {last}, and {last + 1} is the finished picture"
        raise GraphvizADError(f"there is no step {step}", hint=hint)


def shown_at(numbers: Sequence[int], step: int) -> int:
    """Numbers of the frames that are shown, and a step → the last of them that is not after it, or the first.

    >>> shown_at([0, 4, 9], 8), shown_at([3, 5], 1)
    (4, 3)
    """
    return max((number for number in numbers if number <= step), default=numbers[0])


def _by(trace: Trace, by: By, turn: int) -> list[int]:
    """What makes a frame → the numbers of all such frames but the finished one; `turn` is the last forward step."""
    steps = trace.steps
    calls = [step.k for step in steps if isinstance(step, GradCall)]
    match by:
        case "edge":
            return list(range(len(steps) + 1))
        case "phase":  # the end of the forward pass; what computes nothing has none
            return sorted({0, turn, len(steps) - len(trace.updates)} if trace.updates else {0, turn, *calls})
        case "statement":
            updates = [step.k for step in steps if isinstance(step, Update)]
            return sorted([0, *(statement.k for statement in statement_steps(trace)), *updates, *calls])
    keep = [0]
    if trace.forward_mode is not None:
        return [
            0,
            *(step.k for step, after in zip_longest(steps, steps[1:]) if after is None or after.node != step.node),
        ]
    for step, following in zip_longest(steps, steps[1:]):
        if following is None or _subject(following) != _subject(step):
            keep.append(step.k)
    return keep


def _subject(step: Step) -> tuple[str, int]:
    """What a step by node is about: in the backward pass the node that sends; each call is about itself."""
    return step.phase, step.k if isinstance(step, GradCall) else step.node


def _within(there: Sequence[int], selection: Selection, last: int) -> list[int]:
    """Numbers of frames that are there → those that are asked for. Raises GraphvizADError."""
    assert selection.steps is not None
    ranges = _ranges(selection.steps, last)
    asked = [number for number in there if any(number in numbers for numbers in ranges)]
    if not asked:
        those = {"edge": "", "phase": " by phase", "node": " by node", "statement": " by statement"}[selection.by]
        which = f" of the {selection.only} pass" if selection.only else ""
        listed = f"they are {_listed(there)}" if there else "there is only the finished picture"
        raise GraphvizADError(f"no step{those}{which} is among {selection.steps}", hint=listed)
    return asked


def _listed(numbers: Sequence[int]) -> str:
    """Numbers in order → the same as ranges.

    >>> _listed([0, 1, 2, 3, 7, 9, 10])
    '0-3, 7, 9-10'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _trivial(trace: Trace, numbers: Sequence[int]) -> set[int]:
    """Numbers of frames → those that tell of trivial steps only; each tells of all steps since the one before."""
    steps = trace.steps
    return {
        number for before, number in pairwise(numbers) if all(is_trivial(trace, step) for step in steps[before:number])
    }


def is_trivial(trace: Trace, step: Step) -> bool:
    """Whether nothing is to be learnt at a step: what it brings is seen in the next frame.

    So it is where an operation hands the gradient on as it is, as sums do whatever their numbers are, and where a sum
    of contributions is not complete yet: all its terms stand in the last one. A local derivative that only happens to
    be 1 is no reason, nor is what was summed over axes.
    """
    match step:
        case Accumulate(count=count, of=of):
            return count < of
        case Push(local=local, of=of):
            return of > 1 or (isinstance(local, float) and local == 1.0)
        case Pull(node=node, slot=slot, summed=summed):
            bound = trace.graph.ops[node]
            if bound is None or summed:
                return False
            if bound.row.pointwise:
                return bound.row.partials[slot] == "1"
            if not bound.row.pullbacks:
                return False
            ndims = tuple(len(trace.shape(arg)) for arg in trace.graph.args[node])
            return bound.row.pullback_text(slot, ndims) == "g"
    return False


def as_options(selection: Selection) -> SelectionOptions:
    """Selection → the options that make it, those that are not the usual ones."""
    options = {} if selection.by == "edge" else {"by": selection.by}
    options |= {name: value for name in ("steps", "only", "skip") if (value := getattr(selection, name))}
    return cast(SelectionOptions, options)
