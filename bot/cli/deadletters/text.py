"""Dead letters in lines: a line for each, or all of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from bot.cli.dates import to_the_second
from bot.model.outgoing import Handled
from bot.model.translatable import Language, Translatable, TranslatableValue, plural, row, tr
from bot.operations.actors import actor_words
from bot.operations.call_outcomes import KINDS, end_in_words, why_lost
from bot.operations.dead_letters import DeadLettersSince, InFull, masked_contact
from bot.operations.payload import Payload, pick
from bot.operations.resending import Handling
from bot.playbook.report import cells
from bot.playbook.similar import printable
from bot.runtime.retry import LATE
from bot.store.events.dead_letters import EVENT, DeadLetterEntry

_WIDE = 10
"""Columns of the names on the left."""
EACH = 50
"""Outcomes of which each has a line of its own; of more, only what was not done."""
_HANDLED: Mapping[str, Translatable] = {"resent": tr("sent once more"), "dropped": tr("dropped")}


def lines_of(lost: DeadLettersSince, zone: ZoneInfo, words: Language) -> Iterator[str]:
    """The lines of `list`; moments by the clock of the team."""
    at = to_the_second(zone)
    for one in lost.found:
        kind, why = words.words(_kind(one.kind)), printable(words.words(_why(one)))
        line = f"{at(one.at)}  {one.name}  {one.channel}  {kind}  {masked_contact(one.contact)}  {why}"
        done = _HANDLED[one.handled.how] if one.handled is not None else None
        yield line if done is None else words.text(tr("{line}  ({done})", line=line, done=done))
    yield words.text(_counted(lost.found, at(lost.since)))


def _counted(found: Sequence[DeadLetterEntry], since: str) -> Translatable:
    aside = sum(one.kind == EVENT for one in found)
    calls = len(found) - aside
    many = [_calls(calls)] * (calls > 0) + [_events(aside)] * (aside > 0)
    if not many:
        return tr("nothing was given up or set aside since {since}", since=since)
    return tr("{found}; one of them:  oaflow deadletters show NAME", found=row(many, "and"))


def _calls(number: int) -> Translatable:
    return plural("1 call was given up", "{number} calls were given up", number)


def _events(number: int) -> Translatable:
    return plural("1 event is set aside", "{number} events are set aside", number)


def page(found: InFull, zone: ZoneInfo, words: Language, *, reveal: bool) -> Iterator[str]:
    """The lines of `show`."""
    one, at = found.one, to_the_second(zone)
    is_event = one.kind == EVENT
    kind = _kind(one.kind)
    since = one.at if one.since is None else one.since
    yield from _left(tr("called"), one.name, words)
    yield from _left(tr("what"), tr("{kind} on {channel}", kind=kind, channel=one.channel), words)
    yield from _left(tr("for"), one.contact if reveal else masked_contact(one.contact), words)
    yield from _left(tr("since"), at(since), words)
    yield from _left(tr("why"), _why(one), words)
    if not is_event:
        yield from _left(tr("given up"), at(one.at), words)
    yield from _left(tr("tried"), _times(one.tries), words)
    if one.request_id:
        yield from _left(tr("at LINE"), f"X-Line-Request-Id {one.request_id}", words)
    for number, content in enumerate(found.contents):
        yield from _left(None if number else tr("contents"), _content(content), words)
    yield from _left(tr("resend"), _prospect(found), words)
    if one.handled is not None:
        yield from _left(tr("done"), _done(one.handled, at(one.handled.at)), words)


def _kind(kind: str) -> TranslatableValue:
    return tr("event") if kind == EVENT else KINDS.get(kind, kind)


def _why(one: DeadLetterEntry) -> TranslatableValue:
    why = why_lost(one.reason)
    return tr("{end}: {detail}", end=why, detail=one.detail) if one.detail else why


def _left(name: Translatable | None, value: TranslatableValue, words: Language) -> Iterator[str]:
    left = "" if name is None else words.text(name)
    yield f"{left}{' ' * max(1, _WIDE - cells(left))}{printable(words.words(value))}"


def _times(tries: int) -> Translatable:
    return tr("once") if tries == 1 else tr("{number} times", number=tries)


def _content(content: Any) -> str:
    return content if isinstance(content, str) else orjson.dumps(content).decode()


def _done(handled: Handled, at: str) -> Translatable:
    return tr("{what}, {at}, by {who}", what=_HANDLED[handled.how], at=at, who=actor_words(handled.actor))


def _prospect(found: InFull) -> Translatable:
    """What sending it once more would be."""
    if found.why_not is not None:
        return tr("cannot be sent once more: {why}", why=found.why_not)
    if found.one.kind == EVENT:
        return tr(
            "it is decided once more; a reply whose token is too old by then is set aside ({reason})",
            reason=LATE,
        )
    if found.doubt == "same-key" and not found.costs:
        return tr("asked once more under the same key: whoever has done it knows it again")
    if found.doubt == "same-key":
        return tr("a push with the same retry key: LINE knows it again, and nobody gets it twice")
    if found.doubt == "may-be-second":
        return tr("a push with a new retry key: it may be the second one that the person gets (--second)")
    if found.costs:
        return tr("a push with a new retry key; it costs a message")
    return tr("done once more, which costs nothing")


def outcome_lines(done: Sequence[Handling], words: Language) -> Iterator[str]:
    """What became of each that was sent once more or dropped; of many, their number."""
    shown = done if len(done) <= EACH else [one for one in done if one.carried == "refused"]
    for one in shown:
        yield f"{one.name}  {words.text(_outcome(one))}"
    if len(done) > EACH:
        for outcome, number in Counter(words.text(_outcome(one)) for one in done).most_common():
            yield words.text(tr("{number} × {outcome}", number=f"{number:,}", outcome=outcome))


def _outcome(one: Handling) -> Translatable:
    match one.carried:
        case "ended" if one.end is not None:
            return end_in_words(one.end)
        case "decided":
            return tr("decided once more") if one.kind == EVENT else tr("done once more")
        case "aside":
            return tr("set aside once more: it fails as before")
        case "dropped":
            return tr("dropped")
        case "refused" if one.why is not None:
            refused = tr("not done: {why}", why=one.why)
            return tr("{refused}; all the same:  --second", refused=refused) if one.doubt else refused
        case "stored":
            return tr("stored: it is done as soon as oaflow runs")
        case _:
            return tr("under way; what comes of it:  oaflow contact show")


def outcome_payload(one: Handling) -> Payload:
    """The same for programs."""
    return {
        "name": one.name,
        "became": one.carried,
        "end": None if one.end is None else one.end.how,
        "lost": None if one.end is None else one.end.lost,
        "doubt": one.doubt or None,
        **pick(one, "event", "why"),
    }
