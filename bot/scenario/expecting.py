"""Checks what a step expects against what has happened: messages, pages, SMS, cost, what decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

from bot.engine.compiled.card import Card
from bot.engine.compiled.every_rule import every_rule
from bot.engine.rendering.placeholders import sms_text
from bot.model.message import Message
from bot.model.place import Place
from bot.model.translatable import TranslatableValue, tr
from bot.playbook.shape.names import PRIVACY_NOTICE
from bot.playbook.similar import quoted
from bot.scenario.checks import (
    AnyOf,
    BotSays,
    CardNamed,
    Check,
    ContactIs,
    Containing,
    CostIs,
    ExactText,
    Expected,
    Explains,
    FlowIs,
    MenuIs,
    PageShows,
    SentIs,
    SmsSays,
)
from bot.scenario.expectations import contact_is, flow_is, listed, menu_is, sent_is
from bot.scenario.failure import Failed, NewAnswer
from bot.scenario.naming import is_card, named
from bot.scenario.open_page import called, readable, screen
from bot.scenario.people import Got
from bot.scenario.player import Player
from bot.wording.conversation import can_be_read, message_text


def check(player: Player, step: Check) -> None:
    """Raise `Failed` where what the step expects is not so."""
    _CHECK[type(step)](player, step)


def all_named(player: Player, place: Place) -> None:
    """Raise `Failed` where a message has come that no `bot` step names: a step left out is not "anything"."""
    for person in player.people.values():
        if person.unnamed:
            _mark(person.unnamed)
            number = len(person.unnamed)
            what = tr("a message that no step names")
            if number > 1:
                what = tr("{number} messages that no step names", number=number)
            message = tr("before this step the bot said {what}", what=what)
            if person.name:
                message = tr(
                    "before this step the bot said {what} to {person}", what=what, person=person.name
                )
            raise Failed(place, message)


def _mark(got: Sequence[Got]) -> None:
    for one in got:
        one.line.mark = "+"


# -- messages


def _bot(player: Player, step: BotSays) -> None:
    person = player.person
    got, person.unnamed = person.unnamed, []
    messages = [one.message for one in got]
    if _matches(player, step.expected, messages):
        return
    missing, extra = _difference(player, step.expected, messages)
    _mark([got[number] for number in extra])
    if not step.expected:
        message = tr("the bot should be silent")
    elif not messages:
        message = tr("the bot said nothing")
    elif not missing and not extra:
        message = tr("the bot said this in another order")
    else:
        message = tr("the bot said something else")
    answer = NewAnswer(
        tuple(_in_words(player, one) for one in step.expected),
        tuple(map(message_text, messages)),
        tuple(one.yaml for one in named(messages, player.playbook)),
    )
    raise Failed(step.place, message, [describe(one) for one in missing], answer=answer)


def _matches(player: Player, expected: Sequence[Expected], messages: Sequence[Message]) -> bool:
    """Whether these are exactly the expected messages, in order."""
    if not expected:
        return not messages
    first, rest = expected[0], expected[1:]
    return any(_matches(player, rest, messages[count:]) for count in _takes(player, first, messages))


def _takes(player: Player, expected: Expected, messages: Sequence[Message]) -> Iterator[int]:
    """How many of the first messages an expectation may match; several numbers for `any_of`."""
    match expected:
        case CardNamed(name):
            card = card_called(player, name)
            if card is not None and is_card(messages[: len(card.bubbles)], card):
                yield len(card.bubbles)
        case ExactText(text):
            if messages and is_text(messages[0], text):
                yield 1
        case Containing(text):
            if messages and can_be_read(messages[0], text):
                yield 1
        case AnyOf(options):
            for option in options:
                yield from _takes(player, option, messages)


def _difference(
    player: Player, expected: Sequence[Expected], messages: Sequence[Message]
) -> tuple[list[Expected], list[int]]:
    """What was expected and did not come, and the numbers of the messages that nobody expected."""
    left = list(range(len(messages)))
    missing = []
    for one in expected:
        for start in left:
            taken = next((c for c in _takes(player, one, messages[start:]) if c), 0)
            numbers = list(range(start, start + taken))
            if taken and all(number in left for number in numbers):
                left = [number for number in left if number not in numbers]
                break
        else:
            missing.append(one)
    return missing, left


def card_called(player: Player, name: str) -> Card | None:
    """A card of the playbook, the built-in notice included."""
    privacy = player.playbook.privacy
    if name == PRIVACY_NOTICE and privacy is not None:
        return privacy.card
    return player.playbook.cards.get(name)


def is_text(message: Message, text: str) -> bool:
    """Whether it is a text message with this text; line ends at its end do not count."""
    return message.get("type") == "text" and str(message.get("text", "")).rstrip("\n") == text.rstrip("\n")


def _in_words(player: Player, expected: Expected) -> TranslatableValue:
    """The expectation for people: a card without placeholders as the text that can be read on it."""
    card = card_called(player, expected.name) if isinstance(expected, CardNamed) else None
    ready = None if card is None else card.bubbles[0].ready
    return describe(expected) if ready is None else message_text(ready)


def describe(expected: Expected) -> TranslatableValue:
    """An expectation as a line of the conversation."""
    match expected:
        case CardNamed(name):
            return tr("the card {name}", name=name)
        case ExactText(text):
            return text
        case Containing(text):
            return tr("something that contains {text}", text=quoted(text))
        case AnyOf(options):
            first, *others = map(describe, options)
            return reduce(lambda one, other: tr("{one} or {other}", one=one, other=other), others, first)


# -- pages and SMS


def _page(player: Player, step: PageShows) -> None:
    person = player.person
    now, name = screen(player, person), called(player, person)
    texts = list(readable(now)) if now is not None else []
    shows = tr("it shows {state}", state=name) if name is not None else tr("no page is open")
    notes = [tr("on the page: {text}", text=text) for text in texts]
    if step.contains is not None:
        if not any(step.contains in text for text in texts):
            message = tr("the page does not say {text}: {now}", text=quoted(step.contains), now=shows)
            raise Failed(step.place, message, notes=notes)
    elif step.state != name:
        wanted = tr("no page should be open")
        if step.state is not None:
            wanted = tr("the page should show {state}", state=step.state)
        raise Failed(step.place, tr("{wanted}: {now}", wanted=wanted, now=shows), notes=notes)


def _sms(player: Player, step: SmsSays) -> None:
    person = player.person
    mine = player.world.sms.of(person.contact)
    if step.expected is None:
        if mine[person.sms_before :]:
            raise Failed(step.place, tr("an SMS has come, and none should"))
        return
    if not mine:
        raise Failed(step.place, tr("no SMS has come"))
    says = sms_text(player.playbook, person.channel, mine[-1].code, mine[-1].at)
    wanted = step.expected.text
    fits = says == wanted if isinstance(step.expected, ExactText) else wanted in says
    if not fits:
        raise Failed(
            step.place,
            tr("the SMS does not say {wanted}", wanted=quoted(wanted)),
            notes=[tr("it says: {says}", says=says)],
        )


def _cost(player: Player, step: CostIs) -> None:
    if player.allowance.paid != step.messages:
        raise Failed(
            step.place,
            tr(
                "messages paid so far: expected {messages}, it is {paid}",
                messages=step.messages,
                paid=player.allowance.paid,
            ),
        )


def _explain(player: Player, step: Explains) -> None:
    places = [trace.place for turn in player.turns for trace in turn.trace if trace.place is not None]
    if step.file is not None:
        if all(place.file != step.file for place in places):
            files = list(dict.fromkeys(place.file for place in places))
            raise Failed(
                step.place,
                tr("nothing in {file} decided this: it was {files}", file=step.file, files=listed(files)),
            )
        return
    matched = {
        (trace.place.file, trace.place.line, trace.place.column)
        for turn in player.turns
        for trace in turn.trace
        if trace.place is not None and trace.result == "matched"
    }
    for rule in every_rule(player.playbook):
        if rule.key == step.rule and (rule.place.file, rule.place.line, rule.place.column) in matched:
            return
    raise Failed(step.place, tr("the rule {rule} did not decide this", rule=str(step.rule)))


_CHECK: Mapping[type, Callable[[Player, Any], None]] = {
    BotSays: _bot,
    PageShows: _page,
    SmsSays: _sms,
    ContactIs: contact_is,
    FlowIs: flow_is,
    MenuIs: menu_is,
    CostIs: _cost,
    SentIs: sent_is,
    Explains: _explain,
}
"""What checks each step, by its type."""
