"""The brake: what the bot says by itself is stopped, and goes on again; replies always go on (K5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, TypeAlias

from bot.model.answer_fields import Clock, Help
from bot.model.brake import PushStop
from bot.model.translatable import Translatable, tr
from bot.operations.actors import actor_words
from bot.operations.brake import StopScope, brake_view
from bot.operations.brake import resume_pushes as let_go_on
from bot.operations.brake import stop_pushes as stop
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import Name, OptionalReason
from bot.operations.flow_limits import reason_of
from bot.wording.stop_words import which

StopChannel: TypeAlias = Annotated[Name | None, Help("of this channel only")]
StopFlow: TypeAlias = Annotated[Name | None, Help("of this flow only, and of what it runs")]


@dataclass(frozen=True, slots=True)
class PushesStopped(PushStop):
    """The stop that holds now."""

    new: Annotated[bool, Help("`false`: it was stopped before.")]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        if self.new:
            yield tr(
                "pushes are stopped: {what}; every process knows within a second, and replies go on",
                what=which(self),
            )
        else:
            by = actor_words(self.by)
            yield tr(
                "stopped already: {what}, since {at}, by {who}", what=which(self), at=at(self.at), who=by
            )


@dataclass(frozen=True, slots=True)
class PushesResumed:
    """What goes on, and what is stopped still."""

    resumed: PushStop
    reason: Annotated[str | None, Help("Why it was stopped, where somebody has said so.")]
    stops: Sequence[PushStop]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        yield tr("pushes go on: {what}; what came due meanwhile is late", what=which(self.resumed))
        yield from (tr("still stopped: {what}", what=which(one)) for one in self.stops)


@dataclass(frozen=True, slots=True)
class StopStatus:
    """All that is stopped just now."""

    stops: Sequence[PushStop]
    held: Annotated[int, Help("People who wait for that.")]
    unknown_flows: Annotated[Sequence[str], Help("Those that the playbook lacks: they hold nobody.")]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        if not self.stops:
            yield tr("nothing is stopped: all pushes go")
        for one in self.stops:
            by = actor_words(one.by)
            line = tr("stopped: {what}, since {at}, by {who}", what=which(one), at=at(one.at), who=by)
            gone = one.flow in self.unknown_flows
            yield tr("{line}; the playbook has no such flow: it holds nobody", line=line) if gone else line
        if self.held:
            yield tr("people who wait for that: {number}", number=f"{self.held:,}")


@operation(
    "stop.pushes", changes=True, audit="pushes_stopped", example="--channel main --by Mei", goes_by="folder"
)
async def stop_pushes(
    call: OperationCall, channel: StopChannel = None, flow: StopFlow = None, reason: OptionalReason = ""
) -> PushesStopped:
    """Stop all pushes, or those of a channel or a flow; every process knows within a second."""
    scope = StopScope(channel, flow)
    why = reason_of(reason) if reason else ""
    channels = call.settings.channels
    found, is_new = await stop(call.stores, scope, call.by, channels, call.known_playbook, call.now, why)
    await call.look()
    return PushesStopped(**asdict(found), new=is_new)


@operation("stop.resume", changes=True, audit="pushes_resumed", example="--channel main", goes_by="folder")
async def resume_pushes(
    call: OperationCall, channel: StopChannel = None, flow: StopFlow = None
) -> PushesResumed:
    """Let go on what was stopped by the same words; what came due meanwhile is late."""
    ended, why, left = await let_go_on(call.stores, StopScope(channel, flow), call.by, call.now)
    await call.look()
    return PushesResumed(ended, why, left.stops)


@operation("stop.status", goes_by="folder")
async def stop_status(call: OperationCall) -> StopStatus:
    """What is stopped, since when and by whom, and how many people wait for it."""
    view = await brake_view(call.stores, call.known_playbook)
    return StopStatus(view.brake.stops, view.people, view.unknown)
