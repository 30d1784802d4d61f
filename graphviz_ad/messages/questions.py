"""Every sentence of the exercises, in English and in Japanese, as `catalogue` has those of the explanations."""

from __future__ import annotations

QUESTIONS: dict[str, tuple[str, str]] = {
    # what is asked
    "ask.values": (
        "Forward pass: compute the value of every node.",
        "順伝播：すべてのノードの値を求めなさい。",
    ),
    "ask.locals": (
        "Compute the local derivative on every edge, as a number.",
        "すべての辺の局所微分を数値で求めなさい。",
    ),
    "ask.rules": (
        "Write the local derivative on every edge as a formula in the names of the nodes.",
        "すべての辺の局所微分を、ノードの名前を使った式で書きなさい。",
    ),
    "ask.contributions": (
        "Backward pass: for every edge, compute the contribution it sends back (upstream gradient × local derivative).",
        "逆伝播：すべての辺について、送り返す寄与（上流の勾配 × 局所微分）を求めなさい。",
    ),
    "ask.gradients": (
        "Backward pass: compute the gradient of {out} with respect to every node.",
        "逆伝播：すべてのノードについて、{out} の勾配を求めなさい。",
    ),
    "ask.inputs": (
        "Compute the gradient of {out} with respect to every input.",
        "すべての入力について、{out} の勾配を求めなさい。",
    ),
    "ask.path": (
        "On the path {path}, write {what} as a product of local derivatives, in the names of the nodes.",
        "経路 {path} に沿って、{what} を局所微分の積として、ノードの名前を使って書きなさい。",
    ),
    "ask.paths": (
        "Write {what} as the sum over all {count} paths from {x} to {out}, in the names of the nodes.",
        "{x} から {out} への {count} 本の経路すべての和として、{what} をノードの名前を使って書きなさい。",
    ),
    "ask.order": (
        "The backward pass has computed the gradients of {done}. Which gradient can be computed completely next?",
        "逆伝播で {done} の勾配まで求まりました。次に完全に求められるのはどのノードの勾配ですか。",
    ),
    "ask.graph": (
        "Another formula: {formula}. Which of these graphs belongs to it?",
        "別の数式 {formula} に対応する計算グラフはどれですか。",
    ),
    "ask.mistake": (
        "This backward pass contains one mistake: on one edge the contribution is wrong, and what follows was computed "
        "from it. On which edge is it, and what should the contribution be?",
        "この逆伝播には誤りが 1 か所あります。1 本の辺で寄与が誤っていて、その先はその値を使って計算されています。"
        "どの辺ですか。正しい寄与はいくつですか。",
    ),
    "ask.mistake.values": (
        "Here the values are {values}.",
        "ここでの値は {values} です。",
    ),
    "ask.mistake.edge": ("the edge with the mistake", "誤りのある辺"),
    "ask.mistake.right": ("the right contribution there", "その辺の正しい寄与"),
    "ask.predict": (
        "The input {x} is doubled, and all others stay the same. What does {what} become?",
        "入力 {x} を 2 倍にし、ほかは変えません。このとき {what} はいくつになりますか。",
    ),
    "ask.shape": (
        "{out} is the matrix product of {x} and {y}, and {g} arrives at it. Which product is the gradient of {asked}?",
        "{out} は {x} と {y} の行列積で、{g} が届きます。{asked} の勾配になる積はどれですか。",
    ),
    "ask.axis": (
        "{x} of shape ({small}) was broadcast to the shape ({large}) of {out}. "
        "How does its gradient get its shape back?",
        "形 ({small}) の {x} は、{out} の形 ({large}) にブロードキャストされました。"
        "勾配はどのようにして元の形に戻りますか。",
    ),
    "ask.axis.number": (
        "The number {x} was broadcast to the shape ({large}) of {out}. How does its gradient become one number again?",
        "1 つの数 {x} は、{out} の形 ({large}) にブロードキャストされました。"
        "勾配はどのようにして 1 つの数に戻りますか。",
    ),
    "ask.axis.sum": ("It is summed over axis {axis}.", "軸 {axis} に沿って和を取る。"),
    "ask.axis.sum.all": ("It is summed over axes {axis}.", "軸 {axis} のすべてに沿って和を取る。"),
    "ask.axis.mean": ("The mean over axis {axis} is taken.", "軸 {axis} に沿って平均を取る。"),
    "ask.axis.none": ("It keeps the larger shape.", "大きい形のまま変えない。"),
    "ask.descent": (
        "One step of gradient descent with learning rate {rate} changes {w} alone. What is the new {w}? "
        "Does {out} fall?",
        "学習率 {rate} の勾配降下法を 1 ステップ、{w} だけについて行います。"
        "新しい {w} はいくつですか。{out} は減りますか。",
    ),
    "ask.descent.new": ("new {w}", "新しい {w}"),
    "ask.descent.falls": ("{out}", "{out}"),
    "ask.descent.fall": ("It falls.", "減る。"),
    "ask.descent.rise": ("It rises.", "増える。"),
    "ask.descent.stay": ("It stays the same.", "変わらない。"),
    "ask.tolerance": (
        "Numbers count as right within 1 % or half a unit of the last of {digits} digits, whichever is more; "
        "fractions such as 2/3 may be written.",
        "数値は、誤差が 1 % 以内か、有効数字 {digits} 桁目の半単位以内（どちらか大きいほう）なら正解です。"
        "2/3 のような分数でもかまいません。",
    ),
    "ask.edge": ("edge {x} → {out}", "辺 {x} → {out}"),
    "ask.edge.argument": ("edge {x} → {out} (argument {number})", "辺 {x} → {out}（{number} 番目の引数）"),
    "ask.and": (", ", "、"),
    # hints, from the rule to the numbers
    "hint.value": ("Put the values of {args} into the operation of {out}.", "{out} の演算に {args} の値を代入します。"),
    "hint.local": (
        "How much does {out} change when {x} alone changes a little?",
        "{x} だけを少し変えると、{out} はどれだけ変わりますか。",
    ),
    "hint.contribution": (
        "Upstream gradient times local derivative: what arrives at {out}, times {d}.",
        "上流の勾配 × 局所微分です。{out} に届いた勾配に {d} を掛けます。",
    ),
    "hint.gradient.one": (
        "{x} goes to one place only, {out}: its gradient is the contribution from there.",
        "{x} は {out} だけに使われます。勾配は、そこからの寄与です。",
    ),
    "hint.gradient.many": (
        "{x} goes to {count} places: its gradient is the sum of the contributions from all of them.",
        "{x} は {count} か所で使われます。勾配は、すべての寄与の和です。",
    ),
    "hint.gradient.seed": (
        "It is the output: its derivative with respect to itself.",
        "出力そのものです。自分自身による微分を考えます。",
    ),
    "hint.begin": (
        "The backward pass goes against the arrows, from {out} to the inputs.",
        "逆伝播は矢印と逆向きに、{out} から入力へ進みます。",
    ),
    "hint.path": (
        "Each edge of the path gives one factor: its local derivative.",
        "経路の辺 1 本ごとに、局所微分が 1 つの因子になります。",
    ),
    "hint.paths": (
        "Multiply along each path, then add the paths.",
        "経路ごとに局所微分を掛け、すべての経路の積を足します。",
    ),
    "hint.order": (
        "A gradient is complete when every node that uses it has sent its contribution.",
        "あるノードの勾配は、それを使うすべてのノードから寄与が届いたときに完成します。",
    ),
    "hint.graph": (
        "Which operation is done last? It gives the output.",
        "最後に行う演算はどれですか。それが出力になります。",
    ),
    "hint.mistake": (
        "Go from the output back, and compare each contribution with upstream × local.",
        "出力から逆にたどり、各寄与を「上流 × 局所微分」と比べます。",
    ),
    "hint.predict": (
        "Does {x} stand in a local derivative on the way? Then more changes than one factor.",
        "途中の局所微分に {x} が含まれていますか。含まれていれば、変わるのは 1 つの因子だけではありません。",
    ),
    "hint.shape": (
        "The gradient of {x} has the shape of {x}: ({shape}).",
        "{x} の勾配は {x} と同じ形 ({shape}) です。",
    ),
    "hint.shape.number": (
        "{x} is one number, and so is its gradient.",
        "{x} は 1 つの数なので、その勾配も 1 つの数です。",
    ),
    "hint.descent": ("New value = old value − learning rate × gradient.", "新しい値 = 元の値 − 学習率 × 勾配。"),
    # what went wrong
    "slip.keep the last": (
        "{x} is used in several places. All contributions are added; here the last one has replaced the others.",
        "{x} は複数の場所で使われているので、寄与をすべて足します。ここでは最後の寄与だけが残っています。",
    ),
    "slip.keep the first": (
        "{x} is used in several places. All contributions are added; here only the first one counts.",
        "{x} は複数の場所で使われているので、寄与をすべて足します。ここでは最初の寄与だけが使われています。",
    ),
    "slip.multiply the paths": (
        "The contributions that come together at {x} are added, not multiplied.",
        "{x} に集まる寄与は、掛けるのではなく足します。",
    ),
    "slip.forget the upstream": (
        "On the edge {x} → {out} the local derivative alone was sent back; it is multiplied by the gradient that "
        "arrives at {out}.",
        "辺 {x} → {out} で局所微分だけが送り返されています。{out} に届いた勾配を掛けます。",
    ),
    "slip.forget the local derivative": (
        "On the edge {x} → {out} the gradient was passed on as it came; it is multiplied by the local derivative {d}.",
        "辺 {x} → {out} で勾配がそのまま渡されています。局所微分 {d} を掛けます。",
    ),
    "slip.derivative at the wrong place": (
        "The derivative of {out} with respect to {x} is written with the result {out}; here {x} was put in instead.",
        "{out} の {x} による微分は、結果 {out} を使って表されます。ここでは {out} の代わりに {x} が代入されています。",
    ),
    "slip.own factor": (
        "In the product {out}, the derivative with respect to one factor is the other factor; "
        "here {x} itself was taken.",
        "積 {out} を一方の因子で微分すると、もう一方の因子になります。ここでは {x} 自身が使われています。",
    ),
    "slip.sign of a subtraction": (
        "In the difference {out}, {x} is subtracted: its local derivative is −1.",
        "差 {out} では {x} を引いています。局所微分は −1 です。",
    ),
    "slip.keep the exponent": (
        "When the power {out} is differentiated, its exponent falls by one; here it was kept.",
        "累乗 {out} を微分すると、指数は 1 減ります。ここでは元の指数のままです。",
    ),
    "slip.drop the factor": (
        "When the power {out} is differentiated, its exponent comes to the front as a factor; "
        "here that factor is missing.",
        "累乗 {out} を微分すると、指数が係数として前に出ます。ここではその係数が抜けています。",
    ),
    "slip.power rule for an exponential": (
        "{out} is an exponential, which is its own derivative; here the rule for powers was used.",
        "{out} は指数関数で、微分しても同じ関数です。ここでは累乗の公式が使われています。",
    ),
    "slip.not differentiated": (
        "This is {out} itself; {d} says how much it changes with {x}.",
        "これは {out} そのものです。{d} は、{x} を変えたときに {out} がどれだけ変わるかを表します。",
    ),
    "slip.sign of a derivative": (
        "When {x} grows, {out} falls where this says it rises, or the other way round: the sign of {d} is wrong.",
        "{d} の符号が誤っています。{x} を増やしたときに {out} が増えるか減るかを確かめます。",
    ),
    "slip.part of the rule": (
        "A factor of {d} is missing: look at the whole rule for {out}.",
        "{d} の因子が 1 つ抜けています。{out} の微分の公式全体を確かめます。",
    ),
    "slip.value for gradient": (
        "This is the value of {x}. Its gradient says how much the output changes with it.",
        "これは {x} の値です。勾配は、{x} を変えたときに出力がどれだけ変わるかを表します。",
    ),
    "slip.upside down": (
        "On the edge {x} → {out} the ratio is upside down: it is {d}, not its inverse.",
        "辺 {x} → {out} で分母と分子が逆になっています。逆数ではなく {d} です。",
    ),
    "slip.order of a matrix product": (
        "In the matrix product {out} the factors of the contribution to {x} are in the wrong order, or one is not "
        "transposed.",
        "行列積 {out} から {x} への寄与で、因子の順序が逆か、転置が抜けています。",
    ),
    "slip.broadcast not summed": (
        "{x} was used once for each row of {out}: the contributions of all rows are added; here they were not.",
        "{x} は {out} のすべての行で使われているので、各行の寄与を足します。ここでは足されていません。",
    ),
    "slip.broadcast averaged": (
        "{x} was used once for each row of {out}: the contributions are added; here their mean was taken.",
        "{x} は {out} のすべての行で使われているので、各行の寄与を足します。ここでは平均が取られています。",
    ),
    "slip.broadcast first row": (
        "{x} was used once for each row of {out}: the contributions of all rows are added; here that of the first row "
        "stands alone.",
        "{x} は {out} のすべての行で使われているので、各行の寄与を足します。ここでは最初の行の寄与だけです。",
    ),
    "slip.broadcast last row": (
        "{x} was used once for each row of {out}: the contributions of all rows are added; here that of the last row "
        "stands alone.",
        "{x} は {out} のすべての行で使われているので、各行の寄与を足します。ここでは最後の行の寄与だけです。",
    ),
    "slip.mean as a sum": (
        "{out} is a mean: each entry of {x} has a share of 1/n in it, n being the number of entries. Here the 1/n is "
        "missing on the way back.",
        "{out} は平均なので、{x} の各要素の寄与には 1/n が掛かります（n は要素の数）。ここでは 1/n が抜けています。",
    ),
    "slip.softmax entry by entry": (
        "Every entry of the softmax {out} depends on every entry of {x}; here only the diagonal was used.",
        "softmax {out} の各成分は {x} のすべての成分に依存します。ここでは対角成分だけが使われています。",
    ),
    "slip.update on the way back": (
        "At {out} a weight was updated before its old value was used: compute all gradients first, and update then.",
        "{out} で、元の値を使う前に重みが更新されています。先にすべての勾配を求め、その後で更新します。",
    ),
    "slip.gradients not cleared": (
        "The gradient of {x} is twice what it should be: gradients of an earlier pass were not cleared.",
        "{x} の勾配が本来の 2 倍になっています。前回の勾配が消されないまま足されています。",
    ),
    "slip.sent on too early": (
        "{x} is used in several places: its gradient was sent on before all contributions had come.",
        "{x} は複数の場所で使われています。ここでは、すべての寄与が届く前に勾配が先へ送られています。",
    ),
    "slip.no mask": (
        "{out} is a ReLU and {x} is negative: no gradient passes there.",
        "{out} は ReLU で、{x} は負です。ここでは勾配が通りません。",
    ),
    "slip.mask by the gradient": (
        "What the ReLU {out} lets through is decided by the sign of {x}, not by the sign of the gradient.",
        "ReLU {out} が通すかどうかは、勾配の符号ではなく {x} の符号で決まります。",
    ),
    "slip.add along a path": (
        "On the edge {x} → {out} upstream and local derivative were added; along a path they are multiplied.",
        "辺 {x} → {out} で上流の勾配と局所微分が足されています。経路に沿っては、足すのではなく掛けます。",
    ),
    # … on the way forward
    "slip.forget a term": (
        "Every term of {out} counts; here {x} was left out.",
        "{out} ではすべての項を計算に入れます。ここでは {x} が抜けています。",
    ),
    "slip.forget a factor": (
        "{x} belongs to the product or quotient {out}; here it was left out.",
        "{x} は積または商 {out} の一部です。ここでは {x} が抜けています。",
    ),
    "slip.multiply for add": (
        "In {x}, {a} and {b} are added; here they were multiplied.",
        "{x} では {a} と {b} を足します。ここでは掛けられています。",
    ),
    "slip.add for multiply": (
        "In {x}, {a} and {b} are multiplied; here they were added.",
        "{x} では {a} と {b} を掛けます。ここでは足されています。",
    ),
    "slip.subtract for add": (
        "In {x}, {b} is added to {a}; here it was subtracted. Mind the sign of {b}.",
        "{x} では {a} に {b} を足します。ここでは引かれています。{b} の符号に注意します。",
    ),
    "slip.add for subtract": (
        "In {x}, {b} is subtracted from {a}; here it was added. Mind the sign of {b}.",
        "{x} では {a} から {b} を引きます。ここでは足されています。{b} の符号に注意します。",
    ),
    "slip.order of a subtraction": (
        "{x} is {a} minus {b}; here it was taken the other way round.",
        "{x} は {a} から {b} を引いたものです。ここでは引く順序が逆です。",
    ),
    "slip.order of a division": (
        "{x} is {a} divided by {b}; here it was taken the other way round.",
        "{x} は {a} を {b} で割ったものです。ここでは割る順序が逆です。",
    ),
    "slip.multiply for divide": (
        "In {x}, {a} is divided by {b}; here they were multiplied.",
        "{x} では {a} を {b} で割ります。ここでは掛けられています。",
    ),
    "slip.sign of a product": (
        "Like signs of {a} and {b} make {x} positive, unlike signs make it negative; here its sign is wrong.",
        "{x} の符号は {a} と {b} の符号で決まり、同符号なら正、異符号なら負です。ここでは符号が誤っています。",
    ),
    "slip.forget the minus": (
        "{x} begins with a minus sign; here it was left out.",
        "{x} にはマイナスが付きます。ここでは抜けています。",
    ),
    "slip.multiply by the exponent": (
        "In the power {x}, the base is multiplied by itself; here it was multiplied by the exponent.",
        "累乗 {x} では底を繰り返し掛けます。ここでは底に指数が掛けられています。",
    ),
    "slip.forget the exponent": (
        "{x} is a power; here {a} was left as it is.",
        "{x} は累乗です。ここでは {a} がそのまま書かれています。",
    ),
    "slip.sign of a power": (
        "A negative number to an even power is positive, to an odd power negative; here the sign of {x} is wrong.",
        "負の数の偶数乗は正、奇数乗は負です。ここでは {x} の符号が誤っています。",
    ),
    "slip.forget the minus in the sigmoid": (
        "The exponent in the sigmoid {x} is −{a}: σ grows with {a}. Here the minus sign was left out.",
        "シグモイド {x} の指数は −{a} で、{x} は {a} とともに大きくなります。ここではマイナスが抜けています。",
    ),
    "slip.another function": (
        "{x} was computed with a function that is easily taken for the right one: look again which it is.",
        "{x} が、よく似た別の関数で計算されています。どの関数かを確かめます。",
    ),
    "slip.forget the function": (
        "{x} is a function of {a}; here {a} was left as it is.",
        "{x} は {a} に関数を適用したものです。ここでは {a} がそのまま書かれています。",
    ),
    "slip.base 10": (
        "The base in {x} is e; here it was 10.",
        "{x} の底は e です。ここでは 10 が使われています。",
    ),
    "slip.half for the root": (
        "{x} is the number whose square is {a}; here {a} was halved.",
        "{x} は 2 乗すると {a} になる数です。ここでは {a} が 2 で割られています。",
    ),
    "slip.degrees": (
        "The angle {a} in {x} is in radians; here it was taken in degrees.",
        "{x} の角 {a} はラジアンです。ここでは度として計算されています。",
    ),
    "slip.sum for mean": (
        "{x} is a mean: the sum is divided by the number of entries. Here it was not.",
        "{x} は平均なので、和を要素の数で割ります。ここでは割られていません。",
    ),
    "slip.mean for sum": (
        "{x} is a sum; here it was divided by the number of entries.",
        "{x} は和です。ここでは要素の数で割られています。",
    ),
    "slip.leave out the last entry": (
        "All entries belong to the sum in {x}; here the last one was left out.",
        "{x} の和にはすべての要素が入ります。ここでは最後の要素が抜けています。",
    ),
    "slip.leave out the first entry": (
        "All entries belong to the sum in {x}, also that with the number 0; here it was left out.",
        "{x} の和には、番号 0 の要素も含めてすべての要素が入ります。ここでは最初の要素が抜けています。",
    ),
    "slip.another axis": (
        "In {x} rows and columns were exchanged: look along which axis it goes.",
        "{x} で行と列が取り違えられています。どの軸に沿う計算かを確かめます。",
    ),
    "slip.forget the square": (
        "The differences in {x} are squared before their mean is taken; here they were not.",
        "{x} では差を 2 乗してから平均を取ります。ここでは 2 乗されていません。",
    ),
    "slip.forget the root": (
        "A root is taken last in {x}; here it was not.",
        "{x} では最後に平方根を取ります。ここでは取られていません。",
    ),
    "slip.transpose a factor": (
        "In the matrix product {out}, rows of the left factor meet columns of the right one; "
        "here rows and columns of {x} were exchanged.",
        "行列積 {out} では、左の因子の行と右の因子の列を掛け合わせます。ここでは {x} の行と列が逆です。",
    ),
    "slip.exchange the factors": (
        "{x} is {a} times {b}; matrices may not be exchanged, and here they were.",
        "{x} は {a} に右から {b} を掛けたものです。行列の順序は入れ替えられませんが、ここでは逆です。",
    ),
    "slip.entry by entry": (
        "Each entry of the matrix product {x} is a sum over a row of {a} and a column of {b}; "
        "here the entries were multiplied one by one.",
        "行列積 {x} の成分は、{a} の行と {b} の列の積の和です。ここでは成分ごとに掛けられています。",
    ),
    "slip.forget to normalise": (
        "In the softmax {x} every exponential is divided by their sum; here it was not.",
        "softmax {x} では、各指数関数をその総和で割ります。ここでは割られていません。",
    ),
    "slip.shares without exponentials": (
        "The softmax {x} takes exponentials first and divides them by their sum; here the entries of {a} were divided.",
        "softmax {x} では、まず指数関数を取り、その総和で割ります。ここでは {a} の成分がそのまま割られています。",
    ),
    "slip.forget the logarithm": (
        "{x} is the logarithm of the softmax; here the logarithm was left out.",
        "{x} は softmax の対数です。ここでは対数が取られていません。",
    ),
    "slip.index off by one": (
        "Entries are counted from 0; here {x} is another entry of {a}.",
        "要素は 0 から数えます。ここでは {x} が {a} の別の要素になっています。",
    ),
    "slip.the other branch": (
        "Which branch {x} takes depends on the condition; here it is the other one.",
        "{x} がどちらの枝を取るかは条件で決まります。ここでは逆の枝です。",
    ),
    "slip.everywhere": ("The same mistake is made in several places.", "同じ誤りが複数の場所にあります。"),
    "slip.unchanged": (
        "The gradient does change: {x} is a factor somewhere on the way.",
        "勾配は変わります。途中のどこかで {x} が因子になっています。",
    ),
    "slip.doubled": (
        "The gradient is not always doubled with the input: put the doubled {x} in and compute again.",
        "入力を 2 倍にしても勾配が 2 倍になるとは限りません。2 倍の {x} を代入して計算し直します。",
    ),
    "slip.squared": (
        "The gradient does not grow with the square of the input here: put the doubled {x} in and compute again.",
        "ここでは勾配は入力の 2 乗に比例しません。2 倍の {x} を代入して計算し直します。",
    ),
    "slip.ascent": (
        "Descent goes against the gradient: the step is subtracted.",
        "降下法では勾配と逆の向きに進みます。学習率 × 勾配を引きます。",
    ),
    "slip.no rate": ("The gradient is multiplied by the learning rate first.", "勾配には、まず学習率を掛けます。"),
    "slip.gradient alone": (
        "This is the gradient; the new value is the old one minus learning rate × gradient.",
        "これは勾配です。新しい値は、元の値から学習率 × 勾配を引いたものです。",
    ),
    # what cannot be read
    "read.missing": ("There is no answer.", "解答がありません。"),
    "read.number": (
        "This is no number: write a number, a fraction or an expression, as in -0.5, 2/3 or sqrt(2)/2.",
        "数として読み取れません。-0.5、2/3、sqrt(2)/2 のような数、分数、または式で書いてください。",
    ),
    "read.name": (
        "'{name}' is no number: write a number, a fraction or an expression, as in -0.5, 2/3 or sqrt(2)/2.",
        "「{name}」は数ではありません。-0.5、2/3、sqrt(2)/2 のような数、分数、または式で書いてください。",
    ),
    "read.comma": (
        "Write a decimal point, as in 1.5. (Answers with a decimal comma are marked with --decimal-comma.)",
        "1.5 のように小数点を使ってください。（小数点にコンマを使う解答は --decimal-comma で採点できます。）",
    ),
    "read.date": (
        "This is a date: a spreadsheet has made it of a fraction. Set the cells to text before you write 2/3.",
        "日付になっています。表計算ソフトが分数を日付に変えました。2/3 と書く前に、セルの書式を文字列にしてください。",
    ),
    "read.many": ("Write one number alone, as in -0.5.", "-0.5 のように、数を 1 つだけ書いてください。"),
    "read.finite": (
        "This is not a finite number: write a number, as in -0.5 or 2/3.",
        "有限の数ではありません。-0.5 や 2/3 のような数で書いてください。",
    ),
    "read.long": (
        "This is too long: an answer has up to {most} characters.",
        "長すぎます。解答は {most} 文字までです。",
    ),
    "read.formula": (
        "This is no formula: write it in the names of the nodes, as in 2*x*(1 - a).",
        "式として読み取れません。2*x*(1 - a) のように、ノードの名前を使って書いてください。",
    ),
    "read.from": (
        "This cannot be read from “{rest}” on: write a formula in the names of the nodes, as in 2*x*(1 - a).",
        "「{rest}」から先が読み取れません。2*x*(1 - a) のように、ノードの名前を使って書いてください。",
    ),
    "read.node": (
        "'{name}' is no node of the graph, so it cannot stand in the answer.",
        "「{name}」はグラフのノードではないので、答えには使えません。",
    ),
    "read.undefined": (
        "The answer has no value at points where the derivative has one.",
        "微分が値を持つ点で、この答えは値を持ちません。",
    ),
    # marks
    "mark.carried": (
        "This follows rightly from your own earlier number, so it counts.",
        "前に求めた自分の値からは正しく計算できているので、得点になります。",
    ),
    "mark.trivial": (
        "This follows from an earlier number of your own, but that one is wrong, and since it is 0, 1 or −1 it leaves "
        "nothing to compute here: put it right first.",
        "前に求めた自分の値からはこうなります。しかし、その値は誤りで、0 か ±1 なので計算することが残りません。"
        "先にその値を直してください。",
    ),
    "mark.unmatched": (
        "This is not right, and it is none of the usual mistakes: compare each step with the worked solution.",
        "正しくありません。よくある誤りのどれとも一致しないので、解答例と 1 ステップずつ比べてください。",
    ),
    "mark.sign": ("The size is right, the sign is wrong.", "大きさは正しいですが、符号が誤っています。"),
    "mark.point": (
        "The digits are right, but the decimal point is in the wrong place.",
        "数字は正しいですが、小数点の位置が誤っています。",
    ),
    "mark.several": ("More than one mistake leads to this number.", "この値になる誤りは 1 つではありません。"),
    "mark.choice": (
        "This is none of the options: write a letter, as in A.",
        "選択肢にありません。A のような文字で答えてください。",
    ),
    "mark.right": ("The right answer is {right}.", "正解は {right} です。"),
}
"""By key; `{…}` are filled with names, numbers and mathematics, the same ones in both languages."""
