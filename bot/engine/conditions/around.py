"""Conditions on the surroundings: hours, the channel, who answers, SMS credit, settings."""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine.conditions import reasons
from bot.engine.conditions.comparisons import IsKnown
from bot.engine.conditions.condition import (
    All,
    Alternatives,
    Condition,
    ConditionContext,
    Leaf,
    any_known,
    one_of,
)
from bot.engine.times.hours import Hours
from bot.engine.times.value_words import listed
from bot.model.place import Place
from bot.model.trace import TraceNote


@dataclass(frozen=True, slots=True)
class Constant(Leaf):
    """Decided when the playbook was compiled (a flow's setting, a channel); `setting`: where that is set."""

    decided: bool
    because: TraceNote
    setting: Place | None = None

    def holds(self, context: ConditionContext) -> bool:
        return self.decided

    def reason(self, context: ConditionContext) -> TraceNote:
        return self.because

    @property
    def in_short(self) -> str:
        return str(self.because) if self.decided else f"off: {self.because}"

    @property
    def alternatives(self) -> Alternatives:
        return any_known((f"setting {self.place} {self.because} {self.decided}",))


@dataclass(frozen=True, slots=True)
class During(Leaf):
    """Within these hours, in the playbook's time zone."""

    name: str
    hours: Hours

    def holds(self, context: ConditionContext) -> bool:
        return self.hours.open_at(context.when.now, context.when.zone)

    def reason(self, context: ConditionContext) -> TraceNote:
        return TraceNote(reasons.OPEN if self.holds(context) else reasons.CLOSED, (self.name,))

    @property
    def in_short(self) -> str:
        return f"during {self.name}"

    @property
    def moved_by_time(self) -> bool:
        return True

    @property
    def alternatives(self) -> Alternatives:
        return ((("during", self.hours),),)


@dataclass(frozen=True, slots=True)
class OnChannel(Leaf):
    """The channel for which the condition is evaluated is one of these."""

    channels: tuple[str, ...]

    def holds(self, context: ConditionContext) -> bool:
        return context.channel in self.channels

    def reason(self, context: ConditionContext) -> TraceNote:
        return TraceNote(reasons.CHANNEL, (self.channels, context.channel))

    @property
    def in_short(self) -> str:
        return f"channel {listed(self.channels)}"

    @property
    def alternatives(self) -> Alternatives:
        return one_of("channel", self.channels)


@dataclass(frozen=True, slots=True)
class WithStaff(Leaf):
    """Staff have the conversation on this channel, or not."""

    staff: bool

    def holds(self, context: ConditionContext) -> bool:
        return context.identity.staff is self.staff

    def reason(self, context: ConditionContext) -> TraceNote:
        kind = reasons.WITH_STAFF if context.identity.staff else reasons.WITHOUT_STAFF
        return TraceNote(kind, (str(self.staff).lower(), "yes" if self.holds(context) else "no"))

    @property
    def in_short(self) -> str:
        return f"staff {str(self.staff).lower()}"

    @property
    def alternatives(self) -> Alternatives:
        return ((("staff", IsKnown(self.staff)),),)


@dataclass(frozen=True, slots=True)
class SmsCreditIs(Leaf):
    """The SMS credit is one of these."""

    levels: tuple[str, ...]

    def holds(self, context: ConditionContext) -> bool:
        return context.sms_credit in self.levels

    def reason(self, context: ConditionContext) -> TraceNote:
        return TraceNote(reasons.SMS_CREDIT[context.sms_credit], (self.levels,))

    @property
    def in_short(self) -> str:
        return f"sms_credit {listed(self.levels)}"

    @property
    def moved_by_time(self) -> bool:
        return True  # what is left is looked up from time to time

    @property
    def alternatives(self) -> Alternatives:
        return one_of("sms_credit", self.levels)


def may_hold_on(condition: Condition | None, channel: str) -> bool:
    """Whether a condition can hold on a channel: `False` only where a part of it names others."""
    match condition:
        case OnChannel(channels=names):
            return channel in names
        case All(parts=parts):
            return all(may_hold_on(part, channel) for part in parts)
        case _:
            return True
