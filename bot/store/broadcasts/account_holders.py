"""Which contact has a LINE account now: that of a batch may have been merged away since, or parted again."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pymongo.collection import Collection as Contacts

from bot.model.broadcast import Recipient
from bot.model.contact import contact_id
from bot.store.database.mongo import Document


def holders(
    contacts: Contacts[Document], channel: str, people: Collection[Recipient], fields: Document | None
) -> Mapping[str, Document]:
    """By `Recipient.contact` the document of who has that account; of those whom nobody has, nothing.

    One question for all, and a few more for those whose contact has it no more. `fields` has `ids` and `to`.
    """
    found: dict[str, Document] = {}
    wanted = {one.contact: one for one in people}
    look_at = {one.contact: one.contact for one in people}  # under which id each may be found next
    seen: set[tuple[str, str]] = set()
    while look_at:
        there = {one["_id"]: one for one in contacts.find({"_id": {"$in": [*look_at.values()]}}, fields)}
        following: dict[str, str] = {}
        for name, where in look_at.items():
            document, own = there.get(where), contact_id(channel, wanted[name].user)
            if document is not None and _has(document, channel, wanted[name].user):
                found[name] = document
                continue
            to = None if document is None else document.get("to")
            # of who does not have it: where its first contact has gone; a circle ends where it began
            step = to if to is not None else own
            if (name, step) not in seen:
                seen.add((name, step))
                following[name] = step
        look_at = following
    return found


def _has(document: Document, channel: str, user: str) -> bool:
    accounts = document.get("ids")
    if document.get("to") is not None or not isinstance(accounts, list):
        return False
    return any(one.get("ch") == channel and one.get("uid") == user for one in accounts)
