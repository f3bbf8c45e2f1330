"""The arguments of `oaflow contact`: who somebody is, what is known of them, what staff change of it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from bot.cli.arguments import (
    Actions,
    Run,
    actions_of,
    add_action,
    add_json,
    describe,
    number_to,
)
from bot.cli.contact.erase import certified_by, erase
from bot.cli.contact.export import export
from bot.cli.contact.show import shown_by
from bot.cli.declared import add_operations
from bot.cli.operator import add_by
from bot.operations.catalog.subjects import subject_named
from bot.operations.conversation import TURNS, TURNS_MOST

_IDENTIFIERS = "a LINE user id, a contact id, a phone or a member number; before it: folder with bot.yaml"


def arguments(command: ArgumentParser) -> None:
    """What is asked, or done."""
    says = "Contacts in the playbook's database, also while the bot runs."
    describe(command, says, example="oaflow contact find 0912345678")
    actions = actions_of(command)
    exported = _add(
        actions, "export", "all that is stored of somebody, to hand out", export, "M1001 --into M1001"
    )
    exported.add_argument(
        "--into", type=Path, metavar="FOLDER", help="a new folder (named after the contact and the day)"
    )
    add_by(exported)
    add_json(exported)
    _erasing(actions)
    for name in ("contacts", "matches", "many", "testers"):
        add_operations(actions, subject_named(name))
    _show_more(actions.choices["show"])
    certificate = actions.choices["certificate"]
    certificate.set_defaults(run=certified_by(certificate.get_default("run")))
    certificate.add_argument("--html", type=Path, metavar="FILE", help="as a page to print")


def _erasing(actions: Actions) -> None:
    erased = add_action(
        actions,
        "erase",
        "all that is stored of somebody is erased, with a certificate",
        erase,
        says="Erase a person for good: shows what goes, and asks first. Who writes again is a stranger.",
        example="oaflow contact erase M1001 --certificate M1001.html",
        words="[WHO]",
    )
    erased.add_argument("words", nargs="*", metavar="WHO", help=_IDENTIFIERS)
    erased.add_argument("--channel", help="the account of a LINE user id, where several have it")
    erased.add_argument(
        "--list", type=Path, metavar="FILE", help="instead of WHO: everybody in a file's first column"
    )
    erased.add_argument("--yes", action="store_true", help="without asking")
    erased.add_argument(
        "--certificate",
        type=Path,
        metavar="FILE",
        help="the certificate as a page to print (.html); of a list a table of their numbers (.csv)",
    )
    add_by(erased)
    add_json(erased)


def _show_more(shown: ArgumentParser) -> None:
    shown.set_defaults(run=shown_by(shown.get_default("run")))
    instead = shown.add_mutually_exclusive_group()
    instead.add_argument("--conversation", action="store_true", help="what was said, the last at the end")
    shown.add_argument(
        "--before", metavar="WHEN", help="with --conversation: what was said before 2026-11-20 10:00"
    )
    shown.add_argument(
        "--turns",
        type=number_to(TURNS_MOST),
        default=TURNS,
        metavar="N",
        help="with --conversation: so many, each with its answers (%(default)s)",
    )

    instead.add_argument(
        "--save",
        metavar="ID",
        help="the picture, video, sound or file of LINE's message ID as a file, which is recorded",
    )
    shown.add_argument(
        "--into",
        type=Path,
        metavar="FOLDER",
        help="with --save: where it is written (the current folder)",
    )


def _add(
    actions: Actions, name: str, does: str, run: Run, example: str, words: str = "WHO"
) -> ArgumentParser:
    action = add_action(actions, name, does, run, example=f"oaflow contact {name} {example}", words=words)
    action.add_argument("words", nargs="+", metavar=words, help=_IDENTIFIERS)
    action.add_argument("--channel", help="the account of a LINE user id, where several have it")
    return action
