"""`oaflow shop`: the shop whose members the bot finds."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import actions_of, add_action, add_json, add_language, describe
from bot.cli.commander import add_by
from bot.cli.shop.status import status
from bot.cli.shop.sync import sync

_NAME = "the shop (the only one, if there is one); before it: folder with bot.yaml"


def arguments(command: ArgumentParser) -> None:
    """What is done."""
    says = "The shop whose members the bot finds."
    describe(command, says, example="oaflow shop status forest")
    actions = actions_of(command)
    read = add_action(
        actions,
        "sync",
        "all members of the shop are read, silently, at its pace",
        sync,
        says="Have all members of the shop read. It says beforehand how long that takes, and starts nothing.",
        example="oaflow shop sync forest",
        words="[NAME]",
    )
    shown = add_action(
        actions,
        "status",
        "what is mapped, how many members have it, what could not be read; polls",
        status,
        example="oaflow shop status forest",
        words="[NAME]",
    )
    read.add_argument("--dry-run", action="store_true", help="only say how long it would take")
    read.add_argument("--detach", action="store_true", help="do not wait for its end")
    add_by(read)
    for one in (read, shown):
        one.add_argument("words", nargs="*", metavar="NAME", help=_NAME)
        add_json(one)
        add_language(one)
