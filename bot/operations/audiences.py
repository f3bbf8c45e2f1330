"""The audiences of a playbook: how many people are in one now, and who. May raise `DatabaseUnavailable`."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil, floor
from typing import Annotated, Literal, TypeAlias, get_args

from bot.engine.broadcasts.recipient import has_had_enough
from bot.engine.compiled.goal import Priority
from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import All, Condition
from bot.engine.conditions.consent import without_consent
from bot.engine.conditions.people import Unreachable
from bot.model.answer_fields import Help
from bot.model.audience import Sample
from bot.model.contact import Contact, Identity
from bot.model.proportions import Proportion, interval
from bot.model.stored import Stored
from bot.model.translatable import Refusal, Translatable, row, tr
from bot.operations.contact_view import ContactView, masked_view, revealed
from bot.operations.find_contacts import LocatedContact
from bot.operations.simulated_time import now_among
from bot.playbook.similar import hint_for, quoted
from bot.store.contacts.audiences import AudienceQuery, audience_query
from bot.store.stores import Stores

EVERYONE = "everyone"
"""The audience that every playbook has."""
COLUMNS = ("channel", "line_id", "name", "phone", "member_no")
"""Of a table of people."""


class NoSuchAudience(Refusal):
    """The playbook has no such audience; the text says which it has."""


WhyLeftOut: TypeAlias = Unreachable | Literal["not_agreed"]
"""Why somebody of whom all else holds is not among them: `not_agreed`: they have to have agreed to marketing,
and have said neither yes nor no."""


@dataclass(frozen=True, slots=True)
class TargetAudience:
    """Of whom a condition holds, on some channels; the `priority` of what is to be pushed to them."""

    condition: Condition
    channels: tuple[str, ...]
    priority: Priority = "normal"


@dataclass(frozen=True, slots=True)
class AudienceEstimate:
    """About how many people are in an audience of a channel, and between which numbers, as sure as 95 %."""

    people: int
    low: int
    high: int
    looked_at: Annotated[int, Help("Contacts by which it is estimated.")]


@dataclass(frozen=True, slots=True)
class AudienceSize:
    """How many people are in an audience at this moment, by channel: who is on two of them counts twice."""

    at: datetime
    people: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AudienceCount:
    """How many people are in an audience of a channel; `about`: an estimate, where counting takes long."""

    people: int
    about: bool


@dataclass(frozen=True, slots=True)
class InAudience:
    """Somebody who is in an audience, as they are on one channel; masked unless they were to be revealed."""

    identity: Identity
    contact: ContactView


def target_audience(playbook: Playbook, name: str | None) -> TargetAudience:
    """The people of an audience, or those to whom the broadcast of that name goes.

    Raises `NoSuchAudience`, also where none is named.
    """
    everywhere = tuple(playbook.channels)
    if name == EVERYONE:
        return TargetAudience(All(()), everywhere)
    if name is None:
        raise NoSuchAudience(tr("no audience is named; {hint}", hint=_known(playbook)))
    if name in playbook.audiences:
        return TargetAudience(playbook.audiences[name].condition or All(()), everywhere)
    if name in playbook.broadcasts:
        broadcast = playbook.broadcasts[name]
        return TargetAudience(broadcast.to or All(()), (broadcast.channel,), broadcast.priority)
    names = [*playbook.audiences, EVERYONE, *playbook.broadcasts]
    hint = hint_for(name, names) or _known(playbook)
    raise NoSuchAudience(tr("the playbook has no audience {name}; {hint}", name=quoted(name), hint=hint))


def _known(playbook: Playbook) -> Translatable:
    return tr("its audiences are {names}", names=row([*playbook.audiences, EVERYONE]))


async def estimate_of(
    people: Stores, playbook: Playbook, meant: TargetAudience
) -> Mapping[str, AudienceEstimate]:
    """About how many they are, by channel, within a moment; no channel that is counted as soon."""
    found = {}
    for asked in await _queries(people, playbook, meant):
        if (sample := await people.audience_numbers.sample(asked)) is not None:
            found[asked.channel] = estimated(sample)
    return found


def estimated(sample: Sample) -> AudienceEstimate:
    """What some who were looked at tell of everybody."""
    rate = Proportion(sample.found, sample.looked_at)
    everybody = sample.everybody
    between = interval(rate, everybody=everybody)
    low, high = floor(between.low * everybody), ceil(between.high * everybody)
    return AudienceEstimate(round(rate.share * everybody), low, high, sample.looked_at)


async def size_of(people: Stores, playbook: Playbook, meant: TargetAudience) -> AudienceSize:
    """How many they are now, by what this playbook says: it need not be live."""
    asked = await _queries(people, playbook, meant)
    found = {one.channel: await people.audience_numbers.exact(one) for one in asked}
    return AudienceSize(await now_among(people), found)


async def counts_of(people: Stores, playbook: Playbook, meant: TargetAudience) -> Mapping[str, AudienceCount]:
    """How many they are, by channel: counted, or estimated where there are many contacts."""
    found = {}
    for asked in await _queries(people, playbook, meant):
        sample = await people.audience_numbers.sample(asked)
        if sample is None:
            found[asked.channel] = AudienceCount(await people.audience_numbers.exact(asked), about=False)
        else:
            found[asked.channel] = AudienceCount(estimated(sample).people, about=True)
    return found


async def friends_so_far(people: Stores, channels: Collection[str]) -> Mapping[str, AudienceCount]:
    """How many friends are known on each of these channels whose list was never read whole (M1).

    An account has more of them than that: who was there before, and has done nothing since.
    """
    whole, found = await people.friends.read_whole(), dict[str, AudienceCount]()
    for channel in channels:
        if channel not in whole:
            known = await people.audience_numbers.friends(channel)
            about = isinstance(known, Sample)
            number = estimated(known).people if isinstance(known, Sample) else known
            found[channel] = AudienceCount(number, about)
    return found


async def left_out_of(
    people: Stores, playbook: Playbook, meant: TargetAudience
) -> Mapping[str, Mapping[WhyLeftOut, int]]:
    """How many more of them there would be who cannot be sent anything: by channel, each once, by why.

    Where they need to have agreed to marketing: also who has refused it, and who has said nothing.
    """
    reasons: tuple[Unreachable, ...] = get_args(Unreachable)
    exact, rest = people.audience_numbers.exact, without_consent(meant.condition)
    found = dict[str, Mapping[WhyLeftOut, int]]()
    for asked in await _queries(people, playbook, meant):
        counted = await asyncio.gather(*(exact(asked, why) for why in reasons))
        by_why: dict[WhyLeftOut, int] = dict(zip(reasons, counted, strict=True))
        if rest is not None:
            of_rest = replace(asked, condition=rest)
            all_of_rest, agreed, refused = await asyncio.gather(
                exact(of_rest), exact(asked), exact(of_rest, "stopped")
            )
            by_why |= {"not_agreed": all_of_rest - agreed, "stopped": refused}
        found[asked.channel] = by_why
    return found


async def limited_in(people: Stores, playbook: Playbook, meant: TargetAudience) -> Mapping[str, int]:
    """How many of them have had as many pushes as `limits` allow just now, by channel."""
    found: Counter[str] = Counter()
    if playbook.pushes_per_person is not None:
        now = await now_among(people)
        for asked in await _queries(people, playbook, meant):
            async for some in people.audience_members.recipients(asked):
                found[asked.channel] += sum(
                    has_had_enough(playbook, one.pushes, now, meant.priority) for one in some
                )
    return found


async def people_in(
    people: Stores, playbook: Playbook, meant: TargetAudience, actor: str | None = None
) -> AsyncIterator[InAudience]:
    """Each of them, channel by channel. With an `actor` nothing is masked, which the audit log says first."""
    now = await now_among(people)
    async for channel, some in _stored_in(people, playbook, meant):
        for one in some:
            found = LocatedContact(one, people, simulated=False)
            view = masked_view(found) if actor is None else await revealed(found, actor, now)
            yield InAudience(view.contact.identity(channel), view)


async def contacts_in(
    people: Stores, playbook: Playbook, meant: TargetAudience
) -> AsyncIterator[list[Contact]]:
    """The same, some at a time, unmasked; who is in it on several channels comes several times."""
    async for _, some in _stored_in(people, playbook, meant):
        yield [one.contact for one in some]


async def _stored_in(
    people: Stores, playbook: Playbook, meant: TargetAudience
) -> AsyncIterator[tuple[str, list[Stored]]]:
    """The same by channel, there each once: whoever was merged meanwhile is whom they are part of."""
    for asked in await _queries(people, playbook, meant):
        seen = set[str]()
        async for some in people.audience_members.recipients(asked):
            stored = await people.contacts.persons(one.contact for one in some)
            new = {one.contact.id: one for one in stored.values() if one.contact.id not in seen}
            seen.update(new)
            yield asked.channel, list(new.values())


async def in_audience(
    people: Stores, playbook: Playbook, meant: TargetAudience, contacts: Collection[str]
) -> set[str]:
    """Who of these contacts is in it now, on any of its channels."""
    found = set[str]()
    for asked in await _queries(people, playbook, meant):
        found.update(one.contact for one in await people.audience_members.among(asked, contacts))
    return found


async def _queries(people: Stores, playbook: Playbook, meant: TargetAudience) -> list[AudienceQuery]:
    now = await now_among(people)
    return [audience_query(playbook, meant.condition, channel, now) for channel in meant.channels]
