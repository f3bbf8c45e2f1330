"""What is asked of the moment and of the shop: hours, the channel, who answers, SMS credit, settings."""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine.conditions.comparisons import IsKnown
from bot.engine.conditions.condition import (
    Alternatives,
    ConditionContext,
    Leaf,
    any_known,
    any_of,
    one_of,
    yes_or_no,
)
from bot.engine.times.hours import Hours
from bot.engine.times.value_words import listed
from bot.model.place import Place


@dataclass(frozen=True, slots=True)
class Constant(Leaf):
    """Decided when the playbook was compiled (a flow's setting, a channel); `setting`: where that is set."""

    decided: bool
    because: str
    setting: Place | None = None

    def holds(self, asked: ConditionContext) -> bool:
        return self.decided

    def describe(self, asked: ConditionContext) -> str:
        return self.because

    @property
    def in_short(self) -> str:
        return self.because if self.decided else f"off: {self.because}"

    @property
    def alternatives(self) -> Alternatives:
        return any_known((f"setting {self.place} {self.because} {self.decided}",))


@dataclass(frozen=True, slots=True)
class During(Leaf):
    """Within these hours, in the playbook's time zone."""

    name: str
    hours: Hours

    def holds(self, asked: ConditionContext) -> bool:
        return self.hours.open_at(asked.when.now, asked.when.zone)

    def describe(self, asked: ConditionContext) -> str:
        return f"during {self.name}: {yes_or_no(self.holds(asked))}"

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
    """Asked about on one of these channels."""

    channels: tuple[str, ...]

    def holds(self, asked: ConditionContext) -> bool:
        return asked.channel in self.channels

    def describe(self, asked: ConditionContext) -> str:
        return f"channel {any_of(self.channels)}: it is {asked.channel}"

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

    def holds(self, asked: ConditionContext) -> bool:
        return asked.identity.staff is self.staff

    def describe(self, asked: ConditionContext) -> str:
        return f"{self.in_short}: {yes_or_no(self.holds(asked))}"

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

    def holds(self, asked: ConditionContext) -> bool:
        return asked.sms_credit in self.levels

    def describe(self, asked: ConditionContext) -> str:
        return f"sms_credit {any_of(self.levels)}: it is {asked.sms_credit}"

    @property
    def in_short(self) -> str:
        return f"sms_credit {listed(self.levels)}"

    @property
    def moved_by_time(self) -> bool:
        return True  # what is left is looked up from time to time

    @property
    def alternatives(self) -> Alternatives:
        return one_of("sms_credit", self.levels)
