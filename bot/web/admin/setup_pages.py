"""The set-up of the accounts in the console, item by item: what was seen, how to mend it (A3, A4,
C8); linking and unlinking it (A6, A7), the button to add it as a friend (A10)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.line.setup_calls import SetupAnswer
from bot.model.channel import Channel
from bot.model.clock import SystemClock
from bot.model.translatable import Refusal, Translatable, TranslatableValue, tr
from bot.operations.actors import by_name
from bot.operations.channels.link import link_channel
from bot.operations.channels.rotate import EnvironmentHere, IssuedAnew, rotate_channel
from bot.operations.channels.unlink import WhatGoes, unlink_channel, what_goes
from bot.operations.channels.view import channel_status
from bot.operations.doctor.ask import ChannelAnswers, ask_about
from bot.operations.doctor.examine import Surroundings, judged
from bot.operations.doctor.finding import AREAS, FindingArea, FindingState, SetupFinding
from bot.operations.doctor.orders import answer_question
from bot.operations.doctor.webhook import host_of
from bot.operations.links import NoLink, friend, link_button
from bot.web.admin.frame import near_moment
from bot.web.admin.route import ADMIN
from bot.web.admin.visit import AdminAnswer, AdminPages, Flash, Redirect, RenderedPage, Visit, page_address


async def account_data(
    around: Surroundings, channel: str, endpoint: SetupAnswer | None, *, leaving: bool
) -> Mapping[str, object]:
    """The values of the template for a channel of the settings. `endpoint`: LINE's answer about its webhook;
    `None`: it was not asked. `leaving`: with what unlinking would remove, for which LINE is asked."""
    status = await channel_status(around, channel, endpoint)

    def at(moment: datetime) -> TranslatableValue:
        return near_moment(around.zone, around.now, moment)

    goes: WhatGoes | None = None
    trouble: Translatable | None = None
    if leaving:
        try:
            goes = await what_goes(around, channel, SystemClock())  # calls may wait: `now` is a moment only
        except Refusal as error:
            trouble = error.message
    has_former = goes is not None and goes.former is not None  # then the form asks whether to give it back
    return {
        "account": status,
        "stands": list(status.lines(at)),
        "leave": page_address("/admin/setup", channel=channel, leave="1"),
        "goes": None if goes is None else list(goes.lines(give_back=None if has_former else False)),
        "former_host": host_of(goes.former.url) if goes is not None and goes.former is not None else "",
        **({"button": ""} if around.is_simulated else _friend(around.settings.channels[channel])),
        "leave_trouble": trouble,
    }


def _friend(account: Channel) -> Mapping[str, str]:
    """The friend link, its QR code, and a button for a web page; an empty button where the account's id is
    unknown."""
    try:
        found = friend(account)
    except NoLink:
        return {"button": ""}
    wanted = {"channel": account.name, "kind": "friend", "name": "friend", "as": "svg"}
    return {
        "friend": found.address,
        "button": link_button(found.address, found.says or "", None),
        "code": page_address("/admin/links/code", **wanted),
    }


@dataclass(frozen=True, slots=True)
class SetupToDo:
    """An item that needs somebody."""

    of: SetupFinding
    beside: str
    """The item at which the page opens once this one is done; empty: none."""


@dataclass(frozen=True, slots=True)
class SetupGroup:
    """The items of an area."""

    area: FindingArea
    title: Translatable
    to_do: Sequence[SetupToDo]
    fine: Sequence[SetupFinding]

    @property
    def all(self) -> int:
        """The number of its items."""
        return len(self.to_do) + len(self.fine)


def setup_groups(findings: Sequence[SetupFinding]) -> list[SetupGroup]:
    """The areas with at least one finding, in their order."""
    found = []
    for area, title in AREAS.items():
        group = [one for one in findings if one.area == area]
        fine = [one for one in group if not one.needs_staff]
        if group:
            found.append(SetupGroup(area, title, list(_to_do(group)), fine))
    return found


def _to_do(group: Sequence[SetupFinding]) -> Iterator[SetupToDo]:
    """Each with the item below it, or above the last one; empty where it stands alone."""
    rows = [one for one in group if one.needs_staff]
    for at, one in enumerate(rows):
        others = [*rows[at + 1 :], *rows[:at][-1:]]
        yield SetupToDo(one, others[0].item if others else "")


PAGE = "/admin/setup"
TITLE = tr("Set-up at LINE")
FRESH, TESTED = timedelta(seconds=20), timedelta(seconds=90)
"""For how long an answer of LINE's is as good as new; and one to its test of the webhook, which may be called
60 times an hour."""
STATES: Mapping[FindingState, Translatable] = {
    "fine": tr("fine"),
    "wrong": tr("to mend"),
    "unknown": tr("could not be seen"),
    "unasked": tr("to look at"),
}


_GONE = tr("That official account is not there any more: nothing was done")


@dataclass(frozen=True, slots=True)
class SetupAsked:
    """LINE's answers about a channel."""

    answers: ChannelAnswers
    at: datetime
    """When LINE was asked."""
    tested: datetime
    """When the webhook was tested."""


@dataclass(frozen=True, slots=True)
class SetupPages(AdminPages):
    """`/admin/setup` and what is below it."""

    around: Callable[[], Surroundings]
    """What is known before LINE is asked."""
    until_known: Callable[[], Awaitable[None]]
    """Returns when all processes know that an unlinked account is linked again."""
    here: EnvironmentHere
    """Where secrets are stored on this machine."""
    _asked: dict[str, SetupAsked] = field(default_factory=dict)
    """The last answers that this process has got, by channel."""
    _turns: dict[str, asyncio.Lock] = field(default_factory=dict)
    """Held while LINE is asked about a channel."""

    async def setup(self, visit: Visit) -> AdminAnswer:
        """The page of an account, by answers that are fresh; `again` in the address asks LINE anew."""
        channel = self._channel(visit.channel)
        if visit.query("again"):
            await self._ask(self.around(), channel)
            return Redirect(page_address(PAGE, channel=channel))
        return await self._page(visit, channel, leaving=bool(visit.query("leave")))

    async def setup_answered(self, visit: Visit) -> AdminAnswer:
        """Store a person's answer to an item, under their name."""
        form, channel = visit.form, self._named(visit)
        item = form.get("item", "")
        right, words = "right" in form, form.get("words", "")
        await answer_question(self.around(), channel, item, visit.signed.by, right=right, words=words)
        known = {one.item.name for one in self.around().questions(channel)}
        beside = form["beside"] if form.get("beside") in known else "area-person"
        at = beside if right and "beside" in form else item  # what is right goes under a fold at the foot
        return Redirect(f"{page_address(PAGE, channel=channel)}#{at}")

    async def setup_link(self, visit: Visit) -> AdminAnswer:
        """Link an account: LINE is to send its webhooks here. Over another system's address only where that
        host is typed. Raises `Refusal`."""
        form, channel = visit.form, self._named(visit)
        host, typed = form.get("host", ""), form.get("typed", "").strip()
        if host and typed != host:
            raise Refusal(tr("type {host} to take the account over", host=host))
        done = await link_channel(
            self.around(),
            channel,
            visit.signed.by,
            take_over=bool(host),
            expected_host=host or None,
            until_known=self.until_known,
        )
        self._asked.pop(channel, None)
        text = tr("LINE sends the webhooks to {address} from now on", address=done.address)
        return Redirect(page_address(PAGE, channel=channel), flash=Flash(text))

    async def setup_unlink(self, visit: Visit) -> AdminAnswer:
        """Unlink an account, once its name is typed."""
        form, channel = visit.form, self._named(visit)
        if form.get("typed", "").strip() != channel:
            refused = tr("type the name of the account to unlink it: {channel}", channel=channel)
            return await self._page(visit, channel, refused, leaving=True)
        back, by = form.get("back") == "yes", visit.signed.by
        try:
            await unlink_channel(
                self.around(), channel, by, SystemClock(), until_known=self.until_known, give_back=back
            )
        except Refusal as error:
            return await self._page(visit, channel, error.message, leaving=True)
        self._asked.pop(channel, None)
        text = tr("{channel} is unlinked: nothing is said there any more", channel=channel)
        return Redirect(page_address(PAGE, channel=channel), flash=Flash(text))

    async def setup_rotate(self, visit: Visit) -> AdminAnswer:
        """Replace an account's secret or token by one that was issued anew."""
        form, channel = visit.form, self._named(visit)
        new = IssuedAnew(form.get("secret", "").strip(), form.get("token", "").strip())
        await rotate_channel(self.around(), channel, new, self.here, visit.signed.by)
        self._asked.pop(channel, None)
        text = tr("The new ones are in use in a moment; the old ones are good for ten minutes more")
        return Redirect(page_address(PAGE, channel=channel), flash=Flash(text))

    async def _refusal(self, visit: Visit, error: Refusal) -> AdminAnswer:
        return await self._page(visit, self._channel(visit.form.get("channel", "")), error.message)

    def _named(self, visit: Visit) -> str:
        """The account of the form. Raises `Refusal`."""
        channel = visit.form.get("channel", "")
        if channel not in self.around().settings.channels:
            raise Refusal(_GONE)
        return channel

    async def _page(
        self, visit: Visit, channel: str, refused: Translatable | None = None, *, leaving: bool = False
    ) -> RenderedPage:
        around = self.around()
        asked = self._asked.get(channel)
        if asked is None or around.now - asked.at >= FRESH:
            asked = await self._ask(around, channel)
        found = await judged(around, channel, asked.answers)
        endpoint = asked.answers.webhook.endpoint
        shows_leaving = leaving and visit.signed.role in ADMIN and not around.is_simulated
        data = {
            "groups": setup_groups(found.findings),
            "states": STATES,
            "open": sum(one.needs_staff for one in found.findings),
            "words_wanted": {one.item.name for one in around.questions(channel) if one.of_words},
            "who": lambda by: by_name(by),
            "at": visit.words.words(near_moment(around.zone, around.now, asked.at)),
            "when": lambda at: visit.words.words(near_moment(around.zone, around.now, at)),
            "again": page_address(PAGE, channel=channel, again="1"),
            "may_link": visit.signed.role in ADMIN,
            "is_simulated": around.is_simulated,
            **await account_data(around, channel, endpoint, leaving=shows_leaving),
        }
        return RenderedPage("setup.html", TITLE, data, 200, refused)

    async def _ask(self, around: Surroundings, channel: str) -> SetupAsked:
        """Ask LINE now; of several requests at once one asks, for all."""
        async with self._turns.setdefault(channel, asyncio.Lock()):
            asked = self._asked.get(channel)
            if asked is None or asked.at < around.now:
                asked = await self._asked_anew(around, channel)
            return asked

    async def _asked_anew(self, around: Surroundings, channel: str) -> SetupAsked:
        before = self._asked.get(channel)
        is_tested = before is not None and around.now - before.tested < TESTED
        known = before.answers.webhook.tested if before is not None and is_tested else None
        account = around.settings.channels[channel]
        answers = await ask_about(account, around.api, around.public, known)
        tested = before.tested if before is not None and known is not None else around.now
        self._asked[channel] = SetupAsked(answers, self.around().now, tested)
        return self._asked[channel]

    def _channel(self, name: str) -> str:
        channels = self.around().settings.channels
        return name if name in channels else next(iter(channels))
