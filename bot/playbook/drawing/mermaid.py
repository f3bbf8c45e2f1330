"""A flow as a picture: Mermaid's flowchart (https://mermaid.js.org/syntax/flowchart.html).

States are boxes, forks diamonds, flows within flows boxes with double sides, ends are round; what costs a
message is marked with `$` and a thick border. Nodes are called `s1`, `s2` …, and all that the playbook says
is quoted, so that no name and no text can break the picture.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.playbook import Playbook
from bot.model.money import NO_PRICES, Prices
from bot.model.translatable import ENGLISH, Language, row, tr
from bot.playbook.drawing.sketch import Arrow, Box, BoxKind, Sketch, sketch
from bot.playbook.drawing.words import cut

STYLES = {
    "costs": "stroke-width:4px,stroke:#b5651d",
    "fork": "fill:#fff7e0,stroke:#c9a227",
    "problem": "stroke-dasharray:5 3",
    "gone": "fill:#eeeeee,stroke:#999999,stroke-dasharray:2 2",
}
"""How nodes of each class look."""

_NO_TEXT = '" "'
"""The text of a node that has none."""
_ALWAYS = frozenset('"#&<>`\\*%~|')
"""Characters that mean something to Mermaid or Markdown anywhere."""
_LIST = re.compile(r"^(\d+)\.|^[-+]")
"""The beginning of a line that Markdown takes for the item of a list."""


def quoted(text: str) -> str:
    """A text in quotes for Mermaid: characters that mean something there are written as entity codes."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return '"' + "<br/>".join(_escaped(line) for line in lines) + '"'


def _escaped(line: str) -> str:
    signs = "".join(_code(sign) if sign in _ALWAYS or not sign.isprintable() else sign for sign in line)
    signs = re.sub(r"(?<!\w)_|_(?!\w)", _code("_"), signs)  # emphasis; within a name it is none
    signs = _LIST.sub(lambda match: f"{match[1]}{_code('.')}" if match[1] else _code(match[0]), signs)
    # Mermaid cuts what it takes for the end of a style
    return signs.replace(":", _code(":")) if "style" in signs or "classDef" in signs else signs


def _code(sign: str) -> str:
    return f"#{ord(sign)};"


SHAPES: dict[BoxKind, tuple[str, str]] = {
    "state": ("[", "]"),
    "fork": ("{", "}"),
    "run": ("[[", "]]"),
    "end": ("([", "])"),
    "begin": ("((", "))"),
    "everywhere": ("{{", "}}"),
    "gone": ("[", "]"),
    "out": ("([", "])"),
}
"""The brackets of each kind of box."""


def mermaid(playbook: Playbook, flow: Flow, language: Language = ENGLISH, prices: Prices = NO_PRICES) -> str:
    """The flow as Mermaid's text, its states in their order."""
    return chart(sketch(playbook, flow, language, prices), language)


def chart(drawn: Sketch, language: Language = ENGLISH) -> str:
    """A sketch as Mermaid's text."""
    return "\n".join(_lines(drawn, language)) + "\n"


def _lines(drawn: Sketch, language: Language) -> Iterator[str]:
    facts = [text for text in (drawn.counted, *drawn.costs) if text]
    heading = cut(drawn.title, 80)
    if facts:
        heading = language.text(tr("{title} ({about})", title=heading, about=row(facts, "semicolon")))
    title = "".join(sign if sign.isprintable() else " " for sign in heading)
    yield from ("---", f"title: {json.dumps(title, ensure_ascii=False)}", "---", "flowchart TD")
    nodes = (_node(box, language) for box in drawn.boxes)
    for line in (*nodes, *map(_arrow, drawn.arrows), *_classes(drawn)):
        yield f"  {line}"


def _node(box: Box, language: Language) -> str:
    title = cut(box.title, 40)
    if box.kind == "gone":
        title = language.text(tr("{title} ({about})", title=title, about=tr("gone")))
    heading = f"{title} · {box.figure}" if box.figure else title
    text = "\n".join([heading, *map(str, box.lines), *filter(None, [box.tally])])
    left, right = SHAPES[box.kind]
    return f"{box.id}{left}{quoted(text) if text else _NO_TEXT}{right}"


def _arrow(arrow: Arrow) -> str:
    line = "-.->" if arrow.loose else "-->"
    label = "\n".join(filter(None, [arrow.words, *map(str, arrow.lines), arrow.figure]))
    between = f"|{quoted(label)}|" if label.strip() else ""
    return f"{arrow.source} {line}{between} {arrow.target}"


def _classes(drawn: Sketch) -> Iterator[str]:
    members = {
        "costs": [box.id for box in drawn.boxes if box.costs],
        "fork": [box.id for box in drawn.boxes if box.kind == "fork"],
        "problem": [box.id for box in drawn.boxes if box.problem],
        "gone": [box.id for box in drawn.boxes if box.kind == "gone"],
    }
    for kind, names in members.items():
        if names:
            yield f"classDef {kind} {STYLES[kind]}"
            yield f"class {','.join(names)} {kind}"
