"""Questions that nobody answered, grouped and masked, with the rule that would answer (N7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from bot.model.answer_fields import Clock, Help
from bot.model.translatable import Translatable, TranslatableValue, plural, row, tr
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import CountedBack
from bot.operations.today import midnight
from bot.operations.unanswered import (
    LATELY,
    QuestionState,
    UnansweredQuestion,
    UnansweredQuestions,
    asked_lately,
    questions_now,
    rest_words,
)


@dataclass(frozen=True, slots=True)
class NearRule:
    """A rule of the playbook that waits for nearly this."""

    place: str
    texts: Annotated[Sequence[str], Help("What it would wait for, too.")]
    yaml: Annotated[str, Help("Its trigger with them.")]


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """Messages that ask the same."""

    state: QuestionState
    text: Annotated[str, Help("The commonest, masked.")]
    times: int
    people: int
    last: datetime
    others: Annotated[Sequence[str], Help("In which other words.")]
    channel: Annotated[str, Help("The one account where it was asked; empty: several.")]
    rule: Annotated[str, Help("YAML of a rule of its own that would answer; empty: there is none.")]
    rule_hears: int
    rule_hears_of_others: int
    answered_by: Annotated[str | None, Help("Where the rule stands that answers by now.")]
    near: NearRule | None

    @property
    def asked(self) -> Translatable:
        """How many people asked it, and how often."""
        people = plural("1 person", "{number} people", self.people)
        times = plural("1 time", "{number} times", self.times)
        return tr("{people}, {times}: {text}", people=people, times=times, text=self.text)

    def lines(self) -> Iterator[TranslatableValue]:
        """What was asked, and what would answer it."""
        yield self.asked
        if self.others:
            yield tr("    also: {texts}", texts=row(self.others))
        if self.near is not None:
            yield tr("    {place} hears nearly this; it hears it with", place=self.near.place)
            yield f"      {self.near.yaml}"
        if self.rule:
            yield self._heard
            yield from (f"      {line}" for line in self.rule.splitlines())

    @property
    def _heard(self) -> Translatable:
        hears, others = f"{self.rule_hears:,}", f"{self.rule_hears_of_others:,}"
        if self.rule_hears_of_others:
            return tr(
                "    a rule of its own hears {hears} of them, and {others} of others:",
                hears=hears,
                others=others,
            )
        return tr("    a rule of its own hears {hears} of them, and nothing else:", hears=hears)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """By how many people asked: what is open, then what has an answer by now, then what is ignored."""

    questions: Sequence[AskedQuestion]
    more: Annotated[int, Help("Open ones that are not listed.")]

    @property
    def open(self) -> Sequence[AskedQuestion]:
        return [one for one in self.questions if one.state == "open"]

    @property
    def rest(self) -> Iterator[Translatable]:
        """What is not said of those that are listed."""
        states = [one.state for one in self.questions]
        return rest_words(self.more, states.count("answered"), states.count("ignored"))

    def lines(self, at: Clock) -> Iterator[TranslatableValue]:
        """Each open question, with its rule."""
        if not self.open:
            yield tr("nobody asked in vain")
        for one in self.open:
            yield from one.lines()
        yield from self.rest


@operation("unanswered", example="my-shop --since 7d")
async def unanswered(
    call: OperationCall,
    since: Annotated[date | None, CountedBack(), Help("from this day on, or the last 7d (30 days)")] = None,
) -> Unanswered:
    """Questions that nobody answered: what asks the same together, masked, what most people ask first."""
    playbook, now = call.playbook, call.now
    begins = now - timedelta(days=LATELY) if since is None else midnight(since, playbook.zone)
    alike = await asked_lately(call.stores, playbook.zone, begins, now)
    return unanswered_of(await questions_now(call.stores, alike, playbook, now))


def unanswered_of(found: UnansweredQuestions) -> Unanswered:
    """The answer of what was found."""
    listed = (*found.open, *found.answered, *found.ignored)
    return Unanswered([_question(one) for one in listed], found.more)


def _question(one: UnansweredQuestion) -> AskedQuestion:
    rule, widened = one.rule, one.widened
    return AskedQuestion(
        *(one.state, one.text, one.times, one.people, one.last, one.others, one.channel),
        rule="" if rule is None else rule.yaml,
        rule_hears=0 if rule is None else rule.hears,
        rule_hears_of_others=0 if rule is None else rule.others,
        answered_by=None if one.by is None else str(one.by),
        near=None if widened is None else NearRule(str(widened.near.place), widened.texts, widened.yaml),
    )
