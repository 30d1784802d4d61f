"""Random tests draw the same examples in every run, so that a green run stays green; HYPOTHESIS_RANDOM=1 draws new ones."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("fixed", derandomize=True, database=None)
settings.load_profile("default" if os.environ.get("HYPOTHESIS_RANDOM") else "fixed")
