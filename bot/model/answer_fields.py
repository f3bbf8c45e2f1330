"""What the fields of an answer mean and how they are shown: markers of their types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeAlias

from bot.model.translatable import Translatable, TranslatableValue

Clock = Callable[[datetime], str]
"""A moment by the clock of the team."""


@dataclass(frozen=True, slots=True)
class Help:
    """What a parameter or a field means, in one line."""

    text: str

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        return {**handler(core), "description": self.text}


@dataclass(frozen=True, slots=True)
class AsText:
    """A text for programs, whatever it is here."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.any_schema()

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string"}


Sentence: TypeAlias = Annotated[TranslatableValue, AsText()]
"""A sentence of an answer, in the language of who reads it."""


@dataclass(frozen=True, slots=True)
class Column:
    """This field is a column of a table, under this title; `words`: what is said of a value."""

    title: Translatable
    words: Callable[[Any], object] = lambda value: value

    def of(self, row: object, field: str) -> object:
        """What this column says of a row."""
        value = getattr(row, field)
        return None if value is None else self.words(value)


@dataclass(frozen=True, slots=True)
class Table:
    """This field is shown as a table, of the fields that are columns; `empty` where it lists nothing."""

    empty: Translatable


@dataclass(frozen=True, slots=True)
class TextTable:
    """Rows of values under their titles (without any: as they are), among the lines of an answer."""

    titles: Sequence[Translatable]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Internal:
    """This field is in no answer: oaflow itself works with it."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.any_schema()

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        from pydantic_core import PydanticOmit

        raise PydanticOmit
