"""The links of an account's pages: they open in LINE, through the channel's LIFF app."""

from __future__ import annotations

from collections.abc import Mapping

from bot.engine.flow import Flow
from bot.engine.lookup import page_address
from bot.engine.page_names import pages_of
from bot.engine.playbook import Playbook
from bot.model.channel import Channel
from bot.model.said import Refusal, say
from bot.playbook.similar import shown

_BUILT_IN = {"unbind": "解除綁定", "member_card": "會員卡"}


class NoPageLink(Refusal):
    """A page has no link on this channel; the text says why, and what helps."""


def pages(playbook: Playbook, channel: str) -> Mapping[str, str]:
    """The pages that a channel can open, by name, each with what members call it."""
    return {name: _title(playbook.flow(name, channel), name) for name in pages_of(playbook, channel)}


def _title(flow: Flow | None, name: str) -> str:
    return (flow.page_title or flow.title) if flow is not None else _BUILT_IN[name]


def page_link(playbook: Playbook, account: Channel, page: str) -> str:
    """The address of one of the `pages`, or raises `NoPageLink`.

    https://developers.line.biz/en/docs/liff/opening-liff-app/#liff-url
    """
    address = page_address(playbook, page, account.name)
    if address is not None:
        return address
    name = shown(account.name)
    if account.liff is not None:
        raise NoPageLink(
            say("the liff_id of the channel {name} is empty; set what bot.yaml names there", name=name)
        )
    others = [other for other, rules in playbook.channels.items() if rules.liff_id]
    other = say("{other} has: add  --channel {other}", other=others[0]) if others else None
    add = say("add to it  liff: {login_channel_id: ${LINE_LOGIN_CHANNEL_ID}, liff_id: ${LIFF_ID}}")
    raise NoPageLink(
        say("the channel {name} has no LIFF, through which pages open; {hint}", name=name, hint=other or add)
    )
