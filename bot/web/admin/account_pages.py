"""Accounts of staff in the console, for administrators: add them, and change role, access, password and
second factor (K1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.engine.compiled.playbook import Playbook
from bot.model.admin import NEEDS, ROLES, AdminAccount, AdminRole, account_name
from bot.model.translatable import Translatable, tr
from bot.operations.admins.account_view import AccountView, StartPassword, listed
from bot.operations.admins.accounts import AccountRefused, RoleRequest, StaffAccounts
from bot.operations.admins.last_sign_in import last_sign_ins
from bot.operations.admins.passwords import TooBusy
from bot.operations.admins.role_names import ROLE_NAMES
from bot.operations.declared.accounts import give_role, suspend_accounts, unlock_accounts
from bot.operations.payload import pick
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Flash,
    Redirect,
    RenderedPage,
    Undo,
    Visit,
    page_address,
)

PAGE, ONE = "/admin/accounts", "/admin/accounts/one"
TITLE = tr("Accounts")
START = tr("The start password")
LONGEST = 200
"""The most characters of a field that is read."""
_NOT_TYPED = tr("Nothing was done: the name that was typed is another one")


@dataclass(frozen=True, slots=True)
class AccountPages(AdminPages):
    """`/admin/accounts` and what is below it."""

    staff: StaffAccounts
    context: ConsoleContext

    async def accounts(self, visit: Visit) -> AdminAnswer:
        """The list of all accounts."""
        return await self._list(visit)

    async def account_added(self, visit: Visit) -> AdminAnswer:
        """Add an account; its start password is shown this once."""
        name, place = (visit.form.get(field, "")[:LONGEST] for field in ("name", "place"))
        try:
            given = await self.staff.add(self.context.playbook(), name, wanted_place(place), visit.signed.by)
        except (AccountRefused, TooBusy) as error:
            return await self._list(visit, error.message)
        return _start(given)

    async def account(self, visit: Visit) -> AdminAnswer:
        """The page of an account."""
        return await self._one(visit, visit.query("name"))

    async def account_role(self, visit: Visit) -> AdminAnswer:
        """Give an account another role, with a button that gives the former one back."""
        place = wanted_place(visit.form.get("place", "")[:LONGEST])

        async def change(name: str) -> AdminAnswer:
            before = (await self.staff.view(name)).account
            after = await give_role(visit.call(self.context), name, place, _chats_to(visit))
            undo = Undo(f"{ONE}/role", {"name": after.name, "place": place_of(before)})
            role = ROLE_NAMES[after.role]
            done = tr("{name} is {role} now, and signed out", name=after.name, role=role)
            return Redirect(_of(after.name), flash=Flash(done, undo))

        return await self._done(visit, change)

    async def account_suspended(self, visit: Visit) -> AdminAnswer:
        """Suspend an account: nobody signs in with it, and its sessions end."""

        async def suspend(name: str) -> AdminAnswer:
            await suspend_accounts(visit.call(self.context), (name,), chats_to=_chats_to(visit))
            done = tr("{name} is suspended, and signed out everywhere", name=name)
            return Redirect(_of(name), flash=Flash(done, Undo(f"{ONE}/resume", {"name": name})))

        return await self._done(visit, suspend)

    async def account_resumed(self, visit: Visit) -> AdminAnswer:
        """Let an account sign in again."""

        async def resume(name: str) -> AdminAnswer:
            await suspend_accounts(visit.call(self.context), (name,), lift=True)
            done = tr("{name} can sign in again", name=name)
            return Redirect(_of(name), flash=Flash(done, Undo(f"{ONE}/suspend", {"name": name})))

        return await self._done(visit, resume)

    async def account_unlocked(self, visit: Visit) -> AdminAnswer:
        """Forget wrong passwords and codes, so that the account may try again."""

        async def unlock(name: str) -> AdminAnswer:
            await unlock_accounts(visit.call(self.context), (name,))
            return Redirect(_of(name), flash=Flash(tr("Wrong passwords and codes are forgotten")))

        return await self._done(visit, unlock)

    async def account_signed_out(self, visit: Visit) -> AdminAnswer:
        """End all sessions of an account."""

        async def sign_out(name: str) -> AdminAnswer:
            await self.staff.sign_out(name, visit.signed.by)
            return Redirect(_of(name), flash=Flash(tr("{name} is signed out everywhere", name=name)))

        return await self._done(visit, sign_out, not_oneself=True)

    async def account_factor(self, visit: Visit) -> AdminAnswer:
        """Remove an account's second factor, once its name is typed."""

        async def drop(name: str) -> AdminAnswer:
            after = await self.staff.drop_second_factor(name, visit.signed.by)
            done = (
                tr("{name} sets up the second step at the next sign-in", name=name)
                if after.role in self.context.settings().second_factor
                else tr("{name} signs in without the second step now", name=name)
            )
            return Redirect(_of(name), flash=Flash(done))

        return await self._done(visit, drop, typed=True, not_oneself=True)

    async def account_password(self, visit: Visit) -> AdminAnswer:
        """Give an account another start password, shown this once, once its name is typed."""

        async def reset(name: str) -> AdminAnswer:
            return _start(await self.staff.reset(name, visit.signed.by, chats_to=_chats_to(visit)))

        return await self._done(visit, reset, typed=True, not_oneself=True)

    async def _done(
        self,
        visit: Visit,
        act: Callable[[str], Awaitable[AdminAnswer]],
        *,
        typed: bool = False,
        not_oneself: bool = False,
    ) -> AdminAnswer:
        """Do something with the account of the form, or show its page with why not.

        `typed`: its name has to be typed; `not_oneself`: not with the visitor's own account.
        """
        name = visit.form.get("name", "")[:LONGEST]
        if typed and visit.form.get("typed", "").strip().casefold() != name.casefold():
            return await self._one(visit, name, _NOT_TYPED)
        if not_oneself and account_name(name) == visit.signed.name:
            return await self._one(visit, name, tr("Your own account is on your own page"))
        try:
            return await act(name)
        except (AccountRefused, TooBusy) as error:
            return await self._one(visit, name, error.message)

    async def _list(self, visit: Visit, refused: Translatable | None = None) -> RenderedPage:
        found = await self.staff.all()
        last = await last_sign_ins(self.context.stores, [one.name for one in found])
        data = {
            "accounts": [{**self._words(one, last), "address": _of(one.name)} for one in found],
            "now": visit.now,
            "places": places(self.context.playbook()),
            "wanted": {name: visit.form.get(name, "")[:LONGEST] for name in ("name", "place")},
        }
        return RenderedPage("accounts.html", TITLE, data, 200 if refused is None else 422, refused)

    async def _one(self, visit: Visit, name: str, refused: Translatable | None = None) -> RenderedPage:
        try:
            one = await self.staff.view(name)
        except AccountRefused as error:
            missing = tr("There is no such account")
            return RenderedPage("message.html", missing, status=404, refused=error.message)
        last = await last_sign_ins(self.context.stores, [one.name])
        data = {
            **self._words(one, last),
            "now": visit.now,
            "is_own": one.name == visit.signed.name,
            "place": place_of(one.account),
            "places": places(self.context.playbook()),
            "chats": await self.staff.open_chats([one.name]),
            "there": [other.name for other in await self.staff.all() if other.is_there],
        }
        title = tr("Account {name}", name=one.name)
        return RenderedPage("account.html", title, data, 200 if refused is None else 422, refused)

    def _words(self, one: AccountView, last: Mapping[str, datetime]) -> Mapping[str, Any]:
        """The values for an account that both templates share. `last`: when each was last signed in to."""
        shown = listed(one, self.context.playbook(), self.context.settings())
        return {
            "account": one.account,
            "last": last.get(one.name, one.last_seen),
            "sessions": one.signed_in,
            "seen": one.last_seen,
            "is_lost": one.suspended is None and not one.can_sign_in,
            "has_factor": one.second_factor,
            "lacks_factor": shown.second_factor_lacking,
            **pick(shown, "role", "whose"),
        }


def _chats_to(visit: Visit) -> str:
    """The account that takes over conversations; empty: they wait for staff again."""
    return visit.form.get("chats_to", "")[:LONGEST]


def places(playbook: Playbook) -> list[tuple[str, AdminRole, str]]:
    """The roles and places that an account may have: the value in a form, the role, and the title of its
    group or store."""
    found: list[tuple[str, AdminRole, str]] = [(role, role, "") for role in ROLES if role not in NEEDS]
    found += [(f"group:{name}", "group", title or name) for name, title in playbook.store_groups.items()]
    found += [
        (f"store_manager:{name}", "store_manager", store.title) for name, store in playbook.stores.items()
    ]
    return found


def wanted_place(written: str) -> RoleRequest:
    """The role and place that a form's value says; one that does not exist is refused by the operation."""
    role, _, whose = written.partition(":")
    if role == "clerk":
        return RoleRequest(clerk=whose)
    named = next((one for one in ROLES if one == role), None)
    return RoleRequest(
        named, group=whose if named == "group" else "", store=whose if named == "store_manager" else ""
    )


def place_of(account: AdminAccount) -> str:
    """The role and place of an account as a form's value."""
    if account.clerk:
        return f"clerk:{account.clerk}"
    needed = NEEDS.get(account.role)
    return account.role if needed is None else f"{account.role}:{getattr(account, needed)}"


def _of(name: str) -> str:
    return page_address(ONE, name=name)


def _start(given: StartPassword) -> RenderedPage:
    data = {"name": given.name, "person": "", "password": given.password, "back": _of(given.name)}
    return RenderedPage("start_password.html", START, {**data, "to": tr("To the account")})
