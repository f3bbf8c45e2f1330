"""Many people at once: begun, stopped, undone; who is meant, and how many (J2, J3).

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from bot.engine.compiled.playbook import Playbook
from bot.model.audit import AuditEntry, AuditEntryKind
from bot.model.bulk_run import CHOSEN_MOST, BulkKind, BulkRun, SoughtPeople
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.audiences import AudienceCount
from bot.operations.contact_search import ConditionWrong, SearchTerms, condition_written, number_found, search
from bot.operations.find_contacts import NotFound, not_called
from bot.playbook.read import PlaybookContents
from bot.playbook.similar import hint_for
from bot.store.stores import Stores

COUNTED = 2_000
"""Up to so many are counted one by one, where no index knows how many they are."""
AUDIT_KINDS: Mapping[BulkKind, AuditEntryKind] = {
    "tag": "many_tagged",
    "untag": "many_untagged",
    "export": "many_exported",
}
"""How the audit log calls them."""


class BulkRefused(Refusal):
    """Nothing was begun, or changed; the sentence says why."""


def chosen_people(ids: Sequence[str]) -> SoughtPeople:
    """Exactly these contacts. Raises `BulkRefused` for nobody, and for more than one run takes."""
    if not ids:
        raise BulkRefused(tr("nobody is ticked: tick whom it is about"))
    if len(ids) > CHOSEN_MOST:
        most, number = f"{CHOSEN_MOST:,}", f"{len(ids):,}"
        raise BulkRefused(
            tr(
                "{number} people are ticked, and {most} at most go at a time: tick fewer, or search for them",
                number=number,
                most=most,
            )
        )
    return SoughtPeople(chosen=tuple(sorted(set(ids))))


def search_terms(sought: SoughtPeople, contents: PlaybookContents | None) -> SearchTerms:
    """What to search by. Raises `ConditionWrong`; reads the playbook once more for a condition."""
    condition = None
    if sought.condition:
        if contents is None:
            raise ConditionWrong(tr("the files of the playbook are not at hand here: choose an audience"))
        condition = condition_written(sought.condition, contents)
    return SearchTerms(
        sought.text,
        sought.tag or None,
        sought.store or None,
        sought.clerk or None,
        sought.audience or None,
        sought.channel or None,
        condition,
        sought.chosen,
    )


async def number_sought(stores: Stores, playbook: Playbook, terms: SearchTerms) -> AudienceCount | None:
    """How many they are; `None` where there are more than are counted one by one. Raises `NotFound`."""
    if (number := await number_found(stores, playbook, terms)) is not None and not terms.text:
        return number
    counted = 0
    async for some in search([stores], playbook, terms):
        counted += len(some.people)
        if counted > COUNTED:
            return number
    return AudienceCount(counted, about=False)


def tag_run(
    playbook: Playbook,
    kind: BulkKind,
    tag: str,
    sought: SoughtPeople,
    number: AudienceCount | None,
    by: str,
    now: datetime,
) -> BulkRun:
    """One that puts a tag of the playbook on all of them, or takes it off. Raises `NotFound`."""
    if tag not in (known := playbook.tag_names):
        first = tr("write it into the playbook first:  tags: {{tag}: {added_by: staff}}", tag=tag)
        raise NotFound(not_called(tr("tag"), tag, hint_for(tag, known) or first))
    return new_run(kind, tag, sought, number, by, now)


def new_run(
    kind: BulkKind,
    about: str,
    sought: SoughtPeople,
    number: AudienceCount | None,
    by: str,
    now: datetime,
    *,
    reveals: bool = False,
) -> BulkRun:
    """One that is not begun yet; an export waits to be fetched."""
    people, is_estimate = (None, False) if number is None else (number.people, number.about)
    if sought.chosen is not None:
        people = len(sought.chosen)
    return BulkRun(
        uuid.uuid4().hex[:12],
        kind,
        about,
        by,
        now,
        sought,
        "ready" if kind == "export" else "runs",
        people,
        is_estimate,
        reveals=reveals,
    )


def undoing(run: BulkRun, by: str, now: datetime) -> BulkRun:
    """One that takes the tag off exactly those whom this has given it, and who have it from it alone."""
    if not run.can_be_undone:
        raise BulkRefused(tr("there is nothing to take back any more"))
    number = AudienceCount(run.figures.done, about=False)
    return replace(new_run("untag", run.about, SoughtPeople(tag=run.about), number, by, now), undoes=run.id)


def entry_of(run: BulkRun, state: Literal["began", "done"] = "began") -> AuditEntry:
    """Its line of the audit log: to what, among whom, and to how many so far. Nobody's data stand in it."""
    sought = run.sought or SoughtPeople()
    among = " ".join(part for part in (sought.audience, sought.tag, sought.channel) if part)
    about = f"{run.about} ({among})" if among and not run.undoes else run.about
    after = f"{run.figures.done}" if run.figures.seen or run.is_over else ""
    return AuditEntry(
        AUDIT_KINDS[run.kind], run.by, run.at, about, after=after, id=f"many:{run.id}", state=state
    )


async def stop(stores: Stores, run: str, by: str, now: datetime) -> bool:
    """Have no more done; whether it was under way, or waited to be fetched. The audit log says who has."""
    was = await stores.bulk_runs.one(run)
    if was is None or was.state not in ("ready", "runs"):
        return False
    over = replace(was, state="stopped")
    entry = AuditEntry("many_stopped", by, now, was.about, id=f"many_stopped:{run}")
    return await stores.bulk_runs.stop(was, entry, entry_of(over, "done"))


async def begin(stores: Stores, run: BulkRun, holder: str, now: datetime) -> None:
    """Have it done by `holder`. Raises `BulkRefused` while another of its kind is under way."""
    if await stores.bulk_runs.add(run, entry_of(run), holder, now):
        return
    if run.undoes and (undone := await stores.bulk_runs.one(run.undoes)) is not None and undone.undone:
        raise BulkRefused(tr("there is nothing to take back any more"))
    raise BulkRefused(UNDER_WAY[run.kind])


UNDER_WAY: Mapping[BulkKind, Translatable] = {
    "tag": tr("a tag is just being put on many people: wait for that, or stop it"),
    "untag": tr("a tag is just being taken off many people: wait for that, or stop it"),
    "export": tr("a table is just being exported: wait for that, or stop it"),
}
