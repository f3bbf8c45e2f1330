"""Messages of the playbook as a page shows them: drawn as LINE does, or in words where no script runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import orjson

from bot.model.message import Message
from bot.model.translatable import TranslatableValue
from bot.wording.conversation import message_text

_IN_WORDS = ("text", "textV2", "sticker", "audio", "location")
"""The types of messages that are shown in words; `static/line_messages.js` draws all others, without a
request to LINE."""


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as a template shows it."""

    text: TranslatableValue
    """What it says."""
    drawn: str
    """Its JSON, for the script that draws it; empty: it is shown in words."""
    quick: Sequence[str]
    """The labels of its quick replies."""


def shown_messages(messages: Iterable[Message]) -> list[MessageView]:
    """The messages as a template shows them."""
    return [_shown(one) for one in messages]


def _shown(message: Message) -> MessageView:
    kind = message.get("type")
    text = str(message["text"]) if kind in ("text", "textV2") else message_text(message)
    drawn = "" if kind in _IN_WORDS else orjson.dumps(message).decode()
    items = message.get("quickReply", {}).get("items", [])
    labels = [str(one.get("action", {}).get("label", "")) for one in items]
    return MessageView(text, drawn, [one for one in labels if one])
