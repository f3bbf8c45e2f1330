"""L8: trials of drafts: how many at once, when they end, what a process knows of another's."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.model.admin import Signed
from bot.operations.drafts.draft import save
from bot.operations.drafts.draft_folder import DraftFolder
from bot.operations.drafts.publishing import DraftContext
from bot.operations.drafts.shared_trials import SharedTrials
from bot.operations.drafts.trials import TrialRefused, Trials
from bot.web.admin.route import COMMERCE
from tests.eventually import eventually
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.playbook_world import RULES, draft_context, live_playbook
from tests.web.admin.staff_world import StaffWorld

FIRST = "rules/first.yaml"


@dataclass
class Started:
    """A process that was asked for."""

    folder: Path
    headers: dict[str, str]
    address: str = "http://127.0.0.1:1"
    ended: asyncio.Future[int] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    stopped: bool = False

    async def stop(self) -> None:
        self.stopped = True

    def answer(self) -> str:
        return (self.folder / FIRST).read_text("utf-8")


@dataclass
class Bench:
    """Accounts, and trials that start nothing."""

    world: StaffWorld
    desk: DraftContext
    started: list[Started] = field(default_factory=list)

    async def start(self, folder: Path, token: str, language: str) -> Started:
        self.started.append(Started(folder, {"token": token}))
        return self.started[-1]

    @asynccontextmanager
    async def trials(
        self, shared: SharedTrials | None = None, *, unused: float = 600
    ) -> AsyncIterator[Trials]:
        made = Trials(self.desk, self.world.sessions.still, COMMERCE, self.start, shared, unused=unused)
        yield made
        await made.close()

    async def who(self, name: str) -> Signed:
        staff = await self.world.signed_in(await self.world.account("admin", name))
        found = await self.world.sessions.signed(staff.secret)
        assert found is not None
        return found

    async def save(self, account: str, text: str) -> None:
        edited = (await self.desk.draft(account)).opened(FIRST)
        await save(self.desk.stores, self.desk.live, account, FIRST, text.encode(), edited, self.desk.now())


@pytest.fixture
async def bench(worlds: StaffWorlds, tmp_path: Path) -> Bench:
    stores = worlds.stores
    await live_playbook(stores, worlds.clock, tmp_path)
    return Bench(await worlds({}), draft_context(stores, worlds.clock, tmp_path))


async def stage(trials: Trials, who: Signed, wanted: str) -> None:
    async def now() -> str:
        return trials.phase(who.name)[0]

    await eventually(now, lambda found: found == wanted)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_the_third_hears_who_tries(bench: Bench) -> None:
    mei, tom, amy = [await bench.who(name) for name in ("mei", "tom", "amy")]
    async with bench.trials() as trials:
        for one in (mei, tom, mei):
            trials.begin(one, "zh-TW")
        with pytest.raises(TrialRefused, match="drafts of mei"):
            trials.begin(amy, "zh-TW")
        await trials.end("tom")
        trials.begin(amy, "zh-TW")
        await stage(trials, amy, "ready")
    assert all(one.stopped for one in bench.started)
    assert not any(one.folder.exists() for one in bench.started)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_is_saved_is_in_its_folder_and_what_is_reverted_is_as_it_is_live(bench: Bench) -> None:
    mei = await bench.who("mei")
    await bench.save("mei", RULES.replace("11:00", "9:00"))
    async with bench.trials() as trials:
        trials.begin(mei, "zh-TW")
        await stage(trials, mei, "ready")
        (one,) = bench.started
        assert "9:00" in one.answer()

        async def answer() -> str:
            return one.answer()

        await bench.save("mei", RULES.replace("11:00", "8:00"))
        await eventually(answer, lambda text: "8:00" in text)
        await bench.save("mei", RULES)
        await eventually(answer, lambda text: text == RULES)


async def test_one_that_nobody_uses_ends_and_says_so(bench: Bench) -> None:
    mei = await bench.who("mei")
    async with bench.trials(unused=0.0) as trials:
        trials.begin(mei, "zh-TW")
        await stage(trials, mei, "ended")
        assert "nobody has used the phone" in str(trials.phase("mei")[1])
        assert trials.used(mei) is None


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_is_signed_out_or_suspended_has_none(bench: Bench) -> None:
    mei, tom = await bench.who("mei"), await bench.who("tom")
    async with bench.trials() as trials:
        for one in (mei, tom):
            trials.begin(one, "zh-TW")
            await stage(trials, one, "ready")
        await bench.world.sessions.end(mei)
        await stage(trials, mei, "none")
        assert trials.phase("tom")[0] == "ready"
        assert [one.stopped for one in bench.started] == [True, False]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_processes_of_one_address_know_each_others(bench: Bench, tmp_path: Path) -> None:
    mei, tom, amy = [await bench.who(name) for name in ("mei", "tom", "amy")]
    folder = tmp_path / "trials"
    async with bench.trials(SharedTrials(folder)) as one, bench.trials(SharedTrials(folder)) as other:
        one.begin(mei, "zh-TW")
        await stage(one, mei, "ready")
        assert other.phase("mei")[0] == "ready"
        other.begin(mei, "zh-TW")
        assert len(bench.started) == 1, "it runs already"
        found = other.used(mei)
        assert found is not None
        assert (found.address, found.headers) == (bench.started[0].address, bench.started[0].headers)
        other.begin(tom, "zh-TW")
        with pytest.raises(TrialRefused):
            one.begin(amy, "zh-TW")
        await other.end("mei")
        await stage(one, mei, "none")
        assert bench.started[0].stopped


@pytest.mark.ring("all", "starts a process")
async def test_the_trials_of_a_process_that_was_killed_stand_in_nobodys_way(
    bench: Bench, tmp_path: Path
) -> None:
    """At once: also of others than those whose they were, and one that had not begun to serve."""
    mei, amy = await bench.who("mei"), await bench.who("amy")
    folder = tmp_path / "trials"
    async with bench.trials(SharedTrials(folder)) as trials:
        with _other_process(folder) as other:
            assert trials.used(mei) is not None
            assert trials.phase("tom")[0] == "starting"
            with pytest.raises(TrialRefused, match="drafts of mei, tom"):
                trials.begin(amy, "zh-TW")
            other.kill()
            other.wait()
            assert trials.used(mei) is None
            for one in (amy, mei):
                trials.begin(one, "zh-TW")
                await stage(trials, one, "ready")


@contextmanager
def _other_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """One that has two trials."""
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from bot.operations.drafts.shared_trials import SharedTrial, SharedTrials\n"
        "shared = SharedTrials(Path(sys.argv[1]))\n"
        "shared.put(SharedTrial('1', 'mei', 'http://127.0.0.1:1', {}))\n"
        "shared.put(SharedTrial('2', 'tom', '', {}))\n"
        "print('has them', flush=True)\nsys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(folder)], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "has them\n"
            yield process
        finally:
            process.kill()


async def test_a_folder_has_each_file_as_a_whole_and_nothing_else(bench: Bench, tmp_path: Path) -> None:
    folder = DraftFolder(tmp_path / "draft", bench.desk.live)
    folder.folder.mkdir()
    await folder.write(await bench.desk.draft("mei"))
    there = sorted(path.relative_to(folder.folder).as_posix() for path in folder.folder.rglob("*.*"))
    assert there == ["bot.yaml", "rules/first.yaml", "rules/second.yaml"]
