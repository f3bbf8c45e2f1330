"""What an operation works with, and a call of one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from bot.engine.compiled.playbook import Playbook
from bot.model.admin import AdminRole
from bot.model.clock import Clock
from bot.model.money import Prices, prices_of
from bot.model.outgoing import Outgoing
from bot.model.settings import Settings, SmsSettings
from bot.model.translatable import ENGLISH, Language, Refusal, Translatable
from bot.operations.broadcasts.line_now import LineNow
from bot.operations.erasing import PersonalMenus
from bot.operations.sms import ProviderCredit
from bot.operations.system import SystemSource
from bot.operations.written_conditions import WrittenConditions
from bot.playbook.read import PlaybookContents
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable

if TYPE_CHECKING:
    from bot.operations.drafts.publishing import DraftContext
    from bot.operations.menu_sync_work import MenuSyncWork


class NoPlaybook(Refusal):
    """The files of a command's folder have mistakes: no playbook is known there."""


class PlaybookInForce(Protocol):
    """A playbook that is in force, its settings, and its files, which a condition is read with."""

    @property
    def playbook(self) -> Playbook: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def contents(self) -> PlaybookContents | None: ...


@dataclass(frozen=True, slots=True)
class ServerWork:
    """What a server alone has. `menu_work` syncs rich menus; `drafts` of the playbook."""

    menu_work: MenuSyncWork
    drafts: DraftContext


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationContext:
    """What operations work with in this process.

    `served` is asked each time. `now` is the time of the people: a simulator's may be ahead; `clock` the
    machine's. `line_api` and `line_data_api` are LINE's addresses; `look` has this process read what is
    stopped; `trouble`: what is wrong at LINE, by channel, which only a running bot knows;
    `system`: where it is read how the installation stands; `credits`: what is left at providers of SMS.
    `conditions` reads those that callers write; `everywhere`: the stores of all people who are looked
    through, the real ones first.
    """

    stores: Stores
    served: PlaybookInForce
    now: Callable[[], datetime]
    clock: Clock
    line_api: str
    line_data_api: str
    look: Callable[[], Awaitable[None]]
    trouble: Callable[[], Mapping[str, Translatable] | None]
    system: Callable[[], Awaitable[SystemSource]]
    credits: Callable[[Collection[SmsSettings]], Awaitable[Sequence[ProviderCredit]]]
    played: bool = False
    """Whether its people, and its shops, are a simulator's."""
    conditions: WrittenConditions
    everywhere: Callable[[], Awaitable[Sequence[Stores]]]
    personal: Callable[[Outgoing], Outgoing]
    server: ServerWork | None = None

    def playbook(self) -> Playbook:
        """The one in force. Raises `NoPlaybook`."""
        return self.served.playbook

    def settings(self) -> Settings:
        """Of the playbook, with its secrets."""
        return self.served.settings

    def contents(self) -> PlaybookContents | None:
        """The files of the playbook; `None` where they have mistakes."""
        return self.served.contents

    def prices(self) -> Prices:
        """What a message costs, by channel."""
        return prices_of(self.settings())

    def line(self) -> LineNow:
        """Where LINE is asked."""
        return LineNow(self.settings(), self.line_api, self.line_data_api)

    def menus(self) -> PersonalMenus:
        """Removes the rich menu that LINE has of one."""
        return PersonalMenus(self.settings().channels, self.line_api, self.line_data_api)

    async def looked(self) -> None:
        """Have this process read what is stopped, now that it was changed; others do within a second."""
        with suppress(DatabaseUnavailable):  # it is done
            await self.look()

    def fields_by_name(self) -> dict[str, Any]:
        """Its fields by name, for a context that adds to it."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


async def always() -> bool:
    """A caller whose rights do not end: somebody at the machine's terminal."""
    return True


def unshown(so_far: Translatable) -> None:
    """The progress of a call whose caller reads the answer alone."""


@dataclass(frozen=True, slots=True)
class OperationCall:
    """`by` is an actor of the audit log, `now` the time of the people. `request` is the id of what is
    asked for: the same one again does nothing more. `may_still`: whether the caller may do it by now, too.
    `progress` shows how far long work is, `at_once` a line of the answer that is known before the others.
    `language` is the caller's, for an answer with texts of a playbook.
    """

    context: OperationContext
    by: str
    now: datetime
    request: str
    role: AdminRole = "admin"
    may_still: Callable[[], Awaitable[bool]] = field(default=always, repr=False)
    progress: Callable[[Translatable], None] = field(default=unshown, repr=False)
    at_once: Callable[[Translatable], None] = field(default=unshown, repr=False)
    language: Language = ENGLISH

    @property
    def stores(self) -> Stores:
        return self.context.stores

    @property
    def playbook(self) -> Playbook:
        return self.context.playbook()

    @property
    def known_playbook(self) -> Playbook | None:
        """`None` where the files of a command's folder have mistakes."""
        try:
            return self.playbook
        except NoPlaybook:
            return None

    @property
    def settings(self) -> Settings:
        return self.context.settings()

    @property
    def server(self) -> ServerWork:
        """For operations that no command has."""
        if self.context.server is None:
            raise LookupError("this is no server")
        return self.context.server

    async def look(self) -> None:
        """Have this process read what is stopped, now that it was changed; others do within a second."""
        await self.context.looked()
