"""What a version promises to those who script against it: names that no later version takes away.

The promise stands in CHANGELOG.md, the names in `promised.json`: a release adds its own by
`python -m tests.documents.promised`.
"""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from bot.model.translatable import ENGLISH
from bot.playbook.shape.editors import schema
from bot.web.api.context import ApiContext
from bot.web.api.declared import endpoints_of
from bot.web.api.openapi import openapi
from tests.cli.test_commands import commands
from tests.documents.metrics import metrics
from tests.sources import ROOT

FILE = Path(__file__).with_name("promised.json")

Promise = Mapping[str, Mapping[str, Sequence[str]]]
"""Part of the outside → what it is of → names in it."""


def present() -> Promise:
    """What the code has now."""
    return {
        "words": _words(),
        "commands": {name: _sorted(_options(one)) for name, one in commands().items()},
        "api": _api(openapi(endpoints_of(cast(ApiContext, None)), "")),
        "metrics": {one.name: _sorted(one.labels) for one in metrics()},
        "environment": {name: [] for name in _sorted(_environment())},
    }


def written() -> Promise:
    """What has been promised."""
    promise: Promise = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    return promise


def broken(before: Promise, now: Promise) -> list[str]:
    """What was promised and is not there, a line each."""
    return [
        f"{part}: {owner} {name}".rstrip()
        for part, owners in before.items()
        for owner, names in owners.items()
        for name in (names if owner in now.get(part, {}) else [""])
        if name not in now.get(part, {}).get(owner, ())
    ]


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(set(names))


def _options(command: ArgumentParser) -> Iterator[str]:
    """Long names of its options; words without a dash by what they are."""
    for action in command._actions:
        yield action.option_strings[-1] if action.option_strings else action.dest


def _words() -> Mapping[str, Sequence[str]]:
    """Keys and fixed values of each form that a playbook is made of."""
    language = schema(ENGLISH)
    forms = {**language["$defs"], "bot.yaml": {"properties": language["properties"]}}
    return {name: _sorted(_names(form, {})) for name, form in forms.items()}


def _api(description: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    """What is sent to each address, and answered by it."""
    schemas = description["components"]["schemas"]
    return {
        f"{method.upper()} {path}": _sorted([*_sent(operation, schemas), *_answered(operation, schemas)])
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }


def _sent(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[str]:
    for parameter in operation["parameters"]:
        yield f"sent {parameter['name']}"
    for content in operation.get("requestBody", {"content": {}})["content"].values():
        yield from (f"sent {name}" for name in _names(content["schema"], schemas))


def _answered(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[str]:
    for kind, content in operation["responses"]["200"]["content"].items():
        yield f"answers {kind}"
        yield from (f"answers {name}" for name in _names(content["schema"], schemas))


def _names(
    form: Any, schemas: Mapping[str, Any], within: str = "", above: Sequence[str] = ()
) -> Iterator[str]:
    """Properties of a JSON schema, and values of those that are lists: `coupon.state`, `coupon.state=used`.

    `schemas`: those that a `$ref` is followed to, once on a way; `above`: those that are followed.
    """
    if isinstance(form, list):
        for one in form:
            yield from _names(one, schemas, within, above)
    if not isinstance(form, dict):
        return
    if (name := form.get("$ref", "").rpartition("/")[2]) in schemas and name not in above:
        yield from _names(schemas[name], schemas, within, [*above, name])
    yield from (f"{within}={value}" for value in form.get("enum", ()))
    for name, one in form.get("properties", {}).items():
        inner = f"{within}.{name}" if within else name
        yield inner
        yield from _names(one, schemas, inner, above)
    for key in ("items", "additionalProperties", "anyOf", "oneOf", "allOf", "then", "else"):
        yield from _names(form.get(key), schemas, within, above)


def _environment() -> set[str]:
    """Those variables that the table of the documents names."""
    table = (ROOT / "docs" / "operations" / "install.md").read_text("utf-8")
    first_cells = re.findall(r"^\| (`OAFLOW_[^|]+)", table, re.MULTILINE)
    return {name for cell in first_cells for name in re.findall("OAFLOW_[A-Z_]+", cell)}


def write() -> None:
    """Add what is new, a line for each owner, so that a change of one can be read."""
    both = {part: {**written().get(part, {}), **owners} for part, owners in present().items()}
    parts = (f"{_text(part)}: {{\n{_owners(owners)}\n}}" for part, owners in both.items())
    FILE.write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")


def _owners(owners: Mapping[str, Sequence[str]]) -> str:
    return ",\n".join(f"{_text(owner)}: {_text(list(names))}" for owner, names in sorted(owners.items()))


def _text(what: object) -> str:
    return json.dumps(what, ensure_ascii=False)


if __name__ == "__main__":
    write()
