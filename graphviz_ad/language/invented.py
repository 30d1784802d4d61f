"""Names of the author → names for intermediate results, which are set like none of the author's."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import count

from graphviz_ad.language.names import letter as greek
from graphviz_ad.language.names import split
from graphviz_ad.language.notation import latex_name, typst_name

LETTERS = "vuhsrqpcdgzabefijklmnotwxyABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Letters for intermediate results, the usual one first: the first that begins no name of the author's is taken."""


def names(taken: Collection[str], letter: str = LETTERS[0]) -> Iterator[str]:
    """Names of the author → others: v1, v2, …; with another letter where v₁ could be read as an entry of theirs.

    Any other letter is taken as it is; numbers are left out whose names would be set like one of the author's.

    >>> fresh = names({"v_1", "x"})
    >>> next(fresh), next(fresh)
    ('u1', 'u2')
    >>> fresh = names({"h₁", "x"}, "h")
    >>> next(fresh), next(fresh)
    ('h2', 'h3')
    """
    stems = {greek(split(name).stem) for name in taken}
    chosen = letter.rstrip("_") or LETTERS[0]
    if chosen == LETTERS[0]:
        chosen = next((candidate for candidate in LETTERS if candidate not in stems), chosen)
    forms = {form for name in taken for form in _forms(name)}
    for number in count(1):
        name = f"{chosen}{number}" if len(chosen) == 1 else f"{chosen}_{number}"
        if forms.isdisjoint(_forms(name)):
            yield name


def _forms(name: str) -> tuple[str, str, str]:
    """Name → how it looks in each notation."""
    return name, latex_name(name), typst_name(name)
