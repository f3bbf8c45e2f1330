"""Whether an answer of the API is what its own description says of that operation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator

from bot.web.api.problem_details import PROBLEM_TYPE


class Described:
    """The description, as `/admin/api/openapi.json` gives it."""

    def __init__(self, description: Mapping[str, Any]) -> None:
        self._components = {"components": description["components"]}
        self._paths = [
            (re.compile(re.sub(r"{\w+}", "[^/]+", path)), operations)
            for path, operations in sorted(description["paths"].items(), key=lambda one: one[0].count("{"))
        ]

    def check(self, method: str, path: str, status: int, kind: str, content: object) -> None:
        """Raise `AssertionError` where this operation never answers so; its own addresses alone."""
        fits = [operations for pattern, operations in self._paths if pattern.fullmatch(path)]
        operation = fits[0].get(method.lower()) if fits else None
        if operation is None:
            assert kind == PROBLEM_TYPE, f"{method} {path} is not described, and answers {kind}"
            return
        answers = operation["responses"]
        assert str(status) in answers, f"{method} {path} answers {status}, which is not described"
        kinds = answers[str(status)]["content"]
        assert kind in kinds, f"{method} {path} answers {kind}, not {' or '.join(kinds)}"
        if isinstance(content, bytes):
            return
        schema = {**kinds[kind]["schema"], **self._components}
        wrong = [
            f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
            for error in Draft202012Validator(schema).iter_errors(content)
        ]
        assert not wrong, f"{method} {path} is not answered as described: {wrong}"
