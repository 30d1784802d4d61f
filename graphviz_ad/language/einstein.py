"""Einstein's convention: y_i = W_ij x_j → y_i = ∑_j W_ij x_j; a letter twice in a product is summed over."""

from __future__ import annotations

from collections.abc import Set

from graphviz_ad.language.given import Given
from graphviz_ad.language.letters import USUAL_INDEX, array_name, index_letters
from graphviz_ad.language.names import Parts, identity, split
from graphviz_ad.language.replanting import PRODUCTS, Additions, factors_of
from graphviz_ad.language.tree import NAME, OPERATOR, TOTAL, Form, Limits, Program, Statement


def with_repeated_letters(program: Program, whole: Set[Parts | str], given: Given) -> Program:
    """Program → the same with sums over the letters that Einstein's convention sums over.

    A side with a sum sign says itself what it sums over; `whole` are identities of names that are no entries.
    """
    tree, notes = program.tree, dict.fromkeys(program.notes)
    additions = Additions(program)
    for statement in program.statements:
        own = index_letters(split(statement.name)) if statement.name else ()
        has_letters = own or statement.letters or given.by_identity
        sides = (statement.forms or (statement,)) if has_letters and statement.params is None else ()
        repeated = {
            product: letters for side in sides if TOTAL not in tree.kind[side.first : side.root + 1]
            for product, letters in _contractions(program, side, {*own, *statement.letters}, whole, given).items()
        }  # fmt: skip
        for product, letters in repeated.items():
            body = additions.add(OPERATOR, tree.head[product], tree.args[product], product)
            tree.kind[product], tree.head[product], tree.args[product] = TOTAL, Limits("sum", letters), (body,)
            for letter in letters:
                notes[
                    f"{letter} stands twice in a product and not on the left side: it is summed over (Einstein's "
                    "convention)"
                ] = None
    return additions.planted(notes=tuple(notes)) if len(tree) > len(program.starts) else program


def _contractions(
    program: Program, side: Form | Statement, own: Set[str], whole: Set[Parts | str], given: Given
) -> dict[int, tuple[str, ...]]:
    """Side and the letters of the left side → its products with a letter that stands below two factors, one of
    which has a letter of the left side too, or which are given arrays with other letters besides; none where the letter
    stands elsewhere as well."""
    tree = program.tree
    nodes = range(side.first, side.root + 1)
    inner = {
        arg for node in nodes if tree.kind[node] == OPERATOR and tree.head[node] in PRODUCTS
        for arg in tree.args[node] if tree.kind[arg] == OPERATOR and tree.head[arg] in PRODUCTS
    }  # fmt: skip
    below: dict[int, tuple[str, ...]] = {}
    for node in nodes:
        name = str(tree.head[node])
        if tree.kind[node] == NAME and identity(name) not in whole:
            below[node] = (name,) if USUAL_INDEX.fullmatch(name) else index_letters(split(name))
    matrices = {
        letter for node, letters in below.items()
        if 1 < len(letters) == len(given.by_identity.get(identity(array_name(str(tree.head[node]))), ()))
        for letter in letters
    }  # fmt: skip
    summed: dict[int, list[str]] = {}
    counted: dict[str, int] = {}
    for node in nodes:
        if node in inner or tree.kind[node] != OPERATOR or tree.head[node] not in PRODUCTS:
            continue
        factors = [
            below[factor]
            for factor in factors_of(tree, node)
            if factor in below and tree.head[factor] not in below[factor]
        ]
        for letter in dict.fromkeys(letter for letters in factors for letter in letters):
            pair = [letters for letters in factors if letter in letters]
            if letter in own or not USUAL_INDEX.fullmatch(letter) or len(pair) != 2:
                continue
            is_shared = {*pair[0]} != {*pair[1]} and letter in matrices
            if all(letters.count(letter) == 1 for letters in pair) and (
                is_shared or any(own & {*letters} for letters in pair)
            ):
                summed.setdefault(node, []).append(letter)
                counted[letter] = counted.get(letter, 0) + 2
    everywhere = [letter for letters in below.values() for letter in letters]
    kept = {
        node: tuple(letter for letter in letters if everywhere.count(letter) == counted[letter])
        for node, letters in summed.items()
    }
    return {node: letters for node, letters in kept.items() if letters}
