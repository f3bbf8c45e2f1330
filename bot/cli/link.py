"""`oaflow link`: the links of an account, one line each, for shop windows and web pages; their QR codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.cli.folder_and_words import folder_and_words
from bot.cli.language import language
from bot.cli.link_button import link_button
from bot.cli.page_link import NoPageLink, page_link, pages
from bot.cli.qr_code import ENDINGS, write_code
from bot.engine.own_address import own_address
from bot.engine.playbook import Playbook
from bot.line.friend_link import friend_link
from bot.model.channel import Channel
from bot.playbook.load import Loaded, load
from bot.playbook.report import render
from bot.playbook.similar import hint_for, shown
from bot.playbook.syntax.folder import PlaybookMissing

REFUSED, UNCHECKED = 1, 2
FRIEND, KEYWORD = "friend", "keyword"
PUBLIC_URL = "OAFLOW_PUBLIC_URL"
PASTE = "the playbook has none: add  links: {store_stand: {title: 門市立牌, send: 優惠}}"


class LinkRefused(Exception):
    """There is no such link; the text says why."""


@dataclass(frozen=True, slots=True)
class Link:
    """An address, and what a button that leads there says."""

    address: str
    says: str


def link(words: Sequence[str], *, channel: str | None, code: Path | None, html: bool) -> int:
    """Print a link, and write its code where one is wanted; the exit code.

    `words` are what the link is of, after the playbook's folder, if that is named. With `html` a button is
    printed instead.
    """
    folder, wanted = folder_and_words(words)
    try:
        loaded = load(folder, dict(os.environ), unset="warning")
    except PlaybookMissing as error:
        return _refuse(str(error), UNCHECKED)
    if loaded.playbook is None:
        sys.stderr.write(render(loaded.problems, loaded.sources, language(None, os.environ)))
        return REFUSED
    public = os.environ.get(PUBLIC_URL, "").rstrip("/")
    try:
        account = _account(loaded, channel)
        found = _link(replace(loaded.playbook, public=public), account, wanted)
        _write(found.address, account, code)
    except (LinkRefused, NoPageLink) as error:
        return _refuse(str(error), REFUSED)
    sys.stdout.write(link_button(found.address, found.says, code) if html else f"{found.address}\n")
    return 0


def _account(loaded: Loaded, name: str | None) -> Channel:
    """The channel that is named, or the first."""
    channels = loaded.settings.channels
    if name is not None and name not in channels:
        near = hint_for(name, channels) or f"its channels are {', '.join(channels)}"
        raise LinkRefused(f"no channel is called {shown(name)}; {near}")
    return channels[name] if name is not None else next(iter(channels.values()))


def _link(playbook: Playbook, account: Channel, words: Sequence[str]) -> Link:
    kind, *names = words or [""]
    there = pages(playbook, account.name)
    if kind in there:
        _alone(f"{kind} is a page", names)
        return Link(page_link(playbook, account, kind), f"在 LINE 開啟：{there[kind]}")
    if kind == FRIEND:
        return _friend(account, names)
    if kind == KEYWORD:
        return _keyword(playbook, account, names)
    if kind in playbook.forms:
        raise LinkRefused(
            f"{shown(kind)} is a form, and forms cannot be opened yet: their links come with them"
        )
    near = hint_for(kind, [FRIEND, *there]) or f"there are {', '.join([FRIEND, *there])}"
    raise LinkRefused(f"no link is called {shown(' '.join(words))}; {near}")


def _friend(account: Channel, names: Sequence[str]) -> Link:
    _alone("friend is the link of the account", names)
    if account.id == "@":
        raise LinkRefused(f"the channel {shown(account.name)} has no id; write its @… into bot.yaml")
    return Link(friend_link(account.id), f"加入 LINE 好友：{_title(account)}")


def _keyword(playbook: Playbook, account: Channel, names: Sequence[str]) -> Link:
    """The short address of a code of `links`, which stays good whatever it says or opens later (F7)."""
    code = names[0] if names else ""
    _alone(f"keyword {code} is a link", names[1:])
    link = playbook.links.get(code)
    if link is None:
        there = f"there are {', '.join(playbook.links)}" if playbook.links else PASTE
        near = hint_for(code, playbook.links) or there
        raise LinkRefused(f"no code of links is called {shown(code)}; {near}")
    if not playbook.public:
        raise LinkRefused(
            f"the address of this bot is not known; set  {PUBLIC_URL}=https://…,  as for  oaflow run"
        )
    return Link(own_address(playbook.public, "l", account.name, code), f"在 LINE 開啟：{link.title}")


def _alone(what: str, more: Sequence[str]) -> None:
    if more:
        raise LinkRefused(f"{what}, it takes no {shown(more[0])}")


def _write(address: str, account: Channel, code: Path | None) -> None:
    if code is None:
        return
    if code.suffix.lower() not in ENDINGS:
        raise LinkRefused(f"{shown(str(code))} ends in neither .svg nor .png")
    try:
        write_code(address, _title(account), code)
    except OSError as error:
        raise LinkRefused(f"{shown(str(code))} cannot be written: {error.strerror}") from error


def _title(account: Channel) -> str:
    return account.app_name or account.id


def _refuse(message: str, code: int) -> int:
    sys.stderr.write(f"oaflow: {message}\n")
    return code
