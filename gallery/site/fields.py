"""Fields of the record of a trace and what they hold, by language; a page of them is compared with a record."""

from __future__ import annotations

from collections.abc import Mapping

_ENGLISH: Mapping[str, Mapping[str, str]] = {
    "The record": {
        "schema": "`graphviz-ad/trace/1`; the number changes where its readers would no longer understand it",
        "formula": "the text of the formula",
        "output": "the `id` of the output",
        "nodes": "the nodes in topological order: a node stands behind all it is computed from",
        "edges": "the edges, by the node they lead to",
        "steps": "the steps of the forward pass, then those of the backward pass",
        "gradients": "for each input its gradient; `null` where the output does not depend on it",
        "warnings": "a sentence for each value or gradient that is not finite",
    },
    "A node": {
        "id": "its position in `nodes`",
        "name": "its name in the formula, or `v1`, `v2` … where it has none",
        "op": "the operation, `input`, or `constant`",
        "inputs": "the `id`s of its arguments, in order: `x*x` names `x` twice",
        "shape": "its shape, `[]` for a number",
        "value": "its value",
        "grad": "its gradient; `null` where none reaches it",
    },
    "An edge": {
        "from": "the `id` of the argument",
        "to": "the `id` of the operation",
        "slot": "the place among its arguments, counted from 0",
        "partial": "the local derivative as text; where whole arrays act, what is sent back for the gradient `g`",
        "partial_latex": "the same in LaTeX",
        "local": "the value of the local derivative; where whole arrays act, the Jacobian, or `null`",
        "upstream": "the gradient that arrives at `to`",
        "contribution": "what the edge adds to the gradient of `from`",
    },
    "A step": {
        "k": "its number, from 1",
        "phase": "`forward` or `backward`; of an update of training also `update`",
        "kind": "what happens: `evaluate`, `seed`, `pull` (over one edge), `accumulate` (contributions are added up) …",
        "node": "the `id` of the node it is about",
        "to": "the `id` of the node whose edge it goes over, or `null`",
        "slot": "the slot of this edge, or `null`",
        "symbolic": "its equation in names",
        "substituted": "the equation with the numbers in it",
        "result": "the result",
        "text": "the step in one sentence, in the language of `--lang`",
    },
}

_JAPANESE: Mapping[str, Mapping[str, str]] = {
    "全体": {
        "schema": "`graphviz-ad/trace/1`。読む側のプログラムが理解できなくなる変更をするときに、番号が変わります",
        "formula": "式の文字列",
        "output": "出力の `id`",
        "nodes": "トポロジカル順に並べたノード。どのノードも、その計算に使うものより後にあります",
        "edges": "辺。行き先のノードの順に並びます",
        "steps": "順伝播のステップ、続いて逆伝播のステップ",
        "gradients": "入力ごとの勾配。出力がその入力に依存しなければ `null`",
        "warnings": "有限でない値や勾配 1 つにつき、1 つの文",
    },
    "ノード": {
        "id": "`nodes` の中での位置",
        "name": "式の中での名前。なければ `v1`、`v2` など",
        "op": "演算、`input`（入力）、または `constant`（定数）",
        "inputs": "引数の `id` を順に並べたもの。`x*x` では `x` が 2 回現れます",
        "shape": "配列の形。数なら `[]`",
        "value": "値",
        "grad": "勾配。届かなければ `null`",
    },
    "辺": {
        "from": "引数の `id`",
        "to": "演算の `id`",
        "slot": "引数の中での位置。0 から数えます",
        "partial": "局所微分の式。配列全体についての演算では、勾配 `g` に対して送り返すもの",
        "partial_latex": "同じものを LaTeX で",
        "local": "局所微分の値。配列全体についての演算では、ヤコビ行列か `null`",
        "upstream": "`to` に届いた勾配（上流の勾配）",
        "contribution": "この辺が `from` の勾配に加える量（寄与）",
    },
    "ステップ": {
        "k": "1 から始まる番号",
        "phase": "`forward` か `backward`。学習の更新では `update` もあります",
        "kind": "何が起こるか。`evaluate`（値を求める）、`seed`（逆伝播の始まり）、`pull`（1 本の辺を逆向きに通る）、"
        "`accumulate`（寄与を足す）など",
        "node": "対象となるノードの `id`",
        "to": "通る辺の行き先のノードの `id`、または `null`",
        "slot": "その辺の位置、または `null`",
        "symbolic": "名前で書いた式",
        "substituted": "数値を代入した式",
        "result": "結果",
        "text": "このステップを説明する文。言語は `--lang` で決まります",
    },
}

FIELDS: Mapping[str, Mapping[str, Mapping[str, str]]] = {"en": _ENGLISH, "ja": _JAPANESE}
"""By language and what has the fields: of each field what it holds."""
