"""From a name and a password to a session, and out again.

Whoever is none of us gets the same answer, as late.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from bot.model.admin import AdminAccount, Signed, SignedStage, account_name
from bot.model.audit import Deed
from bot.model.clock import Clock
from bot.operations.admins.known_browser import KnownBrowsers
from bot.operations.admins.passwords import WAITING_MOST, Passwords, TooBusy, is_start_form
from bot.operations.admins.sessions import SignedSessions
from bot.operations.admins.sign_in_limits import SignInLimits, Tried
from bot.operations.admins.wrong_tries import wrong_try
from bot.operations.audited import record
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody signs in: from which address and network, roughly what it is, the mark that it keeps."""

    address: str = field(repr=False)
    network: str = field(repr=False)
    device: str = ""
    mark: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Entered:
    """They are who they say: `secret` is for the cookie, `stage` how far they are; `mark` the browser's, once
    they are signed in."""

    secret: str = field(repr=False)
    stage: SignedStage
    mark: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class WrongPassword:
    """No such account, another password, suspended: nobody is told which."""


@dataclass(frozen=True, slots=True)
class TriedTooOften:
    """Nothing was looked at; `seconds` until it may be tried again."""

    seconds: int


Entering: TypeAlias = Entered | WrongPassword | TriedTooOften


class StaffSignIn:
    """Signs people in, and out. May raise `DatabaseUnavailable` and `TooBusy`."""

    def __init__(
        self,
        stores: Stores,
        sessions: SignedSessions,
        passwords: Passwords,
        browsers: KnownBrowsers,
        clock: Clock,
    ) -> None:
        self._stores = stores
        self._sessions = sessions
        self._passwords = passwords
        self._browsers = browsers
        self._clock = clock
        self._limits = SignInLimits(stores.sign_in_tries, clock)
        self._strangers = 0

    async def enter(self, written: str, password: str, browser: Browser) -> Entering:
        """A session for whoever knows the password of this account."""
        name, call = account_name(written), uuid.uuid4().hex
        there = await self._stores.admins.of(name) if name else None
        account = there if there is not None and await self._is_usable(there) else None
        known = None if account is None else self._browsers.known(browser.mark, name, account.epoch)
        tried = Tried(
            call,
            name if there is None else there.counted_as,
            browser.address,
            browser.network,
            known or "",
            start=is_start_form(password),
        )
        with self._place(stranger=known is None):
            if wait := await self._limits.wait(tried):
                return TriedTooOften(wait)
            good = await self._look(tried, account, password)
        if account is None or not good:
            about = "" if there is None else name
            await wrong_try(self._stores, "admin_password_wrong", about, self._clock.now())
            return WrongPassword()
        await self._limits.take_back(tried)
        await self._renew(account, password)
        stage: SignedStage = "code" if account.totp else "password" if account.start_until else "signed_in"
        if stage == "signed_in":
            await self.tell(account.name, browser)
        secret = await self._sessions.begin(account, stage, browser.device)
        mark = self._browsers.mark(name, account.epoch) if stage == "signed_in" else ""
        return Entered(secret, stage, mark)

    async def leave(self, signed: Signed) -> None:
        """Sign out of this browser, also whoever has copied its cookie."""
        await self._sessions.end(signed)
        now = self._clock.now()
        await record(self._stores, Deed("admin_signed_out", signed.by, now, signed.session.device))

    async def tell(self, name: str, browser: Browser) -> None:
        """Write down that somebody has signed in."""
        now = self._clock.now()
        await record(self._stores, Deed("admin_signed_in", f"console:{name}", now, browser.device))

    @contextmanager
    def _place(self, *, stranger: bool) -> Iterator[None]:
        """Of strangers only so many are counted and looked at: the next ones cost next to nothing. Raises
        `TooBusy`."""
        if stranger and self._strangers >= WAITING_MOST:
            raise TooBusy
        self._strangers += stranger
        try:
            yield
        finally:
            self._strangers -= stranger

    async def _look(self, tried: Tried, account: AdminAccount | None, password: str) -> bool:
        """Whether it is the account's password."""
        kept = "" if account is None else account.password
        try:
            return await self._passwords.is_right(password, kept, stranger=not tried.known)
        except BaseException:  # nothing was learnt by it: nobody is to wait for that
            await self._limits.take_back(tried)
            raise

    async def _is_usable(self, account: AdminAccount) -> bool:
        """Whether anybody may sign in to it just now."""
        if account.suspended is not None or not account.password:
            return False
        if account.start_until is not None and account.start_until <= self._clock.now():
            return False
        return await self._sessions.place_of(account) is not None

    async def _renew(self, account: AdminAccount, password: str) -> None:
        """Keep the password at today's price; where somebody else was faster, another time will do."""
        if self._passwords.is_old(account.password):
            kept = await self._passwords.kept(password)
            await self._stores.admins.change(replace(account, password=kept))
