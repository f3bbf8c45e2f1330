"""Audiences: which there are, and how many people are in each now (I1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from bot.engine.compiled.playbook import Audience, Playbook
from bot.model.admin import TEAM
from bot.model.answer_fields import Clock, Help
from bot.model.translatable import Translatable, TranslatableValue, row, tr
from bot.operations.audience_words import known_lines, so_many, unit_of
from bot.operations.audiences import EVERYONE, AudienceCount, counts_of, friends_so_far, target_audience
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import Name, PlaybookName


def _known(playbook: Playbook, name: str) -> str:
    target_audience(playbook, name)
    return name


AudienceName: TypeAlias = Annotated[
    Name,
    PlaybookName(_known),
    Help("an audience, or a broadcast (everyone)"),
]


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


@operation(
    "audiences.size",
    roles=TEAM,
    not_in={"command": "it shows the estimate first, then counts everybody, and says who is left out"},
)
async def audience_size(call: OperationCall, audience: AudienceName = EVERYONE) -> AudienceEstimates:
    """How many people are in one now, by channel; of many contacts about how many."""
    meant = target_audience(call.playbook, audience)
    return AudienceEstimates(await counts_of(call.stores, call.playbook, meant))
