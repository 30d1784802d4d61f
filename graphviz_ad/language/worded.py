"""Options of calls that are words, as torch and numpy have them: reduction='sum' → the operations they stand for."""

from __future__ import annotations

from graphviz_ad.language.from_one import FromOne
from graphviz_ad.language.stack import OpenBracket
from graphviz_ad.language.tree import CALL, KEYWORD, NAME, OPERATOR
from graphviz_ad.language.vocabulary import ASKED
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


_WITH_WORDS = ASKED | {"einsum"}
"""Functions whose words are no options."""


class Worded(FromOne):
    """Reads options that are words."""

    def call(self, frame: OpenBracket, span: Span) -> None:
        """Add a complete call as the latest operand; options that are words are read, or refused."""
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
