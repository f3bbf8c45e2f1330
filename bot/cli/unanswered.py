"""`oaflow unanswered`: questions that nobody answered, by how many people, with the rule that would."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.cli.arguments import add_json, add_playbook, describe
from bot.cli.dates import day_or_span, moment_or_before
from bot.cli.order import CommandOrder, carried_out
from bot.model.translatable import Translatable, TranslatableValue, row, tr
from bot.operations.unanswered import (
    LATELY,
    UnansweredQuestion,
    UnansweredQuestions,
    asked_lately,
    asked_words,
    question_payload,
    questions_now,
    rest_words,
)


def arguments(command: ArgumentParser) -> None:
    """A playbook, and since when."""
    says = "Questions that nobody answered: what asks the same together, masked, what most people ask first."
    describe(command, says, example="oaflow unanswered my-shop --since 7d", run=run)
    add_playbook(command)
    command.add_argument(
        *("--since",),
        type=day_or_span,
        default=timedelta(days=LATELY),
        metavar="DATE",
        help="from this day on, or the last 7d (30d)",
    )
    add_json(command)


@carried_out()
async def run(order: CommandOrder) -> None:
    """Print each question, and the rule."""
    people, now = await order.people_now()
    since = moment_or_before(order.options.since, order.zone, now)
    found = await questions_now(
        people, await asked_lately(people, order.zone, since, now), order.playbook, now
    )
    listed: Sequence[UnansweredQuestion] = (*found.open, *found.answered, *found.ignored)
    order.show_all([question_payload(one) for one in listed], _lines(found))


def _lines(found: UnansweredQuestions) -> Iterator[TranslatableValue]:
    if not found.open:
        yield tr("nobody asked in vain")
    for one in found.open:
        yield from _question(one)
    yield from rest_words(found)


def _question(one: UnansweredQuestion) -> Iterator[TranslatableValue]:
    yield asked_words(one)
    if one.others:
        yield tr("    also: {texts}", texts=row(one.others))
    if one.widened is not None:
        place = str(one.widened.near.place)
        yield tr("    {place} hears nearly this; it hears it with", place=place)
        yield f"      {one.widened.yaml}"
    if one.rule is not None:
        yield _heard(one)
        yield from (f"      {line}" for line in one.rule.yaml.splitlines())


def _heard(one: UnansweredQuestion) -> Translatable:
    assert one.rule is not None
    hears, others = f"{one.rule.hears:,}", f"{one.rule.others:,}"
    if one.rule.others:
        return tr(
            "    a rule of its own hears {hears} of them, and {others} of others:",
            hears=hears,
            others=others,
        )
    return tr("    a rule of its own hears {hears} of them, and nothing else:", hears=hears)
