"""`oaflow contact show --conversation`: the messages, in lines and as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.cli.contact.order import contact_of
from bot.cli.dates import to_the_second
from bot.cli.order import CommandOrder
from bot.model.conversation import Cause, Incoming, TranscriptCursor
from bot.model.translatable import Quoted, Refusal, Translatable, TranslatableValue, row, tr
from bot.operations.actors import done_by
from bot.operations.call_outcomes import KINDS, SettledCall, calls_in_words
from bot.operations.contact_view import revealed
from bot.operations.contact_words import incoming_text
from bot.operations.conversation import ConversationPage, ConversationTurn, conversation
from bot.operations.looks import record_look
from bot.operations.payload import Payload, as_json, pick
from bot.operations.simulated_time import now_among
from bot.playbook.similar import printable
from bot.wording.conversation import message_text
from bot.wording.trace_words import row_words

_PLACE = re.compile(r"(\d{1,15})\.(\d{1,19})")
"""A place as the answer gives it: milliseconds, and which of those of that moment."""
_TURN = re.compile(r"(.+)/(\d{1,19})")
_LAST = 2**63 - 1


class NoMoment(Refusal):
    """What was given is neither a moment nor a place in a conversation."""


async def show_conversation(order: CommandOrder) -> None:
    """Print a page of messages; in full only after recording it. Raises `NotFound`, `NoMoment`."""
    options, zone = order.options, order.playbook.zone
    before = None if options.before is None else place_of(options.before, zone)
    found = await contact_of(order, unproven=True)
    now = await now_among(found.stores)
    if options.reveal:
        await revealed(found, order.by, now)
    await record_look(found.stores, found.contact.id, order.by, now, "conversation_read")
    page = await conversation(found, now, before=before, zone=zone, most=options.turns, reveal=options.reveal)
    payload = {
        "contact": found.contact.id,
        "simulator": found.simulated,
        "turns": [_turn(one) for one in page.turns],
        "earlier": None if page.earlier is None else place_code(page.earlier),
    }
    several = len(found.contact.identities) > 1
    lines = _Lines(order, found.contact.name, several).of(page)
    order.show_all(payload, lines)


def place_of(written: str, zone: ZoneInfo) -> TranscriptCursor:
    """`2026-11-20 10:00` by the clock of the team, or a place as an answer gives it. Raises `NoMoment`.

    Behind a moment `/7`: of the turns of that moment, those before the seventh.
    """
    try:
        if (place := _PLACE.fullmatch(written)) is not None:
            return TranscriptCursor(
                datetime.fromtimestamp(int(place[1]) / 1000, UTC), min(int(place[2]), _LAST)
            )
        found = _TURN.fullmatch(written)
        moment = datetime.fromisoformat(written if found is None else found[1])
        at = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
        return TranscriptCursor(at.astimezone(UTC), 0 if found is None else min(int(found[2]), _LAST))
    except (ValueError, OverflowError) as error:  # or of no year that there is
        why = tr("{text} is no moment; write one such as  2026-11-20 10:00", text=Quoted(written))
        raise NoMoment(why) from error


def place_code(place: TranscriptCursor) -> str:
    """As `place_of` reads it, for programs."""
    return f"{round(place.at.timestamp() * 1000)}.{place.turn}"


def place_text(place: TranscriptCursor, zone: ZoneInfo) -> str:
    """The same for people, by the clock of the team: `2026-11-20T12:05:00.123/7`."""
    at = place.at.astimezone(zone)
    is_unique = at.replace(fold=0).astimezone(UTC) == place.at.astimezone(UTC)
    written = at if not is_unique else at.replace(tzinfo=None)  # an hour that comes twice has its offset
    return f"{written.isoformat(timespec='milliseconds')}/{place.turn}"


def _turn(one: ConversationTurn) -> Payload:
    turn = one.turn
    return {
        **pick(turn, "event", "chat", "at", "readable"),
        "in": None if turn.incoming is None else _incoming(turn.incoming, one.hidden),
        "out": [
            {
                **as_json(outcome),
                "messages": call.messages,
                "line_ids": outcome.messages if isinstance(outcome, SettledCall) else (),
            }
            for call, outcome in zip(turn.calls, one.ends, strict=True)
        ],
        "cause": None if turn.cause is None else {k: v for k, v in turn.cause.payload().items() if v},
    }


def _incoming(incoming: Incoming, hidden: bool) -> Payload:
    content = incoming.content
    fields = {"text": content} if isinstance(content, str) else content
    sent = datetime.fromtimestamp(incoming.sent / 1000, UTC) if incoming.sent else None
    hides = incoming.secrecy if hidden else None
    return {"kind": incoming.kind, **fields, "sent": sent, "hidden": hides}


_INDENT = " " * 21


class _Lines:
    """A page as lines, moments by the clock of the team."""

    def __init__(self, order: CommandOrder, name: str | None, several: bool) -> None:
        """`several`: the person has several accounts, so each turn says on which channel it was."""
        self._name, self._zone = " ".join((name or "").split()), order.playbook.zone
        self._speech, self._at = order.speech, to_the_second(self._zone)
        self._days, self._several = order.playbook.keep_conversations, several

    def of(self, page: ConversationPage) -> Iterator[str]:
        """The lines, the last message at the end; first how to see earlier ones."""
        if page.earlier is not None:
            yield self._words(tr("earlier:  --before {place}", place=place_text(page.earlier, self._zone)))
        if not page.turns:
            yield self._words(_none(self._days))
        for one in page.turns:
            yield from self._turn(one)

    def _turn(self, one: ConversationTurn) -> Iterator[str]:
        turn, begins = one.turn, iter([self._begin(one)])
        if not turn.readable:
            yield f"{next(begins)}{self._words(tr('(does not open: its key is missing)'))}"
        if turn.incoming is not None:
            text = self._words(incoming_text(turn.incoming, one.hidden, self._speech))
            yield from self._paragraph(next(begins), self._customer(text))
        for call in turn.calls:
            for message in call.messages:
                text = self._words(message_text(message))
                sentence = tr("{kind}: {text}", kind=KINDS.get(call.kind, call.kind), text=text)
                yield from self._paragraph(next(begins, _INDENT), sentence)
        ends = [end for end in one.ends if end.kind != "note"]
        for ended in calls_in_words(ends, self._at, ids=False):
            yield f"{_INDENT}{self._words(tr('→ {call}', call=ended))}"
        if turn.calls:
            yield f"{_INDENT}{self._words(self._why(turn.cause))}"

    def _begin(self, one: ConversationTurn) -> str:
        channel = f"{one.turn.chat.partition(':')[0]}  " if self._several else ""
        return f"{self._at(one.turn.at)}  {channel}"

    def _customer(self, text: str) -> Translatable:
        """A customer's message; never by the name alone, which they chose: it may be that of the bot."""
        if not self._name:
            return tr("customer: {text}", text=text)
        return tr("customer {name}: {text}", name=self._name, text=text)

    def _why(self, cause: Cause | None) -> Translatable:
        if cause is None:
            return tr("→ why is not known: the process ended before it told")
        parts: list[TranslatableValue] = [row_words(cause.event, self._speech)] if cause.event else []
        parts += [done_by(cause.actor)] if cause.actor else []
        parts += [tr("flow {flow}", flow=cause.flow)] if cause.flow else []
        parts += [cause.place] if cause.place else []
        return tr("→ why: {parts}", parts=row(parts, "semicolon"))

    def _paragraph(self, begin: str, message: Translatable) -> Iterator[str]:
        first, *others = self._speech.text(message).splitlines() or [""]
        yield f"{begin}{printable(first)}"
        for line in others:
            yield f"{_INDENT}{printable(line)}"

    def _words(self, text: TranslatableValue) -> str:
        return self._speech.words(text)


def _none(days: int | None) -> Translatable:
    if days is None:
        return tr("nothing is kept: privacy.keep.conversations is none")
    return tr("nothing was said in the last {days} days", days=days)
