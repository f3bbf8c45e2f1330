"""Links an account: records whose it is, and has LINE send its webhooks here (A2, A6).

The former address is stored before it is replaced, so that a crash in between does not lose it. Done again,
it does what is left to do. All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace

from bot.line.setup_calls import SetupAnswer, SetupCalls
from bot.model.audit import AuditEntry
from bot.model.brake import ChannelStop
from bot.model.channel import Channel
from bot.model.channel_link import ChannelLink, FormerAddress
from bot.model.translatable import tr
from bot.operations.audit_trail import audited
from bot.operations.channels.holding import (
    ChannelRefused,
    bot_of,
    changed_link,
    own_account,
    refuse_others,
    stores_in,
    with_secrets,
)
from bot.operations.doctor import account, webhook
from bot.operations.doctor.account import account_findings
from bot.operations.doctor.ask import ask_in_short, call_own, calls_of
from bot.operations.doctor.examine import Surroundings
from bot.operations.doctor.finding import SetupFinding
from bot.operations.doctor.webhook import WebhookAnswers, host_of, webhook_at, webhook_findings
from bot.store.stores import Stores

OF_ACCOUNT = frozenset(
    one.name for one in (account.TOKEN, account.SECRET, account.SAME_ACCOUNT, account.ACCOUNT_ID)
)
"""What has to be fine before LINE is asked to change anything."""
OF_SERVER = frozenset({webhook.PUBLIC_ADDRESS.name})
ARRIVING = frozenset({webhook.ARRIVES.name})
"""What has to be fine before LINE is to send anything here; nothing of an unlinked account arrives."""

KNOWN_AFTER = 2.0
"""Seconds after which every process knows which accounts are unlinked."""


@dataclass(frozen=True, slots=True)
class LinkedChannel:
    """What came of it: where LINE sends now, whether that `is_new`, which host it has replaced (`took_over`,
    empty: none), and what LINE's test of it has shown."""

    link: ChannelLink
    address: str
    is_new: bool
    took_over: str
    test: SetupFinding


async def link_channel(
    around: Surroundings,
    channel: str,
    actor: str,
    *,
    take_over: bool = False,
    expected_host: str | None = None,
    until_known: Callable[[], Awaitable[None]],
) -> LinkedChannel:
    """Have LINE send an account's webhooks here, where the account is this playbook's.

    `until_known()` returns when all processes know that an unlinked account is linked again. Raises
    `ChannelRefused`: where token, secret and id do not belong together, the account is another playbook's,
    webhooks would not arrive here, LINE refuses, another system answers it and `take_over` is not said, or
    that is at another host than the `expected_host`, for which alone it is said; and where it is unlinked
    meanwhile.
    """
    own, bot, stores = own_account(around, channel), bot_of(around), stores_in(around)
    address = webhook_at(around.public, channel)
    if not address:
        raise ChannelRefused(
            tr("this server's address is not known: set  OAFLOW_PUBLIC_URL=https://your-host")
        )
    known = await stores.channel_links.of(own.channel_id)
    refuse_others(known, bot, channel)
    stop = (await stores.brakes.read()).channel_stop(own.channel_id)
    at_line, seen = await ask_in_short(own, around.api, around.public)
    _refuse_unless_fine([*account_findings(own, at_line, around.staff(channel))], OF_ACCOUNT)
    _refuse_unless_fine(_of_webhook(around, seen), OF_SERVER if stop else OF_SERVER | ARRIVING)
    before = endpoint_in(seen.endpoint)
    host = host_of(before) if before else ""  # what follows it may be another system's secret
    is_elsewhere = is_others(before, ours_of(known, address))
    if is_elsewhere:
        _refuse_take_over(host, expected_host, take_over=take_over)
    linking = AuditEntry("channel_linked", actor, around.now, channel, host, address, channel=channel)
    async with audited(stores, linking) as doing:
        former = FormerAddress(before, actor, around.now) if is_elsewhere else None
        link = await _begun(stores, own, bot, actor, around, former, address)
        if stop is not None:
            await _resume(stores, stop, actor, around)
            await until_known()
            await _refuse_unless_arriving(around, own, seen)
        if before != address:
            await _set(around, own, address)
            doing.update()
        link = await _linked(stores, link, actor, around)
    test = await _tested(around, own, address)
    return LinkedChannel(link, address, before != address, host if is_elsewhere else "", test)


def _refuse_take_over(host: str, expected: str | None, *, take_over: bool) -> None:
    """Raise `ChannelRefused` unless it is said that this system is replaced."""
    if not take_over:
        raise ChannelRefused(
            tr(
                "LINE sends this account's webhooks to {host}: another system answers it. Agree with who"
                " runs it, and take it over: its address is stored, and can be given back",
                host=host,
            )
        )
    if expected is not None and expected != host:
        raise ChannelRefused(
            tr(
                "LINE sends this account's webhooks to {host} by now, not to {expected}. Nothing was changed",
                host=host,
                expected=expected,
            )
        )


async def refuse_other_account(around: Surroundings, account: Channel) -> None:
    """Raise `ChannelRefused` where LINE does not take its token and secret, or they are another account's."""
    at_line, _ = await ask_in_short(account, around.api, around.public)
    _refuse_unless_fine([*account_findings(account, at_line, around.staff(account.name))], OF_ACCOUNT)


def endpoint_in(answer: SetupAnswer | None) -> str:
    """Where LINE sends webhooks, empty: nowhere. Raises `ChannelRefused` where LINE did not say."""
    if answer is None or not (answer.is_fine or answer.status == 404):
        why = "" if answer is None else answer.says
        raise ChannelRefused(tr("LINE did not answer: {why}", why=why))
    return str(answer.body.get("endpoint") or "")


def ours_of(link: ChannelLink | None, wanted: str) -> Collection[str]:
    """The addresses that are this bot's: the one that is `wanted` at LINE, and what it has set there before.

    No other one is: several systems may answer at one host.
    """
    return {wanted, *(() if link is None else link.ours)}


def is_others(address: str, ours: Collection[str]) -> bool:
    """Whether an address is another system's."""
    return bool(address) and address not in ours


async def set_endpoint(calls: SetupCalls, address: str) -> None:
    """Have LINE send there, and read it back. Raises `ChannelRefused`."""
    done = await calls.set_webhook_endpoint(address)
    if not done.is_fine:
        raise ChannelRefused(tr("LINE does not take {host}: {why}", host=host_of(address), why=done.says))
    if (there := endpoint_in(await calls.webhook_endpoint())) != address:
        host = host_of(there) if there else "-"
        raise ChannelRefused(
            tr("LINE has taken the address, and says that it sends to {host}: look again", host=host)
        )


async def _set(around: Surroundings, own: Channel, address: str) -> None:
    async with calls_of(own, around.api) as calls:
        if calls is None:
            raise ChannelRefused(tr("the channel has no access token, and none can be issued: oaflow doctor"))
        await set_endpoint(calls, address)


async def _begun(
    stores: Stores,
    own: Channel,
    bot: str,
    actor: str,
    around: Surroundings,
    former: FormerAddress | None,
    address: str,
) -> ChannelLink:
    """The link before anything is changed at LINE: it has what was there, and our `address` that is set."""

    def linking(before: ChannelLink | None) -> ChannelLink:
        refuse_others(before, bot, own.name)
        known = None if before is None else before.former
        if former is not None and known is not None and known.url == former.url:
            stored: FormerAddress | None = known  # by whom and when it was found first
        else:
            stored = former or known
        base = before or ChannelLink(own.channel_id, bot, own.name, "linking", actor, around.now)
        state = base.state if base.state == "linked" and former is None else "linking"
        ours = (*(one for one in base.ours if one != address), address)
        link = replace(base, bot=bot, channel=own.name, state=state, former=stored, ours=ours)
        return with_secrets(link, own, around.now)

    link = await changed_link(stores.channel_links, own.channel_id, linking)
    assert link is not None, "one was stored"
    return link


async def _linked(stores: Stores, link: ChannelLink, actor: str, around: Surroundings) -> ChannelLink:
    def linked(before: ChannelLink | None) -> ChannelLink:
        now = before or link
        refuse_others(now, link.bot, link.channel)
        if now.state == "linked":
            return now
        if now.state != "linking":
            raise ChannelRefused(tr("{channel} was unlinked meanwhile: look again", channel=now.channel))
        return replace(now, state="linked", by=actor, at=around.now)

    found = await changed_link(stores.channel_links, link.id, linked)
    return found or link


async def _resume(stores: Stores, stop: ChannelStop, actor: str, around: Surroundings) -> None:
    """Let processes hear an unlinked account again; one that was unlinked anew stays so."""
    line = f"channel_resumed:{uuid.uuid4().hex}"
    entry = AuditEntry("channel_resumed", actor, around.now, stop.channel, id=line, channel=stop.channel)
    await stores.brakes.release(stop, entry)


async def _refuse_unless_arriving(around: Surroundings, own: Channel, seen: WebhookAnswers) -> None:
    """Raise `ChannelRefused` where webhooks of an account that is heard again do not arrive."""
    now = replace(seen, own=await call_own(own, seen.wanted))
    _refuse_unless_fine(_of_webhook(around, now), OF_SERVER | ARRIVING, is_heard=True)


async def _tested(around: Surroundings, own: Channel, address: str) -> SetupFinding:
    """What LINE's own test of the webhook shows, now that it is set."""
    async with calls_of(own, around.api) as calls:
        assert calls is not None, "there was a token just now"
        tested, endpoint = await calls.test_webhook(address), await calls.webhook_endpoint()
    seen = WebhookAnswers(address, await call_own(own, address), endpoint, tested)
    found = _of_webhook(around, seen)
    return next((one for one in found if one.state == "wrong"), found[-1])


def _of_webhook(around: Surroundings, seen: WebhookAnswers) -> list[SetupFinding]:
    return [*webhook_findings(seen, around.now, is_simulated=around.is_simulated)]


def _refuse_unless_fine(found: list[SetupFinding], items: frozenset[str], *, is_heard: bool = False) -> None:
    """Raise `ChannelRefused` with the first of these items that is not fine; `is_heard`: it was resumed."""
    for one in found:
        if one.item in items and one.needs_staff:
            if is_heard:
                raise ChannelRefused(
                    tr("{title}: {saw}. The address at LINE is as it was", title=one.title, saw=one.saw)
                )
            raise ChannelRefused(tr("{title}: {saw}. Nothing was changed", title=one.title, saw=one.saw))
