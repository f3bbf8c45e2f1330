"""What became of the calls that turns have decided on, for contact pages and dead letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from bot.model.effects import ASKED
from bot.model.journal import CallEnd, TimelineRow
from bot.model.outgoing import DeadLetter, Outgoing
from bot.model.translatable import Language, Phrase, Translatable, TranslatableValue, row, tr
from bot.runtime.retry import tried_until
from bot.runtime.sending.fallback import WITH_REPLY
from bot.store.contacts.contacts import Contacts
from bot.store.events.journal import Journal


@dataclass(frozen=True, slots=True)
class Ends:
    """What else was known of the calls of some rows when it was `asked`: those on contacts, dead letters."""

    asked: datetime
    lying: Mapping[str, Outgoing]
    letters: Mapping[str, DeadLetter]


async def ends_of(rows: Iterable[TimelineRow], journal: Journal, contacts: Contacts, now: datetime) -> Ends:
    """Two questions to the database, however many rows there are."""
    rows = [row for row in rows if row.calls]
    if not rows:
        return Ends(now, {}, {})
    # the contacts first: what is settled meanwhile is found among the letters, or in nothing
    found = await contacts.load({row.contact for row in rows})
    letters = await journal.letters_of(
        [call_id(row, number) for row in rows for number in range(len(row.calls))]
    )
    return Ends(now, {call.id: call for stored in found.values() for call in stored.outgoing}, letters)


def call_id(row: TimelineRow, number: int) -> str:
    """The id of one of the calls of a row."""
    return f"{row.id}#{number}"


Told: TypeAlias = dict[str, Any]
"""One call as JSON has it, moments still as moments."""

UNDER_WAY = "under-way"
WAITS = "waits"
"""It lies there for longer than it is tried: nobody runs who would end it."""
NOT_KEPT = "not-kept"
"""It is done, and the process ended before it could write down how."""
_NEVER_GONE = frozenset({WITH_REPLY, UNDER_WAY, WAITS, NOT_KEPT})
"""Ends of a fallback that is nothing for itself: it shares its reply's end, or waits for it."""


def call_payloads(row: TimelineRow, ends: Ends) -> list[Told]:
    """What became of each thing that the turn of this row has decided to do; not its notes: they are rows."""
    numbered = [(number, *named.partition(" ")[::2]) for number, named in enumerate(row.calls)]
    told = [
        _payload(row, number, kind, channel, ends) for number, kind, channel in numbered if kind != "note"
    ]
    return [call for call in told if call["kind"] != "fallback" or call["end"] not in _NEVER_GONE]


def call_payload(row: TimelineRow, number: int, kind: str, ends: Ends) -> Told:
    """What became of one of them, as JSON has it; on which channel it was made, whoever asks knows."""
    return _payload(row, number, kind, "", ends)


def _payload(row: TimelineRow, number: int, kind: str, channel: str, ends: Ends) -> Told:
    name = call_id(row, number)
    end, letter, lies = row.ends.get(number), ends.letters.get(name), ends.lying.get(name)
    if letter is not None:
        end = CallEnd(letter.reason, letter.at, True, letter.request_id)
    told: Told = {"kind": kind, "channel": channel or None}
    if end is not None:
        told |= {"end": end.how, "lost": end.lost, "at": end.at, "request_id": end.request_id}
        return told | {"messages": list(end.messages), **(_letter(letter) if letter is not None else {})}
    if lies is not None:
        until = tried_until(lies)
        how = WAITS if until is not None and until < ends.asked else UNDER_WAY
        return told | {"end": how, "since": lies.created, "tried_until": until}
    return told | {"end": NOT_KEPT}


def _letter(letter: DeadLetter) -> Told:
    return {"detail": letter.detail, "dead_letter": letter.name}


_DONE: Mapping[str, Translatable] = {
    "accepted": tr("accepted by LINE"),
    "known-already": tr("accepted by LINE, at an earlier attempt"),
    "sent-before": tr("accepted by LINE, at an earlier attempt"),
    "not-there": tr("not needed: the chat was left already"),
    "superseded": tr("not made: a newer rich menu was chosen before"),
    "not-at-line": tr("not made: the rich menu is not at LINE, run  oaflow richmenu sync"),
    "left-out": tr("not made: over the caps of journeys"),
    "pushed-instead": tr("not taken by LINE: what it carried goes as a push"),
    "told": tr("carried out"),
}
"""What the ends of calls that were not lost mean; others are the outcome of what was asked."""


class _Outcome(Phrase):
    """What has come of what was asked, as a trace has it."""

    __slots__ = ("_sentence",)

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence

    def in_language(self, language: Language) -> str:
        return language.within("trace").sentence(self._sentence)


OUTCOMES: Mapping[str, TranslatableValue] = {
    **{word: _Outcome(sentence) for asked in ASKED.values() for word, sentence in asked.outcomes.items()},
    "failed": tr("it failed"),
}
"""What has come of what was asked; a call does not say what that was, and anything may have failed."""
REASONS: Mapping[str, Translatable] = {
    "reply-token-dead": tr("LINE has refused the reply token"),
    "bad-request": tr("LINE has refused the message itself"),
    "quota": tr("the month's messages are used up"),
    "access-token-refused": tr("the channel's access token is wrong"),
    "not-found": tr("the person or chat is not there"),
    "too-large": tr("the request was too large"),
    "throttled": tr("LINE's rate limit, until it was too old"),
    "not-sent": tr("LINE was not reached, until it was too old"),
    "no-answer": tr("no clear answer from LINE, until it was too old"),
    "brake": tr("pushes were stopped"),
    "menu-gone": tr("the rich menu was deleted at LINE"),
    "card-left-out": tr("filled with this person's data LINE would refuse the message"),
    "retry-key-expired": tr("older than 23 hours, and perhaps sent before"),
    "no-such-channel": tr("the playbook no longer has that channel"),
    "too-late": tr("it would have come too late"),
    "failed": tr("it failed"),
    "unreadable": tr("another version of oaflow has written it"),
    "unsure": tr("nobody knows whether it arrived"),
    "aside": tr("a bug of oaflow met it"),
    "replayed": tr("LINE signed it so long ago that it may be a replay"),
}
"""Why a call was given up, or an event set aside, by the stable word that is its dead letter's reason."""
KINDS: Mapping[str, Translatable] = {
    "reply": tr("reply"),
    "push": tr("push"),
    "fallback": tr("push instead of the reply"),
    "leave": tr("leave"),
    "loading": tr("loading"),
    "menu": tr("menu"),
    "ask": tr("ask"),
    "tell": tr("tell"),
}
"""What was decided to be done; a note is none of these: it is a row of its own."""


def end_in_words(end: CallEnd) -> Translatable:
    """How a call has just ended."""
    if not end.lost:
        return _DONE.get(end.how) or tr("done: {end}", end=OUTCOMES.get(end.how, end.how))
    if end.how == "unsure":
        return tr("nobody knows whether it arrived")
    return tr("given up once more: {why}", why=why_lost(end.how))


def calls_in_words(
    calls: Sequence[Told], at: Callable[[datetime], str], *, ids: bool = True
) -> list[Translatable]:
    """A line for each call; with LINE's `ids` of all, or only of those that LINE can be asked about."""
    return [tr("{call}: {end}", call=_name(call), end=_end(call, at, ids=ids)) for call in calls]


def _name(call: Told) -> Translatable:
    kind = KINDS[call["kind"]]
    return tr("{call} on {channel}", call=kind, channel=call["channel"]) if call["channel"] else kind


def _end(call: Told, at: Callable[[datetime], str], *, ids: bool) -> Translatable:
    how: str = call["end"]
    if how == UNDER_WAY:
        since = at(call["since"])
        if call["tried_until"] is None:
            return tr("under way since {since}", since=since)
        return tr("under way since {since}, tried until {until}", since=since, until=at(call["tried_until"]))
    if how == WAITS:
        return tr(
            "waits for a process that runs, since {since}; it was to be tried until {until}",
            since=at(call["since"]),
            until=at(call["tried_until"]),
        )
    if how == NOT_KEPT:
        return tr("done; what LINE answered was not kept")
    told = _ended(call, how, at(call["at"]))
    if not (ids or call["lost"]):
        return told
    more = [tr("X-Line-Request-Id {name}", name=call["request_id"])] if call["request_id"] else []
    more += [tr("message {names}", names=row(call["messages"]))] if call["messages"] else []
    if not more:
        return told
    about = more[0] if len(more) == 1 else tr("{one}; {other}", one=more[0], other=more[1])
    return tr("{told}  ({about})", told=told, about=about)


def _ended(call: Told, how: str, moment: str) -> Translatable:
    if not call["lost"]:
        end = _DONE.get(how) or OUTCOMES.get(how)
        return tr("{end}, {at}", end=how if end is None else end, at=moment)
    detail = call.get("detail")
    if how == "unsure":
        if not detail:
            return tr("nobody knows whether it arrived, {at}", at=moment)
        return tr("nobody knows whether it arrived, {at}: {why}", at=moment, why=detail)
    why = why_lost(how)
    why = tr("{end}: {detail}", end=why, detail=detail) if detail else why
    return tr("given up, {at}: {why}", at=moment, why=why)


def why_lost(reason: str) -> Translatable | str:
    """Why a call was given up, with the word by which commands and logs call it."""
    told = REASONS.get(reason)
    return reason if told is None else tr("{why} ({reason})", why=told, reason=reason)
