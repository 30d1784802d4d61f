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

_HEAD = f"""<!-- Made by `{RENEW}` from graphviz_ad/ops. -->
# Operations

What a formula may use. The derivative is the text the tool computes with: `x`, `y` are the arguments, `out` the
result, and `g` the gradient that arrives from above; where a whole array acts on another, it says what is sent back.
"""

_COLUMNS = "| operation | derivative | made of | where it is not smooth |\n|---|---|---|---|\n"


def page() -> str:
    """All rows, by kind → Markdown."""
    parts = [_HEAD]
    for kind, rows in KINDS.items():
        public = [row for row in rows if not row.internal]
        parts.append(f"\n## {kind.capitalize()}\n\n{_COLUMNS}")
        parts.extend(_line(row) for row in public)
    return "".join(parts)


def _line(row: Operation) -> str:
    """Operation → a line of the table."""
    aliases = [alias for alias in row.aliases if alias not in ("neg",)]
    name = f"`{signature(row)}`" + (f" also `{'`, `'.join(aliases)}`" if aliases else "")
    texts = "<br>".join(f"{name}: `{text}`" for name, text in derivatives(row))
    definition = f"`{row.definition}`" if row.definition else ""
    cells = (name, texts, definition, convention(row, SOURCE) or "")
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


if __name__ == "__main__":
    write_atomic(str(PAGE), page().encode())
