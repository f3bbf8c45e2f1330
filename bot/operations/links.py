"""The links of an account: of its pages (in LINE, through the channel's LIFF app), of a code, of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.own_address import own_address
from bot.engine.compiled.pages import page_flow, pages_of
from bot.engine.compiled.playbook import Playbook
from bot.engine.rendering.placeholders import page_address
from bot.line.friend_link import friend_link
from bot.model.channel import Channel
from bot.model.screen import BUILT_IN
from bot.model.translatable import Quoted, Refusal, Translatable, row, tr
from bot.model.variables import PUBLIC_URL
from bot.playbook.similar import hint_for, quoted
from bot.translations.chinese import CHINESE

PASTE = tr("the playbook has none: add  links: {store_stand: {title: 門市立牌, send: 優惠}}")


@dataclass(frozen=True, slots=True)
class BuiltLink:
    """An address, and what a button that leads there says; `None`: it is for no button."""

    address: str
    says: str | None


class NoLink(Refusal):
    """There is no such link; the text says why, and what helps."""


class LinkNotConfigured(NoLink):
    """What the link is made of is not set here; a simulator on this folder has values of its own for it."""


class NoPagesOnChannel(NoLink):
    """No page opens on this channel; on the channel `other` they do."""

    def __init__(self, why: Translatable, other: str) -> None:
        super().__init__(why)
        self.other = other


def account_of(channels: Mapping[str, Channel], name: str | None) -> Channel:
    """The channel of this name, or the first. Raises `NoLink`."""
    if name is None:
        return next(iter(channels.values()))
    if name not in channels:
        near = hint_for(name, channels) or tr("its channels are {names}", names=row(channels))
        raise NoLink(
            tr("no {thing} is called {name}; {hint}", thing=tr("channel"), name=quoted(name), hint=near)
        )
    return channels[name]


def pages(playbook: Playbook, channel: str) -> Mapping[str, str]:
    """The pages that a channel can open, by name, each with what members call it."""
    return {name: _title(page_flow(playbook, name, channel), name) for name in pages_of(playbook, channel)}


def _title(flow: Flow | None, name: str) -> str:
    if flow is None:
        return CHINESE.within("page").sentence(BUILT_IN[name])
    return flow.page_title or flow.title


def page_link(playbook: Playbook, account: Channel, page: str) -> BuiltLink:
    """That of one of the `pages`, or raises `NoLink`.

    https://developers.line.biz/en/docs/liff/opening-liff-app/#liff-url
    """
    address = page_address(playbook, page, account.name)
    if address is not None:
        title = pages(playbook, account.name)[page]
        return BuiltLink(address, f"在 LINE 開啟：{title}")
    name = quoted(account.name)
    if account.liff is not None:
        raise LinkNotConfigured(
            tr("the liff_id of the channel {name} is empty; set what bot.yaml names there", name=name)
        )
    others = [other for other, rules in playbook.channels.items() if rules.liff_id]
    if others:
        has = tr("{other} has", other=others[0])
        raise NoPagesOnChannel(_no_liff(name, has), others[0])
    add = tr('add to it  liff: {login_channel_id: "${LINE_LOGIN_CHANNEL_ID}", liff_id: "${LIFF_ID}"}')
    raise NoLink(_no_liff(name, add))


def _no_liff(name: Quoted, hint: Translatable) -> Translatable:
    return tr("the channel {name} has no LIFF, through which pages open; {hint}", name=name, hint=hint)


def friend(account: Channel) -> BuiltLink:
    """That which makes somebody a friend of the account. Raises `NoLink`."""
    if account.id == "@":
        name = quoted(account.name)
        raise NoLink(tr("the channel {name} has no id; write its @… into bot.yaml", name=name))
    return BuiltLink(friend_link(account.id), f"加入 LINE 好友：{account.app_name or account.id}")


def keyword(playbook: Playbook, account: Channel, code: str) -> BuiltLink:
    """The short address of a code of `links`, which stays good whatever it says or opens later (F7).

    Raises `NoLink`.
    """
    link = playbook.links.get(code)
    if link is None:
        there = tr("there are {names}", names=row(playbook.links)) if playbook.links else PASTE
        near = hint_for(code, playbook.links) or there
        raise NoLink(tr("no code of links is called {name}; {hint}", name=quoted(code), hint=near))
    return BuiltLink(own_address(_known(playbook), "l", account.name, code), f"在 LINE 開啟：{link.title}")


def webhook(playbook: Playbook, account: Channel) -> BuiltLink:
    """The address to paste into LINE's console. Raises `NoLink`."""
    return BuiltLink(f"{_known(playbook)}/webhook/{account.name}", None)


def _known(playbook: Playbook) -> str:
    """Where the world reaches this bot."""
    if not playbook.public:
        raise LinkNotConfigured(
            tr(
                "the address of this bot is not known; set  {name}=https://…,  as for  oaflow run",
                name=PUBLIC_URL,
            )
        )
    return playbook.public


_BUTTON = """\
<a class="line-link" href="{address}">{text}</a>
{code}<style>
  .line-link {{
    display: inline-flex; align-items: center; min-height: 44px; padding: 0 20px; border-radius: 22px;
    background: #0b6b63; color: #fff; font: 600 16px/1.4 system-ui, sans-serif; text-decoration: none;
  }}
  .line-link:hover {{ background: #08524c }}
  .line-link:focus-visible {{ outline: 3px solid #f2b04c; outline-offset: 2px }}
</style>
"""
_CODE = '<p><img src="{file}" width="160" height="160" alt="QR code: {text}"></p>\n'


def link_button(address: str, says: str, code: Path | None) -> str:
    """A button that says this and leads there; with the picture of its code, for who sits at a desk."""
    text = escape(says)
    shown = "" if code is None else _CODE.format(file=escape(quote(code.name)), text=text)
    return _BUTTON.format(address=escape(address), text=text, code=shown)
