"""`oaflow richmenu`: LINE's rich menus, their pictures, and how often they are tapped."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from yarl import URL

from bot.app.addresses import line_api, line_data_api
from bot.app.database import OpenDatabase
from bot.app.playbook_environment import environment_of, folder_of
from bot.cli.arguments import (
    Actions,
    Arguments,
    Run,
    actions_of,
    add_action,
    add_json,
    add_playbook,
    describe,
)
from bot.cli.declared import add_operations
from bot.cli.exit_codes import RIGHT
from bot.cli.menu_import import add_import_options, import_menus
from bot.cli.operator import add_by
from bot.cli.order import Carry, CommandOrder, carried_out
from bot.cli.own_address import (
    SIMULATED,
    as_the_world_sees_it,
    as_they_know_it,
    only_simulator,
    simulator_of,
)
from bot.cli.terminal_text import write_err, write_out
from bot.engine.compiled.by_staff import with_restrictions
from bot.engine.compiled.playbook import Playbook
from bot.model.translatable import Language, Translatable, row, tr
from bot.model.variables import LINE_API
from bot.operations import menus
from bot.operations.catalog.subjects import subject_named
from bot.operations.cjk_font import FontMissing
from bot.operations.menus import DOES, MenuPlan, MenusAtLine, MenusRefused, NotSet
from bot.operations.payload import Payload
from bot.operations.plain_menus import PictureNotDrawn, draw, menus_of
from bot.playbook.load import load
from bot.playbook.report import cells
from bot.runtime.menus.menu_plan import PlanStep
from bot.runtime.menus.menu_sync import Synced
from bot.store.stores import Stores

_WIDE = 8
"""Columns of what a step does."""


def _at_line(carry: Carry) -> Run:
    """As `carried_out`, at a simulator's LINE with the files that it plays; of a channel that lacks
    something, also how another one is named."""

    def run(wanted: Arguments, words: Language) -> int:
        api = line_api(environment_of(wanted.playbook, os.environ))
        try:
            return carried_out(at_line=not _is_simulator(api))(carry)(wanted, words)
        except NotSet as error:
            message = tr("{why},  or name another channel with  --channel", why=error.message)
            raise MenusRefused(message) from error

    return run


@_at_line
async def plan(order: CommandOrder) -> None:
    """Print what a sync would do; exit 0 also where that is something."""
    plans = await menus.plan(await _line_of(order), order.options.channel)
    lines = [line for one in plans for line in _plan_lines(one, order.speech)]
    order.show({"channels": list(map(_plan, plans))}, *lines)


@_at_line
async def sync(order: CommandOrder) -> None:
    """Make LINE's menus what they are to be, with a line on stderr for each step; exit 1 where some wait."""
    words = order.speech

    def show(step: Translatable) -> None:
        write_err(f"{words.text(step)}\n")

    done = await menus.sync(await _line_of(order), order.options.channel, order.by, show)
    channels = [
        {"channel": name, "changed": one.changed, "waiting": list(map(str, one.waiting)), "again": one.again}
        for name, one in done.items()
    ]
    lines = [
        tr("{name}: done", name=name) if synced.changed else tr("{name}: nothing to do", name=name)
        for name, synced in done.items()
        if not synced.waiting
    ]
    order.show({"channels": channels}, *lines)
    if waits := [_until(name, synced, order) for name, synced in done.items() if synced.waiting]:
        raise MenusRefused(tr("{lines}", lines="\n".join(map(words.text, waits))))


@_at_line
async def relink(order: CommandOrder) -> None:
    """Have everybody's menu linked anew, by the process that runs the playbook."""
    at_line = await _line_of(order)
    names = await menus.relink(at_line.stores, at_line.settings, order.options.channel, order.by)
    anew = [tr("{name}: everybody is linked anew by the oaflow that runs", name=name) for name in names]
    order.show({"channels": names}, *anew)


@_at_line
async def import_(order: CommandOrder) -> int:
    """The menus that others have made at LINE become files of the playbook."""
    return await import_menus(order, await _line_of(order))


# -- what each of them needs


async def _line_of(order: CommandOrder) -> MenusAtLine:
    """LINE, as the environment names it; where the account is not set here, the running simulator's."""
    served = order.served
    pretend = await only_simulator(order.opened)
    if (
        pretend is not None
        and not order.opened.environment.get(LINE_API)
        and menus.lacks(served.settings, order.options.channel)
    ):
        simulator = await simulator_of(pretend)
        found = await as_they_know_it(order.opened, served, pretend)
        order.note(tr("these are the menus of the simulator that runs here"))
        playbook = await _as_staff_have_it(found.playbook, pretend)
        return MenusAtLine(playbook, found.settings, pretend, simulator.line, simulator.line)
    environment = order.opened.environment
    api, data_api = line_api(environment), line_data_api(environment)
    stores = await _stores(order.opened, api)
    playbook = await _as_staff_have_it(as_the_world_sees_it(served.playbook, order.opened), stores)
    return MenusAtLine(playbook, served.settings, stores, api, data_api)


async def _as_staff_have_it(playbook: Playbook, stores: Stores) -> Playbook:
    """With the menus that staff have paused, as every process serves it."""
    brake = await stores.brakes.read()
    return with_restrictions(playbook, brake.restrictions, brake.menus)


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


# -- what is shown


def _plan(one: MenuPlan) -> Payload:
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


def _until(name: str, synced: Synced, order: CommandOrder) -> Translatable:
    waiting = row(synced.waiting)
    if synced.again is None:
        return tr("{name}: {waiting}", name=name, waiting=waiting)
    at = f"{synced.again.astimezone(order.zone):%H:%M}"
    return tr("{name}: {waiting}; run it again at {at}", name=name, waiting=waiting, at=at)


def arguments(command: ArgumentParser) -> None:
    """What is asked, or done."""
    says = "LINE's rich menus: how they differ from the playbook's, and how they become the same."
    describe(command, says, example="oaflow richmenu sync my-shop --channel main")
    actions = actions_of(command)
    anew = "everybody's menu is linked anew, whatever another system has linked"
    planned = _add(actions, "plan", "what a sync would do, step by step", plan)
    synced = _add(actions, "sync", "LINE's menus become those of the playbook", sync)
    relinked = _add(actions, "relink", anew, relink)
    from_line = "menus that another system has made at LINE become YAML and pictures of the playbook"
    imported = _add(actions, "import", from_line, import_)
    add_import_options(imported)
    add_json(imported)
    for action in (synced, relinked, imported):
        add_by(action)
    for action in (planned, synced, relinked):
        action.add_argument("--channel", metavar="NAME", help="this account only (all)")
        add_json(action)
    add_operations(actions, subject_named("menus"))
    plain = "plain pictures for menus that have none, drawn from their labels"
    drawn = _add(actions, "image", plain, image)
    drawn.add_argument("--font", type=Path, metavar="FILE", help="a font with Chinese characters")


def _add(actions: Actions, name: str, does: str, run: Run) -> ArgumentParser:
    action = add_action(actions, name, does, run, example=f"oaflow richmenu {name} my-shop")
    add_playbook(action)
    return action


def image(wanted: Arguments, words: Language) -> int:
    """Draw what is missing, and what was drawn here from other labels; the exit code."""
    menus = menus_of(load(wanted.playbook, dict(os.environ), unset="warning"))
    try:
        drawn = draw(folder_of(wanted.playbook), menus, wanted.font)
    except FontMissing as error:
        raise PictureNotDrawn(tr("{why}: name one with  --font FILE", why=error.message)) from error
    done = words.text(tr("all pictures are as they should be"))
    write_out("".join(f"{path}\n" for path in drawn) or f"{done}\n")
    return RIGHT
