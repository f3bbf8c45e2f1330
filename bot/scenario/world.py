"""What a bot asks of the world, as small Protocols: a shop, an SMS provider.

Scenarios play them in memory. An adapter to a real one answers the same questions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from bot.model.contact import Contact
from bot.model.event import Outcome
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


@dataclass(frozen=True, slots=True)
class PlayedClock:
    """The clock of a scenario."""

    moment: Callable[[], datetime]

    def now(self) -> datetime:
        return self.moment()


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
