"""Staff take one person out of a flow, or have it begin anew with them. With or without a bot beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.flows.starting import why_not
from bot.model.contact import Contact
from bot.model.instance import Instance
from bot.model.staff_order import StaffEnds
from bot.model.translatable import QuotedContact, Refusal, Translatable, row, tr
from bot.operations.contact_changes import Carried, carried_out, staff_changes
from bot.operations.find_contacts import LocatedContact, NotFound
from bot.playbook.similar import quoted


class FlowUnchanged(Refusal):
    """Nothing was done; the sentence says why."""


@dataclass(frozen=True, slots=True)
class FlowRun:
    """A run of a flow that staff look at: what ends with it, and how many answers are lost.

    `closed`: why it cannot begin anew now.
    """

    flow: str
    channel: str
    state: str
    began: datetime
    also: tuple[str, ...] = ()
    answers: int = 0
    closed: Translatable | None = None


def flow_run(playbook: Playbook, contact: Contact, instance: Instance, now: datetime) -> FlowRun:
    """What staff are shown of a run before they order anything."""
    with_it = [instance, *_with_it(playbook, contact, instance)]
    return FlowRun(
        *(instance.flow, instance.channel, instance.state, instance.began),
        tuple(one.flow for one in with_it[1:]),
        sum(len(one.answers) for one in with_it),
        _closed(playbook, instance, now),
    )


def run_of(
    found: LocatedContact, playbook: Playbook, flow: str, channel: str | None, now: datetime
) -> FlowRun:
    """The run of a flow that this person is in, on a channel or the only one. Raises `NotFound`."""
    contact = found.contact
    there = [one for one in contact.flows if one.flow == flow and channel in (None, one.channel)]
    if len(there) > 1:
        channels = row(one.channel for one in there)
        raise NotFound(tr("say on which account: they are in it on {channels}", channels=channels))
    if there:
        return flow_run(playbook, contact, there[0], now)
    others = row(dict.fromkeys(quoted(one.flow) for one in contact.flows))
    known = tr("is in {flows}", flows=others) if contact.flows else tr("is in no flow")
    raise NotFound(
        tr(
            "{contact} is not in the flow {flow}: {known}",
            contact=QuotedContact(contact.id),
            flow=quoted(flow),
            known=known,
        )
    )


async def end_flow(
    found: LocatedContact, playbook: Playbook, run: FlowRun, actor: str, *, restarts: bool = False
) -> Carried:
    """Have a run end, and begin anew; wait until a running process has done so.

    Raises `FlowUnchanged` where it takes nobody now, or another run than this is there by then.
    """
    if restarts and run.closed is not None:
        raise FlowUnchanged(run.closed)
    order = StaffEnds(run.flow, run.began, restarts)
    there = found.contact.instance(run.flow, run.channel)
    if there is None or there.began != run.began:
        raise FlowUnchanged(tr("nothing was done: that run is over, look again"))
    changes = await staff_changes(found)
    event = await changes.end_flow(found.contact.id, run.channel, order, actor)
    carried = await carried_out(found, lambda stored: event not in stored.waiting)
    if carried == "done" and restarts:
        stored = await found.stores.contacts.person(found.contact.id)
        now = None if stored is None else stored.contact.instance(run.flow, run.channel)
        if now is not None and now.began == run.began:
            raise FlowUnchanged(tr("nothing was done: the flow takes nobody just now"))
    return carried


def _with_it(playbook: Playbook, contact: Contact, instance: Instance) -> Iterator[Instance]:
    """What it runs, and what runs it (semantics 18)."""
    for other in contact.flows:
        if other is instance or other.channel != instance.channel:
            continue
        flow = playbook.flow(other.flow, other.channel)
        state = None if flow is None else flow.states.get(other.state)
        if other.parent == instance.flow or (state is not None and state.run == instance.flow):
            yield other


def _closed(playbook: Playbook, instance: Instance, now: datetime) -> Translatable | None:
    flow = playbook.flow(instance.flow, instance.channel)
    if flow is None:
        return tr("the playbook has this flow no more")
    match why_not(playbook, flow, instance.channel, now):
        case None:
            return None
        case "paused":
            return tr("this flow is paused just now")
        case "not yet active" | "no longer active":
            return tr("this flow is not in its time just now")
        case _:
            return tr("this flow takes nobody just now")
