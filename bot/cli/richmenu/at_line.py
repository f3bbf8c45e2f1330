"""`oaflow richmenu plan|sync|relink`: LINE's rich menus, and how they become what the playbook says."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from yarl import URL

from bot.app.addresses import line_api, line_data_api, public_address
from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.on_database import Work, on_database
from bot.engine.playbook import Playbook
from bot.model.said import Language, Said, row, say
from bot.model.settings import Settings
from bot.operations import menus
from bot.operations.menus import MenuPlan, MenusAtLine, MenusRefused, NotSet
from bot.runtime.menus.menu_pictures import PictureGone
from bot.runtime.menus.menu_plan import PlanStep
from bot.runtime.menus.menu_sync import Synced, SyncFailed
from bot.store.stores import Stores

SIMULATED = "/simulator/line"
"""How the address of a simulator's LINE ends: its mappings lie in the database of its pretend people."""


async def plan(folder: Path, channel: str | None, *, for_programs: bool, words: Language) -> int:
    """Print what a sync would do; exit 0 also where that is something."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        plans = await menus.plan(await _at_line(opened, playbook, settings), channel)
        lines = [words.text(line) for one in plans for line in _plan_lines(one)]
        show_answer({"channels": list(map(_planned, plans))}, lines, for_programs=for_programs)

    return await _on_database(folder, work, words)


async def sync(folder: Path, channel: str | None, *, for_programs: bool, words: Language) -> int:
    """Make LINE's menus what they are to be, with a line on stderr for each step; exit 1 where some wait."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        done = await menus.sync(
            await _at_line(opened, playbook, settings), channel, partial(_progress, words)
        )
        told = {"channels": [_synced(name, synced) for name, synced in done.items()]}
        lines = [
            words.text(
                say("{name}: done", name=name) if synced.changed else say("{name}: nothing to do", name=name)
            )
            for name, synced in done.items()
            if not synced.waiting
        ]
        show_answer(told, lines, for_programs=for_programs)
        if waits := [_until(name, synced, playbook) for name, synced in done.items() if synced.waiting]:
            raise MenusRefused(say("{lines}", lines="\n".join(map(words.text, waits))))

    return await _on_database(folder, work, words)


async def relink(folder: Path, channel: str | None, *, for_programs: bool, words: Language) -> int:
    """Have everybody's menu linked anew, by the process that runs the playbook."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        names = await menus.relink(await _stores(opened, line_api(os.environ)), settings, channel)
        anew = [say("{name}: everybody is linked anew by the oaflow that runs", name=name) for name in names]
        lines = [words.text(line) for line in anew]
        show_answer({"channels": names}, lines, for_programs=for_programs)

    return await _on_database(folder, work, words)


# -- what each of them needs


async def _on_database(folder: Path, work: Work, words: Language) -> int:
    """As `on_database`; of a channel that lacks something, also how another one is named."""

    async def hinting(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        try:
            await work(opened, playbook, settings)
        except NotSet as error:
            said = say("{why},  or name another channel with  --channel", why=error.said)
            raise MenusRefused(said) from error

    return await on_database(folder, hinting, MenusRefused, SyncFailed, PictureGone, words=words)


async def _at_line(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> MenusAtLine:
    api, data_api = line_api(os.environ), line_data_api(os.environ)
    stores = await _stores(opened, api)
    return MenusAtLine(as_the_world_sees_it(playbook), settings, stores, api, data_api)


async def _stores(opened: OpenDatabase, api: str) -> Stores:
    """Where the mappings lie: those of a simulator beside its people."""
    if not URL(api).path.rstrip("/").endswith(SIMULATED):
        return opened.stores
    pretend = (await opened.everywhere())[1:]
    if len(pretend) != 1:
        raise MenusRefused(
            say(
                "OAFLOW_LINE_API names a simulator, and {number} run on this playbook: one is needed, "
                "started in this folder",
                number=len(pretend),
            )
        )
    return pretend[0]


def as_the_world_sees_it(playbook: Playbook) -> Playbook:
    """The playbook with our own address, as the server has it that LINE's users reach."""
    return replace(playbook, public=_public(os.environ))


def _public(environment: Mapping[str, str]) -> str:
    """Our own address; a simulator's is its own, empty where nobody has told it."""
    told = public_address(environment)
    api = URL(line_api(environment))
    return str(api.origin()) if not told and api.path.endswith(SIMULATED) else told


# -- how it is told


def _progress(words: Language, step: Said) -> None:
    sys.stderr.write(f"{words.text(step)}\n")


def _planned(one: MenuPlan) -> dict[str, Any]:
    steps = [{"do": step.does, "what": step.what} for step in one.plan.steps()]
    not_counted = [{"area": area, "why": why} for area, why in one.uncounted]
    return {"channel": one.channel, "steps": steps, "foreign": one.plan.foreign, "uncounted": not_counted}


def _plan_lines(one: MenuPlan) -> list[Said]:
    name, todo = one.channel, one.plan
    lines = [_step(step) for step in todo.steps()]
    if todo.foreign:
        lines.append(say("  {number} menus that oaflow has not made stay as they are", number=todo.foreign))
    lines += [
        say("  taps on {area} are not counted: {why}", area=area, why=WHY_UNCOUNTED[why])
        for area, why in one.uncounted
    ]
    head = say("{name}: nothing to do", name=name) if todo.is_empty else say("{name}:", name=name)
    return [head, *lines]


def _step(step: PlanStep) -> Said:
    """A step of a plan, its verb in a column of its own; what it is about has names and files."""
    for start, made in _ABOUT:
        if step.what.startswith(start):
            return say("  {does} {what}", does=_DOES[step.does], what=made(step.what.removeprefix(start)))
    if step.does == "alias":
        alias, _, label = step.what.partition(" for ")
        what = say("{alias} for {label}", alias=alias, label=label)
        return say("  {does} {what}", does=_DOES[step.does], what=what)
    what = say("none") if step.what == "none" else say("{name}", name=step.what)
    return say("  {does} {what}", does=_DOES[step.does], what=what)


_DOES = {
    "create": say("create  "),
    "upload": say("upload  "),
    "alias": say("alias   "),
    "default": say("default "),
    "move": say("move    "),
    "delete": say("delete  "),
    "later": say("later   "),
}
_ABOUT: tuple[tuple[str, Callable[[str], Said]], ...] = (
    ("whoever has an older ", lambda label: say("whoever has an older {label}", label=label)),
    ("alias ", lambda alias: say("alias {alias}", alias=alias)),
    ("an older ", lambda label: say("an older {label}", label=label)),
)
WHY_UNCOUNTED = {
    "LINE tells nobody that a text was copied": say("LINE tells nobody that a text was copied"),
    "LINE and the phone open this address themselves, and tell nobody": say(
        "LINE and the phone open this address themselves, and tell nobody"
    ),
    "OAFLOW_PUBLIC_URL is not set": say("OAFLOW_PUBLIC_URL is not set"),
}


def _synced(name: str, synced: Synced) -> dict[str, Any]:
    return {
        "channel": name,
        "changed": synced.changed,
        "waiting": list(map(str, synced.waiting)),
        "again": synced.again,
    }


def _until(name: str, synced: Synced, playbook: Playbook) -> Said:
    waiting = row(synced.waiting)
    if synced.again is None:
        return say("{name}: {waiting}", name=name, waiting=waiting)
    at = f"{synced.again.astimezone(playbook.zone):%H:%M}"
    return say("{name}: {waiting}; run it again at {at}", name=name, waiting=waiting, at=at)
