"""Whether what was sent is what a schema says; what is wrong, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from bot.model.translatable import Translatable, row, tr
from bot.playbook.similar import quoted
from bot.web.api.problem_details import ApiProblem
from bot.web.openapi_schema import JsonSchema

FIELD_MOST = 64
"""Characters of a name that nobody knows."""


class Checked:
    """A schema, made ready once."""

    def __init__(self, schema: JsonSchema, place: str) -> None:
        """`place`: where what it is about stands in a call (`body`, `query`)."""
        self._validator = Draft202012Validator(
            dict(schema), format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        self._place = place

    def check(self, value: object) -> None:
        """Raise `ApiProblem` for what is wrong first."""
        error = best_match(self._validator.iter_errors(value))
        if error is not None:
            place = "/".join(map(str, [self._place, *error.absolute_path, *_missing(error)]))
            raise ApiProblem("wrong", _why(error), field=place)


def _missing(error: ValidationError) -> list[str]:
    """The field that is to be there and is not, or is there and is not known."""
    wanted: Any = error.validator_value
    instance: Any = error.instance
    schema: Any = error.schema
    match error.validator:
        case "required":
            return [name for name in wanted if name not in instance][:1]
        case "additionalProperties":
            return [name[:FIELD_MOST] for name in instance if name not in schema["properties"]][:1]
        case _:
            return []


_TYPES: Mapping[str, Translatable] = {
    "string": tr("a text"),
    "integer": tr("a whole number"),
    "number": tr("a number"),
    "boolean": tr("true or false"),
    "object": tr("an object"),
    "array": tr("a list"),
    "null": tr("null"),
}


def _why(error: ValidationError) -> Translatable:
    """Without what was sent: it may be somebody's."""
    wanted: Any = error.validator_value
    match error.validator:
        case "required":
            return tr("it is missing")
        case "additionalProperties":
            return tr("it is none of those that are known")
        case "type":
            kinds = [wanted] if isinstance(wanted, str) else wanted
            return tr("it is to be {kinds}", kinds=row([_TYPES[one] for one in kinds], "or"))
        case "enum":
            return tr("it is to be {values}", values=row([quoted(str(one)) for one in wanted], "or"))
        case "minLength" | "minItems" | "minProperties":
            return tr("there are to be at least {number}", number=wanted)
        case "maxLength" | "maxItems":
            return tr("there may be at most {number}", number=wanted)
        case "minimum" | "maximum":
            return tr("it is outside of what is taken, which ends at {number}", number=wanted)
        case "format":
            return tr("it is to be a day, like 2026-11-27")
        case _:
            return tr("it is not of the form that is taken")
