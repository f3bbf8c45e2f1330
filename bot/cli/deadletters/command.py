"""`oaflow deadletters`: what was given up and what was set aside: listed, shown, sent once more, dropped."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import (
    Actions,
    Arguments,
    Run,
    actions_of,
    add_action,
    add_days,
    add_json,
    add_playbook,
    describe,
)
from bot.cli.deadletters.handling import drop_, resend_, which
from bot.cli.deadletters.text import lines_of, page
from bot.cli.figures_source import whose_people
from bot.cli.on_database import on_database
from bot.cli.operator import add_by, commander
from bot.cli.playbook_folder import folder_and_words
from bot.cli.refusal import UsageWrong
from bot.model.translatable import Language, tr
from bot.operations.dead_letters import for_programs, given_up, in_full
from bot.playbook.valid import ValidPlaybook


def arguments(command: ArgumentParser) -> None:
    """What is done with them."""
    says = "Calls that were given up, and events that nobody could decide."
    describe(command, says, example="oaflow deadletters list")
    actions = actions_of(command)
    listed = add_action(
        actions,
        "list",
        "a line for each, oldest first, without whose it is",
        list_,
        says="A line for each, oldest first: when, name, channel, kind and reason.",
        example="oaflow deadletters list my-shop --days 7",
    )
    add_playbook(listed)
    _add_filters(listed)
    listed.add_argument("--all", action="store_true", help="also what was sent once more or dropped")
    shown = _add(actions, "show", "all that is known of one, and what sending it would be", show, "NAME")
    shown.add_argument(
        "--reveal", action="store_true", help="whose it is and what it says, which is recorded"
    )
    again = _add(actions, "resend", "it is sent, or decided, once more", resend_, "[NAME…]")
    again.add_argument(
        "--second", action="store_true", help="also where the person may get it for the second time"
    )
    dropped = _add(actions, "drop", "nobody looks for it any more", drop_, "[NAME…]")
    for one in (again, dropped):
        _add_filters(one)
        one.add_argument("--yes", action="store_true", help="without asking")
        add_by(one)
    for one in (listed, shown, again, dropped):
        add_json(one)


def _add(actions: Actions, name: str, does: str, run: Run, words: str) -> ArgumentParser:
    example = f"oaflow deadletters {name} 1f0c5a77b2d4"
    action = add_action(actions, name, does, run, example=example, words=words)
    action.add_argument(
        "words",
        nargs="*",
        metavar=words,
        help="what the list and the log call it; before it: folder with bot.yaml",
    )
    return action


def _add_filters(action: ArgumentParser) -> None:
    add_days(action, "the last N days (%(default)s)")
    action.add_argument(
        "--kind",
        action="append",
        default=[],
        choices=["reply", "push", "menu", "ask", "tell", "leave", "loading", "event"],
        help="those of this kind; several times: of any of them",
    )
    action.add_argument("--reason", action="append", default=[], help="those with this reason (quota …)")
    action.add_argument("--channel", action="append", default=[], help="those of this account")
    action.add_argument(
        "--person", metavar="WHO", help="a LINE user id, a contact id, a phone or a member number"
    )


def list_(wanted: Arguments, words: Language) -> int:
    """Print them, oldest first; the exit code. The days are times 24 hours, back from now."""

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        people = await whose_people(opened, words)
        lost = await given_up(people, await which(people, served.playbook, wanted, handled=wanted.all))
        told = [for_programs(one) for one in lost.found]
        show_answer(told, lines_of(lost, served.playbook.zone, words), for_programs=wanted.json)

    return on_database(wanted.playbook, work)


def show(wanted: Arguments, words: Language) -> int:
    """Print all that is known of one; the exit code."""
    folder, names = folder_and_words(wanted.words)
    if len(names) != 1:
        raise UsageWrong(tr("write one NAME, as the list has it"))

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        people = await whose_people(opened, words)
        found = await in_full(people, names[0], commander() if wanted.reveal else None)
        told = for_programs(found.one) | {
            "contents": list(found.contents),
            "costs": found.costs,
            "doubt": found.doubt or None,
            "refused": None if found.why_not is None else words.text(found.why_not),
        }
        if wanted.reveal:
            told["contact"] = found.one.contact
        lines = page(found, served.playbook.zone, words, reveal=wanted.reveal)
        show_answer(told, lines, for_programs=wanted.json)

    return on_database(folder, work)
