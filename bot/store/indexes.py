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
AUDIT_DAYS = 5 * 365

COLLECTIONS: Mapping[str, Sequence[IndexModel]] = {
    "contacts": (
        IndexModel(
            [("part", ASCENDING), ("_id", ASCENDING)],
            name="unsent",
            partialFilterExpression={"out.0": {"$exists": True}},
        ),
        IndexModel(
            [("part", ASCENDING), ("_id", ASCENDING)],
            name="uncounted",
            partialFilterExpression={"counted.0": {"$exists": True}},
        ),
        IndexModel(
            [("part", ASCENDING), ("due", ASCENDING), ("_id", ASCENDING)],
            name="due",
            partialFilterExpression={"due": {"$exists": True}},
        ),
        IndexModel(
            [("p.phone", ASCENDING)],
            name="by_phone",
            partialFilterExpression={"p.phone": {"$exists": True}},
        ),
        IndexModel(
            [("p.member_no", ASCENDING)],
            name="by_member_no",
            partialFilterExpression={"p.member_no": {"$exists": True}},
        ),
        IndexModel(
            [("flows.f", ASCENDING), ("part", ASCENDING)],
            name="in_flow",
            partialFilterExpression={"flows.f": {"$exists": True}},
        ),
        IndexModel(
            [("part", ASCENDING), ("_id", ASCENDING)],
            name="held_by_quota",
            partialFilterExpression={"flows.held.by": "quota"},
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
        IndexModel([("u", ASCENDING)], name="to_count", partialFilterExpression={"u": {"$exists": True}}),
        IndexModel([("at", ASCENDING)], name="life", expireAfterSeconds=TIMELINE_DAYS * DAY),
    ),
    "counts": (IndexModel([("flow", ASCENDING), ("day", ASCENDING)], name="of_flow"),),
    "trace": (IndexModel([("at", ASCENDING)], name="life", expireAfterSeconds=TRACE_DAYS * DAY),),
    "phones": (
        IndexModel(  # who reserved one and went away leaves nothing behind
            [("until", ASCENDING)],
            name="life",
            expireAfterSeconds=DAY,
            partialFilterExpression={"state": "reserved"},
        ),
    ),
    "audit": (
        IndexModel([("contact", ASCENDING), ("order", ASCENDING)], name="by_contact"),
        IndexModel(
            [("other", ASCENDING), ("order", ASCENDING)],
            name="by_other",
            partialFilterExpression={"other": {"$exists": True}},
        ),
        IndexModel([("at", ASCENDING)], name="life", expireAfterSeconds=AUDIT_DAYS * DAY),
    ),
    "places": (),
    "totals": (),
    "quotas": (),
    "deadletters": (IndexModel([("at", ASCENDING)], name="by_time"),),
    "codes": (
        IndexModel([("part", ASCENDING), ("contact", ASCENDING), ("expected", ASCENDING)], name="of_contact"),
        IndexModel([("forget", ASCENDING)], name="life", expireAfterSeconds=0),
    ),
    "code_limits": (IndexModel([("until", ASCENDING)], name="life", expireAfterSeconds=0),),
    "leases": (),
    "processes": (IndexModel([("until", ASCENDING)], name="life", expireAfterSeconds=0),),
    "keys": (),
    "playbooks": (IndexModel([("version", ASCENDING)], name="version"),),
    "rich_menus": (),
    "menu_batches": (),
    "menu_relinks": (),
}
