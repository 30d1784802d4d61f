"""What statistics call by one name: covariance, correlation, root mean square, the density of a normal distribution →
what it is computed by."""

from __future__ import annotations

import math
import re

from graphviz_ad.language.knowledge import Knowledge
from graphviz_ad.language.letters import is_entry
from graphviz_ad.language.names import identity, letter, split
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.stack import OpenBracket
from graphviz_ad.language.tree import CALL, KEYWORD, LIST, NAME, NUMBER, OPERATOR
from graphviz_ad.language.vocabulary import (
    COVARIANCE_OF_COLUMNS,
    COVARIANCE_OF_ROWS,
    COVARIANCES,
    DEGREES,
    LOSSES_OF_LOGITS,
    MEASURES,
    RADIANS,
    ROOTS_OF_SQUARES,
)
from graphviz_ad.source import Span

_SPREAD = r"(?:var|std|sd)[ \t]*\([ \t]*{}[ \t]*[,)]"
"""A variance or deviation of a value."""
_MEAN = r"(?<![\w.])mean[ \t]*\([ \t]*{}[ \t]*\)"
"""The mean of a value."""
_CIRCLE_ENTRY = re.compile(r"(?:π|(?<![^\W_])pi)(?:_|[ᵢⱼₖₗₘₙ])")
"""The letter π with something below it, which is no number."""
DENSITY = "N(;)"
"""What the density of a normal distribution is called while its brackets are open."""


class Measured(Knowledge):
    """Reads calls that statistics have names for."""

    def is_program(self, frame: OpenBracket) -> bool:
        """Whether a function is one that the table of operations does not have."""
        is_defined = frame.head in MEASURES & self.defined
        return frame.head == DENSITY or (super().is_program(frame) and not is_defined)

    def program_call(self, frame: OpenBracket, span: Span) -> bool:
        """cov(x, y), corr(x, y), rms(x), N(x; μ, σ²) → whether that is what was called."""
        items = frame.items
        if frame.head == DENSITY:
            return self.density(items, span)
        if frame.head in ROOTS_OF_SQUARES and len(items) == 1:
            self.scattered = True
            mean = self.added(CALL, "mean", (self.added(CALL, "square", (items[0],), span),), span)
            self.add(CALL, "sqrt", (mean,), span, frame.start)
            return True
        if frame.head in DEGREES | RADIANS and len(items) == 1:
            return self.angle(items[0], frame, span)
        if frame.head in LOSSES_OF_LOGITS:
            return self.loss_of_logits(frame, span)
        if frame.head not in MEASURES:
            return super().program_call(frame, span)
        values = [item for item in items if self.tree.kind[item] != KEYWORD]
        if frame.head in COVARIANCES and len(values) == 1:
            return self.covariance_matrix(values[0], frame, span)
        if len(values) != 2:
            return False
        self.scattered = True
        product, *squares = (self.product_of_deviations(*pair, span) for pair in self.pairs_of(*values))
        if frame.head in COVARIANCES:
            parts = [self.divided(part, frame, values, span) for part in (squares[0], product, squares[1])]
            value, first, last = parts[1], parts[0], parts[2]
        else:
            below = self.added(OPERATOR, "*", (squares[0], squares[1]), span)
            value = self.added(OPERATOR, "/", (product, self.added(CALL, "sqrt", (below,), span)), span)
            first = last = self.added(NUMBER, 1.0, (), span)
        if frame.library and frame.head in ("cov", "corrcoef"):  # numpy's is a matrix
            rows = (first, value), (value, last)
            self.add(LIST, None, tuple(self.added(LIST, None, row, span) for row in rows), span, frame.start)
        else:
            self.operands.append(value)
        return True

    def covariance_matrix(self, value: int, frame: OpenBracket, span: Span) -> bool:
        """Add cov(X), whose variables are the columns, as the latest operand; those of numpy and torch are the rows →
        whether its options are known."""
        keywords = [item for item in frame.items if item != value]
        options = {self.tree.head[item]: self.tree.head[self.tree.args[item][0]] for item in keywords}
        if options.keys() - {"rowvar"}:
            return False
        of_rows = frame.library not in ("", ".") and options.get("rowvar", 1.0) == 1.0
        written = self.source.text[slice(*span)]
        if not frame.library:
            self.notes[f"{written} takes the columns for the variables, as MATLAB and R do; numpy's takes rows"] = None
        self.add(CALL, COVARIANCE_OF_ROWS if of_rows else COVARIANCE_OF_COLUMNS, (value,), span, frame.start)
        self.scattered = True
        return True

    def angle(self, value: int, frame: OpenBracket, span: Span) -> bool:
        """Add degrees(x) or radians(x) as the latest operand → True."""
        self.scattered = True
        turn, circle = self.added(NUMBER, 180.0, (), span), self.added(NAME, "π", (), span)
        above, below = (turn, circle) if frame.head in DEGREES else (circle, turn)
        product = self.added(OPERATOR, "*", (value, above), span)
        self.add(OPERATOR, "/", (product, below), span, frame.start)
        return True

    def loss_of_logits(self, frame: OpenBracket, span: Span) -> bool:
        """Add TensorFlow's loss of each example as the latest operand → whether both arguments have their names."""
        tree = self.tree
        values = {tree.head[item]: tree.args[item][0] for item in frame.items if tree.kind[item] == KEYWORD}
        if not {"labels", "logits"} <= values.keys():
            return False
        labels, logits = values["labels"], values["logits"]
        self.scattered = True
        if str(frame.head).startswith("sigmoid"):
            product = self.added(OPERATOR, "odot", (logits, labels), span)
            self.add(OPERATOR, "-", (self.added(CALL, "softplus", (logits,), span), product), span, frame.start)
            return True
        logarithm = self.added(CALL, "log_softmax", (logits,), span)
        product = self.added(OPERATOR, "odot", (labels, logarithm), span)
        last = self.added(OPERATOR, "neg", (self.added(NUMBER, 1.0, (), span),), span)
        total = self.added(CALL, "sum", (product, self.added(KEYWORD, "axis", (last,), span)), span)
        self.add(OPERATOR, "neg", (total,), span, frame.start)
        return True

    def pairs_of(self, x: int, y: int) -> tuple[tuple[int, int], ...]:
        """Two arrays → the pairs that a matrix of covariances has."""
        return (x, y), (x, x), (y, y)

    def product_of_deviations(self, x: int, y: int, span: Span) -> int:
        """Two arrays → the sum of the products of what each entry differs from the mean by."""
        sides = []
        for side in (x, y):
            mean = self.added(CALL, "mean", (side,), span)
            sides.append(self.added(OPERATOR, "-", (side, mean), span))
        body = self.added(OPERATOR, "*", tuple(sides), span)
        return self.added(CALL, "sum", (body,), span)

    def divided(self, total: int, frame: OpenBracket, values: list[int], span: Span) -> int:
        """A sum of products → the covariance: over n - 1, or over n beside a variance that is."""
        options = {self.tree.head[item]: self.tree.args[item][0] for item in frame.items if item not in values}
        written = [re.escape(self.source.text[slice(*self.span(value))].strip()) for value in values]
        spread = [text for text in written if re.search(_SPREAD.format(text), self.plain, re.IGNORECASE)]
        means = [re.search(_MEAN.format(text), self.plain) for text in spread or written]
        count = self.added(CALL, "size", (values[0],), span)
        numbers = {name: self.tree.head[node] for name, node in options.items()}
        whole = numbers.get("ddof") == 0 or numbers.get("bias") == 1 or frame.head == "COVAR"
        whole = whole or (frame.head == "Cov" and not spread) or (not frame.library and any(means))
        if whole:
            below = count
        else:
            below = self.added(OPERATOR, "-", (count, self.added(NUMBER, 1.0, (), span)), span)
        if not frame.library and not options:
            how = "n" if whole else "n - 1, as var does"
            self.notes[f"{frame.head} divides by {how}"] = None
        return self.added(OPERATOR, "/", (total, below), span)

    def density(self, items: list[int], span: Span) -> bool:
        """N(x; μ, v) → the density of the normal distribution with mean μ and variance v at x."""
        self.scattered = True
        x, mean, variance = items
        difference = self.added(OPERATOR, "-", (x, mean), span)
        turn = self.added(NUMBER, 2.0, (), span)
        weights = _CIRCLE_ENTRY.search(self.source.text)  # π_k are those of a mixture
        half_turn = self.added(NUMBER, math.pi, (), span) if weights else self.added(NAME, "π", (), span)
        circle = self.added(OPERATOR, "*", (turn, half_turn), span)
        written = self.source.text[slice(*span)]
        if self.is_matrix_of(variance):
            minus_one = self.added(OPERATOR, "neg", (self.added(NUMBER, 1.0, (), span),), span)
            inverse = self.added(OPERATOR, "^", (variance, minus_one), span)
            row = self.added(OPERATOR, "T", (difference,), span)
            square = self.added(OPERATOR, "·", (self.added(OPERATOR, "·", (row, inverse), span), difference), span)
            below = self.added(CALL, "det", (self.added(OPERATOR, "*", (circle, variance), span),), span)
            what = "covariance"
        elif self.tree.kind[variance] == CALL and self.tree.head[variance] == "diag":
            (variances,) = self.tree.args[variance]
            quotient = self.added(OPERATOR, "/", (self.added(CALL, "square", (difference,), span), variances), span)
            square = self.added(CALL, "sum", (quotient,), span)
            below = self.added(CALL, "prod", (self.added(OPERATOR, "*", (circle, variances), span),), span)
            what = "covariance"
        elif (factor := self.times_identity(variance)) is not None:
            names = [str(self.tree.head[n]) for n in nodes_below(self.tree, x) if self.tree.kind[n] == NAME]
            if any(is_entry(name) and identity(name) not in self.given for name in names):
                self.fail(
                    "the length of these vectors is not known here", self.span(variance),
                    "write a name for the covariance, as in N(x_n | μ, S), and give it as a matrix",
                )  # fmt: skip
            square = self.added(CALL, "sum", (self.added(CALL, "square", (difference,), span),), span)
            square = self.added(OPERATOR, "/", (square, factor), span)
            base = self.added(OPERATOR, "*", (circle, factor), span)
            below = self.added(OPERATOR, "^", (base, self.added(CALL, "size", (x,), span)), span)
            what = "covariance"
        else:
            square = self.added(OPERATOR, "/", (self.added(CALL, "square", (difference,), span), variance), span)
            below = self.added(OPERATOR, "*", (circle, variance), span)
            what = "variance"
        half = self.added(OPERATOR, "neg", (self.added(OPERATOR, "/", (square, turn), span),), span)
        above, root = self.added(CALL, "exp", (half,), span), self.added(CALL, "sqrt", (below,), span)
        self.add(OPERATOR, "/", (above, root), span, span[0])
        third = self.source.text[slice(*self.span(variance))]
        other = f"; where it is the standard deviation, write {third}²" if letter(third) in ("σ", "s") else ""
        self.notes[f"{written} is the density of the normal distribution, {third} its {what}{other}"] = None
        return True

    def is_matrix_of(self, node: int) -> bool:
        """Whether a node is a matrix to a reader: a name such as Σ or S_k, a sum with a multiple of I."""
        names = [str(self.tree.head[n]) for n in nodes_below(self.tree, node) if self.tree.kind[n] == NAME]
        return self.times_identity(node) is None and any(letter(split(name).stem).isupper() for name in names)

    def times_identity(self, node: int) -> int | None:
        """σ²I → σ², I → 1; None for any other node."""
        tree = self.tree
        if tree.kind[node] == NAME and tree.head[node] == "I":
            return self.added(NUMBER, 1.0, (), self.span(node))
        if tree.kind[node] != OPERATOR or tree.head[node] not in ("*", "·") or tree.head[tree.args[node][1]] != "I":
            return None
        return tree.args[node][0]
