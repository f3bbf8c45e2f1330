"""Staff close a flow to new people or pause it, pause a rich menu, each with a reason; that taken back (H6).

All of it may raise `DatabaseUnavailable`: then perhaps it was done, and asking once more does no harm.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from bot.engine.compiled.form import flow_of_form, form_of_flow
from bot.engine.compiled.playbook import Playbook
from bot.model.audit import AuditEntry, AuditEntryKind
from bot.model.brake import FlowLimit, FlowRestriction, MenuPause
from bot.model.plain_text import visible
from bot.model.translatable import Refusal, tr
from bot.operations.brake import reasons_of
from bot.operations.resolve_name import flow_of, paused_name
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
    """Close or pause it, or a form; what holds now, and whether that is new.

    Raises `NoSuchFlow` and `NotLimited`.
    """
    name = paused_name(playbook, flow) if limit == "paused" else flow_of(playbook, flow).name
    reason = reason_of(why)
    wanted = FlowRestriction(name, limit, actor, now)
    is_new = await stores.brakes.pull(wanted, _entry(_LIMITED[limit], name, actor, now, after=reason))
    return (await stores.brakes.read()).restriction_of(name, limit) or wanted, is_new


async def free_flow(
    stores: Stores, flow: str, limit: FlowLimit, actor: str, now: datetime
) -> tuple[FlowRestriction, str | None]:
    """Open it, or let it go on; what was so, and why. Raises `NotLimited` where it is not."""
    while True:
        brake = await stores.brakes.read()
        names = (flow, flow_of_form(form_of_flow(flow)))  # a form by its own name, too
        found = next(filter(None, (brake.restriction_of(one, limit) for one in names)), None)
        if found is None:
            raise NotLimited(
                tr("nothing was done: it is not paused by anybody")
                if limit == "paused"
                else tr("nothing was done: it is not closed by anybody")
            )
        why = (await reasons_of(stores, [found])).get(found.key)
        if await stores.brakes.release(found, _entry(_FREED[limit], found.flow, actor, now, found.by)):
            return found, why


async def pause_menu(
    stores: Stores, playbook: Playbook, menu: str, why: str, actor: str, now: datetime
) -> tuple[MenuPause, bool]:
    """Have it as if it were not there; what holds now, and whether that is new. Raises `NotLimited`."""
    if menu not in {one.name for one in playbook.menus}:
        raise NotLimited(tr("the playbook has no such rich menu"))
    wanted, reason = MenuPause(menu, actor, now), reason_of(why)
    is_new = await stores.brakes.pull(wanted, _entry("menu_paused", menu, actor, now, after=reason))
    return (await stores.brakes.read()).menu_pause(menu) or wanted, is_new


async def resume_menu(stores: Stores, menu: str, actor: str, now: datetime) -> tuple[MenuPause, str | None]:
    """Have it shown again; what was so, and why. Raises `NotLimited` where it is not paused by staff."""
    while True:
        found = (await stores.brakes.read()).menu_pause(menu)
        if found is None:
            raise NotLimited(tr("nothing was done: it is not paused by anybody"))
        why = (await reasons_of(stores, [found])).get(found.key)
        if await stores.brakes.release(found, _entry("menu_resumed", menu, actor, now, found.by)):
            return found, why


def _entry(
    kind: AuditEntryKind, about: str, actor: str, now: datetime, before: str = "", *, after: str = ""
) -> AuditEntry:
    return AuditEntry(kind, actor, now, about, before, after, id=f"{kind}:{uuid.uuid4().hex}")
