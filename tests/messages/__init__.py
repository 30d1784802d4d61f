"""Tests of the languages: they read the files of translators, and what is made in a language, by libraries of the tests."""

import pytest

for library in ("polib", "pypdf", "genanki"):
    pytest.importorskip(library, reason=f"{library} is missing: pip install -e '.[dev]'")
