"""Normal densities, covariances and similarities → what they are computed from: N(x | μ, σ²), Cov(x, y), sim(u, v)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graphviz_ad.language.latex.flatten import flat
from graphviz_ad.language.latex.indicators import Indicators
from graphviz_ad.language.latex.labels import Range, Task
from graphviz_ad.language.names import identity

_GIVEN_BY = frozenset(("|", "mid", "vert", ";"))
"""Signs before the parameters of a density."""
_GROWING = frozenset(("left", "right", "big", "Big", "bigg", "Bigg", "bigl", "Bigl", "bigr", "Bigr"))
"""Commands before a bracket that make it grow, and such with a bar."""
_IDENTITY = re.compile(r"(.*?)·?(?:I|𝐈|𝟏)(?:_\w+)?")
"""A variance times the identity matrix, whose letter ends it."""
_IN_BRACKETS = re.compile(r"\([^()]*\)")
"""A bracket without brackets in it."""
_MATRIX = re.compile(r"[A-ZΣΛΨΩ]")
"""A letter for a matrix."""
_DIAGONAL = re.compile(r"diag\(.*\)")
"""A diagonal matrix."""


class Moments(Indicators):
    """Reads what statistics has names for."""

    def arguments(self, inside: Range, signs: Sequence[str]) -> list[Range]:
        """What stands in brackets → its parts between some signs that stand in no further bracket."""
        parts, depth, first = list[Range](), 0, inside[0]
        for place in range(*inside):
            token = self.tokens[place]
            depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.text, 0)
            if depth == 0 and token.text in signs and (token.kind == "sign" or token.text in _GIVEN_BY - {";"}):
                last = place - 1 if place > first and self.tokens[place - 1].text in _GROWING else place
                parts.append((first, last))
                first = place + 1
        last = inside[1] - 1 if inside[1] > first and self.tokens[inside[1] - 1].text in _GROWING else inside[1]
        return [*parts, (first, last)]

    def behind_name(self, at: int, stop: int) -> tuple[Range | None, int]:
        """Place behind a name → what stands in the bracket there, and where to go on; None where there is none."""
        at = self.skip_blanks(at)
        if at < stop and self.tokens[at].text in _GROWING:
            at = self.skip_blanks(at + 1)
        return self.bracketed(at, stop) if at < stop and self.tokens[at].text in "([" else (None, at)

    def is_what_is_set(self, start: int, at: int, stop: int) -> bool:
        """Whether a name that begins at a place, with the bracket behind it, is the left side of a statement."""
        inside, after = self.behind_name(at, stop)
        following = self.skip_blanks(after)
        while following < stop and self.tokens[following].text == "&":
            following = self.skip_blanks(following + 1)
        is_set = inside is not None and following < stop and self.tokens[following].text in ("=", ":=")
        return is_set and self.begins_statement(start)

    def density(self, start: int, at: int, stop: int) -> tuple[int, list[Task]] | None:
        """\\mathcal{N}(x | μ, σ²) with the place behind the letter → the normal density, that of a vector where the
        last is a matrix; None where it is no density, or what a statement defines."""
        inside, after = self.behind_name(at, stop)
        if inside is None or self.is_what_is_set(start, at, stop):
            return None
        if identity(f"N({flat(self.tokens[slice(*inside)])})") in self.given:
            return None
        parts = self.arguments(inside, tuple(_GIVEN_BY))
        parameters = self.arguments(parts[1], (",",)) if len(parts) == 2 else []
        if len(parameters) != 2:
            return None
        (x, (mean, variance)), place = (parts[0], parameters), self.starts[start]
        written = flat(self.tokens[slice(*variance)]).replace(" ", "")
        circle = "6.283185307179586" if "\\pi_" in self.source.text else "2·π"
        if _DIAGONAL.fullmatch(written) is not None:
            inner, _ = self.behind_name(self.diagonal_bracket(variance), variance[1])
            return after, self.product_of_densities(place, (x, mean, inner or variance), circle)
        isotropic = _IDENTITY.fullmatch(written)
        if (
            isotropic is not None
            and "I" not in self.given
            and not re.search(r"[+-]", _IN_BRACKETS.sub("", isotropic[1]))
        ):
            scale = (variance[0], self.identity_begins(variance))
            return after, self.product_of_densities(place, (x, mean, scale), circle)
        if _MATRIX.match(written) is None:
            self.notes["𝒩(x | μ, σ²) is the normal density at x"] = None
            return after, [("(", place), *self.scalar_density(place, (x, mean, variance), circle), (")", place)]
        self.notes["𝒩(x | μ, Σ) is the normal density of a vector, Σ its covariance"] = None
        return after, [
            ("(exp(-(((", place), (*x, ""), (")-(", place), (*mean, ""), ("))ᵀ inv(", place), (*variance, ""),
            (") ((", place), (*x, ""), (")-(", place), (*mean, ""), (f")))/2)/√(det({circle}·(", place),
            (*variance, ""), (")))", place), (")", place),
        ]  # fmt: skip

    def product_of_densities(self, place: int, parts: Sequence[Range], circle: str) -> list[Task]:
        """x, mean and the variance of every entry → the density of a vector of independent entries."""
        self.notes["𝒩(x | μ, σ² I) is the normal density of a vector: the product over its entries"] = None
        return [("prod(", place), *self.scalar_density(place, parts, circle), (")", place)]

    def scalar_density(self, place: int, parts: Sequence[Range], circle: str) -> list[Task]:
        """x, mean and variance → the normal density, entry by entry."""
        x, mean, variance = parts
        spread: list[Task] = [(*variance, "")] if variance[1] > variance[0] else [("1", place)]
        return [
            ("exp(-((", place), (*x, ""), (")-(", place), (*mean, ""), ("))^2/(2·(", place), *spread,
            (f")))/√({circle}·(", place), *spread, ("))", place),
        ]  # fmt: skip

    def identity_begins(self, variance: Range) -> int:
        """A variance times the identity matrix → the place where that one begins."""
        first, last = variance
        at = next(n for n in range(last - 1, first - 1, -1) if self.tokens[n].text in ("I", "1", "𝐈", "𝟏"))
        while at > first and (self.tokens[at - 1].text == "{" or self.tokens[at - 1].kind == "space"):
            at -= 1
        is_font = at > first and self.tokens[at - 1].kind == "command" and not flat(self.tokens[at - 1 : at])
        at = at - 1 if is_font else at
        return at - 1 if at > first and self.tokens[at - 1].text in ("cdot", ",", "!") else at

    def diagonal_bracket(self, variance: Range) -> int:
        """diag(σ²) → the place of its bracket."""
        return next(n for n in range(*variance) if self.tokens[n].text == "(")

    def moment(self, word: str, start: int, at: int, stop: int) -> tuple[int, list[Task]] | None:
        """Cov(x, y), Corr(x, y) and sim(u, v) with the place behind the word → what they are computed from; None for
        other words, and where the formula says itself what they are."""
        kind = word.strip().casefold()
        if kind == "vec" and not self.is_function(word) and identity(word) not in self.given:
            return self.columns(word, start, at, stop)
        if kind not in ("cov", "corr", "sim") or self.is_function(word) or identity(word) in self.given:
            return None
        inside, after = self.behind_name(at, stop)
        pair = self.arguments(inside, (",",)) if inside is not None else []
        if len(pair) != 2 or self.is_what_is_set(start, at, stop):
            return None
        place = self.starts[start]
        if kind == "sim":
            if self.is_defined(word):
                return None
            self.notes[f"{word}(…, …) is read as the cosine similarity; define it to have another one"] = None
            return at, [(self.apart("c") + "cosine_similarity", place)]
        if any("_" in flat(self.tokens[slice(*part)]) for part in pair):
            return None
        x, y = pair
        apart: list[Task] = [
            ("mean(((", place), (*x, ""), (")-mean(", place), (*x, ""), ("))*((", place),
            (*y, ""), (")-mean(", place), (*y, ""), (")))", place),
        ]  # fmt: skip
        if kind == "cov":
            self.notes[f"{word} divides by n"] = None
            return after, apart
        spread: list[Task] = [("/(std(", place), (*x, ""), (", correction=0)·std(", place), (*y, "")]
        return after, [("{", place), *apart, *spread, (", correction=0))}", place)]

    def columns(self, word: str, start: int, at: int, stop: int) -> tuple[int, list[Task]] | None:
        """vec(A) → the columns of A one below the other; None where the formula says itself what it is."""
        inside, after = self.behind_name(at, stop)
        if inside is None or len(self.arguments(inside, (",",))) > 1 or self.is_defined(word):
            return None
        place = self.starts[start]
        (argument,) = self.arguments(inside, (",",))
        after, scripts = self.raised(after, stop)
        return after, [(self.apart("f") + "flatten((", place), (*argument, ""), (")ᵀ)", place), *scripts]

    def is_defined(self, word: str) -> bool:
        """Whether a statement of the formula says what a function is."""
        return re.search(rf"\b{re.escape(word)}\}}?[ ]*(?:\\left)?\([^()=]*(?:\\right)?\)[ ]*&?[ ]*(?::|\\def)?=",
                         self.source.text) is not None  # fmt: skip
