"""Schemas that several endpoints have."""

from __future__ import annotations

from bot.web.openapi_schema import JsonSchema, object_of

TEXT: JsonSchema = {"type": "string"}
MOMENT: JsonSchema = {"type": "string", "description": "ISO 8601."}
NUMBER: JsonSchema = {"type": "integer"}
YES: JsonSchema = {"type": "boolean"}
ANY_OBJECT: JsonSchema = {"type": "object"}
PART: JsonSchema = {
    "type": "string",
    "description": "Names somebody, or something, to this token alone. It says nothing, and stays the same.",
}
CURSOR: JsonSchema = {"type": ["string", "null"], "description": "Where the list goes on: the next `after`."}
AFTER: JsonSchema = {
    "type": "string",
    "minLength": 1,
    "maxLength": 1_000,
    "description": "`next` of a page before.",
}
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
