"""Programs that import torch, each in a process of its own, which a process that has imported it already brings forth.

The import takes three seconds, such a program a moment.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CAN_FORK = sys.platform == "linux"
_SERVER = """
import json, os, runpy, signal, sys, traceback
import numpy, torch

for line in sys.stdin:
    path, out, err = json.loads(line)
    child = os.fork()
    if not child:
        signal.alarm(120)
        for number, name in ((1, out), (2, err)):
            os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT), number)
        os.chdir(os.path.dirname(path))
        sys.path[0], sys.argv = os.path.dirname(path), [path]
        code = 0
        try:
            runpy.run_path(path, run_name="__main__")
        except BaseException:
            code = 1
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def alone(path: Path) -> subprocess.CompletedProcess[str]:
    """Path of a program → what came of running it in its folder, by a Python that has imported nothing."""
    return subprocess.run([sys.executable, path.name], capture_output=True, text=True, cwd=path.parent, timeout=180)


class Runner:
    """Runs programs where torch is imported already."""

    def __init__(self, server: subprocess.Popen[str], folder: Path) -> None:
        self._server, self._folder = server, folder

    def __call__(self, path: Path) -> subprocess.CompletedProcess[str]:
        """Path of a program → what came of running it in its folder."""
        out, err = self._folder / "out", self._folder / "err"
        for file in (out, err):
            file.unlink(missing_ok=True)
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        print(json.dumps([str(path), str(out), str(err)]), file=self._server.stdin, flush=True)
        code = int(self._server.stdout.readline())
        texts = (file.read_text(encoding="utf-8") for file in (out, err))
        return subprocess.CompletedProcess([str(path)], code, *texts)


@contextmanager
def runner(folder: Path) -> Iterator[Runner]:
    """A folder to write in → what runs programs, as long as it is needed."""
    with subprocess.Popen(
        [sys.executable, "-c", _SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder
    ) as server:
        yield Runner(server, folder)
        assert server.stdin is not None
        server.stdin.close()
