"""`oaflow privacy status|confirm`: what is removed by itself, and agreeing to it where it concerns many."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator

from bot.cli.answer import in_columns
from bot.cli.arguments import actions_of, add_action, add_json, add_playbook, describe
from bot.cli.operator import add_by
from bot.cli.order import CommandOrder, carried_out
from bot.cli.terminal_text import answered
from bot.model.translatable import Language, Refusal, Translatable, TranslatableValue, row, tr
from bot.operations.privacy import (
    KIND_NAMES,
    PeopleDue,
    PrivacyView,
    RetainedData,
    amount_words,
    confirm_people,
    people_to_confirm,
    privacy_view,
)


class ExpiryNotConfirmed(Refusal):
    """Nobody has agreed; the sentence says so."""


def arguments(command: ArgumentParser) -> None:
    """What is shown, or agreed to."""
    says = "What is removed by itself (privacy.keep): what is due, what was removed, whom it waits for."
    describe(command, says, example="oaflow privacy status")
    actions = actions_of(command)
    shown = add_action(
        actions,
        "status",
        "what is stored for how long, what is due, what was removed",
        status,
        example="oaflow privacy status",
    )
    agreed = add_action(
        actions,
        "confirm",
        "people who left are erased, though they are many",
        confirm,
        says="Agree that people who left are erased, where a new bound concerns many of them.",
        example="oaflow privacy confirm --by Mei",
    )
    agreed.add_argument("--yes", action="store_true", help="without asking for their number")
    add_by(agreed)
    for one in (shown, agreed):
        add_playbook(one)
        add_json(one)


@carried_out()
async def status(order: CommandOrder) -> None:
    """Print a line for each kind, and for each day on which something was removed."""
    view = await privacy_view(await order.people(), order.playbook)
    order.show_all(view, _lines(view, order))


@carried_out()
async def confirm(order: CommandOrder) -> None:
    """Ask for the number, and agree. Raises `NothingToConfirm` and `ExpiryNotConfirmed`."""
    stores = await order.people()
    due = await people_to_confirm(stores, order.playbook)
    if not order.options.yes:
        _ask(due, order.speech)
    await confirm_people(stores, due, order.by)
    number, days = f"{due.people:,}", str(due.days)
    order.show(
        due,
        tr(
            "agreed: {number} people who left longer than {days} days ago are erased by the bot that runs,"
            " from the next minute on, or by the next one that starts",
            number=number,
            days=days,
        ),
    )


def _ask(due: PeopleDue, words: Language) -> None:
    if not sys.stdin.isatty():
        raise ExpiryNotConfirmed(tr("nobody is erased without a confirmation: add  --yes"))
    question = tr(
        "{number} of {all} people left longer than {days} days ago; to have all that is stored of them"
        " erased, type their number ({number}):",
        number=f"{due.people:,}",
        all=f"{due.everybody:,}",
        days=str(due.days),
    )
    if answered(question, words).replace(",", "") != str(due.people):
        raise ExpiryNotConfirmed(tr("that is another number: nobody was erased"))


def _lines(view: PrivacyView, order: CommandOrder) -> Iterator[TranslatableValue]:
    yield from in_columns([_cells(one, order) for one in view.kinds])
    if view.people is not None and view.people.waits:
        yield tr(
            "{number} of {all} people are due: so many are erased only once somebody agrees:  oaflow privacy"
            " confirm",
            number=f"{view.people.people:,}",
            all=f"{view.people.everybody:,}",
        )
    for day in view.removed:
        numbers = [amount_words(kind, f"{number:,}") for kind, number in day.removed.items()]
        yield tr("removed on {day}: {what}", day=day.day, what=row(numbers))


def _cells(one: RetainedData, order: CommandOrder) -> list[str]:
    oldest: TranslatableValue = ""
    if one.oldest is not None:
        oldest = tr("oldest {day}", day=order.at(one.oldest))
    due: TranslatableValue = ""
    if one.due is not None and one.soon is not None:
        due = tr("due now: {due}, within 7 days: {soon} more", due=f"{one.due:,}", soon=f"{one.soon:,}")
    return [order.speech.words(cell) for cell in (KIND_NAMES[one.kind], _bound(one), oldest, due)]


def _bound(one: RetainedData) -> Translatable:
    if one.days is None:
        return tr("no bound")
    return tr("{number} days", number=str(one.days)) if one.days else tr("not stored")
