"""All links of an account with how often each was opened by day, by people who are known (F7, I5).

May raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Literal, TypeAlias

from bot.engine.compiled.goal import opened_link, tapped_of
from bot.engine.compiled.playbook import Playbook
from bot.model.answer_fields import Column, Help, Sentence
from bot.model.channel import Channel
from bot.model.translatable import Translatable, tr
from bot.operations.goal_days import NONE, counted_days
from bot.operations.links import BuiltLink, NoLink, friend, keyword, page_link, pages
from bot.store.stores import Stores

LinkKind: TypeAlias = Literal["friend", "code", "page"]


@dataclass(frozen=True, slots=True)
class AccountLink:
    """A link, and what it does: it `says` a text to the bot, or `opens` an address."""

    kind: Annotated[LinkKind, Column(tr("kind"))]
    name: Annotated[str, Column(tr("name"))]
    title: str
    opened: Annotated[int | None, Column(tr("opened")), Help("In 30 days; `null`: that is not counted.")]
    address: Annotated[str | None, Column(tr("address"))]
    missing: Annotated[Sentence | None, Column(tr("is missing")), Help("Why there is no address.")]
    says: str = ""
    opens: str = ""
    tags: Annotated[Sequence[str], Help("Who opens it gets these.")] = ()
    days: Annotated[Mapping[str, int] | None, Help("How often it was opened on each.")] = None


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
    found = [AccountLink("friend", "friend", title, None, *_address(partial(friend, account)))]
    for code, link in playbook.links.items():
        address = _address(partial(keyword, playbook, account, code))
        days = counted.get(opened_link(code), counted[NONE])
        about = (code, link.title or code, sum(days.values()), *address, link.send or "")
        found.append(AccountLink("code", *about, link.open or "", link.add_tags, days))
    for name, title in pages(playbook, account.name).items():
        address = _address(partial(page_link, playbook, account, name))
        found.append(AccountLink("page", name, title, None, *address))
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
