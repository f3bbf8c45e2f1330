"""One broadcast in the console: what goes out, to whom, at which price; tried out, sent, steered (I1–I7)."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from time import monotonic
from typing import Any

from bot.engine.broadcasts.content import for_everybody, for_person
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.times.local_time import utc
from bot.model.broadcast import Sending
from bot.model.channel import PricePlan
from bot.model.contact import Contact, Identity
from bot.model.money import money_text
from bot.model.plain_text import visible
from bot.model.translatable import Refusal, Translatable, row, tr
from bot.operations.admins.same_account import is_same_account
from bot.operations.broadcasts.checking_words import cards_words, held_back, month_left
from bot.operations.broadcasts.offer import SendingOffer, offer_of, send_as_shown
from bot.operations.broadcasts.progress import (
    SkippedPerson,
    left_out_of,
    progress_of,
    standing_of,
    why_left_out,
)
from bot.operations.broadcasts.standing_words import state_of
from bot.operations.broadcasts.steering import (
    Steer,
    SteeringRefused,
    cancel_sending,
    open_sending,
    pause,
    resume,
)
from bot.operations.broadcasts.trying_out import TriedOut, try_out
from bot.operations.looks import record_list
from bot.operations.testers import all_testers
from bot.playbook.in_money import most_price, sending_price
from bot.translations.chinese import CHINESE
from bot.web.admin.broadcast_desk import BroadcastDesk
from bot.web.admin.broadcast_list_pages import (
    COMPOSE,
    ONE,
    PAGE,
    STATES,
    TESTERS,
    audience_words,
    going_words,
    other_account,
    people_words,
    rhythm_words,
)
from bot.web.admin.chat_view import account_words
from bot.web.admin.message_view import shown_messages
from bot.web.admin.tester_pages import choice
from bot.web.admin.visit import (
    AdminAnswer,
    AdminHandler,
    Flash,
    Redirect,
    RenderedPage,
    Undo,
    Visit,
    page_address,
)

SEND, CANCEL = tr("send it"), tr("cancel it")
"""Typed before it goes to thousands or costs money, and before what cannot be undone."""
TAKEN_OVER_WITHIN = 10.0
"""Seconds until every server has what was published."""
SKIPPED = 50
"""People who did not get it that are listed."""
UNKNOWN, PRICE = "unknown", re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")
"""How a form says the price that was shown."""
CHOSEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
NO_MOMENT = tr("choose a day and a time")
INVENTED = tr("Mei")
"""What the customer is called whom messages are filled with."""
GONE = RenderedPage("message.html", tr("The playbook has no such broadcast"), status=404)


@dataclass(frozen=True, slots=True)
class BroadcastPages:
    """`/admin/broadcasts/one`."""

    desk: BroadcastDesk

    def handlers(self) -> Mapping[str, AdminHandler]:
        """By the names of the table."""
        return {
            "broadcast": self.shown,
            "broadcast_offer": self.offer,
            "broadcast_send": self.send,
            "broadcast_test": self.test,
            "broadcast_pause": self.paused,
            "broadcast_resume": self.resumed,
            "broadcast_cancel": self.cancelled,
        }

    async def shown(self, visit: Visit) -> AdminAnswer:
        """All of it."""
        broadcast = self._named(visit)
        if broadcast is None and visit.query("new"):  # just published: this server has it in a moment
            end = monotonic() + TAKEN_OVER_WITHIN
            while broadcast is None and monotonic() < end:
                await asyncio.sleep(0.1)
                broadcast = self._named(visit)
        return GONE if broadcast is None else await self._page(visit, broadcast)

    async def offer(self, visit: Visit) -> AdminAnswer:
        """How many get it now, what it costs, and the button that sends it."""
        broadcast, desk = self._named(visit), self.desk
        if broadcast is None:
            return GONE
        try:
            at = self._chosen(visit)
            found = await offer_of(desk.stores, desk.playbook(), broadcast, desk.line(), desk.now(), at)
        except Refusal as error:
            return await self._page(visit, broadcast, error.message)
        return await self._page(visit, broadcast, offer=found)

    def _chosen(self, visit: Visit) -> datetime | None:
        """The moment that the form says, by the clock of the shop; `None`: now. Raises `SteeringRefused`."""
        written = visit.form.get("at", "")
        if not written:
            return None
        if CHOSEN.fullmatch(written) is None:
            raise SteeringRefused(NO_MOMENT)
        try:
            wall = datetime.fromisoformat(written)
        except ValueError as error:
            raise SteeringRefused(NO_MOMENT) from error
        return utc(wall.date(), wall.time(), self.desk.playbook().zone)

    async def send(self, visit: Visit) -> AdminAnswer:
        """It goes out, or at the moment that was chosen, as the page has shown it."""
        broadcast, desk, form = self._named(visit), self.desk, visit.form
        if broadcast is None:
            return GONE
        people, cost = form.get("people", ""), form.get("cost", "")
        is_price = cost == UNKNOWN or PRICE.fullmatch(cost) is not None
        if not (is_price and people.isascii() and people.isdigit() and len(people) <= 9):
            return await self._page(visit, broadcast, tr("Nothing was sent: look at how many get it first"))
        if form.get("typed") and not _typed(visit, SEND):
            return await self._again(visit, broadcast, tr("Nothing was sent: the word is another one"))
        try:
            sending = await send_as_shown(
                *(desk.stores, desk.playbook(), broadcast, desk.line(), visit.signed.by, desk.now()),
                people=int(people),
                content=form.get("content", ""),
                cost=None if cost == UNKNOWN else Decimal(cost),
                again=form.get("repeats", "") if form.get("again") == "yes" else "",
                is_sure=_typed(visit, SEND),
                may_still=lambda: is_same_account(desk.stores, visit.signed),
                at=self._chosen(visit),
            )
        except Refusal as error:
            return await self._again(visit, broadcast, error.message)
        name = visible(broadcast.title or broadcast.name)
        said = tr("{name} goes out", name=name)
        if form.get("at"):
            at = sending.moment.astimezone(desk.playbook().zone)
            said = tr("{name} goes out at {moment}", name=name, moment=f"{at:%Y-%m-%d %H:%M}")
        return Redirect(_to(broadcast), flash=Flash(said))

    async def _again(self, visit: Visit, broadcast: Broadcast, refused: Translatable) -> RenderedPage:
        """Why nothing was sent, and how it stands by now."""
        desk = self.desk
        try:
            at = self._chosen(visit)
            found = await offer_of(desk.stores, desk.playbook(), broadcast, desk.line(), desk.now(), at)
        except Refusal:
            return await self._page(visit, broadcast, refused)
        return await self._page(visit, broadcast, refused, found)

    async def test(self, visit: Visit) -> AdminAnswer:
        """Pushed to these testers, or to all."""
        broadcast, desk = self._named(visit), self.desk
        if broadcast is None:
            return GONE
        playbook = desk.playbook()
        known = await all_testers(desk.stores, playbook)
        names = [one.name for one in known if f"to {one.name}" in visit.form]
        if not names:
            return await self._page(visit, broadcast, tr("Nobody was sent anything: choose whom"))
        try:
            done = await try_out(
                *(desk.stores, playbook, broadcast, names, desk.line(), visit.signed.by, desk.personal),
                visit.form.get("form", ""),
            )
        except Refusal as error:
            return await self._page(visit, broadcast, error.message)
        if any(one.why is not None for one in done):
            return await self._page(visit, broadcast, tried=done)
        names = list(dict.fromkeys(one.tester for one in done))
        return Redirect(_to(broadcast), flash=Flash(tr("Sent to {names}", names=row(names))))

    async def paused(self, visit: Visit) -> AdminAnswer:
        """Nobody new is called."""
        said = tr("It is paused: what is under way ends, nobody new is called")
        return await self._steered(visit, pause, said, "resume")

    async def resumed(self, visit: Visit) -> AdminAnswer:
        """It goes on."""
        return await self._steered(visit, resume, tr("It goes on"), "pause")

    async def cancelled(self, visit: Visit) -> AdminAnswer:
        """Nobody is called any more, once the word is typed."""
        broadcast = self._named(visit)
        if broadcast is not None and not _typed(visit, CANCEL):
            return await self._page(visit, broadcast, tr("Nothing was cancelled: the word is another one"))
        said = tr("It is cancelled: nobody is called any more who was not called yet")
        return await self._steered(visit, cancel_sending, said)

    async def _steered(self, visit: Visit, steer: Steer, said: Translatable, back: str = "") -> AdminAnswer:
        broadcast = self._named(visit)
        if broadcast is None:
            return GONE
        try:
            shown = visit.form.get("sending", "")
            sending = await steer(self.desk.stores, broadcast, visit.signed.by, shown)
        except Refusal as error:
            return await self._page(visit, broadcast, error.message)
        undo = Undo(f"{ONE}/{back}", {"name": broadcast.name, "sending": sending.id}) if back else None
        return Redirect(_to(broadcast), flash=Flash(said, undo))

    # -- showing

    def _named(self, visit: Visit) -> Broadcast | None:
        name = visit.form.get("name", "") or visit.query("name")
        return self.desk.playbook().broadcasts.get(name)

    async def _page(
        self,
        visit: Visit,
        broadcast: Broadcast,
        refused: Translatable | None = None,
        offer: SendingOffer | None = None,
        tried: list[TriedOut] | None = None,
    ) -> RenderedPage:
        desk, playbook = self.desk, self.desk.playbook()
        [standing] = await standing_of(desk.stores, playbook, [broadcast])
        going = await open_sending(desk.stores, broadcast)
        open_ = None if going is None else await progress_of(desk.stores, going.id)
        last = next((one for one in standing.sendings if one.sending.began is not None), None)
        testers = await all_testers(desk.stores, playbook)
        can_test = any(one.contact is not None for one in testers)
        data = {
            "broadcast": broadcast,
            "say": visit.words.words,
            "groups": [self._group(visit, broadcast, group) for group in broadcast.messages],
            "invented": INVENTED,
            "account": other_account(desk, broadcast.channel),
            "audience": audience_words(desk, broadcast, visit.words),
            "rhythm": "" if broadcast.every is None else rhythm_words(broadcast.every),
            "status": "" if broadcast.status == "live" else STATES[broadcast.status],
            **await self._size(broadcast),
            "open": None if open_ is None else going_words(open_),
            "sent": None if standing.sent is None else standing.sent.sending,
            "reached": None if standing.sent is None else f"{standing.sent.figures.whole.got:,}",
            "history": [_past(one.sending) for one in standing.sendings],
            "skipped": [] if last is None else await self._skipped(visit, broadcast, last.sending),
            "can_report": standing.sent is not None,
            "report": page_address(f"{PAGE}/report", name=broadcast.name),
            "testers": testers,
            "can_test": can_test,
            "all_testers": page_address(TESTERS, **{"for": broadcast.name}),
            "choice": None if can_test else await choice(desk, visit, broadcast),
            "tried": tried,
            "form": uuid.uuid4().hex,
            "offer": None if offer is None else self._offered(broadcast, offer),
            "earliest": f"{desk.now().astimezone(playbook.zone):%Y-%m-%dT%H:%M}",
            "cancel_word": CANCEL,
            "one": ONE,
            "here_again": page_address("", name=broadcast.name),
            "list": PAGE,
            "edit": page_address(COMPOSE, name=broadcast.name),
            "again": page_address(COMPOSE, **{"from": broadcast.name}),
        }
        title = tr("{name}", name=visible(broadcast.title or broadcast.name))
        return RenderedPage("broadcast.html", title, data, 200 if refused is None else 422, refused)

    def _group(self, visit: Visit, broadcast: Broadcast, group: str) -> Mapping[str, Any]:
        """What a group gets, as somebody invented would get it where it is personal."""
        desk, playbook = self.desk, self.desk.playbook()
        alike = for_everybody(playbook, broadcast, group, desk.now())
        somebody = Contact("", name=visit.words.text(INVENTED), identities=(Identity(broadcast.channel),))
        messages = for_person(playbook, broadcast, group, somebody, desk.now()) if alike is None else alike
        return {
            "name": group,
            "gets_nothing": not broadcast.messages[group],
            "is_personal": alike is None,
            "messages": shown_messages(messages),
        }

    async def _size(self, broadcast: Broadcast) -> Mapping[str, Any]:
        """About how many would get it now, and what that costs at most."""
        desk, plan = self.desk, self.desk.settings().channels[broadcast.channel].plan
        counts = await desk.count(broadcast.name)
        if counts is None:
            return {"people": tr("being counted"), "is_counting": True}
        count = counts[broadcast.channel]
        return {
            "people": people_words(count),
            "price": most_price(plan, count.people),
            "is_counting": False,
        }

    def _offered(self, broadcast: Broadcast, offer: SendingOffer) -> Mapping[str, Any]:
        found, playbook = offer.check, self.desk.playbook()
        plan, begins = self.desk.settings().channels[broadcast.channel].plan, found.begins
        return {
            "of": offer,
            "number": f"{found.messages:,}",
            "people": found.messages,
            "cost": UNKNOWN if found.cost is None or found.cost.extra is None else f"{found.cost.extra:f}",
            "groups": [
                (name, f"{found.people.get(name, 0):,}", not broadcast.messages[name])
                for name in broadcast.messages
                if name
            ],
            "held_back": list(held_back(found.held_back, playbook, broadcast.priority)),
            "left": month_left(found.month, found.line_says, plan),
            "price": _price(plan, offer),
            "without_plan": plan is None,
            "cards": list(cards_words(found)),
            "without": f"{found.without_message:,}" if found.without_message else "",
            "at": offer.at,
            "chosen": "" if offer.at is None else f"{offer.at.astimezone(playbook.zone):%Y-%m-%dT%H:%M}",
            "begins": begins if begins is not None and begins > (offer.at or found.at) else None,
            "last": None if offer.last is None else offer.last.began or offer.last.moment,
            "repeats": None if offer.repeats is None else offer.repeats.began or offer.repeats.moment,
            "is_once": broadcast.at is not None,
            "word": SEND,
        }

    async def _skipped(
        self, visit: Visit, broadcast: Broadcast, sending: Sending
    ) -> Mapping[str, Any] | None:
        """Who did not get the last one, and why; names are shown, so the look is in the audit log."""
        desk = self.desk
        found = await left_out_of(desk.stores, sending.id, SKIPPED)
        if any(one.shown is not None and one.shown.contact.name for one in found.people):
            await record_list(desk.stores, visit.signed.by, desk.now(), "broadcast", sending.id)
        rows = [self._person(visit, broadcast, one) for one in found.people]
        return {"rows": rows, "rest": f"{found.rest:,}" if found.rest else ""} if rows else None

    def _person(self, visit: Visit, broadcast: Broadcast, one: SkippedPerson) -> Mapping[str, Any]:
        part = self.desk.parts.sealed(visit.signed.name, "contact", one.contact)
        return {
            "name": "" if one.shown is None else visible(one.shown.contact.name or ""),
            "to": f"/admin/contacts/{part}" if one.shown is not None else "",
            "why": why_left_out(one.why, broadcast.name, self.desk.playbook()),
            "said": visible(one.said or ""),
        }


def _price(plan: PricePlan | None, offer: SendingOffer) -> Translatable:
    """What it costs; in another month, of which nothing is known yet, at most."""
    cost = offer.check.cost
    if offer.at is None or offer.check.month is not None or cost is None or cost.extra is None:
        return sending_price(plan, cost)
    return tr("{money} at most", money=money_text(cost.extra))


def _to(broadcast: Broadcast) -> str:
    return page_address(ONE, name=broadcast.name)


def _typed(visit: Visit, word: Translatable) -> bool:
    return visit.form.get("typed", "").strip().casefold() in (str(word), CHINESE.text(word))


def _past(sending: Sending) -> Mapping[str, Any]:
    return {
        "at": sending.began or sending.moment,
        "state": state_of(sending),
        "by": account_words(sending.by) if sending.by else "",
    }
