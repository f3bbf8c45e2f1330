"""Which system an account belongs to in this database, and which bot the database belongs to: read, checked,
recorded (A6)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime

from bot.model.channel import Channel
from bot.model.channel_link import ChannelLink, HeldAccount
from bot.model.published_version import AcceptedPlaybook
from bot.model.translatable import Refusal, Translatable, row, tr
from bot.operations.doctor.examine import Surroundings
from bot.store.channel_links import ChannelLinks
from bot.store.cluster.playbooks import Playbooks
from bot.store.database.mongo import PRETEND
from bot.store.stores import Stores

PROCESS = "process"
"""Who has noted that an account is served: no person has."""


class ChannelRefused(Refusal):
    """It was not done; the sentence says why, and what to do."""


class AnotherBots(Refusal):
    """The database is another bot's: its live version has none of this playbook's channels, but `channel`."""

    def __init__(self, message: Translatable, channel: str) -> None:
        super().__init__(message)
        self.channel = channel


async def refuse_another_bots(
    stores: Stores, live: AcceptedPlaybook | None, channels: Collection[str], in_place_of: str = ""
) -> None:
    """Raise `AnotherBots` where none of these `channels` (ids) is one of what is `live`.

    `in_place_of`: the id of a channel of the bot whose place is taken on purpose. Where no id is known, or
    nothing is live, the database is nobody else's; a simulator's is its own. Raises `DatabaseUnavailable`.
    """
    if live is None or not channels or stores.database.name.startswith(PRETEND):
        return
    if not {*live.channels}.isdisjoint(channels):
        return
    if not live.channels or in_place_of in live.channels:
        return
    held = {one.id: one for one in await stores.channel_links.held()}
    theirs = [held.get(id, HeldAccount(id)) for id in live.channels]
    bots = sorted({one.bot for one in theirs if one.bot})
    raise AnotherBots(
        tr(
            "the database {name} is another bot's: {bots}, with {channels}; this playbook has {ours}, and"
            " none of those",
            name=stores.database.name,
            bots=row(bots, "and") if bots else tr("one that was never started"),
            channels=row([_named(one) for one in theirs]),
            ours=row(sorted(channels)),
        ),
        theirs[0].id,
    )


def _named(one: HeldAccount) -> str:
    return f"{one.channel} ({one.id})" if one.channel else one.id


async def note_channels(playbooks: Playbooks, version: str, channels: Collection[str]) -> None:
    """Note the channels of the live version, where it is this one: `.env` may have others by now.
    Raises `DatabaseUnavailable`."""
    live = await playbooks.live()
    if live is None or live.version != version or not channels or {*live.channels} == {*channels}:
        return
    if not live.channels or not {*live.channels}.isdisjoint(channels):
        await playbooks.note_channels(live.number, sorted(channels))


def secrets_mark(account: Channel) -> str:
    """Which secret and access token these are; it shows neither."""
    return hashlib.sha256(f"{account.channel_secret}\0{account.access_token or ''}".encode()).hexdigest()


def own_account(around: Surroundings, channel: str) -> Channel:
    """The account of a channel. Raises `ChannelRefused` where it has no channel id, or another channel of the
    playbook has the same one."""
    account = around.settings.channels[channel]
    if not account.channel_id:
        raise ChannelRefused(tr("channel_id is not set at {channel}: oaflow doctor", channel=channel))
    for other in around.settings.channels.values():
        if other.name != channel and other.channel_id == account.channel_id:
            raise ChannelRefused(
                tr("{channel} and {other} have the same channel_id", channel=channel, other=other.name)
            )
    return account


def stores_in(around: Surroundings) -> Stores:
    """The database. Raises `ChannelRefused` where it cannot be had."""
    if around.stores is None:
        raise ChannelRefused(tr("whose an account is stands in the database, which cannot be had"))
    return around.stores


def bot_of(around: Surroundings) -> str:
    """The playbook, by the name of its bot. Raises `ChannelRefused` where its files have mistakes."""
    if around.playbook is None:
        raise ChannelRefused(tr("the files of the playbook have mistakes: oaflow check"))
    return around.playbook.bot


def refuse_others(link: ChannelLink | None, bot: str, channel: str) -> None:
    """Raise `ChannelRefused` where the account is another playbook's, or another channel's of this one."""
    if link is None or not link.is_held or (link.bot, link.channel) == (bot, channel):
        return
    raise ChannelRefused(
        tr(
            "this account is that of the playbook {bot} in this database, as {channel}: unlink it there first"
            " (oaflow channel unlink)",
            bot=link.bot,
            channel=link.channel,
        )
    )


async def changed_link(
    links: ChannelLinks, id: str, change: Callable[[ChannelLink | None], ChannelLink | None]
) -> ChannelLink | None:
    """Store what `change` makes of the link, as it is at that moment; `None` of it leaves all as it is.

    What `change` raises goes up. Raises `DatabaseUnavailable`.
    """
    while True:
        before = await links.of(id)
        after = change(before)
        if after is None or after == before:
            return before
        if await links.put(after, before):
            return replace(after, revision=1 if before is None else before.revision + 1)


async def note_served(links: ChannelLinks, channels: Mapping[str, Channel], bot: str, now: datetime) -> None:
    """Write down which accounts the live playbook has, and since when its secrets are in use.

    What is live counts: a playbook that was renamed, or that took another one's place, has its accounts. An
    unlinked one stays so, whatever it is called by now, until somebody links it. Raises
    `DatabaseUnavailable`.
    """
    for name, account in channels.items():
        if not account.channel_id:
            continue

        def served(
            before: ChannelLink | None, name: str = name, account: Channel = account
        ) -> ChannelLink | None:
            if before is not None and not before.is_held:
                return None
            link = before or ChannelLink(account.channel_id, bot, name, "served", PROCESS, now)
            return with_secrets(replace(link, bot=bot, channel=name), account, now)

        await changed_link(links, account.channel_id, served)


def with_secrets(link: ChannelLink, account: Channel, now: datetime) -> ChannelLink:
    """The same, with what is in use now; since when stays where it is in use already."""
    mark = secrets_mark(account)
    return link if link.secrets_mark == mark else replace(link, secrets_mark=mark, secrets_at=now)
