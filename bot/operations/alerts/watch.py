"""Checks the database every few seconds for troubles, and alerts staff: once, and once more when it is over
(K4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from bot.connectors.sms.sender import Credit
from bot.engine.compiled.playbook import Playbook
from bot.model.alert import TroubleReason
from bot.model.clock import PatientClock
from bot.model.settings import Settings
from bot.model.sms_level import SmsLevel, next_level
from bot.model.translatable import Language, tr
from bot.operations.alerts.lost_calls import LostCalls
from bot.operations.alerts.machines import gone_channels, machines_look
from bot.operations.alerts.money import quota_look, sms_look
from bot.operations.alerts.refusals import shops_look, tokens_look
from bot.operations.alerts.standing import (
    AlertsOfTroubles,
    EndedTrouble,
    StandingTrouble,
    TroubleLook,
    alert_text,
)
from bot.operations.alerts.work import (
    journeys_look,
    lost_look,
    orders_look,
    waiting_look,
    without_lost_by_token,
)
from bot.operations.refused_calls import stuck_messages
from bot.runtime.bulk import keep_looking
from bot.store.events.alerts import OngoingTrouble
from bot.store.stores import Stores

_Ending: TypeAlias = tuple[TroubleReason, str, bool]
"""Reason, subject, and whether staff are alerted to the end."""

OFTEN = 3
"""Ends of a trouble within a day after which it comes and goes: another end is certain after `LONG`, but one
to which nobody is alerted."""
LONG = timedelta(hours=6)


class Endings:
    """Remembers since when each look has found a trouble over, and how often it ended within a day."""

    def __init__(self) -> None:
        self._since: dict[_Ending, datetime] = {}
        self._ends: dict[_Ending, list[datetime]] = {}

    def certain(self, found: Iterable[EndedTrouble], now: datetime) -> list[EndedTrouble]:
        """Those of all that this look has found over which have been so for long enough."""
        ended = {(one.reason, one.subject, one.says is not None): one for one in found}
        self._since = {key: self._since.get(key, now) for key in ended}
        self._ends = {key: some for key, ends in self._ends.items() if (some := _today(ends, now))}
        certain = [key for key, one in ended.items() if now - self._since[key] >= self._after(key, one)]
        for key in certain:
            self._ends.setdefault(key, []).append(now)
        return [ended[key] for key in certain]

    def _after(self, key: _Ending, one: EndedTrouble) -> timedelta:
        comes_and_goes = one.says is not None and len(self._ends.get(key, ())) >= OFTEN
        return max(one.after, LONG) if comes_and_goes else one.after


def _today(ends: Iterable[datetime], now: datetime) -> list[datetime]:
    """The moments of the last 24 hours."""
    return [at for at in ends if timedelta() <= now - at < timedelta(days=1)]


WAITING_MOST = 1_000
"""So many who wait for staff are looked at, longest first."""
EVERY = 8.0
"""Seconds between two looks."""
BEHIND_EVERY = timedelta(seconds=15)
"""The time between two looks at how far the database's members are behind."""
ALL_TIME = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WatchedWork:
    """Where it looks. `titles` of the accounts, by channel; `credit`: what this process knows was left at the
    providers of SMS, and when; `public`: our own address, empty while it is unknown; `language` is the
    playbook's;
    `linked`: the channels whose accounts are not unlinked."""

    stores: Stores
    playbook: Callable[[], Playbook]
    settings: Callable[[], Settings]
    titles: Callable[[], Mapping[str, str]]
    credit: Callable[[], Mapping[str, tuple[Credit, datetime]]]
    public: str
    language: Callable[[], Language]
    linked: Callable[[], Collection[str]]


class WorkWatch:
    """Looks in every process; the owner of part 0 alerts. Of what nobody is to be alerted to it keeps
    nothing."""

    def __init__(
        self, work: WatchedWork, alerts: AlertsOfTroubles, owns: Callable[[int], bool], clock: PatientClock
    ) -> None:
        self._work = work
        self._alerts = alerts
        self._owns = owns
        self._clock = clock
        self.lost = LostCalls(work.stores.given_up)
        self._lag: tuple[datetime, float | None] | None = None
        self._endings = Endings()

    async def run(self) -> None:
        """For ever."""
        await keep_looking(self.look, self._clock, EVERY)

    async def look(self) -> None:
        """Look now, if we own part 0. Raises `DatabaseUnavailable`."""
        if not self._owns(0):
            return
        alerts = self._work.settings().alerts
        wanted = {reason for one in alerts for reason in one.when}
        lasting, known = defaultdict[str, list[str]](list), await self._alerts.lasting()
        for reason, subject in known:
            lasting[reason].append(subject)
        if not (wanted or lasting or any(one.digest is not None for one in alerts)):
            return
        looks = await self._looks(wanted, lasting, known)
        standing = [one for look in looks for one in look.standing]
        if "token_refused" in wanted:
            standing = without_lost_by_token(standing, lasting["token_refused"])
        ended = self._endings.certain([one for look in looks for one in look.ended], self._clock.now())
        await self._tell(TroubleLook(standing, ended), wanted, known)

    async def _looks(
        self,
        wanted: Collection[str],
        lasting: Mapping[str, Sequence[str]],
        known: Mapping[tuple[str, str], OngoingTrouble],
    ) -> list[TroubleLook]:
        work, now = self._work, self._clock.now()
        stores, settings, titles = work.stores, work.settings(), work.titles()
        found = [gone_channels(settings.channels, work.linked(), lasting)]
        alive = await stores.processes.alive()

        def asked(*reasons: TroubleReason) -> bool:
            return any(reason in wanted or lasting.get(reason) for reason in reasons)

        if asked("quota"):
            found.append(quota_look(await stores.quotas.all(), titles, lasting["quota"], now, work.public))
        in_digests = any(one.digest is not None for one in settings.alerts)  # they say what is left
        if lasting.get("sms_low") or (settings.sms and (in_digests or "sms_low" in wanted)):
            levels = await self._levels()
            found.append(sms_look(levels, settings.sms, lasting["sms_low"], work.public))
        if asked("dead_letters"):
            found.append(await self._given_up(titles, lasting["dead_letters"], now))
        if lasting.get("shop_failing") or (settings.shops and "shop_failing" in wanted):
            syncs = await stores.shop_syncs.all()
            since = since_of("shop_failing", known)
            found.append(shops_look(syncs, alive, settings, since, now, work.public))
        if asked("token_refused"):
            stuck = await stuck_messages(stores, now)
            since = since_of("token_refused", known)
            found.append(tokens_look(alive, stuck, titles, since, work.public))
        if asked("journey_stopped"):
            playbook = work.playbook()
            totals = await stores.totals.of(playbook.capped) if playbook.capped else {}
            found.append(journeys_look(playbook, totals, lasting["journey_stopped"], now, work.public))
        if asked("broadcast_held"):
            going = await stores.sendings.open()
            found.append(orders_look(going, work.playbook(), lasting["broadcast_held"], work.public))
        if asked("waiting"):
            waiting = await stores.staff_chats.unanswered(WAITING_MOST)
            since = since_of("waiting", known)
            found.append(
                waiting_look(waiting, settings.alerts, work.playbook(), titles, since, now, work.public)
            )
        if asked("playbook_refused", "server"):
            found.append(machines_look(alive, await self._behind(now), lasting))
        return found

    async def _levels(self) -> Mapping[str, SmsLevel]:
        """What is known of the providers of the playbook, and was kept; what is news is kept first."""
        levels, known = await self._work.stores.sms_levels.all(), self._work.credit()
        for name, (credit, at) in known.items():
            before = levels.get(name)
            after = next_level(before, name, credit.left, credit.unit, at)
            if before is None or (after.left, after.full) != (before.left, before.full):
                await self._work.stores.sms_levels.keep(after)
                levels[name] = after
        return {name: level for name, level in levels.items() if name in self._work.settings().sms}

    async def _given_up(
        self, titles: Mapping[str, str], lasting: Collection[str], now: datetime
    ) -> TroubleLook:
        groups = await self.lost.groups(now)
        there = {f"{one.channel} {one.reason}" for one in groups}
        ended = [one for one in lasting if one not in there]
        ever = await self._work.stores.given_up.groups(ALL_TIME) if ended else ()
        old = {(one.channel, one.reason) for one in ever}
        return lost_look(groups, titles, lasting, old, self._work.public)

    async def _behind(self, now: datetime) -> float | None:
        if self._lag is None or now - self._lag[0] >= BEHIND_EVERY:
            self._lag = now, await self._work.stores.inspection.lag()
        return self._lag[1]

    async def _tell(
        self, look: TroubleLook, wanted: Collection[str], known: Mapping[tuple[str, str], OngoingTrouble]
    ) -> None:
        language, now = self._work.language(), self._clock.now()
        for one in look.standing:
            before = known.get((one.reason, one.subject))
            if one.reason in wanted and (before is None or before.is_resized(one.size, now)):
                text = _text(one, language)
                if before is not None:
                    text = language.text(tr("it has become worse: {what}", what=text))
                await self._alerts.begun(one.reason, one.subject, text, one.channel, one.size)
        for over in look.ended:
            if over.says is None or over.reason not in wanted:
                await self._alerts.forget(over.reason, over.subject)
            else:
                text = language.text(over.says)
                await self._alerts.over(over.reason, over.subject, text, over.channel)


def since_of(
    reason: TroubleReason, known: Mapping[tuple[str, str], OngoingTrouble]
) -> Mapping[str, datetime]:
    """Since when the troubles of a reason last, by their subjects."""
    return {subject: one.since for (of, subject), one in known.items() if of == reason}


def _text(one: StandingTrouble, language: Language) -> str:
    return one.words if isinstance(one.words, str) else alert_text(one.words, language)
