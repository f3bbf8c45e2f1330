"""What may still be sent, wired to the runtime: the month's messages at LINE, the caps of journeys, and what
staff have stopped (the brake)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bot.app.live import Live
from bot.model.clock import PatientClock
from bot.model.decision import SmsCredit
from bot.model.inbox import Received
from bot.runtime.cluster.brake_watch import BrakeWatch
from bot.runtime.limits.caps import Caps
from bot.runtime.limits.month_messages import MonthMessages
from bot.runtime.limits.quota import QuotaBack, Quotas
from bot.runtime.limits.spending import Meters
from bot.runtime.process import Runtime
from bot.runtime.turn_taking.worlds import Worlds
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class Allowances:
    """The limits of one process: decisions read them, and the sender reports what was sent.

    `world` is the view of them for decisions; `month` the messages reserved for broadcasts.
    """

    quotas: Quotas
    caps: Caps
    world: Worlds
    brake: BrakeWatch
    month: MonthMessages

    @property
    def spending(self) -> Meters:
        """The meters that count each call: against the month's messages, and against the caps of journeys."""
        return Meters(self.quotas, self.caps)

    def join(self, runtime: Runtime, stores: Stores, clock: PatientClock) -> None:
        """Start reading and renewing the limits, as long as `runtime` works."""
        back = QuotaBack(self.quotas, stores.held, _Serving(runtime), clock)
        runtime.metrics.add(self.quotas.levels)
        self.quotas.on_call_end = partial(runtime.line.on_call_end, sends_message=False)
        runtime.line.on_failing = self.quotas.ask_soon
        runtime.also("quota", self.quotas.run)
        runtime.also("quota back", back.run)
        runtime.also("reserved messages", self.month.run)
        runtime.also("caps", self.caps.run)
        self.brake.on_change.append(runtime.braked.look)
        self.brake.on_look.append(lambda: self.quotas.reserved_are(stores.pulse.reserved))
        runtime.metrics.level(
            "oaflow_pushes_stopped",
            "Stops of pushes that hold now.",
            lambda: len(self.brake.brake.stops),
        )
        runtime.also("brake", self.brake.run)


def allowances(
    live: Live,
    sms_credit: Callable[[str], SmsCredit],
    stores: Stores,
    clock: PatientClock,
    brake: BrakeWatch,
) -> Allowances:
    """The limits of the live playbook."""
    quotas = Quotas(lambda: live.settings.channels, live.account, stores.quotas, clock)
    caps = Caps(live.playbook_now, stores.totals, clock)
    world = Worlds(sms_credit, quotas.all_left, lambda: caps.totals, lambda: brake.brake)
    quotas.on_change = caps.on_change = world.changed
    brake.on_change.append(world.changed)
    month = MonthMessages(stores.reserved_messages, live.account, clock, quotas.refused)
    return Allowances(quotas, caps, world, brake, month)


@dataclass(frozen=True, slots=True)
class _Serving:
    """The runtime, as `QuotaBack` asks it."""

    runtime: Runtime

    def parts(self) -> Sequence[int]:
        """The parts of all contacts that this process owns."""
        return self.runtime.ownership.parts

    async def hear(self, received: Sequence[Received], seconds: float) -> None:
        """Store these events, for their turns."""
        await self.runtime.receiver.store(received, seconds)

    def is_through(self, contact: str, event: str) -> bool:
        """Whether the turn of this event is done, and everything to its contact is sent."""
        return not self.runtime.lanes.knows(event) and not self.runtime.sender.lines.unsettled(contact)
