"""What a bot asks of the world, as small Protocols: a shop, an SMS provider.

Scenarios play them in memory. An adapter to a real one answers the same questions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.event import Outcome
from bot.model.value import Value
from bot.services.caller import Caller
from bot.services.effects import EffectHandler, EffectHandlers


@dataclass(frozen=True, slots=True)
class PretendCaller:
    """Who asks: this contact on this channel, and when; `others` are all contacts, by their ids."""

    contact: Contact
    channel: str
    others: Mapping[str, Contact]
    now: datetime


PretendAnswers: TypeAlias = Mapping[type[Any], Callable[[Any, PretendCaller], Outcome]]
"""What comes of each kind of `EffectRequest` that is played in memory."""


def handlers_of(answers: PretendAnswers, contacts: Mapping[str, Contact]) -> EffectHandlers:
    """These as functions of services, asked by one of these contacts."""

    def handler(answer: Callable[[Any, PretendCaller], Outcome]) -> EffectHandler:
        async def carry_out(request: Any, caller: Caller) -> Outcome:
            contact = contacts[caller.contact]
            return answer(request, PretendCaller(contact, caller.channel, contacts, caller.at))

        return carry_out

    return {kind: handler(answer) for kind, answer in answers.items()}


SHOP = "shop"
"""The name of the one shop that there is in a scenario, where the playbook has none."""


def shop_of(playbook: Playbook) -> str:
    """The name of the one shop that there is in a scenario: the first that a channel has."""
    return next((one.shop for one in playbook.channels.values() if one.shop is not None), SHOP)


class ShopFails(Exception):
    """The shop platform does not answer; its outcome is `shop_failed`."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member's record at the shop: `values` are the mapped attributes by slot, `tags` its yes/no fields.

    `phone` is E.164, `birthday` `YYYY-MM-DD`; `line` the LINE user that the record carries.
    """

    phone: str | None = field(repr=False)
    member_no: str = field(repr=False)
    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    tags: Mapping[str, bool] = field(default_factory=dict)
    consent: bool | None = None
    birthday: str | None = field(default=None, repr=False)
    line: str | None = None


class Shop(Protocol):
    """The shop platform. Its methods raise `ShopFails`."""

    name: str
    registers: bool

    def by_phone(self, phone: str) -> Member | None: ...
    def by_line(self, user: str) -> Member | None: ...
    def read(self, member_no: str) -> Member | None: ...
    def register(self, phone: str, *, marketing: bool) -> Member: ...
    def write(self, member_no: str, values: Mapping[str, Value | None]) -> Member | None: ...


@dataclass(frozen=True, slots=True)
class CodeSending:
    """What came of asking for a code: an outcome of `code`.

    `too_soon`: `seconds` until another can be sent; `waiting`: the last one is this person's, and still good.
    `refused`: from `until` on there may be another.
    """

    result: Literal["sent", "too_soon", "refused", "failed"]
    seconds: int = 0
    waiting: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Comparing:
    """What came of a code that somebody wrote: an outcome of `code`; `phone` is what a right one proves.

    `left`: tries after a `wrong` one; `again_in`: seconds until another can be sent, where it is `locked`.
    """

    result: Literal["right", "wrong", "locked", "expired"]
    phone: str | None = field(default=None, repr=False)
    left: int = 0
    again_in: int = 0
