"""MATLAB, Octave and Julia: their signs, and what they count from 1 → the same counted from 0."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import pairwise

from graphviz_ad.language.builtin import BuiltIn
from graphviz_ad.language.counting import SLICED
from graphviz_ad.language.layout import BROADCAST
from graphviz_ad.language.matlab import BY_ENTRIES, has_matrices
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.stack import SOLVE, OpenBracket
from graphviz_ad.language.tree import CALL, INDEX, KEYWORD, LIST, NAME, NUMBER, OPERATOR, SLICE
from graphviz_ad.language.vocabulary import EMPTY, OVER_AXIS

GOAL = re.compile(r"(?<![\w.])(?:[Mm]ini|[Mm]axi)mi[sz]e[ \t]*\(|^[ \t]*(?:mini|maxi)mi[sz]e\b|@(?:NL)?objective\(")
"""What says that an objective follows, in tools in which "*" is the product of matrices."""
MATLAB_SIGN = re.compile(
    r"(?:[)\]]|[^\W\d]\w*)(?:\.[*/^']|[ \t]+\.[*/^](?=[ \t\w(]))|[)\]]'(?=[ \t]*(?:[-+*/;,)\n]|$))"
)
"""Signs entry by entry, and a transpose behind a bracket."""
_DIVISOR = re.compile(r"(?<![./])/[ \t]*([^\W\d]\w*)\b(?!\()")
"""A name that is divided by."""
_BY_ENTRY = ", and so is / here: for MATLAB's A/B of matrices write A*inv(B)"
_PRIMED_NAME = re.compile(r"([^\W\d]\w*)'(?![\w'(])")
"""A name with a quotation mark behind it, which is MATLAB's transpose or a prime."""
DOTTED_CALL = re.compile(r"(?<![\w.])([^\W\d]\w*)\.\(")
"""Julia's call entry by entry: log.(x)."""
DOTTED_SUM = re.compile(r"(?<=[^\W\d)\]\s])?(?<![\d.])\.([-+])(?=[\s\w(\[])")
"""Julia's sum entry by entry: a .+ b."""
_TO_ONE = OVER_AXIS - {"softmax", "log_softmax", "cumsum"}
"""Operations that make one number of an array."""
_WHOLE = {"maximum": "max", "minimum": "min"}
"""Operations of several arguments, which are of all entries where they have only one."""


class FromOne(BuiltIn):
    """Reads what counts from 1."""

    row_sums: set[int]
    """Calls that run over the second axis."""
    over_rows = False
    """Whether the axis read just now is the second."""

    @cached_property
    def is_matlab(self) -> bool:  # type: ignore[override]
        """Whether signs of MATLAB, Octave or Julia stand in the formula: there '*' is the product of matrices."""
        text = self.source.text
        if self.vocabulary is not EMPTY and ":" in text and any(map(self.is_set, SLICED.findall(text))):
            return True
        if self.vocabulary.shapes and "**" not in text and self.has_round_entries:
            return True
        if self.vocabulary is not EMPTY and (has_matrices(text) or (";" in text and self.is_statement_of_matrices)):
            return True
        if SOLVE in text or (
            "imi" in text and GOAL.search(text) is not None and not any(s in text for s in ("@ ", "**"))
        ):
            return True
        if self.vocabulary is EMPTY or not ("'" in text or BY_ENTRIES.search(text) is not None):
            return False
        if "%*%" in text or BROADCAST.search(text):
            return False
        if MATLAB_SIGN.search(text) is not None or DOTTED_SUM.search(text) is not None:
            return True
        if any(self.vocabulary.function(call[1]) for call in DOTTED_CALL.finditer(text)):
            return True
        primed = _PRIMED_NAME.findall(text) if self.given else []
        return any(self.is_set(w) and not self.is_set(w + "'") and w not in self.defined for w in primed)

    def juxtapose(self, mark: int) -> None:
        """Read a product without a sign, or the next entry of a list of MATLAB, [ones(m, 1) X]."""
        frame = self.innermost() if self.brackets else None
        if frame is not None and frame.what == "list" and self.source.text[mark - 1] in " \t" and self.is_matlab:
            self.comma(mark, want=False)
        elif not self.raised_number(mark):
            super().juxtapose(mark)

    def product_of_matrices(self) -> str:
        """Note what "*" is here → the sign of a product that the shapes decide; W(1,:)*x is that of a row."""
        left = self.operands[-1]
        if self.tree.kind[left] == NUMBER and self.source.text[self.stops[left] - 1] == ".":
            return "*"  # 2.*x
        if self.tree.kind[left] == INDEX and len(self.tree.args[left]) == 3:
            _, row, column = self.tree.args[left]
            if self.tree.kind[row] != SLICE and self.tree.kind[column] == SLICE:
                self.operands[-1] = self.added(OPERATOR, "T", (left,), self.span(left))
        elif self.tree.kind[left] == LIST and all(self.rank(arg) == 0 for arg in self.tree.args[left]):
            self.operands[-1] = self.added(OPERATOR, "T", (left,), self.span(left))  # [1 x(1)]*w
        names = _DIVISOR.findall(self.source.text)
        about = "" if all(self.vocabulary.shapes.get(name) == () for name in names) else _BY_ENTRY
        self.notes[f"'*' is the product of matrices, as MATLAB has it; .* is entry by entry{about}"] = None
        return "·"

    def join(self, frame: OpenBracket, span: tuple[int, int]) -> None:
        """Add what stands between semicolons in square brackets as one array: of numbers it is a vector or a matrix, of
        matrices beside each other one of blocks."""
        items, ends = frame.items, (0, *frame.rows, len(frame.items))
        rows = [items[start:stop] for start, stop in pairwise(ends)]
        is_column = all(len(row) == 1 for row in rows)
        are_numbers = all(self.rank(item) == 0 for item in items)
        is_open = not (are_numbers or is_column or self.vocabulary.shapes)
        if is_open:
            self.notes["[a, b; c, d] is a matrix of numbers; give values where a, b, c, d are arrays"] = None
        if is_open or are_numbers:
            if len({len(row) for row in rows}) > 1:
                self.fail("these rows differ in length", span, "write as many entries in each")
            lists = items if is_column else [self.added(LIST, None, tuple(row), span) for row in rows]
            self.add(LIST, None, tuple(lists), span, frame.mark)
        elif is_column:
            if {self.rank(item) for item in items} == {0, 1}:  # [0; theta(2:end)]
                items[:] = [self.added(LIST, None, (item,), span) if self.rank(item) == 0 else item for item in items]
            super().join(frame, span)
        elif all(self.rank(item) == 2 for item in items):
            axes = [self.added(KEYWORD, "axis", (self.added(NUMBER, axis, (), span),), span) for axis in (1.0, 0.0)]
            blocks = [self.added(CALL, "concat", (*row, axes[0]), span) for row in rows]
            self.add(CALL, "concat", (*blocks, axes[1]), span, frame.mark)
        else:
            hint = "write stack(a, b) for rows, concat(a, b) to join, [[a, b], [c, d]] for a matrix of numbers"
            self.fail("rows with several arrays can be read in two ways", span, hint)

    def counted_index(self, frame: OpenBracket, index: int) -> int:
        """An index as it is written → the same counted from 0."""
        if frame.mark not in self.one_based and not self.is_of_r(frame, index):
            return index
        self.scattered = True
        return self.from_zero_on(index)

    def from_zero_on(self, index: int) -> int:
        """An index, or two bounds, that counts from 1 → one that counts from 0."""
        tree = self.tree
        if tree.kind[index] != SLICE:
            return self.moved(index, 1)
        bounds = dict(zip(tree.head[index], tree.args[index], strict=True))
        if tree.head[index] == "abs":  # start:step:stop
            return self.stepped_from_zero(bounds["a"], bounds["b"], bounds["s"], self.span(index))
        if "a" in bounds:
            bounds["a"] = self.moved(bounds["a"], 1)
        if "b" in bounds and tree.head[bounds["b"]] == "end":
            del bounds["b"]
        elif "b" in bounds:
            bounds["b"] = self.moved(bounds["b"], 0)
        return self.added(SLICE, "".join(bounds), tuple(bounds.values()), self.span(index))

    def stepped_from_zero(self, start: int, step: int, stop: int, span: tuple[int, int]) -> int:
        """Start, step and last place that count from 1 → the part of an array, counted from 0."""
        tree = self.tree
        is_back = tree.kind[step] == OPERATOR and tree.head[step] == "neg"
        bounds = {"s": step}
        if not (is_back and tree.head[start] == "end"):
            bounds["a"] = self.moved(start, 1)
        if tree.head[stop] != (1.0 if is_back else "end"):
            bounds["b"] = self.moved(stop, 2 if is_back else 0)
        order = [letter for letter in "abs" if letter in bounds]
        return self.added(SLICE, "".join(order), tuple([bounds[letter] for letter in order]), span)

    def moved(self, index: int, by: int) -> int:
        """Index that counts from 1 → the same less a number; `end` is the last, which is counted from behind."""
        tree, span = self.tree, self.span(index)
        if tree.kind[index] == NUMBER:
            return self.added(NUMBER, tree.head[index] - by, (), span)
        back: float | None = 0.0 if tree.head[index] == "end" else None
        if tree.kind[index] == OPERATOR and tree.head[index] == "-" and tree.head[tree.args[index][0]] == "end":
            back = tree.head[tree.args[index][1]]
        if back is not None:
            return self.added(OPERATOR, "neg", (self.added(NUMBER, back + by, (), span),), span)
        return self.added(OPERATOR, "-", (index, self.added(NUMBER, float(by), (), span)), span) if by else index

    def is_factor(self, node: int, frame: OpenBracket | None = None) -> bool:
        """Whether what stands in square brackets behind a value is no index."""
        return (frame is None or frame.mark not in self.one_based) and super().is_factor(node, frame)

    def add_entry(self, frame: OpenBracket, span: tuple[int, int]) -> None:
        """Add an entry or a part of an array as the latest operand; W(:) has all entries in a row."""
        if frame.mark not in self.one_based or self.source.text[frame.mark + 1 : span[1] - 1].strip() != ":":
            super().add_entry(frame, span)
            return
        turned = self.added(OPERATOR, "T", (frame.items[0],), span)
        self.add(CALL, "flatten", (turned,), span, frame.mark)
        self.scattered = True

    def call(self, frame: OpenBracket, span: tuple[int, int]) -> None:
        """Add a complete call as the latest operand, its axis counted from 0."""
        items, tree = frame.items, self.tree
        if frame.library or self.vocabulary is EMPTY or not items:
            super().call(frame, span)
            return
        if frame.head in _WHOLE and (len(items) == 1 or self.is_function(items[0]) or tree.kind[items[1]] == KEYWORD):
            frame.head = _WHOLE[frame.head]  # maximum(x)
        options = [item for item in items[2:] if tree.kind[item] == KEYWORD]
        if frame.head in OVER_AXIS and len(items) == 2 + len(options) > 1 and self.is_function(items[0]):
            inner = self.added(CALL, tree.head[items[0]], (items[1],), self.span(items[1]))
            items[:] = [inner, *options]  # sum(abs2, x, dims=1)
            self.scattered = True
        emptied = frame.head in ("max", "min") and len(items) == 3 and self.is_empty_list(items[1])
        if emptied:
            del items[1]  # max(X, [], 2)
            self.scattered = True
        if len(items) == 1 and frame.head in _TO_ONE - {"size"} and self.has_columns(items[0]):
            axis = self.added(KEYWORD, "axis", (self.added(NUMBER, 0.0, (), span),), span)
            items.append(axis)
            self.notes[f"{frame.head}(…) of a matrix is over each column, as in MATLAB"] = None
        if len(items) == 1 and frame.head in OVER_AXIS - {"size"} and self.is_matrix(items[0]) and self.is_matlab:
            start, stop = self.span(items[0])
            written = f"{frame.head}({self.source.text[start:stop]}"
            self.notes[f"{written}) is over all entries; for each column, as in MATLAB, write {written}, 1)"] = None
        if self.vocabulary.operation(str(frame.head)) in OVER_AXIS:
            for place, item in enumerate(items[1:], 1):
                named = tree.kind[item] == KEYWORD and tree.head[item] == "dims"
                number = tree.args[item][0] if named else item
                from_one = place == 1 and tree.kind[item] == NUMBER
                if named or (from_one and (self.is_matlab or emptied or self.is_beyond(item, items[0]))):
                    items[place] = self.axis_from_zero(frame, number)
            if frame.head == "size" and not self.is_matlab and [tree.kind[item] for item in items[1:]] == [NUMBER]:
                self.notes["the axes of size(…) count from 0: size(X, 0) is the number of rows"] = None
        if frame.head in ("var", "std") and len(items) == 1:
            self.add_divisor(frame, span)
        over_rows, self.over_rows = self.over_rows or frame.head in ("rowSums", "rowMeans"), False
        super().call(frame, span)
        if over_rows and frame.head != "size":
            self.row_sums.add(self.operands[-1])

    def add_divisor(self, frame: OpenBracket, span: tuple[int, int]) -> None:
        """var(x) where mean(x) stands too, as in what normalises x → the one that divides by n, as the mean does."""
        inside = self.source.text[frame.mark + 1 : span[1] - 1].strip()
        if re.search(rf"(?<!\w)(?:(?<!\.)mean[ \t]*\(|E\[)[ \t]*{re.escape(inside)}[ \t]*[)\]]", self.plain) is None:
            return
        self.add(NUMBER, float(self.is_matlab), (), span, frame.start)
        self.add(KEYWORD, "correction", (self.operands.pop(),), span, frame.start)
        frame.items.append(self.operands.pop())
        head = frame.head
        if not self.is_matlab:
            self.notes[f"{head} beside mean divides by n, as that does; for n - 1 write {head}(…, correction=1)"] = None

    def is_function(self, node: int) -> bool:
        """Whether a node is the name of an operation, as the first argument of sum(abs2, x)."""
        name = str(self.tree.head[node])
        return self.tree.kind[node] == NAME and self.vocabulary.functions.get(name, False) and not self.is_set(name)

    def is_matrix(self, node: int) -> bool:
        """Whether a node is a capital letter or a name that begins with one, as matrices have, or is made of such entry
        by entry."""
        tree, stack = self.tree, [node]
        names: list[str] = []
        while stack:
            top = stack.pop()
            if tree.kind[top] == NAME:
                names.append(str(tree.head[top]))
            elif tree.kind[top] == OPERATOR and tree.head[top] not in ("·", "@"):
                stack.extend(tree.args[top])
            elif tree.kind[top] != NUMBER:
                return False
        return any(name[0].isupper() for name in names)

    def is_empty_list(self, node: int) -> bool:
        """Whether a node is []."""
        return self.tree.kind[node] == LIST and not self.tree.args[node]

    def keep_rows(self) -> None:
        """Keep the axis of sums over rows that meet the matrix they are of, as MATLAB, Julia and R have them:
        exp(Z) ./ sum(exp(Z), 2), X - rowMeans(X)."""
        tree = self.tree
        of: dict[int, set[object]] = {}  # what is made of sums over rows, entry by entry → the names summed over
        for node in range(len(tree)) if self.row_sums else ():
            args = tree.args[node]
            below = [arg for arg in args if arg in of]
            if node in self.row_sums:
                of[node] = {tree.head[n] for n in nodes_below(tree, args[0]) if tree.kind[n] == NAME}
            elif tree.kind[node] == CALL and len(args) == 1 and below:
                of[node] = of[below[0]]
            elif tree.kind[node] == OPERATOR and below and tree.head[node] not in ("T", "@"):
                others = [n for arg in args if arg not in of for n in self.names_by_entry(arg)]
                if not others:
                    of[node] = of[below[0]]
                elif of[below[0]] & {tree.head[n] for n in others}:
                    for call in self.row_sums.intersection(nodes_below(tree, below[0])):
                        flag = self.added(NUMBER, 1.0, (), self.span(call))
                        tree.args[call] += (self.added(KEYWORD, "keepdims", (flag,), self.span(call)),)
                        self.row_sums.discard(call)
                    self.scattered = True

    def names_by_entry(self, root: int) -> list[int]:
        """Node → the names below it that stand in no sum, mean or the like over all entries."""
        names, stack = [], [root]
        while stack:
            node = stack.pop()
            if self.tree.kind[node] == NAME:
                names.append(node)
            elif self.vocabulary.operation(str(self.tree.head[node])) not in _TO_ONE or len(self.tree.args[node]) > 1:
                stack.extend(self.tree.args[node])
        return names

    def axis_from_zero(self, frame: OpenBracket, number: int) -> int:
        """An axis that counts from 1 → the option that says it."""
        if self.tree.kind[number] == NUMBER and self.tree.head[number] >= 1:
            self.tree.head[number] -= 1
            self.over_rows = self.tree.head[number] == 1
            self.notes["axes count from 1, as MATLAB and Julia have them"] = None
        return self.added(KEYWORD, "axis", (number,), self.span(number))
