"""A placeholder as it is written, before anybody has looked up what it names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Written:
    """`{{ group.name as FORMAT or TEXT }}` taken apart; `written` is the whole of it as it stands.

    `name` is empty where there is no dot.
    """

    group: str
    name: str
    format: str | None
    default: str | None
    written: str
