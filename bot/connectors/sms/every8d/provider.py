"""EVERY8D (互動資通), HTTP API 2.1: one SMS, and what credit is left."""

from __future__ import annotations

import re
from collections.abc import Mapping

import aiohttp

from bot.connectors.sms.phone import national
from bot.connectors.sms.provider_call import form_call, time_outs
from bot.connectors.sms.sender import Credit, ShortMessage, SmsNotSent, SmsResult, SmsSent, SmsTrouble, Unsure

ADDRESS = "https://api.e8d.tw"

_REASONS: Mapping[str, tuple[SmsTrouble, str]] = {
    "-2": ("credentials", "username or password is wrong"),
    "-300": ("credentials", "no username or no password was given"),
    "-3": ("number", "the phone has refused such SMS"),
    "-8": ("number", "the phone number is not valid"),
}
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")


class Every8d:
    """An account at EVERY8D. It does not recognise repeated messages, so none is sent twice from here.

    The session is shared, and not closed here.
    """

    def __init__(
        self,
        username: str,
        password: str,
        session: aiohttp.ClientSession,
        *,
        address: str = ADDRESS,
        timeout: aiohttp.ClientTimeout | None = None,
    ) -> None:
        self._account = {"UID": username, "PWD": password}
        self._session = session
        self._base = f"{address.rstrip('/')}/API21/HTTP"
        self._timeout = timeout or time_outs()

    async def send(self, message: ShortMessage) -> SmsResult:
        """Send it, once."""
        fields = {"SB": "", "MSG": message.text, "DEST": national(message.phone), "ST": ""}
        answer = await self._ask("sendSMS", fields)
        return _result(answer) if isinstance(answer, str) else answer

    async def credit(self) -> Credit | None:
        """The points of the account."""
        answer = await self._ask("getCredit", {})
        return _credit(_fields(answer)[0]) if isinstance(answer, str) else None

    async def _ask(self, what: str, fields: dict[str, str]) -> str | SmsNotSent | Unsure:
        url = f"{self._base}/{what}.ashx"
        return await form_call(self._session, url, self._account | fields, self._timeout)


def _result(answer: str) -> SmsResult:
    """`credit,sent,cost,unsent,batch`; a negative first field is an error's number, with its words."""
    first, *others = _fields(answer)
    if not _NUMBER.fullmatch(first):
        return Unsure("EVERY8D's answer is not what it documents")
    if first.startswith("-"):
        why, reason = _REASONS.get(first, ("refused", f"error {first}"))
        return SmsNotSent(f"EVERY8D refused: {reason}", why)
    if others and others[0] == "0":
        return SmsNotSent("EVERY8D has not sent it: the account has no credit", "credit")
    return SmsSent(_credit(first))


def _fields(answer: str) -> list[str]:
    return [field.strip() for field in answer.strip().split(",")]


def _credit(first: str) -> Credit | None:
    """Of the first field of an answer; a negative one is an error."""
    return Credit(float(first)) if _NUMBER.fullmatch(first) and not first.startswith("-") else None
