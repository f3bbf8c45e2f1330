"""Unlinking an account: our things at LINE go first, then what the database has of it (A6, A7).

From its beginning on no process says anything there. What LINE does not do just now is named, and done by
unlinking once more. All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from bot.line.client import LineClient
from bot.line.http_call import new_session
from bot.model.audit import AuditEntry
from bot.model.brake import ChannelStop
from bot.model.channel import Channel
from bot.model.channel_link import ChannelLink, FormerAddress
from bot.model.clock import PatientClock
from bot.model.translatable import Translatable, plural, row, tr
from bot.operations.audit_trail import PendingAuditEntry, audited
from bot.operations.channels.holding import (
    ChannelRefused,
    bot_of,
    changed_link,
    own_account,
    refuse_others,
    stores_in,
)
from bot.operations.channels.link import endpoint_in, is_others, ours_of, set_endpoint
from bot.operations.doctor.ask import calls_of
from bot.operations.doctor.examine import Surroundings
from bot.operations.doctor.webhook import host_of, webhook_at
from bot.runtime.menus.menu_auto_sync import pictures_in
from bot.runtime.menus.menu_sync import DesiredMenus, MenuSync, SyncFailed
from bot.store.stores import Stores

AddressAtLine: TypeAlias = Literal["ours", "others", "none"]
NOTHING = DesiredMenus((), None)


class UnlinkedInPart(ChannelRefused):
    """LINE has not done all of it; the sentence says what is left."""


@dataclass(frozen=True, slots=True)
class WhatGoes:
    """What of ours is at LINE: menus, aliases, whether the default menu is ours; how many `people` were given
    a menu; whose the webhook's address is; which address was there before; how many menus are others', which
    stay."""

    menus: int
    aliases: int
    has_default: bool
    people: int
    address: AddressAtLine
    former: FormerAddress | None
    foreign: int

    def lines(self, *, give_back: bool | None) -> Iterator[Translatable]:
        """What unlinking removes, and what stays; `give_back`: `None` where that is still to be chosen."""
        if self.menus:
            yield plural("goes: 1 rich menu", "goes: {number} rich menus", self.menus)
        if self.aliases:
            yield plural("goes: 1 alias of a tab", "goes: {number} aliases of tabs", self.aliases)
        if self.has_default:
            yield tr("goes: the default rich menu")
        if self.people:
            yield plural(
                "1 person who was given a rich menu sees none of them any more",
                "{number} people who were given a rich menu see none of them any more",
                self.people,
            )
        if self.foreign:
            yield plural(
                "stays: 1 rich menu that another system has made",
                "stays: {number} rich menus that other systems have made",
                self.foreign,
            )
        if give_back and self.former is not None:
            yield tr("LINE sends the webhooks to {host} again", host=host_of(self.former.url))
        elif give_back is not None and self.address == "ours":
            yield tr(
                "stays: the webhook's address: LINE has no call that removes it, and this server refuses them"
            )
        yield tr("stays: people, and what is known of them")


async def what_goes(around: Surroundings, channel: str, clock: PatientClock) -> WhatGoes:
    """What unlinking would remove; nothing is changed. Raises `ChannelRefused` and `SyncFailed`."""
    own, stores = own_account(around, channel), stores_in(around)
    link = await stores.channel_links.of(own.channel_id)
    refuse_others(link, bot_of(around), channel)
    there = await _address(around, own)
    async with _menus(around, own, stores, clock) as sync:
        plan = await sync.plan(NOTHING)
    people = await stores.menu_people.by_menu(channel)
    return WhatGoes(
        len(plan.unwanted) + len(plan.moves),
        len(plan.old_aliases),
        plan.no_default,
        sum(number for menu, number in people.items() if menu is not None),
        _whose(there, ours_of(link, webhook_at(around.public, channel))),
        None if link is None else link.former,
        plan.foreign,
    )


async def unlink_channel(
    around: Surroundings,
    channel: str,
    actor: str,
    clock: PatientClock,
    *,
    until_known: Callable[[], Awaitable[None]],
    give_back: bool = False,
    tell: Callable[[Translatable], None] = lambda line: None,
) -> ChannelLink:
    """Remove what of ours is at LINE, and forget the account; `give_back` restores the address before ours.

    `until_known()` returns when no process says anything there any more: whoever still did would make our
    menus anew. Raises `ChannelRefused`, and `UnlinkedInPart` where some of it is left to do: then asking once
    more goes on. Nothing is said on the channel by then. `ChannelRefused`, too, where somebody has linked it
    meanwhile: then it is linked.
    """
    own, bot, stores = own_account(around, channel), bot_of(around), stores_in(around)
    before = await stores.channel_links.of(own.channel_id)
    refuse_others(before, bot, channel)
    former = None if before is None else before.former
    if give_back and former is None:
        raise ChannelRefused(tr("no address is stored that {channel} had before", channel=channel))
    begun = await _begun(stores, own, bot, actor, around)
    if await _stop(stores, own, actor, around):
        await until_known()
    stop = (await stores.brakes.read()).channel_stop(own.channel_id)
    _refuse_linked(await stores.channel_links.of(own.channel_id), begun)
    after = host_of(former.url) if give_back and former is not None else ""
    entry = AuditEntry("channel_unlinked", actor, around.now, channel, after=after, channel=channel)
    async with audited(stores, entry) as doing:
        await _clear(around, own, stores, clock, doing, tell, former if give_back else None, begun)
        return await _ended(stores, begun, stop, actor, around)


async def _clear(
    around: Surroundings,
    own: Channel,
    stores: Stores,
    clock: PatientClock,
    doing: PendingAuditEntry,
    tell: Callable[[Translatable], None],
    former: FormerAddress | None,
    begun: ChannelLink,
) -> None:
    """First the menus, then the address: both are tried, also where the other one fails."""
    failed: list[Translatable] = []
    try:
        async with _menus(around, own, stores, clock, tell) as sync:
            await sync.remove()
        doing.update()
    except SyncFailed as error:
        failed.append(tr("rich menus ({why})", why=error.message))
    if former is not None:
        try:
            await _give_back(around, own, former, begun)
            doing.update()
        except ChannelRefused as error:
            failed.append(tr("the webhook's address ({why})", why=error.message))
    if failed:
        raise UnlinkedInPart(
            tr(
                "{channel} says nothing any more, and is not unlinked yet. Left at LINE: {what}. Unlink it"
                " once more",
                channel=own.name,
                what=row(failed),
            )
        )


async def _give_back(around: Surroundings, own: Channel, former: FormerAddress, begun: ChannelLink) -> None:
    """Restore the former address; one that somebody else has set meanwhile stays."""
    async with calls_of(own, around.api) as calls:
        if calls is None:
            raise ChannelRefused(tr("the channel has no access token, and none can be issued: oaflow doctor"))
        there = endpoint_in(await calls.webhook_endpoint())
        if there == former.url:
            return
        if is_others(there, ours_of(begun, webhook_at(around.public, own.name))):
            raise ChannelRefused(tr("LINE sends to {host} by now, and goes on to", host=host_of(there)))
        await set_endpoint(calls, former.url)


async def _begun(stores: Stores, own: Channel, bot: str, actor: str, around: Surroundings) -> ChannelLink:
    """The link, under way to be unlinked since this moment, or since it was begun first."""

    def unlinking(link: ChannelLink | None) -> ChannelLink:
        refuse_others(link, bot, own.name)
        if link is not None and link.state == "unlinking":
            return link
        base = link or ChannelLink(own.channel_id, bot, own.name, "unlinking", actor, around.now)
        return replace(base, bot=bot, channel=own.name, state="unlinking", by=actor, at=around.now)

    await changed_link(stores.channel_links, own.channel_id, unlinking)
    found = await stores.channel_links.of(own.channel_id)  # its moment to the millisecond, as it is compared
    assert found is not None, "one was stored"
    return found


async def _stop(stores: Stores, own: Channel, actor: str, around: Surroundings) -> bool:
    """From here on no process hears the account, or says anything there; whether one did."""
    line = f"channel_stopped:{uuid.uuid4().hex}"
    entry = AuditEntry("channel_stopped", actor, around.now, own.name, id=line, channel=own.name)
    return await stores.brakes.pull(ChannelStop(own.name, own.channel_id, actor, around.now), entry)


def _refuse_linked(link: ChannelLink | None, begun: ChannelLink) -> None:
    """Raise `ChannelRefused` unless the unlinking that was begun is under way, or somebody has ended it."""
    if link is not None and link.state == "unlinked":
        return
    if link is None or (link.state, link.by, link.at) != ("unlinking", begun.by, begun.at):
        raise ChannelRefused(
            tr("{channel} was linked meanwhile: it is not unlinked. Look again", channel=begun.channel)
        )


async def _ended(
    stores: Stores, begun: ChannelLink, stop: ChannelStop | None, actor: str, around: Surroundings
) -> ChannelLink:
    """What the database has of the account goes, but for who has unlinked it, when, and our addresses.

    Raises `ChannelRefused` where it was linked meanwhile, and is heard again.
    """
    if stop is None or (await stores.brakes.read()).channel_stop(begun.id) != stop:
        _refuse_linked(None, begun)

    def ended(link: ChannelLink | None) -> ChannelLink | None:
        if link is not None and link.state == "unlinked":
            return None  # by somebody who has unlinked it beside us
        _refuse_linked(link, begun)
        gone = replace(link or begun, former=None, secrets_mark="", secrets_at=None)
        return replace(gone, state="unlinked", by=actor, at=around.now)

    found = await changed_link(stores.channel_links, begun.id, ended)
    assert found is not None, "one was stored"
    return found


async def _address(around: Surroundings, own: Channel) -> str:
    async with calls_of(own, around.api) as calls:
        if calls is None:
            raise ChannelRefused(tr("the channel has no access token, and none can be issued: oaflow doctor"))
        return endpoint_in(await calls.webhook_endpoint())


def _whose(there: str, ours: Collection[str]) -> AddressAtLine:
    if not there:
        return "none"
    return "others" if is_others(there, ours) else "ours"


@asynccontextmanager
async def _menus(
    around: Surroundings,
    own: Channel,
    stores: Stores,
    clock: PatientClock,
    tell: Callable[[Translatable], None] = lambda line: None,
) -> AsyncIterator[MenuSync]:
    """What removes our menus; no picture is read for that, so LINE's other address is not needed."""
    async with new_session() as session:
        client = LineClient(own, around.api, around.api, session, clock)
        try:
            yield MenuSync(
                client.rich_menus,
                stores.rich_menus,
                own.name,
                clock,
                pictures_in(lambda: around.settings.files),
                tell,
            )
        finally:
            client.close()
