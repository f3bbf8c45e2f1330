"""The API of the console in OpenAPI 3.1, made of its endpoints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.web.api.endpoint import Endpoint
from bot.web.api.problem_details import PROBLEM, PROBLEM_TYPE
from bot.web.api.typed_body import PART_MOST
from bot.web.openapi_schema import TOKEN, VERSION, JsonSchema, content_of, ref, servers

KEY_HEADER = "Idempotency-Key"
KEY_FORM = r"[!-~]{16,128}"
"""A regular expression: printable ASCII without spaces, of a length that a random key has; what is shorter is
a running number."""
_PART = {"type": "string", "minLength": 1, "maxLength": PART_MOST, "pattern": "^[A-Za-z0-9_-]+$"}
"""The schema of a sealed part of an address."""
_PROBLEMS = {
    "400": "It cannot be read.",
    "401": "The token is missing, wrong or over.",
    "403": "The role of the token does not open this; or it came by plain http.",
    "404": "Nobody, or nothing, is known by this.",
    "409": "It cannot be done as things stand, or the same call is under way.",
    "413": "More than 64 KiB.",
    "415": "Not application/json, or packed.",
    "422": "A value is wrong (`field` says which), or the Idempotency-Key belongs to another call.",
    "429": "Too many calls: Retry-After says when there is room again.",
    "500": "A fault of ours.",
    "503": "The database is away, or what is stored is not done yet: send it again with the same key.",
}
"""What each status means."""


def openapi(endpoints: Iterable[Endpoint], public: str) -> dict[str, Any]:
    """The whole description; `public` is our address as the world reaches it, empty where it is unknown."""
    paths: dict[str, dict[str, Any]] = {}
    schemas: dict[str, JsonSchema] = {"Problem": PROBLEM}
    for one in endpoints:
        schemas.update(one.components)
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": VERSION,
        "info": {"title": "oaflow: the console for other systems", "version": "1"},
        "servers": servers(public),
        "security": [{"token": []}],
        "paths": paths,
        "components": {"securitySchemes": TOKEN, "schemas": schemas},
    }


def _operation(one: Endpoint) -> dict[str, Any]:
    """The operation of an endpoint. There is no `HEAD`; what a role may not do is 403."""
    problem = content_of(ref("Problem"), PROBLEM_TYPE)
    answer = content_of({"type": "string"}, one.file) if one.file else content_of(one.answer)
    operation: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.says,
        "description": f"For {', '.join(sorted(one.roles))}.",
        "parameters": _parameters(one),
        "responses": {
            "200": {
                "description": "Done." if one.is_action else "Found.",
                "content": answer,
            },
            **{status: {"description": says, "content": problem} for status, says in _PROBLEMS.items()},
        },
    }
    if one.method == "POST" and one.sent.schema.get("properties"):
        operation["requestBody"] = {"required": True, "content": content_of(one.sent.schema)}
    return operation


def _parameters(one: Endpoint) -> list[Mapping[str, Any]]:
    """The parameters of path, query and header."""
    found: list[Mapping[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _PART}
        for name in re.findall(r"{(\w+)}", one.path)
    ]
    found += [
        {
            "name": name,
            "in": "query",
            "schema": schema,
            **({"required": True} if name in one.sent.needed else {}),
        }
        for name, schema in one.query.items()
    ]
    if one.is_action:
        key = {"type": "string", "pattern": f"^{KEY_FORM}$", "minLength": 16, "maxLength": 128}
        says = "A random one: the same call with the same key is carried out once, within 24 hours."
        found.append({"name": KEY_HEADER, "in": "header", "schema": key, "description": says})
    return found
