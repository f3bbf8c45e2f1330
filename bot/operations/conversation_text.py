"""A conversation as a document, and in lines: what came in, what was answered, why, what became of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from bot.model.answer_fields import Clock, Help, Sentence
from bot.model.conversation import Incoming, Secrecy, TranscriptCall, TranscriptCursor
from bot.model.translatable import Language, Quoted, Refusal, Translatable, TranslatableValue, row, tr
from bot.operations.actors import done_by
from bot.operations.call_outcomes import (
    KINDS,
    CallOutcome,
    GivenUpCall,
    SettledCall,
    UnsettledCall,
    calls_in_words,
)
from bot.operations.catalog.answers import filled
from bot.operations.contact_words import incoming_text
from bot.operations.conversation import ConversationTurn
from bot.playbook.similar import printable
from bot.wording.conversation import message_text
from bot.wording.trace_words import row_words

_PLACE = re.compile(r"(\d{1,15})\.(\d{1,19})")
"""A place in a conversation, as an answer gives it: milliseconds, and the number of the turn at that
moment."""
_TURN = re.compile(r"(.+)/(\d{1,19})")
"""A moment, and the number of a turn at it: `2026-11-20 10:00/7`."""
_LAST = 2**63 - 1
"""The largest number that MongoDB stores."""


class NoMoment(Refusal):
    """What was given is neither a moment nor a place in a conversation."""


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


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """What somebody has sent or done."""

    kind: str
    text: Annotated[Sentence, Help("In words; of a text itself.")]
    content: Annotated[Mapping[str, Any] | None, Help("As LINE has it; `null` of a text.")]
    sent: datetime | None
    hidden: Annotated[Secrecy | None, Help("Why it is not shown, where it is not.")]


@dataclass(frozen=True, slots=True)
class MadeAnswer:
    """A reply or push, or a note for colleagues."""

    kind: str
    texts: Annotated[Sequence[Sentence], Help("Its messages in words.")]
    messages: Annotated[Sequence[Mapping[str, Any]], Help("As LINE got them.")]
    outcome: CallOutcome | UnsettledCall | SettledCall | GivenUpCall


@dataclass(frozen=True, slots=True)
class AnswerCause:
    """Why it was sent; `event` where nothing came in, `actor`: staff."""

    step: str
    place: str
    flow: str
    event: str
    actor: str


@dataclass(frozen=True, slots=True)
class SaidTurn:
    """What came in, if anything did, with what was answered."""

    event: str
    channel: str
    at: datetime
    readable: Annotated[bool, Help("`false`: its key is missing.")]
    received: ReceivedMessage | None
    answers: Sequence[MadeAnswer]
    cause: Annotated[AnswerCause | None, Help("`null`: the process ended before it wrote one.")]


def said_turn(one: ConversationTurn, words: Language) -> SaidTurn:
    """A turn as a document."""
    turn = one.turn
    return SaidTurn(
        *(turn.event, turn.chat.partition(":")[0], turn.at, turn.readable),
        None if turn.incoming is None else _received(turn.incoming, one.hidden, words),
        [_answer(*both) for both in zip(turn.calls, one.ends, strict=True)],
        None if turn.cause is None else filled(AnswerCause, turn.cause),
    )


def _received(incoming: Incoming, hidden: bool, words: Language) -> ReceivedMessage:
    content = None if isinstance(incoming.content, str) else incoming.content
    sent = datetime.fromtimestamp(incoming.sent / 1000, UTC) if incoming.sent else None
    text = incoming_text(incoming, hidden, words)
    return ReceivedMessage(incoming.kind, text, content, sent, incoming.secrecy if hidden else None)


def _answer(call: TranscriptCall, outcome: CallOutcome) -> MadeAnswer:
    return MadeAnswer(call.kind, [message_text(one) for one in call.messages], call.messages, outcome)


_INDENT = " " * 21


@dataclass(frozen=True, slots=True)
class ConversationLines:
    """A page as lines, by the clock of the team; the last message at the end, first how to see earlier ones.

    `several`: the person has several accounts, so each turn says on which channel it was. `days`: so long
    conversations are kept; `None`: they are not.
    """

    turns: Sequence[SaidTurn]
    earlier: str
    name: str
    several: bool
    days: int | None
    speech: Language

    def lines(self, at: Clock) -> Iterator[str]:
        if self.earlier:
            yield self._words(tr("earlier:  --before {place}", place=self.earlier))
        if not self.turns:
            yield self._words(_none(self.days))
        for one in self.turns:
            yield from self._turn(one, at)

    def _turn(self, one: SaidTurn, at: Clock) -> Iterator[str]:
        channel = f"{one.channel}  " if self.several else ""
        begins = iter([f"{at(one.at)}  {channel}"])
        if not one.readable:
            yield f"{next(begins)}{self._words(tr('(does not open: its key is missing)'))}"
        if one.received is not None:
            yield from self._paragraph(next(begins), self._customer(self._words(one.received.text)))
        for call in one.answers:
            for text in map(self._words, call.texts):
                sentence = tr("{kind}: {text}", kind=KINDS.get(call.kind, call.kind), text=text)
                yield from self._paragraph(next(begins, _INDENT), sentence)
        ends = [call.outcome for call in one.answers if call.kind != "note"]
        for ended in calls_in_words(ends, at, ids=False):
            yield f"{_INDENT}{self._words(tr('→ {call}', call=ended))}"
        if one.answers:
            yield f"{_INDENT}{self._words(self._why(one.cause))}"

    def _customer(self, text: str) -> Translatable:
        """A customer's message; never by the name alone, which they chose: it may be that of the bot."""
        if not self.name:
            return tr("customer: {text}", text=text)
        return tr("customer {name}: {text}", name=self.name, text=text)

    def _why(self, cause: AnswerCause | None) -> Translatable:
        if cause is None:
            return tr("→ why is not known: the process ended before it told")
        parts: list[TranslatableValue] = [row_words(cause.event, self.speech)] if cause.event else []
        parts += [done_by(cause.actor)] if cause.actor else []
        parts += [tr("flow {flow}", flow=cause.flow)] if cause.flow else []
        parts += [cause.place] if cause.place else []
        return tr("→ why: {parts}", parts=row(parts, "semicolon"))

    def _paragraph(self, begin: str, message: Translatable) -> Iterator[str]:
        first, *others = self.speech.text(message).splitlines() or [""]
        yield f"{begin}{printable(first)}"
        for line in others:
            yield f"{_INDENT}{printable(line)}"

    def _words(self, text: TranslatableValue) -> str:
        return self.speech.words(text)


def _none(days: int | None) -> Translatable:
    if days is None:
        return tr("nothing is kept: privacy.keep.conversations is none")
    return tr("nothing was said in the last {days} days", days=days)
