"""The JSON Schema that editors complete and explain with: plain draft 2020-12, without our own keywords."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.model.translatable import ENGLISH, Language, tr
from bot.playbook.shape.names import NAME, NAME_LIMIT
from bot.playbook.shape.schema import BOT_SECTIONS, PLAYBOOK
from bot.playbook.shape.vocabulary import Vocabulary
from bot.playbook.shape.words import SCALARS, Schema
from bot.playbook.syntax.nodes import List, Map, Node, Scalar
from bot.playbook.syntax.parse import parse
from bot.playbook.syntax.source import SourceFile

_OURS = frozenset(
    (
        *("words", "oneOrMore", "kinds", "acts", "needs", "tap", "expected", "level", "example", "format"),
        *("suggested", "unknown", "empty", "usual", "section", "key_section", "operand"),
    )
)
_VARIABLE = r"\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}"
_TIME = r"([01]\d|2[0-3]):[0-5]\d"
_FIXED = r"(\d+[smhdw])+"
_DURATION = r"(\d+(mo|[smhdwy]))+"
_PATTERNS = {
    "name": NAME,
    "new name": NAME,
    "new own name": rf"\S(.{{0,{NAME_LIMIT - 2}}}\S)?",
    "new solid name": rf"\S{{1,{NAME_LIMIT}}}",
    "duration": _DURATION,
    "fixed duration": _FIXED,
    "time": _TIME,
    "moment": rf"\d{{4}}-\d\d-\d\d ({_TIME}|24:00)",
    "whole": r"\d+",
    "number": r"-?\d+(\.\d+)?",
    "once per": rf"person|conversation|day|always|{_DURATION}",
    "once per journey": rf"person|day|always|{_DURATION}",
    "rate": rf"\d+ per {_DURATION}",
    "colour": "#[0-9A-Fa-f]{6}",
    "sticker": r"\d+/\d+",
}
"""What of the formats a pattern can say; the rest is for `oaflow check`."""

_DRAFT = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
_BLOCK = "block"
"""The key of an example that is a block or a list: `_speak` moves it into the description."""
_ANNOTATIONS: tuple[str, ...] = ("title", "description", "x-level", "examples", _BLOCK)
_BOTH = re.compile(r"(?P<english>.*?[.…])(?: (?P<chinese>(?:(?![.…] ).)*))?")
"""How the tables say what a word means: a sentence, and the Chinese word for it."""
_IN_FLOWS = {"action", "state", "flow", "flow rule", "branch item", "comparison", "answer"}
"""Definitions in which `{setting: NAME}` may stand for a value."""
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")
"""A whole number of YAML 1.2."""
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
"""A decimal number of YAML 1.2, without an exponent."""


def schema(language: Language = ENGLISH) -> dict[str, Any]:
    """The JSON Schema of one file of a playbook: as `schema_of`, and within flows `{setting: NAME}` may stand
    for a value.
    """
    made = _of(PLAYBOOK)
    for name in _IN_FLOWS:
        _open(made["$defs"][_name(name)])
    made["$defs"]["setting"] = {
        "title": "setting",
        "description": "A setting of the flow in the place of a value. 流程設定裡的值",
        "type": "object",
        "properties": {
            "setting": {
                "type": "string",
                "description": "The name of the setting. 設定名稱",
                "examples": ["greeting"],
            }
        },
        "required": ["setting"],
        "additionalProperties": False,
    }
    _speak(made, language)
    for section in BOT_SECTIONS:
        made["properties"][section]["description"] += " (bot.yaml)"
    return {**_DRAFT, **made}


def schema_of(vocabulary: Vocabulary, language: Language = ENGLISH) -> dict[str, Any]:
    """The JSON Schema of one kind of file, with titles, explanations, levels and examples; an example that is
    a block or a list is in the explanation.

    An editor shows one language: titles and descriptions are in this one. Words of level 1 come first in each
    list; `x-level` is the level. Names, texts and what belongs together are for `oaflow check` and `test`.
    """
    made = _of(vocabulary)
    _speak(made, language)
    return {**_DRAFT, **made}


def _of(vocabulary: Vocabulary) -> dict[str, Any]:
    definitions = vocabulary.definitions.items()
    return {
        **_plain(vocabulary.file),
        "$defs": {_name(name): _plain(definition, name) for name, definition in definitions},
    }


def _speak(part: Any, language: Language) -> None:
    """Put all titles and descriptions into one language; each key without a title gets one."""
    if isinstance(part, list):
        for inner in part:
            _speak(inner, language)
    if not isinstance(part, dict):
        return
    for key, value in part.get("properties", {}).items():
        value.setdefault("title", key.replace("_", " "))
    both = _BOTH.fullmatch(str(part.get("description", "")))
    if both is not None:
        says = language.within("description").sentence(both["english"])
        if block := part.pop(_BLOCK, None):
            says = language.text(tr("{says} For example: {example}", says=says, example=block))
        part["description"] = says
    if "title" in part and language is not ENGLISH:
        chinese = both["chinese"] if both is not None else None
        part["title"] = chinese or language.within("title").sentence(part["title"])
    for key, value in part.items():
        if key in ("properties", "$defs"):
            for inner in value.values():
                _speak(inner, language)
        elif key != "examples":
            _speak(value, language)


def _plain(part: Schema, title: str | None = None) -> dict[str, Any]:
    """One schema without our own keywords."""
    made: dict[str, Any] = {}
    if title is not None and "title" not in part:
        made["title"] = title
    for key, value in part.items():
        if key == "properties":
            levels = sorted(value.items(), key=lambda item: item[1].get("level", 1))
            made["properties"] = {name: _plain(inner) for name, inner in levels}
        elif key == "$ref":
            made["$ref"] = _reference(value)
        elif key == "type" and "string" in _types(value):
            made["type"] = list(dict.fromkeys([*SCALARS, *_types(value)]))
        elif key in _OURS:
            continue
        elif isinstance(value, Mapping):
            made[key] = _plain(value)
        else:
            made[key] = value
    if "level" in part:
        made["x-level"] = part["level"]
    if part.get("example", "…") != "…":
        shown = example(part["example"])
        if isinstance(shown, dict | list):  # among `examples` an editor would propose [object Object]
            made[_BLOCK] = part["example"]
        else:
            made["examples"] = [shown]
    return _with_ours(part, made)


def _open(block: dict[str, Any]) -> None:
    """`{setting: NAME}` may stand for each value of a block, and of the blocks in it."""
    for one in block.get("anyOf", ()):
        _open(one)
    for name, value in block.get("properties", {}).items():
        _open(value)
        annotations = {key: value.pop(key) for key in _ANNOTATIONS if key in value}
        block["properties"][name] = {**annotations, "anyOf": [value, {"$ref": _reference("setting")}]}


def example(written: str) -> Any:
    """A piece of YAML as an editor reads it, with the types of YAML 1.2."""
    root, problems = parse(SourceFile("example", written))
    assert not problems, (written, problems)
    return None if root is None else typed(root)


def typed(node: Node) -> Any:
    """The node as plain data, with the types that its values have by their look."""
    match node:
        case Scalar(value=value, plain=True) if node.nothing or value in ("true", "false"):
            return None if node.nothing else value == "true"
        case Scalar(value=value, plain=True) if _WHOLE.fullmatch(value):
            return int(value)
        case Scalar(value=value, plain=True) if _DECIMAL.fullmatch(value):
            return float(value)
        case Scalar(value=value):
            return value
        case List(items=items):
            return [typed(item) for item in items]
        case Map(pairs=pairs):
            return {name: typed(value) for name, (_, value) in pairs.items()}


def _types(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _with_ours(part: Schema, made: dict[str, Any]) -> dict[str, Any]:
    """Our own keywords, as far as plain ones can say them."""
    pattern = _PATTERNS.get(str(part.get("format")))
    if pattern is not None:
        made["pattern"] = rf"^({pattern}|{_VARIABLE})$"
    if "oneOrMore" in part:
        item = {"$ref": _reference(part["oneOrMore"])}
        made["anyOf"] = [item, {"type": "array", "items": item, "minItems": 1}]
    if "kinds" in part:
        made["anyOf"] = _one_kind(part)
    if "words" in part:
        return _beside(part["words"], made)
    if "suggested" in part:
        return _beside(part["suggested"], made, also_texts=True)
    return made


def _one_kind(part: Schema) -> list[dict[str, Any]]:
    kinds = [{"required": [word]} for word in part["kinds"]["words"]]
    return [*kinds, {"not": {"type": "object"}}]


def _beside(words: Sequence[str], made: dict[str, Any], *, also_texts: bool = False) -> dict[str, Any]:
    """A list of words, or besides whatever else may stand here, and with `also_texts` any text."""
    switch = {"true": True, "false": False}
    values = [switch.get(word, word) for word in words]
    annotations = {key: made.pop(key) for key in _ANNOTATIONS if key in made}
    if "type" not in made:
        return {**annotations, **made, "enum": values}
    if not also_texts:
        made["type"] = [name for name in made["type"] if name not in SCALARS]
    return {**annotations, "anyOf": [{"enum": values}, made]}


def _reference(text: str) -> str:
    return f"#/$defs/{_name(text.removeprefix('#/$defs/'))}"


def _name(definition: str) -> str:
    return definition.replace(" ", "_")
