"""What was given up, and events that were set aside: listed, shown, sent once more, dropped (A8, K3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeAlias

import orjson
from annotated_types import MaxLen

from bot.model.answer_fields import Clock, Column, Help, Sentence, Table, TextTable
from bot.model.draft import digest
from bot.model.outgoing import Handled
from bot.model.translatable import Refusal, Translatable, TranslatableValue, plural, row, tr
from bot.operations.actors import actor_words
from bot.operations.call_outcomes import KINDS, end_in_words, why_lost
from bot.operations.catalog.answers import filled, table_of
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import ContactRef, PageCursor
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import (
    CommandWord,
    GoesOn,
    Name,
    Sought,
    Together,
)
from bot.operations.dead_letters import Which, given_up, in_full, resend_costs
from bot.operations.resending import Handling, Tell, drop, resend
from bot.runtime.retry import LATE
from bot.runtime.sending.letters import Doubt
from bot.store.events.dead_letters import EVENT, DeadLetterEntry

SHOWN = 1_000
"""Of what was not sent, in a page of the list."""
AT_ONCE = 1_000
"""Names of one call."""
PATIENCE = 10.0
"""Seconds that are waited for what comes of it."""
EACH = 50
"""Outcomes of which each has a line of its own; of more, only what was not done."""
UnsentName: TypeAlias = Annotated[Name, Help("what the list and the log call it")]
UnsentNames: TypeAlias = Annotated[
    tuple[Name, ...], MaxLen(AT_ONCE), CommandWord(), Help("what the list and the log call it")
]
UnsentFilter: TypeAlias = Annotated[Which, Together()]
ItMayBeSecond: TypeAlias = Annotated[bool, Help("also where the person may get it for the second time")]
AsOffered: TypeAlias = Annotated[str, MaxLen(100), Help("as it was offered, where no `names` are sent")]
_HANDLED = {"resent": tr("sent once more"), "dropped": tr("dropped")}


@dataclass(frozen=True, slots=True)
class UnsentEntry:
    """A call that was given up, or an event that was set aside."""

    at: Annotated[datetime, Column(tr("given up")), Help("Of an event: when it came.")]
    name: Annotated[str, Column(tr("called"))]
    channel: Annotated[str, Column(tr("channel"))]
    kind: str
    what: Annotated[Sentence, Column(tr("what"))]
    contact: Annotated[ContactRef, Column(tr("for"))]
    reason: str
    why: Annotated[Sentence, Column(tr("why"))]
    detail: Annotated[str, Help("What LINE has said.")]
    since: datetime
    tries: int
    request_id: Annotated[str | None, Help("LINE's.")]
    handled: Handled | None
    done: Annotated[Sentence, Column(tr("what became of it"))]


@dataclass(frozen=True, slots=True)
class UnsentList:
    """The oldest first."""

    unsent: Annotated[Sequence[UnsentEntry], Table(tr("there are none"))]
    since: Annotated[datetime, Help("How far back was looked.")]
    next: PageCursor | None

    def lines(self, at: Clock) -> Iterator[Translatable | TextTable]:
        """Each, and how many."""
        if not self.unsent:
            yield tr("nothing was given up or set aside since {since}", since=at(self.since))
            return
        yield table_of(self.unsent)
        aside = sum(one.kind == EVENT for one in self.unsent)
        calls = len(self.unsent) - aside
        many = [_calls(calls)] * (calls > 0) + [_events(aside)] * (aside > 0)
        yield tr("{found}; one of them:  oaflow deadletters show NAME", found=row(many, "and"))


def _calls(number: int) -> Translatable:
    return plural("1 call was given up", "{number} calls were given up", number)


def _events(number: int) -> Translatable:
    return plural("1 event is set aside", "{number} events are set aside", number)


@dataclass(frozen=True, slots=True)
class UnsentInFull(UnsentEntry):
    """All that is known of one, and what sending it once more would be."""

    contents: Annotated[
        Sequence[Any], Help("Types of its messages, or what they say; of an event where it failed.")
    ]
    doubt: Doubt
    costs: bool
    why_not: Annotated[Translatable | None, Help("Why it cannot be sent once more.")]

    def lines(self, at: Clock) -> Iterator[TextTable]:
        """A line for each, its name on the left."""
        rows: list[tuple[Translatable, object]] = [
            (tr("called"), self.name),
            (tr("what"), tr("{kind} on {channel}", kind=self.what, channel=self.channel)),
            (tr("for"), self.contact),
            (tr("since"), at(self.since)),
            (tr("why"), self.why),
        ]
        if self.kind != EVENT:
            rows.append((tr("given up"), at(self.at)))
        rows.append((tr("tried"), _times(self.tries)))
        if self.request_id:
            rows.append((tr("at LINE"), f"X-Line-Request-Id {self.request_id}"))
        rows += [(tr("contents"), _content(one)) for one in self.contents]
        rows.append((tr("resend"), self._prospect))
        if self.handled is not None:
            rows.append((tr("done"), tr("{what}, {at}", what=self.done, at=at(self.handled.at))))
        yield TextTable((), rows)

    @property
    def _prospect(self) -> Translatable:
        if self.why_not is not None:
            return tr("cannot be sent once more: {why}", why=self.why_not)
        if self.kind == EVENT:
            return tr(
                "it is decided once more; a reply whose token is too old by then is set aside ({reason})",
                reason=LATE,
            )
        if self.doubt == "same-key" and not self.costs:
            return tr("asked once more under the same key: whoever has done it knows it again")
        if self.doubt == "same-key":
            return tr("a push with the same retry key: LINE knows it again, and nobody gets it twice")
        if self.doubt == "may-be-second":
            return tr("a push with a new retry key: it may be the second one that the person gets (--second)")
        if self.costs:
            return tr("a push with a new retry key; it costs a message")
        return tr("done once more, which costs nothing")


def _content(content: Any) -> str:
    return content if isinstance(content, str) else orjson.dumps(content).decode()


def _times(tries: int) -> Translatable:
    return tr("once") if tries == 1 else tr("{number} times", number=tries)


@dataclass(frozen=True, slots=True)
class UnsentOffer:
    """How many are meant."""

    number: int
    costs: Annotated[Translatable | None, Help("At most, where LINE counts any as a message.")]
    fingerprint: Annotated[str, Help("Of exactly these.")]
    question: Annotated[Translatable | None, Help("`null`: each is named, or there are none.")]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """What it costs."""
        if self.costs is None:
            yield tr("{number} are meant", number=f"{self.number:,}")
        else:
            yield tr("{number} are meant; {costs}", number=f"{self.number:,}", costs=self.costs)


class ResendOffer(UnsentOffer):
    """What would be sent once more."""


class DropOffer(UnsentOffer):
    """What would be dropped."""


@dataclass(frozen=True, slots=True)
class _Outcomes:
    """What became of each."""

    handled: Sequence[Handling]

    @property
    def is_done(self) -> bool:
        return all(one.became != "refused" for one in self.handled)

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """Each; of many, their number, and what was not done."""
        refused = [one for one in self.handled if one.became == "refused"]
        many = len(self.handled)
        if not many:
            yield tr("there are none")
        for one in self.handled if many <= EACH else refused:
            yield tr("{name}  {outcome}", name=one.name, outcome=_outcome(one))
        if many > EACH:
            for outcome, number in Counter(map(_outcome, self.handled)).most_common():
                yield tr("{number} × {outcome}", number=f"{number:,}", outcome=outcome)
        if refused:
            yield tr("not done: {number} of {all}", number=len(refused), all=many)
        if any(one.doubt for one in refused):
            yield tr("where it may be the second one, and is to go all the same:  --second")


class UnsentResent(_Outcomes):
    """What became of those that were sent once more."""


class UnsentDropped(_Outcomes):
    """What became of those that were dropped."""


def _outcome(one: Handling) -> Translatable:
    match one.became:
        case "ended" if one.end is not None:
            return end_in_words(one.end)
        case "decided":
            return tr("decided once more") if one.kind == EVENT else tr("done once more")
        case "aside":
            return tr("set aside once more: it fails as before")
        case "dropped":
            return tr("dropped")
        case "refused" if one.why is not None:
            return tr("not done: {why}", why=one.why)
        case "stored":
            return tr("stored: it is done as soon as oaflow runs")
        case _:
            return tr("under way; what comes of it:  oaflow contact show")


@operation("unsent.list", example="my-shop --days 7")
async def list_unsent(
    call: OperationCall,
    which: UnsentFilter,
    all: Annotated[bool, Help("also what was sent once more or dropped")] = False,
    after: Annotated[Sequence[str] | None, GoesOn("unsent"), Help("`next` of the page before")] = None,
) -> UnsentList:
    """A line for each, oldest first: when, name, channel, kind and reason."""
    lost = await given_up(call.stores, which, handled=all)
    found = [one for one in lost.found if after is None or _place_of(one) > tuple(after)]
    shown = found[:SHOWN]
    goes_on = PageCursor("unsent", _place_of(shown[-1])) if len(found) > SHOWN else None
    return UnsentList([filled(UnsentEntry, one, **_said(one)) for one in shown], lost.since, goes_on)


def _place_of(one: DeadLetterEntry) -> tuple[str, str]:
    return one.at.isoformat(), one.name


def _said(one: DeadLetterEntry, *, reveal: bool = False) -> dict[str, object]:
    """What is said of one beside what is stored."""
    return {
        "what": kind_words(one.kind),
        "why": _why(one),
        "contact": ContactRef(one.contact, is_masked=not reveal),
        "since": one.since or one.at,
        "done": "" if one.handled is None else _done(one.handled),
    }


def _why(one: DeadLetterEntry) -> TranslatableValue:
    why = why_lost(one.reason)
    return tr("{end}: {detail}", end=why, detail=one.detail) if one.detail else why


def _done(handled: Handled) -> Translatable:
    return tr("{what}, by {who}", what=_HANDLED[handled.how], who=actor_words(handled.actor))


@operation("unsent.show", example="1f0c5a77b2d4")
async def show_unsent(
    call: OperationCall,
    name: UnsentName,
    reveal: Annotated[bool, Sought(), Help("whose it is and what it says, which is recorded")] = False,
) -> UnsentInFull:
    """All that is known of one, and what sending it would be."""
    found = await in_full(call.stores, name, call.by if reveal else None)
    prospect = {one: getattr(found, one) for one in ("contents", "doubt", "costs", "why_not")}
    return filled(UnsentInFull, found.one, **prospect, **_said(found.one, reveal=reveal))


def kind_words(kind: str) -> TranslatableValue:
    """What a kind of them is called."""
    return tr("event") if kind == EVENT else KINDS.get(kind, kind)


def fingerprint_of(names: Iterable[str]) -> str:
    """Of exactly these, in whatever order."""
    return digest("\n".join(sorted(names)).encode())


OTHERS = tr("Meanwhile they are others: nothing was done. Look at the number, and decide anew")


class NotMeant(Refusal):
    """It is not said which are meant, or they are others by now."""


@dataclass(frozen=True, slots=True)
class _Meant:
    """The names that are meant, and what is `found` where they are not named."""

    names: Sequence[str]
    found: Sequence[DeadLetterEntry]

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.names)

    def as_offered(self, fingerprint: str) -> Sequence[str]:
        """The names. Raises `NotMeant` where others were offered."""
        if self.found and fingerprint != self.fingerprint:
            raise NotMeant(OTHERS)
        return self.names


async def _meant(call: OperationCall, names: Sequence[str], which: Which) -> _Meant:
    """Raises `NotMeant` for no name and no filter, and for both."""
    if bool(names) == which.is_narrowed:
        raise NotMeant(tr("name each of them, or say which: by kind, reason, channel or person"))
    found = [] if names else (await given_up(call.stores, which)).found
    return _Meant([*dict.fromkeys(names)] or [one.name for one in found], found)


@operation("unsent.resend.offer")
async def offer_to_resend(
    call: OperationCall,
    which: UnsentFilter,
    names: UnsentNames = (),
    second: ItMayBeSecond = False,
) -> ResendOffer:
    """How many would be sent once more, and what that costs at most."""
    meant = await _meant(call, names, which)
    number = len(meant.found)
    asks = tr("send {number} once more?", number=f"{number:,}") if number else None
    costs = resend_costs(meant.found, call.context.prices().messages)
    return ResendOffer(len(meant.names), costs, meant.fingerprint, asks)


@operation("unsent.resend", changes=True, audit="resent", offer=offer_to_resend, example="1f0c5a77b2d4")
async def resend_unsent(
    call: OperationCall,
    which: UnsentFilter,
    names: UnsentNames = (),
    second: ItMayBeSecond = False,
    fingerprint: AsOffered = "",
) -> UnsentResent:
    """It is sent, or decided, once more."""
    meant = await _meant(call, names, which)
    each, shown = meant.as_offered(fingerprint), _progress(call, len(meant.names))
    return UnsentResent(
        await resend(call.stores, each, call.by, second=second, patience=PATIENCE, tell=shown)
    )


@operation("unsent.drop.offer")
async def offer_to_drop(
    call: OperationCall,
    which: UnsentFilter,
    names: UnsentNames = (),
) -> DropOffer:
    """How many would be dropped."""
    meant = await _meant(call, names, which)
    number = len(meant.found)
    asks = tr("drop {number}?", number=f"{number:,}") if number else None
    return DropOffer(len(meant.names), None, meant.fingerprint, asks)


@operation("unsent.drop", changes=True, audit="dropped", offer=offer_to_drop, example="1f0c5a77b2d4")
async def drop_unsent(
    call: OperationCall,
    which: UnsentFilter,
    names: UnsentNames = (),
    fingerprint: AsOffered = "",
) -> UnsentDropped:
    """Nobody looks for it any more."""
    meant = await _meant(call, names, which)
    each, shown = meant.as_offered(fingerprint), _progress(call, len(meant.names))
    return UnsentDropped(await drop(call.stores, each, call.by, tell=shown))


def _progress(call: OperationCall, number: int) -> Tell:
    return lambda done: call.progress(tr("{number} of {all}", number=done, all=number))
