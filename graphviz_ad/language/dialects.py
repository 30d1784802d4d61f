"""The notations that formulas are written in, each a value; MathML has a module of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from graphviz_ad.language import numbers, values
from graphviz_ad.language.dialect import Dialect
from graphviz_ad.language.notation import indexed, latex_name, typst_name
from graphviz_ad.language.pieces import Fence

_SIGNS = ("<", "<=", ">", ">=", "==", "!=", "+", "-", "/", "@")
"""Binary signs that are written as they are, with a space on either side, unless a dialect says otherwise."""
_SPACED = {sign: f" {sign} " for sign in _SIGNS}
"""These signs → how they are written, with their spaces."""

_TEXT_SIGNS = {"neg": "-"}
"""Names of signs → what plain text writes, where that is not the name."""

TEXT = Dialect(
    {"(": Fence(("(", ")"), ("(", ")"))}, str, numbers.text, lambda of, by: f"∂{of}/∂{by}",
    _SPACED | {"/": "/", "^": "^", "·": "·", "odot": " ⊙ "}, "*", mathematics=False,
    relations={"==": " = ", "<=": " ≤ ", ">=": " ≥ ", "!=": " ≠ "}, sign_of=lambda name: _TEXT_SIGNS.get(name, name),
)  # fmt: skip
"""The language itself: what `parse` reads back."""

DISPLAY = replace(TEXT, product=" · ", write_value=values.display, binary={**TEXT.binary, "·": " · "})
"""Plain text for a reader."""


def _by_name(written: Mapping[str, str], name: str) -> str:
    """Sign → what is written for it in LaTeX: a command of its name where it has no other."""
    return written.get(name, f"\\{name}" if len(name) > 1 and name.isalpha() else name)


_LATEX_SIGNS = {
    "·": r"\cdot", "dots": r"\cdots", "…": r"\ldots", "⊙": r"\odot", "≤": r"\le", "≥": r"\ge", "≠": r"\ne",
    "mod": r"\bmod", "RR": r"\mathbb{R}", "infinity": r"\infty", "neg": "-", "≈": r"{\approx}",
    "times ten": values.LATEX.times,
    "and more": r" {+} \cdots", "log 2": r"\log_2", "log 10": r"\log_{10}", "small sum": r"\textstyle\sum",
    "beside": " ", "behind": "", "bold 1": r"\mathbf{1}", "bold e": r"\mathbf{e}", "loss": r"\mathcal{L}",
}  # fmt: skip
"""Names of signs → LaTeX, where that is not a command of the same name."""

_IN_WORDS = str.maketrans({"_": r"\_", "σ": r"\sigma"})
"""What LaTeX does not take as it is within a word → what it takes."""

_LATEX_FORMS = {
    "fraction": (r"\frac{", "}{", "}"),
    "power": ("", "^{", "}"),
    "below": ("", "_{", "}"),
    "entry": ("{", "}_{", "}"),
    "limits": ("", "_{", "}^{", "}"),
    "transpose": ("", r"^{\top}"),
    "root": (r"\sqrt{", "}"),
    "cube root": (r"\sqrt[3]{", "}"),
    "ordinary": ("{", "}"),
    "cases": (r"\begin{cases} ", r" & \text{if } ", r" \\ ", r" & \text{otherwise} \end{cases}"),
}
"""Names of constructs → what stands before, between and behind their parts."""


def _latex_words(text: str, kind: str) -> str:
    text, index = indexed(text, kind)
    command = {"function": "operatorname", "label": "mathrm"}.get(kind, "text")
    return f"\\{command}{{{text.translate(_IN_WORDS)}}}{f'_{{{index}}}' if index else ''}"


_LATEX_FENCES = {
    "(": Fence((r"\left(", r"\right)")),
    "[": Fence((r"\left[", r"\right]")),
    "|": Fence((r"\left|", r"\right|")),
    "‖": Fence((r"\left\lVert ", r" \right\rVert")),
    "⌊": Fence((r"\left\lfloor ", r" \right\rfloor")),
    "⌈": Fence((r"\left\lceil ", r" \right\rceil")),
    "⌊⌉": Fence((r"\left\lfloor ", r" \right\rceil")),
}
"""Opening brackets → LaTeX's pairs, which grow with what they hold; ⌊⌉ is for rounding."""

LATEX = Dialect(
    _LATEX_FENCES, latex_name, values.LATEX.write, lambda of, by: rf"\frac{{\partial {of}}}{{\partial {by}}}",
    _SPACED
    | {"<=": r" \le ", ">=": r" \ge ", "==": " = ", "!=": r" \ne ", "@": r" \, ", "odot": r" \odot ", "·": r" \cdot "}
    | {"times": r" \times ", "div": r" \div ", "mod": r" \bmod ", "->": r" \to "},
    r" \cdot ", mathematics=True, gap=r"\,", listing=r", \quad ", grid=values.LATEX.matrix,
    relations={"≈": r" \approx ", "<=": r" \le ", ">=": r" \ge ", "!=": r" \ne ", "==": " = "},
    forms=_LATEX_FORMS, sign_of=lambda name: _by_name(_LATEX_SIGNS, name), words=_latex_words,
)  # fmt: skip
"""LaTeX for texts; pictures have the two below."""

TIGHT_LATEX = replace(LATEX, fences=_LATEX_FENCES | {"(": Fence((r"\left(", r"\right)"), ("(", ")"))})
r"""The same for pictures: brackets that need not grow do without `\left`, which would set a space before them."""

NODE_LATEX = replace(
    TIGHT_LATEX,
    fences={
        "(": Fence((r"\left(", r"\right)"), ("(", ")")),
        "[": Fence((r"\left[", r"\right]")),
        "|": Fence((r"\left|", r"\right|"), ("|", "|")),
        "‖": Fence((r"\left\lVert ", r" \right\rVert"), (r"\lVert ", r"\rVert")),
        "⌊": Fence((r"\left\lfloor ", r" \right\rfloor"), (r"\lfloor ", r"\rfloor")),
        "⌈": Fence((r"\left\lceil ", r" \right\rceil"), (r"\lceil ", r"\rceil")),
        "⌊⌉": Fence((r"\left\lfloor ", r" \right\rceil"), (r"\lfloor ", r"\rceil")),
    },
    forms={**_LATEX_FORMS, "power of a letter": ("", "^", ""), "below of a letter": ("", "_", "")},
)  # fmt: skip
"""The same for the signs in the nodes of a picture."""


def _typst_partial(name: str) -> str:
    """Name → ∂ and the name; Typst keeps a space that stands before a word, so there is none."""
    gap = "" if name.startswith('"') else '""' if name.startswith("upright") else " "
    return f"partial{gap}{name}"


def _always(before: str, behind: str) -> Fence:
    """Brackets that Typst lets grow where they have to."""
    return Fence((before, behind), (before, behind))


_TYPST_SIGNS = {
    "·": "dot.c", "dots": "dots.c", "…": "dots", "⊙": "dot.o", "prod": "product", "varphi": "phi.alt", "neg": "-",
    "≈": "approx ", "times ten": values.TYPST.times,
    "and more": " + dots.c", "log 2": "log_2", "log 10": "log_10", "small sum": "sum",
    "beside": " thin ", "behind": " ", "bold 1": "bold(1)", "bold e": "bold(e)", "loss": "cal(L)",
}  # fmt: skip
"""Names of signs → Typst, where that is not the name."""


def _typst_words(text: str, kind: str) -> str:
    text, index = indexed(text, kind)
    return f'op("{text}"){f"_({index})" if index else ""}' if kind == "function" else f'"{text}"'


TYPST = Dialect(
    {
        "(": _always("(", ")"),
        "[": _always("[", "]"),
        "|": _always("abs(", ")"),
        "‖": _always('lr(class("opening", parallel) ', ' class("closing", parallel))'),  # those of norm stand too close
        "⌊": _always("floor(", ")"),
        "⌈": _always("ceil(", ")"),
        "⌊⌉": _always("round(", ")"),
    },
    typst_name, values.TYPST.write, lambda of, by: f"frac({_typst_partial(of)}, {_typst_partial(by)})",
    _SPACED
    | {"==": " = ", "@": " thin ", "odot": " dot.o ", "·": " dot "}
    | {"times": " times ", "div": " div ", "mod": " mod ", "->": " -> "},
    " dot ", mathematics=True, gap=" thin ", grid=values.TYPST.matrix,
    relations={"≈": " approx ", "==": " = "},
    forms={
        "fraction": ("frac(", ", ", ")"),
        "power": ("", "^(", ")"),
        "power of a letter": ("", "^", ""),
        "below": ("", "_(", ")"),
        "below of a letter": ("", "_", ""),
        "entry": ("attach(", ", b: ", ")"),
        "limits": ("", "_(", ")^(", ")"),
        "transpose": ("", "^top"),
        "root": ("sqrt(", ")"),
        "cube root": ("root(3, ", ")"),
        "ordinary": ('class("normal", ', ")"),
        "cases": ("cases(", ' & "if" ', ", ", ' & "otherwise")'),
    },
    sign_of=lambda name: _TYPST_SIGNS.get(name, name),
    bound=lambda text: " ".join(text) if text.isalpha() else text,
    words=_typst_words,
)  # fmt: skip
"""Mathematics of Typst, which sets the labels of pictures."""
