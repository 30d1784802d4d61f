"""setup.cfg → the lowest versions it allows: constraints for pip, or with the word `python` or `torch` that one.

python .ci/lowest.py > lowest.txt && pip install -c lowest.txt .
"""

from __future__ import annotations

import re
import sys
from configparser import ConfigParser
from pathlib import Path

SETUP = Path(__file__).parents[1] / "setup.cfg"
_LOWEST = re.compile(r"([\w.-]+)(?:\[[^\]]*\])?\s*>=\s*([\w.]+)")


def read(text: str) -> ConfigParser:
    """Text of a setup.cfg → its sections."""
    parser = ConfigParser()
    parser.read_string(text)
    return parser


def constraints(text: str) -> list[str]:
    """Text of a setup.cfg → `name==version` for every requirement, of extras too, that begins at a version."""
    parser = read(text)
    wanted = [parser["options"]["install_requires"], *parser["options.extras_require"].values()]
    found = (_LOWEST.match(line.strip()) for block in wanted for line in block.splitlines())
    return sorted({f"{match[1]}=={match[2]}" for match in found if match})


def of(name: str, text: str) -> str:
    """A library or `python`, and the text of a setup.cfg → its lowest version."""
    if name == "python":
        return read(text)["options"]["python_requires"].removeprefix(">=")
    return dict(line.split("==") for line in constraints(text))[name]


if __name__ == "__main__":
    setup = SETUP.read_text(encoding="utf-8")
    sys.stdout.write((of(sys.argv[1], setup) if sys.argv[1:] else "\n".join(constraints(setup))) + "\n")
