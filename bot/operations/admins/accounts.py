"""Accounts that may sign in: added, listed, suspended, given another role or a new start password.

A change of what an account may do ends all its sessions, in the same write. All of it may raise
`AccountRefused` and `DatabaseUnavailable`.

A session is named by the SHA-256 of 32 random bytes that only its cookie has, so the database gives nobody a
session; another `epoch` ends all of an account's with one write. Passwords are argon2id, sealed. Guesses are
counted by account and by network before they are looked at, so a hundred side by side are no more; a browser
that has signed in before is counted by itself, so a stranger cannot lock it out.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated

from annotated_types import MaxLen

from bot.engine.compiled.playbook import Playbook
from bot.model.admin import (
    CONSOLE,
    NEEDS,
    ROLES,
    START_LIFE,
    TEAM,
    AdminAccount,
    AdminRole,
    AdminSession,
    StoreScope,
    account_name,
)
from bot.model.answer_fields import Help
from bot.model.audit import EVERYWHERE, AuditEntry, AuditEntryKind
from bot.model.clock import Clock
from bot.model.translatable import Quoted, Refusal, row, tr
from bot.operations.admins.account_view import AccountView, StartPassword
from bot.operations.admins.passwords import Passwords, start_password
from bot.operations.admins.sessions import SignedSessions
from bot.operations.audit_trail import audited
from bot.operations.catalog.parameters import SHORT
from bot.operations.chat.answering import leave_chats
from bot.playbook.similar import hint_for, quoted
from bot.store.stores import Stores


class AccountRefused(Refusal):
    """What is asked of an account cannot be done: it is missing, there already, or lacks something."""


@dataclass(frozen=True, slots=True)
class RoleRequest:
    """What somebody is to be: a role, and what it needs; with a clerk's number all of it is the clerk's."""

    role: Annotated[AdminRole | None, Help("what they may do")] = None
    group: Annotated[str, MaxLen(SHORT), Help("the group of stores of a group manager")] = ""
    store: Annotated[str, MaxLen(SHORT), Help("the store of a store manager")] = ""
    clerk: Annotated[str, MaxLen(SHORT), Help("they are this clerk: role and store are the clerk's")] = ""


class StaffAccounts:
    """What is done with accounts, and who did it in the audit log."""

    def __init__(
        self, stores: Stores, passwords: Passwords, clock: Clock, people: Clock | None = None
    ) -> None:
        """`people`: their clock, by which the audit log goes, where it is not the machine's (`clock`)."""
        self._stores = stores
        self._passwords = passwords
        self._clock = clock
        self._people = people or clock
        self._sessions = SignedSessions(stores, clock)

    async def add(self, playbook: Playbook, written: str, wanted: RoleRequest, by: str) -> StartPassword:
        """A new account; with its start password one can do nothing but choose another one."""
        name = account_name(written)
        if not name:
            raise AccountRefused(
                tr(
                    "{name} cannot be a name to sign in with: it has letters, digits and . _ - @ + without"
                    " spaces, 64 at most",
                    name=quoted(written),
                )
            )
        scope = await self._checked(playbook, wanted)
        password = start_password()
        now = self._people.now()
        account = replace(
            AdminAccount(name, scope.role or "agent", now, _epoch()),
            group=scope.group,
            store=scope.store,
            clerk=scope.clerk,
            password=await self._passwords.hashed(password),
            start_until=self._clock.now() + START_LIFE,
        )
        async with audited(
            self._stores, AuditEntry("admin_added", by, now, name, after=_role_and_scope(account))
        ):
            if not await self._stores.admins.add(account):
                raise AccountRefused(tr("there is an account {name} already", name=Quoted(name)))
        return _start(account, password)

    async def all(self) -> list[AccountView]:
        """All accounts, by name."""
        accounts, now = await self._stores.admins.all(), self._clock.now()
        sessions = defaultdict[tuple[str, str], list[AdminSession]](list)
        for session in await self._stores.admin_sessions.of_all(now):
            sessions[session.name, session.epoch].append(session)
        return [await self._view_with(one, sessions[one.name, one.epoch]) for one in accounts]

    async def open_chats(self, written: Sequence[str]) -> int:
        """How many conversations with customers these accounts have."""
        named = {account.name for account in [await self._named(one) for one in written]}
        return sum([await self._stores.staff_chats.number_had(f"{CONSOLE}{name}") for name in named])

    async def colleague(self, written: str) -> str:
        """Who may be given a conversation: see `colleague` below."""
        return await colleague(self._stores, self._clock, written)

    async def suspend(
        self, written: Sequence[str], by: str, *, lift: bool = False, chats_to: str = ""
    ) -> list[str]:
        """Suspend these accounts, which signs them out, or let them sign in again. Whom that
        has changed. Their conversations wait again, or are `chats_to`'s."""
        to = await self._colleague_of(written, chats_to)
        changed = []
        named = {account.name: account for account in [await self._named(one) for one in written]}
        for account in named.values():
            if (account.suspended is None) == lift:
                continue
            if not lift:
                _refuse_oneself(account.name, by)
            now = self._people.now()
            kind: AuditEntryKind = "admin_resumed" if lift else "admin_suspended"
            async with audited(self._stores, AuditEntry(kind, by, now, account.name)):
                await self._change(account.name, partial(replace, suspended=None if lift else now), by)
            changed.append(account.name)
        if not lift:
            for name in named:
                await self._leave_chats(name, by, to)
        return changed

    async def unlock(self, written: Sequence[str], by: str) -> list[str]:
        """Wrong passwords and codes at these are forgotten, wherever they were written. Their names."""
        named = {account.name: account for account in [await self._named(one) for one in written]}
        for name in named:
            async with audited(self._stores, AuditEntry("admin_unlocked", by, self._people.now(), name)):
                await self._write(name, lambda one: replace(one, unlocks=one.unlocks + 1))
        return [*named]

    async def reset(self, written: str, by: str, *, chats_to: str = "") -> StartPassword:
        """A new start password in place of their own; no second factor any more; signed out everywhere.
        Until they have it they answer nobody: their conversations wait again, or are `chats_to`'s."""
        to = await self._colleague_of([written], chats_to)
        account, password = await self._named(written), start_password()
        hashed, until = await self._passwords.hashed(password), self._clock.now() + START_LIFE
        async with audited(self._stores, AuditEntry("admin_reset", by, self._people.now(), account.name)):
            after = await self._change(
                account.name,
                lambda one: replace(
                    one, password=hashed, start_until=until, totp="", totp_step=0, recovery=()
                ),
                by,
            )
        await self._leave_chats(after.name, by, to)
        return _start(after, password)

    async def set_role(
        self, playbook: Playbook, written: str, wanted: RoleRequest, by: str, *, chats_to: str = ""
    ) -> AdminAccount:
        """Another role; signed out everywhere, so that nothing goes on with the old one. Their conversations
        are `chats_to`'s; without, they wait again where the role is not the team's."""
        to = await self._colleague_of([written], chats_to)
        account, scope = await self._named(written), await self._checked(playbook, wanted)
        _refuse_oneself(account.name, by)
        after = replace(
            account, role=scope.role or account.role, group=scope.group, store=scope.store, clerk=scope.clerk
        )
        entry = AuditEntry(
            "admin_role",
            by,
            self._people.now(),
            account.name,
            _role_and_scope(account),
            _role_and_scope(after),
        )
        async with audited(self._stores, entry):
            done = await self._change(
                account.name,
                lambda one: replace(
                    one, role=after.role, group=after.group, store=after.store, clerk=after.clerk
                ),
                by,
            )
        if to or done.role not in TEAM:
            await self._leave_chats(done.name, by, to)
        return done

    async def drop_second_factor(self, written: str, by: str) -> AdminAccount:
        """No code is asked for any more, until they set the second step up anew: their phone is lost, and
        the codes for that are, too. Signed out everywhere; the password stays."""
        account = await self._named(written)
        entry = AuditEntry("admin_second_factor", by, self._people.now(), account.name, after="off")
        async with audited(self._stores, entry):
            return await self._change(
                account.name, lambda one: replace(one, totp="", totp_step=0, recovery=()), by
            )

    async def sign_out(self, written: str, by: str) -> AdminAccount:
        """Signed out everywhere."""
        account = await self._named(written)
        entry = AuditEntry("admin_signed_out", by, self._people.now(), account.name, after=EVERYWHERE)
        async with audited(self._stores, entry):
            return await self._change(account.name, lambda one: one, by)

    async def view(self, written: str) -> AccountView:
        """One account."""
        return await self._view(await self._named(written))

    async def _colleague_of(self, written: Sequence[str], chats_to: str) -> str:
        """The account that gets the conversations of these accounts; empty for none."""
        if chats_to and account_name(chats_to) in map(account_name, written):
            raise AccountRefused(_TO_ONESELF)
        return await self.colleague(chats_to) if chats_to else ""

    async def _leave_chats(self, name: str, by: str, to: str) -> None:
        await leave_chats(self._stores, self._people, f"{CONSOLE}{name}", by, to)

    async def _view(self, account: AdminAccount) -> AccountView:
        sessions = await self._stores.admin_sessions.of_account(
            account.name, account.epoch, self._clock.now()
        )
        return await self._view_with(account, sessions)

    async def _view_with(self, account: AdminAccount, sessions: Sequence[AdminSession]) -> AccountView:
        place = None if account.suspended else await self._sessions.place_of(account)
        own = account.role, StoreScope(account.group, account.store, account.clerk)
        role, scope = own if place is None else place
        return AccountView(
            *(account.name, role, scope.group, scope.store, scope.clerk, account.suspended),
            can_sign_in=place is not None,
            second_factor=bool(account.totp),
            start_password_until=account.start_until,
            signed_in=len(sessions),
            last_seen=sessions[0].seen if sessions else None,
            account=account,
        )

    async def _named(self, written: str) -> AdminAccount:
        account = await self._stores.admins.of(account_name(written))
        if account is not None:
            return account
        names = [one.name for one in await self._stores.admins.all()]
        hint = hint_for(written, names)
        if hint is None:
            raise AccountRefused(tr("no account is called {name}", name=quoted(written)))
        raise AccountRefused(tr("no account is called {name}; {hint}", name=quoted(written), hint=hint))

    async def _change(self, name: str, how: Callable[[AdminAccount], AdminAccount], by: str) -> AdminAccount:
        """Change an account, and end all its sessions.

        In the console the last admin stays one; who has the terminal may suspend them, and add another.
        """
        spared = by.startswith(CONSOLE)
        after = await self._write(name, lambda one: replace(how(one), epoch=_epoch()), spared=spared)
        await self._stores.admin_sessions.end_all(name)
        await self._stores.push_subscriptions.end_all(name)
        return after

    async def _write(
        self, name: str, how: Callable[[AdminAccount], AdminAccount], *, spared: bool = False
    ) -> AdminAccount:
        """Change an account, also while others change it; `spared`: the last admin stays one."""
        while True:
            before = await self._named(name)
            after, admins = how(before), self._stores.admins
            if not (spared and _is_admin(before)) or _is_admin(after):
                if await admins.change(after):
                    return after
                continue
            outcome = await admins.change_admin(after, self._clock.now())
            if outcome == "last":
                raise AccountRefused(_LAST)
            if outcome == "written":
                return after

    async def _checked(self, playbook: Playbook, wanted: RoleRequest) -> RoleRequest:
        """What is wanted, with the names of the playbook. Raises `AccountRefused`."""
        if wanted.clerk:
            return await self._of_clerk(wanted)
        if wanted.role is None:
            raise AccountRefused(tr("say what they may do: {roles}", roles=row(ROLES, "or")))
        group = _one_of(wanted.group, playbook.store_groups) if wanted.group else ""
        titles = {name: store.title for name, store in playbook.stores.items()}
        store = _one_of(wanted.store, titles) if wanted.store else ""
        needed = NEEDS.get(wanted.role)
        given = {"group": group, "store": store}
        if needed is not None and not given.get(needed):
            raise AccountRefused(_MISSING[needed])
        if any(value for name, value in given.items() if name != needed):
            raise AccountRefused(tr("{role} has no group and no store of its own", role=Quoted(wanted.role)))
        return RoleRequest(wanted.role, group, store)

    async def _of_clerk(self, wanted: RoleRequest) -> RoleRequest:
        stored = (await self._stores.clerks.of([wanted.clerk])).get(wanted.clerk)
        if stored is None:
            raise AccountRefused(tr("no clerk has the number {number}", number=quoted(wanted.clerk)))
        clerk = stored.clerk
        if clerk.suspended is not None:
            raise AccountRefused(tr("{number} is suspended: nobody can sign in as them", number=clerk.number))
        if wanted.group or wanted.store or wanted.role not in (None, clerk.role):
            raise AccountRefused(
                tr(
                    "role and store are those of the clerk: {number} is {role}",
                    number=clerk.number,
                    role=Quoted(clerk.role),
                )
            )
        return RoleRequest(clerk.role, clerk=clerk.number)


async def colleague(stores: Stores, clock: Clock, written: str) -> str:
    """Who may be given a conversation: their account, as conversations name it.

    Raises `AccountRefused` of who is not of the team, or signed out: no notice would reach them.
    """
    account = await stores.admins.of(account_name(written))
    place = None
    if account is not None and account.suspended is None:
        place = await SignedSessions(stores, clock).place_of(account)
    if account is None or place is None or place[0] not in TEAM:
        raise AccountRefused(tr("no colleague of the team is called so"))
    if not await stores.admin_sessions.of_account(account.name, account.epoch, clock.now()):
        raise AccountRefused(
            tr("{name} is signed out, and would not hear of it: choose somebody else", name=account.name)
        )
    return f"{CONSOLE}{account.name}"


_LAST = tr("nobody else who can sign in is an administrator: give somebody that role first")
_ONESELF = tr("nobody suspends their own account or gives it another role: ask another administrator")
_TO_ONESELF = tr("the conversations of an account go to another one")
_MISSING = {
    "group": tr("say which group of stores they look after"),
    "store": tr("say which store they look after"),
    "clerk": tr("say which clerk they are, by their number"),
}


def _start(account: AdminAccount, password: str) -> StartPassword:
    if account.start_until is None:
        raise LookupError("the account has a password of its own")
    return StartPassword(account.name, account.role, password, account.start_until)


def _is_admin(account: AdminAccount) -> bool:
    return account.role == "admin" and account.suspended is None


def _refuse_oneself(name: str, by: str) -> None:
    if by == f"{CONSOLE}{name}":
        raise AccountRefused(_ONESELF)


def _one_of(named: str, titles: Mapping[str, str]) -> str:
    """The name of a store or group that is meant by its name or title. Raises `AccountRefused`."""
    for name, title in titles.items():
        if named in (name, title):
            return name
    hint = hint_for(named, [*titles, *titles.values()]) or tr("its stores are {names}", names=row(titles))
    raise AccountRefused(tr("no store is called {name}; {hint}", name=quoted(named), hint=hint))


def _role_and_scope(account: AdminAccount) -> str:
    """For the audit log: the role, and whose people."""
    return " ".join(one for one in (account.role, account.group, account.store, account.clerk) if one)


def _epoch() -> str:
    return secrets.token_hex(8)
