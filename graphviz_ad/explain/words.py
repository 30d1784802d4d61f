"""The words of a picture that belong to no step: its beginning, its end, its counter."""

from __future__ import annotations

from dataclasses import dataclass

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.catalogue import LANGUAGES
from graphviz_ad.explain.expression import reading
from graphviz_ad.language.printer import Dialect, write
from graphviz_ad.language.tree import DERIVATIVE, NAME, VALUE, Tree

WORDS: dict[str, tuple[str, str]] = {
    "forward": ("forward", "順伝播"),
    "backward": ("backward", "逆伝播"),
    "counter": ("step {k} of {n}", "ステップ {k}/{n}"),
    "start": ("start", "開始"),
    "finished": ("finished", "完了"),
    "opening": (
        "The inputs have their values; nothing is computed yet.",
        "入力の値だけが与えられていて、計算はまだ始まっていません。",
    ),
    "summary.upright": (
        "Both passes are finished: every value stands left of its node, every gradient right of it.",
        "順伝播と逆伝播が終わりました。各ノードの左が値、右が勾配です。",
    ),
    "summary": (
        "Both passes are finished: every value stands above its node, every gradient below.",
        "順伝播と逆伝播が終わりました。各ノードの上が値、下が勾配です。",
    ),
    "summary.none": (
        "The forward pass is finished. No input reaches the output, so there is no gradient.",
        "順伝播が終わりました。出力に届く入力がないので、勾配はありません。",
    ),
    "figure.blank": (
        "The computational graph with the values of its inputs; the rest is to be filled in.",
        "入力の値だけが書かれた計算グラフ。残りは解答する部分です。",
    ),
    "figure.finished": (
        "The computational graph with every value and gradient.",
        "すべての値と勾配が書かれた計算グラフ。",
    ),
    # the player in a web page
    "player.roledescription": ("step-by-step figure", "ステップごとの図"),
    "player.controls": ("Steps", "ステップの操作"),
    "player.first": ("First step", "最初のステップ"),
    "player.previous": ("Previous step", "前のステップ"),
    "player.play": ("Play", "再生"),
    "player.pause": ("Pause", "一時停止"),
    "player.next": ("Next step", "次のステップ"),
    "player.last": ("Last step", "最後のステップ"),
    "player.step": ("Step", "ステップ"),
    "player.pace": ("Pace", "速さ"),
    "player.slow": ("slow", "遅い"),
    "player.normal": ("normal", "普通"),
    "player.fast": ("fast", "速い"),
    "player.forward": ("Forward pass", "順伝播へ"),
    "player.backward": ("Backward pass", "逆伝播へ"),
    "player.graph": (
        "Computational graph: arrow keys move, Enter tells the story",
        "計算グラフ：矢印キーで移動、Enter で説明",
    ),
    "player.hint": (
        "Keys: ← → one step, Home and End, Space to play. F: full screen. Click a node or an edge for its story.",
        "キー：← → で 1 ステップ、Home と End で最初と最後、スペースで再生、F で全画面。ノードや辺をクリックすると説明が出ます。",
    ),
    "player.noscript": (
        "Without JavaScript this page shows the finished picture and every step as a list.",
        "JavaScript が無効なので、完成した図とすべてのステップの一覧を表示しています。",
    ),
    "player.table": ("All values and gradients", "すべての値と勾配"),
    "player.nodes": ("Nodes", "ノード"),
    "player.edges": ("Edges", "辺"),
    "player.node": ("node", "ノード"),
    "player.edge": ("edge", "辺"),
    "player.operation": ("operation", "演算"),
    "player.input": ("input", "入力"),
    "player.constant": ("constant", "定数"),
    "player.value": ("value", "値"),
    "player.gradient": ("gradient", "勾配"),
    "player.local": ("local derivative", "局所微分"),
    "player.back": ("what is sent back", "送り返す勾配"),
    "player.slopes": ("local derivative, or what is sent back", "局所微分、または送り返す勾配"),
    "player.upstream": ("upstream gradient", "上流の勾配"),
    "player.contribution": ("contribution", "寄与"),
    "player.sum": ("sum of the contributions", "寄与の和"),
    "player.none": ("no gradient goes here", "ここに勾配は伝わりません"),
    "player.close": ("Close", "閉じる"),
    "player.full": ("Full screen", "全画面表示"),
    "player.paths": ("Paths from", "経路の始点"),
    "player.nowhere": ("none", "なし"),
    "player.trace": ("Paths to the output", "出力への経路"),
    "player.every": ("All paths", "すべての経路"),
    "player.before": ("Previous path", "前の経路"),
    "player.after": ("Next path", "次の経路"),
    "player.rule": (
        "The gradient is the sum, over all paths to the output, of the product of the local derivatives on the path.",
        "勾配は、出力へのすべての経路について、経路上の局所微分の積を足し合わせたものです。",
    ),
    "routes": ("Paths from {x} to {out}: {count}", "{x} から {out} への経路：{count} 本"),
    "routes.first": ("The first {shown} are shown.", "最初の {shown} 本だけを示します。"),
    # the notebook
    "notebook.title": ("Back-propagation, step by step", "誤差逆伝播を 1 ステップずつ"),
    "notebook.about": (
        "This notebook draws the computational graph of this formula and follows both passes over it. "
        "Run the cells from top to bottom, and change what you like. It needs `pip install 'graphviz-ad[notebook]'`.",
        "このノートブックは、この式の計算グラフを描き、順伝播と逆伝播をたどります。"
        "セルを上から順に実行し、自由に書き換えてみてください。`pip install 'graphviz-ad[notebook]'` が必要です。",
    ),
    "notebook.values": ("Values, and both passes", "値を与えて、順伝播と逆伝播"),
    "notebook.player": ("Step through it", "1 ステップずつ進める"),
    "notebook.player.about": (
        "Run the cell, then use the buttons, or ← and → once you have clicked on it. "
        "Move a slider, and the kernel computes everything anew.",
        "セルを実行し、ボタンか（クリックしてから）← → キーで進めます。"
        "スライダーを動かすと、カーネルがすべてを計算し直します。",
    ),
    "notebook.hint": (
        "Keys, once this has been clicked: ← → one step, Home and End, Space to play.",
        "キー（ここをクリックした後）：← → で 1 ステップ、Home と End で最初と最後、スペースで再生。",
    ),
    "notebook.inputs": ("Values of the inputs", "入力の値"),
    "notebook.reset": ("First numbers", "最初の値に戻す"),
    "notebook.list": (
        "This is not a list of numbers: write it as [1, 2] or [[1, 2], [3, 4]].",
        "数のリストではありません。[1, 2] や [[1, 2], [3, 4]] のように書いてください。",
    ),
    "notebook.steps": ("Every step", "すべてのステップ"),
    "notebook.table": ("All of it as a table", "全体を表で見る"),
    "notebook.check": ("Are these numbers right?", "数値の検算"),
    "notebook.check.about": (
        "The same values and gradients, computed in other ways. "
        "`trace.check()` asks PyTorch too, where it is installed.",
        "同じ値と勾配を別の方法で計算して比べます。`trace.check()` とすると、PyTorch があればそれとも照合します。",
    ),
    "notebook.change": ("Change a number", "数を変えてみる"),
    "notebook.change.about": (
        "Work out {gradient} by hand for {value}, everything else staying as it is. "
        "Then run the cell to see whether you were right, and try other numbers.",
        "ほかの値はそのままで {value} としたときの {gradient} を手で計算してください。"
        "それからセルを実行して確かめ、ほかの数でも試してください。",
    ),
}
"""English and Japanese."""

_MOST = 5
"""Values or gradients that are listed in one line."""


def say(key: str, lang: str) -> str:
    """Key and language → the words."""
    return WORDS[key][LANGUAGES.index(lang)]


@dataclass(frozen=True, slots=True)
class Overview:
    """Equations side by side: values of the inputs, or the gradients."""

    tree: Tree
    pairs: tuple[tuple[int, int], ...]
    cut: bool
    digits: int

    def pieces(self, dialect: Dialect) -> list[str]:
        """Overview → its equations in the dialect."""
        chosen = reading(dialect, self.digits)
        parts = [f"{write(self.tree, left, chosen)} = {write(self.tree, right, chosen)}" for left, right in self.pairs]
        return [*parts, {"latex": r"\ldots", "typst": "dots"}.get(dialect.name, "…")] if self.cut else parts


def overview(trace: Trace, what: str, digits: int) -> Overview:
    """Trace and "start" or "finished" → the values of the inputs, or their gradients."""
    graph, tree = trace.graph, Tree()
    chosen = [(name, node) for name, node in graph.inputs.items() if what == "start" or trace.grads[node] is not None]
    pairs = []
    for name, node in chosen[:_MOST]:
        if what == "start":
            pairs.append((tree.add(NAME, name), tree.add(VALUE, trace.values[node])))
        else:
            head = (graph.names[graph.output], name)
            pairs.append((tree.add(DERIVATIVE, head), tree.add(VALUE, trace.grads[node])))
    return Overview(tree, tuple(pairs), len(chosen) > _MOST, digits)


def remark(trace: Trace, what: str, lang: str, *, upright: bool = False) -> str:
    """Trace and "start" or "finished" → a sentence."""
    if what == "start":
        return say("opening", lang)
    if not trace.active[trace.graph.output]:
        return say("summary.none", lang)
    return say("summary.upright" if upright else "summary", lang)
