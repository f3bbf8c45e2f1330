"""Which fields of a failed write to a shop are still current: a retry overwrites nothing newer."""

from __future__ import annotations

from dataclasses import replace

from bot.model.contact import Contact
from bot.model.effects import CONSENT, WriteMember
from bot.model.outgoing import DeadLetter
from bot.model.translatable import tr
from bot.model.value import Value
from bot.runtime.own_events import NotOurs, read, to_json
from bot.runtime.sending.letters import NotAgain


def writing_of(letter: DeadLetter) -> WriteMember | None:
    """What was to be written to a shop, if that is what was given up."""
    if letter.outgoing.kind != "ask":
        return None
    try:
        asked = read(letter.outgoing.body)
    except NotOurs:
        return None
    return asked if isinstance(asked, WriteMember) else None


def still_so(letter: DeadLetter, writing: WriteMember, now: Contact) -> DeadLetter:
    """The letter with those values that the person has still. Raises `NotAgain` where there are none.

    What was set since has a call of its own, and what the shop has told since is the shop's. Of some values
    alone it is another request: the shop may have answered the whole one under the letter's id.
    """
    if not now.bindings or now.member_no != writing.member_no or now.member_shop not in (None, writing.shop):
        raise NotAgain(tr("the person is not this member any more: drop it"))
    left = {slot: value for slot, value in writing.values.items() if _is(_value(now, slot), value)}
    if not left:
        raise NotAgain(
            tr("what it would write to the shop is out of date: something newer is known. Drop it")
        )
    if len(left) == len(writing.values):
        return letter
    old = letter.outgoing
    key = f"{old.retry_key or old.id} {' '.join(sorted(left))}"
    return replace(letter, outgoing=replace(old, body=to_json(replace(writing, values=left)), retry_key=key))


def _value(now: Contact, slot: str) -> Value | None:
    if slot == CONSENT:
        return now.marketing_here
    known = now.attributes.get(slot)
    return None if known is None else known.value


def _is(one: Value | None, other: Value | None) -> bool:
    return one == other and type(one) is type(other)
