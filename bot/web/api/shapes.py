"""Schemas that several endpoints have."""

from __future__ import annotations

from bot.web.openapi_schema import JsonSchema, object_of

TEXT: JsonSchema = {"type": "string"}
MOMENT: JsonSchema = {"type": "string", "description": "ISO 8601."}
NUMBER: JsonSchema = {"type": "integer"}
YES: JsonSchema = {"type": "boolean"}
ANY_OBJECT: JsonSchema = {"type": "object"}
CARRIED: JsonSchema = {
    "enum": ["done", "stored", "waiting"],
    "description": "A process has done it; it is done as soon as one runs; or when its turn comes.",
}
NAME: JsonSchema = {"type": "string", "minLength": 1, "maxLength": 200}
"""Of the playbook: a tag, an audience, a channel."""
CARRIED_OUT = object_of({"carried": CARRIED})


def maybe(schema: JsonSchema) -> JsonSchema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def list_of(schema: JsonSchema) -> JsonSchema:
    """Several of them."""
    return {"type": "array", "items": schema}
