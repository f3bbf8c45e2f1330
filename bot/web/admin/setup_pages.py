"""The set-up of the accounts in the console, item by item: what was seen, how to mend it (A3, A4, C8)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.actors import actor_words
from bot.operations.doctor.ask import ChannelAnswers, ask_about
from bot.operations.doctor.examine import Surroundings, judged
from bot.operations.doctor.finding import AREAS, FindingState
from bot.operations.doctor.orders import answer_question, set_webhook
from bot.web.admin.frame import near_moment
from bot.web.admin.visit import AdminAnswer, AdminHandler, Flash, Redirect, RenderedPage, Visit, page_address

PAGE = "/admin/setup"
TITLE = tr("Set-up at LINE")
FRESH, TESTED = timedelta(seconds=20), timedelta(seconds=90)
"""What LINE has said is as good as new for so long; its test of the webhook may be had 60 times an hour."""
STATES: Mapping[FindingState, Translatable] = {
    "fine": tr("fine"),
    "wrong": tr("to mend"),
    "unknown": tr("could not be seen"),
    "unasked": tr("to look at"),
}


_GONE = tr("That official account is not there any more: nothing was done")


@dataclass(frozen=True, slots=True)
class SetupAsked:
    """What was answered about a channel, when it was asked, and since when its test is known."""

    answers: ChannelAnswers
    at: datetime
    tested: datetime


@dataclass(frozen=True, slots=True)
class SetupPages:
    """`/admin/setup`. `around`: what is known before LINE is asked."""

    around: Callable[[], Surroundings]
    _asked: dict[str, SetupAsked] = field(default_factory=dict)
    """What this process has asked last, by channel."""
    _turns: dict[str, asyncio.Lock] = field(default_factory=dict)

    def handlers(self) -> Mapping[str, AdminHandler]:
        """By the names of the table."""
        return {"setup": self.shown, "setup_answered": self.answered, "setup_webhook": self.webhook}

    async def shown(self, visit: Visit) -> AdminAnswer:
        """An account, as it was seen now or just before; `again` asks anew."""
        channel = self._channel(visit.channel)
        if visit.query("again"):
            await self._ask(self.around(), channel)
            return Redirect(page_address(PAGE, channel=channel))
        return await self._page(visit, channel)

    async def answered(self, visit: Visit) -> AdminAnswer:
        """A person's answer is stored under their name."""
        form, channel = visit.form, visit.form.get("channel", "")
        if channel not in self.around().settings.channels:
            return await self._page(visit, self._channel(""), _GONE)
        item = form.get("item", "")
        right, words = "right" in form, form.get("words", "")
        try:
            await answer_question(self.around(), channel, item, visit.signed.by, right=right, words=words)
        except Refusal as error:
            return await self._page(visit, channel, error.message)
        return Redirect(f"{page_address(PAGE, channel=channel)}#{item}")

    async def webhook(self, visit: Visit) -> AdminAnswer:
        """LINE is to send a channel's webhooks here."""
        channel = visit.form.get("channel", "")
        if channel not in self.around().settings.channels:
            return await self._page(visit, self._channel(""), _GONE)
        try:
            address = await set_webhook(self.around(), channel, visit.signed.by)
        except Refusal as error:
            return await self._page(visit, channel, error.message)
        self._asked.pop(channel, None)
        done = tr("LINE sends the webhooks to {address} from now on", address=address)
        return Redirect(page_address(PAGE, channel=channel), flash=Flash(done))

    async def _page(self, visit: Visit, channel: str, refused: Translatable | None = None) -> RenderedPage:
        around = self.around()
        asked = self._asked.get(channel)
        if asked is None or around.now - asked.at >= FRESH:
            asked = await self._ask(around, channel)
        found = await judged(around, channel, asked.answers)
        data = {
            "found": found,
            "areas": AREAS,
            "states": STATES,
            "open": sum(one.needs_somebody for one in found.findings),
            "words_wanted": {one.item.name for one in around.questions(channel) if one.of_words},
            "who": actor_words,
            "at": visit.words.words(near_moment(around.zone, around.now, asked.at)),
            "when": lambda at: visit.words.words(near_moment(around.zone, around.now, at)),
            "again": page_address(PAGE, channel=channel, again="1"),
        }
        return RenderedPage("setup.html", TITLE, data, 200, refused)

    async def _ask(self, around: Surroundings, channel: str) -> SetupAsked:
        """Ask now; of several who do so at once one asks, for all."""
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
