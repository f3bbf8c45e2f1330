"""LINE's rich menus become what the playbook says, by few calls, whatever goes wrong. G1, G3, G4."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from bot.line.outcome import Accepted, LineError
from bot.model.menus import MenuMapping
from bot.runtime.menus.menu_sync import BATCH_EVERY, PAUSES, Synced, SyncFailed
from bot.store.database.mongo import Database
from tests.depth import one_of
from tests.pictures import png
from tests.runtime.menus_at_line import Breaking, MenuLine, menu_line

GUEST = """\
  - menu: 訪客
    image: a.png
    grid: [甲 乙]
    areas: {甲: {label: 菜單, send: 菜單}, 乙: {label: 好, reply: 好}}
"""
VIP = """\
  - menu: VIP
    if: {tag: VIP}
    tabs:
      選購: {image: a.png, grid: [甲], areas: {甲: {label: 服務, tab: 服務}}}
      服務: {image: b.png, grid: [乙], areas: {乙: {label: 選購, tab: 選購}}}
"""


THEIRS = {"size": {"width": 800, "height": 540}, "selected": False, "chatBarText": "a", "areas": []}
"""A menu of another system; its name is still to be said."""


@pytest.fixture
async def line(database: Database, tmp_path: Path) -> AsyncIterator[MenuLine]:
    async with menu_line(database, tmp_path) as found:
        yield found


async def test_what_is_missing_is_made_and_then_there_is_nothing_to_do(line: MenuLine) -> None:
    """G1: the second sync makes no call that changes anything."""
    wanted = line.wanted(VIP + GUEST)
    todo = await line.sync().plan(wanted)
    assert [face.label for face in todo.create] == ["訪客/訪客", "VIP/選購", "VIP/服務"]
    assert (await line.sync().run(wanted)) == Synced(changed=True)
    shown = await line.shown()
    assert [name.split(" ")[:2] for name in shown] == [["oaflow", f.label] for f in todo.create]
    assert all(menu["image"] for menu in shown.values())
    assert [menu["default"] for menu in shown.values()] == [True, False, False]
    assert [len(menu["aliases"]) for menu in shown.values()] == [0, 1, 1]
    mapping = await line.mappings.of("main")
    assert mapping.default == "訪客"
    assert mapping.line_id("VIP") == next(m["id"] for n, m in shown.items() if "VIP/選購" in n)
    assert set(mapping.fresh) == {"訪客", "VIP"}
    line.said.clear()
    assert (await line.sync().plan(wanted)).is_empty
    assert (await line.sync().run(wanted)) == Synced(changed=False)
    assert line.said == []
    assert await line.shown() == shown
    assert await line.mappings.of("main") == mapping


def changed(menus: str) -> str:
    """The same menus; what the second tab of VIP says is another text."""
    return menus.replace("{label: 選購, tab: 選購}", "{label: 回選購, tab: 選購}")


async def linked(line: MenuLine, friend: str, label: str) -> None:
    """This friend's own menu is now that one."""
    (menu,) = [menu["id"] for name, menu in (await line.shown()).items() if f" {label} " in name]
    outcome = await line.menus.link(friend, menu)
    assert isinstance(outcome, Accepted)


async def test_only_what_is_different_is_made_anew_and_its_people_come_along(line: MenuLine) -> None:
    """A rebuilt menu is moved by one batch; the alias stays; the old one goes last."""
    await line.sync().run(line.wanted(VIP + GUEST))
    before = await line.shown()
    friend, other = await line.friend(), await line.friend("阿明")
    await linked(line, friend, "VIP/服務")
    await linked(line, other, "VIP/選購")
    wanted = line.wanted(changed(VIP + GUEST))
    steps = [step.does for step in (await line.sync().plan(wanted)).steps()]
    assert steps == ["create", "alias", "move", "delete"]
    line.said.clear()
    assert (await line.sync().run(wanted)) == Synced(changed=True)
    told = [said.partition(" ")[0] for said in line.said]
    assert told.index("known") < told.index("move"), (
        "nobody gives out the old menu after its people were moved"
    )
    after = await line.shown()
    (new,) = after.keys() - before.keys()
    assert " VIP/服務 " in new
    assert len(after) == len(before)
    assert after[new]["aliases"] == next(m["aliases"] for n, m in before.items() if " VIP/服務 " in n)
    assert await line.sees(friend) == "VIP/服務"
    assert await line.sees(other) == "VIP/選購"
    mapping = await line.mappings.of("main")
    assert {face.line for face in mapping.faces} == {menu["id"] for menu in after.values()}
    assert set(mapping.fresh) == {"訪客", "VIP"}  # from the first sync; nobody has linked them yet
    assert (await line.sync().plan(wanted)).is_empty


async def test_a_look_that_comes_back_before_its_old_menu_was_deleted(line: MenuLine) -> None:
    """LINE moves nobody a second time from the same menu to the same, nor is a menu in use deleted later."""
    before, after = line.wanted(VIP + GUEST), line.wanted(changed(VIP + GUEST))
    await line.sync().run(before)
    friend = await line.friend()
    await linked(line, friend, "VIP/服務")
    for wanted in (after, before, after, before):
        line.clock.move(BATCH_EVERY.total_seconds())
        with pytest.raises(Killed):
            await line.sync(menus=Breaking(line.menus, "delete", Killed(), False)).run(wanted)
        assert await line.sees(friend) == "VIP/服務"
    line.clock.move(BATCH_EVERY.total_seconds())
    assert (await line.sync().run(after)) == Synced(changed=True)
    assert await line.sees(friend) == "VIP/服務"
    assert sorted(name.split(" ")[1] for name in await line.shown()) == ["VIP/服務", "VIP/選購", "訪客/訪客"]


async def test_another_picture_is_another_menu(line: MenuLine) -> None:
    await line.sync().run(line.wanted(GUEST))
    (line.folder / "a.png").write_bytes(png(1200, 810))
    steps = [step.does for step in (await line.sync().plan(line.wanted(GUEST))).steps()]
    assert steps == ["create", "default", "move", "delete"]


async def test_people_of_a_tab_that_is_gone_see_the_first_one(line: MenuLine) -> None:
    await line.sync().run(line.wanted(VIP + GUEST))
    friend = await line.friend()
    await linked(line, friend, "VIP/服務")
    only = VIP.splitlines(keepends=True)
    fewer = (
        "".join(only[:-2]) + "      選購: {image: a.png, grid: [甲], areas: {甲: {label: 好, reply: 好}}}\n"
    )
    assert (await line.sync().run(line.wanted(fewer + GUEST))).changed
    assert await line.sees(friend) == "VIP/選購"
    shown = await line.shown()
    assert sorted(name.split(" ")[1] for name in shown) == ["VIP/選購", "訪客/訪客"]
    assert [menu["aliases"] for menu in shown.values()] == [[], []]


async def test_a_menu_that_the_playbook_has_no_more_is_deleted(line: MenuLine) -> None:
    await line.sync().run(line.wanted(VIP + GUEST))
    assert (await line.sync().run(line.wanted(VIP))).changed
    assert sorted(name.split(" ")[1] for name in await line.shown()) == ["VIP/服務", "VIP/選購"]
    assert await line.menus.default() is None
    assert (await line.mappings.of("main")).default is None


async def test_what_others_have_made_is_never_touched(line: MenuLine) -> None:
    """Menus and aliases of another system stay, also those whose names begin like ours."""
    theirs = [await line.menus.create({"name": name, **THEIRS}) for name in ("Sale", "oaflow", "oaflow a/b")]
    for menu in theirs:
        await line.menus.upload(menu, "image/png", png(800, 540))
    await line.menus.create_alias("sale", theirs[0])
    await line.menus.set_default(theirs[0])
    assert (await line.sync().plan(line.wanted(VIP))).foreign == 3
    await line.sync().run(line.wanted(VIP))
    assert await line.menus.default() == theirs[0]
    await line.sync().run(line.wanted(GUEST))
    assert await line.menus.default() == (await line.mappings.of("main")).line_id("訪客")
    await line.sync().remove()
    assert [menu.id for menu in await line.menus.listed()] == theirs
    assert await line.menus.aliases() == {"sale": theirs[0]}


async def test_a_channel_that_is_left_has_nothing_of_ours(line: MenuLine) -> None:
    """A7"""
    await line.sync().run(line.wanted(VIP + GUEST))
    await line.sync().remove()
    assert await line.menus.listed() == []
    assert await line.menus.aliases() == {}
    assert await line.menus.default() is None
    assert await line.mappings.of("main") == MenuMapping("main")


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("call", ["upload", "create_alias", "set_default", "move", "progress", "delete"])
@pytest.mark.parametrize("done", [False, True])
async def test_a_sync_that_was_killed_is_gone_on_with(line: MenuLine, call: str, done: bool) -> None:
    """Killed before a call or after it: nothing is made twice, and nothing stays undone."""
    await line.sync().run(line.wanted(GUEST))
    friend = await line.friend()
    await linked(line, friend, "訪客/訪客")
    wanted = line.wanted(VIP + GUEST.replace("菜單", "看菜單"))
    with pytest.raises(Killed):
        await line.sync(menus=Breaking(line.menus, call, Killed(), done)).run(wanted)
    counted = Breaking(line.menus, "", Killed(), done)
    assert (await line.sync(menus=counted).run(wanted)).again is None
    shown = await line.shown()
    assert sorted(name.split(" ")[1] for name in shown) == ["VIP/服務", "VIP/選購", "訪客/訪客"]
    assert all(menu["image"] for menu in shown.values())
    assert sum(menu["default"] for menu in shown.values()) == 1
    assert sum(len(menu["aliases"]) for menu in shown.values()) == 2
    assert await line.sees(friend) == "訪客/訪客"
    assert (await line.sync().plan(wanted)).is_empty
    made = 2 if call == "upload" else 0
    assert counted.calls.count("create") == made


CALLS = ("create", "upload", "create_alias", "set_default", "move", "delete", "listed")


@pytest.mark.parametrize(("call", "done"), one_of(3, product(CALLS, (False, True))))
async def test_a_call_without_an_answer_is_made_again(line: MenuLine, call: str, done: bool) -> None:
    """LINE has done it, or has not: either way it is done once in the end."""
    await line.sync().run(line.wanted(GUEST))
    wanted = line.wanted(VIP + GUEST.replace("菜單", "看菜單"))
    breaking = Breaking(line.menus, call, LineError(None, "no answer in time"), done)
    assert (await line.sync(menus=breaking).run(wanted)) == Synced(changed=True)
    assert PAUSES[0] in line.clock.waited
    assert any("no answer in time; again in 1 s" in said for said in line.said)
    assert len(await line.menus.listed()) == 3
    assert (await line.sync().plan(wanted)).is_empty


async def test_a_line_that_fails_for_long_ends_it_with_the_step(line: MenuLine) -> None:
    wanted = line.wanted(GUEST)
    breaking = Breaking(line.menus, "upload", LineError(500, "Internal Server Error"), False, times=99)
    with pytest.raises(SyncFailed, match=r"upload 訪客/訪客 \(a\.png\): LINE: 500: Internal Server Error"):
        await line.sync(menus=breaking).run(wanted)
    assert tuple(line.clock.waited) == PAUSES
    assert len(await line.menus.listed()) == 1
    assert (await line.sync().run(wanted)).changed


async def test_what_line_refuses_is_not_tried_again(line: MenuLine) -> None:
    """An alias that LINE refuses is named with its tab, and LINE's reason."""
    refusal = LineError(400, "richmenu not found")
    breaking = Breaking(line.menus, "create_alias", refusal, False, times=99)
    with pytest.raises(
        SyncFailed, match=r"alias oaflow-[0-9a-f]{16} for VIP/選購: LINE: 400: richmenu not found"
    ):
        await line.sync(menus=breaking).run(line.wanted(VIP))
    assert line.clock.waited == []
    token = Breaking(line.menus, "create", LineError(401, "Authentication failed"), False)
    with pytest.raises(SyncFailed, match="does not accept the access token"):
        await line.sync(menus=token).run(line.wanted(GUEST))


def many(number: int) -> str:
    menu = "  - {menu: m%d, if: {tag: VIP}, image: a.png, grid: [甲], areas: {甲: {label: a%d, send: a}}}\n"
    return "".join(menu % (n, n) for n in range(number))


async def test_what_people_see_first_is_made_first_where_the_hour_is_used_up(line: MenuLine) -> None:
    """100 an hour: the default, then first tabs; the rest waits, says until when, and is made then."""
    wanted = line.wanted(many(100) + VIP + GUEST)
    synced = await line.sync().run(wanted)
    assert list(map(str, synced.waiting)) == ["3 menus are not made yet: LINE makes 100 an hour"]
    assert synced.again is not None
    assert synced.again - line.clock.now() == timedelta(hours=0.03)
    names = [name.split(" ")[1] for name in await line.shown()]
    assert len(names) == 100
    assert names[0] == "訪客/訪客"
    assert "VIP/服務" not in names
    todo = await line.sync().plan(wanted)
    assert [step.does for step in todo.steps()] == ["later"] * 3
    line.clock.move((synced.again - line.clock.now()).total_seconds())
    assert (await line.sync().run(wanted)) == Synced(changed=True)
    assert len(await line.menus.listed()) == 103


async def test_creations_that_somebody_else_made_this_hour(line: MenuLine) -> None:
    """LINE says 429 although we know of none: the rest goes on, and this waits."""
    for _ in range(99):
        await line.menus.create({"name": "theirs", **THEIRS})
    wanted = line.wanted(VIP + GUEST)
    synced = await line.sync().run(wanted)
    assert list(map(str, synced.waiting)) == ["2 menus are not made yet: LINE makes 100 an hour"]
    assert await line.menus.default() == (await line.mappings.of("main")).line_id("訪客")
    line.clock.move(3_600)
    assert (await line.sync().run(wanted)).again is None


@pytest.mark.ring("all", "a crowd")
async def test_a_full_line_says_what_is_to_be_done(line: MenuLine) -> None:
    """999 menus are there already, of another system."""
    for _ in range(999):
        await line.menus.create({"name": "theirs", **THEIRS})
        line.clock.move(36)
    wanted = line.wanted(VIP)
    with pytest.raises(
        SyncFailed, match=r"LINE has 999 rich menus of this channel .* 1 of 2 new ones have no room"
    ):
        await line.sync().run(wanted)
    assert (await line.sync().run(line.wanted(GUEST))).changed
    with pytest.raises(SyncFailed):  # the old one stays until the new one is there
        await line.sync().run(line.wanted(changed(VIP)))


async def test_a_full_line_is_given_room_by_what_is_to_go(
    line: MenuLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.runtime.menus.menu_plan.MENUS_MOST", 2)
    monkeypatch.setattr("bot.simulator.platform.menu_calls.MENUS_AT_MOST", 2)
    await line.sync().run(line.wanted(VIP))
    assert (await line.sync().run(line.wanted(GUEST))).changed
    assert [name.split(" ")[1] for name in await line.shown()] == ["訪客/訪客"]


async def used_up_batches(line: MenuLine) -> None:
    menu = (await line.menus.listed())[0].id
    for number in range(3):
        await line.menus.move({menu: menu}, f"others-{number}")


async def test_without_a_batch_people_keep_what_they_have(line: MenuLine) -> None:
    """Three batches an hour: the old menu stays with its people, and goes with the next sync."""
    await line.sync().run(line.wanted(VIP + GUEST))
    friend = await line.friend()
    await linked(line, friend, "VIP/服務")
    await used_up_batches(line)
    wanted = line.wanted(changed(VIP + GUEST))
    synced = await line.sync().run(wanted)
    assert list(map(str, synced.waiting)) == [
        "whoever has an older menu keeps it: LINE takes 3 batches an hour"
    ]
    assert synced.again == line.clock.now() + BATCH_EVERY
    assert len(await line.menus.listed()) == 4
    line.clock.move(BATCH_EVERY.total_seconds())
    assert (await line.sync().run(wanted)) == Synced(changed=True)
    assert len(await line.menus.listed()) == 3
    assert await line.sees(friend) == "VIP/服務"


async def test_without_a_batch_those_who_link_in_bulk_do_it(line: MenuLine) -> None:
    """The menu is `fresh`, and its old ones stay until it is not."""
    await line.sync().run(line.wanted(VIP + GUEST))
    for menu in ("VIP", "訪客"):
        await line.mappings.linked("main", menu)
    await used_up_batches(line)
    wanted = line.wanted(changed(VIP + GUEST))
    assert (await line.sync(may_bulk=True).run(wanted)) == Synced(changed=True)
    assert (await line.mappings.of("main")).fresh == ("VIP",)
    assert len(await line.menus.listed()) == 4
    assert (await line.sync(may_bulk=True).plan(wanted)).is_empty
    await line.mappings.linked("main", "VIP")
    assert (await line.sync(may_bulk=True).run(wanted)) == Synced(changed=True)
    assert len(await line.menus.listed()) == 3


async def test_leftovers_over_the_hours_limit_go_with_a_later_sync(line: MenuLine) -> None:
    """100 deletions an hour; nobody is moved again for those that wait."""
    await line.sync().run(line.wanted(many(30) + GUEST))
    for _ in range(90):
        await line.menus.delete("richmenu-" + "0" * 32)
    wanted = line.wanted(GUEST.replace("菜單", "看菜單"))
    synced = await line.sync().run(wanted)
    assert list(map(str, synced.waiting)) == [
        "21 old menus and aliases are still there: LINE deletes 100 an hour"
    ]
    assert synced.again is not None
    assert [step.does for step in (await line.sync().plan(wanted)).steps()] == ["delete"] * 21
    line.clock.moment = synced.again
    assert (await line.sync().run(wanted)) == Synced(changed=True)
    assert [name.split(" ")[1] for name in await line.shown()] == ["訪客/訪客"]


async def test_two_syncs_at_once_make_one(line: MenuLine) -> None:
    """Of two menus of one name one is used, the other goes."""
    wanted = line.wanted(VIP + GUEST)
    await asyncio.gather(line.sync().run(wanted), line.sync().run(wanted))
    await line.sync().run(wanted)
    assert len(await line.menus.listed()) == 3
    mapping = await line.mappings.of("main")
    assert {face.line for face in mapping.faces} == {menu.id for menu in await line.menus.listed()}
    assert (await line.sync().plan(wanted)).is_empty


async def test_a_paused_menu_is_kept_and_not_made(line: MenuLine) -> None:
    """G3: it comes back without a creation; one that is over stays as long as the playbook has it."""
    await line.sync().run(line.wanted(VIP + GUEST))
    before = await line.shown()
    paused = line.wanted(VIP + "    paused: true\n" + GUEST)
    over = line.wanted(VIP + "    until: 2026-11-20 10:00\n" + GUEST)
    for wanted in (paused, over):
        assert (await line.sync().plan(wanted)).is_empty
        assert await line.shown() == before
    await line.sync().remove()
    await line.sync().run(paused)
    assert [name.split(" ")[1] for name in await line.shown()] == ["訪客/訪客"]


async def test_a_menu_that_vanished_at_line_is_made_again_for_everybody(line: MenuLine) -> None:
    await line.sync().run(line.wanted(GUEST))
    await line.mappings.linked("main", "訪客")
    await line.menus.delete((await line.menus.listed())[0].id)
    assert (await line.sync().run(line.wanted(GUEST))).changed
    assert (await line.mappings.of("main")).fresh == ("訪客",)
    assert len(await line.menus.listed()) == 1


async def test_a_batch_that_fails_for_some_is_begun_again_with_its_key(line: MenuLine) -> None:
    await line.sync().run(line.wanted(VIP + GUEST))
    failing = Breaking(line.menus, "", Killed(), False)
    failing.phases = ["ongoing", "failed"]
    assert (await line.sync(menus=failing).run(line.wanted(changed(VIP + GUEST)))) == Synced(changed=True)
    assert failing.calls.count("move") == 2
    assert len(set(failing.keys)) == 1
