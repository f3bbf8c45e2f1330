"""Stores accounts of the team and of people of stores, their sessions, and tries to sign in.

A try is counted before it is checked, so that parallel ones, also at several processes, are no more than the
limit; one that was right is uncounted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias, get_args

from pymongo import ASCENDING, DESCENDING

from bot.model.admin import ROLES, AdminAccount, AdminRole, AdminSession, SignInStep
from bot.model.issued_code import Limits
from bot.store.codec.record import moment, number, text
from bot.store.counters.rate_limits import KeyedCounts, holds, room_from
from bot.store.database.mongo import Database, Document
from bot.store.keyed_ids import (
    CODES_OF_ACCOUNT,
    SIGN_INS_FROM,
    SIGN_INS_FROM_NETWORK,
    SIGN_INS_IN_BROWSER,
    SIGN_INS_OF_ACCOUNT,
    SIGN_INS_OF_ACCOUNT_FROM_NETWORK,
    KeyedId,
)
from bot.store.repository import Repository, SealedRepository
from bot.store.sealing.seal import Seal

AccountWrite: TypeAlias = Literal[
    "written",
    "changed",  # not written: the account was changed since it was read
    "last",  # not written: no other admin could sign in
]
"""What came of a change of an admin's account."""


class AdminAccounts(SealedRepository, collection="admins"):
    """The collection `admins`: `{_id: name, role, group, store, clerk, epoch, rev, unlocks, added, suspended,
    start_until, totp_step, s}`, the fields of `AdminAccount`.

    Sealed in `s` are the password's hash, the secret of the second factor, and hashes of recovery codes.
    """

    async def of(self, name: str) -> AdminAccount | None:
        """The account of this name. Raises `SealInvalid` where it does not open."""
        row = await self._rows.find_one({"_id": name})
        return None if row is None else self._read(row)

    async def all(self) -> list[AdminAccount]:
        """All accounts, sorted by name."""
        found = await self._rows.find({}).sort("_id", ASCENDING).to_list(None)
        return [account for row in found if (account := self._read(row)) is not None]

    async def of_clerk(self, number: str) -> list[str]:
        """The names of the accounts of the clerk with this number."""
        found = await self._rows.find({"clerk": number}, {"_id": 1}).to_list(None)
        return [row["_id"] for row in found]

    async def add(self, account: AdminAccount) -> bool:
        """Store a new account; `False`: the name is taken."""
        return await self._rows.added(self._document(account, 1))

    async def change(self, account: AdminAccount) -> bool:
        """Store an account, if its stored revision is still `rev`; `False`: it was changed since it was
        read."""
        done = await self._rows.replace_one(
            {"_id": account.name, "rev": account.rev}, self._document(account, account.rev + 1)
        )
        return done.matched_count == 1

    async def change_admin(self, account: AdminAccount, now: datetime) -> AccountWrite:
        """As `change`, for an account that is an admin's no longer, or suspended: only if another admin can
        sign in.

        The other account is written, too, so that of two admins who remove each other at once one is refused.
        """
        others = {
            "_id": {"$ne": account.name},
            "role": "admin",
            "suspended": {"$exists": False},
            "$or": [{"start_until": {"$exists": False}}, {"start_until": {"$gt": now}}],
        }

        async def once(session: Any) -> AccountWrite:
            if await self._rows.find_one_and_update(others, {"$inc": {"rev": 1}}, session=session) is None:
                return "last"
            done = await self._rows.replace_one(
                {"_id": account.name, "rev": account.rev},
                self._document(account, account.rev + 1),
                session=session,
            )
            return "written" if done.matched_count else "changed"

        return await self._database.transaction(once)

    def _document(self, account: AdminAccount, rev: int) -> Document:
        secret = {"password": account.password, "totp": account.totp, "recovery": account.recovery}
        document: Document = {
            "_id": account.name,
            "role": account.role,
            "group": account.group,
            "store": account.store,
            "clerk": account.clerk,
            "epoch": account.epoch,
            "added": account.added,
            "totp_step": account.totp_step,
            "unlocks": account.unlocks,
            "rev": rev,
            "s": self._sealed_json(account.name, secret),
        }
        moments = {"suspended": account.suspended, "start_until": account.start_until}
        return document | {name: at for name, at in moments.items() if at is not None}

    def _read(self, row: Mapping[str, Any]) -> AdminAccount | None:
        """The account in a row; `None` where this version does not know its role: it may do nothing here
        then."""
        content = self._opened_json(row)
        role: AdminRole | None = next((one for one in ROLES if one == row["role"]), None)
        if role is None:
            return None
        return AdminAccount(
            name=row["_id"],
            role=role,
            added=row["added"],
            epoch=row["epoch"],
            group=text(row.get("group")) or "",
            store=text(row.get("store")) or "",
            clerk=text(row.get("clerk")) or "",
            suspended=moment(row.get("suspended")),
            password=content["password"],
            start_until=moment(row.get("start_until")),
            totp=content["totp"],
            recovery=tuple(content.get("recovery", ())),
            totp_step=number(row.get("totp_step")) or 0,
            unlocks=number(row.get("unlocks")) or 0,
            rev=number(row.get("rev")) or 0,
        )


class AdminSessions(Repository, collection="sessions"):
    """The collection `sessions`: `{_id, name, epoch, stage, began, seen, until, confirmed, device}`.

    `_id` is a hash of the cookie, so a copy of the collection lets nobody sign in.
    """

    async def of(self, id: str) -> AdminSession | None:
        """The session of this id, expired or not; `None`: there is none."""
        row = await self._rows.find_one({"_id": id})
        return None if row is None else _session(row)

    async def begin(self, session: AdminSession) -> None:
        """Store a new session."""
        await self._rows.insert_one(_document(session))

    async def touch(self, session: AdminSession) -> None:
        """Store when a session was last seen, and until when it lives; one that was ended meanwhile is not
        stored."""
        change = {"$set": {"seen": session.seen, "until": session.until}}
        await self._rows.update_one({"_id": session.id}, change)

    async def confirm(self, id: str, now: datetime) -> None:
        """Store that password or code were given again at `now`; a session that was ended meanwhile is not
        stored."""
        await self._rows.update_one({"_id": id}, {"$set": {"confirmed": now}})

    async def of_account(self, name: str, epoch: str, now: datetime) -> list[AdminSession]:
        """The signed-in sessions of an account that have not expired, the last one seen first."""
        where = {"name": name, "epoch": epoch, "stage": "signed_in", "until": {"$gt": now}}
        found = await self._rows.find(where).sort("seen", DESCENDING).to_list(None)
        return [_session(row) for row in found]

    async def of_all(self, now: datetime) -> list[AdminSession]:
        """The signed-in sessions of all accounts that have not expired, the last one seen first."""
        where = {"stage": "signed_in", "until": {"$gt": now}}
        found = await self._rows.find(where).sort("seen", DESCENDING).to_list(None)
        return [_session(row) for row in found]

    async def end(self, id: str, name: str) -> bool:
        """Delete a session of this account; `False`: there is none of this id."""
        return (await self._rows.delete_one({"_id": id, "name": name})).deleted_count == 1

    async def end_all(self, name: str, but: str = "") -> int:
        """Delete all sessions of an account but one; how many."""
        return int((await self._rows.delete_many({"name": name, "_id": {"$ne": but}})).deleted_count)


def _document(session: AdminSession) -> Document:
    return {
        "_id": session.id,
        "name": session.name,
        "epoch": session.epoch,
        "stage": session.step,
        "began": session.began,
        "seen": session.seen,
        "until": session.until,
        "confirmed": session.confirmed,
        "device": session.device,
    }


def _session(row: Mapping[str, Any]) -> AdminSession:
    step: SignInStep = row["stage"] if row["stage"] in get_args(SignInStep) else "code"
    device = text(row.get("device")) or ""
    name, epoch, began, seen, until = (row[one] for one in ("name", "epoch", "began", "seen", "until"))
    return AdminSession(row["_id"], name, epoch, step, began, seen, until, row["confirmed"], device)


TriedBy: TypeAlias = Literal[
    "account",  # at an account, from anywhere
    "account_first",  # the counts of `account`, with the limits for the first tries of a network
    "near",  # at an account, from one network
    "near_first",  # the counts of `near`, with the limits for the first tries of a network
    "address",  # at any account, from one internet address
    "network",  # at any account, from one network
    "browser",  # at an account, in a browser in which it has signed in before
    "code",  # codes of an account's second factor
]
"""What tries to sign in are counted by."""

QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
LIMITS: dict[TriedBy, tuple[KeyedId, Limits]] = {
    "account": (SIGN_INS_OF_ACCOUNT, ((QUARTER, 10), (HOUR, 100))),
    "account_first": (SIGN_INS_OF_ACCOUNT, ((HOUR, 100),)),
    "near": (SIGN_INS_OF_ACCOUNT_FROM_NETWORK, ((QUARTER, 10), (HOUR, 20), (DAY, 60))),
    "near_first": (SIGN_INS_OF_ACCOUNT_FROM_NETWORK, ((HOUR, 2), (DAY, 60))),
    "address": (SIGN_INS_FROM, ((HOUR, 40),)),
    "network": (SIGN_INS_FROM_NETWORK, ((HOUR, 160),)),
    "browser": (SIGN_INS_IN_BROWSER, ((QUARTER, 10),)),
    "code": (CODES_OF_ACCOUNT, ((HOUR, 10),)),
}
"""For each: the ids of its rows, and how many tries it has in which span."""


class SignInTries:
    """Tries in the collection `code_limits`, by keyed hashes. May raise `DatabaseUnavailable`."""

    def __init__(self, database: Database, seal: Seal) -> None:
        rows = database.collection("code_limits")
        self._counts = {by: KeyedCounts(rows, seal, kind, limits) for by, (kind, limits) in LIMITS.items()}

    async def wait(self, by: TriedBy, value: str, call: str, now: datetime) -> int:
        """Count a try; 0: it may be checked. Else the seconds until there is room again."""
        counted = await self._counts[by].count(value, call, now)
        if holds(counted, call):
            return 0
        return max(math.ceil((room_from(counted, LIMITS[by][1]) - now).total_seconds()), 1)

    async def was_right(self, by: TriedBy, value: str, call: str) -> None:
        """Uncount a try that was right."""
        await self._counts[by].uncount(value, call)
