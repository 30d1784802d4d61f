"""Program → which letters its sums run over, also where they do not say, and which arrays have them."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import replace

from graphviz_ad.errors import ParseError
from graphviz_ad.language.free_letters import free_letters
from graphviz_ad.language.given import Given
from graphviz_ad.language.letters import (
    LETTERED_CALL,
    Letters,
    array_name,
    entries,
    index_letters,
    letters_inside,
    side_nodes,
    stem,
    totals,
)
from graphviz_ad.language.names import Parts, identity, split
from graphviz_ad.language.replanting import Additions, nodes_below
from graphviz_ad.language.spans import find_spans, known_ranges
from graphviz_ad.language.tree import CALL, NAME, OPERATOR, TOTAL, Limits, Program, Statement

_REDUCING = frozenset(("sum", "prod", "mean"))
"""Calls that run over a letter where exactly one stands below the names in them."""
_COUNTED_ON = re.compile(r"[(\[]([^\W\d_])[-+−][0-9]+[)\]]")
"""A raised label that is counted from a letter: (t-1)."""
_PARAMETERS = frozenset("θφϕψπω")
"""Letters that below a name say what it depends on, as in J_θ and p_θ, unless a sum runs over them."""


def with_whole_bodies(program: Program) -> Program:
    """∑_i y_i a_i + (1 - y_i) b_i without brackets → the sum of both terms, where the left side has no letter i.

    By itself a sum reaches to the next + or −; a term behind it that has its letter can only belong to it.
    """
    tree = program.tree
    if TOTAL not in tree.kind:
        return program
    additions = Additions(program)
    notes = dict.fromkeys(program.notes)
    for statement in program.statements:
        own = {*statement.letters, *(index_letters(split(statement.name)) if statement.name else ())}
        for node in side_nodes(statement):
            if tree.kind[node] != OPERATOR or tree.head[node] not in ("+", "-"):
                continue
            left, right = tree.args[node]
            total = _last_total(program, left)
            if total is None or not _belongs(program, tree.head[total].letters, right, own):
                continue
            body = additions.add(OPERATOR, tree.head[node], (tree.args[total][0], right), node)
            tree.args[total] = (body,)
            tree.kind[node], tree.head[node], tree.args[node] = tree.kind[left], tree.head[left], tree.args[left]
            letter = tree.head[total].letters[0]
            notes[f"the sum over {letter} is read up to the last term that has {letter}; brackets would say so"] = None
    return additions.planted(notes=tuple(notes)) if len(tree) > len(program.starts) else program


def _last_total(program: Program, node: int) -> int | None:
    """Expression → the sum over one letter that it ends with, perhaps behind factors; None where there is none."""
    tree = program.tree
    while tree.kind[node] == OPERATOR and tree.head[node] in ("+", "-", "*", "·", "neg"):
        node = tree.args[node][-1]
    return node if tree.kind[node] == TOTAL and len(tree.head[node].letters) == 1 else None


def _belongs(program: Program, letters: tuple[str, ...], node: int, own: Set[str]) -> bool:
    """Whether a term has the letter of a sum before it, which neither the left side nor a sum in the term has."""
    tree = program.tree
    below = nodes_below(tree, node)
    bound = {letter for inner in below if tree.kind[inner] == TOTAL for letter in tree.head[inner].letters}
    subscripts = {
        letter for inner in below if tree.kind[inner] == NAME for letter in index_letters(split(str(tree.head[inner])))
    }
    return letters[0] in subscripts and letters[0] not in bound and letters[0] not in own


def has_lettered_calls(program: Program) -> bool:
    """Whether a sum written as a call has names with a letter in it: sum(t_k log y_k); or a function a letter below its
    name."""
    tree = program.tree
    calls = [node for node, kind in enumerate(tree.kind) if kind == CALL]
    return any(
        LETTERED_CALL.fullmatch(tree.head[node])
        or (tree.head[node] in _REDUCING and len(tree.args[node]) == 1 and letters_inside(program, node, ()))
        for node in calls
    )


def find_letters(program: Program, given: Set[Parts | str] = frozenset(), known: Given | None = None) -> Letters:
    """Program → the letters of its statements and the arrays that carry them.

    `given` are identities of the names that values are given for: with x given, x_i is an entry of it; `known` what is
    known of the values.
    """
    raised = " ".join(split(head).above for head in program.tree.head if isinstance(head, str) and "^" in head)
    times = frozenset(_COUNTED_ON.findall(raised))
    letters = Letters(program, known or Given(), times=times)
    for number, statement in enumerate(program.statements):
        for side in statement.forms or (statement,):
            _bind_pairs(program, statement._replace(first=side.first, root=side.root, forms=()), letters.known)
        bound = [letter for _, limits in totals(program, statement) for letter in limits.letters]
        calls = (LETTERED_CALL.fullmatch(str(program.tree.head[n])) for n in side_nodes(statement))
        bound += [call[2] for call in calls if call is not None]
        letters.of[number] = list(dict.fromkeys(bound))
        if statement.letters:
            letters.left[number] = statement.letters
            letters.of[number] += [letter for letter in statement.letters if letter not in bound]
    letters.ranges = known_ranges(program, letters.known)
    for number, statement in enumerate(program.statements):
        _open_totals(letters, number, statement, given)
        if free := free_letters(program, statement, letters.ranges, given):
            letters.left[number] = free
            letters.of[number] += [letter for letter in free if letter not in letters.of[number]]
    arrays = {name for name in given if letters.known.by_identity.get(name, None) != ()}  # a number has no entries
    for number, name in entries(program, arrays):
        letters.arrays.add(stem(split(name)))
        letters.of[number] += [letter for letter in index_letters(split(name)) if letter not in letters.of[number]]
    letters.spans = find_spans(program, letters.known)
    for parts in letters.spans.names.values():
        letters.arrays.update(split(part.array) for part in parts.values())
    while _spread(letters, given):
        pass
    return letters


def _bind_pairs(program: Program, statement: Statement, known: Given) -> None:
    """Give sums with a condition their letters: ∑_{j≠i} runs over the one that the rest of the statement does not bind,
    ∑_{i<j} alone over both, ∑_{i≤n} up to n."""
    own = index_letters(split(statement.name)) if statement.name else ()
    taken = {*own, *statement.letters}
    for _, limits in totals(program, statement):
        taken.update(() if limits.condition else limits.letters)
    for node, limits in reversed([*totals(program, statement)]):  # from the outside in
        if limits.condition is None:
            continue
        left, sign, right = limits.condition
        if len(right) > 1 or len(left) > 1 or right in known.numbers:  # j ≠ y_i, a given number, i: y_i = 1
            taken.update(limits.letters)
            continue
        if sign == "<=" and right not in letters_inside(program, node, ()):
            new = replace(limits, upper=right, condition=None)
        elif limits.letters[0] in taken and right not in taken:
            new = replace(limits, letters=(right,))
        elif left < right and right not in taken:
            new = replace(limits, letters=(left, right))
        else:
            new = limits
        program.tree.head[node] = new
        taken.update(new.letters)


def _open_totals(letters: Letters, number: int, statement: Statement, given: Set[Parts | str]) -> None:
    """Give a sum sign without a letter the one letter below the names behind it, if there is one; sum(…) does not take
    it from names that are `given` as they stand."""
    program = letters.program
    bare = [node for node, limits in totals(program, statement) if not limits.letters]
    beside = {program.tree.args[node][0] for node in bare}
    for node, limits in totals(program, statement):
        if limits.letters:
            continue
        own = index_letters(split(statement.name)) if statement.name else ()
        inside = letters_inside(program, node, own) or _functional(program, node)
        inside = inside or _shared_letter(program, node, letters.known) - {*own}
        inner = program.tree.args[node][0]
        if program.tree.kind[inner] == TOTAL and len(inside) == 1 + len(program.tree.head[inner].letters):
            inside -= set(program.tree.head[inner].letters)
        elif len(inside) == 2 and node in beside:  # ΣΣ a_i a_j
            inside = {max(inside)}
        if len(inside) > 1 and not _all_alike(program, node, inside):
            raise ParseError(
                "this sum does not say which letter it runs over", source=program.source,
                span=(program.marks[node], program.marks[node] + 1),
                hint=f"write one below it, as in ∑_{min(inside)}",
            )  # fmt: skip
        if inside:
            program.tree.head[node] = replace(limits, letters=tuple(sorted(inside)))
            letters.of[number] += [letter for letter in inside if letter not in letters.of[number]]
    tree = program.tree
    for node in range(statement.first, statement.root + 1):
        if tree.kind[node] == CALL and tree.head[node] in _REDUCING and len(tree.args[node]) == 1:
            own = index_letters(split(statement.name)) if statement.name else ()
            inside = letters_inside(program, node, own, given)
            below = (tree.head[inner] for inner in nodes_below(tree, node) if tree.kind[inner] == TOTAL)
            inside -= {letter for limits in below for letter in limits.letters}
            if len(inside) == 1:
                _require_one_reading(program, statement, node)
                tree.kind[node], tree.head[node] = TOTAL, Limits(str(tree.head[node]), tuple(inside))
                letters.of[number] += [letter for letter in inside if letter not in letters.of[number]]


def _all_alike(program: Program, node: int, letters: Set[str]) -> bool:
    """Whether each name behind a sum sign that has letters below it has all of these: ∑ (O_ij - E_ij)²/E_ij."""
    subscripts = [
        index_letters(split(str(program.tree.head[inner])))
        for inner in nodes_below(program.tree, node)
        if program.tree.kind[inner] == NAME
    ]
    return all(not letters & {*own} or letters <= {*own} for own in subscripts)


def _require_one_reading(program: Program, statement: Statement, node: int) -> None:
    """Raise ParseError for sum(y_k - t_k)^2: a sum of squares, or the square of a sum."""
    tree = program.tree
    for above in range(node + 1, statement.root + 1):
        if tree.kind[above] == OPERATOR and tree.head[above] == "^" and tree.args[above][0] == node:
            start, stop = program.span(node)
            inner = program.source.text[start:stop].partition("(")[2].rstrip(")")
            name = tree.head[node]
            raise ParseError(
                f"the power behind {name}(…) can be read in two ways", source=program.source, span=program.span(above),
                hint=f"for the {name} of the powers write {name}(({inner})^2), for its power ({name}({inner}))^2",
            )  # fmt: skip


def _functional(program: Program, node: int) -> set[str]:
    """Sum → the letter below names behind it that were written p(x), where there is one."""
    heads = (
        str(program.tree.head[inner]) for inner in nodes_below(program.tree, node) if program.tree.kind[inner] == NAME
    )
    return {letters[0] for head in heads if len(letters := index_letters(split(head))) == 1 and letters[0] in "xyz"}


def _shared_letter(program: Program, node: int, known: Given) -> set[str]:
    """Sum → the one letter below the names of given arrays behind it, as α in ∑ m_α v_α, where that is no usual one."""
    heads = {
        str(program.tree.head[inner]) for inner in nodes_below(program.tree, node) if program.tree.kind[inner] == NAME
    }
    names = [head for head in heads if len(head) > 1 and identity(head) not in known.by_identity]
    shared = {index_letters(split(name)) for name in names if index_letters(split(name))}
    arrays = [known.by_identity.get(identity(array_name(name))) for name in names if index_letters(split(name))]
    return set(*shared) if len(shared) == 1 and len(*shared) == 1 and all(arrays) else set()


def _spread(letters: Letters, given: Set[Parts | str]) -> bool:
    """One more round of what follows from what is known → whether something new was found."""
    program, changed = letters.program, False
    stems = {split(str(head)).stem for head in program.tree.head if isinstance(head, str) and "_" in head}
    for number, statement in enumerate(program.statements):
        known = letters.of[number]
        if statement.name and number not in letters.left:
            parts = split(statement.name)
            own = tuple(
                letter for letter in index_letters(parts) if letter not in stems | letters.times
            )  # m_h beside h_i is of h
            if own and (
                stem(parts) in letters.arrays
                or ((known or _has_entries(letters, statement, own)) and _carried(letters, statement, own, given))
            ):
                letters.left[number] = "".join(own)
                letters.of[number] = known = [*known, *(letter for letter in own if letter not in known)]
                letters.arrays.add(stem(parts))
                changed = True
        for node in side_nodes(statement):
            if program.tree.kind[node] != NAME:
                continue
            parts = split(str(program.tree.head[node]))
            own = tuple([letter for letter in index_letters(parts) if letter not in letters.times])
            if own and all(letter in known for letter in own) and stem(parts) not in letters.arrays:
                letters.arrays.add(stem(parts))
                changed = True
    return changed


def _has_entries(letters: Letters, statement: Statement, own: tuple[str, ...]) -> bool:
    """Whether an entry of an array that another statement sets stands on the right with a letter of the left side."""
    tree = letters.program.tree
    names = [split(str(tree.head[n])) for n in range(statement.first, statement.root + 1) if tree.kind[n] == NAME]
    return any(stem(parts) in letters.arrays and set(own) & {*index_letters(parts)} for parts in names)


def _carried(letters: Letters, statement: Statement, own: tuple[str, ...], given: Set[Parts | str]) -> bool:
    """Whether a name right of "=", or the condition of a sum, has a letter of the left side.

    A name for which a value is given as it stands has no letter, and h_θ has none either.
    """
    program = letters.program
    if _PARAMETERS.issuperset(own):
        return False
    conditions = [limits.condition for _, limits in totals(program, statement) if limits.condition is not None]
    return any(letter in own for left, _, right in conditions for letter in (left, right)) or any(
        letter in own
        for node in range(statement.first, statement.root + 1)
        if program.tree.kind[node] == NAME and identity(str(program.tree.head[node])) not in given
        for letter in index_letters(split(str(program.tree.head[node])))
    )
