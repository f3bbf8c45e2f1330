"""`oaflow stop pushes|resume|status`: pushes are stopped, and go on again; replies always go on (K5)."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.app.published import NothingToServe
from bot.cli.arguments import actions_of, add_action, add_json, add_playbook, describe
from bot.cli.dates import to_the_second
from bot.cli.on_database import served_playbook
from bot.cli.operator import add_by
from bot.cli.order import FolderOrder, on_folder
from bot.engine.compiled.playbook import TAIPEI, Playbook
from bot.model.brake import PushStop
from bot.model.translatable import Translatable, tr
from bot.operations.actors import actor_words
from bot.operations.brake import BrakeView, StopScope, brake_view, resume_pushes, stop_pushes
from bot.operations.flow_limits import reason_of
from bot.operations.payload import as_json
from bot.playbook.valid import PlaybookWrong
from bot.wording.stop_words import which


@dataclass(frozen=True, slots=True)
class LocalPlaybook:
    """What is served, as far as it is known here; without a playbook its files hold mistakes."""

    playbook: Playbook | None
    channels: Collection[str]

    @property
    def zone(self) -> ZoneInfo:
        """By which moments are shown."""
        return TAIPEI if self.playbook is None else self.playbook.zone


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
    pull.add_argument("--why", default="", metavar="TEXT", help="the reason, for whoever asks later")
    for one in (pull, go_on, shown):
        add_playbook(one)
        add_json(one)


@on_folder()
async def pushes(order: FolderOrder) -> None:
    """Pull the brake."""
    scope, here = StopScope(order.options.channel, order.options.flow), await _local_playbook(order)
    stop, is_new = await stop_pushes(
        *(await order.people(), scope, order.by, here.channels, here.playbook),
        why=reason_of(order.options.why) if order.options.why else "",
    )
    order.show({**as_json(stop), "new": is_new}, _now(stop) if is_new else _was(stop, here.zone))


@on_folder()
async def resume(order: FolderOrder) -> None:
    """Let pushes go on."""
    await _local_playbook(order)
    scope = StopScope(order.options.channel, order.options.flow)
    ended, left = await resume_pushes(await order.people(), scope, order.by)
    lines = [tr("pushes go on: {what}; what came due meanwhile is late", what=which(ended))]
    lines += [tr("still stopped: {what}", what=which(stop)) for stop in left.stops]
    order.show({"resumed": ended, "stops": left.stops}, *lines)


@on_folder()
async def status(order: FolderOrder) -> None:
    """Print what is stopped."""
    here = await _local_playbook(order)
    view = await brake_view(await order.people(), here.playbook)
    order.show_all({"stops": view.brake.stops, "people": view.people}, _lines(view, here.zone))


async def _local_playbook(order: FolderOrder) -> LocalPlaybook:
    """What is served; with mistakes in the files, which are noted, only their channels: a brake must not wait
    for those."""
    try:
        async with served_playbook(order.opened, order.folder, order.loaded) as served:
            return LocalPlaybook(served.playbook, served.settings.channels)
    except (PlaybookWrong, NothingToServe):
        order.note(tr("the playbook has mistakes (oaflow check); what is asked for is done all the same"))
        return LocalPlaybook(None, order.loaded.settings.channels)


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
