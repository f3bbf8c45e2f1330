"""Dead letters (calls that were given up) and events set aside: which there are, why, since when; with the
person only where that is requested."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

import orjson
from annotated_types import Ge, Le

from bot.model.answer_fields import Help
from bot.model.audit import AuditRow
from bot.model.outgoing import DeadLetter
from bot.model.stored import Stored
from bot.model.translatable import Refusal, Translatable, plural, row, tr
from bot.operations.catalog.parameters import Customer, Name
from bot.operations.contact_view import parts_of
from bot.operations.simulated_time import now_among
from bot.playbook.in_money import with_money
from bot.playbook.similar import quoted
from bot.runtime.sending.letters import PUSHED, Doubt, NotAgain, once_more, still_so, writing_of
from bot.store.events.dead_letters import AsideEvent, DeadLetterEntry, DeadLetterGroup
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class Which:
    """Which of them are meant: of the last days; of these kinds, reasons, channels, where named."""

    days: Annotated[int, Ge(1), Le(3_660), Help("the last N days (30)")] = 30
    kind: Annotated[
        tuple[Literal["reply", "push", "menu", "ask", "tell", "leave", "loading", "event"], ...],
        Help("those of this kind; several times: of any of them"),
    ] = ()
    reason: Annotated[tuple[Name, ...], Help("those with this reason (quota …)")] = ()
    channel: Annotated[tuple[Name, ...], Help("those of this account")] = ()
    person: Customer | None = None

    def means(self, one: DeadLetterEntry) -> bool:
        """Whether it is one of them; whose it is, is not looked at."""
        asked = ((self.kind, one.kind), (self.reason, one.reason), (self.channel, one.channel))
        return all(not some or value in some for some, value in asked)

    @property
    def is_narrowed(self) -> bool:
        """Whether it means less than all of these days."""
        return bool(self.kind or self.reason or self.channel or self.person)


@dataclass(frozen=True, slots=True)
class LostForReason:
    """What was lost for one reason: how many, of which kinds, on which channels, from when to when."""

    reason: str
    number: int
    kinds: Sequence[str]
    channels: Sequence[str]
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class DeadLettersSince:
    """All of it since a moment, oldest first."""

    since: datetime
    found: Sequence[DeadLetterEntry]


class NoneSuch(Refusal):
    """Nothing was given up or set aside under this name."""


@dataclass(frozen=True, slots=True)
class InFull:
    """One of them, and what sending it once more would be: `why_not` says why it cannot be.

    `contents`: the types of its messages, or what they say, where it was revealed; of an event where in
    oaflow it failed, or the whole traceback.
    """

    one: DeadLetterEntry
    contents: Sequence[Any]
    doubt: Doubt = ""
    costs: bool = False
    why_not: Translatable | None = None


async def given_up(people: Stores, which: Which, *, handled: bool = False) -> DeadLettersSince:
    """What was lost in these times 24 hours, back from now; with what was sent once more or dropped, where
    it may be `handled`. May raise `DatabaseUnavailable`.
    """
    since = await now_among(people) - timedelta(days=which.days)
    contacts = None if which.person is None else (await parts_of(which.person))[0]
    found = await people.given_up.since(since, contacts=contacts, handled=handled)
    return DeadLettersSince(since, [one for one in found if which.means(one)])


async def lost_by_reason(people: Stores, days: int) -> Sequence[LostForReason]:
    """What waits for somebody, of these times 24 hours, the most first. May raise `DatabaseUnavailable`."""
    by_reason = dict[str, list[DeadLetterGroup]]()
    for one in await people.given_up.groups(await now_among(people) - timedelta(days=days)):
        by_reason.setdefault(one.reason, []).append(one)
    found = [
        LostForReason(
            reason,
            sum(one.number for one in some),
            tuple(dict.fromkeys(one.kind for one in some)),
            tuple(dict.fromkeys(one.channel for one in some)),
            min(one.first for one in some),
            max(one.last for one in some),
        )
        for reason, some in by_reason.items()
    ]
    return sorted(found, key=lambda one: (-one.number, one.reason))


def resend_costs(found: Collection[DeadLetterEntry], prices: Mapping[str, Decimal]) -> Translatable | None:
    """How many of them LINE counts as messages, and what these cost at most, by the price of one on each
    channel; `None` where it counts none."""
    by_channel = Counter(one.channel for one in found if one.kind in PUSHED)
    if not by_channel:
        return None
    costs = (
        with_money(
            plural(
                "1 push on {channel}, a message",
                "{number} pushes on {channel}, a message each",
                number,
                channel=channel,
            ),
            [prices[channel]] if channel in prices else [],
            number,
        )
        for channel, number in by_channel.items()
    )
    return tr("it costs {costs}", costs=row(costs, "and"))


async def all_called(people: Stores, names: Sequence[str]) -> dict[str, DeadLetter | AsideEvent | NoneSuch]:
    """What is called so, by name. May raise `DatabaseUnavailable`."""
    letters = await people.journal.letters_called(names)
    events = await people.given_up.aside([name for name in names if name not in letters])
    there: Mapping[str, DeadLetter | AsideEvent | None] = {**letters, **events}
    return {name: there.get(name) or _none_such(name, is_there=name in there) for name in names}


def _none_such(name: str, *, is_there: bool) -> NoneSuch:
    if is_there:
        return NoneSuch(tr("{name} does not open: its key is missing, or it is damaged", name=quoted(name)))
    return NoneSuch(tr("nothing is given up or set aside under the name {name}", name=quoted(name)))


async def in_full(people: Stores, name: str, actor: str | None = None) -> InFull:
    """All that is known of one. With an `actor` its contents are revealed, which the audit log has first.

    Raises `NoneSuch`, and `DatabaseUnavailable`.
    """
    found, now = (await all_called(people, [name]))[name], await now_among(people)
    if isinstance(found, NoneSuch):
        raise found
    if actor is not None:
        whose = found.shown.contact if isinstance(found, AsideEvent) else found.contact
        line = AuditRow(f"revealed:{uuid.uuid4().hex}", now, actor, "revealed", whose)
        await people.audit.add(line)
    if isinstance(found, AsideEvent):
        lines = found.why.splitlines()
        return InFull(found.shown, lines if actor is not None else _where(lines))
    contents = _contents(found, reveal=actor is not None)
    try:
        again = once_more(as_it_is_now(found, await people_of_writings(people, [found]))[0], now)
    except NotAgain as error:
        return InFull(masked_letter(found), contents, why_not=error.message)
    return InFull(masked_letter(found), contents, again.doubt, again.costs)


async def people_of_writings(people: Stores, letters: Sequence[DeadLetter]) -> dict[str, Stored]:
    """The people whose shop was to be written to by some of these letters, by the letter's contact."""
    contacts = {one.contact for one in letters if writing_of(one) is not None}
    found = await people.contacts.persons(contacts)
    for contact in contacts - found.keys():
        one = await people.contacts.person(contact)
        if one is not None:
            found[contact] = one
    return found


def as_it_is_now(letter: DeadLetter, whose: Mapping[str, Stored]) -> tuple[DeadLetter, int | None]:
    """The letter without what is out of date, and the revision of the contact that it was compared with.

    `whose`: by `people_of_writings`. `None`: it was compared with nothing, for it is right whatever has
    happened since. Raises `NotAgain`.
    """
    writing, person = writing_of(letter), whose.get(letter.contact)
    if writing is None or person is None:
        return letter, None
    is_theirs = person.contact.id == letter.contact
    return still_so(letter, writing, person.contact), person.revision if is_theirs else None


def masked_letter(letter: DeadLetter) -> DeadLetterEntry:
    """A letter as the list has it."""
    call = letter.outgoing
    return DeadLetterEntry(
        letter.name,
        call.channel,
        call.kind,
        letter.reason,
        letter.at,
        letter.detail,
        letter.request_id,
        letter.contact,
        call.created,
        letter.tries,
        letter.handled,
    )


def _contents(letter: DeadLetter, *, reveal: bool) -> list[Any]:
    try:
        body = orjson.loads(letter.outgoing.body)
    except orjson.JSONDecodeError:
        return []
    messages = body.get("messages") if isinstance(body, Mapping) else None
    if not isinstance(messages, list):
        return [body] if reveal else []
    return messages if reveal else [message.get("type", "?") for message in messages]


def _where(lines: Sequence[str]) -> list[str]:
    """Where a traceback has gone through, and what kind of exception it is: no value of anybody's."""
    places = [number for number, line in enumerate(lines) if line.startswith('  File "')]
    if not places:
        return []
    kind = next((line for line in lines[places[-1] :] if not line.startswith(" ")), "")
    return [*(lines[number].strip() for number in places[-3:]), kind.partition(":")[0]]
