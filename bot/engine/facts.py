"""What an event itself says about a contact, set before any rule is asked (semantics 3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.model.contact import Contact, Identity
from bot.model.event import Event, Follow, Other, TimerDue, Unfollow


def with_facts(contact: Contact, event: Event, now: datetime) -> Contact:
    """The contact with what the event states: profile, friendship, when it was last seen, fired timers.

    `now` becomes the moment of its last turn.
    """
    identities, timers = contact.identities, contact.timers
    name, language, picture = contact.name, contact.language, contact.picture
    if event.profile is not None:
        name, language, picture = event.profile.name, event.profile.language, event.profile.picture
    if isinstance(event.what, TimerDue):
        timers = tuple(t for t in timers if t != event.what.timer)
    elif event.source.kind != "none":
        identities = _with(identities, _met(contact.identity(event.channel), event))
    return replace(
        contact,
        name=name,
        language=language,
        picture=picture,
        identities=identities,
        timers=timers,
        turned=now,
    )


def _met(identity: Identity, event: Event) -> Identity:
    """How the person stands on the channel after this event."""
    user, seen, since, friend = (
        identity.user or event.source.id,
        identity.seen,
        identity.since,
        identity.friend,
    )
    if event.source.kind == "user":
        seen = event.at if seen is None or event.at > seen else seen
        if isinstance(event.what, Follow):
            friend, since = True, event.at
        elif isinstance(event.what, Unfollow):
            friend = False
        elif friend is False and not isinstance(event.what, Other):
            friend = True  # who blocked us cannot write: LINE's unfollow is outdated
    return Identity(identity.channel, user, friend, since, seen, identity.staff)


def _with(identities: tuple[Identity, ...], new: Identity) -> tuple[Identity, ...]:
    others = tuple(old for old in identities if old.channel != new.channel)
    if len(others) == len(identities):
        return (*identities, new)
    return tuple(new if old.channel == new.channel else old for old in identities)
