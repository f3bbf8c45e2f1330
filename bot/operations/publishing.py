"""Making a playbook live, unless something speaks against it; and whom that would lose.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.model.clock import SystemClock
from bot.model.month import next_month
from bot.model.problem import Problem
from bot.model.published_version import SHORT, AcceptedPlaybook, Coming, GitCommit
from bot.model.retention import PEOPLE
from bot.model.translatable import Refusal, Translatable, plural, row, tr
from bot.operations.acceptance import Acceptance, BlockedByPeople, Permit, TellProblems
from bot.operations.rollout import (
    ANSWER_PATIENCE,
    Serves,
    announced,
    until_ready,
    wait_until_served,
    with_other_secrets,
)
from bot.operations.simulated_time import now_among
from bot.playbook.broadcast_impact import SentBroadcast, changed_after_sending, over_quota
from bot.playbook.contact_impact import forgotten, people_to_erase
from bot.playbook.flow_impact import let_go, stranded
from bot.playbook.load import Loaded, in_order
from bot.playbook.promotions import promotions_at_stake
from bot.playbook.valid import PlaybookWrong, Unservable, ValidPlaybook, valid_playbook
from bot.runtime.cluster.versions import NOTHING
from bot.store.contacts.audiences import audience_query
from bot.store.database.processes import Processes
from bot.store.promotions import promotions_besides
from bot.store.stores import Stores


async def broadcasts_in_the_way(
    stores: Stores, playbook: Playbook, sources: Mapping[str, str], now: datetime
) -> list[Problem]:
    """Which were sent and are changed (errors), which find too few messages this month (warnings)."""
    sent: list[SentBroadcast] = []
    for name in (name for name, one in playbook.broadcasts.items() if one.at is not None):
        sendings = await stores.sendings.all(name)
        timed = (one for one in sendings if one.may_have_reached and one.for_own_time)
        sent += [
            SentBroadcast(name, one.instead_of or one.moment, one.content, one.began or one.moment)
            for one in timed
        ]
    figures = await stores.quotas.all()
    left = {channel: figure.left for channel, figure in figures.items() if figure.left is not None}
    sizes = await _sizes(stores, playbook, left, now)
    return [
        *changed_after_sending(playbook, sent, sources),
        *over_quota(playbook, sizes, left, sources),
    ]


async def _sizes(
    stores: Stores, playbook: Playbook, left: Mapping[str, int], now: datetime
) -> Mapping[str, int]:
    """How many people get those that go out at a time of this month, on channels that have a limit."""
    found: dict[str, int] = {}
    for name, one in playbook.broadcasts.items():
        if one.at is None or one.dropped or one.channel not in left or not now < one.at < next_month(now):
            continue
        asked = audience_query(playbook, one.to, one.channel, now)
        found[name] = await stores.audience_numbers.exact(asked)
    return found


STAYS = tr("it is not published, and what is live goes on")
NOTHING_LIVE = tr("nothing is published yet, and this is not: nothing is served")

Served: TypeAlias = Literal["served", "with-next-start", "unserved", "was-live", "was-live-unserved"]
"""Processes serve it now; none runs; those that run have other files; the same where it was live already."""


@dataclass(frozen=True, slots=True)
class Despite:
    """What is published all the same: scenarios were not played, no running process has these files."""

    untested: bool = False
    unserved: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """For the audit log."""
        both = (("untested", self.untested), ("unserved", self.unserved))
        return tuple(word for word, so in both if so)


@dataclass(frozen=True, slots=True)
class Published:
    """What is live now, and how many processes serve it; `others` run with other files, and stand aside.

    `other_secrets` is where processes are that use other secrets than those that the files bring here.
    """

    live: AcceptedPlaybook
    served: Served
    running: int = 0
    others: int = 0
    other_secrets: tuple[str, ...] = ()


class PublishRefused(Refusal):
    """It is not made live; the text says why."""


class ScenarioFails(PublishRefused):
    """Its scenarios do not hold."""


class SecretsLost(PublishRefused):
    """A secret stands in its files as the default of a variable."""


class NoProcessServes(PublishRefused):
    """Nobody would be answered: processes run, and none of them has these files."""


class LosesPeople(Unservable):
    """People stand in what it no longer has, or have got what it changes; `problems` say where."""


def to_publish(loaded: Loaded) -> ValidPlaybook:
    """What can be published of what was read. Raises `PublishRefused`."""
    try:
        return valid_playbook(loaded)
    except PlaybookWrong as error:
        raise PublishRefused(STAYS) from error


async def publish(
    stores: Stores,
    found: ValidPlaybook,
    despite: Despite,
    actor: str,
    *,
    rehearse: Callable[[], Awaitable[bool]],
    tell: TellProblems,
    secrets: str = "",
    commit: Callable[[], GitCommit | None] = lambda: None,
    instead_of: int | None = None,
    refiled: bool = False,
    permit: Permit | None = None,
    in_place_of: str = "",
) -> Published:
    """Make it live where nothing speaks against that. Raises `PublishRefused`, `LosesPeople`, `AnotherBots`.

    `rehearse` plays its scenarios and says whether all hold; `tell` shows of what one is warned; `secrets`
    is the keyed hash of those that its files bring; `commit()` is the one that they are of; `instead_of`:
    only while this number is live; `refiled`: its files are others than the live ones, perhaps by comments
    alone, and are to be kept; `permit` is asked just before, and what it raises ends it; `in_place_of`: the
    id of a channel of another bot, whose database this is, and whose processes have ended.
    """
    version = found.playbook.version
    acceptance = Acceptance(
        stores, SystemClock(), tell, by=actor, commit=commit, permit=permit, in_place_of=in_place_of
    )
    processes = stores.processes
    if in_place_of and (running := await processes.alive()):
        raise PublishRefused(
            plural(
                "1 process of the other bot runs on this database: stop it first",
                "{number} processes of the other bot run on this database: stop them first",
                len(running),
            )
        )
    refiled = refiled or bool(in_place_of)
    live = await acceptance.playbooks.live()
    whole = found.contents is not None and await asyncio.to_thread(found.contents.is_whole)
    if live is not None and live.version == version and not (live.is_rolled_back or refiled):
        is_outage = Serves(version, await processes.alive(), whole).is_outage
        others = await with_other_secrets(processes, secrets) if secrets else []
        where = tuple(dict.fromkeys(one.where for one in others))
        return Published(live, "was-live-unserved" if is_outage else "was-live", other_secrets=where)
    await _checked(stores, found, acceptance, None if despite.untested else rehearse, STAYS)
    await warn_of_unknown(stores, found, tell)
    serves = await wait_until_served(
        processes, version, whole=whole, patience=0 if despite.unserved else ANSWER_PATIENCE
    )
    if serves.is_outage and not despite.unserved:
        raise NoProcessServes(_no_process(serves))
    files = await acceptance.keep(found)
    async with AsyncExitStack() as stack:
        if files is not None and files.whole and any(one.published for one in serves.alive):
            number = live.number + 1 if live is not None else 1
            candidate = stores.playbooks.candidate(version, files)
            coming = await stack.enter_async_context(announced(stores.coming, number, candidate))
            await _made_ready(stores, coming, version, despite)
        live = await acceptance.accept(
            found,
            "publish",
            despite=despite.words,
            files=files,
            instead_of=instead_of,
            refiled=refiled,
        )
        if live.version != version:
            raise PublishRefused(
                tr("somebody else has published meanwhile, and that is live: {live}", live=which(live))
            )
        return await _taken_over(processes, live, serves)


async def _made_ready(stores: Stores, coming: Coming, version: str, despite: Despite) -> None:
    """Wait until the processes have it. Raises `NoProcessServes` where none could serve it."""
    alive = await until_ready(stores, coming)
    able = [
        one
        for one in Serves(version, alive, whole=True).able
        if version in (one.holds, one.runs) or one.unready != coming.call
    ]
    if alive and not able and not despite.unserved:
        raise NoProcessServes(
            tr(
                "no process that runs can read {which} from the database, their logs say why: {stays}",
                which=tr("number {number} ({version})", number=coming.number, version=version[:SHORT]),
                stays=STAYS,
            )
        )


async def publish_first(
    stores: Stores,
    found: ValidPlaybook,
    actor: str,
    *,
    rehearse: Callable[[], Awaitable[bool]],
    tell: TellProblems,
    commit: Callable[[], GitCommit | None] = lambda: None,
) -> AcceptedPlaybook:
    """Make it live at a start, if nothing is yet, after the checks of `publish`; what is live then.

    Raises `PublishRefused`, `LosesPeople` and `FileChanging`.
    """
    acceptance = Acceptance(stores, SystemClock(), tell, by=actor, commit=commit)
    await _checked(stores, found, acceptance, rehearse, NOTHING_LIVE)
    return await acceptance.accept(found, "start", looked=True, instead_of=NOTHING)


async def _checked(
    stores: Stores,
    found: ValidPlaybook,
    acceptance: Acceptance,
    rehearse: Callable[[], Awaitable[bool]] | None,
    stays: Translatable,
) -> None:
    """Raise `SecretsLost`, `LosesPeople` or `ScenarioFails`; `stays` says what is served then."""
    await _refuse_secret_defaults(found, stays)
    try:
        await acceptance.look(found)
    except BlockedByPeople as error:
        why = tr("{why}: {stays}", why=error.message, stays=stays)
        raise LosesPeople(why, error.problems, error.sources) from error
    await _look_at_broadcasts(stores, found, acceptance, stays)
    if rehearse is not None and not await rehearse():
        raise ScenarioFails(tr("a scenario fails: {stays}", stays=stays))


async def _refuse_secret_defaults(found: ValidPlaybook, stays: Translatable) -> None:
    """Raise `SecretsLost` where a secret is the default of a variable: it is not stored, so a process that is
    started anew could not serve this version as soon as its files hold another."""
    contents = found.contents
    if contents is None or not contents.defaults or await asyncio.to_thread(contents.is_whole):
        return
    places = row([f"{file}:{line} ${{{name}:-…}}" for file, line, name in contents.defaults])
    raise SecretsLost(
        tr(
            "a secret is the default of a variable ({places}), and no default is kept of a secret: {stays};"
            " write  ${NAME}  alone, and the secret into .env",
            places=places,
            stays=stays,
        )
    )


async def _look_at_broadcasts(
    stores: Stores, found: ValidPlaybook, acceptance: Acceptance, stays: Translatable
) -> None:
    """Raise `LosesPeople` where one that was sent is changed; tell where messages are too few."""
    now = SystemClock().now()
    problems = in_order(await broadcasts_in_the_way(stores, found.playbook, found.sources, now))
    if any(problem.level == "error" for problem in problems):
        why = tr("a broadcast that was sent is changed: {stays}", stays=stays)
        raise LosesPeople(why, problems, found.sources)
    if problems:
        acceptance.tell(problems, found.sources)


async def people_in_the_way(
    people: Stores, playbook: Playbook, sources: Mapping[str, str], now: datetime
) -> list[Problem]:
    """The effects of making it live: people in states that are gone, data that is not stored any more."""
    in_flows = await people.standing.in_flows()
    gone = let_go(playbook, (await people.brakes.read()).flows)
    broadcasts = await broadcasts_in_the_way(people, playbook, sources, now)
    erased = await _people_to_erase(people, playbook, now)
    unknown = await _forgotten(people, playbook, sources, now)
    return [*stranded(playbook, in_flows, sources), *gone, *unknown, *broadcasts, *erased]


async def _forgotten(
    people: Stores, playbook: Playbook, sources: Mapping[str, str], now: datetime
) -> list[Problem]:
    """What people have that it does not know any more, or has too few of."""
    known = await people.standing.usage(now)
    besides = await promotions_besides(people, playbook, now)
    return [*forgotten(playbook, known), *promotions_at_stake(playbook, known.promotions, besides, sources)]


async def _people_to_erase(people: Stores, playbook: Playbook, now: datetime) -> list[Problem]:
    """Who would go by a bound that is new here, or shorter than what was agreed to."""
    days, agreed = playbook.keep.get(PEOPLE), await people.retention.confirmed()
    if days is None or (agreed is not None and days >= agreed):
        return []
    due = await people.left_people.number(now - timedelta(days=days))
    return people_to_erase(days, due, await people.left_people.everybody())


async def warn_of_unknown(stores: Stores, found: ValidPlaybook, tell: TellProblems) -> None:
    """Tell what people have that this playbook does not know, and whom it erases."""
    now = await now_among(stores)
    unknown = await _forgotten(stores, found.playbook, found.sources, now)
    if problems := in_order([*unknown, *await _people_to_erase(stores, found.playbook, now)]):
        tell(problems, found.sources)


def which(live: AcceptedPlaybook) -> Translatable:
    """What is live, as people name it."""
    return tr("number {number} ({version})", number=live.number, version=live.version[:SHORT])


async def _taken_over(processes: Processes, live: AcceptedPlaybook, before: Serves) -> Published:
    """What is true once the processes have had the time to take it over."""
    if not before.alive:
        return Published(live, "with-next-start")
    if before.is_outage:
        return Published(live, "unserved")
    serves = await wait_until_served(processes, live.version, whole=live.is_whole, running=True)
    if not serves.running:
        raise PublishRefused(
            tr(
                "the playbook is accepted, {live}, but no process has taken it over yet: their logs say why",
                live=which(live),
            )
        )
    running = len(serves.running)
    return Published(live, "served", running, len(serves.alive) - running)


def _no_process(serves: Serves) -> Translatable:
    there = "".join(f"\n  {one.where} serves {one.runs[:SHORT]}" for one in serves.alive)
    return tr(
        "no running process has these files, so that nobody would be answered: {stays}\nwhat runs:{there}",
        stays=STAYS,
        there=there,
    )
