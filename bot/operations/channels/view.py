"""How each account stands: whose it is, where LINE sends webhooks, what of ours is at LINE (A6, A7, A8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bot.line.setup_calls import SetupAnswer
from bot.model.channel import Channel, channel_titles
from bot.model.channel_link import ChannelLink
from bot.operations.channels.holding import secrets_mark
from bot.operations.channels.link import is_others, ours_of
from bot.operations.doctor.ask import calls_of
from bot.operations.doctor.examine import Surroundings
from bot.operations.doctor.webhook import host_of, webhook_at
from bot.operations.payload import Payload, pick

SentTo: TypeAlias = Literal["here", "elsewhere", "nowhere", "unknown"]
"""Where LINE sends webhooks: to this server, another system, to nobody; LINE did not say."""


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """An account. `link`: `None` where nothing has served it and nobody linked it; `host`: where LINE sends
    webhooks, `is_on` whether it does (“Use webhook”); `menus` and `aliases`: as the last sync left them.

    `secrets_since`: since when secret and token are in use here; `None`: not known, or others by now.
    `is_stopped`: it is unlinked, and no process hears it.
    """

    channel: str
    title: str
    link: ChannelLink | None
    is_stopped: bool
    sent_to: SentTo
    host: str
    is_on: bool
    menus: int
    aliases: int
    secrets_since: datetime | None


async def channel_statuses(around: Surroundings, channels: Sequence[str]) -> list[ChannelStatus]:
    """How these stand: LINE is asked where it sends. Raises `DatabaseUnavailable` where it has `stores`."""
    return [await channel_status(around, one) for one in channels]


async def channel_status(
    around: Surroundings, channel: str, endpoint: SetupAnswer | None = None
) -> ChannelStatus:
    """The same of one; `endpoint`: what LINE has just said of the webhook."""
    account, stores = around.settings.channels[channel], around.stores
    bot = "" if around.playbook is None else around.playbook.bot
    endpoint = endpoint or await _endpoint(around, account)
    there = str(endpoint.body.get("endpoint") or "") if endpoint.is_fine else ""
    link, is_stopped, faces = None, False, 0
    aliases = 0
    if stores is not None:
        link = await stores.channel_links.of(account.channel_id)
        is_stopped = (await stores.brakes.read()).channel_stop(account.channel_id) is not None
        mapping = await stores.rich_menus.of(channel)
        faces, aliases = len(mapping.faces), sum(one.alias is not None for one in mapping.faces)
    return ChannelStatus(
        channel,
        channel_titles(around.settings.channels, bot)[channel],
        link,
        is_stopped,
        _sent_to(endpoint, there, link, webhook_at(around.public, channel)),
        host_of(there) if there else "",
        endpoint.body.get("active") is True,
        faces,
        aliases,
        _since(link, account),
    )


async def _endpoint(around: Surroundings, account: Channel) -> SetupAnswer:
    async with calls_of(account, around.api) as calls:
        return SetupAnswer(None) if calls is None else await calls.webhook_endpoint()


def _since(link: ChannelLink | None, account: Channel) -> datetime | None:
    return link.secrets_at if link is not None and link.secrets_mark == secrets_mark(account) else None


def _sent_to(endpoint: SetupAnswer, there: str, link: ChannelLink | None, wanted: str) -> SentTo:
    """Where our own address is not known, one that we have set is here."""
    if not (endpoint.is_fine or endpoint.status == 404):
        return "unknown"
    if not there:
        return "nowhere"
    return "elsewhere" if is_others(there, {wanted} if wanted else ours_of(link, "")) else "here"


def status_payload(one: ChannelStatus) -> Payload:
    """The same as data: of another system's address the host alone, for the rest may be a secret."""
    link = one.link
    former = None if link is None else link.former
    return {
        **pick(one, "channel", "title", "sent_to", "host", "is_on", "menus", "aliases", "secrets_since"),
        "state": None if link is None else link.state,
        "stopped": one.is_stopped,
        "bot": None if link is None else link.bot,
        "by": None if link is None else link.by,
        "at": None if link is None else link.at,
        "former": None if former is None else {"host": host_of(former.url), **pick(former, "by", "at")},
    }
