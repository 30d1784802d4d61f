"""All of a release but the upload: python .ci/release.py 0.1.0; with `check` for the version nothing is changed.

Writes the version and the date, builds into dist/, and checks that with twine, check-wheel-contents and pyroma.
RELEASING.md says what comes before and after.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import venv
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHANGELOG, INIT, CITATION = ROOT / "CHANGELOG.md", ROOT / "graphviz_ad" / "__init__.py", ROOT / "CITATION.cff"
TOOLS = ("build", "twine", "check-wheel-contents", "pyroma")
_UNRELEASED = "## Unreleased\n"


def dated(changelog: str, version: str, day: str) -> str:
    """Changelog → the same with what is unreleased under the version and its date, below an empty heading.

    Raises SystemExit where nothing is new, or the version is there already.
    """
    before, heading, after = changelog.partition(_UNRELEASED)
    if not heading or not after.partition("\n## ")[0].strip():
        raise SystemExit("CHANGELOG.md has nothing under '## Unreleased'")
    if f"\n## {version} " in changelog:
        raise SystemExit(f"CHANGELOG.md has {version} already")
    return f"{before}{_UNRELEASED}\n## {version} ({day})\n{after}"


def with_version(text: str, version: str) -> str:
    """`__init__.py` or CITATION.cff → the same with the version."""
    text, count = re.subn(r'^((?:__)?version(?:__ =|:) "?)[\d.a-z]+', rf"\g<1>{version}", text, flags=re.MULTILINE)
    assert count == 1, "the version stands in one line"
    return text


def with_date(citation: str, day: str) -> str:
    """CITATION.cff → the same with the date of the version."""
    undated = re.sub(r"^date-released: .*\n", "", citation, flags=re.MULTILINE)
    return re.sub(r"^(version: .*\n)", rf"\g<1>date-released: {day}\n", undated, flags=re.MULTILINE)


def build(python: Path, source: Path, folder: Path) -> None:
    """Interpreter with the tools, source, folder → sdist and wheel in it, checked."""

    def run(*words: str | Path) -> None:
        subprocess.run([str(python), "-m", *map(str, words)], cwd=source, check=True)

    run("build", "-o", folder, ".")
    run("twine", "check", "--strict", *folder.glob("graphviz_ad-*"))
    run("check_wheel_contents", *folder.glob("*.whl"))
    run("pyroma", "--min", "9", ".")


def main(version: str) -> None:
    """Version, or `check` → what is released in dist/."""
    if version != "check":
        if subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, check=True).stdout:
            raise SystemExit("commit or put aside what is changed, so that the tag is what is built")
        day = date.today().isoformat()
        CHANGELOG.write_text(dated(CHANGELOG.read_text(encoding="utf-8"), version, day), encoding="utf-8")
        INIT.write_text(with_version(INIT.read_text(encoding="utf-8"), version), encoding="utf-8")
        cited = with_date(with_version(CITATION.read_text(encoding="utf-8"), version), day)
        CITATION.write_text(cited, encoding="utf-8")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as work:
        venv.create(Path(work) / "tools", with_pip=True)
        python = Path(work) / "tools" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        subprocess.run([str(python), "-m", "pip", "install", "-q", *TOOLS], check=True)
        for old in (ROOT / "dist").glob("graphviz_ad-*"):
            old.unlink()
        source = Path(work) / "source"  # without what an earlier build may have left
        subprocess.run(["git", "checkout-index", "-a", f"--prefix={source}/"], cwd=ROOT, check=True)
        if version != "check":
            for path in (CHANGELOG, INIT, CITATION):
                (source / path.relative_to(ROOT)).write_bytes(path.read_bytes())
        build(python, source, ROOT / "dist")
    print("dist/ is ready; RELEASING.md says how it goes on")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not re.fullmatch(r"check|\d+\.\d+\.\d+((a|b|rc)\d+)?", sys.argv[1]):
        raise SystemExit(__doc__)
    main(sys.argv[1])
