"""Formulas as lists of operations, each with a name, run by an own table of functions and differentiated numerically."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Values = dict[str, Array]
Edge = tuple[str, int]
"""The name of an operation, and which of its arguments."""

_STEP = 1e-20
"""Of the derivative along the imaginary axis: no digit is lost, however small it is."""


def _softmax(x: Array) -> Array:
    powers = np.exp(x)
    return powers / np.sum(powers)


def _cross_entropy(x: Array, y: Array) -> Array:
    return -np.sum(y * np.log(_softmax(x)))


FUNCTIONS: dict[str, tuple[str, Callable[..., Array]]] = {
    "add": ("{0} + {1}", lambda x, y: x + y),
    "sub": ("{0} - {1}", lambda x, y: x - y),
    "mul": ("{0}*{1}", lambda x, y: x * y),
    "div": ("{0}/{1}", lambda x, y: x / y),
    "neg": ("-{0}", lambda x: -x),
    "square": ("{0}^2", lambda x: x * x),
    "cube": ("{0}^3", lambda x: x * x * x),
    "raise": ("{0}^{1}", lambda x, y: np.exp(y * np.log(x))),
    "exp": ("exp({0})", np.exp),
    "log": ("log({0})", np.log),
    "sqrt": ("sqrt({0})", np.sqrt),
    "sin": ("sin({0})", np.sin),
    "cos": ("cos({0})", np.cos),
    "sigmoid": ("sigmoid({0})", lambda x: 1 / (1 + np.exp(-x))),
    "tanh": ("tanh({0})", np.tanh),
    "relu": ("relu({0})", lambda x: np.where(np.real(x) > 0, x, 0)),
    "sum": ("sum({0})", np.sum),
    "mean": ("mean({0})", np.mean),
    "max": ("max({0})", lambda x: x[np.argmax(np.real(x))]),
    "softmax": ("softmax({0})", _softmax),
    "matmul": ("{0} @ {1}", lambda x, y: x @ y),
    "bce": ("bce({0}, {1})", lambda p, y: -(y * np.log(p) + (1 - y) * np.log(1 - p))),
    "cross_entropy": ("cross_entropy({0}, {1})", _cross_entropy),
}
"""Operation → how it is written in the language, and what it computes, also of complex numbers."""


@dataclass(frozen=True)
class Operation:
    """A statement of one operation: its name, which operation, the names of its arguments."""

    name: str
    kind: str
    args: tuple[str, ...]

    def __call__(self, *given: Array) -> Array:
        return np.asarray(FUNCTIONS[self.kind][1](*given))


@dataclass(frozen=True)
class Formula:
    """Operations in their order, and the shapes and values of inputs that are not chosen."""

    operations: tuple[Operation, ...]
    shapes: Mapping[str, tuple[int, ...]]
    given: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The formula in the language."""
        return "; ".join(f"{o.name} = {FUNCTIONS[o.kind][0].format(*o.args)}" for o in self.operations)

    @property
    def output(self) -> str:
        """The name of the last operation."""
        return self.operations[-1].name

    def uses(self, name: str) -> list[Edge]:
        """Name → the edges out of it, the last operation first."""
        return [(o.name, n) for o in reversed(self.operations) for n, arg in enumerate(o.args) if arg == name]

    def named(self, name: str) -> Operation:
        """Name → its operation."""
        return next(o for o in self.operations if o.name == name)


def slopes(operation: Operation, slot: int, args: list[Array]) -> Array:
    """Operation, an argument, all values → the derivatives of all entries with respect to all entries of it, as a matrix."""
    columns = []
    for entry in np.ndindex(args[slot].shape):
        moved = [np.asarray(arg, dtype=complex) for arg in args]
        moved[slot] = moved[slot].copy()
        moved[slot][entry] += 1j * _STEP
        columns.append(np.ravel(np.imag(operation(*moved)) / _STEP))
    return np.array(columns).T


def formula(text: str, shapes: Mapping[str, tuple[int, ...]] | None = None, **given: Any) -> Formula:
    """Operations as `name=kind(arg, …)` with spaces between → the formula.

    >>> formula("p=mul(a,b) L=square(p)").text
    'p = a*b; L = p^2'
    """
    operations = []
    for part in text.split():
        name, call = part.split("=")
        kind, args = call.rstrip(")").split("(")
        operations.append(Operation(name, kind, tuple(args.split(","))))
    return Formula(tuple(operations), shapes or {}, given)


FORMULAS = (
    formula("p=mul(a,b) q=add(p,c) L=square(q)"),
    formula("z=mul(w,x) s=add(z,b) h=sigmoid(s) e=sub(h,y) L=square(e)"),
    formula("z=mul(w,x) s=add(z,b) h=tanh(s) L=mul(h,v)"),
    formula("a=mul(p,q) b=sub(a,r) L=square(b)"),
    formula("p=mul(a,b) q=mul(b,c) L=add(p,q)"),
    formula("r=div(x,y) L=square(r)"),
    formula("u=add(x,y) v=sub(x,y) L=mul(u,v)"),
    formula("s=square(x) t=mul(s,y) r=add(t,y) L=square(r)"),
    formula("m=mul(k,t) e=exp(m) L=mul(e,c)"),
    formula("p=mul(x,y) g=log(p) L=mul(g,w)"),
    formula("z=mul(w,x) h=relu(z) o=mul(h,v) e=sub(o,y) L=square(e)"),
    formula("u=mul(a,x) v=sin(u) w=mul(v,b) L=add(w,u)"),
    formula("d=sub(x,y) c=cube(d) n=neg(c) L=add(n,z)"),
    formula("s=add(x,y) t=sqrt(s) L=mul(t,w)"),
    formula("m=div(x,y) n=add(m,w) o=div(n,z) L=square(o)"),
    formula("z1=mul(w1,x) h1=tanh(z1) z2=mul(w2,h1) e=sub(z2,y) L=square(e)"),
    formula("z=mul(w,x) s=sigmoid(z) L=bce(s,y)", y=1.0),
    formula("z=matmul(W,x) h=add(z,b) q=square(h) L=sum(q)", {"W": (2, 2), "x": (2,), "b": (2,)}),
    formula("C=matmul(A,B) S=square(C) L=sum(S)", {"A": (2, 2), "B": (2, 2)}),
    formula("s=mul(z,c) L=cross_entropy(s,y)", {"z": (3,)}, y=[0.0, 1.0, 0.0]),
    formula("s=softmax(z) p=mul(s,v) L=sum(p)", {"z": (3,), "v": (3,)}),
    formula("u=raise(c,x) L=mul(u,w)"),
    formula("Z=matmul(X,w) e=sub(Z,y) q=square(e) L=mean(q)", {"X": (3, 2), "w": (2,), "y": (3,)}),
    formula("z=mul(w,x) s=add(z,b) h=tanh(s) o=mul(h,v) q=add(o,c) e=sub(q,y) L=square(e)"),
    formula("p=mul(a,b) q=mul(c,d) s=add(p,q) r=mul(s,f) L=square(r)"),
    formula("u=mul(a,x) v=mul(b,y) s=add(u,v) t=add(s,c) h=sigmoid(t) e=sub(h,d) L=square(e)"),
)
"""The formulas that are asked for, the last three of five to seven inputs."""
