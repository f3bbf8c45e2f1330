"""Which database, with which keys: the embedded one, or `mongodb://`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.model.settings import Settings
from bot.runtime.given import Stores
from bot.store.arrivals import Arrivals
from bot.store.contacts import Contacts
from bot.store.embedded import EmbeddedDatabase
from bot.store.inbox import Inbox
from bot.store.journal import Journal
from bot.store.keyring import BadKeys, KeyRing, load_or_generate, parse
from bot.store.keys import KeyRegister, WrongKeys
from bot.store.leases import Leases
from bot.store.mongo import DATABASE, Database, initiate
from bot.store.seal import Seal
from bot.store.unavailable import DatabaseUnavailable


class SettingsWrong(Exception):
    """The settings of database and keys do not fit; the message says how to mend them."""


PRETEND = "pretend_"
"""What the database of pretend people is called, before the id of the process whose it is."""


@dataclass(frozen=True, slots=True)
class OpenDatabase:
    """A database ready for use. `process` is this process's id in it, `pretend` the name of a pretend one."""

    database: Database
    embedded: EmbeddedDatabase | None
    stores: Stores
    process: str
    journal: Journal
    """What happened and why, to be read."""
    seal: Seal
    keys: KeyRing
    pretend: str | None = None
    others: list[Database] = field(default_factory=list)
    """Those of simulators, once they were asked for."""

    def gone(self, process: str) -> bool:
        """Whether this machine knows that another process of the same database has ended."""
        return self.embedded is not None and not self.embedded.is_alive(process)

    async def close(self) -> None:
        """Disconnect; the last one to leave stops the embedded mongod. Pretend people are gone with it."""
        if self.pretend is not None:
            with suppress(DatabaseUnavailable):  # then the next one to come removes it
                await self.database.drop(self.pretend)
        for database in (self.database, *self.others):
            database.close()
        if self.embedded is not None:
            await self.embedded.leave()

    async def databases(self) -> list[Database]:
        """This one, then those of the pretend people of the simulators that run just now on its folder."""
        if self.embedded is None:
            return [self.database]
        if not self.others:
            alive = [name for name in await self.database.names() if _is_alive(name, self.embedded)]
            self.others.extend(Database(self.embedded.uri, name) for name in alive)
        return [self.database, *self.others]


def _is_alive(name: str, embedded: EmbeddedDatabase) -> bool:
    return name.startswith(PRETEND) and embedded.is_alive(name.removeprefix(PRETEND))


class _Health:
    def __init__(self, database: Database, embedded: EmbeddedDatabase | None) -> None:
        self._database = database
        self._embedded = embedded

    async def ping(self) -> None:
        await self._database.ping()

    async def repair(self) -> None:
        if self._embedded is not None:
            await self._embedded.ensure()


def folder_of(playbook: Path) -> Path:
    """The folder of a playbook that is named by it, or by its `bot.yaml`."""
    return playbook.parent if playbook.is_file() else playbook


async def open_database(
    settings: Settings, folder: Path, environment: Mapping[str, str], process: str, *, pretend: bool = False
) -> OpenDatabase:
    """Connect, start or join what the playbook names as `database:`, and check the keys.

    `pretend`: a database of its own for the people of a simulator, in the embedded one only: its clock is
    moved, and real people must not grow older by that. Raises `SettingsWrong` (what is written is wrong) or
    `DatabaseUnavailable` (it cannot be had).
    """
    address, keys = settings.database, settings.keys
    embedded: EmbeddedDatabase | None = None
    name = DATABASE
    if address == "embedded":
        data = Path(environment.get("OAFLOW_DATA") or folder / ".oaflow")
        embedded = EmbeddedDatabase(data, initiate)
        process = embedded.client_id
        await embedded.start_or_join()
        uri, ring = embedded.uri, _embedded_keys(keys, data)
        name = f"{PRETEND}{process}" if pretend else DATABASE
    elif address.startswith(("mongodb://", "mongodb+srv://")):
        uri, ring = address, _given_keys(keys)
    else:
        raise SettingsWrong('database: is neither "embedded" nor an address that begins with mongodb://')
    database = None
    try:
        database = Database(uri, name)
        await database.ping()
        if pretend and embedded is not None:
            await _forget_the_dead(database, embedded)
        await database.prepare()
        await KeyRegister(database).check(ring.fingerprints())
    except BaseException as error:
        if database is not None:
            database.close()
        if embedded is not None:
            await embedded.leave()
        if isinstance(error, WrongKeys):
            raise SettingsWrong(str(error)) from error
        raise
    seal = Seal(ring)
    stores = _stores(database, embedded, seal, process)
    own = name if pretend else None
    return OpenDatabase(database, embedded, stores, process, Journal(database, seal), seal, ring, own)


async def _forget_the_dead(database: Database, embedded: EmbeddedDatabase) -> None:
    """Remove what processes left behind that were killed."""
    for name in await database.names():
        if name.startswith(PRETEND) and not _is_alive(name, embedded):
            await database.drop(name)


def _embedded_keys(keys: str, data: Path) -> KeyRing:
    return load_or_generate(data / "keys") if keys == "generated" else _parsed(keys)


def _given_keys(keys: str) -> KeyRing:
    if keys == "generated":
        raise SettingsWrong(
            "a database of its own needs keys that you keep yourself; make them with\n"
            '    export OAFLOW_KEYS="$(oaflow keys new)"\n'
            "and keep a copy: without them nobody can read what is sealed"
        )
    return _parsed(keys)


def _parsed(keys: str) -> KeyRing:
    try:
        return parse(keys)
    except BadKeys as error:
        raise SettingsWrong(f"keys: {error}") from error


def _stores(database: Database, embedded: EmbeddedDatabase | None, seal: Seal, process: str) -> Stores:
    inbox, contacts = Inbox(database, seal), Contacts(database, seal)
    return Stores(
        arrivals=Arrivals(database, inbox, contacts),
        inbox=inbox,
        contacts=contacts,
        journal=Journal(database, seal),
        leases=Leases(database, process),
        health=_Health(database, embedded),
    )
