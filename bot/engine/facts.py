"""What an event itself says about a contact, set before any rule is asked (semantics 3)."""

from __future__ import annotations

from dataclasses import replace

from bot.model.contact import Contact
from bot.model.event import Event, Follow, Other, Profile, TimerDue, Unfollow


def with_facts(contact: Contact, event: Event) -> Contact:
    """The contact with what the event states: profile, friendship, when it was last seen, fired timers."""
    contact = _with_profile(contact, event.profile)
    if isinstance(event.what, TimerDue):
        return replace(contact, timers=tuple(t for t in contact.timers if t != event.what.timer))
    identity = contact.identity(event.channel)
    if identity.user is None and event.source.kind != "none":
        identity = replace(identity, user=event.source.id)
    if event.source.kind != "user":
        return contact.with_identity(identity) if identity.user is not None else contact
    if identity.seen is None or event.at > identity.seen:
        identity = replace(identity, seen=event.at)
    if isinstance(event.what, Follow):
        identity = replace(identity, friend=True, since=event.at)
    elif isinstance(event.what, Unfollow):
        identity = replace(identity, friend=False)
    elif not isinstance(event.what, Other) and identity.friend is False:
        identity = replace(identity, friend=True)  # who blocked us cannot write: LINE's unfollow is outdated
    return contact.with_identity(identity)


def _with_profile(contact: Contact, profile: Profile | None) -> Contact:
    if profile is None:
        return contact
    return replace(contact, name=profile.name, language=profile.language, picture=profile.picture)
