"""Twilio, for numbers outside of Taiwan: one SMS by Programmable Messaging, and what money is left.

https://www.twilio.com/docs/messaging/api/message-resource

Not its *Verify*, which makes and checks codes of its own: what a code may be, how often it is sent and how
often it may be guessed would then be in two places; here one place decides, for every provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import aiohttp

from bot.connectors.sms.provider_call import call, not_sent, time_outs
from bot.connectors.sms.sender import Credit, ShortMessage, SmsNotSent, SmsResult, SmsSent, SmsTrouble, Unsure
from bot.hooks.bounded_call import CallAnswer
from bot.model.json_object import json_object

ADDRESS = "https://api.twilio.com"

_REASONS: Mapping[int, tuple[SmsTrouble, str]] = {
    **dict.fromkeys((10001, 20005, 90010), ("credit", "the account is not active: has it any money?")),
    20003: ("credentials", "account or token is wrong"),
    20429: ("busy", "too many requests"),
    **dict.fromkeys((21211, 21614), ("number", "the phone number is no mobile number")),
    21608: ("number", "a trial account sends to verified numbers only"),
    21610: ("number", "the phone has refused such SMS"),
    21408: ("number", "the account may not send to this country"),
    **dict.fromkeys((21212, 21603, 21606, 21659), ("refused", "the account may not send as this sender")),
}
"""By `code` of a refusal; https://www.twilio.com/docs/api/errors has them all, and they grow."""


class Twilio:
    """An account at Twilio. It does not recognise repeated messages, so none is sent twice from here.

    `sender` is a number (E.164), a name, or a messaging service (`MG…`). The session is shared.
    """

    def __init__(
        self,
        account: str,
        token: str,
        sender: str,
        session: aiohttp.ClientSession,
        *,
        address: str = ADDRESS,
        timeout: aiohttp.ClientTimeout | None = None,
    ) -> None:
        self._headers = {"Authorization": aiohttp.encode_basic_auth(account, token)}
        self._from = {"MessagingServiceSid" if sender.startswith("MG") else "From": sender}
        self._session = session
        self._base = f"{address.rstrip('/')}/2010-04-01/Accounts/{quote(account, safe='')}"
        self._timeout = timeout or time_outs()

    async def send(self, message: ShortMessage) -> SmsResult:
        """Send it, once."""
        form = {"To": message.phone, "Body": message.text, **self._from}
        answer = await self._ask("Messages", form)
        return _result(answer) if isinstance(answer, CallAnswer) else answer

    async def credit(self) -> Credit | None:
        """The balance, which lags behind a little; a subaccount has none of its own."""
        answer = await self._ask("Balance", None)
        found = json_object(answer.body) if isinstance(answer, CallAnswer) and answer.status == 200 else {}
        try:
            return Credit(float(found["balance"]), str(found["currency"]))
        except (KeyError, TypeError, ValueError):
            return None

    async def _ask(self, what: str, form: Mapping[str, str] | None) -> CallAnswer | SmsNotSent | Unsure:
        url = f"{self._base}/{what}.json"
        return await call(self._session, url, self._timeout, form=form, headers=self._headers)


def _result(answer: CallAnswer) -> SmsResult:
    found = json_object(answer.body)
    if answer.status in (200, 201):
        return SmsSent() if found.get("sid") else Unsure("Twilio's answer is not what it documents")
    code = found.get("code")
    if not isinstance(code, int):
        return not_sent(answer)
    why, reason = _REASONS.get(code, ("refused", f"error {code}"))
    return SmsNotSent(f"Twilio refused: {reason}", why)
