"""Options of calls that are words, as torch and numpy have them: reduction='sum' → the operations they stand for."""

from __future__ import annotations

import re

from graphviz_ad.language.called import R_LIST
from graphviz_ad.language.from_one import FromOne
from graphviz_ad.language.ranges import RANGES
from graphviz_ad.language.stack import OpenBracket
from graphviz_ad.language.tree import CALL, KEYWORD, LIST, NAME, OPERATOR
from graphviz_ad.language.vocabulary import ASKED, AT_LABELS
from graphviz_ad.source import Span

_OPTIONS_WITHOUT_EFFECT = frozenset(("dtype", "device", "order", "indexing", "requires_grad", "name"))
"""Options that change no value of a formula."""
_SAME = {
    "reduction": ("mean",), "reduce": ("mean",), "ord": ("fro", "'fro'"), "p": ("fro",), "approximate": ("none",),
}  # fmt: skip
"""Options → the words that say what the operation does anyway."""
_LOSSES = {
    "mse": "mse", "mse_loss": "mse", "MSE": "mse", "mae": "mae", "l1_loss": "mae", "MAE": "mae",
    "bce_with_logits": "bce", "binary_cross_entropy_with_logits": "bce", "kl_div": "kl",
}  # fmt: skip
"""Names of losses whose entries can be written out → what they are of."""
_MEANS = frozenset(("bce", "BCE", "binary_cross_entropy", "huber", "huber_loss", "smooth_l1", "smooth_l1_loss"))
"""Losses that are means over all entries."""
_KL_NOTE = (
    "kl_div is added up over the classes, which is torch's reduction='batchmean'; "
    "its reduction='mean' also divides by their number"
)
"""What is said of kl_div where torch would divide by the number of classes too."""

_OVER_ALL = frozenset(("sum", "mean", "prod", "max", "min"))
"""Functions that MATLAB has of all entries by a word or by their axes."""
_LEFT_OUT = frozenset(("omitnan", "omitmissing"))
"""Words of these that leave out what is no number."""
_OF_MATLAB = _LEFT_OUT | {"all", "includenan", "includemissing"}
"""Words of these that change no value where all entries are numbers."""
_OF_R = re.compile(r"<-|%\*%")
"""Signs of R."""
_WITH_WORDS = ASKED | {"einsum"}
"""Functions whose words are no options."""


class Worded(FromOne):
    """Reads options that are words."""

    def call(self, frame: OpenBracket, span: Span) -> None:
        """Add a complete call as the latest operand; options that are words are read, or refused."""
        items = frame.items
        if len(items) > 1 and self.tree.kind[items[0]] == KEYWORD:  # nn.CrossEntropyLoss(weight=w)(x, y)
            items.sort(key=lambda item: self.tree.kind[item] == KEYWORD)
        if frame.head == R_LIST and len(items) == 1 and self.rank(items[0]) == 2:  # column by column
            self.add(CALL, "flatten", (self.added(OPERATOR, "T", (items[0],), span),), span, span[0])
            self.scattered = True
            return
        if frame.head == "length" and len(items) == 1 and self.vocabulary.shapes:
            self.note_length(items[0])
        if frame.head == "cross_entropy" and len(items) == 3 and self.weighted(frame, span):
            return
        if frame.head in _OVER_ALL and len(items) > 1 and not frame.library and self.is_over_all(frame):
            self.add(CALL, frame.head, (items[0],), span, frame.start)
            return
        loss = _LOSSES.get(str(frame.head), "")
        how = ""
        for item in () if frame.head in _WITH_WORDS else tuple(frame.items):
            option, word = self.worded(item)
            if not word:
                continue
            if frame.head in ("float", "double") and word.lstrip("+-") == "inf":
                self.infinity(word, span)
                return
            self.scattered = True
            frame.items.remove(item)
            if option in ("reduction", "reduce") and word in ("sum", "none", "batchmean"):
                how = word
            elif word not in _SAME.get(option or "ord", ()) and option not in _OPTIONS_WITHOUT_EFFECT:
                self.fail(
                    f"{self.source.text[slice(*self.span(item))]} is not read", self.span(item),
                    "options that are words are reduction='mean', 'sum' and 'none'; write others as operations",
                )  # fmt: skip
        if loss == "kl" and frame.library and not how:
            self.notes[_KL_NOTE] = None
        if how == "sum" and frame.head in _MEANS and frame.items:
            super().call(frame, span)  # the mean times the number of entries
            number = self.added(CALL, "size", (frame.items[0],), span)
            self.add(OPERATOR, "*", (self.operands.pop(), number), span, frame.start)
            return
        if how in ("sum", "none"):
            self.entry_by_entry(loss, how, frame, span)
            return
        pair = self.gives_pair(frame)
        super().call(frame, span)
        if pair:
            self.pairs.add(self.operands[-1])

    def note_length(self, value: int) -> None:
        """Say what length(v) of a vector is, which shaders have another one for, where nothing shows MATLAB or R."""
        frame = self.innermost() if self.brackets else None
        is_count = frame is not None and (frame.head in RANGES or frame.what in ("index", "range"))
        if is_count or self.is_matlab or self.rank(value) != 1 or _OF_R.search(self.plain) is not None:
            return
        written = self.source.text[slice(*self.span(value))]
        note = f"length({written}) is the number of entries; the Euclidean length, as GLSL has it, is norm({written})"
        self.notes[note] = None

    def is_over_all(self, frame: OpenBracket) -> bool:
        """Whether a sum or a mean of MATLAB is over all entries: 'all', or [1 2] where no array has more axes.

        Words that say no axis are dropped.
        """
        tree, words = self.tree, {self.worded(item)[1] for item in frame.items[1:]}
        ranks = {len(shape) for shape in self.vocabulary.shapes.values()}
        over_all = "all" in words
        for item in frame.items[1:]:
            axes = [tree.head[axis] for axis in tree.args[item]] if tree.kind[item] == LIST else []
            are_all = axes == [1.0, 2.0] and max(ranks, default=3) <= 2 and (self.is_matlab or words & _OF_MATLAB)
            if are_all or (tree.kind[item] == NAME and self.worded(item)[1] in _OF_MATLAB):
                frame.items.remove(item)
                over_all, self.scattered = over_all or bool(are_all), True
        if words & _LEFT_OUT:
            self.notes["'omitnan' is not read: an entry that is no number is not left out"] = None
        return over_all and len(frame.items) == 1

    def weighted(self, frame: OpenBracket, span: Span) -> bool:
        """cross_entropy(x, y, weight=w) for labels y → the mean weighted by the weights of the labels, as torch has it,
        as the latest operand; whether it is that."""
        x, y, option = frame.items
        shapes = [self.shape(str(self.tree.head[item])) for item in (x, y)]
        is_weight = self.tree.kind[option] == KEYWORD and self.tree.head[option] == "weight"
        if not is_weight or list(map(len, shapes)) != [2, 1]:
            return False
        weights, at_labels = self.tree.args[option][0], self.added(CALL, AT_LABELS, (x, y), span)
        entries = self.added(OPERATOR, "odot", (at_labels, self.added(CALL, "log_softmax", (x,), span)), span)
        total, of_labels = (
            self.added(CALL, "sum", (self.added(OPERATOR, "@", (rows, weights), span),), span)
            for rows in (entries, at_labels)
        )
        self.notes["the weighted cross entropy is divided by the sum of the weights of the labels, as in torch"] = None
        self.scattered = True
        self.add(OPERATOR, "neg", (self.added(OPERATOR, "/", (total, of_labels), span),), span, frame.start)
        return True

    def worded(self, item: int) -> tuple[str, str]:
        """Argument → the option and the word that it gives it; no word for a value."""
        tree, option = self.tree, ""
        if tree.kind[item] == KEYWORD:
            option, item = str(tree.head[item]), tree.args[item][0]
        head = str(tree.head[item])
        return option, head.strip("'\"") if tree.kind[item] == NAME and head[0] in "'\"" else ""

    def infinity(self, word: str, span: Span) -> None:
        """Add float('inf') or float('-inf') as the latest operand."""
        self.scattered = True
        self.add(NAME, "∞", (), span, span[0])
        if word[0] == "-":
            self.add(OPERATOR, "neg", (self.operands.pop(),), span, span[0])

    def entry_by_entry(self, loss: str, how: str, frame: OpenBracket, span: Span) -> None:
        """Add a loss without its mean as the latest operand: of each entry, or their sum."""
        items = frame.items
        if not loss or len(items) != 2:
            self.fail(
                f"reduction='{how}' of {frame.head} is not read", span,
                "mse_loss and l1_loss have both; write this one as operations, as in sum(…)",
            )  # fmt: skip
        left, right = items
        if loss in ("mse", "mae"):
            inner = self.added(OPERATOR, "-", (left, right), span)
            value = self.added(CALL, "square" if loss == "mse" else "abs", (inner,), span)
        elif loss == "bce":
            product = self.added(OPERATOR, "odot", (left, right), span)
            value = self.added(OPERATOR, "-", (self.added(CALL, "softplus", (left,), span), product), span)
        else:
            inner = self.added(OPERATOR, "-", (self.added(CALL, "log", (right,), span), left), span)
            value = self.added(OPERATOR, "odot", (right, inner), span)
        if how == "sum":
            value = self.added(CALL, "sum", (value,), span)
        self.operands.append(value)
