"""`oaflow richmenu plan|sync|relink`: LINE's rich menus, and how they become what the playbook says."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from yarl import URL

from bot.cli.answer import show_answer
from bot.cli.begun import line_api, line_data_api
from bot.cli.database import OpenDatabase
from bot.cli.on_database import on_database
from bot.engine.menu_face import default_menu, faces_of
from bot.engine.playbook import Playbook
from bot.line.client import LineClient
from bot.line.http_call import new_session
from bot.model.channel import Channel
from bot.model.clock import SystemClock
from bot.model.settings import Settings
from bot.runtime.menu_ids import LOOK
from bot.runtime.menu_pictures import PictureGone, pictures_in
from bot.runtime.menu_plan import Plan
from bot.runtime.menu_sync import MenuSync, Synced, SyncFailed, Wanted
from bot.store.menu_people import MenuPeople
from bot.store.mongo import Database
from bot.store.rich_menus import RichMenuMappings

PUBLIC_URL = "OAFLOW_PUBLIC_URL"
SIMULATED = "/simulator/line"
"""How the address of a simulator's LINE ends: its mappings lie in the database of its pretend people."""


class RichMenuRefused(Exception):
    """It cannot be done, or is not done yet; the text says why."""


@dataclass(frozen=True, slots=True)
class _Account:
    """A channel with its LINE, and what it is to have there."""

    name: str
    sync: MenuSync
    wanted: Wanted


async def plan(folder: Path, channel: str | None, *, for_programs: bool) -> int:
    """Print what a sync would do; exit 0 also where that is something."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        async with _accounts(opened, playbook, settings, channel) as accounts:
            plans = {account.name: await account.sync.plan(account.wanted) for account in accounts}
        told = {"channels": [_planned(name, todo) for name, todo in plans.items()]}
        lines = [line for name, todo in plans.items() for line in _plan_lines(name, todo)]
        show_answer(told, lines, for_programs=for_programs)

    return await on_database(folder, work, RichMenuRefused, SyncFailed)


async def sync(folder: Path, channel: str | None, *, for_programs: bool) -> int:
    """Make LINE's menus what they are to be, with a line on stderr for each step; exit 1 where some wait."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        async with _accounts(opened, playbook, settings, channel, tell=_progress) as accounts:
            done = {account.name: await account.sync.run(account.wanted) for account in accounts}
        told = {"channels": [_synced(name, synced) for name, synced in done.items()]}
        lines = [
            f"{name}: {'done' if synced.changed else 'nothing to do'}"
            for name, synced in done.items()
            if not synced.waiting
        ]
        show_answer(told, lines, for_programs=for_programs)
        if waits := [_until(name, synced, playbook) for name, synced in done.items() if synced.waiting]:
            raise RichMenuRefused("\n".join(waits))

    return await on_database(folder, work, RichMenuRefused, SyncFailed, PictureGone)


async def relink(folder: Path, channel: str | None, *, for_programs: bool) -> int:
    """Have everybody's menu linked anew, by the process that runs the playbook."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        people = MenuPeople(await _database(opened, line_api(os.environ)), opened.seal)
        names = _channels(settings, channel)
        for name in names:
            await people.ask(name)
        lines = [f"{name}: everybody is linked anew by the oaflow that runs" for name in names]
        show_answer({"channels": names}, lines, for_programs=for_programs)

    return await on_database(folder, work, RichMenuRefused)


# -- what each of them needs


@asynccontextmanager
async def _accounts(
    opened: OpenDatabase,
    playbook: Playbook,
    settings: Settings,
    channel: str | None,
    tell: Callable[[str], None] = lambda line: None,
) -> AsyncIterator[list[_Account]]:
    """The channels that are meant, each with its LINE, as long as this lasts."""
    names = _channels(settings, channel)
    for name in names:
        _refuse_half(settings.channels[name])
    environment = os.environ
    clock, now = SystemClock(), SystemClock().now()
    mappings = RichMenuMappings(await _database(opened, line_api(environment)))
    live = replace(playbook, public=_public(environment))
    clients: list[LineClient] = []
    async with new_session() as session:
        found = []
        for name in names:
            client = LineClient(
                settings.channels[name], line_api(environment), line_data_api(environment), session, clock
            )
            clients.append(client)
            steps = MenuSync(
                client.rich_menus,
                mappings,
                name,
                clock,
                pictures_in(lambda: settings.files),
                tell,
                until_known=lambda: clock.wait(2 * LOOK),
            )
            wanted = Wanted(faces_of(live, name, now), default_menu(live, name))
            found.append(_Account(name, steps, wanted))
        try:
            yield found
        finally:
            for client in clients:
                client.close()


def _channels(settings: Settings, channel: str | None) -> list[str]:
    """The channels that are meant. Raises `RichMenuRefused`."""
    if channel is not None and channel not in settings.channels:
        raise RichMenuRefused(
            f'the playbook has no channel "{channel}": it has {", ".join(settings.channels)}'
        )
    return list(settings.channels) if channel is None else [channel]


def _refuse_half(account: Channel) -> None:
    """Raise `RichMenuRefused` where a value is not set: without `liff_id` a menu's pages open nowhere."""
    may_speak = account.access_token or (account.channel_id and account.channel_secret)
    lacking = [] if may_speak else ["access_token"]
    if account.liff is not None and not account.liff.liff_id:
        lacking.append("liff_id")
    if lacking:
        raise RichMenuRefused(
            f"{account.name}: {' and '.join(lacking)} not set; set the variables that bot.yaml names there, "
            "as for  oaflow run,  or name another channel with  --channel"
        )


async def _database(opened: OpenDatabase, api: str) -> Database:
    """Where the mappings lie: those of a simulator beside its people."""
    if not URL(api).path.rstrip("/").endswith(SIMULATED):
        return opened.database
    pretend = (await opened.databases())[1:]
    if len(pretend) != 1:
        raise RichMenuRefused(
            f"OAFLOW_LINE_API names a simulator, and {len(pretend)} run on this playbook: "
            "one is needed, started in this folder"
        )
    return pretend[0]


def _public(environment: Mapping[str, str]) -> str:
    """Our own address as the server has it that LINE's users reach; a simulator's is its own."""
    told = environment.get(PUBLIC_URL, "").rstrip("/")
    api = URL(line_api(environment))
    return str(api.origin()) if not told and api.path.endswith(SIMULATED) else told


# -- how it is told


def _progress(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _planned(name: str, todo: Plan) -> dict[str, Any]:
    steps = [{"do": step.does, "what": step.what} for step in todo.steps()]
    return {"channel": name, "steps": steps, "foreign": todo.foreign}


def _plan_lines(name: str, todo: Plan) -> list[str]:
    lines = [f"  {step.does:8} {step.what}" for step in todo.steps()]
    if todo.foreign:
        lines.append(f"  {todo.foreign} menus that oaflow has not made stay as they are")
    return [f"{name}: nothing to do" if todo.is_empty else f"{name}:", *lines]


def _synced(name: str, synced: Synced) -> dict[str, Any]:
    return {
        "channel": name,
        "changed": synced.changed,
        "waiting": list(synced.waiting),
        "again": synced.again,
    }


def _until(name: str, synced: Synced, playbook: Playbook) -> str:
    again = (
        "" if synced.again is None else f"; run it again at {synced.again.astimezone(playbook.zone):%H:%M}"
    )
    return f"{name}: {'; '.join(synced.waiting)}{again}"
