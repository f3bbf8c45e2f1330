"""The JSON interface of faults: those of each channel at LINE, and one call for all faults that are switched
on, of LIFF, SMS, shops and hooks, too."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web

from bot.simulator.control.json_calls import JsonRoutes, delete, get, put
from bot.simulator.people.friend_acts import CannotAct, FriendActs
from bot.simulator.shop.members import PretendShops, ShopFaults
from bot.simulator.simulated_hooks import USUAL as USUAL_ANSWER
from bot.simulator.simulated_hooks import PretendHooks
from bot.simulator.state.account import ANSWERS, DELIVERIES, NO_FAULTS, SLOW_AT_MOST, Accounts, Faults
from bot.simulator.state.chats import Chats
from bot.simulator.state.feed import Feed
from bot.simulator.state.liff_settings import USUAL
from bot.simulator.state.sms_inbox import SmsAccount, SmsInbox
from bot.simulator.state.state_json import faults_json


@dataclass(frozen=True, slots=True)
class AllFaults(JsonRoutes):
    """`GET faults`: all that are on; `DELETE faults`: switch all off."""

    accounts: Accounts
    chats: Chats
    acts: FriendActs
    sms: SmsInbox
    shops: PretendShops
    hooks: PretendHooks
    feed: Feed

    @get("/faults")
    def _read(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        """Only what is on."""
        return {
            "channels": {
                name: faults_json(account.faults)
                for name, account in self.accounts.by_name.items()
                if account.faults != NO_FAULTS
            },
            "friends": {
                friend.id: asdict(friend.liff)
                for friend in self.chats.friends.values()
                if friend.liff != USUAL
            },
            "sms": None if self.sms.account == SmsAccount() else asdict(self.sms.account),
            "shops": {
                name: asdict(shop.faults)
                for name, shop in self.shops.by_name.items()
                if shop.faults != ShopFaults()
            },
            "hooks": list(self.hooks.failing),
        }

    @delete("/faults")
    def _end(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        for name, account in self.accounts.by_name.items():
            account.faults = NO_FAULTS
            self.feed.publish("faults", {"channel": name, **faults_json(NO_FAULTS)})
        for friend in [friend for friend in self.chats.friends.values() if friend.liff != USUAL]:
            self.acts.set_liff(friend, USUAL)
        self.sms.account = SmsAccount()
        for shop in self.shops.by_name:
            self.shops.set_faults(shop, ShopFaults())
        for hook in self.hooks.failing:
            self.hooks.answer_from_now_on(hook, USUAL_ANSWER)
        return self._read(request, body)


class FaultRoutes(JsonRoutes):
    """`PUT channels/NAME/faults`: what goes wrong at LINE for this channel."""

    def __init__(self, accounts: Accounts, feed: Feed) -> None:
        self._accounts = accounts
        self._feed = feed

    @put("/channels/{name}/faults")
    def _set(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        account = self._accounts.by_name.get(request.match_info["name"])
        if account is None:
            raise CannotAct("unknown", "no such channel")
        account.faults = _faults(body)
        shown = faults_json(account.faults)
        self._feed.publish("faults", {"channel": account.channel.name, **shown})
        return shown


def _faults(body: dict[str, Any]) -> Faults:
    """What a body switches on; what it leaves out is off."""
    slow, answer, deliver = (body.get(name) for name in ("slow", "answer", "deliver"))
    if slow is not None and (type(slow) not in (int, float) or not 0 < slow <= SLOW_AT_MOST):
        raise CannotAct("invalid", f"slow must be seconds, more than 0 and at most {SLOW_AT_MOST}, or null")
    if answer is not None and answer not in ANSWERS:
        raise CannotAct("invalid", f"answer must be null or one of {', '.join(ANSWERS)}")
    if deliver is not None and deliver not in DELIVERIES:
        raise CannotAct("invalid", f"deliver must be null or one of {', '.join(DELIVERIES)}")
    if body.keys() - {"slow", "answer", "deliver"}:
        raise CannotAct("invalid", "a body has slow, answer and deliver only")
    return Faults(slow, answer, deliver)
