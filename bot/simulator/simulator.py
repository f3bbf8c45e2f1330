"""The simulator: LINE on this machine, with a phone in the browser and a workbench beside it (L4). Wires all
parts of this package: LINE's API, the JSON interface and its page, SMS, shops, hooks, alerts, recordings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from urllib.parse import quote

from aiohttp import web

from bot.connectors.sms.sender import ShortMessage
from bot.model.brake import Brake
from bot.model.channel import Channel
from bot.model.clock import Clock
from bot.model.settings import ShopSettings
from bot.runtime.alerts.words import Wording
from bot.runtime.turn_observer import Watch, WatchBroadcast, Watched
from bot.simulator.control.clock_routes import ClockRoutes
from bot.simulator.control.control_api import ControlApi
from bot.simulator.control.fault_routes import AllFaults, FaultRoutes
from bot.simulator.control.menu_routes import AccountRoutes, MenuRoutes
from bot.simulator.control.page import Page
from bot.simulator.control.phone_routes import AddressRoutes, ClerkRoutes, LiffRoutes, TapRoutes
from bot.simulator.control.recording_routes import PastRoutes, ScenarioRoutes
from bot.simulator.control.shop_routes import NewsRoutes, ShopRoutes
from bot.simulator.control.staff_routes import BrakeRoutes, PlaceRoutes, StaffRoutes
from bot.simulator.control.system_routes import HookRoutes, SignalRoutes, SmsRoutes
from bot.simulator.control.turn_routes import TurnRoutes
from bot.simulator.people.courier import AGAIN_AFTER, ANSWER_WITHIN, Courier
from bot.simulator.people.friend_acts import FriendActs
from bot.simulator.people.liff_browser import LiffBrowser
from bot.simulator.people.menu_feed import MenusShown
from bot.simulator.people.taps import Taps
from bot.simulator.people.webhook_events import webhook_body
from bot.simulator.platform.liff_api import LiffApi
from bot.simulator.platform.line_api import LineApi
from bot.simulator.platform.line_calls import ContentCalls, InsightCalls, MessagingApi
from bot.simulator.platform.menu_bulk import Afterwards, MenuBulk
from bot.simulator.platform.menu_calls import MenuCalls
from bot.simulator.platform.oauth_api import OauthApi
from bot.simulator.platform.sending import MessageSending
from bot.simulator.shop.members import PretendShops, ShopFaults
from bot.simulator.shop.simulated import ShopWorld, simulated_platforms
from bot.simulator.shop.webhooks import ShopCourier
from bot.simulator.simulated_hooks import PretendAlerts, PretendHooks
from bot.simulator.state.account import Account, Accounts
from bot.simulator.state.chats import Chats, Delivery
from bot.simulator.state.exchanges import Exchange, ExchangePart, Exchanges
from bot.simulator.state.feed import Feed, Happened
from bot.simulator.state.line_ids import milliseconds
from bot.simulator.state.logins import Logins
from bot.simulator.state.menus import Menus
from bot.simulator.state.one_time_tokens import ReplyTokens, RetryKeys
from bot.simulator.state.parcel import DeliveryAttempt, Parcel
from bot.simulator.state.pictures import Pictures
from bot.simulator.state.sms_inbox import SmsInbox, is_over
from bot.simulator.state.state_json import attempt_json, message_json, outside_request_json, usage_json
from bot.simulator.workbench.broadcast_turns import BroadcastsSeen
from bot.simulator.workbench.inside import Inside
from bot.simulator.workbench.past import Past
from bot.simulator.workbench.playbook_view import Edit, playbook_json
from bot.simulator.workbench.turn_view import chat_of
from bot.simulator.workbench.workbench import Workbench

PREFIX = "/simulator"
"""The path below which the simulator is served."""


class Simulator:
    """Everything that `--simulator` adds to the server. All of its state is in memory, and bounded.

    `again_after` are the seconds before each redelivery of a webhook that got no 2xx within `answer_within`
    seconds; `wait` is how it waits, for tests. `clock` is the whole process's: to be moved, it must be a
    `MovingClock`.
    """

    def __init__(
        self,
        channels: Iterable[Channel],
        clock: Clock,
        *,
        again_after: Sequence[float] = AGAIN_AFTER,
        answer_within: float = ANSWER_WITHIN,
        wait: Callable[[float], Awaitable[None]] | None = None,
        shops: Iterable[ShopSettings] = (),
        language: str = "zh-TW",
        base: str = "",
    ) -> None:
        """`language` is that of the page, until somebody changes it there; `base` the path below which the
        page's browser reaches the server."""
        self._language = language
        self._base = base
        self._base_url = ""
        self._accounts = Accounts(channels)
        self._chats = Chats()
        self._feed = Feed()
        self._happened = Happened(self._feed)
        self._exchanges = Exchanges()
        self._tokens = ReplyTokens()
        self._workbench = Workbench(
            clock,
            self._feed,
            self._exchanges,
            lambda: self._courier.is_at_rest and self._shop_courier.is_at_rest,
            lambda: self._afterwards.last,
        )
        self._clock = self._workbench.clock
        self._broadcasts = BroadcastsSeen(self._workbench, self._chats)
        self.edit = Edit(self._feed, lambda: playbook_json(self._workbench.inside))
        self.sms = SmsInbox(self._clock, self._feed)
        self.hooks = PretendHooks(self._clock, self._feed, lambda: self._workbench.inside.playbook())
        self._wait = wait or self._clock.wait
        self._afterwards = Afterwards(self._wait, self._clock)
        self.shops = PretendShops(shops, clock.now)
        self.event_tokens: Callable[[], Sequence[str]] = tuple
        """Gives the tokens that `POST /api/events` accepts, by which a shop's own system sends its news."""
        self.sms.on_asked = self._log_sms
        self.shops.on_call = self._shop_called
        self.shops.on_faults = self._shop_faults
        self._shop_courier = ShopCourier(
            *(clock, lambda: self._base_url, lambda shop: self._accounts_of(shop), self._log_webhook),
            tokens=lambda: self.event_tokens(),
        )
        self._courier = Courier(
            self._tried,
            self._trying,
            again_after=again_after,
            answer_within=answer_within,
            wait=self._wait,
        )

    @property
    def watch(self) -> Watch:
        """Called by the bot's runtime for each turn."""
        return self._watched

    @property
    def watch_broadcast(self) -> WatchBroadcast:
        """Called by the bot's runtime for each batch of a broadcast."""
        return self._broadcasts.watched

    def _watched(self, watched: Watched) -> None:
        self._workbench.turns.watched(watched)
        if is_over(watched):
            self.sms.end(chat_of(watched), milliseconds(watched.now))

    def stopped(self, brake: Brake) -> None:
        """Note that these pushes are stopped from here on, for recordings and the page."""
        self._workbench.recorder.stopped(self._clock.now(), brake)
        self._feed.publish("brake", {"stops": len(brake.stops)})

    def look_into(self, inside: Inside) -> None:
        """Give the workbench the bot's own side."""
        self._workbench.inside = inside

    def routes(self) -> list[web.RouteDef]:
        """The routes for the bot's server: the page, the JSON interface, LINE's API."""
        accounts, chats, clock, courier, feed = (
            self._accounts,
            self._chats,
            self._clock,
            self._courier,
            self._feed,
        )
        menus, pictures, logins = Menus(), Pictures(), Logins()
        shown = MenusShown(menus, chats, feed)
        acts = FriendActs(accounts, chats, clock, courier, feed, self._tokens, shown, pictures)
        sending = MessageSending(chats, clock, feed, self._tokens, RetryKeys())
        rows = [
            *MessagingApi(chats, clock, courier, feed, sending).rows(),
            *InsightCalls(clock).rows(),
            *ContentCalls(pictures).rows(),
            *MenuCalls(menus, chats, shown).rows(),
            *MenuBulk(menus, chats, shown, clock, self._afterwards).rows(),
        ]
        line = LineApi(accounts, rows, clock, self._happened, self._exchanges, self._wait)
        oauth = OauthApi(accounts, chats, logins, clock, self._happened, self._exchanges, self._wait)
        liff_api = LiffApi(accounts, logins, clock, lambda: self._base_url)
        liff = LiffBrowser(accounts, chats, clock, acts, logins, self._base)
        control = ControlApi(accounts, acts, chats, clock, courier, feed, self._happened, self.edit)
        bench, exchanges = self._workbench, self._exchanges
        turns = TurnRoutes(bench.turns, chats, exchanges, clock, lambda: bench.inside)
        times = ClockRoutes(bench.clock, bench.jumps, chats, feed, lambda: bench.inside, self._moved)
        scenarios = ScenarioRoutes(bench.recorder, chats)
        taps = TapRoutes(acts, Taps(acts, chats, menus, shown), chats, pictures, bench.recorder.tapped)
        past = Past(bench, chats, self.sms, menus, feed)
        world = ShopWorld(
            *(self.shops, clock, self._wait, self._accounts_of, lambda: self._base_url, self._language)
        )
        return [
            *Page(self._language).routes(PREFIX),
            *turns.routes(PREFIX + "/api"),
            *times.routes(PREFIX + "/api"),
            *scenarios.routes(PREFIX + "/api"),
            *taps.routes(PREFIX + "/api"),
            *AccountRoutes(accounts, self._feed).routes(PREFIX + "/api"),
            *MenuRoutes(accounts, menus).routes(PREFIX + "/api"),
            *SmsRoutes(self.sms, chats).routes(PREFIX + "/api"),
            *ShopRoutes(self.shops, self._shop_courier).routes(PREFIX + "/api"),
            *HookRoutes(self.hooks).routes(PREFIX + "/api"),
            *PastRoutes(past, acts, chats).routes(PREFIX + "/api"),
            *BrakeRoutes(lambda: bench.inside).routes(PREFIX + "/api"),
            *PlaceRoutes(bench).routes(PREFIX + "/api"),
            *ClerkRoutes(chats, lambda: bench.inside).routes(PREFIX + "/api"),
            *NewsRoutes(chats, self.shops, self._shop_courier, lambda: bench.inside).routes(PREFIX + "/api"),
            *SignalRoutes(chats, clock, lambda: bench.inside).routes(PREFIX + "/api"),
            *StaffRoutes(chats, acts, lambda: bench.inside).routes(PREFIX + "/api"),
            *FaultRoutes(accounts, feed).routes(PREFIX + "/api"),
            *AllFaults(accounts, chats, acts, self.sms, self.shops, self.hooks, feed).routes(PREFIX + "/api"),
            *AddressRoutes(chats, lambda: self._base_url, self._base).routes(PREFIX + "/api"),
            *LiffRoutes(liff, acts, chats, bench.recorder.mark_page_event).routes(PREFIX + "/api"),
            *control.routes(PREFIX + "/api"),
            *(
                route
                for name, one in simulated_platforms().items()
                for route in one.routes(world, f"{PREFIX}/shop/{name}/{{shop}}")
            ),
            *oauth.calls(PREFIX + "/line"),
            *oauth.calls(""),
            *liff_api.calls(PREFIX + "/line"),
            *line.routes(PREFIX + "/line"),
            *line.calls(""),
        ]

    def staff_answer_in_line(self, channels: Collection[str]) -> None:
        """Switch chat on in LINE's manager for these channels, and off for all others: where it is on, staff
        answer there."""
        for account in self._accounts.by_name.values():
            account.console = replace(account.console, chat=account.channel.name in channels)

    def _accounts_of(self, shop: str) -> list[str]:
        """The accounts whose shop this is."""
        playbook = self._workbench.inside.playbook()
        channels = {} if playbook is None else playbook.channels
        return [name for name, one in channels.items() if one.shop == shop]

    async def start(self, base_url: str) -> None:
        """Begin to deliver, to `{base_url}/webhook/{channel}`, once the server's address is known."""
        self._base_url = base_url.rstrip("/")
        for account in self._accounts.by_name.values():
            self._point_home(account)
        await self._courier.start()

    def meet(self, channels: Iterable[Channel]) -> None:
        """Take over changed and new channels. One that is removed stays: nobody answers its friends."""
        for account in self._accounts.meet(channels):
            self._point_home(account)
        self._publish_usage(self._clock.now())

    def meet_shops(self, shops: Iterable[ShopSettings]) -> None:
        """Take changed and new shops over; the members of those that are known stay."""
        self.shops.meet(shops)

    def _point_home(self, account: Account) -> None:
        name = quote(account.channel.name, safe="")
        account.endpoint = f"{self._base_url}/webhook/{name}"
        account.picture = f"{self._base_url}{PREFIX}/api/accounts/{name}/picture.svg"

    async def stop(self) -> None:
        """End the event streams and what is being delivered. Call it on the server's shutdown, before its
        cleanup: an open stream holds the server up."""
        self._feed.close()
        await self._courier.stop()
        await self._shop_courier.stop()
        await self._afterwards.stop()

    def _trying(self, parcel: Parcel) -> None:
        token = parcel.event.get("replyToken")
        if token is not None:
            self._tokens.delivered_again(token, self._clock.now())

    def _moved(self, now: datetime, by: timedelta) -> None:
        """Note a move of the clock for recordings; the month may be another, so the used messages are
        published."""
        self._workbench.recorder.moved(now, by)
        self._publish_usage(now)

    def _publish_usage(self, now: datetime) -> None:
        for account in self._accounts.by_name.values():
            self._feed.publish("quota", usage_json(account, now))

    def _log_sms(self, message: ShortMessage, refused: str | None) -> None:
        now, text = self._clock.now(), message.text
        entry = outside_request_json("sms", now, what="sms", chat=message.user, text=text, error=refused)
        self._happened.add(entry)

    def alerts(self, wording: Callable[[], Wording]) -> PretendAlerts:
        """What shows alerts in the log instead of sending them."""
        return PretendAlerts(self._clock, wording, self._happened.add)

    def _shop_called(self, shop: str, what: str, status: int) -> None:
        self._happened.add(
            outside_request_json("shop", self._clock.now(), what=what, text=shop, status=status)
        )

    def _log_webhook(self, shop: str, topic: str, status: int) -> None:
        self._shop_called(shop, f"webhook {topic}", status)

    def _shop_faults(self, shop: str, faults: ShopFaults) -> None:
        self._feed.publish("faults", {"shop": shop, **asdict(faults)})

    def _tried(self, attempt: DeliveryAttempt) -> None:
        self._happened.add(attempt_json(attempt))
        self._exchanges.keep(_exchange(attempt))
        if attempt.parcel.message is None:
            return
        state: Delivery = "delivered"
        if attempt.answer.trouble is not None:
            state = "failed" if attempt.again_in is None else "retrying"
        is_read = state == "delivered" and not attempt.parcel.account.console.chat  # by itself
        changed = self._chats.set_delivery(attempt.parcel.chat, attempt.parcel.message, state, read=is_read)
        if changed is not None:
            self._feed.publish("message", message_json(changed))


def _exchange(attempt: DeliveryAttempt) -> Exchange:
    """The webhook request of this try, and the bot server's response."""
    parcel, answer = attempt.parcel, attempt.answer
    event = parcel.event | {"deliveryContext": {"isRedelivery": parcel.tries > 1}}
    body = webhook_body(parcel.account.user_id, [event])
    headers = {"Content-Type": "application/json; charset=utf-8"}
    request = ExchangePart(headers, body, "POST", parcel.account.endpoint)
    response = None if answer.status is None else ExchangePart({}, answer.body, status=answer.status)
    return Exchange(parcel.id, "webhook", request, response)
