"""What staff do in a person's conversation: take it, answer, leave notes, hand it on or back (E3, A5).

An order is stored under an id that its form has made, so that it is carried out once, however often it is
sent; `outcome_of` says what has become of it. All of it may raise `DatabaseUnavailable`: then perhaps it was
stored, and asking once more with the same id does no harm.

It is stored in the inbox under the id of its form, once, with its line of the audit log. Its turn looks who
has the conversation and takes the reply token that an earlier turn has left, or decides on a push. So a crash
before the turn leaves the event, one after it the call with its retry key.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import Literal, TypeAlias

from bot.engine.texts.text import utf16_units
from bot.engine.turn import staff
from bot.engine.turn.turn import TOKEN_LIFE
from bot.line.objects.faults import faults_of
from bot.line.objects.messages import MESSAGES, inner_faults
from bot.model.clock import Clock
from bot.model.contact import Identity
from bot.model.journal import RECOVERED, TimelineRow
from bot.model.message import MESSAGES_MOST, Message
from bot.model.money import Prices
from bot.model.staff_chat import StaffChat, StaffNotes, StaffWrites
from bot.model.staff_order import StaffActs, StaffFollowsUp
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.call_outcomes import CallOutcome, call_outcomes, call_snapshot
from bot.operations.contact_changes import Carried, carried_out, staff_changes
from bot.operations.find_contacts import LocatedContact
from bot.operations.simulated_time import now_among
from bot.runtime.effects.staff_changes import StaffChanges
from bot.services.rewrites import RewriteRefused
from bot.store.stores import Stores

LEFT_AT_ONCE = 100
FOLLOW_UP_MOST = timedelta(days=366)
TEXT_MOST = 5_000
"""UTF-16 units of a text, as LINE counts them; of a note as many."""
PATIENCE, BETWEEN = 3.0, 0.05
"""Seconds that are waited for the row of an order that is carried out, and between two looks."""

Unsent: TypeAlias = Literal["theirs", "blocked", "unreachable", "no_messages", "would_cost", "untraced"]
"""Why an answer is not sent: a colleague has the conversation; the person has blocked the account, or has
none on the channel; the month's messages are used up; it would be a push, and nobody has agreed to that; a
process died over its turn, which has sent nothing and can say no more."""

_UNSENT: Mapping[str, Unsent] = {
    staff.THEIRS.row: "theirs",
    staff.BLOCKED.row: "blocked",
    staff.UNREACHABLE.row: "unreachable",
    staff.NO_MESSAGES.row: "no_messages",
    staff.WOULD_COST.row: "would_cost",
}
WORDS: Mapping[Unsent, Translatable] = {
    "theirs": tr("a colleague has this conversation"),
    "blocked": tr("the person has blocked the account"),
    "unreachable": tr("the person has no LINE account on this channel"),
    "no_messages": tr("the month's messages are used up: only a reply within a minute is free"),
    "would_cost": tr("it is not free any more, and nobody has agreed to the price"),
    "untraced": tr("the server was restarted just then, and nothing was sent: send it once more"),
}


class ChatRefused(Refusal):
    """It is not stored; the sentence says why."""


@dataclass(frozen=True, slots=True)
class ChatPrice:
    """What an answer costs at this moment.

    Until `free_until` it is a free reply. Else it is one push, however many messages it has: `left` of them
    are left this month, by LINE's limit or of the plan's (`None`: neither is known), as of `known_at`, and
    each beyond the plan costs `each` NT$ (`None`: not known). `unsent`: it would not be sent, and why.
    """

    free_until: datetime | None
    left: int | None
    each: Decimal | None
    unsent: Unsent | None
    known_at: datetime | None = None

    @property
    def is_free(self) -> bool:
        return self.free_until is not None and self.unsent is None


@dataclass(frozen=True, slots=True)
class ChatOutcome:
    """What has become of an order. `unsent`: why nothing was sent; `calls`: what was, and how that ended."""

    carried: Carried
    unsent: Unsent | None = None
    calls: tuple[CallOutcome, ...] = ()


def chat_of_staff(found: LocatedContact, channel: str) -> StaffChat | None:
    """What is known of staff's conversation with this person on the channel."""
    return next((one for one in found.contact.chats if one.channel == channel), None)


def silent_until(found: LocatedContact, channel: str) -> datetime | None:
    """When the bot answers there again of itself; `None`: it is not silent."""
    timers = found.contact.timers
    mine = (one for one in timers if not one.flow and one.timer == staff.SILENCE)
    return next((one.due for one in mine if one.channel == channel), None)


def chat_channel(found: LocatedContact, channel: str | None = None) -> str:
    """The channel that is meant: this one, where staff have it, or the last seen. Raises `ChatRefused`."""
    there = [one for one in found.contact.identities if one.user is not None]
    if channel is not None:
        there = [one for one in there if one.channel == channel]
    if not there:
        raise ChatRefused(WORDS["unreachable"])
    return max(there, key=lambda one: (one.staff, one.seen is not None, _at(one))).channel


def _at(identity: Identity) -> float:
    return 0.0 if identity.seen is None else identity.seen.timestamp()


async def price_of(found: LocatedContact, channel: str, prices: Prices) -> ChatPrice:
    """What an answer to this person would cost now."""
    identity, chat = found.contact.identity(channel), chat_of_staff(found, channel)
    now = await now_among(found.stores)
    figure = (await found.stores.quotas.all()).get(channel)
    left = None if figure is None else figure.within(prices.included.get(channel))
    has_none = figure is not None and figure.left == 0
    until = None
    if identity.staff and chat is not None and chat.token is not None and chat.token_at is not None:
        until = chat.token_at + TOKEN_LIFE
    free_until = until if until is not None and until > now else None
    unsent: Unsent | None = None
    if identity.user is None:
        unsent = "unreachable"
    elif identity.friend is False:
        unsent = "blocked"
    elif free_until is None and has_none:
        unsent = "no_messages"
    known_at = None if figure is None else figure.at
    return ChatPrice(free_until, left, prices.messages.get(channel), unsent, known_at)


def text_message(text: str) -> Message:
    """A text as it was written. Raises `ChatRefused`."""
    return {"type": "text", "text": _checked(text)}


def _checked(text: str) -> str:
    if not text.strip():
        raise ChatRefused(tr("nothing is written"))
    if (units := utf16_units(text)) > TEXT_MOST:
        raise ChatRefused(
            tr(
                "a message has at most {most} characters, and this one has {found}",
                most=f"{TEXT_MOST:,}",
                found=f"{units:,}",
            )
        )
    return text


async def write(
    found: LocatedContact,
    channel: str,
    messages: Sequence[Message],
    actor: str,
    *,
    form: str,
    may_cost: bool,
    even_if: str | None = None,
) -> str:
    """Have an answer sent, and the conversation taken for `actor`; its event.

    `form` is the id that the form has made. `may_cost`: the price of a push was seen, and agreed to.
    `even_if`: the colleague who has the conversation, as `actor` has seen. Raises `ChatRefused`.
    """
    several = list(messages)
    if len(several) > MESSAGES_MOST:
        raise ChatRefused(tr("at most {most} pictures and texts go out together", most=MESSAGES_MOST))
    faults = chain(faults_of(several, MESSAGES), *(inner_faults(one, mentions=False) for one in several))
    if next(faults, None) is not None:
        raise ChatRefused(tr("LINE does not take this message"))
    what = StaffWrites(actor, tuple(several), may_cost, even_if)
    return await (await staff_changes(found)).write(found.contact.id, channel, what, form)


async def note(found: LocatedContact, channel: str, text: str, actor: str, *, form: str) -> str:
    """Leave a note for colleagues, which LINE never gets; its event. Raises `ChatRefused`."""
    what = StaffNotes(actor, _checked(text))
    return await (await staff_changes(found)).note(found.contact.id, channel, what, form)


async def take_over(
    found: LocatedContact,
    channel: str,
    actor: str,
    *,
    form: str,
    to: str | None = None,
    even_if: str | None = None,
) -> str:
    """Take the conversation, or give it to the colleague `to`; its event. `even_if`: see `write`."""
    what = StaffActs(takes_over=True, by=actor, to=to, even_if=even_if)
    return await (await staff_changes(found)).act(found.contact.id, channel, what, actor, form)


async def hand_back(
    found: LocatedContact,
    channel: str,
    actor: str,
    *,
    form: str,
    even_if: str | None = None,
    reason: str = "",
) -> str:
    """Give the conversation back to the bot, for this reason; its event. `even_if`: see `write`."""
    what = StaffActs(takes_over=False, by=actor, even_if=even_if, reason=reason)
    return await (await staff_changes(found)).act(found.contact.id, channel, what, actor, form)


async def follow_up(
    found: LocatedContact,
    channel: str,
    actor: str,
    at: datetime | None,
    now: datetime,
    *,
    form: str,
    even_if: str | None = None,
) -> str:
    """Have the conversation come up again at a moment, unless the customer writes before; `None`: not any
    more. Its event. `even_if`: see `write`. Raises `ChatRefused`."""
    if at is not None and not timedelta(0) < at - now <= FOLLOW_UP_MOST:
        raise ChatRefused(tr("a follow-up is in the time to come, within a year"))
    what = StaffFollowsUp(actor, at, even_if)
    return await (await staff_changes(found)).follow_up(found.contact.id, channel, what, form)


async def leave_chats(stores: Stores, clock: Clock, whose: str, actor: str, to: str = "") -> int:
    """All conversations that `whose` has wait again, or are the colleague's (`to`); how many. Of somebody who
    cannot answer any more, so that nobody waits for them."""
    changes = StaffChanges(stores.rewriter, stores.contacts, clock)
    what, after, number = StaffActs(takes_over=True, by=whose, to=to), None, 0
    while some := await stores.staff_chats.of("has", None, whose, LEFT_AT_ONCE, after):
        for one in some:
            with suppress(RewriteRefused):  # they are gone meanwhile: the others are not left behind
                await changes.act(one.contact.id, one.channel, what, actor, uuid.uuid4().hex)
                number += 1
        chat = some[-1].chat
        if chat is None:
            break
        after = (chat.since, some[-1].contact.id)
    return number


async def outcome_of(
    found: LocatedContact, event: str, *, is_answer: bool = False, patience: float = PATIENCE
) -> ChatOutcome:
    """What has become of an order, once a running process has had the time for it.

    `is_answer`: it is one that is sent, and conversations are stored.
    """
    carried = await carried_out(found, lambda stored: event not in stored.waiting)
    if carried != "done":
        return ChatOutcome(carried)
    row: TimelineRow | None = None
    calls: list[CallOutcome] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(patience):
            while row is None:
                row = (await found.stores.journal.rows_of([event])).get(event)
                if row is None:
                    await asyncio.sleep(BETWEEN)  # the journal writes it a moment after the turn
    if row is None:  # its turn was taken, and what came of it is not written yet
        return ChatOutcome("waiting")
    if is_answer and row.what == RECOVERED:
        stored = await found.stores.contacts.person(found.contact.id)
        if stored is not None and event in stored.open:
            return ChatOutcome("waiting")  # what it has said is written next, before the contact forgets it
        turns = await found.stores.conversations.of_events([event])
        if not any(turn.calls for turn in turns):
            return ChatOutcome("done", "untraced")
    snapshot = await call_snapshot(
        [row], found.stores.journal, found.stores.contacts, await now_among(found.stores)
    )
    calls = [one for one in call_outcomes(row, snapshot) if one.kind in ("reply", "push", "fallback")]
    unsent = next((_UNSENT[one] for one in row.details if one in _UNSENT), None)
    return ChatOutcome("done", unsent, tuple(calls))
