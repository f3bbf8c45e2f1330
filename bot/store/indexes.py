"""Every collection, and every index of it, declared in one place.

The part comes first in every index that the runtime asks by, as in the shard key of a larger installation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pymongo import ASCENDING, IndexModel

DAY = 24 * 3600
INBOX_DAYS = 14
TIMELINE_DAYS = 400
TRACE_DAYS = 7

COLLECTIONS: Mapping[str, Sequence[IndexModel]] = {
    "contacts": (
        IndexModel(
            [("part", ASCENDING), ("_id", ASCENDING)],
            name="unsent",
            partialFilterExpression={"out.0": {"$exists": True}},
        ),
        IndexModel(
            [("part", ASCENDING), ("timers.due", ASCENDING)],
            name="timers",
            partialFilterExpression={"timers.0": {"$exists": True}},
        ),
    ),
    "inbox": (
        IndexModel(
            [("part", ASCENDING), ("contact", ASCENDING), ("order", ASCENDING)],
            name="open",
            partialFilterExpression={"state": "open"},
        ),
        IndexModel(
            [("at", ASCENDING)],
            name="life",
            expireAfterSeconds=INBOX_DAYS * DAY,
            partialFilterExpression={"state": "done"},
        ),
        IndexModel([("state", ASCENDING)], name="aside", partialFilterExpression={"state": "aside"}),
    ),
    "timeline": (
        IndexModel([("part", ASCENDING), ("contact", ASCENDING), ("at", ASCENDING)], name="of_contact"),
        IndexModel([("at", ASCENDING)], name="life", expireAfterSeconds=TIMELINE_DAYS * DAY),
    ),
    "trace": (IndexModel([("at", ASCENDING)], name="life", expireAfterSeconds=TRACE_DAYS * DAY),),
    "deadletters": (IndexModel([("at", ASCENDING)], name="by_time"),),
    "leases": (),
    "keys": (),
    "playbooks": (IndexModel([("version", ASCENDING)], name="version"),),
}
