"""G2: each person is shown the menu of the last turn, once it is at LINE, and never an older one after it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import pytest

from bot.engine.compiled.playbook import Playbook
from bot.line.outcome import NotSent, Refused, Throttled
from bot.model.outgoing import Outgoing
from bot.playbook.load import load
from bot.playbook.report import render
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock
from tests.eventually import PATIENCE
from tests.pictures import png
from tests.playbooks import BOT, CHANNELS
from tests.runtime.bots import Bots
from tests.runtime.harness import ScriptedLine, followed, said
from tests.runtime.test_send import Post, everything_possible

GONE = Refused(404, "richmenu not found", None, "not-found")


@dataclass
class Shelf:
    """LINE's ids of menus: what is remembered, and what reading them anew would find."""

    known: dict[str, str] = field(default_factory=dict)
    newer: dict[str, str] = field(default_factory=dict)
    away: bool = False
    told: list[Callable[[str], None]] = field(default_factory=list)

    def line_id(self, channel: str, menu: str) -> str | None:
        return self.known.get(menu)

    async def refresh(self) -> None:
        if self.away:
            raise DatabaseUnavailable("away")
        self.known.update(self.newer)

    def on_change(self, told: Callable[[str], None]) -> None:
        self.told.append(told)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf({"vip": "richmenu-vip", "guest": "richmenu-guest"})


@pytest.fixture
async def post(clock: ManualClock, shelf: Shelf) -> AsyncIterator[Post]:
    post = Post(clock, menus=shelf)
    yield post
    await post.sender.stop()


def show(clock: ManualClock, name: str, menu: str | None) -> Outgoing:
    now = clock.now()
    return Outgoing(name, name, "main", "menu", "U1", orjson.dumps({"menu": menu}), now, now)


def calls(post: Post) -> list[tuple[str, list[str]]]:
    return [(call.kind, call.texts) for call in post.line.calls]


async def test_a_menu_is_linked_and_no_menu_is_unlinked(post: Post, clock: ManualClock) -> None:
    await post.put("main:U1", show(clock, "a", "vip"))
    await post.put("main:U1", show(clock, "b", None))
    assert calls(post) == [("link", ["richmenu-vip"]), ("unlink", [])]
    assert post.ends.done == ["a", "b"]
    assert not post.sender.is_busy()


async def test_s25_what_was_overtaken_is_never_sent_again(post: Post, clock: ManualClock) -> None:
    post.answers(NotSent("no route"))
    await post.put("main:U1", show(clock, "a", "vip"))
    assert post.ends.done == []
    await post.put("main:U1", show(clock, "b", "guest"))  # it does not wait for the older one's next attempt
    assert calls(post) == [("link", ["richmenu-vip"]), ("link", ["richmenu-guest"])]
    assert post.ends.done == ["a", "b"]
    await post.wait(300)
    assert len(post.line.calls) == 2


async def test_a_newer_one_waits_for_the_call_under_way(post: Post, clock: ManualClock) -> None:
    """LINE must not take them in the other order."""
    hold = post.line.hold = asyncio.Event()
    await post.put("main:U1", show(clock, "a", "vip"))
    await post.put("main:U1", show(clock, "b", None), show(clock, "c", "guest"))
    assert calls(post) == [("link", ["richmenu-vip"])]
    assert post.sender.is_busy()
    hold.set()
    await everything_possible()
    assert calls(post) == [("link", ["richmenu-vip"]), ("link", ["richmenu-guest"])]
    assert post.ends.done == ["a", "b", "c"]


async def test_it_is_tried_again_with_pauses_for_a_day(post: Post, clock: ManualClock) -> None:
    post.answers(Throttled(7.0), *[NotSent("no route")] * 1000)
    await post.put("main:U1", show(clock, "a", "vip"))
    await post.wait(6.9)
    assert len(post.line.calls) == 1
    await post.wait(0.1)
    assert len(post.line.calls) == 2
    for _ in range(24 * 3600 // 300 + 2):
        await post.wait(300)
    assert post.reasons == [("a", "not-sent")]


async def test_a_menu_that_is_not_at_line_is_a_row_and_a_warning_once(
    post: Post, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    await post.put("main:U1", show(clock, "a", "new"))
    await post.put("main:U1", show(clock, "b", "new"))
    assert post.line.calls == []
    assert [(row.id, row.what, row.details) for row in post.ends.rows] == [
        ("a", "menu", ("new: not at LINE",)),
        ("b", "menu", ("new: not at LINE",)),
    ]
    assert post.ends.done == ["a", "b"]
    [record] = caplog.records
    caplog.clear()
    assert 'the rich menu "new" is not at LINE on main' in record.message


async def test_the_warning_is_taken_back_when_a_sync_has_run(
    post: Post, clock: ManualClock, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    """G1, K3: once for each menu that is there now; what is still missing is not said again."""
    for number, menu in enumerate(("new", "newer", "vip")):
        await post.put(f"main:U{number}", show(clock, f"a{number}", menu))
    shelf.known["new"] = "richmenu-new"
    caplog.clear()
    [told] = shelf.told
    for channel in ("outlet", "main", "main"):
        told(channel)
    assert [record.message for record in caplog.records] == ['the rich menu "new" is at LINE now on main']
    del shelf.known["new"]
    await post.put("main:U7", show(clock, "b", "new"))
    assert len(caplog.records) == 2  # gone again: told again


async def test_a_sync_a_moment_ago_is_seen(post: Post, clock: ManualClock, shelf: Shelf) -> None:
    shelf.newer = {"new": "richmenu-new"}
    await post.put("main:U1", show(clock, "a", "new"))
    assert calls(post) == [("link", ["richmenu-new"])]


async def test_a_menu_that_was_rebuilt_meanwhile(post: Post, clock: ManualClock, shelf: Shelf) -> None:
    shelf.newer = {"vip": "richmenu-vip-2"}
    post.answers(GONE)
    await post.put("main:U1", show(clock, "a", "vip"))
    assert calls(post) == [("link", ["richmenu-vip"]), ("link", ["richmenu-vip-2"])]
    assert post.ends.done == ["a"]


async def test_a_menu_that_somebody_has_deleted_at_line(post: Post, clock: ManualClock) -> None:
    post.answers(GONE)
    await post.put("main:U1", show(clock, "a", "vip"))
    assert post.reasons == [("a", "menu-gone")]


async def test_the_database_away(post: Post, clock: ManualClock, shelf: Shelf) -> None:
    shelf.away, shelf.newer = True, {"new": "richmenu-new"}
    await post.put("main:U1", show(clock, "a", "new"))
    assert post.ends.done == []
    shelf.away = False
    await post.wait(1)
    assert calls(post) == [("link", ["richmenu-new"])]


async def test_what_is_not_surely_ours_is_left_for_its_owner(post: Post, clock: ManualClock) -> None:
    post.answers(NotSent("no route"))
    await post.put("main:U1", show(clock, "a", "vip"))
    post.owned = False
    await post.wait(300)
    assert len(post.line.calls) == 1
    post.owned = True
    post.sender.resume()
    await everything_possible()
    assert len(post.line.calls) == 2
    assert post.ends.done == ["a"]


MENUS = """
tags: {VIP: }
rich_menus:
  - {menu: vip, if: {tag: VIP}, image: cards/m.png, chat_bar: VIP, grid: [a], areas: {a: {send: hi}}}
  - {menu: guest, image: cards/m.png, chat_bar: hi, grid: [a], areas: {a: {send: hi}}}
rules:
  - {when: {text: VIP}, do: [{reply: 歡迎}, {add_tags: [VIP]}]}
"""


def with_menus(folder: Path, text: str) -> Playbook:
    """The playbook of this text, and a picture for its menus."""
    (folder / "cards").mkdir()
    (folder / "cards" / "m.png").write_bytes(png(2500, 843))
    (folder / "bot.yaml").write_text(BOT + CHANNELS + text, "utf-8")
    found = load(folder, {})
    assert found.playbook is not None, render(found.problems, found.sources)
    return found.playbook


async def test_from_the_tag_to_the_link_reply_first_also_after_a_crash(
    bots: Bots, clock: ManualClock, shelf: Shelf, tmp_path: Path
) -> None:
    line, playbook = ScriptedLine(), with_menus(tmp_path, MENUS)
    bot = await bots(playbook, line, menus=shelf)
    await bot.hears(followed(clock=clock))
    await bot.hears(said("VIP", clock=clock))
    assert [(c.kind, c.texts) for c in line.calls] == [
        ("link", ["richmenu-guest"]),
        ("reply", ["歡迎"]),
        ("link", ["richmenu-vip"]),
    ]
    line.hold = asyncio.Event()
    line.called.clear()
    await bot.hear(followed(clock=clock))
    await asyncio.wait_for(line.called.wait(), PATIENCE)
    await bot.crash()
    again = ScriptedLine()
    clock.advance(60)
    await bots.heir(bot, line=again, menus=shelf)
    await asyncio.wait_for(again.called.wait(), PATIENCE)
    assert [(c.kind, c.to, c.texts) for c in again.calls] == [("link", "U1", ["richmenu-vip"])]
