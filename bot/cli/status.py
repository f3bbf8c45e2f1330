"""`oaflow status`: how the installation stands."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator

from bot.cli.arguments import add_json, add_playbook, describe
from bot.cli.order import CommandOrder, carried_out
from bot.cli.own_address import as_they_know_it
from bot.model.translatable import Translatable, plural, tr
from bot.operations.system import SystemMachines, SystemSource, SystemView, system_of, system_payload
from bot.operations.today import shop_in_words


@carried_out()
async def run(order: CommandOrder) -> None:
    """Print what is wrong, then the rest."""
    people, now = await order.people_now()
    known = await as_they_know_it(order.opened, order.served, people)
    public = known.playbook.public
    source = SystemSource(
        *(people, order.opened.seal, lambda: known.settings, lambda: now),
        lambda channel: f"{public}/webhook/{channel}",
    )
    found = await system_of(source)
    order.show_all(system_payload(found), _lines(order, found))


def arguments(command: ArgumentParser) -> None:
    """A playbook."""
    says = "How the installation stands: what is wrong, channels, servers, keys, the database."
    describe(command, says, example="oaflow status my-shop", run=run)
    add_playbook(command)
    add_json(command)


def _lines(order: CommandOrder, found: SystemView) -> Iterator[Translatable]:
    if not found.troubles:
        yield tr("nothing to look at: all is well")
    for one in found.troubles:
        says = tr("{about}: {says}", about=one.about, says=one.says) if one.about else one.says
        if one.since is None:
            yield tr("to look at: {says}", says=says)
        else:
            yield tr("to look at: {says}, since {moment}", says=says, moment=order.at(one.since))
    for channel in found.channels:
        yield tr("{name}: webhook address {address}", name=channel.name, address=channel.webhook)
        if channel.quota is not None and channel.quota.left is not None:
            left, at = f"{channel.quota.left:,}", order.at(channel.quota.at)
            yield tr("  {number} paid messages are left this month, asked {moment}", number=left, moment=at)
    for shop in found.shops:
        yield shop_in_words(shop, order.at)
    yield tr(
        "not sent in 7 days: {unsent}; events that wait: {waiting}",
        unsent=f"{found.unsent:,}",
        waiting=f"{found.waiting:,}",
    )
    if (live := found.live) is not None:
        yield tr("playbook: version {number}, live since {at}", number=f"{live.number}", at=order.at(live.at))
    if found.machines is not None:
        yield from _of_machines(order, found.machines)


def _of_machines(order: CommandOrder, found: SystemMachines) -> Iterator[Translatable]:
    if not found.processes:
        yield tr("no server runs just now")
    for one in found.processes:
        share = f"{one.parts / 2.56:.0f}"
        yield tr("{machine}: works for {share} percent of the people", machine=one.machine, share=share)
    if (since := found.keys.since) is not None:
        yield tr("the sealing key is in use since {moment}", moment=order.at(since))
    if (backed_up := found.backed_up) is not None:
        yield tr("the last  oaflow backup  is of {moment}", moment=order.at(backed_up))
    else:
        yield tr("oaflow backup  has made no backup of it yet")
    if (restored := found.restored) is not None:
        yield tr(
            "it was restored from the backup of {as_of}, at {moment}",
            as_of=order.at(restored.as_of),
            moment=order.at(restored.at),
        )
    database = found.database
    stored = f"{(database.stored + database.indexes) / 1_000_000:,.1f}"
    members = plural("1 member", "{number} members", database.members)
    yield tr(
        "MongoDB {version}, {members}, {size} MB on disk",
        version=database.version,
        members=members,
        size=stored,
    )
