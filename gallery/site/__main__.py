"""`python -m gallery.site [FOLDER]`: the site, and the lesson beside it, as pages that need no network."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

from gallery.lesson.__main__ import lesson
from gallery.site.staging import digest, stage
from gallery.web.building import build
from gallery.web.languages import LANGUAGES

HERE = Path(__file__).parent
CACHE = HERE / ".cache"
"""What stays between builds; a folder of its own in it for each state of the program."""
_LESSON = ("gallery/lesson", "gallery/web", "gallery/claims.py")
"""What the lesson is made of besides the program."""
_HOME = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>graphviz-ad</title>
<script>location.replace((navigator.language.startsWith("ja") ? "ja" : "en") + "/index.html")</script>
<noscript><meta http-equiv="refresh" content="3; url=en/index.html"></noscript></head>
<body><p><a href="en/index.html">graphviz-ad</a> · <a href="ja/index.html" lang="ja">日本語</a></p></body></html>
"""
"""The page above both languages, which leads to that of the reader."""


def work_folder(cache: Path) -> Path:
    """Folder of caches → that of this state of the program; those of others are removed."""
    work = cache / digest("graphviz_ad", "cli")
    for other in cache.iterdir() if cache.exists() else ():
        if other != work:
            shutil.rmtree(other, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    return work


def site(lang: str, folder: Path, work: Path) -> int:
    """Language, where to, and the folder of what is kept → the pages; the exit code, 1 for any warning."""
    source = work / "source" / lang
    stage(lang, source, work)
    return build(source, HERE, lang, folder / lang, work / "doctrees" / lang)


def beside(folder: Path) -> int:
    """Folder of the site → with the lesson in it, unless it is there and nothing of it has changed."""
    key, note = digest("graphviz_ad", "cli", *_LESSON), folder / "lesson" / ".made-from"
    if note.exists() and note.read_text() == key:
        return 0
    code = max(lesson(lang, folder / "lesson", beside_site=True) for lang in LANGUAGES)
    shutil.rmtree(folder / "lesson" / ".doctrees", ignore_errors=True)
    if code == 0:
        note.write_text(key)
    return code


def main(arguments: list[str]) -> int:
    """Words behind the command → the site, and how long it took; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m gallery.site", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=HERE / "_build", metavar="FOLDER")
    parser.add_argument("--no-lesson", action="store_true", help="leave the lesson as it is, or out")
    asked = parser.parse_args(arguments)
    started, folder = time.monotonic(), asked.folder.resolve()
    work = work_folder(CACHE if folder == HERE / "_build" else folder.parent / f".{folder.name}-cache")
    code = max([site(lang, folder, work) for lang in LANGUAGES])
    if not asked.no_lesson:
        code = max(code, beside(folder))
    (folder / "index.html").write_text(_HOME, encoding="utf-8")
    (folder / ".nojekyll").touch()  # GitHub leaves out folders such as _static otherwise
    print(f"{folder / 'index.html'} in {time.monotonic() - started:.0f} s")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
