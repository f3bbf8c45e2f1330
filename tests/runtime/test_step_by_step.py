"""Turns that are decided ahead side by side: one step of each, then the next; who fails harms nobody else."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.contact import Contact
from bot.model.decision import Claim
from bot.runtime.turn_taking.contact_cache import CachedContact
from bot.runtime.turn_taking.deciding import NotAhead, PendingTurn
from bot.runtime.turn_taking.lanes import Lane
from bot.runtime.turn_taking.step_by_step import SIDE_BY_SIDE, step_by_step

PAUSES = 2


def drafts(number: int) -> list[PendingTurn]:
    people = [Contact(f"main:U{one}") for one in range(number)]
    return [PendingTurn(Lane(one.id, 0), CachedContact(one, 1), one, []) for one in people]


class Steps:
    """What is done at each step, in order; some draft may end in another way."""

    def __init__(self, raised: dict[int, Exception] | None = None) -> None:
        self.done: list[tuple[int, int]] = []
        self.raised = raised or {}

    def __call__(self, draft: PendingTurn) -> Iterator[None]:
        number = int(draft.contact.id.removeprefix("main:U"))
        for step in range(PAUSES + 1):
            self.done.append((step, number))
            if step == 1 and number in self.raised:
                raise self.raised[number]
            if step < PAUSES:
                yield


def test_each_step_is_taken_by_all_before_the_next() -> None:
    people, steps, lost = drafts(3), Steps(), list[PendingTurn]()
    assert step_by_step(people, steps, lost.append) == people
    assert steps.done == [(step, number) for step in range(PAUSES + 1) for number in range(3)]
    assert lost == []


def test_a_crowd_goes_in_parts() -> None:
    people, steps, lost = drafts(SIDE_BY_SIDE + 1), Steps(), list[PendingTurn]()
    assert step_by_step(people, steps, lost.append) == people
    assert steps.done[-(PAUSES + 1) :] == [(step, SIDE_BY_SIDE) for step in range(PAUSES + 1)]
    assert len(steps.done) == (SIDE_BY_SIDE + 1) * (PAUSES + 1)


def test_who_cannot_go_ahead_is_lost_alone() -> None:
    """A bug that one meets, what needs the usual way, and a place, which is not taken with many others."""
    people, lost = drafts(5), list[PendingTurn]()
    people[3].claims = (Claim("rules[1]", 1),)
    steps = Steps({1: ZeroDivisionError("a bug"), 2: NotAhead()})
    assert step_by_step(people, steps, lost.append) == [people[0], people[4]]
    assert lost == [people[1], people[2], people[3]]
