"""Cohorts by month of binding, read from the timeline (N6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import start_of_day, today
from bot.model.cohorts import Cohort, cohorts_of
from bot.model.counts import OF_BINDINGS
from bot.operations.attribution.report import known_days, orders_between
from bot.operations.simulated_time import now_among
from bot.store.stores import Stores

MONTHS = 6
"""So many months of binding, this one among them, where nothing else is asked for."""


async def binding_cohorts(stores: Stores, playbook: Playbook, months: int = MONTHS) -> tuple[Cohort, ...]:
    """Of the last `months`, as far as the timeline goes back. May raise `DatabaseUnavailable`."""
    now = await now_among(stores)
    this = today(now, playbook.zone).replace(day=1)
    number = this.year * 12 + this.month - 1 - (months - 1)
    first = this.replace(year=number // 12, month=number % 12 + 1)
    since = start_of_day(first, playbook.zone)
    known = now - timedelta(days=known_days(playbook))
    into = await stores.merged_since.read(known)
    bound: dict[str, datetime] = {}
    async for row in stores.happened.reached([OF_BINDINGS], known, now):
        person = into.get(row.contact, row.contact)
        bound[person] = min(row.at, bound.get(person, row.at))
    lately = {person: at for person, at in bound.items() if at >= since}
    orders, _ = await orders_between(stores, max(since, known), now, into)
    return cohorts_of(lately, orders, now, playbook.zone)
