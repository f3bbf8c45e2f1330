"""`oaflow privacy confirm`: agreeing to what is removed by itself to it where it concerns many."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

from bot.cli.arguments import actions_of, add_action, add_json, add_playbook, describe
from bot.cli.declared import add_operations
from bot.cli.operator import add_by
from bot.cli.order import CommandOrder, carried_out
from bot.cli.terminal_text import answered
from bot.model.translatable import Language, Refusal, tr
from bot.operations.catalog.subjects import subject_named
from bot.operations.privacy import PeopleDue, confirm_people, people_to_confirm


class ExpiryNotConfirmed(Refusal):
    """Nobody has agreed; the sentence says so."""


def arguments(command: ArgumentParser) -> None:
    """What is shown, or agreed to."""
    says = "What is removed by itself (privacy.keep): what is due, what was removed, whom it waits for."
    describe(command, says, example="oaflow privacy status")
    actions = actions_of(command)
    add_operations(actions, subject_named("privacy"))
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
    add_playbook(agreed)
    add_json(agreed)


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
