"""All links of an account with how often each was opened by day, by people who are known (F7, I5).

May raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Literal, TypeAlias

from bot.engine.compiled.goal import opened_link, tapped_of
from bot.engine.compiled.playbook import Playbook
from bot.model.channel import Channel
from bot.model.translatable import Translatable
from bot.operations.goal_days import NONE, counted_days
from bot.operations.links import BuiltLink, NoLink, friend, keyword, page_link, pages
from bot.store.stores import Stores

LinkKind: TypeAlias = Literal["friend", "code", "page"]


@dataclass(frozen=True, slots=True)
class AccountLink:
    """A link: what it is called, its address, or what is missing for that; what it does (`says` a text to the
    bot, or `opens` an address). `days`: how often it was opened on each; `None`: that is not counted."""

    kind: LinkKind
    name: str
    title: str
    address: str | None
    missing: Translatable | None
    says: str = ""
    opens: str = ""
    tags: Sequence[str] = ()
    days: Mapping[str, int] | None = None

    @property
    def number(self) -> int:
        """On all days together."""
        return 0 if self.days is None else sum(self.days.values())


@dataclass(frozen=True, slots=True)
class BroadcastTaps:
    """How often buttons and links of a broadcast were tapped on each day."""

    name: str
    title: str
    days: Mapping[str, int]


async def links_of(stores: Stores, playbook: Playbook, account: Channel, now: datetime) -> list[AccountLink]:
    """That of the account, its codes, its pages."""
    counted = await counted_days(stores, playbook, now)
    title = account.app_name or account.id
    found = [AccountLink("friend", "friend", title, *_address(partial(friend, account)))]
    for code, link in playbook.links.items():
        address = _address(partial(keyword, playbook, account, code))
        days = counted.get(opened_link(code), counted[NONE])
        one = AccountLink("code", code, link.title or code, *address, tags=link.add_tags, days=days)
        found.append(replace(one, says=link.send or "", opens=link.open or ""))
    for name, title in pages(playbook, account.name).items():
        found.append(AccountLink("page", name, title, *_address(partial(page_link, playbook, account, name))))
    return found


def _address(build: Callable[[], BuiltLink]) -> tuple[str | None, Translatable | None]:
    try:
        return build().address, None
    except NoLink as error:
        return None, error.message


async def taps_of(stores: Stores, playbook: Playbook, now: datetime) -> list[BroadcastTaps]:
    """Of the broadcasts whose messages were tapped lately."""
    counted = await counted_days(stores, playbook, now)
    return [
        BroadcastTaps(one.name, one.title or one.name, counted[tapped_of(one.name)])
        for one in playbook.broadcasts.values()
        if tapped_of(one.name) in counted
    ]
