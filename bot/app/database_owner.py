"""Whether a database is ours: by the number of its schema, and the LINE channels of what is live (A6)."""

from __future__ import annotations

from bot.app.environment import SettingsWrong
from bot.model.settings import Settings
from bot.model.translatable import TranslatableValue, tr
from bot.operations.channels.holding import AnotherBots, refuse_another_bots
from bot.store.database.mongo import Database
from bot.store.schema import SCHEMA, stored_schema
from bot.store.stores import Stores


async def refuse_unless_ours(
    stores: Stores, settings: Settings, whence: TranslatableValue, in_place_of: str = ""
) -> None:
    """Raise `SettingsWrong` where the database is another bot's: none of its channels is ours.

    Call it before data are read or written. `whence`: the variable or file that names the database.
    `in_place_of`: the id of a channel of the other bot, which allows this on purpose. A database in the
    middle of a restore passes. Raises `DatabaseUnavailable`, too.
    """
    live = await stores.playbooks.live()
    try:
        await refuse_another_bots(stores, live, settings.channel_ids, in_place_of)
    except AnotherBots as error:
        restored = await stores.restores.last()
        if restored is not None and restored.is_under_way:
            # half of a backup: let through, so that it can be restored once more; `open_database` refuses it
            # next, to all others
            return
        raise SettingsWrong(
            tr(
                "{why}; it is that of {whence}\n= hint: name another one there (mongodb://…/NAME, or for the"
                " embedded one another OAFLOW_DATA); a bot that changes all its channels is published once"
                " with the old and the new ones; where this bot is to have the database of that one: "
                " --instead-of {id}  of oaflow publish and restore",
                why=error.message,
                whence=whence,
                id=error.channel,
            )
        ) from error


async def refuse_other_schema(database: Database, *, is_new: bool = False) -> None:
    """Raise `SettingsWrong` where the database has another schema number than this version of oaflow.

    A database without data gets our number; `is_new`: it has none surely. Raises `DatabaseUnavailable`, too.
    """
    found = await stored_schema(database, is_new=is_new)
    if found is None:
        raise SettingsWrong(
            tr(
                "a development version has stored what is in the database {name}, and no release reads that"
                "\n= hint: begin with a new database: name another one (mongodb://…/NAME, or for the embedded"
                " one another OAFLOW_DATA)",
                name=database.name,
            )
        )
    if found != SCHEMA:
        raise SettingsWrong(
            tr(
                "what is in the database {name} has the schema {theirs}, and this oaflow has {ours}\n= hint:"
                " start the version of oaflow that has stored it, or begin with a new database: name another"
                " one (mongodb://…/NAME, or for the embedded one another OAFLOW_DATA)",
                name=database.name,
                theirs=str(found),
                ours=str(SCHEMA),
            )
        )
