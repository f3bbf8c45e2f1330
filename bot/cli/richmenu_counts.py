"""`oaflow richmenu counts`: how often each area of the rich menus was tapped (G5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.cli.answer import show_answer
from bot.cli.database import OpenDatabase
from bot.cli.flow_counts import flow_counts
from bot.cli.on_database import on_database
from bot.engine.menu import Area, Tab
from bot.engine.playbook import Playbook
from bot.model.count import Count
from bot.model.settings import Settings

NO_FLOW = ""
UNHEARD = ("uri", "clipboard")
"""Actions of which LINE tells nobody: https://developers.line.biz/en/reference/messaging-api/#action-objects"""


async def richmenu_counts(folder: Path, days: int, *, for_programs: bool) -> int:
    """Print the taps of the last days, today among them; the exit code."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        found = await flow_counts(opened, playbook, NO_FLOW, days)
        told = {"since": found.since, "taps": [_record(count) for count in found.counts]}
        show_answer(told, lines(playbook, found.since, found.counts), for_programs=for_programs)

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
            yield from _areas(tab, taps)
    gone = {key: number for key, number in taps.items() if key not in playbook.menu_taps}
    if gone:
        yield "areas that are gone"
        yield from (f"  {key}: {number:,}" for key, number in gone.items())


def _areas(tab: Tab, taps: Counter[str]) -> Iterator[str]:
    for area in tab.areas:
        known = _is_heard(area) or taps[area.tap.key]
        yield f"  {area.name}: {taps[area.tap.key]:,}" if known else f"  {area.name}: LINE tells nobody of it"


def _is_heard(area: Area) -> bool:
    """Whether its taps come to us: an address does where it is opened through our own."""
    action = area.tap.action
    return action["type"] not in UNHEARD or bool(area.tap.do)
