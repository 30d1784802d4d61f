"""How much is tried: in every run as much as fits in it, and more where THOROUGH=1 asks, as before a release."""

from __future__ import annotations

import os

THOROUGH = bool(os.environ.get("THOROUGH"))


def amount(usual: int, thorough: int) -> int:
    """Two numbers, of random formulas or of students → the one that this run takes."""
    return thorough if THOROUGH else usual
