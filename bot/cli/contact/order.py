"""What is asked about somebody, or is to be done, with the playbook and the database that it needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.app.database import OpenDatabase
from bot.cli.arguments import Arguments, Run
from bot.cli.on_database import on_database
from bot.cli.playbook_folder import folder_and_words
from bot.cli.terminal_text import write_out
from bot.engine.compiled.playbook import Playbook
from bot.model.translatable import Language, Translatable, tr
from bot.operations.find_contacts import WHO, ContactAmbiguous, LocatedContact, NotFound, one
from bot.playbook.valid import ValidPlaybook


@dataclass(frozen=True, slots=True)
class ContactOrder:
    """A question or an order: its words, after the playbook's folder, its options, and what it needs."""

    opened: OpenDatabase
    served: ValidPlaybook
    words: Sequence[str]
    options: Arguments
    speech: Language

    @property
    def playbook(self) -> Playbook:
        """The playbook that is served."""
        return self.served.playbook

    @property
    def who(self) -> str:
        """All words as one: a phone may have spaces."""
        return " ".join(self.words)

    async def one(self, who: str | None = None, *, unproven: bool = False) -> LocatedContact:
        """The contact that is meant; to look, also by an `unproven` phone. Raises `NotFound`."""
        everywhere = await self.opened.everywhere()
        try:
            channel = self.options.channel
            return await one(everywhere, self.playbook, who or self.who, channel, unproven=unproven)
        except ContactAmbiguous as error:
            raise NotFound(tr("{why}, or add  --channel NAME", why=error.message)) from error

    def tell(self, message: Translatable) -> None:
        """Print a sentence in the language that is spoken."""
        write_out(f"{self.speech.text(message)}\n")


Carry = Callable[[ContactOrder], Awaitable[None]]
"""Does what is asked, and prints what came of it. Raises `Refusal`."""


def carried_out(carry: Carry) -> Run:
    """What an action of `oaflow contact` is carried out by: its words are the playbook, if named, and WHO."""

    def run(wanted: Arguments, speech: Language) -> int:
        folder, words = folder_and_words(wanted.words)

        async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
            if not any(word.strip() for word in words):
                raise NotFound(tr("nobody is named; {who}", who=WHO))
            await carry(ContactOrder(opened, served, words, wanted, speech))

        return on_database(folder, work)

    return run


def on_everybody(carry: Carry) -> Run:
    """The same for an action that names nobody, and only the playbook."""

    def run(wanted: Arguments, speech: Language) -> int:
        async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
            await carry(ContactOrder(opened, served, (), wanted, speech))

        return on_database(wanted.playbook, work)

    return run
