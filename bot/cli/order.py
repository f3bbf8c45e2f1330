"""A command on the database of a playbook: what was written, and what it needs to be carried out."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app.database import OpenDatabase
from bot.app.published import NothingToServe
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments, Run
from bot.cli.database_settings import load_settings
from bot.cli.dates import to_the_second
from bot.cli.event_loop import on_event_loop
from bot.cli.exit_codes import RIGHT
from bot.cli.on_database import database_of, people_stores, served_playbook
from bot.cli.operator import commander
from bot.cli.playbook_folder import folder_and_words
from bot.cli.refusal import note
from bot.engine.compiled.playbook import TAIPEI, Playbook
from bot.model.translatable import Language, Translatable, TranslatableValue, tr
from bot.operations.simulated_time import now_among
from bot.playbook.load import Loaded
from bot.playbook.valid import PlaybookWrong, ValidPlaybook
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class FolderOrder:
    """A command on the database of a `folder`, whose files, `loaded`, may have mistakes.

    `words` are those behind the folder.
    """

    opened: OpenDatabase
    loaded: Loaded
    folder: Path
    words: Sequence[str]
    options: Arguments
    speech: Language

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the team; Taipei's where the files have mistakes."""
        return TAIPEI if self.loaded.playbook is None else self.loaded.playbook.zone

    @property
    def name(self) -> str | None:
        """All words as one, `None` where there are none: a name may have spaces, and so may a phone."""
        return " ".join(self.words) or None

    @property
    def by(self) -> str:
        """Who gives it, for the audit log."""
        return commander(vars(self.options).get("by"))

    async def people(self) -> Stores:
        """The stores of real people, or of those of a running simulator, which is noted on stderr."""
        return await people_stores(self.opened, self.speech)

    async def people_now(self) -> tuple[Stores, datetime]:
        """The same stores, and what time it is for these people."""
        people = await self.people()
        return people, await now_among(people)

    def at(self, moment: datetime) -> str:
        """A moment by the clock of the team."""
        return to_the_second(self.zone)(moment)

    def show(self, payload: object, *lines: TranslatableValue) -> None:
        """Print the answer: as JSON where that is asked for, else the lines."""
        self.show_all(payload, lines)

    def show_all(self, payload: object, lines: Iterable[TranslatableValue]) -> None:
        """The same of many lines."""
        for_programs = bool(vars(self.options).get("json"))
        show_answer(payload, lines, for_programs=for_programs, words=self.speech)

    def show_early(self, line: TranslatableValue) -> None:
        """The same of a line that people get before the others."""
        if not vars(self.options).get("json"):
            self.show(None, line)
            sys.stdout.flush()

    def note(self, message: Translatable) -> None:
        """A line on stderr that is no part of the answer."""
        note(message, self.speech)


@dataclass(frozen=True, slots=True)
class CommandOrder(FolderOrder):
    """A command on the playbook that is `served`, and its people."""

    served: ValidPlaybook

    @property
    def playbook(self) -> Playbook:
        """The playbook that is served."""
        return self.served.playbook

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the team."""
        return self.served.playbook.zone


CarryFolder = Callable[[FolderOrder], Awaitable[int | None]]
"""Carries the command out and prints the answer; the exit code where that is not 0. Raises `Refusal`."""
Carry = Callable[[CommandOrder], Awaitable[int | None]]
"""The same of a command on what is served."""
_HAS_MISTAKES = tr("the playbook has mistakes (oaflow check); what is asked for is done all the same")
Check = Callable[[Sequence[str], Arguments], None]
"""Looks at the words and options before any database is opened. Raises `Refusal`."""


def on_folder(*, check: Check | None = None) -> Callable[[CarryFolder], Run]:
    """Makes what a command runs of what carries out its order, also where the files have mistakes.

    Running it raises `PlaybookMissing`, `SettingsWrong`, `DatabaseUnavailable`, and `PlaybookWrong` where the
    mistakes leave open which database is meant.
    """

    def of(carry: CarryFolder) -> Run:
        @wraps(carry)
        def run(options: Arguments, speech: Language) -> int:
            in_words = "playbook" not in options
            folder, words = folder_and_words(options.words) if in_words else (options.playbook, ())
            if check is not None:
                check(words, options)
            loaded = load_settings(folder)

            async def opened() -> int:
                async with database_of(folder, loaded.settings) as database:
                    order = FolderOrder(database, loaded, folder, words, options, speech)
                    return await carry(order) or RIGHT

            return on_event_loop(opened())

        return run

    return of


def carried_out_anyway(*, check: Check | None = None) -> Callable[[CarryFolder], Run]:
    """The same by the live version; where the files have mistakes, which is noted, by the folder alone."""

    def of(carry: CarryFolder) -> Run:
        @wraps(carry)
        async def by_live(order: FolderOrder) -> int | None:
            async with AsyncExitStack() as stack:
                served = served_playbook(order.opened, order.folder, order.loaded)
                try:
                    found = await stack.enter_async_context(served)
                except (PlaybookWrong, NothingToServe) as error:
                    if isinstance(error, NothingToServe):
                        order.note(error.message)
                    order.note(_HAS_MISTAKES)
                    return await carry(order)
                return await carry(_by(order, found))

        return on_folder(check=check)(by_live)

    return of


def _by(order: FolderOrder, served: ValidPlaybook) -> CommandOrder:
    fields = (order.opened, order.loaded, order.folder, order.words, order.options, order.speech)
    return CommandOrder(*fields, served)


def carried_out(
    *, drafts: bool = False, at_line: bool = False, check: Check | None = None
) -> Callable[[Carry], Run]:
    """The same by the live version; `drafts`, `at_line` and what else is raised as in `served_playbook`."""

    def of(carry: Carry) -> Run:
        @wraps(carry)
        async def by_live(order: FolderOrder) -> int | None:
            about = (order.opened, order.folder, order.loaded)
            async with served_playbook(*about, drafts=drafts, at_line=at_line) as served:
                return await carry(_by(order, served))

        return on_folder(check=check)(by_live)

    return of
