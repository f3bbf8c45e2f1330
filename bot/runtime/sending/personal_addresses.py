"""Web addresses that are one person's own: they identify the person who opens them, and cannot be forged.

In what goes to one person `PUBLIC/o/CHANNEL/TAP` and `PUBLIC/l/CHANNEL/CODE` become `PUBLIC/o/SEALED`. Sealed
is whose it is and what it opens (AES-SIV, RFC 5297), so that an address which is handed on shows no user id
of LINE. The same content gives the same address, in every process.

`signed_out` of a contact is the moment before which its page sessions and addresses are over: an unbinding, a
merge, a phone that moved. Opening an address is an event; where it cannot be stored, the person is led on all
the same. Weighed: signing, which would show whose it is.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from bot.engine.compiled.own_address import OwnKind
from bot.engine.compiled.playbook import Playbook
from bot.model.outgoing import Outgoing

PLACE: list[bytes | bytearray] = [b"oaflow personal address 1"]
"""Associated data of the cipher: text sealed here cannot be opened as anything else."""
LONGEST = 1_000
"""Characters of a sealed part, at most: LINE takes no longer address."""
_BETWEEN = "\0"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Personal:
    """The content of a person's own address."""

    channel: str
    user: str
    """The LINE user id of the person on the channel."""
    kind: OwnKind
    """What it opens: a link (`l`) or a counted tap (`o`); see `own_address`."""
    code: str
    """Which link or tap."""
    made: datetime
    """When the turn that sent it was taken, in whole milliseconds."""
    to: str | None = None
    """Where a tap leads, if that was filled with the person's data when it was sent."""


class PersonalAddresses:
    """Makes persons' own addresses, and reads them."""

    def __init__(self, keys: Sequence[bytes], public: str, playbook: Callable[[], Playbook]) -> None:
        """`keys`: the first one seals, all of them open; `public` is the base of our own addresses."""
        self._playbook = playbook
        self._keys = keys
        self._known: dict[bytes, AESSIV] = {}
        self._public = public
        self._links, self._taps = f"{public}/l/".encode(), f"{public}/o/".encode()
        begin = re.escape(f"{public}/".encode())
        # PUBLIC/l/CHANNEL/CODE: channel, code
        self._link = re.compile(begin + rb"l/([a-z0-9_]+)/([a-z0-9_]+)")
        # "uri":"PUBLIC/o/CHANNEL/TAP?to=ADDRESS": the key up to its value, channel, tap, encoded address
        self._tap = re.compile(
            rb'("(?:uri|linkUri)":")' + begin + rb'o/([a-z0-9_]+)/([0-9a-f]+)(?:\?to=([\w.~%-]*))?"'
        )  # as a whole address only: what a person is called must not become one, and lead anywhere

    def in_messages(self, call: Outgoing) -> Outgoing:
        """The call with this person's own addresses in its messages, where it is one that has messages."""
        body = call.body
        if call.kind not in ("reply", "push", "fallback") or (
            self._links not in body and self._taps not in body
        ):
            return call  # nearly always, and this is on the way of every event

        def link(found: re.Match[bytes]) -> bytes:
            channel, code = found[1].decode(), found[2].decode()
            if channel != call.channel or not self._is_personal(channel, code):
                return found[0]
            return self.address(Personal(channel, call.to, "l", code, call.created)).encode()

        def tap(found: re.Match[bytes]) -> bytes:
            channel, code = found[2].decode(), found[3].decode()
            if channel != call.channel:
                return found[0]
            to = None if found[4] is None else unquote(found[4].decode())
            own = self.address(Personal(channel, call.to, "o", code, call.created, to))
            return found[1] + own.encode() + b'"'

        return replace(call, body=self._tap.sub(tap, self._link.sub(link, body)))

    def _is_personal(self, channel: str, code: str) -> bool:
        """Whether a link of the playbook gets an address per person.

        One that says a text in the chat goes through LIFF where the channel has it: LIFF knows the person,
        and an address can be handed on.
        """
        playbook = self._playbook()
        link, rules = playbook.links.get(code), playbook.channels.get(channel)
        return link is not None and not (link.send and rules is not None and rules.liff_id)

    def address(self, personal: Personal) -> str:
        """The address of one person: small letters and digits, which no chat takes for the end of a link."""
        made = str((personal.made - _EPOCH) // _MILLISECOND)
        parts = (personal.channel, personal.user, personal.kind, personal.code, made, personal.to or "")
        sealed = self._cipher(self._keys[0]).encrypt(_BETWEEN.join(parts).encode(), PLACE)
        return f"{self._public}/o/{base64.b32encode(sealed).decode().rstrip('=').lower()}"

    def _cipher(self, key: bytes) -> AESSIV:
        if key not in self._known:
            self._known[key] = AESSIV(key)
        return self._known[key]

    def read(self, sealed: str) -> Personal | None:
        """What the last part of such an address says; `None` if it is not ours."""
        if len(sealed) > LONGEST or not sealed.isascii():
            return None
        try:
            content = base64.b32decode(sealed.upper() + "=" * (-len(sealed) % 8))
        except binascii.Error:
            return None
        for key in self._keys:
            try:
                parts = self._cipher(key).decrypt(content, PLACE).decode().split(_BETWEEN)
            except InvalidTag:
                continue
            channel, user, kind, code, made, to = parts
            sent = _EPOCH + int(made) * _MILLISECOND
            return Personal(channel, user, "l" if kind == "l" else "o", code, sent, to or None)
        return None
