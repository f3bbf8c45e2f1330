"""What a broadcast says: to everybody of a group alike, or to each person; and whether that was edited."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.card import Card
from bot.engine.compiled.goal import tapped_of
from bot.engine.compiled.own_address import liff_address, own_address, page_by_tap, tap_address, tap_code
from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.people import ListedPeople
from bot.engine.rendering.placeholders import filling_of, lookup_of
from bot.engine.rendering.rendering import Filling, quick_replies_last, rendered
from bot.engine.texts.template import Lookup, Placeholder
from bot.model.contact import Contact
from bot.model.message import Message
from bot.model.value import Value

MESSAGES_MOST = 5
"""Messages in one call: https://developers.line.biz/en/reference/messaging-api/#send-multicast-message"""

_FOR_EVERYBODY = frozenset({"page", "bot", "channel", "hours"})
"""The placeholders with the same value for every reader, except some of `link`."""
_PLACES = frozenset({"place", "packed", "taps"})
"""Fields that are no content: places in files, and what follows from the rest."""


class _Personal(Exception):
    """Raised where a message holds something of one person: it is not the same for everybody."""


def for_everybody(
    playbook: Playbook, broadcast: Broadcast, group: str, now: datetime
) -> tuple[Message, ...] | None:
    """A group's messages, where they are the same for everybody; `None`: some part is personal.

    A tap with actions goes by LIFF, as those of rich menus do, as LIFF identifies the person; without LIFF it
    is personal. An empty tuple: nothing of it can be sent.
    """
    channel = broadcast.channel
    without_contact = lookup_of(playbook, Contact(""), channel, now, {}, {})
    rules = playbook.channels.get(channel)
    liff = None if rules is None else rules.liff_id

    def lookup(placeholder: Placeholder) -> Value | None:
        if placeholder.group == "link":
            link = playbook.links.get(placeholder.name)
            if link is not None and not (link.send and liff):
                raise _Personal
        elif placeholder.group not in _FOR_EVERYBODY:
            raise _Personal
        return without_contact(placeholder)

    def counted(key: str, carried: str | None) -> str:
        tap = playbook.taps.get(key)
        if carried is not None:
            raise _Personal  # an address with something in it that would be anybody's to write
        if tap is None or not tap.do:
            return own_address(playbook.public, "o", channel, tap_code(key))
        through = liff_address(liff, "o", tap_code(key))
        if through is None:
            raise _Personal
        return through

    try:
        filling = replace(_from(playbook, broadcast, now, lookup), counted_address=counted)
        return _closed(rendered(broadcast.messages[group], filling).messages)
    except _Personal:
        return None


def for_person(
    playbook: Playbook, broadcast: Broadcast, group: str, contact: Contact, now: datetime
) -> tuple[Message, ...]:
    """A group's messages for one person; none where their data has broken each of them."""
    filling = _filling(playbook, broadcast, contact, now)
    return _closed(rendered(broadcast.messages[group], filling).messages)


def broken_for(
    playbook: Playbook, broadcast: Broadcast, group: str, contact: Contact, now: datetime
) -> tuple[Card, ...]:
    """The cards of which this person's data breaks a message: empty once filled, or too long and cut."""
    filling, cards = _filling(playbook, broadcast, contact, now), broadcast.messages[group]
    return tuple(card for card in cards if _is_broken(card, filling))


def _is_broken(card: Card, filling: Filling) -> bool:
    done = rendered([card], filling)
    return len(done.messages) < len(card.bubbles) or any(one.result == "cut" for one in done.problems)


def _filling(playbook: Playbook, broadcast: Broadcast, contact: Contact, now: datetime) -> Filling:
    channel = broadcast.channel
    lookup = lookup_of(playbook, contact, channel, now, {}, {})
    return replace(
        _from(playbook, broadcast, now, lookup),
        counted_address=lambda key, carried: tap_address(playbook.public, channel, key, carried),
    )


def _from(playbook: Playbook, broadcast: Broadcast, now: datetime, lookup: Lookup) -> Filling:
    """What fills its cards: the address of a page that a button opens says that it is from this broadcast."""
    filling = filling_of(playbook, broadcast.channel, now, lookup)

    def opened(page: str) -> str | None:
        address = filling.page_address(page)
        return None if address is None else page_by_tap(address, tapped_of(broadcast.name))

    return replace(filling, page_address=opened)


def _closed(messages: Sequence[Message]) -> tuple[Message, ...]:
    """As many as one call takes, with all quick replies on the last."""
    return quick_replies_last(messages[:MESSAGES_MOST]) if messages else ()


def fingerprint(broadcast: Broadcast) -> str:
    """A hash (32 hexadecimal digits) of its content: another one when a text, card or group was edited."""
    shapes = {group: [_shape(card) for card in cards] for group, cards in broadcast.messages.items()}
    return hashlib.sha256(repr((broadcast.channel, broadcast.split, shapes)).encode()).hexdigest()[:32]


def people_fingerprint(broadcast: Broadcast) -> str:
    """A hash (32 hexadecimal digits) of its people and their groups: another one when the audience, a list or
    a share was edited."""
    listed = None if broadcast.list is None else _reading(broadcast.list)
    people = listed, _shape(broadcast.to), _shape(broadcast.groups)
    return hashlib.sha256(repr(people).encode()).hexdigest()[:32]


def content_and_people(broadcast: Broadcast) -> str:
    """Both hashes: another text when what it says or who gets it was edited, and not when it is renamed."""
    return f"{fingerprint(broadcast)} {people_fingerprint(broadcast)}"


def _reading(key: str) -> str:
    """The hash in a list's key (`name@hash`): its content, whatever the audience is called."""
    return key.rpartition("@")[2]


def _shape(form: Any) -> Any:
    """A compiled object as plain data for hashing, without places in files and without names of lists."""
    if isinstance(form, ListedPeople):
        return "ListedPeople", _reading(form.key), form.column
    if dataclasses.is_dataclass(form) and not isinstance(form, type):
        fields = [field for field in dataclasses.fields(form) if field.compare and field.name not in _PLACES]
        return type(form).__name__, [_shape(getattr(form, field.name)) for field in fields]
    if isinstance(form, dict):
        return {key: _shape(value) for key, value in form.items()}
    if isinstance(form, list | tuple):
        return [_shape(value) for value in form]
    return form
