"""Compiles cards into LINE's messages with their taps, quick replies and sender (language, section 7).

https://developers.line.biz/en/reference/messaging-api/#message-objects
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256

from bot.engine.compiled.card import Bubble, Card, LineObject, Tap
from bot.engine.rendering.rendering import QUICK_REPLIES_MOST
from bot.line.objects import limits, messages
from bot.line.objects.templates import QUICK_REPLY
from bot.model.message import MESSAGES_MOST
from bot.model.translatable import row, tr
from bot.playbook.compile.messages import flex_message, messages_with_taps, simple_messages
from bot.playbook.compile.messages.bubbles import (
    MessageForm,
    MessageMaker,
    bubble,
    message_bubble,
    named,
    text_of,
)
from bot.playbook.compile.messages.from_nodes import under
from bot.playbook.compile.messages.refused_by_line import judged
from bot.playbook.compile.messages.taps import IN_MENU, ON_CARD, QUICK, CardTaps, tap_of
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.scope.used_cards import named_card
from bot.playbook.compile.values import pictures
from bot.playbook.compile.values.pictures import picture
from bot.playbook.promotions import LANGUAGE_PARTS
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, first_of, place_of, plain


@cache
def _makers() -> Mapping[str, MessageMaker]:
    """By the kind of card: what makes its message. Built late, as kinds of promotions give theirs."""
    return {
        **simple_messages.MAKERS,
        **messages_with_taps.MAKERS,
        **flex_message.MAKERS,
        **LANGUAGE_PARTS.table(lambda part: part.cards),
    }


@dataclass
class _Parts:
    """The parts of one card, collected while its messages are compiled."""

    bubbles: list[Bubble] = field(default_factory=list)
    """Its messages."""
    quick: list[Tap] = field(default_factory=list)
    """Its quick replies."""
    others: list[Tap] = field(default_factory=list)
    """Taps of named cards within this one, which have keys of their own."""


class Cards:
    """Compiles cards and taps in one scope. Faults are reported to its book."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def card(self, node: Map, key: str | None = None) -> Card:
        """Compiles a card. Its key is its name, or a hash of its content for one that is written in place."""
        key = key or _hash(node)
        taps = CardTaps(self._scope, key)
        parts = _Parts()
        self._add(node, taps, parts)
        bubbles, quick = parts.bubbles[:MESSAGES_MOST], parts.quick[:QUICK_REPLIES_MOST]
        items = [{"type": "action", "action": tap} for tap in parts.quick]
        if items:
            judged(self._scope, {"items": under(node, "quick_replies", items)}, QUICK_REPLY, node)
        if len(parts.bubbles) > MESSAGES_MOST:
            message = tr(
                "this card is {number} messages, a reply takes {most}",
                number=len(parts.bubbles),
                most=MESSAGES_MOST,
            )
            self._scope.wrong(first_of(node), "replies-over-5", message, tr("leave some out"))
        every = {tap.key: tap for tap in (*parts.others, *taps.all())}
        ready = self._scope.switch(node.get("ready"))
        for_staff = node.get("staff") is None or self._scope.switch(node.get("staff"))
        return Card(
            place_of(node), key, tuple(bubbles), tuple(quick), tuple(every.values()), ready, for_staff
        )

    def tap(
        self, node: Map, card_key: str, *, tabs: Collection[str] | None = None, name: str | None = None
    ) -> Tap | None:
        """A tap outside cards: in a rich menu, with the names of its tabs; its key is `card_key/name`.

        Without a `name` it is the label. A switch of tabs is left as `{type: richmenuswitch, tab: …}`: LINE's
        alias is known when the menus are there.
        """
        label = node.get("label")
        own = name or (label.value if isinstance(label, Scalar) else "")
        where = ON_CARD if tabs is None else replace(IN_MENU, tabs=tabs)
        return tap_of(self._scope, node, f"{card_key}/{own}", where)

    def _add(self, node: Map, taps: CardTaps, parts: _Parts) -> None:
        """Put the messages and quick replies of a card, or of one within it, behind those that are there."""
        before = len(parts.bubbles)
        inner = node.get("messages")
        if isinstance(inner, List):
            for item in inner.items:
                self._add_inner(item, taps, parts)
        else:
            parts.bubbles += self._made(node, taps)
        sender = self._sender(node)
        if sender:
            for number in range(before, len(parts.bubbles)):
                parts.bubbles[number] = bubble({**parts.bubbles[number].form, "sender": sender})
        quick = taps.of_list(node.get("quick_replies"), QUICK)
        self._add_quick(named(node, "quick_replies"), [tap for tap in quick if tap is not None], parts)

    def _add_inner(self, node: Node, taps: CardTaps, parts: _Parts) -> None:
        """Add a message of a list: written in place, or a named card."""
        if not isinstance(node, Map):
            return
        name = node.get("card")
        if name is None:
            self._add(node, taps, parts)
        elif isinstance(name, Scalar):
            card = named_card(self._scope, name)
            if card is not None:
                parts.bubbles += card.bubbles
                parts.others += card.taps
                self._add_quick(name, card.quick_replies, parts)

    def _add_quick(self, node: Node, more: Collection[Tap], parts: _Parts) -> None:
        """Add quick replies; reported where another message of the card has some."""
        if more and parts.quick:
            message = tr("two messages of this card have quick replies, and LINE shows one set")
            self._scope.wrong(node, "quick-replies-twice", message, tr("write them all on the last message"))
        parts.quick += more

    def _made(self, node: Map, taps: CardTaps) -> list[Bubble]:
        """The message of a card without inner messages; none where its kind is not written."""
        kind = next((kind for kind in _makers() if node.get(kind) is not None), None)
        if kind is None:
            return []
        if node.get("alt") is not None and not _makers()[kind].alt_beside:
            where = (
                tr("stands within it")
                if kind == "flex"
                else tr(
                    "goes with {kinds} only",
                    kinds=row([kind for kind, maker in _makers().items() if maker.alt_beside]),
                )
            )
            message = tr('"alt" does not stand beside {kind}, it {where}', kind=kind, where=where)
            self._scope.wrong(named(node, "alt"), "unknown-key", message, tr("leave it out here"))
        made = _makers()[kind].make(self._scope, node, node.pairs[kind][1], taps)
        return [] if made is None else [message_bubble(self._scope, node, made)]

    def _sender(self, node: Map) -> LineObject:
        """Another name and picture than the account's.

        https://developers.line.biz/en/reference/messaging-api/#icon-nickname-switch
        """
        sender = node.get("sender")
        if not isinstance(sender, Map):
            return {}
        made: MessageForm = {}
        icon = sender.get("icon")
        name = text_of(self._scope, sender, "name", limits.SENDER_NAME)
        if name is not None:
            made["name"] = name
        avatar = picture(self._scope, icon, pictures.ICON) if isinstance(icon, Scalar) else None
        if avatar is not None:
            made["iconUrl"] = under(sender, "icon", avatar.address)
        return judged(self._scope, made, messages.SENDER, sender)


def _hash(node: Map) -> str:
    """The key of a card that is written in place: equal content has the same key, wherever it is."""
    text = json.dumps(plain(node), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode(errors="surrogatepass")).hexdigest()[:12]
