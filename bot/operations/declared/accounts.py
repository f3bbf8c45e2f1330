"""Accounts of staff: added, listed, suspended, unlocked, given start passwords and roles (K1, D6)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from annotated_types import MaxLen, MinLen

from bot.model.admin import AdminRole
from bot.model.answer_fields import Clock, Help, TextTable
from bot.model.translatable import Translatable, plural, tr
from bot.operations.admins.account_view import ListedAccount, StartPassword, listed
from bot.operations.admins.accounts import RoleRequest, StaffAccounts
from bot.operations.admins.passwords import Passwords
from bot.operations.admins.role_names import ROLE_NAMES
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import SHORT, Name, OperationFace, Together
from bot.operations.simulated_time import clock_among

BY_PASSWORD: Mapping[OperationFace, str] = {"api": "it asks for the password again"}
AccountNamed: TypeAlias = Annotated[Name, Help("name of an account")]
AccountsNamed: TypeAlias = Annotated[tuple[Name, ...], MinLen(1), Help("names of accounts")]
WantedRole: TypeAlias = Annotated[RoleRequest, Together()]
ChatsTo: TypeAlias = Annotated[
    str,
    MaxLen(SHORT),
    Help("their open conversations are this colleague's, who is signed in (else customers wait again)"),
]


@dataclass(frozen=True, slots=True)
class AccountList:
    """By name."""

    accounts: Sequence[ListedAccount]

    def lines(self, at: Clock) -> Iterator[Translatable | TextTable]:
        """What each may do, and whether it is signed in."""
        if self.accounts:
            yield TextTable((), [(one.name, one.what, one.standing(at)) for one in self.accounts])
        else:
            yield tr("nobody has an account:  oaflow admin add NAME --role admin")


@dataclass(frozen=True, slots=True)
class SuspendedAccounts:
    """Whom it has changed, and their conversations with customers."""

    changed: Sequence[str]
    chats: int
    chats_to: str
    lifted: bool

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """Their names, and what has become of their conversations."""
        names, chats = " ".join(self.changed), self.chats
        if not self.changed:
            yield tr("that was so already")
        elif self.lifted:
            yield tr("they can sign in again: {names}", names=names)
        else:
            yield tr("suspended, and signed out: {names}", names=names)
        if chats and self.chats_to:
            yield plural(
                "1 conversation is {name}'s now",
                "{number} conversations are {name}'s now",
                chats,
                name=self.chats_to,
            )
        elif chats:
            yield plural("1 conversation waits again", "{number} conversations wait again", chats)


@dataclass(frozen=True, slots=True)
class UnlockedAccounts:
    """Of whom wrong passwords and codes are forgotten."""

    unlocked: Sequence[str]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        yield tr("wrong passwords and codes are forgotten: {names}", names=" ".join(self.unlocked))


class AnewStartPassword(StartPassword):
    """In place of their own."""


@dataclass(frozen=True, slots=True)
class AccountRole:
    """What an account may do now."""

    name: str
    role: AdminRole

    def lines(self, at: Clock) -> Iterator[Translatable]:
        yield tr("{name} is {role} now, and signed out", name=self.name, role=ROLE_NAMES[self.role])


@asynccontextmanager
async def _accounts(call: OperationCall) -> AsyncIterator[StaffAccounts]:
    passwords = Passwords()
    try:
        people = await clock_among(call.stores)
        yield StaffAccounts(call.stores, passwords, call.context.clock, people)
    finally:
        passwords.close()


@operation(
    "accounts.add", changes=True, audit="admin_added", example="mei --role supervisor", not_in=BY_PASSWORD
)
async def add_account(
    call: OperationCall,
    name: AccountNamed,
    wanted: WantedRole,
) -> StartPassword:
    """A new account, with a password to begin with."""
    async with _accounts(call) as accounts:
        return await accounts.add(call.playbook, name, wanted, call.by)


@operation("accounts.list", not_in=BY_PASSWORD)
async def list_accounts(call: OperationCall) -> AccountList:
    """All accounts: what they may do, and who is signed in."""
    async with _accounts(call) as accounts:
        return AccountList([listed(one, call.playbook, call.settings) for one in await accounts.all()])


@operation("accounts.suspend", changes=True, audit="admin_suspended", example="mei", not_in=BY_PASSWORD)
async def suspend_accounts(
    call: OperationCall,
    names: AccountsNamed,
    lift: Annotated[bool, Help("they can again")] = False,
    chats_to: ChatsTo = "",
) -> SuspendedAccounts:
    """Nobody can sign in to these any more; whoever is, is signed out."""
    async with _accounts(call) as accounts:
        chats = 0 if lift else await accounts.open_chats(names)
        changed = await accounts.suspend(names, call.by, lift=lift, chats_to=chats_to)
    return SuspendedAccounts(changed, chats, chats_to, lift)


@operation("accounts.unlock", changes=True, audit="admin_unlocked", example="mei", not_in=BY_PASSWORD)
async def unlock_accounts(call: OperationCall, names: AccountsNamed) -> UnlockedAccounts:
    """Forget wrong passwords and codes, after which new browsers have to wait."""
    async with _accounts(call) as accounts:
        return UnlockedAccounts(await accounts.unlock(names, call.by))


@operation("accounts.reset", changes=True, audit="admin_reset", example="mei", not_in=BY_PASSWORD)
async def reset_account(call: OperationCall, name: AccountNamed, chats_to: ChatsTo = "") -> AnewStartPassword:
    """A new password to begin with, and no second factor; signed out everywhere."""
    async with _accounts(call) as accounts:
        given = await accounts.reset(name, call.by, chats_to=chats_to)
    return AnewStartPassword(given.name, given.role, given.password, given.until)


@operation("accounts.role", changes=True, audit="admin_role", example="mei --role agent", not_in=BY_PASSWORD)
async def give_role(
    call: OperationCall,
    name: AccountNamed,
    wanted: WantedRole,
    chats_to: ChatsTo = "",
) -> AccountRole:
    """Another role; signed out everywhere."""
    async with _accounts(call) as accounts:
        after = await accounts.set_role(call.playbook, name, wanted, call.by, chats_to=chats_to)
    return AccountRole(after.name, after.role)
