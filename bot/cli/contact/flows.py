"""`oaflow contact leave|restart`: somebody is taken out of a flow, or begins it anew."""

from __future__ import annotations

import sys

from bot.cli.contact.order import about_contact, contact_of
from bot.cli.order import CommandOrder
from bot.cli.terminal_text import agreed
from bot.model.translatable import Translatable, TranslatableValue, row, tr
from bot.operations.find_contacts import NotFound
from bot.operations.flow_orders import FlowRun, FlowUnchanged, end_flow, run_of
from bot.operations.simulated_time import now_among
from bot.playbook.similar import quoted


@about_contact
async def leave(order: CommandOrder) -> None:
    """Take somebody out of a flow. Raises `NotFound` and `Refused`."""
    await _end(order, restarts=False)


@about_contact
async def restart(order: CommandOrder) -> None:
    """Have a flow begin anew with somebody. Raises `NotFound` and `Refused`."""
    await _end(order, restarts=True)


async def _end(order: CommandOrder, *, restarts: bool) -> None:
    if len(order.words) < 2:
        raise NotFound(tr("write  {usage}", usage=tr("WHO FLOW")))
    *identifier, flow = order.words
    found = await contact_of(order, " ".join(identifier))
    run = run_of(found, order.playbook, flow, order.options.channel, await now_among(found.stores))
    for line in _lost(run):
        order.note(line)
    if restarts and run.closed is not None:
        raise FlowUnchanged(run.closed)
    if not order.options.yes:
        _confirm(order, restarts=restarts)
    carried = await end_flow(found, order.playbook, run, order.by, restarts=restarts)
    name: dict[str, TranslatableValue] = {"who": found.contact.id, "flow": quoted(flow)}
    if carried != "done":
        done = tr("stored: it is done for {who} with the flow {flow} when their turn comes", **name)
    elif restarts:
        done = tr("done: the flow {flow} has begun anew for {who}", **name)
    else:
        done = tr("done: {who} is out of the flow {flow}", **name)
    payload = {
        "contact": found.contact.id,
        "flow": flow,
        "channel": run.channel,
        "restarted": restarts,
        "also_left": [] if restarts else list(run.also),
        "carried": carried,
    }
    order.show(payload, done)


def _lost(run: FlowRun) -> list[Translatable]:
    about: dict[str, TranslatableValue] = {"state": quoted(run.state), "number": run.answers}
    lines = [tr("it is at {state}; its timers go, and its answers: {number}", **about)]
    if run.also:
        lines.append(tr("with it ends: {flows}", flows=row(map(quoted, run.also))))
    return lines


def _confirm(order: CommandOrder, *, restarts: bool) -> None:
    """Ask at the terminal. Raises `FlowUnchanged` unless the answer is yes."""
    if not sys.stdin.isatty():
        raise FlowUnchanged(tr("nothing is done without a yes: add  --yes"))
    question = (
        tr("begin anew from the first state, with its messages? [y/N]")
        if restarts
        else tr("end it? it cannot be undone [y/N]")
    )
    if not agreed(question, order.speech):
        raise FlowUnchanged(tr("nothing was done"))
