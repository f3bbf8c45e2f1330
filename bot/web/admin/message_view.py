"""Messages of the playbook as a page shows them: drawn as LINE does, or in words where no script runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import orjson

from bot.model.message import Message
from bot.model.translatable import TranslatableValue
from bot.wording.conversation import message_text

_IN_WORDS = ("text", "textV2", "sticker", "audio", "location")
"""The types that stand in words; `static/line_messages.js` draws all others. No host of LINE's is asked."""


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message: what it says, its JSON where a script draws it, the words of its quick replies."""

    text: TranslatableValue
    drawn: str
    quick: Sequence[str]


def shown_messages(messages: Iterable[Message]) -> list[MessageView]:
    """Each of them."""
    return [_shown(one) for one in messages]


def _shown(message: Message) -> MessageView:
    kind = message.get("type")
    text = str(message["text"]) if kind in ("text", "textV2") else message_text(message)
    drawn = "" if kind in _IN_WORDS else orjson.dumps(message).decode()
    items = message.get("quickReply", {}).get("items", [])
    labels = [str(one.get("action", {}).get("label", "")) for one in items]
    return MessageView(text, drawn, [one for one in labels if one])
