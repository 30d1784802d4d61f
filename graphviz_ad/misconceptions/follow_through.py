"""Trace and a student's own wrong numbers → what is right after them (error carried forward)."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.items.model import Diagnosis, Field, Number, Place
from graphviz_ad.items.quantities import Quantity
from graphviz_ad.lazy import lazy
from graphviz_ad.misconceptions.mutants import AppliedMistakes, Mistake, mutate_all
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Whole = tuple[str, int, int | None]
"""A quantity without its entry."""


def all_carried(trace: Trace, own: Mapping[Quantity, float]) -> dict[Quantity, float | None]:
    """Trace and wrong numbers of one's own → what follows from the others for each of them.

    None where nothing is carried that could matter, or where a number that matters is degenerate: 0 or ±1 makes what
    comes after it trivial; or where what follows is no finite number, or a gradient of 0.
    """
    telling = {quantity: number for quantity, number in own.items() if abs(number) not in (0.0, 1.0)}
    numbers = _followed(trace, own, own)
    if len(telling) < len(own):
        without = _followed(trace, own, telling)
        numbers = {quantity: number if without[quantity] == number else None for quantity, number in numbers.items()}
    return numbers


def _followed(trace: Trace, asked: Iterable[Quantity], own: Mapping[Quantity, float]) -> dict[Quantity, float | None]:
    """Trace, quantities, and wrong numbers of one's own → what follows from the other ones for each of them.

    One pass finds all: what stands at a place before one's own number is put there follows from the others.
    """
    right: dict[Whole, Value] = {}
    planted = _wholes(trace, own)
    order = sorted(planted.items(), key=lambda item: item[0][0] != "local")  # from which the contribution follows
    mistakes = [
        (_effect(what, value, right, (what, node, slot)), [(node, slot)]) for (what, node, slot), value in order
    ]
    mutant = mutate_all(trace, mistakes)
    numbers: dict[Quantity, float | None] = {}
    for quantity in asked:
        alone = not planted.keys() - {whole(quantity)}
        before = right.get(whole(quantity))
        number = None if alone else quantity.read(mutant) if before is None else _entry(before, quantity)
        is_number = number is not None and math.isfinite(number) and (number or quantity.what == "value")
        numbers[quantity] = number if is_number else None
    return numbers


def _entry(value: Value, quantity: Quantity) -> float | None:
    """A float or an array, and a quantity → the number that it asks for, None where that is in no such array."""
    if np.ndim(value) != len(quantity.entry):
        return None
    return float(value if isinstance(value, float) else value[quantity.entry])


def following(trace: Trace, asked: Quantity, own: Mapping[Quantity, float], *, even_zero: bool = False) -> float | None:
    """Trace, the quantity that is asked for, and wrong numbers of one's own → what follows from them, degenerate or
    not; None where nothing follows, or no finite number, or, without `even_zero`, a gradient of 0."""  # fmt: skip
    planted = as_planted_values(trace, asked, own)
    number = asked.read(mutate_all(trace, planted)) if planted else None
    if number is None or not math.isfinite(number):
        return None
    return number if number or even_zero or asked.what == "value" else None


def as_planted_values(trace: Trace, asked: Quantity, own: Mapping[Quantity, float]) -> AppliedMistakes:
    """The same → one's own numbers, but for the one that is asked for, as mistakes that put them in their places."""
    others = {quantity: number for quantity, number in own.items() if whole(quantity) != whole(asked)}
    return [(_effect(what, value), [(node, slot)]) for (what, node, slot), value in _wholes(trace, others).items()]


def between(trace: Trace, asked: Quantity, answered: Collection[Whole]) -> set[Place]:
    """Trace, a number of the backward pass, what else is answered → the places where a slip would show in it alone.

    A slip further up shows in another answer first, from which one goes on.
    """
    into: dict[int, list[tuple[int, int]]] = {}
    for node, slot, arg in trace.backward_edges():
        into.setdefault(arg, []).append((node, slot))
    places: set[Place] = set()
    waiting = [asked.node]
    if asked.slot is not None:
        places |= {(asked.node, asked.slot), (asked.node, None)}
        known = ("gradient", asked.node, None) in answered
        waiting = [] if known or asked.what == "local" else waiting
    while waiting:
        arg = waiting.pop()
        places.add((arg, None))
        for node, slot in into.get(arg, []):
            if ("contribution", node, slot) in answered or (node, slot) in places:
                continue
            places |= {(node, slot), (node, None)}
            if ("gradient", node, None) not in answered:
                waiting.append(node)
    return places


def refutes(field: Field) -> set[Diagnosis]:
    """Field → the slips at its own place that were not made if its answer is right."""
    value = isinstance(field.response, Number) and field.response.quantity and field.response.quantity.what == "value"

    def here(place: Place) -> bool:
        return field.place is not None and (place == field.place or bool(value and place[0] == field.place[0]))

    diagnoses = (diagnosis for wrong in field.wrong for diagnosis in wrong.diagnoses)
    return {diagnosis for diagnosis in diagnoses if any(here(place) for slip in diagnosis for place in slip.places)}


def computed_anew(trace: Trace, asked: Quantity | None) -> set[Place]:
    """Trace and what is asked for → the edge whose contribution it is, if it is a gradient of one contribution.

    It may be computed anew, and then wrongly, where the contribution is right.
    """
    if asked is None or asked.what != "gradient" or trace.contributions_to[asked.node] != 1:
        return set()
    return {(node, slot) for node, slot, arg in trace.backward_edges() if arg == asked.node}


def whole(quantity: Quantity) -> Whole:
    """Quantity → the same without its entry."""
    return quantity.what, quantity.node, quantity.slot


def _wholes(trace: Trace, own: Mapping[Quantity, float]) -> dict[Whole, Value]:
    """Numbers of one's own → the floats and arrays they are in, other entries of which are right."""
    wholes: dict[Whole, Value] = {}
    for quantity, number in own.items():
        if not quantity.entry:
            wholes[whole(quantity)] = number
            continue
        known = wholes.get(whole(quantity))
        array = np.array(quantity.whole(trace), dtype=float) if known is None else np.asarray(known)
        array[quantity.entry] = number
        wholes[whole(quantity)] = array
    return wholes


def _effect(what: str, value: Value, right: dict[Whole, Value] | None = None, place: Whole = ("", 0, None)) -> Mistake:
    """A number of one's own → a mistake that puts it in its place, and keeps what was there under its name."""

    def put(before: Value | None) -> Value:
        if right is not None and before is not None:
            right[place] = before
        return value

    match what:
        case "value":
            return Mistake("carried", "", value=lambda operation, slot: put(operation.out))
        case "gradient":
            return Mistake("carried", "", gradient=lambda trace, node, right: put(right))
        case "local":
            return Mistake("carried", "", local=lambda edge: put(edge.local))
        case _:
            return Mistake("carried", "", contribution=lambda edge: put(edge.contribution))
