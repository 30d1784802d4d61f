"""Optimisers as text: one update of a parameter w by its gradient g, in the language of the formulas.

A primed name is the next value of the name: w' of the parameter, v' of what the method remembers. The one text is
computed, drawn, printed, checked against torch and asked about in exercises. The conventions are those of torch.optim
(https://pytorch.org/docs/stable/optim.html): the memory begins with 0, so that the first momentum is the gradient; the
ε of Adam stands outside of the root, behind the correction of the bias; AdamW decays the parameter before the step.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from graphviz_ad.errors import InputError, nearest
from graphviz_ad.language.names import BRACES, split

NAMES = ("sgd", "rmsprop", "adagrad", "adam", "adamw")
"""The optimisers there are."""
PARAMETER, GRADIENT, RATE, UPDATE, NORM = "w", "g", "η", "t", "n"
"""What rules call the parameter, its gradient, the learning rate, the number of the update (from 1), and the norm of
the gradients of all parameters together."""
_DEFAULTS: Mapping[str, Mapping[str, float]] = {
    "sgd": {},
    "rmsprop": {"α": 0.99, "ε": 1e-8},
    "adagrad": {"ε": 1e-10},
    "adam": {"β_1": 0.9, "β_2": 0.999, "ε": 1e-8},
    "adamw": {"β_1": 0.9, "β_2": 0.999, "ε": 1e-8, "λ": 1e-2},
}
"""The constants of each, as torch has them."""
_WITH_MOMENTUM = ("sgd", "rmsprop")
"""Rules that take it in torch.optim."""
_SCALED = {"rmsprop": "s' = α*s + (1 - α)*{g}^2", "adagrad": "s' = s + {g}^2"}
"""Methods that divide by the root of a sum of squares, and how they remember it."""
_MOMENTS = (
    "m' = β_1*m + (1 - β_1)*{g}", "s' = β_2*s + (1 - β_2)*{g}^2",
    "m̂ = m'/(1 - β_1^t)", "ŝ = s'/(1 - β_2^t)",
)  # fmt: skip
"""The moments of the gradients and both without the bias of their beginning with 0 (Kingma and Ba, Adam, 2015)."""


@dataclass(frozen=True, slots=True)
class Optimizer:
    """A rule of updates: its statements, and the values of its constants by their letters.

    `nesterov` says whether it looks ahead by the momentum.
    """

    name: str
    statements: tuple[str, ...]
    constants: Mapping[str, float]
    nesterov: bool = False

    @property
    def text(self) -> str:
        """The statements in one line, as people type them."""
        return "; ".join(self.statements)

    @property
    def memory(self) -> tuple[str, ...]:
        """The names of what is remembered from one update to the next, each 0 before the first."""
        primed = [statement.partition("' = ")[0] for statement in self.statements if "' = " in statement]
        return tuple(name for name in primed if name != PARAMETER)

    def uses(self, name: str) -> bool:
        """Whether a name stands in the rule."""
        return any(name in _words(statement) for statement in self.statements)


def optimizer(
    name: str = "sgd", *, momentum: float = 0.0, nesterov: bool = False, weight_decay: float | None = None,
    clip: float | None = None, **constants: float,
) -> Optimizer:  # fmt: skip
    """Name and options → the rule.

    `momentum` is μ of sgd and rmsprop; `nesterov` looks ahead by it; `weight_decay` λ adds λw to the gradient, or for
    adamw shrinks the parameter (0.01 there unless given); `clip` is the largest norm of all gradients together.
    `constants` are others of the method by name: alpha, beta_1, beta_2, epsilon.

    Raises InputError for a name or an option that is not there, and for values that no method takes.

    >>> optimizer("sgd", momentum=0.9).text
    "v' = μ*v + g; w' = w - η*v'"
    """
    if name not in NAMES:
        near = nearest(name, NAMES)
        hint = f"did you mean '{near}'?" if near else "the optimisers are " + ", ".join(NAMES)
        raise InputError(f"there is no optimiser '{name}'", hint=hint)
    values = dict(_DEFAULTS[name])
    for option, value in constants.items():
        letter = _LETTERS.get(option, option)
        if letter not in values:
            listed = ", ".join(word for word, sign in _LETTERS.items() if sign in values) or "none"
            raise InputError(f"{name} has no constant '{option}'", hint=f"its constants are: {listed}")
        values[letter] = value
    _require(momentum == 0 or name in _WITH_MOMENTUM, f"{name} takes no momentum", "use sgd or rmsprop")
    _require(0 <= momentum < 1, f"a momentum cannot be {momentum:g}", "give one from 0 up to 1, as 0.9")
    _require(not nesterov or (name == "sgd" and momentum > 0), "Nesterov's method looks ahead by the momentum",
             "give sgd a momentum, as in --momentum 0.9 --nesterov")  # fmt: skip
    _require((weight_decay or 0) >= 0, "a weight decay is not negative", "give 0 or more, as 0.01")
    _require(clip is None or clip > 0, "gradients are clipped to a norm above 0", "give one, as in --clip 1")
    for letter in ("α", "β_1", "β_2"):
        inside = letter not in values or 0 <= values[letter] < 1
        _require(inside, f"{letter} is a part of the past, from 0 up to 1", "give a number such as 0.9")
    _require(values.get("ε", 1.0) >= 0, "ε is not negative", "give a number such as 1e-8")
    lines, gradient = [], GRADIENT
    if clip is not None:
        values["G"], gradient = clip, "ĝ"
        lines.append("ĝ = g*minimum(1, G/(n + 10^(-6)))")
    if weight_decay is not None:
        values["λ"] = weight_decay
    if name != "adamw" and weight_decay:
        lines.append(f"d = {gradient} + λ*w")
        gradient = "d"
    if momentum:
        values["μ"] = momentum
    lines += [line.replace("{g}", gradient) for line in _method(name, momentum > 0, nesterov)]
    return Optimizer(name, tuple(lines), values, nesterov)


def _method(name: str, momentum: bool, nesterov: bool) -> tuple[str, ...]:
    """Name of a method → its statements, with {g} for the gradient."""
    if name in ("adam", "adamw"):
        kept = "(1 - η*λ)*w" if name == "adamw" else "w"
        return (*_MOMENTS, f"w' = {kept} - η*m̂/(sqrt(ŝ) + ε)")
    scaled = "{g}/(sqrt(s') + ε)" if name in _SCALED else "{g}"
    first = (_SCALED[name],) if name in _SCALED else ()
    if not momentum:
        return (*first, f"w' = w - η*{scaled}")
    step = "({g} + μ*v')" if nesterov else "v'"
    return (*first, f"v' = μ*v + {scaled}", f"w' = w - η*{step}")


_LETTERS = {"alpha": "α", "beta_1": "β_1", "beta_2": "β_2", "epsilon": "ε"}
"""What constants are called in Python and on the command line, and in the rules."""
_CLASSES = {"sgd": "SGD", "rmsprop": "RMSprop", "adagrad": "Adagrad", "adam": "Adam", "adamw": "AdamW"}
"""Rules → the classes of torch.optim."""
_WORD = re.compile(r"[^\W\d](?:[\w\u0300-\u036f])*'?")
"""A name in a statement of a rule, with its accents and its prime."""


def in_torch(rule: Optimizer) -> tuple[str, dict[str, object]]:
    """Rule → the class of torch.optim that follows it, and its arguments but for the rate and the clipping.

    >>> in_torch(optimizer("sgd", momentum=0.9))
    ('SGD', {'momentum': 0.9})
    """
    constants = rule.constants
    arguments: dict[str, object] = {}
    if "μ" in constants:
        arguments["momentum"] = constants["μ"]
    if rule.nesterov:
        arguments["nesterov"] = True
    if "α" in constants:
        arguments["alpha"] = constants["α"]
    if "β_1" in constants:
        arguments["betas"] = (constants["β_1"], constants["β_2"])
    if "ε" in constants:
        arguments["eps"] = constants["ε"]
    if "λ" in constants:
        arguments["weight_decay"] = constants["λ"]
    return _CLASSES[rule.name], arguments


def _below(parameter: str) -> str:
    """Name of a parameter → that name as a subscript; a label stays raised, since no subscript holds one.

    >>> _below("b"), _below("w_1"), _below("W_{out}"), _below("W^{(1)}")
    ('_b', '_{w_1}', '_{W,out}', '_{W}^{(1)}')
    """
    if len(parameter) == 1:
        return f"_{parameter}"
    below = [BRACES.sub("", parameter), *(match[1] for match in BRACES.finditer(parameter) if match[1])]
    above = split(parameter).above
    return f"_{{{','.join(below)}}}" + (f"^{{{above}}}" if above else "")


def _words(statement: str) -> list[str]:
    """Statement → the names in it, primed ones too."""
    return _WORD.findall(statement)


def _require(holds: bool, problem: str, hint: str) -> None:
    if not holds:
        raise InputError(problem, hint=hint)


def instance(rule: Optimizer, parameter: str, taken: frozenset[str] = frozenset()) -> tuple[dict[str, str], list[str]]:
    """Rule, a parameter's name, names of the model → what the rule's own names are for it, and its statements.

    What belongs to the parameter gets its name as a subscript, as v_b for what momentum remembers of b; a constant
    whose letter the model has already is marked, as η_{opt}.

    >>> instance(optimizer("sgd", momentum=0.9), "b")[1]
    ["v_b' = μ*v_b + g_b", "b' = b - η*v_b'"]
    """
    below = _below(parameter)
    names: dict[str, str] = {}
    for word in dict.fromkeys(word for statement in rule.statements for word in _words(statement)):
        plain = word.rstrip("'")
        shared = plain in rule.constants or plain in (RATE, UPDATE, NORM)
        if plain == PARAMETER:
            names[word] = word.replace(PARAMETER, parameter)
        elif shared:
            names[word] = f"{plain}_{{opt}}" if plain in taken else plain
        elif plain not in ("minimum", "sqrt"):
            names[word] = f"{plain}{below}" + word[len(plain) :]
    statements = [_WORD.sub(lambda match: names.get(match[0], match[0]), line) for line in rule.statements]
    return names, statements
