"""Random schedules in which lists tell of people who are just writing or binding, and staff merge them and
undo it; bots and commands die between any two writes (C7, C12, J2)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.identity import OfShop
from bot.model.audit import AuditRow
from bot.model.contact import Contact, contact_id
from bot.model.effects import CheckCode, SendCode
from bot.model.event import Listed, Outcome
from bot.model.inbox import InboxEntry, Received
from bot.model.processes import part_of
from bot.runtime.dependencies import always
from bot.runtime.effects.effect_runner import EffectRouter
from bot.runtime.effects.merging import Merging
from bot.runtime.shops.member_batches import MemberTaker
from bot.runtime.shops.member_plan import ImportedLine, MemberLine
from bot.runtime.turn_observer import Watch
from bot.services.caller import Caller
from bot.services.effects import EffectHandlers
from bot.services.members import MemberService
from bot.services.rewrites import Rewrite, RewriteRefused
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.cast import Delivery
from tests.runtime.gated_world import GatedCalls, GatedLine, ProcessClock
from tests.runtime.harness import Bot
from tests.runtime.laws import troubles
from tests.runtime.schedules import Schedule
from tests.runtime.test_merging import heard_on
from tests.runtime.test_one_phone import NoShops

BINDING_TEXT = """
channels:
  main: {id: "@a", channel_id: "1", channel_secret: x, sms: text}
  outlet: {id: "@b", channel_id: "2", channel_secret: y, sms: text}
sms: {text: {provider: console, text: "驗證碼 {{ sms.code }}"}}
privacy:
  {controller: x, purpose: x, kinds: x, period: x, recipients: x, rights_contact: x, version: "1",
   url: "https://a.example/p", terms: "https://a.example/t"}
attributes: {points: {type: number, title: 點數}}
rules:
  - {when: {text: 綁定}, start: bind}
  - {when: {text: 回}, reply: 答}
flows:
  bind:
    page: true
    states:
      ask_phone:
        {ask: 手機？, answer: phone, otherwise: 不是手機, give_up_after: {1h: over}, next: sending}
      sending:
        do: [{send_code: "{{ answer.ask_phone }}"}]
        rules: [{when: {code: sent}, to: ask_code}, {when: {code: [too_soon, refused, failed]}, to: over}]
        give_up_after: {1h: over}
      ask_code:
        {ask: 驗證碼？, answer: code, otherwise: 不是驗證碼, give_up_after: {1h: over}, next: checking}
      checking:
        do: [{check_code: "{{ answer.ask_code }}"}]
        rules: [{when: {code: right}, to: matching}, {when: {code: [wrong, expired, locked]}, to: over}]
        give_up_after: {1h: over}
      matching:
        do: [{find_member: none}]
        rules:
          - {when: {member: found}, to: bound}
          - {when: {member: [taken, missing, shop_failed]}, to: over}
        give_up_after: {1h: over}
      bound:
        do: [bind_member, {result: {trigger: 我綁好了, reply: 綁好了}}]
        end: true
      over: {push: 沒有綁定, end: true}
"""
BINDING = compiled(BINDING_TEXT)
CHANNELS = ("main", "outlet")
PEOPLE = 3
CODE = "123456"


class EveryPhoneIsTheirs:
    """SMS that nobody needs to read: whoever asks for a code proves the phone it was sent to."""

    def __init__(self, phones: dict[str, str]) -> None:
        self._phones = phones

    @property
    def carries_out(self) -> EffectHandlers:
        return {SendCode: self.send, CheckCode: self.check}

    async def send(self, asked: SendCode, caller: Caller) -> Outcome:
        self._phones[caller.user] = asked.phone
        return Outcome("code", "sent", asked.origin)

    async def check(self, asked: CheckCode, caller: Caller) -> Outcome:
        return Outcome("code", "right", asked.origin, proven=self._phones[caller.user])


class ToldStore:
    """A store whose writes other processes hear of, as by their change streams."""

    def __init__(self, inner: Any, tell: Callable[..., None]) -> None:
        self._inner, self._tell = inner, tell

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def store(self, entries: Sequence[InboxEntry], *more: Any) -> Any:
        stored = await self._inner.store(entries, *more)
        for entry in entries:
            self._tell(entry.contact)
        return stored

    async def store_bulk(self, entries: Sequence[InboxEntry]) -> None:
        await self._inner.store_bulk(entries)
        for entry in entries:
            self._tell(entry.contact, bulk=True)

    async def append_once(self, entry: InboxEntry, line: AuditRow) -> bool:
        is_new: bool = await self._inner.append_once(entry, line)
        self._tell(entry.contact)
        return is_new

    async def change(self, kept: str, gone: str, work: Any) -> Rewrite | None:
        made: Rewrite | None = await self._inner.change(kept, gone, work)
        self._tell_of(made)
        return made

    async def undo(self, line: str, work: Any) -> Rewrite:
        made: Rewrite = await self._inner.undo(line, work)
        self._tell_of(made)
        return made

    def _tell_of(self, made: Rewrite | None) -> None:
        for one in () if made is None else made.events:
            self._tell(one.entry.contact)


class ListedSchedule(Schedule):
    """One run. `bound` and `joined`: how much of what it is about has come to pass."""

    steps = 420

    def __init__(self, database: Database, seal: Seal, seed: int, playbook: Playbook = BINDING) -> None:
        super().__init__(database, seal, seed, playbook)
        self.stores = self._told(stores_of(database, seal))
        self.imported: list[Mapping[int, ImportedLine]] = []
        """What has come of the list, taken twice when all is over."""
        self.points = 0
        self.undone = False
        self._staffs = ProcessClock(self.clock, sleepy=False, ahead=self.hard.ahead())
        self._proven: dict[str, str] = {}
        self._working: dict[str, asyncio.Task[None]] = {}
        self._works = 0

    # -- who there is

    def user(self, number: int) -> str:
        return f"U{self.seed}-{number}"

    def number(self, number: int) -> str:
        return f"K{self.seed}-{number}"

    def phone(self, number: int) -> str:
        return f"+8869{self.seed % 1_000_000:06d}{number:02d}"

    @property
    def accounts(self) -> list[str]:
        return [contact_id(channel, self.user(n)) for channel in CHANNELS for n in range(PEOPLE)]

    def _conversations(self) -> None:
        told = [list(self._says(channel, n)) for channel in CHANNELS for n in range(PEOPLE)]
        while told:
            one = self.dice.choice(told)
            self.deliveries.append(Delivery((one.pop(0),)))
            told = [one for one in told if one]
        self.left = self.deliveries[::-1]
        self.gates.shut = True

    def _says(self, channel: str, who: int) -> Iterator[Received]:
        """What somebody says on a channel, in order: mostly they bind."""
        phone = f"0{self.phone(who)[4:]}"
        binds = ("綁定", phone, CODE, CODE, "回") if self.dice.random() < 0.8 else ("回", "回")
        for text in (*(("回",) if self.dice.random() < 0.5 else ()), *binds):
            yield self._heard(channel, self.user(who), text)

    def _heard(self, channel: str, user: str, text: str) -> Received:
        self.dice_text = text
        heard = self.says(user)
        return heard if channel == "main" else heard_on(channel, heard)

    @property
    def texts(self) -> Sequence[str]:
        return (self.dice_text,)

    # -- the processes

    def _told(self, stores: Stores) -> Stores:
        def tell(contact: str, bulk: bool = False) -> None:
            for queue in self._streams._queues:
                queue.put_nowait((contact, bulk))

        told: Any = {name: ToldStore(getattr(stores, name), tell) for name in ("rewriter", "inbox_commit")}
        return replace(stores, **told)

    def gated(self, who: str) -> Stores:
        """What binds, takes over and merges, with gates around each of its calls."""
        names = ("rewriter", "contacts", "audit", "people", "phones", "people_without_line", "inbox_commit")
        gated: Any = {name: GatedCalls(self.gates, who, name, getattr(self.stores, name)) for name in names}
        return replace(self.stores, **gated)

    def _bot(self, who: str, clock: ProcessClock) -> Bot:
        return self.listed_bot(who, clock)

    def listed_bot(
        self,
        who: str,
        clock: ProcessClock,
        may_decide: Callable[[], Awaitable[bool]] = always,
        watch: Watch | None = None,
    ) -> Bot:
        """A process in which people bind. `may_decide` and `watch` as in `RuntimeDeps`."""
        stores = self.gated(who)
        members = MemberService(
            stores.phones, stores.contacts, stores.people, self._merging(stores, clock), NoShops(), clock
        )
        world = EffectRouter(EveryPhoneIsTheirs(self._proven), members, notices=members.hears)
        line = GatedLine(self.gates, who, self.line)
        playbook, seal = self.playbook, self.seal
        return Bot(self.database, seal, clock, line, playbook, world, watch, may_decide=may_decide)

    def _merging(self, stores: Stores, clock: ManualClock) -> Merging:
        return Merging(stores.rewriter, stores.contacts, stores.audit, clock, OfShop)

    # -- staff

    def _staff_acts(self) -> Mapping[Callable[[], None], float]:
        few = len(self._working) < 2
        return {
            self._import: 3.0 if few else 0.0,
            self._merge: 1.0 if few else 0.0,
            self._undo: 0.5 if few else 0.0,
            self._kill_command: 0.6 if self._working else 0.0,
        }

    def _lines(self, people: Sequence[int]) -> Mapping[int, MemberLine]:
        """The list, or a part of it: by number and phone, a line by its LINE account now and then."""
        self.points += 1
        lines: dict[int, MemberLine] = {}
        for place, who in enumerate(people):
            said = Listed(self.phone(who), self.number(who), values={"n.points": self.points})
            by_line = self.dice.random() < 0.2
            lines[place] = MemberLine(replace(said, line=by_line), self.user(who) if by_line else None)
        return lines

    def _taker(self, stores: Stores) -> MemberTaker:
        return MemberTaker(stores, self.playbook, None, "main", "command:amy", self._staffs)

    def _import(self) -> None:
        people = self.dice.sample(range(PEOPLE), self.dice.randint(1, PEOPLE))
        lines = self._lines(people)

        async def take(stores: Stores) -> None:
            await self._taker(stores).take(lines)

        self._work(f"imports {people}", take)

    def _merge(self) -> None:
        two = [contact_id(channel, self.user(self.dice.randrange(PEOPLE))) for channel in CHANNELS]

        async def merge(stores: Stores) -> None:
            await self._merging(stores, self._staffs).merge(two[0], two[1], "command:amy")
            self.undone = True  # whoever was made one by hand need not be one by phone

        self._work(f"merges {two}", merge)

    def _undo(self) -> None:
        who = self.dice.choice(self.accounts)

        async def undo(stores: Stores) -> None:
            self.undone = True
            await self._merging(stores, self._staffs).undo(who, "command:amy")

        self._work(f"undoes the last merge of {who}", undo)

    def _work(self, told: str, work: Callable[[Stores], Coroutine[Any, Any, None]]) -> None:
        self._works += 1
        who = f"command {self._works}"
        self._tell(f"{who} {told}")

        async def carried_out() -> None:
            try:
                await work(self.gated(who))
            except (RewriteRefused, DatabaseUnavailable) as error:
                self._tell(f"{who} ends: {error}")
            else:
                self._tell(f"{who} has done it")

        task = self._working[who] = asyncio.create_task(carried_out())
        task.add_done_callback(lambda _: self._working.pop(who, None))

    def _kill_command(self) -> None:
        who = self.dice.choice(list(self._working))
        self._tell(f"{who} is killed")
        self._working[who].cancel()
        self.gates.bury(who)

    async def _staff_end(self) -> None:
        while self._working:
            await self.gates.settled()
            for gate in [gate for gate in self.gates.waiting if gate.who in self._working]:
                self._open(gate, may_fail=False)

    # -- the end

    async def _come_to_rest(self) -> None:
        await super()._come_to_rest()
        lines = self._lines(range(PEOPLE))
        for _ in range(2):
            self._tell("-- the whole list is imported")
            taken = await self._taker(self.stores).take(lines)
            self.imported.append(taken)
            self._tell(f"-- {taken}")
            await super()._come_to_rest()

    async def what_is_left(self) -> Sequence[str]:
        """Whoever is in the middle of a flow waits for an hour."""
        return [one for one in await super().what_is_left() if " has due: " not in one]


async def broken_by_lists(schedule: ListedSchedule) -> list[str]:
    """The laws that this run has broken: nobody lost, nobody twice, the list's word on whoever it means."""
    stores = stores_of(schedule.database, schedule.seal)
    found: list[str] = []
    for number in range(PEOPLE):
        found += await _one_member(schedule, stores, number)
    for account in sorted({event.entry.contact for event in schedule.events}):
        found += await _one_account(schedule, stores, account)
    first, second = schedule.imported
    found += [
        f"line {n} was {first[n]}, and taken once more it is {two}"
        for n, two in second.items()
        if _is_not_same(first[n], two)
    ]
    return found + await _rows(schedule, stores) + list(troubles(schedule))


def _is_not_same(first: ImportedLine, second: ImportedLine) -> bool:
    return first.became != "refused" and (second.became != "same" or second.joined > 0)


async def _one_member(schedule: ListedSchedule, stores: Stores, who: int) -> list[str]:
    number, phone = schedule.number(who), schedule.phone(who)
    people = [await _living(stores, one) for one in await stores.people.with_member_no(number)]
    is_there = [one for one in people if one.attributes["n.points"].value == schedule.points]
    told = [(one.id, one.attributes["n.points"].value) for one in people]
    refused = schedule.imported[0][who].became == "refused"
    is_one = len(people) == 1 or schedule.undone  # whom staff have parted both have it
    is_right = refused or (is_there and is_one)
    found = [] if is_right else [f"{number} is {told}, not {schedule.points}"]
    holder = await stores.phones.holder(phone)
    everybody = {one.id: one for one in [await _living(stores, a) for a in schedule.accounts] if one.has_line}
    bound = sorted(one.id for one in everybody.values() if "phone" in one.bindings and one.phone == phone)
    if bound != ([] if holder is None else [holder]):
        found.append(f"{phone} is held by {holder}, and bound by {bound}")
    if not schedule.undone and bound and not all(one.has_line for one in people):
        found.append(f"{phone} is bound by {bound}, and {number} is {told}")
    return found


async def _one_account(schedule: ListedSchedule, stores: Stores, account: str) -> list[str]:
    person = await _living(stores, account)
    channel, _, user = account.partition(":")
    return [] if person.identity(channel).user == user else [f"{account} is {person.id}, who has it not"]


async def _living(stores: Stores, contact: str) -> Contact:
    stored = await stores.contacts.person(contact)
    return Contact(contact) if stored is None else stored.contact


async def _rows(schedule: ListedSchedule, stores: Stores) -> list[str]:
    """Each event has one row, whoever it was passed on to."""
    rows: Counter[str] = Counter()
    for one in {event.entry.contact for event in schedule.events}:
        rows.update(row.id for row in await stores.journal.timeline_of(one, part_of(one)))
    events = [event.entry.id for event in schedule.events]
    return [f"{one} has {rows[one]} rows" for one in events if rows[one] != 1]
