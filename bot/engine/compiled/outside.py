"""What a playbook has of the world outside: web hooks that it calls, and addresses that lead to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.model.value import Type


@dataclass(frozen=True, slots=True)
class Hook:
    """A web hook as decisions see it. `body` is JSON with templates in it."""

    name: str
    body: Any
    returns: Mapping[str, Type] = field(default_factory=dict)
    save: Mapping[str, tuple[str, Type, str]] = field(default_factory=dict)
    """Attribute key → slot, type, path in the answer."""


@dataclass(frozen=True, slots=True)
class Link:
    """A code whose address says or opens something; tags are given when it is opened."""

    code: str
    title: str
    send: str | None = None
    open: str | None = None
    add_tags: tuple[str, ...] = ()
