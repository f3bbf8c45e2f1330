"""Reading the steps in which something happens (language, section 14)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import get_args

from bot.engine.flows.answers import SEVERAL
from bot.engine.texts.typed import typed
from bot.model.news import AMOUNTS, REFUND_OF_PART
from bot.model.place import Place
from bot.model.translatable import tr
from bot.model.value import Value
from bot.playbook.compile.times import wait as wait_of
from bot.playbook.syntax.nodes import Map, Node, as_it_looks, place_of
from bot.scenario.given_reader import member_values, which_pushes
from bot.scenario.promotions import ActWord, all_of, played_page
from bot.scenario.reading import Reading, items, nothing, only, pairs, phone, switch, text, texts, word
from bot.scenario.shape.acts import SHOP_FIELDS
from bot.scenario.shape.formats import NEXT_DAY
from bot.scenario.steps import (
    FRIENDSHIP,
    PARTS,
    PHOTOS,
    Act,
    AnswerNotSent,
    AnswersPage,
    As,
    Breaks,
    FillsForm,
    Friendship,
    HookAnswers,
    Opens,
    OpensLink,
    PutsInto,
    Says,
    Sends,
    SendsBroadcast,
    Sets,
    ShopTells,
    Signals,
    StaffBindsPhone,
    StaffDrawsGroup,
    StaffLeavesNote,
    StaffSays,
    StaffSetsValues,
    StaffTagsPerson,
    StaffTakes,
    StaffUndo,
    StopsPushes,
    TapsButton,
    UndoneBinding,
    Waits,
)


def read_staff(reading: Reading, node: Node) -> Act | None:
    """`staff`: what people at the shop do."""
    place = place_of(node)
    if not isinstance(node, Map):
        return StaffTakes(place, text(node) == "takes_over")
    promotions: Mapping[str, ActWord] = all_of("staff")
    if kind := next((name for name in node.pairs if name in promotions), None):
        return promotions[kind].read(reading, node, node.pairs[kind][1])
    if kind := next((name for name in node.pairs if name in _STAFF), None):
        return _STAFF[kind](reading, place, node.pairs[kind][1])
    if (says := node.get("says")) is not None:
        why = node.get("not_sent")
        return StaffSays(place, text(says), None if why is None else word(why, get_args(AnswerNotSent)))
    return _tags(reading, place, node)


def _puts_into(reading: Reading, place: Place, node: Node) -> Act | None:
    assert isinstance(node, Map)
    _, key, value = only(node)
    hint = tr("name a state that asks, waits, or has rules and no way on")
    target = reading.flow_state(key, value, hint)
    return None if target is None else PutsInto(place, *target)


def _tags(reading: Reading, place: Place, node: Map) -> Act:
    """As `oaflow contact tag` has it: only tags of the playbook are put on, any may be taken off."""
    hint = tr("declare it in the playbook:  tags: {名稱: {added_by: staff}}")
    known = reading.playbook.tag_names
    names = (reading.name(item, "tag", known, hint) for item in items(node.get("add_tags")))
    add = tuple(name for name in names if name is not None)
    return StaffTagsPerson(place, add, texts(node.get("remove_tags")))


def _sets(reading: Reading, place: Place, node: Node) -> Act:
    """As `oaflow contact set` has it: what a shop says of its member is the shop's."""
    values: dict[str, Value | None] = {}
    for name, key, value in pairs(node):
        info = reading.attribute(key)
        if info is None:
            continue
        if not info.writable:
            message = tr('"{key}" is what the shop says of its member', key=name)
            hint = tr("write  shop: {member_updated: {{key}: …}}", key=name)
            reading.wrong(key, "bad-value", message, hint)
        elif nothing(value):
            values[name] = None
        elif (found := reading.value(value, info)) is not None:
            values[name] = found
    return StaffSetsValues(place, values)


def read_set(reading: Reading, node: Node) -> Act:
    """`contact: {set: …}`: change the person's data from here on, also data of the shop."""
    assert isinstance(node, Map)
    tags = dict.fromkeys(texts(node.get("tags")), True)
    values: dict[str, Value] = {}
    for name, key, value in pairs(node):
        if name == "tags":
            continue
        if name not in reading.playbook.attributes:
            reading.unknown(key, "attribute", name, ("tags", *reading.playbook.attributes))
            continue
        info = reading.playbook.attributes[name]
        if (found := reading.value(value, info)) is not None:
            values[info.slot] = found
    return Sets(place_of(node), values, tags)


_STAFF: Mapping[str, Callable[[Reading, Place, Node], Act | None]] = {
    "binds": lambda _, place, node: StaffBindsPhone(place, phone(node) or ""),
    "unbinds": lambda _, place, node: StaffUndo(place, word(node, get_args(UndoneBinding))),
    "draws": lambda reading, place, node: StaffDrawsGroup(place, reading.groups(node)),
    "note": lambda _, place, node: StaffLeavesNote(place, text(node)),
    "puts_into": _puts_into,
    "set": _sets,
}
"""By the word of `staff`: what reads its value."""


_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
"""A number as JSON writes it: such a value of a hook is a number, any other a text."""


def read_as(reading: Reading, node: Node) -> As | None:
    """`as`: who acts from here on."""
    name = reading.person(node)
    return None if name is None else As(place_of(node), name)


def read_user(reading: Reading, node: Node) -> Act | None:
    """`user`: what the person does."""
    if isinstance(node, Map):
        kind = next(name for name in node.pairs if name in _USER)
        return _USER[kind](reading, node, node.pairs[kind][1])
    place, line = place_of(node), text(node)
    return Friendship(place, word(node, FRIENDSHIP)) if line in FRIENDSHIP else Says(place, line)


def _opens(reading: Reading, step: Map, node: Node) -> Act | None:
    page = reading.name(node, "page", reading.pages())
    if page is None:
        return None
    flow = reading.playbook.flows.get(page)
    played = played_page(page)
    taken = played.inputs if played is not None else flow.inputs if flow is not None else ()
    inputs = {
        name: text(value)
        for name, key, value in pairs(step.get("with"))
        if reading.name(key, "input", taken) is not None
    }
    return Opens(place_of(node), page, inputs)


def _opens_link(reading: Reading, _: Map, node: Node) -> Act | None:
    link = reading.name(node, "link", reading.playbook.links)
    return None if link is None else OpensLink(place_of(node), link)


def _answers(_reading: Reading, _: Map, node: Node) -> Act:
    if isinstance(node, Map):
        return FillsForm(place_of(node), {name: SEVERAL.join(texts(value)) for name, _, value in pairs(node)})
    return AnswersPage(place_of(node), text(node))


def _taps(_: Reading, step: Map, node: Node) -> Act:
    picks = step.get("picks")
    return TapsButton(place_of(node), text(node), None if picks is None else text(picks))


def _sends(_: Reading, _step: Map, node: Node) -> Act:
    if not isinstance(node, Map):
        return Sends(place_of(node), text(node))
    kind, _key, content = only(node)
    if kind == PHOTOS:
        return Sends(place_of(node), "image", photos=int(text(content)))
    return Sends(place_of(node), kind, {name: text(value) for name, _, value in pairs(content)})


_USER: Mapping[str, Callable[[Reading, Map, Node], Act | None]] = {
    "says": lambda _reading, _, node: Says(place_of(node), text(node)),
    "says_by_page": lambda _reading, _, node: Says(place_of(node), text(node), by_page=True),
    "opens": _opens,
    "opens_link": _opens_link,
    "answers": _answers,
    "taps": _taps,
    "sends": _sends,
    **{name: one.read for name, one in all_of("user").items()},
}
"""By the word of `user`: what reads the step and the value of the word."""


def read_shop(reading: Reading, node: Node) -> Act:
    """`shop`: news from the shop platform."""
    if not isinstance(node, Map):
        return ShopTells(place_of(node), text(node))
    subject, _, details = only(node)
    assert isinstance(details, Map)
    values, tags = member_values(reading, details, SHOP_FIELDS)
    fields: dict[str, Value] = {}
    for key in AMOUNTS:
        if (written := details.get(key)) is not None:
            fields[key] = typed(text(written), "number") or 0
    if subject == REFUND_OF_PART:
        fields["paid"] = _stays_paid(reading, node, fields)
    if (order := details.get("order_no")) is not None:
        fields["order_no"] = text(order)
    consent = switch(details.get("marketing"))
    promotions = {
        name: one.read(reading, value, subject)
        for name, one in all_of("orders").items()
        if (value := details.get(name)) is not None
    }
    return ShopTells(
        place_of(node), subject, fields, values, tags, consent, phone(details.get("phone")), promotions
    )


def _stays_paid(reading: Reading, node: Node, fields: Mapping[str, Value]) -> Value:
    amount, refunded = fields.get("amount", 0), fields.get("refunded", 0)
    assert isinstance(amount, int | float)
    assert isinstance(refunded, int | float)
    if not 0 < refunded < amount:
        reading.wrong(
            node, "bad-value", tr("a refund of a part says amount, and refunded, which is less than that")
        )
    return amount - refunded


def read_hook(reading: Reading, node: Node) -> Act | None:
    """`hook`: how a called web hook answers."""
    assert isinstance(node, Map)
    name, key, answer = only(node)
    if reading.name(key, "hook", reading.playbook.hooks) is None:
        return None
    return HookAnswers(
        place_of(node), name, as_it_looks(answer, _NUMBER) if isinstance(answer, Map) else None
    )


def read_signal(reading: Reading, node: Node) -> Act | None:
    """`signal`: an event from the shop's own systems."""
    key, fields = only(node)[1:] if isinstance(node, Map) else (node, None)
    name = reading.name(key, "signal", reading.playbook.signals)
    if name is None:
        return None
    known = reading.playbook.signals[name]
    found = {
        field: reading.typed(value, field, known[field])
        for field, field_key, value in pairs(fields)
        if reading.name(field_key, "field", known) is not None
    }
    return Signals(
        place_of(node), name, {field: value for field, value in found.items() if value is not None}
    )


def read_breaks(node: Node, *, works: bool) -> Act:
    """`fails` and `works`: a part of the world that does not answer, and does again."""
    return Breaks(place_of(node), word(node, PARTS), works)


def read_stop(reading: Reading, node: Node, *, resumes: bool) -> Act | None:
    """`stop` and `resume`: pushes are stopped, all or those of a channel or a flow, and go on."""
    found = which_pushes(reading, node)
    return None if found is None else StopsPushes(place_of(node), *found, resumes)


def read_broadcast(reading: Reading, node: Node) -> Act | None:
    """`broadcast`: staff send it."""
    name = reading.name(node, "broadcast", reading.playbook.broadcasts)
    return None if name is None else SendsBroadcast(place_of(node), name)


def read_wait(node: Node, *, down: bool) -> Act:
    """`wait` and `down`: time passes."""
    wait = wait_of(text(node).replace(NEXT_DAY, "1d at"))
    assert wait is not None, "its format is right"
    return Waits(place_of(node), wait, down)
