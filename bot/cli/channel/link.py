"""`oaflow channel status|link|unlink`: an account of LINE's, and this server (A6, A7)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.channel.named import on_channels, only_one
from bot.cli.dates import to_the_second
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.operator import commander
from bot.cli.terminal_text import NotAgreed, agreed, write_err
from bot.model.clock import SystemClock
from bot.model.translatable import Language, Translatable, tr
from bot.operations.channels.link import KNOWN_AFTER, LinkedChannel, link_channel
from bot.operations.channels.unlink import WhatGoes, unlink_channel, what_goes
from bot.operations.channels.view import ChannelStatus, channel_statuses
from bot.operations.channels.words import secrets_left
from bot.operations.doctor.examine import Surroundings
from bot.operations.doctor.webhook import host_of
from bot.operations.payload import Payload, pick


async def _until_known() -> None:
    await SystemClock().wait(KNOWN_AFTER)


@on_channels
async def status(around: Surroundings, channels: list[str], options: Arguments, speech: Language) -> int:
    """Print how they stand; exit 1 where LINE does not send an account's webhooks here."""
    found = await channel_statuses(around, channels)
    at = to_the_second(around.zone)
    lines = [line for one in found for line in (_title(one), *one.lines(at))]
    show_answer(found, lines, for_programs=options.json, words=speech)
    return RIGHT if all(one.sent_to == "here" and not one.stopped for one in found) else WRONG


@on_channels
async def link(around: Surroundings, channels: list[str], options: Arguments, speech: Language) -> int:
    """Link it; exit 1 where LINE's test of it fails."""
    channel = only_one(channels)
    if options.address:
        around = replace(around, public=options.address.rstrip("/"))

    done = await link_channel(
        around, channel, commander(options.by), take_over=options.take_over, until_known=_until_known
    )
    payload = {
        "channel": channel,
        "address": done.address,
        "new": done.is_new,
        "took_over": done.took_over or None,
        "test": done.test.state,
        "says": done.test.saw,
    }
    show_answer(payload, _linked_lines(channel, done), for_programs=options.json, words=speech)
    return RIGHT if done.test.state == "fine" else WRONG


@on_channels
async def unlink(around: Surroundings, channels: list[str], options: Arguments, speech: Language) -> int:
    """Say what goes, ask, and unlink it."""
    channel, clock = only_one(channels), SystemClock()
    goes = await what_goes(around, channel, clock)
    _agree(channel, goes, options, speech)

    def tell(step: Translatable) -> None:
        write_err(f"{speech.text(step)}\n")

    actor, back = commander(options.by), options.give_back
    ended = await unlink_channel(
        around, channel, actor, clock, until_known=_until_known, give_back=back, tell=tell
    )
    payload: Payload = {
        "channel": channel,
        "at": ended.at,
        **pick(goes, "menus", "aliases", "people"),
        "given_back": host_of(goes.former.url) if back and goes.former is not None else None,
    }
    show_answer(
        payload, _unlinked_lines(around, channel, goes, back), for_programs=options.json, words=speech
    )
    return RIGHT


def _agree(channel: str, goes: WhatGoes, options: Arguments, speech: Language) -> None:
    """Show what goes, and wait for a yes. Raises `NotAgreed`."""
    for line in goes.lines(give_back=options.give_back):
        write_err(f"{speech.text(line)}\n")
    if options.yes:
        return
    if not sys.stdin.isatty():
        raise NotAgreed(tr("nothing is unlinked without a yes: add  --yes"))
    if not agreed(tr("unlink {channel}?", channel=channel), speech):
        raise NotAgreed(tr("nothing was unlinked"))


def _linked_lines(channel: str, done: LinkedChannel) -> Iterator[Translatable]:
    if done.is_new:
        yield tr("{channel}: LINE sends the webhooks to {address}", channel=channel, address=done.address)
    else:
        yield tr("{channel}: LINE sends the webhooks here already", channel=channel)
    if done.took_over:
        yield tr(
            "{host} had it until now; to give it back:  oaflow channel unlink {channel} --give-back",
            host=done.took_over,
            channel=channel,
        )
    yield tr("{title}: {saw}", title=done.test.title, saw=done.test.saw)
    if done.test.state != "fine":
        yield from (tr("    → {step}", step=step) for step in done.test.mend)


def _unlinked_lines(
    around: Surroundings, channel: str, goes: WhatGoes, give_back: bool
) -> Iterator[Translatable]:
    yield tr("{channel} is unlinked: nothing is said there any more", channel=channel)
    if give_back and goes.former is not None:
        yield tr("LINE sends the webhooks to {host} again", host=host_of(goes.former.url))
    elif goes.address == "ours":
        yield tr(
            "LINE has no call that removes an address: switch “Use webhook” off in LINE Developers Console, "
            "or write the next system's there; what comes here meanwhile is refused"
        )
    yield from secrets_left(around.settings, channel)
    yield tr("to come back:  oaflow channel link {channel}, then  oaflow richmenu sync", channel=channel)


def _title(one: ChannelStatus) -> Translatable:
    return tr("{channel} ({title})", channel=one.channel, title=one.title)
