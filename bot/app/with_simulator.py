"""The simulator in the process that runs the bot: its clock, and what each sees of the other."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, TypeAlias

from bot.app.effect_handlers import BindingServices
from bot.app.live import Live
from bot.app.playbook_files import may_be_written
from bot.app.reload import Reload
from bot.app.reload_reports import Report
from bot.app.simulator_controls import PretendBrake, PretendPlaces, forgetting, rewinding
from bot.app.start_options import StartOptions
from bot.app.sweeps import Sweeps
from bot.engine.flows.push_gate import only_waits
from bot.model.channel import Channel
from bot.model.clock import Clock, PatientClock, SystemClock
from bot.model.contact import contact_id
from bot.model.event import Event, Source, What
from bot.model.instance import Timer
from bot.model.processes import PARTS
from bot.model.translatable import ENGLISH
from bot.runtime.broadcasts.broadcasts import Broadcasts
from bot.runtime.cluster.brake_watch import BrakeWatch
from bot.runtime.effects.staff_changes import StaffChanges
from bot.runtime.effects.staff_commands import StaffService
from bot.runtime.intake.receive import Receiver
from bot.runtime.process import Runtime
from bot.runtime.shops.all_shops import SyncedShops
from bot.runtime.shops.news_intake import ShopNewsProcessor
from bot.services.own_events import STORE_SECONDS, own_event
from bot.store.unavailable import DatabaseUnavailable
from bot.translations.chinese import CHINESE

if TYPE_CHECKING:  # without --simulator it is not needed
    from bot.simulator.simulator import Simulator
    from bot.simulator.workbench.inside import Inside

TellNews: TypeAlias = Callable[[str, str, What], Awaitable[str]]
"""`tell(channel, user, what)` puts an event of our own into the inbox, and gives its id."""


def clock_of(begun: StartOptions) -> PatientClock:
    """The time; the simulator's can be moved."""
    if not begun.simulator:
        return SystemClock()
    from bot.simulator.workbench.clock import MovingClock

    return MovingClock()


def simulator_of(begun: StartOptions, live: Live, clock: PatientClock) -> Simulator | None:
    """The simulator of what is live, where one was asked for."""
    if not begun.simulator:
        return None
    from bot.simulator.simulator import Simulator

    pretend = Simulator(
        *(live.titled_channels(), clock),
        shops=live.settings.shops.values(),
        language=begun.page_language,
        base=begun.base,
    )

    pretend.hooks.settings = live.settings
    pretend.staff_answer_in_line(_with_line_chat(live))

    def changed(channels: Iterable[Channel]) -> None:
        pretend.meet(channels)
        pretend.meet_shops(live.settings.shops.values())
        pretend.hooks.settings = live.settings
        pretend.staff_answer_in_line(_with_line_chat(live))

    live.on_channels = changed
    return pretend


def _with_line_chat(live: Live) -> Collection[str]:
    return {name for name, rules in live.playbook.channels.items() if rules.staff == "line_chat"}


def tokens_of_events(live: Live, pretend: Simulator | None) -> Callable[[], Sequence[str]]:
    """Gives the tokens that `POST /api/events` accepts.

    With the simulator, where the playbook's `api_token` is a variable that is not set, a random one is made
    for the simulator's shops.
    """
    if pretend is None:
        return live.api_tokens
    own = token_hex(32)

    def tokens() -> Sequence[str]:
        is_written = ("api_token",) in live.settings.written
        return live.api_tokens() or ([own] if is_written else [])

    pretend.event_tokens = tokens
    return tokens


def publish_problems(reload: Reload, pretend: Simulator, folder: Path) -> None:
    """Send the problems of the playbook to the simulator's page from now on, in both of its languages.

    The page can have repairs written into files that may be written.
    """

    def in_both(report: Report) -> Mapping[str, Mapping[str, object]]:
        return {words.name: _mendable(report(words), folder) for words in (CHINESE, ENGLISH)}

    pretend.edit.mend = reload.mend
    edit, standing = pretend.edit, reload.reports.warned()
    edit.warned = None if standing is None else in_both(standing)
    reload.reports.on_refused = lambda why: edit.refuse(in_both(why))
    reload.reports.on_taken = lambda warned: edit.take(None if warned is None else in_both(warned))


def _mendable(report: Mapping[str, Any], folder: Path) -> Mapping[str, object]:
    """The report, with repairs of those files only that may be written."""

    def offered(problem: Mapping[str, Any]) -> Mapping[str, Any]:
        file = str(problem["place"]).rpartition(":")[0]
        is_offered = problem["repair"] is not None and may_be_written(folder / file)
        return problem if is_offered else {**problem, "repair": None}

    return {**report, "problems": [offered(one) for one in report["problems"]]}


def publish_brake(brake: BrakeWatch, pretend: Simulator) -> None:
    """Send the stops of pushes, from any process, to the simulator's page and recordings from now on."""

    def publish() -> None:
        pretend.stopped(brake.brake)

    brake.on_change.append(publish)
    publish()


def inside(
    begun: StartOptions,
    live: Live,
    runtime: Runtime,
    swept: Sweeps,
    broadcasts: Broadcasts,
    synced: SyncedShops,
    shop_news: ShopNewsProcessor,
    services: BindingServices,
    clock: PatientClock,
    brake: BrakeWatch,
    open_questions: Callable[[], int],
    clock_moved: Callable[[], Awaitable[None]],
) -> Inside:
    """What the workbench sees of this process (see `Inside`).

    `open_questions` gives the number of calls of web hooks that wait for an answer of the simulator's user;
    `clock_moved` is awaited after the simulator's clock was moved.
    """
    from bot.app.simulated_clerks import clerks_at_hand
    from bot.simulator.workbench.inside import Inside

    stores, contacts = begun.opened.stores, begun.opened.stores.contacts
    tell = _telling(runtime.receiver, clock)
    places = PretendPlaces(stores.places, runtime)
    clerks = clerks_at_hand(begun.opened, live, clock)
    changes = StaffChanges(stores.rewriter, contacts, clock)

    async def waits(contact: str, timer: Timer) -> bool:
        stored = await contacts.person(contact) if live.playbook.halting else None
        return stored is not None and only_waits(live.playbook, stored.contact, timer)

    async def next_stop(after: datetime, until: datetime) -> datetime | None:
        sent = await broadcasts.next(after, until)
        return await swept.next_moment(after, sent or until) or sent

    async def write_journal() -> None:
        with suppress(DatabaseUnavailable):  # the writer tries again by itself
            await runtime.journal.flush()

    def at_rest() -> bool:
        settled = runtime.is_at_rest_but_for(open_questions())
        return (
            settled
            and swept.are_at_rest
            and broadcasts.is_at_rest
            and synced.is_at_rest
            and shop_news.is_at_rest
        )

    return Inside(
        playbook=live.playbook_now,
        contact=contacts.person,
        timers=lambda until: contacts.timers(range(PARTS), until),
        only_waits=waits,
        is_at_rest=at_rest,
        next_stop=next_stop,
        write_journal=write_journal,
        coming=broadcasts.coming,
        tell=tell,
        staff=StaffService(
            live.playbook_now,
            contacts,
            changes,
            services.merging,
            services.members,
            tell,
            clock,
            runtime.recovery.reread,
        ),
        languages=(ENGLISH, CHINESE),
        rewind=rewinding(begun.opened, runtime, clock, places),
        forget=forgetting(begun.opened, runtime, places),
        places_taken=places.taken,
        clear_places=places.clear,
        clerks=clerks.all,
        suspend_clerk=lambda number, off: clerks.suspend(number, off=off),
        brake=PretendBrake(stores, live, brake, clock),
        clock_moved=clock_moved,
        folder=begun.folder,
        sources=lambda: live.sources,
        environment=begun.environment,
    )


def _telling(receiver: Receiver, clock: Clock) -> TellNews:
    """The function that stores an event of our own in the inbox. It may raise `DatabaseUnavailable`."""

    async def tell(channel: str, user: str, what: What) -> str:
        contact = contact_id(channel, user)
        event = Event(f"{channel}:{uuid.uuid4().hex}", channel, Source("user", user), clock.now(), what)
        await receiver.store([own_event(contact, event)], STORE_SECONDS)
        return event.id

    return tell
