"""The accounts of clerks: made, given a new start password, suspended by whom they answer to (seed 003).

Role and place are always the clerk's, so no account made here may more than its clerk. All of it may raise
`NoAccount` and `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.engine.compiled.playbook import Playbook
from bot.model.admin import AdminRole, Signed
from bot.model.clerk import StoreClerk
from bot.model.translatable import tr
from bot.operations.admins.accounts import NoAccount, RoleRequest, StaffAccounts, StartPassword
from bot.operations.store_people.codes import VisibleClerk
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class ClerkAccount:
    """An account of a clerk. `is_new`: its owner has not chosen a password of their own yet."""

    name: str
    suspended: bool
    is_new: bool


def may_manage(role: AdminRole, clerk: VisibleClerk | StoreClerk) -> bool:
    """Whether somebody of this role looks after this clerk and their accounts: nobody after their like."""
    match role:
        case "admin" | "supervisor":
            return True
        case "head_office":
            return clerk.role != "head_office"
        case _:
            return False


async def accounts_of(people: Stores, clerk: VisibleClerk) -> Sequence[ClerkAccount]:
    """The accounts of this clerk, by name."""
    names = await people.admins.of_clerk(clerk.number)
    found = [account for name in sorted(names) if (account := await people.admins.of(name)) is not None]
    return [ClerkAccount(one.name, one.suspended is not None, one.start_until is not None) for one in found]


async def manage_account(
    accounts: StaffAccounts,
    people: Stores,
    playbook: Playbook,
    who: Signed,
    clerk: VisibleClerk,
    deed: str,
    name: str,
) -> StartPassword | None:
    """Do this with an account of a clerk whom `who` sees; the start password, where one was given."""
    if not may_manage(who.role, clerk):
        raise NoAccount(tr("somebody else looks after the accounts of this clerk"))
    if deed == "add":
        return await accounts.add(playbook, name, RoleRequest(clerk=clerk.number), who.by)
    if name not in await people.admins.of_clerk(clerk.number):
        raise NoAccount(tr("this clerk has no such account"))
    match deed:
        case "reset":
            return await accounts.reset(name, who.by)
        case "suspend" | "resume":
            await accounts.suspend([name], who.by, lift=deed == "resume")
        case _:
            raise NoAccount(tr("this clerk has no such account"))
    return None
