"""The JSON Schema: as a schema, for editors, and how it is used at load."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from bot.playbook.load import load
from bot.playbook.shape.language import LATER
from bot.playbook.shape.schema import KNOWN, schema
from bot.playbook.shape.wording import _BY_KEYWORD, _EXPECTED, _MUST_BE

OK = Path(__file__).parent / "ok"
HEAD = 'bot: x\nchannels: {main: {id: x, channel_id: "1", channel_secret: opaque}}\nrules:\n'


def inner(part: Any) -> Iterator[Mapping[str, Any]]:
    """Every schema inside a schema, itself first."""
    if isinstance(part, Mapping):
        yield part
        for value in part.values():
            yield from inner(value)
    elif isinstance(part, list):
        for value in part:
            yield from inner(value)


def test_it_is_a_schema_and_takes_the_right_files_as_editors_read_them() -> None:
    Draft202012Validator.check_schema(schema())
    validator = Draft202012Validator(schema())
    for path in (OK / "smallest.yaml", OK / "everything.yaml"):
        text = path.read_text("utf-8").replace("2026-11-01", "x")  # YAML 1.1 would make it a date
        validator.validate(yaml.safe_load(text))


def test_it_is_a_copy() -> None:
    schema()["properties"].clear()
    assert "bot" in schema()["properties"]


def test_every_part_can_be_worded() -> None:
    """No finding of the schema may end in an error because nobody wrote the words for it."""
    for part in inner(schema()):
        if "type" in part and part["type"] != "string" and not {"if", "then"} & set(part):
            assert part["title"] in _EXPECTED, part
        if "pattern" in part or "minLength" in part:
            assert part["title"] in _MUST_BE or part["title"] == "channel name"
    asked = {"type", "enum", "additionalProperties", "required", "oneOf", "minItems", "maxItems", "pattern"}
    assert asked <= set(_BY_KEYWORD)


def test_no_word_is_both_known_and_still_to_come() -> None:
    for title, later in LATER.items():
        assert not later & KNOWN[title], title


def test_ten_thousand_rules_load_in_about_a_second(tmp_path: Path) -> None:
    """Rules that differ in their texts only are checked once; the bound is for slow machines."""
    rule = "  - when: {{text: [關鍵字{0}, kw{0}]}}\n    reply: 您好 {{{{ contact.name }}}}，這是 {0}\n"
    (tmp_path / "bot.yaml").write_text(HEAD + "".join(map(rule.format, range(10_000))), "utf-8")
    began = time.process_time()
    loaded = load(tmp_path, {})
    took = time.process_time() - began
    assert loaded.playbook is not None
    assert len(loaded.playbook.rules) == 10_000
    assert took < 4


def test_each_of_many_rules_keeps_its_own_mistakes(tmp_path: Path) -> None:
    rules = "".join(f"  - when: {{text: a{n}}}\n    rep{n % 2}y: b\n" for n in range(6))
    (tmp_path / "bot.yaml").write_text(HEAD + rules, "utf-8")
    problems = load(tmp_path, {}).problems
    assert [(p.place.line, p.place.path) for p in problems] == [
        (5 + 2 * n, f"rules[{n}].rep{n % 2}y") for n in range(6)
    ]
