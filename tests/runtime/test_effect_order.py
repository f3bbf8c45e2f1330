"""N5: what one person asks of appointments is carried out, and heard, in the order in which it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model.effects import EffectNotice, EffectRequest
from bot.model.event import Origin, Outcome
from bot.model.inbox import Received
from bot.model.outgoing import Outgoing
from bot.model.promotion_effects import BookAppointment, CancelAppointment
from bot.runtime.effects.effect_runner import Asker
from bot.runtime.own_events import to_json
from bot.runtime.ports import Caller
from tests.conftest import NOW, ManualClock

HERE = Origin("", "main", 0)
BOOK, CANCEL = BookAppointment("剪髮", NOW, HERE), CancelAppointment("剪髮", HERE)


@dataclass
class SlowToBook:
    """A desk that books for `main:U1` only when it may."""

    may: asyncio.Event = field(default_factory=asyncio.Event)
    begun: list[tuple[str, str]] = field(default_factory=list)

    async def carry_out(self, request: EffectRequest, caller: Caller) -> Outcome:
        what = request.question.action.partition("_")[0]
        self.begun.append((caller.contact, what))
        if what == "book" and caller.contact == "main:U1":
            await self.may.wait()
        return Outcome("appointment", "booked" if what == "book" else "cancelled", HERE, "剪髮")

    async def notify(self, notice: EffectNotice, caller: Caller) -> None:
        raise AssertionError("nothing is told here")


async def test_who_books_and_cancels_at_once_has_cancelled() -> None:
    """Side by side, two bookings both found that there was none, and a cancelled one was heard as booked."""
    desk, heard = SlowToBook(), list[str]()

    async def store(events: Sequence[Received], seconds: float) -> None:
        heard.extend(one.entry.id for one in events)

    asker = Asker(desk, store, ManualClock(NOW))

    def asks(number: int, request: EffectRequest, contact: str) -> asyncio.Task[object]:
        call = Outgoing(
            *(f"main:e{number}#0", f"main:e{number}", "main", "ask", "U1", to_json(request)),
            created=NOW,
            received=NOW,
        )
        return asyncio.create_task(asker.see_to(call, contact, lambda: True))

    first, second = asks(1, BOOK, "main:U1"), asks(2, CANCEL, "main:U1")
    await asks(3, CANCEL, "main:U2")
    assert desk.begun == [("main:U1", "book"), ("main:U2", "cancel")], "others wait for nobody"
    assert len(heard) == 1
    desk.may.set()
    await asyncio.gather(first, second)
    assert desk.begun[2:] == [("main:U1", "cancel")]
    assert len(heard) == 3
