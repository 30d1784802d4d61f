"""Modules that are imported when first used, so that what does not need them does not wait for them."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

from graphviz_ad.errors import MissingPartError
from graphviz_ad.installing import extra as extra_line


def lazy(name: str) -> ModuleType:
    """Module name → the module, run at its first use (the recipe of the `importlib` documentation).

    Raises ModuleNotFoundError at once where there is no such module.
    """
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    loader = importlib.util.LazyLoader(spec.loader)
    spec.loader = loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    loader.exec_module(module)
    return module


def optional(name: str, extra: str, what: str) -> ModuleType:
    """Name of a module of an optional library → the module, imported now.

    Raises MissingPartError where it, or what it needs itself, is not installed: the extra `extra` brings both.

    >>> optional("no_such_library.part", "slides", "a deck")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    graphviz_ad.errors.MissingPartError: a deck needs no_such_library, which is not installed
    hint: ... install "graphviz-ad[slides]"
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as problem:
        library = (problem.name or "").partition(".")[0]
        if library in ("", "graphviz_ad"):
            raise
        problem_text = f"{what} needs {library}, which is not installed"
        raise MissingPartError(problem_text, hint=extra_line(extra)) from None
