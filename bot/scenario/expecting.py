"""Looking whether a step has come out as it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bot.engine.card import Card
from bot.engine.format import formatted
from bot.model.contact import Contact
from bot.model.message import Message
from bot.model.place import Place
from bot.model.value import Value
from bot.playbook.similar import shown
from bot.scenario.acting import page_flow
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
    SmsSays,
)
from bot.scenario.failure import Failed
from bot.scenario.given import Bound
from bot.scenario.people import Got, Person
from bot.scenario.player import Player
from bot.scenario.read_checks import PRIVACY_NOTICE
from bot.scenario.recognise import is_card
from bot.scenario.shown import can_be_read


def check(player: Player, step: Check) -> None:
    """Look whether it is so. Raises `Failed` where it is not."""
    _CHECK[type(step)](player, step)


def all_named(player: Player, place: Place) -> None:
    """Every message that has come has been named by a `bot` step: a step left out is not "anything"."""
    for person in player.people.values():
        if person.unnamed:
            _mark(person.unnamed)
            number = len(person.unnamed)
            what = "a message that no step names" if number == 1 else f"{number} messages that no step names"
            whose = f" to {person.name}" if person.name else ""
            raise Failed(place, f"before this step the bot said {what}{whose}")


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
        message = "the bot should be silent"
    elif not messages:
        message = "the bot said nothing"
    elif not missing and not extra:
        message = "the bot said this in another order"
    else:
        message = "the bot said something else"
    raise Failed(step.place, message, [told(one) for one in missing])


def _matches(player: Player, expected: Sequence[Expected], messages: Sequence[Message]) -> bool:
    """Whether these are exactly the expected messages, in order."""
    if not expected:
        return not messages
    first, rest = expected[0], expected[1:]
    return any(_matches(player, rest, messages[count:]) for count in _takes(player, first, messages))


def _takes(player: Player, expected: Expected, messages: Sequence[Message]) -> Iterator[int]:
    """How many of the first messages an expectation may stand for."""
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


def told(expected: Expected) -> str:
    """An expectation as a line of the conversation."""
    match expected:
        case CardNamed(name):
            return f"the card {name}"
        case ExactText(text):
            return text
        case Containing(text):
            return f"something that contains {shown(text)}"
        case AnyOf(options):
            return " or ".join(told(option) for option in options)


# -- pages and SMS


def _page(player: Player, step: PageShows) -> None:
    person = player.person
    state, texts = page_state(player, person), page_texts(player, person)
    now = f"it shows {state}" if state is not None else "no page is open"
    if step.contains is not None:
        if not any(step.contains in text for text in texts):
            notes = [f"on the page: {text}" for text in texts]
            raise Failed(step.place, f"the page does not say {shown(step.contains)}: {now}", notes=notes)
    elif step.state not in (state, person.page if step.state is not None else None):
        wanted = f"the page should show {step.state}" if step.state is not None else "no page should be open"
        raise Failed(step.place, f"{wanted}: {now}", notes=[f"on the page: {text}" for text in texts])


def page_state(player: Player, person: Person) -> str | None:
    """What the open page shows: the state of its flow (or of the one that it runs); else its own name."""
    flow = page_flow(player, person)
    if flow is None:
        return person.page
    contact = player.contact(person)
    instance = contact.instance(flow, person.channel)
    if instance is None:
        return player.ended.get((contact.id, flow, person.channel), person.page)
    while True:
        child = next(
            (i for i in contact.flows if i.parent == instance.flow and i.channel == person.channel), None
        )
        if child is None:
            return instance.state
        instance = child


def page_texts(player: Player, person: Person) -> list[str]:
    """What can be read on the open page: what the bot has shown there, the question, the words of its end."""
    texts = list(person.page_texts)
    name, state_name = page_flow(player, person), page_state(player, person)
    for flow in player.playbook.flows.values() if name is not None else ():
        state = flow.states.get(state_name or "")
        if state is not None and state.problem_text is not None:
            texts.append(state.problem_text)
        if state is not None and state.question is not None:
            bubbles = [bubble for card in state.question.ask for bubble in card.bubbles]
            texts += [str(bubble.ready.get("text", "")) for bubble in bubbles if bubble.ready is not None]
    return texts


def _sms(player: Player, step: SmsSays) -> None:
    person = player.person
    mine = [text for text in player.world.sms.sent if text.who == person.contact]
    if step.expected is None:
        if mine[person.sms_before :]:
            raise Failed(step.place, "an SMS has come, and none should")
        return
    if not mine:
        raise Failed(step.place, "no SMS has come")
    says = player.sms_text(mine[-1], person.channel)
    wanted = step.expected.text
    fits = says == wanted if isinstance(step.expected, ExactText) else wanted in says
    if not fits:
        raise Failed(step.place, f"the SMS does not say {shown(wanted)}", notes=[f"it says: {says}"])


# -- what is known of the person


def _contact(player: Player, step: ContactIs) -> None:
    contact = player.contact(player.person)
    wrong: list[str] = []
    tags = [tag.name for tag in contact.tags if contact.has_tag(tag.name, player.now)]
    lacking = [tag for tag in step.tags or () if tag not in tags]
    if lacking:
        wrong.append(f"tags: {_list(lacking)} not on; there are {_list(tags)}")
    if step.tags_exactly is not None and sorted(step.tags_exactly) != sorted(tags):
        wrong.append(f"tags: expected exactly {_list(step.tags_exactly)}, there are {_list(tags)}")
    for name, slot, wanted in step.attributes:
        known = contact.attributes.get(slot)
        value = None if known is None else known.value
        if value != wanted:
            expected, found = _value(player, wanted), _value(player, value)
            wrong.append(f"attribute {name}: expected {expected}, it is {found}")
    if step.bound is not None:
        bound = _bound(contact)
        if (not step.bound and bound) or any(kind not in bound for kind in step.bound):
            wrong.append(f"bound: expected {_list(step.bound)}, it is {_list(bound)}")
    if step.asks_marketing and contact.marketing != step.marketing:
        wrong.append(f"marketing: expected {_yes_no(step.marketing)}, it is {_yes_no(contact.marketing)}")
    if wrong:
        raise Failed(step.place, "the contact is not as expected", notes=wrong)


def _list(names: Sequence[str]) -> str:
    return ", ".join(names) or "nothing"


def _value(player: Player, value: Value | None) -> str:
    return "not known" if value is None else formatted(value, None, player.playbook.zone)


def _yes_no(value: bool | None) -> str:
    return "not known" if value is None else str(value).lower()


def _bound(contact: Contact) -> list[Bound]:
    found: list[Bound] = list(contact.bindings)
    return [*found, "clerk"] if contact.clerk is not None else found


def _flow(player: Player, step: FlowIs) -> None:
    person = player.person
    contact = player.contact(person)
    for name, wanted in step.states:
        instance = contact.instance(name, person.channel)
        ended = player.ended.get((contact.id, name, person.channel))
        if wanted is None:
            if instance is not None:
                raise Failed(step.place, f"nobody should be in {name}: the person is in {instance.state}")
            continue
        state = instance.state if instance is not None else ended
        if state != wanted:
            raise Failed(
                step.place,
                f"{name} should be at {wanted}: {_where(state, ended is not None and not instance)}",
            )
        held = instance.held.by if instance is not None and instance.held is not None else None
        if step.held is not None and held != step.held:
            found = f"held: {held}" if held is not None else "it is not held"
            raise Failed(step.place, f"{name} should be held by {step.held}: {found}")


def _where(state: str | None, ended: bool) -> str:
    if state is None:
        return "the person is not in it, and was not"
    return f"it has ended at {state}" if ended else f"it is at {state}"


def _menu(player: Player, step: MenuIs) -> None:
    identity = player.contact(player.person).identity(player.person.channel)
    if identity.menu != step.menu:
        message = f"the rich menu should be {step.menu or 'none'}: it is {identity.menu or 'none'}"
        raise Failed(step.place, message)
    if step.tab is not None:
        menu = next(menu for menu in player.playbook.menus if menu.name == step.menu)
        tab = identity.tab or next(iter(menu.tabs))
        if tab != step.tab:
            raise Failed(step.place, f"the tab should be {step.tab}: it is {tab}")


def _cost(player: Player, step: CostIs) -> None:
    if player.paid != step.messages:
        raise Failed(step.place, f"messages paid so far: expected {step.messages}, it is {player.paid}")


def _explain(player: Player, step: Explains) -> None:
    places = [trace.place for turn in player.turns for trace in turn.trace if trace.place is not None]
    if step.file is not None:
        if all(place.file != step.file for place in places):
            files = list(dict.fromkeys(place.file for place in places))
            raise Failed(step.place, f"nothing in {step.file} decided this: it was {_list(files)}")
        return
    matched = {
        (trace.place.file, trace.place.line, trace.place.column)
        for turn in player.turns
        for trace in turn.trace
        if trace.place is not None and trace.result == "matched"
    }
    for rule in rules_of(player):
        if rule.key == step.rule and (rule.place.file, rule.place.line, rule.place.column) in matched:
            return
    raise Failed(step.place, f"the rule {step.rule} did not decide this")


def rules_of(player: Player) -> Iterator[Any]:
    """All rules of the playbook, those of flows included."""
    yield from player.playbook.rules
    for flow in player.playbook.flows.values():
        yield from flow.rules
        for state in flow.states.values():
            yield from state.rules


_CHECK: Mapping[type, Callable[[Player, Any], None]] = {
    BotSays: _bot,
    PageShows: _page,
    SmsSays: _sms,
    ContactIs: _contact,
    FlowIs: _flow,
    MenuIs: _menu,
    CostIs: _cost,
    Explains: _explain,
}
