"""Tests of the languages; they read the files of translators by polib."""

import pytest

pytest.importorskip("polib", reason="polib is missing: pip install -e '.[test]'")
