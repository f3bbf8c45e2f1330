"""Texts with placeholders, taken apart at load and filled in a turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`{{ group.name or TEXT }}`; `default` is the TEXT, empty where there is none."""

    name: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A text as a list of literal pieces and placeholders. Values are put in once, never read again."""

    parts: tuple[str | Placeholder, ...]

    def fill(self, values: Mapping[str, str | None]) -> str:
        """The text with each placeholder replaced by its value, or its default where there is none."""
        return "".join(
            part if isinstance(part, str) else (values.get(part.name) or part.default) for part in self.parts
        )

    @property
    def fixed(self) -> str | None:
        """The text itself where it holds no placeholder."""
        if all(isinstance(part, str) for part in self.parts):
            return self.fill({})
        return None
