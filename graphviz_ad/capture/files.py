"""FILE.py:NAME → what that name is in the file, which is run."""

from __future__ import annotations

import importlib.util
import inspect
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
import torch

from graphviz_ad.capture.captured import require_python
from graphviz_ad.errors import GraphvizADError, InputError, nearest


@contextmanager
def drawing(seed: int, *, double: bool) -> Iterator[None]:
    """Seed → random numbers of the block begin there; with `double` torch makes tensors of double precision in it."""
    before = torch.get_default_dtype()
    torch.manual_seed(seed)
    torch.set_default_dtype(torch.float64 if double else before)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def load(target: str) -> tuple[Callable[..., Any], Mapping[str, Any]]:
    """ "model.py:net" → the function or module of that name, and all names of its file, which is run as by an import.

    Raises InputError where there is no such file or name, or where running it raises, with the line of the file.
    """
    path, _, name = target.rpartition(":")
    if not path or not name:
        raise InputError(f"'{target}' does not say what to run", hint="write FILE.py:NAME, as in model.py:net")
    if not os.path.isfile(path):
        raise InputError(f"there is no file '{path}'", hint="check its name and the folder you are in")
    spec = importlib.util.spec_from_file_location("graphviz_ad_captured", path)
    if spec is None or spec.loader is None:
        raise InputError(f"'{path}' is no Python file", hint="its name ends in .py")
    module = importlib.util.module_from_spec(spec)
    folder = os.path.dirname(os.path.abspath(path))
    sys.path.insert(0, folder)  # the file may import its neighbours
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as problem:
        raise _raised(problem, path) from None
    finally:
        sys.path.remove(folder)
    named = getattr(module, name, None)
    known = [key for key, value in vars(module).items() if callable(value) and not key.startswith("_")]
    if named is None or not callable(named):
        near = nearest(name, known)
        meant = f"did you mean '{near}'?" if near else f"there are {', '.join(known) or 'none'}"
        what = (
            f"has no function or module '{name}'"
            if named is None
            else f"has '{name}', but it is a {type(named).__name__}"
        )
        raise InputError(f"'{path}' {what}", hint=meant if named is None else "name a function or module")
    return named, vars(module)


def where(problem: BaseException, path: str) -> str:
    """What was raised, and the author's file → file and line, the last that is the author's."""
    if isinstance(problem, SyntaxError) and problem.filename == path:
        return f"{os.path.basename(path)}:{problem.lineno}"
    frames = [
        frame
        for frame in traceback.extract_tb(problem.__traceback__)
        if os.path.basename(frame.filename) == os.path.basename(path)
    ]
    return f"{os.path.basename(path)}:{frames[-1].lineno}" if frames else os.path.basename(path)


def prepared(
    function: Callable[..., Any], ordered: Sequence[Any], named: Mapping[str, Any],
    shapes: Mapping[str, tuple[tuple[int, ...], bool]],
) -> tuple[Callable[..., Any], dict[str, Any], dict[Any, str]]:  # fmt: skip
    """A function or module, and its arguments as the command line has them → the function of none, what was given
    beside the arguments (labels, for the loss), and names of arguments that their author gave none.

    Those of `shapes` are drawn. Raises InputError where an argument is missing.
    """
    if isinstance(function, type) and issubclass(function, torch.nn.Module):
        try:
            inspect.signature(function).bind()
        except TypeError as problem:
            raise InputError(
                f"{function.__name__}() is made without arguments here: {problem}",
                hint=f"write net = {function.__name__}(…) in the file, and name net",
            ) from None
        function = function()
    function = getattr(function, "_orig_mod", function)  # of torch.compile
    require_python([function])
    if isinstance(function, torch.nn.Module):
        function = function.to(torch.get_default_dtype())
        signature = inspect.signature(function.forward)
    else:
        signature = inspect.signature(function)
    given = {name: _tensor(value) for name, value in named.items()}
    for name, (size, whole) in shapes.items():
        given[name] = torch.randint(0, 2, size) if whole else torch.randn(size)
    parameters = [name for name in signature.parameters if name not in given]
    given |= {name: _tensor(value) for name, value in zip(parameters, ordered, strict=False)}
    extra = {name: given.pop(name) for name in list(given) if name not in signature.parameters}
    missing = [
        name for name, parameter in signature.parameters.items()
        if name not in given and parameter.default is parameter.empty and parameter.kind not in (2, 4)
    ]  # fmt: skip
    is_of_torch = type(function).__module__.startswith("torch.nn.")
    if missing == ["input"] and is_of_torch and extra:  # a name that no author chose
        name = next(iter(extra))
        value = extra.pop(name)
        return partial(function, value), extra, {value: name}
    if missing:
        names = ", ".join(missing)
        raise InputError(f"no value for {names}", hint=f"give one, as in --input {missing[0]}=2x3 or {missing[0]}=1.5")
    return partial(function, **given), extra, {}


def loss_of(text: str | None, known: Mapping[str, Any]) -> Callable[[Any], torch.Tensor] | None:
    """An expression over `out` and names that are known → the function that makes one number of what code gives.

    It is Python, and run as such, as the file is. Raises InputError where it is no expression.
    """
    if text is None:
        return None
    try:
        code = compile(text, "<--loss>", "eval")
    except SyntaxError as problem:
        raise InputError(
            f"--loss '{text}' is no expression of Python: {problem.msg}",
            hint='write what makes one number of out, as in --loss "F.mse_loss(out, y)"',
        ) from None

    def loss(out: Any) -> torch.Tensor:
        scope = {"torch": torch, "F": torch.nn.functional, **known, "out": out}
        try:
            result: torch.Tensor = eval(code, scope)  # noqa: S307  (the file is run too)
        except NameError as problem:
            raise InputError(
                f"--loss '{text}': {problem}",
                hint=f"name it in the file, or give its value: --input {problem.name}=2:int or {problem.name}=1.5",
            ) from None
        except (AttributeError, IndexError, RuntimeError, TypeError, ValueError) as problem:
            kind = f"a tensor of shape {tuple(out.shape)}" if isinstance(out, torch.Tensor) else type(out).__name__
            raise InputError(
                f"--loss '{text}': {type(problem).__name__}: {problem}", hint=f"out, which the code gives, is {kind}"
            ) from None
        return result

    return loss


def run_safely(target: str, work: Callable[[], Any]) -> Any:
    """Target and what runs its code → what comes out; what the code raises is told with its line."""
    path = target.rpartition(":")[0]
    try:
        return work()
    except GraphvizADError:
        raise
    except (Exception, SystemExit) as problem:
        raise _raised(problem, path) from None


def _raised(problem: BaseException, path: str) -> InputError:
    """What the author's code raised, and its file → the error that tells it with its line."""
    first = str(problem).partition("\n")[0]
    return InputError(f"{where(problem, path)}: {type(problem).__name__}: {first}", hint="run the file alone")


def _tensor(value: Any) -> torch.Tensor:
    """A number or an array → a tensor of the default type, of whole numbers where these are asked for."""
    if isinstance(value, np.ndarray) and value.dtype == np.int64:
        return torch.from_numpy(value)
    return torch.tensor(value, dtype=torch.get_default_dtype())
