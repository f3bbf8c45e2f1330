"""Which playbook is live on a database, and who may decide with it."""

from __future__ import annotations

import asyncio

import pytest

from bot.model.clock import Clock
from bot.model.published_version import AcceptedBy, AcceptedPlaybook, NowLive
from bot.runtime.cluster.versions import LOOK_AGAIN, Prepared, Versions, accept
from bot.store.cluster.playbooks import Playbooks
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import NOW, ManualClock

OLD, NEW, NEWER = (letter * 64 for letter in "abc")


@pytest.fixture
def store(database: Database, seal: Seal) -> Playbooks:
    return Playbooks(database, seal)


async def accepts(
    store: Playbooks,
    version: str,
    clock: Clock,
    how: AcceptedBy = "start",
    *,
    anew: bool = False,
    instead_of: int | None = None,
) -> AcceptedPlaybook:
    async def prepare(live: AcceptedPlaybook | None) -> Prepared:
        return Prepared(NowLive(version, "amy", how))

    return await accept(store, version, how, clock, anew=anew, prepare=prepare, instead_of=instead_of)


async def accepted(store: Playbooks, *versions: str, how: AcceptedBy = "publish") -> None:
    for version in versions:
        await accepts(store, version, ManualClock(), how, anew=True)


async def test_whatever_was_never_seen_is_live_at_once(store: Playbooks, clock: ManualClock) -> None:
    """The first playbook of a database is number one."""
    assert await store.live() is None
    assert await accepts(store, OLD, clock) == AcceptedPlaybook(1, OLD, NOW, "amy", "start")
    assert await store.live() == AcceptedPlaybook(1, OLD, NOW, "amy", "start")
    assert await accepts(store, NEW, clock) == AcceptedPlaybook(2, NEW, NOW, "amy", "start")


async def test_starting_the_same_again_changes_nothing(store: Playbooks, clock: ManualClock) -> None:
    for anew in (False, False, True):
        assert (await accepts(store, OLD, clock, anew=anew)).number == 1


async def test_one_that_was_replaced_does_not_come_back_by_itself(
    store: Playbooks, clock: ManualClock
) -> None:
    """A process of yesterday that is started again and again, as supervisors do."""
    await accepted(store, OLD, NEW)
    for _ in range(3):
        assert (await accepts(store, OLD, clock)).version == NEW
    assert await accepts(store, OLD, clock, anew=True) == AcceptedPlaybook(3, OLD, NOW, "amy", "start")
    assert (await accepts(store, NEW, clock)).version == OLD


async def test_many_at_once_agree_on_one(store: Playbooks, clock: ManualClock) -> None:
    """A rolling deployment: whoever asks is told of what is live, and each number is given once."""
    versions = [OLD, NEW, NEWER] * 5
    found = await asyncio.gather(*(accepts(store, version, clock) for version in versions))
    live = await store.live()
    assert live is not None
    assert live.number == 3
    assert {one.version for one in found if one.number == live.number} == {live.version}
    assert len({(one.number, one.version) for one in found}) == len({one.number for one in found})


class Files:
    """What lies on this process's disk, and what it runs."""

    def __init__(self, store: Playbooks, running: str) -> None:
        self.running = self.hold = running
        self.read = 0
        self.versions = Versions(store, lambda: self.running, self.catch_up)

    async def catch_up(self) -> None:
        self.read += 1
        if self.versions.is_wanted(self.hold):
            self.running = self.hold


async def test_who_runs_what_is_live_decides(store: Playbooks) -> None:
    await accepted(store, OLD)
    files = Files(store, OLD)
    assert await files.versions.may_decide()
    assert (files.read, files.versions.trouble) == (0, None)


async def test_who_runs_something_older_stands_aside_and_says_why(
    store: Playbooks, caplog: pytest.LogCaptureFixture
) -> None:
    await accepted(store, OLD)
    files = Files(store, OLD)
    await accepted(store, NEW)
    for _ in range(3):
        assert not await files.versions.may_decide()
    assert files.versions.trouble is not None
    assert "number 2 (bbbbbbbbbbbb)" in files.versions.trouble
    assert "aaaaaaaaaaaa" in files.versions.trouble
    assert "oaflow publish" in files.versions.trouble
    assert caplog.text.count("takes no turns") == 1


async def test_who_has_the_new_files_already_takes_them_over(store: Playbooks) -> None:
    """`oaflow publish` in the folder of a running process."""
    await accepted(store, OLD)
    files = Files(store, OLD)
    files.hold = NEW
    assert await files.versions.may_decide()
    assert files.running == OLD  # nobody has published it
    await accepted(store, NEW)
    assert await files.versions.may_decide()
    assert (files.running, files.versions.trouble) == (NEW, None)


async def test_files_that_come_later_are_found(store: Playbooks) -> None:
    await accepted(store, OLD, NEW)
    files = Files(store, OLD)
    assert not await files.versions.may_decide()
    files.hold = NEW
    allowed = [await files.versions.may_decide() for _ in range(LOOK_AGAIN)]
    assert allowed == [False] * (LOOK_AGAIN - 1) + [True]
    assert (files.read, files.versions.trouble) == (2, None)


async def test_going_back_is_accepting_the_old_one_anew(store: Playbooks) -> None:
    await accepted(store, OLD, NEW)
    old, new = Files(store, OLD), Files(store, NEW)
    assert (await old.versions.may_decide(), await new.versions.may_decide()) == (False, True)
    await accepted(store, OLD)
    assert (await old.versions.may_decide(), await new.versions.may_decide()) == (True, False)
