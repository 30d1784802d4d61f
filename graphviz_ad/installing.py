"""What is missing → the line that installs it where this program runs: pip, pipx or uv, in words every shell takes."""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
from pathlib import Path

_PROJECT = "graphviz-ad"
"""What pip calls this project."""

_NO_WHEEL_FOR_ARM = ("pygraphviz", "typst")
"""Libraries that only a compiler installs on Windows on ARM; markers in setup.cfg leave them out there."""


def library(name: str) -> str:
    """A library → the line that installs it, or where that is none, what to do."""
    if sys.platform == "win32" and name in _NO_WHEEL_FOR_ARM and platform.machine() == "ARM64":
        return f"use the 64-bit Python for Intel and AMD, which runs on ARM too: {name} has no wheel for Windows on ARM"
    match _manager():
        case "pipx":
            return f"pipx inject {Path(sys.prefix).name} {_quoted(name)}"
        case "pipx run":
            return f"pipx run --spec {_own()} --with {_quoted(name)} {_PROJECT}"
        case "uv tool":
            return f"uv tool install {_own()} --with {_quoted(name)}"
        case "uvx":
            return f"uvx --with {_quoted(name)} --from {_own()} {_PROJECT}"
        case "uv":
            return f"uv pip install --python {_quoted(sys.executable)} {_quoted(name)}"
    return f"{_python()} -m pip install {_quoted(name)}"


def extra(name: str) -> str:
    """An extra of this project → the line that installs it.

    pip finds the project in its environment, from wherever it came; what makes the environment anew is told that place.
    """
    requirement = f'"{_PROJECT}[{name}]"'
    match _manager():
        case "pipx":
            return f"pipx runpip {Path(sys.prefix).name} install {requirement}"
        case "pipx run":
            return f"pipx run --spec {_own(name)} {_PROJECT}"
        case "uv tool":
            return f"uv tool install {_own(name)}"
        case "uvx":
            return f"uvx --from {_own(name)} {_PROJECT}"
        case "uv":
            return f"uv pip install --python {_quoted(sys.executable)} {requirement}"
    return f"{_python()} -m pip install {requirement}"


def _manager() -> str:
    """→ what made the environment of this interpreter: pip unless it left a sign of another."""
    prefix = Path(sys.prefix)
    if (prefix / "pipx_metadata.json").exists():
        return "pipx" if prefix.parent.name == "venvs" else "pipx run"
    if (prefix / "uv-receipt.toml").exists():
        return "uv tool"
    try:
        made_by_uv = "\nuv = " in "\n" + (prefix / "pyvenv.cfg").read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return "pip"
    if not made_by_uv:
        return "pip"
    if any(part.startswith(("archive-v", "environments-v")) for part in prefix.parts):  # of uv's cache
        return "uvx"
    return "pip" if importlib.util.find_spec("pip") else "uv"


def _python() -> str:
    """→ what this interpreter is called on a command line: its path, where the word `python` is another."""
    import shutil

    path = shutil.which("python")
    if path and os.path.abspath(path) == os.path.abspath(sys.executable):
        return "python"
    return _quoted(sys.executable)


def _own(extra: str = "") -> str:
    """This project, perhaps with an extra → what pip installs it from: its name, or where it was installed from."""
    named = f"{_PROJECT}[{extra}]" if extra else _PROJECT
    import json
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        url = json.loads(distribution(_PROJECT).read_text("direct_url.json") or "{}").get("url")
    except (PackageNotFoundError, ValueError, OSError):
        url = None
    return _quoted(f"{named} @ {url}" if url else named)


def _quoted(word: str) -> str:
    """A word → the same for cmd.exe, PowerShell and sh: between double quotes where something in it means more."""
    return word if word.isascii() and all(c.isalnum() or c in "-_./\\:" for c in word) else f'"{word}"'
