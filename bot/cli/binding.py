"""`oaflow binding`: whether phones can be bound, its links, how it went; pausing it, and letting it go on."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator

from bot.cli.arguments import actions_of, add_action, add_json, add_playbook, describe
from bot.cli.operator import add_by
from bot.cli.order import CommandOrder, carried_out
from bot.model.translatable import Translatable, tr
from bot.operations.actors import actor_words
from bot.operations.binding import BindingOnChannel, binding_view, pause_binding, resume_binding
from bot.operations.binding_funnel import FAILURES, STEPS, BindingFunnel
from bot.operations.payload import as_json

SPANS = (1, 7, 30)
"""Days, with today."""


def arguments(command: ArgumentParser) -> None:
    """What is asked, paused, or goes on."""
    says = "Whether phones can be bound on each channel, how far people come, and pausing it."
    describe(command, says, example="oaflow binding status")
    actions = actions_of(command)
    shown = add_action(
        actions,
        "status",
        "whether it is paused, its links, and how far people come",
        status,
        example="oaflow binding status --json",
    )
    paused = add_action(
        actions,
        "pause",
        "nobody can bind a phone for now",
        pause,
        says="Pause the binding of phones: its pages say so to members; every process knows within a second.",
        example="oaflow binding pause --channel main --by Mei",
    )
    resumed = add_action(
        actions,
        "resume",
        "phones can be bound again",
        resume,
        says="Let the binding of phones go on that was paused.",
        example="oaflow binding resume --channel main",
    )
    for one in (paused, resumed):
        one.add_argument("--channel", metavar="C", help="of this channel only")
        add_by(one)
    for one in (shown, paused, resumed):
        add_playbook(one)
        add_json(one)


@carried_out()
async def status(order: CommandOrder) -> None:
    """Print how it stands on each channel."""
    channels = order.served.settings.channels
    view = await binding_view(await order.people(), order.playbook, channels, SPANS)
    order.show_all({"channels": view}, _lines(view, order))


@carried_out()
async def pause(order: CommandOrder) -> None:
    """Pause it."""
    done = await pause_binding(await order.people(), order.playbook, order.options.channel, order.by)
    lines = [
        tr("binding is paused on {channel}; every process knows within a second", channel=one.channel)
        if is_new
        else tr(
            "paused already on {channel}, since {at}, by {who}",
            channel=one.channel,
            at=order.at(one.at),
            who=actor_words(one.by),
        )
        for one, is_new in done
    ]
    order.show({"pauses": [{**as_json(one), "new": is_new} for one, is_new in done]}, *lines)


@carried_out()
async def resume(order: CommandOrder) -> None:
    """Let it go on."""
    ended = await resume_binding(await order.people(), order.playbook, order.options.channel, order.by)
    lines = [tr("binding goes on, on {channel}", channel=one.channel) for one in ended]
    order.show({"resumed": ended}, *lines)


def _lines(view: list[BindingOnChannel], order: CommandOrder) -> Iterator[Translatable]:
    if not view:
        yield tr("no flow of the playbook binds a phone")
    for one in view:
        yield tr("{channel}: {state}", channel=one.channel, state=_state(one, order))
        for link in one.links:
            leads = link.address if link.missing is None else link.missing
            yield tr("    {page}: {address}", page=link.page, address=leads or "")
        for funnel in one.funnels:
            yield from _funnel(funnel)


def _state(one: BindingOnChannel, order: CommandOrder) -> Translatable:
    if one.pause is not None:
        at, by = order.at(one.pause.at), actor_words(one.pause.by)
        return tr("binding is paused since {at}, by {who}", at=at, who=by)
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
