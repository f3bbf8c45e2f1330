"""What is known of the accounts of a folder before LINE is asked, for commands about their set-up."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.app.addresses import line_api, public_address
from bot.app.environment import SettingsWrong
from bot.app.playbook_environment import environment_of
from bot.cli.database_settings import load_settings
from bot.cli.on_database import database_of
from bot.cli.own_address import as_simulated, last_played, only_simulator, simulator_of
from bot.cli.refusal import UsageWrong, note
from bot.model.translatable import Language, Quoted, row, tr
from bot.operations.doctor.examine import Surroundings
from bot.store.unavailable import DatabaseUnavailable


@asynccontextmanager
async def surroundings(
    folder: Path, speech: Language, *, refusable: bool = False
) -> AsyncIterator[Surroundings]:
    """What is known of a folder, also without its database, and with mistakes in its files.

    Raises `SettingsWrong` where the database may not be used, unless that is part of what is asked
    (`refusable`).
    """
    loaded, environment = load_settings(folder), environment_of(folder, os.environ)
    bare = Surroundings(
        loaded.settings,
        loaded.playbook,
        line_api(environment),
        public_address(environment),
        datetime.now(UTC),
        embedded=loaded.settings.database == "embedded",
        mistakes=sum(one.level == "error" for one in loaded.problems),
    )
    async with AsyncExitStack() as stack:
        try:
            opened = await stack.enter_async_context(database_of(folder, loaded.settings))
            simulated = await only_simulator(opened)
        except (DatabaseUnavailable, SettingsWrong) as error:
            if isinstance(error, SettingsWrong) and not refusable:
                raise
            yield replace(bare, no_database=error.message)
            return
        if simulated is None:
            yield replace(bare, stores=opened.stores)
            return
        note(tr("this is the simulator's LINE, with its pretend accounts"), speech)
        serving = await simulator_of(simulated)
        if loaded.playbook is None:
            served = await stack.enter_async_context(last_played(opened, folder, loaded, simulated))
        else:
            served = as_simulated(folder, serving)
        yield replace(
            bare,
            settings=served.settings,
            playbook=served.playbook,
            api=serving.line,
            public=served.playbook.public,
            stores=simulated,
            is_simulated=True,
        )


def named_channels(around: Surroundings, words: Sequence[str]) -> Sequence[str]:
    """The one that is named, or all. Raises `UsageWrong`."""
    known = list(around.settings.channels)
    if not words:
        if not known:
            raise UsageWrong(tr("bot.yaml names no channel that can be read: oaflow check"))
        return known
    name = " ".join(words)
    if name not in known:
        raise UsageWrong(tr("no channel {name}; there are {known}", name=Quoted(name), known=row(known)))
    return [name]
