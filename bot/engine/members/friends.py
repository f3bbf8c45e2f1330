"""People who are known as friends by LINE's own list, or by a file of LINE ids, before they do anything.

Silently: it is no news, so no rule or journey starts; audiences that rules watch have them from then on (M1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import ConditionContext
from bot.engine.conditions.people import lists_of
from bot.engine.members.contact_laws import accounts_of
from bot.engine.times.bounds import When
from bot.model.contact import Contact, Identity
from bot.model.event import Profile
from bot.model.translatable import Refusal, tr

BLOCKED_LATELY = timedelta(minutes=10)
"""Who blocked the account less than this before LINE's list was requested may still be on the list."""


class AnotherAccount(Refusal):
    """The person whose contact this id became has another LINE account on the channel."""


def befriended(contact: Contact, channel: str, user: str, listed_since: datetime | None) -> Contact:
    """The person as a friend on a channel; as they are, where they are one, or have blocked the account.

    `listed_since`: when LINE was first asked for the list that has them, which is believed of who had
    blocked before that; `None`: only a file says so. Raises `AnotherAccount`.
    """
    known = next((one for one in accounts_of(contact) if one.channel == channel), Identity(channel, user))
    if not contact.has_line and known.user == user:
        known = Identity(channel, user)  # nobody has heard that this account is no friend
    if known.user != user:
        raise AnotherAccount(tr("belongs to somebody who has another LINE account on this channel"))
    if known.friend is False and not _is_friend_again(known, listed_since):
        return contact
    return _with(contact, replace(known, friend=True))


def _is_friend_again(known: Identity, listed_since: datetime | None) -> bool:
    if listed_since is None:
        return False
    return known.seen is None or known.seen < listed_since - BLOCKED_LATELY


def profiled(contact: Contact, channel: str, profile: Profile | None, at: datetime) -> Contact:
    """The person with the profile that LINE gave then; `None`: LINE gives none, so they are no friend.

    A name that is known stays. Who has done something here is left unchanged: their turns know better.
    """
    known = contact.identity(channel)
    if known.friend is None or known.seen is not None:
        return contact
    updated = _with(contact, replace(known, friend=profile is not None))
    if profile is None:
        return updated
    return replace(
        updated,
        name=updated.name or profile.name,
        language=updated.language or profile.language,
        picture=updated.picture or profile.picture,
        profiled=at,
    )


def _with(contact: Contact, identity: Identity) -> Contact:
    others = {one.channel: one for one in accounts_of(contact)}
    identities = tuple({**others, identity.channel: identity}.values())
    return contact if identities == contact.identities else replace(contact, identities=identities)


def silently(before: Contact, after: Contact, playbook: Playbook, now: datetime) -> Contact:
    """`after`, in the watched audiences that it comes into by what has changed, and out of the others."""
    if after == before:
        return after
    lists = lists_of(after, playbook.lists)
    was, comes = (frozenset(_audiences(one, playbook, now)) for one in (before, after))
    audiences = tuple(sorted((set(before.audiences) | (comes - was)) - (was - comes)))
    return replace(after, lists=lists, audiences=audiences)


def _audiences(contact: Contact, playbook: Playbook, now: datetime) -> Iterator[str]:
    when = When(now, playbook.zone)
    for identity in contact.identities if playbook.watched else ():
        channel = identity.channel
        asked = ConditionContext(contact, channel, when)
        for name, condition in playbook.watched.items():
            if condition.holds(asked):
                yield f"{channel}:{name}"
