"""All links of an account: where each leads, and how often codes were opened (F7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from bot.model.answer_fields import Table
from bot.model.translatable import tr
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import ChannelName
from bot.operations.link_list import AccountLink, links_of


@dataclass(frozen=True, slots=True)
class LinkList:
    """That of the account, its codes, its pages."""

    links: Annotated[Sequence[AccountLink], Table(tr("the account has no links"))]


@operation("links", example="--channel main")
async def list_links(call: OperationCall, channel: ChannelName = "") -> LinkList:
    """The links of an account (the first), and how often codes were opened in 30 days."""
    channels = call.settings.channels
    account = channels[channel] if channel else next(iter(channels.values()))
    return LinkList(await links_of(call.stores, call.playbook, account, call.now))
