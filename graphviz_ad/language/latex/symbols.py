"""Commands of LaTeX → what they are in plain notation."""

from __future__ import annotations

from graphviz_ad.language.names import GREEK

LETTERS = {
    **GREEK,
    **{name.capitalize(): letter.upper() for name, letter in GREEK.items()},
    "epsilon": "ϵ", "phi": "ϕ", "varepsilon": "ε", "varphi": "φ", "vartheta": "ϑ", "varrho": "ϱ", "varpi": "ϖ",
    "varkappa": "ϰ",
    "varsigma": "ς", "ell": "ℓ", "hbar": "ħ", "infty": "∞", "imath": "i", "jmath": "j", "emptyset": "0",
}  # fmt: skip
"""Commands that are one letter."""

SIGNS = {
    "cdot": "·", "bullet": "·", "cdotp": "·", "times": "×", "odot": "⊙", "otimes": "⊗", "circ": "∘", "ast": "*",
    "div": "/", "star": "*",
    "leqq": "<=", "geqq": ">=", "fallingdotseq": "≈", "risingdotseq": "≈",
    "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=", "ne": "!=", "neq": "!=",
    "lt": "<", "gt": ">", "leftarrow": "←", "gets": "←", "Leftarrow": "←", "rightarrow": "→", "to": "→",
    "longleftarrow": "←", "coloneqq": ":=",
    "implies": " ; ", "Rightarrow": " ; ", "Longrightarrow": " ; ", "iff": " ; ", "therefore": " ; ",
    "triangleq": "=", "equiv": "=", "approx": "≈", "simeq": "≈", "propto": "∝", "colon": ":",
    "dots": "…", "ldots": "…", "cdots": "…", "dotsc": "…", "dotsb": "…", "vdots": "…",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈",
    "rceil": "⌉", "langle": "⟨", "rangle": "⟩",
    "lvert": "|", "rvert": "|", "vert": "|", "mid": "|", "lVert": "‖", "rVert": "‖", "Vert": "‖", "|": "‖",
    "parallel": "‖",
    "{": "(", "}": ")", "lbrace": "(", "rbrace": ")", "lbrack": "[", "rbrack": "]", "_": "_", "%": "%", "&": "&",
    "lparen": "(", "rparen": ")",
}  # fmt: skip
"""Commands that are one sign."""

FUNCTIONS = frozenset((
    "log", "ln", "lg", "exp", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "arcsin", "arccos",
    "arctan",
    "max", "min", "det", "sup", "inf",
))  # fmt: skip
"""Commands that are functions of that name."""

ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0304", "tilde": "\u0303",
    "widetilde": "\u0303",
    "dot": "\u0307", "ddot": "\u0308", "mathring": "\u030a", "overleftarrow": "\u20d6",
}  # fmt: skip
"""Commands that put an accent on a letter."""

WORDS = frozenset((
    "text", "textrm", "textnormal", "mathrm", "operatorname", "operatorname*", "mathit", "textit", "mbox", "hbox",
    "mathsf",
    "texttt", "mathtt", "textbf", "textsf", "textsc", "textup", "textmd", "mathup", "symup", "rm",
))  # fmt: skip
"""Commands whose argument is a name of several letters."""

FONTS = frozenset((
    "mathbf", "boldsymbol", "bm", "vec", "mathbb", "mathfrak", "mathscr", "pmb", "symbf", "symbfit", "bf", "it",
    "mathnormal",
    "underline", "ensuremath", "mathcal", "cal", "overrightarrow",
    "mathbin", "mathrel", "mathord", "mathopen", "mathclose", "mathclap", "smash", "boxed",
))  # fmt: skip
"""Commands that change how a letter looks, and not which it is."""

BLANKS = frozenset((
    "left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr",
    "middle",
    "displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "nonumber", "notag", "quad", "qquad", "small",
    "large",
    "Large", "normalsize", "footnotesize", "tiny", ",", ";", ":", "!", " ", ">", "/", "thinspace", "negthinspace",
    "space", "medspace",
    "thickspace", "enspace", "enskip",
    "mathstrut",
    "strut",
    "hfill", "eqalign", "allowbreak", "break", "!", "-", "bigm", "Bigm", "hline", "protect", "relax", "mathop",
))  # fmt: skip
"""Commands that only set."""

DROPPED = frozenset(
    (
        "tag",
        "tag*",
        "label",
        "textcolor",
        "mathcolor",
        "colorbox",
        "mathrlap",
        "mathllap",
        "rlap",
        "llap",
        "hspace",
        "hspace*",
        "vspace",
        "phantom",
        "hphantom",
        "vphantom",
        "color",
        "ref",
        "eqref",
    )
)
"""Commands that are left out with their argument."""

JOINING = frozenset((
    "where", "with", "and", "for", "let", "here", "and where",
    "mit", "wobei", "und", "wo", "hierbei", "dabei ist", "où", "avec", "et", "soit", "donde", "con", "siendo", "dove",
    "onde", "com", "где", "при", "여기서",
    "then", "hence", "thus", "therefore", "so that", "dann", "also", "somit", "alors", "donc", "entonces", "luego",
    "тогда", "то", "则", "那么", "よって", "ゆえに",
    "ただし", "および", "ここで", "其中", "且", "和", "这里", "式中",
))  # fmt: skip
"""Words between two formulas."""

CONSTRAINTS = frozenset((
    "s.t.", "s.t", "st", "subject to", "such that", "u.d.n.", "unter der nebenbedingung", "unter den nebenbedingungen",
    "sous contrainte", "sous contraintes", "sujeto a", "sujeito a", "при условии", "约束条件", "subject to:",
))  # fmt: skip
"""Words before the constraints of an optimum."""

CONDITIONS = {
    **{word: word for word in ("if", "when", "for", "otherwise", "else")},
    **dict.fromkeys(("当", "若", "如果", "もし"), "if"),
    **dict.fromkeys(("否则", "其他", "其它", "その他", "それ以外"), "otherwise"),
}
"""Words before a condition, and after the last one."""

ALIGNED = frozenset((
    "align", "align*", "aligned", "alignedat", "gather", "gather*", "gathered", "split", "equation", "equation*",
    "eqnarray",
    "eqnarray*", "multline", "multline*", "flalign", "flalign*", "displaymath", "math",
))  # fmt: skip
"""Environments whose rows are lines."""
MATRICES = frozenset(("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "array"))
"""Environments whose cells are the entries of an array."""

REFUSED = {
    "int": "an integral cannot be computed step by step here",
    "iint": "an integral cannot be computed step by step here",
    "lim": "a limit cannot be computed here; write the formula without it",
    "pm": "± stands for two formulas: write one with + and one with -",
    "mp": "± stands for two formulas: write one with + and one with -",
    "sim": "write how the value is computed from given numbers",
    "argmax": "write argmax(x), which has no gradient",
    **dict.fromkeys(("arg", "argmin"), "an optimum is not computed here: write only what is minimised or maximised"),
    **dict.fromkeys(
        ("cap", "cup", "bigcap", "bigcup", "setminus", "subset", "subseteq", "supset", "supseteq"),
        "sets are not computed: write a name for how many entries one has, as in n_{AB}",
    ),
    **dict.fromkeys(
        ("cancel", "bcancel", "xcancel", "cancelto", "sout"), "leave out what is crossed out, or take away the line"
    ),
    **dict.fromkeys(("exists", "nexists", "vdash", "models"), "write only the formula for the value"),
    "oplus": "write a + b, or concat(a, b)",
    "mathbb E": "write mean(…) over given examples",
}  # fmt: skip
"""Commands that are no part of a formula that can be computed, and what to write."""
