"""Wires what runs beside turns: events from outside, sibling processes, broadcasts; alerts and digests, with
what watches the work and the set-up for them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.app.context import AppContext
from bot.app.shop_services import ShopNewsServices
from bot.app.staff_contexts import linked_surroundings
from bot.app.with_simulator import tokens_of_events
from bot.connectors.sms.sender import Credit
from bot.engine.compiled.playbook import Playbook
from bot.hooks.call import HookCaller
from bot.line.insight import Insight
from bot.line.webhook import read_event
from bot.model.translatable import ENGLISH, Language
from bot.operations.alerts.digest_watch import DigestWatch
from bot.operations.alerts.figures import WorkFigures
from bot.operations.alerts.watch import WatchedWork, WorkWatch
from bot.operations.doctor.watch import SetupWatch
from bot.runtime.alerts.alert_dispatcher import AlertQueue, AlertTeller
from bot.runtime.alerts.carriers import AnyCarrier, ByLine, ByMail, ByWebhook
from bot.runtime.alerts.receivers import AlertCarrier, AlertReceiver, alert_receivers
from bot.runtime.alerts.words import Wording
from bot.runtime.broadcasts.batch_calls import SendingUnits
from bot.runtime.broadcasts.batch_people import BatchPeople
from bot.runtime.broadcasts.batch_work import BatchWork
from bot.runtime.broadcasts.broadcasts import BroadcastParts, Broadcasts, BroadcastWorld
from bot.runtime.broadcasts.gathering import Gatherer
from bot.runtime.cluster.ownership import since_boot
from bot.runtime.intake.handing_over import EventHandover
from bot.runtime.intake.outside_events import Addressees, OutsideEvents
from bot.runtime.intake.receive import BeginStoring
from bot.runtime.intake.sibling_socket import SiblingListener
from bot.runtime.intake.siblings import Siblings, address
from bot.runtime.limits.month_messages import MonthMessages
from bot.runtime.process import Runtime
from bot.runtime.shops.shop_events import ShopEvents
from bot.translations.chinese import CHINESE
from bot.web.outside_events import OutsideEventsPage
from bot.web.webhook import STORE_SECONDS


def events_from_outside(
    serving: AppContext, runtime: Runtime, shop_news: ShopNewsServices
) -> OutsideEventsPage:
    """The page of `POST /api/events`, whose figures are added to those of the runtime."""
    live, stores = serving.live, serving.begun.opened.stores
    signals = OutsideEvents(
        live.playbook_now,
        Addressees(stores.contacts, stores.people, runtime.turns.recent.stored),
        stores.inbox,
        runtime.receiver.store_new,
        serving.clock,
    )
    events = ShopEvents(
        signals,
        lambda: (live.settings.shops, live.playbook.zone),
        serving.shops.links,
        shop_news.keep,
        serving.clock,
    )
    page = OutsideEventsPage(events, tokens_of_events(live, serving.pretend))
    runtime.metrics.add(signals.taken, page.calls)
    return page


log = logging.getLogger("oaflow.siblings")


async def where_stored(serving: AppContext, runtime: Runtime, stack: AsyncExitStack) -> BeginStoring:
    """The function that stores webhooks' events: in this process, or in the sibling that owns their part."""
    here, folder = runtime.receiver.begin, serving.begun.siblings
    if folder is None:
        return here
    gate = SiblingListener(here, read_event, STORE_SECONDS)
    stack.push_async_callback(gate.close)  # before the runtime stops: what was taken is stored
    try:
        await gate.open(address(folder, serving.begun.opened.process))
    except OSError as error:
        log.warning("other processes cannot hand their events over to this one: %s", error.strerror)
    siblings = Siblings(folder)
    stack.push_async_callback(siblings.close)
    return EventHandover(here, siblings, runtime.ownership.elsewhere, runtime.metrics).begin


def keep_broadcasts(serving: AppContext, runtime: Runtime, months: MonthMessages) -> Broadcasts:
    """Start the sending of broadcasts in this runtime; returns it, for the simulator."""
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
        lambda channel: None if (one := live.settings.channels.get(channel)) is None else one.plan,
    )
    broadcasts = Broadcasts(
        BroadcastParts(stores.sendings, stores.sending_batches, gathering, work, months),
        BroadcastWorld(
            live.playbook_now,
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


KnownCredits: TypeAlias = Callable[[], Mapping[str, tuple[Credit, datetime]]]
"""The credit last known at each provider of SMS, by its name in the playbook, with the time of that (UTC)."""


@dataclass(frozen=True, slots=True)
class Alerting:
    """Alerts to the staff. `queue` stores them; `carrier` sends them once `join` has started that."""

    serving: AppContext
    queue: AlertQueue
    carrier: AlertCarrier

    def join(self, runtime: Runtime, credit: KnownCredits) -> None:
        """Start, as long as `runtime` works: sending alerts, watching the work for them, its figures,
        digests, and (without the simulator) watching the set-up."""
        serving, opened = self.serving, self.serving.begun.opened
        teller = AlertTeller(
            opened.stores.alerts,
            lambda: _receivers(serving),
            self.carrier,
            runtime.ownership.owns,
            opened.process,
            opened.gone,
            serving.clock,
        )
        self.queue.wake = teller.wake
        serving.live.on_take.append(teller.renew)
        runtime.also("alerts", teller.run)
        meaning = "Receivers of alerts and digests that cannot be sent anything just now."
        runtime.metrics.level("oaflow_alert_receivers_unreached", meaning, lambda: teller.unreached)
        work, owns = self._work(credit), runtime.ownership.owns
        watch = WorkWatch(work, self.queue, owns, serving.clock)
        runtime.also("work watched", watch.run)
        figures = WorkFigures(work.stores, work.playbook, work.settings, watch.lost, owns, serving.clock)
        runtime.also("figures of work", figures.run)
        runtime.metrics.add(*figures.levels)
        digests = DigestWatch(work, self.queue, lambda: _receivers(serving), owns, serving.clock)
        runtime.also("digests", digests.run)
        if serving.pretend is None:
            runtime.also("set-up watched", self._watch(runtime).run)

    def _work(self, credit: KnownCredits) -> WatchedWork:
        live, stores = self.serving.live, self.serving.begun.opened.stores
        return WatchedWork(
            stores,
            live.playbook_now,
            live.settings_now,
            lambda: titles_of(live.playbook),
            credit,
            live.playbook.public,
            lambda: language_of(live.playbook),
            lambda: linked_surroundings(self.serving).settings.channels,
        )

    def _watch(self, runtime: Runtime) -> SetupWatch:
        serving = self.serving
        return SetupWatch(
            lambda: linked_surroundings(serving),
            self.queue,
            runtime.ownership.owns,
            serving.clock,
            lambda: language_of(serving.live.playbook),
        )


async def alerting(serving: AppContext, stack: AsyncExitStack) -> Alerting:
    """The alerts of the live playbook. With the simulator none is sent: its page shows them."""
    stores = serving.begun.opened.stores
    queue = AlertQueue(stores.alerts, lambda: _receivers(serving), serving.clock)
    return Alerting(serving, queue, await _carrier(serving, stack))


def language_of(playbook: Playbook) -> Language:
    """The language of messages to the staff of this playbook's bot."""
    return CHINESE if playbook.language.startswith("zh") else ENGLISH


def titles_of(playbook: Playbook) -> dict[str, str]:
    """The titles of the LINE accounts that people see, by channel."""
    return {name: channel.title or playbook.bot for name, channel in playbook.channels.items()}


def _receivers(serving: AppContext) -> Mapping[str, AlertReceiver]:
    return alert_receivers(serving.live.settings.alerts)


async def _carrier(serving: AppContext, stack: AsyncExitStack) -> AlertCarrier:
    live = serving.live

    def wording() -> Wording:
        playbook = live.playbook
        chat = f"{playbook.public}/admin/chat" if playbook.public else ""
        chats = {name: chat for name, rules in playbook.channels.items() if chat and rules.staff == "console"}
        language = language_of(playbook)
        return Wording(playbook.bot, titles_of(playbook), language, playbook.zone, chats, chat)

    if serving.pretend is not None:
        return serving.pretend.alerts(wording)

    async def tester(name: str) -> tuple[str, str] | None:
        stores = serving.begun.opened.stores
        contact = await stores.testers.contact(name)
        stored = None if contact is None else await stores.contacts.person(contact)
        for identity in () if stored is None else stored.contact.identities:
            if identity.user is not None and identity.friend is not False:
                return identity.channel, identity.user
        return None

    def private() -> tuple[str, ...]:
        return tuple(live.settings.private_hosts)

    hooks = await stack.enter_async_context(HookCaller(serving.clock, private))
    mail, line = ByMail(wording, private), ByLine(tester, live.account, wording)
    return AnyCarrier({"mail": mail, "webhook": ByWebhook(hooks, wording), "line": line})
