"""Reading the steps in which something happens (language, section 14)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from bot.engine.answer_kinds import SEVERAL
from bot.engine.typed import typed
from bot.model.news import MESSAGES, SHOP_NEWS
from bot.model.said import row, say
from bot.model.value import Value
from bot.playbook.compile.times import wait as wait_of
from bot.playbook.shape.formats import NAME
from bot.playbook.shape.meant_times import meant_span
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, place_of
from bot.scenario.read_given import member_values
from bot.scenario.reading import Reading
from bot.scenario.steps import (
    CODE_FROM_SMS,
    Act,
    AnswersPage,
    As,
    Breaks,
    FillsForm,
    Friendship,
    HookAnswers,
    Opens,
    OpensLink,
    Says,
    Sends,
    ShopTells,
    Signals,
    TapsButton,
    Waits,
)

LOOKS_LIKE_A_NAME = re.compile(NAME)
FRIENDSHIP: tuple[Literal["follows", "blocks", "unblocks"], ...] = ("follows", "blocks", "unblocks")
USER = ("says", "says_by_page", "opens", "opens_link", "answers", "taps", "sends")
PARTS: tuple[Literal["sms", "shop"], ...] = ("sms", "shop")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")


def read_as(reading: Reading, node: Node) -> As | None:
    """`as`: who acts from here on."""
    people = [name for name in reading.people if name]
    hint = say("write the people into  given: {people: {小美: {}, 大明: {}}}")
    name = reading.name(node, "person", people, hint)
    return None if name is None else As(place_of(node), name)


def read_user(reading: Reading, node: Node) -> Act | None:
    """`user`: what the person does."""
    place = place_of(node)
    if isinstance(node, Scalar):
        text = reading.text(node, "user")
        if text in FRIENDSHIP:
            how = reading.one_of(node, FRIENDSHIP, "user")
            return None if how is None else Friendship(place, how)
        if text is not None and text != CODE_FROM_SMS and LOOKS_LIKE_A_NAME.fullmatch(text):
            message = say("{name} is not one of {known}", name=shown(text), known=row(FRIENDSHIP))
            reading.wrong(
                node, "bad-value", message, say("to say this text, write  user: {says: {text}}", text=text)
            )
            return None
        return None if text is None else Says(place, text)
    kind = reading.one_key(node, "user", USER, ("with", "picks"))
    if kind is None or not isinstance(node, Map):
        return None
    for key, owner in (("with", "opens"), ("picks", "taps")):
        if key in node.pairs and kind != owner:
            reading.wrong(
                node.pairs[key][0],
                "refinement-elsewhere",
                say('"{key}" belongs to "{owner}"', key=key, owner=owner),
            )
    return _USER[kind](reading, node, node.pairs[kind][1])


def _says(reading: Reading, _: Map, node: Node) -> Act | None:
    text = reading.text(node, "says")
    return None if text is None else Says(place_of(node), text)


def _says_by_page(reading: Reading, _: Map, node: Node) -> Act | None:
    text = reading.text(node, "says_by_page")
    return None if text is None else Says(place_of(node), text, by_page=True)


def _opens(reading: Reading, step: Map, node: Node) -> Act | None:
    page = reading.name(node, "page", reading.pages())
    if page is None:
        return None
    inputs = {}
    given = step.get("with")
    flow = reading.playbook.flows.get(page)
    for name, key, value in reading.pairs(given, "with") if given is not None else ():
        if reading.name(key, "input", flow.inputs if flow is not None else ()) is not None:
            inputs[name] = reading.text(value, name) or ""
    return Opens(place_of(node), page, inputs)


def _opens_link(reading: Reading, _: Map, node: Node) -> Act | None:
    link = reading.name(node, "link", reading.playbook.links)
    return None if link is None else OpensLink(place_of(node), link)


def _answers(reading: Reading, _: Map, node: Node) -> Act | None:
    if isinstance(node, Map):
        answers = reading.pairs(node, "answers")
        found = {name: SEVERAL.join(reading.texts(value, name)) for name, _, value in answers}
        return FillsForm(place_of(node), found)
    text = reading.text(node, "answers")
    return None if text is None else AnswersPage(place_of(node), text)


def _taps(reading: Reading, step: Map, node: Node) -> Act | None:
    text = reading.text(node, "taps")
    picks = step.get("picks")
    picked = None if picks is None else reading.text(picks, "picks")
    return None if text is None else TapsButton(place_of(node), text, picked)


def _sends(reading: Reading, _: Map, node: Node) -> Act | None:
    if isinstance(node, Scalar):
        kind = reading.one_of(node, MESSAGES, "sends")
        return None if kind is None else Sends(place_of(node), kind)
    kind = reading.one_key(node, "sends", MESSAGES)
    if kind is None or not isinstance(node, Map):
        return None
    content: dict[str, Value] = {}
    for name, _key, value in reading.pairs(node.pairs[kind][1], kind):
        text = reading.text(value, name)
        if text is not None:
            content[name] = text
    return Sends(place_of(node), kind, content)


_USER: Mapping[str, Callable[[Reading, Map, Node], Act | None]] = {
    "says": _says,
    "says_by_page": _says_by_page,
    "opens": _opens,
    "opens_link": _opens_link,
    "answers": _answers,
    "taps": _taps,
    "sends": _sends,
}


def read_shop(reading: Reading, node: Node) -> Act | None:
    """`shop`: news from the shop platform."""
    if isinstance(node, Scalar):
        word = reading.one_of(node, SHOP_NEWS, "shop")
        return None if word is None else ShopTells(place_of(node), word)
    subject = reading.one_key(node, "shop", SHOP_NEWS)
    if subject is None or not isinstance(node, Map):
        return None
    told = reading.map(node.pairs[subject][1], subject)
    if told is None:
        return None
    values, tags = member_values(reading, told, ("amount", "order_no", "marketing", "phone"))
    fields: dict[str, Value] = {}
    if (amount := told.get("amount")) is not None:
        number = _number_of(reading, amount, "amount")
        if number is not None:
            fields["amount"] = number
    if (order := told.get("order_no")) is not None:
        fields["order_no"] = reading.text(order, "order_no") or ""
    said = told.get("marketing")
    consent = None if said is None else reading.yes_no(said, "marketing")
    new = told.get("phone")
    phone = None if new is None else reading.phone(new)
    return ShopTells(place_of(node), subject, fields, values, tags, consent, phone)


def _number_of(reading: Reading, node: Node, what: str) -> Value | None:
    text = reading.text(node, what)
    number = None if text is None else typed(text, "number")
    if text is not None and number is None:
        reading.wrong(node, "type-mismatch", say("{text} is no number", text=shown(text)))
    return number


def read_hook(reading: Reading, node: Node) -> Act | None:
    """`hook`: how a called web hook answers."""
    for name, key, value in reading.pairs(node, "hook"):
        if reading.name(key, "hook", reading.playbook.hooks) is None:
            return None
        if isinstance(value, Map):
            return HookAnswers(place_of(node), name, json_of(value))
        text = reading.text(value, name)
        if text == "failed":
            return HookAnswers(place_of(node), name, None)
        message = say('"{name}" answers with fields, or is "failed"', name=name)
        reading.wrong(value, "bad-value", message, say("write  hook: {{name}: {status: …}}", name=name))
        return None
    return None


def json_of(node: Node) -> Any:
    """A node as the JSON that it stands for: plain `true`, `null` and numbers are what they look like."""
    if isinstance(node, Map):
        return {key: json_of(value) for key, (_, value) in node.pairs.items()}
    if isinstance(node, List):
        return [json_of(item) for item in node.items]
    if node.nothing:
        return None
    if node.plain and node.value in ("true", "false"):
        return node.value == "true"
    if node.plain and _NUMBER.fullmatch(node.value):
        return float(node.value) if "." in node.value else int(node.value)
    return node.value


def read_signal(reading: Reading, node: Node) -> Act | None:
    """`signal`: an event from the shop's own systems."""
    signals = reading.playbook.signals
    if isinstance(node, Scalar):
        name = reading.name(node, "signal", signals)
        return None if name is None else Signals(place_of(node), name)
    for name, key, told in reading.pairs(node, "signal"):
        if reading.name(key, "signal", signals) is None:
            return None
        fields = {}
        for field, field_key, value in reading.pairs(told, name):
            if reading.name(field_key, "field", signals[name]) is None:
                continue
            text = reading.text(value, field)
            typed_value = None if text is None else typed(text, signals[name][field], reading.playbook.zone)
            if typed_value is not None:
                fields[field] = typed_value
            elif text is not None:
                kind = signals[name][field]
                reading.wrong(
                    value,
                    "type-mismatch",
                    say(
                        '{text} is not of the type of "{key}": {type}',
                        text=shown(text),
                        key=field,
                        type=kind,
                    ),
                )
        return Signals(place_of(node), name, fields)
    return None


def read_breaks(reading: Reading, node: Node, *, works: bool) -> Act | None:
    """`fails` and `works`: a part of the world that does not answer, and does again."""
    what = reading.one_of(node, PARTS, "works" if works else "fails")
    return None if what is None else Breaks(place_of(node), what, works)


def read_wait(reading: Reading, node: Node, *, down: bool) -> Act | None:
    """`wait` and `down`: time passes."""
    what = "down" if down else "wait"
    text = reading.text(node, what)
    if text is None:
        return None
    wait = wait_of(text.replace("next day at", "1d at"))
    if wait is None:
        meant = meant_span(text)
        such = say("write it such as 30m, 3d, until 10:00, until mon 10:00 or until 2026-09-02 10:00")
        hint = say("write  {meant}", meant=meant) if wait_of(meant) else such
        reading.wrong(node, "bad-duration", say("{text} is no time to wait", text=shown(text)), hint)
        return None
    return Waits(place_of(node), wait, down)
