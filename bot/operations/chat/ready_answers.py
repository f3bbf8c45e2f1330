"""Ready answers that staff have written: who sees which, changing them, their text for a customer (E3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from bot.engine.rendering.placeholders import FRIEND
from bot.model.contact import Contact
from bot.model.plain_text import visible
from bot.model.ready_answer import READY_MOST, ReadyAnswer
from bot.model.translatable import tr
from bot.operations.chat.answering import ChatRefused, text_message
from bot.operations.find_contacts import NotFound
from bot.store.stores import Stores


async def ready_answers(stores: Stores, account: str, channel: str = "") -> Sequence[ReadyAnswer]:
    """Those that this account is offered on a channel (empty: on any): its own, then the team's, by name."""
    found = [one for one in await stores.ready_answers.all() if one.is_seen_by(account, channel)]
    return sorted(found, key=lambda one: (one.owner == "", one.channel == "", one.name, one.id))


async def ready_answer(stores: Stores, account: str, id: str) -> ReadyAnswer:
    """The one of this id. Raises `NotFound` where it is gone, or somebody else's alone."""
    found = await stores.ready_answers.find(id)
    if found is None or not found.is_seen_by(account):
        raise NotFound(tr("this ready answer is not there any more"))
    return found


def new_id(account: str, request: str) -> str:
    """The id of one that this request makes: the same however often it comes."""
    return sha256(f"{account}\0{request}".encode()).hexdigest()[:24]


async def store_ready_answer(stores: Stores, answer: ReadyAnswer) -> ReadyAnswer:
    """Store one, new or in place of that of its id. Raises `ChatRefused`, `NotFound`."""
    name, shortcut = visible(answer.name).strip(), visible(answer.shortcut).strip().removeprefix("/")
    if not name:
        raise ChatRefused(tr("a ready answer has a name"))
    text_message(answer.text)
    known = await stores.ready_answers.all()
    there = next((one for one in known if one.id == answer.id), None)
    if there is not None and not there.is_seen_by(answer.by):
        raise NotFound(tr("this ready answer is not there any more"))
    if there is None and len(known) >= READY_MOST:
        raise ChatRefused(
            tr("there are {most} ready answers, and no room for more: remove some", most=f"{READY_MOST:,}")
        )
    stored = replace(answer, name=name, shortcut=shortcut, has_picture=bool(there and there.has_picture))
    await stores.ready_answers.store(stored)
    return stored


async def remove_ready_answer(stores: Stores, account: str, id: str) -> ReadyAnswer | None:
    """Remove one; `None`: it was not there any more. Raises `NotFound` for somebody else's own."""
    found = await stores.ready_answers.find(id)
    if found is not None and not found.is_seen_by(account):
        raise NotFound(tr("this ready answer is not there any more"))
    if found is not None:
        await stores.ready_answers.remove(id)
    return found


def text_for(answer: ReadyAnswer, contact: Contact) -> str:
    """Its text for this customer, as cards call them."""
    return answer.text_for(contact.name or FRIEND)
