"""Examples → the index: Markdown that a forge shows, and a page that stands on its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

from gallery.example import Chapter, Example

RENEW = "python -m gallery.make"

_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gallery of graphviz-ad</title>
<style>
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1b1f24; --quiet: #55606b; --line: #d5dbe2;
  --box: #f4f6f9; --link: #0b5cad; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14181d; --ink: #f1f4f7; --quiet: #aab4bf; --line: #39424c; --box: #1d232a; --link: #8cc2ff; }
}
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 1.05rem/1.6 system-ui, sans-serif; }
a { color: var(--link); }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
h3 { margin-bottom: .25rem; }
p[lang=ja] { color: var(--quiet); }
h2 [lang=ja], h3 [lang=ja] { font-weight: normal; margin-left: .75rem; }
p { margin: .5rem 0; max-width: 48rem; }
pre { background: var(--box); border: 1px solid var(--line); border-radius: .4rem; padding: .6rem .8rem;
  overflow-x: auto; }
figure { margin: 1rem 0; }
.picture { background: #ffffff; border: 1px solid var(--line); border-radius: .4rem; overflow-x: auto; }
.picture img { display: block; max-width: 100%; height: auto; margin: 0 auto; }
figcaption { color: var(--quiet); font-size: .9rem; }
nav ul { columns: 18rem; padding-left: 1.2rem; }
.skip { position: absolute; left: -99rem; }
.skip:focus { position: static; }
</style>
</head>
<body>
<a class="skip" href="#content">Skip to the examples</a>
<header>
<h1>Gallery of graphviz-ad</h1>
<p>Every example with its formula, its values and gradients after both passes, one step on the way back, and the
command that draws it.</p>
<p lang="ja">各例の式、順伝播と逆伝播を終えた図、逆伝播の途中の 1 ステップ、図を描くコマンドの一覧です。</p>
</header>
"""

Spoken = Mapping[str, str]
"""File name of a picture → the sentence that says what it shows."""


def readme(chapters: Sequence[Chapter], spoken: Spoken) -> str:
    """Chapters → README.md."""
    lines = [
        f"<!-- Made by `{RENEW}` from examples/*.toml and chapters.toml. -->",
        "# Gallery",
        "",
        "Every example with its formula, its values and gradients after both passes, one step on the way back, and the",
        f"command that draws it. The source files are in [`examples/`](examples); `{RENEW}` makes all pictures anew.",
        "[`index.html`](index.html) is the same as a page; [`decks.md`](decks.md) has decks of five of them.",
        "",
        "[`lesson/`](lesson) leads from a formula to learned features in ten sections with exercises: "
        "`python -m gallery.lesson` · 式から特徴の学習までの 10 節の教材",
        "",
        "各例の式、順伝播と逆伝播を終えた図、逆伝播の途中の 1 ステップ、図を描くコマンドの一覧です。",
        "",
    ]
    for chapter in chapters:
        lines.append(f"- {chapter.title.en} · {chapter.title.ja}")
        lines += [f"  - [{e.title.en}](#{e.name})" for e in chapter.examples]
    for chapter in chapters:
        lines += ["", f"## {chapter.title.en} · {chapter.title.ja}"]
        for example in chapter.examples:
            lines += ["", *_entry(example, spoken)]
    return "\n".join(lines) + "\n"


def _entry(example: Example, spoken: Spoken) -> list[str]:
    finished, step = f"{example.name}.svg", f"{example.name}-step.svg"
    return [
        f'<a id="{example.name}"></a>',
        "",
        f"### {example.title.en} · {example.title.ja}",
        "",
        *(_markdown(text) + "\n" for text in (example.text.en, example.text.ja)),
        "```",
        example.formula,
        "```",
        "",
        f"![{_markdown(spoken[finished])}](pictures/{finished})",
        "",
        f"Step {example.step} of {len(example.trace.steps)}:",
        "",
        f"![{_markdown(spoken[step])}](pictures/{step})",
        "",
        "```sh",
        example.command(),
        "```",
    ]


def _markdown(text: str) -> str:
    """Text → the same in Markdown, with nothing in it that means something there but code between backticks."""
    return re.sub(r"(`[^`]+`)|([\\`*_\[\]<>#|])", lambda match: match[1] or "\\" + match[2], text)


def html(chapters: Sequence[Chapter], spoken: Spoken) -> str:
    """Chapters → index.html."""
    parts = [_HEAD, '<nav aria-label="Examples">\n<ul>\n']
    for example in (e for chapter in chapters for e in chapter.examples):
        parts.append(f'<li><a href="#{example.name}">{escape(example.title.en)}</a></li>\n')
    parts.append('</ul>\n</nav>\n<main id="content">\n')
    for chapter in chapters:
        parts.append(
            f'<section>\n<h2>{escape(chapter.title.en)} <span lang="ja">{escape(chapter.title.ja)}</span></h2>\n'
        )
        parts += [_article(example, spoken) for example in chapter.examples]
        parts.append("</section>\n")
    return "".join((*parts, "</main>\n</body>\n</html>\n"))


def _article(example: Example, spoken: Spoken) -> str:
    finished, step = f"{example.name}.svg", f"{example.name}-step.svg"
    return "".join(
        (
            f'<article id="{example.name}" aria-labelledby="{example.name}-title">\n',
            f'<h3 id="{example.name}-title">{escape(example.title.en)} ',
            f'<span lang="ja">{escape(example.title.ja)}</span></h3>\n',
            f'<p>{_html(example.text.en)}</p>\n<p lang="ja">{_html(example.text.ja)}</p>\n',
            f'<pre role="group" aria-label="Formula"><code>{escape(example.formula)}</code></pre>\n',
            _figure(finished, spoken[finished], "After both passes", "en"),
            _figure(step, spoken[step], f"Step {example.step} of {len(example.trace.steps)}", example.lang),
            f'<pre role="group" aria-label="Command"><code>{escape(example.command())}</code></pre>\n</article>\n',
        )
    )


def _html(text: str) -> str:
    """Text with code between backticks → the same in HTML."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _figure(file: str, alt: str, caption: str, lang: str) -> str:
    """File, what it shows, what stands below it, and the language of what it shows → a figure."""
    return (
        f'<figure>\n<div class="picture" tabindex="0" role="group" aria-label="{escape(caption)}">'
        f'<img src="pictures/{file}" alt="{escape(alt)}" lang="{lang}" loading="lazy"></div>\n'
        f"<figcaption>{escape(caption)}</figcaption>\n</figure>\n"
    )
