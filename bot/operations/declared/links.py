"""All links of an account: where each leads, and how often codes were opened (F7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from bot.model.answer_fields import Column, Help, Sentence, Table
from bot.model.translatable import tr
from bot.operations.catalog.answers import filled
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import ChannelName
from bot.operations.link_list import LinkKind, links_of


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link, and what it does: it `says` a text to the bot, or `opens` an address."""

    kind: Annotated[LinkKind, Column(tr("kind"))]
    name: Annotated[str, Column(tr("name"))]
    title: str
    opened: Annotated[int | None, Column(tr("opened")), Help("In 30 days; `null`: that is not counted.")]
    address: Annotated[str | None, Column(tr("address"))]
    missing: Annotated[Sentence | None, Column(tr("is missing")), Help("Why there is no address.")]
    says: str
    opens: str
    tags: Annotated[Sequence[str], Help("Who opens it gets these.")]


@dataclass(frozen=True, slots=True)
class LinkList:
    """That of the account, its codes, its pages."""

    links: Annotated[Sequence[LinkRow], Table(tr("the account has no links"))]


@operation("links", example="--channel main")
async def list_links(call: OperationCall, channel: ChannelName = "") -> LinkList:
    """The links of an account (the first), and how often codes were opened in 30 days."""
    channels = call.settings.channels
    account = channels[channel] if channel else next(iter(channels.values()))
    found = await links_of(call.stores, call.playbook, account, call.now)
    return LinkList([filled(LinkRow, one, opened=None if one.days is None else one.number) for one in found])
