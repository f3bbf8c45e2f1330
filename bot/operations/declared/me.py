"""The token that calls: what it is called, what it may do, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model.admin import TEAM, AdminRole
from bot.model.api_token import BY_TOKEN
from bot.model.translatable import tr
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.find_contacts import NotFound


@dataclass(frozen=True, slots=True)
class CallingToken:
    """`role` is what it may do by now."""

    name: str
    role: AdminRole
    until: datetime


@operation("me", roles=TEAM, not_in={"command": "a terminal has no token"})
async def calling_token(call: OperationCall) -> CallingToken:
    """The token that calls: its name, what it may do by now, until when it is good."""
    token = await call.stores.api_tokens.named(call.by.removeprefix(BY_TOKEN))
    if token is None:
        raise NotFound(tr("The token is missing, wrong or over"))
    return CallingToken(token.name, call.role, token.until)
