"""The outcomes of the calls that turns have decided on, for contact pages and dead letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.model.asked import ASKED
from bot.model.journal import CallEnd, CallSuccess, GiveUpReason, TimelineRow
from bot.model.outgoing import DeadLetter, Outgoing
from bot.model.translatable import Language, Phrase, Translatable, TranslatableValue, row, tr
from bot.runtime.retry import tried_until
from bot.runtime.sending.fallback import WITH_REPLY
from bot.store.contacts.contacts import Contacts
from bot.store.events.journal import Journal


@dataclass(frozen=True, slots=True)
class CallSnapshot:
    """The pending calls and dead letters of some timeline rows, by the ids of calls, at the moment `at`."""

    at: datetime
    pending: Mapping[str, Outgoing]
    letters: Mapping[str, DeadLetter]


async def call_snapshot(
    rows: Iterable[TimelineRow], journal: Journal, contacts: Contacts, now: datetime
) -> CallSnapshot:
    """Two queries, however many rows there are. May raise `DatabaseUnavailable`."""
    rows = [row for row in rows if row.calls]
    if not rows:
        return CallSnapshot(now, {}, {})
    # the contacts first: what is settled meanwhile is found among the letters, or in nothing
    stored = await contacts.load({row.contact for row in rows})
    letters = await journal.letters_of(
        [call_id(row, number) for row in rows for number in range(len(row.calls))]
    )
    pending = {call.id: call for contact in stored.values() for call in contact.outgoing}
    return CallSnapshot(now, pending, letters)


def call_id(row: TimelineRow, number: int) -> str:
    """The id of one of the calls of a row."""
    return f"{row.id}#{number}"


class CallState(StrEnum):
    """The `end` of a call of which no end is stored."""

    UNDER_WAY = "under-way"
    WAITS = "waits"
    """It is pending for longer than it is tried: no process runs that would end it."""
    NOT_KEPT = "not-kept"
    """It is done, and the process ended before it could write down how."""


_NOT_SENT = frozenset({WITH_REPLY, *CallState})
"""Ends of a fallback that is not shown by itself: it shares its reply's end, or waits for it."""


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """A call of a turn. `end`: how it ended, or its `CallState`; `channel`: `None` for the event's own."""

    kind: str
    channel: str | None
    end: str


@dataclass(frozen=True, slots=True)
class UnsettledCall(CallOutcome):
    """A call that has not ended. `tried_until`: `None` where there is no limit."""

    since: datetime
    tried_until: datetime | None


@dataclass(frozen=True, slots=True)
class SettledCall(CallOutcome):
    """A call that has ended; the fields are those of `CallEnd`."""

    lost: bool
    at: datetime
    request_id: str | None
    messages: tuple[str, ...]
    asked: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class GivenUpCall(SettledCall):
    """A call that was given up, as its dead letter says; `dead_letter` is the name of that."""

    detail: str
    dead_letter: str


def call_outcomes(row: TimelineRow, snapshot: CallSnapshot) -> list[CallOutcome]:
    """The outcome of each call of the turn of this row; not its notes, which are rows of their own."""
    numbered = [(number, *named.partition(" ")[::2]) for number, named in enumerate(row.calls)]
    outcomes = [
        call_outcome(row, number, kind, snapshot, channel)
        for number, kind, channel in numbered
        if kind != "note"
    ]
    return [one for one in outcomes if one.kind != "fallback" or one.end not in _NOT_SENT]


def call_outcome(
    row: TimelineRow, number: int, kind: str, snapshot: CallSnapshot, channel: str = ""
) -> CallOutcome:
    """The outcome of call `number` of a row, which was made on this channel (empty: the event's own)."""
    name = call_id(row, number)
    called = (kind, channel or None)
    if (letter := snapshot.letters.get(name)) is not None:
        return GivenUpCall(
            *called, letter.reason, True, letter.at, letter.request_id, (), letter.detail, letter.name
        )
    if (end := row.ends.get(number)) is not None:
        return SettledCall(*called, end.how, end.lost, end.at, end.request_id, end.messages, asked=end.asked)
    if (call := snapshot.pending.get(name)) is not None:
        until = tried_until(call)
        state = CallState.WAITS if until is not None and until < snapshot.at else CallState.UNDER_WAY
        return UnsettledCall(*called, state, call.created, until)
    return CallOutcome(*called, CallState.NOT_KEPT)


_DONE: Mapping[str, Translatable] = {
    CallSuccess.ACCEPTED: tr("accepted by LINE"),
    CallSuccess.KNOWN_ALREADY: tr("accepted by LINE, at an earlier attempt"),
    CallSuccess.SENT_BEFORE: tr("accepted by LINE, at an earlier attempt"),
    CallSuccess.NOT_THERE: tr("not needed: the chat was left already"),
    CallSuccess.SUPERSEDED: tr("not made: a newer rich menu was chosen before"),
    CallSuccess.NOT_AT_LINE: tr("not made: the rich menu is not at LINE, run  oaflow richmenu sync"),
    CallSuccess.LEFT_OUT: tr("not made: over the caps of journeys"),
    CallSuccess.PUSHED_INSTEAD: tr("not taken by LINE: what it carried goes as a push"),
    CallSuccess.CARRIED_OUT: tr("carried out"),
}
"""Other ends of calls that were not lost are the outcomes of what was asked."""


class _Outcome(Phrase):
    """What has come of what was asked, as a trace has it."""

    __slots__ = ("_sentence",)

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence

    def in_language(self, language: Language) -> str:
        return language.within("trace").sentence(self._sentence)


_OUTCOMES: Mapping[tuple[str, str], TranslatableValue] = {
    (asked.answer, word): _Outcome(sentence)
    for asked in ASKED.values()
    for word, sentence in asked.outcomes.items()
}


def outcome_words(how: str, asked: str) -> TranslatableValue:
    """What has come of what was asked."""
    return _OUTCOMES.get((asked, how), how)


REASONS: Mapping[str, Translatable] = {
    GiveUpReason.REPLY_TOKEN_DEAD: tr("LINE has refused the reply token"),
    GiveUpReason.BAD_REQUEST: tr("LINE has refused the message itself"),
    GiveUpReason.QUOTA: tr("the month's messages are used up"),
    GiveUpReason.ACCESS_TOKEN_REFUSED: tr("the channel's access token is wrong"),
    GiveUpReason.NOT_FOUND: tr("the person or chat is not there"),
    GiveUpReason.TOO_LARGE: tr("the request was too large"),
    GiveUpReason.THROTTLED: tr("LINE's rate limit, until it was too old"),
    GiveUpReason.NOT_SENT: tr("LINE was not reached, until it was too old"),
    GiveUpReason.NO_ANSWER: tr("no clear answer from LINE, until it was too old"),
    GiveUpReason.BRAKE: tr("pushes were stopped"),
    GiveUpReason.MENU_GONE: tr("the rich menu was deleted at LINE"),
    GiveUpReason.CARD_LEFT_OUT: tr("filled with this person's data LINE would refuse the message"),
    GiveUpReason.RETRY_KEY_EXPIRED: tr("older than 23 hours, and perhaps sent before"),
    GiveUpReason.NO_SUCH_CHANNEL: tr("the playbook no longer has that channel"),
    GiveUpReason.TOO_LATE: tr("it would have come too late"),
    GiveUpReason.FAILED: tr("it failed"),
    GiveUpReason.UNREADABLE: tr("another version of oaflow has written it"),
    GiveUpReason.UNSURE: tr("nobody knows whether it arrived"),
    GiveUpReason.ASIDE: tr("a bug of oaflow met it"),
    GiveUpReason.REPLAYED: tr("LINE signed it so long ago that it may be a replay"),
}
KINDS: Mapping[str, Translatable] = {
    "reply": tr("reply"),
    "push": tr("push"),
    "fallback": tr("push instead of the reply"),
    "leave": tr("leave"),
    "loading": tr("loading"),
    "menu": tr("menu"),
    "note": tr("note for colleagues"),
    "ask": tr("ask"),
    "tell": tr("tell"),
}
"""What was decided to be done. Of notes, which are rows of their own, conversations show those of staff."""


def end_in_words(end: CallEnd) -> Translatable:
    """How a call has just ended."""
    if not end.lost:
        return _DONE.get(end.how) or tr("done: {end}", end=outcome_words(end.how, end.asked))
    if end.how == GiveUpReason.UNSURE:
        return tr("nobody knows whether it arrived")
    return tr("given up once more: {why}", why=why_lost(end.how))


def calls_in_words(
    calls: Iterable[CallOutcome], at: Callable[[datetime], str], *, ids: bool = True
) -> list[Translatable]:
    """A line for each call; with LINE's `ids` of all, or only of those that LINE can be asked about."""
    return [tr("{call}: {end}", call=_name(call), end=_end(call, at, ids=ids)) for call in calls]


def _name(call: CallOutcome) -> Translatable:
    kind = KINDS[call.kind]
    return tr("{call} on {channel}", call=kind, channel=call.channel) if call.channel else kind


def _end(call: CallOutcome, at: Callable[[datetime], str], *, ids: bool) -> Translatable:
    match call:
        case SettledCall():
            return _settled(call, at(call.at), ids=ids or call.lost)
        case UnsettledCall():
            return _pending(call, at)
        case _:
            return tr("done; what LINE answered was not kept")


def _pending(call: UnsettledCall, at: Callable[[datetime], str]) -> Translatable:
    since = at(call.since)
    if call.tried_until is None:
        return tr("under way since {since}", since=since)
    until = at(call.tried_until)
    if call.end == CallState.UNDER_WAY:
        return tr("under way since {since}, tried until {until}", since=since, until=until)
    return tr(
        "waits for a process that runs, since {since}; it was to be tried until {until}",
        since=since,
        until=until,
    )


def _settled(call: SettledCall, moment: str, *, ids: bool) -> Translatable:
    end = _lost(call, moment) if call.lost else _done(call, moment)
    more = []
    if ids and call.request_id:
        more.append(tr("X-Line-Request-Id {name}", name=call.request_id))
    if ids and call.messages:
        more.append(tr("message {names}", names=row(call.messages)))
    if not more:
        return end
    about = more[0] if len(more) == 1 else tr("{one}; {other}", one=more[0], other=more[1])
    return tr("{told}  ({about})", told=end, about=about)


def _done(call: SettledCall, moment: str) -> Translatable:
    return tr("{end}, {at}", end=_DONE.get(call.end) or outcome_words(call.end, call.asked), at=moment)


def _lost(call: SettledCall, moment: str) -> Translatable:
    detail = call.detail if isinstance(call, GivenUpCall) else ""
    if call.end == GiveUpReason.UNSURE:
        if not detail:
            return tr("nobody knows whether it arrived, {at}", at=moment)
        return tr("nobody knows whether it arrived, {at}: {why}", at=moment, why=detail)
    why = why_lost(call.end)
    why = tr("{end}: {detail}", end=why, detail=detail) if detail else why
    return tr("given up, {at}: {why}", at=moment, why=why)


def why_lost(reason: str) -> Translatable | str:
    """Why a call was given up, with the word by which commands and logs call it."""
    sentence = REASONS.get(reason)
    return reason if sentence is None else tr("{why} ({reason})", why=sentence, reason=reason)
