"""`oaflow stop pushes|resume|status`: pushes are stopped, and go on again; replies always go on (K5)."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.app.published import NothingToServe
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments, actions_of, add_action, add_json, add_playbook, describe
from bot.cli.database_settings import load_settings
from bot.cli.dates import to_the_second
from bot.cli.event_loop import on_event_loop
from bot.cli.exit_codes import RIGHT
from bot.cli.on_database import database_of, people_stores, served_playbook
from bot.cli.operator import add_by, commander
from bot.cli.refusal import note
from bot.engine.compiled.playbook import Playbook
from bot.model.brake import PushStop
from bot.model.translatable import Language, Translatable, tr
from bot.operations.actors import actor_words
from bot.operations.brake import BrakeView, StopScope, brake_view, resume_pushes, stop_pushes
from bot.operations.payload import as_json
from bot.playbook.valid import PlaybookWrong
from bot.scenario.stop_words import which
from bot.store.stores import Stores

TAIPEI = ZoneInfo("Asia/Taipei")
"""By which moments are shown where the playbook cannot be read."""


@dataclass(frozen=True, slots=True)
class LocalPlaybook:
    """What is served, as far as it is known here; without a playbook its files hold mistakes."""

    playbook: Playbook | None
    channels: Collection[str]

    @property
    def zone(self) -> ZoneInfo:
        """By which moments are shown."""
        return TAIPEI if self.playbook is None else self.playbook.zone


Work: TypeAlias = Callable[[Stores, LocalPlaybook], Awaitable[None]]


def arguments(command: ArgumentParser) -> None:
    """What is stopped, or goes on."""
    says = "Stop what the bot says by itself: journeys, timers, broadcasts. Replies go on."
    describe(command, says, example="oaflow stop pushes")
    actions = actions_of(command)
    pull = add_action(
        actions,
        "pushes",
        "nothing is pushed by itself any more",
        pushes,
        says="Stop all pushes, or those of a channel or a flow; every process knows within a second.",
        example="oaflow stop pushes --channel main --by Mei",
    )
    go_on = add_action(
        actions,
        "resume",
        "pushes go on",
        resume,
        says="Let go on what was stopped by the same words; what came due meanwhile is late.",
        example="oaflow stop resume --channel main",
    )
    shown = add_action(
        actions,
        "status",
        "what is stopped, since when and by whom",
        status,
        example="oaflow stop status",
    )
    for one in (pull, go_on):
        one.add_argument("--channel", metavar="C", help="of this channel only")
        one.add_argument("--flow", metavar="F", help="of this flow only, and of what it runs")
        add_by(one)
    for one in (pull, go_on, shown):
        add_playbook(one)
        add_json(one)


def pushes(wanted: Arguments, words: Language) -> int:
    """Pull the brake; the exit code."""

    async def work(people: Stores, here: LocalPlaybook) -> None:
        scope, by = StopScope(wanted.channel, wanted.flow), commander(wanted.by)
        stop, is_new = await stop_pushes(people, scope, by, here.channels, here.playbook)
        how = _now(stop) if is_new else _was(stop, here.zone)
        show_answer({**as_json(stop), "new": is_new}, [how], for_programs=wanted.json, words=words)

    return _on_people(wanted.playbook, words, work)


def resume(wanted: Arguments, words: Language) -> int:
    """Let pushes go on; the exit code."""

    async def work(people: Stores, here: LocalPlaybook) -> None:
        scope = StopScope(wanted.channel, wanted.flow)
        ended, left = await resume_pushes(people, scope, commander(wanted.by))
        lines = [tr("pushes go on: {what}; what came due meanwhile is late", what=which(ended))]
        lines += [tr("still stopped: {what}", what=which(stop)) for stop in left.stops]
        payload = {"resumed": ended, "stops": left.stops}
        show_answer(payload, lines, for_programs=wanted.json, words=words)

    return _on_people(wanted.playbook, words, work)


def status(wanted: Arguments, words: Language) -> int:
    """Print what is stopped; the exit code."""

    async def work(people: Stores, here: LocalPlaybook) -> None:
        found = await brake_view(people, here.playbook)
        payload = {"stops": found.brake.stops, "people": found.people}
        show_answer(payload, _lines(found, here.zone), for_programs=wanted.json, words=words)

    return _on_people(wanted.playbook, words, work)


def _on_people(folder: Path, words: Language, work: Work) -> int:
    """Do this on the people's database, also where files have mistakes: a brake must not wait for those.

    Raises `PlaybookWrong` where nobody knows which database is meant.
    """
    loaded = load_settings(folder)

    async def opened() -> None:
        async with AsyncExitStack() as stack:
            database = await stack.enter_async_context(database_of(folder, loaded.settings))
            try:
                served = await stack.enter_async_context(served_playbook(database, folder, loaded))
                here = LocalPlaybook(served.playbook, served.settings.channels)
            except (PlaybookWrong, NothingToServe):
                wrong = tr("the playbook has mistakes (oaflow check); what is asked for is done all the same")
                note(wrong, words)
                here = LocalPlaybook(None, loaded.settings.channels)
            await work(await people_stores(database, words), here)

    on_event_loop(opened())
    return RIGHT


def _now(stop: PushStop) -> Translatable:
    return tr(
        "pushes are stopped: {what}; every process knows within a second, and replies go on", what=which(stop)
    )


def _was(stop: PushStop, zone: ZoneInfo) -> Translatable:
    at = to_the_second(zone)(stop.at)
    return tr(
        "stopped already: {what}, since {at}, by {who}", what=which(stop), at=at, who=actor_words(stop.by)
    )


def _lines(found: BrakeView, zone: ZoneInfo) -> Iterator[Translatable]:
    if not found.brake:
        yield tr("nothing is stopped: all pushes go")
    for stop in found.brake.stops:
        at = to_the_second(zone)(stop.at)
        line = tr("stopped: {what}, since {at}, by {who}", what=which(stop), at=at, who=actor_words(stop.by))
        gone = stop.flow in found.unknown
        yield tr("{line}; the playbook has no such flow: it holds nobody", line=line) if gone else line
    if found.people:
        yield tr("people who wait for that: {number}", number=f"{found.people:,}")
