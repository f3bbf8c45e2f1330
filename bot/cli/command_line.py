"""The command line: which command was meant, and what carries it out.

Only its own module is imported: no command waits for the imports of others.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from bot.cli.arguments import Arguments, add_language, leaves
from bot.cli.help_index import asks_for_help, indexed_parser
from bot.cli.language import language
from bot.cli.localized_help import SpokenParser, speak, spoken_by
from bot.cli.playbook_folder import is_playbook
from bot.cli.terminal_text import write_out
from bot.model.translatable import Refusal
from bot.operations.catalog.subjects import PROMOTED, SUBJECTS, subject_named
from bot.store.unavailable import DatabaseUnavailable


def _of_subject(name: str) -> tuple[str, str]:
    subject = subject_named(name)
    return subject.module, subject.says


_IN_ORDER: Mapping[str, tuple[str, str]] = {
    "new": ("bot.cli.new", "begin a playbook of your own"),
    "run": ("bot.cli.run.command", "serve a playbook"),
    "publish": ("bot.cli.playbook.publish", "make a playbook live"),
    "versions": _of_subject("versions"),
    "diff": ("bot.cli.versions.diff", "how two versions of a playbook differ, in its own words"),
    "rollback": ("bot.cli.versions.rollback", "serve a version that was live again"),
    "test": ("bot.cli.playbook.test", "play a playbook's scenarios"),
    "explain": ("bot.cli.playbook.explain", "why the bot answers what it answers"),
    "check": ("bot.cli.playbook.check", "all mistakes of a playbook"),
    "graph": ("bot.cli.playbook.graph", "a flow as a picture"),
    "link": (
        "bot.cli.link",
        "the link of a page, of a keyword, to become a friend; its QR code; the webhook URL",
    ),
    "links": _of_subject("links"),
    "schema": ("bot.cli.playbook.schema", "the language as JSON Schema, for editors"),
    "contact": ("bot.cli.contact.command", "who somebody is, what is known, unbinding, two that are one"),
    "chat": _of_subject("chats"),
    "ready": _of_subject("ready"),
    "friends": ("bot.cli.friends", "friends who were here before: by LINE's list, or a file of LINE ids"),
    "members": ("bot.cli.members", "members from a list, also before they are on LINE"),
    "audience": ("bot.cli.audience", "audiences, how many people are in one, and who"),
    "broadcast": ("bot.cli.broadcast.command", "broadcasts are listed, sent, followed, paused, cancelled"),
    "richmenu": (
        "bot.cli.richmenu",
        "the rich menus at LINE, their pictures, and whom they are linked to",
    ),
    "journey": _of_subject("flows"),
    "attribution": _of_subject("attribution"),
    "channel": ("bot.cli.channel.command", "the accounts: whose they are, linking and unlinking them"),
    "doctor": ("bot.cli.doctor", "the set-up of the accounts, checked item by item"),
    "status": _of_subject("system"),
    "today": _of_subject("today"),
    "attention": _of_subject("attention"),
    "unanswered": _of_subject("unanswered"),
    "places": _of_subject("places"),
    **{one.command: _of_subject(one.name) for one in PROMOTED},
    "form": _of_subject("forms"),
    "sms": _of_subject("sms"),
    "binding": _of_subject("binding"),
    "shop": ("bot.cli.shop.command", "the shop's platform: linking it, what it has of its members"),
    "store": ("bot.cli.store.command", "clerks of the stores: their codes, and whom they have brought"),
    "export": ("bot.cli.export", "all data of everybody, or of an audience, as files"),
    "backup": ("bot.cli.backup", "all that is stored, as of one moment, in one sealed file"),
    "restore": ("bot.cli.restore", "a backup becomes the database"),
    "privacy": ("bot.cli.privacy", "what is removed by itself, and agreeing to it where it concerns many"),
    "deadletters": _of_subject("unsent"),
    "audit": _of_subject("audit"),
    "incident": ("bot.cli.incident", "whose data, and which kinds, a leak or a break-in has touched"),
    "stop": _of_subject("stop"),
    "admin": _of_subject("accounts"),
    "token": _of_subject("tokens"),
    "keys": ("bot.cli.keys.command", "the keys of sealed fields"),
}
COMMANDS: Mapping[str, tuple[str, str]] = {
    **_IN_ORDER,
    **{
        one.command: _of_subject(one.name)
        for one in SUBJECTS
        if one.command.partition(" ")[0] not in ("", *_IN_ORDER)
    },
}
"""A row for each: its module, a `Command` or the operations of a subject, and what `oaflow --help` says.
Subjects that have no place in the order come last."""


class Command(Protocol):
    """What the module of a command has."""

    def arguments(self, command: argparse.ArgumentParser) -> None:
        """Say what may be written after it, and what carries it out."""


class ShowVersion(argparse.Action):
    """Prints the version of the installed package, and ends; `?` where it runs from its source folder."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        write_out(f"oaflow {import_module('bot.app.presence').PROGRAM or '?'}\n")
        parser.exit()


def parser(
    named: Collection[str] = COMMANDS.keys(), known: Collection[str] = COMMANDS.keys()
) -> argparse.ArgumentParser:
    """The commands that are `known`, and the arguments of those that are `named`."""
    top: argparse.ArgumentParser = SpokenParser(
        prog="oaflow", description="LINE official-account bots for shops, written as a folder of YAML."
    )
    top.add_argument("--version", action=ShowVersion, nargs=0, help="print the version, and end")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in known:
        module, does = COMMANDS[name]
        command = commands.add_parser(name, help=does)
        if name in named:
            _add_arguments(command, module)
            for single in leaves(command):
                add_language(single)
    return top


def _add_arguments(command: argparse.ArgumentParser, module: str) -> None:
    subject = next((one.name for one in SUBJECTS if one.module == module), None)
    if subject is None:
        cast(Command, import_module(module)).arguments(command)
    else:
        import_module("bot.cli.declared").subject_arguments(command, subject)


def carried_out(arguments: Sequence[str]) -> int:
    """Run one command; its exit code."""
    if asks_for_help(arguments):
        helper = indexed_parser(arguments)
        speak(helper, language(spoken_by(arguments), os.environ))
        helper.parse_args(arguments)
    named = [word for word in arguments if word in COMMANDS][:1]
    # where a command comes first, nothing is printed of the others: making their parsers took 5 ms of each
    top = parser(named, named if named and arguments[0] == named[0] else COMMANDS.keys())
    speak(top, language(spoken_by(arguments), os.environ))
    wanted = top.parse_args(arguments)
    words = language(getattr(wanted, "language", None), os.environ, _playbook(wanted))
    try:
        return int(wanted.run(wanted, words))
    except (Refusal, DatabaseUnavailable) as error:
        return int(import_module("bot.cli.refusal").refused(error, words))
    except argparse.ArgumentError as error:
        top.error(str(error))


def _playbook(wanted: Arguments) -> Path:
    """Which playbook was named, if one was: where the first word may be one, it has to be there."""
    words = [wanted.playbook] if getattr(wanted, "playbook", None) else getattr(wanted, "words", [])
    return Path(words[0]) if words and is_playbook(str(words[0])) else Path()
