"""What the staff's pages work with, without a server."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from bot.engine.compiled.playbook import Playbook
from bot.model.clock import Clock
from bot.model.settings import Settings, SmsSettings
from bot.operations.sms import ProviderCredit, simulated_credits
from bot.operations.system import SystemSource
from bot.operations.written_conditions import WrittenConditions
from bot.playbook.read import PlaybookContents
from bot.store.stores import Stores
from bot.web.admin.console_context import ConsoleContext
from bot.web.sealed_parts import SealedParts

NOWHERE = "http://127.0.0.1:9"
"""LINE's address, where no server is."""
NO_SETTINGS = Settings({})


@dataclass
class Served:
    """The playbook that a test has by then, and settings that it may replace."""

    asked: Callable[[], Playbook]
    settings: Settings
    contents: PlaybookContents | None = None

    @property
    def playbook(self) -> Playbook:
        return self.asked()


async def no_look() -> None:
    """Pages read what is stopped themselves."""


async def no_system() -> SystemSource:
    raise AssertionError("the page of the system has its own source")


async def no_credits(providers: Collection[SmsSettings]) -> list[ProviderCredit]:
    return simulated_credits(providers)


def console(
    playbook: Callable[[], Playbook],
    settings: Settings = NO_SETTINGS,
    contents: PlaybookContents | None = None,
    *,
    stores: Stores,
    parts: SealedParts,
    clock: Clock,
    **others: Any,
) -> ConsoleContext:
    """`others` are fields in place of its own."""

    async def everywhere() -> list[Stores]:
        return [stores]

    given: dict[str, Any] = {
        "served": Served(playbook, settings, contents),
        "now": clock.now,
        "line_api": NOWHERE,
        "line_data_api": NOWHERE,
        "look": no_look,
        "trouble": dict,
        "system": no_system,
        "credits": no_credits,
        "conditions": WrittenConditions(),
        "everywhere": everywhere,
        "personal": lambda call: call,
        **others,
    }
    return ConsoleContext(stores=stores, parts=parts, clock=clock, **given)
