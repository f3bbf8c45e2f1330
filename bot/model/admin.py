"""Who may sign in, and who has: accounts of the team and of store people, their sessions (requirement K1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot.model.clerk import ClerkRole
from bot.model.plain_text import cleaned

TeamRole: TypeAlias = Literal["admin", "supervisor", "agent"]
AdminRole: TypeAlias = TeamRole | ClerkRole
"""What somebody may do: the team's, or those of store people, who see only what is theirs."""

ROLES: tuple[AdminRole, ...] = (
    *("admin", "supervisor", "agent"),
    *("head_office", "group", "store_manager", "clerk"),
)
FACTOR_BY_DEFAULT: frozenset[AdminRole] = frozenset({"admin", "supervisor"})
"""Who has to have a second factor where the playbook says nothing of it: who may do most."""
TEAM: frozenset[AdminRole] = frozenset({"admin", "supervisor", "agent"})
MAY_DRAFT: frozenset[AdminRole] = frozenset({"admin", "supervisor"})
"""Who has a draft of the playbook."""
STORE_PEOPLE: frozenset[AdminRole] = frozenset({"head_office", "group", "store_manager", "clerk"})
NEEDS: Mapping[AdminRole, Literal["group", "store", "clerk"]] = {
    "group": "group",
    "store_manager": "store",
    "clerk": "clerk",
}
"""What an account of this role has to say: whose group, which store, who."""

SignInStep: TypeAlias = Literal["code", "password", "factor", "signed_in"]
"""How far somebody has come: the password was right, and the second factor's code is asked for; they have to
choose a password of their own; they have to set up the second factor that their role demands; they are signed
in."""

IDLE = timedelta(hours=12)
"""Who does nothing for so long is signed out."""
LIFE = timedelta(days=7)
"""Nobody is signed in for longer."""
STEP_LIFE = timedelta(minutes=10)
"""For so long somebody who is not yet signed in may go on."""
CONFIRMED_LIFE = timedelta(minutes=10)
"""For so long after the last password or code nobody is asked for one again."""
START_LIFE = timedelta(hours=72)
"""For so long somebody may sign in with the password that `oaflow admin` has given them."""

NAME_LONGEST = 64
CONSOLE = "console:"
"""The prefix of an account in the audit log."""
_NAME = re.compile(r"\w[\w.@+-]*")


@dataclass(frozen=True, slots=True)
class StoreScope:
    """The people whom a store person sees: of all stores (empty), of a group, of a store, or their own.

    Which of them it is the role says; `admin_scope` gives no scope where what the role needs is missing.
    """

    group: str = ""
    store: str = ""
    clerk: str = ""


@dataclass(frozen=True, slots=True)
class AdminAccount:
    """Somebody who may sign in. `name` is what they sign in with, and what the audit log calls them.

    With a `clerk` the role, group and store are those that this clerk has by now. `epoch` is another one
    after whatever ends all sessions. `password` is argon2's own text, empty where nobody has given one; with
    `start_until` it was given by `oaflow admin`, is good until then, and is to be replaced at once. `totp` is
    the second factor's secret (base32), `totp_step` the last of its steps that a code was taken for,
    `recovery` hashes of the codes that are left for a lost phone. `unlocks`: how often `oaflow admin unlock`
    has let wrong tries at it be forgotten.
    """

    name: str
    role: AdminRole
    added: datetime
    epoch: str
    group: str = ""
    store: str = ""
    clerk: str = ""
    suspended: datetime | None = None
    password: str = field(default="", repr=False)
    start_until: datetime | None = None
    totp: str = field(default="", repr=False)
    totp_step: int = 0
    recovery: tuple[str, ...] = field(default=(), repr=False)
    unlocks: int = 0
    rev: int = 0

    @property
    def counted_as(self) -> str:
        """By what tries to sign in to it are counted."""
        return f"{self.name}\0{self.unlocks}" if self.unlocks else self.name


@dataclass(frozen=True, slots=True)
class AdminSession:
    """A browser in which somebody has signed in, or is about to. `id` is the hash of what its cookie holds.

    It is over once the account has another `epoch`. `confirmed`: when its password or code was given last.
    `device` says roughly what browser it is.
    """

    id: str
    name: str
    epoch: str
    step: SignInStep
    began: datetime
    seen: datetime
    until: datetime
    confirmed: datetime
    device: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """Who asks for a page: their name, role and, of store people, whose people they see.

    All of it comes from the database with each request, never from what the browser says. `is_confirmed`:
    they have given password or code just now (`CONFIRMED_LIFE`), or have none.
    """

    name: str
    role: AdminRole
    scope: StoreScope
    session: AdminSession
    is_confirmed: bool

    @property
    def by(self) -> str:
        """How the audit log names them."""
        return f"{CONSOLE}{self.name}"


def account_name(written: str) -> str:
    """The normalised name, without case and width; empty for an invalid one."""
    if len(written) > 4 * NAME_LONGEST:
        return ""
    name = cleaned(written).casefold()
    return name if len(name) <= NAME_LONGEST and _NAME.fullmatch(name) else ""


def admin_scope(role: AdminRole, group: str, store: str, clerk: str) -> StoreScope | None:
    """Whose people somebody of this role sees; `None`: what it needs is missing, so it sees nobody's."""
    given = {"group": group, "store": store, "clerk": clerk}
    if (needed := NEEDS.get(role)) is not None and not given[needed]:
        return None
    match role:
        case "group":
            return StoreScope(group=group)
        case "store_manager":
            return StoreScope(store=store, clerk=clerk)
        case "clerk":
            return StoreScope(store=store, clerk=clerk)
        case _:
            return StoreScope(clerk=clerk)
