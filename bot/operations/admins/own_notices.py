"""Which browsers of an account are notified while no page is open: switched on, renewed, listed, off.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import InitVar, dataclass, field, replace

from bot.model.admin import TEAM, Signed
from bot.model.audit import AuditEntry
from bot.model.clock import Clock
from bot.model.push_subscription import (
    KEY_BYTES,
    LIFE,
    SECRET_BYTES,
    PushSubscription,
    is_push_endpoint,
    is_push_key,
    subscription_id,
)
from bot.model.translatable import Refusal, tr
from bot.operations.admins.sessions import SignedSessions
from bot.operations.audit_trail import record
from bot.runtime.alerts.browser_notices import BrowserNotices, key_of
from bot.store.stores import Stores


class NoticesRefused(Refusal):
    """What the browser says of itself is no subscription that we can notify."""


@dataclass(frozen=True, slots=True)
class BrowserGiven:
    """What a browser says: where its push service takes messages, what they are encrypted for (`key`,
    `secret`), its language, and whether a notice may be heard."""

    endpoint: str = field(repr=False)
    key: str = field(repr=False)
    secret: str = field(repr=False)
    language: str
    sound: bool


@dataclass(eq=False, repr=False)
class OwnNotices:
    """The browsers of whoever is signed in. `clock` is the machine's.

    `public` gives our public key; `None`: this process notifies no browser. `people`: their clock, by
    which the audit log goes, where it is not the machine's.
    """

    _stores: Stores
    _notices: BrowserNotices
    _public: Callable[[], Awaitable[str]] | None
    _clock: Clock
    people: InitVar[Clock | None] = None
    _people: Clock = field(init=False)

    def __post_init__(self, people: Clock | None) -> None:
        self._people = people or self._clock

    async def key(self) -> str:
        """What a browser subscribes for; empty: nobody is notified here."""
        return "" if self._public is None else await self._public()

    async def switch_on(self, signed: Signed, given: BrowserGiven) -> None:
        """Notify this browser from now on, as long as this account is signed in there by hand or no more:
        until it signs out, is another one, or has not opened a page there for `LIFE`.

        Raises `NoticesRefused`. Of who waits already it is not told.
        """
        if self._public is None or signed.role not in TEAM:
            raise NoticesRefused(tr("nobody is notified here"))
        if not is_push_endpoint(given.endpoint):
            raise NoticesRefused(tr("this browser's push service is not one that is known"))
        if not is_push_key(given.key, KEY_BYTES) or not is_push_key(given.secret, SECRET_BYTES):
            raise NoticesRefused(tr("this browser gives no keys to notify it with"))
        now, session = self._clock.now(), signed.session
        new = PushSubscription(
            *(subscription_id(given.endpoint), signed.name, session.epoch, session.id),
            *(given.endpoint, given.key, given.secret),
            device=session.device,
            language=given.language,
            sound=given.sound,
            began=now,
            until=now + LIFE,
        )
        so = await self._notices.so_for(signed.name)
        known = {one.id for one in await self.of(signed)}
        await self._stores.push_subscriptions.put(
            replace(new, notified=frozenset(key_of(new, item) for item in so))
        )
        if new.id not in known:
            await record(
                self._stores, AuditEntry("notices_on", signed.by, self._people.now(), session.device)
            )
        self._notices.wake()

    async def of(self, signed: Signed) -> list[PushSubscription]:
        """Their browsers, the oldest first."""
        return await self._stores.push_subscriptions.of_account(
            signed.name, signed.session.epoch, self._clock.now()
        )

    async def switch_off(self, signed: Signed, id: str) -> bool:
        """Notify one of their own browsers no more; whether it was."""
        there = next((one for one in await self.of(signed) if one.id == id), None)
        if there is None or not await self._stores.push_subscriptions.end(id, signed.name):
            return False
        await record(self._stores, AuditEntry("notices_off", signed.by, self._people.now(), there.device))
        return True


async def may_have_notices(stores: Stores, sessions: SignedSessions, name: str, epoch: str) -> bool:
    """Whether an account, as it was when a browser of its own was subscribed, may still read chats."""
    account = await stores.admins.of(name)
    if account is None or account.suspended is not None or account.epoch != epoch:
        return False
    place = await sessions.place_of(account)
    return place is not None and place[0] in TEAM
