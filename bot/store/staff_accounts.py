"""Accounts of the team and of store people, and who is signed in, in MongoDB.

So many tries side by side, also at several processes, are no more; one that was right is taken back.
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

AccountWrite: TypeAlias = Literal["written", "changed", "last"]
"""`changed`: by somebody else since it was read; `last`: no other admin could sign in."""


class AdminAccounts(SealedRepository, collection="admins"):
    """The collection `admins`: `{_id: name, role, group, store, clerk, epoch, rev, unlocks, added, suspended,
    s}`."""

    async def of(self, name: str) -> AdminAccount | None:
        """The account of this name. Raises `SealInvalid` where it does not open."""
        row = await self._rows.find_one({"_id": name})
        return None if row is None else self._read(row)

    async def all(self) -> list[AdminAccount]:
        """All of them, by name."""
        found = await self._rows.find({}).sort("_id", ASCENDING).to_list(None)
        return [account for row in found if (account := self._read(row)) is not None]

    async def of_clerk(self, number: str) -> list[str]:
        """The names of the accounts that are this clerk's."""
        found = await self._rows.find({"clerk": number}, {"_id": 1}).to_list(None)
        return [row["_id"] for row in found]

    async def add(self, account: AdminAccount) -> bool:
        """Keep a new one; `False`: the name is taken."""
        return await self._rows.added(self._document(account, 1))

    async def change(self, account: AdminAccount) -> bool:
        """Keep it as it is now, if nobody has changed it since it was read (`rev`); `False`: read it anew."""
        done = await self._rows.replace_one(
            {"_id": account.name, "rev": account.rev}, self._document(account, account.rev + 1)
        )
        return done.matched_count == 1

    async def change_admin(self, account: AdminAccount, now: datetime) -> AccountWrite:
        """As `change`, of an admin who is one no longer: only where another one can sign in (`last`: none).

        The other one is written, too: of two who do so to each other at once one is refused.
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
        """What is kept; `None` where its role is one of a later oaflow: then it may do nothing here."""
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
    """The collection `sessions`: `{_id: hash, name, epoch, stage, began, seen, until, confirmed, device}`.

    A copy of the collection lets nobody sign in: the cookies cannot be computed from their hashes.
    """

    async def of(self, id: str) -> AdminSession | None:
        """The session of this id, over or not."""
        row = await self._rows.find_one({"_id": id})
        return None if row is None else _session(row)

    async def begin(self, session: AdminSession) -> None:
        """Keep a new one."""
        await self._rows.insert_one(_document(session))

    async def touch(self, session: AdminSession) -> None:
        """It was seen just now, and lives longer; one that has ended meanwhile stays ended."""
        change = {"$set": {"seen": session.seen, "until": session.until}}
        await self._rows.update_one({"_id": session.id}, change)

    async def confirm(self, id: str, now: datetime) -> None:
        """Password or code were given again just now; a session that has ended meanwhile stays ended."""
        await self._rows.update_one({"_id": id}, {"$set": {"confirmed": now}})

    async def of_account(self, name: str, epoch: str, now: datetime) -> list[AdminSession]:
        """Those of an account that are not over, the last one seen first."""
        where = {"name": name, "epoch": epoch, "stage": "signed_in", "until": {"$gt": now}}
        found = await self._rows.find(where).sort("seen", DESCENDING).to_list(None)
        return [_session(row) for row in found]

    async def of_all(self, now: datetime) -> list[AdminSession]:
        """Those of all accounts that are not over, the last one seen first."""
        where = {"stage": "signed_in", "until": {"$gt": now}}
        found = await self._rows.find(where).sort("seen", DESCENDING).to_list(None)
        return [_session(row) for row in found]

    async def end(self, id: str, name: str) -> bool:
        """End one of this account's; whether there was one."""
        return (await self._rows.delete_one({"_id": id, "name": name})).deleted_count == 1

    async def end_all(self, name: str, but: str = "") -> int:
        """End all of an account, but this one; how many."""
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
    "account", "account_first", "near", "near_first", "address", "network", "browser", "code"
]
"""At an account, there from a network (`near`), from an address or a network to whichever; in a browser known
to the account; codes of its second factor. `…_first`: the same counts, for the first tries of a network."""

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


class SignInTries:
    """Tries in the collection `code_limits`, by keyed hashes. May raise `DatabaseUnavailable`."""

    def __init__(self, database: Database, seal: Seal) -> None:
        rows = database.collection("code_limits")
        self._counts = {by: KeyedCounts(rows, seal, kind, limits) for by, (kind, limits) in LIMITS.items()}

    async def wait(self, by: TriedBy, value: str, call: str, now: datetime) -> int:
        """Count this try; 0: it may be looked at. Else seconds until there is room again."""
        counted = await self._counts[by].count(value, call, now)
        if holds(counted, call):
            return 0
        return max(math.ceil((room_from(counted, LIMITS[by][1]) - now).total_seconds()), 1)

    async def was_right(self, by: TriedBy, value: str, call: str) -> None:
        """It was no guess."""
        await self._counts[by].uncount(value, call)
