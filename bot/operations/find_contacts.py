"""Who is meant by a LINE user id, a contact id, a phone or a member number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.connectors.sms.phone import masked
from bot.engine.compiled.playbook import Playbook
from bot.engine.texts.typed import typed
from bot.model.contact import Contact, contact_id
from bot.model.plain_text import cleaned, visible
from bot.model.stored import Stored
from bot.model.translatable import Quoted, Refusal, Translatable, row, tr
from bot.playbook.similar import hint_for, quoted
from bot.store.contacts.contacts import Contacts
from bot.store.stores import Stores

_IDENTIFIER = re.compile(r"[A-Za-z0-9_:-]{1,80}")
"""What may be repeated in a message about an identifier that was not found."""
_LIKE_A_PHONE = re.compile(r"\+?[\d\s()./-]+")
"""Digits, and what people write between those of a phone."""
_BETWEEN = re.compile(r"[\s()./-]+")
END = range(4, 9)
"""How many last digits of a phone may be asked for."""
SHORTEST = 7
"""Digits of a phone with some forgotten."""

IDENTIFIERS = tr("WHO is a LINE user id, a contact id (channel:user), a phone or a member number")


class NotFound(Refusal):
    """Nobody is meant, or nobody knows who; the text says why, and shows no phone."""


class ContactAmbiguous(NotFound):
    """More than one contact is meant; on one channel it may be one."""


@dataclass(frozen=True, slots=True)
class LocatedContact:
    """A contact and the stores that hold it; `simulated`: those of a simulator that runs just now."""

    stored: Stored
    stores: Stores
    simulated: bool

    @property
    def contact(self) -> Contact:
        return self.stored.contact


async def one(
    everywhere: Sequence[Stores],
    playbook: Playbook,
    identifier: str,
    channel: str | None,
    *,
    unproven: bool = False,
) -> LocatedContact:
    """The one of `everybody` that is meant. Raises `NotFound` where it is nobody, or may be several."""
    found = await everybody(everywhere, playbook, identifier, channel, unproven=unproven)
    if len(found) > 1:
        raise ContactAmbiguous(
            tr(
                "{who} is {number} contacts: {ids}; write one of these",
                who=sayable(identifier),
                number=len(found),
                ids=row(one.contact.id for one in found),
            )
        )
    if not found:
        raise NotFound(none_found(identifier, channel))
    return found[0]


async def everybody(
    everywhere: Sequence[Stores],
    playbook: Playbook,
    identifier: str,
    channel: str | None,
    *,
    unproven: bool = False,
) -> list[LocatedContact]:
    """All who may be meant (on this channel). Whoever was merged is found as what he is part of now.

    `everywhere` are the real people first, then those of simulators that run. With `unproven` a phone also
    leads to who only wrote it in a form, and so does an e-mail address: to look, never to change them, for
    anybody can write anybody's.
    """
    if channel is not None and channel not in playbook.channels:
        channels_are = tr("its channels are {names}", names=row(playbook.channels))
        hint = hint_for(channel, playbook.channels) or channels_are
        raise NotFound(not_called(tr("channel"), channel, hint))
    channels = list(playbook.channels) if channel is None else [channel]
    written = {visible(identifier), cleaned(identifier)}  # a shop may have full-width signs in its numbers
    found: list[LocatedContact] = []
    for stores in everywhere:
        people = stores.people
        ids = {contact_id(channel, one) for channel in channels for one in written} | written
        for one in written:
            ids.update(await people.with_member_no(one))
        phone = typed(identifier, "phone")
        if isinstance(phone, str):
            ids.update(await (people.with_any_phone if unproven else people.with_phone)(phone))
        address = typed(identifier, "email") if unproven else None
        if isinstance(address, str):
            ids.update(await people.with_email(address))
        known = await _followed(stores.contacts, ids)
        simulated = stores is not everywhere[0]
        found += [LocatedContact(one, stores, simulated) for one in known if _is_on(one.contact, channel)]
    return found


async def with_phone_end(stores: Stores, digits: str, channel: str | None) -> list[Stored]:
    """Whose phone ends so (on this channel). For roles alone that may see phones in full, each time counted
    in the audit log: with four digits a masked number could be read one by one."""
    known = await _followed(stores.contacts, await stores.phone_ends.ending(digits))
    return [one for one in known if _is_on(one.contact, channel)]


def phone_end(text: str) -> str | None:
    """The last four to eight digits of a phone that a text may be; `None`: it is none."""
    digits = _BETWEEN.sub("", cleaned(text))
    return digits if digits.isascii() and digits.isdigit() and len(digits) in END else None


def _is_on(contact: Contact, channel: str | None) -> bool:
    if channel is None or channel in contact.accounts:
        return True
    return any(identity.channel == channel for identity in contact.identities)


async def _followed(contacts: Contacts, ids: Iterable[str]) -> Sequence[Stored]:
    """These, or what they were merged into; not those of whom nothing is known yet."""
    people: dict[str, Stored] = {}
    for asked in set(ids):
        stored = await contacts.person(asked)
        if stored is not None and stored.revision:
            people[stored.contact.id] = stored
    return [people[name] for name in sorted(people)]


def not_called(thing: Translatable, name: str, hint: Translatable) -> Translatable:
    """That no such thing has this name, and what helps."""
    return tr("no {thing} is called {name}; {hint}", thing=thing, name=quoted(name), hint=hint)


def none_found(identifier: str, channel: str | None) -> Translatable:
    """That nobody was found, and what can be asked for."""
    if channel is None:
        return tr("nobody is found by {given}; {who}", given=sayable(identifier), who=IDENTIFIERS)
    return tr(
        "nobody is found by {given} on {channel}; {who}",
        given=sayable(identifier),
        channel=channel,
        who=IDENTIFIERS,
    )


def sayable(identifier: str) -> str | Quoted | Translatable:
    """What was asked for, as an error may repeat it: a phone is masked, a name or address left out."""
    phone = typed(identifier, "phone")
    if isinstance(phone, str):
        return masked(phone)
    digits = re.sub(r"\D", "", identifier)
    if _LIKE_A_PHONE.fullmatch(identifier) and len(digits) >= SHORTEST:
        return f"{digits[:2]}{'•' * (len(digits) - 4)}{digits[-2:]}"
    return quoted(identifier) if _IDENTIFIER.fullmatch(identifier) else tr("what was given")
