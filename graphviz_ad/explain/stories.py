"""Trace → the story of every node and edge as HTML in the languages of a page, and tables of all numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from html import escape

from graphviz_ad.autodiff.steps import Accumulate, Evaluate, Pull, Push, Seed, SeedTangent, Step, Total, Update
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.annotate import edge_parts, local_symbol
from graphviz_ad.explain.equation import equation
from graphviz_ad.explain.expression import reading
from graphviz_ad.explain.known import Known, contribution, derivatives
from graphviz_ad.explain.phrase import Segment
from graphviz_ad.explain.routes import Route, Routes
from graphviz_ad.explain.tangents import pushed_term
from graphviz_ad.language import numbers
from graphviz_ad.language.mathml import MATHML, math
from graphviz_ad.language.printer import DISPLAY, Dialect, write
from graphviz_ad.language.tree import DERIVATIVE, NAME, VALUE, Head, Tree
from graphviz_ad.messages.catalogue import han, has_han, say, tag
from graphviz_ad.messages.multilingual import Words, by_language, is_han, marked
from graphviz_ad.values import Value

_KINDS = ("input", "constant")
"""Of what is no operation: words, where the names of operations are those of the language of formulas."""
_Cell = tuple[str, int]
"""Of a table: HTML, and after which step it is known."""


class Teller:
    """Writes names, numbers and derivatives of a trace as HTML; `lang` is the language of `languages` shown first.

    Where the numbers of the page can change (`live`), a formula says in `data-x` what it is of: `e7` the equation of
    step 7, `l5-0` the local derivative over the edge into slot 0 of node 5, `v5` the value of node 5 … (see `live`).
    While `later` is set only that is written, and the script, which has the formulas too, puts them in.
    """

    def __init__(
        self, trace: Trace, lang: str, digits: int, *, live: bool = False, languages: Sequence[str] = ()
    ) -> None:
        self.languages = tuple(languages) or (lang,)
        self.live, self.later = live, False
        self.trace, self.graph, self.digits = trace, trace.graph, digits
        self.words = Words(lang)
        self.dialect = reading(MATHML, digits)
        self.sends = {(node, slot) for node, slot, _ in trace.backward_edges()}

    def math(self, markup: str, of: str = "", *, block: bool = False) -> str:
        """What MATHML wrote → the whole element; Japanese and Chinese names say that they are."""
        if of and self.live and self.later:
            return f'<math data-x="{of}"></math>'
        element = math(markup, block=block)
        if of and self.live:
            element = element.replace(">", f' data-x="{of}">', 1)
        if not is_han(markup):
            return element
        return element.replace("<math", f'<math lang="{tag(han(self.words.lang))}"', 1)

    def titles(self) -> dict[str, dict[str, str]]:
        """What can be asked about, by the name of its story → what it is called in each language."""
        by_language = {lang: self._titles(lang) for lang in self.languages}
        stories = by_language[self.words.lang]
        return {story: {lang: titles[story] for lang, titles in by_language.items()} for story in stories}

    def _titles(self, lang: str) -> dict[str, str]:
        words, titles = Words(lang), dict[str, str]()
        for node, name in enumerate(self.graph.names):
            about = "≈ " if self.trace.is_dust("value", node) else ""
            value = about + numbers.text(self.trace.values[node], self.digits)
            kind = self.kind(node)
            role = words.say(kind) if kind in _KINDS else kind
            titles[f"n{node}"] = f"{words.say('node')} {name}: {role}, {words.say('value')} {value}"
            for slot, arg in enumerate(self.graph.args[node]):
                local = " = ".join(filter(None, self.local(node, slot, DISPLAY)))
                ends = f"{words.say('edge')} {self.graph.names[arg]} → {name}"
                titles[f"e{node}-{slot}"] = f"{ends}: {local}" if local else ends
        return titles

    def kind(self, node: int) -> str:
        """Node → what it is: the key of a word, or the name of its operation."""
        if self.graph.ops[node] is not None:
            return self.graph.op_name(node)
        return "constant" if node in self.graph.constants else "input"

    def local(self, node: int, slot: int, dialect: Dialect) -> tuple[str, str]:
        """Edge → its local derivative as symbol and number, both empty where no gradient goes."""
        if (node, slot) not in self.sends:
            return "", ""
        return edge_parts(self.trace, node, slot, self.digits, dialect)

    def segment(self, segment: Segment, lang: str, dialect: Dialect = MATHML) -> str:
        """A piece of a sentence → HTML."""
        _, content = segment
        if isinstance(content, str):
            return self.written(content, lang)
        return self.math(content.write(dialect))

    def written(self, text: str, lang: str) -> str:
        """Text with names in it → HTML that says where it is in another language."""
        return escape(text) if has_han(lang) else marked(text, self.words.lang)

    def equal(self, kind: int, head: Head, value: Value | None, of: str, *, dust: bool = False) -> str:
        """Name or derivative, and its value → their equation."""
        tree = Tree()
        left, right = tree.add(kind, head), tree.add(VALUE, value)
        equals = self.dialect.relation("≈" if dust else "=")
        return self.math(write(tree, left, self.dialect) + equals + write(tree, right, self.dialect), of)

    def number(self, value: Value | None, of: str, *, dust: bool = False) -> str:
        """Number or array → mathematics, with ≈ before it where it is rounding dust."""
        if value is None:
            return "–"
        tree = Tree()
        about = self.dialect.sign("≈") if dust else ""
        return self.math(about + write(tree, tree.add(VALUE, value), self.dialect), of)

    def name(self, node: int) -> str:
        """Node → its name as text."""
        return marked(self.graph.names[node], self.words.lang)

    def heading(self, title: Mapping[str, str]) -> str:
        """What something is called, by language → its heading."""
        return f"<h2>{by_language({lang: self.written(text, lang) for lang, text in title.items()})}</h2>"

    def slope(self, node: int, slot: int) -> str:
        """Edge → its local derivative."""
        parts = filter(None, self.local(node, slot, MATHML))
        return self.math(self.dialect.relation("=").join(parts), f"l{node}-{slot}")

    def pushed(self, node: int, slot: int) -> str:
        """Edge of forward mode → local derivative × tangent in names; a dash where none goes over it."""
        mode = self.trace.forward_mode
        if mode is None or (node, slot) not in mode.edges:
            return "–"
        tree = Tree()
        return self.math(write(tree, pushed_term(self.trace, node, slot, tree, self.digits), self.dialect))

    def back(self, node: int, slot: int) -> str:
        """Edge → the word for what `slope` gives: of most structural operations it is the contribution as a formula."""
        symbol, number = self.local(node, slot, MATHML)
        name = local_symbol(self.trace, node, slot, Tree(), self.dialect) if symbol else ""
        return "local" if symbol.startswith(name + self.dialect.relation("=")) or number else "back"


def _from(step: int) -> str:
    """Number of the step after which something is known → the attribute that says so; none for what always is."""
    return f' data-from="{step}"' if step else ""


def stories(teller: Teller, titles: Mapping[str, Mapping[str, str]], traced: Collection[str]) -> Iterator[str]:
    """The story of every node and edge: value, local derivatives, contributions, their sum.

    Those of `traced` have a button that shows their paths. What is not known at the beginning says in `data-from` from
    which step on it is.
    """
    trace, graph = teller.trace, teller.graph
    rows_of: dict[str, list[tuple[str, int, str]]] = {story: [] for story in titles}
    known = Known(trace)

    def add(story: str, key: str, content: str, step: int = 0) -> None:
        rows_of[story].append((teller.words.tag("dt", key), step, content))

    def written(step: Step) -> str:
        return teller.math(equation(trace, step, teller.digits).write(MATHML), f"e{step.k}")

    for node in range(len(graph)):
        if graph.ops[node] is None and node not in graph.constants:
            add(f"n{node}", "value", teller.equal(NAME, graph.names[node], trace.values[node], f"n{node}"))
        elif graph.ops[node] is None:
            add(f"n{node}", "value", teller.number(trace.values[node], f"v{node}"))
    for step in trace.steps:
        match step:
            case Evaluate(node=node):
                add(f"n{node}", "value", written(step), step.k)
                for slot in range(len(graph.args[node])):
                    if (node, slot) in teller.sends:
                        add(f"n{node}", teller.back(node, slot), teller.slope(node, slot), step.k)
            case Update(node=node):
                add(f"n{node}", "value", written(step), step.k)
            case SeedTangent(node=node) | Total(node=node):
                add(f"n{node}", "tangent", written(step), step.k)
            case Push(node=node, slot=slot, of=of):
                add(f"e{node}-{slot}", "push", written(step), step.k)
                add(f"n{node}", "push" if of > 1 else "tangent", written(step), step.k)
            case Seed(node=node):
                add(f"n{node}", "gradient", written(step), step.k)
            case Pull(node=node, to=to, slot=slot):
                head = (graph.names[graph.output], graph.names[node])
                add(f"e{node}-{slot}", teller.back(node, slot), teller.slope(node, slot), known.value[node])
                add(f"e{node}-{slot}", "upstream", teller.equal(DERIVATIVE, head, step.upstream, f"u{node}",
                    dust=trace.is_dust("gradient", node)), known.gradient[node])  # fmt: skip
                add(f"e{node}-{slot}", "contribution", written(step), step.k)
                add(f"n{to}", "contribution" if step.of > 1 else "gradient", written(step), step.k)
            case Accumulate(node=node, to=to, slot=slot):
                if step.count == step.of:
                    add(f"n{to}", "sum", written(step), step.k)
                add(f"e{node}-{slot}", "sum", written(step), step.k)
    for story, title in titles.items():
        gradient = rows_of[story] if story[0] == "e" else derivatives(trace)[int(story[1:])] is not None
        rows = "".join(f"{key}<dd{_from(step)}>{content}</dd>" for key, step, content in rows_of[story])
        ending = "" if gradient else teller.words.tag("p", "none" if trace.forward_mode is None else "still")
        if story in traced:
            ending = teller.words.tag("button", "trace", f'type="button" data-trace="{story}"')
        yield f'<section id="story-{story}" hidden>{teller.heading(title)}<dl>{rows}</dl>{ending}</section>'


def path_stories(teller: Teller, routes_by_node: Sequence[Routes]) -> Iterator[str]:
    """The paths from each node: on each what arrives over it, and that their sum is the gradient."""
    names, output = teller.graph.names, teller.graph.names[teller.graph.output]
    known = Known(teller.trace)

    def texts(key: str, **fillings: object) -> dict[str, str]:
        return {lang: say(key, lang).format(**fillings) for lang in teller.languages}

    for routes in routes_by_node:
        title = texts("routes", x=names[routes.node], out=output, count=routes.count)
        of = f"r{routes.node}"
        since = _from(known.gradient[routes.node])
        items = "".join(
            f"<li{since}>{_route_item(teller, route, f'{of}-{n}')}</li>" for n, route in enumerate(routes.shown)
        )
        total = f'<p class="total"{since}>{teller.math(routes.total.write(MATHML), of)}</p>' if routes.total else ""
        is_cut = routes.count > len(routes.shown)
        cut = f"<p>{by_language(texts('routes.first', shown=len(routes.shown)))}</p>" if is_cut else ""
        yield (
            f'<section id="paths-n{routes.node}" hidden>{teller.heading(title)}<ol>{items}</ol>{cut}{total}'
            f"{teller.words.tag('p', 'rule')}</section>"
        )


def _route_item(teller: Teller, route: Route, of: str) -> str:
    """Path → its nodes, and its product."""
    (node, slot), graph = route.edges[0], teller.graph
    nodes = " → ".join(map(teller.name, [graph.args[node][slot], *(reader for reader, _ in route.edges)]))
    return f'<p class="way">{nodes}</p>{teller.math(route.equation.write(MATHML), of)}'


def tables(teller: Teller) -> Iterator[str]:
    """Values and gradients of all nodes, local derivatives and contributions of all edges."""
    trace, graph, known = teller.trace, teller.graph, Known(teller.trace)
    nodes: list[list[_Cell]] = [
        [
            (teller.name(node), 0),
            (teller.words.tag("span", kind) if (kind := teller.kind(node)) in _KINDS else escape(kind), 0),
            (teller.number(trace.values[node], f"v{node}", dust=trace.is_dust("value", node)), known.value[node]),
            (
                teller.number(derivatives(trace)[node], f"g{node}", dust=trace.is_dust("gradient", node)),
                known.gradient[node],
            ),
        ]
        for node in range(len(graph))
    ]
    edges: list[list[_Cell]] = [
        [
            (f"{teller.name(arg)} → {teller.name(node)}", 0),
            (teller.slope(node, slot), known.value[node])
            if (node, slot) in teller.sends
            else (teller.pushed(node, slot), known.contribution[node, slot]),
            (
                teller.number(
                    contribution(trace, node, slot),
                    f"c{node}-{slot}",
                    dust=trace.is_dust("contribution", node, slot),
                ),
                known.contribution[node, slot],
            ),
        ]
        for node, args in enumerate(graph.args)
        for slot, arg in enumerate(args)
    ]
    forward = trace.forward_mode is not None
    yield _table(teller, "nodes", ("node", "operation", "value", "tangent" if forward else "gradient"), nodes)
    yield _table(teller, "edges", ("edge", "push" if forward else "slopes", "contribution"), edges)


def _table(teller: Teller, title: str, columns: Sequence[str], rows: Sequence[Sequence[_Cell]]) -> str:
    head = "".join(teller.words.tag("th", column, 'scope="col"') for column in columns)
    body = "".join(
        f'<tr><th scope="row">{row[0][0]}</th>{"".join(f"<td{_from(step)}>{cell}</td>" for cell, step in row[1:])}</tr>'
        for row in rows
    )
    caption = teller.words.tag("caption", title)
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
