"""`oaflow richmenu plan|sync|relink`: LINE's rich menus, and how they become what the playbook says."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from yarl import URL

from bot.app.addresses import line_api, line_data_api, public_address
from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.language import language
from bot.cli.on_database import on_database
from bot.engine.menu_counts import uncounted
from bot.engine.menu_face import default_menu, faces_of
from bot.engine.playbook import Playbook
from bot.line.client import LineClient
from bot.line.http_call import new_session
from bot.model.channel import Channel
from bot.model.clock import SystemClock
from bot.model.said import Quoted, Refusal, Said, row, say
from bot.model.settings import Settings
from bot.runtime.menu_ids import LOOK
from bot.runtime.menu_pictures import PictureGone, pictures_in
from bot.runtime.menu_plan import Plan, Step
from bot.runtime.menu_sync import MenuSync, Synced, SyncFailed, Wanted
from bot.store.stores import Stores

SIMULATED = "/simulator/line"
"""How the address of a simulator's LINE ends: its mappings lie in the database of its pretend people."""


class RichMenuRefused(Refusal):
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
        live = as_the_world_sees_it(playbook)
        whys = {name: list(uncounted(live, name)) for name in plans}
        told = {"channels": [_planned(name, todo, whys[name]) for name, todo in plans.items()]}
        words = language(None, os.environ)
        said = [line for name, todo in plans.items() for line in _plan_lines(name, todo, whys[name])]
        lines = [words.text(line) for line in said]
        show_answer(told, lines, for_programs=for_programs)

    return await on_database(folder, work, RichMenuRefused, SyncFailed)


async def sync(folder: Path, channel: str | None, *, for_programs: bool) -> int:
    """Make LINE's menus what they are to be, with a line on stderr for each step; exit 1 where some wait."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        async with _accounts(opened, playbook, settings, channel, tell=_progress) as accounts:
            done = {account.name: await account.sync.run(account.wanted) for account in accounts}
        told = {"channels": [_synced(name, synced) for name, synced in done.items()]}
        words = language(None, os.environ)
        lines = [
            words.text(
                say("{name}: done", name=name) if synced.changed else say("{name}: nothing to do", name=name)
            )
            for name, synced in done.items()
            if not synced.waiting
        ]
        show_answer(told, lines, for_programs=for_programs)
        if waits := [_until(name, synced, playbook) for name, synced in done.items() if synced.waiting]:
            raise RichMenuRefused(say("{lines}", lines="\n".join(map(words.text, waits))))

    return await on_database(folder, work, RichMenuRefused, SyncFailed, PictureGone)


async def relink(folder: Path, channel: str | None, *, for_programs: bool) -> int:
    """Have everybody's menu linked anew, by the process that runs the playbook."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        people = (await _stores(opened, line_api(os.environ))).menu_people
        names = _channels(settings, channel)
        for name in names:
            await people.ask(name)
        words = language(None, os.environ)
        anew = [say("{name}: everybody is linked anew by the oaflow that runs", name=name) for name in names]
        lines = [words.text(line) for line in anew]
        show_answer({"channels": names}, lines, for_programs=for_programs)

    return await on_database(folder, work, RichMenuRefused)


# -- what each of them needs


@asynccontextmanager
async def _accounts(
    opened: OpenDatabase,
    playbook: Playbook,
    settings: Settings,
    channel: str | None,
    tell: Callable[[Said], None] = lambda line: None,
) -> AsyncIterator[list[_Account]]:
    """The channels that are meant, each with its LINE, as long as this lasts."""
    names = _channels(settings, channel)
    for name in names:
        _refuse_half(settings.channels[name])
    environment = os.environ
    clock, now = SystemClock(), SystemClock().now()
    mappings = (await _stores(opened, line_api(environment))).rich_menus
    live = as_the_world_sees_it(playbook)
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
        names = row(settings.channels)
        raise RichMenuRefused(
            say("the playbook has no channel {name}: it has {names}", name=Quoted(channel), names=names)
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
            say(
                "{name}: {lacking} not set; set the variables that bot.yaml names there, as for  "
                "oaflow run,  or name another channel with  --channel",
                name=account.name,
                lacking=row(lacking, "and"),
            )
        )


async def _stores(opened: OpenDatabase, api: str) -> Stores:
    """Where the mappings lie: those of a simulator beside its people."""
    if not URL(api).path.rstrip("/").endswith(SIMULATED):
        return opened.stores
    pretend = (await opened.everywhere())[1:]
    if len(pretend) != 1:
        raise RichMenuRefused(
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


def _progress(step: Said) -> None:
    sys.stderr.write(f"{language(None, os.environ).text(step)}\n")


def _planned(name: str, todo: Plan, whys: Sequence[tuple[str, str]]) -> dict[str, Any]:
    steps = [{"do": step.does, "what": step.what} for step in todo.steps()]
    not_counted = [{"area": area, "why": why} for area, why in whys]
    return {"channel": name, "steps": steps, "foreign": todo.foreign, "uncounted": not_counted}


def _plan_lines(name: str, todo: Plan, whys: Sequence[tuple[str, str]]) -> list[Said]:
    lines = [_step(step) for step in todo.steps()]
    if todo.foreign:
        lines.append(say("  {number} menus that oaflow has not made stay as they are", number=todo.foreign))
    lines += [
        say("  taps on {area} are not counted: {why}", area=area, why=WHY_UNCOUNTED[why])
        for area, why in whys
    ]
    head = say("{name}: nothing to do", name=name) if todo.is_empty else say("{name}:", name=name)
    return [head, *lines]


def _step(step: Step) -> Said:
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
