"""Whether phones can be bound, its links, how far people come; pausing it, and letting it go on (B8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated

from bot.model.answer_fields import Clock, Help
from bot.model.brake import BindingPause
from bot.model.translatable import Translatable, tr
from bot.operations.actors import actor_words
from bot.operations.binding import BindingOnChannel, binding_view
from bot.operations.binding import pause_binding as pause
from bot.operations.binding import resume_binding as let_go_on
from bot.operations.binding_funnel import FAILURES, STEPS, BindingFunnel
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import ChannelName, Name

SPANS = (1, 7, 30)
"""Days of a funnel, with today."""


@dataclass(frozen=True, slots=True)
class BindingStatus:
    """How it stands on each channel that binds."""

    channels: Sequence[BindingOnChannel]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """Of each channel its state, links and funnels."""
        if not self.channels:
            yield tr("no flow of the playbook binds a phone")
        for one in self.channels:
            yield tr("{channel}: {state}", channel=one.channel, state=_state(one, at))
            for link in one.links:
                leads = link.address if link.missing is None else link.missing
                yield tr("    {page}: {address}", page=link.page, address=leads or "")
            for funnel in one.funnels:
                yield from _funnel(funnel)


def _state(one: BindingOnChannel, at: Clock) -> Translatable:
    if one.pause is not None:
        since, by = at(one.pause.at), actor_words(one.pause.by)
        return tr("binding is paused since {at}, by {who}", at=since, who=by)
    if one.paused_alone:
        return tr("paused by staff, as flows: {flows}", flows=", ".join(one.paused_alone))
    if one.paused_in_file:
        return tr("paused in bot.yaml: {flows}", flows=", ".join(one.paused_in_file))
    return tr("phones can be bound")


def _funnel(funnel: BindingFunnel) -> Iterator[Translatable]:
    yield tr("    today:") if funnel.days == 1 else tr("    last {number} days:", number=funnel.days)
    for step, number in funnel.steps.items():
        yield tr("        {what}: {number}", what=STEPS[step], number=f"{number:,}")
    for failure, number in funnel.failures.items():
        yield tr("        not bound, {why}: {number}", why=FAILURES[failure], number=f"{number:,}")


@dataclass(frozen=True, slots=True)
class BindingPausedNow(BindingPause):
    """The pause that holds now on a channel."""

    new: Annotated[bool, Help("`false`: it was paused before.")]


@dataclass(frozen=True, slots=True)
class BindingPaused:
    """The pauses that hold now where it was asked for."""

    paused: Sequence[BindingPausedNow]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """A line for each channel."""
        for one in self.paused:
            if one.new:
                yield tr(
                    "binding is paused on {channel}; every process knows within a second", channel=one.channel
                )
            else:
                yield tr(
                    "paused already on {channel}, since {at}, by {who}",
                    channel=one.channel,
                    at=at(one.at),
                    who=actor_words(one.by),
                )


@dataclass(frozen=True, slots=True)
class BindingResumed:
    """The pauses that have ended."""

    resumed: Sequence[BindingPause]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """A line for each channel."""
        for one in self.resumed:
            yield tr("binding goes on, on {channel}", channel=one.channel)


@operation("binding.status")
async def binding_status(call: OperationCall) -> BindingStatus:
    """Whether binding is paused on each channel, its links, and how far people come."""
    return BindingStatus(await binding_view(call.stores, call.playbook, call.settings.channels, SPANS))


@operation("binding.pause", changes=True, audit="binding_paused", example="--channel main --by Mei")
async def pause_binding(call: OperationCall, channel: ChannelName | None = None) -> BindingPaused:
    """Pause the binding of phones: its pages say so to members."""
    done = await pause(call.stores, call.playbook, channel, call.by, call.now)
    await call.look()
    return BindingPaused([BindingPausedNow(**asdict(one), new=is_new) for one, is_new in done])


@operation("binding.resume", changes=True, audit="binding_resumed", example="--channel main")
async def resume_binding(
    call: OperationCall, channel: Annotated[Name | None, Help("only this channel")] = None
) -> BindingResumed:
    """Let the binding of phones go on that was paused."""
    ended = await let_go_on(call.stores, call.playbook, channel, call.by, call.now)
    await call.look()
    return BindingResumed(ended)
