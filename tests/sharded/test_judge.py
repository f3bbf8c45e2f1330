"""The judge against MongoDB's documented rules, by example."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bson.regex import Regex

from tests.sharded.judge import Reach, ShardKey, verdicts

KEYS: dict[str, ShardKey] = {
    "contacts": {"part": 1, "_id": 1},
    "timeline": {"_id": "hashed"},
    "chats": {"chat": "hashed"},
}


def update(where: Any, change: Any, **more: Any) -> dict[str, Any]:
    return {"update": "contacts", "updates": [{"q": where, "u": change, **more}]}


WHOLE = {"part": 1, "_id": "a"}


@pytest.mark.parametrize(
    ("command", "reach"),
    [
        ({"find": "contacts", "filter": WHOLE}, "one"),
        ({"find": "contacts", "filter": {"part": {"$in": [1]}, "_id": {"$eq": "a"}}}, "one"),
        ({"find": "contacts", "filter": {"part": {"$in": [1, 2]}}}, "some"),
        ({"find": "contacts", "filter": {"part": {"$gte": 1, "$lte": 9}}}, "some"),
        ({"find": "contacts", "filter": {"$and": [{"part": 1}, {"due": {"$lt": 5}}]}}, "some"),
        ({"find": "contacts", "filter": {"$or": [WHOLE, {"part": 2}]}}, "some"),
        ({"find": "contacts", "filter": {"$or": [WHOLE, {"due": 2}]}}, "all"),
        ({"find": "contacts", "filter": {"_id": "a"}}, "all"),
        ({"find": "contacts", "filter": {"part": {"$ne": 1}}}, "all"),
        ({"find": "timeline", "filter": {"_id": "a"}}, "one"),
        ({"find": "timeline", "filter": {"_id": {"$in": ["a", "b"]}}}, "some"),
        ({"find": "timeline", "filter": {"_id": {"$gt": "a"}}}, "all"),
        ({"count": "contacts", "query": {"part": 1}}, "some"),
        ({"distinct": "contacts", "key": "part"}, "all"),
        ({"aggregate": "contacts", "pipeline": [{"$match": WHOLE}, {"$count": "n"}]}, "one"),
        ({"aggregate": "contacts", "pipeline": [{"$count": "n"}, {"$match": WHOLE}]}, "all"),
        ({"aggregate": "others", "pipeline": [{"$unionWith": {"coll": "contacts"}}]}, "all"),
        ({"aggregate": "others", "pipeline": [{"$lookup": {"from": "contacts"}}]}, "all"),
        (
            {"aggregate": "others", "pipeline": [{"$lookup": {"from": "contacts"}}], "autocommit": False},
            "refused",
        ),
        ({"find": "contacts", "filter": {"part": 1, "_id": Regex("^a")}}, "some"),
        ({"find": "contacts", "filter": {"part": re.compile("1")}}, "all"),
        ({"find": "timeline", "filter": {"_id": {"$in": [Regex("a")]}}}, "all"),
        ({"aggregate": "others", "pipeline": [{"$out": "contacts"}]}, "refused"),
        ({"insert": "contacts", "documents": [WHOLE]}, "one"),
        ({"insert": "contacts", "documents": [{"_id": "a"}]}, "refused"),
        (update(WHOLE, {"$set": {"x": 1}}), "one"),
        (update(WHOLE, {"$set": {"part": 1}}), "one"),
        (update(WHOLE, {"$set": {"part": 2}}), "refused"),
        (update(WHOLE, {"$inc": {"part": 2}}), "refused"),
        (update(WHOLE, [{"$set": {"part": 1}}]), "refused"),
        (update(WHOLE, {"x": 1, "part": 1}), "one"),
        (update(WHOLE, {"x": 1, "part": 2}), "refused"),
        (update(WHOLE, {"$set": {"x": 1}}, upsert=True), "one"),
        (update({"_id": "a"}, {"$set": {"x": 1}}), "all"),
        (update({"_id": "a"}, {"$set": {"x": 1}}, upsert=True), "refused"),
        (update({"x": 1}, {"$set": {"x": 2}}), "refused"),
        (update({"part": 1}, {"$set": {"x": 2}}, multi=True), "some"),
        (update({"part": 1}, {"$set": {"part": 2}}, multi=True), "refused"),
        ({"delete": "contacts", "deletes": [{"q": {"part": 1}, "limit": 0}]}, "some"),
        ({"delete": "contacts", "deletes": [{"q": {"part": 1}, "limit": 1}]}, "refused"),
        ({"delete": "contacts", "deletes": [{"q": WHOLE, "limit": 1}]}, "one"),
        ({"findAndModify": "contacts", "query": WHOLE, "update": {"$set": {"x": 1}}}, "one"),
        ({"findAndModify": "contacts", "query": {"_id": "a"}, "update": {"$set": {"x": 1}}}, "refused"),
        ({"findAndModify": "chats", "query": {"chat": "a"}, "remove": True}, "one"),
        (
            {
                "createIndexes": "contacts",
                "indexes": [{"name": "n", "key": {"part": 1, "_id": 1}, "unique": True}],
            },
            None,
        ),
        (
            {"createIndexes": "contacts", "indexes": [{"name": "n", "key": {"p": 1}, "unique": True}]},
            "refused",
        ),
        (
            {"createIndexes": "chats", "indexes": [{"name": "n", "key": {"chat": 1}, "unique": True}]},
            "refused",
        ),
        ({"replSetGetStatus": 1, "$db": "admin"}, "refused"),
        ({"find": "oplog.rs", "$db": "local"}, "refused"),
        ({"find": "others", "filter": {}}, None),
        ({"aggregate": "contacts", "pipeline": [{"$changeStream": {}}]}, None),
        ({"aggregate": 1, "pipeline": [{"$changeStream": {}}], "$db": "oaflow"}, None),
    ],
)
def test_verdict(command: dict[str, Any], reach: Reach | None) -> None:
    assert [one.reach for one in verdicts(command, KEYS)] == ([] if reach is None else [reach])
