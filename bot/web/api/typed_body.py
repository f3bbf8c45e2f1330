"""What is sent to an operation, read by the types of its parameters; what is wrong with it, in a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import orjson
from annotated_types import MaxLen, MinLen
from pydantic import ConfigDict, TypeAdapter, ValidationError, create_model
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import ErrorDetails, core_schema

from bot.model.answer_fields import Help
from bot.model.translatable import Translatable, row, tr
from bot.operations.catalog.operation import Parameter
from bot.operations.catalog.parameters import SHORT, GoesOn, OfContact, TableParameter
from bot.playbook.similar import quoted
from bot.web.api.problem_details import ApiProblem
from bot.web.openapi_schema import JsonSchema, pointer

PART_MOST = 1_000
"""The most characters of a sealed part, which names a contact or a place in a list."""
_REFERENCE = pointer("{model}")
"""How a schema refers to a component."""
_TYPES: Mapping[str, Translatable] = {
    "string": tr("a text"),
    "int": tr("a whole number"),
    "float": tr("a number"),
    "bool": tr("true or false"),
    "dict": tr("an object"),
    "model": tr("an object"),
    "list": tr("a list"),
    "tuple": tr("a list"),
    "date": tr("a day, like 2026-11-27"),
    "datetime": tr("a moment, like 2026-11-27T10:00:00+08:00"),
    "timezone": tr("a moment, like 2026-11-27T10:00:00+08:00"),
}
"""What is wanted, by the first word of the type of Pydantic's error.
https://docs.pydantic.dev/latest/errors/validation_errors/
"""


class TypedBody:
    """The parameters of an operation as one object: reads and checks it, and has its schema."""

    def __init__(self, name: str, parameters: Sequence[Parameter], place: str) -> None:
        closed = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)
        types = {one.name: _sent(one) for one in parameters}
        needed = [one.name for one in parameters if one.is_required]
        """The names of those that are required."""
        fields: dict[str, Any] = {
            name: (kind, ... if name in needed else None) for name, kind in types.items()
        }
        self._model = create_model(name, __config__=closed, **fields)
        self.place = place
        """Where the values stand: `query` or `body`."""
        self.needed: Sequence[str] = needed
        self.schema: JsonSchema = _without_title(self._model.model_json_schema(schema_generator=_Plain))

    def read(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """What was sent, by parameter. Raises `ApiProblem` for what is wrong first."""
        try:
            if self.place == "query":
                found = self._model.model_validate(value, strict=False)
            else:
                found = self._model.model_validate_json(orjson.dumps(_whole_numbers(value)))
        except ValidationError as error:
            raise self._problem(error) from None  # it has what was sent
        return {name: getattr(found, name) for name in found.model_fields_set}

    def _problem(self, error: ValidationError) -> ApiProblem:
        first, *_ = error.errors(include_url=False, include_input=False, include_context=True)
        is_unknown = first["type"] == "extra_forbidden"
        path = first["loc"][:-1] if is_unknown else first["loc"]  # it was sent: it may be anything
        return ApiProblem("wrong", _why(first), field="/".join(map(str, [self.place, *path])))


def _whole_numbers(value: Any) -> Any:
    """The value with 40 in place of 40.0, which is an integer to JSON Schema (draft 2020-12, 4.2.3)."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {name: _whole_numbers(one) for name, one in value.items()}
        case list():
            return [_whole_numbers(one) for one in value]
        case _:
            return value


def answer_schema(answer: Any) -> tuple[JsonSchema, Mapping[str, JsonSchema]]:
    """The JSON schema of an answer's type, and the components that it refers to."""
    made = TypeAdapter(answer).json_schema(
        mode="serialization", ref_template=_REFERENCE, schema_generator=_Plain
    )
    schema = dict(made)
    components = {name: _closed(one) for name, one in schema.pop("$defs", {}).items()}
    return _closed(schema), components


class _Plain(GenerateJsonSchema):
    """Without titles, which are the names once more, and without defaults: a field is there, or it is not."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])


def _closed(schema: JsonSchema) -> JsonSchema:
    """An object of these fields and no other."""
    return {**_without_title(schema), **({"additionalProperties": False} if "properties" in schema else {})}


def _without_title(schema: JsonSchema) -> JsonSchema:
    return {key: value for key, value in schema.items() if key != "title"}


def _sent(parameter: Parameter) -> Any:
    """The type of the value that a call has for a parameter."""
    listed = parameter.marker(TableParameter)
    if parameter.marker(GoesOn) is not None:
        return Annotated[str, MinLen(1), MaxLen(PART_MOST), Help("`next` of a page before.")]
    if parameter.marker(OfContact) is not None:
        return Annotated[str, MinLen(1), MaxLen(PART_MOST), Help(parameter.says)]
    if listed is None:
        return parameter.annotation
    text = Annotated[str, MinLen(1), MaxLen(SHORT)]
    return Annotated[list[text], MinLen(1), MaxLen(listed.most), Help(parameter.says)]


def _why(error: ErrorDetails) -> Translatable:
    """The sentence on an error. It has nothing of what was sent: that may be personal."""
    limits = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return tr("it is missing")
        case "extra_forbidden":
            return tr("a name of it is none of those that are known")
        case "literal_error" | "enum":
            known = re.findall(r"'(.*?)'", limits["expected"])
            return tr("it is to be {values}", values=row([quoted(one) for one in known], "or"))
        case "string_too_short" | "too_short":
            return tr("there are to be at least {number}", number=limits["min_length"])
        case "string_too_long" | "too_long":
            return tr("there may be at most {number}", number=limits["max_length"])
        case "greater_than_equal":
            return tr("it is outside of what is taken, which ends at {number}", number=limits["ge"])
        case "less_than_equal":
            return tr("it is outside of what is taken, which ends at {number}", number=limits["le"])
        case str(kind) if (wanted := _TYPES.get(kind.partition("_")[0])) is not None:
            return tr("it is to be {kinds}", kinds=wanted)
        case _:
            return tr("it is not of the form that is taken")
