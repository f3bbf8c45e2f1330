"""The MongoDB filters of whom a broadcast may reach: as `bot.engine.conditions.people` says it of one."""

from __future__ import annotations

from bot.engine.conditions.people import Unreachable
from bot.store.contacts.filter import PERSON_ID, PERSONS
from bot.store.database.mongo import Document


def reachable(channel: str, consent_from: str) -> Document:
    """Whoever may be sent something there."""
    return {**_here(channel, {"$ne": False}), **_not_stopped(consent_from)}


def unreachable(why: Unreachable, channel: str, consent_from: str) -> Document:
    """Whoever may not, for this reason and none before it. `not_here`: who has no account of LINE at all.

    Who has one on another channel alone is in that channel's audiences, and nobody misses them here.
    """
    match why:
        case "not_here":
            return {**PERSONS, "ids.0": {"$exists": False}, "to": {"$exists": False}}
        case "blocked":
            return _here(channel, False)
        case "stopped":
            return {**_here(channel, {"$ne": False}), "$nor": [_not_stopped(consent_from)]}


def _here(channel: str, friend: object) -> Document:
    """Who has an account on this channel, is one person, and is a friend, or not."""
    account = {"ch": channel, "uid": {"$exists": True, **PERSON_ID}, "friend": friend}
    return {"ids": {"$elemMatch": account}, **PERSONS}


def _not_stopped(consent_from: str) -> Document:
    wants: Document = {"marketing": {"$ne": False}}
    return wants if consent_from == "here" else {**wants, "marketing_shop": {"$ne": False}}
