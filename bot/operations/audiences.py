"""The audiences of a playbook: how many people are in one now, and who. May raise `DatabaseUnavailable`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import All, Condition
from bot.engine.times.bounds import When
from bot.model.contact import Identity
from bot.model.said import Refusal, Said, row, say
from bot.operations.contact_shown import ShownContact, revealed, shown
from bot.operations.find_contacts import FoundContact
from bot.operations.now_among import now_among
from bot.playbook.similar import hint_for
from bot.playbook.similar import shown as quoted
from bot.store.contacts.audience_members import AudienceAsked
from bot.store.stores import Stores

EVERYONE = "everyone"
"""The audience that every playbook has."""


class NoSuchAudience(Refusal):
    """The playbook has no such audience; the text says which it has."""


@dataclass(frozen=True, slots=True)
class AudienceSize:
    """How many people are in an audience at this moment, by channel: who is on two of them counts twice."""

    at: datetime
    people: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class InAudience:
    """Somebody who is in an audience, as they are on one channel; masked unless they were to be revealed."""

    identity: Identity
    contact: ShownContact


def condition_of_audience(playbook: Playbook, name: str | None) -> Condition:
    """What the people of an audience have in common. Raises `NoSuchAudience`, also where none is named."""
    if name == EVERYONE:
        return All(())
    if name is None:
        raise NoSuchAudience(say("no audience is named; {hint}", hint=_known(playbook)))
    if name not in playbook.audiences:
        hint = hint_for(name, [*playbook.audiences, EVERYONE]) or _known(playbook)
        raise NoSuchAudience(say("the playbook has no audience {name}; {hint}", name=quoted(name), hint=hint))
    return playbook.audiences[name].condition or All(())


def _known(playbook: Playbook) -> Said:
    return say("its audiences are {names}", names=row([*playbook.audiences, EVERYONE]))


async def size_of(people: Stores, playbook: Playbook, condition: Condition) -> AudienceSize:
    """How many of these people are in it now, by what this playbook says: it need not be live."""
    now = await now_among(people)
    members = people.audience_members
    return AudienceSize(
        now,
        {one: await members.number(_asked(playbook, condition, one, now)) for one in playbook.channels},
    )


def _asked(playbook: Playbook, condition: Condition, channel: str, now: datetime) -> AudienceAsked:
    when = When(now, playbook.zone)
    return AudienceAsked(condition, channel, when, tuple(playbook.channels), playbook.consent_from)


async def people_in(
    people: Stores, playbook: Playbook, condition: Condition, actor: str | None = None
) -> AsyncIterator[InAudience]:
    """Each of them, channel by channel. With an `actor` nothing is masked, which the audit log says first."""
    now = await now_among(people)
    for channel in playbook.channels:
        asked = _asked(playbook, condition, channel, now)
        async for some in people.audience_members.recipients(asked):
            ids = [one.contact for one in some]
            stored = await people.contacts.load(ids)
            for found in (FoundContact(stored[one], people, simulated=False) for one in ids if one in stored):
                told = shown(found) if actor is None else await revealed(found, actor, now)
                yield InAudience(told.contact.identity(channel), told)
