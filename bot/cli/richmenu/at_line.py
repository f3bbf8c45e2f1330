"""`oaflow richmenu plan|sync|relink`: LINE's rich menus, and how they become what the playbook says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from yarl import URL

from bot.app.addresses import line_api, line_data_api
from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.on_database import Work, on_database
from bot.cli.operator import commander
from bot.cli.own_address import SIMULATED, as_simulated, as_the_world_sees_it, only_simulator, simulator_of
from bot.cli.refusal import tell
from bot.cli.terminal_text import write_err
from bot.model.translatable import Language, Translatable, row, tr
from bot.operations import menus
from bot.operations.menus import DOES, MenuPlan, MenusAtLine, MenusRefused, NotSet
from bot.playbook.report import cells
from bot.playbook.valid import ValidPlaybook
from bot.runtime.menus.menu_plan import PlanStep
from bot.runtime.menus.menu_sync import Synced
from bot.store.stores import Stores

_WIDE = 8
"""Columns of what a step does."""


def plan(wanted: Arguments, words: Language) -> int:
    """Print what a sync would do; exit 0 also where that is something."""

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        plans = await menus.plan(await _at_line(opened, served, wanted, words), wanted.channel)
        lines = [line for one in plans for line in _plan_lines(one, words)]
        show_answer({"channels": list(map(_planned, plans))}, lines, for_programs=wanted.json)

    return _on_database(wanted.playbook, work)


def sync(wanted: Arguments, words: Language) -> int:
    """Make LINE's menus what they are to be, with a line on stderr for each step; exit 1 where some wait."""

    def show(step: Translatable) -> None:
        write_err(f"{words.text(step)}\n")

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        at_line = await _at_line(opened, served, wanted, words)
        done = await menus.sync(at_line, wanted.channel, commander(wanted.by), show)
        told = {"channels": [_synced(name, synced) for name, synced in done.items()]}
        lines = [
            words.text(
                tr("{name}: done", name=name) if synced.changed else tr("{name}: nothing to do", name=name)
            )
            for name, synced in done.items()
            if not synced.waiting
        ]
        show_answer(told, lines, for_programs=wanted.json)
        zone = served.playbook.zone
        if waits := [_until(name, synced, zone) for name, synced in done.items() if synced.waiting]:
            raise MenusRefused(tr("{lines}", lines="\n".join(map(words.text, waits))))

    return _on_database(wanted.playbook, work)


def relink(wanted: Arguments, words: Language) -> int:
    """Have everybody's menu linked anew, by the process that runs the playbook."""

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        at_line = await _at_line(opened, served, wanted, words)
        names = await menus.relink(at_line.stores, at_line.settings, wanted.channel, commander(wanted.by))
        anew = [tr("{name}: everybody is linked anew by the oaflow that runs", name=name) for name in names]
        show_answer({"channels": names}, map(words.text, anew), for_programs=wanted.json)

    return _on_database(wanted.playbook, work)


# -- what each of them needs


def _on_database(folder: Path, work: Work) -> int:
    """As `on_database`, at a simulator's LINE with the files that it plays; of a channel that lacks
    something, also how another one is named."""
    try:
        return on_database(folder, work, at_line=not _is_simulator(line_api(os.environ)))
    except NotSet as error:
        message = tr("{why},  or name another channel with  --channel", why=error.message)
        raise MenusRefused(message) from error


async def _at_line(
    opened: OpenDatabase, served: ValidPlaybook, wanted: Arguments, words: Language
) -> MenusAtLine:
    """LINE, as the environment names it; where the account is not set here, the running simulator's."""
    pretend = await only_simulator(opened)
    if pretend is not None and not _is_line_named() and menus.lacks(served.settings, wanted.channel):
        simulator = await simulator_of(pretend)
        found = as_simulated(wanted.playbook, simulator)
        tell(tr("these are the menus of the simulator that runs here"), words)
        return MenusAtLine(found.playbook, found.settings, pretend, simulator.line, simulator.line)
    api, data_api = line_api(os.environ), line_data_api(os.environ)
    stores = await _stores(opened, api)
    return MenusAtLine(as_the_world_sees_it(served.playbook), served.settings, stores, api, data_api)


def _is_line_named() -> bool:
    return bool(os.environ.get("OAFLOW_LINE_API"))


def _is_simulator(api: str) -> bool:
    return URL(api).path.rstrip("/").endswith(SIMULATED)


async def _stores(opened: OpenDatabase, api: str) -> Stores:
    """Where the mappings lie: those of a simulator beside its people."""
    if not _is_simulator(api):
        return opened.stores
    pretend = (await opened.everywhere())[1:]
    if len(pretend) != 1:
        raise MenusRefused(
            tr(
                "OAFLOW_LINE_API names a simulator, and {number} run on this playbook: one is needed, "
                "started in this folder",
                number=len(pretend),
            )
        )
    return pretend[0]


# -- how it is told


def _planned(one: MenuPlan) -> dict[str, Any]:
    steps = [{"do": step.does, "what": str(step.what)} for step in one.plan.steps()]
    not_counted = [{"area": area, "why": str(why)} for area, why in one.uncounted]
    return {"channel": one.channel, "steps": steps, "foreign": one.plan.foreign, "uncounted": not_counted}


def _plan_lines(one: MenuPlan, words: Language) -> Iterator[str]:
    name, todo = one.channel, one.plan
    head = tr("{name}: nothing to do", name=name) if todo.is_empty else tr("{name}:", name=name)
    yield words.text(head)
    yield from (_step(step, words) for step in todo.steps())
    if todo.foreign:
        others = tr("  {number} menus that oaflow has not made stay as they are", number=todo.foreign)
        yield words.text(others)
    for area, why in one.uncounted:
        yield words.text(tr("  taps on {area} are not counted: {why}", area=area, why=why))


def _step(step: PlanStep, words: Language) -> str:
    """What is done in a column of its own, then with what."""
    does = words.text(DOES[step.does])
    return f"  {does}{' ' * (_WIDE - cells(does))} {words.text(step.what)}"


def _synced(name: str, synced: Synced) -> dict[str, Any]:
    return {
        "channel": name,
        "changed": synced.changed,
        "waiting": list(map(str, synced.waiting)),
        "again": synced.again,
    }


def _until(name: str, synced: Synced, zone: ZoneInfo) -> Translatable:
    waiting = row(synced.waiting)
    if synced.again is None:
        return tr("{name}: {waiting}", name=name, waiting=waiting)
    at = f"{synced.again.astimezone(zone):%H:%M}"
    return tr("{name}: {waiting}; run it again at {at}", name=name, waiting=waiting, at=at)
