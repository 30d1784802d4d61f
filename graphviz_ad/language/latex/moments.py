"""Normal densities, covariances and similarities → what plain text calls them: N(x; μ, σ²), Cov(x, y), sim(u, v)."""

from __future__ import annotations

import re
from functools import cached_property

from graphviz_ad.language.latex.flatten import flat
from graphviz_ad.language.latex.indicators import GIVEN_BY, Indicators
from graphviz_ad.language.latex.labels import GROWING, Range, Task
from graphviz_ad.language.latex.symbols import ACCENTS, FONTS, LETTERS
from graphviz_ad.language.latex.tokens import FRACTIONS, fail
from graphviz_ad.language.names import identity

_NORMALS = {"N": "normal_cdf", "φ": "normal_pdf", "ϕ": "normal_pdf", "Φ": "normal_cdf"}
"""Names before a bracket → what of the standard normal distribution they are where they stand so."""
_STANDARDISED = re.compile(r"\(?[-+−]?\(?[dzZ](?:_[^()=,]*)?['*]?\)?")
"""What people ask of that distribution, as the text of a group: d_1, -d_2, z."""
_SCALE = frozenset(("sigma", "ln", "log"))
"""Commands in a quotient that is standardised where it stands."""
STATISTICS = frozenset((*_NORMALS, "B"))
"""Letters that name a distribution, its density or a function of statistics before a bracket."""
VECTORS = frozenset(("vec", "mathbf", "boldsymbol", "bm", "overrightarrow", "pmb", "symbf"))
"""Commands in which vectors stand."""
_VECTOR = re.compile(rf"\\(?:{'|'.join(sorted(VECTORS))})(?![A-Za-z])")
"""One of these in a text."""
_MAX_TOKENS = 400
"""Tokens up to which the inside of a bracket is looked through for what it may be."""
_PHI = re.compile(r"\\Phi(?![A-Za-z]) *(?:\\left|\\[bB]igg?l?)? *\(")
"""The normal distribution function, beside which φ is its density."""


class Moments(Indicators):
    """Reads what statistics has names for."""

    @cached_property
    def defined(self) -> dict[str, bool]:
        """→ For words that were asked for, whether the formula says what they are."""
        return {}

    def behind_name(self, at: int, stop: int) -> tuple[Range | None, int]:
        """Place behind a name → what stands in the bracket there, and where to go on; None where there is none."""
        at = self.skip_blanks(at)
        if at < stop and self.tokens[at].text in GROWING:
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
        """\\mathcal{N}(x | μ, σ²) with the place behind the letter → the density N(x; μ, σ²) of plain text; None
        where it is no density, or what a statement defines."""
        inside, after = self.behind_name(at, stop)
        if inside is None or inside[1] - inside[0] > _MAX_TOKENS or self.is_what_is_set(start, at, stop):
            return None
        if identity(f"N({flat(self.tokens[slice(*inside)])})") in self.given:
            return None
        parts = self.arguments(inside, tuple(GIVEN_BY))
        parameters = self.arguments(parts[1], (",",)) if len(parts) == 2 else []
        if len(parameters) != 2:
            return None
        (x, (mean, variance)), place = (parts[0], parameters), self.starts[start]
        return after, [
            (self.apart("N") + "N(", place), (*x, ""), ("; ", place), (*mean, ""), (", ", place), (*variance, ""),
            (")", place),
        ]  # fmt: skip

    @cached_property
    def has_phi(self) -> bool:
        """→ Whether the normal distribution function stands somewhere."""
        return _PHI.search(self.source.text) is not None

    @cached_property
    def has_vectors(self) -> bool:
        """→ Whether vectors have arrows or are in bold."""
        return _VECTOR.search(self.source.text) is not None

    def statistic(self, name: str, start: int, at: int, stop: int) -> tuple[int, list[Task]] | None:
        """One of these letters with the place behind it → what statistics means by it; None where it means nothing."""
        if name == "B":
            return self.beta(start, at, stop)
        density = self.density(start, at, stop) if name == "N" else None
        return density or self.standard_normal(name, start, at, stop)

    def standard_normal(self, name: str, start: int, at: int, stop: int) -> tuple[int, list[Task]] | None:
        """N(d_1), N'(d_1), φ(z) with the place behind the name → the distribution function or the density of the
        standard normal distribution; None where a value or a statement says what the name is, and for other arguments.
        """
        below, above, after = self.script_ranges(at, stop)
        inverted = above is not None and below is None and flat(self.tokens[slice(*above)]).strip() in ("-1", "−1")
        if inverted and self.behind_name(after, stop)[0] is not None and identity(name) not in self.given:
            fail(
                self.source, "the quantile of the normal distribution is not computed here", self.span(start, after),
                "give its value a name of its own, as in z_{0.95}",
            )  # fmt: skip
        primed = at < stop and self.tokens[at].text == "'"
        at += primed
        inside, _ = self.behind_name(at, stop)
        word = name if self.tokens[start].text in FONTS else self.tokens[start].text
        if inside is None or inside[1] - inside[0] > _MAX_TOKENS:
            return None
        if identity(name) in self.given or self.is_defined(word) or primed > (name in ("N", "Φ")):
            return None
        inner = [token.text for token in self.tokens[slice(*inside)]]
        text = flat(self.tokens[slice(*inside)]).replace(" ", "")
        if identity(f"{name}({text})") in self.given or "," in inner or self.is_what_is_set(start, at, stop):
            return None
        is_scaled = not {"/", *FRACTIONS}.isdisjoint(inner) and not _SCALE.isdisjoint(inner)
        is_beside = name in ("φ", "ϕ") and self.has_phi
        is_asked = _STANDARDISED.fullmatch(text) and (name == "N" or "d" in text)  # φ(z) may be an activation
        if not (is_asked or is_scaled or is_beside or name == "Φ"):
            return None
        operation = "normal_pdf" if primed else _NORMALS[name]
        what = "density" if operation == "normal_pdf" else "distribution function"
        if name != "Φ":
            self.notes[f"{name}{chr(39) * primed}(…) is the {what} of the standard normal distribution"] = None
        return at, [(self.apart("n") + operation, self.starts[start])]

    def is_letter(self, at: int, stop: int) -> bool:
        """Whether a token is a letter."""
        token = self.tokens[at] if at < stop else None
        return token is not None and (token.kind == "letter" or (token.kind == "command" and token.text in LETTERS))

    def beta(self, start: int, at: int, stop: int) -> tuple[int, list[Task]] | None:
        """B(\\alpha, \\beta) with the place behind the letter → the beta function; None for other arguments, and where
        something says what B is."""
        inside, after = self.behind_name(at, stop)
        if (
            inside is None
            or identity("B") in self.given
            or self.is_defined("B")
            or self.is_what_is_set(start, at, stop)
        ):
            return None
        pair = self.arguments(inside, (",",))
        text = ",".join(flat(self.tokens[slice(*part)]).strip() for part in pair)
        if text not in ("α,β", "a,b") or identity(f"B({text})") in self.given:
            return None
        self.notes[f"B({text}) is the beta function"] = None
        place, (first, second) = self.starts[start], pair
        tasks: list[Task] = [(self.apart("g") + "{gamma(", place), (*first, ""), (")·gamma(", place), (*second, "")]
        tasks += [(")/gamma((", place), (*first, ""), (")+(", place), (*second, ""), ("))}", place)]
        return after, tasks

    def cross_product(self, at: int, stop: int) -> tuple[int, list[Task]] | None:
        """\\vec{v} \\times \\vec{B} of two given vectors in space → cross(v, B); None for any other product."""
        left = self.out.pieces[-1].strip() if self.out.pieces else ""
        begin = self.skip_blanks(at + 1)
        if begin >= stop or not self.vocabulary.shapes or not self.has_vectors:
            return None
        token, end = self.tokens[begin], begin
        if token.text == "(" or (token.text == "left" and self.tokens[begin + 1].text == "("):
            end = self.bracketed(begin if token.text == "(" else begin + 1, stop)[1]
            if not 0 < end - begin < _MAX_TOKENS:
                return None
            texts = [inner.text for inner in self.tokens[begin:end]]
            is_vector = "times" in texts and not VECTORS.isdisjoint(texts)
        elif token.text in FONTS or token.text in ACCENTS or self.is_letter(begin, stop):
            end = begin + 1 if self.is_letter(begin, stop) else self.argument(begin + 1, begin)[2]
            end = self.script_ranges(end, stop)[2]
            is_vector = self.is_in_space(flat(self.tokens[begin:end]).replace(" ", ""))
        else:
            return None
        if not is_vector or not self.is_in_space(left):
            return None
        self.out.pieces[-1] = f" cross({left}"
        self.notes[f"{left} × … of two vectors is the cross product"] = None
        return end, [(", ", self.starts[at]), (begin, end, ""), (")", self.starts[at])]

    def is_in_space(self, name: str) -> bool:
        """Whether the value given for a name is a vector with three entries."""
        return any(
            shape == (3,) and identity(known) == identity(name) for known, shape in self.vocabulary.shapes.items()
        )

    def moment(self, word: str, start: int, at: int, stop: int) -> tuple[int, list[Task]] | None:
        """Cov(x, y), Corr(x, y) and sim(u, v) with the place behind the word → what they are computed from; None for
        other words, and where the formula says itself what they are."""
        kind = word.strip().casefold()
        if kind == "vec" and not self.is_function(word) and identity(word) not in self.given:
            return self.columns(word, start, at, stop)
        if kind not in ("cov", "corr", "sim") or self.is_function(word) or identity(word) in self.given:
            return None
        inside, _ = self.behind_name(at, stop)
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
        return at, [(self.apart("c") + {"cov": "Cov", "corr": "corr"}[kind], place)]

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
        if word not in self.defined:
            left = rf"\b{re.escape(word)}\}}?[ ]*(?:\\left)?\([^()=]*(?:\\right)?\)[ ]*&?[ ]*(?::|\\def)?="
            self.defined[word] = re.search(left, self.source.text) is not None
        return self.defined[word]
