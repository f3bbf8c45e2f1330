"""G2, G4: whose menu is another one by now, by no event of theirs: in bulk, nobody else, crash or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.engine.compiled.by_staff import with_restrictions
from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.values import HasTag
from bot.line.outcome import Accepted, NotSent, Refused
from bot.model.brake import MenuPause
from bot.model.contact import Contact, Identity, Tag
from bot.model.event import MENU_AGAIN, News
from bot.model.inbox import Received
from bot.model.menus import MOST, MappedFace, MenuBatch, MenuMapping, MenuPerson
from bot.model.outgoing import Outgoing
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.runtime.menus.menu_sweep import TAKES, MenuSweep
from bot.runtime.ports import LineAccount
from bot.store.contacts import menu_people
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.menu_people import MenuPeople
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import NOW, ManualClock
from tests.people import changed, come
from tests.runtime.broadcast_world import Died, Fate, Mortal
from tests.runtime.harness import ScriptedLine
from tests.runtime.test_menu_links import MENUS, with_menus

INVALID = Refused(400, "The user ID is invalid", None, "bad-request")


@dataclass
class Synced:
    """What the last sync has left."""

    found: MenuMapping

    def line_id(self, channel: str, menu: str) -> str | None:
        return self.found.line_id(menu)

    def mapping(self, channel: str) -> MenuMapping:
        return self.found

    async def refresh(self) -> None:
        """Nobody else syncs."""


@dataclass
class Crowd:
    """People in a real database, and a sweep over them."""

    contacts: Contacts
    people: MenuPeople
    clock: ManualClock
    playbook: Playbook
    line: ScriptedLine = field(default_factory=ScriptedLine)
    heard: list[Received] = field(default_factory=list)
    linked: list[str] = field(default_factory=list)
    owned: bool = True
    synced: Synced = field(
        default_factory=lambda: Synced(
            MenuMapping(
                "main",
                (MappedFace("vip", "vip", "line-vip", "h"), MappedFace("guest", "guest", "line-guest", "h")),
                rev=1,
            )
        )
    )

    def __post_init__(self) -> None:
        self.sweep = self.another()

    def another(self, fate: Fate | None = None) -> MenuSweep:
        """The sweep of a process that has just become the owner, and may die."""
        fate = fate or Fate()
        return MenuSweep(
            lambda: self.playbook,
            cast(MenuPeople, Mortal(self.people, fate)),
            self.synced,
            self.all_linked,
            lambda channel: cast(LineAccount, SimpleNamespace(rich_menus=Mortal(self.line.rich_menus, fate))),
            lambda channel: "fine",
            self.hear,
            lambda part: self.owned,
            self.clock,
        )

    async def all_linked(self, channel: str, menu: str) -> None:
        self.linked.append(menu)
        self.synced.found = replace(self.synced.found, fresh=())

    async def hear(self, received: Sequence[Received], seconds: float) -> None:
        self.heard += received

    async def unfinished(self) -> int:
        return len(await self.people.unfinished("main", self.clock.now(), self.clock.now()))

    async def come(self, *people: tuple[str, str | None] | Contact) -> None:
        await come(self.contacts, *(one if isinstance(one, Contact) else person(*one) for one in people))

    async def menu(self, user: str) -> str | None:
        return (await self.contacts.load([f"main:{user}"]))[f"main:{user}"].contact.identity("main").menu

    async def turn(self, user: str) -> None:
        """A turn of this person has put a tag on, and so chosen another menu."""
        after = person(user, "vip", "VIP")
        await changed(self.contacts, after.id, identities=after.identities, tags=after.tags)

    @property
    def calls(self) -> list[tuple[str, list[str], list[str]]]:
        return [(call.kind, call.to.split(), call.texts) for call in self.line.calls]


def person(user: str, menu: str | None, *tags: str, **more: Any) -> Contact:
    identity = replace(Identity("main", user, menu=menu), **more)
    contact = Contact(f"main:{user}", identities=(identity,))
    contact.tags = tuple(Tag(tag, NOW, "rule") for tag in tags)
    return contact


def rests(sweep: MenuSweep) -> bool:
    return sweep.is_at_rest


@pytest.fixture
async def crowd(database: Database, seal: Seal, clock: ManualClock, tmp_path: Path) -> Crowd:
    return Crowd(Contacts(database, seal), MenuPeople(database, seal), clock, with_menus(tmp_path, MENUS))


async def test_s25_whoever_changes_is_told_in_bulk_and_nobody_else(crowd: Crowd) -> None:
    later = NOW + timedelta(days=1)
    await crowd.come(
        ("Ua", "guest"),
        ("Ub", "vip"),
        ("Uc", None),
        person("Ud", "guest", "VIP"),
        person("Ue", "vip", "VIP"),
        person("Uf", "vip", friend=False),
        person("Ug", "vip", pinned="vip", pinned_until=later),
        person("Uh", "guest", pinned="vip", pinned_until=later),
        person("Ui", "vip", pinned="vip", pinned_until=NOW - timedelta(days=1)),
        person("Uj", "gone", pinned="gone"),
    )
    await crowd.sweep.look()
    assert crowd.calls == [
        ("bulk link", ["Ud"], ["line-vip"]),
        ("bulk link", ["Ub", "Uc", "Ui", "Uj"], ["line-guest"]),
        ("bulk link", ["Uh"], ["line-vip"]),
    ]
    assert [await crowd.menu(user) for user in ("Ub", "Ud", "Uf", "Uh")] == ["guest", "vip", "vip", "vip"]
    assert rests(crowd.sweep)
    crowd.clock.advance(60)
    await crowd.sweep.look()
    await crowd.another().look()
    assert len(crowd.calls) == 3
    assert crowd.heard == []
    assert await crowd.unfinished() == 0


async def test_who_comes_in_bulk_is_looked_at_once_nobody_else_comes(crowd: Crowd) -> None:
    """M1: friends of before are written beside turns; the sweep comes also where their import has died."""
    await crowd.sweep.look()
    await crowd.come(("Ua", None), person("Ub", None, "VIP"))
    await crowd.people.ask_look("main", crowd.clock.now())
    crowd.clock.advance(1)
    await crowd.sweep.look()
    assert crowd.calls == []
    asked = crowd.clock.now()
    await crowd.people.ask_look("main", asked)
    crowd.clock.advance(4)
    await crowd.sweep.look()
    assert crowd.calls == [("bulk link", ["Ub"], ["line-vip"]), ("bulk link", ["Ua"], ["line-guest"])]
    assert await crowd.people.look_asked("main") is None
    await crowd.people.ask_look("main", crowd.clock.now())
    await crowd.people.looked("main", asked)  # somebody has come in meanwhile
    assert await crowd.people.look_asked("main") == crowd.clock.now()


async def test_who_was_woken_does_not_rest(crowd: Crowd) -> None:
    """The simulator's clock goes on when all is at rest: not between the news and the look."""
    await crowd.sweep.look()
    assert rests(crowd.sweep)
    crowd.sweep.wake("main")
    assert not rests(crowd.sweep)


async def test_a_list_without_menus_unlinks(crowd: Crowd) -> None:
    await crowd.come(("Ua", "guest"), ("Ub", None))
    crowd.playbook = replace(crowd.playbook, menus=(), version="another")
    assert not rests(crowd.sweep)
    await crowd.sweep.look()
    assert crowd.calls == [("bulk unlink", ["Ua"], [])]
    assert await crowd.menu("Ua") is None


async def test_a_menu_that_staff_pause_falls_back_and_comes_again(crowd: Crowd) -> None:
    """G3: the playbook's version stays the same."""
    await crowd.come(person("Ua", None, "VIP"), person("Ub", None))
    await crowd.sweep.look()
    assert (await crowd.menu("Ua"), await crowd.menu("Ub")) == ("vip", "guest")
    written = crowd.playbook
    crowd.playbook = with_restrictions(written, (), [MenuPause("vip", "console:mei", NOW)])
    assert crowd.playbook.version == written.version
    await crowd.sweep.look()
    assert crowd.calls[-1] == ("bulk link", ["Ua"], ["line-guest"])
    assert await crowd.menu("Ua") == "guest"
    crowd.playbook = written
    await crowd.sweep.look()
    assert await crowd.menu("Ua") == "vip"


async def test_at_most_five_hundred_in_a_call(crowd: Crowd) -> None:
    await crowd.come(*((f"U{number:04}", None) for number in range(MOST + 1)))
    await crowd.sweep.look()
    assert [len(users) for _, users, _ in crowd.calls] == [MOST, 1]


async def test_at_each_end_of_a_term(crowd: Crowd) -> None:
    vip, guest = crowd.playbook.menus
    noon = datetime(NOW.year + 1, 1, 1, tzinfo=UTC)
    crowd.playbook = replace(crowd.playbook, menus=(replace(vip, condition=None, since=noon), guest))
    await crowd.come(("Ua", "guest"))
    await crowd.sweep.look()
    assert crowd.calls == []
    crowd.clock.advance((noon - crowd.clock.now()).total_seconds() - 1)
    await crowd.sweep.look()
    assert rests(crowd.sweep)
    crowd.clock.advance(1)
    assert not rests(crowd.sweep)
    await crowd.sweep.look()
    assert crowd.calls == [("bulk link", ["Ua"], ["line-vip"])]


async def test_once_overtaken_and_once_after_line_was_late(crowd: Crowd) -> None:
    """Each of the two gives a turn of its own: LINE may carry a call out after the turn of the first."""
    await crowd.come(("Ua", "guest"))
    await crowd.people.begin(MenuBatch("b", "main", "vip", (MenuPerson("main:Ua", "Ua", 99),)))
    await crowd.sweep.look()
    crowd.clock.advance(TAKES.total_seconds())
    await crowd.another().look()
    assert [one.entry.contact for one in crowd.heard] == ["main:Ua", "main:Ua"]
    assert len({one.entry.id for one in crowd.heard}) == 2


async def test_line_away_or_a_crash_before_the_call(crowd: Crowd) -> None:
    crowd.line.outcomes.append(NotSent("no route"))
    await crowd.come(("Ua", None))
    await crowd.sweep.look()
    assert await crowd.menu("Ua") == "guest"
    assert rests(crowd.sweep)  # nobody who waits for rest waits for LINE
    await crowd.sweep.look()
    assert len(crowd.calls) == 1  # not before its pause is over
    await crowd.another().look()
    assert crowd.calls == [("bulk link", ["Ua"], ["line-guest"])] * 2


@pytest.mark.ring("all", "a death at each step")
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_whatever_step_a_process_dies_at(
    crowd: Crowd, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A8, G2: all have their menu, nobody else was called; called twice is at most the batch under way."""
    monkeypatch.setattr(menu_people, "MOST", 2)
    for last in range(1, 100):
        changing = [f"U{last}-{n}" for n in range(5)]
        await crowd.come(*((user, "vip") for user in changing), (f"U{last}-same", "guest"))
        fate = Fate(last, after)
        with suppress(Died):
            await crowd.another(fate).look()
        begun = [set(users) for _, users, _ in crowd.calls]
        await crowd.another().look()
        called = Counter(user for _, users, _ in crowd.calls for user in users)
        assert called.keys() == set(changing), f"died at step {last}"
        twice = {user for user, times in called.items() if times > 1}
        assert not twice or twice == begun[-1], f"died at step {last}"
        assert [await crowd.menu(user) for user in changing] == ["guest"] * 5
        crowd.clock.advance(TAKES.total_seconds())
        await crowd.another().look()
        assert (await crowd.unfinished(), crowd.heard) == (0, []), f"died at step {last}"
        crowd.line.calls.clear()
        if fate.steps < last:
            break
    assert last > 15, "it has some steps"


async def test_who_got_another_menu_meanwhile_is_shown_it_once_more(crowd: Crowd) -> None:
    """LINE carries a bulk call out some seconds later: perhaps after the link of a turn."""
    await crowd.come(("Ua", None), ("Ub", None))
    await crowd.sweep.look()
    await crowd.turn("Ub")
    await crowd.another().look()
    assert crowd.heard == []
    crowd.clock.advance(TAKES.total_seconds())
    await crowd.another().look()  # a crash in between loses it neither
    [again] = crowd.heard
    assert again.entry.contact == "main:Ub"
    assert again.event.what == News(MENU_AGAIN, "main")
    assert await crowd.unfinished() == 0


async def test_a_turn_that_was_faster_wins(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    await crowd.come(("Ua", None), ("Ub", None))
    begin = crowd.people.begin

    async def too_late(batch: MenuBatch) -> None:
        await begin(batch)
        await crowd.turn("Ua")

    monkeypatch.setattr(crowd.people, "begin", too_late)
    await crowd.sweep.look()
    assert crowd.calls[0] == ("bulk link", ["Ub"], ["line-guest"])
    assert await crowd.menu("Ua") == "vip"


async def test_s25_whoever_has_a_link_under_way_decides_anew_by_a_turn(crowd: Crowd) -> None:
    """At once (R12): whose last turn is not written down to its end sees the new menu with everybody else.

    In the bulk call a link that is tried again and again, while LINE is away, would come after it.
    """
    await crowd.come(("Ua", None), ("Ub", "vip"))
    stored = (await crowd.contacts.load(["main:Ub"]))["main:Ub"]
    link = Outgoing("link", "e", "main", "menu", "Ub", b'{"menu": "vip"}', NOW, NOW)
    write = TurnWrite(stored.contact, stored.contact, part_of("main:Ub"), stored.revision, 1, (), (link,))
    assert await crowd.contacts.save([write]) == set()
    await crowd.sweep.look()
    assert crowd.calls == [("bulk link", ["Ua"], ["line-guest"])]
    assert await crowd.menu("Ub") == "vip"
    assert [(one.entry.contact, one.event.what) for one in crowd.heard] == [
        ("main:Ub", News(MENU_AGAIN, "main"))
    ]


async def test_whoever_was_merged_away_meanwhile_is_left_to_a_turn(crowd: Crowd) -> None:
    """What they see is for whom they are part of now to say; no menu is recorded of a stub."""
    await crowd.come(Contact("main:Ua"))
    await crowd.people.begin(MenuBatch("b", "main", None, (MenuPerson("main:Ua", "Ua", 1),)))
    await crowd.sweep.look()
    assert crowd.calls == []
    assert [one.entry.contact for one in crowd.heard] == ["main:Ua"]


async def test_one_whom_line_does_not_know_keeps_nobody_else(crowd: Crowd) -> None:
    crowd.line.outcomes.extend([INVALID, INVALID])
    await crowd.come(("Ua", None), ("Ub", None), ("Uc", None))
    await crowd.sweep.look()
    assert [users for _, users, _ in crowd.calls] == [["Ua", "Ub", "Uc"], ["Ua"], ["Ub", "Uc"]]


async def test_all_people_of_a_menu_that_is_new_at_line(crowd: Crowd) -> None:
    await crowd.come(("Ua", "guest"), person("Ub", "vip", "VIP"))
    crowd.synced.found = replace(crowd.synced.found, fresh=("guest",))
    await crowd.sweep.look()
    assert crowd.calls == [("bulk link", ["Ua"], ["line-guest"])]
    assert crowd.linked == ["guest"]


async def test_people_of_a_menu_that_is_not_at_line_keep_theirs_until_it_is(crowd: Crowd) -> None:
    whole = crowd.synced.found
    crowd.synced.found = replace(whole, faces=whole.faces[:1])
    await crowd.come(("Ua", "vip"))
    await crowd.sweep.look()
    assert (crowd.calls, await crowd.menu("Ua")) == ([], "vip")
    crowd.synced.found = replace(whole, rev=2)
    await crowd.sweep.look()
    assert crowd.calls == [("bulk link", ["Ua"], ["line-guest"])]


@pytest.mark.ring("all", "a crowd")
async def test_linking_all_anew_goes_on_where_line_has_refused(crowd: Crowd) -> None:
    await crowd.come(*((f"U{number:04}", "guest") for number in range(MOST + 1)))
    await crowd.sweep.look()
    crowd.synced.found = replace(crowd.synced.found, fresh=("guest",))
    crowd.line.outcomes.extend([NotSent("no route")])
    await crowd.sweep.look()
    assert crowd.linked == []
    crowd.clock.advance(1)
    await crowd.sweep.look()
    assert [len(users) for _, users, _ in crowd.calls] == [MOST, MOST, 1]
    assert crowd.linked == ["guest"]


async def test_everybody_anew_where_somebody_asks_for_it(crowd: Crowd) -> None:
    """G1: what another system has linked is put right, also of who sees no menu of ours."""
    vip, guest = crowd.playbook.menus
    other = replace(guest, condition=HasTag(guest.place, ("neu",)))
    crowd.playbook = replace(crowd.playbook, menus=(vip, other))
    await crowd.come(person("Ua", "vip", "VIP"), ("Ub", None))
    await crowd.sweep.look()
    assert crowd.calls == []
    await crowd.people.ask("main")
    crowd.line.outcomes.extend([Accepted(), NotSent("no route")])
    await crowd.sweep.look()
    assert await crowd.people.asked("main")
    crowd.clock.advance(1)
    await crowd.sweep.look()
    unlinked: tuple[str, list[str], list[str]] = ("bulk unlink", ["Ub"], [])
    assert crowd.calls == [("bulk link", ["Ua"], ["line-vip"]), unlinked, unlinked]
    assert not await crowd.people.asked("main")


async def test_where_nothing_was_begun_or_asked_for_no_channel_is_asked_about(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look is one question, however many channels there are."""
    asked: list[str] = []

    async def unfinished(people: MenuPeople, channel: str, *_: datetime) -> list[MenuBatch]:
        asked.append(channel)
        return []

    monkeypatch.setattr(MenuPeople, "unfinished", unfinished)
    await crowd.sweep.look()
    assert asked == []
    await crowd.people.begin(MenuBatch("b", "main", "vip", ()))
    await crowd.sweep.look()
    assert asked == ["main"]


async def test_who_is_not_the_owner_calls_nobody(crowd: Crowd) -> None:
    await crowd.come(("Ua", None))
    crowd.owned = False
    assert rests(crowd.sweep)
    await crowd.sweep.look()
    assert crowd.calls == []
