"""A command on the database of a playbook: what was written, and what it needs to be carried out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments, Run
from bot.cli.dates import to_the_second
from bot.cli.exit_codes import RIGHT
from bot.cli.on_database import on_database, people_stores
from bot.cli.operator import commander
from bot.cli.playbook_folder import folder_and_words
from bot.cli.refusal import note
from bot.engine.compiled.playbook import Playbook
from bot.model.translatable import Language, Translatable, TranslatableValue
from bot.playbook.valid import ValidPlaybook
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class CommandOrder:
    """A command: its words behind the playbook's `folder`, its options, and the database it is about."""

    opened: OpenDatabase
    served: ValidPlaybook
    folder: Path
    words: Sequence[str]
    options: Arguments
    speech: Language

    @property
    def playbook(self) -> Playbook:
        """The playbook that is served."""
        return self.served.playbook

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the team."""
        return self.served.playbook.zone

    @property
    def name(self) -> str | None:
        """All words as one, `None` where there are none: a name may have spaces, and so may a phone."""
        return " ".join(self.words) or None

    @property
    def by(self) -> str:
        """Who gives it, for the audit log."""
        return commander(vars(self.options).get("by"))

    async def people(self) -> Stores:
        """Whose data it is about: real people's, or those of a running simulator, which is told."""
        return await people_stores(self.opened, self.speech)

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

    def note(self, message: Translatable) -> None:
        """A line on stderr that is no part of the answer."""
        note(message, self.speech)


Carry = Callable[[CommandOrder], Awaitable[int | None]]
"""Does what is asked, and prints what came of it; the exit code where that is not 0. Raises `Refusal`."""
Check = Callable[[Sequence[str], Arguments], None]
"""Looks at the words and options before any database is opened. Raises `Refusal`."""


def carried_out(
    *, drafts: bool = False, at_line: bool = False, check: Check | None = None
) -> Callable[[Carry], Run]:
    """Makes what a command runs of what carries out its order; `drafts` and `at_line` as in `served_here`."""

    def of(carry: Carry) -> Run:
        @wraps(carry)
        def run(wanted: Arguments, speech: Language) -> int:
            code = RIGHT
            folder, words = (wanted.playbook, ()) if "playbook" in wanted else folder_and_words(wanted.words)
            if check is not None:
                check(words, wanted)

            async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
                nonlocal code
                code = await carry(CommandOrder(opened, served, folder, words, wanted, speech)) or RIGHT

            on_database(folder, work, drafts=drafts, at_line=at_line)
            return code

        return run

    return of
