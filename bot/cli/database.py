"""Which database, with which keys: the embedded one, or `mongodb://`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.model.settings import Settings
from bot.runtime.process import Stores
from bot.store.arrivals import Arrivals
from bot.store.contacts import Contacts
from bot.store.embedded import EmbeddedDatabase
from bot.store.inbox import Inbox
from bot.store.journal import Journal
from bot.store.keyring import BadKeys, KeyRing, load_or_generate, parse
from bot.store.keys import KeyRegister, WrongKeys
from bot.store.leases import Leases
from bot.store.mongo import Database, initiate
from bot.store.seal import Seal


class SettingsWrong(Exception):
    """The settings of database and keys do not fit; the message says how to mend them."""


@dataclass(frozen=True, slots=True)
class OpenDatabase:
    """A database ready for use. `process` is this process's id in it."""

    database: Database
    embedded: EmbeddedDatabase | None
    stores: Stores
    process: str

    def gone(self, process: str) -> bool:
        """Whether this machine knows that another process of the same database has ended."""
        return self.embedded is not None and not self.embedded.is_alive(process)

    async def close(self) -> None:
        """Disconnect; the last one to leave stops the embedded mongod."""
        self.database.close()
        if self.embedded is not None:
            await self.embedded.leave()


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
    settings: Settings, folder: Path, environment: Mapping[str, str], process: str
) -> OpenDatabase:
    """Connect, start or join what the playbook names as `database:`, and check the keys.

    Raises `SettingsWrong` (what is written is wrong) or `DatabaseUnavailable` (it cannot be had).
    """
    address, keys = settings.database, settings.keys
    embedded: EmbeddedDatabase | None = None
    if address == "embedded":
        data = Path(environment.get("OAFLOW_DATA") or folder / ".oaflow")
        embedded = EmbeddedDatabase(data, initiate)
        process = embedded.client_id
        await embedded.start_or_join()
        uri, ring = embedded.uri, _embedded_keys(keys, data)
    elif address.startswith(("mongodb://", "mongodb+srv://")):
        uri, ring = address, _given_keys(keys)
    else:
        raise SettingsWrong('database: is neither "embedded" nor an address that begins with mongodb://')
    try:
        database = Database(uri)
        await database.ping()
        await database.prepare()
        await KeyRegister(database).check(ring.fingerprints())
    except WrongKeys as error:
        await _leave(embedded)
        raise SettingsWrong(str(error)) from error
    except BaseException:
        await _leave(embedded)
        raise
    return OpenDatabase(database, embedded, _stores(database, embedded, Seal(ring), process), process)


async def _leave(embedded: EmbeddedDatabase | None) -> None:
    if embedded is not None:
        await embedded.leave()


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
