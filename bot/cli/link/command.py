"""`oaflow link`: the links of an account, one line each, for shop windows and web pages; their QR codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.app.addresses import public_address
from bot.cli.folder_and_words import folder_and_words
from bot.cli.link.link_button import link_button
from bot.cli.link.qr_code import ENDINGS, write_code
from bot.cli.refusal import refused
from bot.engine.playbook import Playbook
from bot.model.channel import Channel
from bot.model.said import Language, Refusal, Said, row, say
from bot.operations.links import MadeLink, NoLink, NoPagesHere, friend, keyword, page_link, pages, webhook
from bot.playbook.load import Loaded, load
from bot.playbook.report import render
from bot.playbook.similar import hint_for, shown
from bot.playbook.syntax.folder import PlaybookMissing

REFUSED, UNCHECKED = 1, 2
FRIEND, KEYWORD, WEBHOOK = "friend", "keyword", "webhook"


class LinkRefused(Refusal):
    """There is no such link; the text says why."""


def link(
    words: Sequence[str], *, channel: str | None, code: Path | None, html: bool, speech: Language
) -> int:
    """Print a link, and write its code where one is wanted; the exit code.

    `words` are what the link is of, after the playbook's folder, if that is named. With `html` a button is
    printed instead.
    """
    folder, wanted = folder_and_words(words)
    try:
        loaded = load(folder, dict(os.environ), unset="warning")
    except PlaybookMissing as error:
        return refused(error, UNCHECKED, speech)
    if loaded.playbook is None:
        sys.stderr.write(render(loaded.problems, loaded.sources, speech))
        return REFUSED
    public = public_address(os.environ)
    try:
        account = _account(loaded, channel)
        found = _link(replace(loaded.playbook, public=public), account, wanted)
        if html and found.says is None:
            raise LinkRefused(say("the webhook's address is for LINE alone, no button leads there"))
        _write(found.address, account, code)
    except NoPagesHere as error:
        elsewhere = say("{why}: add  --channel {other}", why=error.said, other=error.other)
        return refused(elsewhere, REFUSED, speech)
    except (LinkRefused, NoLink) as error:
        return refused(error, REFUSED, speech)
    button = link_button(found.address, found.says, code) if html and found.says is not None else None
    sys.stdout.write(button or f"{found.address}\n")
    return 0


def _account(loaded: Loaded, name: str | None) -> Channel:
    """The channel that is named, or the first."""
    channels = loaded.settings.channels
    if name is not None and name not in channels:
        near = hint_for(name, channels) or say("its channels are {names}", names=row(channels))
        raise LinkRefused(_unknown(say("channel"), name, near))
    return channels[name] if name is not None else next(iter(channels.values()))


def _link(playbook: Playbook, account: Channel, words: Sequence[str]) -> MadeLink:
    kind, *names = words or [""]
    there = pages(playbook, account.name)
    if kind in there:
        _alone(say("{name} is a page", name=kind), names)
        return page_link(playbook, account, kind)
    if kind == FRIEND:
        _alone(say("friend is the link of the account"), names)
        return friend(account)
    if kind == KEYWORD:
        code = names[0] if names else ""
        _alone(say("keyword {code} is a link", code=code), names[1:])
        return keyword(playbook, account, code)
    if kind == WEBHOOK:
        _alone(say("webhook is the address for LINE's console"), names)
        return webhook(playbook, account)
    if kind in playbook.forms:
        raise LinkRefused(
            say(
                "{name} is a form, and forms cannot be opened yet: their links come with them",
                name=shown(kind),
            )
        )
    others = [FRIEND, WEBHOOK, *there]
    near = hint_for(kind, others) or say("there are {names}", names=row(others))
    raise LinkRefused(say("no link is called {name}; {hint}", name=shown(" ".join(words)), hint=near))


def _alone(what: Said, more: Sequence[str]) -> None:
    if more:
        raise LinkRefused(say("{what}, it takes no {more}", what=what, more=shown(more[0])))


def _unknown(thing: Said, name: str, near: Said) -> Said:
    return say("no {thing} is called {name}; {hint}", thing=thing, name=shown(name), hint=near)


def _write(address: str, account: Channel, code: Path | None) -> None:
    if code is None:
        return
    if code.suffix.lower() not in ENDINGS:
        raise LinkRefused(say("{name} ends in neither .svg nor .png", name=shown(str(code))))
    try:
        write_code(address, _title(account), code)
    except OSError as error:
        why = error.strerror or type(error).__name__
        said = say("{name} cannot be written: {why}", name=shown(str(code)), why=why)
        raise LinkRefused(said) from error


def _title(account: Channel) -> str:
    return account.app_name or account.id
