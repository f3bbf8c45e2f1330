"""G2, semantics 24 and 25: whom a look at everybody would find, of one person, at any moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.menus.sweep import MovedByTime
from bot.engine.times.bounds import When
from bot.model.contact import Contact, Identity
from tests.playbooks import compiled

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
PLAYBOOK = compiled("""
tags: {VIP: }
hours: {日: {mon-sun: 09:00-21:00}}
audiences: {久違: {if: {contact: {last_seen: {over: 3d}}}}}
rules: [{when: {enters: 久違}, add_tags: [VIP]}]
""")


def person(seen: timedelta, *, friend: bool | None = True, audiences: tuple[str, ...] = ()) -> Contact:
    identity = Identity("main", "Ua", friend=friend, seen=NOON - seen)
    return Contact("main:Ua", identities=(identity,), audiences=audiences)


def is_found(contact: Contact, at: datetime = NOON, *, there: bool = True) -> bool:
    moved = MovedByTime(PLAYBOOK, lambda channel: "fine", lambda channel, menu: there)
    return moved.is_found(contact, When(at, PLAYBOOK.zone))


@pytest.mark.parametrize(
    ("days", "audiences", "found"),
    [(2, (), False), (4, (), True), (4, ("main:久違",), False), (2, ("main:久違",), True)],
)
def test_an_audience_on_record_and_now(days: int, audiences: tuple[str, ...], found: bool) -> None:
    assert is_found(person(timedelta(days=days), audiences=audiences)) is found


def test_the_moment_is_the_one_that_is_asked_about() -> None:
    contact = person(timedelta(days=2))
    assert not is_found(contact, NOON + timedelta(hours=23))
    assert is_found(contact, NOON + timedelta(days=1, minutes=1))


@pytest.mark.parametrize(
    ("friend", "there", "found"), [(True, True, True), (False, True, False), (True, False, False)]
)
def test_a_menu_that_is_another_one(friend: bool, there: bool, found: bool) -> None:
    """Not of who has blocked the account, nor where LINE does not have the menu: a sweep leaves those out."""
    contact = person(timedelta(days=2), friend=friend)
    contact.identities[0].menu = "gone"
    assert is_found(contact, there=there) is found
