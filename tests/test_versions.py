"""CI's run with the lowest versions: that setup.cfg has one for each library, and that these are what is installed."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / ".ci" / "lowest.py"


def lowest() -> Any:
    spec = spec_from_file_location("lowest", SCRIPT)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_library_has_a_lowest_version() -> None:
    script = lowest()
    text = script.SETUP.read_text(encoding="utf-8")
    names = {line.partition(">=")[0] for line in script.read(text)["options"]["install_requires"].split("\n") if line}
    assert len(names) > 5
    assert names <= {line.partition("==")[0] for line in script.constraints(text)}


def test_the_constraints_are_read_off_the_requirements() -> None:
    text = """
[options]
python_requires = >=3.11
install_requires =
    click>=8.1
    some-thing[extra] >= 1.2.3
    any

[options.extras_require]
test =
    own[a, b]
    pinned==2.0; python_version < "3.14"
    pytest>=8
"""
    assert lowest().constraints(text) == ["click==8.1", "pytest==8", "some-thing==1.2.3"]
    assert (lowest().of("python", text), lowest().of("some-thing", text)) == ("3.11", "1.2.3")


def test_the_script_prints_them() -> None:
    def printed(*words: str) -> list[str]:
        completed = subprocess.run([sys.executable, SCRIPT, *words], capture_output=True, text=True, check=True)
        return completed.stdout.splitlines()

    assert "networkx==3.2" in printed()
    assert (printed("python"), printed("torch")) == (["3.11"], ["2.6"])


def test_ci_installs_them() -> None:
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert '.ci/lowest.py > "$work/lowest.txt"\nquick "$lowest" lowest "$work/lowest.txt"' in run
