"""Reads `given`: the moment, the people, the shop, the clerks, the draw (language, section 14)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import get_args

from bot.engine.compiled.every_rule import places_of
from bot.engine.times import time_texts
from bot.engine.types.dates import date_typed, moment_typed
from bot.model.brake import Brake, PushStop
from bot.model.decision import SmsCredit
from bot.model.translatable import tr
from bot.model.value import Value
from bot.playbook.shape.words import SWITCH
from bot.playbook.similar import not_one_of, quoted
from bot.playbook.syntax.nodes import Map, Node, place_of
from bot.scenario.given import (
    ALL_BROADCASTS,
    ALL_PUSHES,
    ANOTHER,
    Given,
    GivenBinding,
    GivenClerk,
    GivenFlow,
    GivenMember,
    GivenPerson,
)
from bot.scenario.promotions import promotions_in
from bot.scenario.reading import Reading, bindings, items, pairs, phone, switch, text, texts, word
from bot.scenario.shape.given import MEMBER

GIVEN_BY = "given"
"""The actor of the stops in `given`: a scenario names none."""
DEFAULT_NOW = "2026-09-01 12:00"
"""When a scenario begins that does not say it: a Tuesday noon by the playbook's clock."""


def read_given(reading: Reading, node: Node | None, root: Map) -> Given:
    """Everything before the first step; invalid parts are left out."""
    given = node if isinstance(node, Map) else Map(root.file, (), 1, 1)
    sound = reading.sound_values(given)
    part = sound.get
    people_named, clerks = given.get("people"), items(given.get("clerks"))
    reading.people = tuple(name for name, _, _ in pairs(people_named))
    reading.clerks = {text(code) for one in clerks if isinstance(one, Map) and (code := one.get("code"))}
    now = _moment(reading, part("now"))
    channel = _channel(reading, part("channel")) or next(iter(reading.playbook.channels), "")
    alone = GivenPerson("", place_of(root), channel)
    people = _people(reading, given.get("contact"), people_named, alone)
    if "contact" in given.pairs and people_named is not None:
        message = tr('"contact" and "people" stand here both')
        hint = tr("make the contact one of the people")
        reading.wrong(given.pairs["contact"][0], "bad-value", message, hint)
    credit, quota = part("sms_credit"), part("quota")
    return Given(
        now,
        people,
        tuple(_member(reading, one, people[0].name) for one in items(given.get("shop"))),
        tuple(_clerk(reading, one) for one in reading.sound_blocks(given.get("clerks"))),
        reading.groups(part("split")),
        "fine" if credit is None else word(credit, get_args(SmsCredit)),
        None if quota is None else int(text(quota)),
        _taken(reading, part("taken")),
        promotions_in(reading, "given", sound),
        _stopped(reading, part("stopped"), now),
        _broadcasts(reading, part("broadcasts")),
    )


def _moment(reading: Reading, node: Node | None) -> datetime:
    written, zone = DEFAULT_NOW if node is None else text(node), reading.playbook.zone
    moment = time_texts.moment(written, zone) or moment_typed(written, zone)
    assert moment is not None, "its format is right"
    return moment


def _channel(reading: Reading, node: Node | None) -> str | None:
    return None if node is None else reading.name(node, "channel", reading.playbook.channels)


def which_pushes(reading: Reading, node: Node) -> tuple[str | None, str | None] | None:
    """The channel and the flow whose pushes are meant, `None` for all. `None` instead of the pair where a
    name is unknown, which is reported."""
    if not isinstance(node, Map):
        return (None, None) if text(node) == ALL_PUSHES else _with_flow(reading, None, node)
    given = reading.sound_values(node)
    channel = _channel(reading, given.get("channel"))
    if not given or (channel is None and "channel" in given):
        return None
    return _with_flow(reading, channel, given["flow"]) if "flow" in given else (channel, None)


def _with_flow(reading: Reading, channel: str | None, node: Node) -> tuple[str | None, str] | None:
    playbook = reading.playbook
    hint = tr("all of them are  {all}", all=ALL_PUSHES)
    flow = reading.name(node, "flow", (*playbook.flows, *playbook.form_flows), hint)
    return None if flow is None else (channel, flow)


def _stopped(reading: Reading, node: Node | None, now: datetime) -> Brake:
    found = (which_pushes(reading, one) for one in items(node))
    return Brake(tuple(PushStop(*one, GIVEN_BY, now) for one in found if one is not None))


def _broadcasts(reading: Reading, node: Node | None) -> frozenset[str]:
    known = (*reading.playbook.broadcasts, ALL_BROADCASTS)
    found = (reading.name(one, "broadcast", known) for one in items(node))
    return frozenset(one for one in found if one is not None)


def _people(
    reading: Reading, contact: Node | None, people: Node | None, alone: GivenPerson
) -> tuple[GivenPerson, ...]:
    if contact is not None:
        return (_person(reading, contact, alone),)
    found = (
        _person(reading, node, replace(alone, name=name, place=place_of(key), shown=name))
        for name, key, node in pairs(people)
    )
    return tuple(found) or (alone,)


def _person(reading: Reading, node: Node, person: GivenPerson) -> GivenPerson:
    """The person with the given data."""
    given = reading.sound_values(node)

    def text_of(key: str) -> str | None:
        return text(given[key]) if key in given else None

    clerk = _known_clerk(reading, given.get("clerk"))
    bound: tuple[GivenBinding, ...] = bindings(given.get("bound"))
    if clerk is not None and "clerk" not in bound:
        bound = (*bound, "clerk")
    return GivenPerson(
        person.name,
        person.place,
        _channel(reading, given.get("channel")) or person.channel,
        shown=text_of("name") or person.shown,
        language=text_of("language"),
        friend=switch(given.get("friend")),
        tags=texts(given.get("tags")),
        values=reading.values(given.get("attributes")),
        bound=bound,
        bound_before="bound_before" in given,
        phone=phone(given.get("phone")),
        email=text_of("email"),
        member_no=text_of("member_no"),
        clerk=clerk,
        marketing=switch(given.get("marketing")),
        flows=tuple(_flows(reading, given.get("flow"))),
        places=_places(reading, given.get("places")),
        promotions=promotions_in(reading, "person", given),
    )


def _places(reading: Reading, node: Node | None) -> tuple[str, ...]:
    known = places_of(reading.playbook)
    return tuple(rule for item in items(node) if (rule := reading.name(item, "rule", known)))


def _known_clerk(reading: Reading, node: Node | None) -> str | None:
    code = None if node is None else text(node)
    if node is not None and code not in reading.clerks:
        message = tr("no clerk here has the code {code}", code=quoted(text(node)))
        reading.wrong(node, "bad-value", message, tr("write the clerk into  given.clerks: [{code: …}]"))
        return None
    return code


def _flows(reading: Reading, node: Node | None) -> list[GivenFlow]:
    found = (reading.flow_state(key, value) for _, key, value in pairs(node))
    return [GivenFlow(*one) for one in found if one is not None]


def member_values(
    reading: Reading, node: Node, known: Collection[str]
) -> tuple[dict[str, Value], dict[str, bool]]:
    """The mapped attributes (by slot) and tags of a shop's record; `known` are its other keys."""
    values: dict[str, Value] = {}
    tags: dict[str, bool] = {}
    mapped = {name: info for name, info in reading.playbook.attributes.items() if info.shop is not None}
    sound = reading.sound_values(node)
    for name, key, value_node in pairs(node):
        if name in reading.playbook.shop_tags:
            tags[name] = switch(value_node) is True
            if text(value_node) not in SWITCH["words"]:
                message = not_one_of(text(value_node), SWITCH["words"])
                reading.wrong(value_node, "bad-value", message)
        elif name in mapped and name in sound:
            value = reading.value(value_node, mapped[name])
            if value is not None:
                values[mapped[name].slot] = value
        elif name not in known and name not in mapped:
            names = [*known, *mapped, *reading.playbook.shop_tags]
            reading.unknown(key, "field", name, names, tr("these are the attributes that a shop maps"))
    return values, tags


def _member(reading: Reading, node: Node, first: str) -> GivenMember:
    values, tags = member_values(reading, node, MEMBER)
    get = reading.sound_values(node).get
    number, line, bound_to, day = (get(key) for key in ("member_no", "line", "bound_to", "birthday"))
    birthday = values.get("d.birthday") if day is None else date_typed(text(day))
    return GivenMember(
        place_of(node),
        phone(get("phone")) or "",
        member_no=None if number is None else text(number),
        values=values,
        tags=tags,
        consent=switch(get("marketing")),
        birthday=birthday if isinstance(birthday, str) else None,
        line=None if line is None else _line_of(reading, line, first),
        bound_to=None if bound_to is None else reading.name(bound_to, "person", (*reading.people, ANOTHER)),
    )


def _line_of(reading: Reading, node: Node, first: str) -> str | None:
    """`true` is the first person; else the name of one."""
    if text(node) in ("true", "false"):
        return first if switch(node) else None
    return reading.name(node, "person", reading.people)


def _clerk(reading: Reading, node: Map) -> GivenClerk:
    code, name, store = (node.pairs[key][1] for key in ("code", "name", "store"))
    known = reading.name(store, "store", reading.playbook.stores) or ""
    off = switch(node.get("suspended")) is True
    return GivenClerk(place_of(node), text(code), text(name), known, off)


def _taken(reading: Reading, node: Node | None) -> dict[str, int]:
    places = places_of(reading.playbook)
    return {
        name: int(text(value))
        for name, key, value in pairs(node)
        if reading.name(key, "rule", places) is not None
    }
