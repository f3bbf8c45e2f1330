"""`oaflow rollback`: a version that was live is served again, from the database, by every process."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from bot.app.stored_playbooks import read_in_turn
from bot.cli.arguments import Arguments, describe
from bot.cli.database_settings import read_with
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.operator import add_by
from bot.cli.order import FolderOrder, on_folder
from bot.cli.own_address import as_the_world_sees_it
from bot.cli.refusal import UsageWrong
from bot.cli.terminal_text import write_err
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
    describe(command, says, example="oaflow rollback my-shop 41", run=rollback)
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


def _one_version(words: Sequence[str], options: Arguments) -> None:
    if len(words) > 1:
        raise UsageWrong(tr("one version is named, its number or how it begins"))


@on_folder(check=_one_version)
async def rollback(order: FolderOrder) -> int:
    """Bring it back; the exit code of `interface.md`."""
    stores = order.opened.stores
    accepted = await stores.playbooks.all()
    live = the_live(accepted)
    target = named_version(accepted, order.words[0]) if order.words else one_before(accepted)
    check_can_roll_back(target)
    try:
        async with (
            announced(stores.coming, target.number) as coming,
            # its channels of then are nothing to it: what is live has to have those of now
            read_in_turn(
                order.opened, replace(target, channels=()), read_with(order.folder, order.loaded)
            ) as files,
        ):
            done = await roll_back(
                stores,
                target,
                files,
                live,
                order.by,
                partial(_show, order.speech),
                coming,
                leave_people=order.options.leave_people,
            )
            menus = await not_at_line(
                stores, as_the_world_sees_it(files.playbook, order.opened), files.settings
            )
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
    order.show(None, _outcome(done), *([others_at_line(menus)] if menus else []))
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
