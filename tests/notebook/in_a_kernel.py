"""Run by a test as a program of its own: a notebook, and a widget with a page that sends, in a real kernel.

The libraries that run kernels warn of what is theirs to mend, and the tests make warnings errors.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient

WIDGET = """
from graphviz_ad import parse
trace = parse("a = x*y; L = a*a + x").run(x=2, y=3)
seen = []
widget = trace.player()
widget.observe(lambda change: seen.append((change["name"], change["new"])), ["step", "inputs"])
widget.step = 5
print(widget.model_id)
"""
LOOK = "import json; print(json.dumps([widget.step, widget.inputs, widget.trace.grad('x'), widget.answered, seen]))"


def ran(path: str, folder: str) -> Any:
    """Path of a notebook → it, after all its cells were run."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=120, coalesce_streams=True, resources={"metadata": {"path": folder}})
    return client.execute()  # a busy machine hands on a long text in several pieces


def widget(folder: str) -> Any:
    """A player in a kernel, to which the page sends a step and inputs → what the kernel then knows, and what it sent."""
    manager, kernel = start_new_kernel(cwd=folder)
    sent: list[Any] = []

    def execute(code: str) -> str:
        texts: list[str] = []

        def heard(message: Any) -> None:
            if message["msg_type"] == "stream":
                texts.append(message["content"]["text"])
            elif message["msg_type"] == "error":
                raise RuntimeError(message["content"]["evalue"])

        kernel.execute_interactive(code, output_hook=heard, timeout=60)
        return "".join(texts).strip()

    try:
        model = execute(WIDGET)
        for state in ({"step": 7}, {"inputs": {"x": 5, "y": 1}}, {"inputs": {"x": 5}}):
            data = {"method": "update", "state": state, "buffer_paths": []}
            message = kernel.session.msg("comm_msg", {"comm_id": model, "data": data})
            kernel.shell_channel.send(message)
            while True:
                heard = kernel.get_iopub_msg(timeout=60)
                if heard["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                    continue
                if heard["msg_type"] == "comm_msg":
                    sent.append(heard["content"]["data"].get("state", {}))
                elif heard["content"].get("execution_state") == "idle":
                    break
        known = json.loads(execute(LOOK))
    finally:
        kernel.stop_channels()
        manager.shutdown_kernel(now=True)
    return {
        "known": known,
        "sent": [sorted(state) for state in sent],
        "problems": [s["problem"] for s in sent if "problem" in s],
    }


if __name__ == "__main__":
    what, path, folder = sys.argv[1:]
    answer = ran(path, folder) if what == "notebook" else widget(folder)
    Path(path).write_text(json.dumps(answer), encoding="utf-8")
