"""Answers that stand ready for staff: cards of the playbook, and links of the account's pages (E3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.engine.compiled.playbook import Playbook
from bot.engine.rendering.placeholders import filling_of, lookup_of
from bot.engine.rendering.rendering import Rendered, rendered
from bot.engine.texts.template import Placeholder
from bot.model.channel import Channel
from bot.model.contact import Contact, Identity
from bot.model.message import MESSAGES_MOST, Message
from bot.model.translatable import TranslatableValue, tr
from bot.model.value import Value
from bot.operations.chat.answering import ChatRefused
from bot.operations.links import NoLink, page_link, pages
from bot.scenario.conversation import message_text

_OF_A_TURN = frozenset({"answer", "event", "sms"})
"""The placeholders that mean something in a turn only."""


@dataclass(frozen=True, slots=True)
class CannedAnswer:
    """A card by its name, or the link of a page; `title` is what staff choose it by: a card's first words."""

    kind: Literal["card", "page"]
    name: str
    title: TranslatableValue


def canned_answers(playbook: Playbook, account: Channel, now: datetime) -> list[CannedAnswer]:
    """What staff may send on this channel as it stands, links first, in the order of the playbook."""
    nobody = Contact("", identities=(Identity(account.name),))
    named = pages(playbook, account.name)
    links = [CannedAnswer("page", name, title) for name, title in named.items()]
    cards: list[CannedAnswer] = []
    for name in playbook.cards:
        found, asked = _render(playbook, nobody, account.name, name, now)
        if not _OF_A_TURN & asked and found.messages:
            cards.append(CannedAnswer("card", name, message_text(found.messages[0])))
    return [*(links if _has_link(playbook, account) else ()), *cards]


def canned_messages(
    playbook: Playbook, contact: Contact, account: Channel, answer: CannedAnswer, now: datetime
) -> tuple[Message, ...]:
    """What is sent of it to this person. Raises `ChatRefused` where it is not there any more, or is empty."""
    if answer.kind == "page":
        try:
            link = page_link(playbook, account, answer.name)
        except (NoLink, KeyError) as error:
            raise ChatRefused(tr("this answer is not in the playbook any more")) from error
        return ({"type": "text", "text": f"{pages(playbook, account.name)[answer.name]}\n{link.address}"},)
    if answer.name not in playbook.cards:
        raise ChatRefused(tr("this answer is not in the playbook any more"))
    found, _ = _render(playbook, contact, account.name, answer.name, now)
    if found.problems or not 1 <= len(found.messages) <= MESSAGES_MOST:
        raise ChatRefused(tr("with what is known of this person LINE does not take this card"))
    return found.messages


def _has_link(playbook: Playbook, account: Channel) -> bool:
    rules = playbook.channels.get(account.name)
    return rules is not None and bool(rules.liff_id)


def _render(
    playbook: Playbook, contact: Contact, channel: str, card: str, now: datetime
) -> tuple[Rendered, frozenset[str]]:
    """The card's messages, and which groups of placeholders are in them."""
    known, asked = lookup_of(playbook, contact, channel, now, {}, {}), set[str]()

    def lookup(placeholder: Placeholder) -> Value | None:
        asked.add(placeholder.group)
        return known(placeholder)

    return rendered([playbook.cards[card]], filling_of(playbook, channel, now, lookup)), frozenset(asked)
