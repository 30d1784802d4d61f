"""Runs questions as PrairieLearn's worker does: the folder first on the path, `server.py` read and its functions called.

PrairieLearn has Python 3.10: what is newer in `math` is taken away, and in regular expressions it is an error.

Standard input has JSON: for each question its folder, its seed and the answers of some students. Standard output gets
the data after each student. (https://github.com/PrairieLearn/PrairieLearn, apps/prairielearn/python/zygote.py)
"""

import builtins
import importlib.util
import json
import math
import os
import re
import sys

import numpy  # noqa: F401  (a worker imports it before any question)

KEYS = ("params", "correct_answers", "submitted_answers", "partial_scores", "format_errors", "feedback", "options")


def kept(data):
    """What a worker hands back goes through JSON, which knows no nan."""
    return json.loads(json.dumps(data, allow_nan=False))


def run(folder, seed, students):
    if sys.path[0] != folder:  # a worker is forked anew for each question
        for name in [name for name in sys.modules if name.split(".")[0] == "graphviz_ad"]:
            del sys.modules[name]
    sys.path = [folder, *SAVED]
    os.chdir(folder)
    server = {}
    with open("server.py", encoding="utf-8") as file:
        exec(compile(file.read(), os.path.join(folder, "server.py"), "exec"), server)
    first = {key: {} for key in KEYS} | {"variant_seed": seed, "score": 0.0}
    server["generate"](first)
    first = kept(first)
    results = []
    for answers in students:
        data = kept(first | {"submitted_answers": answers})
        server["parse"](data)
        data = kept(data)
        if not data["format_errors"]:
            server["grade"](data)
        results.append(kept(data))
    for name, module in sys.modules.items():
        if name.split(".")[0] == "graphviz_ad":
            assert module.__file__.startswith(folder), module.__file__
    return results


def watched(evaluate):
    """eval or exec → the same for others, and an error for the program."""

    def called(*args):
        caller = sys._getframe(1)
        assert not caller.f_globals.get("__name__", "").startswith("graphviz_ad"), "something was given to eval"
        return evaluate(*args) if len(args) > 1 else evaluate(*args, caller.f_globals, caller.f_locals)

    return called


def newer(parts):
    """Whether a parsed regular expression has what Python 3.10 does not know."""
    if isinstance(parts, (list, tuple)) or hasattr(parts, "data"):
        return any(map(newer, getattr(parts, "data", parts)))
    return str(parts) in ("ATOMIC_GROUP", "POSSESSIVE_REPEAT")


def older(compiled):
    """What compiles regular expressions → the same, which refuses what Python 3.10 does not know."""

    def called(pattern, flags):
        if isinstance(pattern, str):
            assert not newer(re._parser.parse(pattern, flags)), f"Python 3.10 cannot read {pattern}"
        return compiled(pattern, flags)

    return called


SAVED = list(sys.path)
if hasattr(math, "cbrt"):  # as Python 3.11 and later
    re._compile = older(re._compile)
    del math.cbrt, math.exp2
assert importlib.util.find_spec("graphviz_ad") is None, "the program is installed here"
builtins.eval = watched(eval)
json.dump([run(*question) for question in json.load(sys.stdin)], sys.stdout)
