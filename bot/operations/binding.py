"""Binding of phones, by channel: paused by staff or not (B8), its links (B1), how it went lately.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.engine.compiled.pages import binding_flows
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import OnText
from bot.engine.conditions.around import may_hold_on
from bot.model.audit import AuditEntry
from bot.model.brake import BindingPause
from bot.model.channel import Channel, channel_titles
from bot.model.translatable import Refusal, Translatable, row, tr
from bot.operations.binding_funnel import BindingFunnel, funnels
from bot.operations.links import NoLink, page_link, pages
from bot.operations.simulated_time import now_among
from bot.playbook.graph.flow_arrows import started
from bot.playbook.similar import hint_for, quoted
from bot.store.stores import Stores


class BindingRefused(Refusal):
    """It is not done; the sentence says why."""


@dataclass(frozen=True, slots=True)
class BindingLink:
    """The link of a page that binds: its name, what members call it, its address; `None`: `missing` says what
    the channel lacks. Where it has no pages at all, `words` are what members say to bind in the chat."""

    page: str
    title: str
    address: str | None
    missing: Translatable | None = None
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class BindingOnChannel:
    """How binding stands on a channel. `flows` bind there; of them staff have paused `paused_alone`, one by
    one, and the playbook `paused_in_file` of the others.

    `pause`: staff have paused all of them, and `paused_in_file` is empty. `funnels`: one for each span of
    days, today included.
    """

    channel: str
    title: str
    flows: Sequence[str]
    paused_in_file: Sequence[str]
    pause: BindingPause | None
    links: Sequence[BindingLink]
    funnels: Sequence[BindingFunnel]
    paused_alone: Sequence[str] = ()


async def pause_binding(
    stores: Stores, playbook: Playbook, channel: str | None, actor: str, now: datetime | None = None
) -> list[tuple[BindingPause, bool]]:
    """Pause it on a channel (`None`: on all that bind): the pauses that hold now, and which of them are new.

    Every process knows within a second. Raises `BindingRefused` where nothing binds.
    """
    now, found = now or await now_among(stores), []
    for name in _channels(playbook, channel):
        pause = BindingPause(name, actor, now)
        is_new = await stores.brakes.pull(pause, _entry("binding_paused", pause, actor, now))
        found.append((pause if is_new else (await _paused_on(stores, name)) or pause, is_new))
    return found


async def resume_binding(
    stores: Stores, playbook: Playbook, channel: str | None, actor: str, now: datetime | None = None
) -> list[BindingPause]:
    """Let it go on on a channel (`None`: wherever it is paused): what was paused.

    Raises `BindingRefused` where nothing is. A channel or a flow that the playbook does not have any more is
    no hindrance.
    """
    now = now or await now_among(stores)
    ended = []
    for pause in (await stores.brakes.read()).bindings:
        if channel in (None, pause.channel):
            entry = _entry("binding_resumed", pause, actor, now)
            if await stores.brakes.release(pause, entry):
                ended.append(pause)
    if not ended:
        if channel is not None:
            _known(playbook, channel)
        raise BindingRefused(tr("binding is not paused there"))
    return ended


async def binding_view(
    stores: Stores,
    playbook: Playbook,
    channels: Mapping[str, Channel],
    days: Collection[int],
    only: str | None = None,
) -> list[BindingOnChannel]:
    """How it stands on each channel that binds, or on one, with a funnel for each of these spans (days)."""
    brake, found, titles = await stores.brakes.read(), [], channel_titles(channels, playbook.bot)
    for name, account in channels.items():
        if only not in (None, name):
            continue
        flows = binding_flows(playbook, name)
        pause = brake.binding_pause(name)
        if not flows and pause is None:
            continue
        rules = playbook.channels[name]
        alone = [one for one in flows if brake.restriction_of(one, "paused") is not None]
        found.append(
            BindingOnChannel(
                name,
                titles[name],
                flows,
                []
                if pause is not None
                else [one for one in flows if one in rules.paused and one not in alone],
                pause,
                _links(playbook, account, flows),
                await funnels(stores, playbook, name, flows, days),
                alone,
            )
        )
    return found


def _links(playbook: Playbook, account: Channel, flows: Collection[str]) -> list[BindingLink]:
    links = []
    for page, title in pages(playbook, account.name).items():
        if page not in flows:
            continue
        try:
            links.append(BindingLink(page, title, page_link(playbook, account, page).address))
        except NoLink as error:
            words = _beginning(playbook, account.name, page) if account.liff is None else ()
            links.append(BindingLink(page, title, None, error.message, words))
    return links


def _beginning(playbook: Playbook, channel: str, flow: str) -> Sequence[str]:
    """The texts that begin a flow on a channel."""
    rules = [
        rule for rule in playbook.rules if may_hold_on(rule.condition, channel) and flow in started(rule.do)
    ]
    found = (text for rule in rules for one in rule.when if isinstance(one, OnText) for text in one.texts)
    return tuple(dict.fromkeys(found))


def _channels(playbook: Playbook, channel: str | None) -> Sequence[str]:
    if channel is not None:
        _known(playbook, channel)
    asked = playbook.channels if channel is None else [channel]
    found = [name for name in asked if binding_flows(playbook, name)]
    if not found:
        raise BindingRefused(tr("no flow binds a phone there"))
    return found


def _known(playbook: Playbook, channel: str) -> None:
    if channel not in playbook.channels:
        hint = hint_for(channel, playbook.channels)
        hint = hint or tr("there are {names}", names=row(playbook.channels))
        raise BindingRefused(
            tr("there is no {kind} {name}; {hint}", kind=tr("channel"), name=quoted(channel), hint=hint)
        )


async def _paused_on(stores: Stores, channel: str) -> BindingPause | None:
    return (await stores.brakes.read()).binding_pause(channel)


def _entry(
    kind: Literal["binding_paused", "binding_resumed"], pause: BindingPause, actor: str, now: datetime
) -> AuditEntry:
    before = "" if kind == "binding_paused" else pause.by
    name = f"{kind}:{uuid.uuid4().hex}"
    return AuditEntry(kind, actor, now, pause.channel, before, id=name, channel=pause.channel)
