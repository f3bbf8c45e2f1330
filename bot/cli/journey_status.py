"""`oaflow journey status`: how each journey stands, why, and who is in it (requirement H6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.cli.answer import show_answer
from bot.cli.database import OpenDatabase
from bot.cli.graph import NoSuchFlow, flow_of
from bot.cli.on_database import on_database
from bot.cli.whose_people import whose_people
from bot.engine.flow import Flow
from bot.engine.journey_state import JourneyState, channels_of, journeys, state_of
from bot.engine.playbook import Playbook
from bot.model.count import Here
from bot.model.settings import Settings
from bot.store.counts import Counts
from bot.store.quotas import QuotaFigure, QuotaFigures
from bot.store.totals import Totals


@dataclass(frozen=True, slots=True)
class _OnChannel:
    """A journey on one of its channels: how it stands, who is in it, and what LINE last told of messages."""

    channel: str
    stands: JourneyState
    people: int
    held: Mapping[str, int]
    quota: QuotaFigure | None

    def told(self) -> dict[str, object]:
        """For programs."""
        quota, place = self.quota, self.stands.place
        return {
            "channel": self.channel,
            "state": self.stands.state,
            "why": self.stands.why or None,
            "place": None if place is None else place.text,
            "people": self.people,
            "held": dict(self.held),
            "quota": None if quota is None else {"left": quota.left, "at": quota.at},
        }

    def lines(self) -> Iterator[str]:
        """For people."""
        held = ", ".join(f"{number:,} held: {why}" for why, number in self.held.items())
        people = f"{self.people:,} people" if self.people != 1 else "1 person"
        yield f"  {self.channel}: {self._state()}; {people}" + (f" ({held})" if held else "")
        if self.stands.state == "live" and self.quota is not None and self.quota.left == 0:
            at = f"{self.quota.at.astimezone():%Y-%m-%d %H:%M}"
            yield f"    the month's messages are used up (asked {at}): who is to be pushed to waits"

    def _state(self) -> str:
        stands = self.stands
        where = "" if stands.place is None else f" ({stands.place.file}:{stands.place.line})"
        return f"{stands.state}, {stands.why}{where}" if stands.why else stands.state


@dataclass(frozen=True, slots=True)
class _Journey:
    flow: Flow
    pushes: int
    channels: list[_OnChannel]

    def told(self) -> dict[str, object]:
        """For programs."""
        return {
            "flow": self.flow.name,
            "title": self.flow.title,
            "pushes": None if self.flow.max_total is None else self.pushes,
            "max_pushes": self.flow.max_total,
            "channels": [one.told() for one in self.channels],
        }

    def lines(self) -> Iterator[str]:
        """For people."""
        yield f"{self.flow.name}  {self.flow.title}"
        for one in self.channels:
            yield from one.lines()
        if self.flow.max_total is not None:
            full = ", its cap: nobody is pushed to" if self.pushes >= self.flow.max_total else ""
            yield f"  {self.pushes:,} of {self.flow.max_total:,} pushes{full}"


async def journey_status(folder: Path, name: str | None, *, for_programs: bool) -> int:
    """Print how a flow stands, or every journey; the exit code."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        flows = list(journeys(playbook)) if name is None else [flow_of(playbook, name)]
        found = await _look(opened, playbook, flows)
        lines = [line for one in found for line in one.lines()] or ["the playbook has no journey"]
        show_answer([one.told() for one in found], lines, for_programs=for_programs)

    return await on_database(folder, work, NoSuchFlow)


async def _look(opened: OpenDatabase, playbook: Playbook, flows: list[Flow]) -> list[_Journey]:
    database, now = await whose_people(opened), datetime.now(UTC)
    counts, quotas = Counts(database), await QuotaFigures(database).all()
    totals = await Totals(database).of(flow.name for flow in flows)
    found = []
    for flow in flows:
        here = await counts.here(flow.name)
        channels = dict.fromkeys([*channels_of(playbook, flow), *(one.channel for one in here)])
        on = [_on_channel(playbook, flow, name, here, quotas, now) for name in channels]
        found.append(_Journey(flow, totals.get(flow.name, 0), on))
    return found


def _on_channel(
    playbook: Playbook,
    flow: Flow,
    channel: str,
    here: list[Here],
    quotas: Mapping[str, QuotaFigure],
    now: datetime,
) -> _OnChannel:
    there = playbook.flow(flow.name, channel) or flow
    people, held = 0, Counter[str]()
    for one in here:
        if one.channel == channel:
            people += one.number
            if one.held is not None:
                held[one.held] += one.number
    return _OnChannel(channel, state_of(playbook, there, channel, now), people, held, quotas.get(channel))
