"""What the placeholders of texts, cards and SMS stand for in a turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.compiled.card import FileAddress, Tap
from bot.engine.compiled.own_address import LIFF, own_address, tap_address
from bot.engine.compiled.playbook import Playbook
from bot.engine.rendering.rendering import Filling
from bot.engine.texts.template import Lookup, Placeholder
from bot.engine.texts.typed import typed
from bot.engine.types.table import TYPES
from bot.model.contact import Contact
from bot.model.instance import Answer
from bot.model.promotions import Parts, one_table
from bot.model.value import Type, Value

FRIEND = "朋友"
"""The name of a person whose name LINE has not given."""


def lookup_of(
    playbook: Playbook,
    contact: Contact,
    channel: str,
    now: datetime,
    answers: Mapping[str, Answer],
    fields: Mapping[str, Value],
    event: str | None = None,
) -> Lookup:
    """The function that gives the value of each placeholder of a message to this person on this channel.

    `event`: the id of that of the turn, in which a promotion may make what it shows; none outside of turns.
    """

    def lookup(placeholder: Placeholder) -> Value | None:
        name = placeholder.name
        match placeholder.group:
            case "contact":
                value = _of_contact(contact, channel, name)
                return FRIEND if value is None and name == "name" and placeholder.default is None else value
            case "attribute":
                known = contact.attributes.get(placeholder.slot)
                return None if known is None else known.value
            case "answer":
                answer = answers.get(name)
                # one whose type has changed since is asked again, and means nothing till then
                type_ = TYPES[placeholder.type]
                return answer.value if answer is not None and type_.fits(answer.value) else None
            case "event":
                return fields.get(name)
            case "store" | "store_group" | "clerk":
                return _of_clerk(playbook, contact, placeholder.group)
            case "page":
                return page_address(playbook, name, channel)
            case "link":
                return own_address(playbook.public, "l", channel, name)
            case "hours":
                hours = playbook.hours.get(name)
                return None if hours is None else hours.next_change(now, playbook.zone)
            case "bot":
                return playbook.bot
            case "channel":
                rules = playbook.channels.get(channel)
                return rules.title if rules is not None and rules.title else playbook.bot
            case "sms":
                return None
            case group:
                asked = PromotionPlaceholder(playbook, contact, channel, placeholder, now, fields, event)
                return _sources()[group](asked)

    return lookup


@dataclass(frozen=True, slots=True)
class PromotionPlaceholder:
    """A placeholder of a promotion, to this contact, on this channel, now; `fields`: of the news; `event`
    as of `lookup_of`."""

    playbook: Playbook
    contact: Contact
    channel: str
    placeholder: Placeholder
    now: datetime
    fields: Mapping[str, Value]
    event: str | None = None


PromotionSource: TypeAlias = Callable[[PromotionPlaceholder], Value | None]
"""Gives the value of a promotion's placeholder; `None`: there is none."""


@cache
def _sources() -> Mapping[str, PromotionSource]:
    """The sources of all kinds of promotions, by the group of placeholders."""
    return one_table(Parts("engine.placeholders", dict))


def _of_contact(contact: Contact, channel: str, name: str) -> Value | None:
    match name:
        case "name":
            return contact.name or None
        case "phone":
            return contact.phone
        case "member_no":
            return contact.member_no
        case "email":
            return contact.email
        case "language":
            return contact.language
        case _:
            return contact.identity(channel).user


def _of_clerk(playbook: Playbook, contact: Contact, group: str) -> str | None:
    if contact.clerk is None:
        return None
    if group == "clerk":
        return contact.clerk.name
    store = playbook.stores.get(contact.clerk.store)
    if store is None or group == "store":
        return None if store is None else store.title
    return None if store.group is None else playbook.store_groups.get(store.group)


def page_address(playbook: Playbook, page: str, channel: str) -> str | None:
    """The LIFF address of a page on a channel; `None` where the channel has no LIFF."""
    rules = playbook.channels.get(channel)
    return f"{LIFF}/{rules.liff_id}/{page}" if rules is not None and rules.liff_id else None


def is_open(playbook: Playbook, page: str, channel: str, now: datetime) -> bool:
    """Whether a page leads anywhere on a channel: a closed form or a paused flow does not."""
    form = playbook.forms.get(page)
    if form is not None:
        return form.open
    flow = playbook.flow(page, channel)
    if flow is None:
        return True  # the built-in pages
    rules = playbook.channels.get(channel)
    paused = flow.status in ("paused", "stopped") or (rules is not None and page in rules.paused)
    return not paused and (flow.active_until is None or now < flow.active_until)


def as_type(value: Value | None, type_: Type, zone: ZoneInfo) -> Value | None:
    """A value as one of this type, for an action that sets it; `None` where it is of another."""
    if value is None or TYPES[type_].fits(value):
        return value
    if isinstance(value, str):
        return typed(value, type_, zone)
    return str(value) if type_ == "text" and not isinstance(value, bool | datetime) else None


def filling_of(
    playbook: Playbook, channel: str, now: datetime, lookup: Lookup, choices: tuple[Tap | str, ...] = ()
) -> Filling:
    """What fills the cards of one turn, or of one screen."""
    return Filling(
        lookup=lookup,
        zone=playbook.zone,
        page_address=lambda page: page_address(playbook, page, channel),
        page_open=lambda page: is_open(playbook, page, channel, now),
        file_address=lambda file: file_address(playbook.public, file),
        counted_address=lambda key, carried: tap_address(playbook.public, channel, key, carried),
        choices=choices,
    )


def file_address(public: str, file: FileAddress) -> str:
    """Where LINE gets a file of the playbook: its content is part of the address, so caches never lie."""
    return f"{public}/{file.path}"


def sms_text(playbook: Playbook, channel: str, code: str, now: datetime) -> str:
    """The text of an SMS with this code, by the template of the channel's provider; without one the code.

    It has no data of the person: on a telephone anyone may read it.
    """
    rules = playbook.channels.get(channel)
    template = playbook.sms_texts.get(rules.sms or "") if rules is not None else None
    lookup = lookup_of(playbook, Contact(""), channel, now, {}, {})

    def with_code(placeholder: Placeholder) -> Value | None:
        return code if placeholder.group == "sms" else lookup(placeholder)

    return code if template is None else template.fill(with_code, playbook.zone)
