"""Reading the steps that expect something (language, section 14)."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

from bot.engine.compiled.every_rule import every_rule
from bot.engine.pages.screen import UNBOUND
from bot.model.effects import CONSENT
from bot.model.instance import HeldBy
from bot.model.screen import STATELESS
from bot.model.translatable import tr
from bot.model.value import Value
from bot.playbook.shape.names import PRIVACY_NOTICE
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of
from bot.scenario.checks import (
    MISSED,
    NOTHING,
    SENDING_WAITS,
    WHY_NOT_SENT,
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
from bot.scenario.promotions import promotions_in
from bot.scenario.reading import (
    Reading,
    bindings,
    is_nothing_word,
    items,
    nothing,
    only,
    pairs,
    switch,
    text,
    texts,
    word,
)
from bot.scenario.shape.formats import LOOKS_LIKE_A_NAME


def read_bot(reading: Reading, node: Node) -> Check:
    """`bot`: exactly these messages."""
    expected = () if is_nothing_word(node) else tuple(_all_expected(reading, node))
    return BotSays(place_of(node), expected)


def _all_expected(reading: Reading, node: Node) -> list[Expected]:
    found = (_expected(reading, item) for item in items(node))
    return [one for one in found if one is not None]


def _expected(reading: Reading, node: Node) -> Expected | None:
    if isinstance(node, Map):
        kind, _, value = only(node)
        if kind == "any_of":
            return AnyOf(tuple(_all_expected(reading, value)))
        return ExactText(text(value)) if kind == "text" else Containing(text(value))
    if not LOOKS_LIKE_A_NAME.fullmatch(text(node)):
        return ExactText(text(node))
    if is_nothing_word(node):
        hint = tr("write  bot: {nothing}", nothing=NOTHING)
        reading.wrong(node, "bad-value", tr('"{nothing}" stands alone', nothing=NOTHING), hint)
        return None
    known = list(reading.playbook.cards)
    if reading.playbook.privacy is not None:
        known.append(PRIVACY_NOTICE)
    hint = tr("where this is a text, write  {text: {text}}", text=text(node))
    name = reading.name(node, "card", known, hint)
    return None if name is None else CardNamed(name)


def read_page(reading: Reading, node: Node) -> Check | None:
    """`page`: what the page shows."""
    place = place_of(node)
    if isinstance(node, Map):
        return PageShows(place, contains=text(only(node)[2]))
    if is_nothing_word(node):
        return PageShows(place)
    states = [state for flow in reading.playbook.flows.values() for state in flow.states]
    states += [field.key for form in reading.playbook.forms.values() for field in form.fields]
    state = reading.name(node, "state", [*states, *reading.pages(), UNBOUND, *STATELESS])
    return None if state is None else PageShows(place, state)


def read_sms(node: Node) -> Check:
    """`sms`: the last SMS."""
    place = place_of(node)
    if isinstance(node, Map):
        return SmsSays(place, Containing(text(only(node)[2])))
    return SmsSays(place, None if is_nothing_word(node) else ExactText(text(node)))


def read_contact(reading: Reading, node: Map) -> Check:
    """`contact`: what is known of the person."""
    tags, exactly, bound, marketing = (
        node.get(key) for key in ("tags", "tags_exactly", "bound", "marketing")
    )
    waits = node.get("waits")
    kinds = () if bound is None or is_nothing_word(bound) else bindings(bound)
    return ContactIs(
        place_of(node),
        None if tags is None else texts(tags),
        None if exactly is None else texts(exactly),
        _attributes(reading, node.get("attributes")),
        None if bound is None else kinds,
        None if marketing is None or is_nothing_word(marketing) else switch(marketing),
        marketing is not None,
        promotions_in(reading, "contact", {name: value for name, _, value in pairs(node)}),
        _at_shop(reading, node.get("at_shop")),
        None if waits is None else switch(waits),
    )


def _at_shop(reading: Reading, node: Node | None) -> tuple[tuple[str, str, Value | None], ...]:
    """What is expected of the shop's record, by the names of attributes that the shop maps."""
    mapped = {name: info for name, info in reading.playbook.attributes.items() if info.shop is not None}
    wanted: list[tuple[str, str, Value | None]] = []
    for name, key, value in pairs(node):
        if name == "marketing":
            wanted.append((name, CONSENT, None if is_nothing_word(value) else switch(value)))
        elif name not in mapped:
            hint = tr("these are the attributes that a shop maps")
            reading.unknown(key, "attribute", name, ["marketing", *mapped], hint)
        else:
            expected = None if nothing(value) else reading.value(value, mapped[name])
            if nothing(value) or expected is not None:
                wanted.append((name, mapped[name].slot, expected))
    return tuple(wanted)


def _attributes(reading: Reading, node: Node | None) -> tuple[tuple[str, str, Value | None], ...]:
    attributes: list[tuple[str, str, Value | None]] = []
    for name, key, value in pairs(node):
        info = reading.attribute(key)
        if info is None:
            continue
        wanted = None if nothing(value) else reading.value(value, info)
        if nothing(value) or wanted is not None:
            attributes.append((name, info.slot, wanted))
    return tuple(attributes)


def read_flow(reading: Reading, node: Node) -> Check:
    """`flow`: the person's state in flows, also of ended ones."""
    states: list[tuple[str, str | None]] = []
    held: HeldBy | None = None
    flows = 0
    for name, key, value in pairs(node):
        if name == "held":
            held = word(value, get_args(HeldBy))
            continue
        flows += 1
        if reading.name(key, "flow", reading.playbook.flows) is not None:
            state = None if is_nothing_word(value) else reading.state(name, value)
            states.append((name, state))
    if held is not None and flows != 1:
        reading.wrong(node, "bad-value", tr('"held" needs one flow and its state beside it'))
    return FlowIs(place_of(node), tuple(states), held)


def read_menu(reading: Reading, node: Node) -> Check | None:
    """`menu`: the rich menu shown."""
    menus = {menu.name: menu for menu in reading.playbook.menus}
    key, tab = only(node)[1:] if isinstance(node, Map) else (node, None)
    if tab is None and is_nothing_word(node):
        return MenuIs(place_of(node), None)
    name = reading.name(key, "menu", menus)
    if name is None or tab is None:
        return None if name is None else MenuIs(place_of(node), name)
    known = reading.name(tab, "tab", menus[name].tabs)
    return None if known is None else MenuIs(place_of(node), name, known)


def read_cost(node: Node) -> Check:
    """`cost`: messages paid so far."""
    return CostIs(place_of(node), int(text(node)))


def read_sent(reading: Reading, node: Node) -> Check | None:
    """`sent`: who got a broadcast."""
    assert isinstance(node, Map)
    place = place_of(node)
    name, key, expected = only(node)
    if reading.name(key, "broadcast", reading.playbook.broadcasts) is None:
        return None
    if isinstance(expected, Scalar) and expected.value in (NOTHING, MISSED):
        return SentIs(place, name, (), missed=expected.value == MISSED)
    if not isinstance(expected, Map):
        return SentIs(place, name, _people(reading, expected))
    to, messages, price, waits = (expected.get(key) for key in ("to", "messages", "price", "waits"))
    not_to = pairs(expected.get("not_to"))
    return SentIs(
        place,
        name,
        None if to is None else () if is_nothing_word(to) else _people(reading, to),
        {person: word(why, WHY_NOT_SENT) for person, at, why in not_to if reading.person(at) is not None},
        None if messages is None else int(text(messages)),
        None if price is None else Decimal(text(price)),
        waits=None if waits is None else word(waits, SENDING_WAITS),
    )


def _people(reading: Reading, node: Node) -> tuple[str, ...]:
    found = (reading.person(item) for item in items(node))
    return tuple(one for one in found if one is not None)


def read_explain(reading: Reading, node: Node) -> Check | None:
    """`explain`: what decided."""
    assert isinstance(node, Map)
    kind, _, value = only(node)
    if kind == "file":
        return Explains(place_of(node), file=text(value))
    name = text(value)
    if name not in {rule.key for rule in every_rule(reading.playbook)}:
        message = tr("no rule has the name {name}", name=quoted(name))
        reading.wrong(value, "bad-value", message, tr("give the rule its name:  name: {name}", name=name))
        return None
    return Explains(place_of(node), rule=name)
