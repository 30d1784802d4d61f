"""Runs questions as PrairieLearn's worker does: the folder first on the path, `server.py` read and its functions called.

Standard input has JSON: for each question its folder, its seed and the answers of some students. Standard output gets
the data after each student. (https://github.com/PrairieLearn/PrairieLearn, apps/prairielearn/python/zygote.py)
"""

import builtins
import importlib.util
import json
import os
import sys

import numpy  # noqa: F401  (a worker imports it before any question)

KEYS = ("params", "correct_answers", "submitted_answers", "partial_scores", "format_errors", "feedback", "options")


def kept(data):
    """What a worker hands back goes through JSON, which knows no nan."""
    return json.loads(json.dumps(data, allow_nan=False))


def run(folder, seed, students):
    for name in [name for name in sys.modules if name.split(".")[0] == "graphviz_ad"]:
        del sys.modules[name]  # a worker is forked anew for each question
    sys.path = [folder, *SAVED]
    os.chdir(folder)
    server = {}
    with open("server.py", encoding="utf-8") as file:
        exec(compile(file.read(), os.path.join(folder, "server.py"), "exec"), server)
    first = {key: {} for key in KEYS} | {"variant_seed": seed, "score": 0.0}
    server["generate"](first)
    first = kept(first)
    found = []
    for answers in students:
        data = kept(first | {"submitted_answers": answers})
        server["parse"](data)
        data = kept(data)
        if not data["format_errors"]:
            server["grade"](data)
        found.append(kept(data))
    for name, module in sys.modules.items():
        if name.split(".")[0] == "graphviz_ad":
            assert module.__file__.startswith(folder), module.__file__
    return found


def watched(evaluate):
    """eval or exec → the same for others, and an error for the program."""

    def called(*args):
        caller = sys._getframe(1)
        assert not caller.f_globals.get("__name__", "").startswith("graphviz_ad"), "something was given to eval"
        return evaluate(*args) if len(args) > 1 else evaluate(*args, caller.f_globals, caller.f_locals)

    return called


SAVED = list(sys.path)
assert importlib.util.find_spec("graphviz_ad") is None, "the program is installed here"
builtins.eval = watched(eval)
json.dump([run(*question) for question in json.load(sys.stdin)], sys.stdout)
