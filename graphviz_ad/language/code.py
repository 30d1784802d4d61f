"""Code → formulas: modules before a dot, methods, attributes, choices with if and else."""

from __future__ import annotations

import math
import re

from graphviz_ad.language.called import COPIES
from graphviz_ad.language.operators import CHOICE
from graphviz_ad.language.respelled import Respelled
from graphviz_ad.language.tree import CALL, KEYWORD, LIST, NAME, NUMBER, OPERATOR, OTHERWISE
from graphviz_ad.language.vocabulary import CVX_KL, EMPTY, POPULATION

OWN_METHOD = re.compile(r"[ \t]*\([ \t]*(?:axis|dim|keepdim|\)|-?[0-9]+[ \t]*[,)])")
"""What follows the name of a method, whose receiver is the argument, rather than that of a library's function."""
_SHAPE = re.compile(r"\.(?:shape\[[ \t]*(-?[0-9]+)[ \t]*\]|size\((-?[0-9]+)\))")
"""The length of one axis: .shape[0], .size(1)."""
LIBRARY_CONSTANTS = {"pi": "π", "PI": "π", "inf": "∞", "infty": "∞", "newaxis": "None"}
"""Constants of libraries, with the names that formulas have for them."""
_LOSSES = {"CrossEntropy": "cross_entropy", "BCEWithLogits": "bce_with_logits", "SmoothL1": "smooth_l1", "L1": "mae"}
"""Losses of torch that are objects, without the word behind their names → the operations."""
_CONVEX = frozenset(("cp", "cvxpy", "cvx", "special", "scipy"))
"""Modules that have other functions under names of operations."""
_OF_CONVEX = {"logistic": "softplus", "kl_div": CVX_KL}
"""These functions: CVXPY's logistic is log(1 + eˣ)."""
UNCHANGED = frozenset(
    ("float", "double", "cpu", "item", "numpy", "clone", "contiguous", "copy", "astype", "eval", "to", "cuda")
)
"""Methods that leave the entries of an array as they are."""
_WHOLE = re.compile(r"\bu?int")
"""A type of whole numbers as the argument of a method: x.astype(int)."""
ATTRIBUTES = frozenset(("values", "data", "real"))
"""Attributes that stand behind an array and are the array itself."""


class Code(Respelled):
    """Reads pieces of Python, and of what looks like it, as the operations they are."""

    library = ""
    """The module whose function was read just now."""
    condition: int | None
    """Under which this statement holds."""

    def is_module(self, word: str, path: re.Match[str]) -> bool:
        """Whether a name before a dot is a library, and not an array of that name: K.T, T.sum(axis=1)."""
        if self.is_set(word):
            return False
        if len(word) > 1:
            return True
        return path[1] != ".T" and not OWN_METHOD.match(self.source.text, path.end())

    def dotted(self, module: str, path: re.Match[str], start: int, want: bool) -> tuple[bool, int]:
        """`np.exp`, `torch.nn.functional.relu` → the operation of the last name; `np.pi` → π."""
        last = path[1].rpartition(".")[2].strip()
        self.resume = path.end()
        if last == ("E" if module == "Math" else "e") and module in ("np", "numpy", "math", "jnp", "torch", "Math"):
            self.number(math.e, start, path.end(), want)
            return False, False
        if last in LIBRARY_CONSTANTS and module not in ("self", "this"):
            return self.value(LIBRARY_CONSTANTS[last], start, path.end(), want), False
        if path[2]:
            last = last.removesuffix("Loss") or last
            last = _LOSSES.get(last, last)
        if module in ("self", "this"):
            names = path[1].lstrip(".").split(".")
            if len(names) > 1 and names[-1] == "T":  # self.W.T
                self.resume = path.end() - 2
                return self.value(".".join(names[:-1]), start, self.resume, want), False
            if len(names) > 1 and self.source.text[path.end() : path.end() + 1] == "(":  # self.X.dot(w)
                self.resume = path.end() - len(names[-1]) - 1
                return self.value(".".join(names[:-1]), start, self.resume, want), False
            operation = self.differentiated(path[1].lstrip("."))  # self.sigmoid_prime(z)
            if operation is not None:
                self.library = module
                return self.value(f"{operation}'", start, path.end(), want), True
            self.is_set(path[1].lstrip("."))  # a value is given for self.std
            return self.value(path[1].lstrip("."), start, path.end(), want), True
        if path[1].endswith((".norm.cdf", ".norm.pdf")):
            last = f"norm{last}"
        if module in ("scipy", "sp", "special") and last in ("softmax", "log_softmax"):
            self.notes[f"{last} is over the last axis; scipy's, where no axis is said, over all entries"] = None
        if module in _CONVEX and last in _OF_CONVEX:
            last = _OF_CONVEX[last]
        name = last if last in COPIES else self.vocabulary.spelling(last)
        self.library = module if module in POPULATION else "torch"
        return self.value(name, start, path.end(), want), True

    def transpose(self, start: int, stop: int) -> None:
        """Transpose the last value; of names that are rows in square brackets, [xᵀ, hᵀ]ᵀ, that is one column."""
        value, tree = self.operands.pop(), self.tree
        rows = tree.args[value] if tree.kind[value] == LIST else ()
        are_turned = all(tree.kind[row] == OPERATOR and tree.head[row] == "T" for row in rows)
        if rows and are_turned and all(tree.kind[tree.args[row][0]] == NAME for row in rows):
            for row in rows:
                tree.kind[row], tree.head[row], tree.args[row] = NAME, tree.head[tree.args[row][0]], ()
            tree.kind[value], tree.head[value], self.stops[value] = CALL, "concat", stop
            self.operands.append(value)
        else:
            self.add(OPERATOR, "T", (value,), (self.starts[value], stop), start)

    def method(self, sign: str, start: int, want: bool) -> bool:
        """`x.T`, `x.sum(…)`, `x.shape[0]` → no value comes next, or the first argument does."""
        text = self.source.text
        if want:
            self.fail_missing(start, sign)
        name, stop = sign[1:], start + len(sign)
        sized = _SHAPE.match(text, start)
        value = self.operands[-1]
        if sized is not None:
            self.operands.pop()
            axis = float(sized[1] or sized[2])
            self.add(NUMBER, axis, (), (start, sized.end()), start)
            self.add(KEYWORD, "axis", (self.operands.pop(),), (start, sized.end()), start)
            self.add(CALL, "size", (value, self.operands.pop()), (self.starts[value], sized.end()), start)
            self.resume = sized.end()
            return False
        called = text[stop:].lstrip(" \t")[:1] == "("
        name = name.removesuffix("_") if called else name  # x.pow_(2)
        if name in ("T", "mT") or (called and name == "t"):
            self.transpose(start, stop)
            if called:
                self.resume = text.index(")", stop) + 1 if ")" in text[stop:] else stop
            return False
        if called and name in UNCHANGED and (end := re.compile(r"[ \t]*\([^()]*\)").match(text, stop)):
            self.resume = end.end()
            if _WHOLE.search(end.group()):
                self.cut(self.operands.pop(), (self.starts[value], end.end()))
            return False
        if called:
            self.resume = text.index("(", stop) + 1
            return self.open_method(name, start)
        if name in ATTRIBUTES:
            self.pairs.discard(value)
            return False
        frame = self.innermost()
        if (
            name in ("nelement", "numel")
            or name == "size"
            or (name == "shape" and frame is not None and frame.head in ("ones", "zeros"))
        ):
            self.operands.pop()
            self.add(CALL, "size", (value,), (self.starts[value], stop), start)
            return False
        before = str(self.tree.head[value]) if self.tree.kind[value] == NAME else ""
        is_owner = before != "" and not self.is_set(before) and len(before) + len(name) > 2
        if self.is_set(name) and not is_owner:  # w.x; but data.rate is one name, whatever rate is
            self.binary("·", start)
            return self.value(name, start + 1, stop, want=True)
        if self.tree.kind[value] == NAME and self.stops[value] == start and self.vocabulary is not EMPTY:
            path = f"{self.tree.head[value]}.{name}"  # output.value is one name
            known = self.names.get(path)
            self.tree.head[value] = known if isinstance(known, str) else path
            self.stops[value] = stop
            return False
        known = self.vocabulary.function(name)
        hint = (
            f"write {name}(…) with the value in brackets"
            if known
            else "a value has .T, .shape[0] and methods such as .sum()"
        )
        self.fail(f"'{sign}' is not part of a formula", (start, stop), hint)

    def factorial(self, start: int) -> bool:
        """`k!` → no value comes next."""
        if self.source.text.startswith("!!", start):
            self.fail("'!!' can be read in two ways", (start, start + 2), "write (x!)! for a factorial of a factorial")
        value = self.operands.pop()
        self.add(CALL, "factorial", (value,), (self.starts[value], start + 1), start)
        return False

    def choice(self, word: str, start: int) -> bool:
        """Read a word or a sign of `a if c else b` or `c ? a : b` → a value comes next."""
        stack = self.stack
        while stack and stack[-1][0] > CHOICE:
            self.reduce()
        if word in "?:":
            if word == "?":
                stack.append((CHOICE, "?", start, None))
            else:
                stack[-1] = (CHOICE, "?:", stack[-1][2], None)
        elif word == "then" or (word == "else" and stack and stack[-1][1] == "?"):
            if not stack or stack[-1][1] not in ("if then", "?"):
                self.fail("'then' has no 'if' before it", (start, start + 4), "write a choice as: x if x > 0 else 0")
            stack[-1] = (CHOICE, "?" if word == "then" else "?:", stack[-1][2], None)
        elif word == "else":
            if not stack or stack[-1][1] != "if":
                self.fail("'else' has no 'if' before it", (start, start + 4), "write a choice as: x if x > 0 else 0")
            stack[-1] = (CHOICE, "else", stack[-1][2], None)
        else:
            stack.append((CHOICE, "if", start, None))
        return True

    def is_choosing(self) -> bool:
        """Whether a "?" waits for its ":"."""
        for level, key, _, _ in reversed(self.stack):
            if key == "?":
                return True
            if level == 0:
                return False
        return False

    def case(self, word: str, start: int) -> bool:
        """Read the condition under which a statement holds, `x for x > 0` or `0 otherwise` → whether a value comes
        next."""
        self.reduce_to_frame()
        if word == "otherwise":
            self.condition = OTHERWISE
            return False
        self.stack.append((CHOICE, "if", start, None))
        return True
