"""The playbook as a JSON Schema: for the check at load, and for the completion of editors.

Every union is told by its key: one flat object per place with the kinds as its properties, so a mistake is
reported where it is and never as "matches none of these". `title` names a place to `shape.py` and
`language.py`. At load every value is a text as it was written; numbers and switches are in `TEXT` so that
editors, who type by the look, accept `reply: 1.10`.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

Schema = Mapping[str, Any]

_TEXT_TYPES = ["string", "number", "boolean"]
_END = r"(?![\s\S])"
"""The end of a text in a pattern; `$` would, in Python, let a line break pass."""

MESSAGES_LIMIT = 5
"""Messages in one reply or push: https://developers.line.biz/en/reference/messaging-api/#send-reply-message"""


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _or_list(title: str, item: Schema, description: str, **more: Any) -> Schema:
    """One item, or a list of them; keywords for objects and lists do not look at anything else."""
    types = item["type"] if isinstance(item["type"], list) else [item["type"]]
    own = {key: value for key, value in item.items() if key not in ("type", "title", "description")}
    return {
        "title": title,
        "description": description,
        "type": [*types, "array"],
        "items": _ref(item["title"]),
        "minItems": 1,
        **own,
        **more,
    }


TEXT: Schema = {"title": "text", "type": _TEXT_TYPES}
_TRIGGER: Schema = {
    "title": "trigger",
    "description": "What the bot hears: a word, or one kind with its value.",
    "type": ["string", "object"],
    "if": {"type": "string"},
    "then": {"title": "trigger word", "enum": ["follow"]},
    "properties": {
        "follow": {
            "title": "follow",
            "description": "Somebody adds the account (first), or unblocks it (again).",
            "enum": ["first", "again", "any"],
        },
        "text": {**_ref("texts"), "description": "The person's text equals one of these."},
        "text_contains": {**_ref("texts"), "description": "One of these is in the person's text."},
    },
    "additionalProperties": False,
    "minProperties": 1,
    "maxProperties": 1,
}
_MESSAGE: Schema = {
    "title": "message",
    "description": "A text; or a card with one kind.",
    "type": [*_TEXT_TYPES, "object"],
    "properties": {"text": {**_ref("text"), "description": "A text, sent as it is written."}},
    "additionalProperties": False,
    "minProperties": 1,
}
_ACTIONS: Schema = {
    "reply": {**_ref("messages"), "description": "Answers with these messages, free."},
    "push": {**_ref("messages"), "description": "Reaches the person anyhow; may cost one message."},
    "add_tags": {**_ref("texts"), "description": "Puts these tags on the person."},
}
_ACTION: Schema = {
    "title": "action",
    "description": "One thing that the bot does.",
    "type": "object",
    "properties": _ACTIONS,
    "additionalProperties": False,
    "minProperties": 1,
    "maxProperties": 1,
}
_RULE: Schema = {
    "title": "rule",
    "description": "When one of the triggers happens, do the actions.",
    "type": "object",
    "properties": {
        "when": _ref("when"),
        "do": {**_ref("actions"), "description": "Several actions, one after the other."},
        **_ACTIONS,
    },
    "required": ["when"],
    "oneOf": [{"required": [key]} for key in ("do", *_ACTIONS)],
    "additionalProperties": False,
}
_CHANNEL: Schema = {
    "title": "channel",
    "description": "One LINE official account.",
    "type": "object",
    "properties": {
        "id": {"title": "account id", "type": _TEXT_TYPES, "pattern": r"^@?[^\s@]+" + _END},
        "app_name": {"title": "name", "type": _TEXT_TYPES, "pattern": r"\S"},
        "channel_id": {"title": "channel id", "type": _TEXT_TYPES, "pattern": r"^[!-~]+" + _END},
        "channel_secret": {"title": "secret", "type": _TEXT_TYPES, "minLength": 1},
        "access_token": {"title": "token", "type": _TEXT_TYPES, "pattern": r"^[!-~]*" + _END},
        "groups": {
            "title": "groups",
            "description": "Leaves groups that it is taken into, or stays there in silence.",
            "enum": ["leave", "silent"],
        },
    },
    "required": ["id", "channel_id", "channel_secret"],
    "additionalProperties": False,
}

SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "playbook",
    "description": "A bot for LINE, as oaflow reads it.",
    "type": "object",
    "properties": {
        "bot": {
            "title": "name",
            "description": "The shop's name as people see it.",
            "type": _TEXT_TYPES,
            "pattern": r"\S",
        },
        "database": {
            "title": "database",
            "description": "embedded, or the address of a MongoDB.",
            "type": "string",
            "pattern": r"^(embedded|(mongodb(\+srv)?://|\$\{)\S+)" + _END,
        },
        "keys": {
            "title": "key ring",
            "description": "The keys of personal data in the database.",
            "type": "string",
            "pattern": r"\S",
        },
        "channels": {
            "title": "channels",
            "description": "The official accounts, each with a name.",
            "type": "object",
            "propertyNames": {"title": "channel name", "pattern": r"^[a-z][a-z0-9_]{0,39}" + _END},
            "additionalProperties": _ref("channel"),
            "minProperties": 1,
        },
        "rules": {
            "title": "rules",
            "description": "What the bot does; the first rule that hears a message takes it.",
            "type": "array",
            "items": _ref("rule"),
            "minItems": 1,
        },
    },
    "required": ["bot", "channels"],
    "additionalProperties": False,
    "$defs": {
        "text": TEXT,
        "texts": _or_list("texts", TEXT, "A text, or a list of them."),
        "trigger": _TRIGGER,
        "when": _or_list("when", _TRIGGER, "A trigger, or a list of them: any of them."),
        "message": _MESSAGE,
        "messages": _or_list("messages", _MESSAGE, "A message, or up to five.", maxItems=MESSAGES_LIMIT),
        "action": _ACTION,
        "actions": _or_list("actions", _ACTION, "An action, or a list of them."),
        "channel": _CHANNEL,
        "rule": _RULE,
    },
}

ACTIONS = tuple(_ACTIONS)
"""The keys of the actions."""


def _places(schema: Schema) -> dict[str, frozenset[str]]:
    """The keys that each titled place knows."""
    found = {schema["title"]: frozenset(schema["properties"])} if "properties" in schema else {}
    for inner in schema.get("$defs", {}).values():
        found |= _places(inner)
    return found


KNOWN: Mapping[str, frozenset[str]] = _places(SCHEMA)
"""The keys that the schema knows, by the title of their place."""


def _enums(schema: Any) -> frozenset[str]:
    if isinstance(schema, Mapping):
        own = frozenset(schema.get("enum", ()))
        return own.union(*(_enums(value) for value in schema.values()))
    return frozenset()


WORDS: frozenset[str] = _enums(SCHEMA)
"""The values that mean something to the schema; to it, every other text is like any other."""


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a playbook file, for editors."""
    return deepcopy(dict(SCHEMA))
