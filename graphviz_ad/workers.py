"""Where work is done that can be spread, sheets or runs: the cores of this machine, or a cluster of Dask.

Processes of `multiprocessing` are started by `python -c`, for which Python puts the folder one stands in before its own
library: a student's random.py would be run. PYTHONSAFEPATH keeps that folder out
(https://docs.python.org/3/using/cmdline.html#envvar-PYTHONSAFEPATH).
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import SpawnContext, SpawnProcess

from graphviz_ad.errors import ExerciseError
from graphviz_ad.lazy import optional

_MAX_WINDOWS_PROCESSES = 61
"""More than Windows waits for at a time (63 handles, two of them ours); `ProcessPoolExecutor` refuses more."""
_WATCH_SECONDS = 0.5
"""Between two looks of a process whether the one that started it is still there."""

NewExecutor = Callable[[], Executor]
"""Makes the workers; again after some of them died."""


def processes(jobs: int) -> NewExecutor | None:
    """Number of jobs → what makes a pool of as many processes; None for one, which is this process; 0 is all cores."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    count = jobs or cores
    if sys.platform == "win32":
        count = min(count, _MAX_WINDOWS_PROCESSES)
    if count == 1:
        return None

    def new() -> Executor:
        # Ctrl-C goes to all processes of a terminal; this one takes back what waits, and these end what they have begun
        with _safe_path():  # its queues start a process too, which counts them
            return ProcessPoolExecutor(count, _Context(), _begin, (os.getpid(),))

    return new


def _begin(parent: int) -> None:
    """In a new process: it does not hear Ctrl-C, and ends when the one that started it has ended, however it did."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _safe_path() -> Iterator[None]:
    """While it lasts, Python processes that are started leave the folder one stands in out of their path."""
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


class _Process(SpawnProcess):
    """A process that does not run what stands in the folder one is in."""

    def start(self) -> None:
        with _safe_path():
            super().start()


class _Context(SpawnContext):
    """Spawns, since forked children of a process with threads can hang, and a library that was loaded here has them."""

    Process = _Process


@contextmanager
def cluster(address: str) -> Iterator[NewExecutor]:
    """Address of a Dask scheduler → what makes an executor on it (https://distributed.dask.org).

    Workers need this package too. A worker that dies loses nothing: its tasks go to another.
    Raises MissingPartError without dask.distributed, ExerciseError where no scheduler answers.
    """
    distributed = optional("distributed", "cluster", "a cluster")
    try:
        client = distributed.Client(address, timeout="10s")
    except (OSError, ValueError, TimeoutError) as problem:
        raise ExerciseError(
            f"no scheduler answers at '{address}': {problem}",
            hint="start one: dask scheduler, and workers: dask worker",
        ) from None
    try:
        yield lambda: client.get_executor(pure=False, retries=2)
    finally:
        client.close()
