"""What was seen of a run → a sentence; each finding has the numbers it was seen by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graphviz_ad.language import numbers
from graphviz_ad.messages.catalogue import SOURCE, say

_DIGITS = 3
"""Significant digits of a number in a sentence."""
_COUNTS = frozenset(("update", "epoch", "n", "count", "units", "dead", "layers"))
"""Numbers that are written with all their digits."""
_PARTS = {"when": "epoch", "over": "n", "all": "n"}
"""Parts of sentences that are others where there are no examples, by the number that a finding has not then."""


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with a run: its kind, the numbers that were computed, names of the formula.

    The sentence is the text `diagnosis.KIND`, or `diagnosis.KIND.VARIANT`, with these in its places, and with the texts
    `diagnosis.PART`, or `diagnosis.PART.alone` for a loss without examples.
    """

    kind: str
    numbers: Mapping[str, float]
    names: Mapping[str, str] = field(default_factory=dict)
    variant: str = ""

    @property
    def key(self) -> str:
        """The key of its text."""
        return f"diagnosis.{self.kind}" + (f".{self.variant}" if self.variant else "")

    def sentence(self, lang: str = SOURCE) -> str:
        """Language → the finding in words. Raises InputError where there is no such language."""
        places = {
            name: str(int(value)) if name in _COUNTS else numbers.text(numbers.rounded(float(value), _DIGITS), _DIGITS)
            for name, value in self.numbers.items()
        }
        places |= self.names
        text = say(self.key, lang)
        for part, number in _PARTS.items():
            if f"{{{part}}}" in text:
                variant = "" if number in places else ".alone"
                places[part] = say(f"diagnosis.{part}{variant}", lang).format(**places)
        return text.format(**places)

    def __str__(self) -> str:
        return self.sentence()


@dataclass(frozen=True)
class Diagnosis:
    """All findings of a run, the gravest first; prints as text, a sentence a line."""

    findings: tuple[Finding, ...]
    lang: str = SOURCE

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __str__(self) -> str:
        if not self.findings:
            return say("diagnosis.none", self.lang)
        return "\n".join(finding.sentence(self.lang) for finding in self.findings)

    def __repr__(self) -> str:
        return str(self)
