"""Opens the playbook's database for a command, with the live version, and real or simulated people."""

from __future__ import annotations

import os
import uuid
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bot.app.database import OpenDatabase, open_database
from bot.app.playbook_environment import environment_of, folder_of
from bot.app.published import NothingToServe
from bot.app.stored_playbooks import ReadingContext, read_from_database
from bot.cli.database_settings import load_settings
from bot.cli.event_loop import on_event_loop
from bot.cli.exit_codes import RIGHT
from bot.cli.language import language
from bot.cli.operator import commander
from bot.cli.own_address import last_played, only_simulator
from bot.cli.refusal import note
from bot.model.published_version import AcceptedPlaybook
from bot.model.settings import Settings
from bot.model.translatable import Language, Translatable, tr
from bot.operations.publishing import which
from bot.operations.rollback import STAYS
from bot.operations.version_files import StoredFilesUnreadable
from bot.playbook.load import Loaded
from bot.playbook.valid import PlaybookWrong, ValidPlaybook, valid_playbook
from bot.store.database.mongo import VOTE
from bot.store.stores import Stores

PRETEND = tr("these are the pretend people of the simulator that runs here")
STILL_PLAYED = tr(
    "the files of this folder have mistakes (oaflow check): this goes by what the simulator still plays"
)
Work = Callable[[OpenDatabase, ValidPlaybook], Awaitable[None]]


def on_database(folder: Path, work: Work, *, drafts: bool = False, at_line: bool = False) -> int:
    """Do this on the database of a playbook, with the live version; the exit code.

    `drafts` and `at_line` as in `served_playbook`. Raises what `work` and `served_playbook` do,
    `PlaybookMissing`, `SettingsWrong`, and `PlaybookWrong` where files with mistakes leave open which
    database is meant.
    """
    loaded = load_settings(folder)

    async def opened() -> None:
        async with (
            database_of(folder, loaded.settings) as database,
            served_playbook(database, folder, loaded, drafts=drafts, at_line=at_line) as served,
        ):
            await work(database, served)

    on_event_loop(opened())
    return RIGHT


def add_in_place_of(command: ArgumentParser) -> None:
    """`--instead-of`: the database is another bot's, on purpose."""
    command.add_argument(
        "--instead-of",
        default="",
        metavar="CHANNEL",
        help="although the database is another bot's, with this LINE channel id: this one takes its place",
    )


@asynccontextmanager
async def database_of(folder: Path, settings: Settings, in_place_of: str = "") -> AsyncIterator[OpenDatabase]:
    """The playbook's database, as long as this lasts; a replica set that votes meanwhile is waited for.

    `in_place_of` as in `open_database`. Raises `SettingsWrong` and `DatabaseUnavailable`.
    """
    opened = await open_database(
        *(settings, folder_of(folder), environment_of(folder, os.environ), uuid.uuid4().hex),
        by=commander(),
        patience=VOTE,
        in_place_of=in_place_of,
    )
    try:
        yield opened
    finally:
        await opened.close()


@asynccontextmanager
async def served_playbook(
    opened: OpenDatabase, folder: Path, loaded: Loaded, *, drafts: bool = False, at_line: bool = False
) -> AsyncIterator[ValidPlaybook]:
    """The playbook that a command on people and data goes by: the live version, whatever the folder holds.

    The folder's files, which are `loaded`, are used instead where nothing is live yet; where a simulator
    plays them (it has stores of its own); for `drafts`, which may not be published yet, unless they have
    mistakes, which is noted, or a version was brought back; and where the live version cannot be read here,
    which is noted. A command that changes what everybody sees `at_line` goes by what is live alone, if
    anything is, and notes where the folder holds another. Raises `PlaybookWrong`, `StoredFilesUnreadable`,
    `NothingToServe` and `DatabaseUnavailable`.
    """
    own = None if loaded.playbook is None else valid_playbook(loaded)
    plays = not at_line and len(await opened.everywhere()) > 1
    pretend = await only_simulator(opened) if plays and own is None else None
    if pretend is not None:
        note(STILL_PLAYED, _language(folder_of(folder)))
        async with last_played(opened, folder, loaded, pretend) as found:
            yield found
        return
    live = None if plays else await opened.stores.playbooks.live()
    if live is None or (drafts and own is not None and not live.is_rolled_back):
        if own is None:
            raise PlaybookWrong(loaded.problems, loaded.sources)
        yield own
        return
    by = ReadingContext(folder_of(folder), opened.environment, loaded.settings, "warning")
    if drafts and own is None:
        note(_mistakes(live), _language(by.folder))
    elif at_line and (own is None or own.playbook.version != live.version):
        note(_unpublished(live), _language(by.folder))
    async with _live_or(opened, live, by, own, needed=at_line) as found:
        yield found


@asynccontextmanager
async def _live_or(
    opened: OpenDatabase,
    live: AcceptedPlaybook,
    by: ReadingContext,
    own: ValidPlaybook | None,
    *,
    needed: bool,
) -> AsyncIterator[ValidPlaybook]:
    async with AsyncExitStack() as stack:
        try:
            found = await stack.enter_async_context(read_from_database(opened, live, by, own))
        except StoredFilesUnreadable as error:
            if needed:
                cannot = tr(
                    "{which} cannot be read from the database here, {why}: {stays}",
                    which=which(live),
                    why=error.message,
                    stays=STAYS,
                )
                raise StoredFilesUnreadable(cannot) from error
            if own is None:
                raise NothingToServe(live, error) from error
            why = tr(
                "the live version cannot be read from the database here, {why}: this goes by the files of"
                " this folder",
                why=error.message,
            )
            note(why, _language(by.folder))
            found = own
        yield found


def _mistakes(live: AcceptedPlaybook) -> Translatable:
    return tr(
        "the files of this folder have mistakes (oaflow check): this goes by what is live, {live}",
        live=which(live),
    )


def _unpublished(live: AcceptedPlaybook) -> Translatable:
    return tr(
        "the files of this folder are not published (oaflow publish): this goes by what is live, {live}",
        live=which(live),
    )


def _language(folder: Path) -> Language:
    return language(None, os.environ, folder)


async def people_stores(opened: OpenDatabase, words: Language) -> Stores:
    """The people of the one simulator that runs on this playbook, which is noted; else the real ones."""
    match await opened.everywhere():
        case [_, pretend]:
            note(PRETEND, words)
            return pretend
        case [real, _, *_]:
            note(tr("several simulators run here; these are the real people"), words)
            return real
        case _:
            return opened.stores
