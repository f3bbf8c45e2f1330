"""Staff close a flow to new people or pause it, stop its pushes, and take that back, each with a reason (H6).

All of it may raise `DatabaseUnavailable`: then perhaps it was done, and asking once more does no harm.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.audit import AuditEntry, AuditEntryKind
from bot.model.brake import AnyStop, FlowLimit, FlowRestriction, MenuPause, PushStop
from bot.model.plain_text import visible
from bot.model.translatable import Refusal, tr
from bot.operations.brake import STOPPED, StopScope, resume_pushes, stop_pushes
from bot.operations.resolve_name import flow_of
from bot.store.stores import Stores

REASON_MOST = 200
"""Characters of a reason."""
_LIMITED: Mapping[FlowLimit, AuditEntryKind] = {"closed": "flow_closed", "paused": "flow_paused"}
_FREED: Mapping[FlowLimit, AuditEntryKind] = {"closed": "flow_opened", "paused": "flow_resumed"}


class NotLimited(Refusal):
    """Nothing was done; the sentence says why."""


def reason_of(written: str) -> str:
    """A reason as the log has it: on one line, without invisible signs. Raises `NotLimited` without one."""
    reason = " ".join(visible(written).split())
    if not reason:
        raise NotLimited(tr("nothing was done: say why, for whoever asks later"))
    if len(reason) > REASON_MOST:
        raise NotLimited(tr("nothing was done: the reason has at most {most} characters", most=REASON_MOST))
    return reason


async def limit_flow(
    stores: Stores, playbook: Playbook, flow: str, limit: FlowLimit, why: str, actor: str, now: datetime
) -> tuple[FlowRestriction, bool]:
    """Close or pause it; what holds now, and whether that is new. Raises `NoSuchFlow` and `NotLimited`."""
    name, reason = flow_of(playbook, flow).name, reason_of(why)
    wanted = FlowRestriction(name, limit, actor, now)
    is_new = await stores.brakes.pull(wanted, _entry(_LIMITED[limit], name, actor, now, after=reason))
    return (await stores.brakes.read()).restriction_of(name, limit) or wanted, is_new


async def free_flow(
    stores: Stores, flow: str, limit: FlowLimit, actor: str, now: datetime
) -> tuple[FlowRestriction, str]:
    """Open it, or let it go on; what was so, and why. Raises `NotLimited` where it is not."""
    while True:
        found = (await stores.brakes.read()).restriction_of(flow, limit)
        if found is None:
            raise NotLimited(
                tr("nothing was done: it is not paused by anybody")
                if limit == "paused"
                else tr("nothing was done: it is not closed by anybody")
            )
        why = (await reasons_of(stores, [found])).get(found.key, "")
        if await stores.brakes.release(found, _entry(_FREED[limit], flow, actor, now, found.by)):
            return found, why


async def stop_flow(
    stores: Stores,
    playbook: Playbook,
    flow: str,
    why: str,
    actor: str,
    channels: Collection[str],
    now: datetime,
) -> tuple[PushStop, bool]:
    """Stop its pushes on all channels. Raises as `limit_flow`."""
    scope = StopScope(None, flow_of(playbook, flow).name)
    return await stop_pushes(stores, scope, actor, channels, playbook, now, reason_of(why))


async def resume_flow(stores: Stores, flow: str, actor: str, now: datetime) -> tuple[PushStop, str]:
    """Its pushes go on; what was so, and why. Raises `StopRefused` where nothing is stopped by its name."""
    stop = (await stores.brakes.read()).stop_of(PushStop(None, flow, actor, now).key)
    why = "" if stop is None else (await reasons_of(stores, [stop])).get(stop.key, "")
    ended, _ = await resume_pushes(stores, StopScope(None, flow), actor, now)
    return ended, why


async def pause_menu(
    stores: Stores, playbook: Playbook, menu: str, why: str, actor: str, now: datetime
) -> tuple[MenuPause, bool]:
    """Have it as if it were not there; what holds now, and whether that is new. Raises `NotLimited`."""
    if menu not in {one.name for one in playbook.menus}:
        raise NotLimited(tr("the playbook has no such rich menu"))
    wanted, reason = MenuPause(menu, actor, now), reason_of(why)
    is_new = await stores.brakes.pull(wanted, _entry("menu_paused", menu, actor, now, after=reason))
    return (await stores.brakes.read()).menu_pause(menu) or wanted, is_new


async def resume_menu(stores: Stores, menu: str, actor: str, now: datetime) -> tuple[MenuPause, str]:
    """Have it shown again; what was so, and why. Raises `NotLimited` where it is not paused by staff."""
    while True:
        found = (await stores.brakes.read()).menu_pause(menu)
        if found is None:
            raise NotLimited(tr("nothing was done: it is not paused by anybody"))
        why = (await reasons_of(stores, [found])).get(found.key, "")
        if await stores.brakes.release(found, _entry("menu_resumed", menu, actor, now, found.by)):
            return found, why


async def reasons_of(stores: Stores, stops: Collection[AnyStop]) -> Mapping[str, str]:
    """Why each was stopped, by its key, where somebody has said so."""
    entries = await stores.brakes.entries(stops) if stops else {}
    return {key: entry.after for key, entry in entries.items() if entry.after not in ("", STOPPED)}


def _entry(
    kind: AuditEntryKind, about: str, actor: str, now: datetime, before: str = "", *, after: str = ""
) -> AuditEntry:
    return AuditEntry(kind, actor, now, about, before, after, id=f"{kind}:{uuid.uuid4().hex}")
