"""Having a broadcast sent, and looking at who got it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.money import shown_money
from bot.model.said import Said, SaidValue, row, say
from bot.playbook.similar import shown
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
        message = say(
            "{name} is not sent: it is  status: {status}", name=shown(step.broadcast), status=broadcast.status
        )
        raise Failed(step.place, message)
    player.tell(OURS["staff"], say("send the broadcast {name}", name=step.broadcast))
    player.sendings.order(broadcast)
    player.catch_up()


def sent_is(player: Player, step: SentIs) -> None:
    """Whether it has gone out as it is written. Raises `Failed` where it has not."""
    found = player.sendings.last(step.broadcast)
    wrong = next(_differences(step, found or PlayedSending(step.broadcast)), None)
    if wrong is not None:
        notes = [say("since the last step it has not gone out")] if found is None else list(_told(found))
        raise Failed(step.place, wrong, notes=notes)


def _differences(step: SentIs, found: PlayedSending) -> Iterator[Said]:
    name = shown(step.broadcast)
    if step.missed and not found.missed:
        yield say("the time of {name} was not missed", name=name)
    if step.waits is not None and step.waits != found.waits:
        yield say("{name} does not wait for this", name=name)
    if step.to and (found.missed or found.waits):
        yield say("{name} has not gone out", name=name)
    if step.to is not None and set(step.to) != set(found.got):
        yield say("{name} went to {people}", name=name, people=_people(found))
    for who, why_not in step.not_to.items():
        if who in found.got:
            yield say("{who} got {name}", who=who, name=name)
        elif found.left_out.get(who) != why_not:
            why = found.left_out.get(who) or say("it was never asked")
            yield say("{who} did not get {name}, for another reason: {why}", who=who, name=name, why=why)
    if step.messages is not None and step.messages != found.messages:
        yield say("{name} cost another number of messages: {number}", name=name, number=found.messages)
    if step.price is not None and step.price != found.price:
        money = say("nothing is said of prices:  plan") if found.price is None else shown_money(found.price)
        yield say("{name} cost {money}", name=name, money=money)


def _people(found: PlayedSending) -> SaidValue:
    return row(found.got) if any(found.got) else say("{number} people", number=len(found.got))


def _told(found: PlayedSending) -> Iterator[Said]:
    if found.missed:
        yield say("its time was missed")
    if found.waits is not None:
        yield say("it waits: {why}", why=found.waits)
    if any(found.got):
        yield say("got it: {people}", people=row(found.got))
    for who, why in found.left_out.items():
        if who:
            yield say("{who} did not: {why}", who=who, why=why)
