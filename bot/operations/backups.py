"""Backups of the database: making one, checking one, and restoring one into an empty database."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path

from bot.model.audit import AuditEntry
from bot.model.backup import BackupContent, BackupOrigin, Restored
from bot.model.brake import PushStop
from bot.model.translatable import Quoted, Refusal, tr
from bot.operations.audit_trail import audited
from bot.operations.brake import GOES
from bot.playbook.syntax.source import file_trouble_as
from bot.runtime.cluster.ownership import since_boot
from bot.store.backup.capture import DatabaseCapture
from bot.store.backup.history import LIFE, RestoreClaim
from bot.store.backup.new_file import new_file
from bot.store.backup.records import BackupRecord
from bot.store.backup.refill import Refill, looked_at, records, used_collection
from bot.store.database.mongo import Database
from bot.store.schema import SCHEMA
from bot.store.sealing.keyring import KeyRing
from bot.store.sealing.keys import key_use
from bot.store.sealing.seal import Seal
from bot.store.sealing.sealed_file import SealedFileWriter
from bot.store.stores import Stores, stores_of
from bot.store.unavailable import DatabaseUnavailable

ENDING = "oaflow-backup"
"""What a backup's name ends with, where only its folder is named."""
_STEP = 5.0
"""Seconds for which a restore that is broken off waits for the end of its step: an index takes longer."""
_SURE = LIFE * 5 / 6
"""Seconds for which a restore counts on its claim, by this machine's clock: what it sends then has arrived
before another one may claim the database."""
STAGING = "staging"
"""In the audit log, of a restore that makes a copy for trying."""


class BackupRefused(Refusal):
    """It is not made, or not restored; the sentence says why, and what is so now."""


@dataclass(frozen=True, slots=True)
class MadeBackup:
    """A backup that is whole: its file, of how many bytes, and what is in it."""

    path: Path
    size: int
    content: BackupContent


@dataclass(frozen=True, slots=True)
class RestoreOrder:
    """What is to be restored: by whom; `replaces` what is there, or is refused where
    anything is; `staging`: as a copy for trying, which calls nobody."""

    by: str
    replaces: bool = False
    staging: bool = False


async def back_up(
    stores: Stores,
    seal: Seal,
    target: Path,
    *,
    by: str,
    program: str,
    now: datetime,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> MadeBackup:
    """Write all that is stored, as it is at one moment, into a new file: `target`, or in that folder.

    The audit log says so first. `tell` hears, in a thread, how many rows are copied, of about how many.
    Raises `BackupRefused`, `BackupNotMade` and `DatabaseUnavailable`: then there is no file.
    """
    path = await asyncio.to_thread(_path, target, now)
    known = await stores.register.known()
    keys = {name: key.fingerprint for name, key in known.items() if not key.retired}
    version = await stores.database.version()
    origin = BackupOrigin(uuid.uuid4().hex, now, program, version, keys, SCHEMA)
    async with audited(stores, AuditEntry("backup_made", by, now, path.name)) as doing:
        with _writing(path), new_file(path) as file:
            out = SealedFileWriter(file, seal.ring, seal.used.sealing, program)
            capture = DatabaseCapture(stores.database, origin, out, tell)
            try:
                content = await stores.database.visit_beside(capture.done)
            finally:
                capture.cancelled.set()  # also where Ctrl-C ends this: the thread goes on by itself
        doing.update(after=f"{content.rows}")
    return MadeBackup(path, path.stat().st_size, content)


def _path(target: Path, now: datetime) -> Path:
    """In a folder that is there, or the new file itself. Raises `BackupRefused` where it is neither."""
    if target.is_dir():
        return target / f"{now:%Y%m%d-%H%M%S}.{ENDING}"
    if not target.name.endswith(f".{ENDING}"):  # a folder that is not there yet would become a file
        raise BackupRefused(
            tr(
                "there is no folder {folder}: make it first, or name a file that ends with .{ending}",
                folder=str(target),
                ending=ENDING,
            )
        )
    return target


async def look_at(
    source: Path, ring: KeyRing, tell: Callable[[int], None] = lambda read: None
) -> BackupContent:
    """What is in a backup, read whole. Raises `BackupRefused`, `SealedFileKey` and its like."""

    def read() -> BackupContent:
        with source.open("rb") as file:
            return looked_at(file, ring, tell)

    with _reading(source):
        return await asyncio.to_thread(read)


async def restore(
    database: Database,
    ring: KeyRing,
    source: Path,
    order: RestoreOrder,
    now: datetime,
    tell: Callable[[int], None] = lambda read: None,
) -> BackupContent:
    """Write a backup into a database that nobody uses. `tell` hears, in a thread, how many rows are read.

    A file that cannot be taken is refused before anything is changed, but for one that is cut off or damaged
    further on, into an empty database. What breaks off leaves it marked as under way: nothing starts on it,
    and the next restore begins anew. Raises `BackupRefused`, `SealedFileKey`, `SealedFileWrong`,
    `BackupWrong` and `DatabaseUnavailable`.
    """
    with _reading(source), source.open("rb") as file:
        found = records(file, ring)
        origin = await asyncio.to_thread(next, found)
        assert isinstance(origin, BackupOrigin)  # so `records` says
        _check(origin, ring)
        seal = Seal(ring)
        stores = stores_of(database, seal)
        last = await stores.restores.last()
        await _check_database(stores, order, is_impersonal=last is not None and last.is_under_way)
        if order.replaces:
            await look_at(source, ring)
        began = Restored(origin.id, origin.begun, now, order.by, order.staging, is_under_way=True)
        claim = await _claimed(stores, order, began)
        return await _filled(stores, seal, chain([origin], found), claim, tell)


def _check(origin: BackupOrigin, ring: KeyRing) -> None:
    ours = ring.fingerprints()
    for name, fingerprint in origin.keys.items():
        if ours.get(name) != fingerprint:
            raise BackupRefused(
                tr(
                    "what is in this backup needs the key {key} (fingerprint {fingerprint}), which is not"
                    " among these keys",
                    key=Quoted(name),
                    fingerprint=fingerprint,
                )
            )


async def _check_database(stores: Stores, order: RestoreOrder, *, is_impersonal: bool) -> None:
    if await stores.restores.is_open():
        raise BackupRefused(tr("a process runs on this database: stop all of them first"))
    if order.replaces or is_impersonal:
        return
    database = stores.database
    if (used := await database.visit(lambda: used_collection(database))) is not None:
        raise BackupRefused(
            tr(
                "this database is not empty (there are rows in {collection}): nothing was changed",
                collection=used,
            )
        )


async def _claimed(stores: Stores, order: RestoreOrder, began: Restored) -> RestoreClaim:
    """From now on nobody else uses the database. Raises `BackupRefused` where somebody does."""
    claim = stores.restores.claim(began, uuid.uuid4().hex)
    if not await claim.take():
        raise BackupRefused(
            tr(
                "another restore into this database goes on, or was killed in the last {seconds} seconds:"
                " nothing was changed",
                seconds=LIFE,
            )
        )
    try:
        await _check_database(stores, order, is_impersonal=claim.follows_a_half)
    except BaseException:
        await claim.take_back()
        raise
    return claim


async def _filled(
    stores: Stores,
    seal: Seal,
    found: Iterator[BackupRecord],
    claim: RestoreClaim,
    tell: Callable[[int], None],
) -> BackupContent:
    sure = _SureClaim(claim)
    refill = Refill(stores.database, tell, sure.holds)
    renewing = asyncio.create_task(_renewed(sure, refill))
    try:
        content = await stores.database.visit_beside(lambda: refill.fill(found))
    except BaseException as error:
        refill.cancelled.set()  # also where Ctrl-C ends this: the thread goes on by itself
        ended = await asyncio.to_thread(refill.is_over.wait, _STEP)
        with suppress(DatabaseUnavailable):  # then the next one waits until the claim is too old
            await sure.renew()
            if ended:
                await claim.release()
        if sure.is_lost:
            raise _anothers() from error
        raise
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError):
            await renewing
    restored = replace(claim.restored, as_of=content.as_of, is_under_way=False)
    seal.take(seal.ring, key_use(seal.ring, await stores.register.known()))
    if not await claim.renew():
        raise _anothers()
    await _write_down(stores, restored)
    if not await claim.end(restored):
        raise _anothers()
    return content


class _SureClaim:
    """Until when nobody else can have claimed the database; asked in threads, too."""

    def __init__(self, claim: RestoreClaim) -> None:
        self._claim = claim
        self._until = 0.0
        self.is_lost = False

    def holds(self) -> bool:
        return since_boot() < self._until

    async def renew(self) -> None:
        """Raises `DatabaseUnavailable`."""
        begun = since_boot()
        if await self._claim.renew():
            self._until = begun + _SURE
        else:
            self.is_lost = True


async def _renewed(claim: _SureClaim, refill: Refill) -> None:
    """Again and again; where another restore has claimed the database, end ours."""
    while not refill.cancelled.is_set():
        with suppress(DatabaseUnavailable):  # the next time is soon
            await claim.renew()
        if claim.is_lost:
            refill.cancelled.set()
        await asyncio.sleep(LIFE / 6)


def _anothers() -> BackupRefused:
    return BackupRefused(tr("another restore into this database has begun meanwhile: it is that one's"))


async def _write_down(stores: Stores, restored: Restored) -> None:
    """The line of the audit log; what is for trying begins with all pushes stopped."""
    by, at = restored.by, restored.at
    as_of = f"{restored.as_of:%Y-%m-%d %H:%M:%S} UTC"
    about = f"{as_of} {STAGING}" if restored.staging else as_of
    await stores.audit.record(AuditEntry("restored", by, at, about))
    if restored.staging:
        name = f"pushes_stopped:{uuid.uuid4().hex}"
        entry = AuditEntry("pushes_stopped", by, at, before=GOES, after=STAGING, id=name)
        await stores.brakes.pull(PushStop(None, None, by, at), entry)


def _writing(path: Path) -> AbstractContextManager[None]:
    return file_trouble_as(
        lambda why: BackupRefused(tr("{file} cannot be written: {why}", file=str(path), why=why))
    )


def _reading(source: Path) -> AbstractContextManager[None]:
    return file_trouble_as(
        lambda why: BackupRefused(tr("{file} cannot be read: {why}", file=str(source), why=why))
    )
