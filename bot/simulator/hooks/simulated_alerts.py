"""Alerts of a bot that is tried out: shown in the log as they would be told, and told to nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.model.alert import AlertNote
from bot.model.clock import Clock
from bot.runtime.alerts.receivers import AlertReceiver, AlertResult, AlertSent, AlertTelling
from bot.runtime.alerts.words import Wording, subject, text
from bot.simulator.state.state_json import alert_json


@dataclass(frozen=True, slots=True)
class PretendAlerts:
    """Nothing leaves this machine."""

    clock: Clock
    wording: Callable[[], Wording]
    tell: Callable[[dict[str, Any]], None]

    def fitting(self, receiver: AlertReceiver, notes: Sequence[AlertNote]) -> int:
        """The log has room for all."""
        return len(notes)

    async def carry(self, receiver: AlertReceiver, telling: AlertTelling) -> AlertResult:
        """Have it shown: by which way it would go, and what it says."""
        chats = {note.contact.partition(":")[2] for note in telling.notes if note.contact is not None}
        said = "; ".join(note.text for note in telling.notes if note.text)
        about = subject(telling.notes, self.wording())
        entry = alert_json(
            self.clock.now(),
            way=receiver.to,
            who=_receiver_text(receiver),
            about=f"{about} — {said}" if said else about,
            body=text(telling.notes, self.wording()).strip(),
            chat=chats.pop() if len(chats) == 1 else None,
        )
        self.tell(entry)
        return AlertSent()


def _receiver_text(receiver: AlertReceiver) -> str:
    """An address, or a tester's name; of a web hook its host, for the rest may be what lets one in there."""
    return urlsplit(receiver.who).hostname or "" if receiver.to == "webhook" else receiver.who
