"""Records how calls ended: in the journal, in metrics, and as dead letters."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.clock import Clock
from bot.model.journal import CallEnd, TimelineRow
from bot.model.outgoing import DeadLetter, Outgoing
from bot.runtime.journal import JournalWriter
from bot.runtime.metrics import Metrics
from bot.runtime.retry import Done, GiveUp
from bot.runtime.sending.fallback import PUSHED_INSTEAD, WITH_REPLY
from bot.runtime.sending.letters import dead_letter
from bot.runtime.sending.line_watch import LineWatch
from bot.runtime.sending.outgoing import MESSAGE_CUT, MESSAGE_LOST


@dataclass(frozen=True, slots=True)
class CallEndRecords:
    """Writes the end of each call, by the contact that it is on."""

    journal: JournalWriter
    metrics: Metrics
    watch: LineWatch
    clock: Clock

    def ended(self, contact: str, call: Outgoing, result: Done | GiveUp) -> None:
        """A call is finished or given up, and is to be taken off its contact."""
        if isinstance(result, GiveUp):
            self.journal.dead(self._dead_letter(contact, call, result))
            return
        self.metrics.sends.inc(call.kind, result.how)
        if call.kind != "note":
            line = result.request_id, result.messages
            end = CallEnd(result.how, self.clock.now(), False, *line, result.asked)
            self.journal.ended(call, end)
        self.journal.sent(contact, call.id)

    def ended_with_reply(self, contact: str, fallback: Outgoing) -> None:
        """A fallback is not needed: its reply has ended otherwise."""
        self.journal.ended(fallback, CallEnd(WITH_REPLY, self.clock.now()))
        self.journal.sent(contact, fallback.id)

    def pushed_instead(self, reply: Outgoing) -> None:
        """A reply failed, and all of it goes as a push; the write that begins the push takes it off."""
        self.metrics.sends.inc(reply.kind, PUSHED_INSTEAD)
        self.journal.ended(reply, CallEnd(PUSHED_INSTEAD, self.clock.now()))

    def partly_pushed(self, contact: str, reply: Outgoing, push: Outgoing, result: GiveUp) -> None:
        """A reply failed, and the part of it in `push` goes by itself; the rest is a dead letter."""
        self.journal.letter(self._dead_letter(contact, reply, result, push))

    def _dead_letter(
        self, contact: str, call: Outgoing, result: GiveUp, riding: Outgoing | None = None
    ) -> DeadLetter:
        letter = dead_letter(call, contact, self.clock.now(), result, riding)
        self.metrics.sends.inc(call.kind, letter.reason)
        self.watch.on_dead_letter(letter)
        self.journal.ended(call, CallEnd(letter.reason, letter.at, True, letter.request_id))
        return letter


def end_of_note(row: TimelineRow) -> Done | GiveUp:
    """The end of a call of kind `note`: about a message that was lost it becomes a dead letter; one about a
    message that was cut is counted."""
    if row.what == MESSAGE_LOST:
        return GiveUp("card-left-out", " ".join(row.details), unsent=True)
    return Done("cut" if row.what == MESSAGE_CUT else "noted")
