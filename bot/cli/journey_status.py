"""`oaflow journey status`: how each journey stands, why, and who is in it (requirement H6)."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cli.answer import show_answer
from bot.cli.database import OpenDatabase
from bot.cli.graph import NoSuchFlow, flow_of
from bot.cli.language import language
from bot.cli.on_database import on_database
from bot.cli.waiting_told import with_waiting
from bot.cli.whose_people import now_among, whose_people
from bot.engine.flow import Flow
from bot.engine.journey_state import JourneyState, State, channels_of, journeys, state_of
from bot.engine.playbook import Playbook
from bot.model.count import Here
from bot.model.said import Said, say
from bot.model.settings import Settings
from bot.store.quotas import QuotaFigure

STATES: Mapping[State, Said] = {
    "live": say("live"),
    "closed": say("closed"),
    "paused": say("paused"),
    "stopped": say("stopped"),
}
_WHY = {
    "its time has not come": say("its time has not come"),
    "its time is over": say("its time is over"),
    "its time is over, then: stopped": say("its time is over, then: stopped"),
}
"""What is no line of the playbook, as `state_of` tells it."""


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

    def lines(self, zone: ZoneInfo) -> Iterator[Said]:
        """For people."""
        here = say("{number} people", number=f"{self.people:,}") if self.people != 1 else say("1 person")
        people = with_waiting(here, self.held)
        yield say("  {channel}: {state}; {people}", channel=self.channel, state=self._state(), people=people)
        if self.stands.state == "live" and self.quota is not None and self.quota.left == 0:
            at = f"{self.quota.at.astimezone(zone):%Y-%m-%d %H:%M}"
            yield say(
                "    the month's messages are used up (asked {at}): who is to be pushed to waits", at=at
            )

    def _state(self) -> Said:
        stands, state = self.stands, STATES[self.stands.state]
        if not stands.why:
            return state
        why = _WHY.get(stands.why) or stands.why
        if stands.place is None:
            return say("{state}, {why}", state=state, why=why)
        place = f"{stands.place.file}:{stands.place.line}"
        return say("{state}, {why} ({place})", state=state, why=why, place=place)


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

    def lines(self, zone: ZoneInfo) -> Iterator[Said]:
        """For people; moments by the clock of the team."""
        yield say("{name}  {title}", name=self.flow.name, title=self.flow.title)
        for one in self.channels:
            yield from one.lines(zone)
        if (most := self.flow.max_total) is not None:
            number, cap = f"{self.pushes:,}", f"{most:,}"
            if self.pushes >= most:
                yield say("  {number} of {cap} pushes, its cap: nobody is pushed to", number=number, cap=cap)
            else:
                yield say("  {number} of {cap} pushes", number=number, cap=cap)


async def journey_status(folder: Path, name: str | None, *, for_programs: bool) -> int:
    """Print how a flow stands, or every journey; the exit code."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        flows = list(journeys(playbook)) if name is None else [flow_of(playbook, name)]
        found = await _look(opened, playbook, flows)
        words = language(None, os.environ)
        said = [line for one in found for line in one.lines(playbook.zone)]
        lines = [words.text(line) for line in said or [say("the playbook has no journey")]]
        show_answer([one.told() for one in found], lines, for_programs=for_programs)

    return await on_database(folder, work, NoSuchFlow)


async def _look(opened: OpenDatabase, playbook: Playbook, flows: list[Flow]) -> list[_Journey]:
    people = await whose_people(opened)
    now = await now_among(people)
    counts, quotas = people.counts, await people.quotas.all()
    totals = await people.totals.of(flow.name for flow in flows)
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
