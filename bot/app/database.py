"""Opens the database that a playbook names (`database:`), the embedded one or `mongodb://`, with its keys."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bot.app.database_owner import refuse_other_schema, refuse_unless_ours
from bot.app.environment import SettingsWrong, is_plain, whence
from bot.app.open_mark import OpenMark
from bot.app.playbook_environment import folder_of
from bot.model.audit import AuditEntry
from bot.model.clock import SystemClock
from bot.model.outside import close_outside
from bot.model.processes import PRODUCTION, Pace, pace_of
from bot.model.settings import Settings
from bot.model.translatable import Refusal, Translatable, row, tr
from bot.model.variables import DATA, KEYS_FILE
from bot.playbook.shape.formats import FORMATS
from bot.playbook.syntax.environment import filled, read_dotenv, variables_in
from bot.store.database.mongo import PRETEND, Database, Document, initiate
from bot.store.events.audit import entry_document
from bot.store.mongod.embedded import OWN_NAME, EmbeddedDatabase, is_used
from bot.store.rotation.rotations import NAMED
from bot.store.sealing.keyring import BadKeyFile, BadKeys, KeyRing, load_or_generate, load_private, parse
from bot.store.sealing.keys import WrongKeys, key_use, without_retired
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from bot.store.unavailable import DatabaseUnavailable

EMBEDDED = "embedded"
"""The value of `database:` where none is named: a mongod of our own."""
GENERATED = "generated"
"""The value of `keys:` where the embedded database has a ring of its own, in the file `KEYS`."""
KEYS = "keys"
"""The file of the generated key ring, beside the embedded database."""


@dataclass(frozen=True, slots=True)
class OpenDatabase:
    """A database ready for use."""

    stores: Stores
    embedded: EmbeddedDatabase | None
    """The mongod of our own; `None` where the database is named by `mongodb://`."""
    process: str
    """This process's id in the database."""
    seal: Seal
    read_ring: Callable[[], KeyRing]
    """Reads the key ring from its file, or from `.env`, as it is now."""
    keys_file: Path | None
    """The file of the key ring: that of `OAFLOW_KEYS_FILE`, or one beside the embedded database; `None` where
    `OAFLOW_KEYS` holds the ring itself."""
    mark: OpenMark
    """Says in the database that this process has it open."""
    environment: Mapping[str, str] = field(repr=False)
    """The variables by which it was opened."""
    pretend: str | None = None
    """The name of the database of a simulator's people; `None`: the people are real."""
    others: list[Stores] = field(default_factory=list)
    """The stores of simulators' databases on the same mongod, once `everywhere` was called."""

    @property
    def database(self) -> Database:
        """The connection itself."""
        return self.stores.database

    def gone(self, process: str) -> bool:
        """Whether this machine knows that another process of the same database has ended."""
        return self.embedded is not None and not self.embedded.is_alive(process)

    async def close(self) -> None:
        """Disconnect; the last one to leave stops the embedded mongod. Pretend people are gone with it."""
        await self.mark.remove()
        if self.pretend is not None:
            with suppress(DatabaseUnavailable):  # then the next one to come removes it
                await self.database.drop(self.pretend)
        for stores in (self.stores, *self.others):
            stores.database.close()
        if self.embedded is not None:
            await self.embedded.leave()

    async def everywhere(self) -> list[Stores]:
        """The stores of this database, then those of the simulators that run on the same embedded mongod."""
        if self.embedded is None:
            return [self.stores]
        if not self.others:
            uri = self.embedded.uri
            alive = [name for name in await self.database.names() if _is_alive(name, self.embedded)]
            plain = self.database.is_plain
            self.others.extend(stores_of(Database(uri, name, plain=plain), self.seal) for name in alive)
            for one in self.others:
                await refuse_other_schema(one.database)
        return [self.stores, *self.others]


def _is_alive(name: str, embedded: EmbeddedDatabase) -> bool:
    return name.startswith(PRETEND) and embedded.is_alive(name.removeprefix(PRETEND))


def data_folder(folder: Path, environment: Mapping[str, str]) -> Path:
    """The folder of a playbook's embedded database."""
    return Path(environment.get(DATA) or folder / OWN_NAME)


def is_in_use(settings: Settings, playbook: Path, environment: Mapping[str, str]) -> bool:
    """Whether a process uses a playbook's embedded database just now; nothing is started to find out."""
    if settings.database != EMBEDDED:
        return False
    return is_used(data_folder(folder_of(playbook), environment))


async def open_database(
    settings: Settings,
    folder: Path,
    environment: Mapping[str, str],
    process: str,
    *,
    pretend: bool = False,
    by: str = "",
    patience: float | None = None,
    ends_with_us: bool = False,
    in_place_of: str = "",
) -> OpenDatabase:
    """Connect, start or join what the playbook names as `database:`; check its schema, that it is no other
    bot's, and the keys.

    `pretend`: a database of its own for the people of a simulator, on an embedded mongod only: a simulator's
    clock is moved, which must not change the ages and timers of real people. `by` is the actor for the audit
    log where the key ring has keys that are new to the database. `patience`: seconds for which later commands
    wait for a primary, where the mongod is not the embedded one. `ends_with_us`: an embedded mongod ends with
    this process. `in_place_of`: the id of a channel of another bot, whose database is opened on purpose.

    Raises `SettingsWrong` (what is written is wrong) or `DatabaseUnavailable` (it is away).
    """
    pace, plain = _pace(environment), is_plain(environment)
    uri, embedded = await _address(settings, folder, environment, ends_with_us=ends_with_us)
    name: str | None = None
    database, mark = None, None
    if embedded is not None:
        process = embedded.client_id
        name = f"{PRETEND}{process}" if pretend else None

    def read_ring() -> KeyRing:
        return _ring(settings, folder, environment, anew=True)

    try:
        ring = _ring(settings, folder, environment)
        database = Database(uri, name, plain=plain)
        await (database.ready() if embedded is None else embedded.until_it_answers(database.ready))
        if embedded is None and patience is not None:  # a wrong address was reported at once
            database.close()
            database = Database(uri, name, patience=patience, plain=plain)
        if pretend and embedded is not None:
            await _forget_the_dead(database, embedded)
        seal = Seal(ring)
        stores = stores_of(database, seal, process, embedded, pace)
        await database.check_rights()
        await refuse_other_schema(database, is_new=pretend)
        named = whence(settings, folder, environment, "database")
        await refuse_unless_ours(stores, settings, named, in_place_of)
        mark = OpenMark(stores.restores, process)
        await mark.set()
        await _go_by_restore(stores)
        await database.prepare()
        on_new_keys = None if pretend else partial(_keys_added, by, seal)
        await stores.register.check(ring, on_new_keys)
        rotation = await stores.rotations.state()
        alone = rotation is not None and rotation.number >= NAMED
        known = await stores.register.known()
        living = without_retired(ring, known)
        seal.take(living, key_use(living, known, alone=alone))
    except BaseException as error:
        if mark is not None:
            await mark.remove()
        if database is not None:
            database.close()
        if embedded is not None:
            await embedded.leave()
        if isinstance(error, WrongKeys):
            raise SettingsWrong(_with_whence(error, settings, folder, environment)) from error
        raise
    file = _keys_file(folder, environment) if settings.keys == GENERATED else None
    return OpenDatabase(stores, embedded, process, seal, read_ring, file, mark, environment, name)


async def _address(
    settings: Settings, folder: Path, environment: Mapping[str, str], *, ends_with_us: bool = False
) -> tuple[str, EmbeddedDatabase | None]:
    """The database's `mongodb://` address, and the embedded mongod, started or joined, if it is that."""
    address = settings.database
    written, variables = settings.written.get(("database",)), {**read_dotenv(folder)[0], **environment}
    if written is not None and filled(written.text, variables) is None:
        unset = row([name for name in variables_in(written.text) if not variables.get(name)])
        raise SettingsWrong(tr("database: which one is meant is open, for {unset} is not set", unset=unset))
    if address == EMBEDDED:
        embedded = EmbeddedDatabase(data_folder(folder, environment), initiate, ends_with_us=ends_with_us)
        await embedded.start_or_join()
        return embedded.uri, embedded
    if (fault := FORMATS["database"](address)) is not None:
        where = whence(settings, folder, environment, "database")
        raise SettingsWrong(tr("database: {fault}; it is that of {whence}", fault=fault.says, whence=where))
    return address, None


async def _go_by_restore(stores: Stores) -> None:
    """Raise `SettingsWrong` where a restore has not ended; forbid calls outside from a copy for trying."""
    restored = await stores.restores.last()
    if restored is not None and restored.is_under_way:
        raise SettingsWrong(
            tr(
                "a restore into this database has not ended: it goes on, or it was broken off and has to be"
                " done once more"
            )
        )
    close_outside(restored is not None and restored.staging)


@asynccontextmanager
async def database_to_restore(
    settings: Settings, folder: Path, environment: Mapping[str, str], *, in_place_of: str = ""
) -> AsyncIterator[tuple[Database, KeyRing]]:
    """The database as it is, to be filled from a backup, and its keys; nothing is prepared in it, but an
    empty one gets the number of its schema.

    `in_place_of` as in `open_database`. Raises `SettingsWrong` and `DatabaseUnavailable`.
    """
    ring = ring_for_backup(settings, folder, environment)
    if is_in_use(settings, folder, environment):
        raise SettingsWrong(tr("a process runs on this database: stop all of them first"))
    uri, embedded = await _address(settings, folder, environment)
    database = Database(uri)
    try:
        await (database.ready() if embedded is None else embedded.until_it_answers(database.ready))
        await refuse_other_schema(database)
        named = whence(settings, folder, environment, "database")
        await refuse_unless_ours(stores_of(database, Seal(ring)), settings, named, in_place_of)
        yield database, ring
    finally:
        database.close()
        if embedded is not None:
            await embedded.leave()


def _keys_added(by: str, seal: Seal, names: Sequence[str]) -> Document:
    about = " ".join(sorted(names))
    return entry_document(
        AuditEntry("keys_added", by, SystemClock().now(), about, id=f"keys_added:{about}"), seal
    )


async def _forget_the_dead(database: Database, embedded: EmbeddedDatabase) -> None:
    """Drop the databases of simulators whose processes were killed."""
    for name in await database.names():
        if name.startswith(PRETEND) and not _is_alive(name, embedded):
            await database.drop(name)


def _ring(
    settings: Settings,
    folder: Path,
    environment: Mapping[str, str],
    *,
    anew: bool = False,
) -> KeyRing:
    """The keys of this database; `anew`: read again from `.env`. Raises `SettingsWrong`, which names the
    variable or file that the keys come from."""
    named = environment.get(KEYS_FILE)
    if named and settings.keys != GENERATED:
        raise SettingsWrong(
            tr(
                "{name} is set, and so are keys elsewhere ({whence}): leave one out",
                name=KEYS_FILE,
                whence=whence(settings, folder, environment),
            )
        )
    if settings.keys == GENERATED and settings.database != EMBEDDED and not named:
        raise SettingsWrong(
            tr(
                "a database of its own needs keys that you keep yourself. Of one that is restored or moved"
                " they are those of its backup; of a new one make them with\n"
                '    export OAFLOW_KEYS="$(oaflow keys new)"\n'
                "or in a file of mode 600 that OAFLOW_KEYS_FILE names, and keep a copy: without them nobody"
                " can read what is sealed"
            )
        )
    try:
        if settings.keys == GENERATED:
            file = _keys_file(folder, environment)
            return load_private(file) if named else load_or_generate(file)
        written = settings.written.get(("keys",))
        now = None
        if anew and written is not None:
            now = filled(written.text, {**read_dotenv(folder)[0], **environment})
        return parse(settings.keys if now is None else now)
    except BadKeyFile as error:
        raise SettingsWrong(error.message) from error
    except BadKeys as error:
        raise SettingsWrong(_with_whence(error, settings, folder, environment)) from error


def ring_for_backup(settings: Settings, folder: Path, environment: Mapping[str, str]) -> KeyRing:
    """The keys of this database, without generating any. Raises `SettingsWrong`."""
    file = _keys_file(folder, environment)
    if settings.keys == GENERATED and settings.database == EMBEDDED and not file.exists():
        raise SettingsWrong(
            tr(
                "there are no keys in {file}: put those there that the backup was made with",
                file=str(file),
            )
        )
    return _ring(settings, folder, environment)


def _keys_file(folder: Path, environment: Mapping[str, str]) -> Path:
    """The file of the key ring, where no variable holds the ring itself."""
    named = environment.get(KEYS_FILE)
    return Path(named).resolve() if named else data_folder(folder, environment) / KEYS


def _with_whence(
    error: Refusal, settings: Settings, folder: Path, environment: Mapping[str, str]
) -> Translatable:
    """The message of a wrong key, with the variable or file that it comes from."""
    is_ours = settings.keys == GENERATED
    named = str(_keys_file(folder, environment)) if is_ours else whence(settings, folder, environment)
    return tr("keys: {why}; they are those of {whence}", why=error.message, whence=named)


def _pace(environment: Mapping[str, str]) -> Pace:
    """The length of this process's leases, and how often it renews them; a variable sets it in tests.

    Raises `SettingsWrong`.
    """
    if (words := environment.get("OAFLOW_TEST_PACE")) is None:
        return PRODUCTION
    try:
        return pace_of(words)
    except ValueError as error:
        raise SettingsWrong(tr("OAFLOW_TEST_PACE: {why}; unset it", why=str(error))) from error
