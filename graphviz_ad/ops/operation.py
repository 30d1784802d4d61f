"""One row of the table: all that is known of an operation."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from graphviz_ad.errors import NotDifferentiableError
from graphviz_ad.language.markup import Markup
from graphviz_ad.language.notation import Notation
from graphviz_ad.values import ArrayFunction, ComplexFunction, Shape

IndexPart = int | tuple[Any, ...] | None
"""One axis of an index: a whole number, ("slice", start, stop, step), ("list", entries), None for a new axis."""

Index = tuple[IndexPart, ...]
"""What stands between the brackets of an index, axis by axis."""

Option = float | tuple[Any, ...] | None
"""Value of an option: a number (an int where it must be whole), a tuple of whole numbers, None for "not given"."""

VARIADIC = "xs"
"""The only parameter of an operation that takes any number of values."""

COMMON_ALIASES: Mapping[str, str] = {
    "dim": "axis", "dims": "axes", "reduction_indices": "axis", "keepdim": "keepdims",
    "epsilon": "eps", "input": "x", "other": "y", "target": "y",
}  # fmt: skip
"""Other names of options and arguments, in every row that has these."""


_NO_PATH = re.compile(r"0(\*\w+)?")
"""The pullback to an argument that is no variable, as the number of a class is none."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: what it computes, its derivative as text, and how it is written and checked.

    `params` are the names of its arguments in all texts (`("x", "y")`; `("xs",)` for any number); `options`
    are named numbers with defaults that are not nodes of the graph (an axis, a slope), in the order in
    which they may also stand behind the arguments. `aliases` are other names of the operation, as numpy, torch and
    jax have them, `option_aliases` other names of its options and arguments, as {"min": "lo"}.

    `forward` takes numpy arrays or floats (arguments, then options by name) and gives an array or a float;
    `scalar` does the same for Python floats only, faster, and may raise ArithmeticError or ValueError,
    upon which the engine takes `forward`.

    Exactly one of the two derivatives is given (none where only texts of derivatives call the row), in the
    language of the formulas:
    `partials`, one text for each argument over the arguments, `out` and the options: the derivative of
    a pointwise operation; or `pullbacks`: the vector-Jacobian product of each argument, over the same names and
    the upstream gradient `g`. Pullbacks whose form depends on the dimensions of the arguments are a
    mapping from these (`{(2, 1): ("outer(g, y)", …)}`). For `xs` there is one text, over `xs`, the number `k` of
    the argument and `x`, the argument itself.

    `jvps` are the Jacobian-vector products of a structural operation, one text for each argument over the same names
    and `t`, the tangent of the argument: only where `ops.pushforward` cannot derive it. `symmetric_jacobian` says that
    the pullback with `t` for `g` is it.

    `cases` are fields that change where an option has a value: `{("n", 2.0): {"partials": ("2*x",)}}`.

    `mask` says that a derivative of exactly 0 lets nothing through, not even an infinite gradient, as
    torch does where it selects instead of multiplying. `ends` says that a path ends at an argument whose partial is
    "0", as it does in torch at a comparison: what lies before it is not multiplied with that 0, which times infinity
    would be nan. At a pullback "0*y" a path always ends.

    `sign` is what stands in the node of a picture, as `language.markup`; `notation` how a call is written. Both have
    places for options, see `Notation`; those without a place stand below the whole.
    `definition` is the same operation in the language itself, for `--expand`.
    `torch` is the torch expression over the same names. What holds where the derivative does not exist,
    its convention, is said by the message `convention.NAME`. `kinks` are conditions under which it is needed, in the
    language of the formulas, over the arguments, `out`, the options and `k`, the argument asked about, each with the
    number of the sentence in the convention that says it. `complex` does what `forward` does for complex arguments,
    where `forward` itself would not: branches go by the real part. `sample` is the range from which tests draw each
    argument; `shapes` the shapes they use, each a shape for every argument, where scalars and vectors of
    one length would not do. `internal` rows serve only texts and definitions of other rows.
    """

    name: str
    params: tuple[str, ...]
    forward: ArrayFunction
    partials: tuple[str, ...] = ()
    pullbacks: tuple[str, ...] | Mapping[tuple[int, ...], tuple[str, ...]] = ()
    jvps: tuple[str, ...] = ()
    symmetric_jacobian: bool = False
    scalar: Callable[..., float] | None = None
    aliases: tuple[str, ...] = ()
    options: Mapping[str, Option] = field(default_factory=dict)
    option_aliases: Mapping[str, str] = field(default_factory=dict)
    sign: Markup = ""
    notation: Notation | None = None
    definition: str | None = None
    cases: Mapping[tuple[str, Option], Mapping[str, Any]] = field(default_factory=dict)
    torch: str = ""
    kinks: tuple[tuple[str, int], ...] = ()
    sample: tuple[tuple[float, float], ...] = ((-2.0, 2.0), (-2.0, 2.0))
    complex: ComplexFunction | None = None
    shapes: tuple[tuple[Shape, ...], ...] = ()
    mask: bool = False
    ends: bool = False
    internal: bool = False

    @property
    def pointwise(self) -> bool:
        """Whether entry i of the result depends on entry i of each argument alone."""
        return bool(self.partials)

    @property
    def untold(self) -> bool:
        """Whether no text says its derivative: that of a part of a graph which is computed step by step."""
        return not self.partials and not self.pullbacks

    @property
    def symmetric(self) -> bool:
        """Whether its two arguments can change places: then each partial is the other with the names exchanged."""
        if len(self.params) != 2 or len(self.partials) != 2:
            return False
        x, y = self.params
        swapped = re.sub(r"\w+", lambda name: {x: y, y: x}.get(name[0], name[0]), self.partials[0])
        return swapped == self.partials[1]

    @property
    def variadic(self) -> bool:
        """Whether it takes any number of arguments."""
        return self.params == (VARIADIC,)

    def canonical(self, name: str) -> str:
        """Name of an option or an argument as someone gave it → its name here; a name that is not known stays.

        >>> Operation("sum", ("x",), sum, options={"axis": None}).canonical("dim")
        'axis'
        """
        own = (*self.params, *self.options)
        other = self.option_aliases.get(name) or COMMON_ALIASES.get(name)
        return other if name not in own and other in own else name

    @property
    def can_end(self) -> bool:
        """Whether a path may end at one of its arguments."""
        texts = self.pullbacks.values() if isinstance(self.pullbacks, Mapping) else [self.pullbacks]
        return self.ends or any(_NO_PATH.fullmatch(text) for group in texts for text in group)

    def ends_at(self, slot: int, ndims: tuple[int, ...]) -> bool:
        """Argument and the dimensions of all arguments → whether a path ends there."""
        if self.partials:
            return self.ends and self.partials[slot] == "0"
        return _NO_PATH.fullmatch(self.pullback_text(slot, ndims)) is not None

    def chosen(self, options: Mapping[str, Option]) -> Operation:
        """Values of the options → the row as it is with these."""
        for (name, value), changes in self.cases.items():
            if options.get(name, self.options[name]) == value:
                return replace(self, **changes)
        return self

    def pullback_text(self, slot: int, ndims: tuple[int, ...]) -> str:
        """Argument and the dimensions of all arguments → the text of its pullback."""
        texts = self.pullbacks
        if texts == ():
            raise NotDifferentiableError(
                f"the derivative of '{self.name}' is not known here, and the formula needs it",
                hint="leave out the names whose derivatives lead over it",
            )
        if isinstance(texts, Mapping):
            fitting = (tuple(min(n, largest) for n in ndims) for largest in (max(ndims), 3, 2))
            texts = texts[next(key for key in fitting if key in texts)]
        return texts[0] if self.variadic else texts[slot]
