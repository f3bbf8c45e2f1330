"""Binding of phones in the console: paused or not, its links, how far people come, SMS and the day's cap."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from bot.model.audit import MEMBER
from bot.model.money import money_text, price
from bot.model.plain_text import visible
from bot.model.settings import SmsSettings
from bot.model.translatable import Refusal, Translatable, TranslatableValue, tr
from bot.operations.actors import by_name
from bot.operations.binding import (
    BindingLink,
    BindingOnChannel,
    binding_view,
)
from bot.operations.binding_answers import binding_cards, binding_results
from bot.operations.binding_checklist import binding_checklist, check_item
from bot.operations.binding_funnel import FAILURES, STEPS, BindingFunnel
from bot.operations.declared.binding import pause_binding, resume_binding
from bot.operations.declared.sms import raise_sms_cap
from bot.operations.looks import record_search
from bot.operations.qr_code import CODE_TYPES, code_picture
from bot.operations.recent_bindings import BindingOutcome, recent_bindings
from bot.operations.sms import CodesToday, ProviderCredit, codes_today
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.message_view import shown_messages
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Download,
    Flash,
    Redirect,
    RenderedPage,
    Undo,
    Visit,
    page_address,
)

PAGE = "/admin/binding"
TITLE = tr("Binding")
SPANS = (1, 7, 30)
"""The choice of days of a funnel, today among them."""
CREDIT_SECONDS = 2.0
"""Seconds that the page waits for a provider of SMS to say what credit is left."""
OUTCOMES: Mapping[BindingOutcome, Translatable] = {
    "first": tr("bound for the first time"),
    "again": tr("bound again"),
    "unbound": tr("unbound since"),
    "gone": tr("erased since"),
}
"""What a binding came to."""
_NO_CODE = RenderedPage("message.html", tr("There is no such picture"), status=404)


@dataclass(frozen=True, slots=True)
class BindingPages(AdminPages):
    """`/admin/binding` and what is below it."""

    context: ConsoleContext
    credits: Callable[[Collection[SmsSettings]], Awaitable[list[ProviderCredit]]]
    """Requests the credit left from providers of SMS."""

    async def binding(self, visit: Visit) -> AdminAnswer:
        """The page of a channel."""
        return await self._page(visit)

    async def binding_code(self, visit: Visit) -> AdminAnswer:
        """The QR code of a link as a picture, or as a file to be saved."""
        kind, stands = visit.query("as"), await self._stands(visit, ())
        links: Collection[BindingLink] = () if stands is None else stands.links
        link = next((one for one in links if one.page == visit.query("page")), None)
        if link is None or link.address is None or kind not in CODE_TYPES:
            return _NO_CODE
        name = f"{visit.channel}_{link.page}.{kind}" if visit.query("keep") else ""
        return Download(code_picture(link.address, kind, link.title), CODE_TYPES[kind], name)

    async def binding_paused(self, visit: Visit) -> AdminAnswer:
        """Pause binding on a channel, with a button that takes it back."""
        channel = visit.form.get("channel", "")
        [pause] = (await pause_binding(visit.call(self.context), channel)).paused
        if not pause.new:
            by = by_name(pause.by)
            return Redirect(_of(channel), flash=Flash(tr("That was paused already, by {who}", who=by)))
        done = tr("Binding is paused. Every server knows within a second")
        return Redirect(_of(channel), flash=Flash(done, Undo(f"{PAGE}/resume", {"channel": channel})))

    async def binding_resumed(self, visit: Visit) -> AdminAnswer:
        """Resume binding on a channel, with a button that takes it back."""
        channel = visit.form.get("channel", "")
        await resume_binding(visit.call(self.context), channel)
        done = tr("Phones can be bound again")
        return Redirect(_of(channel), flash=Flash(done, Undo(f"{PAGE}/pause", {"channel": channel})))

    async def binding_cap(self, visit: Visit) -> AdminAnswer:
        """Raise today's cap of SMS codes: first how many more and at which cost, then,
        confirmed, it is done."""
        written = visit.form.get("most", "").replace(",", "").strip()
        if not (written.isascii() and written.isdigit() and len(written) <= 7):
            return await self._page(visit, tr("Write how many codes may be sent today, as a number"))
        if visit.form.get("sure") != "yes":
            return await self._page(visit, wanted=int(written))
        today = (await raise_sms_cap(visit.call(self.context), int(written), today=True)).today
        done = tr("Today up to {number} codes may be sent; tomorrow as usual", number=f"{today.cap:,}")
        return Redirect(_of(visit.form.get("channel", "")), flash=Flash(done))

    async def binding_checked(self, visit: Visit) -> AdminAnswer:
        """A line of the checklist is marked as right, or as to be checked again."""
        channel, right = visit.form.get("channel", ""), "right" in visit.form
        about = (channel, visit.form.get("item", ""), visit.signed.by, self.context.now())
        await check_item(self.context.stores, self.context.settings(), *about, right=right)
        return Redirect(f"{_of(channel)}#checklist")

    async def _refusal(self, visit: Visit, error: Refusal) -> AdminAnswer:
        return await self._page(visit, error.message)

    async def _stands(self, visit: Visit, days: Collection[int]) -> BindingOnChannel | None:
        """How binding stands on the channel of the form or the address, with funnels of so many days; `None`:
        there is no binding."""
        channels, name = self.context.settings().channels, visit.form.get("channel", "") or visit.channel
        account = channels.get(name) or next(iter(channels.values()))
        view = await binding_view(self.context.stores, self.context.playbook(), channels, days, account.name)
        return view[0] if view else None

    async def _page(
        self, visit: Visit, refused: Translatable | None = None, wanted: int | None = None
    ) -> RenderedPage:
        days = next((span for span in SPANS if str(span) == visit.query("days")), 7)
        stands = await self._stands(visit, (days,))
        if stands is None:
            return RenderedPage("binding.html", TITLE, {"stands": None}, 200, refused)
        today, sms = (
            await codes_today(self.context.stores, self.context.playbook()),
            self._sms(stands.channel),
        )
        data = {
            "stands": stands,
            "say": visit.words.words,
            "paused_by": _paused_by(stands),
            "alone": [self.context.playbook().flows[one].title or one for one in stands.paused_alone],
            "flow_titles": [self.context.playbook().flows[one].title or one for one in stands.paused_in_file],
            "pictures": {one.page: _picture(stands.channel, one.page) for one in stands.links},
            "given": {one.page: self._given(stands.channel, one) for one in stands.links},
            "recent": await self._recent(visit, stands.channel),
            "spans": [(span, visit.address(days=str(span)), span == days) for span in SPANS],
            **_funnel(stands.funnels[0]),
            "checklist": [
                (one, "" if one.check is None else by_name(one.check.by))
                for one in await binding_checklist(
                    self.context.stores, self.context.settings(), stands.channel
                )
            ],
            "today": today,
            "credit": await self._credit(sms),
            "price": _money(sms, 1),
            "wanted": _wanted(today, sms, wanted),
        }
        return RenderedPage("binding.html", TITLE, data, 200 if refused is None else 422, refused)

    def _given(self, channel: str, link: BindingLink) -> Mapping[str, Any]:
        """What a page shows and gives: its picture, the cards that lead there, its results."""
        playbook, account = self.context.playbook(), self.context.settings().channels[channel]
        flow, about = playbook.flow(link.page, channel), (playbook, account, link.page, self.context.now())
        return {
            "in_chat": link.words,
            "picture": None if flow is None else flow.page_picture,
            "cards": [(one.name, shown_messages(one.messages)) for one in binding_cards(*about, link.words)],
            "results": [(one, shown_messages(one.messages)) for one in binding_results(*about)],
        }

    async def _recent(self, visit: Visit, channel: str) -> list[Mapping[str, Any]]:
        """Who was bound lately; names are shown, so the audit log records it."""
        found = await recent_bindings(self.context.stores, self.context.playbook(), channel)
        if any(one.name for one in found):
            await record_search(self.context.stores, visit.signed.by, self.context.now(), "bindings")
        return [
            {
                "one": one,
                "name": visible(one.name),
                "who": "" if one.by == MEMBER else by_name(one.by),
                "outcome": OUTCOMES[one.outcome],
                "address": self._contact(visit, one.contact) if one.contact else "",
            }
            for one in found
        ]

    def _contact(self, visit: Visit, contact: str) -> str:
        return f"/admin/contacts/{self.context.parts.sealed(visit.signed.name, 'contact', contact)}"

    def _sms(self, channel: str) -> SmsSettings | None:
        account = self.context.settings().channels[channel]
        return None if account.sms is None else self.context.settings().sms.get(account.sms)

    async def _credit(self, sms: SmsSettings | None) -> ProviderCredit | None:
        """The credit left at the channel's provider; `ProviderCredit` without a number where it does not
        answer in time."""
        if sms is None:
            return None
        try:
            async with asyncio.timeout(CREDIT_SECONDS):
                [found] = await self.credits([sms])
        except TimeoutError:
            return ProviderCredit(sms, None)
        return found


def _of(channel: str) -> str:
    return page_address(PAGE, channel=channel)


def _picture(channel: str, page: str) -> Mapping[str, str]:
    """The addresses of a link's QR code: one to be shown, and files as PNG and SVG."""
    code = f"{PAGE}/code?{urlencode({'channel': channel, 'page': page})}&as="
    return {"shown": f"{code}svg", "png": f"{code}png&keep=yes", "svg": f"{code}svg&keep=yes"}


def _paused_by(stands: BindingOnChannel) -> TranslatableValue:
    return "" if stands.pause is None else by_name(stands.pause.by)


def _funnel(funnel: BindingFunnel) -> Mapping[str, Any]:
    """Each step with how many have reached it and how many fell out before it; failures in words."""
    lost = funnel.lost
    return {
        "steps": [(STEPS[name], number, lost.get(name, 0)) for name, number in funnel.steps.items()],
        "most": max(funnel.steps.values()) or 1,
        "failures": [(FAILURES[name], number) for name, number in funnel.failures.items()],
    }


def _money(sms: SmsSettings | None, codes: int) -> str:
    each = None if sms is None else price(sms.price)
    return "" if each is None else money_text(each * Decimal(codes))


def _wanted(today: CodesToday, sms: SmsSettings | None, most: int | None) -> Mapping[str, Any] | None:
    """A cap that is to be confirmed: how many codes more it allows, and their highest cost."""
    if most is None:
        return None
    more = max(0, most - today.cap)
    return {"most": most, "more": more, "cost": _money(sms, more)}
