"""What an editor underlines in a scenario file."""

from __future__ import annotations

from jsonschema import Draft202012Validator

from bot.playbook.shape.editors import schema_of, typed
from bot.playbook.syntax.parse import parse
from bot.playbook.syntax.source import SourceFile
from bot.scenario.shape.scenario import SCENARIO

_EDITORS = Draft202012Validator(schema_of(SCENARIO))


def underlined(text: str) -> list[str]:
    """What the exported JSON Schema says of a file, read as editors read it; the text must be YAML."""
    root, problems = parse(SourceFile("one.yaml", text))
    assert root is not None, text
    assert not problems, text
    return [f"{error.json_path}: {error.message}" for error in _EDITORS.iter_errors(typed(root))]
