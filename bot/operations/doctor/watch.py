"""Watches the set-up of the accounts while the bot runs, and has staff alerted (A3, A4, K4).

Every six minutes LINE is asked where it sends webhooks, every hour the items that alerts are about are
examined; LINE's own test of a webhook, of which there are 60 an hour, is left to people. An hour takes fewer
than 20 calls of LINE's for each channel.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.line.setup_calls import SetupAnswer, SetupCalls, stateless_token
from bot.model.alert import TroubleReason
from bot.model.channel import Channel
from bot.model.clock import PatientClock
from bot.model.translatable import Language, tr
from bot.operations.doctor import account, webhook
from bot.operations.doctor.account import account_findings
from bot.operations.doctor.ask import ask_in_short, token_in
from bot.operations.doctor.examine import Surroundings
from bot.operations.doctor.finding import SetupFinding
from bot.operations.doctor.webhook import WebhookAnswers, webhook_at, webhook_findings
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
}
"""The alert by the item of the set-up."""


class AlertsOfTroubles(Protocol):
    """Where alerts come in: `bot.runtime.alerts.alert_dispatcher.AlertDesk`."""

    async def begun(
        self, reason: TroubleReason, subject: str, text: str, channel: str | None = None
    ) -> None: ...
    async def over(
        self, reason: TroubleReason, subject: str, text: str, channel: str | None = None
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class _Issued:
    """A token issued for looks at `channel`."""

    channel: Channel
    token: str
    until: datetime


class SetupWatch:
    """Looks at each channel, and alerts once when an item is wrong, once when it is fine again.

    The owner of part 0 does, and only while somebody is to be alerted. What could not be seen changes
    nothing. The first look asks LINE alone: this server may not yet be reachable by its address.
    """

    def __init__(
        self,
        around: Callable[[], Surroundings],
        alerts: AlertsOfTroubles,
        owns: Callable[[int], bool],
        clock: PatientClock,
        language: Callable[[], Language],
    ) -> None:
        """`language` is that of the playbook."""
        self._around = around
        self._alerts = alerts
        self._owns = owns
        self._clock = clock
        self._language = language
        self._issued: dict[str, _Issued] = {}
        self._examine_at: datetime | None = None

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
        is_due = now >= self._examine_at
        for channel in around.settings.channels.values():
            if channel.access_token or (channel.channel_id and channel.channel_secret):
                look = self._all_items if is_due else self._at_line
                await self._tell(around, channel, await look(around, channel))
        if is_due:
            self._examine_at = now + EXAMINED

    async def _all_items(self, around: Surroundings, channel: Channel) -> list[SetupFinding]:
        at_line, seen = await ask_in_short(channel, around.api, around.public)
        return [
            *account_findings(channel, at_line, around.staff(channel.name)),
            *webhook_findings(seen, around.now, is_simulated=around.is_simulated),
        ]

    async def _at_line(self, around: Surroundings, channel: Channel) -> list[SetupFinding]:
        wanted = webhook_at(around.public, channel.name)
        seen = WebhookAnswers(wanted, None, await self._endpoint(around.api, channel), None)
        found = webhook_findings(seen, around.now, is_simulated=around.is_simulated)
        return _of_items(found, {one.name for one in AT_LINE})

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
        # without our own address nobody can say whether LINE has it
        unseen = set() if around.public else {webhook.ADDRESS.name}
        for one in _of_items(found, REASONS.keys() - unseen):
            reason, subject = REASONS[one.item], f"{channel.name} {one.item}"
            if one.state == "wrong":
                text = _wrong(one, self._language(), f"{around.public}/admin/setup?channel={channel.name}")
                await self._alerts.begun(reason, subject, text, channel.name)
            elif one.state == "fine":
                await self._alerts.over(reason, subject, _fine(one, self._language()), channel.name)


def _of_items(found: Iterable[SetupFinding], items: Collection[str]) -> list[SetupFinding]:
    return [one for one in found if one.item in items]


def _wrong(found: SetupFinding, language: Language, page: str) -> str:
    steps = " ".join(f"({number}) {language.text(step)}" for number, step in enumerate(found.mend, 1))
    return language.text(
        tr(
            "{title}: {saw}. What to do: {steps}. All items:  {page}",
            title=found.title,
            saw=found.saw,
            steps=steps,
            page=page,
        )
    )


def _fine(found: SetupFinding, language: Language) -> str:
    return language.text(tr("{title}: {saw}", title=found.title, saw=found.saw))
