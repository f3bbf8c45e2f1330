"""A tag on all whom a search finds, or off; what was done so, stopped, undone (J2, J3, K1)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeAlias

from annotated_types import MaxLen

from bot.model.answer_fields import Clock, Column, Help, Sentence, Table, TextTable
from bot.model.bulk_run import BulkKind, BulkRun, BulkState, BulkTrouble, SoughtPeople
from bot.model.translatable import Translatable, tr
from bot.operations.actors import CONSOLE, done_by
from bot.operations.bulk_runs import (
    COUNTED,
    BulkRefused,
    begin,
    number_sought,
    search_terms,
    stop,
    tag_run,
    undoing,
)
from bot.operations.bulk_words import STATES, TROUBLES, called
from bot.operations.bulk_work import BulkWork
from bot.operations.catalog.answers import table_of
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import Spoken
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import SHORT, Name, OperationFace, Sought, Together
from bot.operations.declared.contact_looks import KnownOfContact
from bot.operations.find_contacts import NotFound
from bot.operations.payload import pick
from bot.playbook.similar import quoted

SHOWN = 20
"""Runs that are listed."""
LONG: Mapping[OperationFace, str] = {"api": "it goes on for long, and is stopped at its terminal"}
_OPTIONS: dict[str, Any] = {"example": "VIP --audience regulars", "changes": True, "not_in": LONG}
RunName: TypeAlias = Annotated[Name, Help("which one, as the list has it")]
TagOfMany: TypeAlias = Annotated[Name, Help("a tag of the playbook")]
SoughtText: TypeAlias = Annotated[
    str, Sought(), MaxLen(SHORT), Help("a part of the name, or what else contact find takes")
]
Everybody: TypeAlias = Annotated[bool, Help("all of them, whoever they are")]


@dataclass(frozen=True, slots=True)
class ManyRun:
    """What was done to many people, as far as it is."""

    run: Annotated[str, Column(tr("run"))]
    at: Annotated[datetime, Column(tr("when"))]
    what: Annotated[Sentence, Column(tr("what was done"))]
    how: Annotated[Sentence, Column(tr("how it stands"))]
    ordered: Annotated[Sentence, Column(tr("done by"))]
    done: Annotated[int, Column(tr("people changed"))]
    same: Annotated[int, Column(tr("as before"))]
    left_out: Annotated[int, Column(tr("left out")), Help("Somebody else has changed them just then.")]
    kind: BulkKind
    tag: str
    by: str
    state: BulkState
    trouble: BulkTrouble
    people: Annotated[int | None, Help("Who were found first; `null`: very many.")]
    ended: datetime | None
    undoes: str
    undone_by: str


@dataclass(frozen=True, slots=True)
class ManyDone(ManyRun):
    """The same once it is over."""

    can_be_undone: bool

    @property
    def is_done(self) -> bool:
        return self.state == "done" and not self.left_out

    def lines(self, at: Clock) -> Iterator[Translatable | TextTable]:
        yield table_of([self])
        if self.can_be_undone:
            yield tr("to undo it: {command}", command=f"oaflow contact many undo {self.run}")


@dataclass(frozen=True, slots=True)
class ManyRuns:
    """The last first."""

    runs: Annotated[Sequence[ManyRun], Table(tr("nothing was done to many people in the last 90 days"))]


@dataclass(frozen=True, slots=True)
class ManyStopped:
    """What stops after the people whom it is at."""

    run: str

    def lines(self, at: Clock) -> Iterator[Translatable]:
        yield tr("{run} stops after the people whom it is at", run=quoted(self.run))


@dataclass(frozen=True, slots=True)
class ManyOffer:
    """To how many people it is done; `about`: that is an estimate."""

    people: Annotated[int | None, Help("`null`: very many.")]
    about: bool
    question: Sentence
    said: Spoken


def _fields(run: BulkRun) -> dict[str, Any]:
    figures, by = run.figures, done_by(run.by.removeprefix(CONSOLE))
    how = TROUBLES[run.trouble] if run.state == "failed" else STATES[run.state]
    return {
        "run": run.id,
        "at": run.at,
        "what": called(run),
        "how": how,
        "ordered": by,
        **pick(figures, "done", "same", "left_out"),
        "tag": run.about,
        **pick(run, "kind", "by", "state", "trouble", "people", "ended", "undoes"),
        "undone_by": run.undone,
    }


@operation("many.list", called="many")
async def list_many(call: OperationCall) -> ManyRuns:
    """What was done to many people at once, the last first."""
    return ManyRuns([ManyRun(**_fields(one)) for one in await call.stores.bulk_runs.last(SHOWN)])


@dataclass(frozen=True, slots=True, kw_only=True)
class TagForMany(KnownOfContact):
    """A tag, and who it is put on, or taken off."""

    name: TagOfMany
    text: SoughtText = ""
    everybody: Everybody = False

    @property
    def sought(self) -> SoughtPeople:
        """Raises `NotFound` where nothing is sought by, and not everybody is meant."""
        sought = SoughtPeople(
            *(self.text, self.condition, self.audience or "", self.tag or ""),
            *(self.channel or "", self.store or "", self.clerk or ""),
        )
        if sought == SoughtPeople() and not self.everybody:
            raise NotFound(tr("say of whom: an audience, a tag, a condition …, or everybody"))
        return sought


ForMany: TypeAlias = Annotated[TagForMany, Together()]


@operation("many.add.offer", not_in=LONG)
async def offer_adding(call: OperationCall, target: ForMany) -> ManyOffer:
    """On how many people a tag would be put."""
    return _offer(await _tag_run(call, "tag", target.name, target.sought))


@operation("many.add", called="many add", audit="many_tagged", offer=offer_adding, **_OPTIONS)
async def add_to_many(call: OperationCall, target: ForMany) -> ManyDone:
    """Put a tag of the playbook on all whom a search finds."""
    return await _carried_out(call, await _tag_run(call, "tag", target.name, target.sought))


@operation("many.remove.offer", not_in=LONG)
async def offer_removing(call: OperationCall, target: ForMany) -> ManyOffer:
    """Off how many people a tag would be taken."""
    return _offer(await _tag_run(call, "untag", target.name, target.sought))


@operation("many.remove", called="many remove", audit="many_untagged", offer=offer_removing, **_OPTIONS)
async def remove_from_many(call: OperationCall, target: ForMany) -> ManyDone:
    """Take a tag of the playbook off all whom a search finds."""
    return await _carried_out(call, await _tag_run(call, "untag", target.name, target.sought))


async def _tag_run(call: OperationCall, kind: BulkKind, tag: str, sought: SoughtPeople) -> BulkRun:
    """What is not begun yet. Raises `NotFound` where nobody is found, and `ConditionWrong`."""
    terms = search_terms(sought, call.context.contents())
    number = await number_sought(call.stores, call.playbook, terms)
    run = tag_run(call.playbook, kind, tag, sought, number, call.by, call.now)
    if number is not None and not number.people:
        raise NotFound(tr("nobody is found of whom all of this holds"))
    return run


@operation("many.undo.offer", not_in=LONG)
async def offer_undoing(call: OperationCall, run: RunName) -> ManyOffer:
    """From how many people the tags of a run would be taken."""
    return _offer(undoing(await _run(call, run), call.by, call.now))


@operation(
    "many.undo",
    called="many undo",
    changes=True,
    audit="many_untagged",
    offer=offer_undoing,
    example="0a1b2c3d4e5f",
    not_in=LONG,
)
async def undo_many(call: OperationCall, run: RunName) -> ManyDone:
    """Take the tags of a run off those who have them from it alone."""
    return await _carried_out(call, undoing(await _run(call, run), call.by, call.now))


async def _run(call: OperationCall, run: str) -> BulkRun:
    if (found := await call.stores.bulk_runs.one(run)) is None:
        raise NotFound(tr("there is no run {run}", run=quoted(run)))
    return found


@operation("many.stop", called="many stop", changes=True, audit="many_stopped", example="0a1b2c3d4e5f")
async def stop_many(call: OperationCall, run: RunName) -> ManyStopped:
    """Stop a run after the people whom it is at."""
    if not await stop(call.stores, run, call.by, call.now):
        raise BulkRefused(tr("there is no run {run} that goes on", run=quoted(run)))
    return ManyStopped(run)


def _offer(run: BulkRun) -> ManyOffer:
    number = f"{COUNTED if run.people is None else run.people:,}"
    if run.people is None:
        said = tr("more than {number} people", number=number)
    else:
        said = (
            tr("about {number} people", number=number)
            if run.is_estimate
            else tr("{number} people", number=number)
        )
    return ManyOffer(run.people, run.is_estimate, tr("{what}?", what=called(run)), Spoken((said,)))


async def _carried_out(call: OperationCall, run: BulkRun) -> ManyDone:
    """Do it in this process. Ctrl-C stops the run; where the process is killed, a bot that serves goes on."""
    work = BulkWork(call.stores, lambda: call.playbook, call.context.contents)
    await begin(call.stores, run, work.holder, call.context.clock.now())

    def tell(so_far: BulkRun) -> None:
        call.progress(tr("{number} people", number=f"{so_far.figures.seen:,}"))

    try:
        over = await work.carry_on(run, tell)
    except asyncio.CancelledError:  # Ctrl-C
        await asyncio.shield(stop(call.stores, run.id, run.by, call.now))
        raise
    return ManyDone(**_fields(over), can_be_undone=over.can_be_undone)
