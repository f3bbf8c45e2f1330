"""This process's entry among the running ones: what it serves, where, and with which keys; and the work that
depends on it: key rotation, the announced playbook, removal of old versions and ended drafts."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import cast

from bot.app.context import AppContext
from bot.app.own_checks import own_checks
from bot.model.clock import SystemClock
from bot.model.processes import OutsideService, RefusalKind, RefusedCalls, Serving
from bot.operations.drafts.ended import draft_stores
from bot.playbook.settings_refresh import secrets_of
from bot.runtime.cluster.presence import Presence
from bot.runtime.process import Runtime
from bot.runtime.sweeps.ended_drafts import EndedDrafts
from bot.runtime.sweeps.retention import OldPlaybooks
from bot.runtime.trouble import TroubleWatch


def _program() -> str:
    try:
        return version("oaflow")
    except PackageNotFoundError:  # run from its folder
        return ""


PROGRAM = _program()
"""The version of the installed package `oaflow`; empty where it runs from its source folder."""


def presence_of(serving: AppContext, runtime: Runtime) -> Presence:
    """Start renewing this process's entry, and the work that goes with it (see above)."""
    begun, live, reload, watch = serving.begun, serving.live, serving.reload, serving.keys.watch
    ready = serving.ready
    where, machine = f"{socket.gethostname()}:{begun.folder.resolve()}", SystemClock()

    def serving_now() -> Serving:
        ahead = (serving.clock.now() - machine.now()).total_seconds() if begun.simulator else 0.0
        names, step = watch.names, watch.step
        secrets = begun.opened.seal.counting_index(secrets_of(live.settings))
        me, version = begun.opened.process, live.playbook.version
        made, unmade = (None, "") if begun.simulator else (ready.ready_call, ready.failed_call)
        line = begun.line_api if begun.simulator else ""
        filled = {name: begun.stand_ins[name] for name in live.served.filled}
        checks = own_checks(serving)
        return Serving(
            me,
            where,
            version,
            reload.holds,
            ahead,
            names,
            step,
            secrets,
            made,
            unmade,
            line,
            filled,
            begun.published,
            PROGRAM,
            tuple(one.trouble for one in checks if one.trouble is not None),
            tuple(one.item for one in checks if one.trouble is None and not one.is_near),
            tuple(one.item for one in checks if one.is_near),
            *_outside(serving, runtime),
        )

    presence = Presence(begun.opened.stores.processes, serving_now, serving.clock)
    reload.on_hold = watch.on_change = ready.on_change = presence.changed
    reload.on_renewed(presence.changed)
    for found in (runtime.line.found, serving.shops.found):
        found.on_begin = presence.changed  # a token that is refused is alerted to within a minute
    runtime.also("keys", serving.keys.rotation.run)
    runtime.also("presence", presence.run)
    if not begun.simulator:
        _look_for_playbook(serving, runtime)
        playbooks, owns = begun.opened.stores.playbooks, runtime.ownership.owns
        runtime.also("old playbooks", OldPlaybooks(playbooks, owns, serving.clock).run)
        drafts = EndedDrafts(draft_stores(begun.opened.stores), owns, serving.clock)
        runtime.also("ended drafts", drafts.run)
    return presence


def _outside(
    serving: AppContext, runtime: Runtime
) -> tuple[tuple[RefusedCalls, ...], Mapping[str, datetime]]:
    """The calls that LINE and shops refuse now; and the time (UTC) of the last call that was taken, by
    `"line NAME"` or `"shop NAME"`."""
    watched: Mapping[OutsideService, TroubleWatch] = {
        "line": runtime.line.found,
        "shop": serving.shops.found,
    }
    refused = tuple(
        RefusedCalls(of, name, cast(RefusalKind, one.kind), one.since, one.why)
        for of, found in watched.items()
        for name, one in found.standing()
    )
    taken = {f"{of} {name}": at for of, found in watched.items() for name, at in found.taken.items()}
    return refused, taken


def _look_for_playbook(serving: AppContext, runtime: Runtime) -> None:
    """Have the lease renewed at once when another playbook is live: the renewal begins to serve it. An
    announced playbook is read into memory."""
    pulse, versions = serving.begun.opened.stores.pulse, serving.reload.versions

    def looked() -> None:
        serving.ready.announce(pulse.coming)
        if versions.is_news(pulse.playbook):
            runtime.ownership.check_soon()

    serving.brake.on_look.append(looked)
    runtime.also("coming playbook", serving.ready.run)
