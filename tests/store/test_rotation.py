"""What is sealed is sealed anew, is found meanwhile by old and new hashes, and opens afterwards."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.engine.conditions.people import ListedPeople
from bot.model.clerk import GUESSES
from bot.model.clock import PatientClock
from bot.model.contact import AttributeValue, Binding, Contact, Identity
from bot.model.issued_code import CodeRequest, Issued
from bot.model.processes import Serving, part_of
from bot.model.stored import TurnWrite
from bot.operations.keys import KeysRefused, retired, widen
from bot.runtime.cluster.key_rotation import KeyRotation, KeyWatch, RotationStores
from bot.store.collections import COLLECTIONS
from bot.store.database.mongo import Database
from bot.store.mongod.file_lock import FileLock
from bot.store.rotation.places import BOUND_TO, sealed_values
from bot.store.rotation.resealing import Resealer, SealedBy, in_order
from bot.store.rotation.rotations import RotationState
from bot.store.sealing.derived_keys import LiveKeys, session_keys
from bot.store.sealing.keyring import KeyRing, generate, parse, replace_file
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW, ManualClock
from tests.depth import one_of
from tests.people import come
from tests.store.test_collections import nothing
from tests.store.whole_story import PHONE, Story


class Process:
    """One that has opened the database: its ring, its seal, what it says of itself."""

    def __init__(self, name: str, ring: KeyRing, database: Database, clock: PatientClock) -> None:
        self.name, self.ring = name, ring
        self.seal = Seal(ring)
        self.stores: Stores = stores_of(database, self.seal, name)
        self.watch = KeyWatch(self.seal, self.stores.register, self.stores.rotations, lambda: self.ring)
        parts = RotationStores(
            self.stores.register, self.stores.rotations, self.stores.processes, self.stores.resealer
        )
        self.rotation = KeyRotation(parts, self.watch, name, clock)

    async def look(self) -> bool:
        """As with each renewal of its lease."""
        fine = await self.watch.look()
        told = Serving(self.name, self.name, "v", "v", keys=self.watch.names, step=self.watch.step)
        await self.stores.processes.heartbeat(told)
        return fine

    async def turns(self) -> None:
        """Take the steps that can be taken."""
        await self.look()
        await self.rotation.go_on(_nobody)

    async def state(self) -> RotationState:
        state = await self.stores.rotations.state()
        assert state is not None
        return state

    async def counted(self) -> SealedBy:
        *_, found = [found async for found in self.stores.resealer.count(NOW)]
        return found


async def _nobody(state: RotationState) -> None: ...


@pytest.fixture
def old() -> KeyRing:
    return parse(generate())


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.runtime.cluster.key_rotation.BETWEEN", 0.0)
    monkeypatch.setattr("bot.store.rotation.resealing.BATCH", 3)


class QuickClock(ManualClock):
    """Nobody waits."""

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(0)


@pytest.fixture
def quick_clock() -> QuickClock:
    return QuickClock()


@pytest.fixture
async def one(database: Database, old: KeyRing, quick: None, quick_clock: QuickClock) -> Process:
    process = Process("one", old, database, quick_clock)
    await process.stores.register.check(old)
    return process


async def until_done(*processes: Process) -> None:
    """They look and work, one after the other."""
    for _ in range(200):
        for process in processes:
            await process.turns()
        if (await processes[0].state()).step == "done":
            return
    raise AssertionError(await processes[0].state())


async def test_who_stops_while_the_database_is_away_stops(
    one: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A8: that somebody else may go on need not be said: it is so after a while."""

    async def away(me: str) -> None:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(one.stores.rotations, "leave", away)
    await one.rotation.end()


async def begun(process: Process, *others: Process) -> str:
    """New keys are in everybody's ring, and are to be rotated to."""
    process.ring, to = process.ring.with_new()
    for other in others:
        other.ring = process.ring
    known = partial(process.stores.register.enter, process.ring.fingerprints())
    assert await process.stores.rotations.begin(to, "command:amy", NOW, known)
    return to


def test_every_sealed_place_can_be_sealed_anew() -> None:
    """What a new collection seals must be told here, too, or no rotation would ever end."""
    declared = {f"{spec.name}.{place}" for spec in COLLECTIONS.values() for place in spec.sealed}
    assert declared == BOUND_TO.keys()
    assert {*in_order()} == {spec.name for spec in COLLECTIONS.values() if spec.sealed} | {"phones"}


async def everything(database: Database, seal: Seal) -> dict[str, Any]:
    """All that is sealed, opened: by collection, row and path."""
    found: dict[str, Any] = {}
    for name, spec in COLLECTIONS.items():
        if spec.sealed:
            async for row in database.collection(name).find({}):
                for value in sealed_values(name, row):
                    if name != "audit" or value.path != "before":  # what is sealed in there is another one
                        key = f"{name} {row['_id']} {value.path}"
                        found[key] = seal.open(value.value, value.bound_to)
    return found


@pytest.mark.ring("all", "many writes")
async def test_a_whole_story_is_sealed_anew(
    database: Database, one: Process, old: KeyRing, clock: ManualClock
) -> None:
    """Each sealed place of each collection, hashes too: afterwards nobody needs the old keys."""
    await Story(database, one.seal, clock, nothing).told()
    before = await everything(database, one.seal)
    assert len(before) > 30
    first = await one.counted()
    assert set(first.sealed) == set(old.seal)
    to = await begun(one)
    await until_done(one)
    assert one.seal.used.sealing == to
    after = await everything(database, one.seal)
    assert after == before
    only = Seal(one.ring.without(set(old.fingerprints())))
    assert await everything(database, only) == before
    found = await one.counted()
    assert set(found.sealed) == {to}
    assert set(found.hashed) <= {to, "index"}  # a code that is still good, a phone that is only reserved
    line = next(row for row in await stores_of(database, only).audit.of("main:Uamy") if row.what == "merged")
    doc = await database.collection("audit").find_one({"_id": line.id})
    assert doc is not None
    assert stores_of(database, only).rewriter._opened(doc["before"], line)[0]["_id"] == "main:Uamy"
    assert await stores_of(database, only).people.with_phone(PHONE) != []


@pytest.mark.ring("all", "a crowd")
async def test_who_is_about_to_bind_is_waited_for(
    database: Database, one: Process, quick_clock: QuickClock
) -> None:
    """Of a reservation by the old hash nobody knows the phone: nobody else may get it meanwhile."""
    assert await one.stores.phones.reserve("+886912345678", "main:U00001", quick_clock.now()) is not None
    await begun(one)
    for _ in range(10):
        await one.turns()
    assert (await one.state()).collection == "phones"
    assert await one.stores.phones.reserve("+886912345678", "main:U00009", quick_clock.now()) is None
    quick_clock.advance(600)
    await until_done(one)
    assert await one.stores.phones.reserve("+886912345678", "main:U00009", quick_clock.now()) is not None


def someone(number: int, phone: str) -> Contact:
    return Contact(
        f"main:U{number:05}",
        name="Amy",
        identities=(Identity("main", f"U{number:05}"),),
        phone=phone,
        bindings={"phone": Binding(NOW)},
        attributes={"x.allergy": AttributeValue("花生", NOW)},
        turned=NOW,
    )


async def listed(stores: Stores) -> set[str]:
    """Who stands on a list of both phones that the tests bind."""
    both = ListedPeople("expo@1", "phone", frozenset({"+886912345678", "+886987654321"}))
    return {contact async for some in stores.listed.on(both, ["main"]) for contact in some}


@pytest.fixture
async def two(database: Database, old: KeyRing, one: Process, quick_clock: QuickClock) -> Process:
    return Process("two", old, database, quick_clock)


async def test_no_step_before_everybody_has_seen_the_one_before(one: Process, two: Process) -> None:
    """A process that does not have the new key is never given what it cannot open; nor finds nobody."""
    await two.look()
    await one.look()
    behind = two.ring
    await begun(one)
    for _ in range(5):
        await one.turns()
    assert (await one.state()).step == "announced", "two does not have the new keys"
    assert one.seal.used.sealing == old_of(behind)
    assert not await two.look(), "it stands aside as soon as it knows of them"
    assert two.watch.trouble is not None
    two.ring = one.ring
    assert await two.look()
    await one.turns()
    assert (await one.state()).step == "used"
    await one.turns()
    assert (await one.state()).step == "used", "two does not use them yet"
    assert two.seal.used.sealing == old_of(behind)
    await two.look()
    assert two.seal.used.sealing == one.seal.used.sealing != old_of(behind)
    await one.turns()
    assert (await one.state()).step == "alone"
    await one.turns()
    assert (await one.state()).collection == "", "two has not seen it yet"
    await until_done(one, two)


def old_of(ring: KeyRing) -> str:
    return next(iter(ring.seal))


@pytest.mark.ring("all", "several processes of a bot")
@pytest.mark.parametrize("steps", one_of(2, ((steps,) for steps in range(8))))
async def test_people_are_found_at_every_moment(
    one: Process, two: Process, steps: int, quick_clock: QuickClock
) -> None:
    """By whoever looks, whoever has written; and a phone is never bound twice."""
    await one.look()
    await two.look()
    await come(one.stores.contacts, someone(1, "+886912345678"))
    assert await one.stores.phones.reserve("+886912345678", "main:U00001", NOW) is not None
    assert await one.stores.phones.settle("+886912345678", "main:U00001", NOW)
    await begun(one, two)
    for step in range(steps):
        await (one if step % 2 else two).turns()
    await come(two.stores.contacts, someone(2, "+886987654321"))
    assert await two.stores.phones.reserve("+886987654321", "main:U00002", NOW) is not None
    for process in (one, two):
        people, phones = process.stores.people, process.stores.phones
        assert await people.with_phone("+886912345678") == ["main:U00001"]
        assert await people.with_phone("+886987654321") == ["main:U00002"]
        assert await phones.holder("+886912345678") == "main:U00001"
        assert await listed(process.stores) == {"main:U00001", "main:U00002"}
        for phone in ("+886912345678", "+886987654321"):
            assert await phones.reserve(phone, "main:U00009", NOW) is None, "somebody has it"
    both = await asyncio.gather(
        *(p.stores.phones.reserve("+886911111111", f"main:{p.name}", NOW) for p in (one, two))
    )
    assert sum(until is not None for until in both) == 1
    quick_clock.advance(600)  # who has reserved by an old hash, and goes away, is waited for
    await until_done(one, two)
    for process in (one, two):
        assert await process.stores.people.with_phone("+886912345678") == ["main:U00001"]
        assert await process.stores.phones.holder("+886912345678") == "main:U00001"
        assert await process.stores.phones.reserve("+886987654321", "main:U00009", NOW) is None


async def test_a_code_that_was_sent_before_is_right_after(one: Process) -> None:
    wanted = CodeRequest("call-1", "main:U00001", "U00001", "+886912345678", "2026-11-22")
    issued = await one.stores.codes.issue(wanted, NOW)
    assert isinstance(issued, Issued)
    await begun(one)
    await until_done(one)
    compared = await one.stores.codes.compare("try-1", "main:U00001", issued.code, NOW)
    assert (compared.result, compared.phone) == ("right", "+886912345678")
    again = await one.stores.codes.issue(replace(wanted, call="call-2"), NOW + timedelta(seconds=5))
    assert not isinstance(again, Issued), "what was sent is counted on"


@pytest.mark.ring("all", "several processes of a bot")
async def test_guesses_are_counted_on(one: Process, two: Process) -> None:
    """Whoever hashes with which key: while keys are rotated nobody guesses twice as often."""
    await one.look()
    await two.look()
    tries = [await one.stores.clerk_guesses.may("U00001", f"{n}", NOW) for n in range(GUESSES)]
    assert all(tries)
    await begun(one, two)
    for step in range(12):
        for process in (one, two):
            assert not await process.stores.clerk_guesses.may("U00001", f"{process.name} {step}", NOW)
            await process.turns()


async def test_turns_and_sealing_anew_do_not_lose_to_each_other(
    database: Database, one: Process, two: Process
) -> None:
    """No revision grows by it; what a turn writes meanwhile stays."""
    people = [someone(n, f"+8869{n:08}") for n in range(40)]
    await come(one.stores.contacts, *people)
    await begun(one, two)

    async def turns() -> None:
        for round_ in range(6):
            loaded = await two.stores.contacts.load([p.id for p in people])
            writes = []
            for stored in loaded.values():
                new = {"x.allergy": AttributeValue(f"第{round_}種", NOW)}
                after = replace(stored.contact, attributes=new)
                writes.append(
                    TurnWrite(
                        stored.contact, after, part_of(after.id), stored.revision, 1, (f"e{round_}",), ()
                    )
                )
            assert await two.stores.contacts.save(writes) == set(), "no turn is refused"
            await asyncio.sleep(0)

    await asyncio.gather(turns(), until_done(one, two))
    await one.turns()
    loaded = await one.stores.contacts.load([p.id for p in people])
    assert {s.contact.attributes["x.allergy"].value for s in loaded.values()} == {"第5種"}
    assert {s.revision for s in loaded.values()} == {7}
    assert {s.contact.phone for s in loaded.values()} == {p.phone for p in people}


async def test_whoever_goes_on_begins_where_the_other_ended(
    database: Database, one: Process, two: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that did it is gone, and has not said so."""
    await come(one.stores.contacts, *(someone(n, f"+8869{n:08}") for n in range(20)))
    await begun(one, two)
    while (await one.state()).looked < 9:
        state = await one.stores.rotations.claim("one")
        assert state is not None
        await one.look()
        await two.look()
        await one.rotation._step(state)
    assert await two.stores.rotations.claim("two") is None, "one may live"
    await database.collection("rotations").update_one({}, {"$unset": {"until": "", "by": ""}})
    looked = (await one.state()).looked
    await database.collection("processes").delete_one({"_id": "one"})
    await until_done(two)
    assert (await two.state()).looked >= looked + 11
    assert set((await two.counted()).sealed) == {two.seal.used.sealing}


async def test_nothing_to_do(one: Process) -> None:
    assert await one.rotation.go_on(_nobody)
    assert not one.watch.rotating.is_set()


async def test_who_has_nothing_to_rotate_wakes_for_nothing_and_takes_part_at_once(
    one: Process, clock: ManualClock, quick: None
) -> None:
    one.rotation = KeyRotation(one.rotation._stores, one.watch, "one", clock)
    taking_part = asyncio.create_task(one.rotation.run())
    await one.look()
    assert clock.until_next() == math.inf
    await begun(one)
    await one.look()
    await clock.waited_for()
    assert (await one.state()).step != "announced"
    taking_part.cancel()


@pytest.fixture
def file(tmp_path: Path, one: Process) -> Path:
    """The ring of one, as it is after each rotation."""
    file = tmp_path / "keys"
    file.write_text(one.ring.text())
    return file


async def rotated(process: Process, file: Path) -> str:
    to = await begun(process)
    await until_done(process)
    replace_file(file, process.ring)
    return to


def ring_in(file: Path) -> KeyRing:
    return parse(file.read_text())


def while_counted(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], Awaitable[object]]) -> None:
    """It takes minutes to count: this happens just after, before anything is taken out."""
    count = Resealer.count

    async def slow(self: Resealer, now: datetime) -> AsyncIterator[SealedBy]:
        async for found in count(self, now):
            yield found
        monkeypatch.setattr(Resealer, "count", count)
        await happens()

    monkeypatch.setattr(Resealer, "count", slow)


@pytest.mark.ring("all", "several processes of a bot")
async def test_the_key_in_use_is_not_retired_by_whoever_has_slept_through_a_rotation(
    one: Process, two: Process, file: Path, monkeypatch: pytest.MonkeyPatch, quick_clock: QuickClock
) -> None:
    """It was done once more while all was counted: what the count says, and the seal, are of before."""
    await rotated(one, file)
    two.ring = one.ring
    await two.watch.look()
    while_counted(monkeypatch, lambda: rotated(one, file))
    with pytest.raises(KeysRefused, match="rotated while it was counted"):
        await retired(two.stores, two.seal.ring, file, "command:amy", quick_clock)
    assert not any(key.retired for key in (await one.stores.register.known()).values())
    assert ring_in(file) == one.ring


@pytest.mark.ring("all", "many writes")
async def test_only_what_was_in_use_before_the_count_is_taken_out(
    one: Process, file: Path, monkeypatch: pytest.MonkeyPatch, quick_clock: QuickClock, old: KeyRing
) -> None:
    """A key that somebody puts into the file meanwhile stays there, for the next time."""
    to = await rotated(one, file)
    added = list[str]()

    async def widened() -> None:
        ring, key_id = widen(file)
        await one.stores.register.check(ring)
        added.append(key_id)

    while_counted(monkeypatch, widened)
    _, names = await retired(one.stores, one.seal.ring, file, "command:amy", quick_clock)
    assert set(names) == old.fingerprints().keys()
    assert list(ring_in(file).seal) == [to, *added]


async def test_nothing_is_taken_out_while_another_changes_the_file(
    one: Process, file: Path, quick_clock: QuickClock
) -> None:
    await rotated(one, file)
    lock = FileLock(file.with_name("keys.lock"))
    assert lock.acquire()
    try:
        with pytest.raises(KeysRefused, match="another process changes the keys"):
            await retired(one.stores, one.seal.ring, file, "command:amy", quick_clock)
    finally:
        lock.release()
    assert len(ring_in(file).seal) == 2


async def test_a_seal_that_is_behind_retires_nothing_that_is_used(
    one: Process, file: Path, quick_clock: QuickClock, old: KeyRing
) -> None:
    """What is used is what the register says, not what this process used last."""
    to = await rotated(one, file)
    _, names = await retired(one.stores, one.ring, file, "command:amy", quick_clock)
    assert set(names) == old.fingerprints().keys()
    assert list(ring_in(file).seal) == [to]


async def test_the_newest_key_is_not_retired_by_who_lacks_it(
    one: Process, file: Path, quick_clock: QuickClock, old: KeyRing
) -> None:
    """Its ring is of an environment that nobody has put the new keys into."""
    await rotated(one, file)
    with pytest.raises(KeysRefused, match="there is no old key"):
        await retired(one.stores, old, None, "command:amy", quick_clock)


async def sent(process: Process, day: int, name: str) -> int:
    """How many codes one phone gets, which asks for one every two hours of a day."""
    start = NOW + timedelta(days=day)
    asked = [CodeRequest(f"{name}-{n}", "main:U1", "U1", "+886912345678", "2026-11-22") for n in range(8)]
    got = [
        await process.stores.codes.issue(one, start + timedelta(hours=2 * n)) for n, one in enumerate(asked)
    ]
    return sum(isinstance(one, Issued) for one in got)


@pytest.mark.ring("all", "many writes")
async def test_the_cap_of_a_day_holds_across_a_second_rotation(
    one: Process, file: Path, quick_clock: QuickClock
) -> None:
    """The first key is retired: what is counted by the second stays counted, at each step to the next."""
    await rotated(one, file)
    one.ring, _ = await retired(one.stores, one.seal.ring, file, "command:amy", quick_clock)
    await one.look()
    assert await sent(one, 0, "before") == 5
    one.ring, spare = one.ring.with_new()  # one that nobody rotated to, as where a command was broken off
    await one.stores.register.check(one.ring)
    await one.look()
    assert await sent(one, 0, "spare") == 0
    await begun(one)
    await one.look()
    assert await sent(one, 0, "begun") == 0
    await until_done(one)
    assert one.seal.used.indexing != spare
    assert await sent(one, 0, "done") == 0


async def guessed(process: Process, call: str, at: datetime) -> int:
    tries = [await process.stores.clerk_guesses.may("U1", f"{call}-{n}", at) for n in range(GUESSES + 3)]
    return sum(tries)


async def refused_from(process: Process, address: str, call: str, at: datetime) -> int:
    attempts = process.stores.attempts
    tries = [await attempts.failed(address, f"{call}-{n}", at) for n in range(25)]
    return sum(not one for one in tries)


@pytest.mark.ring("all", "several processes of a bot")
async def test_no_limit_begins_afresh_with_an_old_key(
    one: Process, two: Process, file: Path, quick_clock: QuickClock
) -> None:
    """What was counted by the old key alone keeps it for a day; all that is counted since is by both."""
    assert await sent(one, 0, "before") == 5
    quick_clock.advance(15 * 3600)
    await begun(one, two)
    await until_done(one, two)
    replace_file(file, one.ring)
    with pytest.raises(KeysRefused, match="wait until"):
        await retired(one.stores, one.seal.ring, file, "command:amy", quick_clock)
    assert two.seal.used.eldest != two.seal.used.indexing, "its key is still there"
    quick_clock.advance(48 * 3600)
    later = quick_clock.now()
    assert await sent(two, 2, "since") == 5
    assert await guessed(two, "since", later) == GUESSES
    assert await refused_from(two, "192.0.2.1", "since", later) == 20
    one.ring, _ = await retired(one.stores, one.seal.ring, file, "command:amy", quick_clock)
    await one.look()
    assert one.seal.used.eldest == one.seal.used.indexing
    for process in (one, two):  # the other has not read its ring anew
        assert not isinstance(
            await process.stores.codes.issue(
                CodeRequest(f"late-{process.name}", "main:U1", "U1", "+886912345678", "2026-11-22"), later
            ),
            Issued,
        )
        assert await guessed(process, process.name, later) == 0
        assert await refused_from(process, "192.0.2.1", process.name, later) == 0
        assert await process.stores.attempts.wait("192.0.2.1", later) > 0


@pytest.mark.ring("all", "several processes of a bot")
async def test_what_is_taken_back_is_so_by_both_keys(one: Process, two: Process) -> None:
    """A right code is no guess; a code that was certainly not sent counts for nobody."""
    await begun(one, two)
    await until_done(one, two)
    wanted = CodeRequest("call-1", "main:U1", "U1", "+886912345678", "2026-11-22")
    for number in range(GUESSES + 2):
        assert await one.stores.clerk_guesses.may("U1", f"{number}", NOW)
        await two.stores.clerk_guesses.was_right("U1", f"{number}")
        assert isinstance(await one.stores.codes.issue(wanted, NOW), Issued)
        await two.stores.codes.take_back(wanted)


async def test_sessions_hold_in_each_step_of_a_rotation(one: Process, two: Process) -> None:
    """Who signs with the new key already is believed by who has read it, and does not use it yet."""
    for process in (one, two):
        await process.look()
    theirs, ours = LiveKeys(one.seal, session_keys), LiveKeys(two.seal, session_keys)
    assert list(theirs) == list(ours)
    await begun(one, two)
    await two.look()
    assert len(ours) == 2
    await one.turns()
    assert one.seal.used != two.seal.used
    assert theirs[0] in ours
