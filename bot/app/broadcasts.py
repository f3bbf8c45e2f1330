"""Broadcasts, wired: they work as long as the runtime does."""

from __future__ import annotations

from collections.abc import Collection

from bot.app.context import AppContext
from bot.line.insight import Insight
from bot.runtime.broadcasts.batch_calls import SendingUnits
from bot.runtime.broadcasts.batch_people import BatchPeople
from bot.runtime.broadcasts.batch_work import BatchWork
from bot.runtime.broadcasts.broadcasts import BroadcastParts, Broadcasts, BroadcastWorld
from bot.runtime.broadcasts.gathering import Gatherer
from bot.runtime.cluster.ownership import since_boot
from bot.runtime.limits.month_messages import MonthMessages
from bot.runtime.process import Runtime


def keep_broadcasts(serving: AppContext, runtime: Runtime, months: MonthMessages) -> Broadcasts:
    """Have broadcasts go out by this runtime."""
    stores, clock, live = serving.begun.opened.stores, serving.clock, serving.live
    owner = runtime.ownership

    def insight(channel: str) -> Insight | None:
        return None if (line := live.account(channel)) is None else line.insight

    async def alive() -> Collection[str]:
        shares = await stores.leases.look()
        return () if shares is None else shares.until.keys()

    people = BatchPeople(stores.recipients_now, serving.personal.in_messages)
    work = BatchWork(
        stores.sending_batches,
        people,
        stores.sent_marks,
        runtime.rates,
        runtime.receiver.store,
        clock,
        since_boot,
        serving.pretend.watch_broadcast if serving.pretend is not None else None,
    )
    gathering = Gatherer(
        stores.sendings,
        stores.sending_batches,
        stores.audience_members,
        stores.merged_since,
        months,
        SendingUnits(stores.unit_names, insight, clock),
        clock,
        lambda: owner.owns(0),
    )
    broadcasts = Broadcasts(
        BroadcastParts(stores.sendings, stores.sending_batches, gathering, work, months),
        BroadcastWorld(
            lambda: live.playbook,
            lambda: stores.pulse.playbook,
            live.account,
            lambda: serving.brake.brake,
            owner.owns,
            lambda: len(owner.surely),
            alive,
            serving.begun.opened.process,
            clock,
            runtime.line.on_call_end,
        ),
    )
    runtime.line.on_well.append(lambda channel, lasted: broadcasts.line_is_well(channel))
    runtime.also("broadcasts", broadcasts.run)
    runtime.also("broadcasts that begin and end", broadcasts.run_conducting)
    runtime.also("batches of broadcasts", broadcasts.run_batches)
    runtime.metrics.add(broadcasts.people)
    return broadcasts
