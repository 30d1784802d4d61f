"""What surrounds a formula as people write it → blanks: titles, numbers, comments, words between statements."""

from __future__ import annotations

import re

from graphviz_ad.language.bullets import without_labels, without_numbers
from graphviz_ad.language.tokens import blank

_LOG_DENSITY_TITLE = re.compile(
    r"(?m)^[ \t]*[-−]?[ \t]*(?:log|ln)[ \t]*[^\W\d_](?:_\w+|_\{[^{}\n]*\})?[ \t]*"
    r"\((?=[^()=\n]*[|;‖,])(?:[^()=\n]|\([^()=\n]*\))*\)[ \t]*=(?!=)"
)
"""A left side that is the logarithm of a density, which only says what follows: log p(x|θ) = …"""
LAMBDA = re.compile(r"(?m)(?:^|(?<=[;=(]))[ \t]*lambda[ \t]+([^\W\d]\w*(?:[ \t]*,[ \t]*[^\W\d]\w*)*)[ \t]*:(?!=)[ \t]*")
"""What begins a function without a name, as Python has it."""
_MISSING_VALUES_OPTION = re.compile(r",[ \t]*na\.rm[ \t]*=[ \t]*(?:TRUE|FALSE|T|F)\b")
"""R's option for missing values, which formulas have not."""
_CONTINUED_LINE_END = re.compile(r"(?m)\.\.\.[ \t]*(?:%[^\n]*)?\n(?=[ \t]*\S)|^([^#\n]*(?<!\\))\\[ \t]*\n")
"""The end of a line that goes on with the next, as MATLAB and Python have it."""
BROADCAST = re.compile(r"(?<![\w)\]])@\.(?=[ \t(])")
"""Julia's word for entry by entry throughout."""
_TYPE_OF_NAME = re.compile(
    r"(?m)(?:^|(?<=;))([ \t]*(?:(?:var|let|const|val)[ \t]+)?[^\W\d]\w*)([ \t]*::?[ \t]*(?:\w+\.)*(?:float|int|bool"
    r"|complex|number|double|list|tuple|f32|f64|Float\d*|Double|Int\d*|Any|Scalar|\w*(?:[Tt]ensor|[Aa]rray|[Vv]ector"
    r"|[Mm]atrix)|Array[A-Z]\w*|NDArray|List|Tuple|Sequence|Optional|Union|Final)(?:[\[{<][^=\n]*[\]}>])?"
    r"(?:[ \t]*\|[ \t]*\w+)*)(?=[ \t]*=(?!=))"
)
"""The type of what a name stands for, as Python, TypeScript, Rust and Julia have it before "=": z: float = …"""
_WORDS_ON_LEFT = re.compile(
    r"(?m)^([ \t]*[^\W\d_]{2,}(?: [^\W\d_]{2,})+[ \t]*)(\([^\W\d_]{2,}(?: [^\W\d_]+)*\))(?=[ \t]*=(?!=))"
)
"""Words in brackets behind words on a left side: Output Size (Width or Height) = …"""
_BRACKETED_LEFT = re.compile(r"\)[ \t]*=(?!=)")
"""The end of it, quickly found."""
LETTER_RANGE = re.compile(
    r"[,;]?[ \t]*\b(?:for|where)[ \t]+(?:all[ \t]+)?\w'?[ \t]*(?:=|∈)[^;\n=]*?(?:…|\.\.\.?|\bto\b)[^;\n=]*"
)
"""The numbers that a letter stands for, in words: for i = 1, …, n."""
COMMENT = re.compile(
    r"(?:(?<=[;,])|^)[ \t]*(?://|%(?!\*%))[^\n]*|[ \t]{2,}%[ \t][^\n]*"
    r"|[ \t]+//[ \t]+(?=[^\n]{0,80}?(?:[^\W\d_]{3,}|\])[ \t]+[^\W\d_]{3,})[^\n]*",
    re.MULTILINE,
)
"""A comment as MATLAB, C and JavaScript have it: behind a statement or on a line of its own."""
_COLUMN_GAP = re.compile(r"(?<=[^ \t\n])[ \t]{3,}(?=[^\W\d]\S*[ \t]*(?:=(?!=)|[≈←]))")
"""The space between two statements on one line."""
_JOINING_WORD = re.compile(
    r"([,;\n]|^)([ \t\n]*(?:where|with|and|for|let|here)\b)(?=\s+[^\W\d][^\n=;]*(?<![=<>!])=(?!=))", re.IGNORECASE
)
"""A word that joins a definition to the formula before it."""

_WHERE_SET = re.compile(
    r"(?<=[\w)\]}²³])[ \t]+(?:where|with|using|at)(?=[ \t]+(?:[^\W\d][^\n=;()]*|\([\w, ]*\)[ \t]*)=(?!=))"
)
"""The word before a definition behind the formula on one line."""
_AND_SET = re.compile(r"(?<=[\w)\]}²³])[ \t]+and(?=[ \t]+[^\W\d][\w{}^,'′]*[ \t]*=(?!=))")
"""The word between two definitions."""
_CONDITIONAL_WORD = re.compile(r"(?<!\w)(?:if|for|when|while|otherwise)(?!\w)")
"""Words before a condition, in which "=" says that two values are the same."""
_SET_IN_BRACKETS = re.compile(
    r"(?<=[\w)\]}²³])[ \t]+\((?:(?:where|with|for|here)[ \t]+)?"
    r"([^\W\d][\w{}^'′]*[ \t]*=[ \t]*[-+−]?[0-9.]+"
    r"(?:[ \t]*(?:,|;|and)[ \t]*[^\W\d][\w{}^'′]*[ \t]*=[ \t]*[-+−]?[0-9.]+)*)"
    r"\)[ \t.]*(?=\n|$)"
)
"""Numbers for names in brackets behind a formula: (a = 2, b = 3)."""
_IS = re.compile(
    r"(?m)^([ \t]*)((?:[Tt]he|[Oo]ur|[Tt]hus|[Hh]ence|[Ss]o|[Tt]hen)[ \t]+)?((?:[^\W\d]\w*[ \t]+){1,4})"
    r"(?:is|becomes|equals)"
    r"(?:[ \t]+(?:then|just|simply|given by|defined as|computed as|calculated as|equal to))*:?[ \t]+"
    r"(?=[-−(√∑Σ½|‖\[]|[^\W\d][\w.]*[ \t]*[-+*/^(·×=²³]|[^\W\d][\w.]*[ \t]+[-+*/^·×=]|[0-9])"
)
"""Words before a formula, with a verb: the loss is …"""
_OPENING_WORD = re.compile(
    r"(?m)^[ \t]*(?:(?:Hence|Then|Thus|So|Therefore|Finally|Now|Next|Consequently|Also|Suppose|Assume|Set|Put)\b,?"
    r"|(?:Given|If|When|For)\b)[ \t]+(?=[^\W\d][\w{}^'′]*(?:\([^()\n]*\))?[ \t]*=(?!=))"
)
"""A word that opens a sentence with a formula: Hence, y = …"""
_THEN = re.compile(r",?[ \t]+then[ \t]+(?=[^\W\d][\w{}^'′]*[ \t]*=(?!=))")
"""The word before what follows."""
_SET_AT = re.compile(
    r"(?:,?[ \t]+|^[ \t]*)(?:when|for|given)"
    r"(?=[ \t]+[^\W\d][\w{}^'′]*[ \t]*=[ \t]*[-+−]?[0-9.]+[ \t]*(?:$|\n|[,;](?![ \t]*(?:…|\.\.|[0-9]))|and))"
)
"""A word before a number for a name: y = 3x for x = 2."""
_MANY_CASES = re.compile(r"[<>≤≥≠]|!=|(?<!\w)(?:if|else|otherwise|in)(?!\w)")
"""What shows that such a word stands before a condition."""
_EQUAL_SIGN = re.compile(r"=(?!=)")
"""A sign that gives a value."""
_IMPLIES = re.compile(r"(?:=>|⇒|⟹|∴|⇔)(?=[^\n;]*[^=<>!]=(?!=|>))")
"""What stands between a formula and one that follows from it."""
_LEADS_TO = re.compile(r"(=(?!=)[^=\n;]*[\w)\]}²³])[ \t]*(?:→|->|⟶)(?=[ \t]*[^\W\d][^\n;=<>]*=(?!=|>))")
"""An arrow between a formula and one that follows from it."""
_WHERE_CLAUSE = re.compile(
    r"[,;.]?[ \t]+where[ \t]+(?=`|[^\W\d][\w(){}^,-]*(?:[ \t]+and[ \t]+[^\W\d]\S*)?[ \t]+"
    r"(?:is|are|denotes?|stands?|means|represents?|runs|being)\b)[^\n]*",
    re.IGNORECASE,
)
"""Words behind a formula that explain a name in it."""
_WHERE_COMPUTED = re.compile(
    r"(?<=\S)[,;.]?\s+where[ \t]+([^\W\d]\w*)[ \t]+is[ \t]+(?:[a-z]+[ \t]+){0,6}"
    r"(?:computed|calculated|given|defined|obtained)"
    r"[ \t]+(?:by|as|from|with)[ \t]*:?\s*(?:\1[ \t]*)?=(?!=)"
)
"""Words behind a formula, before the right side of a name in it: where m is the average computed by: = …"""
_REMARK_ON_SHAPES = re.compile(r"[ \t]{2,}\([\w ,]*\)(?:[ \t]*(?:@|×|→|->|=>|\*|·)[ \t]*\([\w ,]*\))+[ \t]*(?=\n|$)")
"""A remark on shapes behind a formula: (k, N) @ (N, 1) → (k, 1)."""
_REMARK_IN_BRACKETS = re.compile(
    r"[ \t]{2,}\((?=[^()=]*[a-z]{3})[^\W\d_]{2,}(?:[ ,;-]+[^\W\d_]+){1,12}\)[ \t.]*(?=\n|$)"
)
"""Words in brackets behind several spaces."""
_LEGEND = re.compile(
    r"(?im)^[ \t]*where:?[ \t]*\n(?:[ \t]*(?:[-*•][ \t]*)?\S+[ \t]*(?:=|:|is)[ \t]*[^\W\d_]{2,}"
    r"(?:[ \t]+[^\W\d_(),/-]+){1,12}\.?[ \t]*(?:\n|\Z)|[ \t]*\n)+"
)
"""Lines behind a formula that say in words what its names are."""
_ASIAN_LABEL = r"(?m)^[^\W\d_]*[\u3040-\u30ff\u3400-\u9fff][^:=\n]{0,60}:(?!=)[ \t]*(?=\S)"
"""A title in Japanese or Chinese, behind whose colon there is no space."""
_COMMA_BEFORE_ELSE = re.compile(r",(?=[ \t]*else\b)")
"""A comma before the other value of a choice: x if x > 0, else 0."""
_NAMESPACE = re.compile(r"(?<!\w)(?:(?:std|torch|f32|f64|math|Math)::|[^\W\d][\w.]*:::?(?=[^\W\d][\w.]*[ \t]*\())")
"""Where C++, Rust and R have their functions: std::exp, stats::sd."""
_ALIGNED = re.compile(r"&(?=[ \t]*=(?!=))")
"""A sign for the place at which lines of LaTeX stand below each other: &= 2 x."""
_ASIAN = r"[\u3040-\u30ff\u3400-\u9fff]"
"""A letter of Japanese or Chinese, which each of the two below has; such patterns take long to compile, and few texts
need them."""
_ASIAN_BEHIND = rf"(?m)(?<=[\w)\]}}])[ \t]*[,.;:][ \t]*(?=[A-Za-z ]*{_ASIAN})(?![^\n]*=(?!=))[^\n]*$"
"""A sentence in Japanese or Chinese behind a formula."""
_ASIAN_BEFORE = rf"(?m)^[^=\n]*{_ASIAN}[^=\n]*[,.;:][ \t]*(?=[A-Za-z_]\w*[ \t]*=(?!=))"
"""The same before the name that a formula sets."""
_SQUARE_GROUP = re.compile(r"(?<=\)) +\[([^\[\]:,\d][^\[\]:,]*)\](?=[ \t]*[²³^])")
"""Square brackets round a value behind a bracket: (1-β) [∇L]²."""
_LINE_MARKER = re.compile(r"(?:#+|/{2,3}|>+|%+)[ \t]*")
"""A mark of comments or quotations at the beginning of a line."""
RAISED_FIRST = re.compile(
    r"(?<=[\w}|‖])([⁰¹²³⁴-⁹ⁿᵏ]+|\^(?:[0-9]|\{[0-9]+\})(?=_))(_\{[^{}\n]*\}|_[^\W_]+|[₀-₉ᵢⱼₖₗₘₙₜ]+)"
)
"""A power between a name or a norm and its subscript: σ²_d, x^2_i, ||w||^2_2."""
_RAISED_BEFORE_BELOW = re.compile(r"[}0-9⁰¹²³⁴-⁹ⁿᵏ][_₀-₉ᵢⱼₖₗₘₙₜ]")
"""The place between them, quickly found."""
_RAISED_INDEX = re.compile(r"([^\W\d_])\^\(([ijkn])\)(?!_)")
"""A letter in brackets above a name: x^(i)."""
_PRIMED_FIRST = re.compile(r"(?<![\w'′])([^\W\d_])(['′]+)(_[^\W_](?!\w)|_\{[^{}\n]*\})")
"""A name with primes before its index."""
_ANGLES = re.compile(
    r"(?<![\w)\]\s])<([^<>=\n,]+,[^<>=\n,]+)>(?![\w(=])|(?<=[=*+(-] )<([^<>=\n,]+,[^<>=\n,]+)>(?![\w(=])"
    r"|(?<=[\w)\]}>²³])[ \t]*<(?! )([^<>=\n,]+,[^<>=\n,]*[^<>=\n, ])>(?=[ \t]*(?:$|[\n)\]},;^*/·²³<]|=(?!=)))"
    r"|(?<=[\w)\]}>²³] )<(?! )([^<>=\n,]+,[^<>=\n,]*[^<>=\n, ])>(?=[ \t]*\+|[ \t]+[-−][ \t])"
)
"""An inner product as typed without its own brackets: <x, y>."""


def without_words(text: str) -> str:
    """Formula → the same length of text, with blanks for titles, numbers and words between statements."""
    begin = text.lstrip()
    if begin.startswith(("#", "//", ">", "%")):
        text = _without_markers(text)
    if "_" in text or not text.isascii():
        text = RAISED_FIRST.sub(r"\2\1", text) if _RAISED_BEFORE_BELOW.search(text) is not None else text
    if "^(" in text and len({raised[1] for raised in _RAISED_INDEX.finditer(text)}) > 1:
        text = _RAISED_INDEX.sub(r"\1⁽\2⁾ ", text)  # x^(i) beside y^(i)
    if "_" in text and ("'_" in text or "′_" in text):
        text = _PRIMED_FIRST.sub(r"\1\3\2", text)  # x'_i
    if ">" in text and "<" in text:
        text = _ANGLES.sub(lambda product: product[0].replace("<", "⟨").replace(">", "⟩"), text)
    lower = text.lower()  # what is blanked below the patterns do not find, though it stands here
    text = without_numbers(text)
    if "=" in text and begin[:1].isupper():
        text = _OPENING_WORD.sub(lambda word: " " * len(word[0]), text)
        if " then " in text and begin.startswith(("If", "Let", "Given", "When", "For")):
            text = _THEN.sub(lambda word: ";".ljust(len(word[0])), text)
    has_word = "=" in text and _has_any(lower, "when", "for", "given")
    if has_word and _MANY_CASES.search(text) is None and len(_SET_AT.findall(text)) == 1:
        text = _SET_AT.sub(lambda place: ";".ljust(len(place[0])), text)
    if "s " in text and any(verb in text for verb in (" is ", " becomes ", " equals ")):
        text = _IS.sub(_without_verb, text)
    has_where = _has_any(lower, "where")
    if has_where and " is " in text:
        text = _WHERE_COMPUTED.sub(lambda words: f";{words[1]}".ljust(len(words[0]) - 1) + "=", text)
    if has_where and "\n" in text:
        text = _LEGEND.sub(lambda legend: blank(legend[0]), text)
    if ":" in text:
        text = _TYPE_OF_NAME.sub(lambda typed: typed[1].ljust(len(typed[0])), text)
    if _BRACKETED_LEFT.search(text) is not None:
        text = _WORDS_ON_LEFT.sub(lambda left: left[1].ljust(len(left[0])), text)
    text = without_labels(text)
    if ":" in text and not text.isascii():
        text = re.sub(_ASIAN_LABEL, lambda label: " " * len(label[0]), text)
    if "&" in text:
        text = _ALIGNED.sub(" ", text)
    if "=" in text and not text.isascii() and max(text) >= "\u3040":  # the first letter of Japanese
        for words in (_ASIAN_BEHIND, _ASIAN_BEFORE):
            text = re.sub(words, lambda sentence: blank(sentence[0]), text)
    if has_where:
        text = _WHERE_CLAUSE.sub(lambda words: " " * len(words[0]), text)
    if "  (" in text:
        text = _REMARK_IN_BRACKETS.sub(lambda remark: " " * len(remark[0]), text)
        text = _REMARK_ON_SHAPES.sub(lambda remark: " " * len(remark[0]), text)
    if _has_any(text, "=>", "⇒", "⟹", "∴", "⇔"):
        text = _IMPLIES.sub(lambda arrow: ";".ljust(len(arrow[0])), text)
    if _has_any(text, "→", "->", "⟶"):
        text = _LEADS_TO.sub(lambda arrow: arrow[1] + ";".ljust(len(arrow[0]) - len(arrow[1])), text)
    if "[" in text and ") [" in text:
        text = _SQUARE_GROUP.sub(lambda group: group[0].replace("[", "(").replace("]", ")"), text)
    if "%" in text or ("/" in text and "//" in text):
        text = COMMENT.sub(lambda comment: " " * len(comment[0]), text)
    has_dots = ".." in text
    if has_dots or "…" in text or ("t" in text and " to " in text):
        text = LETTER_RANGE.sub(lambda words: " " * len(words[0]), text)
    if ":" in text and "::" in text:
        text = _NAMESPACE.sub(lambda path: " " * len(path[0]), text)
    if "," in text and "else" in text:
        text = _COMMA_BEFORE_ELSE.sub(" ", text)
    if _has_any(text, "lambda"):
        text = LAMBDA.sub(lambda begin: " " * len(begin[0]), text)
    if _has_any(text, "na.rm"):
        text = _MISSING_VALUES_OPTION.sub(lambda option: " " * len(option[0]), text)
    if "\\" in text or (has_dots and ("...\n" in text or "... " in text)):
        text = _CONTINUED_LINE_END.sub(lambda line: (line[1] or "").ljust(len(line[0])), text)
    if "@" in text and "@." in text:
        text = BROADCAST.sub("  ", text)
    if "=" in text:
        if _has_any(text, "log", "ln"):
            text = _LOG_DENSITY_TITLE.sub(lambda title: " " * len(title[0]), text)
        if "   " in text or "\t" in text:
            text = _COLUMN_GAP.sub(lambda gap: ";" + " " * (len(gap[0]) - 1), text)
        if any(word[-1] in text and f" {word} " in text for word in ("where", "with", "using", "at")):
            text = _WHERE_SET.sub(lambda word: ";".ljust(len(word[0])), text)
        if " and " in text:
            text = _AND_SET.sub(lambda word: _joined(text, word), text)
        if " (" in text and _SET_IN_BRACKETS.search(text) is not None:
            text = _SET_IN_BRACKETS.sub(_set, text)
        if _has_any(lower, "here", "with", "and", "for", "let"):
            text = _JOINING_WORD.sub(lambda word: (";" if word[1] else "") + " " * len(word[2]), text)
    return text


def _has_any(text: str, *words: str) -> bool:
    """Whether a word stands in a text: that its last letter does not is seen far faster."""
    return any(word[-1] in text and word in text for word in words)


def _joined(text: str, word: re.Match[str]) -> str:
    """The word between two definitions → the end of the first; in a condition it stays."""
    line = text[text.rfind("\n", 0, word.start()) + 1 : word.start()]
    is_set = "=" in line and _CONDITIONAL_WORD.search(line) is None
    return ";".ljust(len(word[0])) if is_set else word[0]


def _set(numbers: re.Match[str]) -> str:
    """Numbers for names in brackets → statements, as long; behind a name of several letters they are options."""
    before = numbers.string[: numbers.start()]
    word = re.search(r"[^\W\d]\w+$", before)
    line = before.rpartition("\n")[2]
    if word is not None and not (_EQUAL_SIGN.search(line) and ("," in numbers[0] or " and " in numbers[0])):
        return numbers[0]
    inside = re.sub(r",|(?<=[ \t])and(?=[ \t])", lambda sign: ";".ljust(len(sign[0])), numbers[1])
    return f"; {inside}".ljust(len(numbers[0]))


def _without_verb(words: re.Match[str]) -> str:
    """The loss is … → loss = …, as long; several words are left out."""
    names = words[3].split()
    if len(names) == 1 and not words[2]:
        return f"{words[1]}{names[0]} =".ljust(len(words[0]))
    return " " * len(words[0])


def _without_markers(text: str) -> str:
    """Lines that are all comments or quotations → the same without the signs that say so."""
    lines = text.split("\n")
    marks = [(line, _LINE_MARKER.match(line.lstrip())) for line in lines]
    if any(mark is None and line.strip() for line, mark in marks):
        return text
    blanked = []
    for line, mark in marks:
        lead = len(line) - len(line.lstrip())
        blanked.append(line if mark is None else " " * (lead + mark.end()) + line[lead + mark.end() :])
    return "\n".join(blanked)
