"""Whether somebody has a tag, and since when."""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine.conditions.comparisons import Ago
from bot.engine.conditions.condition import KNOWN, Alternatives, Asks, Leaf, any_of
from bot.engine.conditions.context import ConditionContext
from bot.engine.times.bounds import COMPARE, put_on
from bot.engine.times.local_time import Duration
from bot.engine.times.value_words import listed, span_words, value_words


@dataclass(frozen=True, slots=True)
class HasTag(Leaf):
    """Has any of these tags, put on within a span, or longer ago than it."""

    tags: tuple[str, ...]
    within: Duration | None = None
    over: Duration | None = None

    def holds(self, asked: ConditionContext) -> bool:
        wanted, now = self.tags, asked.when.now
        for tag in asked.contact.tags:
            if tag.name in wanted and (tag.expires is None or tag.expires > now):
                if self.within is None and self.over is None:
                    return True
                since = put_on(self.within, self.over, asked.when)
                if all(COMPARE[how](tag.at, bound) for how, bound in since):
                    return True
        return False

    def told(self, asked: ConditionContext) -> str:
        return f"tag {any_of(self.tags)}: {self._found(asked)}"

    def _found(self, asked: ConditionContext) -> str:
        there = [tag for tag in asked.contact.tags if tag.name in self.tags]
        if not there:
            return "not on"
        on = [tag for tag in there if tag.expires is None or tag.expires > asked.when.now]
        if not on:
            return "expired"
        return "on since " + ", ".join(value_words(tag.at, asked.when.zone) for tag in on)

    @property
    def in_short(self) -> str:
        within = f" within {span_words(self.within)}" if self.within else ""
        over = f" over {span_words(self.over)}" if self.over else ""
        return f"tag {listed(self.tags)}{within}{over}"

    @property
    def moved_by_time(self) -> bool:
        return self.within is not None or self.over is not None

    @property
    def alternatives(self) -> Alternatives:
        spans: list[Asks] = [] if self.within is None else [Ago("within", self.within)]
        spans += [] if self.over is None else [Ago("over", self.over)]
        return tuple(tuple((f"tag {tag}", asks) for asks in spans or [KNOWN]) for tag in self.tags)
