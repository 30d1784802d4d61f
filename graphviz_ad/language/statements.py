"""Left sides and ends → statements: names, functions, updates, chains of equalities, lines that go on."""

from __future__ import annotations

import re

from graphviz_ad.language import tokens
from graphviz_ad.language.left_sides import LABEL_ABOVE, LeftSides
from graphviz_ad.language.names import letter
from graphviz_ad.language.operators import CHOICE
from graphviz_ad.language.stack import OpenBracket
from graphviz_ad.language.tree import CALL, INDEX, NAME, Form, Statement
from graphviz_ad.language.vocabulary import EMPTY

CONTINUATION = re.compile(
    r"(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*(?:\*\*|[+*/^·⋅•∙×@<>≤≥≠⊙∘−–÷≈⊕]|-|==?|\.[A-Za-z]\w*\()(?![ \t]*\n)"
)
"""What begins a line that goes on from the one before."""
AFTER_COMMA = re.compile(
    r"(?:[ \t]*\n)?[ \t]*(?![ \t])(?:(?:[^\W\d]|[∂∇])[^=;\n]*[=≈←]|(?:#[^\n]*)?(?:$|\n)|;|[^=;\n]*\botherwise\b)"
)
"""What may stand behind a comma that ends a statement: another one, or the end."""
_OPTION = re.compile(r"[ \t]*[^\W\d]\w*[ \t]*=(?!=)")
"""An option of a call."""
_AUGMENTED = frozenset(("+=", "-=", "*=", "/=", "@="))
"""Signs that give a name a new value computed from its old one."""


class Statements(LeftSides):
    """Reads what stands left of "=", and sees where a statement ends."""

    form: int
    """Where the nodes of this side of a chain of equalities begin."""

    def begin_statement(self) -> None:
        """Forget the statement before."""
        self.name = self.params = self.condition = None
        self.letters = ""
        self.forms = []
        self.first = self.form = len(self.tree.kind)

    def equals(self, sign: str, start: int, want: bool) -> bool:
        """Read a sign that gives a name, in `name = …`, `f(x) = …`, an option or a chain of equalities → a value comes
        next."""
        hint = "'=' gives a name at the start of a statement; to compare write '=='"
        if sign == "→" or sign == "->":
            self.require_no_limit(sign, start)
        if want and not self.stack and not self.operands and self.name is None and sign == "=":
            return True  # =A1*B1, as in a spreadsheet
        if sign in _AUGMENTED:
            return self.augment(sign, start, want)
        if want:
            self.fail_missing(start, "=")
        value = self.operands[-1]
        kind = self.tree.kind
        frame = self.stack[-1][3] if self.stack else None
        if frame is not None and frame.what == "call" and kind[value] == NAME and not frame.keyword and sign == "=":
            mark = self.starts[value]
            frame.keyword = (self.drop_last_name(), mark)
            return True
        if self.stack and (self.brackets or any(level == 0 for level, _, _, _ in self.stack)):
            inner = self.innermost()
            if inner is not None and inner.what == "brace" and tokens.closer(self.source.text, inner.mark) < 0:
                self.fail_open(inner.what, inner.mark)
            self.fail_line_before(self.starts[value])
            self.fail("'=' cannot stand here", (start, start + len(sign)), hint)
        if self.name is not None or self.params is not None or self.forms:
            if kind[value] == NAME:
                self.fail_line_before(self.starts[value])
            self.side()
            return True
        if not self.stack and kind[value] == NAME:
            name = self.drop_last_name()
            self.form = len(kind)
            self.take_name(name, sign, start)
        elif not self.stack and kind[value] == CALL and self.is_head(value):
            self.define(value)
        elif not self.stack and kind[value] == CALL and self.vocabulary.function(str(self.tree.head[value])) is None:
            self.name = str(self.tree.head[value])  # PE(pos, 2i) = …: what it depends on is only named
            self.drop_statement()
        elif sign == "=" and not self.stack and self.is_changed_part(value, start):
            name = self.part_of(value, start)
            self.drop_statement()
            self.take_name(name, sign, start)
        elif not (self.left_side(value) or self.hyphened(value) or self.named_power(value)):
            self.side()
        return True

    def take_name(self, name: str, sign: str, start: int) -> None:
        """Give the statement a name."""
        self.name = name
        if self.vocabulary is not EMPTY and not self.is_new_name(name, start + len(sign)):
            self.take_other_name(name, sign, start)

    def take_other_name(self, name: str, sign: str, start: int) -> None:
        """Give the statement another name than one that may have a value already."""
        line = self.rest_of_statement(start + len(sign)).replace(", ", ",")
        line = line if "^" in name else LABEL_ABOVE.sub("^{()}", line)  # the Q of W^{(Q)} is another name
        typed = name.replace(", ", ",")
        for other in {*(str(self.names[word]) for word in self.respelled), *self.labelled} - {name, typed}:
            line = line.replace(other.replace(", ", ","), " ")  # so is that of W^Q
        alone = rf"(?<![\w∂.])(?<![_^]\{{)(?:self\.|this\.)?{re.escape(typed)}(?![\w'(]|\^\{{[(\[])"
        changes = sign == "=" and re.search(r"[^\W\d]", line) and name in self.vocabulary.values
        if self.is_other_case(name, line):
            return
        used = changes and name in self.tree.head[: self.first]  # α = 0.01 is the value that it has unless given
        if name in self.taken or used or (typed in line and (re.search(alone, line) or self.is_glued(name, line))):
            self.rename(name, sign)

    def is_glued(self, name: str, line: str) -> bool:
        """Whether a name that has a value is a factor without a sign in a line: the h of Uh."""
        words = re.findall(r"[^\W\d]\w+", line) if name in self.vocabulary.values else []
        return any(name in word and name in self.factors(word) for word in words)

    def augment(self, sign: str, start: int, want: bool) -> bool:
        """Read `w -= g`, which gives w the new value w - (g) → a value comes next."""
        value = self.operands[-1] if self.operands else -1
        is_alone = not want and not self.stack and self.name is None and value >= 0
        if is_alone and self.tree.kind[value] == INDEX and self.tree.kind[self.array_of(value)] == NAME:
            name = self.part_of(value, start)
        elif is_alone and self.tree.kind[value] == NAME:
            name = str(self.tree.head[value])
        else:
            self.fail(f"'{sign}' cannot stand here", (start, start + 2), "it changes one name, as in w -= 0.1*g")
        self.rename(name, sign)
        self.binary(sign[0], start)
        self.stack.append((0, "augmented", start, OpenBracket("augmented", start, len(self.operands), None, 0)))
        return True

    def is_head(self, value: int) -> bool:
        """Whether a call can be the left side of a definition: all its arguments are names."""
        args = self.tree.args[value]
        return all(self.tree.kind[child] == NAME for child in args)

    def define(self, value: int) -> None:
        """Take the head of `f(x, y) =` back from the tree as name and parameters."""
        head, args = self.tree.head, self.tree.args[value]
        self.name = str(head[value])
        self.params = tuple(str(head[child]) for child in args)
        if len(set(self.params)) < len(self.params) or not self.params:
            problem = "a parameter stands twice" if self.params else "a function needs a parameter"
            self.fail(problem, self.span(value), "as in f(x, y) = x*y")
        self.drop_statement()

    def side(self) -> None:
        """Complete one side of a chain of equalities."""
        if self.stack:
            self.reduce_to_frame()
        root = self.operands.pop()
        if self.bare_bounds:
            root, self.bare_bounds = self.numbers(self.bare_bounds, root), ()
        if self.looped:
            self.take_loops(root)
        self.forms.append(Form(self.form, root, (self.starts[root], self.stops[root])))
        self.form = len(self.tree.kind)
        if self.kept is not None:
            self.keep_others(*self.kept)

    # -- ends ----------------------------------------------------------------------------------

    def end_line(self, start: int, want: bool) -> bool:
        """A new line → whether a value comes next."""
        if self.brackets:
            return want
        if want and (self.stack or self.name is not None or self.forms):
            return True
        text = self.source.text
        if not want and not text[start + 1 : start + 2].isalpha() and CONTINUATION.match(text, start + 1):
            return False
        self.finish(start, want, at_end=False)
        return True

    def end(self, sign: str, start: int, want: bool) -> bool:
        """`;` → whether a value comes next."""
        if sign == ";" and self.brackets and not want and (frame := self.frame()) is not None and frame.what == "list":
            frame.head, frame.rows = "concat", (*frame.rows, len(frame.items) + 1)  # [h; x]
            return self.comma(start, want)
        if sign == ";" and self.brackets and (inner := self.innermost()) is not None:
            if inner.what == "call" and not want and _OPTION.match(self.source.text, start + 1):
                return self.comma(start, want)  # sum(x; dims=1)
            opener = self.source.text[inner.mark]
            if opener in "([{" and tokens.closer(self.source.text, inner.mark) > start:
                self.fail(f"a ';' stands within '{opener}'", (start, start + 1), "arguments have commas between them")
        self.finish(start, want, at_end=False)
        return True

    def ends_here(self, start: int) -> bool:
        """Whether a comma or a full stop outside all brackets ends the statement."""
        return not self.brackets and AFTER_COMMA.match(self.source.text, start + 1) is not None

    def finish(self, stop: int, want: bool, *, at_end: bool) -> None:
        """Close the statement, if there is one."""
        if want and not self.stack and self.name is None and not self.forms:
            return
        if want and (not self.stack or self.stack[-1][0] or self.stack[-1][1] == "augmented"):
            self.fail_missing(stop, "the end" if at_end else ";")
        if self.stack:
            self.take_condition()
            frame = self.frame()
            if frame is not None and frame.what == "augmented":
                self.stack.pop()
                frame = self.frame()
            if frame is not None:
                self.fail_open(frame.what, frame.mark)
        self.side()
        self.close_chain()
        if self.updated:
            self.names.update(self.updated)  # from here on the name means the new value
        self.begin_statement()

    def take_condition(self) -> None:
        """Take c of `… if c` or `… for c` at the end of a statement, without an else, as the condition under which it
        holds."""
        while self.stack and self.stack[-1][0] > CHOICE:
            self.reduce()
        if self.stack and self.stack[-1][1] == "if":
            self.stack.pop()
            self.condition = self.operands.pop()

    def close_chain(self) -> None:
        """The sides read → statements: a bare name in a chain is one more name of the quantity."""
        if len(self.forms) == 1:
            self.add_statement(self.name, self.params, self.forms[0], ())
            return
        kinds, heads = self.tree.kind, self.tree.head
        names = [form for form in self.forms[:-1] if kinds[form.root] == NAME and self.is_new(form)]
        sides = [form for form in self.forms if form not in names]
        forms = tuple(sides) if len(sides) > 1 else ()
        if self.name is None and names:
            self.name = str(heads[names.pop(0).root])
        if self.params is not None:  # a function; the other names in the chain are no functions
            names = []
        called = [self.name, *(str(heads[form.root]) for form in names)]
        self.add_statement(called[-1], self.params, self.chosen(sides), forms)
        for name, following in reversed(list(zip(called, names))):
            self.add_statement(name, None, following, ())

    def chosen(self, sides: list[Form]) -> Form:
        """The side of a chain that is computed.

        It is the first that is more than a name and whose names all have values; where no values are known, the first
        that needs what the last one needs.
        """
        inner = [side for side in sides if side.root > side.first] or sides
        telling = [side for side in inner if not self.is_title(side)]
        for side in (*telling, *inner) if self.given else ():
            if all(
                self.is_set(str(name)) or str(name) in ("π", "pi") for name in self.names_of(side)
            ) and self.is_computable(side):
                return side
        inner = telling or inner
        called = [side for side in inner if self.is_computable(side)]
        if self.given and called:  # of which the fewest values are missing
            missing = [sum(not self.is_set(str(name)) for name in self.names_of(side)) for side in called]
            if called[-1] is inner[-1] and min(missing) < missing[-1]:
                return called[missing.index(min(missing))]
        return next(side for side in inner if self.names_of(side) == self.names_of(inner[-1]))

    def is_title(self, side: Form) -> bool:
        """Whether a side only names an operation and what it is of: layer_norm(x)."""
        kinds, heads = self.tree.kind, self.tree.head
        head = str(heads[side.root])
        named = all(kind == NAME for kind in kinds[side.first : side.root])
        is_word = len(head) > 1 and letter(head) == head and head in self.vocabulary.functions
        return kinds[side.root] == CALL and named and is_word

    def is_computable(self, side: Form) -> bool:
        """Whether all functions that a side calls are known."""
        kinds, heads = self.tree.kind, self.tree.head
        called = {str(heads[node]) for node in range(side.first, side.root + 1) if kinds[node] == CALL}
        return all(name in self.vocabulary.functions or name in self.defined for name in called)

    def names_of(self, form: Form) -> set[object]:
        """Side → the names in it."""
        kinds, heads = self.tree.kind, self.tree.head
        return {heads[node] for node in range(form.first, form.root + 1) if kinds[node] == NAME}

    def is_new(self, form: Form) -> bool:
        """Whether a name in a chain has no value of its own yet."""
        head, names = self.tree.head[form.root], [statement.name for statement in self.statements]
        return all(head not in known for known in (names, self.tree.head[: self.first], self.vocabulary.values))

    def add_statement(
        self, name: str | None, params: tuple[str, ...] | None, form: Form, forms: tuple[Form, ...]
    ) -> None:
        """Append a complete statement."""
        self.taken.add(name)
        self.statements.append(
            Statement(name, params, form.first, form.root, form.span, forms, self.letters, self.condition)
        )
