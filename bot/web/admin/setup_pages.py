"""The set-up of the accounts in the console, item by item: what was seen, how to mend it (A3, A4, C8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.actors import actor_words
from bot.operations.doctor.examine import Examination, Surroundings, examine
from bot.operations.doctor.finding import FindingArea, FindingState
from bot.operations.doctor.orders import answer_question, set_webhook
from bot.web.admin.frame import near_moment
from bot.web.admin.visit import AdminAnswer, AdminHandler, Flash, Redirect, RenderedPage, Visit, page_address

PAGE = "/admin/setup"
TITLE = tr("Set-up at LINE")
FRESH = timedelta(seconds=20)
"""An examination is as good as new for so long: each asks LINE, whose test may be had 60 times an hour."""
AREAS: Mapping[FindingArea, Translatable] = {
    "machine": tr("This machine and the playbook"),
    "account": tr("The account at LINE"),
    "webhook": tr("Webhook"),
    "pages": tr("Pages for members (LIFF)"),
    "shop": tr("The shop's back office"),
    "person": tr("What only a person can see"),
}
STATES: Mapping[FindingState, Translatable] = {
    "fine": tr("fine"),
    "wrong": tr("to mend"),
    "unknown": tr("could not be seen"),
    "unasked": tr("to look at"),
}


@dataclass(frozen=True, slots=True)
class SetupPages:
    """`/admin/setup`. `around`: what is known before LINE is asked."""

    around: Callable[[], Surroundings]
    _seen: dict[str, tuple[Surroundings, Examination]] = field(default_factory=dict)
    """The last examinations of this process, by channel."""

    def handlers(self) -> Mapping[str, AdminHandler]:
        """By the names of the table."""
        return {"setup": self.shown, "setup_answered": self.answered, "setup_webhook": self.webhook}

    async def shown(self, visit: Visit) -> AdminAnswer:
        """An account, examined now or just before."""
        return await self._page(visit, self._channel(visit.channel))

    async def answered(self, visit: Visit) -> AdminAnswer:
        """What a person has looked at is so, or is not so yet."""
        form, channel = visit.form, self._channel(visit.form.get("channel", ""))
        item = form.get("item", "")
        right, words = "right" in form, form.get("words", "")
        try:
            await answer_question(self.around(), channel, item, visit.signed.by, right=right, words=words)
        except Refusal as error:
            return await self._page(visit, channel, error.message)
        self._seen.pop(channel, None)
        return Redirect(f"{page_address(PAGE, channel=channel)}#{item}")

    async def webhook(self, visit: Visit) -> AdminAnswer:
        """LINE is to send a channel's webhooks here."""
        channel = self._channel(visit.form.get("channel", ""))
        try:
            address = await set_webhook(self.around(), channel, visit.signed.by)
        except Refusal as error:
            return await self._page(visit, channel, error.message)
        self._seen.pop(channel, None)
        done = tr("LINE sends the webhooks to {address} from now on", address=address)
        return Redirect(page_address(PAGE, channel=channel), flash=Flash(done))

    async def _page(self, visit: Visit, channel: str, refused: Translatable | None = None) -> RenderedPage:
        around, found = await self._examined(channel, anew=bool(visit.query("again")))
        data = {
            "found": found,
            "areas": AREAS,
            "states": STATES,
            "open": sum(one.needs_somebody for one in found.findings),
            "words_wanted": {one.item.name for one in around.questions(channel) if one.of_words},
            "who": actor_words,
            "at": visit.words.words(near_moment(around.zone, around.now, around.now)),
            "when": lambda at: visit.words.words(near_moment(around.zone, around.now, at)),
            "again": page_address(PAGE, channel=channel, again="1"),
        }
        return RenderedPage("setup.html", TITLE, data, 200, refused)

    async def _examined(self, channel: str, *, anew: bool) -> tuple[Surroundings, Examination]:
        around, before = self.around(), self._seen.get(channel)
        if before is not None and not anew and around.now - before[0].now < FRESH:
            return before
        self._seen[channel] = around, await examine(around, channel)
        return self._seen[channel]

    def _channel(self, name: str) -> str:
        channels = self.around().settings.channels
        return name if name in channels else next(iter(channels))
