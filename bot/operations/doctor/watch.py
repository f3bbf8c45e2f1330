"""Watches the set-up of the accounts while the bot runs, and has staff alerted (A3, A4, K4).

Every six minutes LINE is asked where it sends webhooks, every hour the items that alerts are about are
examined; LINE's own test of a webhook, of which there are 60 an hour, is left to people. An hour takes fewer
than 20 calls of LINE's for each channel.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.line.setup_calls import SetupAnswer, SetupCalls, stateless_token
from bot.model.alert import TroubleReason
from bot.model.channel import Channel
from bot.model.clock import PatientClock
from bot.model.translatable import Language, tr
from bot.operations.alerts.machines import AT_LINE as LINES_CLOCK
from bot.operations.alerts.standing import AlertsOfTroubles, TroubleWords, alert_text
from bot.operations.doctor import account, machine, pages, webhook
from bot.operations.doctor.account import account_findings
from bot.operations.doctor.ask import ask_in_short, ask_pages, token_in
from bot.operations.doctor.examine import Surroundings, with_ours
from bot.operations.doctor.finding import SetupFinding
from bot.operations.doctor.machine import watched_clock
from bot.operations.doctor.pages import pages_findings
from bot.operations.doctor.webhook import WebhookAnswers, in_its_last_days, webhook_at, webhook_findings
from bot.runtime.bulk import keep_looking

EVERY = 360.0
"""Seconds between two looks."""
EXAMINED = timedelta(hours=1)
"""The time between two examinations of all items."""
TOKEN_USED = timedelta(minutes=13)
"""A token that is issued for looks is used for so long; LINE takes it for 15 minutes."""

AT_LINE = (webhook.SWITCH, webhook.ADDRESS)
"""What every look sees."""
REASONS: Mapping[str, TroubleReason] = {
    **{one.name: "webhook_off" for one in (*AT_LINE, webhook.PUBLIC_ADDRESS, webhook.CERTIFICATE)},
    webhook.ARRIVES.name: "webhook_off",
    **{one.name: "token_refused" for one in (account.TOKEN, account.SECRET, account.SAME_ACCOUNT)},
    **{one.name: "pages_off" for one in (pages.LOGIN, pages.APP, pages.ENDPOINT)},
    webhook.CERTIFICATE_ENDS.name: "webhook_off",
    machine.CLOCK.name: "server",
}
"""The alert by the item of the set-up."""
ONE_FOR_ALL = frozenset((webhook.CERTIFICATE.name, webhook.CERTIFICATE_ENDS.name, machine.CLOCK.name))
"""The same of all accounts: looked at with the first of them."""


@dataclass(frozen=True, slots=True)
class _Issued:
    """A token issued for looks at `channel`."""

    channel: Channel
    token: str
    until: datetime


@dataclass(eq=False, repr=False)
class SetupWatch:
    """Looks at each channel, and alerts once when an item is wrong, once when it is fine again.

    The owner of part 0 does, and only while somebody is to be alerted. What could not be seen changes
    nothing. The first look asks LINE alone: this server may not yet be reachable by its address.

    `language` is that of the playbook.
    """

    _around: Callable[[], Surroundings]
    _alerts: AlertsOfTroubles
    _owns: Callable[[int], bool]
    _clock: PatientClock
    _language: Callable[[], Language]
    _issued: dict[str, _Issued] = field(init=False, default_factory=dict)
    _examine_at: datetime | None = field(init=False, default=None)

    async def run(self) -> None:
        """For ever."""
        await keep_looking(self.look, self._clock, EVERY)

    async def look(self) -> None:
        """Look at all channels now, if we own part 0. Raises `DatabaseUnavailable`."""
        around, now = self._around(), self._clock.now()
        wanted = {reason for one in around.settings.alerts for reason in one.when}
        if not self._owns(0) or wanted.isdisjoint(REASONS.values()):
            self._examine_at = None
            return
        if self._examine_at is None:
            self._examine_at = now + timedelta(seconds=EVERY)
        is_due, first = now >= self._examine_at, True
        for channel in around.settings.channels.values():
            if channel.access_token or (channel.channel_id and channel.channel_secret):
                look = self._all_items if is_due else self._at_line
                found = await look(self._around(), channel)  # the machine's time as of this call
                await self._tell(
                    around, channel, [one for one in found if first or one.item not in ONE_FOR_ALL]
                )
                first = False
        if is_due:
            self._examine_at = now + EXAMINED

    async def _all_items(self, around: Surroundings, channel: Channel) -> list[SetupFinding]:
        (at_line, seen), liff = await asyncio.gather(
            ask_in_short(channel, around.api, around.public),
            ask_pages(around.api, channel, around.public),
        )
        seen = await with_ours(around, channel.name, seen)
        until = None if seen.own is None else seen.own.certificate_until
        return [
            *account_findings(channel, at_line, around.staff(channel.name)),
            *(
                in_its_last_days(one, until, around.now) if one.item == webhook.CERTIFICATE.name else one
                for one in webhook_findings(seen, around.now, is_simulated=around.is_simulated)
            ),
            *pages_findings(channel.liff, liff),
            watched_clock(None if seen.endpoint is None else seen.endpoint.at, around.now),
        ]

    async def _at_line(self, around: Surroundings, channel: Channel) -> list[SetupFinding]:
        wanted = webhook_at(around.public, channel.name)
        seen = WebhookAnswers(wanted, None, await self._endpoint(around.api, channel), None)
        seen = await with_ours(around, channel.name, seen)
        found = webhook_findings(seen, around.now, is_simulated=around.is_simulated)
        line_at = None if seen.endpoint is None else seen.endpoint.at
        return [*_of_items(found, {one.name for one in AT_LINE}), watched_clock(line_at, around.now)]

    async def _endpoint(self, api: str, channel: Channel) -> SetupAnswer | None:
        token = channel.access_token or await self._token(api, channel)
        if token is None:
            return None
        async with SetupCalls(api, token.strip()) as calls:
            return await calls.webhook_endpoint()

    async def _token(self, api: str, channel: Channel) -> str | None:
        """A stateless token, for several looks."""
        now, known = self._clock.now(), self._issued.get(channel.name)
        if known is not None and known.channel == channel and now < known.until:
            return known.token
        token = token_in(await stateless_token(api, channel.channel_id, channel.channel_secret))
        if token is not None:
            self._issued[channel.name] = _Issued(channel, token, now + TOKEN_USED)
        return token

    async def _tell(self, around: Surroundings, channel: Channel, found: Iterable[SetupFinding]) -> None:
        wanted = {reason for one in around.settings.alerts for reason in one.when}
        for one in _of_items(found, [item for item, reason in REASONS.items() if reason in wanted]):
            reason, subject = REASONS[one.item], _subject(channel, one)
            if one.state == "wrong":
                text = _wrong(one, self._language(), f"{around.public}/admin/setup?channel={channel.name}")
                await self._alerts.begun(reason, subject, text, channel.name)
            elif one.state == "fine":
                if one.item == webhook.CERTIFICATE.name:
                    subject = await self._of_certificate(reason)
                await self._alerts.over(reason, subject, _fine(one, self._language()), channel.name)

    async def _of_certificate(self, reason: TroubleReason) -> str:
        """The subject of the alert that a renewed certificate ends: that of the certificate, if such an alert
        is open (the one of the last days is forgotten then), else that of the last days."""
        first, last = webhook.CERTIFICATE.name, webhook.CERTIFICATE_ENDS.name
        if (reason, first) not in await self._alerts.lasting():
            return last
        await self._alerts.forget(reason, last)
        return first


def _subject(channel: Channel, found: SetupFinding) -> str:
    """The subject of an alert. What is the same of all accounts names no account, so that unlinking one
    changes nothing of it."""
    if found.item == machine.CLOCK.name:
        return LINES_CLOCK
    if found.item in ONE_FOR_ALL:
        return found.item
    return f"{channel.name} {found.item}"


def _of_items(found: Iterable[SetupFinding], items: Collection[str]) -> list[SetupFinding]:
    return [one for one in found if one.item in items]


def _wrong(found: SetupFinding, language: Language, page: str) -> str:
    what = tr("{title}: {saw}", title=found.title, saw=found.saw)
    return alert_text(TroubleWords(what, found.why, found.mend, page), language)


def _fine(found: SetupFinding, language: Language) -> str:
    return language.text(tr("{title}: {saw}", title=found.title, saw=found.saw))
