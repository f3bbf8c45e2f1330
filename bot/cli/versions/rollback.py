"""`oaflow rollback`: a version that was live is served again, from the database, by every process."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from functools import partial

from bot.app.stored_playbooks import read_in_turn
from bot.cli.arguments import Arguments, describe
from bot.cli.database_settings import load_settings, read_with
from bot.cli.event_loop import on_event_loop
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.on_database import database_of
from bot.cli.operator import add_by, commander
from bot.cli.own_address import as_the_world_sees_it
from bot.cli.playbook_folder import folder_and_words
from bot.cli.refusal import UsageWrong
from bot.cli.terminal_text import write_err, write_out
from bot.model.problem import Problem
from bot.model.translatable import Language, Translatable, tr
from bot.operations.menus import not_at_line, others_at_line
from bot.operations.publishing import LosesPeople, Published, which
from bot.operations.rollback import (
    STAYS,
    CannotGoBack,
    check_can_roll_back,
    named_version,
    one_before,
    roll_back,
    the_live,
)
from bot.operations.rollout import announced
from bot.operations.version_files import StoredFilesUnreadable
from bot.playbook.report import render


def arguments(command: ArgumentParser) -> None:
    """A playbook, and which version of it."""
    says = "Serve a version that was live again, from the database, in every process, until the next publish."
    describe(command, says, example="oaflow rollback my-shop 41", run=run)
    command.add_argument(
        "words",
        nargs="*",
        metavar="VERSION",
        help="its number, or how it begins (the one before the live one); before it: folder with bot.yaml",
    )
    command.add_argument(
        "--leave-people",
        action="store_true",
        help="also where people stand in states that it does not have: they stay there, and wait",
    )
    add_by(command)


def run(wanted: Arguments, words: Language) -> int:
    """Bring it back; the exit code of `interface.md`."""
    folder, rest = folder_and_words(wanted.words)
    if len(rest) > 1:
        raise UsageWrong(tr("one version is named, its number or how it begins"))
    loaded, show = load_settings(folder), partial(_show, words)

    async def back() -> tuple[Published, Sequence[str]]:
        async with database_of(folder, loaded.settings) as opened:
            stores = opened.stores
            accepted = await stores.playbooks.all()
            live = the_live(accepted)
            target = named_version(accepted, rest[0]) if rest else one_before(accepted)
            check_can_roll_back(target)
            try:
                async with (
                    announced(stores.coming, target.number) as coming,
                    read_in_turn(opened, target, read_with(folder, loaded)) as found,
                ):
                    done = await roll_back(
                        stores,
                        target,
                        found,
                        live,
                        commander(wanted.by),
                        show,
                        coming,
                        leave_people=wanted.leave_people,
                    )
                    playbook = as_the_world_sees_it(found.playbook)
                    return done, await not_at_line(stores, playbook, found.settings)
            except LosesPeople as error:
                raise LosesPeople(_may_be_left(error.message), error.problems, error.sources) from error
            except StoredFilesUnreadable as error:
                why = tr(
                    "{which} cannot be read from the database here, {why}: {stays}",
                    which=which(target),
                    why=error.message,
                    stays=STAYS,
                )
                raise CannotGoBack(why) from error

    done, menus = on_event_loop(back())
    write_out(f"{words.text(_outcome(done))}\n")
    if menus:
        write_out(f"{words.text(others_at_line(menus))}\n")
    return WRONG if done.others else RIGHT


def _may_be_left(why: Translatable) -> Translatable:
    return tr(
        "{why}\n= hint: or go back at once with  --leave-people:  they stay where they are, nothing leads"
        " them on until a version has that state again, and all else serves them",
        why=why,
    )


def _outcome(done: Published) -> Translatable:
    live = which(done.live)
    if done.served == "was-live":
        return tr("it was brought back already: {live}", live=live)
    if done.served == "with-next-start":
        return tr(
            "whoever starts serves it from the database, until the next  oaflow publish: {live};"
            " no process runs now",
            live=live,
        )
    served = tr(
        "every process serves it from the database, until the next  oaflow publish: {live}", live=live
    )
    if not done.others:
        return served
    return tr(
        "it is served from the database, until the next  oaflow publish: {live}; {others} of {all}"
        " processes have not taken it over: their logs say why",
        live=live,
        others=done.others,
        all=done.running + done.others,
    )


def _show(words: Language, problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
    write_err(render(problems, sources, words))
