"""How contacts and outgoing calls look in MongoDB: the short names that conditions will be compiled to."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from bot.model.contact import Contact, Identity, Tag, Timer
from bot.model.outgoing import Outgoing
from bot.model.stored import Stored
from bot.store.mongo import Document
from bot.store.seal import Seal, SealBroken

log = logging.getLogger("oaflow.store")


def contact_from(document: Mapping[str, Any]) -> Contact:
    """The contact in a stored document; what is absent is unknown."""
    return Contact(
        id=document["_id"],
        kind=document.get("kind", "person"),
        name=document.get("name"),
        language=document.get("lang"),
        picture=document.get("pic"),
        identities=tuple(
            Identity(
                i["ch"], i.get("uid"), i.get("friend"), i.get("since"), i.get("seen"), i.get("staff", False)
            )
            for i in document.get("ids", ())
        ),
        tags=tuple(Tag(t["n"], t["at"], t["by"], t.get("exp")) for t in document.get("tags", ())),
        timers=tuple(Timer(t["f"], t["ch"], t["v"], t["t"], t["due"]) for t in document.get("timers", ())),
        seed=document.get("seed", 0),
        turned=document.get("turned"),
    )


def changes(before: Contact, after: Contact, *, born: bool) -> Document:
    """The fields of the document that differ between two states; all that are known where it is `born`."""
    fields: Document = {}
    for name, old, new in (
        ("name", before.name, after.name),
        ("lang", before.language, after.language),
        ("pic", before.picture, after.picture),
        ("turned", before.turned, after.turned),
    ):
        if new is not None and (born or new != old):
            fields[name] = new
    if born:
        fields["kind"], fields["seed"] = after.kind, after.seed
    if born or after.identities is not before.identities:
        fields["ids"] = [_identity(i) for i in after.identities]
    if after.tags is not before.tags:
        fields["tags"] = [_tag(t) for t in after.tags]
    if after.timers is not before.timers:
        fields["timers"] = [
            {"f": t.flow, "ch": t.channel, "v": t.visit, "t": t.timer, "due": t.due} for t in after.timers
        ]
    return fields


def _identity(identity: Identity) -> Document:
    document: Document = {"ch": identity.channel, "staff": identity.staff}
    if identity.user is not None:
        document["uid"] = identity.user
    if identity.friend is not None:
        document["friend"] = identity.friend
    if identity.since is not None:
        document["since"] = identity.since
    if identity.seen is not None:
        document["seen"] = identity.seen
    return document


def _tag(tag: Tag) -> Document:
    document: Document = {"n": tag.name, "at": tag.at, "by": tag.by}
    if tag.expires is not None:
        document["exp"] = tag.expires
    return document


def outgoing_document(item: Outgoing, seal: Seal) -> Document:
    """An outgoing call for the contact's `out`: token and body sealed together, bound to the call's id."""
    secret = orjson.dumps(item.token) + b"\n" + item.body
    document: Document = {
        "id": item.id,
        "ev": item.event,
        "ch": item.channel,
        "kind": item.kind,
        "to": item.to,
        "at": item.created,
        "recv": item.received,
        "body": seal.seal(secret, item.id.encode()),
    }
    if item.retry_key is not None:
        document["key"] = item.retry_key
    return document


def outgoing_from(document: Mapping[str, Any], seal: Seal) -> Outgoing:
    """The outgoing call in a stored document. Raises `SealBroken` where its key is gone."""
    secret = seal.open(bytes(document["body"]), document["id"].encode())
    token, _, body = secret.partition(b"\n")
    return Outgoing(
        id=document["id"],
        event=document["ev"],
        channel=document["ch"],
        kind=document["kind"],
        to=document["to"],
        body=body,
        created=document["at"],
        received=document["recv"],
        token=orjson.loads(token),
        retry_key=document.get("key"),
    )


def _readable(items: Iterable[Mapping[str, Any]], seal: Seal) -> Iterator[Outgoing]:
    for item in items:
        try:
            yield outgoing_from(item, seal)
        except SealBroken:  # it stays on the contact, and must not keep everything else from going on
            log.error("a call that lies on a contact does not open: its key is missing, or it is damaged")


def stored_from(document: Mapping[str, Any], seal: Seal) -> Stored:
    """All that the runtime needs of a contact's document."""
    return Stored(
        contact=contact_from(document),
        revision=document.get("rev", 0),
        open=frozenset(document.get("open", ())),
        outgoing=tuple(_readable(document.get("out", ()), seal)),
        waiting=frozenset(document.get("waiting", ())),
    )
