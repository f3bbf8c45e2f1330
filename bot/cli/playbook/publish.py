"""`oaflow publish`: the playbook of this folder is live from now on, also where it was replaced before."""

from __future__ import annotations

import asyncio
import os
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from functools import partial
from zoneinfo import ZoneInfo

from bot.app.git_commit import commit_of
from bot.app.playbook_environment import folder_of
from bot.cli.arguments import Arguments, add_playbook, describe
from bot.cli.event_loop import on_event_loop
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.on_database import add_in_place_of, database_of
from bot.cli.operator import add_by, commander
from bot.cli.own_address import as_the_world_sees_it
from bot.cli.rehearsal import rehearsal
from bot.cli.terminal_text import write_err, write_out
from bot.engine.compiled.playbook import TAIPEI
from bot.model.admin import CONSOLE
from bot.model.problem import Problem
from bot.model.translatable import Language, Listing, Refusal, Translatable, plural, row, tr
from bot.operations.console_versions import OverwritesConsole, check_has_console_versions
from bot.operations.menus import not_at_line, others_at_line
from bot.operations.publishing import (
    Despite,
    NoProcessServes,
    Published,
    PublishRefused,
    ScenarioFails,
    publish,
    to_publish,
    which,
)
from bot.playbook.load import load
from bot.playbook.report import render
from bot.playbook.settings_refresh import secrets_of

_NOT_WHOLE = tr(
    "nobody can go back to it: a secret stands in its files, and is not kept; write ${NAME} for it, and the"
    " secret into .env"
)


def arguments(command: ArgumentParser) -> None:
    """A playbook, and despite what it is made live."""
    says = "Play a playbook's scenarios and make it live: also one that another has replaced."
    describe(command, says, example="oaflow publish my-shop", run=run)
    add_playbook(command)
    add_by(command)
    command.add_argument("--untested", action="store_true", help="without playing its scenarios")
    command.add_argument(
        "--unserved", action="store_true", help="although no running process has these files just now"
    )
    add_in_place_of(command)
    command.add_argument(
        "--over",
        type=int,
        metavar="NUMBER",
        help="although the files lack what was published in the console, as long as this number is live",
    )


def run(wanted: Arguments, words: Language) -> int:
    """Make this folder's playbook live; the exit code of `interface.md`.

    Its scenarios are played first. Running processes that read the same files take it over with their next
    renewal; others stand aside: where there are only such, it is refused.
    """
    folder, show = wanted.playbook, partial(_show, words)
    loaded = load(folder, dict(os.environ))
    if loaded.problems:
        show(loaded.problems, loaded.sources)

    async def live() -> tuple[Published, Sequence[str]]:
        found = to_publish(loaded)
        contents = found.contents
        assert contents is not None, "they hold no mistake"
        async with database_of(folder, found.settings, wanted.instead_of) as opened:
            playbooks = opened.stores.playbooks
            permit = partial(check_has_console_versions, playbooks, contents, wanted.over)
            await permit()
            done = await publish(
                opened.stores,
                found,
                Despite(wanted.untested, wanted.unserved),
                commander(wanted.by),
                rehearse=partial(asyncio.to_thread, rehearsal, folder, words, sys.stderr),
                tell=show,
                secrets=opened.seal.counting_index(secrets_of(found.settings)),
                commit=partial(commit_of, folder_of(folder)),
                permit=permit,
                in_place_of=wanted.instead_of,
            )
            playbook = as_the_world_sees_it(found.playbook, opened)
            return done, await not_at_line(opened.stores, playbook, found.settings)

    try:
        published, menus = on_event_loop(live())
    except PublishRefused as error:
        zone = TAIPEI if loaded.playbook is None else loaded.playbook.zone
        raise PublishRefused(_with_hint(error, zone)) from error
    write_out(f"{words.text(_outcome(published))}\n")
    if menus:
        write_out(f"{words.text(others_at_line(menus))}\n")
    if published.live.is_kept and not published.live.is_whole:
        write_out(f"{words.text(_NOT_WHOLE)}\n")
    return WRONG if published.served == "was-live-unserved" and not wanted.unserved else RIGHT


def _outcome(published: Published) -> Translatable:
    live = which(published.live)
    match published.served:
        case "with-next-start":
            return tr("the playbook is live with the next start: {live}; no process runs now", live=live)
        case "unserved":
            return tr(
                "the playbook is the one to serve: {live}; nobody is answered until a process with these"
                " files runs",
                live=live,
            )
        case "was-live":
            was = tr("the playbook was live already: {live}", live=live)
            if not published.other_secrets:
                return was
            return tr(
                "{was}; other secrets than these are used by {places}: what the environment of a process sets"
                " is read when it starts, what stands in its .env within seconds",
                was=was,
                places=row(published.other_secrets),
            )
        case "was-live-unserved":
            was = tr("the playbook was live already: {live}", live=live)
            return tr("{was}; nobody serves it: no running process has these files", was=was)
        case "served":
            served = _many(published.running)
            now = tr("the playbook is live now: {live}, served by {many}", live=live, many=served)
            if not published.others:
                return now
            others = _many(published.others)
            return tr("{now}; with other files stand aside: {others}", now=now, others=others)


def _many(processes: int) -> Translatable:
    return plural("1 process", "{number} processes", processes)


def _with_hint(error: Refusal, zone: ZoneInfo) -> Translatable:
    """Why it is refused, and what to write where it shall be published all the same."""
    match error:
        case ScenarioFails():
            return tr(
                "{why}\n= hint: mend it, or publish all the same:  oaflow publish --untested",
                why=error.message,
            )
        case OverwritesConsole(versions=versions):
            made = [
                tr(
                    "{version} by {who}, {moment}",
                    version=which(one),
                    who=one.by.removeprefix(CONSOLE),
                    moment=f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}",
                )
                for one in versions
            ]
            return tr(
                "{why} ({made})\n"
                "= hint: take it into the folder:  oaflow diff --patch | git apply --3way  (in the"
                " repository's root, with --directory=FOLDER where the playbook lies below it), and publish"
                " again; or publish without it:  oaflow publish --over {number}",
                why=error.message,
                made=Listing(tuple(made), "semicolon"),
                number=versions[0].number,
            )
        case NoProcessServes():
            return tr(
                "{why}\n"
                "= hint: put these files where a process reads its own and publish again, or start one with"
                " them (oaflow run; where it stands aside, publish again); where the processes are restarted"
                " with them at once:  oaflow publish --unserved",
                why=error.message,
            )
        case _:
            return error.message


def _show(words: Language, problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
    write_err(render(problems, sources, words))
