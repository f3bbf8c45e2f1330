"""A journey, people who wait in it, and a LINE that counts what they get."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import islice
from typing import Any

import orjson

from bench.main import CHANNEL
from bench.world import World, ok
from bot.engine.compiled.playbook import Playbook
from bot.engine.decide import decide
from bot.model import decision
from bot.model.contact import Contact
from bot.model.event import Event, Follow, Source
from bot.model.processes import part_of
from bot.store.codec.contact_changes import changes
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal

DAY = timedelta(days=1)
BATCH = 10_000
TEXT = "keyword {}"
"""What the others say meanwhile, as in `bench.main`."""

_QUOTA = b'{"type":"none","totalUsage":0}'
_KNOWN = b'{"message":"The retry key is already accepted"}'
_CONFLICT = b"HTTP/1.1 409 Conflict\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(_KNOWN),
    _KNOWN,
)


JOURNEY = """\
flows:
  series:
    when: {tag_added: 系列}
    once_per: person
    if_late: send
    states:
      等第1則: {wait: 1d, next: 第1則}
STATES
      走完: {end: true}
rules:
  - when: follow
    do:
      - add_tags: [系列]
"""


def playbook_of(steps: int) -> str:
    """A journey that begins when somebody follows: each day a message, for so many days."""
    states = [f"      第{n}則: {{push: 訊息 {n}, wait: 1d, next: 第{n + 1}則}}" for n in range(1, steps)]
    states.append(f"      第{steps}則: {{push: 訊息 {steps}, next: 走完}}")
    answers = [f"  - when: {{text: {TEXT.format(n)}}}\n    reply: answer {n}\n" for n in range(10)]
    return CHANNEL + JOURNEY.replace("STATES", "\n".join(states)) + "".join(answers)


def user_of(number: int) -> str:
    return f"W{number:032x}"


def waiting(
    playbook: Playbook, seal: Seal, numbers: Iterable[int], due: Callable[[int], datetime]
) -> Iterator[dict[str, Any]]:
    """These people's contacts as they are stored a moment after they follow: number `n` waits until `due(n)`.

    The engine decides for one of them, and the others are in the same place.
    """
    followed = cache(partial(_followed, playbook, seal))
    for number in numbers:
        fields = followed(due(number) - DAY)
        [identity] = fields["ids"]
        user = user_of(number)
        contact = f"main:{user}"
        yield {
            **fields,
            "ids": [{**identity, "uid": user}],
            "_id": contact,
            "part": part_of(contact),
            "rev": 1,
            "fence": 0,
            "open": [],
        }


def _followed(playbook: Playbook, seal: Seal, now: datetime) -> dict[str, Any]:
    event = Event("main:follow", "main", Source("user", user_of(0)), now, Follow(again=False))
    before = Contact(f"main:{user_of(0)}")
    after = decide(playbook, before, event, now, decision.DecisionInputs()).contact
    return changes(before, after, seal, born=True)[0]


async def put_in(database: Database, people: Iterator[dict[str, Any]]) -> None:
    """Store these contacts."""
    contacts = database.collection("contacts")
    while some := list(islice(people, BATCH)):
        await contacts.insert_many(some, ordered=False)


class CountingLine(World):
    """LINE: remembers what each person got, in order and when, and takes a retry key once."""

    def __init__(self, secret: str, people: int) -> None:
        super().__init__(secret, people, [TEXT.format(n) for n in range(10)])
        self.got: dict[str, list[str]] = {}
        self.pushes = 0
        self.again = 0
        self._keys: set[bytes] = set()
        self._wanted = 0
        self._there = asyncio.Event()

    def answer(self, head: bytes, body: bytes) -> bytes:
        """409 to a retry key that is known, 200 to everything else."""
        if b"/message/push" not in head:
            return ok(_QUOTA) if b"/quota" in head else super().answer(head, body)
        start = head.lower().index(b"x-line-retry-key:")
        key = head[start:].split(b"\r\n", 1)[0]
        if key in self._keys:
            self.again += 1
            return _CONFLICT
        self._keys.add(key)
        told = orjson.loads(body)
        self.got.setdefault(told["to"], []).extend(message["text"] for message in told["messages"])
        self.pushes += 1
        if self.pushes >= self._wanted:
            self._there.set()
        return ok()

    async def has_pushed(self, count: int, seconds: float) -> None:
        """Wait until LINE has accepted so many pushes in all; `TimeoutError` after `seconds`."""
        self._wanted = count
        self._there.clear()
        if self.pushes < count:
            async with asyncio.timeout(seconds):
                await self._there.wait()

    def wrong(self, people: int, steps: int) -> Counter[str]:
        """How many of these people did not get each message once, in order; and what is wrong with it."""
        wanted = [f"訊息 {n}" for n in range(1, steps + 1)]
        found: Counter[str] = Counter()
        for number in range(people):
            got = self.got.get(user_of(number), [])
            if got != wanted:
                found[
                    "twice" if len(set(got)) < len(got) else "lost" if set(got) < set(wanted) else "order"
                ] += 1
        return found
