"""Tokens by which other systems call `/admin/api`: made, listed, revoked (K1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from annotated_types import Ge, Le, MinLen

from bot.model.admin import TeamRole
from bot.model.answer_fields import Clock, Help, Table
from bot.model.api_token import DAYS, DAYS_MOST
from bot.model.translatable import Translatable, TranslatableValue, tr
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import Name, OperationFace, Option
from bot.operations.simulated_time import clock_among
from bot.operations.tokens import StaffTokens, TokenView

NOT_BY_TOKENS: dict[OperationFace, str] = {"api": "it asks for the password again"}


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A new token, and what its user sends."""

    name: str
    role: TeamRole
    token: Annotated[str, Help("It is shown this once.")]
    until: datetime

    def lines(self, at: Clock) -> Iterator[TranslatableValue]:
        """The token, and how long it is good."""
        yield tr("{name} calls /admin/api with this token:", name=self.name)
        yield f"    {self.token}"
        yield tr("it is shown this once, and good until {moment}", moment=at(self.until))


@dataclass(frozen=True, slots=True)
class TokenList:
    """All of them, by name."""

    tokens: Annotated[Sequence[TokenView], Table(tr("there is no token yet"))]


@dataclass(frozen=True, slots=True)
class RevokedTokens:
    """Those that were good until now."""

    revoked: Sequence[str]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """Their names."""
        if self.revoked:
            yield tr("revoked: {names}", names=" ".join(self.revoked))
        else:
            yield tr("that was so already")


async def _tokens(call: OperationCall) -> StaffTokens:
    return StaffTokens(call.stores, call.context.clock, await clock_among(call.stores))


@operation(
    "tokens.make", changes=True, audit="token_made", example="warehouse --role agent", not_in=NOT_BY_TOKENS
)
async def make_token(
    call: OperationCall,
    name: Annotated[Name, Help("its name: letters, digits and . _ - @ +")],
    role: Annotated[TeamRole, Option(), Help("what it may do")],
    days: Annotated[int, Ge(1), Le(DAYS_MOST), Help("days for which it is good (365)")] = DAYS,
) -> MadeToken:
    """A new token, shown this once."""
    made = await (await _tokens(call)).make(name, role, days, call.by)
    return MadeToken(made.token.name, made.token.role, made.text, made.token.until)


@operation("tokens.list", not_in=NOT_BY_TOKENS)
async def list_tokens(call: OperationCall) -> TokenList:
    """All tokens: what each may do, until when, when it was last used."""
    return TokenList(await (await _tokens(call)).all())


@operation("tokens.revoke", changes=True, audit="token_revoked", example="warehouse", not_in=NOT_BY_TOKENS)
async def revoke_tokens(
    call: OperationCall, name: Annotated[tuple[Name, ...], MinLen(1), Help("the tokens' names")]
) -> RevokedTokens:
    """Nobody takes these any more."""
    return RevokedTokens(await (await _tokens(call)).revoke(name, call.by))
