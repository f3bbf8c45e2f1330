"""Goes back in a friend's conversation: to a message, from which one plays on, or to before the first.

What belongs to the friend is undone: what the bot knows (tags, answers, journeys, binding, phone), the chat,
the SMS, being a friend, and places of rules with `first`. What belongs to others stays: shops and their
members, systems that were called, counts, limits of codes, other friends. The clock goes on: a timer that had
two hours left has two hours left.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model.contact import Contact, contact_id
from bot.simulator.people.friend_acts import CannotAct
from bot.simulator.state.chats import ChatMessage, Chats, Friend, Standing
from bot.simulator.state.feed import Feed
from bot.simulator.state.line_ids import milliseconds
from bot.simulator.state.menus import Menus
from bot.simulator.state.sms_inbox import SmsInbox
from bot.simulator.workbench.turns import TurnView
from bot.simulator.workbench.workbench import Workbench


@dataclass(frozen=True, slots=True)
class _Point:
    """The moment to which one goes back."""

    contact: Contact
    """As it was then."""
    at: datetime
    kept: Sequence[TurnView]
    """The turns until then."""
    undone: Sequence[TurnView]
    """The turns after it."""


class Past:
    """Goes back to a message, or begins anew. Raises `CannotAct`."""

    def __init__(self, bench: Workbench, chats: Chats, sms: SmsInbox, menus: Menus, feed: Feed) -> None:
        self._bench = bench
        self._chats = chats
        self._sms = sms
        self._menus = menus
        self._feed = feed

    async def back_to(self, friend: Friend, message: ChatMessage) -> int:
        """Undo what came after a message of the bot, or from a message of the friend on; returns how many
        turns."""

        async def work() -> int:
            point = self._point(friend, message)
            await self._become(friend, point)
            gone = frozenset(self._messages_after(friend.id, message, point))
            self._clear(friend, gone, since=milliseconds(point.at))
            self._stand(friend, _standing(point.contact, friend.channel))
            undone = [state.turn["id"] for state in point.undone]
            self._bench.turns.undo(friend.id, undone)
            self._bench.recorder.undo(friend.id, undone)
            return len(undone)

        return await self._between(friend, work)

    async def begin_anew(self, friend: Friend) -> None:
        """Make the friend a stranger whom the bot does not know."""

        async def work() -> int:
            forget = self._bench.inside.forget
            if forget is None:
                raise CannotAct("standing", "no bot runs in this process")
            await self._must_be_alone(friend)
            await forget(contact_id(friend.channel, friend.id))
            self._clear(friend, [message.id for message in self._chats.messages(friend.id)], since=0)
            self._menus.of(friend.channel).links.pop(friend.id, None)
            self._stand(replace(friend, spoke=None), "stranger")
            self._bench.turns.forget(friend.id)
            self._bench.recorder.begin(friend.id)
            return 0

        await self._between(friend, work)

    async def _between(self, friend: Friend, work: Callable[[], Awaitable[int]]) -> int:
        done = await self._bench.jumps.between(work)
        if done is None:
            raise CannotAct("standing", "not everything that was begun is done")
        self._feed.publish("rewound", {"chat": friend.id})
        return done

    # -- to where

    def _point(self, friend: Friend, message: ChatMessage) -> _Point:
        """The moment of a message. Raises `CannotAct` where its turn is not stored any more."""
        seen = self._bench.turns.seen(friend.id)
        states = list(seen.states) if seen is not None else []
        for number, state in enumerate(states):
            if message.author == friend.id and message.event == state.turn["event"]:
                return _Point(state.before, state.at, states[:number], states[number:])
            if message.id in state.turn["bubbles"]:
                return _Point(state.after, state.at, states[: number + 1], states[number + 1 :])
        raise CannotAct("unknown", "what the bot knew then is not kept")

    async def _must_be_alone(self, friend: Friend) -> Contact | None:
        """What the bot knows now. Raises `CannotAct` where another account is part of it."""
        stored = await self._bench.inside.contact(contact_id(friend.channel, friend.id))
        if stored is not None and len(stored.contact.identities) > 1:
            raise CannotAct("merged", "the bot knows the friend of another account to be the same person")
        return None if stored is None else stored.contact

    async def _become(self, friend: Friend, point: _Point) -> None:
        """Make the contact what it was at that moment. Raises `CannotAct`."""
        rewind = self._bench.inside.rewind
        now = await self._must_be_alone(friend)
        if rewind is None or now is None:
            raise CannotAct("standing", "no bot runs in this process, or it knows nobody")
        if len(point.contact.identities) > 1:
            raise CannotAct("merged", "the bot knew the friend of another account to be the same person")
        contact = _as_if_now(point.contact, now, friend, self._bench.clock.now() - point.at)
        if not await rewind(contact):
            raise CannotAct("phone", "the phone that was bound then is somebody else's by now")

    def _messages_after(self, chat: str, message: ChatMessage, point: _Point) -> Iterator[str]:
        """The ids of the messages that are undone: those of undone turns, and all later ones of no other
        turn."""
        kept = {id for state in point.kept for id in (state.turn["event"], *state.turn["bubbles"])}
        undone = {id for state in point.undone for id in (state.turn["event"], *state.turn["bubbles"])}
        is_later = False
        for one in self._chats.messages(chat):
            of = {one.id, one.event} - {None}
            if of & undone or (is_later and not of & kept):
                yield one.id
            is_later = is_later or one.id == message.id

    # -- the phone

    def _clear(self, friend: Friend, messages: Iterable[str], since: int) -> None:
        self._chats.forget(friend.id, messages)
        for sms in [sms for sms in self._sms.of(friend.id) if sms.at >= since]:
            self._sms.dismiss(friend.id, sms.id)

    def _stand(self, friend: Friend, standing: Standing) -> None:
        self._chats.keep_friend(replace(friend, standing=standing))


def _as_if_now(then: Contact, now: Contact, friend: Friend, passed: timedelta) -> Contact:
    """The former contact with as much time left on its timers as then; the phone goes on showing the present
    menu."""
    shown = now.identity(friend.channel)
    identity = replace(then.identity(friend.channel), user=friend.id, menu=shown.menu, tab=shown.tab)
    return replace(
        then,
        identities=(identity,),
        timers=tuple(replace(timer, due=timer.due + passed) for timer in then.timers),
    )


def _standing(contact: Contact, channel: str) -> Standing:
    friend = contact.identity(channel).friend
    return "stranger" if friend is None else "friend" if friend else "blocked"
