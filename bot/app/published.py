"""Which playbook a process serves that starts in production: the published version, from the database."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from bot.app.database import OpenDatabase
from bot.app.live import Live
from bot.app.preloaded_playbook import ReadKept
from bot.app.reload_reports import warn_of_files
from bot.app.start_options import StartOptions
from bot.app.stored_playbooks import ReadingContext, UnpackedPlaybooks, check_channels
from bot.model.published_version import AcceptedPlaybook
from bot.model.translatable import Refusal, tr
from bot.operations.acceptance import TellProblems
from bot.operations.publishing import which
from bot.operations.version_files import StoredFilesUnreadable
from bot.playbook.valid import PlaybookWrong, ValidPlaybook

log = logging.getLogger("oaflow.versions")

PublishFirst = Callable[[ValidPlaybook], Awaitable[AcceptedPlaybook]]
"""Publishes the folder's playbook where none is live yet, after all checks; gives what is live then."""


class NothingToServe(Refusal):
    """The published version cannot be read here, and the files of the folder have mistakes."""

    def __init__(self, live: AcceptedPlaybook, why: StoredFilesUnreadable) -> None:
        super().__init__(
            tr(
                "{live} is live, and cannot be read from the database here, {why}; and the files of this"
                " folder have mistakes: mend them, and publish them",
                live=which(live),
                why=why.message,
            )
        )


async def published(
    opened: OpenDatabase,
    unpacked: UnpackedPlaybooks,
    by: ReadingContext,
    own: ValidPlaybook | PlaybookWrong,
    first: PublishFirst,
    tell: TellProblems,
) -> ValidPlaybook:
    """The live version; on a database without one the folder's `own`, published by `first`.

    Where the live version cannot be read here it is `own`: such a process stores webhooks, decides nothing,
    and says why, until something it can read is published. Raises `NothingToServe` where there is no `own`
    either, `PlaybookWrong` where nothing is live yet, what `first` raises, and `DatabaseUnavailable`.
    """
    live = await opened.stores.playbooks.live()
    if live is None:
        if isinstance(own, PlaybookWrong):
            raise own
        live = await first(own)
    known = None if isinstance(own, PlaybookWrong) else own
    if isinstance(own, PlaybookWrong):
        tell(own.problems, own.sources)
    try:
        found = await unpacked.read(live, by, known)
        check_channels(found.settings.channel_ids, known.settings.channel_ids if known is not None else ())
    except StoredFilesUnreadable as error:
        if known is None:
            raise NothingToServe(live, error) from error
        log.error("%s is live, and cannot be read from the database here: %s", live, error)
        return known
    warn_of_files(live, None if known is None else known.playbook.version)
    return found


def read_published(begun: StartOptions, live: Live) -> ReadKept:
    """The function that reads versions published while this process runs.

    It raises `StoredFilesUnreadable`, also for settings that this process may not serve, and
    `DatabaseUnavailable`.
    """

    async def read(one: AcceptedPlaybook, known: ValidPlaybook | None) -> ValidPlaybook:
        by = ReadingContext(begun.folder, begun.environment, live.settings)
        found = await begun.unpacked.read(one, by, known)
        check_channels(found.settings.channel_ids, live.settings.channel_ids)
        if (why := begun.refused(found.settings)) is not None:
            raise StoredFilesUnreadable(why)  # then `publish` is refused, and the live version goes on
        return found

    return read
