"""The JSON Schema: as a schema, for editors, and how it is used at load."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.cli.language import language
from bot.playbook.read import read
from bot.playbook.shape.editors import schema, schema_of, typed
from bot.playbook.shape.formats import FORMATS
from bot.playbook.shape.schema import LISTED_SECTIONS, NAMED_SECTIONS, PLAYBOOK, SINGLE_SECTIONS
from bot.playbook.shape.shape import BY_KEYWORD
from bot.playbook.shape.vocabulary import Vocabulary
from bot.playbook.syntax.parse import parse
from bot.playbook.syntax.source import SourceFile
from bot.scenario.shape.scenario import SCENARIO
from tests.catalogue import SENTENCES
from tests.pace import fewest_paces
from tests.playbooks import loaded

HERE = Path(__file__).parent
HEAD = 'bot: x\nchannels: {main: {id: x, channel_id: "1", channel_secret: opaque}}\nrules:\n'
RIGHT = sorted([*(HERE / "ok").glob("**/*.yaml"), *(HERE / "every_word").glob("**/*.yaml")])
EDITORS = Draft202012Validator(schema())
KINDS: dict[str, tuple[Vocabulary, Callable[..., dict[str, Any]]]] = {
    "playbook": (PLAYBOOK, schema),
    "scenario": (SCENARIO, partial(schema_of, SCENARIO)),
}


def inner(part: Any) -> Iterator[Mapping[str, Any]]:
    """Every schema inside a schema, itself first."""
    if isinstance(part, Mapping):
        yield part
        for value in part.values():
            yield from inner(value)
    elif isinstance(part, list):
        for value in part:
            yield from inner(value)


def as_an_editor_reads(text: str) -> Any:
    root, problems = parse(SourceFile("bot.yaml", text))
    assert not problems
    assert root is not None
    return typed(root)


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: "/".join(path.parts[-2:]))
def test_editors_take_what_is_right(path: Path) -> None:
    EDITORS.validate(as_an_editor_reads(path.read_text("utf-8")))


@pytest.mark.parametrize(
    "wrong",
    [
        "rules: [{when: follow, rep: 嗨}]",
        "rules: [{when: {txt: 嗨}, reply: 嗨}]",
        "rules: [{when: {text: 嗨, postback: a}, reply: 嗨, if: {tga: A}}]",
        "rules: [{when: {follow: frist}, reply: 嗨}]",
        "cards: {a: {txt: 嗨}}",
        "cards: {Welcome: {text: 嗨}}",
        "flows: {a: {states: {一: {wait: 3d, nxt: 一}}}}",
        "attributes: {a: int}",
        "limits: {pushes_per_person: 3 a week}",
        "channels: {a: {id: x}}",
    ],
)
def test_editors_underline_what_is_wrong(wrong: str) -> None:
    assert list(EDITORS.iter_errors(as_an_editor_reads(wrong)))


@pytest.mark.ring("all", "builds the whole schema")
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_plain_schema(kind: str) -> None:
    exported = KINDS[kind][1]()
    Draft202012Validator.check_schema(exported)
    plain_words = {*Draft202012Validator.VALIDATORS, "$schema", "$defs", "title", "description", "examples"}
    plain_words |= {"x-level", "type", "then", "else"}
    keywords: set[str] = set()

    def collect(part: Any) -> None:
        if isinstance(part, Mapping):
            keywords.update(part)
            for key, value in part.items():
                for below in value.values() if key in ("properties", "$defs") else [value]:
                    if key not in ("examples", "dependentRequired"):
                        collect(below)
        elif isinstance(part, list):
            for value in part:
                collect(value)

    collect(exported)
    assert keywords <= plain_words


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_is_explained_with_a_level_and_a_true_example(kind: str) -> None:
    """L6: an editor completes and explains; what it inserts as an example is right."""
    vocabulary, made = KINDS[kind]
    exported = made()
    explained = 0
    for part in inner(exported):
        for key, value in part.get("properties", {}).items():
            if not isinstance(value, Mapping) or "x-level" not in value:
                continue
            explained += 1
            assert value["x-level"] in (1, 2, 3), key
            assert key in vocabulary.keys
            for example in value.get("examples", ()):
                errors = Draft202012Validator({**value, "$defs": exported["$defs"]}).iter_errors(example)
                assert [error.message for error in errors] == [], (key, example)
    assert explained > len(vocabulary.keys) - 40  # fields of contacts have no level of their own


CJK = re.compile(r"[\u4e00-\u9fff]")
NAMES_OF_LINE = {"Channel ID", "Channel secret", "LIFF id"}
"""What LINE's own console calls it, in Chinese, too."""
EXAMPLE = re.compile(r" ?(For example: |例如：).*", re.DOTALL)
"""Behind a description; it is a shop's, in its language."""


def said(part: Any, word: str) -> Iterator[str]:
    """Every title, or every description, of a schema."""
    if isinstance(part, list):
        for one in part:
            yield from said(one, word)
    if not isinstance(part, Mapping):
        return
    if word in part:
        yield part[word]
    for key, value in part.items():
        for below in value.values() if key in ("properties", "$defs") else [value]:
            yield from said(below, word)


def explained(name: str, kind: str = "playbook") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every key that an editor offers, as it is explained in this language."""
    for part in inner(KINDS[kind][1](language(name, {}))):
        for key, value in part.get("properties", {}).items():
            if isinstance(value, Mapping) and ("x-level" in value or "description" in value):
                yield key, value


@pytest.mark.parametrize(("kind", "least"), [("playbook", 200), ("scenario", 70)])
@pytest.mark.parametrize("name", ["en", "zh-TW"])
def test_every_key_has_a_title_and_a_description_in_the_language_of_the_editor(
    name: str, kind: str, least: int
) -> None:
    """L6: in Chinese all of it is Chinese, in English nothing."""
    keys = dict(explained(name, kind))
    assert len(keys) > least
    for key, value in explained(name, kind):
        assert value["title"], key
        description = EXAMPLE.sub("", value["description"])
        assert (CJK.search(description) is not None) == (name == "zh-TW"), (key, value["description"])


@pytest.mark.ring("all", "over the whole worked example")
@pytest.mark.parametrize("kind", KINDS)
def test_all_that_an_editor_shows_is_in_its_language(kind: str) -> None:
    """L6: titles of definitions, too, which an editor offers where one of several blocks may stand."""
    made = KINDS[kind][1]
    for word in ("title", "description"):
        chinese = {EXAMPLE.sub("", text) for text in said(made(language("zh-TW", {})), word)}
        assert {text for text in chinese if not CJK.search(text)} <= NAMES_OF_LINE
        english = {EXAMPLE.sub("", text) for text in said(made(), word)}
        assert {text for text in english if CJK.search(text)} == set()


def test_every_title_is_used() -> None:
    titles = {title for _, made in KINDS.values() for title in said(made(), "title")}
    assert SENTENCES["title"].keys() <= titles


def test_an_example_that_is_a_block_stands_in_the_description() -> None:
    """L6. Among `examples` editors would propose it as `[object Object]`."""
    for name, example in (("en", "For example: {tag: VIP}"), ("zh-TW", "例如：{tag: VIP}")):
        keys = schema(language(name, {}))["$defs"]["rule"]["properties"]
        assert keys["if"]["description"].endswith(example)
        assert "examples" not in keys["if"]


def test_every_description_is_used() -> None:
    values = (value for kind in KINDS for _, value in explained("en", kind))
    texts = [value["description"] for value in values]
    texts += (text for _, made in KINDS.values() for text in said(made(), "description"))
    used = {EXAMPLE.sub("", text.removesuffix(" (bot.yaml)")) for text in texts}
    assert SENTENCES["description"].keys() <= used


@pytest.mark.parametrize("kind", KINDS)
def test_the_languages_differ_in_words_only(kind: str) -> None:
    made = KINDS[kind][1]
    assert silent(made()) == silent(made(language("zh-TW", {})))


def silent(part: Any) -> Any:
    """A schema without what is said in it; keys of its blocks may be called `title`."""
    if isinstance(part, list):
        return [silent(item) for item in part]
    if not isinstance(part, Mapping):
        return part
    return {
        key: {name: silent(one) for name, one in value.items()}
        if key in ("properties", "$defs")
        else silent(value)
        for key, value in part.items()
        if key not in ("title", "description")
    }


def test_words_of_the_first_day_come_first() -> None:
    for name in ("trigger", "condition", "action", "state"):
        part = schema()["$defs"][name]
        block = part if "properties" in part else part["anyOf"][-1]
        levels = [value["x-level"] for value in block["properties"].values()]
        assert levels == sorted(levels)


def test_it_is_a_copy() -> None:
    schema()["properties"].clear()
    assert "bot" in schema()["properties"]


def test_every_part_can_be_worded() -> None:
    """No finding of the schema may end in an error because nobody wrote the words for it."""
    silent = {"properties", "items", "$ref", "propertyNames", "oneOrMore", "if", "then", "else", "$defs"}
    silent |= {"title", "description", "expected", "level", "example"}
    silent |= {"suggested", "unknown", "usual", "empty", "section", "key_section", "operand"}
    keywords: set[str] = set()
    for vocabulary, _ in KINDS.values():
        for part in _schemas({"$defs": vocabulary.definitions, **vocabulary.file}):
            assert "type" not in part or part["expected"], part
            assert "format" not in part or part["format"] in vocabulary.formats
            keywords |= part.keys()
    assert keywords - silent == set(BY_KEYWORD)


def _schemas(part: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A schema and those in it, without the blocks of names between them."""
    yield part
    for key, value in part.items():
        if key in ("properties", "$defs"):
            for below in value.values():
                yield from _schemas(below)
        elif key in ("items", "additionalProperties", "then", "else") and isinstance(value, Mapping):
            yield from _schemas(value)


@pytest.mark.ring("all", "many random or generated cases")
@pytest.mark.parametrize(
    "number", [3_000, pytest.param(10_000, marks=pytest.mark.ring("soak", "more of the same"))]
)
def test_thousands_of_rules_are_read_soon(tmp_path: Path, number: int) -> None:
    """Rules that differ in their texts only are checked once. Half the bound, when this was written."""
    bound = number / 10
    rule = "  - when: {{text: [關鍵字{0}, kw{0}]}}\n    reply: 您好 {{{{ contact.name }}}}，這是 {0}\n"
    (tmp_path / "bot.yaml").write_text(HEAD.removesuffix("rules:\n"), "utf-8")
    (tmp_path / "rules").mkdir()
    for first in range(0, number, 1_000):  # a file has its bound
        rules = "".join(map(rule.format, range(first, first + 1_000)))
        (tmp_path / f"rules/{first}.yaml").write_text(f"rules:\n{rules}", "utf-8")
    problems: list[object] = []
    assert fewest_paces(lambda: problems.append(read(tmp_path, {}).problems), bound) < bound
    assert problems[0] == ()


def test_each_of_many_rules_keeps_its_own_mistakes(tmp_path: Path) -> None:
    rules = "".join(f"  - when: {{text: a{n}}}\n    rep{n % 2}y: b\n" for n in range(6))
    (tmp_path / "bot.yaml").write_text(HEAD + rules, "utf-8")
    problems = read(tmp_path, {}).problems
    assert [(p.place.line, p.place.path) for p in problems] == [
        (5 + 2 * n, f"rules[{n}].rep{n % 2}y") for n in range(6)
    ]


def test_what_is_refused_is_left_out_and_named(tmp_path: Path) -> None:
    """So a later phase neither sees it nor calls it unknown."""
    text = (
        "  - {when: follow, reply: a}\n  - {when: follow}\ncards: {a: {txt: x}, b: {text: 嗨}}\ntags: [A]\n"
    )
    (tmp_path / "bot.yaml").write_text(HEAD + text, "utf-8")
    document = read(tmp_path, {})
    assert document.refused == {("rules", ""), ("cards", "a"), ("tags", "")}
    assert not document.lost
    form = typed(document.root)
    assert len(form["rules"]) == 1
    assert list(form["cards"]) == ["b"]
    assert "tags" not in form


@pytest.mark.parametrize(("name", "text"), [("token", "my secret"), ("channel id", "12 34")])
def test_what_is_secret_is_not_shown(name: str, text: str) -> None:
    fault = FORMATS[name](text)
    assert fault is not None
    assert fault.of_place
    assert text not in str(fault.says)


def test_no_example_is_a_block_or_a_list() -> None:
    """The YAML language server proposes each as one word: a block as `[object Object]`. L6"""

    def shown(part: Any) -> Iterator[Any]:
        if isinstance(part, list):
            for inner in part:
                yield from shown(inner)
        elif isinstance(part, dict):
            yield from part.get("examples", ()) if isinstance(part.get("examples"), list) else ()
            for inner in part.values():
                yield from shown(inner)

    examples = list(shown(schema()))
    assert "greeting" in examples
    assert [one for one in examples if isinstance(one, dict | list)] == []


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        *(("sx", True), ("", True), ("pretend", True), ("admins", True), ("x" * 63, True)),
        *(("pretend_sx", False), ("pretend_", False), ("admin", False), ("config", False)),
        *(("local", False), ("a.b", False), ("a%20b", False), ("x" * 64, False)),
    ],
)
def test_which_names_a_bots_database_may_have(name: str, is_one: bool) -> None:
    """Of MongoDB's own and of simulators' nobody asks whose they are."""
    assert (FORMATS["database"](f"mongodb://db.example/{name}?w=majority") is None) is is_one


SECTIONS = {**NAMED_SECTIONS, **LISTED_SECTIONS, **SINGLE_SECTIONS}
OF_THE_SHOP = frozenset(
    (
        *("unknown-card", "unknown-coupon", "unknown-hours", "appointment-never-fits"),
        *("unknown-file", "image-missing", "liff-missing", "env-unset"),
    )
)
"""What an example names, and only the shop's own playbook may have."""


@pytest.mark.parametrize("name", [name for name, word in SECTIONS.items() if "…" not in word.example])
def test_the_example_of_a_section_can_be_pasted(name: str) -> None:
    """Advice shows it to who wrote something else there."""
    found = loaded(f"{name}: {SECTIONS[name].example}\n").problems
    assert [str(one.message) for one in found if one.level == "error" and one.code not in OF_THE_SHOP] == []
