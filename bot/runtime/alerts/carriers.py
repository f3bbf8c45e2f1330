"""The ways by which alerts go: a mail, a web hook that is signed, a push at LINE to a tester."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from bot.connectors.mail.server import is_mail_address, mail_server
from bot.connectors.mail.smtp import Letter, MailSent, send
from bot.hooks.answer import HookFailure, HookTrouble
from bot.hooks.call import HookCaller
from bot.line.outcome import Accepted, Refused, Throttled
from bot.model.alert import AlertNote, AlertWay
from bot.model.settings import HookSettings
from bot.runtime.alerts.digest_letter import read_digest
from bot.runtime.alerts.receivers import (
    AlertCarrier,
    AlertNotSent,
    AlertReceiver,
    AlertResult,
    AlertSent,
    AlertTelling,
)
from bot.runtime.alerts.words import Wording, hand_back_command, page, subject, text, texts
from bot.runtime.ports import LineAccount

_KEYS = uuid.UUID("6f61666c-6f77-4f75-8e63-616c65727402")
_UNSURE: frozenset[HookTrouble] = frozenset(("late", "broken off", "status", "too long", "not json"))
"""Failures after which the receiver may have got the call; it recognizes a repetition by its key."""
SHORT = 200
"""Characters of a playbook's text about a person, in an alert on LINE."""
MESSAGES, UNITS = 5, 5_000
"""What LINE takes in a push, paid as one: text messages, and UTF-16 units of each."""


@dataclass(frozen=True, slots=True)
class ByMail:
    """Sends a mail by the server in `through`; `private` are hosts of our own network that may be one."""

    wording: Callable[[], Wording]
    private: Callable[[], Iterable[str]]

    async def carry(self, receiver: AlertReceiver, telling: AlertTelling) -> AlertResult:
        """Send one mail with all of it."""
        server = mail_server(receiver.through or "")
        if server is None or not is_mail_address(receiver.recipient):
            return AlertNotSent("its mail server or its address is none")
        wording = self.wording()
        letter = Letter(
            id=telling.id,
            to=receiver.recipient,
            sender=server.sender or receiver.recipient,
            subject=subject(telling.notes, wording),
            text=text(telling.notes, wording),
            at=telling.at,
            language=wording.language.name,
            page=page(telling.notes, wording),
        )
        result = await send(letter, server, private=frozenset(self.private()))
        if isinstance(result, MailSent):
            return AlertSent()
        return AlertNotSent(f"the mail server: {result.why}", result.unsure, result.hopeless)

    def fitting(self, receiver: AlertReceiver, notes: Sequence[AlertNote]) -> int:
        """A mail has room for all."""
        return len(notes)


@dataclass(frozen=True, slots=True)
class ByWebhook:
    """Calls an address, signed as hooks are; the same is sent under the same key."""

    hooks: HookCaller
    wording: Callable[[], Wording]

    async def carry(self, receiver: AlertReceiver, telling: AlertTelling) -> AlertResult:
        """Send all of it in one call."""
        shop = self.wording().shop
        notes = [_note_json(note, self.wording()) for note in telling.notes]
        body = {"type": "alerts", "bot": shop, "alerts": notes}
        hook = HookSettings("alerts", receiver.recipient, receiver.secret, tries=1)
        result = await self.hooks.call(hook, telling.id, body)
        if isinstance(result, HookFailure):
            return AlertNotSent(str(result), result.why in _UNSURE)
        return AlertSent()

    def fitting(self, receiver: AlertReceiver, notes: Sequence[AlertNote]) -> int:
        """A call has room for all."""
        return len(notes)


def _note_json(note: AlertNote, wording: Wording) -> dict[str, object]:
    body: dict[str, object] = {
        "id": note.id,
        "reason": note.reason,
        "over": note.over,
        "at": note.at.isoformat(),
        "channel": note.channel,
        "contact": note.contact,
        "name": note.name,
        "text": note.text,
    }
    if note.reason == "digest":
        body |= {"text": text([note], wording), "digest": read_digest(note.text).data}
    if note.reason == "handed_over" and note.contact is not None:
        body["hand_back"] = hand_back_command(note.contact)
    return body


@dataclass(frozen=True, slots=True)
class ByLine:
    """Pushes to the contact that has a tester's name: a message that is paid like any other."""

    tester: Callable[[str], Awaitable[tuple[str, str] | None]]
    """Channel and LINE user id of a name."""
    account: Callable[[str], LineAccount | None]
    wording: Callable[[], Wording]

    async def carry(self, receiver: AlertReceiver, telling: AlertTelling) -> AlertResult:
        """Push all of it at once."""
        found = await self.tester(receiver.recipient)
        if found is None:
            return AlertNotSent("no contact has this tester's name (oaflow contact name)")
        channel, user = found
        account = self.account(channel)
        if account is None:
            return AlertNotSent("the tester's account is not in the playbook any more")
        messages = [{"type": "text", "text": text} for text, _ in self._texts(telling.notes)]
        body = orjson.dumps({"messages": messages})
        match await account.push(user, body, str(uuid.uuid5(_KEYS, telling.id))):
            case Accepted():
                return AlertSent()
            case Refused(status=status, kind=kind):
                return AlertNotSent(f"LINE refuses it ({status}, {kind})")
            case Throttled():
                return AlertNotSent("LINE takes no more just now")
            case _:
                return AlertNotSent("LINE did not answer", unsure=True)

    def fitting(self, receiver: AlertReceiver, notes: Sequence[AlertNote]) -> int:
        """As many as a push holds."""
        return sum(number for _, number in self._texts(notes)[:MESSAGES])

    def _texts(self, notes: Sequence[AlertNote]) -> Sequence[tuple[str, int]]:
        return texts(notes, self.wording(), SHORT, UNITS)


@dataclass(frozen=True, slots=True)
class AnyCarrier:
    """Sends by the way (mail, LINE, web hook) that the playbook names for a receiver."""

    ways: Mapping[AlertWay, AlertCarrier]

    async def carry(self, receiver: AlertReceiver, telling: AlertTelling) -> AlertResult:
        """Send it by the receiver's way."""
        return await self.ways[receiver.to].carry(receiver, telling)

    def fitting(self, receiver: AlertReceiver, notes: Sequence[AlertNote]) -> int:
        """As many as that way takes."""
        return self.ways[receiver.to].fitting(receiver, notes)
