"""Environments in LaTeX: lines, cases, matrices → plain notation."""

from __future__ import annotations

import re

from graphviz_ad.language.latex import symbols
from graphviz_ad.language.latex.flatten import flat, worded
from graphviz_ad.language.latex.labels import Task
from graphviz_ad.language.latex.names import Names
from graphviz_ad.language.latex.pieces import END, only_sets
from graphviz_ad.language.latex.tokens import fail
from graphviz_ad.language.names import identity

_FUNCTIONS_OF_MATRICES = {"vmatrix": "det(", "Vmatrix": "norm("}
"""Environments with bars round the matrix → what they are of it."""

_COMPARING = frozenset((
    "<", ">", "=", "<=", ">=", "!=", "le", "leq", "ge", "geq", "ne", "neq", "lt", "gt", "in", "notin", "leqslant",
    "geqslant", "≤", "≥", "≠", "equiv", "approx", "∈", "mid", "|",
))  # fmt: skip
"""Signs of a condition."""
_CONDITION_WORD = re.compile(r"^(?:if|when|for|wenn|falls|si|se|если|при)(?:[ ]+|$)", re.IGNORECASE)
"""A word before a condition."""


class Environments(Names):
    """Reads what stands between \\begin and \\end."""

    def environment(self, at: int) -> tuple[int, list[Task]]:
        """An environment → where to go on, and the tasks for its lines, cases or entries."""
        token = self.tokens[at]
        close = self.partners[at]
        first = at + 1
        if token.text in ("array", "alignedat", "alignat") and first < close and self.tokens[first].text == "{":
            first = self.partners[first] + 1
        if token.text in symbols.ALIGNED:
            return close + 1, [(first, close, "")]
        rows = [self.with_condition(row) for row in self.rows(first, close)]
        is_system = (
            token.text == "cases"
            and self.begins_statement(at)
            and all(map(self.has_statement, [[row] for row in rows]))
        )
        if is_system or (token.text in ("array", "matrix") and self.has_statement(rows)):
            return close + 1, [(first, close, "")]
        if token.text in ("cases", "dcases", "rcases") or (
            token.text in ("array", "Bmatrix", "matrix") and self.has_conditions(rows)
        ):
            return close + 1, self.cases(rows, self.starts[at])
        if token.text in ("array", "pmatrix", "matrix") and self.is_binomial(at, rows):
            (n,), (k,) = rows
            self.notes["two numbers, one above the other, in round brackets are a binomial coefficient"] = None
            return close + 1, self.combinations(n, k, self.starts[at])
        if token.text in symbols.MATRICES:
            if (end := self.left_side_end(at, close, rows)) is not None:
                return end, []
            before = _FUNCTIONS_OF_MATRICES.get(token.text, "{")
            tasks = self.matrix(rows, self.starts[at], self.apart(before) + before)
            if before != "{" or len(rows) != 1 or len(rows[0]) == 1:
                return close + 1, tasks
            after, turned = self.row_matrix(at, close)
            return after, [*tasks, (turned, self.starts[close])]
        fail(self.source, f"the environment '{token.text}' is not read", self.span(at),
             "formulas stand in align, cases, a matrix, or in none")  # fmt: skip

    def is_binomial(self, at: int, rows: list[list[tuple[int, int]]]) -> bool:
        """Whether two values, one above the other, are in round brackets, and the lower one is a power beside them."""
        before = self.tokens[self.before(at)].text if self.before(at) >= 0 else ""
        if [len(row) for row in rows] != [1, 1] or (before != "(" and self.tokens[at].text != "pmatrix"):
            return False
        lower = flat(self.tokens[slice(*rows[1][0])]).strip()
        text = self.source.text
        raised = re.search(rf"\^(?:{re.escape(lower)}|\{{[ ]*{re.escape(lower)}[ ]*\}})(?![A-Za-z])", text) is not None
        return lower.isalpha() and len(lower) == 1 and raised and text.count("begin") < 3

    def left_side_end(self, at: int, close: int, rows: list[list[tuple[int, int]]]) -> int | None:
        """A matrix of names with primes that are given nowhere, on the left side → where to go on, behind the "=";
        None for any other matrix, since names without primes are no values of their own either."""
        following = self.skip_blanks(close + 1)
        while following < len(self.tokens) and self.tokens[following].text == "&":
            following = self.skip_blanks(following + 1)
        if not self.begins_statement(at) or following >= len(self.tokens) or self.tokens[following].text != "=":
            return None
        names = [flat(self.tokens[slice(*cell)]).strip() for row in rows for cell in row]
        primed = [name for name in names if name.endswith("'")]
        is_used = sum(token.text == "'" for token in self.tokens) > len(primed)
        return None if not primed or is_used or any(identity(name) in self.given for name in names) else following + 1

    def around_matrix(self, at: int, stop: int) -> tuple[int, list[Task]] | None:
        """\\left[ \\begin{array} … \\end{array} \\right] → what stands in the brackets; None for any other bracket."""
        first = self.skip_blanks(at + 1)
        if first >= stop or self.tokens[first].kind != "begin" or self.tokens[first].text not in symbols.MATRICES:
            return None
        last = self.skip_blanks(self.partners[first] + 1)
        if last < stop and self.tokens[last].text == "right":
            last = self.skip_blanks(last + 1)
        if last >= stop or self.tokens[last].text != "]":
            return None
        after, scripts = self.raised(last + 1, stop)
        return after, [(first, self.partners[first] + 1, ""), *scripts]

    def row_matrix(self, at: int, close: int) -> tuple[int, str]:
        """A matrix of one row → where to go on, and "ᵀ" where it is a row times what follows, or a column times it."""
        stop = len(self.tokens)
        below, above, after = self.script_ranges(close + 1, stop)
        if above is not None and below is None and flat(self.tokens[slice(*above)]) in ("T", "⊤"):
            return after, ""  # a column
        following = self.skip_blanks(close + 1)
        if following < stop and self.tokens[following].text in ("times", "cdot"):
            following = self.skip_blanks(following + 1)
        before = at - 1
        while before >= 0 and (self.tokens[before].kind == "space" or self.tokens[before].text in ("times", "cdot")):
            before -= 1
        behind = self.tokens[following] if following < stop else END
        is_factor = behind.kind in ("begin", "letter") or (
            behind.kind == "command" and behind.text in (*symbols.LETTERS, *symbols.FONTS, *symbols.ACCENTS)
        )
        turned = is_factor or (
            before >= 0 and self.tokens[before].kind == "end" and self.tokens[before].text in symbols.MATRICES
        )
        return close + 1, "ᵀ" * turned

    def rows(self, first: int, close: int) -> list[list[tuple[int, int]]]:
        """The inside of an environment → for each row the ranges of its cells."""
        rows: list[list[tuple[int, int]]] = [[]]
        begin = at = first
        while at < close:
            token = self.tokens[at]
            if token.kind == "begin" or (token.kind, token.text) == ("sign", "{"):
                at = self.partners[at]
            elif token.kind == "row" or (token.kind, token.text) == ("sign", "&"):
                rows[-1].append(self.unwrapped((begin, at)))
                begin = at + 1
                if token.kind == "row":
                    rows.append([])
            at += 1
        rows[-1].append(self.unwrapped((begin, close)))
        kept = [row for row in rows if any(self.filled(cell) for cell in row)]
        widths = {len(row) for row in kept}
        empty = (
            {n for n in range(max(widths)) if not any(self.filled(row[n]) for row in kept)} if len(widths) == 1 else ()
        )
        return [[cell for n, cell in enumerate(row) if n not in empty] for row in kept] if empty else kept

    def unwrapped(self, cell: tuple[int, int]) -> tuple[int, int]:
        """Cell → the same without braces round the whole of it."""
        first, last = cell
        while first < last and self.tokens[first].kind == "space":
            first += 1
        while first < last and self.tokens[last - 1].kind == "space":
            last -= 1
        begins = first < last and (self.tokens[first].kind, self.tokens[first].text) == ("sign", "{")
        return (first + 1, last - 1) if begins and self.partners[first] == last - 1 else cell

    def filled(self, cell: tuple[int, int]) -> bool:
        """Whether anything stands in a cell."""
        return not all(map(only_sets, self.tokens[cell[0] : cell[1]]))

    def with_condition(self, row: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """A row without "&" whose condition begins with a word → its two cells."""
        if len(row) != 1:
            return row
        first, last = row[0]
        for at in range(first + 1, last):
            if (
                self.tokens[at].kind == "command"
                and self.tokens[at].text in symbols.WORDS
                and self.condition((at, last))[1]
            ):
                begin, end, _ = self.argument(at + 1, at)
                if flat(self.tokens[begin:end]).strip().lower() in ("if", "otherwise", "else", "for", "when"):
                    return [(first, at), (at, last)]
        return row

    def has_statement(self, rows: list[list[tuple[int, int]]]) -> bool:
        """Whether a row gives a name to a value."""
        return any(
            token.text in ("=", ":=")
            for row in rows
            for cell in row[:2]
            if not self.condition(cell)[1]
            for token in self.tokens[cell[0] : cell[1]]
        )

    def has_conditions(self, rows: list[list[tuple[int, int]]]) -> bool:
        """Whether the second cell of a row is a condition in words."""
        compared = ("<", ">", "<=", ">=", "!=", "le", "leq", "ge", "geq")
        return any(
            self.condition(row[1])[1] or any(token.text in compared for token in self.tokens[row[1][0] : row[1][1]])
            for row in rows
            if len(row) > 1
        )

    def condition(self, cell: tuple[int, int]) -> tuple[tuple[int, int], str]:
        """A cell with a condition → what is compared, and the word before it ("if", "otherwise", "")."""
        at, word = cell[0], ""
        while at < cell[1]:
            token = self.tokens[at]
            if token.kind == "letter":
                run = "".join(inner.text for inner in self.tokens[at : cell[1]] if inner.kind == "letter")
                bare = next(
                    (known for known in ("otherwise", "if", "else", "for", "when") if run.startswith(known)), ""
                )
                if bare:
                    return (at + len(bare), cell[1]), "otherwise" if bare in ("otherwise", "else") else "if"
                break
            if token.kind == "command" and token.text in symbols.WORDS:
                first, last, following = self.argument(at + 1, at)
                if any(token.text in ("=", "<", ">") for token in self.tokens[first:last]):  # \text{y=1}
                    return (first, last), "if"
                written = self.source.text[self.starts[first] : self.stops[last - 1]].strip(" ,.:;").lower()
                word = "otherwise" if written.startswith(("otherwise", "else", "その他", "それ以外")) else "if"
                at = following
                break
            if not only_sets(token):
                break
            at += 1
        return (at, cell[1]), word

    def trimmed(self, cell: tuple[int, int]) -> tuple[int, int]:
        """Cell → the same without the comma or full stop behind it."""
        first, last = cell
        while last > first and (
            self.tokens[last - 1].kind == "space" or self.tokens[last - 1].text in (",", ".", ";", "quad")
        ):
            last -= 1
        return first, last

    def cases(self, rows: list[list[tuple[int, int]]], place: int) -> list[Task]:
        """Cases → (a if c else b if d else nan)."""
        tasks: list[Task] = [("{", place)]
        ended = False
        for row in rows:
            value = self.trimmed(row[0])
            compared, word = self.condition(self.trimmed(row[1])) if len(row) > 1 else ((0, 0), "otherwise")
            self.compared.update(range(*compared))
            name = self.worded_condition(row[1]) if len(row) > 1 and row is not rows[-1] and word == "if" else ""
            if name and not _COMPARING.intersection(token.text for token in self.tokens[slice(*compared)]):
                self.notes[f"the condition {name} is 1 where it holds, else 0"] = None
                tasks += [("{", place), (*value, ""), (f"}} if {{{name}}} else ", place)]
                continue
            if word == "otherwise" or not self.filled(compared):
                tasks.append((*value, ""))
                ended = True
                break
            tasks += [("{", place), (*value, ""), ("} if {", place), *self.compared_tasks(compared), ("} else ", place)]
        return [*tasks, ("" if ended else "nan", place), ("}", place)]

    def worded_condition(self, cell: tuple[int, int]) -> str:
        """A cell with a condition in words alone → the name of the value that says whether it holds; "" for none."""
        at = next(
            (n for n in range(*cell) if self.tokens[n].kind == "command" and self.tokens[n].text in symbols.WORDS), -1
        )
        if at < 0:
            return ""
        first, last, _ = self.argument(at + 1, at)
        written = self.source.text[self.starts[first] : self.stops[last - 1]] if first < last else ""
        return worded(_CONDITION_WORD.sub("", written.strip(" ,.:;")))

    def compared_tasks(self, cell: tuple[int, int]) -> list[Task]:
        """A condition → its tasks; x \\in [a, b) is a <= x < b, x \\notin [a, b) is what that is not."""
        tokens = self.tokens
        inside = [n for n in range(*cell) if tokens[n].kind != "space" and tokens[n].text not in ("left", "right")]
        texts = [tokens[n].text for n in inside]
        sign = "notin" if "notin" in texts else "in"
        if texts.count(sign) != 1 or texts.count(",") != 1 or texts[-1] not in ")]" or not {"(", "["} & set(texts):
            return [(*cell, "")]
        within, opening, comma, last = inside[texts.index(sign)], texts.index(sign) + 1, texts.index(","), inside[-1]
        if texts[opening] not in "([" or comma < opening:
            return [(*cell, "")]
        signs = (" < " if texts[opening] == "(" else " <= ", " < " if texts[-1] == ")" else " <= ")
        place = self.starts[within]
        begin, end = ("1 - (", ")") if sign == "notin" else ("", "")
        return [
            (begin, place), (inside[opening] + 1, inside[comma], ""), (signs[0], place), (cell[0], within, ""),
            (signs[1], place), (inside[comma] + 1, last, ""), (end, place),
        ]  # fmt: skip

    def matrix(self, rows: list[list[tuple[int, int]]], place: int, before: str) -> list[Task]:
        """A matrix, and what stands before it → [[a, b], [c, d]]; of one column or one row a vector."""
        column = all(len(row) == 1 for row in rows)
        tasks: list[Task] = [(f"{before}[", place)]
        for number, row in enumerate(rows):
            tasks.append((", " if number else "", place))
            if not column and len(rows) > 1:
                tasks.append(("[", place))
            for count, cell in enumerate(row):
                tasks += [(", " if count else "", place), ("{", place), (*cell, ""), ("}", place)]
            if not column and len(rows) > 1:
                tasks.append(("]", place))
        return [*tasks, ("]}" if before[-1] == "{" else "])", place)]
