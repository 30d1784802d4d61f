"""Files whose reading may never end → their answers, read by a process of its own that is ended when it takes too long.

`python -m graphviz_ad.exercises.marking.guarded` is that process: for each file it is given it answers with a line.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from queue import Empty, Queue
from typing import BinaryIO, TypedDict

from graphviz_ad.errors import ExerciseError, GraphvizADError, MissingPartError
from graphviz_ad.exercises.marking.received import Answers

_MAX_SECONDS = 20.0
"""For a file: a form takes a tenth of a second."""
_MAX_MEMORY_BYTES = 2_000_000_000
"""Of the process: a file that unpacks to more is none that was filled in."""


class _Reply(TypedDict, total=False):
    """What the process says of a file: the answers, or why there are none."""

    answers: dict[str, object]
    error: str
    hint: str
    is_part_missing: bool


class PdfReader:
    """Reads PDFs in a process that is started for the first of them, and again after one that it did not survive."""

    def __init__(self, max_seconds: float = _MAX_SECONDS) -> None:
        self.max_seconds = max_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._replies: Queue[bytes] = Queue()

    def read(self, data: bytes, name: str, stem: str) -> Answers:
        """Bytes of a PDF, the name of its file and that without its suffix → the answers.

        Raises ExerciseError, MissingPartError.
        """
        process = self._started()
        assert process.stdin is not None
        with suppress(OSError):  # a process that has ended: that is what no reply says
            process.stdin.write(json.dumps([name, stem, len(data)]).encode() + b"\n" + data)
            process.stdin.flush()
        try:
            line = self._replies.get(timeout=self.max_seconds)
        except Empty:
            line = b""
        if not line:
            self.close()
            raise ExerciseError(
                f"'{name}' takes too long to read, or too much memory", hint="ask for the form again, as it was saved"
            )
        reply: _Reply = json.loads(line)
        if "error" in reply:
            kind = MissingPartError if reply.get("is_part_missing") else ExerciseError
            raise kind(reply["error"], hint=reply.get("hint"))
        return Answers(**reply["answers"])  # type: ignore[arg-type]

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with suppress(OSError):
                        stream.close()
            self._process = None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            command = [sys.executable, "-P", "-m", "graphviz_ad.exercises.marking.guarded"]
            self._replies = Queue()
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)  # noqa: S603
            assert self._process.stdout is not None
            threading.Thread(target=_listen, args=(self._process.stdout, self._replies), daemon=True).start()
        return self._process


def _listen(stream: BinaryIO, replies: Queue[bytes]) -> None:
    """Lines of a process → a queue; the last one is empty."""
    with suppress(OSError, ValueError):
        for line in stream:
            replies.put(line)
    replies.put(b"")


def _serve() -> None:
    """Reads what stands on standard input: a line with name and length, then the bytes of a file; answers each."""
    from graphviz_ad.exercises.marking.pdf_answers import read_pdf

    _limit_memory()
    while line := sys.stdin.buffer.readline():
        name, stem, length = json.loads(line)
        try:
            reply: _Reply = {"answers": asdict(read_pdf(sys.stdin.buffer.read(length), name, stem))}
        except GraphvizADError as problem:
            is_missing = isinstance(problem, MissingPartError)
            reply = {"error": problem.message, "hint": problem.hint or "", "is_part_missing": is_missing}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


def _limit_memory() -> None:
    """Where the system can do so, no more memory is given to this process than a form needs."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY_BYTES, _MAX_MEMORY_BYTES))


if __name__ == "__main__":
    _serve()
