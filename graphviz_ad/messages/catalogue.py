"""Every sentence of the explanations, in English and in Japanese.

`{…}` are filled with names, numbers and mathematics; both languages of an entry hold the same ones.
"""

from __future__ import annotations

LANGUAGES = ("en", "ja")

SENTENCES: dict[str, tuple[str, str]] = {
    # forward: what a node is
    "evaluate.add": ("{out} is the sum of {x} and {y}.", "{out} は {x} と {y} の和です。"),
    "evaluate.subtract": ("{out} is {x} minus {y}.", "{out} は {x} から {y} を引いた差です。"),
    "evaluate.multiply": ("{out} is the product of {x} and {y}.", "{out} は {x} と {y} の積です。"),
    "evaluate.divide": ("{out} is {x} divided by {y}.", "{out} は {x} を {y} で割った商です。"),
    "evaluate.negate": ("{out} is {x} with its sign changed.", "{out} は {x} の符号を変えたものです。"),
    "evaluate.square": ("{out} is the square of {x}.", "{out} は {x} の 2 乗です。"),
    "evaluate.power": ("{out} is {x} raised to the power {n}.", "{out} は {x} の {n} 乗です。"),
    "evaluate.pow": ("{out} is {x} raised to the power {y}.", "{out} は {x} の {y} 乗です。"),
    "evaluate.matmul": ("{out} is the matrix product of {x} and {y}.", "{out} は {x} と {y} の行列積です。"),
    "evaluate.dot": ("{out} is the inner product of {x} and {y}.", "{out} は {x} と {y} の内積です。"),
    "evaluate.outer": ("{out} is the outer product of {x} and {y}.", "{out} は {x} と {y} の外積（直積）です。"),
    "evaluate.transpose": (
        "{out} is {x} with rows and columns exchanged.",
        "{out} は {x} の行と列を入れ替えたものです。",
    ),
    "evaluate.sum": ("{out} adds up the entries of {x}.", "{out} は {x} の要素の和です。"),
    "evaluate.mean": ("{out} is the mean of the entries of {x}.", "{out} は {x} の要素の平均です。"),
    "evaluate.max": ("{out} is the largest entry of {x}.", "{out} は {x} の最大の要素です。"),
    "evaluate.min": ("{out} is the smallest entry of {x}.", "{out} は {x} の最小の要素です。"),
    "evaluate.softmax": (
        "{out} turns the entries of {x} into positive weights that add up to 1.",
        "{out} は {x} の要素を、正で和が 1 の重みに変えたものです。",
    ),
    "evaluate.index": ("{out} is picked out of {x}.", "{out} は {x} から取り出した要素です。"),
    "evaluate.axis": (
        "{out} is {op} applied to {x} along axis {axis}.",
        "{out} は、軸 {axis} に沿って {x} に {op} を適用した値です。",
    ),
    "evaluate.where": (
        "{out} is {y} where {x} holds, and {z} elsewhere.",
        "{out} は、{x} が成り立つところでは {y}、それ以外では {z} です。",
    ),
    "evaluate.reshape": ("{out} is {x} in another shape.", "{out} は {x} の形を変えたものです。"),
    "evaluate.unsqueeze": ("{out} is {x} with a new axis of length 1.", "{out} は {x} に長さ 1 の軸を加えたものです。"),
    "evaluate.permute": ("{out} is {x} with its axes in another order.", "{out} は {x} の軸を並べ替えたものです。"),
    "evaluate.squeeze": ("{out} is {x} without axes of length 1.", "{out} は {x} から長さ 1 の軸を除いたものです。"),
    "evaluate.flatten": (
        "{out} has all entries of {x} in one row.",
        "{out} は {x} のすべての要素を 1 列に並べたものです。",
    ),
    "evaluate.diag": ("{out} is the diagonal of {x}.", "{out} は {x} の対角成分です。"),
    "evaluate.diag.matrix": (
        "{out} is the matrix with {x} on its diagonal.",
        "{out} は {x} を対角に置いた行列です。",
    ),
    "evaluate.detach": (
        "{out} is {x}, but on the way back it counts as a constant.",
        "{out} は {x} と同じ値ですが、逆伝播では定数として扱われます。",
    ),
    "evaluate.len": (
        "{out} is the number of entries of {x}, or of its rows.",
        "{out} は {x} の要素の数（行列なら行の数）です。",
    ),
    "evaluate.size": ("{out} is the number of entries of {x}.", "{out} は {x} の要素の数です。"),
    "evaluate.argmax": (
        "{out} is the place of the largest entry of {x}, counted from 0.",
        "{out} は {x} の最大の要素の位置を 0 から数えたものです。",
    ),
    "evaluate.argmin": (
        "{out} is the place of the smallest entry of {x}, counted from 0.",
        "{out} は {x} の最小の要素の位置を 0 から数えたものです。",
    ),
    "evaluate.cumsum": (
        "Each entry of {out} is the sum of the entries of {x} up to its place.",
        "{out} の各要素は、{x} のその位置までの要素の和です。",
    ),
    "evaluate.layer_norm": (
        "{out} brings the entries of {x} to mean 0 and a variance of nearly 1.",
        "{out} は {x} の要素を、平均が 0、分散がほぼ 1 になるようにそろえたものです。",
    ),
    "evaluate.batch_norm": (
        "{out} brings the entries of {x} to mean 0 and a variance of nearly 1.",
        "{out} は {x} の要素を、平均が 0、分散がほぼ 1 になるようにそろえたものです。",
    ),
    "evaluate.rms_norm": (
        "{out} is {x} divided by the root of the mean of its squares.",
        "{out} は {x} を、その 2 乗の平均の平方根で割ったものです。",
    ),
    "evaluate.trace": ("{out} adds up the diagonal of {x}.", "{out} は {x} の対角成分の和です。"),
    "evaluate.det": ("{out} is the determinant of {x}.", "{out} は {x} の行列式です。"),
    "evaluate.inv": ("{out} is the inverse of {x}.", "{out} は {x} の逆行列です。"),
    "evaluate.solve": (
        "{out} is what the matrix {x} takes to {y}: the solution of linear equations.",
        "{out} は、行列 {x} を掛けると {y} になる値、つまり連立一次方程式の解です。",
    ),
    "evaluate.cross": ("{out} is the vector product of {x} and {y}.", "{out} は {x} と {y} のベクトル積です。"),
    "evaluate.cosine_similarity": (
        "{out} is the cosine of the angle between {x} and {y}.",
        "{out} は {x} と {y} のなす角の余弦です。",
    ),
    "evaluate.mod": (
        "{out} is the remainder of {x} divided by {y}.",
        "{out} は {x} を {y} で割った余りです。",
    ),
    "evaluate.floor_divide": (
        "{out} is {x} divided by {y}, rounded down.",
        "{out} は {x} を {y} で割り、切り捨てたものです。",
    ),
    "evaluate.rsqrt": ("{out} is 1 divided by the root of {x}.", "{out} は 1 を {x} の平方根で割ったものです。"),
    "evaluate.normal_cdf": (
        "{out} is the probability that a standard normal number is at most {x}.",
        "{out} は、標準正規分布に従う数が {x} 以下になる確率です。",
    ),
    "evaluate.concat": ("{out} joins {args} end to end.", "{out} は {args} をつなげたものです。"),
    "evaluate.stack": (
        "{out} puts {args} together into one array.",
        "{out} は {args} を並べて 1 つの配列にしたものです。",
    ),
    "evaluate.compare": (
        "{out} is 1 where the comparison holds and 0 where it does not.",
        "{out} は、比較が成り立てば 1、成り立たなければ 0 です。",
    ),
    "evaluate.maximum": ("{out} is the larger of {x} and {y}.", "{out} は {x} と {y} の大きい方です。"),
    "evaluate.minimum": ("{out} is the smaller of {x} and {y}.", "{out} は {x} と {y} の小さい方です。"),
    "evaluate.max_of": ("{out} is the largest of {args}.", "{out} は {args} のうち最大の値です。"),
    "evaluate.min_of": ("{out} is the smallest of {args}.", "{out} は {args} のうち最小の値です。"),
    "evaluate.relu": (
        "{out} is {x} where it is positive, and 0 elsewhere.",
        "{out} は、{x} が正なら {x} そのもの、そうでなければ 0 です。",
    ),
    "evaluate.mse": (
        "{out} is the mean of the squared differences of {x} and {y}.",
        "{out} は {x} と {y} の差の 2 乗の平均（平均二乗誤差）です。",
    ),
    "evaluate.mae": (
        "{out} is the mean of the absolute differences of {x} and {y}.",
        "{out} は {x} と {y} の差の絶対値の平均（平均絶対誤差）です。",
    ),
    "evaluate.huber": (
        "{out} is the Huber loss of {x} against {y}: squared where they are close, linear where they are far apart.",
        "{out} は {x} の {y} に対するフーバー損失で、差が小さいところでは 2 乗、大きいところでは 1 次式です。",
    ),
    "evaluate.smooth_l1": (
        "{out} is the smooth L1 loss of {x} against {y}: squared where they are close, linear "
        "where they are far apart.",
        "{out} は {x} の {y} に対する Smooth L1 損失で、差が小さいところでは 2 乗、大きいところでは 1 次式です。",
    ),
    "evaluate.rmse": (
        "{out} is the root of the mean of the squared differences of {x} and {y}.",
        "{out} は {x} と {y} の差の 2 乗の平均の平方根です。",
    ),
    "evaluate.bce": (
        "{out} is the cross-entropy of the probability {x}, where the answer is {y}.",
        "{out} は、正解が {y} のときの確率 {x} の交差エントロピーです。",
    ),
    "evaluate.bce_with_logits": (
        "{out} is the cross-entropy of the probability that the logit {x} stands for, where the answer is {y}.",
        "{out} は、正解が {y} のとき、ロジット {x} が表す確率の交差エントロピーです。",
    ),
    "evaluate.cross_entropy": (
        "{out} is the cross-entropy of the softmax of {x}, where the answer is {y}.",
        "{out} は、正解が {y} のときの、{x} のソフトマックスの交差エントロピーです。",
    ),
    "evaluate.other": ("{out} is {op} applied to {args}.", "{out} は {args} に {op} を適用した値です。"),
    "broadcast": (
        "{x}, of shape {small}, is repeated to fit the shape {large}.",
        "形 {small} の {x} は、形 {large} に合わせて繰り返されます（ブロードキャスト）。",
    ),
    "broadcast.scalar": (
        "{x}, a single number, is used for every entry.",
        "{x} は 1 つの数で、すべての要素に使われます（ブロードキャスト）。",
    ),
    # forward: what is not finite, and why
    "undefined": (
        "{op} is not defined there, so the result is nan (not a number).",
        "この点で {op} は定義されないので、結果は nan（非数）です。",
    ),
    "undefined.log": (
        "The logarithm of a negative number is not defined: the result is nan (not a number).",
        "負の数の対数は定義されないので、結果は nan（非数）です。",
    ),
    "undefined.sqrt": (
        "The square root of a negative number is not defined: the result is nan (not a number).",
        "負の数の平方根は実数ではないので、結果は nan（非数）です。",
    ),
    "infinite.log": ("The logarithm of 0 is minus infinity.", "0 の対数は負の無限大です。"),
    "infinite.divide": ("Division by 0 gives infinity.", "0 で割ったので、結果は無限大です。"),
    "undefined.divide": (
        "0 divided by 0 has no value: the result is nan (not a number).",
        "0 を 0 で割った値は定まらないので、結果は nan（非数）です。",
    ),
    "overflow": (
        "The result is too large for a floating-point number and counts as infinite.",
        "結果は浮動小数点数で表せる範囲を超えたので、無限大として扱われます。",
    ),
    "carried": (
        "{x} is not finite already, and {out} takes that over.",
        "{x} がすでに有限でないので、{out} も有限になりません。",
    ),
    "some": ("Some entries are not finite.", "有限でない要素があります。"),
    # backward begins
    "seed": (
        "The backward pass starts at the output: the derivative of {out} with respect to itself is 1.",
        "逆伝播は出力から始まります。{out} を {out} 自身で微分すると 1 です。",
    ),
    "seed.given": (
        "The backward pass starts at {out} with the upstream gradient that was given: from here on every gradient "
        "is that of the sum of {out} times it, not of {out} alone.",
        "逆伝播は {out} から、与えられた上流の勾配を使って始まります。"
        "以下の勾配は {out} そのものではなく、{out} に上流の勾配を掛けて足した量の勾配です。",
    ),
    # backward over one edge
    "pull": (
        "The gradient that arrives at {out}, times the slope of {op} at this point, goes on to {to}.",
        "連鎖律により、{out} に届いた上流の勾配に、この点での {op} の局所微分を掛けたものが {to} に伝わります。",
    ),
    "pull.entries": (
        "The gradient that arrives at {out}, times the slope of {op} entry by entry, goes on to {to}.",
        "連鎖律により、{out} に届いた上流の勾配に、{op} の局所微分を要素ごとに掛けたものが {to} に伝わります。",
    ),
    "pull.add": (
        "Addition passes the gradient that arrives at {out} on to {to} unchanged.",
        "加算は、{out} に届いた上流の勾配をそのまま {to} に伝えます。",
    ),
    "pull.subtract.first": (
        "Subtraction passes the gradient that arrives at {out} on to {to} unchanged.",
        "減算は、{out} に届いた上流の勾配を、引かれる側の {to} にはそのまま伝えます。",
    ),
    "pull.subtract.second": (
        "{to} is what is subtracted, so the gradient goes on to it with its sign changed.",
        "{to} は引く側なので、上流の勾配は符号を変えて伝わります。",
    ),
    "pull.negate": (
        "The minus sign changes the sign of the gradient on its way to {to}.",
        "符号の反転なので、上流の勾配も符号を変えて {to} に伝わります。",
    ),
    "pull.multiply": (
        "In a product, {to} gets the gradient that arrives at {out} times the other factor, {other}.",
        "積では、{out} に届いた上流の勾配に相手の因子 {other} を掛けたものが {to} に伝わります。",
    ),
    "pull.multiply.zero": (
        "In a product the gradient is multiplied by the other factor, {other}, which is 0: {to} gets nothing.",
        "積では上流の勾配に相手の因子 {other} が掛かりますが、これが 0 なので、{to} に勾配は伝わりません。",
    ),
    "pull.multiply.one": (
        "In a product the gradient is multiplied by the other factor, {other}, which is 1: {to} gets it unchanged.",
        "積では上流の勾配に相手の因子 {other} が掛かりますが、これが 1 なので、{to} にはそのまま伝わります。",
    ),
    "pull.abs": (
        "The slope of the absolute value is the sign of {to}, here {local}, by which the gradient is multiplied.",
        "絶対値の局所微分は {to} の符号で、ここでは {local} です。上流の勾配にこれを掛けます。",
    ),
    "pull.where.taken": (
        "{to} is the branch that was taken, so the gradient goes on to it unchanged.",
        "{to} は選ばれた枝なので、上流の勾配がそのまま伝わります。",
    ),
    "pull.where.other": (
        "{to} is the branch that was not taken, so no gradient gets through to it.",
        "{to} は選ばれなかった枝なので、勾配は伝わりません。",
    ),
    "pull.where.entries": (
        "Where {to} was taken the gradient goes on to it, elsewhere it gets 0.",
        "{to} が選ばれた要素には上流の勾配がそのまま伝わり、ほかの要素には 0 が伝わります。",
    ),
    "pull.condition": (
        "A condition only chooses and has slope 0, so no gradient gets through to {to}.",
        "条件は選ぶだけで局所微分は 0 なので、勾配は {to} に伝わりません。",
    ),
    "pull.divide.first": (
        "The gradient is divided by {other} on its way to {to}, just as {to} was.",
        "割られる側の {to} には、上流の勾配を同じように {other} で割ったものが伝わります。",
    ),
    "pull.divide.second": (
        "{to} is the divisor: the quotient rule gives the slope {local}, by which the gradient is multiplied.",
        "{to} は割る側なので、商の微分の公式による局所微分 {local} を上流の勾配に掛けます。",
    ),
    "pull.power": (
        "By the power rule the slope is {symbol}, by which the gradient is multiplied on its way to {to}.",
        "冪の微分の公式により局所微分は {symbol} で、これを上流の勾配に掛けたものが {to} に伝わります。",
    ),
    "pull.exponent": (
        "{to} is the exponent: the slope is {symbol}, by which the gradient is multiplied.",
        "{to} は指数なので、局所微分は {symbol} です。上流の勾配にこれを掛けます。",
    ),
    "pull.zero.upstream": (
        "The gradient that arrives at {out} is 0, so nothing is left to pass on to {to}.",
        "{out} に届いた上流の勾配が 0 なので、{to} に伝わる勾配も 0 です。",
    ),
    "pull.zero.because": (
        "Since {reason}, the slope of {op} is 0 here: no gradient gets through to {to}.",
        "{reason} なので {op} の局所微分は 0 になり、勾配は {to} に伝わりません。",
    ),
    "pull.zero": (
        "The slope of {op} is 0 at this point, so no gradient gets through to {to}.",
        "この点での {op} の局所微分は 0 なので、勾配は {to} に伝わりません。",
    ),
    "pull.zero.always": (
        "The slope of {op} is 0 everywhere, so no gradient gets through to {to}.",
        "{op} の局所微分はどこでも 0 なので、勾配は {to} に伝わりません。",
    ),
    "pull.zero.nan": (
        "{x} is nan (not a number), and no comparison with it holds: the slope of {op} counts as 0, "
        "so no gradient gets through to {to}.",
        "{x} は nan（非数）で、どの比較も成り立たないので、{op} の局所微分は 0 とみなされ、"
        "勾配は {to} に伝わりません。",
    ),
    "pull.vanished": (
        "The slope of {op} is so small here that it counts as 0: no gradient gets through to {to}.",
        "この点での {op} の局所微分は小さすぎて 0 とみなされるので、勾配は {to} に伝わりません。",
    ),
    "pull.one.because": (
        "Since {reason}, the slope of {op} is 1 here: the gradient goes on to {to} unchanged.",
        "{reason} なので {op} の局所微分は 1 になり、上流の勾配はそのまま {to} に伝わります。",
    ),
    "pull.one": (
        "The slope of {op} is 1 at this point, so the gradient goes on to {to} unchanged.",
        "この点での {op} の局所微分は 1 なので、上流の勾配はそのまま {to} に伝わります。",
    ),
    "pull.because": (
        "Since {reason}, the slope of {op} is {local} here; the gradient times this goes on to {to}.",
        "{reason} なので {op} の局所微分は {local} になり、上流の勾配にこれを掛けたものが {to} に伝わります。",
    ),
    "pull.flat": (
        "The slope of {op} is only {local} here, so hardly any of the gradient gets through to {to}.",
        "この点での {op} の局所微分は {local} と小さいので、勾配はほとんど {to} に伝わりません。",
    ),
    "pull.mask": (
        "Where the slope of {op} is 1 the gradient gets through to {to}, where it is 0 it is blocked.",
        "{op} の局所微分が 1 の要素では勾配がそのまま {to} に伝わり、0 の要素では伝わりません。",
    ),
    "pull.matmul": (
        "Back through a matrix product, {to} gets the gradient multiplied by the other factor, {other}, transposed.",
        "行列積では、上流の勾配と、相手の因子 {other} の転置との積が {to} に伝わります。",
    ),
    "pull.dot": (
        "In an inner product, {to} gets the gradient times the other factor, {other}.",
        "内積では、上流の勾配に相手の因子 {other} を掛けたものが {to} に伝わります。",
    ),
    "pull.sum": (
        "Every entry of {to} counts once in the sum, so each gets the gradient of {out} unchanged.",
        "{to} の各要素は和に 1 回ずつ現れるので、どの要素にも {out} の勾配がそのまま伝わります。",
    ),
    "pull.mean": (
        "Every entry of {to} has the same share in the mean, so the gradient of {out} is divided evenly among them.",
        "{to} の各要素は平均に等しく寄与するので、{out} の勾配は要素の数で等分されて伝わります。",
    ),
    "pull.max": (
        "Only the largest entry of {to} decides {out}, so the gradient goes to that one and the others get 0.",
        "{out} を決めるのは {to} の最大の要素だけなので、勾配はその要素にだけ伝わり、ほかは 0 です。",
    ),
    "pull.min": (
        "Only the smallest entry of {to} decides {out}, so the gradient goes to that one and the others get 0.",
        "{out} を決めるのは {to} の最小の要素だけなので、勾配はその要素にだけ伝わり、ほかは 0 です。",
    ),
    "pull.max_of": (
        "Where {to} is the largest the gradient goes on to it, shared equally at a tie; elsewhere it gets 0.",
        "{to} が最大のところでは勾配が {to} に伝わり（等しいものがあれば等分）、それ以外では 0 です。",
    ),
    "pull.min_of": (
        "Where {to} is the smallest the gradient goes on to it, shared equally at a tie; elsewhere it gets 0.",
        "{to} が最小のところでは勾配が {to} に伝わり（等しいものがあれば等分）、それ以外では 0 です。",
    ),
    "pull.detach": (
        "Here the path is cut on purpose: {out} counts as a constant, and no gradient goes on to {to}.",
        "ここで経路は意図的に断たれています。{out} は定数として扱われ、勾配は {to} に伝わりません。",
    ),
    "pull.argmax": (
        "A small change of {to} leaves {op} as it is, so no gradient gets through to {to}.",
        "{to} が少し変わっても {op} の値は変わらないので、勾配は {to} に伝わりません。",
    ),
    "pull.cumsum": (
        "Every entry of {to} counts in all sums from its place on, so it gets the sum of the gradients from there on.",
        "{to} の各要素はその位置以降のすべての和に含まれるので、そこから先の勾配の和が伝わります。",
    ),
    "pull.layer_norm": (
        "Every entry of {to} moves the mean and the variance too: from the gradient its mean is taken away and what "
        "of it goes along {out}, and the rest is divided by the standard deviation.",
        "{to} の各要素は平均と分散も動かします。そのため、勾配からその平均と {out} に沿う成分を除き、"
        "標準偏差で割ったものが伝わります。",
    ),
    "pull.rms_norm": (
        "Every entry of {to} moves the mean of the squares too: from the gradient is taken away what of it goes along "
        "{out}, and the rest is divided by the root of that mean.",
        "{to} の各要素は 2 乗の平均も動かします。そのため、勾配から {out} に沿う成分を除き、"
        "2 乗の平均の平方根で割ったものが伝わります。",
    ),
    "pull.trace": (
        "Only the diagonal of {to} counts, so the gradient goes to the entries on it and the others get 0.",
        "{out} に現れるのは {to} の対角成分だけなので、勾配は対角成分にだけ伝わり、ほかは 0 です。",
    ),
    "pull.det": (
        "The slope of a determinant by an entry is the cofactor of that entry, by which the gradient is multiplied.",
        "行列式を 1 つの成分で微分すると、その成分の余因子になります。上流の勾配にこれを掛けたものが伝わります。",
    ),
    "pull.inv": (
        "The gradient, multiplied by {out}, transposed, from both sides, goes on to {to} with its sign changed.",
        "上流の勾配の両側から {out} の転置を掛け、符号を変えたものが {to} に伝わります。",
    ),
    "pull.solve.matrix": (
        "The transposed equations are solved for the gradient; the product of that and {out} goes on to {to}, negated.",
        "上流の勾配を右辺として転置した方程式を解き、それと {out} の積の符号を変えたものが {to} に伝わります。",
    ),
    "pull.solve.right": (
        "The equations are solved backwards: with {other} transposed, and with the gradient in the place of {to}.",
        "方程式を逆向きに解きます。{other} を転置し、{to} の代わりに上流の勾配を右辺としたときの解が伝わります。",
    ),
    "pull.cross": (
        "In a vector product, {to} gets the vector product of the gradient and the other factor, {other}.",
        "ベクトル積では、上流の勾配と相手の因子 {other} とのベクトル積が {to} に伝わります。",
    ),
    "pull.cosine_similarity": (
        "Only the angle counts: the gradient moves {to} towards {other}, but not along itself.",
        "角度だけが値を決めるので、勾配は {to} を {other} の向きへ動かしますが、{to} 自身に沿う成分はありません。",
    ),
    "pull.max.tied": (
        "Several entries of {to} are the largest: they share the gradient of {out} equally, and the others get 0.",
        "{to} には最大の要素が複数あるので、{out} の勾配はそれらに等分されて伝わり、ほかは 0 です。",
    ),
    "pull.min.tied": (
        "Several entries of {to} are the smallest: they share the gradient of {out} equally, and the others get 0.",
        "{to} には最小の要素が複数あるので、{out} の勾配はそれらに等分されて伝わり、ほかは 0 です。",
    ),
    "pull.max.axis": (
        "Each entry of {out} is the largest of its entries of {to}, so its gradient goes to that one, "
        "and the others get 0.",
        "{out} の各要素は、対応する {to} の要素の最大値なので、勾配はその要素にだけ伝わり、ほかは 0 です。",
    ),
    "pull.min.axis": (
        "Each entry of {out} is the smallest of its entries of {to}, so its gradient goes to that one, "
        "and the others get 0.",
        "{out} の各要素は、対応する {to} の要素の最小値なので、勾配はその要素にだけ伝わり、ほかは 0 です。",
    ),
    "pull.max.axis.tied": (
        "Each entry of {out} is the largest of its entries of {to} and gives its gradient to that one; "
        "where several are the largest they share it equally.",
        "{out} の各要素は、対応する {to} の要素の最大値で、勾配をその要素に伝えます。"
        "最大の要素が複数あれば等分します。",
    ),
    "pull.min.axis.tied": (
        "Each entry of {out} is the smallest of its entries of {to} and gives its gradient to that one; "
        "where several are the smallest they share it equally.",
        "{out} の各要素は、対応する {to} の要素の最小値で、勾配をその要素に伝えます。"
        "最小の要素が複数あれば等分します。",
    ),
    "pull.class": (
        "{to} says which class is right; it is no variable, so it gets gradient 0.",
        "{to} は正解のクラスの番号で、変数ではないので、勾配は 0 です。",
    ),
    "pull.softmax": (
        "Every entry of {to} moves all of {out}, as the weights must add up to 1: "
        "from each gradient their weighted mean is taken away.",
        "重みの和は 1 なので、{to} の 1 つの要素が {out} のすべてを動かします。"
        "そのため各勾配から重み付き平均を引いたものが伝わります。",
    ),
    "pull.index": (
        "The gradient goes to the entry of {to} that was picked; the others get 0.",
        "勾配は {to} の取り出された要素にだけ伝わり、ほかの要素には 0 が伝わります。",
    ),
    "pull.moved": (
        "Since {op} only moves numbers about, each gradient goes back to the place in {to} that its number came from.",
        "{op} は要素を並べ替えるだけなので、勾配は {to} の元の位置に戻ります。",
    ),
    "pull.mse": (
        "The slope of the mean squared error is twice the difference, divided by the number of entries.",
        "平均二乗誤差の局所微分は、差の 2 倍を要素の数で割ったものです。",
    ),
    "pull.mae": (
        "The slope of the absolute error is the sign of the difference, divided by the number of entries.",
        "絶対誤差の局所微分は、差の符号を要素の数で割ったものです。",
    ),
    "pull.huber": (
        "The slope of the Huber loss is the difference, cut off where it is large.",
        "フーバー損失の傾きは差に比例しますが、差が大きいところでは一定の値で打ち切られます。",
    ),
    "pull.smooth_l1": (
        "The slope of the smooth L1 loss is the difference, cut off where it is large.",
        "Smooth L1 損失の傾きは差に比例しますが、差が大きいところでは一定の値で打ち切られます。",
    ),
    "pull.rmse": (
        "The slope of the root mean squared error is the difference, divided by the number of entries and by {out}.",
        "平均二乗誤差の平方根の局所微分は、差を要素の数と {out} で割ったものです。",
    ),
    "pull.bce": (
        "The further {to} is from the answer {other}, the steeper the cross-entropy.",
        "{to} が正解 {other} から離れるほど、交差エントロピーの傾きは急になります。",
    ),
    "pull.bce_with_logits": (
        "Sigmoid and cross-entropy together have a simple slope: the probability minus the answer {other}.",
        "シグモイドと交差エントロピーを合わせた局所微分は、確率から正解 {other} を引いたものになります。",
    ),
    "pull.target": (
        "{to} is the answer that {other} is compared with; as an input of {op} it gets a gradient too.",
        "{to} は {other} と比べる正解ですが、{op} の入力でもあるので勾配が伝わります。",
    ),
    "pull.cross_entropy": (
        "Softmax and cross-entropy together have a simple slope: the probabilities minus the target.",
        "ソフトマックスと交差エントロピーを合わせた局所微分は、確率から正解を引いたものになります。",
    ),
    "pull.structural.zero": (
        "At this point {op} does not change with {to}, so no gradient gets through to it.",
        "この点で {op} は {to} によって変わらないので、勾配は {to} に伝わりません。",
    ),
    "pull.alone": (
        "Of a single number {op} is always the same, so no gradient gets through to {to}.",
        "数が 1 つだけなら {op} の値はいつも同じなので、勾配は {to} に伝わりません。",
    ),
    "pull.kink": (
        "At this point {op} has a kink, where its derivative is taken as 0: no gradient gets through to {to}.",
        "この点で {op} は微分できないので、微分を 0 とし、勾配は {to} に伝わりません。",
    ),
    "pull.structural": (
        "Several entries of {to} act on {out} together, so the gradient goes back through {op} as a whole.",
        "{to} の要素がまとまって {out} に影響するので、{op} の逆伝播は全体として {to} に伝わります。",
    ),
    "pull.summed": (
        "{to} had been broadcast to the shape {large}, so what comes back is summed over {axes}.",
        "{to} は形 {large} にブロードキャストされていたので、戻ってきた勾配は{axes}について足し合わせます。",
    ),
    "axis.one": ("axis {axis}", "軸 {axis} "),
    "axis.many": ("the axes {axis}", "軸 {axis} "),
    "axis.all": ("all entries", "すべての要素"),
    "pull.place": (
        "{out} uses {to} more than once: this is the part of argument {place} alone.",
        "{to} は {out} の中で複数回使われており、これは第 {place} 引数の分だけです。",
    ),
    "pull.infinite": ("The slope is infinite at this point.", "この点で局所微分は無限大です。"),
    "pull.undefined": (
        "At this point there is no slope: it is nan (not a number).",
        "この点で局所微分は定まらず、nan（非数）です。",
    ),
    "pull.outside": (
        "But {op} is not defined at this point: the number is what the rule gives, not a slope.",
        "ただし、この点で {op} は定義されません。この数は公式から出ただけで、傾きではありません。",
    ),
    "pull.indeterminate": (
        "Infinity times 0 has no value: the result is nan (not a number).",
        "無限大と 0 の積は定まらないので、結果は nan（非数）です。",
    ),
    "pull.carried": (
        "The gradient that arrives at {out} is not finite already.",
        "{out} に届いた上流の勾配がすでに有限ではありません。",
    ),
    "pull.masked": (
        "The slope of 0 selects rather than multiplies, so not even a gradient that is not finite gets through.",
        "ここでの 0 は掛け算ではなく選択を表すので、有限でない勾配も伝わりません。",
    ),
    "pull.ended": (
        "Every path from {out} to the output ends at a comparison or a condition: nothing goes on, whatever the slope.",
        "{out} から出力への経路はすべて比較や条件で終わるので、局所微分がいくつであっても何も伝わりません。",
    ),
    # the sum at a fan-out
    "accumulate.first": (
        "This is the first of {of} contributions to the gradient of {to}, which is not complete yet.",
        "{to} の勾配への {of} 個の寄与のうち、最初の 1 つが届きました。勾配はまだ確定していません。",
    ),
    "accumulate.partial": (
        "{count} of {of} contributions have reached {to}; its gradient is not complete yet.",
        "{to} には {of} 個のうち {count} 個の寄与が届きました。勾配はまだ確定していません。",
    ),
    "accumulate.final": (
        "All {of} paths have arrived at {to}: its gradient is the sum of what came over them.",
        "{of} 本の経路からの寄与がすべて {to} に届きました。勾配はそれらの和です。",
    ),
    "accumulate.final.two": (
        "Both paths have arrived at {to}: its gradient is the sum of what came over them.",
        "2 本の経路からの寄与がどちらも {to} に届きました。勾配はそれらの和です。",
    ),
    "accumulate.trouble": (
        "A contribution is not finite, so neither is the sum.",
        "有限でない寄与があるので、和も有限ではありません。",
    ),
    "accumulate.overflow": (
        "The sum is too large for a floating-point number and counts as infinite.",
        "和は浮動小数点数で表せる範囲を超えたので、無限大として扱われます。",
    ),
    "convention": ("({words} This is a convention.)", "（{words}これは規約です。）"),
    # the whole
    "phase.forward": ("forward", "順伝播"),
    "phase.backward": ("backward", "逆伝播"),
    "table.primal": ("primal trace ↓", "順伝播（値）↓"),
    "table.adjoint": ("adjoint trace ↑", "逆伝播（勾配）↑"),
    "warning.value": ("the value of {out} is {value}", "{out} の値が {value} です"),
    "warning.gradient": ("the gradient of {out} is {value}", "{out} の勾配が {value} です"),
    "and": (" and ", " かつ "),
    "both": (" and ", " と "),
    "list": (", ", "、"),
    # names of operations in running text
    "op.add": ("addition", "加算"),
    "op.subtract": ("subtraction", "減算"),
    "op.multiply": ("the product", "積"),
    "op.divide": ("the division", "除算"),
    "op.negate": ("the change of sign", "符号の反転"),
    "op.power": ("the power", "冪"),
    "op.pow": ("the power", "冪"),
    "op.square": ("the square", "2 乗"),
    "op.matmul": ("the matrix product", "行列積"),
    "op.transpose": ("the transpose", "転置"),
    "op.reshape": ("reshaping", "形の変更"),
    "op.concat": ("joining", "連結"),
    "op.stack": ("stacking", "積み重ね"),
    "op.unsqueeze": ("a new axis", "軸の追加"),
    "op.permute": ("the exchange of axes", "軸の並べ替え"),
    "op.index": ("picking", "取り出し"),
    "op.squeeze": ("taking axes away", "軸の除去"),
    "op.flatten": ("flattening", "1 列への並べ替え"),
    "op.diag": ("the diagonal", "対角の操作"),
    "op.detach": ("the cut", "勾配の切断"),
    "op.len": ("the number of entries", "要素の数"),
    "op.size": ("the number of entries", "要素の数"),
    "op.cumsum": ("the running sum", "累積和"),
    "op.layer_norm": ("layer normalisation", "層正規化"),
    "op.batch_norm": ("batch normalisation", "バッチ正規化"),
    "op.rms_norm": ("RMS normalisation", "RMS 正規化"),
    "op.trace": ("the trace", "トレース"),
    "op.det": ("the determinant", "行列式"),
    "op.inv": ("the inverse", "逆行列"),
    "op.solve": ("the solution", "方程式の解"),
    "op.cross": ("the vector product", "ベクトル積"),
    "op.cosine_similarity": ("the cosine similarity", "コサイン類似度"),
    "op.mod": ("the remainder", "剰余"),
    "op.floor_divide": ("the whole quotient", "切り捨て除算"),
    "op.rsqrt": ("one over the root", "平方根の逆数"),
    "op.normal_cdf": ("the normal distribution function", "正規分布の分布関数"),
    "op.normal_pdf": ("the normal density", "正規分布の密度"),
    "op.lgamma": ("the log-Gamma function", "対数ガンマ関数"),
    "op.gamma": ("the Gamma function", "ガンマ関数"),
    "op.factorial": ("the factorial", "階乗"),
    "op.zeros_like": ("the zeros", "0 の配列"),
    "op.ones_like": ("the ones", "1 の配列"),
    "op.celu": ("CELU", "CELU"),
    "op.prelu": ("PReLU", "PReLU"),
    "op.relu6": ("ReLU6", "ReLU6"),
    "op.where": ("the choice", "選択"),
    "op.compare": ("the comparison", "比較"),
    "op.maximum": ("max", "max"),
    "op.minimum": ("min", "min"),
    "op.max_of": ("max", "max"),
    "op.min_of": ("min", "min"),
    "op.relu": ("ReLU", "ReLU"),
    "op.leaky_relu": ("leaky ReLU", "Leaky ReLU"),
    "op.elu": ("ELU", "ELU"),
    "op.selu": ("SELU", "SELU"),
    "op.gelu": ("GELU", "GELU"),
    "op.silu": ("SiLU", "SiLU"),
    "op.mse": ("the mean squared error", "平均二乗誤差"),
    "op.mae": ("the mean absolute error", "平均絶対誤差"),
    "op.huber": ("the Huber loss", "フーバー損失"),
    "op.smooth_l1": ("the smooth L1 loss", "Smooth L1 損失"),
    "op.rmse": ("the root mean squared error", "平均二乗誤差の平方根"),
    "op.bce": ("the cross-entropy", "交差エントロピー"),
    "op.bce_with_logits": ("the cross-entropy", "交差エントロピー"),
    "op.cross_entropy": ("the cross-entropy", "交差エントロピー"),
    "op.nll": ("the negative log-likelihood", "負の対数尤度"),
    "op.hinge": ("the hinge loss", "ヒンジ損失"),
    "op.kl_div": ("the KL divergence", "KL ダイバージェンス"),
}
