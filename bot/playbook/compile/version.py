"""What a playbook is, whatever way it is written: its version is a hash of this."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from bot.engine.playbook import (
    AddTags,
    OnFollow,
    OnText,
    OnTextContaining,
    PushWith,
    ReplyWith,
    Rule,
    Step,
    TextCard,
    Trigger,
)
from bot.playbook.syntax.nodes import List, Map, Node, Scalar


def version_of(root: Map, rules: Iterable[Rule]) -> str:
    """The sha256 (hexadecimal) of the canonical form.

    Comments, positions and shorthands do not change it. Settings are taken as they stand in the file, with
    their `${NAME}`: all machines that run a file agree, and no secret of the environment goes into it.
    """
    form: dict[str, Any] = {key: _as_written(node) for key, (_, node) in root.pairs.items() if key != "rules"}
    form["rules"] = [_rule(rule) for rule in rules]
    text = json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _as_written(node: Node) -> Any:
    match node:
        case Scalar(value=value, raw=raw):
            return value if raw is None else raw
        case List(items=items):
            return [_as_written(item) for item in items]
        case Map(pairs=pairs):
            return {key: _as_written(value) for key, (_, value) in pairs.items()}


def _rule(rule: Rule) -> dict[str, Any]:
    return {"when": [_trigger(trigger) for trigger in rule.when], "do": [_step(step) for step in rule.do]}


def _trigger(trigger: Trigger) -> dict[str, Any]:
    match trigger:
        case OnFollow(which):
            return {"follow": which}
        case OnText(texts):
            return {"text": texts}
        case OnTextContaining(texts):
            return {"text_contains": texts}


def _step(step: Step) -> dict[str, Any]:
    match step:
        case ReplyWith(messages=messages):
            return {"reply": [_card(card) for card in messages]}
        case PushWith(messages=messages):
            return {"push": [_card(card) for card in messages]}
        case AddTags(tags=tags):
            return {"add_tags": tags}


def _card(card: TextCard) -> dict[str, Any]:
    parts = [part if isinstance(part, str) else [part.name, part.default] for part in card.text.parts]
    return {"text": parts}
