"""M1: friends who were here before the bot, by LINE's own list or a file; at once, silently, and again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.line.client import LineClient
from bot.model.channel import Channel
from bot.model.clock import SystemClock
from bot.model.contact import Contact, Identity
from bot.operations import patience
from bot.operations.audiences import size_of, target_audience
from bot.operations.audit_trail import entries
from bot.operations.erasing import PersonalMenus, erase
from bot.operations.friend_import import FriendsUnread, ListRefused, NotOfThisChannel, import_friends
from bot.operations.friend_order import FriendsImport, FriendsOrder
from bot.operations.table_lines import TableWrong
from bot.simulator.simulator import Simulator
from bot.simulator.state.account import NO_FAULTS, Faults
from bot.store.stores import Stores
from tests.conftest import NOW
from tests.people import come
from tests.playbooks import compiled

MAIN = Channel("main", "@forest", "1234", "secret-of-main", "token-of-main", "森活選品")
PLAYBOOK = compiled("""
bot: 森活選品
channels: {main: {id: forest, channel_id: "1234", channel_secret: opaque}}
tags: {VIP: {added_by: staff}, 進站: {}}
audiences: {朋友: {if: {contact: {friend: true}}}, 貴賓: {if: {tag: VIP}}}
rules:
  - {when: {enters: 朋友}, add_tags: 進站}
  - {when: {enters: 貴賓}, add_tags: 進站}
  - {when: follow, reply: 歡迎}
  - {when: {text: 嗨}, reply: 您好}
""")


@dataclass
class Line:
    """The simulator's LINE, and the account's client."""

    client: LineClient
    simulator: Simulator
    http: ClientSession
    url: str

    async def crowd(self, **how: Any) -> None:
        async with self.http.put(f"{self.url}/simulator/api/channels/main/followers", json=how) as answer:
            assert answer.status == 200, await answer.text()

    def users(self, number: int) -> list[str]:
        return self.simulator._accounts.by_name["main"].crowd.users(0, number)


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    clock = SystemClock()
    simulator = Simulator([MAIN], clock)
    app = web.Application()
    app.add_routes(simulator.routes())
    async with TestServer(app) as server, ClientSession() as http:
        url = str(server.make_url("")).rstrip("/")
        await simulator.start(url)
        client = LineClient(MAIN, url + "/simulator/line", url, http, clock)
        yield Line(client, simulator, http, url)
        client.close()
        await simulator.stop()


async def friends(stores: Stores, line: Line, **how: Any) -> FriendsImport:
    order = FriendsOrder("main", **how)
    return await import_friends(stores, PLAYBOOK, line.client, order, "command:test", lambda so_far: None)


def figures(done: FriendsImport) -> tuple[int, int, int, int]:
    return done.new, done.changed, done.same, done.refused


async def contact(stores: Stores, user: str) -> Contact:
    stored = await stores.contacts.person(f"main:{user}")
    assert stored is not None
    return stored.contact


def listed(folder: Path, *cells: str) -> Path:
    path = folder / "friends.csv"
    path.write_text("\n".join(cells) + "\n", "utf-8")
    return path


async def everyone(stores: Stores) -> int:
    return (await size_of(stores, PLAYBOOK, target_audience(PLAYBOOK, "everyone"))).people["main"]


async def test_who_was_erased_stays_away(stores: Stores, line: Line) -> None:
    """Until they come by themselves; from then on they are somebody whom the list knows. J2, M1"""
    await line.crowd(crowd=3)
    await friends(stores, line)
    user = line.users(3)[1]
    await erase(stores, {f"main:{user}": []}, "command:test", PersonalMenus({}, "", ""))
    done = await friends(stores, line)
    assert (figures(done), done.erased) == ((0, 0, 2, 0), 1)
    assert await stores.contacts.person(f"main:{user}") is None
    await come(
        stores.contacts, Contact(f"main:{user}", name="回來的人", identities=(Identity("main", user),))
    )
    done = await friends(stores, line)
    assert (figures(done), done.erased) == ((0, 1, 2, 0), 0)


async def test_who_is_erased_during_the_import_stays_away(
    stores: Stores, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the reading of a page and its writing. J2, M1"""
    await line.crowd(crowd=2)
    user = line.users(2)[0]
    await come(stores.contacts, Contact(f"main:{user}", name="要離開的人"))
    write, erased = stores.friends.write, list[bool]()

    async def late(people: Any) -> bool:
        if not erased:
            erased.append(True)
            await erase(stores, {f"main:{user}": []}, "command:test", PersonalMenus({}, "", ""))
        return await write(people)

    monkeypatch.setattr(type(stores.friends), "write", lambda _, people: late(people))
    await friends(stores, line)
    assert erased
    assert await stores.contacts.person(f"main:{user}") is None


@pytest.mark.ring("all", "a crowd")
async def test_by_the_list_of_line(stores: Stores, line: Line) -> None:
    """All of it, page by page: friends in audiences at once, with name and language, silently; and again."""
    await line.crowd(crowd=1_205, gone=5)
    done = await friends(stores, line)
    assert (figures(done), done.asked, done.gone) == ((1_205, 0, 0, 0), 1_205, 5)
    assert await everyone(stores) == 1_200
    first = await contact(stores, line.users(1)[0])
    assert first.identities == (Identity("main", line.users(1)[0], friend=True),)
    assert (first.name, first.language, first.audiences) == ("好友 1", "zh-TW", ("main:朋友",))
    assert (first.turned, first.timers, first.tags) == (None, (), ())
    kept = await stores.friends.list_of("main")
    assert (kept.next, kept.friends, kept.whole is not None) == (None, 1_205, True)
    again = await friends(stores, line)
    assert (figures(again), again.asked, again.gone) == ((0, 5, 1_200, 0), 5, 5)
    assert await stores.database.collection("inbox").count_documents({}) == 0
    [last, _] = await entries(stores)
    assert (last.kind, last.about, last.after) == ("friends_imported", "main", "new 0, changed 5, refused 0")


async def test_a_list_that_line_refuses(stores: Stores, line: Line) -> None:
    await line.crowd(crowd=3, verified=False)
    with pytest.raises(ListRefused, match="to verified and premium accounts only"):
        await friends(stores, line)
    assert await everyone(stores) == 0
    assert "main" not in await stores.friends.read_whole()
    [deed] = await entries(stores)
    assert deed.state == "refused"


@pytest.mark.ring("all", "a crowd")
async def test_broken_off_it_goes_on(stores: Stores, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the second page was written and before its mark was: that page is read once more."""
    await line.crowd(crowd=3_500)
    kept, number = stores.friends.keep_list, 0

    class Killed(BaseException):
        pass

    async def keep(one: Any) -> None:
        nonlocal number
        number += 1
        if number == 2:
            raise Killed
        await kept(one)

    monkeypatch.setattr(stores.friends, "keep_list", keep)
    with pytest.raises(Killed):
        await friends(stores, line, profiles=False)
    assert await everyone(stores) == 2_000
    monkeypatch.setattr(stores.friends, "keep_list", kept)
    done = await friends(stores, line, profiles=False)
    assert (done.resumed, figures(done)) == (1_000, (1_500, 0, 1_000, 0))
    assert (await stores.friends.list_of("main")).friends == 3_500


@pytest.mark.ring("all", "a crowd")
async def test_a_mark_that_is_too_old_is_not_used(stores: Stores, line: Line) -> None:
    await line.crowd(crowd=1_500)
    kept = await stores.friends.list_of("main")
    now = NOW - timedelta(days=1)
    await stores.friends.keep_list(replace(kept, next="1000", issued=now, began=now, found=1_000))
    done = await friends(stores, line, profiles=False)
    assert (done.resumed, figures(done)) == (0, (1_500, 0, 0, 0))


async def test_a_mark_that_line_takes_no_more_is_dropped(stores: Stores, line: Line) -> None:
    await line.crowd(crowd=5)
    now = SystemClock().now()
    kept = await stores.friends.list_of("main")
    await stores.friends.keep_list(replace(kept, next="gone", issued=now, began=now, found=2_000))
    done = await friends(stores, line, profiles=False)
    assert (done.resumed, figures(done)) == (0, (5, 0, 0, 0))


async def test_who_has_only_opened_a_page_is_asked_for_by_nobody(stores: Stores, line: Line) -> None:
    """Nobody knows whether they are a friend: what they do next tells that."""
    user = "U" + "7" * 32
    await come(stores.contacts, Contact(f"main:{user}", identities=(Identity("main", user),)))
    done = await friends(stores, line)
    assert (done.asked, (await contact(stores, user)).identity("main").friend) == (0, None)


async def test_by_a_file(stores: Stores, line: Line, tmp_path: Path) -> None:
    """A column by its header; what is no id of a person is refused line by line; who stands there twice."""
    await line.crowd(crowd=4, gone=1)
    a, b, c, gone = line.users(4)
    path = listed(
        tmp_path,
        "姓名,LINE_ID",
        f"王,{a}",
        f"李,{b.upper()}",
        f"王,{a}",
        "x,C" + "a" * 32,
        "y,U1",
        f"z,{gone}",
    )
    done = await friends(stores, line, file=path)
    assert (figures(done), done.gone) == ((3, 0, 1, 2), 1)
    assert [(one.line, str(one.why)[:22]) for one in done.refused_lines] == [
        (5, "it is a group's id: no"),
        (6, "it is no LINE user id:"),
    ]
    assert await everyone(stores) == 2
    assert (await contact(stores, b)).name == "好友 2"
    assert "main" not in await stores.friends.read_whole()
    alone = await friends(stores, line, file=listed(tmp_path, a, b, c))
    assert figures(alone) == (1, 0, 2, 0)
    with pytest.raises(TableWrong, match="has to name a column line_id"):
        await friends(stores, line, file=listed(tmp_path, "甲,乙", f"{a},x"))


async def test_ids_of_another_provider_are_told_before_anything_is_written(
    stores: Stores, line: Line, tmp_path: Path
) -> None:
    path = listed(tmp_path, *(f"U{number:032x}" for number in range(50)))
    with pytest.raises(NotOfThisChannel, match="none of 20 of these ids"):
        await friends(stores, line, file=path)
    assert await everyone(stores) == 0
    done = await friends(stores, line, file=path, anyway=True)
    assert (figures(done), done.gone) == ((50, 0, 0, 0), 50)
    assert await everyone(stores) == 0


async def test_a_dry_run_writes_nothing(stores: Stores, line: Line, tmp_path: Path) -> None:
    await line.crowd(crowd=3)
    assert figures(await friends(stores, line, dry=True)) == (3, 0, 0, 0)
    path = listed(tmp_path, *line.users(3))
    assert figures(await friends(stores, line, dry=True, file=path)) == (3, 0, 0, 0)
    for name in ("contacts", "friend_lists", "audit"):
        assert await stores.database.collection(name).count_documents({}) == 0


async def test_who_is_known_keeps_everything(stores: Stores, line: Line, tmp_path: Path) -> None:
    """Blocked since: by a file never again, by LINE's list; who blocked lately stays so by both."""
    await line.crowd(crowd=4)
    met, long_ago, lately, nobody = line.users(4)
    now = NOW

    def person(user: str, **how: Any) -> Contact:
        identity = Identity("main", user, **how)
        return Contact(f"main:{user}", name="本名", seed=7, identities=(identity,), turned=now)

    await come(
        stores.contacts,
        person(met, friend=None, seen=now, since=now),
        person(long_ago, friend=False, seen=now - timedelta(days=9)),
        person(lately, friend=False, seen=now + timedelta(days=9_999)),
    )
    done = await friends(stores, line, file=listed(tmp_path, *line.users(4)))
    assert (figures(done), done.blocked) == ((1, 1, 2, 0), 2)
    assert [(await contact(stores, user)).identity("main").friend for user in line.users(4)] == [
        True,
        False,
        False,
        True,
    ]
    assert (await contact(stores, met)).audiences == ("main:朋友",)
    done = await friends(stores, line)
    assert (figures(done), done.blocked) == ((0, 1, 3, 0), 1)
    found = await contact(stores, long_ago)
    assert (found.identity("main").friend, found.name, found.seed, found.turned) == (True, "本名", 7, now)
    assert (await contact(stores, lately)).identity("main").friend is False
    assert (await contact(stores, nobody)).name == "好友 4"


async def test_line_that_does_not_answer(stores: Stores, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked again while it is away; where that lasts it is told, and what was taken stays."""
    await line.crowd(crowd=10)
    account = line.simulator._accounts.by_name["main"]
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            account.faults = NO_FAULTS

    monkeypatch.setattr(patience, "sleep", wait)
    account.faults = Faults(answer="500")
    assert figures(await friends(stores, line, profiles=False)) == (10, 0, 0, 0)
    assert waits == [0.2, 0.4]
    account.faults = Faults(answer="429")
    with pytest.raises(FriendsUnread, match="the same command goes on"):
        await friends(stores, line)
    assert len(waits) == 2 + patience.ATTEMPTS - 1
    assert await everyone(stores) == 10
