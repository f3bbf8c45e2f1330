"""The page of unanswered questions over a playbook that is live, and its form of answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.engine.compiled.playbook import Playbook
from bot.engine.notes import NO_RULE
from bot.model.settings import Settings
from bot.store.stores import Stores
from bot.web.admin.store_context import StoreContext
from bot.web.admin.unanswered_pages import UnansweredPages, recently_asked
from tests.conftest import NOW
from tests.operations.test_today import counted, row, said
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.playbook_world import draft_context, handlers, live_playbook, read
from tests.web.admin.staff_world import StaffWorld
from tests.web.admin.store_world import ACCOUNTS

WAITS = 30.0
"""Seconds that the page waits for what was asked: a busy machine is no reason to show nothing."""


@dataclass
class UnansweredWorld:
    """The pages, and the `playbook` that would answer by now."""

    staff: StaffWorld
    playbook: Playbook


async def unanswered_world(
    worlds: StaffWorlds,
    folder: Path,
    asked: Mapping[str, int],
    files: Mapping[str, str] | None = None,
    channels: Mapping[str, str] | None = None,
) -> UnansweredWorld:
    """Each text was written by so many people; `files` of the playbook stand in place of its own, `channels`
    are what accounts are called."""
    stores = worlds.stores
    await live_playbook(stores, worlds.clock, folder, files)
    playbook = read(folder / "bot.yaml").playbook
    assert playbook is not None
    console = worlds.console(lambda: world.playbook, Settings(ACCOUNTS))
    desk = StoreContext(**console.fields_by_name(), staff=worlds.accounts)
    pages = UnansweredPages(desk, recently_asked(desk, WAITS))
    drafts = handlers(draft_context(stores, worlds.clock, folder))
    staff = await worlds({**drafts, **pages.handlers()}, channels=channels or {})
    world = UnansweredWorld(staff, playbook)
    await write(stores, asked)
    return world


async def write(stores: Stores, asked: Mapping[str, int]) -> None:
    """They write so, within this hour, and it is counted."""
    texts = [text for text, people in asked.items() for _ in range(people)]
    await counted(stores, *(row(f"E{number}", NOW, details=(NO_RULE.row,)) for number in range(len(texts))))
    await stores.conversations.add(
        [said(f"E{number}", f"U{number}", text) for number, text in enumerate(texts)]
    )
