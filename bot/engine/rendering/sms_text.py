"""What an SMS with a one-time code says."""

from __future__ import annotations

from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.rendering.lookup import lookup_of
from bot.engine.texts.template import Placeholder
from bot.model.contact import Contact
from bot.model.value import Value


def sms_text(playbook: Playbook, channel: str, code: str, now: datetime) -> str:
    """By the text of the channel's provider. It knows nothing of the person: anyone may read it."""
    rules = playbook.channels.get(channel)
    template = playbook.sms_texts.get(rules.sms or "") if rules is not None else None
    lookup = lookup_of(playbook, Contact(""), channel, now, {}, {})

    def with_code(placeholder: Placeholder) -> Value | None:
        return code if placeholder.group == "sms" else lookup(placeholder)

    return code if template is None else template.fill(with_code, playbook.zone)
