"""Every operation between numbers has a function in a page's script, made from its row."""

from __future__ import annotations

import json
import re

from graphviz_ad.ops.table import BY_NAME, TABLE
from graphviz_ad.tracing.functions import script

SCRIPT = script()
ALIASES = json.loads(re.search(r"const ALIASES = (\{.*\});", SCRIPT)[1].replace("__proto__:null,", ""))  # type: ignore[index]


def test_every_operation_between_numbers_is_there() -> None:
    functions = set(re.findall(r"(?m)^  (\w+): \[", SCRIPT))
    assert functions >= {row.name for row in TABLE if row.scalar is not None}
    assert functions >= {"sum", "softmax", "max", "norm", "var"}
    assert functions.isdisjoint({"matmul", "det", "reshape", "stack"})
    assert len(functions) > 70


def test_every_other_name_leads_to_its_operation() -> None:
    for name, row in BY_NAME.items():
        if row.scalar is not None and name != row.name:
            assert ALIASES[name] == row.name
    assert ALIASES["^"] == "pow"
    assert ALIASES["σ"] == "sigmoid"


def test_a_few_as_they_are() -> None:
    assert "  sigmoid: [(x) => (1/(1+Math.exp((-x))))],\n" in SCRIPT
    assert "  leaky_relu: [(x, slope) => ((x>0)?x:(slope*x)), { slope: 0.01 }],\n" in SCRIPT
    assert "  softmax: [(x, axis) => (Math.exp((x-x))/(Math.exp((x-x))+0)), { axis: 0 }],\n" in SCRIPT
    assert "  clamp: [(x, lo, hi) => smaller(hi,larger(lo,x)), { lo: -Infinity, hi: Infinity }],\n" in SCRIPT
