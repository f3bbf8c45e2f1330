"""The MongoDB filters of whom a broadcast may reach: as `bot.engine.conditions.reachable` says it of one."""

from __future__ import annotations

from bot.store.contacts.filter import NO_PERSON
from bot.store.database.mongo import Document


def here(channel: str) -> Document:
    """Who has an account of LINE on this channel, and is one person."""
    account = {"ch": channel, "uid": {"$exists": True}}
    return {"ids": {"$elemMatch": account}, "kind": {"$nin": list(NO_PERSON)}}


def blocked(channel: str) -> Document:
    """Whom LINE has told us to be no friend any more."""
    return {"ids": {"$elemMatch": {"ch": channel, "friend": False}}}


def stopped(consent_from: str) -> Document:
    """Who wants no marketing."""
    told: Document = {"marketing": False}
    return told if consent_from == "here" else {"$or": [told, {"marketing_shop": False}]}


def reachable(channel: str, consent_from: str) -> Document:
    """Whoever may be sent something there."""
    return {**here(channel), "$nor": [blocked(channel), stopped(consent_from)]}
