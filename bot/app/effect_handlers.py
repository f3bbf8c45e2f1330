"""The services that carry out what turns ask for, wired: codes, members, clerks, web hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from prometheus_client.registry import Collector

from bot.app.context import AppContext
from bot.app.database import OpenDatabase
from bot.app.live import Live
from bot.app.shops import Shops
from bot.connectors.sms.sender import SmsSender
from bot.engine.members.identity import of_shop
from bot.hooks.call import HookCaller
from bot.model.clock import PatientClock
from bot.model.translatable import Language
from bot.promotions.appointments.services.booking import AppointmentService
from bot.promotions.coupons.runtime.flights import CouponFlights, CouponStore
from bot.promotions.coupons.services import CouponService
from bot.promotions.draws.services import DrawService, wheel_of_chance
from bot.promotions.referrals.services import ReferralService
from bot.runtime.effects.clerks import PatientClerks
from bot.runtime.effects.codes import AlertOnce, OneTimeCodes, SmsDayWatch
from bot.runtime.effects.effect_runner import EffectService, Patient
from bot.runtime.effects.hooks import HookFigures, HookService
from bot.runtime.effects.matching import MatchFinder
from bot.runtime.effects.merging import Merging
from bot.runtime.effects.sms_credit import SmsCredits
from bot.runtime.metrics import Tally
from bot.services.member_writing import MemberWriter
from bot.services.members import MemberService


async def hook_service(serving: AppContext, figures: HookFigures, stack: AsyncExitStack) -> EffectService:
    """The service of hooks. With the simulator nothing is called: there they are played."""
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
    """`credits` has to be run for what is left at the providers to be asked for."""

    codes: OneTimeCodes
    members: MemberService
    writer: MemberWriter
    clerks: PatientClerks
    coupons: CouponService
    draws: DrawService
    appointments: Patient
    matches: MatchFinder
    referrals: ReferralService
    merging: Merging
    credits: SmsCredits
    figures: Sequence[Collector]
    """What is counted of all these."""


def binding_services(
    live: Live,
    opened: OpenDatabase,
    shops: Shops,
    sender: Callable[[str], SmsSender | None],
    clock: PatientClock,
    alerts: AlertOnce,
    language: Callable[[], Language],
    coupons: CouponStore,
) -> BindingServices:
    """The desks of a playbook that is live; `sender` is the provider of a name in its section `sms`.

    `language` is the playbook's.
    """
    day = SmsDayWatch(alerts, language, lambda: live.playbook.public)
    stores, contacts = opened.stores, opened.stores.contacts
    merging = Merging(stores.rewriter, contacts, stores.audit, clock, lambda: of_shop(live.playbook))
    credits = SmsCredits(lambda: live.settings.sms, sender, clock)
    credits.alert = day.alert
    flights = CouponFlights(coupons, alerts, language, clock)
    giving = CouponService(flights, live.playbook_now)
    draws = Tally("oaflow_draws", "Tries of draws, by what came of it.", "draw", "result")
    wheel = wheel_of_chance(opened.seal.counting_index)
    codes = OneTimeCodes(
        stores.codes, live.playbook_now, sender, credits, contacts, stores.people.inviter, clock, day
    )
    clerks = PatientClerks(stores.clerks, stores.clerk_guesses, contacts, clock)
    ends = Tally(
        "oaflow_appointments", "Appointments asked for, by what came of it.", "appointment", "result"
    )
    booking = AppointmentService(stores.appointments, stores.place_wishes, live.playbook_now, ends.inc)
    return BindingServices(
        codes,
        MemberService(stores.phones, contacts, stores.people, merging, shops, clock),
        MemberWriter(shops),
        clerks,
        giving,
        DrawService(giving, live.playbook_now, wheel, draws.inc),
        Patient(booking, clock),
        MatchFinder(stores.people, contacts, stores.matches),
        ReferralService(stores.people, contacts, clock),
        merging,
        credits,
        (codes.ends, codes.refused, clerks.ends, credits.levels, flights.ends, draws, ends),
    )
