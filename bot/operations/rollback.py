"""Going back: a version that was live is served again, from the database, by every process.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.model.clock import SystemClock
from bot.model.published_version import AcceptedPlaybook, Coming
from bot.model.translatable import Refusal, tr
from bot.operations.acceptance import Acceptance, BlockedByPeople, TellProblems
from bot.operations.publishing import LosesPeople, Published, PublishRefused, warn_of_unknown, which
from bot.operations.rollout import until_ready, wait_until_served
from bot.playbook.similar import quoted
from bot.playbook.valid import ValidPlaybook
from bot.store.stores import Stores

LEAST = 4
"""Hexadecimal digits of a version by which it is known."""
STAYS = tr("nothing is changed")


NONE_YET = tr(
    "no playbook was live on this database yet: the first  oaflow run  makes one live; a simulator keeps none"
)


class VersionUnknown(Refusal):
    """No such version was live here, or several are meant; the text says which."""


class CannotGoBack(PublishRefused):
    """It is not brought back; the text says why."""


def the_live(all_of_them: Sequence[AcceptedPlaybook]) -> AcceptedPlaybook:
    """What is live, of all that were (the last one first). Raises `VersionUnknown`."""
    if not all_of_them:
        raise VersionUnknown(NONE_YET)
    return all_of_them[0]


def named_version(all_of_them: Sequence[AcceptedPlaybook], named: str) -> AcceptedPlaybook:
    """The one that is named by its number, or by how its version begins: then the last of that version.

    Raises `VersionUnknown`.
    """
    live = the_live(all_of_them)
    if named.isascii() and named.isdigit() and int(named) <= live.number:
        found = [one for one in all_of_them if one.number == int(named)]
    else:
        text = named.lower()
        found = [one for one in all_of_them if len(text) >= LEAST and one.version.startswith(text)]
        if len({one.version for one in found}) > 1:
            several = tr("several versions begin with {named}: write more of it", named=quoted(named))
            raise VersionUnknown(several)
    if not found:
        unknown = tr("no version {named} was live here:  oaflow versions  lists them", named=quoted(named))
        raise VersionUnknown(unknown)
    return next((one for one in found if one.is_kept), found[0])


def one_before(all_of_them: Sequence[AcceptedPlaybook]) -> AcceptedPlaybook:
    """What was live before the live one; of one that was brought back, what was before that.

    So going back twice goes back twice. Raises `VersionUnknown`.
    """
    live = the_live(all_of_them)
    for one in all_of_them:
        if one.number < live.origin and one.version != live.version:
            return one
    raise VersionUnknown(tr("nothing else was live before {live}", live=which(live)))


def check_can_roll_back(target: AcceptedPlaybook) -> None:
    """Raise `CannotGoBack` where its files are not there, or not as they were."""
    if not target.is_kept:
        why = tr("the files of {which} are not kept (any more): {stays}", which=which(target), stays=STAYS)
        raise CannotGoBack(why)
    if not target.is_whole:
        why = tr(
            "in the files of {which} stands a secret, which is not kept, and it is not the same without:"
            " {stays}; write ${NAME} for it, and the secret into .env",
            which=which(target),
            stays=STAYS,
        )
        raise CannotGoBack(why)


async def roll_back(
    stores: Stores,
    target: AcceptedPlaybook,
    found: ValidPlaybook,
    live: AcceptedPlaybook,
    actor: str,
    tell: TellProblems,
    coming: Coming | None = None,
    *,
    leave_people: bool = False,
) -> Published:
    """Bring `target` back, which was read from its stored files (`found`), in place of `live`.

    `tell` is given what it does to people; `leave_people`: also where some stand in what it does not have,
    who stay there and are led nowhere until a version has it again. Where it was announced as `coming`, the
    processes that live have it ready before. Raises `CannotGoBack`, `LosesPeople`, `FilesForgotten`.
    """
    clock = SystemClock()
    if live.version == target.version and live.is_rolled_back:
        return Published(live, "was-live")
    await warn_of_unknown(stores, found, tell)
    if coming is not None:
        await _made_ready(stores, coming, target)
    try:
        acceptance = Acceptance(stores, clock, tell, by=actor)
        now = await acceptance.bring_back(found, target, live, leave_people=leave_people)
    except BlockedByPeople as error:
        # the advice for an edit cannot be followed for a stored version
        problems = [replace(problem, hint=None) for problem in error.problems]
        why = tr(
            "{why}: {stays}\n= hint: mend the files of this folder so that these people stay where they are,"
            " or say with  moved  where they go, and publish;  oaflow stop pushes  holds pushes back"
            " meanwhile",
            why=error.message,
            stays=STAYS,
        )
        raise LosesPeople(why, problems, error.sources) from error
    if now.version != target.version or not now.is_rolled_back:
        raise CannotGoBack(
            tr("somebody else has published meanwhile, and that is live: {live}", live=which(now))
        )
    return await _served(stores, now)


async def _made_ready(stores: Stores, coming: Coming, target: AcceptedPlaybook) -> None:
    """Wait until they have it. Raises `CannotGoBack` where nobody would be answered."""
    alive = await until_ready(stores, coming)
    if alive and all(one.unready == coming.call for one in alive):
        why = tr(
            "no process that runs can read {which} from the database, their logs say why: {stays}",
            which=which(target),
            stays=STAYS,
        )
        raise CannotGoBack(why)


async def _served(stores: Stores, now: AcceptedPlaybook) -> Published:
    serves = await wait_until_served(stores.processes, now.version, everybody=True)
    if not serves.alive:
        return Published(now, "with-next-start")
    if not serves.running:
        raise CannotGoBack(
            tr(
                "{live} is to be served, but no process has taken it over yet: their logs say why",
                live=which(now),
            )
        )
    running = len(serves.running)
    return Published(now, "served", running, len(serves.alive) - running)
