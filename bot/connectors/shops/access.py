"""How a shop is accessed: what is looked at before each call, and by which token."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

Ready: TypeAlias = Callable[[], Awaitable[None]]
"""Has all ready for a call; raises `ShopFailed`, by name, where there may be none."""


async def always() -> None:
    """A shop that may be asked whenever somebody wants to."""


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
