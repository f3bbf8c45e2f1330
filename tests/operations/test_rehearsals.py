"""The scenarios of a draft are played once for each state of it, ahead, and never too long (L8)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.operations.drafts import rehearsals as module
from bot.operations.drafts.draft import PlaybookDraft, save
from bot.operations.drafts.publishing import DraftContext
from bot.playbook.load import Loaded
from bot.scenario import result
from bot.scenario.folder import PlaybookFiles
from bot.scenario.result import Result
from bot.store.stores import Stores
from tests.conftest import ManualClock
from tests.web.admin.playbook_world import draft_context, live_playbook

SCENARIOS = {
    f"tests/scenarios/{name}.yaml": f"scenario: {name}\nsteps:\n  - user: 地址\n  - bot: {says}\n"
    for name, says in (("one", "信義路"), ("two", "忠孝路"))
}


class Played:
    """Which scenarios were played."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.files: list[str] = []
        real = result.played

        def play(files: PlaybookFiles, file: str, loaded: Loaded, seconds: float) -> Result:
            self.files.append(file)
            return real(files, file, loaded, seconds)

        monkeypatch.setattr(result, "played", play)


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Played:
    return Played(monkeypatch)


@pytest.fixture
async def desk(stores: Stores, clock: ManualClock, tmp_path: Path) -> AsyncIterator[DraftContext]:
    await live_playbook(stores, clock, tmp_path)
    made = draft_context(stores, clock, tmp_path)
    made.rehearsals.quiet = 0.0
    yield made
    await made.rehearsals.close()


async def written(desk: DraftContext, files: dict[str, str]) -> None:
    for path, text in files.items():
        await save(
            *(desk.stores, desk.live, "mei", path, text.encode()),
            *((await desk.draft("mei")).opened(path), desk.now()),
        )


def titles(results: Sequence[Result]) -> list[tuple[str, bool]]:
    return [(one.title, one.holds) for one in results]


async def test_they_are_played_once_for_reviews_and_publishing(desk: DraftContext, played: Played) -> None:
    await written(desk, SCENARIOS)
    draft = await desk.draft("mei")
    first, second = await asyncio.gather(desk.review(draft), desk.review(draft))
    assert titles(first.scenarios) == titles(second.scenarios) == [("one", True), ("two", False)]
    assert titles((await desk.review(draft)).scenarios) == titles(first.scenarios)
    assert played.files == list(SCENARIOS)
    assert desk.rehearsals.known(draft) == first.scenarios
    await written(desk, {"rules/second.yaml": "rules:\n  - when: {text: 謝謝}\n    reply: 不會\n"})
    other = await desk.draft("mei")
    assert desk.rehearsals.known(other) is None, "of another state nothing is known"
    await desk.review(other)
    assert len(played.files) == 2 * len(SCENARIOS)


async def test_who_does_not_wait_is_told_how_far_they_are(desk: DraftContext, played: Played) -> None:
    await written(desk, SCENARIOS)
    draft = await desk.draft("mei")
    assert (await desk.rehearsals.of(draft, patience=0.0)).unplayed == (0, 0)
    assert (await desk.review(draft)).unplayed is None


async def test_ahead_of_the_review_where_its_author_rests(desk: DraftContext, played: Played) -> None:
    await written(desk, SCENARIOS)
    draft = await desk.draft("mei")
    desk.rehearsals.ahead("mei", draft)
    desk.rehearsals.ahead("mei", draft)  # the window has checked it once more: the first does not begin
    await asyncio.gather(*desk.rehearsals._ahead.values())
    assert desk.rehearsals.known(draft) is not None
    assert played.files == list(SCENARIOS)
    desk.rehearsals.ahead("mei", draft)
    assert desk.rehearsals._ahead == {}, "it is known"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FRESH", 0.0),  # a scenario may know what day it is
        ("LONGEST", 0.0),  # one failed, and this machine had much to do
    ],
)
async def test_what_may_be_otherwise_by_now_is_played_anew(
    desk: DraftContext, played: Played, monkeypatch: pytest.MonkeyPatch, name: str, value: Any
) -> None:
    monkeypatch.setattr(module, name, value)
    await written(desk, SCENARIOS)
    draft = await desk.draft("mei")
    await desk.review(draft)
    assert desk.rehearsals.known(draft) is None
    assert (await desk.review(draft)).unplayed is None


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_broken_reading_is_said_and_tried_again(desk: DraftContext) -> None:
    await written(desk, SCENARIOS)
    draft = await desk.draft("mei")
    real = desk.rehearsals.play

    async def fails(draft: PlaybookDraft, tell: Callable[[int | Result], None]) -> bool:
        raise RuntimeError("a bug")

    desk.rehearsals.play = fails
    with pytest.raises(RuntimeError):
        await desk.rehearsals.of(draft)
    desk.rehearsals.play = real
    assert len((await desk.rehearsals.of(draft)).results) == len(SCENARIOS)
