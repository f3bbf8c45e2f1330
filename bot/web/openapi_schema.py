"""Parts of an OpenAPI 3.1 description that those of the console's API and of events from outside share.
https://spec.openapis.org/oas/v3.1.1
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from bot.model.variables import PUBLIC_URL

VERSION = "3.1.0"
JSON_TYPE = "application/json"
JsonSchema: TypeAlias = Mapping[str, Any]
"""JSON Schema, draft 2020-12."""
TOKEN: JsonSchema = {"token": {"type": "http", "scheme": "bearer"}}
"""The one security scheme: a bearer token."""
_ON_THIS_MACHINE = {
    "url": "http://127.0.0.1:8080",
    "description": f"Where `oaflow run` listens by default, on its own machine: {PUBLIC_URL} is not set.",
}
"""The server of a description where no public address is known."""


def servers(public: str) -> list[Mapping[str, str]]:
    """The servers of a description: `public`, or this machine where that is empty."""
    return [{"url": public} if public else _ON_THIS_MACHINE]


def object_of(properties: Mapping[str, Any], *optional: str) -> dict[str, Any]:
    """An object of these fields and no other, all of them required but the `optional` ones."""
    required = [name for name in properties if name not in optional]
    return {
        "type": "object",
        "properties": dict(properties),
        "required": required,
        "additionalProperties": False,
    }


def content_of(schema: JsonSchema, kind: str = JSON_TYPE) -> dict[str, Any]:
    """The content of a body with this schema, by media type."""
    return {kind: {"schema": schema}}


def pointer(name: str) -> str:
    """The JSON pointer to the schema of this name."""
    return f"#/components/schemas/{name}"


def ref(name: str) -> dict[str, Any]:
    """A reference to the schema of this name."""
    return {"$ref": pointer(name)}
