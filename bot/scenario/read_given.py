"""Reading `given`: the moment, the people, the shop, the clerks, the draw (language, section 14)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

from bot.engine import written_time
from bot.engine.playbook import places_of
from bot.engine.types.dates import date_typed, moment_typed
from bot.model.decision import SmsCredit
from bot.model.said import say
from bot.model.value import Value
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of
from bot.scenario.given import ANOTHER, Given, GivenBinding, GivenClerk, GivenFlow, GivenMember, GivenPerson
from bot.scenario.reading import BOUND, Reading

GIVEN = ("now", "channel", "contact", "people", "shop", "clerks", "split", "sms_credit", "quota", "taken")
PERSON = (
    "name",
    "language",
    "channel",
    "friend",
    "tags",
    "attributes",
    "bound",
    "bound_before",
    "phone",
    "email",
    "member_no",
    "clerk",
    "marketing",
    "flow",
    "places",
)
MEMBER = ("phone", "member_no", "line", "bound_to", "birthday", "marketing")
CLERK = ("code", "name", "store", "suspended")

DEFAULT_NOW = "2026-09-01 12:00"
"""When a scenario begins that does not say it: a Tuesday noon."""


def read_given(reading: Reading, node: Node | None, root: Map) -> Given:
    """Everything before the first step; where something is wrong, as if it were not said."""
    given = reading.map(node, "given", GIVEN) if node is not None else None

    def part(key: str) -> Node | None:
        return None if given is None else given.get(key)

    now = _moment(reading, part("now"))
    clerks = tuple(c for item in _items(reading, part("clerks")) if (c := _clerk(reading, item)))
    channel = _channel(reading, part("channel"))
    people = _people(reading, given, root, channel, {clerk.code for clerk in clerks})
    reading.people = tuple(person.name for person in people)
    members = tuple(m for item in _items(reading, part("shop")) if (m := _member(reading, item)))
    credit: SmsCredit | None = None
    if (node := part("sms_credit")) is not None:
        credit = reading.one_of(node, get_args(SmsCredit), "sms_credit")
    quota = reading.whole(node, "quota") if (node := part("quota")) is not None else None
    split, taken = reading.groups(part("split"), "split"), _taken(reading, part("taken"))
    return Given(now, people, members, clerks, split, credit or "fine", quota, taken)


def _items(reading: Reading, node: Node | None) -> list[Node]:
    return [] if node is None else reading.items(node)


def _moment(reading: Reading, node: Node | None) -> datetime:
    text = DEFAULT_NOW if node is None else reading.text(node, "now") or DEFAULT_NOW
    zone = reading.playbook.zone
    moment = written_time.moment(text, zone) or moment_typed(text, zone)
    if moment is not None:
        return moment
    if node is not None:
        reading.wrong(
            node,
            "bad-date",
            say("{text} is no moment", text=shown(text)),
            say("write it such as 2026-09-01 14:00"),
        )
    return datetime(2026, 9, 1, 4, tzinfo=UTC)


def _channel(reading: Reading, node: Node | None) -> str:
    channels = reading.playbook.channels
    name = None if node is None else reading.name(node, "channel", channels)
    return name or next(iter(channels), "")


def _people(
    reading: Reading, given: Map | None, root: Map, channel: str, codes: Collection[str]
) -> tuple[GivenPerson, ...]:
    people = given.get("people") if given is not None else None
    contact = given.get("contact") if given is not None else None
    alone = GivenPerson("", place_of(root), channel)
    if people is None:
        return (alone if contact is None else _person(reading, contact, alone, codes),)
    if given is not None and contact is not None:
        message = say('"contact" and "people" stand here both')
        reading.wrong(
            given.pairs["contact"][0], "bad-value", message, say("make the contact one of the people")
        )
    found = []
    for name, key, node in reading.pairs(people, "people"):
        if name == ANOTHER:
            reading.wrong(
                key,
                "reserved-name",
                say("{name} means something already", name=shown(name)),
                say("choose another name"),
            )
        person = GivenPerson(name, place_of(key), channel, shown=name)
        found.append(person if _is_nothing(node) else _person(reading, node, person, codes))
    return tuple(found) or (alone,)


def _is_nothing(node: Node) -> bool:
    return (isinstance(node, Scalar) and node.nothing) or (isinstance(node, Map) and not node.pairs)


def _person(reading: Reading, node: Node, person: GivenPerson, codes: Collection[str]) -> GivenPerson:
    """The person with what is said of them."""
    found = reading.map(node, person.name or "contact", PERSON)
    for key, (_, value) in found.pairs.items() if found is not None else ():
        match key:
            case "name":
                person = replace(person, shown=reading.text(value, key))
            case "language":
                person = replace(person, language=reading.text(value, key))
            case "channel":
                person = replace(person, channel=_channel(reading, value))
            case "friend":
                person = replace(person, friend=reading.yes_no(value, key))
            case "tags":
                person = replace(person, tags=reading.texts(value, key))
            case "attributes":
                person = replace(person, values=_values(reading, value))
            case "bound":
                person = replace(person, bound=bound(reading, value))
            case "bound_before":
                person = replace(person, bound_before=reading.one_of(value, ("phone",), key) is not None)
            case "phone":
                person = replace(person, phone=reading.phone(value))
            case "email":
                person = replace(person, email=reading.text(value, key))
            case "member_no":
                person = replace(person, member_no=reading.text(value, key))
            case "clerk":
                person = replace(person, clerk=_known_clerk(reading, value, codes))
            case "marketing":
                person = replace(person, marketing=reading.yes_no(value, key))
            case "flow":
                person = replace(person, flows=tuple(_flows(reading, value)))
            case "places":
                person = replace(person, places=_places(reading, value))
            case _:
                pass  # a key that is not known has been reported
    if person.clerk is not None and "clerk" not in person.bound:
        person = replace(person, bound=(*person.bound, "clerk"))
    return person


def bound(reading: Reading, node: Node) -> tuple[GivenBinding, ...]:
    """In which ways somebody is bound."""
    found = (reading.one_of(item, BOUND, "bound") for item in reading.items(node))
    return tuple(kind for kind in found if kind is not None)


def _places(reading: Reading, node: Node) -> tuple[str, ...]:
    known = places_of(reading.playbook)
    return tuple(rule for item in reading.items(node) if (rule := reading.name(item, "rule", known)))


def _known_clerk(reading: Reading, node: Node, codes: Collection[str]) -> str | None:
    code = reading.text(node, "clerk")
    if code is not None and code not in codes:
        message = say("no clerk here has the code {code}", code=shown(code))
        reading.wrong(node, "bad-value", message, say("write the clerk into  given.clerks: [{code: …}]"))
        return None
    return code


def _flows(reading: Reading, node: Node) -> list[GivenFlow]:
    found = []
    for flow, key, value in reading.pairs(node, "flow"):
        if reading.name(key, "flow", reading.playbook.flows) is not None:
            state = reading.state(flow, value)
            if state is not None and not reading.playbook.flows[flow].states[state].rests:
                reading.wrong(
                    value,
                    "bad-value",
                    say("nobody is ever found in {state}: it is left at once", state=shown(state)),
                )
            elif state is not None:
                found.append(GivenFlow(flow, state))
    return found


def _values(reading: Reading, node: Node) -> dict[str, Value]:
    values = {}
    for _, key, value_node in reading.pairs(node, "attributes"):
        info = reading.attribute(key)
        value = None if info is None else reading.value(value_node, info)
        if info is not None and value is not None:
            values[info.slot] = value
    return values


def member_values(
    reading: Reading, node: Map, known: Collection[str]
) -> tuple[dict[str, Value], dict[str, bool]]:
    """The mapped attributes (by slot) and tags of a shop's record; `known` are its other keys."""
    values: dict[str, Value] = {}
    tags: dict[str, bool] = {}
    mapped = {name: info for name, info in reading.playbook.attributes.items() if info.shop is not None}
    for name, (key, value_node) in node.pairs.items():
        if name in reading.playbook.shop_tags:
            tags[name] = reading.yes_no(value_node, name) is True
        elif name in mapped:
            value = reading.value(value_node, mapped[name])
            if value is not None:
                values[mapped[name].slot] = value
        elif name not in known:
            names = [*known, *mapped, *reading.playbook.shop_tags]
            reading.unknown(key, "field", name, names, say("these are the attributes that a shop maps"))
    return values, tags


def _member(reading: Reading, node: Node) -> GivenMember | None:
    found = reading.map(node, "shop")
    if found is None:
        return None
    values, tags = member_values(reading, found, MEMBER)
    phone_node = found.get("phone")
    if phone_node is None:
        reading.wrong(
            found, "missing-key", say('a member of the shop needs "phone"'), say('add  phone: "0912345678"')
        )
        return None
    phone = reading.phone(phone_node)
    if phone is None:
        return None
    member = GivenMember(place_of(found), phone, values=values, tags=tags)
    for key in MEMBER[1:]:
        value = found.get(key)
        if value is None:
            continue
        match key:
            case "member_no":
                member = replace(member, member_no=reading.text(value, key))
            case "line":
                member = replace(member, line=_whose_line(reading, value))
            case "bound_to":
                people = [name for name in reading.people if name]
                member = replace(member, bound_to=reading.name(value, "person", (*people, ANOTHER)))
            case "birthday":
                member = replace(member, birthday=_date(reading, value))
            case "marketing":
                member = replace(member, consent=reading.yes_no(value, key))
            case _:
                pass  # `phone` has been read
    if member.birthday is None:
        birthday = values.get("d.birthday")
        member = replace(member, birthday=birthday if isinstance(birthday, str) else None)
    return member


def _whose_line(reading: Reading, node: Node) -> str | None:
    """`true` is the first person; else the name of one."""
    known = [name for name in reading.people if name]
    text = reading.one_of(node, ("true", "false", *known), "line")
    return reading.people[0] if text == "true" else None if text == "false" else text


def _date(reading: Reading, node: Node) -> str | None:
    text = reading.text(node, "birthday")
    day = None if text is None else date_typed(text)
    if text is not None and day is None:
        reading.wrong(
            node, "bad-date", say("{text} is no date", text=shown(text)), say("write it such as 1990-05-20")
        )
    return day


def _clerk(reading: Reading, node: Node) -> GivenClerk | None:
    found = reading.map(node, "clerks", CLERK)
    if found is None:
        return None
    texts = {}
    for key in ("code", "name", "store"):
        value = found.get(key)
        if value is None:
            reading.wrong(
                found, "missing-key", say('a clerk needs "{key}"', key=key), say("add  {key}: …", key=key)
            )
            return None
        text = (
            reading.name(value, "store", reading.playbook.stores)
            if key == "store"
            else reading.text(value, key)
        )
        if text is None:
            return None
        texts[key] = text
    suspended = found.get("suspended")
    off = suspended is not None and reading.yes_no(suspended, "suspended") is True
    return GivenClerk(place_of(found), texts["code"], texts["name"], texts["store"], off)


def _taken(reading: Reading, node: Node | None) -> dict[str, int]:
    places, taken = places_of(reading.playbook), {}
    for name, key, value in reading.pairs(node, "taken") if node is not None else ():
        number = reading.whole(value, name)
        if reading.name(key, "rule", places) is not None and number is not None:
            taken[name] = number
    return taken
