"""Text as people write it → Program: plain or LaTeX, sums over letters as arrays, definitions in an order that can be
computed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from graphviz_ad.errors import ParseError
from graphviz_ad.language.backslashes import with_solves
from graphviz_ad.language.bullets import without_pointed_numbers
from graphviz_ad.language.called_entries import with_entries_of_calls
from graphviz_ad.language.counts import with_counts
from graphviz_ad.language.definitions import with_functions, without_comments
from graphviz_ad.language.einstein import with_repeated_letters
from graphviz_ad.language.ellipsis import without_dots
from graphviz_ad.language.excerpts import without_markup
from graphviz_ad.language.factors import with_factors_outside
from graphviz_ad.language.given import Given, with_factors_in_brackets, with_whole_numbers, without_defaults
from graphviz_ad.language.hats import with_hats
from graphviz_ad.language.implied import computable_side, with_batch_moments, with_diagonal_powers, with_means
from graphviz_ad.language.inlining import with_functions_of_entries, with_signals
from graphviz_ad.language.keys import without_keys
from graphviz_ad.language.latex.reader import is_latex, read_latex
from graphviz_ad.language.letter_search import with_whole_bodies
from graphviz_ad.language.library import with_library_functions, with_results_where
from graphviz_ad.language.loops import without_loops
from graphviz_ad.language.names import Parts, identity
from graphviz_ad.language.notations import Convention, renamed
from graphviz_ad.language.numbered import with_given_indices, with_numbered_entries
from graphviz_ad.language.options_below import with_options_below
from graphviz_ad.language.parser import DEFAULT_MAX_LENGTH, parse_program, require_length
from graphviz_ad.language.picked import with_computed_indices
from graphviz_ad.language.quantities import names_of, quantities
from graphviz_ad.language.raised_calls import with_notes_on_powers
from graphviz_ad.language.ranges import with_ranges
from graphviz_ad.language.replanting import Additions, replanted
from graphviz_ad.language.scripts import without_scripts
from graphviz_ad.language.selected import with_selected_entries
from graphviz_ad.language.sized import with_sized_calls
from graphviz_ad.language.spacing import with_plain_signs
from graphviz_ad.language.subscripted import with_subscripted_calls
from graphviz_ad.language.subscripted_arrays import known_by, plain_names, with_own_names, with_plain_names
from graphviz_ad.language.sums import without_sums
from graphviz_ad.language.tokens import normalise
from graphviz_ad.language.tree import CALL, NAME, NUMBER, OPERATOR, OTHERWISE, Program, Statement
from graphviz_ad.language.unpacked import has_names, with_parts, with_single_values, without_devices
from graphviz_ad.language.unrolling import unrolled
from graphviz_ad.language.vocabulary import Vocabulary
from graphviz_ad.language.widths import with_widths
from graphviz_ad.language.windows import with_convolutions
from graphviz_ad.language.wrappings import has_members, without_wrappings
from graphviz_ad.source import Source


@dataclass(frozen=True)
class Reading:
    """Says how a formula is to be read: `form` is the side of its last chain of equalities to compute, counted from 1;
    `latex` whether it is LaTeX, None to see that in the text; `unroll` are letters whose sums are written out, each
    with the number of its terms or None; `notation` is the convention whose names it gets; `given` what is known of the
    values."""

    form: int | None = None
    latex: bool | None = None
    unroll: Mapping[str, int | None] = field(default_factory=dict)
    notation: Convention | None = None
    given: Given = field(default_factory=Given)


_ESCAPED = re.compile(r"(#[^\n]*)|\\([_*])")
"""A comment, or a sign with a backslash before it, as Markdown has them."""


def read_formula(
    text: str, vocabulary: Vocabulary, reading: Reading | None = None, *, max_length: int = DEFAULT_MAX_LENGTH
) -> Program:
    """Text → Program.

    Raises ParseError and LimitError.
    """
    reading = reading or Reading()
    if names := plain_names(text, reading.given):
        known, vocabulary = known_by(names, reading.given, vocabulary)
        reading = replace(reading, given=known)
    if reading.given.shapes:
        vocabulary = replace(vocabulary, shapes=reading.given.shapes, whole=reading.given.numbers)
    program = with_notes_on_powers(_program_as_written(text, vocabulary, reading.latex, max_length, names))
    program = with_parts(with_library_functions(with_results_where(program)), reading.given)
    program = with_powers(
        without_dots(with_cases(program), reading.given),
        frozenset(map(identity, vocabulary.values)),
    )
    program = with_subscripted_calls(with_entries_of_calls(program), vocabulary)
    program = with_factors_in_brackets(program, reading.given)
    program = with_given_indices(with_selected_entries(program, reading.given), vocabulary.values, reading.given)
    program = with_numbered_entries(program, vocabulary.values, reading.given)
    program = with_sized_calls(with_ranges(program, reading.given), reading.given)
    program = with_computed_indices(program, reading.given)
    program = with_means(with_whole_numbers(program, reading.given), reading.given)
    program = with_batch_moments(program, reading.given)
    program = with_widths(with_diagonal_powers(program, reading.given), reading.given)
    if reading.notation is not None:
        program = renamed(program, reading.notation)
    given = frozenset(map(identity, vocabulary.values))
    program = with_functions_of_entries(with_signals(program, given))
    program = with_convolutions(without_defaults(program, given), reading.given)
    program = with_counts(with_whole_bodies(with_repeated_letters(program, given, reading.given)), reading.given)
    program = without_sums(unrolled(program, reading.unroll, reading.given), vocabulary.values, reading.given)
    program = with_options_below(with_factors_outside(program), vocabulary)
    program = ordered(quantities(vocabulary, program))
    form = reading.form or computable_side(
        program, frozenset(map(identity, vocabulary.values)), vocabulary.functions.keys()
    )
    if form is not None:
        program = with_form(program, form)
    if form != reading.form:
        note = f"side {form} of the chain of equalities is computed, since those before it have names without a value"
        program = replace(program, notes=(*program.notes, note))
    program = with_own_names(program, names) if names else program
    return replace(program, ignored=program.ignored | _elsewhere(program))


def _program_as_written(
    text: str, vocabulary: Vocabulary, latex: bool | None, max_length: int, names: Mapping[str, str]
) -> Program:
    """Text → Program of what stands in it, with the text as its author wrote it; some arrays get other names."""
    require_length(text, "formula", max_length)
    source = Source(normalise(text), "formula")
    bare = without_comments(without_scripts(source.text))
    if "\\" in bare and not latex:
        bare = with_solves(bare, vocabulary)
    bare = without_wrappings(bare)
    is_plain = latex is None and has_members(bare)
    inner = bare if is_plain else without_markup(bare)
    is_tex = not is_plain and (is_latex(inner) or is_latex(bare) if latex is None else latex)
    notes: tuple[str, ...] = ()
    if not is_tex:
        inner, numbers = without_pointed_numbers(inner)
        inner, notes = with_hats(inner, vocabulary.values)
        notes = (*numbers, *notes)
        inner = with_plain_names(inner, names)
        inner = without_loops(with_plain_signs(inner, vocabulary.shapes))
        inner = with_functions(_ESCAPED.sub(lambda match: match[1] or match[2], without_keys(inner)))
        inner = without_devices(inner) if ".d" in inner and "=" in inner else inner
        inner = with_single_values(inner) if has_names(inner) else inner
    try:
        if is_tex:
            program = read_latex(inner, replace(vocabulary, is_typed=False), max_length=max_length)
        else:
            program = parse_program(inner, max_length=max_length, vocabulary=vocabulary)
    except ParseError as problem:
        if problem.source is None or len(problem.source.text) != len(source.text):
            raise
        raise ParseError(problem.message, source=source, span=problem.span, hint=problem.hint) from None
    program = replace(program, notes=(*program.notes, *notes)) if notes else program
    return replace(program, source=source) if len(program.source.text) == len(source.text) else program


def with_powers(program: Program, given: Set[Parts | str] = frozenset()) -> Program:
    """Program → the same with the quantity σ² in place of each σ² after a statement σ² = …; beside Z¹ = … the 1 and 2
    above names are labels, unless one is `given` or stands without them."""
    if not program.powers:
        return program
    tree = program.tree
    labels = {power for _, power in program.powers}
    labels = labels if 1.0 in labels else set()
    raised = {args[0] for head, args in zip(tree.head, tree.args, strict=True) if head == "^"}
    bare = (
        {str(tree.head[n]) for n, kind in enumerate(tree.kind) if kind == NAME and n not in raised} if labels else set()
    )
    for node, (kind, head, args) in enumerate(zip(tree.kind, tree.head, tree.args, strict=True)):
        if kind != OPERATOR or head != "^" or tree.kind[args[0]] != NAME or tree.kind[args[1]] != NUMBER:
            continue
        base, power = str(tree.head[args[0]]), tree.head[args[1]]
        name = program.powers.get((base, power))
        if name is None and power in labels and base not in bare and identity(base) not in given:
            name = base + f"{power:g}".translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
        if name is not None:
            tree.kind[node], tree.head[node], tree.args[node] = NAME, name, ()
    return replanted(program)


def with_cases(program: Program) -> Program:
    """f(x) = a for x < 0; f(x) = b for x ≥ 0 → one statement, f(x) = where(x < 0, a, where(x ≥ 0, b, nan))."""
    if all(statement.condition is None for statement in program.statements):
        return program
    additions = Additions(program)
    statements: list[Statement] = []
    cases: list[Statement] = []
    for statement in (*program.statements, None):
        if statement is not None and statement.condition is not None and _continues(cases, statement):
            cases.append(statement)
            continue
        if cases:
            last = cases[-1]
            value = last.root if last.condition == OTHERWISE else additions.add(NAME, "nan", (), last.root)
            for case in reversed(cases):
                if case.condition is not None and case.condition != OTHERWISE:
                    value = additions.add(CALL, "where", (case.condition, case.root, value), case.root)
            statements.append(cases[0]._replace(root=value, condition=None))
            cases = []
        if statement is not None and statement.condition is not None:
            cases = [statement]
        elif statement is not None:
            statements.append(statement)
    return additions.planted(statements=tuple(statements))


def _continues(cases: Sequence[Statement], statement: Statement) -> bool:
    """Whether a case belongs to the ones before it."""
    return bool(cases) and statement.name in (None, cases[0].name)


def _used(program: Program, statement: Statement) -> set[str]:
    """Statement → the names of values and functions that it needs: of f'(x) also f."""
    called = set(map(str, names_of(program, statement, CALL)))
    return {*map(str, names_of(program, statement)), *called, *(name.rstrip("'′") for name in called)}


def ordered(program: Program) -> Program:
    """Statements that use what is only defined below them → an order in which each comes after what it uses.

    The output is then the one that no other statement uses.
    """
    statements = program.statements
    place = {statement.name: number for number, statement in enumerate(statements) if statement.name}
    needs = [
        {place[name] for name in _used(program, statement) if name in place} - {number}
        for number, statement in enumerate(statements)
    ]
    named = [statement for statement in statements if statement.name]
    if len(place) < len(named) or all(max(need, default=-1) < number for number, need in enumerate(needs)):
        return program
    order: list[int] = []
    state = [0] * len(statements)  # 1 while what it needs is being put before it, 2 when it has its place
    for first in range(len(statements)):
        stack = [first]
        while stack:
            number = stack[-1]
            waiting = [need for need in sorted(needs[number]) if state[need] == 0]
            if state[number] == 0 and any(state[need] == 1 for need in needs[number]):
                return program  # in a circle: what is used before it is set is an error with its place
            state[number] = max(state[number], 1)
            if waiting:
                stack.append(waiting[0])
                continue
            stack.pop()
            if state[number] == 1:
                state[number] = 2
                order.append(number)
    used = set().union(*needs)
    unused = [number for number in range(len(statements)) if number not in used]
    ends = [number for number in unused if statements[number].params is None] or unused
    if len(named) < len(statements):  # what has no name is asked for
        ends = [max(number for number, statement in enumerate(statements) if not statement.name)]
    if len(ends) == 1:
        order.remove(ends[0])
        order.append(ends[0])
    note = "the statements are computed in another order than they stand, each after what it uses"
    return replace(program, statements=tuple(statements[number] for number in order), notes=(*program.notes, note))


def with_form(program: Program, form: int) -> Program:
    """Program → the same, its last chain of equalities computed by another side.

    Raises ParseError where there is no such side.
    """
    chains = [statement for statement in program.statements if statement.forms]
    if not chains:
        raise ParseError("the formula has no chain of equalities", hint="leave out --form")
    if not 1 <= form <= len(chains[-1].forms):
        count = len(chains[-1].forms)
        raise ParseError(f"there is no form {form}: the chain has {count}", hint=f"give a number from 1 to {count}")
    return with_side(program, chains[-1], form)


def with_side(program: Program, chain: Statement, form: int) -> Program:
    """Program and one of its chains of equalities → the same, that chain computed by the side of a number."""
    side = chain.forms[form - 1]
    new = chain._replace(first=side.first, root=side.root, span=side.span)
    return replace(program, statements=tuple(new if old is chain else old for old in program.statements))


def _elsewhere(program: Program) -> set[str]:
    """Program → names that stand only in sides of chains that are not computed."""
    tree = program.tree
    if not any(statement.forms for statement in program.statements):
        return set()
    computed = {
        str(tree.head[node]) for statement in program.statements for node in range(statement.first, statement.root + 1)
        if tree.kind[node] == NAME
    }  # fmt: skip
    return {str(name) for statement in program.statements for name in names_of(program, statement)} - computed
