"""Words of the pages that are made, by language; a new language of the site is a table here and a folder of pages."""

from __future__ import annotations

from collections.abc import Mapping

from gallery.site import japanese

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "options": "Options",
        "command": "command",
        "does": "what it does",
        "commands": "The commands",
        "commands_intro": "This is what `graphviz-ad --help` says; each command has a page with all its options.",
        "of_help": "",
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
        "mistakes": "Misconceptions",
        "mistakes_intro": "Marking, the choice of inputs and the feedback know these mistakes. The name is "
        "what `--report` and the tables of a class say. [The guide for students]"
        "(../howto/students.md) has an example of each, with the numbers that come out.",
        "forward_mistakes": "On the way forward",
        "backward_mistakes": "On the way back",
        "learning_mistakes": "In updates, batches, rates, modes and rules",
        "mistake": "name",
        "means": "what is done",
        "result": "Computational graph of {formula}, with {equations}",
        "of": "{title}: {formula}",
        "colour": "colour",
        "opens": "what opens it",
        "extra": "extra",
        "field": "field",
        "holds": "holds",
    },
    "ja": {
        "options": "オプション",
        "command": "コマンド",
        "does": "できること",
        "commands": "コマンド",
        "commands_intro": "それぞれのコマンドのページに、すべてのオプションがあります。表の下と各ページの文章は "
        "`graphviz-ad --help` が表示するヘルプで、英語です。",
        "of_help": "{does}以下は `graphviz-ad {name} --help` が表示するヘルプで、英語です。",
        "gallery": "ギャラリー",
        "gallery_intro": "どの図からも、その例のページに進めます。ページには、式、順伝播と逆伝播が終わった図、"
        "ステップを進めたり入力の値を変えたりできるプレーヤー、描くためのコマンドがあります。どれも "
        "`gallery/examples` のファイルから作られています。",
        "formula": "式",
        "finished": "順伝播と逆伝播が終わった図",
        "step": "{steps} ステップのうち {step} 番目",
        "play": "再生する",
        "play_hint": "図をクリックし、→ キーで次のステップへ進みます。"
        "「入力の値」のスライダーで入力を変えられます。{link}もできます。",
        "own_page": "別のページで開くこと",
        "draw": "自分で描く",
        "mistakes": "よくある誤り",
        "mistakes_intro": "採点、入力の選択、コメントは、次の誤りを知っています。名前は、`--report` とクラスの表に"
        "表示されるものです。それぞれの誤りの例と、そのときに出る値は、[学生向けガイド](../howto/students.md)にあります。",
        "forward_mistakes": "順伝播での誤り",
        "backward_mistakes": "逆伝播での誤り",
        "learning_mistakes": "更新、バッチ、学習率、モード、規則についての誤り",
        "mistake": "名前",
        "means": "何をしたか",
        "result": "{formula} の計算グラフ。{equations}",
        "of": "{title}：{formula}",
        "colour": "色",
        "opens": "開くもの",
        "extra": "追加のインストール",
        "field": "フィールド",
        "holds": "内容",
    },
}


def words(lang: str) -> Mapping[str, str]:
    """Language → its words by name."""
    return _WORDS[lang]


TABLES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "ja": {"commands": japanese.COMMANDS, "decks": japanese.DECKS, "mistakes": japanese.MISTAKES},
}
"""By language and table of the program, what it says of each row, by the row's name; English stands in the program."""


def row_text(lang: str, table: str, row: str, english: str) -> str:
    """Language, table, row, and what the program says of it → the same in that language, or else as it is."""
    return TABLES.get(lang, {}).get(table, {}).get(row, english)
