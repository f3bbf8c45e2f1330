"""`oaflow richmenu counts`: how often each area of the rich menus was tapped (G5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.cli.answer import show_answer
from bot.cli.database import OpenDatabase
from bot.cli.flow_counts import flow_counts
from bot.cli.on_database import on_database
from bot.cli.richmenu import as_the_world_sees_it
from bot.engine.menu import Area, Tab
from bot.engine.menu_counts import counts_what_is_typed, why_not_counted
from bot.engine.playbook import Playbook
from bot.model.count import Count
from bot.model.settings import Settings

NO_FLOW = ""
OR_TYPED = " (tapped or typed: LINE does not tell which)"


async def richmenu_counts(folder: Path, days: int, *, for_programs: bool) -> int:
    """Print the taps of the last days, today among them; the exit code."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        found = await flow_counts(opened, playbook, NO_FLOW, days)
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
        show_answer(told, lines(live, found.since, found.counts), for_programs=for_programs)

    return await on_database(folder, work)


def _record(count: Count) -> dict[str, object]:
    (tap,) = count.mark.about
    return {"day": count.day, "channel": count.mark.channel, "tap": tap, "number": count.number}


def lines(playbook: Playbook, since: str, counts: Sequence[Count]) -> Iterator[str]:
    """For people: the areas of each tab with their taps, then those of areas that are gone."""
    taps = Counter[str]()
    for count in counts:
        taps[count.mark.about[0]] += count.number
    yield f"taps since {since}"
    for menu in playbook.menus:
        for tab in menu.tabs.values():
            yield menu.name if len(menu.tabs) == 1 else f"{menu.name}, tab {tab.name}"
            yield from _areas(playbook, tab, taps)
    gone = {key: number for key, number in taps.items() if key not in playbook.menu_taps}
    if gone:
        yield "areas that are gone"
        yield from (f"  {key}: {number:,}" for key, number in gone.items())


def _areas(playbook: Playbook, tab: Tab, taps: Counter[str]) -> Iterator[str]:
    for area in tab.areas:
        number, why = taps[area.tap.key], _why_nowhere(playbook, area)
        if why is not None and not number:
            yield f"  {area.name}: not counted: {why}"
        else:
            yield f"  {area.name}: {number:,}{OR_TYPED if counts_what_is_typed(area.tap) else ''}"


def _all(playbook: Playbook) -> Iterator[Area]:
    for menu in playbook.menus:
        for tab in menu.tabs.values():
            yield from tab.areas


def _why_nowhere(playbook: Playbook, area: Area) -> str | None:
    """Why the taps on an area are counted on no channel; `None` where they are on one."""
    whys = [why_not_counted(playbook, channel, area.tap) for channel in playbook.channels]
    return None if None in whys else next(iter(whys), None)
