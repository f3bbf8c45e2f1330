"""While somebody develops, a changed file is live at once, and a broken one changes nothing (L5)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.cli.oaflow import LINE_SETTINGS, Serving, ended, serving
from tests.cli.test_serving import answers, simulated

HOURS = "每天 11:00–21:00"


@pytest.fixture
async def developed(shop: Path) -> AsyncIterator[Developed]:
    async with serving(str(shop), "--simulator") as served, ClientSession() as http:
        yield Developed(shop, served, http)


class Developed:
    """A bot in the simulator, and somebody who edits it."""

    def __init__(self, shop: Path, served: Serving, http: ClientSession) -> None:
        self.file = shop / "bot.yaml"
        self.served = served
        self._http = http

    def edit(self, old: str, new: str) -> None:
        text = self.file.read_text("utf-8")
        assert old in text
        self.file.write_text(text.replace(old, new), "utf-8")

    async def says(self, words: str) -> list[dict[str, Any]]:
        """Wait until the log says this; all its lines since the last time."""
        known = len(self.served.log)
        await self.served.says(words)
        return self.served.log[known:]

    async def hours(self, channel: str = "main") -> str:
        """What a new friend is answered who asks for the opening hours."""
        added = await simulated(self.served, self._http, "friends", {"channel": channel, "name": "小美"})
        await simulated(self.served, self._http, f"friends/{added['id']}/follow", {})
        await simulated(self.served, self._http, f"friends/{added['id']}/say", {"text": "營業時間"})
        return (await answers(self.served, self._http, added["id"], 2))[1]


async def test_a_changed_text_is_said_at_once(developed: Developed) -> None:
    """Saved in place, or by putting another file in its place, as editors do; in one line of the log."""
    assert await developed.hours() == HOURS
    developed.edit(HOURS, "整天")
    [line] = await developed.says("taken over")
    assert line["message"].endswith("; bot.yaml changed")
    assert await developed.hours() == "整天"
    beside = developed.file.with_suffix(".new")
    beside.write_text(developed.file.read_text("utf-8").replace("整天", "全年無休"), "utf-8")
    beside.replace(developed.file)
    await developed.says("taken over")
    assert await developed.hours() == "全年無休"


async def test_another_list_is_taken_over_and_finds_who_stands_on_it(developed: Developed) -> None:
    """F6: a CSV beside bot.yaml is watched like the playbook's own files; nothing of it is in the log."""
    people = developed.file.with_name("people.csv")
    people.write_text(f"user id\nU{'0' * 32}\n", "utf-8")
    listed = "audiences: {名單: {csv: people.csv, column: line_id}}\n"
    rule = "rules:\n  - {when: {text: 營業時間}, if: {audience: 名單}, reply: 名單上的朋友}\n"
    developed.edit("rules:\n", f"{listed}{rule}")
    await developed.says("taken over")
    added = await simulated(developed.served, developed._http, "friends", {"channel": "main", "name": "小美"})
    await simulated(developed.served, developed._http, f"friends/{added['id']}/follow", {})
    await simulated(developed.served, developed._http, f"friends/{added['id']}/say", {"text": "營業時間"})
    assert (await answers(developed.served, developed._http, added["id"], 2))[1] == HOURS
    people.write_text(f"user id\n{added['id']}\n", "utf-8")
    [line] = await developed.says("taken over")
    assert line["message"].endswith("; list 名單 changed")
    assert added["id"] not in line["message"]
    await simulated(developed.served, developed._http, f"friends/{added['id']}/say", {"text": "營業時間"})
    assert (await answers(developed.served, developed._http, added["id"], 3))[2] == "名單上的朋友"


async def test_s31_a_mistake_is_shown_and_the_last_good_one_goes_on(developed: Developed) -> None:
    developed.edit("rules:", "ruls:")
    problem, warning = await developed.says("the last good one goes on")
    assert problem["message"].startswith(f"bot.yaml:{problem['line']}: ")
    assert problem.items() >= {"level": "error", "file": "bot.yaml", "code": "unknown-section"}.items()
    assert problem["hint"] == 'a similar name exists: "rules"'
    assert "ends at once (exit 1)" in warning["message"]
    assert await developed.hours() == HOURS
    developed.edit("ruls:", "rules:")
    await developed.says("no mistakes any more")
    assert await developed.hours() == HOURS


SURVEY = """\
flows:
  survey:
    states:
      問膚質: {ask: 您的膚質是？, answer: [乾性, 油性], give_up_after: {30m: 結束}, next: 結束}
      結束: {end: true}
rules:
  - {when: {text: 營業時間}, start: survey}
"""


async def test_s31_people_in_a_removed_state_keep_the_last_good_one_going(developed: Developed) -> None:
    """H5, L5: their number is told; `moved` mends it, and takes them along."""
    developed.edit("rules:\n", SURVEY)
    await developed.says("taken over")
    assert await developed.hours() == "您的膚質是？"
    developed.edit("問膚質:", "問你的膚質:")
    problem, _ = await developed.says("the last good one goes on")
    assert '1 person is in the state "問膚質" of "survey", which is gone' in problem["message"]
    assert problem["code"] == "people-in-removed-state"
    assert await developed.hours() == "您的膚質是？"
    developed.edit("      結束: {end: true}\n", "      結束: {end: true}\n    moved: {問膚質: 問你的膚質}\n")
    await developed.says("taken over")


@pytest.mark.ring("soak", "starts the server for a change of files")
async def test_an_edit_that_is_taken_back_is_live_again(developed: Developed) -> None:
    """What was replaced before is accepted at once while somebody develops."""
    for old, new in ((HOURS, "整天"), ("整天", HOURS)):
        developed.edit(old, new)
        await developed.says("taken over")
        assert await developed.hours() == new


async def test_a_new_channel_is_served(developed: Developed) -> None:
    second = """\
  second:
    id: "@second"
    channel_id: "77"
    channel_secret: ${SECOND_SECRET}
    access_token: ${SECOND_TOKEN}
rules:
"""
    developed.edit("rules:\n", second)
    [line] = await developed.says("taken over")
    assert "channel second is new" in line["message"]
    assert await developed.hours("second") == HOURS
    assert await developed.hours() == HOURS


@pytest.mark.ring("soak", "starts the server for a change of files")
async def test_a_changed_database_needs_a_new_start(developed: Developed) -> None:
    developed.edit("rules:\n", "database: mongodb://127.0.0.1:1/\nrules:\n")
    [line] = await developed.says("not taken over")
    assert "stop it, and start it again" in line["message"]
    assert await developed.hours() == HOURS


@pytest.mark.ring("soak", "starts the server for a change of files")
async def test_a_playbook_that_is_gone_for_a_moment(developed: Developed) -> None:
    text = developed.file.read_text("utf-8")
    developed.file.unlink()
    await developed.says("the last good playbook goes on")
    developed.file.write_text(text.replace(HOURS, "整天"), "utf-8")
    await developed.says("taken over")
    assert await developed.hours() == "整天"


async def test_without_being_asked_for_nothing_is_taken_over(shop: Path) -> None:
    """In production a changed file is published; `--reload` asks for it."""
    for options, promised in (((), False), (("--reload",), True)):
        async with serving(str(shop), *options, **LINE_SETTINGS) as served:
            assert ("changes of the playbook are taken over at once" in served.messages) is promised


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (lambda text: text.replace("rules:", "ruls:"), 1, "unknown-section"),
        (lambda text: text + "database: mongodb://127.0.0.1:1/\nkeys: ${OAFLOW_KEYS}\n", 1, "env-unset"),
        (lambda text: None, 2, "there is no playbook here"),
    ],
)
async def test_what_cannot_be_published(
    bare_shop: Path, spoil: Callable[[str], str | None], code: int, words: str
) -> None:
    text = spoil((bare_shop / "bot.yaml").read_text("utf-8"))
    if text is None:
        (bare_shop / "bot.yaml").unlink()
    else:
        (bare_shop / "bot.yaml").write_text(text, "utf-8")
    end = await ended("publish", str(bare_shop), **LINE_SETTINGS)
    assert (end.code, end.out) == (code, "")
    assert words in end.err
    assert not (bare_shop / ".oaflow").exists()


async def test_publishing_needs_no_running_bot(shop: Path) -> None:
    for state in ("is live with the next start: number 1", "was live already: number 1"):
        end = await ended("publish", str(shop), **LINE_SETTINGS)
        assert (end.code, end.err) == (0, "")
        assert end.out.startswith(f"the playbook {state} (")
