"""L6, L8: what an editor offers while a file is written: wherever something stands, it was on offer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.playbook.completion import SchemaPart, YamlPath, parts_at, place_in, suggestions
from bot.playbook.shape.editors import schema
from bot.playbook.syntax.nodes import List, Map, Node
from bot.playbook.syntax.parse import parsed
from bot.playbook.syntax.source import SourceFile
from bot.translations.chinese import CHINESE

ROOT = Path(__file__).parents[2]
SCHEMA = schema()
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in (".", "flows", "rules", "cards")
    for path in (ROOT / folder).glob("*.yaml")
)


def takes_any_name(schema: SchemaPart, path: YamlPath) -> bool:
    """Whether who writes the playbook chooses the names there (of flows, tags, settings), or LINE does."""
    for length in range(len(path), -1, -1):
        there, is_it = list(parts_at(schema, path[:length])), length == len(path)
        if there:
            names = (one.get("additionalProperties") for one in there if is_it)
            return any(map(_is_free, there)) or any(isinstance(one, Mapping) for one in names)
    return False


def _is_free(part: SchemaPart) -> bool:
    """Whether it takes whatever one writes."""
    return not part or (part.get("type") == "object" and "properties" not in part)


def keys_in(node: Node) -> list[tuple[str, int, int]]:
    """Every key of a file, with line and column."""
    found: list[tuple[str, int, int]] = []
    if isinstance(node, Map):
        for name, (key, value) in node.pairs.items():
            found += [(name, key.line, key.column), *keys_in(value)]
    elif isinstance(node, List):
        for item in node.items:
            found += keys_in(item)
    return found


def offered(text: str, mark: str = "|") -> list[str]:
    """What is offered at the mark."""
    before, _, after = text.partition(mark)
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return [one.word for one in suggestions(SCHEMA, before + after, line, column)]


def test_a_file_begins_with_a_section() -> None:
    assert "rules" in offered("|")
    assert "flows" in offered("rules:\n  - when: follow\n|")


def test_within_a_rule_its_words() -> None:
    assert {"if", "reply", "do"} <= set(offered("rules:\n  - when: follow\n    |"))
    assert {"when", "reply"} <= set(offered("rules:\n  - |"))
    assert "when" not in offered("rules:\n  - when: follow\n    r|")


def test_a_reply_is_a_message_or_says_when_to_push() -> None:
    found = set(offered("rules:\n  - {when: follow, reply: {|"))
    assert {"coupon", "stamp_card", "text", "message", "or_push"} <= found


def test_triggers_as_values_and_in_braces() -> None:
    assert "follow" in offered("rules:\n  - when: |")
    assert "text" in offered("rules:\n  - when: {|")
    assert "text_contains" in offered("rules:\n  - when: [{text: a}, {|")
    assert "any" in offered("rules:\n  - when: {follow: |")


def test_what_it_means_is_said_in_the_language_of_the_page() -> None:
    (reply,) = [
        one
        for one in suggestions(schema(CHINESE), "rules:\n  - when: follow\n    ", 3, 5)
        if one.word == "reply"
    ]
    assert "回覆" in reply.says
    assert reply.whole == "reply: "


@pytest.mark.parametrize("file", FILES)
def test_what_stands_somewhere_was_on_offer_there(file: str) -> None:
    """The law of it, over the example: each word of the language is among what its place offers."""
    text = (ROOT / file).read_text("utf-8")
    lines = text.split("\n")
    root = parsed(SourceFile(file, text)).root
    assert root is not None
    missing, offers = [], 0
    for name, line, column in keys_in(root):
        without = "\n".join([*lines[: line - 1], lines[line - 1][: column - 1], *("" for _ in lines[line:])])
        found = [one.word for one in suggestions(SCHEMA, without, line, column)]
        offers += name in found
        if name not in found and not takes_any_name(SCHEMA, place_in(without, line, column).path):
            missing.append((line, name, found[:5]))
    assert missing == []
    assert offers, "most words are the language's"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "- - - ",
        "{{{[[",
        "a:\n- b: {c: [",
        "：\n　",
        "\t",
        "x" * 9_000,
        "a" + " " * 900_000,
        "rules:\n  - if: " + "{not: [" * 60,
        "- " * 400,
    ],
)
def test_whatever_stands_there_it_answers(text: str) -> None:
    for line, column in ((1, 1), (1, len(text) + 1), (99, 99)):
        suggestions(SCHEMA, text, line, column)
        place_in(text, line, column)
