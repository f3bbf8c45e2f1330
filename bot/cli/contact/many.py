"""`oaflow contact many`: a tag on all whom a search finds, or off; what was done so, stopped, undone."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from bot.cli.arguments import Arguments
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.order import CommandOrder, carried_out
from bot.cli.refusal import UsageWrong
from bot.cli.terminal_text import Progress, agreed
from bot.model.bulk_run import BulkKind, BulkRun, BulkState, BulkTrouble, SoughtPeople
from bot.model.clock import SystemClock
from bot.model.translatable import Translatable, TranslatableValue, tr
from bot.operations.actors import CONSOLE, done_by
from bot.operations.bulk_runs import (
    COUNTED,
    BulkRefused,
    begin,
    number_sought,
    search_terms,
    stop,
    tag_run,
    undoing,
)
from bot.operations.bulk_work import BulkWork
from bot.operations.find_contacts import NotFound
from bot.operations.payload import pick
from bot.operations.simulated_time import now_among
from bot.playbook.similar import quoted

SHOWN = 20
"""Runs that are listed."""
_USAGE = tr("add TAG, remove TAG, stop RUN, undo RUN; nothing: the last ones are listed")
CALLED: dict[BulkKind, Translatable] = {
    "tag": tr("put on {tag}"),
    "untag": tr("take off {tag}"),
    "export": tr("export as {tag}"),
}
STATES: dict[BulkState, Translatable] = {
    "ready": tr("waits to be fetched"),
    "runs": tr("goes on"),
    "stopping": tr("is stopping"),
    "done": tr("is done"),
    "stopped": tr("was stopped"),
    "failed": tr("was broken off"),
}
TROUBLES: dict[BulkTrouble, Translatable] = {
    "names": tr("the playbook has the tag or audience no more"),
    "condition": tr("the playbook does not take the condition any more"),
    "left": tr("the browser did not take the whole file"),
    "broken": tr("an error"),
}


def _known(words: Sequence[str], options: Arguments) -> None:
    if words and (len(words) != 2 or words[0] not in ("add", "remove", "stop", "undo")):
        raise UsageWrong(tr("write  {usage}", usage=_USAGE))


@carried_out(check=_known)
async def many(order: CommandOrder) -> int:
    """Do it, and print what has come of it. Raises `NotFound`, `BulkRefused` and `ConditionWrong`."""
    if not order.words:
        return await _listed(order)
    stores = await order.people()
    act, what = order.words
    if act == "stop":
        if not await stop(stores, what, order.by, await now_among(stores)):
            raise BulkRefused(tr("there is no run {run} that goes on", run=quoted(what)))
        order.show(None, tr("{run} stops after the people whom it is at", run=quoted(what)))
        return RIGHT
    now = await now_among(stores)
    if act == "undo":
        done = await stores.bulk_runs.one(what)
        if done is None:
            raise NotFound(tr("there is no run {run}", run=quoted(what)))
        run = undoing(done, order.by, now)
        _confirm(order, run)
        return await _done(order, run)
    sought = _sought(order)
    number = await number_sought(stores, order.playbook, search_terms(sought, order.served.contents))
    run = tag_run(order.playbook, "tag" if act == "add" else "untag", what, sought, number, order.by, now)
    if number is not None and not number.people:
        raise NotFound(tr("nobody is found of whom all of this holds"))
    _confirm(order, run)
    return await _done(order, run)


def _sought(order: CommandOrder) -> SoughtPeople:
    options = order.options
    sought = SoughtPeople(
        options.name or "",
        options.condition or "",
        options.audience or "",
        options.tag or "",
        options.channel or "",
        options.store or "",
        options.clerk or "",
    )
    if sought == SoughtPeople() and not options.everybody:
        raise NotFound(tr("say whom:  --audience NAME, --tag TAG, --condition CONDITION …, or  --everybody"))
    return sought


def _confirm(order: CommandOrder, run: BulkRun) -> None:
    """Say how many they are, and ask. Raises `BulkRefused` unless the answer is yes."""
    if run.people is None:
        order.note(tr("more than {number} people", number=f"{COUNTED:,}"))
    elif run.is_estimate:
        order.note(tr("about {number} people", number=f"{run.people:,}"))
    else:
        order.note(tr("{number} people", number=f"{run.people:,}"))
    if order.options.yes:
        return
    if not sys.stdin.isatty():
        raise BulkRefused(tr("nothing is done without a yes: add  --yes"))
    if not agreed(tr("{what}? [y/N]", what=_called(run)), order.speech):
        raise BulkRefused(tr("nothing was done"))


async def _done(order: CommandOrder, run: BulkRun) -> int:
    """Do it here: it goes on in a bot that serves, where this is killed."""
    stores, progress = await order.people(), Progress(order.speech)
    work = BulkWork(stores, lambda: order.playbook, lambda: order.served.contents)
    await begin(stores, run, work.holder, SystemClock().now())

    def tell(so_far: BulkRun) -> None:
        progress.show(tr("{number} people", number=f"{so_far.figures.seen:,}"))

    try:
        over = await work.carry_on(run, tell)
    except asyncio.CancelledError:  # Ctrl-C
        await asyncio.shield(stop(stores, run.id, run.by, await now_among(stores)))
        raise
    finally:
        progress.over()
    lines = [_line(order, over)]
    if over.can_be_undone:
        lines.append(tr("to undo it: {command}", command=f"oaflow contact many undo {over.id}"))
    order.show_all(_payload(over), lines)
    return RIGHT if over.state == "done" and not over.figures.left_out else WRONG


async def _listed(order: CommandOrder) -> int:
    found = await (await order.people()).bulk_runs.last(SHOWN)
    nothing = tr("nothing was done to many people in the last 90 days")
    order.show_all([_payload(one) for one in found], [_line(order, one) for one in found] or [nothing])
    return RIGHT


def _called(run: BulkRun) -> Translatable:
    if run.undoes:
        return tr("take back {tag}", tag=quoted(run.about))
    return Translatable(CALLED[run.kind].template, (("tag", quoted(run.about)),))


def _line(order: CommandOrder, run: BulkRun) -> Translatable:
    figures = run.figures
    values: dict[str, TranslatableValue] = {
        "run": run.id,
        "at": order.at(run.at),
        "what": _called(run),
        "state": STATES[run.state],
        "who": done_by(run.by.removeprefix(CONSOLE)),
        "done": f"{figures.done:,}",
        "same": f"{figures.same:,}",
    }
    said = tr("{run}  {at}  {what} {state}, {who}: done {done}, as before {same}", **values)
    if figures.left_out:
        said = tr("{told}, changed at the same moment {number}", told=said, number=f"{figures.left_out:,}")
    if run.state == "failed" and run.trouble:
        said = tr("{told} ({why})", told=said, why=TROUBLES[run.trouble])
    return said


def _payload(run: BulkRun) -> dict[str, object]:
    about = pick(run, "kind", "at", "by", "state", "people", "ended")
    figures = pick(run.figures, "done", "same", "left_out")
    more = {"run": run.id, "tag": run.about, "trouble": run.trouble or None}
    return {**more, **about, **figures, "undoes": run.undoes or None, "undone_by": run.undone or None}
