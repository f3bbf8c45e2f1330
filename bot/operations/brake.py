"""Stopping all pushes, of a channel or a flow; letting them go on; what is stopped (requirement K5).

All of it may raise `DatabaseUnavailable`: then perhaps it was done, and asking once more does no harm.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.audit import AuditEntry, AuditEntryKind
from bot.model.brake import AnyStop, Brake, PushStop
from bot.model.broadcast import Sending
from bot.model.translatable import Refusal, Translatable, row, tr
from bot.operations.simulated_time import now_among
from bot.playbook.similar import hint_for, quoted
from bot.store.stores import Stores
from bot.wording.stop_words import not_stopped

COUNTED = 10_000
"""People of a flow that are counted: whoever stops pushes is in a hurry."""
GOES, STOPPED = "pushes go", "pushes are stopped"
"""What is so before and after, for the audit log."""


class StopRefused(Refusal):
    """It is not done; the sentence says why."""


@dataclass(frozen=True, slots=True)
class StopScope:
    """What is to be stopped: of a channel (`None`: of all), of a flow (`None`: of all)."""

    channel: str | None = None
    flow: str | None = None


@dataclass(frozen=True, slots=True)
class BrakeView:
    """What is stopped, how many people it holds, and whose flows the playbook does not have (any more)."""

    brake: Brake
    people: int
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunningNow:
    """What speaks by itself: broadcasts that go out or are about to, each with its title, and flows with how
    many people are in them, counted up to `most`."""

    broadcasts: Sequence[tuple[str, Sending]]
    flows: Sequence[tuple[str, int]]
    most: int = COUNTED


async def running_now(stores: Stores, playbook: Playbook) -> RunningNow:
    """All of it by its titles, the largest flows first."""
    sendings = [(_broadcast_title(playbook, one.broadcast), one) for one in await stores.sendings.open()]
    counted = [
        (flow.title or name, await stores.standing.how_many_in(name, COUNTED))
        for name, flow in playbook.flows.items()
    ]
    flows = sorted((one for one in counted if one[1]), key=lambda one: -one[1])
    return RunningNow(sendings, flows)


def _broadcast_title(playbook: Playbook, name: str) -> str:
    broadcast = playbook.broadcasts.get(name)
    return name if broadcast is None else broadcast.title or name


async def stop_pushes(
    stores: Stores,
    scope: StopScope,
    actor: str,
    channels: Collection[str],
    playbook: Playbook | None,
    now: datetime | None = None,
    why: str = "",
) -> tuple[PushStop, bool]:
    """Stop them; the stop that holds now, and whether it is new. Raises `StopRefused` for what is not there.

    `now`: what time it is, where it is known better than processes tell it; `why`: for the audit log.
    Without a playbook (the files of the folder cannot be read) a flow is known only where people are in it.
    """
    if scope.channel is not None and scope.channel not in channels:
        raise StopRefused(_no_such(tr("channel"), scope.channel, channels))
    if scope.flow is not None:
        await _known_flow(stores, scope.flow, playbook)
    now = now or await now_among(stores)
    stop = PushStop(scope.channel, scope.flow, actor, now)
    entry = _entry("pushes_stopped", stop, actor, now, GOES, why or STOPPED)
    is_new = await stores.brakes.pull(stop, entry)
    brake = await stores.brakes.read()
    return brake.stop_of(stop.key) or stop, is_new


async def resume_pushes(
    stores: Stores, scope: StopScope, actor: str, now: datetime | None = None
) -> tuple[PushStop, str | None, Brake]:
    """Let go on what was stopped by just these words; which stop it was, why, and what is stopped still.

    Raises `StopRefused` where nothing is stopped by them: what else is stopped stays so.
    """
    wanted = PushStop(scope.channel, scope.flow, actor, now or await now_among(stores))
    while True:
        brake = await stores.brakes.read()
        found = brake.stop_of(wanted.key)
        if found is None:
            raise StopRefused(not_stopped(brake))
        why = (await reasons_of(stores, [found])).get(found.key)
        entry = _entry("pushes_resumed", found, actor, wanted.at, f"{STOPPED}, {found.by}", GOES)
        if await stores.brakes.release(found, entry):
            return found, why, await stores.brakes.read()


async def brake_view(stores: Stores, playbook: Playbook | None) -> BrakeView:
    """What is stopped just now."""
    brake = await stores.brakes.read()
    unknown = () if playbook is None else tuple(name for name in brake.flows if not _has(playbook, name))
    return BrakeView(brake, await stores.held.how_many_by_brake(), unknown)


async def reasons_of(stores: Stores, stops: Collection[AnyStop]) -> Mapping[str, str]:
    """Why each was stopped, by its key, where somebody has said so."""
    entries = await stores.brakes.entries(stops) if stops else {}
    return {key: entry.after for key, entry in entries.items() if entry.after not in ("", STOPPED)}


def _entry(
    kind: AuditEntryKind, stop: PushStop, actor: str, now: datetime, before: str, after: str
) -> AuditEntry:
    name = f"{kind}:{uuid.uuid4().hex}"
    return AuditEntry(kind, actor, now, stop.about, before, after, id=name, channel=stop.channel or "")


async def _known_flow(stores: Stores, flow: str, playbook: Playbook | None) -> None:
    if playbook is not None and _has(playbook, flow):
        return
    if any(standing.flow == flow for standing in await stores.standing.in_flows()):
        return  # processes may serve another version than the files here
    raise StopRefused(_no_such(tr("flow"), flow, playbook.flows if playbook is not None else ()))


def _has(playbook: Playbook, flow: str) -> bool:
    return flow in playbook.flows or flow in playbook.form_flows


def _no_such(kind: Translatable, name: str, known: Collection[str]) -> Translatable:
    hint = hint_for(name, known) or tr("there are {names}", names=row(known) if known else tr("none"))
    return tr("there is no {kind} {name}; {hint}", kind=kind, name=quoted(name), hint=hint)
