"""Notices to staff's browsers (Web Push), wired: the key that signs them, their words, the accounts that may
get them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

from yarl import URL

from bot.app.context import AppContext
from bot.connectors.push.browser_push import PushCaller, new_private_key, public_key
from bot.hooks.outside_connector import inside_session, outside_session
from bot.model.channel import channel_titles
from bot.model.clock import Clock, SystemClock
from bot.model.own_secret import OwnSecret
from bot.model.push_subscription import PushSubscription
from bot.model.translatable import tr
from bot.operations.admins.own_notices import OwnNotices, may_have_notices
from bot.operations.admins.sessions import SignedSessions
from bot.runtime.alerts.browser_notices import (
    COUNTED_MOST,
    GIVEN,
    MINE,
    BrowserNotice,
    BrowserNotices,
    NoticeWorld,
    topic_of,
)
from bot.runtime.process import Runtime
from bot.store.cluster.own_secrets import OwnSecrets
from bot.store.sealing.derived_keys import LiveKeys, console_keys
from bot.web.admin.frame import LANGUAGES
from bot.web.admin.visit import page_address
from bot.web.sealed_parts import SealedParts

SECRET = "browser_notices"
"""The name under which our private key is stored. A browser's subscription is bound to it: with another key
all subscribe anew."""
MAKER = "oaflow"
"""The actor noted with that secret."""
CHAT = "/admin/chat"
"""The path of the staff's page of conversations, which a notice opens."""


@dataclass(slots=True)
class NoticeKey:
    """The private key of a database: made once, whichever process asks first, and read once by each."""

    secrets: OwnSecrets
    clock: Clock
    _known: str = ""

    async def private(self) -> str:
        """The private key, made and stored where there is none yet. Raises `DatabaseUnavailable`."""
        while not self._known:
            stored = await self.secrets.read(SECRET)
            if stored is None:
                made = OwnSecret(SECRET, new_private_key(), 1, MAKER, self.clock.now())
                await self.secrets.put(made, None)
            else:
                self._known = stored.value
        return self._known

    async def public(self) -> str:
        """The public key, with which browsers subscribe. Raises `DatabaseUnavailable`."""
        return public_key(await self.private())


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """Makes the content of a notice: the shop, the number, the account where there are several; no names."""

    shop: Callable[[], tuple[str, Mapping[str, str]]]
    """The bot's name, and the titles of its channels by name."""
    parts: SealedParts

    def __call__(self, to: PushSubscription, notice: BrowserNotice) -> Mapping[str, object]:
        """The JSON object that `static/service_worker.js` reads."""
        words = LANGUAGES.get(to.language) or next(iter(LANGUAGES.values()))
        title, channels = self.shop()
        number = str(notice.number) if notice.number <= COUNTED_MOST else f"{COUNTED_MOST}+"
        if notice.given:
            said, tag = tr("Conversations given to you: {number}", number=number), GIVEN
        elif notice.unread:
            said, tag = tr("New messages in your conversations: {number}", number=number), MINE
        else:
            said, tag = tr("Customers waiting: {number}", number=number), topic_of(notice.channel)
        text = words.text(said)
        if len(channels) > 1 and notice.channel in channels:
            text = f"{text} · {channels[notice.channel]}"
        return {
            "title": title,
            "text": text,
            "tag": tag,
            "to": self._address(to, notice),
            "silent": not to.sound,
            # Safari ends subscriptions whose messages show nothing, whatever page is open
            "always": (URL(to.endpoint).host or "").endswith(".push.apple.com"),
        }

    def _address(self, to: PushSubscription, notice: BrowserNotice) -> str:
        mine = notice.given or notice.unread
        if not mine:
            return page_address(CHAT, list="waits", channel=notice.channel)
        if len(mine) > 1:
            return page_address(CHAT, list="mine")
        one = mine[0]
        part = self.parts.sealed(to.name, "chat", one.contact, one.channel)
        return page_address(CHAT, list="mine", chat=part)


async def keep_browsers_notified(serving: AppContext, runtime: Runtime, stack: AsyncExitStack) -> OwnNotices:
    """Start sending notices, as long as this runtime works; returns what accounts do with their own
    subscriptions."""
    begun, live, machine = serving.begun, serving.live, SystemClock()
    stores, sessions = begun.opened.stores, SignedSessions(begun.opened.stores, machine)
    key = NoticeKey(stores.secrets, machine)
    session = await stack.enter_async_context(inside_session() if begun.push_api else outside_session())
    contact = f"https://{URL(begun.public).host or 'localhost'}"

    async def sender() -> PushCaller:
        return PushCaller(session, await key.private(), contact, machine, begun.push_api)

    def shop() -> tuple[str, Mapping[str, str]]:
        bot = live.playbook.bot
        return bot, channel_titles(live.settings.channels, bot)

    async def number_waiting(channel: str, most: int) -> int:
        return len(await stores.staff_chats.waiting(channel, most))

    async def looks_at(account: str, chat: str) -> bool:
        signs = await stores.chat_signs.of(chat, serving.clock.now())
        return any(one.account == account for one in signs)

    may_have: Callable[[str, str], Awaitable[bool]] = partial(may_have_notices, stores, sessions)
    notices = BrowserNotices(
        NoticeWorld(
            stores.push_subscriptions,
            stores.chat_news,
            number_waiting,
            may_have,
            looks_at,
            sender,
            NoticeWords(shop, SealedParts(LiveKeys(begun.opened.seal, console_keys))),
            runtime.ownership.owns,
            serving.clock,
            machine,
        )
    )
    runtime.metrics.add(notices.ends)
    if not begun.notifies_browsers:
        return OwnNotices(stores, notices, None, machine, serving.clock)
    runtime.also("notices to browsers", notices.run)
    return OwnNotices(stores, notices, key.public, machine, serving.clock)
