"""Several chats of a list at once: taken over, handed on or back, a tag put on or taken off (requirement E3).

Each is done by the operation of one, once: its request derives from the form and the chat.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.model.admin import CONSOLE
from bot.model.money import money_text
from bot.model.plain_text import visible
from bot.model.staff_order import StaffActs, StaffTags
from bot.model.translatable import Refusal, TranslatableValue, plural, tr
from bot.operations.catalog.answers import Pending
from bot.operations.catalog.parameters import Chat
from bot.operations.chat.answering import ChatRefused
from bot.operations.declared.chats import finish_chat, hand_over_chat, take_chat
from bot.operations.declared.contacts import tag_contact, untag_contact
from bot.operations.heard_at_once import StaffChange, heard_at_once
from bot.web.admin.customer_hears import is_sure
from bot.web.admin.open_chat import OpenChat, opened_chat
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import AdminAnswer, AdminPages, Json, Visit

SEVERAL_MOST = 100
"""Chats of one order: a filtered page of a list has fewer."""
TOGETHER = 8
"""So many are carried out at a time: each waits for its turn."""


@dataclass(frozen=True, slots=True)
class SeveralOrder:
    """What is done to each: `does` is `take`, `back`, `give`, `tag` or `untag`; `whose` is the colleague, or
    the tag."""

    does: str
    whose: str
    by: str

    def change(self) -> StaffChange:
        """The change as a turn hears it. Raises `ChatRefused` for what is none."""
        match self.does:
            case "take":
                return StaffActs(takes_over=True, by=self.by)
            case "give":
                return StaffActs(takes_over=True, by=self.by, to=f"{CONSOLE}{self.whose}")
            case "back":
                return StaffActs(takes_over=False, by=self.by)
            case "tag":
                return StaffTags(self.by, add=(self.whose,))
            case "untag":
                return StaffTags(self.by, remove=(self.whose,))
            case _:
                raise ChatRefused(tr("Choose what is to be done"))


@dataclass(frozen=True, slots=True)
class ChatSeveral(AdminPages):
    """`/admin/chat/several`."""

    context: StoreContext

    async def chat_several(self, visit: Visit) -> AdminAnswer:
        """Do it to each chat that the form names: how many it was done to, and who was left out, and why; or
        first how many customers would be sent something."""
        does, _, whose = visit.form.get("what", "").partition(":")
        order = SeveralOrder(does, whose.removeprefix(CONSOLE), visit.signed.by)
        parts = list(dict.fromkeys(visit.form.get("chats", "").split()))
        try:
            change = order.change()
            if not 0 < len(parts) <= SEVERAL_MOST:
                raise ChatRefused(tr("Choose up to {most} conversations", most=SEVERAL_MOST))
            chats = [await opened_chat(self.context, visit, part) for part in parts]
            there = [one for one in chats if one is not None]
            if not is_sure(visit) and (asked := self._question(there, change)):
                return Json({"asks": visit.words.words(asked)})
        except Refusal as error:
            return Json({"error": visit.words.text(error.message)}, 409)
        room = asyncio.Semaphore(TOGETHER)

        async def end(one: OpenChat) -> TranslatableValue:
            async with room:
                return await self._done(visit, one, order)

        ends = await asyncio.gather(*map(end, there))
        left = [(one, why) for one, why in zip(there, ends, strict=True) if why]
        gone = len(parts) - len(there)
        said = plural("Done: 1 conversation", "Done: {number} conversations", len(there) - len(left))
        return Json(
            {
                "said": visit.words.words(said),
                "left": [
                    {
                        "chat": one.part,
                        "name": visible(one.found.contact.name or "") or visit.words.words(tr("No name")),
                        "why": visit.words.words(why),
                    }
                    for one, why in left
                ],
                "gone": visit.words.words(tr("Not there any more: {number}", number=gone)) if gone else "",
            }
        )

    def _question(self, chats: Sequence[OpenChat], change: StaffChange) -> TranslatableValue:
        """How many customers would be sent something, and at which price; empty: nobody would."""
        now, playbook, prices = self.context.now(), self.context.playbook(), self.context.prices()
        customers, pushes, money = 0, 0, Decimal(0)
        for one in chats:
            heard = heard_at_once(playbook, one.found.contact, change, now, one.channel)
            customers += bool(heard.messages)
            pushes += heard.pushes
            money += heard.pushes * prices.messages.get(one.channel, Decimal(0))
        if not customers:
            return ""
        recipients = plural(
            "1 customer would get a message", "{number} customers would get messages", customers
        )
        cost = plural("1 push", "{number} pushes", pushes)
        if money:
            return tr(
                "{recipients}: {cost}, {money} at most",
                recipients=recipients,
                cost=cost,
                money=money_text(money),
            )
        return tr("{recipients}: {cost}", recipients=recipients, cost=cost)

    async def _done(self, visit: Visit, opened: OpenChat, order: SeveralOrder) -> TranslatableValue:
        """Do it to one; why it was not done, or empty."""
        contact = opened.found.contact.id
        request = uuid.uuid5(uuid.NAMESPACE_OID, f"{visit.form.get('form')} {contact} {opened.channel}").hex
        call = replace(visit.call(self.context), request=request)
        chat, changed = Chat(opened.found, opened.channel), None
        try:
            match order.does:
                case "take":
                    changed = await take_chat(call, chat)
                case "give":
                    changed = await hand_over_chat(call, chat, order.whose)
                case "back":
                    changed = await finish_chat(call, chat)
                case "tag":
                    await tag_contact(call, opened.found, order.whose)
                case _:
                    await untag_contact(call, opened.found, order.whose)
        except Pending:
            return ""  # it is stored: done as soon as its turn comes
        except Refusal as error:
            return error.message
        return "" if changed is None else changed.why
