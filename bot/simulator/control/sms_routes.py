"""The JSON interface of the SMS on a friend's phone, and of the account that sends them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aiohttp import web

from bot.simulator.control.asked_friend import asked_friend
from bot.simulator.control.json_calls import reading, taking
from bot.simulator.people.friend_acts import CannotAct
from bot.simulator.state.chats import Chats
from bot.simulator.state.sms_inbox import CREDIT_AT_MOST, FAULTS, SmsAccount, SmsInbox, sms_shown


class SmsRoutes:
    """`GET friends/ID/sms`, `POST friends/ID/sms/SMS/dismiss`, `GET sms` and `PUT sms`."""

    def __init__(self, inbox: SmsInbox, chats: Chats) -> None:
        self._inbox = inbox
        self._chats = chats

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The routes below `prefix`."""
        return [
            web.get(prefix + "/friends/{id}/sms", reading(self._list)),
            web.post(prefix + "/friends/{id}/sms/{sms}/dismiss", taking(self._dismiss)),
            web.get(prefix + "/sms", reading(self._account)),
            web.put(prefix + "/sms", taking(self._set_account)),
        ]

    def _list(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return {"sms": [sms_shown(sms) for sms in self._inbox.of(asked_friend(request, self._chats).id)]}

    def _dismiss(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        dismissed = self._inbox.dismiss(asked_friend(request, self._chats).id, request.match_info["sms"])
        if dismissed is None:
            raise CannotAct("unknown", "no such SMS on this phone")
        return sms_shown(dismissed)

    def _account(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return asdict(self._inbox.account)

    def _set_account(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        self._inbox.account = _wanted(body)
        return asdict(self._inbox.account)


def _wanted(body: dict[str, Any]) -> SmsAccount:
    """The account that a body describes; what it leaves out is as usual."""
    credit, fault = body.get("credit"), body.get("fault")
    if credit is not None and (type(credit) is not int or not 0 <= credit <= CREDIT_AT_MOST):
        raise CannotAct("invalid", f"credit must be a whole number of SMS up to {CREDIT_AT_MOST}, or null")
    if fault is not None and fault not in FAULTS:
        raise CannotAct("invalid", f"fault must be null or one of {', '.join(FAULTS)}")
    if body.keys() - {"credit", "fault"}:
        raise CannotAct("invalid", "a body has credit and fault only")
    return SmsAccount(credit, fault)
