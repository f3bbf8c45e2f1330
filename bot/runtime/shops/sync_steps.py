"""A listing of a shop's members, as it goes on: begun, stopped, done. Pure: what is so after what."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from bot.engine.compiled.playbook import Playbook
from bot.model.settings import STAND_IN, ShopSettings
from bot.model.shop_sync import WRONG_ACCOUNT, ShopSync, SyncFigures, SyncRun, SyncStop
from bot.runtime.shops.whose_accounts import LineUnknown
from bot.shops.failure import (
    CredentialsExpired,
    CredentialsMissing,
    CredentialsRefused,
    NotOffered,
    NotPermitted,
    ShopAway,
)

PASSED = timedelta(minutes=2)
"""How long ago the moment is up to which is asked: a shop's clock may be behind ours."""
OVERLAP = timedelta(minutes=10)
"""Which the next poll asks for once more: what was changed in these moments may have become known later."""
NO_END = timedelta(days=1)
BY_NIGHT = "night"
"""Who has ordered a poll."""
_REFUSED = (CredentialsExpired, CredentialsMissing, CredentialsRefused, NotPermitted)
FIRST_PAUSE, LONGEST_PAUSE, REFUSED_PAUSE = timedelta(seconds=15), timedelta(minutes=15), timedelta(hours=1)


def mapping_of(shop: ShopSettings, playbook: Playbook) -> str:
    """Whose members are read, and by what: another text, where that would give something else."""
    types = {name: (info.type, info.slot, info.values) for name, info in playbook.attributes.items()}
    read_by = sorted((ours, theirs.theirs, types.get(ours)) for ours, theirs in shop.attributes.items())
    given = (shop.credentials.get(name) for name in ("username", "url"))  # another one is another shop
    who = [None if not one or one.startswith(STAND_IN) else one for one in given]
    told = repr((shop.platform, who, read_by, sorted(shop.tags.items()), shop.consent, str(playbook.zone)))
    return sha256(told.encode()).hexdigest()[:16]


def poll_of(sync: ShopSync, now: datetime) -> SyncRun:
    """The poll that is under way, or the next one: who was changed since the cursor."""
    going_on = sync.poll
    if going_on is not None and going_on.is_under_way and going_on.since == sync.cursor:
        return going_on
    return SyncRun("poll", BY_NIGHT, now, since=sync.cursor, until=now - PASSED)


def anew(run: SyncRun, mapping: str, now: datetime) -> SyncRun:
    """The same listing from its beginning, by this mapping."""
    run = replace(run, mark=None, total=None, mapping=mapping, figures=SyncFigures())
    return run if run.kind == "poll" else replace(run, since=None, until=now - PASSED)


def looked(run: SyncRun, total: int, calls: int, seconds: float, now: datetime) -> SyncRun:
    """What is known before anything is read for good; of a look that is all."""
    run = replace(run, total=total, calls=calls, seconds=seconds, stop=None)
    return (
        replace(run, state="done", ended=now)
        if run.kind == "look"
        else replace(run, state="running", began=now)
    )


def stopped(run: SyncRun, error: Exception, now: datetime) -> SyncRun:
    """It does not go on: why, and when it is tried again."""
    failures = 1 if run.stop is None else run.stop.failures + 1
    match error:
        case NotOffered():
            again = None
        case _ if isinstance(error, _REFUSED):
            again = now + REFUSED_PAUSE
        case _:
            least = timedelta(seconds=error.after if isinstance(error, ShopAway) else 0)
            again = now + max(least, min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures - 1, 10)))
    why = "LineUnknown" if isinstance(error, LineUnknown) else type(error).__name__
    return replace(run, state="stopped", stop=SyncStop(why, str(error), now, failures, again))


def of_another_account(run: SyncRun, channel: str, now: datetime) -> SyncRun:
    """None of the shop's LINE user ids is known on its channel: somebody has to mend that."""
    return replace(run, state="stopped", line=False, stop=SyncStop(WRONG_ACCOUNT, channel, now))


def through(sync: ShopSync, run: SyncRun, now: datetime) -> ShopSync:
    """The last page was read: what is to be read then, or it is done, and the next poll follows on it.

    After all members come those who were changed meanwhile. That listing has no end: somebody may slip
    through it, who is met by the next poll, which asks for that time once more.
    """
    until, since = run.until, run.since
    assert until is not None, "it has begun"
    run = replace(run, mark=None, stop=None)
    if run.kind == "all" and since is None:
        return sync.with_run(replace(run, since=until - OVERLAP, until=now + NO_END))
    asked_to = since if run.kind == "all" and since is not None else until - OVERLAP
    cursor = asked_to if sync.cursor is None else max(asked_to, sync.cursor)
    return replace(sync, cursor=cursor).with_run(replace(run, state="done", ended=now))
