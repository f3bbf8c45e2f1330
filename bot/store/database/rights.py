"""Checks which rights the database user lacks, before anything fails for want of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.store.collections import COLLECTIONS

QUESTION = {"connectionStatus": 1, "showPrivileges": True}
"""The command; every connected user may run it."""
_RIGHTS = ("find", "insert", "update", "remove", "createIndex")
"""The actions that each collection needs; `readWrite` has them all."""


def missing_rights(answer: Mapping[str, Any], database: str) -> list[str]:
    """What the user may not do with some collection, by the answer; nothing where there is no user."""
    access = answer["authInfo"]
    if not access["authenticatedUsers"]:
        return []
    given: Sequence[Mapping[str, Any]] = access["authenticatedUserPrivileges"]
    return [
        right
        for right in _RIGHTS
        if not all(
            any(_covers(one, right, database, collection) for one in given) for collection in COLLECTIONS
        )
    ]


def _covers(privilege: Mapping[str, Any], right: str, database: str, collection: str) -> bool:
    """Whether a privilege grants a right on a collection; in MongoDB an empty name means all.

    https://www.mongodb.com/docs/manual/reference/resource-document/
    """
    of, actions = privilege["resource"], privilege["actions"]
    if right not in actions and "anyAction" not in actions:
        return False
    here = of.get("db") in ("", database) and of.get("collection") in ("", collection)
    return here or "anyResource" in of
