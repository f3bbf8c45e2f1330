"""Reading the steps that expect something (language, section 14)."""

from __future__ import annotations

from typing import get_args

from bot.engine.screen import UNBOUND
from bot.model.contact import HeldBy
from bot.model.said import say
from bot.model.value import Value
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of
from bot.scenario.checks import (
    NOTHING,
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
from bot.scenario.open_page import STATELESS
from bot.scenario.read_acts import LOOKS_LIKE_A_NAME
from bot.scenario.read_given import bound
from bot.scenario.reading import Reading

PRIVACY_NOTICE = "privacy_notice"
HELD: tuple[HeldBy, ...] = get_args(HeldBy)
CONTACT = ("tags", "tags_exactly", "attributes", "bound", "marketing")


def read_bot(reading: Reading, node: Node) -> Check | None:
    """`bot`: exactly these messages."""
    place = place_of(node)
    if _is_nothing_word(node):
        return BotSays(place, ())
    items = reading.items(node)
    if not items:
        reading.wrong(
            node, "empty-list", say("no message stands here"), say("write  bot: {nothing}", nothing=NOTHING)
        )
        return None
    expected = [_expected(reading, item) for item in items]
    return BotSays(place, tuple(e for e in expected if e is not None))


def _is_nothing_word(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value == NOTHING


def _expected(reading: Reading, node: Node) -> Expected | None:
    if isinstance(node, Scalar):
        text = reading.text(node, "bot")
        if text is None:
            return None
        if not LOOKS_LIKE_A_NAME.fullmatch(text):
            return ExactText(text)
        if _is_nothing_word(node):
            message = say('"{nothing}" stands alone', nothing=NOTHING)
            reading.wrong(node, "bad-value", message, say("write  bot: {nothing}", nothing=NOTHING))
            return None
        known = list(reading.playbook.cards)
        if reading.playbook.privacy is not None:
            known.append(PRIVACY_NOTICE)
        name = reading.name(
            node, "card", known, say("where this is a text, write  {text: {text}}", text=text)
        )
        return None if name is None else CardNamed(name)
    kind = reading.one_key(node, "bot", ("text", "contains", "any_of"))
    if kind is None or not isinstance(node, Map):
        return None
    value = node.pairs[kind][1]
    if kind == "any_of":
        options = [_expected(reading, item) for item in reading.items(value)]
        return AnyOf(tuple(option for option in options if option is not None))
    text = reading.text(value, kind)
    if text is None:
        return None
    return ExactText(text) if kind == "text" else Containing(text)


def read_page(reading: Reading, node: Node) -> Check | None:
    """`page`: what the page shows."""
    place = place_of(node)
    if isinstance(node, Map):
        text = _contains(reading, node, "page")
        return None if text is None else PageShows(place, contains=text)
    if _is_nothing_word(node):
        return PageShows(place)
    states = [state for flow in reading.playbook.flows.values() for state in flow.states]
    state = reading.name(node, "state", [*states, *reading.pages(), UNBOUND, *STATELESS])
    return None if state is None else PageShows(place, state)


def _contains(reading: Reading, node: Map, what: str) -> str | None:
    kind = reading.one_key(node, what, ("contains",))
    return None if kind is None else reading.text(node.pairs[kind][1], kind)


def read_sms(reading: Reading, node: Node) -> Check | None:
    """`sms`: the last SMS."""
    place = place_of(node)
    if isinstance(node, Map):
        text = _contains(reading, node, "sms")
        return None if text is None else SmsSays(place, Containing(text))
    if _is_nothing_word(node):
        return SmsSays(place, None)
    text = reading.text(node, "sms")
    return None if text is None else SmsSays(place, ExactText(text))


def read_contact(reading: Reading, node: Node) -> Check | None:
    """`contact`: what is known of the person."""
    place = place_of(node)
    found = reading.map(node, "contact", (*CONTACT, "set"))
    if found is None:
        return None
    tags = exactly = kinds = marketing = None
    if (value := found.get("tags")) is not None:
        tags = reading.texts(value, "tags")
    if (value := found.get("tags_exactly")) is not None:
        exactly = reading.texts(value, "tags_exactly")
    if (value := found.get("bound")) is not None:
        kinds = () if _is_nothing_word(value) else bound(reading, value)
    said = found.get("marketing")
    if said is not None and not _is_nothing_word(said):
        marketing = reading.yes_no(said, "marketing")
    return ContactIs(place, tags, exactly, _attributes(reading, found), kinds, marketing, said is not None)


def _attributes(reading: Reading, found: Map) -> tuple[tuple[str, str, Value | None], ...]:
    attributes: list[tuple[str, str, Value | None]] = []
    node = found.get("attributes")
    for name, key, value in reading.pairs(node, "attributes") if node is not None else ():
        info = reading.attribute(key)
        if info is None:
            continue
        nothing = isinstance(value, Scalar) and value.nothing
        wanted = None if nothing else reading.value(value, info)
        if nothing or wanted is not None:
            attributes.append((name, info.slot, wanted))
    return tuple(attributes)


def read_flow(reading: Reading, node: Node) -> Check | None:
    """`flow`: where the person stands, or stood at the end."""
    states: list[tuple[str, str | None]] = []
    held: HeldBy | None = None
    for name, key, value in reading.pairs(node, "flow"):
        if name == "held":
            held = reading.one_of(value, HELD, "held")
        elif reading.name(key, "flow", reading.playbook.flows) is not None:
            state = None if _is_nothing_word(value) else reading.state(name, value)
            if state is not None or _is_nothing_word(value):
                states.append((name, state))
    if held is not None and len(states) != 1:
        reading.wrong(node, "bad-value", say('"held" needs one flow and its state beside it'))
    return FlowIs(place_of(node), tuple(states), held) if states else None


def read_menu(reading: Reading, node: Node) -> Check | None:
    """`menu`: the rich menu shown."""
    place = place_of(node)
    menus = {menu.name: menu for menu in reading.playbook.menus}
    if isinstance(node, Map):
        for name, key, value in reading.pairs(node, "menu"):
            if reading.name(key, "menu", menus) is None:
                return None
            tab = reading.name(value, "tab", menus[name].tabs)
            return None if tab is None else MenuIs(place, name, tab)
        return None
    if _is_nothing_word(node):
        return MenuIs(place, None)
    found = reading.name(node, "menu", menus)
    return None if found is None else MenuIs(place, found)


def read_cost(reading: Reading, node: Node) -> Check | None:
    """`cost`: messages paid so far."""
    number = reading.whole(node, "cost")
    return None if number is None else CostIs(place_of(node), number)


def read_explain(reading: Reading, node: Node) -> Check | None:
    """`explain`: what decided."""
    kind = reading.one_key(node, "explain", ("rule", "file"))
    if kind is None or not isinstance(node, Map):
        return None
    value = node.pairs[kind][1]
    if kind == "file":
        file = reading.text(value, "file")
        return None if file is None else Explains(place_of(node), file=file)
    flows = reading.playbook.flows.values()
    rules = [*reading.playbook.rules, *(rule for flow in flows for rule in flow.rules)]
    rules += [rule for flow in flows for state in flow.states.values() for rule in state.rules]
    name = reading.text(value, "rule")
    if name is not None and name not in {rule.key for rule in rules}:
        message = say("no rule has the name {name}", name=shown(name))
        reading.wrong(value, "bad-value", message, say("give the rule its name:  name: {name}", name=name))
        return None
    return None if name is None else Explains(place_of(node), rule=name)
