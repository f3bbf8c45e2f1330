"""`oaflow richmenu counts`: how often each area of the rich menus was tapped (G5)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.figures_source import whose_people
from bot.cli.on_database import on_database
from bot.cli.own_address import as_they_know_it
from bot.model.counts import Count
from bot.model.translatable import Language, Translatable, tr
from bot.operations.menus import AreaTaps, MenuTaps, taps
from bot.playbook.valid import ValidPlaybook


def counts(wanted: Arguments, words: Language) -> int:
    """Print the taps of the last days, today among them; the exit code."""

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        people = await whose_people(opened, words)
        playbook = (await as_they_know_it(opened, served, people)).playbook
        found = await taps(people, playbook, wanted.days)
        told = {
            "since": found.since,
            "taps": [_record(count) for count in found.counts],
            "or_typed": [one.area.tap.key for one in found.areas if one.or_typed],
            "uncounted": [
                {"tap": one.area.tap.key, "why": str(one.uncounted)}
                for one in found.areas
                if one.uncounted is not None
            ],
        }
        show_answer(told, map(words.text, _lines(found)), for_programs=wanted.json)

    return on_database(wanted.playbook, work)


def _record(count: Count) -> dict[str, object]:
    (tap,) = count.mark.about
    return {"day": count.day, "channel": count.mark.channel, "tap": tap, "number": count.number}


def _lines(found: MenuTaps) -> Iterator[Translatable]:
    """For people: the areas of each tab with their taps, then those of areas that are gone."""
    yield tr("taps since {since}", since=found.since)
    for menu, areas in groupby(found.areas, lambda one: one.menu):
        tabs = {tab: list(of_tab) for tab, of_tab in groupby(areas, lambda one: one.tab)}
        for tab, of_tab in tabs.items():
            with_tab = tr("{menu}, tab {tab}", menu=menu, tab=tab)
            yield tr("{name}", name=menu) if len(tabs) == 1 else with_tab
            yield from map(_line, of_tab)
    if found.gone:
        yield tr("areas that are gone")
        yield from (
            tr("  {area}: {number}", area=key, number=f"{number:,}") for key, number in found.gone.items()
        )


def _line(one: AreaTaps) -> Translatable:
    if one.uncounted is not None and not one.taps:
        return tr("  {area}: not counted: {why}", area=one.area.name, why=one.uncounted)
    line = tr("  {area}: {number}", area=one.area.name, number=f"{one.taps:,}")
    typed = tr("{line} (tapped or typed: LINE does not tell which)", line=line)
    return typed if one.or_typed else line
