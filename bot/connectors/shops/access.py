"""How a shop is accessed: what is checked before each call, and which token goes with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

Ready: TypeAlias = Callable[[], Awaitable[None]]
"""Prepares a call (link, token); raises the kind of `ShopFailed` that says why none may be made."""


async def always() -> None:
    """A `Ready` that does nothing: the shop may be called at any time."""


@dataclass(slots=True)
class TokenInUse:
    """The token of the next call, set by the renewal. `refused`: the shop does not take it."""

    value: str = field(default="", repr=False)
    refused: bool = False


@dataclass(frozen=True, slots=True)
class ShopAccess:
    """How a shop is accessed. `token`: given by an installation, not by the playbook."""

    ready: Ready = always
    token: TokenInUse | None = None


OPEN = ShopAccess()
"""Access by credentials in the playbook."""
