"""Which MongoDB the embedded one is, and whether it is still mended: told where strangers reach the bot."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import date

from yarl import URL

from bot.app.start_options import StartOptions
from bot.line.objects.addresses import is_loopback
from bot.model.said import Said, say
from bot.store.mongod.support import support_ended
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow")


async def tell_of_database(begun: StartOptions, today: date) -> None:
    """One line of the log; none for a database of one's own, or a bot that only this machine reaches."""
    if begun.opened.embedded is None or begun.simulator:
        return
    if not is_reachable(begun.address, begun.public, begun.proxies):
        return
    with suppress(DatabaseUnavailable):  # that it is away is told by who watches it
        version = await begun.opened.database.version()
        level, said = age_of(version, today)
        log.log(level, "%s", said)


def is_reachable(address: str, public: str, proxies: int) -> bool:
    """Whether others than this machine reach a bot that listens at `address`, calls itself `public`, and has
    so many `proxies` in front."""
    return proxies > 0 or not all(is_loopback(URL(one).host) for one in (address, public))


def age_of(version: str, today: date) -> tuple[int, Said]:
    """What is to be told of this version, and how urgent that is (a level of `logging`)."""
    if (ended := support_ended(version, today)) is None:
        return logging.INFO, say("the embedded database is MongoDB {version}", version=version)
    return logging.WARNING, say(
        "the embedded database is MongoDB {version}, whose support ended on {ended}: holes found since then"
        " are not mended in it. Only this user reaches it, by a socket; a bot that the world reaches is"
        " better off with  database: mongodb://…  and a version that is supported",
        version=version,
        ended=ended.isoformat(),
    )
