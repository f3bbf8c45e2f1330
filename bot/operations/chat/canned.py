"""Ready answers that the playbook gives staff: its cards, and links of the account's pages (E3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.engine.compiled.card import Card
from bot.engine.compiled.pages import binding_flows
from bot.engine.compiled.playbook import Playbook
from bot.engine.rendering.placeholders import filling_of, lookup_of
from bot.engine.rendering.rendering import Rendered, rendered
from bot.engine.texts.template import Placeholder
from bot.model.channel import Channel
from bot.model.contact import Contact, Identity
from bot.model.message import MESSAGES_MOST, Message
from bot.model.plain_text import visible
from bot.model.translatable import TranslatableValue, tr
from bot.model.value import Value
from bot.operations.binding_answers import binding_cards
from bot.operations.chat.answering import ChatRefused
from bot.operations.links import NoLink, page_link, pages
from bot.playbook.shape.names import PRIVACY_NOTICE
from bot.wording.conversation import message_text

_OF_A_TURN = frozenset({"answer", "event", "sms"})
"""The placeholders that mean something in a turn only."""


TITLE_MOST, TEXT_MOST = 40, 90
"""Letters of a title, and of the line below it; what is longer is cut."""


@dataclass(frozen=True, slots=True)
class CannedAnswer:
    """A card by its name, or the link of a page; staff choose it by its title, and read the text below it.

    A card's title is that of its first message, or the first line of it. `binds`: it leads to a page that
    binds.
    """

    kind: Literal["card", "page"]
    name: str
    title: TranslatableValue = ""
    text: str = ""
    binds: bool = False


def canned_answers(
    playbook: Playbook, account: Channel, now: datetime, contact: Contact | None = None
) -> list[CannedAnswer]:
    """What staff may send on this channel as it stands: what binds first, then cards in the order in which
    the playbook has them, then the links of the other pages. To a `contact` that is bound, nothing that
    binds."""
    unknown = Contact("", identities=(Identity(account.name),))
    bind, has_link = binding_flows(playbook, account.name), _has_link(playbook, account)
    links = [
        CannedAnswer("page", name, title, _shown(page_link(playbook, account, name).address), name in bind)
        for name, title in (pages(playbook, account.name) if has_link else {}).items()
    ]
    lead = {one.name for page in bind for one in binding_cards(playbook, account, page, now)}
    cards, offers = list[CannedAnswer](), _offered(playbook)
    for name, card in sorted(playbook.cards.items(), key=lambda one: _written_at(one[1])):
        found, asked = _render(playbook, unknown, account.name, name, now)
        if offers(card) and not _OF_A_TURN & asked and found.messages:
            cards.append(CannedAnswer("card", name, *_words(found.messages[0]), binds=name in lead))
    is_bound = contact is not None and contact.phone is not None
    first = [one for one in (*cards, *links) if one.binds and not is_bound]
    return [*first, *(one for one in (*cards, *links) if not one.binds)]


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
    if answer.name not in playbook.cards or not _offered(playbook)(playbook.cards[answer.name]):
        raise ChatRefused(tr("this answer is not in the playbook any more"))
    found, _ = _render(playbook, contact, account.name, answer.name, now)
    if found.problems or not 1 <= len(found.messages) <= MESSAGES_MOST:
        raise ChatRefused(tr("with what is known of this person LINE does not take this card"))
    return found.messages


def _offered(playbook: Playbook) -> Callable[[Card], bool]:
    """Whether staff are offered a card: where it says `ready: true`. In a playbook none of whose cards says
    so, as version 0.9 had it, all are but those with `staff: false`."""
    if any(card.ready for card in playbook.cards.values()):
        return lambda card: card.ready
    return lambda card: card.for_staff


def card_titles(playbook: Playbook, channel: str, now: datetime) -> dict[str, tuple[TranslatableValue, str]]:
    """Title and text of each card of the playbook with messages, as nobody in particular would get it."""
    unknown = Contact("", identities=(Identity(channel),))
    shown = {name: _render(playbook, unknown, channel, name, now)[0] for name in playbook.cards}
    return {name: _words(found.messages[0]) for name, found in shown.items() if found.messages}


def _written_at(card: Card) -> tuple[bool, str, int, int]:
    """Where it stands among the others; the notice that is in every playbook comes last."""
    return card.key == PRIVACY_NOTICE, card.place.file, card.place.line, card.place.column


def _words(message: Message) -> tuple[TranslatableValue, str]:
    """The title of a message, and what it says below that; nothing invisible, each on a line."""
    template = message.get("template", {})
    shown = next(iter(template.get("columns", ())), template)
    said = [shown.get("title"), shown.get("text"), message.get("text"), message.get("altText")]
    lines = [line for one in said if one for text in str(one).splitlines() if (line := visible(text).strip())]
    if not lines:
        return message_text(message), ""
    title, *others = dict.fromkeys(lines)
    return _cut(title, TITLE_MOST), _cut(" ".join(others), TEXT_MOST)


def _shown(address: str) -> str:
    return _cut(address.removeprefix("https://"), TEXT_MOST)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


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
