"""The JSON interface of everything that was made to go wrong, wherever: what is on, and all of it off."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aiohttp import web

from bot.simulator.control.json_calls import reading, taking
from bot.simulator.hooks.pretend_hooks import USUAL as USUAL_ANSWER
from bot.simulator.hooks.pretend_hooks import PretendHooks
from bot.simulator.people.friend_acts import FriendActs
from bot.simulator.shop.members import PretendShops, ShopFaults
from bot.simulator.state.account import Accounts
from bot.simulator.state.chats import Chats
from bot.simulator.state.faults import NO_FAULTS
from bot.simulator.state.feed import Feed
from bot.simulator.state.liff_settings import USUAL
from bot.simulator.state.shown import faults_shown
from bot.simulator.state.sms_inbox import SmsAccount, SmsInbox


class AllFaults:
    """`GET faults` and `DELETE faults`."""

    def __init__(
        self,
        accounts: Accounts,
        chats: Chats,
        acts: FriendActs,
        sms: SmsInbox,
        shops: PretendShops,
        hooks: PretendHooks,
        feed: Feed,
    ) -> None:
        self._accounts = accounts
        self._chats = chats
        self._acts = acts
        self._sms = sms
        self._shops = shops
        self._hooks = hooks
        self._feed = feed

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """Both routes below `prefix`."""
        return [
            web.get(prefix + "/faults", reading(self._read)),
            web.delete(prefix + "/faults", taking(self._end)),
        ]

    def _read(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        """Only what is on."""
        return {
            "channels": {
                name: faults_shown(account.faults)
                for name, account in self._accounts.by_name.items()
                if account.faults != NO_FAULTS
            },
            "friends": {
                friend.id: asdict(friend.liff)
                for friend in self._chats.friends.values()
                if friend.liff != USUAL
            },
            "sms": None if self._sms.account == SmsAccount() else asdict(self._sms.account),
            "shops": {
                name: asdict(shop.faults)
                for name, shop in self._shops.by_name.items()
                if shop.faults != ShopFaults()
            },
            "hooks": list(self._hooks.failing),
        }

    def _end(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        for name, account in self._accounts.by_name.items():
            account.faults = NO_FAULTS
            self._feed.publish("faults", {"channel": name, **faults_shown(NO_FAULTS)})
        for friend in [friend for friend in self._chats.friends.values() if friend.liff != USUAL]:
            self._acts.set_liff(friend, USUAL)
        self._sms.account = SmsAccount()
        for shop in self._shops.by_name:
            self._shops.set_faults(shop, ShopFaults())
        for hook in self._hooks.failing:
            self._hooks.answer_from_now_on(hook, USUAL_ANSWER)
        return self._read(request, body)
