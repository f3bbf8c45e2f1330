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
    """A code of `links`, with an address of our own that says or opens something."""

    code: str
    title: str
    send: str | None = None
    """The text that is said in the chat in the person's name."""
    open: str | None = None
    """The address that it leads to."""
    add_tags: tuple[str, ...] = ()
    """Put on who opens it, where the person is known."""
