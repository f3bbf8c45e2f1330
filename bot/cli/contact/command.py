"""`oaflow contact`: a command that is about somebody, with the playbook and the database that it needs."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.app.database import OpenDatabase
from bot.cli.folder_and_words import folder_and_words
from bot.cli.on_database import on_database
from bot.engine.playbook import Playbook
from bot.model.contact import BindingKind
from bot.model.said import Language, Said, say
from bot.model.settings import Settings
from bot.operations.find_contacts import WHO, FoundContact, NotFound, SeveralFound, one
from bot.runtime.effects.rewrites import RewriteRefused


@dataclass(frozen=True, slots=True)
class Options:
    """What may be written beside the words."""

    channel: str | None = None
    json: bool = False
    reveal: bool = False
    yes: bool = False
    keep_tags: bool = False
    clear: bool = False
    kind: BindingKind | Literal["clerk"] = "phone"


@dataclass(frozen=True, slots=True)
class ContactOrder:
    """A question or an order: its words, after the playbook's folder, and what it is carried out with."""

    opened: OpenDatabase
    playbook: Playbook
    words: Sequence[str]
    options: Options
    speech: Language

    @property
    def who(self) -> str:
        """All words as one: a phone may have spaces."""
        return " ".join(self.words)

    async def one(self, who: str | None = None) -> FoundContact:
        """The contact that is meant. Raises `NotFound`."""
        everywhere = await self.opened.everywhere()
        try:
            return await one(everywhere, self.playbook, who or self.who, self.options.channel)
        except SeveralFound as error:
            raise NotFound(say("{why}, or add  --channel NAME", why=error.said)) from error

    def tell(self, said: Said) -> None:
        """Print a sentence in the language that is spoken."""
        sys.stdout.write(f"{self.speech.text(said)}\n")


Command = Callable[[ContactOrder], Awaitable[None]]


async def contact(words: Sequence[str], command: Command, options: Options, speech: Language) -> int:
    """Carry out a command; its exit code. `words`: the playbook, if it is named, and WHO."""
    folder, rest = folder_and_words(words)

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        if not any(word.strip() for word in rest):
            raise NotFound(say("nobody is named; {who}", who=WHO))
        await command(ContactOrder(opened, playbook, rest, options, speech))

    return await on_database(folder, work, NotFound, RewriteRefused, words=speech)
