"""`python -m gallery.operations`: the table of operations → gallery/operations.md."""

from __future__ import annotations

from pathlib import Path

from cli.ops import derivatives, signature
from graphviz_ad.explain.kinks import convention
from graphviz_ad.export.files import write_atomic
from graphviz_ad.messages.catalogue import SOURCE
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import KINDS

PAGE = Path(__file__).parent / "operations.md"
RENEW = "python -m gallery.operations"

_HEADS = {
    "en": f"""<!-- Made by `{RENEW}` from graphviz_ad/ops. -->
# Operations

What a formula may use. The derivative is the text the tool computes with: `x`, `y` are the arguments, `out` the
result, and `g` the gradient that arrives from above; where a whole array acts on another, it says what is sent back.
""",
    "ja": """# 演算

式で使える演算の一覧です。微分の列は、プログラムが計算に使っている式そのものです。
`x`、`y` は引数、`out` は結果、`g` は上流から届いた勾配で、配列全体についての演算では、送り返す勾配を書いています。
""",
}

_COLUMNS = {
    "en": ("operation", "derivative", "made of", "where it is not smooth"),
    "ja": ("演算", "微分", "定義", "滑らかでない点での規約"),
}
_ALSO = {"en": (" also ", ", "), "ja": ("、別名 ", "、")}
"""By language what stands before other names of an operation, and between them."""
_KINDS: dict[str, dict[str, str]] = {
    "en": {},
    "ja": {
        "arithmetic": "四則演算と累乗",
        "functions": "関数",
        "further functions": "そのほかの関数",
        "activations": "活性化関数",
        "piecewise": "場合分けのある関数",
        "reductions": "配列から 1 つの数を作る演算",
        "along an axis": "軸に沿った演算",
        "normalisation": "正規化",
        "linear": "行列積と内積",
        "matrices": "行列",
        "convolution": "畳み込み",
        "pooling": "プーリング",
        "shapes": "配列の形",
        "losses": "損失",
    },
}
"""By language the heading of each kind; the English ones are the names of the kinds."""


def page(lang: str = SOURCE) -> str:
    """Language → all rows, by kind, in Markdown."""
    parts = [_HEADS[lang]]
    columns = f"| {' | '.join(_COLUMNS[lang])} |\n|---|---|---|---|\n"
    for kind, rows in KINDS.items():
        public = [row for row in rows if not row.internal]
        parts.append(f"\n## {_KINDS[lang].get(kind, kind.capitalize())}\n\n{columns}")
        parts.extend(_line(row, lang) for row in public)
    return "".join(parts)


def _line(row: Operation, lang: str) -> str:
    """Operation and language → a line of the table."""
    aliases = [alias for alias in row.aliases if alias not in ("neg",)]
    before, between = _ALSO[lang]
    name = f"`{signature(row)}`" + (before + between.join(f"`{alias}`" for alias in aliases) if aliases else "")
    texts = "<br>".join(f"{name}: `{text}`" for name, text in derivatives(row))
    definition = f"`{row.definition}`" if row.definition else ""
    cells = (name, texts, definition, convention(row, lang) or "")
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


if __name__ == "__main__":
    write_atomic(str(PAGE), page().encode())
