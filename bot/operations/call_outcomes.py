"""What became of the calls that turns have decided on, for contact pages and dead letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from bot.model.journal import CallEnd, TimelineRow
from bot.model.outgoing import DeadLetter, Outgoing
from bot.model.said import Said, row, say
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


def calls_told(row: TimelineRow, ends: Ends) -> list[Told]:
    """What became of each thing that the turn of this row has decided to do; not its notes: they are rows."""
    numbered = [(number, *named.partition(" ")[::2]) for number, named in enumerate(row.calls)]
    told = [_told(row, number, kind, channel, ends) for number, kind, channel in numbered if kind != "note"]
    return [call for call in told if call["kind"] != "fallback" or call["end"] not in _NEVER_GONE]


def call_told(row: TimelineRow, number: int, kind: str, ends: Ends) -> Told:
    """What became of one of them, as JSON has it; on which channel it was made, whoever asks knows."""
    return _told(row, number, kind, "", ends)


def _told(row: TimelineRow, number: int, kind: str, channel: str, ends: Ends) -> Told:
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


_DONE: Mapping[str, Said] = {
    "accepted": say("accepted by LINE"),
    "known-already": say("accepted by LINE, at an earlier attempt"),
    "sent-before": say("accepted by LINE, at an earlier attempt"),
    "not-there": say("not needed: the chat was left already"),
    "superseded": say("not made: a newer rich menu was chosen before"),
    "not-at-line": say("not made: the rich menu is not at LINE, run  oaflow richmenu sync"),
    "left-out": say("not made: over the caps of journeys"),
    "pushed-instead": say("not taken by LINE: what it carried goes as a push"),
    "told": say("carried out"),
}
"""What the ends of calls that were not lost mean; others are the outcome of what was asked."""
OUTCOMES: Mapping[str, Said] = {
    "ok": say("the outside system answered"),
    "failed": say("it failed"),
    "sent": say("the code was sent"),
    "too_soon": say("too soon for another code"),
    "refused": say("no more codes today"),
    "right": say("the code is right"),
    "wrong": say("the code is wrong"),
    "locked": say("too many wrong codes"),
    "expired": say("the code has expired"),
    "found": say("the member was found"),
    "missing": say("there is no such member"),
    "taken": say("the phone is bound to another LINE account"),
    "shop_failed": say("the shop did not answer"),
    "valid": say("the clerk's code is valid"),
    "bound": say("the clerk was bound"),
    "already": say("there is a clerk already"),
    "unknown": say("no clerk has this code"),
    "suspended": say("the clerk is suspended"),
}
"""What has come of what was asked, whatever that was."""
REASONS: Mapping[str, Said] = {
    "reply-token-dead": say("LINE has refused the reply token"),
    "bad-request": say("LINE has refused the message itself"),
    "quota": say("the month's messages are used up"),
    "access-token-refused": say("the channel's access token is wrong"),
    "not-found": say("the person or chat is not there"),
    "too-large": say("the request was too large"),
    "throttled": say("LINE's rate limit, until it was too old"),
    "not-sent": say("LINE was not reached, until it was too old"),
    "no-answer": say("no clear answer from LINE, until it was too old"),
    "brake": say("pushes were stopped"),
    "menu-gone": say("the rich menu was deleted at LINE"),
    "card-left-out": say("filled with this person's data LINE would refuse the message"),
    "retry-key-expired": say("older than 23 hours, and perhaps sent before"),
    "no-such-channel": say("the playbook no longer has that channel"),
    "too-late": say("it would have come too late"),
    "failed": say("it failed"),
    "unreadable": say("another version of oaflow has written it"),
}
"""Why a call was given up, by the stable word that is its dead letter's reason."""
KINDS: Mapping[str, Said] = {
    "reply": say("reply"),
    "push": say("push"),
    "fallback": say("push instead of the reply"),
    "leave": say("leave"),
    "loading": say("loading"),
    "menu": say("menu"),
    "ask": say("ask"),
    "tell": say("tell"),
}
"""What was decided to be done; a note is none of these: it is a row of its own."""


def end_in_words(end: CallEnd) -> Said:
    """How a call has just ended."""
    if not end.lost:
        return _DONE.get(end.how) or say("done: {end}", end=OUTCOMES.get(end.how, end.how))
    if end.how == "unsure":
        return say("nobody knows whether it arrived")
    return say("given up once more: {why}", why=_why(end.how))


def calls_in_words(calls: Sequence[Told], at: Callable[[datetime], str], *, ids: bool = True) -> list[Said]:
    """A line for each call; with LINE's `ids` of all, or only of those that LINE can be asked about."""
    return [say("{call}: {end}", call=_name(call), end=_end(call, at, ids=ids)) for call in calls]


def _name(call: Told) -> Said:
    kind = KINDS[call["kind"]]
    return say("{call} on {channel}", call=kind, channel=call["channel"]) if call["channel"] else kind


def _end(call: Told, at: Callable[[datetime], str], *, ids: bool) -> Said:
    how: str = call["end"]
    if how == UNDER_WAY:
        since = at(call["since"])
        if call["tried_until"] is None:
            return say("under way since {since}", since=since)
        return say("under way since {since}, tried until {until}", since=since, until=at(call["tried_until"]))
    if how == WAITS:
        return say(
            "waits for a process that runs, since {since}; it was to be tried until {until}",
            since=at(call["since"]),
            until=at(call["tried_until"]),
        )
    if how == NOT_KEPT:
        return say("done; what LINE answered was not kept")
    told = _ended(call, how, at(call["at"]))
    if not (ids or call["lost"]):
        return told
    more = [say("X-Line-Request-Id {name}", name=call["request_id"])] if call["request_id"] else []
    more += [say("message {names}", names=row(call["messages"]))] if call["messages"] else []
    if not more:
        return told
    about = more[0] if len(more) == 1 else say("{one}; {other}", one=more[0], other=more[1])
    return say("{told}  ({about})", told=told, about=about)


def _ended(call: Told, how: str, moment: str) -> Said:
    if not call["lost"]:
        end = _DONE.get(how) or OUTCOMES.get(how)
        return say("{end}, {at}", end=how if end is None else end, at=moment)
    detail = call.get("detail")
    if how == "unsure":
        if not detail:
            return say("nobody knows whether it arrived, {at}", at=moment)
        return say("nobody knows whether it arrived, {at}: {why}", at=moment, why=detail)
    why = _why(how)
    why = say("{end}: {detail}", end=why, detail=detail) if detail else why
    return say("given up, {at}: {why}", at=moment, why=why)


def _why(reason: str) -> Said | str:
    """Why it was given up, with the word by which commands and logs call it."""
    told = REASONS.get(reason)
    return reason if told is None else say("{why} ({reason})", why=told, reason=reason)
