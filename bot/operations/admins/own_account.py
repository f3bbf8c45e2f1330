"""What people do with their own account: the last steps of signing in, password, second factor, sessions.

Each that changes what proves who they are ends all their sessions and gives this browser a new one. All of it
may raise `DatabaseUnavailable`, `TooBusy` and `InputRejected`.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Collection
from dataclasses import InitVar, dataclass, field, replace
from functools import partial

from bot.model.admin import AdminAccount, AdminSession, Signed, SignInStep
from bot.model.audit import ELSEWHERE, AuditEntry, AuditEntryKind
from bot.model.clock import Clock
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.admins.passwords import Passwords
from bot.operations.admins.second_factor import (
    SecondFactors,
    hashes_of,
    is_app_code,
    new_codes,
    step_of,
    without,
)
from bot.operations.admins.sessions import SignedSessions
from bot.operations.admins.sign_in import TrustedBrowsers, wrong_try
from bot.operations.audit_trail import record
from bot.store.staff_accounts import TriedBy
from bot.store.stores import Stores


class InputRejected(Refusal):
    """What was written cannot be taken; the text says why."""


class WrongCode(InputRejected):
    """It is no code of theirs, or was used before."""


@dataclass(eq=False, repr=False)
class OwnAccount:
    """The account of the person who is signed in.

    `people`: their clock, by which the audit log goes, where it is not the machine's (`clock`).
    `shop_names`: what the shop, its channels and stores are called, which is in no password.
    """

    _stores: Stores
    _sessions: SignedSessions
    _passwords: Passwords
    _factors: SecondFactors
    _browsers: TrustedBrowsers
    _clock: Clock
    people: InitVar[Clock | None] = None
    _shop_names: Callable[[], Collection[str]] = tuple
    _people: Clock = field(init=False)

    def __post_init__(self, people: Clock | None) -> None:
        self._people = people or self._clock

    # -- the last steps of signing in; each gives what the cookie holds from then on, and how far they are

    async def code(self, signed: Signed, written: str, mark: str = "") -> tuple[str, SignInStep]:
        """The second factor's code, after the right password; in a browser that is known (`mark`) codes are
        counted by themselves: who knows the password alone keeps its owner out of none."""
        account = await self._account(signed)
        known = self._browsers.known(mark, account.name, account.epoch)
        account = await self._used(signed, account, written, known or "")
        step: SignInStep = "password" if account.start_until else "signed_in"
        await self._sessions.end(signed)
        if step == "signed_in":
            await self._record("admin_signed_in", signed, signed.session.device)
        return await self._sessions.begin(account, step, signed.session.device), step

    async def choose(self, signed: Signed, password: str) -> str:
        """A password of their own in place of that to begin with."""
        account = await self._account(signed)
        if await self._passwords.is_right(password, account.password):
            raise InputRejected(tr("choose another one than that to begin with"))
        secret = await self._with_password(signed, password)
        await self._record("admin_signed_in", signed, signed.session.device)
        return secret

    # -- when they are signed in

    async def confirm(self, signed: Signed, written: str) -> None:
        """They are still who they say, by their password or a code: in this browser it is taken for
        `CONFIRMED_LIFE`. Somebody at a browser left open, or with a copy of its cookie, knows neither."""
        account = await self._account(signed)
        if account.totp and is_app_code(written):
            await self._used(signed, account, written, _SIGNED_IN)
        else:
            await self._knows(signed, written)
        await self._stores.admin_sessions.confirm(signed.session.id, self._clock.now())
        await self._record("admin_confirmed", signed, signed.session.device)

    async def mark(self, secret: str) -> str:
        """What the browser of this session is known by from here on; empty where nobody is signed in."""
        signed = await self._sessions.signed(secret)
        if signed is None or signed.session.step != "signed_in":
            return ""
        return self._browsers.mark(signed.name, signed.session.epoch)

    async def change_password(self, signed: Signed, former: str, password: str) -> str:
        """Another password."""
        await self._knows(signed, former)
        return await self._with_password(signed, password)

    async def has(self, signed: Signed) -> tuple[bool, bool, int]:
        """Whether they have a password (who only tries the pages out has none), and a second factor; how
        many codes for a lost phone are left."""
        account = await self._account(signed)
        return bool(account.password), bool(account.totp), len(account.recovery)

    async def offered(self, signed: Signed) -> str:
        """The secret for the app."""
        return self._factors.offered(signed.name, (await self._account(signed)).epoch, signed.session.id)

    async def take_second_factor(self, signed: Signed, password: str, code: str) -> tuple[str, list[str]]:
        """From now on a code is asked for; the app has shown that it knows the secret. What the cookie holds,
        and the codes for a lost phone: shown once, stored only as hashes."""
        await self._knows(signed, password)
        account = await self._account(signed)
        offered = self._factors.taken(signed.name, account.epoch, signed.session.id, code, self._clock.now())
        taken, codes = await self._with_code(replace(account, recovery=()), offered, code), new_codes()
        hashes = hashes_of(account.name, codes)
        how = partial(replace, totp=offered, totp_step=taken.totp_step, recovery=hashes)
        return await self._changed(signed, "admin_second_factor", how, "on"), codes

    async def renew_codes(self, signed: Signed, password: str) -> tuple[str, list[str]]:
        """Other codes for a lost phone; those from before are good no more."""
        await self._knows(signed, password)
        if not (await self._account(signed)).totp:
            raise InputRejected(tr("set up the second step first"))
        codes = new_codes()
        how = partial(replace, recovery=hashes_of(signed.name, codes))
        return await self._changed(signed, "admin_second_factor", how, "codes"), codes

    async def drop_second_factor(self, signed: Signed, password: str) -> str:
        """No code is asked for any more; refused to whose role demands one."""
        if self.is_demanded(signed):
            raise InputRejected(tr("your role demands the second step: it cannot be turned off"))
        await self._knows(signed, password)
        return await self._changed(
            signed, "admin_second_factor", partial(replace, totp="", recovery=()), "off"
        )

    def is_demanded(self, signed: Signed) -> bool:
        """Whether their role has to have a second factor."""
        return self._sessions.demands_factor(signed.role)

    async def sessions(self, signed: Signed) -> list[AdminSession]:
        """Where they are signed in, the last one seen first."""
        account = await self._account(signed)
        return await self._stores.admin_sessions.of_account(account.name, account.epoch, self._clock.now())

    async def end_session(self, signed: Signed, id: str) -> bool:
        """Sign out in another browser; of their own ones only."""
        there = await self._stores.admin_sessions.of(id)
        ended = await self._stores.admin_sessions.end(id, signed.name)
        if ended and there is not None:
            await self._stores.push_subscriptions.end_session(id)
            await self._record("admin_signed_out", signed, there.device)
        return ended

    async def end_others(self, signed: Signed) -> str:
        """Sign out everywhere but here, also where a cookie was copied from here."""
        return await self._changed(signed, "admin_signed_out", lambda account: account, ELSEWHERE)

    async def _with_password(self, signed: Signed, password: str) -> str:
        accounts = [one.name for one in await self._stores.admins.all()]
        names = [*self._shop_names(), *accounts]
        if (why := await self._passwords.unfit(password, signed.name, names)) is not None:
            raise InputRejected(why)
        how = partial(replace, password=await self._passwords.hashed(password), start_until=None)
        return await self._changed(signed, "admin_password", how)

    async def _knows(self, signed: Signed, password: str) -> None:
        """They have to know the password once more: somebody at a browser left open does not."""
        account = await self._account(signed)
        call, by = uuid.uuid4().hex, f"{account.counted_as}\0{_SIGNED_IN}"
        await self._count("browser", by, call)
        if not await self._passwords.is_right(password, account.password):
            await wrong_try(self._stores, "admin_password_wrong", account.name, self._people.now())
            raise InputRejected(tr("this is not your password"))
        await self._stores.sign_in_tries.was_right("browser", by, call)

    async def _used(self, signed: Signed, account: AdminAccount, written: str, known: str) -> AdminAccount:
        """The account as written when this code was used; a wrong one is recorded."""
        try:
            after = await self._with_code(account, account.totp, written, known)
        except WrongCode:
            await wrong_try(self._stores, "admin_code_wrong", account.name, self._people.now())
            raise
        while not await self._stores.admins.change(after):  # who was faster had this very code, or another
            account = await self._account(signed)
            after = self._after(account, account.totp, written)
        if len(after.recovery) < len(account.recovery):
            await self._record("admin_recovery_code", signed, after=f"{len(after.recovery)}")
        return account

    async def _with_code(
        self, account: AdminAccount, secret: str, written: str, known: str = ""
    ) -> AdminAccount:
        """The account when this code was used: one of the app with this secret, or one for a lost phone."""
        call, by = uuid.uuid4().hex, f"{account.counted_as}\0{known}" if known else account.counted_as
        await self._count("code", by, call)
        after = self._after(account, secret, written)
        await self._stores.sign_in_tries.was_right("code", by, call)
        return after

    def _after(self, account: AdminAccount, secret: str, written: str) -> AdminAccount:
        """The account when this code was used. Raises `WrongCode`."""
        left = without(account.name, account.recovery, written) if secret else None
        if left is not None:
            return replace(account, recovery=left)
        step = step_of(secret, written, self._clock.now(), account.totp_step) if secret else None
        if step is None:
            raise WrongCode(_USED)
        return replace(account, totp_step=step)

    async def _count(self, by: TriedBy, value: str, call: str) -> None:
        if wait := await self._stores.sign_in_tries.wait(by, value, call, self._clock.now()):
            raise InputRejected(tried_too_often(wait))

    async def _changed(
        self,
        signed: Signed,
        kind: AuditEntryKind,
        how: Callable[[AdminAccount], AdminAccount],
        after: str = "",
    ) -> str:
        account = await self._account(signed)
        written = await self._write(replace(how(account), epoch=secrets.token_hex(8)))
        await self._record(kind, signed, after=after)
        return await self._as_now(signed, written)

    async def _write(self, account: AdminAccount) -> AdminAccount:
        """The account as stored now; after a change by somebody else (suspended, say) one tries again."""
        if not await self._stores.admins.change(account):
            raise InputRejected(tr("your account was changed just now; try again"))
        return account

    async def _as_now(self, signed: Signed, account: AdminAccount) -> str:
        """This browser goes on, with a new session, and no other."""
        session = signed.session
        secret = await self._sessions.begin(account, "signed_in", session.device, session.confirmed)
        await self._sessions.end_others(account.name, secret)
        return secret

    async def _account(self, signed: Signed) -> AdminAccount:
        """As it is now, as long as the session is good. Raises `InputRejected`."""
        account = await self._stores.admins.of(signed.name)
        gone = account is None or account.suspended is not None or account.epoch != signed.session.epoch
        if account is None or gone:
            raise InputRejected(tr("you are signed out: your account was changed"))
        return account

    async def _record(self, kind: AuditEntryKind, signed: Signed, about: str = "", after: str = "") -> None:
        await record(
            self._stores, AuditEntry(kind, signed.by, self._people.now(), about or signed.name, after=after)
        )


_SIGNED_IN = "signed in"
"""By what tries are counted of who is signed in already: one count for all their sessions, since a new one
is had for the asking."""
_USED = tr("this is not the code that your app shows now; each is good once")


def tried_too_often(seconds: int) -> Translatable:
    """When it may be tried again."""
    return tr("too many tries; try again in {minutes} minutes", minutes=-(-seconds // 60))
