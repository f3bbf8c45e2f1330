"""Having a broadcast sent, and looking at who got it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.money import money_text
from bot.model.translatable import Translatable, TranslatableValue, row, tr
from bot.playbook.similar import quoted
from bot.scenario.checks import SentIs
from bot.scenario.conversation import OURS
from bot.scenario.failure import Failed
from bot.scenario.player import Player
from bot.scenario.sendings import PlayedSending
from bot.scenario.steps import SendsBroadcast


def sends_broadcast(player: Player, step: SendsBroadcast) -> None:
    """Staff send it; what the file says of it weighs more."""
    broadcast = player.playbook.broadcasts[step.broadcast]
    if broadcast.status != "live":
        message = tr(
            "{name} is not sent: it is  status: {status}",
            name=quoted(step.broadcast),
            status=broadcast.status,
        )
        raise Failed(step.place, message)
    player.add_line(OURS["staff"], tr("send the broadcast {name}", name=step.broadcast))
    player.sendings.order(broadcast)
    player.catch_up()


def sent_is(player: Player, step: SentIs) -> None:
    """Whether it has gone out as it is written. Raises `Failed` where it has not."""
    found = player.sendings.last(step.broadcast)
    wrong = next(_differences(step, found or PlayedSending(step.broadcast)), None)
    if wrong is not None:
        notes = (
            [tr("since the last step it has not gone out")] if found is None else list(_skipped_lines(found))
        )
        raise Failed(step.place, wrong, notes=notes)


def _differences(step: SentIs, found: PlayedSending) -> Iterator[Translatable]:
    name = quoted(step.broadcast)
    if step.missed and not found.missed:
        yield tr("the time of {name} was not missed", name=name)
    if step.waits is not None and step.waits != found.waits:
        yield tr("{name} does not wait for this", name=name)
    if step.to and (found.missed or found.waits):
        yield tr("{name} has not gone out", name=name)
    if step.to is not None and set(step.to) != set(found.got):
        yield tr("{name} went to {people}", name=name, people=_people(found))
    for who, why_not in step.not_to.items():
        if who in found.got:
            yield tr("{who} got {name}", who=who, name=name)
        elif found.left_out.get(who) != why_not:
            why = found.left_out.get(who) or tr("it was never asked")
            yield tr("{who} did not get {name}, for another reason: {why}", who=who, name=name, why=why)
    if step.messages is not None and step.messages != found.messages:
        yield tr("{name} cost another number of messages: {number}", name=name, number=found.messages)
    if step.price is not None and step.price != found.price:
        money = tr("nothing is said of prices:  plan") if found.price is None else money_text(found.price)
        yield tr("{name} cost {money}", name=name, money=money)


def _people(found: PlayedSending) -> TranslatableValue:
    return row(found.got) if any(found.got) else tr("{number} people", number=len(found.got))


def _skipped_lines(found: PlayedSending) -> Iterator[Translatable]:
    if found.missed:
        yield tr("its time was missed")
    if found.waits is not None:
        yield tr("it waits: {why}", why=found.waits)
    if any(found.got):
        yield tr("got it: {people}", people=row(found.got))
    for who, why in found.left_out.items():
        if who:
            yield tr("{who} did not: {why}", who=who, why=why)
