"""How each account stands: whose it is, where LINE sends webhooks, what of ours is at LINE (A6, A7, A8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bot.line.setup_calls import SetupAnswer
from bot.model.channel import Channel, channel_titles
from bot.model.channel_link import ChannelLink, LinkState
from bot.model.translatable import Translatable, TranslatableValue, tr
from bot.operations.actors import by_name
from bot.operations.channels.holding import secrets_mark
from bot.operations.channels.link import is_others, ours_of
from bot.operations.doctor.ask import calls_of
from bot.operations.doctor.examine import Surroundings
from bot.operations.doctor.webhook import host_of, webhook_at

SentTo: TypeAlias = Literal["here", "elsewhere", "nowhere", "unknown"]
"""Where LINE sends webhooks: to this server, another system, to nobody; LINE did not say."""


@dataclass(frozen=True, slots=True)
class FormerHost:
    """Where LINE sent webhooks before; the host alone, for the rest of an address may be a secret."""

    host: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """An account. `host`: where LINE sends webhooks, `is_on` whether it does (“Use webhook”); `menus` and
    `aliases`: as the last sync left them. `state`, `bot`, `by` and `at` are those of its link: `None` where
    nothing has served it and nobody linked it.

    `secrets_since`: since when secret and token are in use here; `None`: not known, or others by now.
    `stopped`: it is unlinked, and no process hears it.
    """

    channel: str
    title: str
    sent_to: SentTo
    host: str
    is_on: bool
    menus: int
    aliases: int
    secrets_since: datetime | None
    state: LinkState | None
    stopped: bool
    bot: str | None
    by: str | None
    at: datetime | None
    former: FormerHost | None

    def lines(self, at: Callable[[datetime], TranslatableValue]) -> Iterator[Translatable]:
        """How it stands, a sentence a line; `at` says a moment."""
        yield self._sends()
        if self.stopped and self.state in (None, "unlinked"):
            yield tr("unlinked: nothing is said there")
        if self.at is not None and self.by is not None:
            yield from _since(self.state, {"moment": at(self.at), "who": by_name(self.by)})
        if (former := self.former) is not None:
            yield tr(
                "before: {host}, taken over {moment} by {who}; its address is stored",
                host=former.host,
                moment=at(former.at),
                who=by_name(former.by),
            )
        yield tr("rich menus: {menus}, aliases: {aliases}", menus=str(self.menus), aliases=str(self.aliases))
        if self.secrets_since is not None:
            yield tr("secret and token in use since {moment}", moment=at(self.secrets_since))

    def _sends(self) -> Translatable:
        match self.sent_to:
            case "here" if self.is_on:
                return tr("LINE sends the webhooks here")
            case "here":
                return tr("LINE has our address, and “Use webhook” is off")
            case "elsewhere":
                return tr("LINE sends the webhooks to {host}", host=self.host)
            case "nowhere":
                return tr("LINE has no address to send webhooks to")
            case "unknown":
                return tr("LINE did not say where it sends the webhooks")


def _since(state: LinkState | None, since: Mapping[str, TranslatableValue]) -> Iterator[Translatable]:
    match state:
        case None | "served":
            return
        case "linking":
            yield tr("linking was begun {moment}, by {who}: link it once more", **since)
        case "linked":
            yield tr("linked since {moment}, by {who}", **since)
        case "unlinking":
            yield tr("unlinking was begun {moment}, by {who}: unlink it once more", **since)
        case "unlinked":
            yield tr("unlinked since {moment}, by {who}", **since)


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
    former = None if link is None else link.former
    return ChannelStatus(
        channel,
        channel_titles(around.settings.channels, bot)[channel],
        _sent_to(endpoint, there, link, webhook_at(around.public, channel)),
        host_of(there) if there else "",
        endpoint.body.get("active") is True,
        faces,
        aliases,
        _secrets_since(link, account),
        None if link is None else link.state,
        is_stopped,
        None if link is None else link.bot,
        None if link is None else link.by,
        None if link is None else link.at,
        None if former is None else FormerHost(host_of(former.url), former.by, former.at),
    )


async def _endpoint(around: Surroundings, account: Channel) -> SetupAnswer:
    async with calls_of(account, around.api) as calls:
        return SetupAnswer(None) if calls is None else await calls.webhook_endpoint()


def _secrets_since(link: ChannelLink | None, account: Channel) -> datetime | None:
    return link.secrets_at if link is not None and link.secrets_mark == secrets_mark(account) else None


def _sent_to(endpoint: SetupAnswer, there: str, link: ChannelLink | None, wanted: str) -> SentTo:
    """Where our own address is not known, one that we have set is here."""
    if not (endpoint.is_fine or endpoint.status == 404):
        return "unknown"
    if not there:
        return "nowhere"
    return "elsewhere" if is_others(there, {wanted} if wanted else ours_of(link, "")) else "here"
