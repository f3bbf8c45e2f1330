"""From a name and a password to a session, and out again; how often it may be tried, from where.

Waits grow with wrong tries. At an account a network has ten tries in a quarter of an hour, twenty in an
hour, sixty in a day. All networks together have ten in a quarter of an hour; beyond those each may still
try twice an hour, up to a hundred: so guessing from a few networks keeps nobody out of a new browser. A
known browser is counted by itself (tries from elsewhere do not count against it), and what is written as a
start password, which nobody guesses, by address and network only.
https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies

Unknown names are counted alike and get the same answer, as late; in the audit log they are one line
together.
"""

from __future__ import annotations

import hmac
import secrets
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import InitVar, dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from bot.model.admin import AdminAccount, Signed, SignInStep, account_name
from bot.model.audit import NO_CONTACT, AuditEntry
from bot.model.clock import Clock
from bot.operations.admins.passwords import WAITING_MOST, Passwords, TooBusy, is_start_form
from bot.operations.admins.sessions import SignedSessions
from bot.operations.audit_trail import record
from bot.store.staff_accounts import SignInTries, TriedBy
from bot.store.stores import Stores

WrongTry: TypeAlias = Literal["admin_password_wrong", "admin_code_wrong"]


async def wrong_try(stores: Stores, kind: WrongTry, name: str, now: datetime) -> None:
    """One more at this account; an empty `name`: there is none. Raises `DatabaseUnavailable`.

    Who it was is not known: nothing says that it was the owner.
    """
    hour = now.astimezone(UTC).strftime("%Y-%m-%dT%H")
    await stores.audit.count(AuditEntry(kind, NO_CONTACT, now, name, id=f"{kind}:{name}:{hour}"))


_BYTES = 16
"""Random bytes of the token of a known browser."""
LONGEST = 200


class TrustedBrowsers:
    """Makes and reads marks; any process with the same keys reads what another has made."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys`: the first one signs, all of them are accepted."""
        self._keys = keys

    def mark(self, name: str, epoch: str) -> str:
        """A new mark of a browser in which this account was signed in to, good until it has another epoch:
        nobody lays in marks while they know a password, to guess the next one with."""
        token = secrets.token_hex(_BYTES)
        return f"{token}.{_signature(self._keys[0], name, epoch, token)}"

    def known(self, mark: str, name: str, epoch: str) -> str | None:
        """By what tries in this browser are counted; `None`: it is not known to this account."""
        token, _, signature = mark.partition(".")
        if len(mark) > LONGEST or not mark.isascii():
            return None
        good = any(hmac.compare_digest(signature, _signature(key, name, epoch, token)) for key in self._keys)
        return token if good else None


def _signature(key: bytes, name: str, epoch: str, token: str) -> str:
    return hmac.digest(key, f"{name}\0{epoch}\0{token}".encode(), "sha256").hex()


@dataclass(frozen=True, slots=True)
class Tried:
    """A try. `call` is its id, `account` the account's `counted_as` or a name that nobody has, `known` the
    browser, where it is known to the account; `start`: the password is written as start passwords are."""

    call: str
    account: str
    address: str = field(repr=False)
    network: str = field(repr=False)
    known: str = field(default="", repr=False)
    start: bool = False


class SignInLimits:
    """Counts tries. May raise `DatabaseUnavailable`."""

    def __init__(self, tries: SignInTries, clock: Clock) -> None:
        self._tries = tries
        self._clock = clock

    async def wait(self, tried: Tried) -> int:
        """Seconds to wait; 0: this try is counted and may be looked at."""
        if tried.known:
            return await self._count("browser", tried)
        if wait := await self._count("address", tried):
            return wait
        wait = await self._count("network", tried)
        if not wait and not tried.start:
            wait = await self._at_account(tried)
        if wait:
            await self.take_back(tried)
        return wait

    async def take_back(self, tried: Tried) -> None:
        """It was no guess, or was not looked at."""
        counted_by: tuple[TriedBy, ...] = ("browser",) if tried.known else ("address", "network")
        if not tried.known and not tried.start:
            counted_by = (*counted_by, "near", "account")
        for by in counted_by:
            await self._tries.was_right(by, _value(by, tried), tried.call)

    async def _at_account(self, tried: Tried) -> int:
        if not await self._count("near_first", tried):
            return await self._count("account_first", tried)
        return await self._count("near", tried) or await self._count("account", tried)

    async def _count(self, by: TriedBy, tried: Tried) -> int:
        return await self._tries.wait(by, _value(by, tried), tried.call, self._clock.now())


def _value(by: TriedBy, tried: Tried) -> str:
    """What is counted."""
    match by:
        case "address":
            return tried.address
        case "network":
            return tried.network
        case "browser":
            return f"{tried.account}\0{tried.known}"
        case "near" | "near_first":
            return f"{tried.account}\0{tried.network}"
        case _:
            return tried.account


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody signs in: from which address and network, roughly what it is, the mark that it keeps."""

    address: str = field(repr=False)
    network: str = field(repr=False)
    device: str = ""
    mark: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Entered:
    """They are who they say: `secret` is for the cookie, `step` how far they are; `mark` the browser's, once
    they are signed in."""

    secret: str = field(repr=False)
    step: SignInStep
    mark: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class WrongPassword:
    """No such account, another password, or suspended: which of them is not disclosed."""


@dataclass(frozen=True, slots=True)
class TriedTooOften:
    """Nothing was looked at; `seconds` until it may be tried again."""

    seconds: int


Entering: TypeAlias = Entered | WrongPassword | TriedTooOften


@dataclass(eq=False, repr=False)
class StaffSignIn:
    """Signs people in, and out. May raise `DatabaseUnavailable` and `TooBusy`.

    `people`: their clock, by which the audit log goes, where it is not the machine's (`clock`).
    """

    _stores: Stores
    _sessions: SignedSessions
    _passwords: Passwords
    _browsers: TrustedBrowsers
    _clock: Clock
    people: InitVar[Clock | None] = None
    _people: Clock = field(init=False)
    _limits: SignInLimits = field(init=False)
    _strangers: int = field(init=False, default=0)

    def __post_init__(self, people: Clock | None) -> None:
        self._people = people or self._clock
        self._limits = SignInLimits(self._stores.sign_in_tries, self._clock)

    async def enter(self, written: str, password: str, browser: Browser) -> Entering:
        """A session, where the password is that of this account."""
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
            await wrong_try(self._stores, "admin_password_wrong", about, self._people.now())
            return WrongPassword()
        await self._limits.take_back(tried)
        await self._renew(account, password)
        step: SignInStep = "code" if account.totp else "password" if account.start_until else "signed_in"
        if step == "signed_in":
            await self.record_sign_in(account.name, browser)
        secret = await self._sessions.begin(account, step, browser.device)
        mark = self._browsers.mark(name, account.epoch) if step == "signed_in" else ""
        return Entered(secret, step, mark)

    async def leave(self, signed: Signed) -> None:
        """Sign out of this browser, which is notified no more, and of any with a copy of its cookie."""
        await self._sessions.end(signed)
        await self._stores.push_subscriptions.end_session(signed.session.id)
        now = self._people.now()
        await record(self._stores, AuditEntry("admin_signed_out", signed.by, now, signed.session.device))

    async def record_sign_in(self, name: str, browser: Browser) -> None:
        """Write down that somebody has signed in."""
        now = self._people.now()
        await record(self._stores, AuditEntry("admin_signed_in", f"console:{name}", now, browser.device))

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
        hashed = "" if account is None else account.password
        try:
            return await self._passwords.is_right(password, hashed, stranger=not tried.known)
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
            hashed = await self._passwords.hashed(password)
            await self._stores.admins.change(replace(account, password=hashed))
