"""The provider that needs no account: an SMS is a line of the log."""

from __future__ import annotations

import logging

from bot.sms.phone import masked
from bot.sms.sender import Credit, ShortMessage, SmsSent

log = logging.getLogger("oaflow.sms")


class Console:
    """For whoever develops a playbook: the code stands in the log, so no real person's phone is proven."""

    async def send(self, message: ShortMessage) -> SmsSent:
        """Tell it."""
        log.info("SMS to %s: %s", masked(message.phone), message.text)
        return SmsSent()

    async def credit(self) -> Credit | None:
        """None is needed."""
        return None
