"""E6: two of staff and forty customers over a night and a weekend: nobody who asked for staff is missing.

What holds is said by `Customer.pending`, which follows what people do and knows nothing of states: since
when somebody is not answered. At each moment the list, its number, *Today*, the digest and the alert say it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.compiled.playbook import TAIPEI
from bot.engine.members.merge import merged
from bot.model.contact import Contact, Identity
from bot.model.event import OtherMessage, Unfollow
from bot.model.settings import Alert, Settings
from bot.model.staff_chat import StaffChat, StaffWrites
from bot.model.staff_order import StaffActs
from bot.operations.alerts.digest import digest_of
from bot.operations.alerts.work import waiting_look
from bot.operations.chat.lists import chats
from bot.operations.today import today_of
from bot.store.stores import Stores
from tests.depth import examples
from tests.engine.chat import Chat
from tests.people import come
from tests.playbooks import compiled

PLAYBOOK = compiled("""
channels:
  main: {id: a, channel_id: "1", channel_secret: s, staff: console}
  second: {id: b, channel_id: "2", channel_secret: s, staff: console}
hours: {客服時間: {mon-fri: 09:30-18:30}}
rules:
  - {when: {text: 找客服}, with_staff: true, do: [{reply: 馬上為您轉接}, {hand_over: 請看}]}
  - {when: {text: 查好了}, with_staff: true, do: [{reply: 好的}, {hand_back: served}]}
  - {when: {text: 先問你}, with_staff: true, do: [{hand_back: true}]}
  - {when: anything_else, reply: 看不懂}
""")
FRIDAY = datetime(2026, 9, 4, 18, 0, tzinfo=TAIPEI)
MONDAY = datetime(2026, 9, 7, 9, 30, tzinfo=TAIPEI)
AMY, BEN = STAFF = ("console:amy", "console:ben")
ANSWER = ({"type": "text", "text": "您好，我是客服"},)
ACTS = (
    "asks",
    "writes",
    "sticker",
    "takes",
    "gives",
    "answers",
    "tries",
    "closes",
    "served",
    "bot",
    "blocks",
)


@dataclass
class Customer:
    """A customer, and since when nobody has answered them."""

    chat: Chat
    pending: datetime | None = None
    blocked: bool = False
    seen: list[str] = field(default_factory=list)

    @property
    def desk(self) -> StaffChat | None:
        return next(iter(self.chat.contact.chats), None)

    def does(self, act: str, who: str) -> None:
        """One thing that the customer or somebody of staff does; what it means for `pending`."""
        chat, holder = self.chat, self._holder
        self.seen.append(act)
        is_theirs = holder not in (None, who)
        self.blocked = self.blocked and act in ("takes", "gives", "answers", "tries", "closes", "blocks")
        match act:
            case "asks" | "served" | "bot":
                chat.says({"asks": "找客服", "served": "查好了", "bot": "先問你"}[act])
                if act != "bot":
                    self.pending = (self.pending or chat.now) if act == "asks" else None
            case "writes":
                chat.says("在嗎")
                self.pending = self.pending or (chat.now if holder else None)
            case "sticker":
                chat.hears(OtherMessage("sticker", {}))
            case "takes" | "gives":
                to = {AMY: BEN, BEN: AMY}[who] if act == "gives" else None
                chat.hears(StaffActs(True, who, to=to), token=False)
            case "answers" | "tries":
                chat.hears(StaffWrites(who, ANSWER, may_cost=act == "answers"), token=False)
                was_sent = bool(chat.last.actions)
                assert act == "tries" or was_sent == (not is_theirs and not self.blocked)
                self.pending = None if was_sent else self.pending
            case "closes":
                chat.hears(StaffActs(False, who), token=False)
                self.pending = self.pending if is_theirs else None
            case _:
                chat.hears(Unfollow(), token=False)
                self.blocked = True

    @property
    def _holder(self) -> str | None:
        self.chat.waits(seconds=0)
        return self.desk.by if self.desk is not None and self.desk.state == "has" else None

    def holds(self) -> None:
        """Who is not answered is in the list since then, or with whoever has it while the bot is silent."""
        self.chat.waits(seconds=0)
        is_silent = self.chat.contact.identity("main").staff
        waits = self.desk is not None and self.desk.state == "waits"
        is_had = self.desk is not None and self.desk.state == "has"
        assert (None if self.desk is None else self.desk.unanswered) == self.pending, self.seen
        assert waits == (self.pending is not None and not is_had), self.seen
        assert is_silent or not is_had, self.seen


def customer(number: int) -> Customer:
    friend = Identity("main", f"U{number}", friend=True)
    contact = Contact(f"main:U{number}", name=f"客人{number}", identities=(friend,))
    return Customer(Chat(PLAYBOOK, contact, FRIDAY))


SCHEDULE = st.lists(
    st.tuples(
        st.sampled_from((1, 20, 55, 3 * 3600, 13 * 3600, 30 * 3600)),
        st.sampled_from(ACTS),
        st.sampled_from(STAFF),
    ),
    max_size=16,
)


@settings(max_examples=examples(300))
@given(SCHEDULE)
def test_s29_at_each_moment_who_is_not_answered_waits(schedule: Sequence[tuple[int, str, str]]) -> None:
    """E6: whatever comes in whatever order; and after a night all of them stand in the list."""
    one = customer(1)
    for seconds, act, who in schedule:
        one.chat.waits(seconds=seconds)
        one.does(act, who)
        one.holds()
    one.chat.waits(hours=13)
    one.holds()
    assert (one.desk is not None and one.desk.state == "waits") == (one.pending is not None), one.seen


def weekend(number: int, random: Random) -> Customer:
    """A customer's weekend; most ask for staff some time."""
    one = customer(number)
    one.chat.waits(minutes=random.randrange(0, 12 * 60))
    acts = ["asks", *random.choices(ACTS, k=random.randrange(0, 8))] if random.random() < 0.9 else ["writes"]
    for act in acts:
        one.does(act, random.choice(STAFF))
        one.chat.waits(minutes=random.choice((1, 3, 40, 5 * 60, 14 * 60)))
    assert one.chat.now < MONDAY + timedelta(days=5)
    return one


@pytest.mark.parametrize("seed", range(3))
async def test_on_monday_morning_nobody_is_missing(stores: Stores, seed: int) -> None:
    """E6: forty customers; some answered, taken and left, closed, blocked, merged, erased."""
    random = Random(seed)
    everybody = [weekend(number, random) for number in range(40)]
    now = max(MONDAY, *(one.chat.now for one in everybody)) + timedelta(hours=13)
    for one in everybody:
        one.chat.waits(seconds=(now - one.chat.now).total_seconds())
    erased, *others = everybody
    people = [one.chat.contact for one in others]
    second = Identity("second", "V1", friend=True)
    kept = merged(people[0], Contact("second:V1", identities=(second,)))  # a merge takes the waiting along
    await come(stores.contacts, kept, *people[1:])
    assert erased.pending is None or erased.desk is not None
    waiting = sorted((one.pending, one.chat.contact.id) for one in others if one.pending is not None)
    assert 5 < len(waiting) < 39, "both kinds are there"

    rows, place = list[tuple[datetime | None, str]](), None
    while True:
        page = await chats(stores, "waits", me=AMY, zone=TAIPEI, after=place, most=10)
        rows += [(row.since, row.contact.contact) for row in page.rows]
        if (place := page.further) is None:
            break
    assert rows == waiting  # oldest first
    assert len(await stores.staff_chats.waiting(None, 99)) == len(waiting)
    today = await today_of(stores, PLAYBOOK, Settings({}), now)
    assert (today.waiting.people, today.waiting.since) == (len(waiting), waiting[0][0])
    digest = await digest_of(stores, PLAYBOOK, Settings({}), {"main": "森活", "second": "暢貨"}, now)
    assert [one.waiting for one in digest.channels] == [len(waiting), 0]
    promise = Alert("mail", "a@b.example", ("waiting",), waiting=timedelta(minutes=30), during="客服時間")
    found = await stores.staff_chats.waiting(None, 1_000)
    look = waiting_look(found, (promise,), PLAYBOOK, {}, {}, now, "")
    assert [one.channel for one in look.standing] == ["main"]
