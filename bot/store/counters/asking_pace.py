"""How fast codes may be asked for by one LINE account, and by pages at one internet address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot.model.code_pace import CALM, AskingSpeed
from bot.store.counters.counting import KeyedCounts, Limits, holds, room_from
from bot.store.database.mongo import Collection
from bot.store.sealing.keyed_ids import SENT_FROM, SENT_TO_USER
from bot.store.sealing.seal import Seal

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
OF_USER: Limits = ((DAY, 5),)
OF_ADDRESS: Limits = ((MINUTE, CALM.from_address),)

Asking: TypeAlias = Literal["person", "address"]


@dataclass(frozen=True, slots=True)
class AskingFull:
    """Whose limit is reached, and when there is room again. `paused`: soon enough to be waited for."""

    who: Asking
    until: datetime
    paused: bool


class AskingPace:
    """Codes by keyed hashes of LINE users and addresses, in `code_limits`. For use within `reaching`.

    At an address newcomers are counted by themselves: a crowd of them keeps nobody else out there.
    """

    def __init__(self, limits: Collection, seal: Seal) -> None:
        self._of_user = KeyedCounts(limits, seal, SENT_TO_USER, OF_USER)
        self._from_address = KeyedCounts(limits, seal, SENT_FROM, OF_ADDRESS)

    async def count(
        self, user: str, address: str | None, call: str, pace: AskingSpeed, now: datetime, *, newcomer: bool
    ) -> AskingFull | None:
        """Count this call; where there is no room, what was counted before that is left counted."""
        limits = (*OF_USER, (pace.pause, 1)) if pace.pause else OF_USER
        of_user = await self._of_user.count(user, call, now, limits)
        if not holds(of_user, call):
            until = room_from(of_user, limits)
            return AskingFull("person", until, until <= now + pace.pause)
        if address is None:
            return None
        limits = ((MINUTE, pace.from_address),)
        at_address = await self._from_address.count(_place(address, newcomer), call, now, limits)
        return None if holds(at_address, call) else AskingFull("address", room_from(at_address, limits), True)

    async def uncount(self, user: str, address: str | None, call: str, *, newcomer: bool) -> None:
        """This call has not happened after all."""
        await self._of_user.uncount(user, call)
        if address is not None:
            await self._from_address.uncount(_place(address, newcomer), call)


def _place(address: str, newcomer: bool) -> str:
    return f"{address}\0newcomer" if newcomer else address
