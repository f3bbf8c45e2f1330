"""`oaflow richmenu counts`: how often each area of the rich menus was tapped (G5)."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.language import language
from bot.cli.on_database import on_database
from bot.cli.richmenu.at_line import WHY_UNCOUNTED, as_the_world_sees_it
from bot.cli.whose_people import whose_people
from bot.engine.menu import Area, Tab
from bot.engine.menu_counts import counts_what_is_typed, why_not_counted
from bot.engine.playbook import Playbook
from bot.model.count import Count
from bot.model.said import Said, say
from bot.model.settings import Settings
from bot.operations.journeys import flow_counts

NO_FLOW = ""


async def richmenu_counts(folder: Path, days: int, *, for_programs: bool) -> int:
    """Print the taps of the last days, today among them; the exit code."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        found = await flow_counts(await whose_people(opened), playbook, NO_FLOW, days)
        live = as_the_world_sees_it(playbook)
        told = {
            "since": found.since,
            "taps": [_record(count) for count in found.counts],
            "or_typed": [area.tap.key for area in _all(live) if counts_what_is_typed(area.tap)],
            "uncounted": [
                {"tap": area.tap.key, "why": why}
                for area in _all(live)
                if (why := _why_nowhere(live, area)) is not None
            ],
        }
        words = language(None, os.environ)
        said = map(words.text, lines(live, found.since, found.counts))
        show_answer(told, said, for_programs=for_programs)

    return await on_database(folder, work)


def _record(count: Count) -> dict[str, object]:
    (tap,) = count.mark.about
    return {"day": count.day, "channel": count.mark.channel, "tap": tap, "number": count.number}


def lines(playbook: Playbook, since: str, counts: Sequence[Count]) -> Iterator[Said]:
    """For people: the areas of each tab with their taps, then those of areas that are gone."""
    taps = Counter[str]()
    for count in counts:
        taps[count.mark.about[0]] += count.number
    yield say("taps since {since}", since=since)
    for menu in playbook.menus:
        for tab in menu.tabs.values():
            with_tab = say("{menu}, tab {tab}", menu=menu.name, tab=tab.name)
            yield say("{name}", name=menu.name) if len(menu.tabs) == 1 else with_tab
            yield from _areas(playbook, tab, taps)
    gone = {key: number for key, number in taps.items() if key not in playbook.menu_taps}
    if gone:
        yield say("areas that are gone")
        yield from (say("  {area}: {number}", area=key, number=f"{number:,}") for key, number in gone.items())


def _areas(playbook: Playbook, tab: Tab, taps: Counter[str]) -> Iterator[Said]:
    for area in tab.areas:
        number, why = taps[area.tap.key], _why_nowhere(playbook, area)
        if why is not None and not number:
            yield say("  {area}: not counted: {why}", area=area.name, why=WHY_UNCOUNTED[why])
            continue
        line = say("  {area}: {number}", area=area.name, number=f"{number:,}")
        typed = say("{line} (tapped or typed: LINE does not tell which)", line=line)
        yield typed if counts_what_is_typed(area.tap) else line


def _all(playbook: Playbook) -> Iterator[Area]:
    for menu in playbook.menus:
        for tab in menu.tabs.values():
            yield from tab.areas


def _why_nowhere(playbook: Playbook, area: Area) -> str | None:
    """Why the taps on an area are counted on no channel; `None` where they are on one."""
    whys = [why_not_counted(playbook, channel, area.tap) for channel in playbook.channels]
    return None if None in whys else next(iter(whys), None)
