"""Makes `bot/line/objects/flex_table.py` from the models of line-bot-sdk: LINE makes them from its API.

To make it anew after a new version of the SDK:  python -m tests.playbook.flex_table_from_sdk
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

from tests.line.sdk import sdk

TABLE = Path(__file__).parents[2] / "bot" / "line" / "objects" / "flex_table.py"

ROOT = "FlexContainer"
SIMPLE = {"StrictStr": "text", "ConstrainedStrValue": "text", "StrictInt": "whole", "StrictBool": "switch"}
ENUM = re.compile(r"if value not in \(([^)]*)\)")

HEAD = '''"""What LINE's Flex objects may hold. Made by tests/playbook/flex_table_from_sdk.py, not by hand."""

from __future__ import annotations

from collections.abc import Mapping

'''


def kinds_of(model: Any) -> dict[str, str]:
    """The models that an object may be, by its `type`; empty where there is one only."""
    found: dict[str, str] = getattr(model, f"_{model.__name__}__discriminator_value_class_map", {})
    return found


def words_of(model: Any, name: str) -> tuple[str, ...] | None:
    """The words that a property may be, from the model's own validator."""
    validator = vars(model).get(f"{name}_validate_enum")
    if validator is None:
        return None
    found = ENUM.search(inspect.getsource(validator.__func__))
    assert found, f"{model.__name__}.{name}"
    return tuple(word.strip().strip("'") for word in found[1].split(",") if word.strip())


def table() -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]], dict[str, list[str]]]:
    """Kinds by union, properties by object, and required properties by object."""
    kinds: dict[str, dict[str, str]] = {}
    objects: dict[str, dict[str, str]] = {}
    required: dict[str, list[str]] = {}
    waiting = [ROOT]
    while waiting:
        name = waiting.pop()
        if name in kinds or name in objects:
            continue
        model = getattr(sdk("messaging.models"), name)
        if of := kinds_of(model):
            kinds[name] = of
            waiting += of.values()
            continue
        objects[name], needed = {}, []
        for field in model.__fields__.values():
            if field.alias == "type":
                continue
            kind = field.type_.__name__
            words = words_of(model, field.name)
            value = "|".join(words) if words else SIMPLE.get(kind, kind)
            objects[name][field.alias] = f"[{value}]" if field.shape == 2 else value
            needed += [field.alias] if field.required else []
            if kind not in SIMPLE:
                waiting.append(kind)
        if needed:
            required[name] = needed
    return kinds, objects, required


def text() -> str:
    """The module."""
    kinds, objects, required = table()
    lines = [HEAD, "KINDS: Mapping[str, Mapping[str, str]] = {\n"]
    for name in sorted(kinds):
        lines += [f'    "{name}": {{\n']
        lines += [f'        "{kind}": "{of}",\n' for kind, of in sorted(kinds[name].items())]
        lines += ["    },\n"]
    lines += ['}\n"""Objects that differ by their `type`."""\n\n']
    lines += ["PROPERTIES: Mapping[str, Mapping[str, str]] = {\n"]
    for name in sorted(objects):
        lines += [f'    "{name}": {{\n'] if objects[name] else [f'    "{name}": {{}},\n']
        lines += [f'        "{key}": "{value}",\n' for key, value in sorted(objects[name].items())]
        lines += ["    },\n"] if objects[name] else []
    lines += [
        '}\n"""Each property with what it is: text, whole, switch, words with |, an object, [a list]."""\n\n'
    ]
    lines += ["REQUIRED: Mapping[str, tuple[str, ...]] = {\n"]
    for name in sorted(required):
        names = ", ".join(f'"{key}"' for key in sorted(required[name]))
        lines += [
            f'    "{name}": ({names},),\n' if len(required[name]) == 1 else f'    "{name}": ({names}),\n'
        ]
    lines += ['}\n"""Properties that an object must have."""\n']
    return "".join(lines)


if __name__ == "__main__":
    TABLE.write_text(text(), "utf-8")
