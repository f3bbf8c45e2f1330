"""Mitake (三竹簡訊), HTTP API v2.14: one SMS, and what credit is left."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp

from bot.connectors.sms.phone import national
from bot.connectors.sms.provider_call import form_call, time_outs
from bot.connectors.sms.sender import Credit, ShortMessage, SmsNotSent, SmsResult, SmsSent, SmsTrouble, Unsure

ADDRESS = "https://smsapi.mitake.com.tw"

_TAKEN = frozenset("0124")
"""`statuscode` of an SMS on its way: 0 later, 1 and 2 at the carrier, 4 on the phone."""
_REASONS: Mapping[str, tuple[SmsTrouble, str]] = {
    "c": ("credentials", "no username was given"),
    "d": ("credentials", "no password was given"),
    "e": ("credentials", "username or password is wrong"),
    "f": ("credentials", "the account has expired"),
    "h": ("credentials", "the account is suspended"),
    "k": ("credentials", "this address may not connect"),
    "m": ("credentials", "the password must be changed first"),
    "n": ("credentials", "the password has expired"),
    "p": ("credentials", "the account may not send over HTTP"),
    "s": ("credit", "the account has no credit"),
    "u": ("refused", "the text is empty"),
    "v": ("number", "the phone number is not valid"),
}


class Mitake:
    """An account at Mitake. The session is shared, and not closed here."""

    def __init__(
        self,
        username: str,
        password: str,
        session: aiohttp.ClientSession,
        *,
        address: str = ADDRESS,
        timeout: aiohttp.ClientTimeout | None = None,
    ) -> None:
        self._account = {"username": username, "password": password}
        self._session = session
        self._base = f"{address.rstrip('/')}/api/mtk"
        self._timeout = timeout or time_outs()

    async def send(self, message: ShortMessage) -> SmsResult:
        """Send it; without an answer, once more: Mitake recognises a `clientid` for 12 hours."""
        result = await self._send(message)
        if not isinstance(result, Unsure):
            return result
        second = await self._send(message)
        return (
            second if isinstance(second, SmsSent) else result
        )  # a refusal now says nothing of the first attempt

    async def credit(self) -> Credit | None:
        """The points of the account."""
        answer = await self._ask("SmQuery", {})
        return _credit(_values(answer)) if isinstance(answer, str) else None

    async def _send(self, message: ShortMessage) -> SmsResult:
        fields = {"dstaddr": national(message.phone), "smbody": message.text, "clientid": message.id}
        answer = await self._ask("SmSend?CharsetURL=UTF-8", fields)
        return _result(answer) if isinstance(answer, str) else answer

    async def _ask(self, what: str, fields: dict[str, str]) -> str | SmsNotSent | Unsure:
        return await form_call(self._session, f"{self._base}/{what}", self._account | fields, self._timeout)


def _result(answer: str) -> SmsResult:
    """Lines below a `[1]`: `msgid`, `statuscode`, `AccountPoint`, `Duplicate`."""
    values = _values(answer)
    status = values.get("statuscode")
    if status is None:
        return Unsure("Mitake's answer is not what it documents")
    if status in _TAKEN:
        return SmsSent(_credit(values))
    why, reason = _REASONS.get(status, ("refused", f"status {status[:8]!r}"))
    return SmsNotSent(f"Mitake refused: {reason}", why)


def _values(answer: str) -> Mapping[str, str]:
    """The lines of `key=value`."""
    return dict(line.strip().partition("=")[::2] for line in answer.splitlines())


def _credit(values: Mapping[str, str]) -> Credit | None:
    points = values.get("AccountPoint", "")
    return Credit(float(points)) if points.isascii() and points.isdigit() else None
