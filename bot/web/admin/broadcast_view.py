"""The page of one broadcast: what goes out, to whom, at which price, and how far it is (I1–I7)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.engine.broadcasts.content import for_everybody, for_person
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.model.broadcast import Sending
from bot.model.contact import Contact, Identity
from bot.model.message import Message
from bot.model.money import money_text
from bot.model.plain_text import visible
from bot.model.translatable import Translatable, tr
from bot.operations.actors import by_name
from bot.operations.broadcasts.checking_words import cards_words, held_back, month_left, price_words
from bot.operations.broadcasts.held_orders import WHY_ASKED, held_order
from bot.operations.broadcasts.offer import SendingOffer
from bot.operations.broadcasts.progress import (
    SkippedPerson,
    left_out_of,
    progress_of,
    standing_of,
    why_left_out,
)
from bot.operations.broadcasts.standing_words import state_of
from bot.operations.broadcasts.steering import open_sending
from bot.operations.broadcasts.trying_out import TriedOut
from bot.operations.looks import record_list
from bot.operations.testers import all_testers
from bot.playbook.in_money import most_price
from bot.playbook.similar import quoted
from bot.store.broadcasts.sendings import sending_id
from bot.web.admin.broadcast_context import BroadcastContext
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
from bot.web.admin.message_view import shown_messages
from bot.web.admin.tester_pages import choice
from bot.web.admin.visit import RenderedPage, Visit, page_address

SEND, CANCEL = tr("send it"), tr("cancel it")
"""Typed to confirm: before a broadcast goes to thousands or costs money, and before what cannot be undone."""
SKIPPED = 50
"""The most people who did not get it that are listed."""
UNKNOWN = "unknown"
"""The value of a form's price where none was shown."""
INVENTED = tr("Mei")
"""The name of the invented customer with whom personal messages are filled."""


def group_gets(
    visit: Visit,
    playbook: Playbook,
    broadcast: Broadcast,
    group: str,
    now: datetime,
    pictured: Callable[[Sequence[Message]], Sequence[Message]] = lambda messages: messages,
) -> Mapping[str, Any]:
    """What the template is given of a group: its messages, filled for an invented customer where they are
    personal. `pictured` replaces addresses of pictures."""
    alike = for_everybody(playbook, broadcast, group, now)
    sample = Contact("", name=visit.words.text(INVENTED), identities=(Identity(broadcast.channel),))
    messages = for_person(playbook, broadcast, group, sample, now) if alike is None else alike
    return {
        "name": group,
        "gets_nothing": not broadcast.messages[group],
        "is_personal": alike is None,
        "messages": shown_messages(pictured(messages)),
    }


@dataclass(frozen=True, slots=True)
class BroadcastView:
    """Draws the page of a broadcast, as it stands now. May raise `DatabaseUnavailable`."""

    context: BroadcastContext

    async def page(
        self,
        visit: Visit,
        broadcast: Broadcast,
        refused: Translatable | None = None,
        offer: SendingOffer | None = None,
        tried: Sequence[TriedOut] | None = None,
    ) -> RenderedPage:
        """The whole page; `refused`: why nothing was done; `offer`: what is shown before it is sent; `tried`:
        what came of a test."""
        context, playbook = self.context, self.context.playbook()
        [standing] = await standing_of(context.stores, playbook, [broadcast])
        going = await open_sending(context.stores, broadcast)
        open_ = None if going is None else await progress_of(context.stores, going.id)
        last = next((one for one in standing.sendings if one.began is not None), None)
        testers = await all_testers(context.stores, playbook)
        can_test = any(one.contact is not None for one in testers)
        brake = await context.stores.brakes.read()
        data = {
            "broadcast": broadcast,
            "say": visit.words.words,
            "groups": [
                group_gets(visit, playbook, broadcast, one, context.now()) for one in broadcast.messages
            ],
            "invented": INVENTED,
            "account": other_account(context, broadcast.channel),
            "audience": audience_words(context, broadcast, visit.words),
            "rhythm": "" if broadcast.every is None else rhythm_words(broadcast.every),
            "is_braked": brake.holds(broadcast.channel),
            "is_called_off": await self._is_called_off(broadcast),
            "status": "" if broadcast.status == "live" else STATES[broadcast.status],
            **await self._size(broadcast),
            "open": None if open_ is None else going_words(open_),
            "asks": await self._asks(broadcast),
            "sent": None if standing.last_sent is None else standing.last_sent.stored,
            "reached": None if standing.last_sent is None else f"{standing.last_sent.got:,}",
            "history": [_past(one.stored) for one in standing.sendings],
            "skipped": [] if last is None else await self._skipped(visit, broadcast, last.stored),
            "can_report": standing.last_sent is not None,
            "report": page_address(f"{PAGE}/report", name=broadcast.name),
            "testers": testers,
            "can_test": can_test,
            "all_testers": page_address(TESTERS, **{"for": broadcast.name}),
            "choice": None if can_test else await choice(context, visit, broadcast),
            "tried": tried,
            "form": uuid.uuid4().hex,
            "offer": None if offer is None else self._offered(broadcast, offer),
            "earliest": f"{context.now().astimezone(playbook.zone):%Y-%m-%dT%H:%M}",
            "cancel_word": CANCEL,
            "one": ONE,
            "here_again": page_address("", name=broadcast.name),
            "list": PAGE,
            "edit": page_address(COMPOSE, name=broadcast.name),
            "again": page_address(COMPOSE, **{"from": broadcast.name}),
        }
        title = tr("{name}", name=visible(broadcast.title or broadcast.name))
        return RenderedPage("broadcast.html", title, data, 200 if refused is None else 422, refused)

    async def _is_called_off(self, broadcast: Broadcast) -> bool:
        """Whether staff have cancelled its only time of its own."""
        if broadcast.at is None:
            return False
        own = await self.context.stores.sendings.one(sending_id(broadcast.name, broadcast.at))
        return own is not None and (own.state, own.why) == ("cancelled", "staff")

    async def _asks(self, broadcast: Broadcast) -> Mapping[str, Any] | None:
        """What was shown when a sending was ordered and what holds now, where it waits for a confirmation of
        that."""
        context, plan = self.context, self.context.settings().channels[broadcast.channel].plan
        counts, used = await context.count(broadcast.name), await context.used(broadcast.channel)
        counted = None if counts is None else counts[broadcast.channel].people
        found = await held_order(context.stores, broadcast, plan, counted, used)
        if found is None:
            return None
        then, now = found.sending.shown_people, found.people
        return {
            "of": found,
            "why": WHY_ASKED[found.why],
            "then": "" if then is None else f"{then:,}",
            "now": "" if now is None else f"{now:,}",
            "cost_then": "" if found.shown_cost is None else money_text(found.shown_cost),
            "cost_now": None if now is None else most_price(plan, now, found.used),
            "cost": UNKNOWN if found.cost is None else f"{found.cost:f}",
            "covers": "" if found.covers is None else found.covers,
        }

    async def _size(self, broadcast: Broadcast) -> Mapping[str, Any]:
        """About how many people would get it now, and its highest cost."""
        context, plan = self.context, self.context.settings().channels[broadcast.channel].plan
        counts = await context.count(broadcast.name)
        if counts is None:
            return {"people": tr("being counted"), "is_counting": True}
        count = counts[broadcast.channel]
        return {
            "people": people_words(count),
            "price": most_price(plan, count.people, await context.used(broadcast.channel)),
            "is_counting": False,
        }

    def _offered(self, broadcast: Broadcast, offer: SendingOffer) -> Mapping[str, Any]:
        """What the template is given before a broadcast is sent."""
        found, playbook = offer.check, self.context.playbook()
        plan, begins = self.context.settings().channels[broadcast.channel].plan, found.begins
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
            "price": price_words(found, plan),
            "without_plan": plan is None,
            "cards": list(cards_words(found)),
            "without": f"{found.without_message:,}" if found.without_message else "",
            "at": offer.at,
            "chosen": "" if offer.at is None else f"{offer.at.astimezone(playbook.zone):%Y-%m-%dT%H:%M}",
            "begins": begins if begins is not None and begins > (offer.at or found.at) else None,
            "last": None if offer.last is None else offer.last.began or offer.last.moment,
            "repeats": None if offer.repeats is None else offer.repeats.began or offer.repeats.moment,
            "repeated": "" if offer.repeats is None else quoted(offer.repeats.broadcast),
            "is_once": broadcast.at is not None,
            "word": SEND,
        }

    async def _skipped(
        self, visit: Visit, broadcast: Broadcast, sending: Sending
    ) -> Mapping[str, Any] | None:
        """Who did not get the last sending, and why. Names are shown, so the audit log records it."""
        context = self.context
        found = await left_out_of(context.stores, sending.id, SKIPPED)
        if any(one.shown is not None and one.shown.contact.name for one in found.people):
            await record_list(context.stores, visit.signed.by, context.now(), "broadcast", sending.id)
        rows = [self._person(visit, broadcast, one) for one in found.people]
        return {"rows": rows, "rest": f"{found.rest:,}" if found.rest else ""} if rows else None

    def _person(self, visit: Visit, broadcast: Broadcast, one: SkippedPerson) -> Mapping[str, Any]:
        part = self.context.parts.sealed(visit.signed.name, "contact", one.contact)
        return {
            "name": "" if one.shown is None else visible(one.shown.contact.name or ""),
            "to": f"/admin/contacts/{part}" if one.shown is not None else "",
            "why": why_left_out(one.why, broadcast.name, self.context.playbook()),
            "said": visible(one.said or ""),
        }


def _past(sending: Sending) -> Mapping[str, Any]:
    return {
        "at": sending.began or sending.moment,
        "state": state_of(sending),
        "by": by_name(sending.by) if sending.by else "",
    }
