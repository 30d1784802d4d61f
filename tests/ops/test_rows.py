"""The table is complete: names, signs, torch, conventions in both languages, and a way to write every call."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from graphviz_ad.diagram.node_signs import sign_markup
from graphviz_ad.explain.kinks import convention
from graphviz_ad.language.operators import OPERATORS
from graphviz_ad.language.parser import parse_program
from graphviz_ad.language.printer import LATEX, TYPST, write
from graphviz_ad.language.tree import CALL, NAME, Tree
from graphviz_ad.ops.bound import parsed
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import BY_NAME, KINDS, NOTATIONS, TABLE, bind
from tests.ops.both import ROWS, label
from tests.ops.changed import changed

_PROMISED = """
    + - * / neg ^ exp log log2 log10 log1p expm1 sqrt cbrt square reciprocal abs sign floor ceil round
    sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh erf
    sigmoid σ relu leaky_relu elu selu softplus silu swish gelu gelu_tanh mish hardsigmoid hardswish hardtanh softsign
    logsigmoid clamp maximum minimum max_of min_of atan2 hypot where < <= > >= == !=
    sum mean prod max min var std logsumexp norm softmax log_softmax
    matmul @ dot outer transpose concat stack reshape index unsqueeze permute
    mse mae huber bce bce_with_logits cross_entropy nll hinge kl_div smooth_l1 rmse
    exp2 erfc logit normal_cdf normal_pdf lgamma logaddexp rsqrt mod floor_divide sec csc cot
    relu6 celu prelu tanhshrink softmin argmax argmin cumsum layer_norm batch_norm rms_norm
    trace det inv solve cross cosine_similarity squeeze flatten diag detach len size
    gamma factorial zeros_like ones_like
    conv1d conv2d conv_transpose1d conv_transpose2d max_pool1d max_pool2d avg_pool1d avg_pool2d adaptive_avg_pool1d adaptive_avg_pool2d
"""
_UNSMOOTH = """
    divide pow power log log2 log10 log1p sqrt cbrt reciprocal abs sign floor ceil round asin acos acosh atanh relu
    leaky_relu elu selu hardtanh hardsigmoid hardswish less less_equal greater greater_equal equal not_equal where clamp
    maximum minimum max_of min_of atan2 hypot max min var std norm logsumexp mae huber bce hinge cross_entropy nll kl_div
    logit lgamma rsqrt mod floor_divide csc cot relu6 prelu argmax argmin inv solve det cosine_similarity
    max_pool1d max_pool2d detach smooth_l1 rmse layer_norm batch_norm rms_norm len size gamma factorial zeros_like ones_like
"""
"""Operations of which a student will ask what holds at some point."""


@pytest.mark.parametrize("name", _PROMISED.split())
def test_an_operation_is_there(name: str) -> None:
    assert not BY_NAME[name].internal


def test_names_and_aliases_are_given_once() -> None:
    names = [name for row in TABLE for name in (row.name, *row.aliases)]
    assert len(names) == len(set(names))
    assert sum(len(rows) for rows in KINDS.values()) == len(TABLE)


@pytest.mark.parametrize("row", TABLE, ids=label)
def test_other_names_of_options_stand_for_what_is_there(row: Operation) -> None:
    for name, own in row.option_aliases.items():
        assert own in (*row.params, *row.options)
        assert row.canonical(name) == own
    for name in (*row.params, *row.options, "nothing"):
        assert row.canonical(name) == name


def test_every_row_with_axes_knows_what_torch_calls_them() -> None:
    assert BY_NAME["sum"].canonical("dim") == BY_NAME["softmax"].canonical("dim") == "axis"
    assert BY_NAME["sum"].canonical("keepdim") == "keepdims"
    assert BY_NAME["permute"].canonical("dims") == "axes"
    assert BY_NAME["exp"].canonical("dim") == "dim"


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_a_row_is_whole(row: Operation) -> None:
    assert row.sign
    assert row.torch
    compile(row.torch, row.name, "eval")
    assert bool(row.partials) != bool(row.pullbacks)
    if row.partials:
        assert len(row.partials) == len(row.params)
        assert row.scalar is not None
    else:
        assert row.shapes
        assert row.scalar is None
    written_by_sign = any(alias in OPERATORS for alias in row.aliases)
    assert row.notation is not None or written_by_sign


@pytest.mark.parametrize("name", _UNSMOOTH.split())
def test_a_convention_is_said(name: str) -> None:
    english = convention(BY_NAME[name], "en")
    assert english is not None
    assert english.isascii() or set(re.findall(r"[^\x00-\x7f]", english)) <= set("√≥≤−")
    assert (
        english[0].isupper()
        or english[0].isdigit()
        or english.split()[0].split("(")[0] in BY_NAME
        or english[:2] in ("x ", "x^")
    )
    assert english.endswith(".")


def _texts(row: Operation) -> list[str]:
    """All derivative texts of a row, those of its cases too."""
    derivatives: list[str] = []
    for variant in (row, *(row.chosen({name: value}) for name, value in row.cases)):
        texts = (
            list(variant.pullbacks.values())
            if isinstance(variant.pullbacks, Mapping)
            else [variant.partials or variant.pullbacks]
        )
        derivatives += [text for group in texts for text in group]
    return derivatives


@pytest.mark.parametrize("row", TABLE, ids=label)
def test_texts_speak_of_what_they_know(row: Operation) -> None:
    known = (
        {*row.params, *row.options, "out", "pi"}
        | (set() if row.partials else {"g", "k"})
        | ({"x"} if row.variadic else set())
    )
    for text in [*_texts(row), *([row.definition] if row.definition else [])]:
        program = parsed(text) if text != row.definition else parse_program(text)
        local = {statement.name for statement in program.statements}
        for kind, head in zip(program.tree.kind, program.tree.head, strict=True):
            if kind == NAME:
                assert head in known | local, text
            elif kind == CALL:
                assert head == "where" or head in BY_NAME, text


def _sample_call(name: str) -> tuple[str, str]:
    """Name → a call of it as LaTeX and as Typst."""
    row, tree = BY_NAME[name], Tree()
    count = 3 if row.variadic else len(row.params) + (name in ("power", "index", "entry"))
    call = tree.add(CALL, name, tuple(tree.add(NAME, letter) for letter in "xab"[:count]))
    return write(tree, call, LATEX.using(NOTATIONS)), write(tree, call, TYPST.using(NOTATIONS))


def _derivatives(row: Operation) -> list[tuple[str, str]]:
    """The derivative texts of a row as LaTeX and as Typst."""
    derivatives = []
    for text in _texts(row):
        program = parsed(re.sub(r", (\w+)=\1", "", text))  # options that are passed on
        root = program.statements[-1].root
        derivatives.append(
            (write(program.tree, root, LATEX.using(NOTATIONS)), write(program.tree, root, TYPST.using(NOTATIONS)))
        )
    return derivatives


@pytest.mark.parametrize("row", TABLE, ids=label)
def test_calls_and_derivatives_are_written_whole(row: Operation) -> None:
    calls = [_sample_call(row.name)] if row.notation else []
    for latex, typst in [*calls, *_derivatives(row)]:
        assert "#" not in latex
        assert "#" not in typst
        assert latex.count("{") == latex.count("}")
        assert latex.count(r"\left") - latex.count(r"\leftarrow") == latex.count(r"\right")
        assert typst.count("(") == typst.count(")")
        assert "_spread" not in latex + typst


def test_everything_can_be_typeset() -> None:
    import typst

    written = []
    for row in TABLE:
        written.append(sign_markup(bind(row.name, tuple((changed(row) if row.options else {}).items()))))
        written += _sample_call(row.name)[1:] if row.notation else ()
        written += [formula for _, formula in _derivatives(row)]
    source = "#set page(width: 40cm, height: auto)\n" + "\n".join(f"$ {formula} $" for formula in written)
    assert typst.compile(source.encode(), format="svg").startswith(b"<svg")


@pytest.mark.parametrize(
    ("name", "latex", "typst"),
    [
        ("sigmoid", r"\sigma\left(x\right)", "sigma(x)"),
        ("exp", "e^{x}", "e^(x)"),
        (
            "where",
            r"\begin{cases} a & \text{if } x \\ b & \text{otherwise} \end{cases}",
            'cases(a & "if" x, b & "otherwise")',
        ),
        ("norm", r"\left\lVert x \right\rVert", 'lr(class("opening", parallel) x class("closing", parallel))'),
        ("concat", r"\operatorname{concat}\left(x, a, b\right)", 'op("concat")(x, a, b)'),
        ("mse", r"\operatorname{MSE}\left(x, a\right)", 'op("MSE")(x, a)'),
        ("maximum", r"\max\left(x, a\right)", "max(x, a)"),
    ],
)
def test_calls_are_written_as_mathematics(name: str, latex: str, typst: str) -> None:
    assert _sample_call(name) == (latex, typst)


@pytest.mark.parametrize(
    ("name", "typst"),
    [
        ("sigmoid", ['upright("out") thin (1 - upright("out"))']),
        ("exp", ['upright("out")']),
        ("mean", ["frac(g, n)"]),
        ("sum", ["g"]),
        ("prod", ["g thin (product_(j != i) attach(x, b: j))"]),
    ],
)
def test_derivatives_are_written_as_a_textbook_does(name: str, typst: list[str]) -> None:
    assert [formula for _, formula in _derivatives(BY_NAME[name])] == typst


@pytest.mark.parametrize(
    ("name", "typst"),
    [("absolute", "abs(x)"), ("EXP", "e^(x)"), ("ln", 'op("ln")(x)'), ("lg", "log_10(x)"), ("expit", 'op("expit")(x)'),
     ("stop_gradient", 'op("stop_gradient")(x)')],
)  # fmt: skip
def test_a_name_is_written_as_it_is_only_where_it_is_a_word(name: str, typst: str) -> None:
    tree = Tree()
    assert write(tree, tree.add(CALL, name, (tree.add(NAME, "x"),)), TYPST.using(NOTATIONS)) == typst


@pytest.mark.parametrize(
    ("name", "operation"),
    [("np.add", "add"), ("torch.amax", "max"), ("jax.nn.hard_swish", "hardswish"), ("F.l1_loss", "mae"),
     ("F.binary_cross_entropy", "bce"), ("np.true_divide", "divide"), ("np.fabs", "abs"), ("special.expit", "sigmoid"),
     ("lax.stop_gradient", "detach"), ("np.concatenate", "concat"), ("tf.reduce_mean", "mean"), ("torch.mm", "matmul"),
     ("AVERAGE", "mean"), ("jax.nn.standardize", "layer_norm"), ("np.expand_dims", "unsqueeze")],
)  # fmt: skip
def test_names_of_libraries_are_known(name: str, operation: str) -> None:
    assert BY_NAME[name.split(".")[-1]].name == operation


@pytest.mark.parametrize("name", ["binary_crossentropy", "LOG", "kl_divergence", "fmod"])
def test_names_that_mean_something_else_are_not(name: str) -> None:
    """Keras takes the target first, Excel's LOG is to base 10, a divergence takes probabilities, fmod has another sign."""
    assert name not in BY_NAME
