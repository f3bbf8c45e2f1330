"""May a shop be asked just now, and by which token? Before each call it is looked at: links end meanwhile."""

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
    """The token of the next call; whoever has it ready puts it here. `refused`: the shop does not take it."""

    value: str = field(default="", repr=False)
    refused: bool = False


@dataclass(frozen=True, slots=True)
class ShopAccess:
    """How a shop is come by. `token`: it is given by an installation, and stands in no playbook."""

    ready: Ready = always
    token: TokenInUse | None = None


OPEN = ShopAccess()
"""By what stands in the playbook."""
