"""Words of the pages that are made, by language; a new language of the site is a table here and a folder of pages."""

from __future__ import annotations

from collections.abc import Mapping

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "options": "Options",
        "command": "command",
        "does": "what it does",
        "commands": "The commands",
        "commands_intro": "This is what `graphviz-ad --help` says; each command has a page with all its options.",
        "gallery": "Gallery",
        "gallery_intro": "Each picture leads to a page with the formula, a picture of both passes, a player in "
        "which you can go through the steps and change the inputs, and the command that draws it. They are made of the "
        "files in `gallery/examples`.",
        "formula": "The formula",
        "finished": "After both passes",
        "step": "Step {step} of {steps}",
        "play": "Play it",
        "play_hint": "Click into it and press → for the next step. Under “Values of the inputs” a slider changes an "
        "input. It also opens {link}.",
        "own_page": "on a page of its own",
        "draw": "Draw it yourself",
        "formats": "Formats of decks",
        "mistakes": "Misconceptions",
        "mistakes_intro": "Marking, the choice of inputs and the feedback know these mistakes. The name is "
        "what `--report` and the tables of a class say. [The guide for students]"
        "(../howto/students.md) has an example of each, with the numbers that come out.",
        "forward_mistakes": "On the way forward",
        "backward_mistakes": "On the way back",
        "learning_mistakes": "In updates, batches and rates",
        "mistake": "name",
        "means": "what is done",
        "themes": "Themes",
    },
}


def words(lang: str) -> Mapping[str, str]:
    """Language → its words by name."""
    return _WORDS[lang]
