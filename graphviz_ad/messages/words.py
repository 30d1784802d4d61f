"""The words of a picture that belong to no step: its beginning, its end, its counter."""

from __future__ import annotations

from dataclasses import dataclass

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.chain import SIGNS
from graphviz_ad.explain.expression import reading
from graphviz_ad.language.printer import Dialect, write
from graphviz_ad.language.tree import DERIVATIVE, NAME, VALUE, Tree
from graphviz_ad.messages.catalogue import LANGUAGES

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
    "mark.points": ("points", "得点"),
    "mark.verdict.right": ("right", "正解"),
    "mark.verdict.carried": ("right from your own number", "自分の値からは正解"),
    "mark.verdict.wrong": ("wrong", "不正解"),
    "mark.verdict.unreadable": ("cannot be read", "読み取れません"),
    "mark.verdict.missing": ("no answer", "無解答"),
    "class.title": ("The class", "クラス全体"),
    "class.students": ("students", "人数"),
    "class.summary": ("Students: {students}. Mean of the points: {mean}.", "人数：{students}、平均点：{mean}"),
    "class.mistakes": ("Mistakes, by students who made them", "誤りと、その人数"),
    "class.places": ("Where on the graph, by students", "グラフのどこで誤ったか（人数）"),
    "class.fields": ("Answers that were not right, by students", "正解でなかった解答（人数）"),
    "class.mistake": ("mistake", "誤り"),
    "class.place": ("place", "場所"),
    "class.field": ("answer", "解答欄"),
    "class.none": ("No known mistake was made.", "既知の誤りはありませんでした。"),
    "class.several": (
        "The sheets are of different formulas, so there is no common graph.",
        "数式が異なるため、共通のグラフはありません。",
    ),
    "class.picture": (
        "The graph, with the number of students who made a mistake at each node and edge.",
        "各ノードと辺に、そこで誤った人数を書いた計算グラフ。",
    ),
    # the names of mistakes, in reports
    "mistake.keep the last": ("keep the last", "最後の寄与だけを残す"),
    "mistake.keep the first": ("keep the first", "最初の寄与だけを残す"),
    "mistake.multiply the paths": ("multiply the paths", "経路の寄与を掛ける"),
    "mistake.forget the upstream": ("forget the upstream", "上流の勾配を忘れる"),
    "mistake.forget the local derivative": ("forget the local derivative", "局所微分を忘れる"),
    "mistake.derivative at the wrong place": ("derivative at the wrong place", "微分する場所の誤り"),
    "mistake.own factor": ("own factor", "積で自分自身の因子を使う"),
    "mistake.sign of a subtraction": ("sign of a subtraction", "引き算の符号"),
    "mistake.keep the exponent": ("keep the exponent", "指数をそのまま残す"),
    "mistake.drop the factor": ("drop the factor", "係数を落とす"),
    "mistake.power rule for an exponential": ("power rule for an exponential", "指数関数に累乗の公式を使う"),
    "mistake.not differentiated": ("not differentiated", "微分していない"),
    "mistake.sign of a derivative": ("sign of a derivative", "微分の符号"),
    "mistake.part of the rule": ("part of the rule", "公式の一部を落とす"),
    "mistake.value for gradient": ("value for gradient", "値を勾配と取り違える"),
    "mistake.upside down": ("upside down", "比が逆"),
    "mistake.order of a matrix product": ("order of a matrix product", "行列積の順序・転置"),
    "mistake.broadcast not summed": ("broadcast not summed", "ブロードキャストの和を取らない"),
    "mistake.broadcast averaged": ("broadcast averaged", "ブロードキャストで平均を取る"),
    "mistake.broadcast first row": ("broadcast: the first row alone", "ブロードキャストで最初の行だけを使う"),
    "mistake.broadcast last row": ("broadcast: the last row alone", "ブロードキャストで最後の行だけを使う"),
    "mistake.mean as a sum": ("forget the 1/n of a mean on the way back", "逆伝播で平均の 1/n を忘れる"),
    "mistake.softmax entry by entry": ("softmax entry by entry", "softmax を成分ごとに微分する"),
    "mistake.update on the way back": ("update on the way back", "逆伝播の途中で更新する"),
    "mistake.gradients not cleared": ("gradients not cleared", "勾配を消していない"),
    "mistake.sent on too early": ("sent on too early", "寄与がそろう前に送る"),
    "mistake.no mask": ("no mask", "ReLU のマスクを忘れる"),
    "mistake.mask by the gradient": ("mask by the gradient", "勾配の符号でマスクする"),
    "mistake.add along a path": ("add along a path", "経路に沿って足す"),
    "mistake.forget a term": ("forget a term", "項を 1 つ忘れる"),
    "mistake.forget a factor": ("forget a factor", "因子を 1 つ忘れる"),
    "mistake.multiply for add": ("multiply instead of adding", "足す代わりに掛ける"),
    "mistake.add for multiply": ("add instead of multiplying", "掛ける代わりに足す"),
    "mistake.subtract for add": ("subtract instead of adding", "足す代わりに引く"),
    "mistake.add for subtract": ("add instead of subtracting", "引く代わりに足す"),
    "mistake.order of a subtraction": ("order of a subtraction", "引き算の順序"),
    "mistake.order of a division": ("order of a division", "割り算の順序"),
    "mistake.multiply for divide": ("multiply instead of dividing", "割る代わりに掛ける"),
    "mistake.sign of a product": ("sign of a product", "積や商の符号"),
    "mistake.forget the minus": ("forget the minus sign", "マイナスを忘れる"),
    "mistake.multiply by the exponent": ("multiply by the exponent", "指数を掛ける"),
    "mistake.forget the exponent": ("forget the exponent", "指数を忘れる"),
    "mistake.sign of a power": ("sign of a power", "累乗の符号"),
    "mistake.forget the minus in the sigmoid": ("forget the minus in the sigmoid", "シグモイドのマイナスを忘れる"),
    "mistake.another function": ("another function", "別の関数"),
    "mistake.forget the function": ("forget the function", "関数を忘れる"),
    "mistake.base 10": ("base 10 instead of e", "底を e でなく 10 にする"),
    "mistake.half for the root": ("half instead of the root", "平方根の代わりに半分にする"),
    "mistake.degrees": ("degrees instead of radians", "ラジアンでなく度"),
    "mistake.sum for mean": ("sum instead of mean", "平均の代わりに和"),
    "mistake.mean for sum": ("mean instead of sum", "和の代わりに平均"),
    "mistake.leave out the last entry": ("leave out the last entry", "最後の要素を落とす"),
    "mistake.leave out the first entry": ("leave out the first entry", "最初の要素を落とす"),
    "mistake.another axis": ("another axis", "軸の取り違え"),
    "mistake.forget the square": ("forget the square", "2 乗を忘れる"),
    "mistake.forget the root": ("forget the root", "平方根を忘れる"),
    "mistake.transpose a factor": ("transpose a factor", "因子を転置する"),
    "mistake.exchange the factors": ("exchange the factors", "行列積の因子を入れ替える"),
    "mistake.entry by entry": ("entry by entry", "成分ごとに掛ける"),
    "mistake.forget to normalise": ("forget to normalise", "正規化を忘れる"),
    "mistake.shares without exponentials": ("shares without exponentials", "指数関数を取らずに割る"),
    "mistake.forget the logarithm": ("forget the logarithm", "対数を忘れる"),
    "mistake.index off by one": ("index off by one", "添字のずれ"),
    "mistake.the other branch": ("the other branch", "もう一方の枝"),
    "mistake.unchanged": ("takes the gradient as unchanged", "変わらないと考える"),
    "mistake.doubled": ("doubles the gradient with the input", "2 倍になると考える"),
    "mistake.squared": ("takes the gradient four times", "4 倍になると考える"),
    "mistake.ascent": ("goes up instead of down", "勾配の向きに進む"),
    "mistake.no rate": ("forgets the learning rate", "学習率を掛け忘れる"),
    "mistake.gradient alone": ("gives the gradient alone", "勾配だけを答える"),
    # what can be asked, and what an exercise tells apart
    "kinds": ("kinds", "問いの種類"),
    "levels": ("levels", "レベル"),
    "kind.values": ("the values of the nodes", "ノードの値"),
    "kind.locals": ("the local derivatives on the edges, as numbers", "辺の局所微分（数値）"),
    "kind.rules": ("the local derivatives on the edges, as formulas", "辺の局所微分（式）"),
    "kind.contributions": ("what goes back over each edge", "各辺を通って戻る寄与"),
    "kind.gradients": ("the gradients of all nodes", "すべてのノードの勾配"),
    "kind.inputs": ("the gradients of the inputs", "入力の勾配"),
    "kind.path": ("the product along one path, as a formula", "1 本の経路に沿った積（式）"),
    "kind.paths": ("the sum over all paths from an input, as a formula", "入力からのすべての経路の和（式）"),
    "kind.order": ("which gradient can be finished next", "次に完成できる勾配"),
    "kind.graph": ("which of four graphs belongs to the formula", "数式に対応するグラフ（4 択）"),
    "kind.mistake": ("find the mistake in a worked backward pass", "逆伝播の計算例から誤りを探す"),
    "kind.predict": ("what becomes of a gradient if an input doubles", "入力を 2 倍にしたときの勾配"),
    "kind.shape": ("which matrix product has the right shape", "形の合う行列積"),
    "kind.axis": ("over which axis a gradient is summed", "勾配をどの軸で足すか"),
    "kind.descent": ("one step of gradient descent", "勾配降下法の 1 ステップ"),
    "report.seed": ("seed {seed}", "シード {seed}"),
    "report.apart": ("tells apart:", "区別できる誤り："),
    "report.alike": ("look alike: ", "区別できない組："),
    "report.hidden": ("not seen:   ", "現れない誤り："),
    "report.none": ("none", "なし"),
    "report.comma": (", ", "、"),
    # printed sheets
    "sheet.title": ("Exercise: the chain rule on a graph", "演習：計算グラフと連鎖律"),
    "sheet.level": ("Level {level}: {idea}", "レベル {level}：{idea}"),
    "sheet.key": ("Key", "解答"),
    "sheet.solution": ("Worked solution", "解答と解説"),
    "sheet.name": ("Name", "氏名"),
    "sheet.date": ("Date", "日付"),
    "sheet.formula": ("Formula", "数式"),
    "sheet.given": ("Given", "与えられた値"),
    "sheet.about": (
        "The boxes on the graph are room to work; what is written in the numbered fields counts.",
        "図の中の枠は計算用です。採点されるのは番号の付いた解答欄です。",
    ),
    "sheet.answers": (
        "The computational graph with the right answers in its boxes.",
        "枠の中に正解が書かれた計算グラフ。",
    ),
    "sheet.last": ("The graph is on the last page.", "グラフは最後のページにあります。"),
    "sheet.finished": ("The finished graph", "完成した計算グラフ"),
    "sheet.option": ("Graph {letter}", "グラフ {letter}"),
    "sheet.question": ("Question {number}", "問 {number}"),
    "sheet.point": ("{points} point", "{points} 点"),
    "sheet.worth": ("({points})", "（{points}）"),
    "sheet.points": ("{points} points", "{points} 点"),
    "sheet.all": ("Points", "得点"),
    "sheet.above": ("The other steps stand in the questions before.", "ほかのステップは前の問いにあります。"),
    "sheet.mark": ("seed {seed} · {code}", "シード {seed} · {code}"),
    "sheet.page": ("page {k} of {n}", "{k} / {n} ページ"),
    # notebooks for nbgrader
    "nbgrader.given": ("Given:", "与えられた値："),
    "nbgrader.about": (
        'Write each answer between its quotation marks, as in `answers["q1"] = "-0.5"`, and run the cell.',
        '答えは `answers["q1"] = "-0.5"` のように引用符の間に書き、セルを実行してください。',
    ),
    "nbgrader.marking": ("Marking", "採点"),
    "nbgrader.marking.about": (
        "These cells mark the answers when the notebook has been handed in; leave them as they are.",
        "提出後、次のセルで採点されます。変更しないでください。",
    ),
    # Anki
    "anki.deck": ("Back-propagation on graphs", "計算グラフと逆伝播"),
    "anki.given": ("Given:", "与えられた値："),
    "anki.hint": ("Hint", "ヒント"),
    "anki.solution": ("Worked solution", "解説"),
    "anki.mistakes": ("Typical mistakes", "よくある誤り"),
    # PrairieLearn
    "prairielearn.topic": ("Back-propagation", "逆伝播"),
    "prairielearn.long": ("This formula is too long.", "式が長すぎます。"),
    "prairielearn.sign": ("'{sign}' cannot stand here.", "ここに「{sign}」は書けません。"),
    "prairielearn.end": ("The formula is not finished.", "式が途中で終わっています。"),
    "prairielearn.name": ("'{name}' is no node of the graph.", "「{name}」はグラフのノードではありません。"),
    "prairielearn.wrong": ("Not right.", "不正解です。"),
    "quiz.formula": ("Formula", "数式"),
    "quiz.inputs": ("Inputs", "入力"),
    "quiz.tolerance": (
        "Write numbers as decimals. They count as right within 1 % or half a unit of digit {digits}.",
        "数値は小数で答えなさい。誤差が 1 % 以内か、有効数字 {digits} 桁目の半単位以内なら正解です。",
    ),
    "quiz.numbered": (
        "In the picture, each box shows the number of the field its answer goes into.",
        "図の枠の中の番号は、その答えを書く解答欄の番号です。",
    ),
    "quiz.spelling": (
        "Write * for every product and ^ for powers, and no spaces, as in 2*a^3. Only letters are compared here: "
        "a formula that is right but written in an unusual way is not recognised.",
        "積には必ず *、べき乗には ^ を使い、空白を入れずに 2*a^3 のように書きなさい。"
        "ここでは文字だけを比べるので、正しくても変わった書き方の式は認識されません。",
    ),
    "quiz.unspelled": (
        "This is not recognised. Compare it with the worked solution: it may be right and written in another way.",
        "認識できない式です。解答例と比べてください。正しい式を別の書き方で書いた可能性もあります。",
    ),
    "quiz.known": ("What leads to which wrong number", "誤った値と、その原因"),
    "quiz.solution": ("Worked solution", "解答例"),
    "quiz.graph": ("Graph", "グラフ"),
    "quiz.variants": (
        "Variants of one exercise: {count}. Add one random question from this category to a quiz, "
        "and every student gets one of them.",
        "同じ問題の変種が {count} 通りあります。小テストにこのカテゴリからランダム問題を 1 問加えると、"
        "学生ごとに違う変種が出題されます。",
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
        "キー：← → で 1 ステップ、Home と End で最初と最後、スペースで再生、F で全画面。"
        "ノードや辺をクリックすると説明が出ます。",
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
    "player.live.class": (
        "'{text}' is no class: {name} takes whole numbers from 0 to {most}.",
        "「{text}」はクラス番号になりません。{name} には 0 から {most} までの整数を入力してください。",
    ),
    "player.live.inputs": ("Values of the inputs", "入力の値"),
    "player.live.reset": ("Reset", "元に戻す"),
    "player.live.restored": ("The author's numbers are back.", "作者の数値に戻しました。"),
    "player.live.refused": (
        "'{text}' is not a number for {name}: write one as 2, -0.5, 1e-3 or 1/3.",
        "「{text}」は {name} の値になりません。2、-0.5、1e-3、1/3 のように数を書いてください。",
    ),
    "player.live.empty": (
        "{name} has no number: write one as 2, -0.5, 1e-3 or 1/3.",
        "{name} の値がありません。2、-0.5、1e-3、1/3 のように数を書いてください。",
    ),
    "player.live.digits": (
        "'{text}' is not a number for {name}: write it in digits, {digits}.",
        "「{text}」は {name} の値になりません。数字で {digits} と書いてください。",
    ),
    "player.live.comma": (
        "'{text}' is not a number for {name}: write {digits} with a decimal point.",
        "「{text}」は {name} の値になりません。小数点を使って {digits} と書いてください。",
    ),
    "player.live.thousand": (
        "'{text}' is not a number for {name}: write {whole}, or {digits} with a decimal point.",
        "「{text}」は {name} の値になりません。{whole} か、小数点を使って {digits} と書いてください。",
    ),
    "player.live.several": (
        "'{text}' is not a number for {name}, which takes a single one.",
        "「{text}」は {name} の値になりません。数を 1 つだけ書いてください。",
    ),
    "player.live.zero": (
        "'{text}' is not a number for {name}: it divides by zero.",
        "「{text}」は {name} の値になりません。0 で割っています。",
    ),
    "player.live.huge": (
        "'{text}' is too large for {name}: numbers go up to about 1.8e308.",
        "「{text}」は {name} の値としては大きすぎます。数は約 1.8e308 までです。",
    ),
    "player.live.tiny": (
        "'{text}' is too small for {name}: numbers go down to about 5e-324.",
        "「{text}」は {name} の値としては小さすぎます。0 でない数は約 5e-324 からです。",
    ),
    "player.live.arrays": (
        "The numbers of this page cannot be changed: fields are for numbers, vectors and matrices with at most 100 "
        "entries in all.",
        "このページの数値は変えられません。入力欄が付くのは、要素が合計 100 個以下の数・ベクトル・行列だけです。",
    ),
    "player.live.large": (
        "The numbers of this page cannot be changed, since the graph is too large for that.",
        "グラフが大きすぎるので、このページの数値は変えられません。",
    ),
    "player.live.nothing": (
        "The formula has no inputs, so there are no numbers to change.",
        "この式には入力がないので、変えられる数値はありません。",
    ),
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
    # the self-test in a web page
    "selftest.graph": ("Computational graph", "計算グラフ"),
    "selftest.inputs": ("Given", "与えられた値"),
    "selftest.about": (
        "Fill in on the graph or in the list; an answer is checked when you press Enter or leave its field. "
        "Expressions such as -sqrt(2)/2 can be written.",
        "図の中でも一覧でも記入できます。Enter を押すか欄を離れると判定されます。-sqrt(2)/2 のような式も書けます。",
    ),
    "selftest.carries": (
        "What follows rightly from a wrong number of your own counts.",
        "前の答えが違っていても、そこから正しく計算されていれば得点になります。",
    ),
    "selftest.uncarried": (
        "On this sheet nothing is carried forward: put a wrong number right before you go on from it.",
        "このシートでは、誤った値から計算した答えは正解になりません。先に誤りを直してから進んでください。",
    ),
    "selftest.legend": ("In the picture: {what}.", "図の見方：{what}。"),
    "selftest.legend.value": ("above a node its value", "ノードの上が値"),
    "selftest.legend.gradient": ("below a node its gradient", "ノードの下が勾配"),
    "selftest.legend.local": ("above an edge its local derivative", "辺の上が局所微分"),
    "selftest.legend.contribution": ("below an edge what it sends back", "辺の下が送り返す寄与"),
    "selftest.question": ("Question {n}", "問 {n}"),
    "selftest.names": ("Names that can be used: {names}", "使える名前：{names}"),
    "selftest.check": ("Check all", "すべて判定"),
    "selftest.reset": ("Start again", "最初からやり直す"),
    "selftest.reset.sure": (
        "All answers and hints of this page will be forgotten. Start again?",
        "このページの解答とヒントの記録をすべて消します。最初からやり直しますか。",
    ),
    "selftest.hint": ("Hint {n} of {of}", "ヒント {n}/{of}"),
    "selftest.giveup": ("Give up and see the solution", "あきらめて解き方を見る"),
    "selftest.giveup.sure": (
        "The answers to this question will be shown, and it can no longer be answered. Give up?",
        "この問いの答えが表示され、もう解答できなくなります。あきらめますか。",
    ),
    "selftest.show": ("See the worked solution", "解き方を見る"),
    "selftest.solution": ("Worked solution", "解き方"),
    "selftest.given": ("Show the backward pass with the mistake", "誤りのある逆伝播を表示"),
    "selftest.given.about": (
        "It is at other inputs than the other questions.",
        "この問いだけは、ほかの問いとは別の入力での計算です。",
    ),
    "selftest.yes": ("Yes", "はい"),
    "selftest.no": ("No", "いいえ"),
    "selftest.right": ("Right.", "正解です。"),
    "selftest.wrong": ("This is not right.", "正しくありません。"),
    "selftest.unreadable": (
        "This cannot be read: write a number or an expression, as in -0.5, 2/3 or sqrt(2)/2.",
        "読み取れません。-0.5、2/3、sqrt(2)/2 のような数か式で書いてください。",
    ),
    "selftest.comma": (
        "Write a decimal point, as in 1.5, or switch the decimal comma on above.",
        "1.5 のように小数点を使うか、上で小数点のコンマを有効にしてください。",
    ),
    "selftest.comma.option": ("Decimal comma (1,5)", "小数点にコンマを使う（1,5）"),
    "selftest.name": ("'{name}' cannot stand here.", "「{name}」はここでは使えません。"),
    "selftest.progress": (
        "Right: {right} of {of}. Hints used: {hints}. Given up: {given}.",
        "正解 {right}/{of}、使ったヒント {hints}、あきらめた問い {given}。",
    ),
    "selftest.missing": ("Fields without an answer: {n}.", "未記入の欄：{n}。"),
    "selftest.noscript": (
        "Answers are checked by JavaScript, which is switched off here. The sheet can be printed and filled in.",
        "判定には JavaScript が必要ですが、無効になっています。印刷して記入することはできます。",
    ),
    "selftest.answers": ("Answers", "解答"),
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
    pairs: tuple[tuple[int, int, str], ...]
    cut: bool
    digits: int

    def pieces(self, dialect: Dialect) -> list[str]:
        """Overview → its equations in the dialect."""
        chosen = reading(dialect, self.digits)
        signs = {"=": " = ", "≈": SIGNS.get(dialect.name, {}).get("≈", " ≈ ")}
        parts = [
            write(self.tree, left, chosen) + signs[sign] + write(self.tree, right, chosen)
            for left, right, sign in self.pairs
        ]
        return [*parts, {"latex": r"\ldots", "typst": "dots"}.get(dialect.name, "…")] if self.cut else parts


def overview(trace: Trace, what: str, digits: int) -> Overview:
    """Trace and "start" or "finished" → the values of the inputs, or their gradients."""
    graph, tree = trace.graph, Tree()
    chosen = [(name, node) for name, node in graph.inputs.items() if what == "start" or trace.grads[node] is not None]
    pairs = []
    for name, node in chosen[:_MOST]:
        if what == "start":
            pairs.append((tree.add(NAME, name), tree.add(VALUE, trace.values[node]), "="))
        else:
            head = (graph.names[graph.output], name)
            sign = "≈" if trace.is_dust("gradient", node) else "="
            pairs.append((tree.add(DERIVATIVE, head), tree.add(VALUE, trace.grads[node]), sign))
    return Overview(tree, tuple(pairs), len(chosen) > _MOST, digits)


def remark(trace: Trace, what: str, lang: str, *, upright: bool = False) -> str:
    """Trace and "start" or "finished" → a sentence."""
    if what == "start":
        return say("opening", lang)
    if not trace.active[trace.graph.output]:
        return say("summary.none", lang)
    return say("summary.upright" if upright else "summary", lang)
