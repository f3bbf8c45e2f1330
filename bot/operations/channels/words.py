"""What is said of an account: how it stands, what unlinking removes, which secrets still stand somewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from bot.model.channel_link import ChannelLink
from bot.model.settings import Settings
from bot.model.translatable import Translatable, TranslatableValue, plural, row, tr
from bot.operations.actors import by_name
from bot.operations.channels.unlink import WhatGoes
from bot.operations.channels.view import ChannelStatus
from bot.operations.doctor.webhook import host_of
from bot.playbook.syntax.environment import variables_in


def goes_lines(goes: WhatGoes, *, give_back: bool | None) -> Iterator[Translatable]:
    """What unlinking removes, and what stays; `give_back`: `None` where that is still to be chosen."""
    if goes.menus:
        yield plural("goes: 1 rich menu", "goes: {number} rich menus", goes.menus)
    if goes.aliases:
        yield plural("goes: 1 alias of a tab", "goes: {number} aliases of tabs", goes.aliases)
    if goes.has_default:
        yield tr("goes: the default rich menu")
    if goes.people:
        yield plural(
            "1 person who was given a rich menu sees none of them any more",
            "{number} people who were given a rich menu see none of them any more",
            goes.people,
        )
    if goes.foreign:
        yield plural(
            "stays: 1 rich menu that another system has made",
            "stays: {number} rich menus that other systems have made",
            goes.foreign,
        )
    if give_back and goes.former is not None:
        yield tr("LINE sends the webhooks to {host} again", host=host_of(goes.former.url))
    elif give_back is not None and goes.address == "ours":
        yield tr(
            "stays: the webhook's address: LINE has no call that removes it, and this server refuses them"
        )
    yield tr("stays: people, and what is known of them")


def secrets_left(settings: Settings, channel: str) -> Iterator[Translatable]:
    """The variables that still hold the account's secrets: no database has them."""
    names: dict[str, None] = {}
    for path, written in settings.written.items():
        if path[:2] == ("channels", channel) and path[-1] in _SECRETS:
            names |= dict.fromkeys(variables_in(written.text))
    if names:
        yield tr(
            "its secrets still stand in the environment or in .env, take them out: {names}", names=row(names)
        )


_SECRETS = frozenset({"channel_secret", "access_token", "login_channel_secret"})


def status_lines(one: ChannelStatus, at: Callable[[datetime], TranslatableValue]) -> Iterator[Translatable]:
    """How an account stands, a sentence a line; `at` says a moment."""
    yield _sends(one)
    link = one.link
    if one.is_stopped and (link is None or link.state == "unlinked"):
        yield tr("unlinked: nothing is said there")
    if link is not None and (since := _since(link, at)) is not None:
        yield since
    if link is not None and link.former is not None:
        former = link.former
        yield tr(
            "before: {host}, taken over {moment} by {who}; its address is stored",
            host=host_of(former.url),
            moment=at(former.at),
            who=by_name(former.by),
        )
    yield tr("rich menus: {menus}, aliases: {aliases}", menus=str(one.menus), aliases=str(one.aliases))
    if one.secrets_since is not None:
        yield tr("secret and token in use since {moment}", moment=at(one.secrets_since))


def _since(link: ChannelLink, at: Callable[[datetime], TranslatableValue]) -> Translatable | None:
    since = {"moment": at(link.at), "who": by_name(link.by)}
    match link.state:
        case "served":
            return None
        case "linking":
            return tr("linking was begun {moment}, by {who}: link it once more", **since)
        case "linked":
            return tr("linked since {moment}, by {who}", **since)
        case "unlinking":
            return tr("unlinking was begun {moment}, by {who}: unlink it once more", **since)
        case "unlinked":
            return tr("unlinked since {moment}, by {who}", **since)


def _sends(one: ChannelStatus) -> Translatable:
    match one.sent_to:
        case "here" if one.is_on:
            return tr("LINE sends the webhooks here")
        case "here":
            return tr("LINE has our address, and “Use webhook” is off")
        case "elsewhere":
            return tr("LINE sends the webhooks to {host}", host=one.host)
        case "nowhere":
            return tr("LINE has no address to send webhooks to")
        case "unknown":
            return tr("LINE did not say where it sends the webhooks")
