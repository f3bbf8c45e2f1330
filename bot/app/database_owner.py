"""Whether a database is this bot's: known by the LINE channels of what is live in it (A6)."""

from __future__ import annotations

from bot.app.environment import SettingsWrong
from bot.model.settings import Settings
from bot.model.translatable import TranslatableValue, tr
from bot.operations.channels.holding import AnotherBots, refuse_another_bots
from bot.store.stores import Stores


async def refuse_unless_ours(
    stores: Stores, settings: Settings, whence: TranslatableValue, in_place_of: str = ""
) -> None:
    """Raise `SettingsWrong` where it is another bot's: nothing of it was read, and nothing is written.

    `whence`: what names it; `in_place_of`: the id of a channel of that bot, on purpose. Raises
    `DatabaseUnavailable`, too.
    """
    live = await stores.playbooks.live()
    try:
        await refuse_another_bots(stores, live, settings.channel_ids, in_place_of)
    except AnotherBots as error:
        restored = await stores.restores.last()
        if restored is not None and restored.is_under_way:
            return  # half of a backup is nobody's: it is restored once more, and not opened
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
