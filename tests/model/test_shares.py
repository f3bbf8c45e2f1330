"""Who owns which parts: fair in the end, never taken from the living, never two owners."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.model.processes import PARTS, PRODUCTION, ShareMove, Shares, fair_move, taken_from

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
LEASE = timedelta(seconds=PRODUCTION.lease)


def shares(until: dict[str, datetime] | None = None, owners: dict[int, str] | None = None) -> Shares:
    named = owners or {}
    return Shares(
        0, NOW, until or {}, tuple(named.get(part, "") for part in range(PARTS)), tuple([0] * PARTS)
    )


def living(*names: str) -> dict[str, datetime]:
    return dict.fromkeys(names, NOW + LEASE)


class World:
    """The lease document as MongoDB would change it, and the processes that want to."""

    def __init__(self) -> None:
        self.document = shares()
        self.alive: set[str] = set()

    def join(self, name: str) -> None:
        self.alive.add(name)
        self.renew(name)

    def renew(self, name: str) -> None:
        until = {**self.document.until, name: self.document.now + LEASE}
        self.document = replace(self.document, until=until)

    def die(self, name: str) -> None:
        self.alive.discard(name)

    def leave(self, name: str) -> None:
        self.alive.discard(name)
        until = {p: end for p, end in self.document.until.items() if p != name}
        owners = tuple("" if owner == name else owner for owner in self.document.owners)
        self.document = replace(self.document, until=until, owners=owners)

    def pass_time(self, seconds: float) -> None:
        """Time goes on; who lives has renewed."""
        self.document = replace(self.document, now=self.document.now + timedelta(seconds=seconds))
        for name in self.alive:
            self.renew(name)

    def step(self, name: str) -> ShareMove:
        if name not in self.document.until:
            self.renew(name)
        move = fair_move(self.document, name)
        self.carry_out(name, move)
        return move

    def carry_out(self, name: str, move: ShareMove) -> None:
        until = {p: end for p, end in self.document.until.items() if p not in move.bury}
        owners, fences = list(self.document.owners), list(self.document.fences)
        for part in range(PARTS):
            if part in move.take:
                owners[part], fences[part] = name, fences[part] + 1
            elif part in move.give or owners[part] in move.bury:
                owners[part] = ""
        self.document = replace(self.document, until=until, owners=tuple(owners), fences=tuple(fences))

    def counts(self) -> dict[str, int]:
        return {name: len(self.document.owned(name)) for name in self.alive}

    def rest(self) -> None:
        """Let everybody step until nobody has anything to do."""
        for _ in range(50):
            self.pass_time(11)
            if all(self.step(name) == ShareMove(frozenset(), (), ()) for name in sorted(self.alive)):
                return
        raise AssertionError("the processes never came to rest")


# -- one step


def test_the_first_takes_everything() -> None:
    assert fair_move(shares(living("a")), "a") == ShareMove(frozenset(), tuple(range(PARTS)), ())


def test_a_second_takes_nothing_from_the_living() -> None:
    full = shares(living("a", "b"), dict.fromkeys(range(PARTS), "a"))
    assert fair_move(full, "b") == ShareMove(frozenset(), (), ())
    assert fair_move(full, "a") == ShareMove(frozenset(), (), tuple(range(128, PARTS)))


def test_the_dead_are_buried_and_their_parts_taken() -> None:
    until = {**living("a"), "b": NOW - timedelta(milliseconds=1)}
    owners = {part: "ab"[part % 2] for part in range(PARTS)}
    move = fair_move(shares(until, owners), "a")
    assert move == ShareMove(frozenset({"b"}), tuple(range(1, PARTS, 2)), ())


def test_a_lease_ends_at_its_moment() -> None:
    assert shares({"b": NOW}).dead() == {"b"}
    assert shares({"b": NOW + timedelta(milliseconds=1)}).dead() == set()


def test_who_the_machine_says_is_gone_needs_no_waiting() -> None:
    owners = dict.fromkeys(range(PARTS), "b")
    move = fair_move(shares(living("a", "b"), owners), "a", {"b"})
    assert move == ShareMove(frozenset({"b"}), tuple(range(PARTS)), ())


def test_one_is_never_dead_to_oneself() -> None:
    """The database's clock may say so after a pause: then the renewal has already been made."""
    late = shares({"a": NOW - LEASE}, dict.fromkeys(range(PARTS), "a"))
    assert fair_move(late, "a", {"a"}) == ShareMove(frozenset(), (), ())


def test_parts_of_who_is_not_listed_are_free() -> None:
    move = fair_move(shares(living("a"), dict.fromkeys(range(PARTS), "ghost")), "a")
    assert len(move.take) == PARTS


def test_owned_tells_parts_with_fences() -> None:
    view = replace(shares(living("a"), {3: "a", 9: "b"}), fences=tuple(range(PARTS)))
    assert view.owned("a") == {3: 3}


# -- many steps


@pytest.mark.parametrize("seed", range(60))
def test_whatever_comes_and_goes(seed: int) -> None:
    """Parts are never taken from the living, fences only grow, and in the end all is shared out."""
    dice, world, born = Random(seed), World(), 0
    for _ in range(60):
        fate = dice.random()
        if fate < 0.15 or not world.alive:
            world.join(f"p{(born := born + 1)}")
        elif fate < 0.22 and len(world.alive) > 1:
            dice.choice((world.die, world.leave))(dice.choice(sorted(world.alive)))
        elif fate < 0.35:
            world.pass_time(dice.choice((1, 11)))
        else:
            watched_step(world, dice.choice(sorted(world.alive)))
    world.rest()
    counts = world.counts()
    assert sum(counts.values()) == PARTS  # everything is owned, by the living
    assert max(counts.values()) <= -(-PARTS // len(counts))


def watched_step(world: World, name: str) -> None:
    before, alive = world.document, set(world.alive)
    move = world.step(name)
    after = world.document
    assert not move.bury & alive
    assert not (move.take and move.give)
    assert all(before.owners[part] == name for part in move.give)
    for part in range(PARTS):
        assert after.fences[part] >= before.fences[part]
        if before.owners[part] != after.owners[part]:
            assert before.owners[part] not in alive - {name}
        if after.owners[part] not in ("", before.owners[part]):
            assert after.fences[part] == before.fences[part] + 1


@pytest.mark.parametrize("processes", [1, 2, 3, 4, 5, 7, 8, 16])
def test_at_rest_nobody_has_more_than_a_fair_share(processes: int) -> None:
    world = World()
    for number in range(processes):
        world.join(f"p{number}")
        world.step(f"p{number}")
    world.rest()
    counts = world.counts()
    assert sum(counts.values()) == PARTS
    assert max(counts.values()) <= -(-PARTS // processes)
    assert min(counts.values()) > 0


def test_who_is_at_rest_stays_at_rest() -> None:
    """No part goes back and forth: each hand-over costs its contacts a moment."""
    world = World()
    for name in "abc":
        world.join(name)
    world.rest()
    owners = world.document.owners
    for name in "abcabc":
        world.pass_time(3)
        world.step(name)
    assert world.document.owners == owners


def test_from_whom_a_move_takes() -> None:
    """K3: of the dead only; what was given back, or never owned, is nobody's."""
    owners = {**dict.fromkeys(range(100), "dead"), **dict.fromkeys(range(100, 120), "late")}
    document = shares({**living("me"), "dead": NOW, "late": NOW, "idle": NOW}, owners)
    move = ShareMove(frozenset({"dead", "late", "idle"}), tuple(range(90, 200)), ())
    assert taken_from(document, move) == {"dead": (10, 100), "late": (20, 20)}
    assert taken_from(document, ShareMove(frozenset(), (150,), ())) == {}
    assert taken_from(document, ShareMove(frozenset({"dead"}), (150,), ())) == {}, "others have taken them"
