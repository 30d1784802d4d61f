"""The dialect of web pages, and of Office by way of them: MathML, whose constructs are elements with parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from graphviz_ad.language.dialect import Dialect
from graphviz_ad.language.notation import INDICES, PATH, indexed, spelled_letter, spelt, subscripts
from graphviz_ad.language.pieces import Beginning, Fence, Mark, Opening, Piece, Tall
from graphviz_ad.language.values import Numerals

_MINUS = '<mo form="prefix">−</mo>'
"""A minus before a number or a term, close to it: between two terms it would have spaces."""
_DOT = "<mo>·</mo>"
"""The sign of a product."""
TIMES_TEN = '<mo lspace="0" rspace="0">×</mo>'
"""What stands before a power of ten, close to both, so that it is no product of two numbers."""


class Scripted(str):
    """An element with a subscript, primes or both; a superscript stands above the one and behind the others."""

    base: str
    below: str
    primes: str

    @classmethod
    def of(cls, base: str, below: str, primes: str = "") -> Scripted:
        """Base, subscript and primes, of which one is empty or none → the element."""
        element = cls(_scripted(base, below, primes))
        element.base, element.below, element.primes = base, below, primes
        return element


def _scripted(base: str, below: str, above: str) -> str:
    tag = "msubsup" if below and above else "msub" if below else "msup"
    return f"<{tag}>{base}{below}{above}</{tag}>"


def raised(base: str, exponent: str) -> str:
    """Base and exponent → the element."""
    if isinstance(base, Scripted):
        return _scripted(base.base, base.below, row([base.primes, exponent]) if base.primes else exponent)
    return _scripted(base, "", exponent)


def lowered(base: str, below: str) -> str:
    """Base and subscript → the element."""
    return Scripted.of(base, below)


class Several(str):
    """Elements that may be several, as a minus and a number: where one is expected they are held together."""

    def held(self) -> str:
        """→ one element."""
        return f"<mrow>{self}</mrow>"


def row(parts: Sequence[str]) -> str:
    """Elements → one that holds them together."""
    if len(parts) != 1:
        return f"<mrow>{''.join(parts)}</mrow>"
    (part,) = parts
    return part.held() if isinstance(part, Several) else part


def marked_part(name: str) -> tuple[Piece, Piece]:
    """Name of a class → what begins and ends a part of a formula that has it."""
    return Beginning(lambda *parts: f'<mrow class="{name}">{"".join(parts)}</mrow>'), Mark.END


def math(markup: str, *, block: bool = False) -> str:
    """What was written → a `math` element; with `block` one in display style."""
    display = ' display="block"' if block else ""
    return f"<math{display}><mrow>{markup}</mrow></math>"


class Elements:
    """Pieces one after the other → elements; what is to be one is held together where it is several."""

    def __init__(self) -> None:
        self.begun: list[Callable[..., str] | Fence | None] = [None]
        self.parts: list[list[str]] = [[]]
        self.tall = [False]

    def add(self, piece: str) -> None:
        """Write an element."""
        if piece:
            self.parts[-1].append(piece)

    def put(self, piece: str | Opening | Beginning | Mark) -> None:
        """Write the next piece."""
        if isinstance(piece, str):
            self.add(piece)
            self.tall[-1] |= type(piece) is Tall
        elif isinstance(piece, Opening):
            self._begin(piece.fence)
        elif isinstance(piece, Beginning):
            self._begin(piece.make)
            self.tall[-1] = piece.tall
        elif piece is Mark.PART:
            self._begin(None)
        else:
            self._end()

    def _begin(self, what: Callable[..., str] | Fence | None) -> None:
        self.begun.append(what)
        self.parts.append([])
        self.tall.append(False)

    def _end(self) -> None:
        what, parts, tall = self.begun.pop(), self.parts.pop(), self.tall.pop()
        self.tall[-1] |= tall
        if what is None:
            self.parts[-1].append(row(parts))
        elif isinstance(what, Fence):
            before, behind = what.grown if tall or what.low is None else what.low
            self.parts[-1].append(row([before, *parts, behind]))
        else:
            self.parts[-1].append(what(*parts))

    def text(self) -> str:
        """→ what was written."""
        return "".join(self.parts[0])


# -- letters, signs, words ---------------------------------------------------------------------

_SIGNS = {
    " ": "", ", ": "<mo>,</mo>", "beside": "", "behind": '<mspace width="0.167em"/>', ":": "<mi>:</mi>", "neg": _MINUS,
    "dots": "<mo>⋯</mo>", "…": "<mi>…</mi>", "sum": "<mo>∑</mo>", "prod": "<mo>∏</mo>", "infinity": "<mi>∞</mi>",
    "small sum": '<mstyle displaystyle="false" scriptlevel="0"><mo>∑</mo></mstyle>', "-": "<mo>−</mo>",
    "times": "<mo>×</mo>", "div": "<mo>÷</mo>", "mod": '<mo lspace="0.222em" rspace="0.222em">mod</mo>',
    "RR": "<mi>ℝ</mi>", "varphi": "<mi>φ</mi>", "log 2": lowered("<mi>log</mi>", "<mn>2</mn>"),
    "log 10": lowered("<mi>log</mi>", "<mn>10</mn>"), "bold 1": "<mn>𝟏</mn>", "bold e": "<mi>𝐞</mi>",
    "loss": "<mi>ℒ</mi>", "times ten": TIMES_TEN, "in": "<mo>∈</mo>", "and more": "<mrow><mo>+</mo></mrow><mo>⋯</mo>",
}  # fmt: skip
"""Names of signs → their elements, where `_sign` cannot make one of the name itself."""


_UPRIGHT = frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΧ")
"""Greek capitals that look as Latin ones do, which are in italics."""
_VARIANTS = "ℓℒ"
"""Letters that are neither of ASCII nor among the Greek ones of Unicode, but are set like those."""


def _sign(name: str) -> str:
    """Name of a sign → its element."""
    if name in _SIGNS:
        return _SIGNS[name]
    if name.isdecimal():
        return _number(name)
    if name[0].isalpha():
        return _word(name)
    stays = ' stretchy="false"' if name in "()[]⌊⌋⌈⌉" else ""
    return f"<mo{stays}>{escape(name)}</mo>"


def _number(digits: str) -> str:
    return row([_MINUS, _number(digits[1:])]) if digits[0] == "-" else f"<mn>{digits}</mn>"


def _words(text: str, kind: str) -> str:
    """Upright words → their element; a space at an end stays one."""
    if kind != "text":
        stem, index = indexed(text, kind)
        word = f"<mi>{escape(stem)}</mi>"
        return f"<msub>{word}{_index(index)}</msub>" if index else word
    kept = text if text == text.strip() else text.replace(" ", "\u00a0")
    return f"<mtext>{escape(kept)}</mtext>"


def _word(word: str) -> str:
    """Word → its element: the letter it spells, or a word, which stands upright."""
    sign = spelled_letter(word)
    if len(sign) == 1 and (sign.isascii() or "\u0370" <= sign <= "\u03ff" or sign in _VARIANTS):
        return f'<mi mathvariant="normal">{sign}</mi>' if sign in _UPRIGHT else f"<mi>{sign}</mi>"
    return f"<mi>{word}</mi>" if word.isascii() else f"<mtext>{word}</mtext>"


def _spelled(text: str) -> str:
    """Signs in a row, as t-1 → their elements as one: numbers, letters one by one, signs."""
    parts: list[str] = []
    digits = ""
    for sign in f"{text} ":
        if sign.isdecimal() or (sign == "." and digits):
            digits += sign
            continue
        parts += [_number(digits)] if digits else []
        digits = ""
        if sign != " ":
            parts.append(_SIGNS["-"] if sign in "-−" else _sign(sign))
    return row(parts)


# -- names -------------------------------------------------------------------------------------

_ACCENTS = {
    "hat": '<mo stretchy="false">^</mo>', "bar": '<mo stretchy="true">¯</mo>', "tilde": '<mo stretchy="false">~</mo>',
    "dot": "<mo>˙</mo>", "ddot": "<mo>¨</mo>", "vec": '<mo stretchy="true">→</mo>',
    "overleftarrow": '<mo stretchy="true">←</mo>',
}  # fmt: skip
"""Names of accents → the element above a letter; bar and arrow stretch over all of it."""


def mathml_name(name: str) -> str:
    """Name → MathML.

    >>> mathml_name("theta_0"), mathml_name("loss")
    ('<msub><mi>θ</mi><mn>0</mn></msub>', '<mi>loss</mi>')
    """
    if name in ("inf", "∞"):
        return _SIGNS["infinity"]
    parts = spelt(name)
    written = _word(parts.stem)
    if parts.accent:
        close = ' accent="true"' if parts.accent == "hat" else ""  # the others would touch the letter, or be too large
        written = f"<mover{close}>{written}{_ACCENTS[parts.accent]}</mover>"
    below = [part for index in subscripts(parts) for part in ("<mo>,</mo>", _index(index))][1:]
    primes = f"<mi>{'′' * len(parts.primes)}</mi>" if parts.primes else ""
    if below or primes:
        written = Scripted.of(written, row(below) if below else "", primes)
    return raised(written, _spelled(parts.above)) if parts.above else written


def _index(word: str) -> str:
    is_word = PATH.fullmatch(word) or (len(word) > 1 and word.isalpha() and not INDICES.fullmatch(word))
    return _word(word) if is_word else _spelled(word)


# -- the dialect -------------------------------------------------------------------------------


def _grows(before: str, behind: str) -> Fence:
    """Brackets → the elements, which stay low about what is."""
    ends = ("prefix", before), ("postfix", behind)
    first, last = (f'<mo stretchy="true" fence="true" form="{form}">{sign}</mo>' for form, sign in ends)
    if before == behind:  # a bar, which is a bracket by its form only
        begins, stops = (f'<mo stretchy="false" form="{form}">{sign}</mo>' for form, sign in ends)
    else:
        begins, stops = _sign(before), _sign(behind)
    return Fence((first, last), (begins, stops))


def _cases(taken: str, condition: str, otherwise: str) -> str:
    lines = (
        f'<mtr><mtd columnalign="left">{value}</mtd><mtd columnalign="left">{when}</mtd></mtr>'
        for value, when in ((taken, _words("if ", "text") + condition), (otherwise, _words("otherwise", "text")))
    )
    brace = '<mo stretchy="true" fence="true" form="prefix">{</mo>'
    return f"<mrow>{brace}<mtable>{''.join(lines)}</mtable></mrow>"


def _power_of_ten(exponent: int) -> str:
    return raised(_number("10"), _number(str(exponent)))


_BINARY = {
    "<": "&lt;", "<=": "≤", ">": "&gt;", ">=": "≥", "==": "=", "!=": "≠", "+": "+", "-": "−", "/": "/", "·": "·",
    "odot": "⊙", "times": "×", "div": "÷", "->": "→",
}  # fmt: skip
"""Binary signs → their characters, escaped."""
_RELATIONS = {"=": "=", "≈": "≈", "<": "&lt;", ">": "&gt;"}
"""Signs between the sides of an equation, beside those of `_BINARY`."""
NUMERALS = Numerals(
    _number, _power_of_ten, _MINUS, TIMES_TEN, "<mfrac>{}{}</mfrac>".format, "<mo>/</mo>",
    _SIGNS["infinity"], "<mi>nan</mi>",
    {"…": _SIGNS["dots"], "⋮": "<mo>⋮</mo>", "⋱": "<mo>⋱</mo>"},
    lambda array, lengths: lowered(array, row(["", lengths])),
    ("<mrow><mo>(</mo><mtable><mtr><mtd>", "</mtd><mtd>", "</mtd></mtr><mtr><mtd>",
     "</mtd></mtr></mtable><mo>)</mo></mrow>"),
    ('<mo stretchy="false">[</mo>', "<mo>×</mo>", '<mo stretchy="false">]</mo>'),
    ('<msup><mrow><mo stretchy="false">(</mo>', "<mo>,</mo>",
     '<mo stretchy="false">)</mo></mrow><mo>⊤</mo></msup>'),
    Several, lambda several: row(["", several]),
)  # fmt: skip
"""What MathML writes for numbers and arrays."""

MATHML = Dialect(
    {
        "(": _grows("(", ")"), "[": _grows("[", "]"), "|": _grows("|", "|"), "‖": _grows("‖", "‖"),
        "⌊": _grows("⌊", "⌋"), "⌈": _grows("⌈", "⌉"), "⌊⌉": _grows("⌊", "⌉"),
    },
    mathml_name, NUMERALS.write,
    lambda of, by: f"<mfrac><mrow><mo>∂</mo>{of}</mrow><mrow><mo>∂</mo>{by}</mrow></mfrac>",
    {key: f"<mo>{sign}</mo>" for key, sign in _BINARY.items()} | {"@": _SIGNS["behind"], "mod": _SIGNS["mod"]},
    _DOT, mathematics=True, gap=_SIGNS["behind"], listing='<mo>,</mo><mspace width="1em"/>',
    grid=NUMERALS.matrix,
    relations={sign: f"<mo>{written}</mo>" for sign, written in (_BINARY | _RELATIONS).items()},
    sign_of=_sign, number=_number, bound=_spelled, words=_words, page=Elements,
    elements={
        "fraction": "<mfrac>{}{}</mfrac>".format, "power": raised, "below": lowered, "entry": lowered,
        "limits": lambda base, below, above: raised(lowered(base, below), above),
        "transpose": lambda base: raised(base, "<mo>⊤</mo>"), "root": "<msqrt>{}</msqrt>".format,
        "cube root": "<mroot>{}<mn>3</mn></mroot>".format, "ordinary": str, "cases": _cases,
    },
)  # fmt: skip
"""What browsers show, and what Office's mathematics is made of."""
