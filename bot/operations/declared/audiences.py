"""Audiences: which there are, and how many people are in each now (I1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Annotated, TypeAlias

from annotated_types import Ge, Le

from bot.connectors.sms.phone import national
from bot.engine.compiled.playbook import Audience, Playbook
from bot.model.admin import TEAM
from bot.model.answer_fields import Clock, Column, Help, Table, TextTable
from bot.model.audit import AuditEntry
from bot.model.proportions import SURE
from bot.model.translatable import Translatable, TranslatableValue, row, tr
from bot.operations.audience_history import sizes_by_day
from bot.operations.audience_words import known_lines, so_many, unit_of
from bot.operations.audiences import (
    EVERYONE,
    AudienceCount,
    AudienceEstimate,
    InAudience,
    WhyLeftOut,
    counts_of,
    estimate_of,
    friends_so_far,
    left_out_of,
    limited_in,
    people_in,
    size_of,
    target_audience,
)
from bot.operations.audit_trail import audited
from bot.operations.catalog.answers import table_of
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import ContactName, ContactRef
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import CommandWord, Name, PlaybookName


def _known(playbook: Playbook, name: str) -> str:
    target_audience(playbook, name)
    return name


AudienceName: TypeAlias = Annotated[
    Name,
    PlaybookName(_known),
    Help("an audience, everyone, or a broadcast"),
]
OptionalAudience: TypeAlias = Annotated[
    AudienceName, CommandWord(), Help("an audience, or a broadcast (everyone)")
]
ShownMembers: TypeAlias = Annotated[int, Ge(1), Le(1_000), Help("so many at most (100)")]


@dataclass(frozen=True, slots=True)
class AudienceFile:
    """The list that an audience is read from."""

    file: str | None
    column: str
    people: int
    twice: Annotated[int, Help("Lines that are there twice.")]
    refused: Annotated[int, Help("Lines that are left out.")]

    def behind(self, line: Translatable) -> Translatable:
        """The same behind the numbers."""
        people = so_many(self.people)
        line = tr("{line}; on the list {file}: {people}", line=line, file=str(self.file), people=people)
        if self.twice:
            line = tr("{line}, lines twice: {number}", line=line, number=f"{self.twice:,}")
        if self.refused:
            line = tr("{line}, lines left out: {number}", line=line, number=f"{self.refused:,}")
        return line


@dataclass(frozen=True, slots=True)
class AudienceRow:
    """An audience, and how many are in it now, by channel."""

    audience: str
    title: str
    people: Annotated[Mapping[str, AudienceCount], Help("`about`: an estimate, of many contacts.")]
    listed: AudienceFile | None

    def line(self) -> Translatable:
        """All of it."""
        called = tr("{name} ({title})", name=self.audience, title=self.title) if self.title else self.audience
        numbers = row(_count(channel, count, len(self.people)) for channel, count in self.people.items())
        line = tr("{name}: {numbers}", name=called, numbers=numbers)
        return line if self.listed is None else self.listed.behind(line)


def _count(channel: str, count: AudienceCount, channels: int) -> TranslatableValue:
    """With the account where there are several."""
    people = so_many(count.people)
    if count.about:
        unit = unit_of(count.people)
        people = tr("≈ {number} people", number=f"{round(count.people / unit) * unit:,}")
    return people if channels == 1 else tr("{channel} {people}", channel=channel, people=people)


@dataclass(frozen=True, slots=True)
class AudienceList:
    """Everybody, then the audiences of the playbook."""

    audiences: Sequence[AudienceRow]
    friends_so_far: Annotated[
        Mapping[str, AudienceCount], Help("Of each channel whose list of friends was never read whole.")
    ]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        yield from (one.line() for one in self.audiences)
        yield from known_lines(self.friends_so_far)


@dataclass(frozen=True, slots=True)
class AudienceEstimates:
    """How many people are in one, by channel."""

    people: Annotated[Mapping[str, AudienceCount], Help("`about`: an estimate, of many contacts.")]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        for channel, count in self.people.items():
            yield tr("{channel}: {people}", channel=channel, people=_count(channel, count, 1))


@dataclass(frozen=True, slots=True)
class AudienceFigures:
    """How many people are in one at this moment, counted, by channel."""

    audience: str
    at: datetime
    people: Mapping[str, int]
    without: Annotated[
        Mapping[str, Mapping[WhyLeftOut, int]], Help("Who would be in it, and can be sent nothing.")
    ]
    limited: Annotated[Mapping[str, int], Help("Of them, who had as many pushes as `limits` allow.")]
    estimate: Annotated[Mapping[str, AudienceEstimate], Help("What it was counted after, of many contacts.")]
    friends_so_far: Annotated[
        Mapping[str, AudienceCount], Help("Of each channel whose list of friends was never read whole.")
    ]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        for channel, number in self.people.items():
            yield tr("{channel}: {people}", channel=channel, people=so_many(number))
        for channel, by_reason in self.without.items():
            for why, number in by_reason.items():
                if number:
                    people = _left_out(why, so_many(number))
                    yield tr("{channel}: not among them {people}", channel=channel, people=people)
        for channel, number in self.limited.items():
            if number:
                yield tr(
                    "{channel}: of them {people} had as many pushes as `limits` allow just now",
                    channel=channel,
                    people=so_many(number),
                )
        yield from known_lines(self.friends_so_far)


@dataclass(frozen=True, slots=True)
class ListedAudienceMember:
    """Somebody who is in it, as they are on a channel."""

    channel: Annotated[str, Column(tr("channel"))]
    contact: Annotated[ContactRef, Column(tr("contact"))]
    name: Annotated[ContactName, Column(tr("name"))]
    phone: Annotated[str | None, Column(tr("phone")), Help("Masked.")]
    member_no: Annotated[str | None, Column(tr("member number")), Help("Masked.")]


@dataclass(frozen=True, slots=True)
class ListedAudience:
    """The first of them, channel by channel."""

    people: Annotated[Sequence[ListedAudienceMember], Table(tr("nobody is in it"))]
    more: Annotated[bool, Help("There are others: ask for more.")]

    def lines(self, at: Clock) -> Iterator[Translatable | TextTable]:
        yield table_of(self.people) if self.people else tr("nobody is in it")
        if self.more:
            yield tr("there are more: write  --most N, or  oaflow audience export")


@dataclass(frozen=True, slots=True)
class AudienceDaySize:
    """An audience of a channel on a day."""

    day: Annotated[str, Column(tr("day"))]
    audience: Annotated[str, Column(tr("audience"))]
    channel: Annotated[str, Column(tr("channel"))]
    people: Annotated[int, Column(tr("people"))]


@dataclass(frozen=True, slots=True)
class AudienceHistory:
    """By day."""

    days: Annotated[Sequence[AudienceDaySize], Table(tr("no audience is counted by day"))]


def _left_out(why: WhyLeftOut, people: Translatable) -> Translatable:
    match why:
        case "blocked":
            return tr("{people} who blocked the account", people=people)
        case "stopped":
            return tr("{people} wanting no marketing", people=people)
        case "not_agreed":
            return tr("{people} who have not agreed to marketing", people=people)
        case "not_here":
            return tr("{people} without LINE, known from a shop or a list", people=people)


@operation("audiences.list", roles=TEAM)
async def list_audiences(call: OperationCall) -> AudienceList:
    """The audiences of the playbook, and how many people are in each now."""
    playbook, stores = call.playbook, call.stores
    everyone = await counts_of(stores, playbook, target_audience(playbook, EVERYONE))
    rows = [AudienceRow(EVERYONE, "", everyone, None)]
    for name, one in playbook.audiences.items():
        counted = await counts_of(stores, playbook, target_audience(playbook, name))
        rows.append(AudienceRow(name, one.title, counted, _file(one)))
    return AudienceList(rows, await friends_so_far(stores, playbook.channels))


def _file(one: Audience) -> AudienceFile | None:
    if one.people is None:
        return None
    return AudienceFile(one.csv, one.people.column, len(one.people.entries), one.twice, one.refused)


@operation("audiences.estimate", roles=TEAM, goes_by="drafts", example="everyone")
async def estimate_audience(call: OperationCall, audience: OptionalAudience = EVERYONE) -> AudienceEstimates:
    """How many people are in one now, by channel; of many contacts about how many."""
    meant = target_audience(call.playbook, audience)
    return AudienceEstimates(await counts_of(call.stores, call.playbook, meant))


@operation("audiences.size", roles=TEAM, goes_by="drafts", example="everyone")
async def audience_size(call: OperationCall, audience: OptionalAudience = EVERYONE) -> AudienceFigures:
    """How many people are in one now, counted, by channel; and who is not, as nothing can be sent to them."""
    playbook, stores = call.playbook, call.stores
    meant = target_audience(playbook, audience)
    estimate = await estimate_of(stores, playbook, meant)
    for channel, one in estimate.items():
        call.at_once(_about(channel, one))
    found = await size_of(stores, playbook, meant)
    return AudienceFigures(
        *(audience, found.at, found.people, await left_out_of(stores, playbook, meant)),
        limited=await limited_in(stores, playbook, meant),
        estimate=estimate,
        friends_so_far=await friends_so_far(stores, meant.channels),
    )


def _about(channel: str, estimate: AudienceEstimate) -> Translatable:
    unit = unit_of(estimate.high)
    return tr(
        "{channel}: ≈ {people} people ({low} to {high}, {sure} sure: {some} contacts were looked at);"
        " now all are counted",
        channel=channel,
        people=f"{round(estimate.people / unit) * unit:,}",
        low=f"{estimate.low // unit * unit:,}",
        high=f"{ceil(estimate.high / unit) * unit:,}",
        sure=f"{SURE:.0%}",
        some=f"{estimate.looked_at:,}",
    )


@operation("audiences.people", goes_by="drafts", example="everyone --most 20")
async def list_audience_members(
    call: OperationCall, audience: AudienceName, most: ShownMembers = 100
) -> ListedAudience:
    """Who is in an audience, phones masked."""
    found: list[ListedAudienceMember] = []
    entry = AuditEntry("audience_listed", call.by, call.now, audience)
    async with audited(call.stores, entry) as doing:
        async for one in people_in(call.stores, call.playbook, target_audience(call.playbook, audience)):
            found.append(_member(one))
            if len(found) > most:
                break
        doing.update(after=f"{len(found[:most])}")
    return ListedAudience(found[:most], len(found) > most)


def _member(one: InAudience) -> ListedAudienceMember:
    contact = one.contact.contact
    return ListedAudienceMember(
        *(one.identity.channel, ContactRef(contact.id), ContactName(contact.name or "")),
        None if contact.phone is None else national(contact.phone),
        contact.member_no,
    )


@operation("audiences.by_day")
async def audiences_by_day(call: OperationCall) -> AudienceHistory:
    """How many people were in each audience on the days that are counted, of 90."""
    days = await sizes_by_day(call.stores, call.playbook, call.now)
    return AudienceHistory(
        [
            AudienceDaySize(one.day, name, channel, people)
            for one in days
            for (name, channel), people in one.people.items()
        ]
    )
