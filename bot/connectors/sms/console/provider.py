"""For developing a playbook: the code is in the log, so no real person's phone is verified."""

from __future__ import annotations

import logging

from bot.connectors.sms.phone import masked
from bot.connectors.sms.sender import Credit, ShortMessage, SmsSent

log = logging.getLogger("oaflow.sms")


class Console:
    """Needs no account, and reaches no phone."""

    def __init__(self, session: object = None) -> None:
        """Nobody is called."""

    async def send(self, message: ShortMessage) -> SmsSent:
        """Write it into the log."""
        log.info("SMS to %s: %s", masked(message.phone), message.text)
        return SmsSent()

    async def credit(self) -> Credit | None:
        """None is needed."""
        return None
