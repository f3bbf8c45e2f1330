"""The keys that seal a database: which there are, what is sealed by which, a new one, an old one taken out.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Literal

from bot.model.audit import AuditEntry
from bot.model.clock import Clock
from bot.model.translatable import Quoted, Refusal, Translatable, row, tr
from bot.operations.audit_trail import audited
from bot.store.counters.rate_limits import LONGEST
from bot.store.mongod.file_lock import FileLock
from bot.store.rotation.resealing import SealedBy
from bot.store.rotation.rotations import RotationState
from bot.store.sealing.keyring import KeyRing, append_copy, index_name, kind_and_id, parse, replace_file
from bot.store.sealing.keys import StoredKey, key_use
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores

RETIRED = "keys.retired"
"""Beside a file of keys: the rings as they were before keys were taken out, for backups of that time."""


class KeysRefused(Refusal):
    """It is not done; the sentence says why."""


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key: of the ring (`here`), known to the database; `used` for what is written now.

    `values` are sealed with it, or hashed; `None`: they were not counted. `counts` are hashes of what is only
    counted, and forgotten within days.
    """

    name: str
    kind: Literal["seal", "index"]
    used: bool
    here: bool
    retired: bool
    values: int | None = None
    counts: int = 0


async def listed(
    stores: Stores, seal: Seal, found: SealedBy | None
) -> tuple[list[ListedKey], RotationState | None]:
    """All keys, and how far the last rotation is; with what was `found` when all was counted."""
    known = await stores.register.known()
    names = dict.fromkeys((*seal.ring.fingerprints(), *known))
    for counter, named in ((found.sealed, str), (found.hashed, index_name)) if found is not None else ():
        names |= dict.fromkeys(map(named, counter))
    used = {seal.used.sealing, index_name(seal.used.indexing)}
    here = seal.ring.fingerprints().keys()
    keys = []
    for name in names:
        kind, key_id = kind_and_id(name)
        values = None if found is None else _values(name, found)
        counts = found.counted[key_id] if found is not None and kind == "index" else 0
        is_retired = name in known and known[name].retired
        keys.append(ListedKey(name, kind, name in used, name in here, is_retired, values, counts))
    return keys, await stores.rotations.state()


def count(stores: Stores, now: datetime) -> AsyncIterator[SealedBy]:
    """Look at everything that is sealed: how much by which key; `tell` gets the figures on the way."""
    return stores.resealer.count(now)


def widen(file: Path) -> tuple[KeyRing, str]:
    """Put a new key of either kind into a file of keys, behind the others; the ring, and their id.

    Nothing is sealed with them before a rotation says so. Raises `KeysRefused` where another does it.
    """
    with _exclusive(file):
        ring, key_id = _ring_in(file).with_new()
        replace_file(file, ring)
    return ring, key_id


async def begin(stores: Stores, ring: KeyRing, to: str, actor: str, clock: Clock) -> None:
    """Begin to rotate to the keys of this id. Raises `KeysRefused`, and `WrongKeys`."""
    if to not in ring.seal:
        raise KeysRefused(tr("the ring has no key {key}", key=Quoted(to)))
    await stores.register.check(ring)
    known = await stores.register.known()
    if to in known and (known[to].turn or known[to].retired):
        raise KeysRefused(tr("the key {key} was used before: rotate to a new one", key=Quoted(to)))
    now = clock.now()
    before = key_use(ring, known).sealing
    names = {to, index_name(to)}
    new = {name: print_ for name, print_ in ring.fingerprints().items() if name in names}
    async with audited(stores, AuditEntry("keys_rotated", actor, now, before=before, after=to)):
        if not await stores.rotations.begin(to, actor, now, partial(stores.register.enter, new)):
            raise KeysRefused(tr("another rotation is under way"))


async def retired(
    stores: Stores, ring: KeyRing, file: Path | None, actor: str, clock: Clock
) -> tuple[KeyRing, Sequence[str]]:
    """Take all keys out that nothing is sealed with any more; the ring without them, and their names.

    `ring` is that of `OAFLOW_KEYS`, where no `file` has the keys: the file is read anew, and written, with a
    copy of how it was beside it. What was retired before, by who was killed in between, is taken out as well.
    It is counted first, which takes minutes: what is used is read anew after it. Raises `KeysRefused`.
    """
    before = await _last_rotation(stores)
    *_, found = [found async for found in count(stores, clock.now())]
    with _exclusive(file):
        ring = ring if file is None else _ring_in(file)
        if await _last_rotation(stores) != before:
            raise KeysRefused(tr("the keys were rotated while it was counted: count once more"))
        known = await stores.register.known()
        old = _old(ring, known)
        gone = [*old, *(name for name in ring.fingerprints() if name in known and known[name].retired)]
        if not gone:
            raise KeysRefused(tr("there is no old key"))
        if left := [_left(name, found) for name in old if _values(name, found)]:
            raise KeysRefused(
                tr(
                    "{left}: rotate once more, or wait for one-time codes and reservations to lapse",
                    left=row(left, "and"),
                )
            )
        now = clock.now()
        await _no_limit_begins_afresh(stores, old, now)
        ring = ring.without(gone)
        async with audited(stores, AuditEntry("keys_retired", actor, now, " ".join(gone))):
            await stores.register.retire(old)
            if file is not None:
                append_copy(file, file.with_name(RETIRED))
                replace_file(file, ring)
    return ring, gone


async def _no_limit_begins_afresh(stores: Stores, old: Sequence[str], now: datetime) -> None:
    """Since the last rotation was done everybody counts by the new key, too; before that by the old alone.

    Raises `KeysRefused` while something of before still counts.
    """
    state = await stores.rotations.state()
    since = now if state is None or state.ended is None else state.ended
    indexes = {key_id for kind, key_id in map(kind_and_id, old) if kind == "index"}
    last = await stores.resealer.last_counted(indexes, now - LONGEST, since)
    if last is not None:
        at = f"{(last + LONGEST).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        raise KeysRefused(
            tr(
                "limits of one-time codes or guesses would begin afresh: wait until {at}, when they end",
                at=at,
            )
        )


async def _last_rotation(stores: Stores) -> tuple[str, int]:
    """To which keys the last one was, and which turn is the highest. Raises `KeysRefused` during one."""
    state = await stores.rotations.state()
    if state is not None and state.step != "done":
        raise KeysRefused(tr("a rotation is under way: wait until it is done"))
    return "" if state is None else state.to, _highest_turn(await stores.register.known())


def _highest_turn(known: Mapping[str, StoredKey]) -> int:
    return max((key.turn for key in known.values()), default=0)


def _old(ring: KeyRing, known: Mapping[str, StoredKey]) -> list[str]:
    """The keys that were used and are no more: no spare one for the next time, never the newest."""
    use = key_use(ring, known)
    order = list(ring.fingerprints())
    newest = _highest_turn(known)

    def is_old(name: str) -> bool:
        key = known.get(name, StoredKey(""))
        used = index_name(use.indexing) if kind_and_id(name)[0] == "index" else use.sealing
        if name == used or key.retired or 0 < key.turn == newest:
            return False
        return key.turn > 0 or (name in order and order.index(name) < order.index(used))

    return [name for name in dict.fromkeys((*known, *order)) if is_old(name)]


@contextmanager
def _exclusive(file: Path | None) -> Iterator[None]:
    """Raises `KeysRefused` where another does."""
    if file is None:
        yield
        return
    lock = FileLock(file.with_name(f"{file.name}.lock"))
    if not lock.acquire():
        raise KeysRefused(tr("another process changes the keys just now"))
    try:
        yield
    finally:
        lock.release()


def _values(name: str, found: SealedBy) -> int:
    kind, key_id = kind_and_id(name)
    return found.hashed[key_id] if kind == "index" else found.sealed[key_id]


def _left(name: str, found: SealedBy) -> Translatable:
    return tr("{number} values are still sealed by {key}", number=_values(name, found), key=Quoted(name))


def _ring_in(file: Path) -> KeyRing:
    return parse(file.read_text("utf-8"))
