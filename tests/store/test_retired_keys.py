"""A key that was retired, because it leaked say: by what it seals and signs nobody is believed any more."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

from bot.operations.admins.sign_in import TrustedBrowsers
from bot.operations.keys import RETIRED, KeysRefused, retired
from bot.store.database.mongo import Database, Document
from bot.store.rotation.resealing import Resealer
from bot.store.sealing.derived_keys import LiveKeys, browser_keys, console_keys, session_keys
from bot.store.sealing.keyring import KeyRing, parse
from bot.store.sealing.keys import KeyRegister
from bot.store.sealing.seal import Seal, SealInvalid
from bot.web.liff.sign_in import Sessions
from bot.web.sealed_parts import SealedParts
from tests.conftest import ManualClock
from tests.store.test_rotation import Process, begun, old, one, quick, quick_clock, two, until_done

__all__ = ["old", "one", "quick", "quick_clock", "two"]


class Forged:
    """What whoever has this ring can make."""

    def __init__(self, seal: Seal, clock: ManualClock) -> None:
        self.sealed = seal.seal(b"mine", b"admins\0mei")
        self.session = Sessions(LiveKeys(seal, session_keys), clock).new("main", "Umei")
        self.mark = TrustedBrowsers(LiveKeys(seal, browser_keys)).mark("mei", "e")
        self.part = SealedParts(LiveKeys(seal, console_keys)).sealed("mei", "contact", "main:Umei")
        self.clock = clock

    def is_taken_by(self, process: Process) -> set[str]:
        """What of it the process believes."""
        sessions = Sessions(LiveKeys(process.seal, session_keys), self.clock)
        browsers = TrustedBrowsers(LiveKeys(process.seal, browser_keys))
        parts = SealedParts(LiveKeys(process.seal, console_keys))
        found = {
            "session": sessions.user(self.session, "main"),
            "mark": browsers.known(self.mark, "mei", "e"),
            "part": parts.opened("mei", "contact", self.part),
            "sealed": opened(process.seal, self.sealed),
        }
        return {name for name, what in found.items() if what is not None}


def opened(seal: Seal, sealed: bytes) -> bytes | None:
    try:
        return seal.open(sealed, b"admins\0mei")
    except SealInvalid:
        return None


async def test_who_has_it_makes_nothing_that_is_taken(
    one: Process, two: Process, old: KeyRing, quick_clock: ManualClock
) -> None:
    """Processes went on with it until they were started again; `two` has it in its environment for ever."""
    forged = Forged(Seal(old), quick_clock)
    await begun(one, two)
    await until_done(one, two)
    assert forged.is_taken_by(one) == forged.is_taken_by(two) == {"session", "mark", "part", "sealed"}
    await retired(one.stores, one.seal.ring, None, "command:amy", quick_clock)
    for process in (one, two):
        assert await process.look()
        assert forged.is_taken_by(process) == set()
        assert Forged(process.seal, quick_clock).is_taken_by(one) == {"session", "mark", "part", "sealed"}


@pytest.mark.ring("all", "several processes of a bot")
async def test_reading_the_ring_anew_does_not_bring_it_back(
    one: Process, two: Process, old: KeyRing, quick_clock: ManualClock
) -> None:
    """The file of another machine has it still, and the next new key is read from there."""
    forged = Forged(Seal(old), quick_clock)
    await begun(one, two)
    await until_done(one, two)
    await retired(one.stores, one.seal.ring, None, "command:amy", quick_clock)
    await begun(one, two)
    assert old.seal.keys() <= two.ring.seal.keys()
    await until_done(one, two)
    assert forged.is_taken_by(two) == set()
    assert two.watch.trouble is None


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_ring_that_cannot_be_joined_leaves_the_one_of_before(
    one: Process, two: Process, old: KeyRing, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody has given a key another name, or another key its name: what is sealed opens all the same."""
    sealed = two.seal.seal(b"mine", b"admins\0mei")
    await begun(one)
    (name,) = old.seal
    for seal in ({"renamed": old.seal[name]}, {name: b"x" * 32}):
        two.ring = (
            KeyRing({**one.ring.seal, **seal}, one.ring.index) if name in seal else KeyRing(seal, old.index)
        )
        await two.look()
        assert opened(two.seal, sealed) == b"mine"
        assert opened(one.seal, two.seal.seal(b"mine", b"admins\0mei")) == b"mine"


@pytest.mark.parametrize("has_file", [True, False])
async def test_who_retires_and_is_killed_before_the_keys_are_taken_out_may_do_it_once_more(
    one: Process,
    old: KeyRing,
    quick_clock: ManualClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    has_file: bool,
) -> None:
    """It was refused from then on, there was no old key: it stayed in the file, and had no copy."""
    await begun(one)
    await until_done(one)
    file = tmp_path / "keys" if has_file else None
    if file is not None:
        file.write_text(one.ring.text() + "\n")

    class Killed(BaseException):
        """As by `kill -9`."""

    async def last(register: KeyRegister, names: Collection[str]) -> None:
        await retire(register, names)
        raise Killed

    retire = KeyRegister.retire
    with monkeypatch.context() as patched:
        patched.setattr(KeyRegister, "retire", last)
        with pytest.raises(Killed):
            await retired(one.stores, one.ring, file, "command:amy", quick_clock)
    left, names = await retired(one.stores, one.ring, file, "command:amy", quick_clock)
    assert set(names) == old.fingerprints().keys()
    assert old.seal.keys().isdisjoint(left.seal)
    if file is not None:
        assert parse(file.read_text()) == left
        assert parse(file.with_name(RETIRED).read_text()) == one.ring
        with pytest.raises(KeysRefused, match="there is no old key"):
            await retired(one.stores, one.ring, file, "command:amy", quick_clock)


async def test_a_key_that_nobody_rotated_to_goes_with_the_old_ones(
    one: Process, old: KeyRing, quick_clock: ManualClock
) -> None:
    """Of a command that was killed when it had written the file: no process has ever asked for it."""
    one.ring, left = one.ring.with_new()
    to = await begun(one)
    await until_done(one)
    ring, names = await retired(one.stores, one.ring, None, "command:amy", quick_clock)
    assert set(names) == {*old.fingerprints(), left, f"index:{left}"}
    assert set(ring.seal) == {to}


async def test_a_crowd_that_writes_on_does_not_keep_it_from_being_counted(
    one: Process, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ids of events grow: whoever wrote one between two looks at the inbox was counted, for ever."""
    read, looks = Resealer._read, 0

    async def while_somebody_writes(resealer: Resealer, collection: str, after: object) -> list[Document]:
        nonlocal looks
        found = await read(resealer, collection, after)
        if collection == "inbox":
            looks += 1
            assert looks < 100
            sealed = one.seal.seal(b"hello", f"{looks:020}".encode())
            await database.collection("inbox").insert_one({"_id": f"{looks:020}", "raw": sealed})
        return found

    monkeypatch.setattr(Resealer, "_read", while_somebody_writes)
    assert (await one.counted()).sealed == {}
    await while_somebody_writes(one.stores.resealer, "inbox", None)
    assert (await one.counted()).sealed == {one.seal.used.sealing: 2}
