"""Member numbers that the playbook's kind of barcode cannot hold: said in the log, once for each shop."""

from __future__ import annotations

import logging

from bot.model.screen import MemberCard
from bot.web.liff.barcode import NAMES, why_not

log = logging.getLogger("oaflow.pages")


class Misfits:
    """What has been said already, by shop and kind of code."""

    def __init__(self) -> None:
        self._said: set[tuple[str, str]] = set()

    def look_at(self, card: MemberCard, shop: str) -> None:
        """Say why the number of the first such card does not fit: the number itself is nobody else's."""
        kind, number = card.barcode, card.number
        if not number or kind is None or (shop, kind) in self._said:
            return
        why = why_not(kind, number)
        if why is not None:
            self._said.add((shop, kind))
            log.warning("a member number of %s is shown as QR code, not as %s: %s", shop, NAMES[kind], why)
