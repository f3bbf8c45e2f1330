"""The services that carry out what turns ask for, wired: codes, members, clerks, web hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from prometheus_client.registry import Collector

from bot.app.context import AppContext
from bot.connectors.sms.sender import SmsSender
from bot.engine.members.identity import of_shop
from bot.hooks.call import HookCaller
from bot.model.translatable import Language
from bot.runtime.effects.clerks import PatientClerks
from bot.runtime.effects.codes import AlertOnce, OneTimeCodes, SmsDayWatch
from bot.runtime.effects.effect_runner import EffectService
from bot.runtime.effects.hooks import HookFigures, HookService
from bot.runtime.effects.matching import MatchFinder
from bot.runtime.effects.merging import Merging
from bot.runtime.effects.sms_credit import SmsCredits
from bot.runtime.metrics import Tally
from bot.runtime.promotions import PortContext, ports_of
from bot.services.effects import CountEnd
from bot.services.member_writing import MemberWriter
from bot.services.members import MemberService
from bot.services.own_events import EventStore
from bot.services.promotions import OutcomeFigure, PromotionService, ServiceContext, promotion_services


async def hook_service(serving: AppContext, figures: HookFigures, stack: AsyncExitStack) -> EffectService:
    """The service that calls web hooks; with the simulator it answers them itself, and nothing is called."""
    if serving.pretend is not None:
        return serving.pretend.hooks
    live, clock = serving.live, serving.clock
    calling = HookCaller(clock, lambda: live.settings.private_hosts, figures.seconds.took)
    caller = await stack.enter_async_context(calling)
    service = HookService(caller, live.playbook_now, lambda: live.settings.hooks, figures, clock)
    stack.push_async_callback(service.watch.stop)
    return service


@dataclass(frozen=True, slots=True)
class BindingServices:
    """The services that carry out effects, all but web hooks."""

    codes: OneTimeCodes
    """One-time codes by SMS."""
    members: MemberService
    """Looks up and registers members at shops."""
    writer: MemberWriter
    """Writes values onto members at shops."""
    clerks: PatientClerks
    """Finds clerks by their codes."""
    promotions: Sequence[PromotionService]
    matches: MatchFinder
    """Stores contacts with the phone or address of a form as possible matches (E2)."""
    merging: Merging
    credits: SmsCredits
    """The credit at providers of SMS; it is asked for only while `credits.run()` is run."""
    figures: Sequence[Collector]
    """The Prometheus figures of all these services."""
    events: EventStore
    """Stores events of services; its `by` has to be set once the runtime is there."""


def binding_services(
    serving: AppContext,
    sender: Callable[[str], SmsSender | None],
    alerts: AlertOnce,
    language: Callable[[], Language],
) -> BindingServices:
    """The services for the live playbook. `sender` gives the provider of a name in its section `sms`.

    `alerts` stores an alert of the services, in the playbook's `language`.
    """
    live, clock, opened = serving.live, serving.clock, serving.begun.opened
    day = SmsDayWatch(alerts, language, lambda: live.playbook.public)
    stores, contacts = opened.stores, opened.stores.contacts
    merging = Merging(stores.rewriter, contacts, stores.audit, clock, lambda: of_shop(live.playbook))
    credits = SmsCredits(lambda: live.settings.sms, sender, clock)
    credits.alert = day.alert
    codes = OneTimeCodes(
        stores.codes, live.playbook_now, sender, credits, contacts, stores.people.link_owner, clock, day
    )
    clerks = PatientClerks(stores.clerks, stores.clerk_guesses, contacts, clock)
    figures: list[Collector] = [codes.ends, codes.refused, clerks.ends, credits.levels]

    def counter(counted: OutcomeFigure) -> CountEnd:
        tally = Tally(counted.name, counted.meaning, *counted.labels)
        figures.append(tally)
        return tally.inc

    events = EventStore()
    ports = ports_of(
        PortContext(
            *(stores, opened.seal.counting_index, alerts, language, clock),
            simulates=serving.pretend is not None,
        )
    )
    context = ServiceContext(ports, live.playbook_now, contacts, stores.people, events.store, clock)
    return BindingServices(
        codes,
        MemberService(stores.phones, contacts, stores.people, merging, serving.shops, clock),
        MemberWriter(serving.shops),
        clerks,
        [*promotion_services(context, counter)],
        MatchFinder(stores.people, contacts, stores.matches),
        merging,
        credits,
        figures,
        events,
    )
